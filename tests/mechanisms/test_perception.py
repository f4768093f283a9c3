"""Perception: what a message does to one who notices it, and how many are noticed.

Friends' answers are sought, so always noticed: one is put into `advised` by hand and its effect computed on paper.
"""

from __future__ import annotations

import numpy as np
import pytest
from make_market import alone, build, quiet

from sim.mechanisms.perception import confidence_of, notice_chance, trust_of
from sim.mechanisms.word_of_mouth import pack

pytestmark = pytest.mark.usefixtures("warm")


def test_trust_is_the_mean_of_a_beta_reputation():
    assert trust_of(0.0, 0.0, 1.0, 1.0) == 0.5
    assert trust_of(3.0, 1.0, 1.0, 1.0) == pytest.approx(4 / 6)
    assert trust_of(0.0, 0.0, 3.0, 1.0) == 0.75
    assert trust_of(1e6, 0.0, 1.0, 1.0) == pytest.approx(1.0, abs=1e-5)


def test_confidence_is_the_share_of_evidence_that_is_not_prior():
    assert confidence_of(0.0, 0.0, 1.0, 1.0) == 0.0
    assert confidence_of(3.0, 3.0, 1.0, 1.0) == 0.75


def test_attention_is_shared_out():
    assert notice_chance(3.0, 0.0, 0.0) == 1.0
    assert notice_chance(3.0, 3.0, 0.0) == 0.5
    assert notice_chance(3.0, 4.0, 2.0) == pytest.approx(1 / 3)


def told(tone: int, stage: str = "unaware", **parameters):
    """A market the day after a friend's answer of this tone, over the strongest tie, fully trusted."""
    engine = build(quiet(consumers=60, mechanisms=alone(word_of_mouth={}, perception=parameters)))
    engine.columns["advised"][0] = pack(tone, 255)
    engine.columns["trust_friends"][:] = 255
    engine.columns["motivation"][:] = 0.2
    here = [one.name for one in engine.stages].index(stage)
    engine.columns["stage"][:] = here
    engine.touched()
    engine.step()
    return engine, engine.parameters["word_of_mouth"], engine.stages[here].fit


@pytest.mark.parametrize("stage", ["unaware", "considering", "rejecting"])
def test_a_good_word_raises_awareness_evidence_and_need(stage):
    engine, word, fit = told(100, stage)
    assert engine.columns["awareness"][0] == pytest.approx(1 - np.exp(-word["salience"] * fit[0]), rel=1e-5)
    assert engine.columns["evidence_for"][0] == pytest.approx(word["persuasion"] * fit[1], rel=1e-5)
    assert engine.columns["motivation"] == pytest.approx(1 - 0.8 * np.exp(-word["activation"] * fit[2]), rel=1e-5)
    assert (engine.columns["evidence_against"] == 0).all()
    assert (engine.columns["fatigue"] == 0).all(), "a friend is not an ad"


@pytest.mark.parametrize("negativity", [1.0, 2.5])
def test_a_bad_word_weighs_more_by_negativity(negativity):
    engine, word, _ = told(-100, negativity=negativity)
    heard = negativity * word["persuasion"] * engine.stages[0].fit[1]
    assert engine.columns["evidence_against"][0] == pytest.approx(heard, rel=1e-5)
    assert (engine.columns["evidence_for"] == 0).all()


def advertised(weekly: float, clutter: float, attention: float = 4.0, **parameters):
    plan = {"flights": [{"channel": "television", "weekly": weekly}]}
    scenario = quiet(days=3, consumers=3000, plan=plan, platform={"clutter": 0.0},
                     segments=[{"name": "all", "attention": attention}],
                     channels=[{"name": "television", "clutter": 1.0}],
                     mechanisms=alone("paid_media", "platform",
                                      perception={"clutter": clutter, **parameters}))  # fmt: skip
    return build(scenario)


