"""Compiled equals uncompiled: the same market lived by plain Python, with every index checked."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from make_market import busy, diary, live, quiet

TESTS = Path(__file__).parent.parent
DAYS, CONSUMERS = 5, 50


def crowded(campaigns: int, influencers: int = 60):
    """Everybody followed, everybody following many influencers who all post: the most touches a day can bring."""
    return quiet(
        days=2, consumers=50, influencers=[{"count": influencers, "tier": "mega", "posts_per_week": 70.0}],
        platform={"organic_reach": 1.0, "virality": 1.0},
        brand={"known": 1.0, "buyers": 0.9, "emails_per_week": 14.0, "posts_per_week": 50.0, "community": 1.0},
        plan={"sponsorships": [{"tier": "mega", "posts_per_week": 21.0} for _ in range(campaigns)]},
    )  # fmt: skip


def in_plain_python(scenario: str, tmp_path: Path) -> dict[str, np.ndarray]:
    """What a scenario of this file leaves behind when numba compiles nothing; raises if Python found an index wrong."""
    out = tmp_path / "plain.npz"
    code = (
        "import sys, warnings; warnings.simplefilter('ignore')\n"
        f"sys.path[:0] = [{str(TESTS)!r}, {str(TESTS / 'contracts')!r}]\n"
        "import numpy as np\n"
        "from test_uncompiled import *\n"
        f"np.savez({str(out)!r}, **diary({scenario}, panel=50))\n"
    )
    env = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]
    with np.load(out) as found:
        return dict(found)


def test_compiled_equals_uncompiled(warm, tmp_path):
    plain = in_plain_python("busy(days=DAYS, consumers=CONSUMERS)", tmp_path)
    compiled = diary(busy(days=DAYS, consumers=CONSUMERS), panel=50)
    assert sorted(plain) == sorted(compiled)
    assert compiled["transitions"].sum() > 0, "nothing happened in this market"
    for name, values in compiled.items():
        if values.dtype.kind == "f" or name.startswith("tally sum_"):
            assert np.allclose(values, plain[name], rtol=1e-4, atol=1e-5), name
        else:
            assert np.array_equal(values, plain[name]), name


@pytest.mark.parametrize("market", ["crowded(campaigns=1)", "crowded(campaigns=3, influencers=4)"])
def test_lists_are_large_enough_for_the_most_crowded_day(tmp_path, market):
    """Compiled code does not notice a write beyond a list's end; plain Python does."""
    in_plain_python(market, tmp_path)


@pytest.mark.parametrize("days", [2])
def test_no_list_is_fuller_than_it_can_be(days):
    engine = live(busy(days=days, consumers=200), panel=200)
    for group in engine.groups:
        for count, rows in (("planned", "errands"), ("moved", "moves"), ("ordered", "orders"), ("touched", "touches")):
            assert getattr(group.lists, count)[0] < len(getattr(group.lists, rows)), f"{rows} overflowed"
