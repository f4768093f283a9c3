"""A real series beside a simulated one: what was recorded, what was forecast, by how much each is off, in a picture.

Every study follows one rule. The first 60 % of the points are for fitting, the last 40 % for judging; the simulation and the
textbook model see the same points, and neither sees the rest. Ratios of hazards are never fitted on, so all of them judge.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import MaxNLocator

from sim.evidence.benchmarks import Errors, errors
from sim.plots import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FITTED_SHARE = 0.6
BLUE, RED, GREY = style.BRAND_COLOURS[0], style.BAD, style.MUTED
FITTED, HELD_OUT = "fitted on", "held out"


@dataclass(frozen=True)
class Recorded:
    """A recorded series: names or times along the axis, values, and how many of the first points may be fitted on."""

    x: tuple[str, ...] | np.ndarray
    values: np.ndarray
    unit: str
    fitted: int
    low: np.ndarray | None = None
    high: np.ndarray | None = None


@dataclass(frozen=True)
class Forecast:
    """A model's values for every point, NaN where it says nothing; `kind`: simulated, textbook or naive."""

    name: str
    kind: str
    values: np.ndarray
    low: np.ndarray | None = None
    high: np.ndarray | None = None


@dataclass(frozen=True)
class Row:
    """One line of the table: errors of one model on one part of one series."""

    study: str
    part: str
    model: str
    kind: str
    points: int
    rmse: float
    mape: float
    r2: float


@dataclass(frozen=True)
class SeriesResult:
    """What came out: the table, the drawing, and in words who was closer and why.

    parameters: the fitted ones by name. inside: share of held-out points within the band of 90 % of simulated runs.
    refit: whether the model has changed since its parameters were fitted.
    """

    rows: tuple[Row, ...]
    draw: Callable[[Axes], None]
    sentence: str
    parameters: Mapping[str, float] = field(default_factory=dict)
    inside: float = float("nan")
    runs: int = 0
    refit: bool = False

    def held_out(self, kind: str) -> Row:
        """The held-out errors of the best model of a kind: simulated, textbook or naive."""
        rows = [row for row in self.rows if row.part == HELD_OUT and row.kind == kind]
        if not rows:
            raise ValueError(
                f"no {kind} model was judged; there is {', '.join(sorted({row.kind for row in self.rows}))}"
            )
        return min(rows, key=lambda row: row.mape)


@dataclass(frozen=True)
class SeriesStudy:
    """One real series that the simulator is asked to reproduce. `family`: adoption, repeat, dirichlet or exposure."""

    id: str
    title: str
    family: str
    source: str
    licence: str
    runner: Callable[[bool], SeriesResult]

    def run(self, quick: bool = False) -> SeriesResult:
        """Simulate with the stored parameters and judge; `quick`: two runs instead of ten."""
        return self.runner(quick)


def first_part(points: int) -> int:
    """How many of the first points may be fitted on.

    >>> first_part(13), first_part(8)
    (8, 5)
    """
    return round(FITTED_SHARE * points)


def band(name: str, runs: np.ndarray) -> Forecast:
    """The simulated forecast from runs (runs, points): their mean, and the band that holds 90 % of them."""
    low, high = np.quantile(runs, [0.05, 0.95], axis=0)
    return Forecast(name, "simulated", runs.mean(axis=0), low, high)


