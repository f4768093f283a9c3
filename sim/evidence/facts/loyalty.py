"""Loyalty programmes (facts L01, L02)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.evidence.experiment import Finding, Measure, fact

if TYPE_CHECKING:
    from sim.engine import Engine
    from sim.evidence.lab import Lab, Life

SETTLED, QUARTER, YEAR = 182, 91, 364
START = SETTLED + QUARTER
"""First day of the programme: half a year to settle, then a quarter in which it is seen how much people buy."""
TERCILES = ("light", "moderate", "heavy")
SEEDS, QUICK = 30, 3
RUNS = "loyalty programme"
PROGRAMME: dict[str, Any] = {
    "market": "coffee",
    "change": "the focal brand starts a loyalty programme of full reward after nine months",
    "control": "the same market without a programme",
    "shares": RUNS,
}


def start_programme(engine: Engine) -> None:
    """From day START on, the focal brand has a loyalty programme of full reward (called in the morning of each day)."""
    if engine.day == START:
        engine.tables["reward_strength"][engine.focal] = 1.0


def programme(lab: Lab) -> np.ndarray:
    """What members did with and without the programme: array (seeds, arms, 10).

    Members bought the brand in the quarter before. Ten figures: purchases of the brand by light, moderate and heavy members
    in the programme's first quarter, then in its whole year; members' mean share of category purchases that go to the brand
    and its standard deviation; their mean trust at the end and its standard deviation.
    """
    scenario = lab.market("coffee", days=START + YEAR)

    def lived() -> np.ndarray:
        return np.array(
            [_pair(lab.live(scenario, seed), lab.live(scenario, seed, before=start_programme)) for seed in lab.seeds]
        )

    return lab.once(RUNS, lived)


def _pair(without: Life, having: Life) -> list[list[float]]:
    before = without.bought(SETTLED, START)[without.focal]
    members = np.flatnonzero(before)
    parts = np.array_split(members[np.argsort(before[members], kind="stable")], 3)
    return [_figures(life, members, parts) for life in (without, having)]


def _figures(life: Life, members: np.ndarray, parts: list[np.ndarray]) -> list[float]:
    year = life.bought(START)
    quarter = life.bought(START, START + QUARTER)[life.focal]
    mine, category = year[life.focal][members], year[:, members].sum(axis=0)
    share = mine[category > 0] / category[category > 0]
    trust = trust_in_focal(life)[members]
    units = [float(bought[part].sum()) for bought in (quarter, year[life.focal]) for part in parts]
    return [*units, share.mean(), share.std(), trust.mean(), trust.std()]


def trust_in_focal(life: Life) -> np.ndarray:
    """Trust of each consumer in the focal brand on the last day, as the model defines it."""
    columns, prior = life.engine.columns, life.engine.parameters["perception"]
    good = columns["evidence_for"][life.focal] + prior["prior_for"]
    return good / (good + columns["evidence_against"][life.focal] + prior["prior_against"])


@fact("L01", **PROGRAMME, seeds=SEEDS, quick=QUICK)
def who_responds_to_a_programme(lab: Lab) -> Finding:
    """Loyalty programme: change of purchases by members who bought little, middling and much before it, over a year.

    Members are the brand's buyers of the quarter before, in terciles of their purchases in it; each tercile's purchases in the
    programme's first year over those of the same people without it. Direction published by Liu (2007, J. Marketing 71(4)).
    """
    units = programme(lab)[:, :, 3:6]
    bands = {"light": (0.05, 0.60), "moderate": (0.05, 0.60), "heavy": (-0.05, 0.10)}
    measures = []
    for number, (name, (low, high)) in enumerate(bands.items()):
        gain = units[:, 1, number] - units[:, 0, number]
        measures.append(Measure.of_ratio(f"change among {name} buyers", gain, units[:, 0, number], low=low, high=high))
    first = programme(lab)[:, :, :3]

    def draw(axes):
        for label, both, shift in (("first quarter", first, -0.2), ("first year", units, 0.2)):
            change = 100 * (both[:, 1].sum(axis=0) / both[:, 0].sum(axis=0) - 1)
            axes.bar(np.arange(3) + shift, change, 0.4, label=label)
        axes.set_xticks(range(3), TERCILES)
        axes.set(xlabel="members by purchases before the programme", ylabel="change of their purchases, %")
        axes.axhline(0, color="0.5", lw=0.8)
        axes.legend(frameon=False)

    return Finding(measures, draw)


@fact("L02", **PROGRAMME, seeds=SEEDS, quick=QUICK)
def behaviour_before_attitude(lab: Lab) -> Finding:
    """Loyalty programme: what it does to members' share of purchases, and to their trust, after a year.

    Both in standard deviations of members without the programme. Direction published by Belli et al. (2022, JAMS 50).
    """
    figures = programme(lab)
    behaviour = (figures[:, 1, 6] - figures[:, 0, 6]) / figures[:, 0, 7]
    attitude = (figures[:, 1, 8] - figures[:, 0, 8]) / figures[:, 0, 9]
    measures = [
        Measure("effect on trust", attitude, low=0.0, unit="standard deviations", sign=True),
        Measure("effect on share of purchases less that on trust", behaviour - attitude, low=0.0, sign=True),
        Measure("effect on share of purchases", behaviour, low=0.0, sign=True, unit="standard deviations"),
    ]

    def draw(axes):
        axes.bar([0, 1], [behaviour.mean(), attitude.mean()], 0.5)
        axes.set_xticks([0, 1], ["share of purchases", "trust"])
        axes.set(ylabel="effect, standard deviations")

    return Finding(measures, draw)
