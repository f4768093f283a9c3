"""The attribution laboratory: what rules, models and tests say a channel sold, beside what it truly sold.

    found = sim.attribution(sim.load("launch"), seeds=8)
    print(found.answer())

The truth is known here: the same market, the same people and luck, without the channel. Everything else is what an analyst of
that one market would have computed from its data, or from an experiment in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from sim.experiments.attribution.budget import reallocate
from sim.experiments.attribution.found import TESTS, TRUTH, Attribution, Interference
from sim.experiments.attribution.interference import map_exposure
from sim.experiments.attribution.measure import Settings, Task, work
from sim.experiments.attribution.withhold import with_twins
from sim.experiments.channels import PlanChannel, chosen_channels, scaled
from sim.experiments.engines import Workers
from sim.experiments.paired import Progress, Runner
from sim.regions import MOST
from sim.scenario import Scenario, ScenarioError

OUTCOMES = ("units", "new_customers")


def attribution(
    scenario: Scenario,
    seeds: int | Iterable[int] = 8,
    *,
    channels: Sequence[str] = (),
    tests: bool = True,
    budgets: bool = True,
    workers: int | str | Workers = "threads",
    progress: Progress | None = None,
    **settings: Any,
) -> Attribution:
    """Measure every way of attribution against the truth, on the same simulated markets.

    seeds: how many markets, from 1 on, or which. channels: of the plan, by default all. tests: also run a user-level and a geo
    lift test of every paid channel. budgets: also simulate the budget that each way recommends. workers: where runs are computed
    (`sim.experiments.engines.crew`); results are the same for any. progress(runs done, runs in all). settings: see `Settings`.

    Ctrl-C, or progress raising KeyboardInterrupt, keeps the seeds that are complete. Raises KeyboardInterrupt if none is, and
    ScenarioError for a plan without channels, an unknown channel, or a setting out of range.
    """
    chosen = _seeds(seeds)
    found = chosen_channels(scenario, tuple(channels))
    tested = [one.name for one in found if one.sort == "media"] if tests else []
    how = _checked(scenario, settings, bool(tested))
    tasks = _tasks(scenario, found, how, chosen, tested)
    movable = budgets and sum(one.budgeted for one in found) > 1
    ways = 9 + (2 if tested else 0)
    runner = Runner(workers, len(tasks) + (ways * len(chosen) if movable else 0), progress)
    results = runner.run(work, tasks)
    complete = [seed for seed in chosen if all(task.key in results for task in tasks if task.seed == seed)]
    if not complete:
        raise KeyboardInterrupt
    answer = _gathered(scenario, found, how, complete, results, tested)
    if movable and not runner.stopped:
        answer = _with_budgets(answer, runner)
    return answer.but(stopped=runner.stopped)


def _tasks(
    scenario: Scenario, channels: tuple[PlanChannel, ...], how: Settings, seeds: Sequence[int], tested: list[str]
) -> list[Task]:
    """Every run but those of recommended budgets: today's plan, without each channel, each test."""
    twins = with_twins(scenario) if tested else scenario
    without = {one.name: scaled(scenario, {one.name: 0.0}) for one in channels}
    tasks = []
    for seed in seeds:
        tasks.append(Task("today", (seed, "today"), scenario, seed, channels, how))
        tasks += [Task("without", (seed, "without", name), plan, seed, channels, how) for name, plan in without.items()]
        tasks += [Task(test, (seed, test, name), twins, seed, channels, how, name) for name in tested for test in TESTS]
    return tasks


def _seeds(seeds: int | Iterable[int]) -> tuple[int, ...]:
    chosen = tuple(range(1, seeds + 1)) if isinstance(seeds, int) else tuple(dict.fromkeys(seeds))
    if not chosen:
        raise ScenarioError("there are no seeds; give 1 or more")
    return chosen


