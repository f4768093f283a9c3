"""Compare plans under the same luck: `sim.compare({"today": a, "friends": b}, seeds=20)`.

Every plan is run on every seed. Draws are keyed by consumer, day and mechanism, so that on one seed everybody has the same
traits, friends and luck under every plan, and the difference of two runs is the plan's doing (common random numbers).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

import sim
from sim.experiments.arms import Arm, refuse_other_worlds, resolve
from sim.experiments.comparison import Comparison, Rule
from sim.experiments.engines import EngineError, Workers, crew
from sim.experiments.figures import FIGURES
from sim.experiments.intervals import half_width, seeds_for
from sim.experiments.lives import DAILY, Asked, Lived, live
from sim.scenario import Scenario, ScenarioError
from sim.scenario.errors import nearest

FIRST_BATCH = 8
"""Seeds before the first look of a sequential comparison (assumed): fewer say little of the spread."""
CAP = 200
"""Seeds at which a sequential comparison ends anyway."""
WHY_SEEDS = 8
"""Seeds on which differences are taken apart: each costs nine markets more."""

Progress = Callable[[int, int], None]


def compare(
    arms: Mapping[str, Arm] | Scenario | str | os.PathLike[str],
    seeds: int | Iterable[int] | None = None,
    *,
    until: str | float | None = None,
    on: str = "profit",
    cap: int = CAP,
    why: bool | int = False,
    workers: int | str | Workers = 1,
    allow_world: bool = False,
    common: bool = True,
    progress: Progress | None = None,
    stop: Callable[[], bool] | None = None,
) -> Comparison:
    """Run every plan on every seed, and compare each with the first.

    arms: name -> scenario, file, shipped name, or dotted changes to the first arm; or one scenario whose file has [arms.NAME].
    seeds: how many, from 1 on (default 10), or which. until: add seeds until the interval of `on` is this narrow (either way of
    the mean, in its unit, or "2%" of the baseline's mean), or "decided": until no plan is too close to call; at most `cap`.
    why: take differences apart by route, on so many seeds (True: 8). workers: how many threads, or an engine's name such
    as "processes:4" (see `engines.crew`); the numbers are the same. common: False gives every plan its own luck, to see what
    one luck is worth. progress(seeds done, seeds in all). stop(): asked now and then; once True, or on Ctrl-C, what is done is
    kept.

    Raises ScenarioError for plans that cannot be run or that differ in world as well as plan (unless allow_world), and
    EngineError for a run that failed.
    """
    scenarios = resolve(arms)
    if not allow_world:
        refuse_other_worlds(scenarios)
    elif why:
        refuse_other_worlds(
            scenarios, "a difference between worlds cannot be taken apart by route; leave out why (--why)"
        )
    if why and not common:
        raise ScenarioError(
            "a difference can be taken apart by route only under one luck; leave out why, or common=False"
        )
    aim = None if until is None else Aim(until, on, cap)
    chosen = _seeds(seeds, aim)
    lives = _Lives(scenarios, int(why) if type(why) is int else WHY_SEEDS * why, common, progress, stop)
    with crew(workers) as those:
        stopped = lives.add(those, chosen, len(chosen))
        found = lives.found(None)
        while aim and not stopped and lives.done:
            rule = aim.look(found)
            if rule.reached or len(lives.done) >= cap:
                break
            wanted = aim.next_batch(found)
            following = range(max(chosen) + 1, max(chosen) + 1 + wanted)
            chosen = (*chosen, *following)
            stopped = lives.add(those, tuple(following), min(cap, len(chosen)))
            found = lives.found(None)
    if not lives.done:
        raise KeyboardInterrupt
    found = lives.found(aim.look(found) if aim else None)
    return replace(found, stopped=stopped)


def _seeds(seeds: int | Iterable[int] | None, aim: Aim | None) -> tuple[int, ...]:
    if seeds is None:
        seeds = 10 if aim is None else min(FIRST_BATCH, aim.cap)
    chosen = tuple(range(1, seeds + 1)) if isinstance(seeds, int) else tuple(seeds)
    if not chosen:
        raise ScenarioError("there are no seeds; give 1 or more")
    if len(set(chosen)) < len(chosen):
        raise ScenarioError("a seed is given twice; the same luck twice tells nothing new")
    if min(chosen) < 0:
        raise ScenarioError(f"{min(chosen)} is not a seed; give whole numbers of 0 or more")
    return chosen


class Aim:
    """When a sequential comparison may end. Raises ScenarioError for an aim that makes no sense."""

    def __init__(self, until: str | float, on: str, cap: int) -> None:
        if on not in FIGURES:
            raise ScenarioError(f"there is no figure '{on}'{nearest(on, FIGURES)}")
        if cap < 2:
            raise ScenarioError(f"a cap of {cap} seeds is not allowed; give 2 or more")
        self.until, self.on, self.cap = until, on, cap
        self.width, self.share = self._read(until)
        self.looks: list[tuple[int, float]] = []

    @staticmethod
    def _read(until: str | float) -> tuple[float | None, float | None]:
        """(absolute half-width, relative half-width); both None for "decided"."""
        if until == "decided":
            return None, None
        text = str(until).strip()
        try:
            value = float(text.removesuffix("%"))
        except ValueError:
            value = -1.0
        if not 0 < value < float("inf"):
            raise ScenarioError(
                f"'{until}' is not a width; give \"decided\", a number above 0 in the figure's unit, or a share such as 2%"
            )
        return (None, value / 100) if text.endswith("%") else (value, None)

    def _wanted(self, found: Comparison, arm: str) -> float:
        """Half-width wanted for one plan; nan for "decided"."""
        if self.share is not None:
            return self.share * abs(found.rows[arm, self.on].baseline)
        return float("nan") if self.width is None else self.width

    def look(self, found: Comparison) -> Rule:
        """Look at the intervals: whether the aim is reached."""
        judged = replace(found, rule=Rule(self.until, self.on, self.cap))
        rows = [judged.rows[arm, self.on] for arm in judged.others]
        widest = max((row.interval.half for row in rows), default=0.0)
        if not self.looks or self.looks[-1][0] != len(found.seeds):
            self.looks.append((len(found.seeds), widest))
        if self.until == "decided":
            reached = all(row.verdict in ("higher", "lower", "the same") for row in rows)
        else:
            reached = all(judged.rows[arm, self.on].interval.half <= self._wanted(judged, arm) for arm in judged.others)
        return Rule(self.until, self.on, self.cap, tuple(self.looks), reached)

    def next_batch(self, found: Comparison) -> int:
        """How many seeds to add: what the spread so far asks for, at most as many as there are, at least a quarter of that."""
        done = len(found.seeds)
        needed = done + 1
        for arm in found.others:
            gaps = found.gaps(arm, self.on)
            gaps = gaps[~np.isnan(gaps)]
            spread = float(gaps.std(ddof=1)) if len(gaps) > 1 else 0.0
            wanted = abs(float(gaps.mean())) if self.until == "decided" and len(gaps) else self._wanted(found, arm)
            if half_width(spread, done, anytime=True) > wanted:
                needed = max(needed, seeds_for(wanted, spread, anytime=True) or self.cap)
        return min(max(needed - done, -(-done // 4)), done, self.cap - done)


class _Lives:
    """Seeds lived so far."""

    def __init__(
        self, scenarios: dict[str, Scenario], why: int, common: bool, progress: Progress | None, stop: Any
    ) -> None:
        self.scenarios, self.why, self.common, self.progress, self.stop = scenarios, why, common, progress, stop
        self.done: dict[int, Lived] = {}
        self.order: list[int] = []

    def _asked(self, seeds: Iterable[int]) -> Iterator[Asked]:
        for seed in seeds:
            self.order.append(seed)
            yield Asked(tuple(self.scenarios.values()), seed, len(self.order) <= self.why, self.common)

    def add(self, those: Workers, seeds: tuple[int, ...], total: int) -> bool:
        """Live these seeds too; True if that was stopped."""
        try:
            for one in those.each(live, self._asked(seeds), stop=self.stop):
                if one.error is not None:
                    raise EngineError(f"seed {one.task.seed}: {one.error}")
                assert one.result is not None
                self.done[one.task.seed] = one.result
                if self.progress:
                    self.progress(len(self.done), total)
        except KeyboardInterrupt:
            return True
        return any(seed not in self.done for seed in seeds)

    def found(self, rule: Rule | None) -> Comparison:
        """What was found, in the order in which seeds were asked for."""
        lived = [self.done[seed] for seed in self.order if seed in self.done]
        values = np.array([one.values for one in lived]).reshape(len(lived), len(self.scenarios), len(FIGURES))
        daily = {
            name: np.array([one.daily[:, row] for one in lived if one.daily is not None]).swapaxes(0, 1)
            for row, name in enumerate(DAILY)
            if lived and lived[0].daily is not None
        }
        who = [one.who for one in lived if one.who is not None]
        why = [one.parts for one in lived if one.parts is not None]
        return Comparison(
            self.scenarios,
            tuple(one.seed for one in lived),
            {name: values[:, :, number].T.copy() for number, name in enumerate(FIGURES)},
            daily,
            np.array(who) if who else None,
            np.array(why) if why else None,
            rule,
            common=self.common,
            metadata=_metadata(),
        )


def _metadata() -> dict[str, Any]:
    from sim.version import model_version

    return {"created": date.today().isoformat(), "journeysim": sim.__version__, "model_fingerprint": model_version()}
