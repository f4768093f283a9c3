"""Run a scenario from the first day to the last, and keep the books."""

from __future__ import annotations

import os
from collections.abc import Callable
from time import perf_counter

import numpy as np

from sim.engine import Engine
from sim.ledger import Ledger
from sim.results import Run
from sim.results.record import Record, declare_series
from sim.scenario import Scenario, load
from sim.version import model_version

declare_series("unspent", "money", False, "planned spend that found no audience")
for _name, _unit, _label in (
    ("told", "people", "people told by friends"),
    ("asked", "questions", "questions answered by friends"),
    ("shares", "shares", "posts passed on"),
    ("unanswered", "complaints", "complaints never answered"),
    ("open_complaints", "complaints", "complaints waiting"),
    ("invitations", "invitations", "invitations to friends"),
    ("referred", "customers", "customers brought by referral"),
):
    declare_series(_name, _unit, True, _label)


class Books:
    """What is written down at the end of each day, in arrays made once for the whole run."""

    def __init__(self, engine: Engine, ledger: Ledger | None = None) -> None:
        self.engine, self.ledger = engine, ledger
        days, people = engine.calendar.days, engine.tables["people"]
        self.people = np.zeros((days + 1, *people.shape), np.int64)
        self.people[0] = people
        self.transitions = np.zeros((days, *engine.tables["transitions"].shape), np.int32)
        self.totals = np.zeros((days, engine.totals.sums.size), np.int64)
        self.panel = np.flatnonzero(engine.watched).astype(np.int32)
        self.start = engine.columns["stage"][:, self.panel].T.copy()
        self.touches: list[np.ndarray] = []
        self.moves: list[np.ndarray] = []

    def close_day(self) -> None:
        """Write down the day that was just lived."""
        engine = self.engine
        day = engine.day - 1
        self.people[day + 1] = engine.tables["people"]
        self.transitions[day] = engine.tables["transitions"]
        self.totals[day] = engine.totals.sums
        if self.ledger:
            self.ledger.close_day()
        elif self.panel.size:
            self._log(day)

    def _log(self, day: int) -> None:
        watched = self.engine.watched
        outside = self.engine.outside.moves
        touches, moves = [], [outside[watched[outside[:, 0]] > 0]]
        for group in self.engine.groups:
            lists = group.lists
            if lists.touched[0]:
                touches.append(lists.touches[: lists.touched[0]].copy())
            moved = lists.moves[: lists.moved[0]]
            moves.append(moved[watched[moved[:, 0]] > 0])
        for parts, log in ((touches, self.touches), (moves, self.moves)):
            rows = np.concatenate(parts) if parts else np.empty((0, 5), np.int32)
            # By consumer and brand, each consumer's own order kept: the same rows for any size of groups.
            rows = rows[np.lexsort((rows[:, 1], rows[:, 0]))]
            log.append(np.column_stack([np.full(len(rows), day, np.int32), rows]))

    def record(self, stopped: bool = False) -> Record:
        """Everything up to the last whole day."""
        engine = self.engine
        days = self.transitions.shape[0] if not stopped else engine.day
        days = min(days, engine.day)
        tallies = engine.totals.named(self.totals[:days])
        by_brand = (days, len(engine.brands))
        counts = {
            name: values.astype(np.float64)
            for name, values in tallies.items()
            if values.shape == by_brand and not name.startswith("sum_")
        }
        return Record(
            days=days,
            dates=engine.calendar.dates[:days],
            brands=tuple(one.name for one in engine.brands),
            focal=engine.focal,
            segments=tuple(one.name for one in engine.segments),
            stages=tuple(one.name for one in engine.stages),
            kinds=tuple(one.name for one in engine.kinds),
            channels=tuple(one.name for one in engine.channels),
            people=self.people[: days + 1],
            transitions=self.transitions[:days],
            causes=engine.tables["causes"].copy(),
            delivered=tallies["delivered"].astype(np.int32),
            noticed=tallies["noticed"].astype(np.int32),
            series={name: values[:days] for name, values in engine.series.items()} | counts,
            market={name: values[:days] for name, values in engine.market_series.items()},
            spend=engine.spend[:days],
            events=_said(engine),
            panel=self._panel() if self.panel.size and not self.ledger else None,
            cascades=engine.cascades.table(),
            seconds=dict(engine.seconds),
            stopped=stopped,
        )

    def _panel(self) -> dict[str, dict[str, np.ndarray]]:
        touches = np.concatenate(self.touches) if self.touches else np.empty((0, 6), np.int32)
        moves = np.concatenate(self.moves) if self.moves else np.empty((0, 6), np.int32)
        return {
            "touches": dict(zip(("day", "consumer", "brand", "kind", "count", "noticed"), touches.T)),
            "moves": dict(zip(("day", "consumer", "brand", "from", "to", "cause"), moves.T)),
            "start": {"consumer": self.panel, "stage": self.start},
        }


def _said(engine: Engine) -> list[tuple[int, str, int]]:
    """Events and launches with a text for pictures."""
    whole_market = {"algorithm", "trend", "set"}
    events = [
        (one.first, one.label or one.kind, -1 if one.kind in whole_market else one.brand)
        for one in engine.calendar.events
    ]
    events += [(int(day), "launch", b) for b, day in enumerate(engine.calendar.launch) if day > 0]
    return sorted(one for one in events if one[0] < engine.calendar.days)


def run(
    scenario: Scenario | str | os.PathLike[str],
    seed: int | None = None,
    threads: int = 1,
    panel: int = 0,
    progress: Callable[[int, int], None] | None = None,
    engine: Engine | None = None,
    ledger: bool = False,
) -> Run:
    """Simulate a scenario and return its results.

    scenario: a Scenario, the path of a file, or the name of a shipped one. seed: overrides the scenario's. threads: workers; the
    results are the same bits for any number. panel: consumers whose every touch and move is logged. progress(days done, days in
    all) is called after each day; if it, or Ctrl-C, raises KeyboardInterrupt, the run stops and keeps the days done
    (`run.record.stopped`). engine: a market built before. ledger: keep of every consumer what was bought and met (`run.ledger`),
    in one thread and without a panel; slower.

    Raises ScenarioError or MechanismError for a scenario that cannot be built, ValueError for a seed, threads or a panel that
    cannot be.
    """
    scenario = scenario if isinstance(scenario, Scenario) else load(scenario)
    if ledger:
        engine = Ledger.engine(scenario, seed)
    engine = engine or Engine(scenario, seed, threads, panel)
    books = Books(engine, Ledger(engine) if ledger else None)
    started, stopped = perf_counter(), False
    try:
        for _ in range(engine.day, engine.calendar.days):
            engine.step()
            books.close_day()
            if progress:
                progress(engine.day, engine.calendar.days)
    except KeyboardInterrupt:
        stopped = True
    finally:
        engine.close()
    engine.seconds["days"] = perf_counter() - started
    found = Run.of(scenario, engine.seed, books.record(stopped), threads, model_version())
    found.ledger = books.ledger
    return found
