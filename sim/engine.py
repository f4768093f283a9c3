"""The compiled market: columns, today's tables, and the day.

`Engine(scenario)` builds a market; `step()` lives one day. It knows no mechanism by name: what happens in a day is what the
registered mechanisms say. Consumers are cut into groups that fit in the cache; all kernels of a day run over one group, then
the next; threads take groups. What people do to others waits until everybody has had the day (`spread`), and runs in fixed
order, at once only where nothing is shared. Whatever the number of threads or the size of groups, the same bits come out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from types import SimpleNamespace
from typing import Any

import numpy as np

from sim import draws
from sim.calendar import Calendar
from sim.cascades import Cascades
from sim.columns import Column, allocate
from sim.driver import compile_calls
from sim.groups import block_size, group_size, groups_of, names_of, nights_of
from sim.hooks import hooks_of
from sim.mechanism import PHASES, Kind, Mechanism, MechanismError, registry, wire
from sim.outside import Outside
from sim.peers import meet
from sim.population import TRAITS, draw_traits
from sim.scenario import Scenario
from sim.scenario.defaults import arrows, channels, stages
from sim.snapshot import restore, state_of
from sim.stages import OWNS, roles
from sim.start import brands_with, count_friends, furnish, part_company

SERIES = ("impressions", "spend_media", "spend_influencers", "spend_programmes", "unspent", "revenue", "margin", "price",
          "score", "awareness", "trust", "satisfaction", "habit")  # fmt: skip


class Platform(SimpleNamespace):
    """Today's rules of the platform; events change them, and every morning starts from the scenario's."""

    def __init__(self, table: Any) -> None:
        super().__init__(**table.model_dump())
        self._base = dict(vars(self))

    def restore(self) -> None:
        """Back to what the scenario says."""
        base = self._base
        vars(self).update(base)
        self._base = base


def whole(name: str, value: Any, least: int = 0) -> int:
    """A whole number that an option was given. Raises ValueError for anything else, or less than `least`.

    >>> whole("seed", 7)
    7
    """
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise ValueError(f"{name}: {value!r} is not allowed; give a whole number of {least} or more")
    return int(value)


class Engine:
    """One market, alive from day 0.

    seed: overrides the scenario's. threads: workers (1 or more). panel: how many consumers' touches and moves to log.
    group: consumers per group, the unit of work of a thread. block: consumers of it that live the day together; in the evening
    the lists of letters, orders and seekers hold the last block's. Both have a default by size, and results depend on neither.
    without: mechanisms left out altogether. fused: live a group's day in one compiled call; False calls kernel by kernel from
    Python, which is slower but can be watched and timed.
    Raises ScenarioError or MechanismError for what cannot be built, ValueError for another number than a whole one of at least 0
    (threads: 1).
    """

    def __init__(self, scenario: Scenario, seed: int | None = None, threads: int = 1, panel: int = 0,
                 group: int | None = None, block: int | None = None, without: tuple[str, ...] = (),
                 fused: bool = True) -> None:  # fmt: skip
        started = perf_counter()
        self.scenario = scenario
        self.seed = scenario.seed if seed is None else whole("seed", seed)
        threads, panel = whole("threads", threads, 1), whole("panel", panel)
        self.threads, self.panel_size, self.fused = threads, panel, fused
        world = scenario.world
        self.brands = _planned_brands(scenario)
        self.segments, self.stages, self.arrows = world.segments, stages(scenario), arrows(scenario)
        self.channels = channels(scenario)
        self.calendar = Calendar(scenario)
        self.platform = Platform(world.platform)
        self.influencers = _each_influencer(world.influencers)
        self.focal = scenario.focal
        self.stage_role = roles(self.stages)
        self.owned_stages = self.stage_role & OWNS > 0
        self.day = 0
        self.failed, self.closed = "", False
        self.outside = Outside()
        self._keys: dict[str, np.uint64] = {}
        self._cells_with: dict[int, np.ndarray] = {}

        every = registry()
        off = set(without) | {name for name, values in world.mechanisms.items() if values.get("on", True) is False}
        self.mechanisms = {name: one for name, one in every.items() if name not in off}
        self._every = every
        paid = [Kind(one.name, f"an ad on {one.name}", one.type == "push", True) for one in self.channels]
        self.kinds = (*paid, *(kind for one in every.values() for kind in one.kinds))
        self.parameters = {name: _values(one, world.mechanisms.get(name, {})) for name, one in every.items()}

        self.ties, segment = meet(scenario, self.seed)
        self.consumers = self.ties.start.size - 1
        self.people_per_consumer = world.market.people / self.consumers
        self.declared: dict[str, Column] = dict(TRAITS)
        for one in every.values():
            self.declared |= one.columns
        self.columns = allocate(self.declared, self.consumers, len(self.brands), len(self.channels))
        self.columns["segment"][:] = segment
        self.seconds = {"ties": perf_counter() - started}
        draw_traits(world, self.channels, self.columns, self.ties, self.seed)
        furnish(self)
        self.watched = self._choose_panel(panel)
        self.cascades = Cascades(self.consumers, len(self.brands))
        days = self.calendar.days
        self.series = {name: np.zeros((days, len(self.brands))) for name in SERIES}
        self.market_series = {name: np.zeros(days) for name in ("motivation", "season")}
        self.spend = np.zeros((days, len(self.brands), len(self.channels)))
        self.spend_factor = np.ones(len(self.brands))
        self.tables: dict[str, Any] = {}
        for one in every.values():
            if one.setup:
                self.tables |= one.setup(self)
        self._group_size = group or group_size(self.consumers, threads)
        self._block = min(block or block_size(self._group_size, len(self.brands)), self._group_size)
        self.cut()
        self.bind()
        self._crew = ThreadPoolExecutor(threads) if threads > 1 else None
        self.recount()
        self.seconds["build"] = perf_counter() - started

    # ------------------------------------------------------------------ the day

    def step(self) -> None:
        """Live one day.

        Raises IndexError after the last day of the scenario, RuntimeError if an earlier day failed.
        """
        if self.failed:
            raise RuntimeError(f"this market failed on day {self.day} ({self.failed}); build it again to go on")
        if self.closed:
            raise RuntimeError("this market was closed; build it again to go on")
        if self.day >= self.calendar.days:
            raise IndexError(f"the scenario ends after {self.calendar.days} days; set horizon.days to go on longer")
        try:
            self.refresh()
            self._meet_hooks("dawn")
            if self._rewire:
                self.bind()
            self._clear()
            self.outside.take_effect(self)
            if self._crew is None:
                self._work(0)
            else:
                list(self._crew.map(self._work, range(self.threads)))
            if not self._night_inside:
                list((self._crew.map if self._crew else map)(self._spend_night, self._nights))
            self.totals.add_up()
            self._meet_hooks("dusk")
        except BaseException as error:
            self.failed = f"{type(error).__name__}: {error}"
            raise
        self.day += 1

    def _meet_hooks(self, time: str) -> None:
        """The hooks of dawn or dusk; what one of them changes (parameters, tables) the next are wired to."""
        for place in range(len(self.hooks[time])):
            if self._rewire:
                self.bind()
            self.hooks[time][place](self)

    def _work(self, worker: int) -> None:
        """One worker's day: every kernel over each of its groups."""
        day = self.day
        for group in self.groups[worker :: self.threads]:
            if self.fused:
                whole = group.whole
                whole.function(group.lo, group.hi, self._block, self._night_inside, day, *whole.passed)
                continue
            for kernel, rest in group.calls:
                kernel(group.lo, group.hi, day, *rest)

    def _spend_night(self, places: list[int]) -> None:
        """Spread kernels that wait for one another: each over all groups, then the next."""
        for place in places:
            for group in self.groups:
                kernel, rest = group.spread[place]
                kernel(group.lo, group.hi, self.day, *rest)

    def _clear(self) -> None:
        for group in self.groups:
            group.lists.clear()
        self.totals.clear()

    # ------------------------------------------------------------------ what mechanisms ask for

    def key(self, name: str) -> np.uint64:
        """Root of the draws of one mechanism (or of set-up) in this run."""
        if name not in self._keys:
            self._keys[name] = draws.key(self.seed, name)
        return self._keys[name]

    def rng_uniform(self, name: str, index: int) -> np.ndarray:
        """One uniform number per consumer for set-up, shape (consumers,)."""
        return draws.uniforms(self.key(name), index, self.consumers)

    def people_with(self, role: int) -> np.ndarray:
        """Consumers at stages with a role, per brand."""
        if role not in self._cells_with:
            self._cells_with[role] = np.tile((self.stage_role & role > 0).astype(np.int64), len(self.segments))
        return self.tables["people"].reshape(len(self.brands), -1) @ self._cells_with[role]

    def customers(self) -> np.ndarray:
        """Consumers who are customers of each brand now."""
        return self.people_with(OWNS)

    def score(self, brand: int) -> float:
        """Mean stars of a brand as readers find it today; 3 (neutral) while it has no review."""
        return float(self.tables["score_today"][brand]) or 3.0

    # ------------------------------------------------------------------ parameters

    def set_parameters(self, values: Mapping[str, float]) -> None:
        """Change parameters from today on, each named "mechanism.parameter" or "platform.key".

        Raises MechanismError or ValueError with the nearest right name or the allowed range.
        """
        for path, value in values.items():
            mechanism, _, name = path.partition(".")
            if mechanism == "platform" and name in self.platform._base:
                self.platform._base[name] = value
                setattr(self.platform, name, value)
                continue
            declared = self._every.get(mechanism)
            if declared is None or name not in declared.params:
                raise MechanismError(f"there is no parameter '{path}'; `journeysim day` lists what there is")
            self.parameters[mechanism][name] = _cast(declared.params[name], declared.params[name].check(path, value))
            self._rewire = True

    def restore_parameters(self, paths: Mapping[str, Any]) -> None:
        """Back to the scenario's own values."""
        original: dict[str, float] = {}
        for path in paths:
            mechanism, _, name = path.partition(".")
            if mechanism == "platform":
                original[path] = getattr(self.scenario.world.platform, name)
            else:
                given = self.scenario.world.mechanisms.get(mechanism, {})
                original[path] = given.get(name, self._every[mechanism].params[name].default)
        self.set_parameters(original)

    # ------------------------------------------------------------------ building

    def _choose_panel(self, size: int) -> np.ndarray:
        """Flags of the consumers whose touches and moves are logged: those with the smallest keyed draws."""
        flags = np.zeros(self.consumers, np.uint8)
        if size:
            luck = self.rng_uniform("panel", 0)
            size = min(size, self.consumers)
            flags[np.argpartition(luck, size - 1)[:size]] = 1
        return flags

    def cut(self) -> None:
        """Cut the consumers into groups, each with its lists and tallies; done at set-up."""
        self.groups, self.totals = groups_of(self, self._group_size)
        self.threads = max(1, min(self.threads, len(self.groups)))
        self.tallies = self.totals.today

    def bind(self) -> None:
        """Resolve every kernel argument; done at set-up and when a parameter or table is replaced."""
        known, schedule = names_of(self), self.schedule()
        self._night_inside = self.fused and len(self.groups) == 1  # nothing to wait for: the night follows at once
        self._nights = nights_of(schedule)
        for number, group in enumerate(self.groups):
            group.calls.clear()
            group.spread.clear()
            here = known | group.lists.wiring() | self.totals.part(number)
            own = {name: here | self.parameters[name] for name in self.mechanisms}
            for phase, one, kernel in schedule:
                rest = (self.key(one.name), *wire(one, kernel, own[one.name]))
                (group.spread if phase == "spread" else group.calls).append((kernel, rest))
            group.whole = compile_calls(schedule, here)
        self.hooks = {time: hooks_of(self, time, known | self.tallies) for time in ("dawn", "dusk")}
        self._rewire = False

    def wiring(self, group: int | None = None) -> dict[str, Any]:
        """What is wired under each name: to kernels of a group, or to hooks, whose tallies are the whole market's."""
        if group is None:
            return names_of(self) | self.tallies
        return names_of(self) | self.groups[group].lists.wiring() | self.totals.part(group)

    def schedule(self) -> list[tuple[str, Mechanism, Callable]]:
        """(phase, mechanism, kernel) in the order of the day."""
        plan = []
        for phase in PHASES:
            for one in self.mechanisms.values():
                plan += [(phase, one, kernel) for when, kernel in one.early if when == phase]
                if one.phase == phase and phase != "spread":
                    plan += [(phase, one, kernel) for kernel in one.kernels]
                if phase == "spread":
                    plan += [(phase, one, kernel) for kernel in one.spread]
        return plan

    def recount(self) -> None:
        """Count people, audiences and friends afresh: at the start, and after somebody wrote to `stage` from outside."""
        from sim.mechanisms.record import count_everybody

        columns, tables = self.columns, self.tables
        count_everybody(
            columns["stage"], columns["segment"], columns["media_use"], columns["interest"], tables["people"],
            tables["audience_use"], tables["audience_interest"],
        )  # fmt: skip
        count_friends(columns["stage"], self.stage_role, self.ties.start, self.ties.to, columns["friends_owning"])
        part_company(columns["stage"], self.stage_role, columns["referrer"], columns["company"])
        columns["spoken_to"][:] = brands_with(columns["heard"] | columns["advised"])
        columns["invited_to"][:] = brands_with(columns["invited"])
        self._dirty = False

    def refresh(self) -> None:
        """Take counts afresh if columns were written from outside since."""
        if self._dirty:
            self.recount()

    def count(self, tally: str, brand: int) -> None:
        """Add one to today's tally of a brand from outside the kernels."""
        self.totals.part(0)[tally][brand] += 1

    def touched(self) -> None:
        """Say that columns were written from outside; counts are taken afresh before the next day."""
        self._dirty = True

    def close(self) -> None:
        """Let go of threads; what was lived stays readable, but no further day can be."""
        self.closed = True
        if self._crew:
            self._crew.shutdown(wait=True)
            self._crew = None

    def __getstate__(self) -> dict[str, Any]:
        """What a copy or a pickle keeps (sim.snapshot)."""
        return state_of(self)

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Go on from there."""
        restore(self, state)


def _values(mechanism: Mechanism, given: Mapping[str, Any]) -> dict[str, float]:
    """Parameters of one mechanism: what the scenario gives, else defaults. Raises ValueError for what is out of range."""
    values = {name: _cast(one, one.default) for name, one in mechanism.params.items()}
    for name, value in given.items():
        if name != "on":
            values[name] = _cast(
                mechanism.params[name], mechanism.params[name].check(f"{mechanism.name}.{name}", value)
            )
    return values


def _cast(param: Any, value: float) -> float | int:
    return round(value) if isinstance(param.default, int) else float(value)


def _planned_brands(scenario: Scenario) -> tuple[Any, ...]:
    """Brands, the focal one with what the plan decides for it."""
    plan = scenario.plan
    names = ("emails_per_week", "posts_per_week", "service", "loyalty", "referral")
    decided = {name: getattr(plan, name) for name in names if getattr(plan, name) is not None}
    brands = scenario.world.brands
    return tuple(brand.model_copy(update=decided) if b == scenario.focal else brand for b, brand in enumerate(brands))


def _each_influencer(tables: tuple[Any, ...]) -> tuple[Any, ...]:
    """One entry per influencer: tables with `count` are repeated."""
    return tuple(table for table in tables for _ in range(table.count))
