"""How far people trust the brands, and in what tone they talk about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from sim.plots import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.results import Run

MOST_EVENTS = 12
"""Events named in the key below the picture; further ones are marked but not named."""


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
    numbered = _must_number(run)
    foot = 0.105 + (0.03 * _key_lines(run) if numbered else 0.0)
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
    _mark_events(run, figure, (upper, lower), numbered)
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
    way = "rose" if end > start + 0.005 else "fell" if end < start - 0.005 else "stayed"
    return (
        f"Trust in {name} stayed at {end:.2f}"
        if way == "stayed"
        else (f"Trust in {name} {way} from {start:.2f} to {end:.2f}")
    )


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


def _must_number(run: Run) -> bool:
    """True if the events' names would not fit side by side above the picture."""
    events, days = _events(run), max(run.record.days - 1, 1)
    inches = 0.765 * style.WIDTH
    ends = [-1.0, -1.0]
    for day, label in events:
        left = inches * day / days
        level = 0 if left >= ends[0] else 1
        if left < ends[level] or len(label) > 34 or left + 0.075 * len(label) > inches + 1.6:
            return True
        ends[level] = left + 0.075 * len(label) + 0.15
    return False


def _key_lines(run: Run) -> int:
    return (min(len(_events(run)), MOST_EVENTS) + 2) // 3


def _mark_events(run: Run, figure: Figure, panels: tuple[Axes, Axes], numbered: bool) -> None:
    """A line through both panels for each event, named above it, or numbered with a key below."""
    events, days = _events(run), max(run.record.days - 1, 1)
    ends = [-1.0, -1.0]
    inches = 0.765 * style.WIDTH
    for place, (day, label) in enumerate(events):
        for axes in panels:
            axes.axvline(run.record.dates[day], color=style.MUTED, linewidth=1, linestyle=(0, (3, 2)), zorder=1)
        if numbered and place >= MOST_EVENTS:
            continue
        left = inches * day / days
        level = 0 if numbered or left >= ends[0] else 1
        text = str(place + 1) if numbered else style.plain(label)
        if numbered and left < ends[0]:
            level = 1 if left >= ends[1] else 0
        ends[level] = left + 0.075 * len(text) + 0.15
        panels[0].annotate(
            text,
            (run.record.dates[day], 1),
            xycoords=("data", "axes fraction"),
            xytext=(0 if not numbered else -3, 22 + 14 * level),
            textcoords="offset points",
            size=10,
            color=style.INK,
            annotation_clip=False,
        )
    if numbered:
        _write_key(run, figure, events)


def _write_key(run: Run, figure: Figure, events: list[tuple[int, str]]) -> None:
    for place, (day, label) in enumerate(events[:MOST_EVENTS]):
        text = style.plain(f"{place + 1}  {run.record.dates[day]}  {label}", 52)
        row, column = divmod(place, 3)
        y = 0.045 + 0.03 * (_key_lines(run) - row) - 0.015
        figure.text(0.075 + 0.31 * column, y, text, size=9, color=style.INK, va="center")
