"""A measure on one axis as a small SVG: the band, the published figure, the simulated mean with its interval."""

from __future__ import annotations

import math
from collections.abc import Callable
from html import escape

from sim.evidence.battery import Figure

WIDTH, HEIGHT = 300, 46
LEFT, RIGHT, LINE = 8.0, 292.0, 20.0


def number(value: float) -> str:
    """A figure with three significant digits, without exponent where that reads well.

    >>> number(0.01234), number(-2.6), number(1234.5), number(0.00002)
    ('0.0123', '-2.6', '1,234', '2e-05')
    """
    if not math.isfinite(value):
        return "no figure"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _span(one: Figure) -> tuple[float, float]:
    """Ends of the axis: everything that is drawn, and a little air."""
    marks = [one.estimate, *one.interval, one.low, one.high, one.published, one.trivial]
    shown = [mark for mark in marks if mark is not None and math.isfinite(mark)]
    if not shown:
        return 0.0, 1.0
    low, high = min(shown), max(shown)
    air = 0.12 * (high - low) or 0.1 * abs(high) or 1.0
    return low - air, high + air


def axis(one: Figure) -> str:
    """SVG of a measure. Grey band: what counts as met; diamond: published; dot and line: simulated mean, 95 % interval; ring:
    what a trivial model gives."""
    low, high = _span(one)

    def at(value: float) -> float:
        return LEFT + (RIGHT - LEFT) * (min(max(value, low), high) - low) / (high - low)

    parts = [f'<line x1="{LEFT}" x2="{RIGHT}" y1="{LINE}" y2="{LINE}" class="line"/>']
    if one.low is not None or one.high is not None:
        begin = LEFT if one.low is None else at(one.low)
        end = RIGHT if one.high is None else at(one.high)
        parts.append(
            f'<rect x="{begin:.1f}" y="{LINE - 9}" width="{max(end - begin, 1.5):.1f}" height="18" class="band"/>'
        )
        parts += _ends(one, at)
    if math.isfinite(one.estimate):
        tone = one.outcome or "shown"
        first, last = (at(end) if math.isfinite(end) else at(one.estimate) for end in one.interval)
        parts.append(f'<line x1="{first:.1f}" x2="{last:.1f}" y1="{LINE}" y2="{LINE}" class="{tone} whisker"/>')
        parts.append(f'<circle cx="{at(one.estimate):.1f}" cy="{LINE}" r="4.5" class="{tone}"/>')
    if one.published is not None:
        x = at(one.published)
        diamond = f"M{x:.1f} {LINE - 6}l5 6l-5 6l-5 -6z"
        parts.append(f'<path d="{diamond}" class="published"/>')
    if one.trivial is not None:
        parts.append(f'<circle cx="{at(one.trivial):.1f}" cy="{LINE}" r="6.5" class="trivial"/>')
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img" '
        f'aria-label="{escape(in_words(one))}">{"".join(parts)}</svg>'
    )


def _ends(one: Figure, at: Callable[[float], float]) -> list[str]:
    """The band's ends in figures, kept apart where they are close together."""
    ends = [(at(value), value) for value in (one.low, one.high) if value is not None]
    if len(ends) == 2 and ends[1][0] - ends[0][0] < 48:
        middle = (ends[0][0] + ends[1][0]) / 2
        ends = [(middle - 24, ends[0][1]), (middle + 24, ends[1][1])]
    words = []
    for x, value in ends:
        anchor = "start" if x < LEFT + 20 else "end" if x > RIGHT - 20 else "middle"
        words.append(f'<text x="{x:.1f}" y="{HEIGHT - 4}" text-anchor="{anchor}" class="end">{number(value)}</text>')
    return words


def band(low: float | None, high: float | None, sign: bool) -> str:
    """What counts as met, in words; `surely`: the whole interval must lie there.

    >>> band(0.2, 1.0, False), band(0.0, None, True), band(None, 7.0, False)
    ('0.2 to 1', 'surely above 0', 'at most 7')
    """
    if low is not None and high is not None:
        return f"{'surely ' if sign else ''}{number(low)} to {number(high)}"
    if low is not None:
        return f"{'surely above' if sign else 'at least'} {number(low)}"
    return f"{'surely below' if sign else 'at most'} {number(high)}" if high is not None else ""


def in_words(one: Figure) -> str:
    """A measure as a sentence: simulated mean, interval, band, published figure."""
    simulated = f"{one.name}: simulated {number(one.estimate)}"
    if all(math.isfinite(end) for end in one.interval):
        simulated += f" (95 % interval {number(one.interval[0])} to {number(one.interval[1])})"
    words = [simulated]
    if one.outcome is not None:
        words.append(f"band {band(one.low, one.high, one.sign)}")
    if one.published is not None:
        words.append(f"published {number(one.published)}")
    if one.trivial is not None:
        words.append(f"a trivial model gives {number(one.trivial)}")
    return ", ".join(words)