def test_ads_are_noticed_with_the_chance_that_load_leaves():
    """Expected number noticed: sum over people of n attention / (attention + n + clutter)."""
    engine = build(advertised(30_000.0, 6.0).scenario, panel=3000)
    engine.step()
    log = np.concatenate([group.lists.touches[: group.lists.touched[0]] for group in engine.groups])
    attention = engine.columns["attention"][log[:, 0]]
    chance = attention / (attention + log[:, 3] + 6.0)
    expected = (log[:, 3] * chance).sum()
    spread = np.sqrt((log[:, 3] * chance * (1 - chance)).sum())
    assert abs(engine.tallies["noticed"].sum() - expected) < 4 * spread
    assert (log[:, 4] <= log[:, 3]).all()


def test_repetition_tires_and_then_irritates():
    """Fatigue counts noticed ads; beyond patience each is evidence against; with full wear none has an effect."""
    engine = advertised(400_000.0, 0.0, 1e6, wear=0.0, patience=5.0, irritation=0.5)
    engine.step()
    fatigue, against = engine.columns["fatigue"][0], engine.columns["evidence_against"][0]
    noticed = engine.tallies["noticed"].sum()
    assert fatigue.sum() == noticed > 0
    assert (against[fatigue <= 5] == 0).all()
    once = (fatigue > 5) & (fatigue < 20)
    assert once.sum() > 100
    assert against[once] == pytest.approx(0.5 * (fatigue[once] - 5), rel=1e-5)


def test_a_worn_out_ad_works_less():
    fresh, worn = (advertised(40_000.0, 0.0, wear=2.0) for _ in range(2))
    worn.columns["fatigue"][:] = 50.0
    for engine in (fresh, worn):
        engine.step()
    assert fresh.columns["awareness"].mean() > 0.01
    assert worn.columns["awareness"].max() < 1e-6


def test_a_crowded_feed_hides_messages():
    calm, crowded = advertised(30_000.0, 0.0), advertised(30_000.0, 200.0)
    for engine in (calm, crowded):
        engine.step()
    assert crowded.tallies["delivered"].sum() == calm.tallies["delivered"].sum()
    assert crowded.tallies["noticed"].sum() < 0.1 * calm.tallies["noticed"].sum()


@pytest.mark.parametrize(("lasting", "slow", "fast"), [(1.0, True, False), (0.0, False, True), (0.3, True, True)])
def test_a_noticed_ad_stays_in_mind_by_the_share_that_lasts(lasting, slow, fast):
    """With one noticed ad of exponent x each trace holds 1 - exp(-x * share); a brand without ads has none."""
    scenario = advertised(5_000.0, 0.0, 1e6, wear=0.0).scenario
    channel = {"name": "television", "lasting": lasting, "awareness": 0.2}
    engine = build(scenario.with_({"world.channels": [channel], "paid_media.effect": 1.0}))
    engine.step()
    once = engine.columns["fatigue"][0] == 1
    assert once.sum() > 20
    assert engine.columns["ad_memory"][0, once] == pytest.approx(1 - np.exp(-0.2 * lasting), rel=1e-5)
    assert engine.columns["ad_glimpse"][0, once] == pytest.approx(1 - np.exp(-0.2 * (1 - lasting)), rel=1e-5)
    assert (engine.columns["ad_memory"].max() > 0) == slow
    assert (engine.columns["ad_glimpse"].max() > 0) == fast


@pytest.mark.parametrize(("stage", "tone", "moves"), [("aware", 100, True), ("unaware", 100, True), ("aware", -100, False),
                                                      ("rejecting", 100, False), ("customer", 100, False)])  # fmt: skip
