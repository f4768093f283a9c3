"""Verdicts at two sizes of the simulated market."""

from __future__ import annotations

import json

import pytest

from sim.evidence import sizes
from sim.evidence.battery import HOLDS, MISSES
from sim.evidence.sizes import FEWEST, measure, pairs, seeds_of, the_sizes


def test_a_tenth_of_the_seeds_but_a_few():
    assert (seeds_of("A01"), seeds_of("J01")) == (16, FEWEST)


def test_no_fact_that_holds_at_one_size_misses_at_the_other():
    assert pairs()
    assert not [small["id"] for small, large in pairs() if {small["verdict"], large["verdict"]} == {HOLDS, MISSES}]


def test_the_documents_name_each_fact_with_both_verdicts():
    words = the_sizes()
    for small, _ in pairs():
        assert f"| {small['id']} (t" in words


def test_what_is_measured_is_kept_one_by_one(tmp_path, monkeypatch):
    monkeypatch.setattr(sizes, "CONSUMERS", 50)
    place = tmp_path / "sizes.json"
    measure(["N02"], 3, 1, place)
    measure(["N01"], 2, 1, place)
    first, second = json.loads(place.read_text("utf-8"))["facts"]
    assert [(one["id"], one["seeds"], one["consumers"]) for one in (first, second)] == [
        ("N01", 2, 500),
        ("N02", 3, 500),
    ]


def test_an_unknown_fact_is_named(capsys):
    with pytest.raises(SystemExit):
        sizes.main(["--facts", "N99"])
    assert "there is no fact or theme 'N99'" in capsys.readouterr().err
