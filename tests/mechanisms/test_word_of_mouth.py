"""Word of mouth: who talks, how many listen, and what a word carries."""

from __future__ import annotations

import numpy as np
import pytest
from make_market import alone, build, quiet

from sim.mechanisms.word_of_mouth import MEAN_TALKATIVENESS, pack, talk_chance

pytestmark = pytest.mark.usefixtures("warm")


def market(days=2, satisfaction=1.0, stage="customer", talkative=1.0, **parameters):
    """All 600 at one stage, having bought yesterday, equally satisfied and talkative."""
    values = {"rate": 20.0, "online": 0.0, "asking": 0.0, **parameters}
    engine = build(
        quiet(days=days, consumers=600, mechanisms=alone("perception", journey={"pace": 0.0}, word_of_mouth=values))
    )
    engine.columns["stage"][:] = [one.name for one in engine.stages].index(stage)
    engine.columns["satisfaction"][:] = satisfaction
    engine.columns["last_bought"][:] = -1
    engine.columns["talkativeness"][:] = round(255 * talkative)
    engine.columns["trust_friends"][:] = 255
    engine.touched()
    return engine


def test_talk_grows_with_talkativeness_and_with_feeling():
    mean = float(MEAN_TALKATIVENESS)
    assert talk_chance(0.7, mean, 1.0, 0.3, 1.4) == pytest.approx(0.1)
    assert talk_chance(0.7, 2 * mean, 1.0, 0.3, 1.4) == pytest.approx(0.2, rel=1e-5)
    assert talk_chance(0.7, mean, 0.0, 0.3, 1.4) == pytest.approx(0.03)
    assert talk_chance(0.7, mean, -1.0, 0.3, 1.4) == pytest.approx(0.14)


@pytest.mark.parametrize(("tone", "strength"), [(100, 255), (-100, 255), (40, 128), (0, 255), (-7, 10)])
def test_a_word_packs_count_good_and_bad(tone, strength):
    word = int(pack(tone, strength))
    size = abs(tone) * strength // 255
    assert (word >> 48, word >> 24 & (1 << 24) - 1, word & (1 << 24) - 1) == (1, size * (tone >= 0), size * (tone < 0))


def test_everybody_who_talks_is_heard_by_as_many_friends_as_listen():
    engine = market(listeners=3.0, outreach=0.0)
    engine.step()
    with_friends = int((np.diff(engine.ties.start) > 0).sum())
    assert engine.tallies["talk_positive"][0] == 600
    assert engine.tallies["told"][0] == 3 * with_friends
    assert (engine.columns["heard"][0] >> np.uint64(48)).sum() == 3 * with_friends
    heard = engine.columns["heard"][0] > 0
    engine.step()
    friend = [kind.name for kind in engine.kinds].index("friend")
    assert engine.tallies["delivered"][0, friend].sum() == 3 * with_friends
    assert (engine.columns["evidence_for"][0, ~heard] == 0).all()
    assert (engine.columns["evidence_against"] == 0).all()


def test_who_has_more_ties_tells_more_friends():
    told = {}
    for outreach in (0.0, 0.5, 1.0):
        engine = market(listeners=4.0, outreach=outreach)
        degree = np.diff(engine.ties.start)
        engine.step()
        told[outreach] = engine.tallies["told"][0]
        expected = 4.0 * (degree[degree > 0] / degree.mean()) ** outreach
        assert told[outreach] == pytest.approx(expected.sum(), abs=4 * np.sqrt(len(expected) / 4))
    assert told[0.5] < told[0.0]  # a mean over people of a bent curve


def test_the_angry_spread_evidence_against():
    engine = market(satisfaction=0.0)
    engine.step()
    engine.step()
    assert engine.tallies["talk_negative"][0] == 600
    assert engine.columns["evidence_against"].max() > 0
    assert engine.columns["evidence_for"].max() == 0


def test_nobody_talks_who_has_nothing_to_say():
    for quiet_one in (market(rate=0.0), market(talkative=0.0), market(stage="unaware")):
        quiet_one.step()
        assert quiet_one.tallies["told"].sum() == quiet_one.tallies["posts"].sum() == 0


def test_talk_online_becomes_posts():
    engine = market(online=1.0)
    engine.step()
    planned = engine.groups[0].lists.errands[: engine.groups[0].lists.planned[0]]
    assert (planned[:, 2] == 2).all()
    assert len(planned) == 600
    assert engine.tallies["told"][0] == 0


def test_friends_answer_from_experience_with_what_they_feel():
    """All consider and ask, all have bought: every answer is +100 x strength; it is always noticed."""
    engine = market(stage="considering", rate=0.0, hearsay=0.0, asking=1.0)
    engine.columns["motivation"][:] = 1.0
    engine.step()
    with_friends = np.diff(engine.ties.start) > 0
    assert engine.tallies["asked"][0] == with_friends.sum()
    good = (engine.columns["advised"][0] >> np.uint64(24)) & np.uint64((1 << 24) - 1)
    before = engine.columns["evidence_for"][0].copy()
    engine.columns["motivation"][:] = 0.0
    engine.step()
    fit = next(one.fit for one in engine.stages if one.name == "considering")
    weight = engine.parameters["word_of_mouth"]["persuasion"] * 0.01 * fit[1]
    assert engine.columns["evidence_for"][0] - before == pytest.approx(good * weight, rel=1e-4)
