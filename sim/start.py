"""The first day: who knows which brand, who is on the way to it, who already buys it, and when they last did."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.draws import normal, stream, uniform
from sim.kernels import kernel
from sim.stages import CONSIDERS, INTENDS, KNOWS, OWNS, REFUSES, first_with

if TYPE_CHECKING:
    from sim.engine import Engine

# Customers on day 0 by stage, and what they start from: all assumed.
LOYAL_SHARE, ADVOCATE_SHARE = 0.22, 0.06


@kernel
def place(known, buyers, weighing, wanting, liking, quality, root, aware_stage, considering_stage, intending_stage,
          customer_stage, loyal_stage, advocate_stage, repeat, cycle, taste, purchase_rate, stage, entered, awareness,
          evidence_for, evidence_against, satisfaction, habit, last_bought, last_purchase):  # fmt: skip
    """Make some people customers and others aware, some of them on the way to buying, brand by brand; give them a history.

    People buy what they like: the chance to be a customer goes with exp(taste), scaled so that the expected share is met.
    """
    for b in range(stage.shape[0]):
        owns, knows, mood = stream(root, 0, b * 8), stream(root, 0, b * 8 + 1), stream(root, 0, b * 8 + 2)
        when, level = stream(root, 0, b * 8 + 3), stream(root, 0, b * 8 + 4)
        for i in range(stage.shape[1]):
            chance = min(1.0, buyers[b] * np.exp(taste[b, i]) / liking[b])
            u = uniform(owns, i)
            if u < chance:
                part = u / chance
                at = advocate_stage if part < ADVOCATE_SHARE else customer_stage
                if ADVOCATE_SHARE <= part < ADVOCATE_SHARE + LOYAL_SHARE:
                    at = loyal_stage
                stage[b, i] = at
                feeling = min(1.0, max(0.0, 0.5 + 0.8 * (quality[b] - 0.5) + 0.12 * normal(mood, i)))
                satisfaction[b, i] = feeling
                habit[b, i] = 0.3 + 0.4 * uniform(level, i)
                evidence_for[b, i] = 6.0 * feeling
                evidence_against[b, i] = 3.0 * (1.0 - feeling)
                awareness[b, i] = 0.5 + 0.4 * uniform(level, i)
                if repeat:
                    gap = min(700.0, -np.log(1.0 - uniform(when, i)) / max(purchase_rate[i], 1e-6))
                    last_bought[b, i] = -1 - np.int64(gap)
                    last_purchase[i] = max(last_purchase[i], last_bought[b, i])
                else:  # bought or renewed some time in the last period, or in the last two years of a longer one
                    last_bought[b, i] = -1 - np.int64(uniform(when, i) * min(cycle, 700.0))
                    last_purchase[i] = max(last_purchase[i], last_bought[b, i])
                continue
            u, others = uniform(knows, i), max(1.0 - buyers[b], 1e-9)
            if u < (known[b] - buyers[b]) / others:
                stage[b, i] = aware_stage
                if u * others < wanting[b] + weighing[b]:
                    stage[b, i] = intending_stage if u * others < wanting[b] else considering_stage
                awareness[b, i] = 0.15 + 0.5 * uniform(level, i)
                feeling = 0.5 + 0.3 * (quality[b] - 0.5)
                evidence_for[b, i] = 1.5 * feeling
                evidence_against[b, i] = 1.5 * (1.0 - feeling)


@kernel
def count_friends(stage, stage_role, tie_start, tie_to, friends_owning):
    """Count for everybody the friends who are customers."""
    friends_owning[:] = 0
    for b in range(stage.shape[0]):
        for i in range(stage.shape[1]):
            if stage_role[stage[b, i]] & OWNS:
                for at in range(tie_start[i], tie_start[i + 1]):
                    friends_owning[b, tie_to[at]] += 1


@kernel
def part_company(stage, stage_role, referrer, company):
    """End the company of people who are no customers, or whose inviter is none."""
    for b in range(stage.shape[0]):
        for i in range(stage.shape[1]):
            if company[b, i]:
                stays = stage_role[stage[b, i]] & OWNS and stage_role[stage[b, referrer[b, i]]] & OWNS
                company[b, i] = 1 if stays else 0


def brands_with(values: np.ndarray) -> np.ndarray:
    """Brands of which a consumer has something other than 0 in a column (brands, consumers), one bit each."""
    return np.packbits(values != 0, axis=0, bitorder="little")[0]


def furnish(engine: Engine) -> None:
    """Fill the state columns for day 0 in place."""
    brands, columns, stages = engine.brands, engine.columns, engine.stages
    names = [one.name for one in stages]
    customer = first_with(stages, OWNS)
    named = {name: names.index(name) if name in names else customer for name in ("loyal", "advocate")}
    in_market = engine.calendar.launch <= 0
    spread = engine.scenario.world.population.taste_spread
    liking = np.array([columns["taste"][b].mean() for b in range(len(brands))]) + 0.5 * spread**2
    market = engine.scenario.world.market
    if market.category != "repeat":
        # Category use before day 0 is spread evenly over one cycle: some bought lately, some long ago.
        ages = np.minimum(engine.rng_uniform("start", 1) / np.maximum(columns["purchase_rate"], 1e-6), 20_000)
        columns["last_purchase"][:] = -1 - ages.astype(np.int16)
    else:
        rates = np.maximum(columns["purchase_rate"], 1e-4)
        columns["last_purchase"][:] = -1 - np.minimum(-np.log1p(-engine.rng_uniform("start", 1)) / rates, 5000).astype(
            np.int16
        )
    columns["entered"][:] = 0
    place(
        np.array([max(one.known, one.buyers) for one in brands]) * in_market,
        *(np.array([getattr(one, name) for one in brands]) * in_market for name in ("buyers", "considering", "intending")),
        np.exp(liking),
        np.array([one.quality for one in brands]),
        engine.key("start"),
        first_with(stages, KNOWS),
        first_with(stages, CONSIDERS, INTENDS | OWNS | REFUSES, -1),
        first_with(stages, INTENDS, OWNS | REFUSES, -1),
        customer,
        named["loyal"],
        named["advocate"],
        market.category == "repeat",
        market.purchase_cycle,
        *(
            columns[name]
            for name in (
                "taste", "purchase_rate", "stage", "entered", "awareness", "evidence_for", "evidence_against",
                "satisfaction", "habit", "last_bought", "last_purchase",
            )
        ),
    )  # fmt: skip