def test_a_friends_convincing_word_makes_some_look_at_once(stage, tone, moves):
    engine = build(quiet(consumers=3000, mechanisms=alone(word_of_mouth={}, perception={"curiosity": 0.8})))
    names = [one.name for one in engine.stages]
    engine.columns["advised"][0] = pack(tone, 255)
    engine.columns["trust_friends"][:] = 255
    engine.columns["motivation"][:] = 0.5
    engine.columns["stage"][:] = names.index(stage)
    engine.touched()
    engine.step()
    weighing = engine.columns["stage"][0] == names.index("considering")
    chance = 0.8 * 0.5 * (1 - np.exp(-engine.parameters["word_of_mouth"]["persuasion"])) * moves
    assert abs(weighing.sum() - 3000 * chance) <= 4 * np.sqrt(3000 * chance * (1 - chance))
    assert (engine.columns["entered"][0, weighing] == 0).all()


def test_what_friends_say_stays_in_mind_moves_with_every_word_and_halves():
    """A word of evidence x moves it by 1 - exp(-x) of the way to what it says; congruence and fit are 1 here."""
    engine = build(
        quiet(
            consumers=500,
            mechanisms=alone(word_of_mouth={"persuasion": 0.7}, perception={"congruence": 0.0, "word_half_life": 5.0}),
        )
    )
    customer = [one.name for one in engine.stages].index("customer")
    engine.columns["trust_friends"][:] = 255
    engine.columns["stage"][:] = customer
    engine.columns["last_bought"][0] = -30
    step, expected = 1 - np.exp(-0.7 * engine.tables["stage_fit"][customer, 1]), 0.0
    for tone in (100, 100, -100):
        engine.columns["advised"][0] = pack(tone, 255)
        engine.touched()
        engine.step()
        expected *= 2.0 ** (-1 / 5.0)
        expected += (np.sign(tone) - expected) * step
        assert engine.columns["friends_word"][0] == pytest.approx(expected, rel=1e-5)
        assert (engine.columns["last_word"][0] == engine.day - 1).all()


def test_ads_are_no_friends_word():
    engine = advertised(40_000.0, 0.0)
    engine.step()
    assert engine.tallies["noticed"].sum() > 0
    assert not engine.columns["friends_word"].any()


@pytest.mark.parametrize(
    ("stage", "rate", "learns"), [("unaware", 2.0, True), ("unaware", 0.0, False), ("lapsed", 2.0, False)]
)
def test_a_noticed_message_teaches_the_name_in_proportion_to_what_it_makes_known(stage, rate, learns):
    engine = build(
        quiet(
            consumers=3000, mechanisms=alone(word_of_mouth={}, perception={"curiosity": 0.0}),
            journey={"arrows": [{"from": "unaware", "to": "aware", "rate": rate, "by": "message"}]},
        )
    )  # fmt: skip
    names = [one.name for one in engine.stages]
    engine.columns["advised"][0] = pack(-100, 255)
    engine.columns["trust_friends"][:] = 255
    engine.columns["stage"][:] = names.index(stage)
    engine.touched()
    engine.step()
    aware = engine.columns["stage"][0] == names.index("aware")
    chance = (1 - np.exp(-rate * engine.parameters["word_of_mouth"]["salience"])) * learns
    assert abs(aware.sum() - 3000 * chance) <= 4 * np.sqrt(3000 * chance * (1 - chance))
    assert (engine.columns["entered"][0, aware] == 0).all()


@pytest.mark.parametrize("rate", [0.5, 3.0])
def test_names_are_learned_as_awareness_gathers(rate):
    """Unless something is forgotten, who has met messages of sum x does not know the name with chance exp(-rate x)."""
    scenario = advertised(60_000.0, 2.0, wear=0.0, patience=100.0).scenario
    engine = build(scenario.with_({"world.journey.arrows.unaware>aware.rate": rate, "paid_media.effect": 0.4}))
    for _ in range(3):
        engine.step()
    stranger = (1.0 - engine.columns["awareness"][0]) ** rate
    strangers = np.count_nonzero(engine.columns["stage"][0] == 0)
    assert 100 < strangers < 2900
    assert abs(strangers - stranger.sum()) <= 4 * np.sqrt((stranger * (1 - stranger)).sum())
