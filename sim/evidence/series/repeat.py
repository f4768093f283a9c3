"""Repeat buying of the CDNOW cohort: 23,570 people who first bought CDs on the web in January to March 1997.

The market: one shop in a repeat category. Everybody buys once on day 0, as a sale from outside, and then comes back or does
not, by the model's own rules: experience, need, lapse, rejection, winning back. Days are real days. Four parameters are
fitted on weeks 1-39 after the first purchase, as many as the BG/NBD has: purchase cycle, how alike people are in it, the
speed of lapsing, and the quality of the experience. Both curves (repeats per customer, share who ever came back) are fitted
together; what happened in weeks 40-65 and the chance of coming back by months since the last purchase are held out.

Textbook: the BG/NBD by maximum likelihood on the tenth of the cohort that Fader, Hardie and Lee (2005) use, weeks 1-39.
"""

from __future__ import annotations

from functools import cache, partial
from typing import Any

import numpy as np

from sim.evidence.benchmarks import BgNbd, fit_bg_nbd, last_value, straight_line
from sim.evidence.series import fitting, records, study
from sim.evidence.series.fitting import Fit, Knob
from sim.evidence.series.study import Forecast, Recorded, SeriesResult, SeriesStudy
from sim.scenario import Scenario

MARKET = "cdnow"
CONSUMERS = 3_000
WEEKS = 65
FITTED_WEEKS = study.first_part(WEEKS)

KNOBS = (
    Knob("cycle", 10.0, 300.0, "days", "mean days between purchases of the category"),
    Knob("alike", 0.08, 1.5, "Gamma shape", "how alike people are in that (population.rate_shape)"),
    Knob("lapse", 0.3, 30.0, "factor", "speed of the arrows from customer and loyal to lapsed"),
    Knob("quality", 0.05, 0.8, "quality", "mean quality of the experience"),
)
_LAPSE = {"customer>lapsed": 0.004, "loyal>lapsed": 0.002}
"""Arrows that the lapse factor multiplies, with the model's default rates."""

_SOURCE = (
    "CDNOW master data (Fader and Hardie), cohort of 23,570; P. Fader, B. Hardie and K. L. Lee (2005), Counting Your Customers "
    "the Easy Way, Marketing Science 24(2):275-284"
)
_LICENCE = "MIT (package lifetimes)"


def market(cycle: float, alike: float, lapse: float, quality: float) -> Scenario:
    """A web shop of 1997: no advertising, no feeds, one brand."""
    brand: dict[str, Any] = {"name": "CDNOW", "focal": True, "price": 30.0, "quality": quality}
    world = {
        "market": {"people": 23_570, "consumers": CONSUMERS, "category": "repeat", "purchase_cycle": cycle},
        "population": {"rate_shape": alike},
        "brands": [brand],
        "platform": {"organic_reach": 0.0, "virality": 0.0, "personalisation": 0.0, "clutter": 0.0},
    }
    made = Scenario.make(title="A cohort of first buyers", horizon={"days": 7 * WEEKS + 1}, world=world)
    return made.with_({f"world.journey.arrows.{arrow}.rate": lapse * rate for arrow, rate in _LAPSE.items()})


def live(scenario: Scenario, seed: int, weeks: int) -> np.ndarray:
    """Who buys again on which day after the first purchase, bool (consumers, 7 weeks)."""
    from sim.engine import Engine

    engine = Engine(scenario, seed=seed)
    for row in range(engine.consumers):
        engine.outside.give(engine, 0, row, paid=True)
    engine.step()  # day 0: the first purchase is used
    bought = np.zeros((engine.consumers, 7 * weeks), bool)
    for day in range(1, 7 * weeks + 1):
        engine.step()
        bought[:, day - 1] = engine.columns["last_bought"][0] == day
    engine.close()
    return bought


def curves(bought: np.ndarray) -> np.ndarray:
    """Cumulative repeats per customer and share who ever came back, by week (2, weeks), from days bool (consumers, days)."""
    weekly = bought.reshape(len(bought), -1, 7).sum(axis=2)
    total = np.cumsum(weekly.sum(axis=0)) / len(bought)
    ever = (np.cumsum(weekly, axis=1) > 0).mean(axis=0)
    return np.array([total, ever])


def recorded() -> np.ndarray:
    """The same two curves as recorded, (2, 65)."""
    table = records.table("cdnow/weeks.csv")
    return table[["repeats_per_customer", "share_ever_repeated"]].to_numpy(float).T


@cache
def textbook() -> BgNbd:
    """The BG/NBD fitted to weeks 1-39 of the tenth of the cohort."""
    rows = records.table("cdnow/sample.csv")
    return fit_bg_nbd(*(rows[name].to_numpy() for name in ("frequency", "recency_weeks", "T_weeks", "customers")))


def fit() -> Fit:
    """Find the four parameters on weeks 1-39: least squares of both curves, each over its value in week 39."""
    truth = recorded()[:, :FITTED_WEEKS]

    def loss(values: dict[str, float]) -> float:
        scenario = market(**values)
        mean = np.mean([curves(live(scenario, seed, FITTED_WEEKS)) for seed in fitting.FIT_SEEDS], axis=0)
        return float(np.sqrt(np.mean(((mean - truth) / truth[:, -1:]) ** 2)))

    return fitting.fit(loss, KNOBS, CONSUMERS, f"weeks 1-{FITTED_WEEKS}", draws=60, steps=140)


