"""Owned touchpoints: sought by those who consider, sent to customers."""

from __future__ import annotations

import numpy as np
import pytest
from make_market import alone, build, quiet

pytestmark = pytest.mark.usefixtures("warm")


SILENT = {"emails_per_week": 0.0, "posts_per_week": 0.0, "community": 0.0}


def touches(stage, motivation=1.0, brand=None, reach=1.0, **parameters):
    """Delivered messages by kind on one day in a market of 2,000 where all are at one stage."""
    scenario = quiet(days=1, consumers=2000, brand=brand, platform={"organic_reach": reach},
                     mechanisms=alone("perception", "events", "platform", journey={"pace": 0.0},
                                      owned=parameters))  # fmt: skip
    engine = build(scenario)
    engine.columns["stage"][:] = [one.name for one in engine.stages].index(stage)
    engine.columns["motivation"][:] = motivation
    engine.touched()
    engine.step()
    counts = engine.tallies["delivered"].sum(axis=(0, 2))
    return {kind.name: int(number) for kind, number in zip(engine.kinds, counts) if number}, engine


def test_all_who_consider_visit_where_the_chance_is_one():
    assert touches("considering", visits=1.0, shops=1.0, brand={"availability": 1.0})[0] == {
        "website": 2000,
        "shop": 2000,
    }


@pytest.mark.parametrize("motivation", [0.0, 0.25, 0.8])
def test_visits_go_with_motivation(motivation):
    found = touches("intending", motivation, visits=0.5, shops=0.0)[0].get("website", 0)
    chance = 0.5 * motivation
    assert abs(found - 2000 * chance) <= 4 * np.sqrt(2000 * chance * (1 - chance))


def test_those_who_do_not_consider_look_nothing_up():
    assert touches("unaware", visits=1.0, shops=1.0)[0] == touches("aware", visits=1.0, shops=1.0)[0] == {}


def test_customers_get_mail_if_they_consented():
    assert touches("customer", brand={**SILENT, "emails_per_week": 7.0, "consent": 1.0})[0] == {"email": 2000}
    some = touches("customer", brand={**SILENT, "emails_per_week": 7.0, "consent": 0.4})[0]["email"]
    assert abs(some - 800) < 4 * np.sqrt(2000 * 0.4 * 0.6)


@pytest.mark.parametrize(
    ("key", "value", "kind"), [("posts_per_week", 7.0, "brand_post"), ("community", 1.0, "community")]
)
def test_posts_and_community_reach_customers_by_organic_reach(key, value, kind):
    brand = {**SILENT, key: value}
    assert touches("customer", brand=brand)[0] == {kind: 2000}
    assert touches("customer", brand=brand, reach=0.0)[0] == touches("aware", brand=brand)[0] == {}
    some = touches("customer", brand=brand, reach=0.3)[0][kind]
    assert abs(some - 600) < 4 * np.sqrt(2000 * 0.3 * 0.7)


def test_daily_mail_does_not_drive_out_posts_and_community():
    brand = {"emails_per_week": 7.0, "consent": 0.0, "posts_per_week": 7.0, "community": 0.5}
    found = touches("customer", brand=brand, reach=0.5)[0]
    assert found.get("brand_post", 0) > 0, "a brand that mails daily is never seen posting"
    assert found.get("community", 0) > 0, "a brand that mails daily has no community"


def test_a_sought_visit_carries_its_evidence():
    _, engine = touches("considering", visits=1.0, shops=0.0, brand={"site": 0.5}, site_evidence=2.0)
    trust = engine.columns["trust_owned"] / 255.0
    fit = next(one.fit for one in engine.stages if one.name == "considering")
    assert engine.columns["evidence_for"][0] == pytest.approx(2.0 * 0.5 * trust * fit[1], rel=1e-5)
