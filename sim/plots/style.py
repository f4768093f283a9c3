"""The look that all pictures share: size, colours, titles that state a finding, footnotes that say where it is from.

Figures are 12 x 7.5 inches (1200 x 750 pixels when saved). Colours are those of Okabe & Ito (2008), which people with
any kind of colour vision can tell apart. Only matplotlib's object interface is used: no global state, safe in threads.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_rgb
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, DayLocator
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path
from matplotlib.ticker import FuncFormatter

from sim.answers import number

if TYPE_CHECKING:
    from sim.results import Run

WIDTH, HEIGHT = 12.0, 7.5
MARGIN = 0.045
"""Left and right of titles, as a share of the figure's width."""
TITLE, MOST_LETTERS, TITLE_ROOM = FontProperties(size=17.5, weight="bold"), 78, 72 * WIDTH * (1 - 2 * MARGIN)
"""A title's letters, how many of them a line has at most, and how many points there are for them."""
INK, MUTED, FAINT = "#222222", "#5F6368", "#E3E5E8"
GOOD, BAD, RETURN = "#009E73", "#D55E00", "#0072B2"

STAGE_COLOURS = {
    "unaware": "#E4E4E4",
    "aware": "#56B4E9",
    "considering": "#0072B2",
    "intending": "#CC79A7",
    "customer": "#009E73",
    "loyal": "#F0E442",
    "advocate": "#E69F00",
    "lapsed": "#9A9A9A",
    "rejecting": "#D55E00",
}
ADDED_STAGE_COLOURS = ("#332288", "#44AA99", "#882255", "#999933", "#661100", "#6699CC")
BRAND_COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#8C8C8C", "#000000")
CHANNEL_COLOURS = (*BRAND_COLOURS[:7], "#F0E442", "#44AA99", "#882255", "#332288", "#999933")
SHADES = LinearSegmentedColormap.from_list(
    "paper to viridis", [(0, "#FAFAF7"), (0.12, "#D3ECCB"), (0.4, "#35B779"), (0.7, "#31688E"), (1, "#440154")]
)
"""From paper white through the darker part of viridis: nothing looks like nothing."""
RIVAL_DASHES = ("-", (0, (6, 2)), (0, (2, 1.5)), (0, (6, 2, 1, 2)))


def stage_colours(stages: Sequence[str]) -> list[str]:
    """One colour per stage, the same in every picture; stages a scenario adds get further ones."""
    spare = iter(ADDED_STAGE_COLOURS * 10)
    return [STAGE_COLOURS.get(name) or next(spare) for name in stages]


def brand_colours(run: Run) -> list[str]:
    """One colour per brand; the focal brand always has the first."""
    spare = iter(BRAND_COLOURS[1:] * 2)
    return [BRAND_COLOURS[0] if i == run.record.focal else next(spare) for i in range(len(run.record.brands))]


def ink_on(colour: Any) -> str:
    """Black or white, whichever reads better on this colour (relative luminance of sRGB)."""
    red, green, blue = to_rgb(colour)
    return INK if 0.299 * red + 0.587 * green + 0.114 * blue > 0.55 else "white"


def cut(text: str, longest: int = 34) -> str:
    """A name, cut where it would burst a title or a label.

    >>> cut("Nordlys & Sons of Tromsø", 12)
    'Nordlys & S…'
    """
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def plain(text: str, longest: int = 1000) -> str:
    """Text that is drawn as it stands (a dollar sign starts no formula), cut to a length if given."""
    return cut(text, longest).replace("$", r"\$")


def short(value: float) -> str:
    """A quantity short enough for an axis or an arrow: 950, 12.3k, 1.2M."""
    size = abs(value)
    for limit, letter in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        if size >= 0.9995 * limit:
            return f"{value / limit:.3g}{letter}"
    return f"{value:.2g}" if size < 9.95 and value != round(value) else f"{value:.0f}"


def in_words(share: float) -> str:
    """A share as people say it: "3 in 5", "9 in 10", "hardly any". Picks the closest of a few plain fractions."""
    if share < 0.04:
        return "hardly any" if share else "none"
    if share > 0.96:
        return "nearly all"
    plain_fractions = [(1, 20), (1, 10), (1, 5), (1, 4), (1, 3), (2, 5), (1, 2)]
    plain_fractions += [(3, 5), (2, 3), (3, 4), (4, 5), (9, 10)]
    part, whole = min(plain_fractions, key=lambda pair: abs(pair[0] / pair[1] - share))
    return f"{part} in {whole}"


