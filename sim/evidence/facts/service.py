"""Failures and how they are mended (facts S05, S07, S08)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.evidence.experiment import Finding, Measure, fact
from sim.lists import POST, TELL

if TYPE_CHECKING:
    from sim.engine import Engine
    from sim.evidence.lab import Lab

SETTLED, FAILING, AFTER, TALKING = 91, 14, 182, 28
"""Days the market settles; days on which the focal brand fails (or not); days of repurchase read; days of talk read after it."""
MINUTES = 1 / 60
REPLIES: dict[str, dict[str, float]] = {
    "no failure": {"capacity": 1000.0},
    "excellent": {"capacity": 1000.0, "answer_hours": 5 * MINUTES, "skill": 1.0},
    "5 minutes": {"capacity": 1000.0, "answer_hours": 5 * MINUTES},
    "20 minutes": {"capacity": 1000.0, "answer_hours": 20 * MINUTES},
    "1 hour": {"capacity": 1000.0, "answer_hours": 1.0},
    "1 day": {"capacity": 1000.0, "answer_hours": 24.0},
    "never": {"capacity": 0.0},
}
RUNS = "failures and replies"
SEEDS, QUICK = 30, 3
FAILURE: dict[str, Any] = {
    "market": "coffee",
    "change": "every purchase of the focal brand in two weeks goes wrong, answered at once, late or never",
    "control": "no purchase goes wrong",
    "shares": RUNS,
}


def failures(lab: Lab) -> dict[str, np.ndarray]:
    """What became of those who bought in the two weeks, by reply: array (seeds, 3).

    Purchases of the brand per head in the half-year after; satisfaction at its start; share who spoke ill of the brand in
    the two weeks or the four after them. The same people in every arm: who bought without failures.
    """
    return lab.once(RUNS, lambda: _failures(lab))


def _failures(lab: Lab) -> dict[str, np.ndarray]:
    end = SETTLED + FAILING
    found: dict[str, list[list[float]]] = {name: [] for name in REPLIES}
    for seed in lab.seeds:
        people = np.empty(0, np.int64)
        for name, service in REPLIES.items():
            fails = name != "no failure"

            def break_down(engine: Engine, fails: bool = fails) -> None:
                failing = fails and SETTLED <= engine.day < end
                engine.tables["problem_rate"][engine.focal] = float(failing)

            scenario = lab.market("coffee", {"plan.service": service}, days=end + AFTER)
            life = lab.live(scenario, seed, before=break_down, each_day=_seen)
            if name == "no failure":
                people = np.flatnonzero(life.bought(SETTLED, end)[life.focal])
            bought = life.bought(end)[life.focal][people].mean()
            satisfied = life.watched[end - 1][1][people].mean()
            ill = set().union(*(day[0] for day in life.watched[SETTLED : end + TALKING]))
            spoke = np.isin(people, list(ill)).mean()
            found[name].append([bought, satisfied, spoke])
    return {name: np.array(rows) for name, rows in found.items()}


def _seen(engine: Engine) -> tuple[set[int], Any]:
    """Who speaks ill of the focal brand tonight, and everybody's satisfaction with it."""
    ill: set[int] = set()
    if SETTLED < engine.day <= SETTLED + FAILING + TALKING:
        for group in engine.groups:
            plans = group.lists.errands[: group.lists.planned[0]]
            talk = (plans[:, 2] == TELL) | (plans[:, 2] == POST)
            ill |= set(plans[talk & (plans[:, 1] == engine.focal) & (plans[:, 3] < 0), 0].tolist())
    last = engine.day == SETTLED + FAILING
    return ill, engine.columns["satisfaction"][engine.focal].copy() if last else None


