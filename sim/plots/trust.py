"""How far people trust the brands, and in what tone they talk about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from sim.answers import drift
from sim.plots import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.results import Run

MOST_EVENTS = 12
"""Events named in the key below the picture; further ones are marked but not named."""
LETTER = 0.075
"""Width of a letter of the events' names, in inches."""


def trust_and_tone(run: Run) -> Figure:
    """Mean trust in each brand, and the tone of talk (good minus bad, over all), with events marked."""
    record = run.record
    window = 7 if record.days <= 400 else 28
    figure, free = style.new_figure(
        run,
        _finding(run),
        "Mean trust, and net tone of what people tell each other: "
        f"(good − bad) / all, over {window} days"
        + (f"; the first {MOST_EVENTS} of {len(_events(run))} events named" if len(_events(run)) > MOST_EVENTS else ""),
    )
    foot = 0.105 + (0.03 * _key_lines(run) if _names(run) is None else 0.0)
    room = free - (0.12 if _events(run) else 0.06) - foot
    upper = style.add_axes(figure, 0.075, foot + room * 0.56, 0.765, room * 0.44)
    lower = style.add_axes(figure, 0.075, foot, 0.765, room * 0.42)
    if not record.days:
        style.note(upper, "No day was simulated.")
        return figure
    tone = _tone(run, window)
    style.label_y(upper, "mean trust (0 to 1)")
    style.label_y(lower, "net tone of talk (−1 all bad, +1 all good)")
    trust = record.series["trust"]
    _draw_lines(run, upper, trust)
    low, high = float(np.nanmin(trust)), float(np.nanmax(trust))
    margin = max(0.12 * (high - low), 0.02)
    upper.set_ylim(max(low - margin, 0.0), min(high + margin, 1.0))
    _draw_lines(run, lower, tone)
    if not np.isnan(tone).all():
        lower.axhline(0, color=style.MUTED, linewidth=1)
    lower.set_ylim(*_tone_limits(tone))
    if np.isnan(tone).all():
        style.note(lower, "Nobody talked about any brand.")
    for axes, values in ((upper, trust), (lower, tone)):
        style.date_axis(axes, record.dates)
        _name_lines(run, axes, values)
    upper.tick_params(axis="x", labelbottom=False)
    upper.xaxis.get_offset_text().set_visible(False)
    _mark_events(run, figure, (upper, lower))
    return figure


def _tone(run: Run, window: int) -> np.ndarray:
    """Net tone of talk per day and brand over the last `window` days; missing where nobody talked."""
    good = style.moving_sum(run.record.series["talk_positive"], window)
    bad = style.moving_sum(run.record.series["talk_negative"], window)
    every = good + bad
    # Running sums leave rounding dust where nobody talks.
    return np.divide(good - bad, every, out=np.full_like(every, np.nan), where=every > 1e-6)


def _tone_limits(tone: np.ndarray) -> tuple[float, float]:
    if np.isnan(tone).all():
        return -1.0, 1.0
    low, high = float(np.nanmin(tone)), float(np.nanmax(tone))
    return max(min(low - 0.1, -0.1), -1.05), min(max(high + 0.1, 0.1), 1.05)


def _finding(run: Run) -> str:
    name, trust = style.cut(run.brand), run.record.series["trust"][:, run.record.focal]
    if not len(trust):
        return f"Trust in {name}: no day was simulated"
    start, end, lowest = float(trust[0]), float(trust[-1]), int(np.nanargmin(trust))
    if trust[lowest] < min(start, end) - 0.03:
        day = run.record.dates[lowest]
        before = [style.cut(label) for when, label in _events(run) if 0 <= lowest - when <= 30]
        after = f" after “{before[-1]}”" if before else f" on {day}"
        return f"Trust in {name} fell to {trust[lowest]:.2f}{after} and ended at {end:.2f} (start {start:.2f})"
    return f"Trust in {name} {drift(start, end)}"


