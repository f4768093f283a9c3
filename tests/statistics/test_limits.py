"""Markets with known answers: the exposure law, mean-field adoption (Bass), and totals that do not hang on N."""

from __future__ import annotations

import numpy as np
import pytest
from make_market import alone, build, quiet
from scipy.special import hyp1f1

import sim

pytestmark = pytest.mark.usefixtures("warm")


def test_the_share_ever_exposed_follows_its_closed_form():
    """No ties, one channel, constant spend. P(exposed by t) = 1 - E exp(-rate t use / mean use).

    With media use Beta(a, b) it is 1 - 1F1(a; a + b; -rate t / mean). Four standard errors of sampling are allowed
    (a false alarm with chance 6e-5 a day checked); in the second check the draw of media use adds to them, and 0.002
    for its being kept in bytes.
    """
    days, consumers, concentration = 60, 20_000, 6.0
    plan = {"flights": [{"channel": "television", "weekly": 7_000.0}]}
    scenario = quiet(days=days, consumers=consumers, people=1_000_000, plan=plan, peers={"degree": 0.01},
                     mechanisms={"perception": {"wear": 0.0}, "forgetting": {"on": False}},
                     population={"media_concentration": concentration})  # fmt: skip
    run = sim.run(scenario, engine=build(scenario, panel=consumers))
    touches = run.record.panel["touches"]
    first = np.full(consumers, days)
    np.minimum.at(first, touches["consumer"], touches["day"])
    channel = scenario.world.channels[0]
    daily = 1000.0 / channel.cpm * 1000 / 1_000_000  # impressions a day per person
    use = build(scenario).columns["media_use"][0] / 255.0
    mean = channel.use
    for t in (1, 5, 15, 30, 60):
        reached = (first < t).mean()
        chance = 1 - np.exp(-daily * t * use / use.mean())
        error = np.sqrt((chance * (1 - chance)).sum()) / consumers
        assert abs(reached - chance.mean()) < 4 * error, (
            f"day {t}: {reached:.4f}, law {chance.mean():.4f} +- {error:.4f}"
        )
        law = 1 - hyp1f1(mean * concentration, concentration, -daily * t / mean)
        assert abs(reached - law) < 4 * np.sqrt(error**2 + chance.var() / consumers) + 2e-3, (
            f"day {t}: {reached}, {law}"
        )


DECIDE, APPEAL = 0.05, -2.0


def adoption(social: float, days: int, consumers: int, seed: int) -> np.ndarray:
    """Owners by day (share) in a market where people only adopt: all intend, none leaves, friends are all alike."""
    values = {"decide": DECIDE, "appeal": APPEAL, "social_weight": social, "trust_weight": 0.0, "habit_weight": 0.0}
    values |= {"satiation": 0.0}
    scenario = quiet(
        days=days, consumers=consumers, market={"category": "one-off"},
        brand={"availability": 1.0, "known": 0.0}, population={"taste_spread": 0.0, "trait_concentration": 1e6},
        segments=[{"name": "everyone", "susceptibility": 0.5}],
        peers={"degree": 60.0, "community": consumers, "inside": 0.0, "tail": 0.0, "clustering": 0.0},
        journey={
            "default": False,
            "stages": [{"name": "waiting", "considers": True, "intends": True}, {"name": "owner", "owns": True}],
            "arrows": [{"from": "waiting", "to": "owner", "rate": 0.0, "by": "purchase"},
                       {"from": "owner", "to": "waiting", "rate": 0.0}],
        },
        mechanisms=alone("events", "competition", "journey", "social_proof", purchase=values),
    )  # fmt: skip
    engine = build(scenario, seed=seed)
    engine.columns["motivation"][:] = 1.0
    owners = []
    for _ in range(days):
        engine.step()
        owners.append(float((engine.columns["stage"][0] == 1).mean()))
    return np.array(owners)


@pytest.mark.parametrize("social", [0.0, 3.0, 6.0])
def test_adoption_in_a_mixed_market_follows_its_mean_field(social):
    """A grows by (1 - A) (1 - exp(-decide)) / (1 + exp(-appeal - social A)) a day: chance of an occasion times logit.

    Friends' share of owners is yesterday's A up to the spread of 60 friends; three seeds of 6,000 agree within 2.5
    points. With social = 0 it is the exponential limit; above it the curve is S-shaped, as Bass's.
    """
    days = 160
    owners = np.mean([adoption(social, days, 6_000, seed) for seed in (1, 2, 3)], axis=0)
    share, law = 0.0, []
    for _ in range(days):
        chance = 1 - np.exp(-DECIDE)
        share += (1 - share) * chance / (1 + np.exp(-APPEAL - social * share))
        law.append(share)
    worst = np.abs(owners - law).max()
    assert worst < (0.012 if social == 0.0 else 0.025), f"farthest from the mean field: {worst:.4f}"
    if social > 3.0:
        assert np.argmax(np.diff(owners.reshape(-1, 10)[:, -1])) > 1, "adoption should speed up before it slows down"


def test_adoption_follows_bass_where_imitation_is_linear():
    """Bass (1969): dA/dt = (p + q A)(1 - A). A logit far from saturation is p (1 + social A) to first order.

    Small social weight: q = p * social * (1 - P), P the share who buy on an occasion at A = 0. The logit's second-order
    term lets the two curves part by 0.01 here; sampling adds 0.01.
    """
    social, days = 0.5, 160
    owners = np.mean([adoption(social, days, 6_000, seed) for seed in (1, 2, 3)], axis=0)
    start = 1 / (1 + np.exp(-APPEAL))
    p = DECIDE * start
    q = p * social * (1 - start)
    t = np.arange(1, days + 1)
    bass = (1 - np.exp(-(p + q) * t)) / (1 + q / p * np.exp(-(p + q) * t))
    assert np.abs(owners - bass).max() < 0.02


@pytest.mark.slow
def test_totals_do_not_depend_on_how_many_consumers_stand_for_the_people():
    """The launch at 2,000, 20,000 and 200,000 consumers: sales and people who know a brand agree within sampling error.

    24 seeds at 2,000, six at 20,000, one at 200,000. The spread of the smallest gives every size its standard error
    (variance goes as 1 / N); four of them are a false alarm once in 16,000 figures.
    """
    launch = sim.load("launch").with_(days=100)
    totals = {}
    for consumers, seeds in ((2_000, 24), (20_000, 6), (200_000, 1)):
        runs = [sim.run(launch.with_(consumers=consumers), seed=100 + seed).record for seed in range(seeds)]
        totals[consumers] = np.array([_totals(run, 2_000_000 / consumers) for run in runs])
    spread = totals[2_000].std(axis=0, ddof=1)
    means = {consumers: found.mean(axis=0) for consumers, found in totals.items()}
    errors = {consumers: spread * np.sqrt(2_000 / consumers / len(found)) for consumers, found in totals.items()}
    for consumers in (20_000, 200_000):
        gap, error = means[consumers] - means[2_000], np.hypot(errors[consumers], errors[2_000])
        assert (np.abs(gap) < 4 * error).all(), f"{consumers}: {means[consumers]}, 2,000: {means[2_000]}, error {error}"


def _totals(record, people):
    sales = record.series["purchases_first"] + record.series["purchases_repeat"]
    known = record.people[-1].sum(axis=1)[:, 1:].sum(axis=1)
    return np.array([*(sales.sum(axis=0) * people), *(known * people)])
