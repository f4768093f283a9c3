"""The journey: competing risks in their closed form, and every move recomputed from the table of arrows."""

from __future__ import annotations

import numpy as np
import pytest
from make_market import alone, build, busy, live, quiet

from sim import draws
from sim.columns import NEVER
from sim.mechanisms.journey import absence_of, liking_of, social_proof_of, vouched_of
from sim.mechanisms.social_proof import departures_of

pytestmark = pytest.mark.usefixtures("warm")


def three_ways(rates, effects=None, days=1, consumers=20_000, scale=None, **changes):
    """One stage with an arrow to each of the others; the others lead nowhere in practice."""
    names = ["start", *(f"end{number}" for number in range(len(rates)))]
    arrows = [{"from": "start", "to": end, "rate": rate, "effects": (effects or {}).get(end, {}), "scale": scale}
              for end, rate in zip(names[1:], rates)]  # fmt: skip
    arrows += [{"from": end, "to": "start", "rate": 0.0} for end in names[1:]]
    stages = [{"name": name} for name in names] + [{"name": "owner", "owns": True}]
    arrows += [
        {"from": "start", "to": "owner", "rate": 0.0, "by": "purchase"},
        {"from": "owner", "to": "start", "rate": 0.0},
    ]
    return quiet(days=days, consumers=consumers, mechanisms=alone("events", "purchase", journey=changes),
                 journey={"default": False, "stages": stages, "arrows": arrows},
                 market={"category": "one-off"})  # fmt: skip


@pytest.mark.parametrize("rates", [[0.1], [0.1, 0.3], [2.0, 1.0, 0.5], [0.0, 0.2]])
def test_competing_risks_have_their_closed_form(rates):
    """Moved by t: 1 - exp(-sum h t), divided among the arrows in proportion to their hazards."""
    days, consumers = 3, 20_000
    engine = live(three_ways(rates, days=days))
    counts = np.bincount(engine.columns["stage"][0], minlength=len(rates) + 2)[: len(rates) + 1]
    total = sum(rates)
    moved = 1 - np.exp(-total * days)
    chances = np.array([1 - moved, *(moved * rate / total for rate in rates)])
    assert (np.abs(counts - consumers * chances) <= 4 * np.sqrt(consumers * chances * (1 - chances))).all(), counts


def test_pace_multiplies_every_hazard():
    engine = live(three_ways([0.05, 0.1], pace=4.0))
    moved = 1 - np.exp(-0.6)
    assert abs((engine.columns["stage"][0] > 0).mean() - moved) < 4 * np.sqrt(moved * (1 - moved) / 20_000)
    assert (live(three_ways([2.0, 1.0], pace=0.0)).columns["stage"] == 0).all()


@pytest.mark.parametrize("taste", [-20.0, -1.0, 0.0, 2.0])
def test_liking_is_the_logistic_of_taste(taste):
    engine = build(three_ways([0.05], {"end0": {"liking": 2.0}}))
    engine.columns["taste"][:] = taste
    engine.step()
    moved = 1 - np.exp(-0.05 * np.exp(2.0 / (1 + np.exp(-taste))))
    assert abs((engine.columns["stage"][0] > 0).mean() - moved) < 4 * np.sqrt(moved * (1 - moved) / 20_000)


@pytest.mark.parametrize("effect", [-3.0, 0.0, 2.5])
def test_a_covariate_multiplies_the_hazard_by_exp(effect):
    scenario = three_ways([0.1], {"end0": {"motivation": effect, "awareness": -1.0}})
    engine = build(scenario)
    engine.columns["motivation"][:] = 0.6
    engine.columns["awareness"][:] = 0.3
    engine.step()
    moved = 1 - np.exp(-0.1 * np.exp(0.6 * effect - 0.3))
    assert abs((engine.columns["stage"][0] > 0).mean() - moved) < 4 * np.sqrt(moved * (1 - moved) / 20_000)


@pytest.mark.parametrize("awareness", [0.0, 0.1, 0.8])
def test_a_hazard_can_be_in_proportion_to_a_covariate(awareness):
    engine = build(three_ways([0.4], scale="awareness"))
    engine.columns["awareness"][:] = awareness
    engine.step()
    moved = 1 - np.exp(-0.4 * awareness)
    assert abs((engine.columns["stage"][0] > 0).mean() - moved) <= 4 * np.sqrt(moved * (1 - moved) / 20_000)


def test_any_column_can_be_a_covariate():
    engine = build(three_ways([0.01], {"end0": {"passed_on": 0.5}}))
    engine.columns["passed_on"][::2] = 10
    engine.step()
    moved = engine.columns["stage"][0] > 0
    assert moved[::2].mean() == pytest.approx(1 - np.exp(-0.01 * np.exp(5.0)), abs=0.02)
    assert moved[1::2].mean() == pytest.approx(1 - np.exp(-0.01), abs=0.01)