@fact(
    "S05",
    **FAILURE,
    seeds=SEEDS,
    quick=QUICK,
    diagnosis="A contenting answer brings satisfaction back to a level below that of a purchase without trouble "
    "(`service.ceiling`, "
    "assumed), so the model has no recovery paradox: it can show that mending a failure pays, not that it delights.",
    unjudged=("word of mouth, no failure against mended: S08 reads complainers only",),
)
def service_recovery(lab: Lab) -> Finding:
    """Service recovery: repurchase after no failure, a failure mended as well as can be, and one that nobody answers.

    Purchases of the brand in half a year by those who bought in the two weeks of failures; mended: an answer after five
    minutes with full skill. Published: recovery lifts satisfaction above the level without failure, but not repurchase
    (de Matos, Henrique & Rossi 2007, meta-analysis); so satisfaction, too, is compared with no failure.
    """
    arms = failures(lab)
    bought = {name: arms[name][:, 0] for name in ("no failure", "excellent", "never")}
    satisfied = {name: arms[name][:, 1] for name in bought}
    whole = bought["no failure"].mean()
    measures = [
        Measure(
            "repurchase, no failure less mended",
            (bought["no failure"] - bought["excellent"]) / whole,
            low=0.0,
            sign=True,
        ),
        Measure(
            "repurchase, mended less unanswered", (bought["excellent"] - bought["never"]) / whole, low=0.0, sign=True
        ),
        Measure(
            "satisfaction, mended less no failure", satisfied["excellent"] - satisfied["no failure"], low=0.0, sign=True
        ),
        Measure("satisfaction, mended less unanswered", satisfied["excellent"] - satisfied["never"]),
    ]

    def draw(axes):
        axes.bar(range(3), [each.mean() for each in bought.values()], 0.5)
        axes.set_xticks(range(3), ["no failure", "failure, mended", "failure, no answer"])
        axes.set(ylabel="purchases in the half-year after, per head")

    return Finding(measures, draw)


@fact("S07", **FAILURE, seeds=SEEDS, quick=QUICK)
def fast_replies(lab: Lab) -> Finding:
    """Fast replies: what an answer to a complaint brings in later purchases, by how fast it comes.

    Gain: purchases in half a year over those of people who are never answered. The last step of the fall is from an hour to
    later or never: an answer after a day is worth too little to be told from none. Published (airlines, willingness to pay): 20
    dollars under 6 minutes, 2.33 beyond an hour (Twitter / Applied Marketing Science 2015-16).
    """
    arms = failures(lab)
    gain = {name: arms[name][:, 0] - arms["never"][:, 0] for name in ("5 minutes", "20 minutes", "1 hour", "1 day")}
    measures = [
        Measure("gain, 5 less 20 minutes", gain["5 minutes"] - gain["20 minutes"], low=0.0, sign=True),
        Measure("gain, 20 minutes less 1 hour", gain["20 minutes"] - gain["1 hour"], low=0.0, sign=True),
        Measure("gain, 1 hour less 1 day or never", gain["1 hour"] - gain["1 day"] / 2, low=0.0, sign=True),
        Measure.of_ratio(
            "gain of 1 hour over 5 minutes", gain["1 hour"], gain["5 minutes"], low=0.05, high=0.4, published=0.12
        ),
        Measure.of_ratio("gain of 1 day over 5 minutes", gain["1 day"], gain["5 minutes"]),
    ]

    def draw(axes):
        axes.plot(range(4), [each.mean() for each in gain.values()], "o-", label="simulated")
        axes.plot(
            [0, 2], [gain["5 minutes"].mean(), gain["5 minutes"].mean() * 2.33 / 20], "k*", label="published ratio"
        )
        axes.set_xticks(range(4), list(gain))
        axes.axhline(0, color="0.5", lw=0.8)
        axes.set(xlabel="answer after", ylabel="purchases gained in half a year, per head")
        axes.legend(frameon=False)

    return Finding(measures, draw)


@fact("S08", **FAILURE, seeds=SEEDS, quick=QUICK)
def expected_reply_time(lab: Lab) -> Finding:
    """Complainers who speak ill of the brand, unanswered and with an answer in time.

    Share of those whose purchase went wrong who tell friends or post something bad in the two weeks of failures or the four
    after. In time: an answer that helps, after five minutes; with the default skill three in ten do not help however fast they
    come. Published: 29 to 60 % react badly to a late answer (Lithium 2013).
    """
    arms = failures(lab)
    spoke = {name: arms[name][:, 2] for name in ("5 minutes", "20 minutes", "1 hour", "1 day", "never")}
    measures = [
        Measure("complainers who speak ill, unanswered", spoke["never"], low=0.2, high=0.7, published=0.29),
        Measure.of_ratio(
            "answered in time over unanswered", arms["excellent"][:, 2], spoke["never"], low=0.0, high=0.5
        ),
        Measure.of_ratio("the same with the default skill", spoke["5 minutes"], spoke["never"]),
    ]

    def draw(axes):
        axes.plot(range(5), [100 * each.mean() for each in spoke.values()], "o-")
        axes.set_xticks(range(5), list(spoke))
        axes.set(xlabel="answer after", ylabel="complainers who speak ill, %", ylim=(0, None))

    return Finding(measures, draw)