def _draw_lines(run: Run, axes: Axes, values: np.ndarray) -> None:
    colours = style.brand_colours(run)
    for brand, colour in enumerate(colours):
        focal = brand == run.record.focal
        axes.plot(
            run.record.dates,
            values[:, brand],
            color=colour,
            linewidth=2.6 if focal else 1.5,
            linestyle="-" if focal else style.RIVAL_DASHES[brand % len(style.RIVAL_DASHES)],
            zorder=3 if focal else 2,
            marker="o" if run.record.days == 1 else None,
        )


def _name_lines(run: Run, axes: Axes, values: np.ndarray) -> None:
    """Brand names at the right end of the lines that have an end."""
    ends, texts, colours = [], [], []
    for brand, colour in enumerate(style.brand_colours(run)):
        known = values[~np.isnan(values[:, brand]), brand]
        if len(known):
            name = run.record.brands[brand]
            ends.append(float(known[-1]))
            texts.append(f"{style.cut(name, 15)}  {known[-1]:.2f}")
            colours.append(colour)
    style.label_ends(axes, ends, texts, colours)


def _events(run: Run) -> list[tuple[int, str]]:
    """Days and labels of the events within the run, in order; rivals' events carry the rival's name."""
    record = run.record
    named = []
    for day, label, brand in sorted(record.events):
        if 0 <= day < record.days:
            owner = f" ({style.cut(record.brands[brand])})" if brand not in (-1, record.focal) else ""
            named.append((day, (label or "event") + owner))
    return named


def _names(run: Run) -> list[tuple[int, str, int]] | None:
    """Day, name and row (0 or 1) of every event above the picture; None if the names do not fit side by side."""
    names, ends = [], [-1.0, -1.0]
    for day, label in _events(run):
        left, width = _inches(run, day), LETTER * len(label)
        row = 0 if left >= ends[0] else 1
        if left < ends[row] or len(label) > 34 or left + width > _inches(run, run.record.days - 1) + 1.6:
            return None
        ends[row] = left + width + 0.15
        names.append((day, label, row))
    return names


def _numbers(run: Run) -> list[tuple[int, str, int]]:
    """Day, number and row of the events named in the key; events too close to tell apart share a mark: 3–5."""
    groups: list[tuple[int, int, int]] = []  # day of the first, first number, last number
    for place, (day, _) in enumerate(_events(run)[:MOST_EVENTS], start=1):
        if groups and _inches(run, day) < _inches(run, groups[-1][0]) + 0.5:
            groups[-1] = (*groups[-1][:2], place)
        else:
            groups.append((day, place, place))
    return [(day, str(first) if first == last else f"{first}–{last}", 0) for day, first, last in groups]


def _inches(run: Run, day: int) -> float:
    """How far to the right of the axes' left edge a day lies."""
    return 0.765 * style.WIDTH * day / max(run.record.days - 1, 1)


def _key_lines(run: Run) -> int:
    return (min(len(_events(run)), MOST_EVENTS) + 2) // 3


def _mark_events(run: Run, figure: Figure, panels: tuple[Axes, Axes]) -> None:
    """A line through both panels for each event, named above it, or numbered with a key below."""
    for day in sorted({day for day, _ in _events(run)}):
        for axes in panels:
            axes.axvline(run.record.dates[day], color=style.MUTED, linewidth=1, linestyle=(0, (3, 2)), zorder=1)
    names = _names(run)
    for day, text, row in _numbers(run) if names is None else names:
        panels[0].annotate(
            style.plain(text),
            (run.record.dates[day], 1),
            xycoords=("data", "axes fraction"),
            xytext=(-3 if names is None else 0, 22 + 14 * row),
            textcoords="offset points",
            size=10,
            color=style.INK,
            annotation_clip=False,
        )
    if names is None:
        _write_key(run, figure, _events(run))


def _write_key(run: Run, figure: Figure, events: list[tuple[int, str]]) -> None:
    for place, (day, label) in enumerate(events[:MOST_EVENTS]):
        text = style.plain(f"{place + 1}  {run.record.dates[day]}  {label}", 52)
        row, column = divmod(place, 3)
        y = 0.045 + 0.03 * (_key_lines(run) - row) - 0.015
        figure.text(0.075 + 0.31 * column, y, text, size=9, color=style.INK, va="center")