def test_covariates_of_friends_and_absence():
    assert social_proof_of(3, 0, 0.9) == 0.0
    assert social_proof_of(3, 10, 0.5) == pytest.approx(0.3)
    assert social_proof_of(9, 10, 1.0) == 1.0
    assert absence_of(0.0, 0.1) == 0.0
    assert absence_of(20.0, 0.1) == pytest.approx(1 - np.exp(-1.0))


def test_every_move_is_the_one_that_the_table_of_arrows_gives():
    """A day of the busy market with the default journey, consumer by consumer in Python: same draws, same moves."""
    base = busy(days=20, consumers=1600, paths={"world.events": ()})
    engine = live(base, 12)
    fresh = base.with_({f"{name}.on": False for name in engine.mechanisms
                        if name not in ("events", "journey", "record", "social_proof", "purchase")})  # fmt: skip
    fresh = fresh.with_({"purchase.decide": 0.0, "purchase.impulse": 0.0, "world.market.category": "one-off"})
    twin = build(fresh)
    while twin.day < 12:
        twin.step()
    for name, column in engine.columns.items():
        twin.columns[name][:] = column
    twin.touched()
    twin.recount()
    now = {name: column.copy() for name, column in twin.columns.items()}
    twin.step()
    moved = 0
    for b in range(3):
        for i in range(1600):
            to, sure = _next_stage(twin, now, b, i)
            if sure:
                assert twin.columns["stage"][b, i] == to, f"consumer {i}, brand {b}"
                moved += to != now["stage"][b, i]
    assert moved > 10


def _next_stage(engine, now, b, i):
    """Where an arrow leads today, and whether the draw is too far from a border for rounding to matter."""
    day, tables = 12, engine.tables
    prior_for, prior_against = (engine.parameters["perception"][f"prior_{side}"] for side in ("for", "against"))
    r, s = float(now["evidence_for"][b, i]), float(now["evidence_against"][b, i])
    degree = engine.ties.start[i + 1] - engine.ties.start[i]
    dwell = day - int(now["entered"][b, i])
    bought = int(now["last_bought"][b, i])
    memory = engine.parameters["social_proof"]["memory"]
    friends = int(now["friends_owning"][b, i]) / max(int(degree), 1)
    z = {
        "motivation": now["motivation"][i], "trust": (r + prior_for) / (r + s + prior_for + prior_against),
        "confidence": (r + s) / (r + s + prior_for + prior_against), "awareness": now["awareness"][b, i],
        "satisfaction": now["satisfaction"][b, i], "habit": now["habit"][b, i],
        "social_proof": min(1.0, float(now["susceptibility"][i]) / 127.5 * friends),
        "fatigue": now["fatigue"][b, i] / (now["fatigue"][b, i] + 10.0), "price_gap": tables["price_gap_today"][b],
        "promotion": tables["promotion_today"][b], "unresolved": float(now["complaint"][b, i] != 0),
        "surprise": tables["surprise_today"][b], "dwell": dwell / (dwell + 30.0),
        "absence": 1 - np.exp(-0.5 * (day - bought) * now["purchase_rate"][i]) if bought != NEVER else 0.0,
        "departures": departures_of(float(now["farewells"][b, i]), day - int(now["last_farewell"][b, i]), memory),
        "company": now["company"][b, i],
        "vouched": vouched_of(day - int(now["vouched_on"][b, i]), engine.parameters["referral"]["standing"]),
        "liking": liking_of(float(now["taste"][b, i])),
    }  # fmt: skip
    names = [one.name for one in engine.stages]
    here = names[now["stage"][b, i]]
    ways = [arrow for arrow in engine.arrows if arrow.from_ == here and arrow.by == "hazard"]
    pace = engine.parameters["journey"]["pace"]
    hazards = [
        pace
        * arrow.rate
        * z.get(arrow.scale, 1.0)
        * np.exp(sum(size * z[term] for term, size in arrow.effects.items()))
        for arrow in ways
    ]
    total = sum(hazards)
    u, chance = draws.screened(np.uint64(draws.stream(engine.key("journey"), day, b)), i), 1 - np.exp(-total)
    if u >= chance or total == 0:
        return names.index(here), abs(u - chance) > 1e-5 * chance
    borders = np.cumsum(hazards) / total * chance
    nth = min(int(np.searchsorted(borders, u, side="right")), len(ways) - 1)
    return names.index(ways[nth].to), np.abs(borders - u).min() > 1e-5 * chance