@cache
def _simulated(quick: bool) -> tuple[np.ndarray, ...]:
    """Days of buying of every shown run, bool (consumers, days) each."""
    scenario = market(**fitting.stored(MARKET).parameters)
    return tuple(live(scenario, seed, WEEKS) for seed in (fitting.SHOWN_SEEDS[:2] if quick else fitting.SHOWN_SEEDS))


def run(which: int, name: str, unit: str, quick: bool) -> SeriesResult:
    """One of the two curves (0 repeats, 1 ever) with the stored parameters, judged on weeks 40-65."""
    kept, bought = fitting.stored(MARKET), _simulated(quick)
    truth, weeks = recorded()[which], np.arange(1, WEEKS + 1)
    past, ahead = truth[:FITTED_WEEKS], WEEKS - FITTED_WEEKS
    nothing = np.full(FITTED_WEEKS, np.nan)
    book = textbook().ever(weeks) if which else textbook().repeats(weeks)
    forecasts = [
        study.band("simulated", np.array([curves(one)[which] for one in bought])),
        Forecast("BG/NBD", "textbook", book),
        Forecast("last value", "naive", np.concatenate([nothing, last_value(past, ahead)])),
        Forecast("straight line", "naive", np.concatenate([nothing, straight_line(past, ahead)])),
    ]
    series = Recorded(weeks, truth, unit, FITTED_WEEKS)
    why = partial(_why, which, kept.parameters["alike"])
    drawing = study.draw_curve(series, forecasts, "weeks since the first purchase", percent=bool(which))
    return study.judge(name, series, forecasts, why, drawing, kept.parameters, len(bought), fitting.is_stale(kept))


def _why(which: int, alike: float, bias: float) -> str:
    """What makes simulated customers come back too seldom or too often."""
    shapes = (
        f"rhythms differ less between people than the BG/NBD says (Gamma shape {alike:.2f} against {textbook().r:.2f})"
    )
    if alike > textbook().r and bias < -0.02 and not which:
        return f"because {shapes}, so that too few heavy buyers carry the late weeks"
    if alike > textbook().r and bias > 0.015 and which:
        return f"because {shapes}, so that too few come back at once and too many late"
    return "with customers leaving after disappointments, where the BG/NBD lets them leave after any purchase"


# ------------------------------------------------------------------ coming back by months since the last purchase

MONTH = 30
"""Days."""
RETURN = "cdnow_return"


def chance_of_return(days: np.ndarray) -> np.ndarray:
    """Chance of buying in a month of 30 days by months since the last month with a purchase: 1, 2, ... months.

    days: whether each customer bought on each day after the first purchase, bool (customers, days). Month 0 is that of the
    first purchase; an incomplete last month is left out.
    """
    months = (days.shape[1] + 1) // MONTH
    active = np.concatenate([np.ones((len(days), 1), bool), days], axis=1)[:, : months * MONTH]
    active = active.reshape(len(days), months, MONTH).any(axis=2)
    since = np.zeros(len(days), int)
    hits, chances = np.zeros(months), np.zeros(months)
    for month in range(1, months):
        since += 1
        np.add.at(chances, since, 1)
        np.add.at(hits, since, active[:, month])
        since[active[:, month]] = 0
    return np.divide(hits, chances, out=np.full(months, np.nan), where=chances > 0)[1:]


def run_return(quick: bool) -> SeriesResult:
    """Chance to come back by months since the last purchase; nothing was fitted on it."""
    kept, bought = fitting.stored(MARKET), _simulated(quick)
    rows = records.table("cdnow/returns.csv")
    book = chance_of_return(textbook().cohort(people=50_000, days=7 * WEEKS, seed=1))
    forecasts = [
        study.band("simulated", np.array([chance_of_return(one) for one in bought])),
        Forecast("BG/NBD", "textbook", book),
    ]
    series = Recorded(
        tuple(rows["months"].astype(str)), rows["chance"].to_numpy(), "chance to buy in a month of 30 days", 0
    )
    why = partial(_why_return, series.values, forecasts[0].values)
    drawing = study.draw_groups(series, forecasts, "months since the last month with a purchase", percent=True)
    return study.judge(RETURN, series, forecasts, why, drawing, kept.parameters, len(bought), fitting.is_stale(kept))


def _why_return(recorded: np.ndarray, simulated: np.ndarray, bias: float) -> str:
    """Whether people come back soon or late: the first four months against the last four."""
    soon, late = (
        float(simulated[part].mean() / recorded[part].mean() - 1) for part in (slice(None, 4), slice(-4, None))
    )
    if max(abs(soon), abs(late)) < 0.1:
        return "and the chance falls with absence because the disappointed leave and the rare buyers remain"
    words = [f"{100 * abs(part):.0f} % too {'many' if part > 0 else 'few'}" for part in (soon, late)]
    return f"with {words[0]} coming back within four months and {words[1]} after ten and more"


def studies() -> list[SeriesStudy]:
    """The two curves of the cohort, and the chance of return."""
    titles = (
        ("cdnow_repeats", "CDNOW: repeat purchases per customer, 65 weeks", "repeat purchases per customer"),
        ("cdnow_ever", "CDNOW: customers who ever came back, 65 weeks", "share who bought again"),
    )
    found = [SeriesStudy(name, title, "repeat", _SOURCE, _LICENCE, partial(run, which, name, unit))
             for which, (name, title, unit) in enumerate(titles)]  # fmt: skip
    title = "CDNOW: who comes back after months without a purchase"
    return [*found, SeriesStudy(RETURN, title, "repeat", _SOURCE, _LICENCE, run_return)]
