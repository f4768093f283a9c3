"""Toothpaste in the United Kingdom, first quarter of 1973: who buys how many of eight brands how often.

The market: eight brands of one quality and price, advertised in proportion to their market shares; buying none of them stands
for other brands, which have 14 % of the market. The shares are given, as they are to the Dirichlet: each brand starts with
as many customers as its share, and is liked the better the larger it is (mean taste: size times the log of its share over the
mean share). After half a year to settle, four quarters are averaged. Four parameters are fitted on the five largest brands:
purchase cycle, how alike households are in it, how far personal tastes spread, and size. Judged are the three smallest.

Textbook: the NBD-Dirichlet with K from penetration and purchases of the category, and S from the five largest brands.
Naive: every small brand is bought by the mean share of households, as often, as the five largest are.
"""

from __future__ import annotations

from functools import cache, partial

import numpy as np

from sim.evidence.benchmarks import Dirichlet, fit_dirichlet, fit_nbd, mean_value
from sim.evidence.series import fitting, records, study
from sim.evidence.series.fitting import Fit, Knob
from sim.evidence.series.study import Forecast, Recorded, SeriesResult, SeriesStudy
from sim.scenario import Scenario

MARKET = "toothpaste"
CONSUMERS = 2_500
PEOPLE = 1_000_000
QUARTER, QUARTERS, SETTLE = 91, 4, 182
CATEGORY_PENETRATION, CATEGORY_FREQUENCY = 0.56, 2.6
"""Share of households that bought toothpaste in the quarter, and how often (the same study)."""
FITTED_BRANDS = 5
PRESSURE, CPM = 1.0, 12.0
"""Impressions per person and week of all brands together (assumed), and the model's cost of a thousand."""

KNOBS = (
    Knob("cycle", 30.0, 200.0, "days", "mean days between purchases of the category"),
    Knob("alike", 0.15, 2.0, "Gamma shape", "how alike households are in that (population.rate_shape)"),
    Knob("spread", 0.4, 4.0, "utility", "how far personal tastes spread (population.taste_spread)"),
    Knob("size", 0.2, 2.0, "utility", "how much better a larger brand is liked"),
)
_SOURCE = (
    "G. Goodhardt, A. Ehrenberg and C. Chatfield (1984), The Dirichlet: A Comprehensive Model of Buying Behaviour, "
    "JRSS A 147:621-655 (AGB panel, 5,240 panelists)"
)
_LICENCE = "figures quoted from the publication"


def recorded() -> tuple[tuple[str, ...], np.ndarray, np.ndarray]:
    """Names of the brands, market shares (8,), and penetration and purchases per buyer (2, 8)."""
    rows = records.table("toothpaste_uk_1973q1.csv")
    return tuple(rows["brand"]), rows["share"].to_numpy(), rows[["penetration", "purchases_per_buyer"]].to_numpy().T


def market(cycle: float, alike: float, spread: float, size: float) -> Scenario:
    """Eight brands that differ in size alone."""
    names, shares, _ = recorded()
    quiet = {"price": 1.0, "known": 0.9, "emails_per_week": 0.0, "posts_per_week": 0.0, "community": 0.0}
    brands = [
        {**quiet, "name": name, "buyers": float(share), "focal": n == 0}
        for n, (name, share) in enumerate(zip(names, shares))
    ]
    weekly = [float(PRESSURE * share / shares.sum() * PEOPLE * CPM / 1000) for share in shares]
    flights = [{"channel": "television", "weekly": money, "brand": name} for name, money in zip(names, weekly)]
    taste = {name: float(size * np.log(share / shares.mean())) for name, share in zip(names, shares)}
    world = {
        "market": {"people": PEOPLE, "consumers": CONSUMERS, "category": "repeat", "purchase_cycle": cycle},
        "population": {"rate_shape": alike, "taste_spread": spread},
        "segments": [{"name": "households", "taste": taste}],
        "brands": brands,
        "platform": {"organic_reach": 0.0, "virality": 0.0, "personalisation": 0.0, "clutter": 0.0},
        "flights": flights[1:],
    }
    plan = {"flights": [{"channel": "television", "weekly": weekly[0]}]}
    horizon = {"days": SETTLE + QUARTERS * QUARTER}
    return Scenario.make(title="Toothpaste, eight brands", horizon=horizon, world=world, plan=plan)