def judge(
    study: str, recorded: Recorded, forecasts: list[Forecast], why: Callable[[float], str], draw: Callable[[Axes], None],
    parameters: Mapping[str, float], runs: int, refit: bool,
) -> SeriesResult:  # fmt: skip
    """Errors of every forecast on both parts, and a sentence.

    why: from the mean relative error of the simulation on the held-out part to a clause that says where it comes from.
    """
    parts = {FITTED: slice(0, recorded.fitted), HELD_OUT: slice(recorded.fitted, None)}
    rows = []
    for part, where in parts.items():
        for one in forecasts:
            truth, guess = recorded.values[where], one.values[where]
            if len(truth) and np.isfinite(guess).all():
                found: Errors = errors(truth, guess)
                rows.append(Row(study, part, one.name, one.kind, found.points, found.rmse, found.mape, found.r2))
    simulated = next(one for one in forecasts if one.kind == "simulated")
    ahead = parts[HELD_OUT]
    truth, guess = recorded.values[ahead], simulated.values[ahead]
    inside = float("nan")
    if simulated.low is not None and simulated.high is not None:
        inside = float(np.mean((truth >= simulated.low[ahead] - 1e-9) & (truth <= simulated.high[ahead] + 1e-9)))
    bias = float(guess.mean() / truth.mean() - 1)
    sentence = f"{_comparison(rows)} {_lean(bias)}, {why(bias)}."
    return SeriesResult(tuple(rows), draw, sentence, parameters, inside, runs, refit)


def _comparison(rows: list[Row]) -> str:
    """Who was closer on what was held out."""
    ahead = [row for row in rows if row.part == HELD_OUT]
    mine = next(row for row in ahead if row.kind == "simulated")
    others = [row for row in ahead if row.kind != "simulated"]
    listed = ", ".join(f"{row.model} {100 * row.mape:.0f} %" for row in others)
    better = [row.model for row in others if mine.mape < row.mape]
    worse = [row.model for row in others if mine.mape >= row.mape]
    verdict = " and ".join(
        ([f"closer than {_listed(better)}"] if better else [])
        + ([f"further off than {_listed(worse)}"] if worse else [])
    )
    return f"Held out, the simulation is off by {100 * mine.mape:.0f} % on average ({listed}): {verdict}."


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]


def _lean(bias: float) -> str:
    if abs(bias) < 0.02:
        return "It leans neither way"
    return f"It comes out {100 * abs(bias):.0f} % too {'high' if bias > 0 else 'low'}"


# ------------------------------------------------------------------ pictures


def draw_curve(
    recorded: Recorded, forecasts: list[Forecast], x_label: str, percent: bool = False
) -> Callable[[Axes], None]:
    """A drawing of a series in time: recorded dots, simulated mean and band, rivals, and the line where fitting ended."""

    def draw(axes: Axes) -> None:
        x = np.asarray(recorded.x, float)
        step = float(x[1] - x[0])
        split = x[recorded.fitted - 1] + step / 2
        for one in forecasts:
            if one.kind == "simulated" and one.low is not None and one.high is not None:
                axes.fill_between(x, one.low, one.high, color=BLUE, alpha=0.18, lw=0, label="90 % of simulated runs")
        for one, colour, dashes in _looks(forecasts):
            axes.plot(
                x, one.values, color=colour, ls=dashes, lw=2.2 if one.kind == "simulated" else 1.6, label=one.name
            )
        axes.plot(x, recorded.values, "o", color=style.INK, ms=4 if len(x) > 40 else 5.5, label="recorded")
        seen = [recorded.values, *(one.high if one.high is not None else one.values for one in forecasts)]
        tallest = max(float(np.nanmax(one)) for one in seen)
        top = min(style.nice_top(tallest), 2.2 * float(recorded.values.max()))
        top = min(top, 1.0) if percent else top  # a straight line may leave the picture
        axes.set_ylim(0, top)
        axes.set_xlim(x[0] - step / 2, x[-1] + step / 2)
        axes.axvline(split, color=style.INK, lw=0.9, ls=(0, (2, 2)))
        for side, text in (("right", "fitted on "), ("left", " judged on")):
            axes.text(
                split, 0.985, text, transform=axes.get_xaxis_transform(), ha=side, va="top", size=10, color=style.MUTED
            )
        axes.set_xlabel(x_label, color=style.MUTED, size=10)
        style.label_y(axes, recorded.unit)
        if percent:
            style.percent_axis(axes)
        if x[-1] > 1000:
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        _legend(axes)

    return draw


