"""Verdicts by rule: what a difference and its interval say in a sentence, and when it is too close to call.

An interval that leaves out zero says higher or lower; one that holds it says "too close to call", within what bounds, and how
many seeds would settle it if the difference is as large as it looks. A difference of zero on every seed is "the same".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.answers import number, percent
from sim.experiments.figures import FIGURES, Figure
from sim.experiments.intervals import FEW, MOST_SEEDS, Interval

if TYPE_CHECKING:
    from sim.experiments.comparison import Comparison

HIGHER, LOWER, CLOSE, SAME, UNKNOWN = "higher", "lower", "too close to call", "the same", "no verdict"
MAIN = ("profit", "units", "new_customers")
"""Figures with a sentence of their own in an answer; of the others it is told which are higher or lower."""


def verdict(found: Interval, gaps: np.ndarray) -> str:
    """One of higher, lower, too close to call, the same (zero on every seed), no verdict (fewer than two seeds)."""
    if found.seeds and np.all(gaps[~np.isnan(gaps)] == 0):
        return SAME
    if found.seeds < 2 or np.isnan(found.low):
        return UNKNOWN
    return HIGHER if found.low > 0 else LOWER if found.high < 0 else CLOSE


def gap_says(figure: Figure, value: float, currency: str) -> str:
    """A difference as one would say it, with its sign; of shares in points of percent.

    >>> gap_says(FIGURES["units"], -1234.0, "EUR"), gap_says(FIGURES["share"], 0.0123, "EUR")
    ('-1,234 units', '+1.23 points')
    """
    if value != value:
        return "no meaning"
    if np.isinf(value):
        return "no bound"
    sign = "-" if value < 0 else "+"
    if figure.unit == "share":
        return f"{sign}{number(abs(100 * value))} points"
    if figure.unit == "index":
        return f"{sign}{abs(value):.4f}" if abs(value) < 0.01 else f"{sign}{abs(value):.3f}"
    return sign + figure.says(abs(value), currency)


def bounds(figure: Figure, found: Interval, currency: str) -> str:
    """An interval as one would say it, the unit once: +141,700 to +274,300 units."""
    if not np.isfinite(found.half):
        return "no bounds yet"
    low, high = (gap_says(figure, end, currency) for end in (found.low, found.high))
    unit = high.partition(" ")[2]
    return f"{low.removesuffix(' ' + unit) if unit else low} to {high}"


def relative(value: float) -> str:
    """A relative difference: +4.1 %."""
    return "" if value != value else f"{'-' if value < 0 else '+'}{percent(abs(value))}"


def sentence(comparison: Comparison, arm: str, name: str) -> str:
    """What one figure of one plan says against the baseline's."""
    row = comparison.rows[arm, name]
    figure, currency, base = FIGURES[name], comparison.currency, comparison.baseline
    found, n = row.interval, row.interval.seeds
    about = f"{arm}: {figure.label}"
    if row.verdict == SAME:
        return f"{about} exactly the same as under {base} on {_every(n)}."
    if row.verdict == UNKNOWN:
        if not n:
            return f"{about} has no meaning here under one plan or both."
        return (
            f"{about} {gap_says(figure, found.mean, currency)} on one seed; one seed tells nothing of chance, run more."
        )
    between = bounds(figure, found, currency)
    share = f"{relative(row.relative)}; " if row.relative == row.relative else ""
    if row.verdict != CLOSE:
        by = gap_says(figure, abs(found.mean), currency).lstrip("+")
        line = f"{about} {row.verdict} than under {base} by {by} ({share}95 % interval {between}), "
        return line + f"{_in(comparison.gaps(arm, name), row.verdict)}."
    if np.isinf(found.half):
        return f"{about} too close to call: {n} seeds set no bounds yet; run more."
    markets = _in(comparison.gaps(arm, name), HIGHER)
    return f"{about} too close to call: {between}, {markets}; {_more(comparison, arm, name)}."


def _more(comparison: Comparison, arm: str, name: str) -> str:
    """How many more seeds would settle it."""
    row = comparison.rows[arm, name]
    gap = gap_says(FIGURES[name], row.interval.mean, comparison.currency)
    if row.seeds_to_settle is None:
        return f"if the difference is as small as it looks ({gap}), not even {MOST_SEEDS:,} seeds would settle it"
    more = max(row.seeds_to_settle - row.interval.seeds, 1)
    return f"about {more:,} more seed{'s' * (more > 1)} would settle it if the difference is what it looks like ({gap})"


def _in(gaps: np.ndarray, way: str) -> str:
    """In how many of the simulated markets a figure is higher (or lower), and in how many the same."""
    kept = gaps[~np.isnan(gaps)]
    count, same = int(np.count_nonzero(kept > 0 if way == HIGHER else kept < 0)), int(np.count_nonzero(kept == 0))
    return f"{way} in {count}{f' and the same in {same}' if same else ''} of {len(kept)} markets"


def _every(seeds: int) -> str:
    return "the one seed" if seeds == 1 else f"all {seeds} seeds"


