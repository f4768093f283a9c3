"""Every consumer's journey in one simulated market: who was where when, by which paths they came to buy, and what they met.

A run that follows all its consumers is kept as plain arrays, so that pages can ask again by segment, brand and weeks
without another run.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from sim.app.digest import Stages, stages_of

if TYPE_CHECKING:
    from sim.peers import Ties
    from sim.scenario import Scenario

NO_STAGE = -1
LONGEST = 12
"""Steps of a path that are told apart; a longer path is told as what it has in common with others: "long"."""


@dataclass(frozen=True)
class Travelled(Stages):
    """Moves of some people over some weeks, in real people: moves (S, S), start (S,) people at each stage before."""

    moves: np.ndarray
    start: np.ndarray
    weeks: float


@dataclass(frozen=True)
class Way:
    """A path that people took to their first purchase: stages in order, how many took it, days from its first step to the
    purchase (median), what was noticed most on the way, and how many of a hundred who came as far as its last step bought next.
    """

    stages: tuple[str, ...]
    people: float
    share: float
    days: float
    kinds: tuple[str, ...]
    per_hundred: float


@dataclass(frozen=True)
class Journeys(Stages):
    """All moves and noticed touches of N consumers over D days.

    start: (N, B) stage before the first day. segment: (N,). moves: columns day, consumer, brand, from, to, cause (the kind
    noticed last, K for none), ordered by day. touches: columns day, consumer, brand, kind, only what was noticed. each: real
    people a consumer stands for.
    """

    days: int
    each: float
    brands: tuple[str, ...]
    focal: int
    segments: tuple[str, ...]
    kinds: tuple[str, ...]
    segment: np.ndarray
    start: np.ndarray
    moves: dict[str, np.ndarray]
    touches: dict[str, np.ndarray]

    def members(self, segment: int | None) -> np.ndarray:
        """Who is in a segment, or everybody (None), bool (N,)."""
        return np.ones(len(self.segment), bool) if segment is None else self.segment == segment

    def stage_on(self, day: int, brand: int) -> np.ndarray:
        """Stage of every consumer at the dawn of a day, int8 (N,)."""
        now = self.start[:, brand].copy()
        mine = (self.moves["brand"] == brand) & (self.moves["day"] < day)
        # Later moves overwrite earlier ones: the log is in order of days.
        now[self.moves["consumer"][mine]] = self.moves["to"][mine]
        return now

    def travelled(
        self, segment: int | None = None, brand: int | None = None, first: int = 0, last: int | None = None
    ) -> Travelled:
        """Moves between the dawn of day `first` and the end of day `last`, of one segment or all, with one brand."""
        brand = self.focal if brand is None else brand
        last = self.days - 1 if last is None else last
        inside = self.members(segment)
        log = self.moves
        mine = (log["brand"] == brand) & (log["day"] >= first) & (log["day"] <= last) & inside[log["consumer"]]
        size = len(self.stages)
        counts = np.bincount(log["from"][mine].astype(np.int64) * size + log["to"][mine], minlength=size * size)
        start = np.bincount(self.stage_on(first, brand)[inside], minlength=size)
        return Travelled(
            self.stages,
            self.order,
            self.lost,
            self.owners,
            counts.reshape(size, size) * self.each,
            start * self.each,
            (last - first + 1) / 7,
        )

    def quarters(self, segment: int | None = None, brand: int | None = None, parts: int = 4) -> np.ndarray:
        """People who were at one stage at the start of a part of the run and at another at its end: (parts, S, S)."""
        brand = self.focal if brand is None else brand
        inside = self.members(segment)
        days = [round(self.days * part / parts) for part in range(parts + 1)]
        at = [self.stage_on(day, brand)[inside].astype(np.int64) for day in days]
        size = len(self.stages)
        flows = [np.bincount(one * size + other, minlength=size * size) for one, other in pairwise(at)]
        return np.array(flows).reshape(parts, size, size) * self.each

    def ways(
        self, segment: int | None = None, brand: int | None = None, first: int = 0, last: int | None = None
    ) -> list[Way]:
        """Paths to the first purchase in these days, most travelled first; people who were customers before are left out."""
        brand = self.focal if brand is None else brand
        last = self.days - 1 if last is None else last
        inside = self.members(segment)
        owners = set(self.owners)
        log = self.moves
        mine = np.flatnonzero((log["brand"] == brand) & inside[log["consumer"]])
        begun: dict[int, tuple[int, ...]] = {
            who: (int(stage),) for who, stage in enumerate(self.start[:, brand]) if stage not in owners and inside[who]
        }
        since: dict[int, int] = {}
        reached: Counter[tuple[int, ...]] = Counter(begun.values())
        takers: dict[tuple[int, ...], list[tuple[int, int, int]]] = defaultdict(list)
        for at in mine:
            who, day, target = int(log["consumer"][at]), int(log["day"][at]), int(log["to"][at])
            path = begun.get(who)
            if path is None:
                continue
            since.setdefault(who, day)
            path = (*path, target)
            if target in owners:
                if first <= day <= last:
                    takers[path].append((who, since[who], day))
                del begun[who]
            else:
                begun[who] = path
                reached[path] += 1
        return self._told(takers, reached, brand)

    def _told(
        self,
        takers: dict[tuple[int, ...], list[tuple[int, int, int]]],
        reached: Counter[tuple[int, ...]],
        brand: int,
    ) -> list[Way]:
        buyers = sum(map(len, takers.values()))
        noticed = self._noticed(brand)
        ways = []
        for path, people in takers.items():
            met: Counter[str] = Counter()
            for who, begin, end in people:
                days, kinds = noticed.get(who, ((), ()))
                met.update({self.kinds[kind] for day, kind in zip(days, kinds) if begin - 28 <= day <= end})
            ways.append(
                Way(
                    tuple(self.stages[stage] for stage in path),
                    len(people) * self.each,
                    len(people) / buyers,
                    float(np.median([end - begin for _, begin, end in people])),
                    tuple(kind for kind, _ in sorted(met.items(), key=lambda item: (-item[1], item[0]))[:3]),
                    100 * len(people) / max(reached[path[:-1]], 1),
                )
            )
        return sorted(ways, key=lambda way: (-way.people, way.stages))

    def _noticed(self, brand: int) -> dict[int, tuple[np.ndarray, np.ndarray]]:
        """Consumer -> days and kinds of what they noticed of a brand."""
        log = self.touches
        mine = np.flatnonzero(log["brand"] == brand)
        mine = mine[np.argsort(log["consumer"][mine], kind="stable")]
        who = log["consumer"][mine]
        edges = np.flatnonzero(np.diff(who)) + 1
        groups = np.split(mine, edges)
        return {int(log["consumer"][one[0]]): (log["day"][one], log["kind"][one]) for one in groups if one.size}


def follow(scenario: Scenario, seed: int | None = None) -> Journeys:
    """Run a market in which everybody is followed. For small markets: a thousand consumers and a year are about 2 MB."""
    return followed_run(scenario, seed)[0]


def followed_run(scenario: Scenario, seed: int | None = None) -> tuple[Journeys, Ties]:
    """A market in which everybody is followed, and who knows whom in it."""
    from sim.engine import Engine
    from sim.running import run

    everybody = scenario.world.market.consumers
    engine = Engine(scenario, seed, 1, everybody)
    segment = np.array(engine.columns["segment"], np.int16)
    finished = run(scenario, seed, engine=engine)
    record = finished.record
    assert record.panel is not None
    touches, moves = record.panel["touches"], record.panel["moves"]
    seen = touches["noticed"] > 0
    journeys = Journeys(
        days=record.days,
        each=finished.people_per_consumer,
        brands=record.brands,
        focal=record.focal,
        segments=record.segments,
        **stages_of(finished),
        kinds=record.kinds,
        segment=segment,
        start=record.panel["start"]["stage"],
        moves=moves,
        touches={name: touches[name][seen] for name in ("day", "consumer", "brand", "kind")},
    )
    return journeys, engine.ties