def new_figure(run: Run, finding: str, what: str) -> tuple[Figure, float]:
    """An empty figure of one run: its finding as title, what it shows below, and its source at the foot.

    Returns the figure and the height (share of the figure) up to which it is free.
    """
    record = run.record
    source = [
        f"Simulated market: {plain(run.scenario.title, 60)}",
        f"{number(record.consumers * run.people_per_consumer)} people "
        f"({number(record.consumers)} simulated), seed {run.seed}",
    ]
    if record.days:
        source.append(f"{record.dates[0]} to {record.dates[-1]}" + (", stopped early" if record.stopped else ""))
    return titled_figure(finding, what, source)


def titled_figure(finding: str, what: str, source: Sequence[str], height: float = HEIGHT) -> tuple[Figure, float]:
    """An empty figure with a finding as title, what it shows below (260 letters), and parts of its source at the foot.

    height: inches. Returns the figure and the height (share of the figure) up to which it is free.
    """
    figure = Figure(figsize=(WIDTH, height), dpi=100, facecolor="white")
    unit = HEIGHT / height  # of shares of the usual figure, so that letters stand as far apart in any other
    finding = finding.replace(" %", "\u00a0%")  # a number stays with its unit
    lines = _title_lines(finding)
    title = plain("\n".join(lines))
    figure.text(
        MARGIN, 1 - 0.035 * unit, title, size=TITLE.get_size(), weight="bold", color=INK, va="top", linespacing=1.2
    )
    top = 1 - (0.035 + 0.046 * len(lines)) * unit
    shown = [what] if len(what) <= 130 else textwrap.wrap(cut(what, 260), 130)
    figure.text(MARGIN, top, plain("\n".join(shown)), size=11, color=MUTED, va="top", linespacing=1.3)
    figure.text(MARGIN, 0.018 * unit, "  ·  ".join(source), size=9, color=MUTED, va="bottom")
    return figure, top - (0.03 + 0.027 * (len(shown) - 1)) * unit


def _title_lines(finding: str) -> list[str]:
    """A finding in two lines at most, each as wide as the figure has room for; what is longer is cut."""
    for letters in range(MOST_LETTERS, 0, -1):
        lines = textwrap.wrap(finding, letters) or [""]
        if len(lines) > 2:
            lines = [lines[0], textwrap.shorten(" ".join(lines[1:]), letters - 2, placeholder=" …")]
        elif len(lines) == 2:  # two lines of about the same length
            even = textwrap.wrap(finding, max(len(finding) * 6 // 10, 50))
            lines = even if max(map(_title_width, even)) <= TITLE_ROOM else lines
        if max(map(_title_width, lines)) <= TITLE_ROOM:
            break
    return lines


def _title_width(line: str) -> float:
    """Points that a line of a title takes."""
    return float(text_to_path.get_text_width_height_descent(line, TITLE, ismath=False)[0])


def add_axes(figure: Figure, left: float, bottom: float, width: float, height: float, **options: Any) -> Axes:
    """Axes in shares of the figure, with only the lines that help reading."""
    axes = figure.add_axes((left, bottom, width, height), **options)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color("#B8BCC0")
    axes.tick_params(colors=MUTED, labelsize=10, length=0, pad=5)
    axes.tick_params(axis="x", length=3)
    axes.grid(axis="y", color=FAINT, linewidth=0.8)
    axes.set_axisbelow(True)
    return axes


def label_y(axes: Axes, text: str) -> None:
    """Name the vertical axis in a line above it, where it can be read without turning one's head."""
    axes.annotate(
        plain(text),
        (0, 1),
        xytext=(0, 7),
        xycoords="axes fraction",
        textcoords="offset points",
        size=10,
        color=MUTED,
        ha="left",
        va="bottom",
    )


def count_axis(axes: Axes) -> None:
    """Write the vertical axis as 10k, 1.2M."""
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: short(value)))


def percent_axis(axes: Axes) -> None:
    """Write the vertical axis in percent."""
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:.3g} %"))