def _few(seeds: int) -> str:
    return (
        f" Only {seeds} seeds: intervals are wide and lean on differences being close to normal."
        if 1 < seeds < FEW
        else ""
    )


def answer(comparison: Comparison, on: str = "profit") -> str:
    """The comparison in plain sentences, one a line. on: the figure by which plans are judged."""
    lines = [_opening(comparison)]
    for arm in comparison.others:
        lines += [sentence(comparison, arm, name) for name in MAIN]
        lines += _rest(comparison, arm)
        lines += _who(comparison, arm)
        lines += _where_from(comparison, arm)
    lines.append(_judged(comparison, on))
    return "\n".join(line for line in lines if line)


def _opening(comparison: Comparison) -> str:
    market = comparison.scenario.world.market
    stopped = " It was stopped early; what was done is kept." if comparison.stopped else ""
    luck = "the same luck for every plan" if comparison.common else "independent luck for every plan"
    return (
        f"{len(comparison.arms)} plans in {len(comparison.seeds)} simulated market{'s' * (len(comparison.seeds) != 1)} of "
        f"{number(market.people)} people ({market.consumers:,} consumers each), {luck}; against "
        f"{comparison.baseline}.{stopped}{f' {comparison.rule.says()}' if comparison.rule else ''}{_few(len(comparison.seeds))}"
    )


def _rest(comparison: Comparison, arm: str) -> list[str]:
    """Which of the other figures are higher, lower, and too close to call."""
    found: dict[str, list[str]] = {}
    for name, figure in FIGURES.items():
        if name not in MAIN:
            row = comparison.rows[arm, name]
            gap = gap_says(figure, row.interval.mean, comparison.currency)
            said = f"{figure.label} ({gap})" if row.verdict in (HIGHER, LOWER) else figure.label
            found.setdefault(row.verdict, []).append(said)
    parts = [f"{word}: {', '.join(found[word])}" for word in (HIGHER, LOWER, CLOSE, SAME) if word in found]
    return [f"{arm}: {'; '.join(parts)}."] if parts else []


def _who(comparison: Comparison, arm: str) -> list[str]:
    timing = comparison.timing
    if timing.empty:
        return []
    people = timing[timing["arm"] == arm].set_index("group")["people"]
    sooner = timing[timing["arm"] == arm].set_index("group")["days_sooner"]
    if not people[["won", "lost", "earlier", "later"]].any():
        return []
    line = (
        f"{arm}: {number(people['won'])} people buy who would not have under {comparison.baseline}, "
        f"{number(people['lost'])} the other way round (expansion)"
    )
    for group, word in (("earlier", "sooner"), ("later", "later")):
        if people[group]:
            line += f"; {number(people[group])} buy {word}, by {number(abs(sooner[group]))} days"
    line += " (acceleration)." if people["earlier"] or people["later"] else "."
    return [line, *_spill_over(comparison, arm)]


def _spill_over(comparison: Comparison, arm: str) -> list[str]:
    """What happened to people whom nothing of what was changed reached."""
    kinds, others = comparison.changed[arm]
    table = comparison.consumers
    far = table[(table["arm"] == arm) & (table["by"] == "distance") & (table["distance"] > 0)]
    if not kinds or others or far["people"].sum() < 0.01 * comparison.scenario.world.market.people:
        return []
    gained, everybody = far["gained"].sum(), table[(table["arm"] == arm) & (table["by"] == "everybody")]["gained"].sum()
    share = f" ({percent(gained / everybody)} of those gained)" if everybody and 0 < gained <= everybody else ""
    from sim.answers import kind_label

    return [
        f"{arm}: spill-over: {number(far['people'].sum())} people never met {', '.join(map(kind_label, kinds))} under either "
        f"plan; among them {'+' if gained >= 0 else ''}{number(gained)} new customers{share}."
    ]


def _where_from(comparison: Comparison, arm: str) -> list[str]:
    table = comparison.parts
    if table.empty:
        return []
    lines = []
    for name in ("units", "profit"):
        mine = table[(table["arm"] == arm) & (table["figure"] == name)]
        said = [
            f"{label} {gap_says(FIGURES[name], value, comparison.currency)}"
            for label, value in zip(mine["label"], mine["mean"])
        ]
        seeds = int(mine["seeds"].max())
        lines.append(
            f"{arm}: where the difference in {FIGURES[name].label} comes from ({seeds} seeds): {', '.join(said)}."
        )
    return lines


def _judged(comparison: Comparison, on: str) -> str:
    """Which plan to take by one figure: regret and the worst tenth."""
    table, figure = comparison.outcomes, FIGURES[on]
    rows = table[table["figure"] == on].sort_values("regret", kind="stable")
    if rows["regret"].isna().any() or not figure.better:
        return ""
    said = [
        f"{arm} (best in {percent(share)} of markets, regret {figure.says(loss, comparison.currency)}, worst tenth "
        f"{figure.says(worst, comparison.currency)})"
        for arm, share, loss, worst in zip(rows["arm"], rows["best_in"], rows["regret"], rows["worst_tenth"])
    ]
    return f"Judged by {figure.label}, from least to most regret: {'; '.join(said)}."
