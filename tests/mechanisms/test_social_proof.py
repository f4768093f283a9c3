"""Social proof: the running count of friends who are customers is the one a graph library finds."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from make_market import alone, build, busy, quiet

from sim.mechanisms.social_proof import GRAIN, departures_of, pass_word
from sim.stages import OWNS

pytestmark = pytest.mark.usefixtures("warm")


def test_counts_of_friends_who_own_are_those_of_networkx():
    engine = build(busy(), group=200)
    network = nx.Graph()
    network.add_nodes_from(range(engine.consumers))
    for i in range(engine.consumers):
        network.add_edges_from((i, int(j)) for j in engine.ties.to[engine.ties.start[i] : engine.ties.start[i + 1]])
    changed = 0
    for day in range(20):
        before = engine.columns["friends_owning"].copy()
        if day % 5 == 0:
            for b in range(3):
                owns = engine.stage_role[engine.columns["stage"][b]] & OWNS > 0
                counts = [sum(owns[j] for j in network[i]) for i in range(engine.consumers)]
                assert np.array_equal(engine.columns["friends_owning"][b], counts), f"day {day}, brand {b}"
        engine.step()
        changed += (engine.columns["friends_owning"] != before).sum()
    assert changed > 500, "hardly anybody's friends changed"


def test_a_friend_who_leaves_is_remembered_and_forgotten_by_halves():
    engine = build(quiet(days=12, consumers=300, mechanisms=alone("journey", journey={"pace": 0.0})))
    names = [one.name for one in engine.stages]
    engine.columns["stage"][:] = names.index("customer")
    engine.touched()
    engine.set_parameters({"social_proof.memory": 5.0})
    engine.tables["arrow_rate"][:] = 0.0
    leaver = int(np.argmax(np.diff(engine.ties.start)))
    friends = engine.ties.to[engine.ties.start[leaver] : engine.ties.start[leaver + 1]]
    strengths = engine.ties.strength[engine.ties.start[leaver] : engine.ties.start[leaver + 1]] / 255.0
    moves = np.array([[leaver, 0, names.index("customer"), names.index("lapsed"), -1]], np.int32)
    for day, leavers in ((1, 1), (6, 2)):
        _pass_word(engine, np.repeat(moves, leavers, axis=0), day)
    felt = [departures_of(engine.columns["farewells"][0, j], 4, 5.0) for j in friends]
    sums = strengths * (0.5 + 2.0) * 2.0 ** (-4 / 5)  # one of five days ago, two of tonight, four days later
    assert felt == pytest.approx(list(sums / (sums + 0.5)), rel=1e-3)
    assert (engine.columns["last_farewell"][0, friends] == 6).all()
    strangers = np.setdiff1d(np.arange(engine.consumers), friends)
    assert not engine.columns["farewells"][0, strangers].any()


def _pass_word(engine, moves, day):
    columns, ties = engine.columns, engine.ties
    pass_word(0, engine.consumers, day, engine.key("social_proof"), moves, np.array([len(moves)]), engine.stage_role,
              ties.start, ties.to, ties.strength, columns["friends_owning"], columns["farewells"],
              columns["last_farewell"], 5.0)  # fmt: skip


@pytest.mark.parametrize("covariate", ["departures", "company"])
def test_departures_hasten_leaving_and_company_delays_it(covariate):
    sign = {"departures": 1.0, "company": -1.0}[covariate]
    arrow = {"from": "customer", "to": "lapsed", "rate": 0.05, "effects": {covariate: sign}}
    left = []
    for given in (False, True):
        engine = build(quiet(days=1, consumers=4000, mechanisms=alone("journey"), journey={"arrows": [arrow]}))
        engine.columns["stage"][:] = [one.name for one in engine.stages].index("customer")
        if given:
            engine.columns["farewells"][:], engine.columns["last_farewell"][:] = 255 * GRAIN // 2, 0
            engine.columns["referrer"][:], engine.columns["company"][:] = 0, 1
        engine.touched()
        engine.step()
        left.append(int(engine.tables["transitions"][0, :, [one.name for one in engine.stages].index("lapsed")].sum()))
    factor = np.exp(0.5) if covariate == "departures" else np.exp(-1.0)
    assert left[1] / left[0] == pytest.approx(factor, rel=0.2)
