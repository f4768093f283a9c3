"""The first day: as many as the scenario says know a brand, are on the way to it and buy it."""

from __future__ import annotations

import numpy as np
import pytest
from make_market import build, quiet

from sim.columns import NEVER

MANY = 20_000
SHARES = {"known": 0.6, "buyers": 0.2, "considering": 0.1, "intending": 0.05}


def _begun(**brand: float) -> dict[str, int]:
    """How many begin at each stage; what is asked of those on the way is that they know the brand and never bought it."""
    engine = build(quiet(consumers=MANY, brand=brand))
    names, stage = [one.name for one in engine.stages], engine.columns["stage"][0]
    on_the_way = np.isin(stage, [names.index("considering"), names.index("intending")])
    assert (engine.columns["last_bought"][0, on_the_way] == NEVER).all()
    assert (engine.columns["awareness"][0, on_the_way] > 0).all()
    return {name: int((stage == number).sum()) for number, name in enumerate(names)}


def test_a_search_under_way_is_as_wide_as_the_scenario_says() -> None:
    begun = _begun(**SHARES)
    shares = {
        "unaware": 0.4, "aware": 0.25, "considering": 0.1, "intending": 0.05, "customer": 0.2 * 0.72, "loyal": 0.2 * 0.22,
        "advocate": 0.2 * 0.06, "lapsed": 0.0, "rejecting": 0.0,
    }  # fmt: skip
    for name, share in shares.items():
        assert begun[name] == pytest.approx(MANY * share, abs=4 * np.sqrt(MANY * share * (1 - share))), name


def test_who_knows_and_who_buys_does_not_depend_on_who_is_on_the_way() -> None:
    without, some = _begun(**SHARES | {"considering": 0.0, "intending": 0.0}), _begun(**SHARES)
    assert without["considering"] == without["intending"] == 0
    assert without["aware"] == some["aware"] + some["considering"] + some["intending"]
    assert [without[name] for name in ("unaware", "customer", "loyal")] == [
        some[name] for name in ("unaware", "customer", "loyal")
    ]