def _checked(scenario: Scenario, settings: dict[str, Any], tested: bool) -> Settings:
    """The settings, if they make sense for this market; what lift tests ask of its length and size only if there are any."""
    try:
        how = Settings(**settings)
    except TypeError:
        known = ", ".join(Settings.__dataclass_fields__)
        wrong = ", ".join(one for one in settings if one not in Settings.__dataclass_fields__)
        raise ScenarioError(f"'{wrong}' is not a setting of an attribution; there are {known}") from None
    days, people = scenario.horizon.days, scenario.world.market.consumers
    for name, value, low, high in (
        ("panel", how.panel, 1, 10**9),
        ("lookback", how.lookback, 0, 10**6),
        ("half_life", how.half_life, 1e-6, 1e9),
        ("holdout", how.holdout, 0.01, 0.99),
        ("regions", how.regions, 2, min(MOST, people // 2) if tested else MOST),
        ("off_share", how.off_share, 0.01, 0.99),
        ("geo_from", how.geo_from, 0, days - 1 if tested else 10**6),
        ("starts", how.starts, 1, 1000),
    ):
        if not low <= value <= high:
            way_out = (
                ", or leave the lift tests out (tests=False, --no-tests)" if name in ("regions", "geo_from") else ""
            )
            raise ScenarioError(f"{name} is {value}; allowed here is {low:g} to {high:g}{way_out}")
    for name, word, known_ones in (
        ("outcome", how.outcome, OUTCOMES),
        ("seen", how.seen, ("noticed", "delivered")),
    ):
        if word not in known_ones:
            raise ScenarioError(f"{name} is '{word}'; allowed are {' and '.join(known_ones)}")
    return how


def _gathered(
    scenario: Scenario,
    channels: tuple[PlanChannel, ...],
    how: Settings,
    seeds: list[int],
    results: dict[Any, dict[str, Any]],
    tested: list[str],
) -> Attribution:
    """Figures of all runs as arrays over seeds, in real people and money."""
    market = scenario.world.market
    each = market.people / market.consumers
    today = [results[seed, "today"] for seed in seeds]
    without = [[results[seed, "without", one.name] for one in channels] for seed in seeds]
    truth = np.array([[day["bought"].sum() - one["bought"].sum() for one in row] for day, row in zip(today, without)])
    profit = np.array([day["headline"]["profit"] for day in today])
    lost = np.array([[one["headline"]["profit"] for one in row] for row in without])
    claims = {name: np.array([day["claims"][name] for day in today]) * each for name in today[0]["claims"]}
    spend = np.array([day["spend"] for day in today])
    if tested:
        claims |= _test_claims(seeds, channels, results, today, tested, each)
    return Attribution(
        scenario=scenario,
        settings=how,
        seeds=tuple(seeds),
        channels=channels,
        sales=np.array([float(day["bought"].sum()) for day in today]) * each,
        profit=profit,
        spend=spend,
        claims={TRUTH: truth * each, **claims},
        worth=profit[:, None] - lost,
        interference={name: _interference(seeds, name, results, how, each) for name in tested},
    )


def _test_claims(
    seeds: list[int], channels: tuple[PlanChannel, ...], results: Any, today: list[Any], tested: list[str], each: float
) -> dict[str, np.ndarray]:
    """What both lift tests say each channel sells over the whole plan; nan where it was not tested."""
    users = np.full((len(seeds), len(channels)), np.nan)
    regions = users.copy()
    for row, seed in enumerate(seeds):
        for column, one in enumerate(channels):
            if one.name not in tested:
                continue
            test = results[seed, "users", one.name]
            users[row, column] = _lift(test["bought"], test["held"]) * test["held"].size * each
            money, within = today[row]["spend"][column], today[row]["spend_tested"][column]
            if within > 0:  # the test saw part of the plan's money; the rest is taken to work alike
                regions[row, column] = results[seed, "regions", one.name]["lift"] * each * money / within
    return {TESTS["users"]: users, TESTS["regions"]: regions}


def _lift(bought: np.ndarray, held: np.ndarray) -> float:
    """Purchases per consumer of those who may see the ads, less of those who may not."""
    return float(bought[~held].mean() - bought[held].mean())


def _interference(seeds: list[int], name: str, results: Any, how: Settings, each: float) -> Interference:
    """How the test of one channel was spoiled by what people hear from one another, seed by seed."""
    rows = []
    for seed in seeds:
        test, none, full = results[seed, "users", name], results[seed, "without", name], results[seed, "today"]
        held, watched = test["held"], test["watched"] & test["held"]
        gain = test["bought"] - none["bought"]
        fitted = map_exposure(gain, ~held, test["exposed"])
        everyone = held.size * each
        share = float((~held).mean())
        truth = float((full["bought"] - none["bought"]).mean())
        rows.append(
            (
                test["heard"][watched].mean(),
                none["heard"][watched].mean(),
                gain[held].mean() * everyone,
                gain[~held].mean() * everyone,
                (_lift(gain, held) - truth) * everyone,
                fitted.bias(share) * everyone,
                -fitted.friends * everyone,
            )
        )
    return Interference(*(np.array(column) for column in zip(*rows)))


def _with_budgets(found: Attribution, runner: Runner) -> Attribution:
    """The same with the plan that each way recommends, simulated under the same luck."""
    money = np.array([one.budgeted for one in found.channels])
    names = [one.name for one in found.channels]
    factors: dict[str, np.ndarray] = {}
    for way, claims in found.claims.items():
        # The truth is one for all markets of this world; an analyst has only the one market that he measured.
        source = np.broadcast_to(claims.mean(axis=0), claims.shape) if way == TRUTH else claims
        factors[way] = np.array(
            [reallocate(spend, np.where(money, claim, np.nan)) for spend, claim in zip(found.spend, source)]
        )
    tasks = [
        Task(
            "plan",
            (seed, way),
            scaled(found.scenario, dict(zip(names, rows[number].tolist()))),
            seed,
            found.channels,
            found.settings,
        )
        for number, seed in enumerate(found.seeds)
        for way, rows in factors.items()
    ]
    runner.total = runner.done + len(tasks)
    results = runner.run(work, tasks)
    profits = {
        way: np.array(
            [results[seed, way]["headline"]["profit"] if (seed, way) in results else np.nan for seed in found.seeds]
        )
        for way in factors
    }
    return found.but(factors=factors, profits=profits)