def measures(scenario: Scenario, seed: int) -> np.ndarray:
    """Penetration and purchases per buyer of each brand in a quarter, means over four: (2, 8)."""
    from sim.engine import Engine

    engine = Engine(scenario, seed=seed)
    for _ in range(SETTLE):
        engine.step()
    found = []
    for _ in range(QUARTERS):
        bought = np.zeros(engine.columns["last_bought"].shape, np.int32)
        for _ in range(QUARTER):
            day = engine.day
            engine.step()
            bought += engine.columns["last_bought"] == day
        reach = (bought > 0).mean(axis=1)
        found.append([reach, np.divide(bought.mean(axis=1), reach, out=np.zeros_like(reach), where=reach > 0)])
    engine.close()
    return np.mean(found, axis=0)


@cache
def textbook() -> Dirichlet:
    """The Dirichlet of the category, with S from the five largest brands."""
    _, shares, truth = recorded()
    mean = CATEGORY_PENETRATION * CATEGORY_FREQUENCY
    return fit_dirichlet(mean, fit_nbd(CATEGORY_PENETRATION, mean), shares, truth[0, :FITTED_BRANDS])


def fit() -> Fit:
    """Find the four parameters on the five largest brands: least squares of relative errors of both measures."""
    _, _, truth = recorded()
    known = truth[:, :FITTED_BRANDS]

    def loss(values: dict[str, float]) -> float:
        scenario = market(**values)
        mean = np.mean([measures(scenario, seed) for seed in fitting.FIT_SEEDS], axis=0)[:, :FITTED_BRANDS]
        return float(np.sqrt(np.mean((mean / known - 1) ** 2)))

    return fitting.fit(loss, KNOBS, CONSUMERS, "the five largest brands", draws=36, steps=60)


@cache
def _simulated(quick: bool) -> np.ndarray:
    """Both measures of every shown run, (runs, 2, 8)."""
    scenario = market(**fitting.stored(MARKET).parameters)
    return np.array([measures(scenario, seed) for seed in (fitting.SHOWN_SEEDS[:2] if quick else fitting.SHOWN_SEEDS)])


def run(which: int, name: str, unit: str, quick: bool) -> SeriesResult:
    """One measure (0 penetration, 1 frequency) with the stored parameters, judged on the three smallest brands."""
    kept, runs = fitting.stored(MARKET), _simulated(quick)[:, which]
    brands, _, both = recorded()
    truth = both[which]
    book = textbook().frequency() if which else textbook().penetration()
    nothing, ahead = np.full(FITTED_BRANDS, np.nan), len(truth) - FITTED_BRANDS
    forecasts = [
        study.band("simulated", runs),
        Forecast("Dirichlet", "textbook", book),
        Forecast("mean of the five", "naive", np.concatenate([nothing, mean_value(truth[:FITTED_BRANDS], ahead)])),
    ]
    series = Recorded(brands, truth, unit, FITTED_BRANDS)
    drawing = study.draw_groups(series, forecasts, "brands by market share", percent=not which)
    return study.judge(
        name, series, forecasts, partial(_why, which), drawing, kept.parameters, len(runs), fitting.is_stale(kept)
    )


def _why(which: int, bias: float) -> str:
    """What makes small brands too large or too small."""
    if abs(bias) < 0.02:
        return "and double jeopardy comes out of tastes, habit and occasions, with no formula for it"
    if which:
        if bias > 0:
            return "because the few who like a small brand make a habit of it"
        return "because habit grows with repetition, which small brands get least of"
    if bias > 0:
        return "because personal tastes spread alike for all brands, which gives small ones some firm friends"
    return "because being small costs a brand twice in the model: it is liked by fewer people, and is forgotten between purchases"


def studies() -> list[SeriesStudy]:
    """Penetration and purchase frequency of the brands."""
    titles = (
        (
            "toothpaste_penetration",
            "Toothpaste, UK 1973: households that buy each brand in a quarter",
            "share of households",
        ),
        ("toothpaste_frequency", "Toothpaste, UK 1973: purchases per buyer in a quarter", "purchases per buyer"),
    )
    return [SeriesStudy(name, title, "dirichlet", _SOURCE, _LICENCE, partial(run, which, name, unit))
            for which, (name, title, unit) in enumerate(titles)]  # fmt: skip