def draw_groups(
    recorded: Recorded, forecasts: list[Forecast], x_label: str, percent: bool = False
) -> Callable[[Axes], None]:
    """A drawing of named points (brands, numbers of contacts): recorded dots with their interval, models beside them."""

    def draw(axes: Axes) -> None:
        at = np.arange(len(recorded.values))
        places = np.linspace(-0.16, 0.3, len(forecasts) + 1)
        bars = None
        if recorded.low is not None and recorded.high is not None:
            bars = np.abs(np.array([recorded.low, recorded.high]) - recorded.values)
        axes.errorbar(at + places[0], recorded.values, bars, fmt="o", color=style.INK, ms=7, lw=1.4,
                      label="recorded" if bars is None else "recorded, 95 % interval")  # fmt: skip
        marks = iter("sD^vP")
        for place, (one, colour, _) in zip(places[1:], _looks(forecasts)):
            bars = None if one.low is None or one.high is None else np.abs(np.array([one.low, one.high]) - one.values)
            label = one.name if bars is None else f"{one.name}, 90 % of runs"
            axes.errorbar(at + place, one.values, bars, fmt=next(marks), color=colour, ms=6, lw=1.4, label=label)
        axes.set_xticks(at, [style.plain(str(name)) for name in recorded.x])
        axes.set_xlim(-0.6, len(at) - 0.4)
        seen = [recorded.values if recorded.high is None else recorded.high]
        seen += [one.values if one.high is None else one.high for one in forecasts]
        axes.set_ylim(0, style.nice_top(max(float(np.nanmax(one)) for one in seen)))
        if recorded.fitted:
            split = recorded.fitted - 0.5
            axes.axvline(split, color=style.INK, lw=0.9, ls=(0, (2, 2)))
            for side, text in (("right", "fitted on "), ("left", " judged on")):
                axes.text(split, 0.985, text, transform=axes.get_xaxis_transform(), ha=side, va="top", size=10,
                          color=style.MUTED)  # fmt: skip
        axes.set_xlabel(x_label, color=style.MUTED, size=10)
        style.label_y(axes, recorded.unit)
        if percent:
            style.percent_axis(axes)
        _legend(axes)

    return draw


def _looks(forecasts: list[Forecast]) -> list[tuple[Forecast, str, object]]:
    """Colour and dashes of each model: simulated blue, textbook red, naive grey."""
    greys = iter([(0, (1, 1.5)), (0, (6, 2, 1, 2)), (0, (3, 3))])
    plain: dict[str, tuple[str, object]] = {"simulated": (BLUE, "-"), "textbook": (RED, (0, (6, 2)))}
    return [(one, *(plain[one.kind] if one.kind in plain else (GREY, next(greys)))) for one in forecasts]


def _legend(axes: Axes) -> None:
    """Names in a row above the axes, where they cover nothing."""
    axes.legend(frameon=False, loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=6, fontsize=9.5, labelcolor=style.INK,
                columnspacing=1.2, handletextpad=0.5, borderaxespad=0.1)  # fmt: skip


def picture(study: SeriesStudy, result: SeriesResult) -> Figure:
    """The drawing as a whole picture: title, drawing, sentence, source."""
    import textwrap

    from matplotlib.figure import Figure

    figure = Figure(figsize=(style.WIDTH, style.HEIGHT), dpi=100, facecolor="white")
    figure.text(0.045, 0.965, style.plain(study.title), size=17.5, weight="bold", color=style.INK, va="top")
    said = "\n".join(textwrap.wrap(result.sentence.replace(" %", "\u00a0%"), 132))
    figure.text(0.045, 0.91, style.plain(said, 2000), size=11, color=style.MUTED, va="top", linespacing=1.35)
    axes = style.add_axes(figure, 0.07, 0.145, 0.89, 0.6)
    result.draw(axes)
    fitted = ", ".join(
        f"{name} {value:,.0f}" if value >= 1000 else f"{name} {value:.3g}" for name, value in result.parameters.items()
    )
    source = textwrap.wrap(f"Recorded: {study.source}", 165)
    foot = "\n".join([*source, f"Simulated: {result.runs} runs, fitted {fitted}"])
    figure.text(0.045, 0.012, style.plain(foot, 600), size=9, color=style.MUTED, va="bottom", linespacing=1.3)
    return figure
