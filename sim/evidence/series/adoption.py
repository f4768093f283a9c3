"""Adoption of durables (United States, 1949-70), the internet and mobile telephones (Nordic countries) beside simulated ones.

The market: one new thing that everybody needs once, television for any advertising, friends who talk, no feeds. A consumer is
a household (durables), a person (internet) or a subscription (mobile telephones); first purchases times the potential are
the series. Three parameters are fitted, as many as the Bass curve has: the potential, impressions per person and week, and the
pace of the journey. How much friends weigh is left at the model's default. A year is 120 simulated days, so that thirty years
are a run of ten simulated ones. Durables start with nobody, the Nordic series with the 1 % who have it in their first year.

Textbook: the Bass curve, fitted to the same points by least squares (for the Nordic series its recursion, given the first
level). Both may put the potential anywhere from what was reached up to the same bound.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from sim.bass import Bass, fit_bass_levels, fit_bass_sales
from sim.evidence.benchmarks import last_value, straight_line
from sim.evidence.series import fitting, records, study
from sim.evidence.series.fitting import Fit, Knob
from sim.evidence.series.study import Forecast, Recorded, SeriesResult, SeriesStudy
from sim.scenario import Scenario

DAYS_PER_YEAR = 120
"""Simulated days that count as one year (assumed; the fitted pace makes up for it)."""
CONSUMERS = 2_000
PEOPLE = 1_000_000
CPM = 12.0
"""Cost of a thousand impressions on television, the model's default: spend follows from impressions."""
START_LEVEL = 1.0
"""A Nordic series begins in the first year at or above this level (percent, or subscriptions per 100)."""
START_SHARE = 0.01
"""Share of simulated people who own it when a Nordic series begins."""

MEDIA = Knob("media", 0.005, 20.0, "impressions per person and week", "weight of advertising")
PACE = Knob("pace", 0.05, 6.0, "factor", "speed of the journey (journey.pace)")

_MASON = (
    "V. Srinivasan and C. H. Mason (1986), Nonlinear Least Squares Estimation of New Product Diffusion Models, "
    "Marketing Science 5(2):169-178"
)
_OWID = "Our World in Data, from figures of the International Telecommunication Union by way of the World Bank"


@dataclass(frozen=True)
class Adoption:
    """One recorded adoption. values: first purchases a year (`sales`), or adopters at its end; most: bound of the potential."""

    id: str
    title: str
    unit: str
    years: np.ndarray
    values: np.ndarray
    sales: bool
    most: float
    source: str
    licence: str

    @property
    def fitted(self) -> int:
        """Number of years fitted on."""
        return study.first_part(len(self.values))


def recorded() -> list[Adoption]:
    """Every adoption on record."""
    return [*_durables(), *_nordic("internet"), *_nordic("mobile")]


def _durables() -> list[Adoption]:
    table = records.table("durables.csv")
    names = {"room_air_conditioners": "Room air conditioners", "color_televisions": "Colour televisions",
             "clothes_dryers": "Clothes dryers"}  # fmt: skip
    found = []
    for series, name in names.items():
        rows = table[table["series"] == series]
        years, sales = rows["year"].to_numpy(), rows["thousand_units"].to_numpy(float)
        sold = float(sales[: study.first_part(len(sales))].sum())
        title = f"{name}, United States, {years[0]}-{years[-1]}"
        found.append(Adoption(series, title, "thousand units sold a year", years, sales, True, 10 * sold,
                              f"{_MASON} (yearly sales)", "figures quoted from the publication"))  # fmt: skip
    return found


def _nordic(what: str) -> list[Adoption]:
    name, column, unit, most = {
        "internet": ("internet_users_pct", "pct", "internet users, percent of people", 100.0),
        "mobile": ("mobile_subscriptions_per100", "per100", "mobile subscriptions per 100 people", 150.0),
    }[what]
    table = records.table(f"nordic/{name}.csv")
    found = []
    for country in sorted(table["country"].unique()):
        rows = table[table["country"] == country]
        years = np.arange(rows["year"].min(), rows["year"].max() + 1)
        levels = np.interp(years, rows["year"], rows[column])  # Sweden 2018 is missing
        begin = int(np.argmax(levels >= START_LEVEL))
        years, levels = years[begin:], levels[begin:]
        thing = "Internet users" if what == "internet" else "Mobile subscriptions"
        found.append(Adoption(f"{what}_{country.lower()}", f"{thing} in {country}, {years[0]}-{years[-1]}", unit, years,
                              levels, False, most, _OWID, "CC BY 4.0"))  # fmt: skip
    return found


def market(
    media: float, pace: float, years: int, start: float = 0.0, people: int = PEOPLE, consumers: int = CONSUMERS,
    peers: Mapping[str, Any] | None = None, folder: Path = Path(),
) -> Scenario:  # fmt: skip
    """The market of one new thing: `media` impressions per person and week, `start` share of people who own it on day 0.

    peers: the table [world.peers], with files looked for in `folder`; by default ties are generated as usual.
    """
    brand: dict[str, Any] = {
        "name": "The new thing", "focal": True, "price": 100.0, "known": start, "buyers": start,
        "emails_per_week": 0.0, "posts_per_week": 0.0, "community": 0.0,
    }  # fmt: skip
    world = {
        # A thing lasts ten years; second purchases are not counted.
        "market": {
            "people": people,
            "consumers": consumers,
            "category": "one-off",
            "purchase_cycle": 10.0 * DAYS_PER_YEAR,
        },
        "brands": [brand],
        "peers": dict(peers or {}),
        "platform": {"organic_reach": 0.0, "virality": 0.0, "personalisation": 0.0, "clutter": 0.0},
        "mechanisms": {"journey": {"pace": pace}},
    }
    plan = {"flights": [{"channel": "television", "weekly": media * people * CPM / 1000}]}
    horizon = {"days": years * DAYS_PER_YEAR}
    return Scenario.make(title="Adoption of a new thing", horizon=horizon, world=world, plan=plan, folder=folder)


