"""The journey as it was travelled: how many people moved along each arrow, forwards, backwards and around.

Stages stand in a row in journey order, those of lost people at the right end. Moves forward arch above the row, moves
back and losses below, returns of lost people above in a third colour. All lengths here are inches on the figure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Polygon, Rectangle

from sim.answers import percent
from sim.plots import style

if TYPE_CHECKING:
    from sim.results import Run

COLOURS = {"forward": style.GOOD, "back": "#E69F00", "lost": style.BAD, "return": style.RETURN}
MEANING = {"forward": "forward", "return": "won back", "back": "back", "lost": "lost"}
BOX_HEIGHT, MARGIN = 0.62, 0.55
WIDEST, THINNEST = 0.17, 0.016
MOST_LABELS = 30
"""More numbers than these could not be read; only the biggest flows carry one."""


@dataclass
class Flow:
    """One arrow of the journey: from and to (places in the row), people, share of visits to its start, direction."""

    origin: int
    target: int
    people: float
    share: float
    direction: str
    thickness: float = 0.0
    start: float = 0.0
    end: float = 0.0
    height: float = 0.0

    @property
    def span(self) -> int:
        """How many places the arrow reaches."""
        return abs(self.target - self.origin)

    @property
    def above(self) -> bool:
        """True if the arrow arches above the row."""
        return self.direction in ("forward", "return")


def journey_flow(run: Run) -> Figure:
    """Moves between stages over the whole run, as arrows whose width grows with the people who moved."""
    row = [*run.path.order, *run.path.lost]
    flows = _flows(run, row)
    figure, free = style.new_figure(
        run,
        _finding(run, flows, row),
        f"Moves between stages with {style.cut(run.brand)} over the whole run; "
        "in brackets: share of all visits to the stage the arrow leaves",
    )
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, style.WIDTH), ylim=(0, style.HEIGHT))
    axes.set_axis_off()
    step = (style.WIDTH - 2 * MARGIN) / len(row)
    centres = [MARGIN + step * (place + 0.5) for place in range(len(row))]
    box_width = min(step * 0.87, 1.15)
    _thicken(flows, box_width)
    _attach(flows, centres, box_width)
    middle = _stand(flows, free * style.HEIGHT)
    for flow in sorted(flows, key=lambda flow: -flow.height):
        _draw_arrow(axes, flow, middle)
    _draw_numbers(axes, flows, middle)
    _draw_boxes(axes, run, row, centres, box_width, middle)
    _draw_key(axes, flows)
    if not flows:
        axes.text(style.WIDTH / 2, middle + 1.2, "Nobody moved.", size=13, color=style.MUTED, ha="center")
    return figure


def _flows(run: Run, row: list[int]) -> list[Flow]:
    record, focal = run.record, run.record.focal
    moves = record.transitions[:, focal].sum(axis=0, dtype=np.int64) * run.people_per_consumer
    start = record.people[0, focal].sum(axis=0) * run.people_per_consumer
    visits = start + moves.sum(axis=0) - np.diag(moves)
    flows = []
    for place, origin in enumerate(row):
        for other, target in enumerate(row):
            if place != other and moves[origin, target] > 0:
                people = float(moves[origin, target])
                share = people / visits[origin]
                flows.append(Flow(place, other, people, share, run.path.direction(origin, target)))
    return flows


def _finding(run: Run, flows: list[Flow], row: list[int]) -> str:
    if not flows:
        return f"Nobody moved along the journey with {style.cut(run.brand)}"
    stages = run.record.stages
    ahead = sum(flow.people for flow in flows if flow.direction == "forward")
    away = sum(flow.people for flow in flows if flow.direction in ("back", "lost"))
    loops = [flow for flow in flows if flow.direction == "back"]
    per_ten = "No step forward"
    if ahead:
        base = 10 if 10 * away > 1.5 * ahead else 100
        per_ten = f"For every {base} steps forward there are {base * away / ahead:.0f} back or out"
    if not loops:
        return per_ten
    biggest = max(loops, key=lambda flow: flow.people)
    origin, target = stages[row[biggest.origin]], stages[row[biggest.target]]
    return f"{per_ten}; the biggest loop is from “{origin}” back to “{target}”"


def _thicken(flows: list[Flow], box_width: float) -> None:
    """Width of each arrow: square root of people, so that small flows stay visible; all that meet a box fit on it."""
    if not flows:
        return
    most = max(flow.people for flow in flows)
    for flow in flows:
        flow.thickness = WIDEST * (flow.people / most) ** 0.5
    crowded = 1.0
    for place in {flow.origin for flow in flows} | {flow.target for flow in flows}:
        for above in (True, False):
            here = [flow for flow in flows if place in (flow.origin, flow.target) and flow.above == above]
            needed = sum(flow.thickness for flow in here) + 0.05 * len(here)
            crowded = max(crowded, needed / (box_width * 0.98))
    for flow in flows:
        flow.thickness = max(flow.thickness / crowded, THINNEST)


def _attach(flows: list[Flow], centres: list[float], box_width: float) -> None:
    """Give every arrow its own place on the edge of the boxes it joins, so that arches nest and do not cross there."""
    for place, centre in enumerate(centres):
        for above in (True, False):
            here = [flow for flow in flows if place in (flow.origin, flow.target) and flow.above == above]

            def other(flow: Flow, place: int = place) -> int:
                return flow.target if flow.origin == place else flow.origin

            # From left to right: near neighbours on the left, far ones; far neighbours on the right, near ones.
            left = sorted((f for f in here if other(f) < place), key=lambda f: (-other(f), f.origin))
            right = sorted((f for f in here if other(f) > place), key=lambda f: (-other(f), f.origin))
            gap = 0.05
            for side, group in ((-1, left), (1, right)):
                edge = side * box_width * 0.47
                for flow in group if side < 0 else reversed(group):
                    position = centre + edge - side * flow.thickness / 2
                    if flow.origin == place:
                        flow.start = position
                    else:
                        flow.end = position
                    edge -= side * (flow.thickness + gap)


def _stand(flows: list[Flow], top: float) -> float:
    """Set how high (deep) each arrow arches, so that arches nest or keep apart; return the middle of the row."""
    levels = {}
    for above in (True, False):
        set_so_far: list[tuple[Flow, int]] = []
        for flow in sorted((f for f in flows if f.above == above), key=lambda f: (f.span, min(f.origin, f.target))):
            low, high = sorted((flow.start, flow.end))
            below = [
                level
                for other, level in set_so_far
                if min(other.start, other.end) < high and max(other.start, other.end) > low
            ]
            set_so_far.append((flow, max(below, default=0) + 1))
        levels[above] = set_so_far
    most = {above: max((level for _, level in side), default=0) for above, side in levels.items()}
    bottom, top = 1.1, top - 0.2
    room = top - bottom - BOX_HEIGHT
    step = min(room / max(most[True] + most[False], 1), 0.6)
    for side in levels.values():
        for flow, level in side:
            flow.height = step * level - 0.05
    spare = room - step * (most[True] + most[False])
    return bottom + BOX_HEIGHT / 2 + step * most[False] + spare / 2


def _draw_arrow(axes: Axes, flow: Flow, middle: float) -> None:
    """A band of constant width along half a rounded arch, ending in a head at the edge of the box it reaches."""
    side = 1 if flow.above else -1
    edge = middle + side * BOX_HEIGHT / 2
    head = min(max(flow.thickness * 0.9, 0.11), 0.2)
    angle = np.linspace(0, np.pi, 90)
    centre, half = (flow.start + flow.end) / 2, (flow.end - flow.start) / 2
    # A superellipse: legs leave the boxes upright and the crown is flat, which leaves room for numbers on it.
    x = centre - half * np.sign(np.cos(angle)) * np.abs(np.cos(angle)) ** 0.55
    y = np.sin(angle) ** 0.55 * flow.height
    keep = (angle < np.pi / 2) | (y > head)
    x, y = np.append(x[keep], flow.end), np.append(y[keep], head)
    along = np.gradient(np.column_stack([x, y]), axis=0)
    along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    along[0], along[-1] = (0, 1), (0, -1)
    across = np.column_stack([-along[:, 1], along[:, 0]]) * flow.thickness / 2
    line = np.column_stack([x, y])
    wide = max(flow.thickness * 0.95, 0.055)
    tip = [(flow.end + wide, head), (flow.end, 0.0), (flow.end - wide, head)]
    if flow.end < flow.start:
        tip.reverse()
    left, right = line + across, (line - across)[::-1]
    outline = np.vstack([left, tip if across[-1, 0] > 0 else tip[::-1], right])
    outline[:, 1] = edge + side * outline[:, 1]
    axes.add_patch(
        Polygon(outline, facecolor=COLOURS[flow.direction], edgecolor="white", linewidth=0.6, alpha=0.85, zorder=2)
    )


def _draw_numbers(axes: Axes, flows: list[Flow], middle: float) -> None:
    """People and share on the crown of each arrow, the biggest first; one that would cover another moves along."""
    taken: list[tuple[float, float]] = []
    for flow in sorted(flows, key=lambda flow: -flow.people)[:MOST_LABELS]:
        side = 1 if flow.above else -1
        beside = flow.thickness / 2 + 0.09 if flow.thickness > 0.08 or flow.span == 1 else 0.0
        y = middle + side * (BOX_HEIGHT / 2 + flow.height + beside)
        text = f"{style.short(flow.people)} ({percent(flow.share).replace(' ', '')})"
        width, height = 0.068 * len(text) + 0.08, 0.19
        low_x, high_x = sorted((flow.start, flow.end))
        centre = (low_x + high_x) / 2
        reach = max((high_x - low_x) / 2 - width / 2, 0)
        tries = [centre + reach * way for way in (0, -0.35, 0.35, -0.7, 0.7, -1, 1)]
        x = next(
            (t for t in tries if all(abs(t - tx) > width or abs(y - ty) > height for tx, ty in taken)),
            None,
        )
        if x is None:
            x = centre
            while any(abs(x - tx) <= width and abs(y - ty) <= height for tx, ty in taken):
                y += side * 0.05
        taken.append((x, y))
        box = {"facecolor": "white", "edgecolor": "none", "alpha": 0.9, "boxstyle": "square,pad=0.12"}
        axes.text(x, y, text, size=9.5, color=style.INK, ha="center", va="center", bbox=box, zorder=4)


def _draw_boxes(axes: Axes, run: Run, row: list[int], centres: list[float], width: float, middle: float) -> None:
    ends = run.record.people[-1, run.record.focal].sum(axis=0) * run.people_per_consumer
    colours = style.stage_colours(run.record.stages)
    names = [run.record.stages[stage] for stage in row]
    counts = [f"{style.short(ends[stage])} at end" for stage in row]
    name_size, names = _fitting(names, 10.5, 0.0092, width - 0.04)
    count_size, counts = _fitting(counts, 9.0, 0.0083, width - 0.04)
    for stage, centre, name, count in zip(row, centres, names, counts):
        box = FancyBboxPatch(
            (centre - width / 2 + 0.05, middle - BOX_HEIGHT / 2 + 0.05),
            width - 0.1,
            BOX_HEIGHT - 0.1,
            boxstyle="round,pad=0.05,rounding_size=0.09",
            facecolor=colours[stage],
            edgecolor="white",
            linewidth=1.5,
            zorder=3,
        )
        axes.add_patch(box)
        look: Any = {"color": style.ink_on(colours[stage]), "ha": "center", "va": "center", "zorder": 4}
        axes.text(centre, middle + 0.11, name, size=name_size, weight="bold", **look)
        axes.text(centre, middle - 0.13, count, size=count_size, **look)


def _fitting(texts: list[str], size: float, letter: float, room: float) -> tuple[float, list[str]]:
    """One size at which all texts fit into `room` inches, not below 8 points; what still does not fit is cut.

    `letter`: width of a mean letter in inches per point of size.
    """
    longest = max(len(text) for text in texts)
    size = max(min(size, room / (letter * longest)), 8.0)
    return size, [style.plain(text, max(int(room / (letter * size) + 0.3), 4)) for text in texts]


def _draw_key(axes: Axes, flows: list[Flow]) -> None:
    """What the colours and widths mean."""
    x, y = MARGIN, 0.6
    for direction, meaning in MEANING.items():
        if not any(flow.direction == direction for flow in flows):
            continue
        axes.add_patch(Rectangle((x, y - 0.045), 0.25, 0.09, facecolor=COLOURS[direction], alpha=0.85, linewidth=0))
        head = [(x + 0.25, y - 0.1), (x + 0.38, y), (x + 0.25, y + 0.1)]
        axes.add_patch(Polygon(head, facecolor=COLOURS[direction], alpha=0.85, linewidth=0))
        label = f"{meaning} ({'above' if direction in ('forward', 'return') else 'below'})"
        axes.text(x + 0.46, y, label, size=10, color=style.INK, va="center")
        x += 0.75 + 0.08 * len(label)
    if not flows:
        return
    biggest = max(flows, key=lambda flow: flow.people)
    x = style.WIDTH - MARGIN - 2.9
    round_number = 10.0 ** np.floor(np.log10(biggest.people))
    for people in (round_number, round_number / 10):
        thickness = max(biggest.thickness * (people / biggest.people) ** 0.5, THINNEST)
        axes.add_patch(Rectangle((x, y - thickness / 2), 0.3, thickness, facecolor=style.MUTED, linewidth=0))
        axes.text(x + 0.37, y, f"{style.short(people)} people", size=10, color=style.MUTED, va="center")
        x += 1.5
