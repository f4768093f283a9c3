"""Response curves: every channel's money on a ladder from nothing to double, one week more of it, and pairs of channels without.

    found = sim.response(sim.load("launch"), seeds=6)
    print(found.answer())

All runs of a seed share people and luck, so each step of a ladder is a paired difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from sim.experiments.channels import INFLUENCERS, PlanChannel, chosen_channels, scaled, spent
from sim.experiments.engines import Workers
from sim.experiments.figures import headline
from sim.experiments.paired import Progress, Runner
from sim.experiments.response.found import Response
from sim.running import run
from sim.scenario import Scenario, ScenarioError

LADDER = (0.0, 0.25, 0.5, 1.0, 1.5, 2.0)
"""Multiples of today's money that are tried."""
WEEKS = 13
"""Weeks after a burst in which extra sales are watched: a quarter."""
OUTCOMES = ("units", "new_customers")


@dataclass(frozen=True)
class Task:
    """One run. key: (seed, what, ...), what the result is filed under."""

    key: tuple[Any, ...]
    scenario: Scenario
    seed: int
    channels: tuple[PlanChannel, ...]
    outcome: str


def work(task: Task) -> dict[str, Any]:
    """Live one market; its daily sales and mean awareness (D), profit, and what was spent on each channel (C)."""
    found = run(task.scenario, task.seed)
    record, focal = found.record, found.record.focal
    daily = record.series["purchases_first"][:, focal].copy()
    if task.outcome == "units":
        daily += record.series["purchases_repeat"][:, focal]
    return {
        "daily": daily * found.people_per_consumer,
        "awareness": record.series["awareness"][:, focal],
        "profit": headline(found)["profit"],
        "spend": np.array([spent(found, one) for one in task.channels]),
    }