def date_axis(axes: Axes, dates: np.ndarray) -> None:
    """Show dates in a form that fits the horizon, from the first day to the last."""
    locator = AutoDateLocator(minticks=4, maxticks=10) if len(dates) > 7 else DayLocator()
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))
    axes.xaxis.get_offset_text().set_color(MUTED)
    axes.set_xlim(dates[0], dates[-1] if len(dates) > 1 else dates[0] + np.timedelta64(1, "D"))


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Positions close to the wanted ones, at least `gap` apart where there is room, between low and high.

    >>> spread([1.0, 1.1, 5.0], 1.0, 0.0, 6.0)
    [0.55, 1.55, 5.0]
    """
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    if len(order) > 1:
        gap = min(gap, (high - low) / (len(order) - 1))
    groups: list[list[float]] = []  # each: sum of wanted positions, members
    for rank_in_order in order:
        groups.append([wanted[rank_in_order], 1])
        while len(groups) > 1 and _start(groups[-1], gap, low, high) < _start(groups[-2], gap, low, high) + (
            gap * groups[-2][1]
        ):
            total, members = groups.pop()
            groups[-1][0] += total
            groups[-1][1] += members
    result = [0.0] * len(wanted)
    places = iter(order)
    for group in groups:
        start = _start(group, gap, low, high)
        for step in range(int(group[1])):
            result[next(places)] = start + gap * step
    return result


def _start(group: list[float], gap: float, low: float, high: float) -> float:
    """Lowest position of a block of labels that is centred on the mean of what they want."""
    extent = gap * (group[1] - 1)
    return min(max(group[0] / group[1] - extent / 2, low), high - extent)


def beside(axes: Axes, y: float, text: str, points: float, colour: Any, size: float = 10, share: bool = False) -> None:
    """Write text to the right of the axes, `points` away, at the height y (in data, or in shares of the axes)."""
    axes.annotate(
        plain(text),
        (1, y),
        xytext=(points, 0),
        xycoords="axes fraction" if share else ("axes fraction", "data"),
        textcoords="offset points",
        size=size,
        color=colour,
        va="center",
        annotation_clip=False,
    )


def label_ends(axes: Axes, ends: Sequence[float], texts: Sequence[str], colours: Sequence[str]) -> None:
    """Write a name at the right end of each line, moved apart so that none overlap."""
    low, high = axes.get_ylim()
    inches = axes.get_position().height * HEIGHT
    gap = (high - low) * 0.2 / inches
    for text, y, colour in zip(texts, spread([float(min(max(e, low), high)) for e in ends], gap, low, high), colours):
        beside(axes, y, text, 8, colour)


def bins(days: int) -> tuple[np.ndarray, str]:
    """Edges of equal periods, whole ones only, and what they are called: days, weeks or four weeks by the horizon.

    >>> bins(30)[0].tolist(), bins(30)[1]
    ([0, 7, 14, 21, 28], 'week')
    """
    length, word = (1, "day") if days < 21 else (7, "week") if days <= 760 else (28, "4 weeks")
    return np.arange(0, days + 1, length), word


def per_bin(values: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Sums of daily values over whole periods, along the first axis."""
    return np.add.reduceat(values[: edges[-1]], edges[:-1], axis=0)


def moving_sum(values: np.ndarray, window: int) -> np.ndarray:
    """Sum over the last `window` days (fewer at the start), along the first axis."""
    total = np.cumsum(values, axis=0)
    result = total.copy()
    result[window:] -= total[:-window]
    return result


def note(axes: Axes, text: str) -> None:
    """Say in the middle of empty axes why they are empty."""
    axes.text(0.5, 0.5, plain(text), transform=axes.transAxes, size=13, color=MUTED, ha="center", va="center",
              bbox={"facecolor": "white", "edgecolor": "none"}, zorder=5)  # fmt: skip


def nice_top(value: float) -> float:
    """A round number a little above a value, for the top of an axis.

    >>> nice_top(87), nice_top(0)
    (100.0, 1.0)
    """
    if value <= 0:
        return 1.0
    size = 10.0 ** math.floor(math.log10(value))
    return next(step * size for step in (1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 12) if step * size >= value * 1.04)
