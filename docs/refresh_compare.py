"""The figures and pictures of docs/compare.md, made anew by docs/refresh.py."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

import sim
from sim.evidence.markdown import table
from sim.experiments.comparison import Comparison
from sim.experiments.figures import FIGURES
from sim.experiments.intervals import interval
from sim.experiments.verdicts import gap_says
from sim.plots.comparison import build_up, differences_by_seed
from sim.plots.sources_of_difference import where_from, who_buys

IMAGES = Path(__file__).parent / "images"


@cache
def compared() -> Comparison:
    """What `journeysim compare plans --seeds 8 --why` computes."""
    return sim.compare("plans", seeds=8, why=8, workers=2)


def the_answer() -> str:
    """The words of the command."""
    return f"```text\n{compared().answer()}\n```\n"


def shifted() -> Comparison:
    """The launch with five percent of film's money in feeds, 24 markets of 5,000 consumers."""
    today = sim.load("launch").with_(consumers=5000)
    film, feeds = today.plan.flights[:2]
    assert film.weekly is not None
    assert feeds.weekly is not None
    shift = {
        "plan.flights.0.weekly": 0.95 * film.weekly,
        "plan.flights.1.weekly": feeds.weekly + 0.05 * film.weekly * 12 / 52,
    }
    return sim.compare({"today": today, "shift": shift}, seeds=24, workers=2)


def the_luck() -> str:
    """What one luck is worth: variance of the difference under independent luck over that under one."""
    found = shifted()
    rows = []
    for name in ("units", "profit", "new_customers", "share", "trust"):
        row, gaps = found.rows["shift", name], found.gaps("shift", name)
        apart = found.values[name].var(axis=1, ddof=1).sum()
        half = row.interval.half * np.sqrt(apart / gaps.var(ddof=1))
        said = (gap_says(FIGURES[name], value, "EUR").lstrip("+") for value in (row.interval.half, half))
        rows.append((FIGURES[name].label, gap_says(FIGURES[name], row.interval.mean, "EUR"),
                     *(f"± {one}" for one in said), f"{apart / gaps.var(ddof=1):.0f}"))  # fmt: skip
    return table(("figure", "difference", "same luck", "independent luck", "variance ratio"), rows)


def the_looks() -> str:
    """How often an interval of a plan with itself ever leaves out zero, by how it is made and looked at."""
    rng = np.random.Generator(np.random.PCG64(1))
    trials = rng.normal(size=(2000, 200))

    def missed(looks: range, anytime: bool) -> float:
        ends = (
            any(found.low > 0 or found.high < 0 for n in looks for found in [interval(gaps[:n], anytime)])
            for gaps in trials
        )
        return float(np.mean(list(ends)))

    often = range(8, 201, 4)
    rows = [
        ("Student's t, once, at 20 seeds", f"{missed(range(20, 21), False):.1%}"),
        ("Student's t, after every fourth seed from 8 to 200", f"{missed(often, False):.1%}"),
        ("confidence sequence, after every fourth seed from 8 to 200", f"{missed(often, True):.1%}"),
    ]
    return table(("interval, and when it is looked at", "leaves out the truth"), rows)


PARTS = {"compare answer": the_answer, "compare luck": the_luck, "compare looks": the_looks}


def draw() -> list[Path]:
    """Write the pictures of the page."""
    found = compared()
    paths = []
    for name, figure in (
        ("compare_seeds", differences_by_seed(found, "profit")),
        ("compare_build_up", build_up(found)),
        ("compare_where_from", where_from(found, "friends")),
        ("compare_who", who_buys(found, "friends")),
    ):
        paths.append(IMAGES / f"{name}.png")
        figure.savefig(paths[-1], dpi=100)
    return paths