def response(
    scenario: Scenario,
    seeds: int | Iterable[int] = 6,
    *,
    channels: Sequence[str] = (),
    ladder: Sequence[float] = LADDER,
    outcome: str = "units",
    pairs: bool = True,
    bursts: bool = True,
    burst_day: int | None = None,
    burst: float = 4.0,
    workers: int | str | Workers = "threads",
    progress: Progress | None = None,
) -> Response:
    """Measure how sales answer to the money of each channel of a plan.

    seeds: how many markets, from 1 on, or which. channels: by default all of the plan. ladder: multiples of today's money; 0 and
    1 are always tried. outcome: "units" or "new_customers". pairs: also run without each two channels, for synergy. bursts: also
    spend `burst` times a channel's mean week more, in one week from `burst_day` on (by default a quarter into the run), for
    carry-over. workers: see `sim.experiments.engines.crew`. progress(runs done, runs in all).

    Ctrl-C, or progress raising KeyboardInterrupt, keeps the seeds that are complete. Raises KeyboardInterrupt if none is, and
    ScenarioError for a plan without channels, an unknown channel, or what is out of range.
    """
    chosen = tuple(range(1, seeds + 1)) if isinstance(seeds, int) else tuple(dict.fromkeys(seeds))
    found = chosen_channels(scenario, tuple(channels))
    steps = _checked(scenario, chosen, ladder, outcome, burst)
    day = 7 * (scenario.horizon.days // 28) if burst_day is None else burst_day
    weeks = min(WEEKS, (scenario.horizon.days - day) // 7)
    if bursts and not (day >= 0 and weeks >= 4):
        raise ScenarioError(
            f"a burst from day {day} leaves no four weeks of {scenario.horizon.days} days to watch it fade; "
            "begin it earlier (burst_day, --burst-day), or leave bursts out (bursts=False, --no-bursts)"
        )
    plans = _plans(scenario, found, steps, pairs, (day, burst) if bursts else None)
    tasks = [Task((seed, *key), plan, seed, found, outcome) for seed in chosen for key, plan in plans.items()]
    runner = Runner(workers, len(tasks), progress)
    results = runner.run(work, tasks)
    complete = [seed for seed in chosen if all((seed, *key) in results for key in plans)]
    if not complete:
        raise KeyboardInterrupt

    def figures(key: tuple[Any, ...], figure: str) -> np.ndarray:
        """One figure of a plan on all complete seeds."""
        return np.array([results[seed, *key][figure] for seed in complete])

    def sales(*key: Any) -> np.ndarray:
        return figures(key, "daily").sum(axis=1)

    def extra(name: str, figure: str) -> np.ndarray:
        gained = figures(("burst", name), figure) - figures(("today",), figure)
        return gained[:, day : day + 7 * weeks].reshape(len(complete), weeks, 7).sum(axis=2)

    names = [one.name for one in found]
    ladders = [[("today",) if step == 1.0 else ("step", name, step) for step in steps] for name in names]
    return Response(
        scenario=scenario,
        seeds=tuple(complete),
        channels=found,
        ladder=np.array(steps),
        outcome=outcome,
        sales=np.array([[sales(*key) for key in row] for row in ladders]),
        profit=np.array([[figures(key, "profit") for key in row] for row in ladders]),
        spend=np.array([[figures(key, "spend")[:, c] for key in row] for c, row in enumerate(ladders)]),
        synergy={
            (a, b): sales("today") - sales("step", a, 0.0) - sales("step", b, 0.0) + sales("without", a, b)
            for _, a, b in (key for key in plans if key[0] == "without")
        },
        extra={name: extra(name, "daily") for _, name in (key for key in plans if key[0] == "burst")},
        remembered={name: extra(name, "awareness") / 7 for _, name in (key for key in plans if key[0] == "burst")},
        burst_day=day,
        stopped=runner.stopped,
    )


def _plans(
    scenario: Scenario,
    channels: tuple[PlanChannel, ...],
    steps: list[float],
    pairs: bool,
    burst: tuple[int, float] | None,
) -> dict[tuple[Any, ...], Scenario]:
    """Every plan to be run: today's, each channel on each step, without each two, with a week more of each."""
    names = [one.name for one in channels]
    plans: dict[tuple[Any, ...], Scenario] = {("today",): scenario}
    for name in names:
        plans |= {("step", name, step): scaled(scenario, {name: step}) for step in steps if step != 1.0}
    if pairs:
        plans |= {("without", *pair): scaled(scenario, dict.fromkeys(pair, 0.0)) for pair in combinations(names, 2)}
    if burst:
        plans |= {("burst", one.name): with_burst(scenario, one, *burst) for one in channels if one.budgeted}
    return plans


def _checked(
    scenario: Scenario, seeds: tuple[int, ...], ladder: Sequence[float], outcome: str, burst: float
) -> list[float]:
    """The steps of the ladder, if all that was asked for makes sense."""
    if not seeds:
        raise ScenarioError("there are no seeds; give 1 or more")
    if outcome not in OUTCOMES:
        raise ScenarioError(f"outcome is '{outcome}'; allowed are {' and '.join(OUTCOMES)}")
    if not 0 < burst <= 1000:
        raise ScenarioError(f"burst is {burst}; give a number of weeks' money above 0, at most 1000")
    steps = sorted({0.0, 1.0, *map(float, ladder)})
    if steps[0] < 0 or not steps[-1] <= 100 or len(steps) < 4:
        raise ScenarioError(
            f"the ladder is {', '.join(f'{one:g}' for one in steps)}; give multiples of today's money from 0 to 100, "
            "at least two besides 0 and 1"
        )
    return steps


def with_burst(scenario: Scenario, channel: PlanChannel, day: int, weeks: float) -> Scenario:
    """The plan with one week of more money in a channel: `weeks` times what it spends in a mean week that it is on air.

    Media: a further flight aimed like the channel's first; influencers: further posts by those of the first sponsorship.
    """
    plan = scenario.plan
    if channel.name == INFLUENCERS:
        first = next(one for one in plan.sponsorships if one.posts_per_week)
        more = first.model_dump(by_alias=True) | {"from": day, "to": day + 6}
        more["posts_per_week"] = min(21.0, weeks * first.posts_per_week)
        return scenario.with_(
            "plan.sponsorships", [*(one.model_dump(by_alias=True) for one in plan.sponsorships), more]
        )
    flights = [one.model_dump(by_alias=True) for one in plan.flights]
    like = next((one for one in flights if one["channel"] == channel.name), {"channel": channel.name})
    money = weeks * _mean_week(scenario, channel.name)
    burst = like | {"weekly": money, "total": None, "from": day, "to": day + 6, "pulse": None}
    return scenario.with_("plan.flights", [*flights, burst])


def _mean_week(scenario: Scenario, channel: str) -> float:
    """Planned money of the focal brand in a channel in a week, over the days on which it has any."""
    from sim.calendar import Calendar

    number = [one.name for one in scenario.world.channels].index(channel)
    daily = Calendar(scenario).spend_by_channel()[:, scenario.focal, number]
    return 7 * float(daily[daily > 0].mean())