def first_purchases(scenario: Scenario, seeds: tuple[int, ...]) -> np.ndarray:
    """Share of consumers who buy for the first time in each year, (seeds, years)."""
    from sim.engine import Engine

    runs = []
    for seed in seeds:
        engine = Engine(scenario, seed=seed)
        bought = np.zeros(engine.calendar.days)
        for day in range(engine.calendar.days):
            engine.step()
            bought[day] = engine.tallies["purchases_first"][0]
        engine.close()
        runs.append(bought.reshape(-1, DAYS_PER_YEAR).sum(axis=1) / engine.consumers)
    return np.array(runs)


def simulate(one: Adoption, values: dict[str, float], points: int, seeds: tuple[int, ...]) -> np.ndarray:
    """The first `points` values of the series as simulated, (seeds, points), for media, pace and potential."""
    return _as_series(
        one, _first_purchases(values["media"], values["pace"], one.sales, points, seeds), values["potential"]
    )


def _first_purchases(media: float, pace: float, sales: bool, points: int, seeds: tuple[int, ...]) -> np.ndarray:
    """Share who buy for the first time in each year of a series, (seeds, points); in the first of a level series, nobody."""
    if sales:
        return first_purchases(market(media, pace, points), seeds)
    return np.pad(first_purchases(market(media, pace, points - 1, START_SHARE), seeds), ((0, 0), (1, 0)))


def _as_series(one: Adoption, new: np.ndarray, potential: float) -> np.ndarray:
    """Sales, or levels from the recorded first one on, (..., points)."""
    return potential * new if one.sales else float(one.values[0]) + potential * np.cumsum(new, axis=-1)


@cache
def _mean_run(media: float, pace: float, sales: bool, points: int) -> np.ndarray:
    """Mean over the seeds of fitting. Kept: the first places of the search are the same for all series."""
    return _first_purchases(media, pace, sales, points, fitting.FIT_SEEDS).mean(axis=0)


def fit(one: Adoption) -> Fit:
    """Find media, pace and potential on the first 60 % of the years: least squares of the mean run.

    The series is linear in the potential, so the best one follows from the other two.
    """
    k = one.fitted
    truth = one.values[:k]
    least = float(truth.sum() if one.sales else truth.max())
    longest = max(other.fitted for other in recorded() if other.sales == one.sales)

    def new(values: dict[str, float]) -> np.ndarray:
        return _mean_run(values["media"], values["pace"], one.sales, longest)[:k]

    def potential(values: dict[str, float]) -> float:
        rise = _as_series(one, new(values), 1.0) - _as_series(one, new(values), 0.0)
        best = float((truth - _as_series(one, 0 * rise, 0.0)) @ rise) / float(rise @ rise) if rise.any() else least
        return float(np.clip(best, least, one.most))

    def loss(values: dict[str, float]) -> float:
        guess = _as_series(one, new(values), potential(values))
        return float(np.sqrt(np.mean((guess - truth) ** 2)) / truth.mean())

    on = f"{'sales' if one.sales else 'levels'} {one.years[0]}-{one.years[k - 1]}"
    return fitting.fit(
        loss, (MEDIA, PACE), CONSUMERS, on, draws=80, steps=30, also=lambda best: {"potential": potential(best)}
    )


def run(one: Adoption, quick: bool) -> SeriesResult:
    """Simulate with the stored parameters, and judge on the last 40 % of the years."""
    kept = fitting.stored(one.id)
    seeds = fitting.SHOWN_SEEDS[:2] if quick else fitting.SHOWN_SEEDS
    n, k = len(one.values), one.fitted
    past, ahead = one.values[:k], n - k
    runs = simulate(one, kept.parameters, n, seeds)
    bass = fit_bass_sales(past, one.most) if one.sales else fit_bass_levels(past, one.most)
    curve = bass.sales(n) if one.sales else bass.levels(float(past[0]), n)
    nothing = np.full(k, np.nan)
    forecasts = [
        study.band("simulated", runs),
        Forecast("Bass", "textbook", curve),
        Forecast("last value", "naive", np.concatenate([nothing, last_value(past, ahead)])),
        Forecast("straight line", "naive", np.concatenate([nothing, straight_line(past, ahead)])),
    ]
    series = Recorded(one.years, one.values, one.unit, k)
    return study.judge(one.id, series, forecasts, partial(_why, one, kept, bass), study.draw_curve(series, forecasts, "year"),
                       kept.parameters, len(seeds), fitting.is_stale(kept))  # fmt: skip


def _why(one: Adoption, kept: Fit, bass: Bass, bias: float) -> str:
    """Where the lean comes from: what the first years said of the potential, against what came."""
    mine, theirs = kept.parameters["potential"], bass.m
    reached = float(one.values.sum() if one.sales else one.values.max())
    first = f"the first {one.fitted} of {len(one.values)} years put the potential at {mine:,.0f} (Bass {theirs:,.0f})"
    came = f"{reached:,.0f} were {'sold by the end' if one.sales else 'reached'}"
    if bias < -0.02 and mine < 1.1 * reached:
        return f"because {first}, and {came}"
    if bias > 0.02 and mine > reached:
        return f"because {first}, while {came}"
    if abs(bias) <= 0.02:
        return f"though {first}, and {came}"
    return f"in the timing more than in the ceiling: {first}, and {came}"


def studies() -> list[SeriesStudy]:
    """One study for each adoption on record."""
    return [
        SeriesStudy(one.id, one.title, "adoption", one.source, one.licence, partial(run, one)) for one in recorded()
    ]
