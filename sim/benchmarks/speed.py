"""Speed of days once a market is warm: CPU time per consumer and day, two threads against one, previews, and Mesa."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any

from sim.benchmarks.floor import Bandwidth, day_floor_ns, floor_ns, work_of
from sim.benchmarks.market import standard
from sim.benchmarks.watch import Watch, can_watch
from sim.engine import Engine
from sim.running import run

if TYPE_CHECKING:
    from sim.scenario import Scenario

WARM_UP = 60
"""Days before anything is measured: by then talk, need and habit have found their level."""


@dataclass(frozen=True)
class Part:
    """One part of the day: ns per consumer, and the least its passes over everybody must cost (None: it has none)."""

    mechanism: str
    phase: str
    part: str
    ns: float
    floor_ns: float | None


@dataclass(frozen=True)
class Speed:
    """CPU ns per consumer and day of a warm market on one thread: the median round, the fastest and the slowest.

    floor_ns: what the passes over everybody must cost. build_seconds: making it. parts: the split, if it was taken.
    """

    consumers: int
    brands: int
    ns: float
    fastest: float
    slowest: float
    floor_ns: float
    build_seconds: float
    parts: tuple[Part, ...] = ()


def cpu_ns(engine: Engine, days: int) -> float:
    """CPU time of some days, ns per consumer and day."""
    started = process_time()
    for _ in range(days):
        engine.step()
    return (process_time() - started) * 1e9 / days / engine.consumers


def warm(scenario: Scenario, threads: int = 1) -> Engine:
    """A market after the warm-up."""
    engine = Engine(scenario, threads=threads)
    for _ in range(WARM_UP):
        engine.step()
    return engine


def measure_speed(consumers: int, brands: int, days: int, machine: Bandwidth) -> Speed:
    """Five rounds of `days` days each after the warm-up."""
    engine = warm(standard(consumers, brands, WARM_UP + 5 * days))
    rounds = [cpu_ns(engine, days) for _ in range(5)]
    floor = day_floor_ns(engine.schedule(), engine, machine)
    engine.close()
    return Speed(consumers, brands, median(rounds), min(rounds), max(rounds), floor, engine.seconds["build"])


def measure_parts(consumers: int, brands: int, days: int, machine: Bandwidth) -> tuple[Part, ...]:
    """Each part of the day with its floor, in the order of the day, over `days` days after the warm-up; none without a clock."""
    if not can_watch():
        return ()
    engine = warm(standard(consumers, brands, WARM_UP + days + 1))
    watch = Watch(engine)
    watch.days(1)  # compiles the timed day, once in a process
    works = {(one.name, kernel.__name__): work_of(kernel, engine) for _, one, kernel in watch.schedule}
    parts = []
    for one in watch.days(days):
        work = works.get((one.mechanism, one.part))
        floor = floor_ns(work, engine, machine) if work and (work.reads or work.draws) else None
        parts.append(Part(one.mechanism, one.phase, one.part, one.ns, floor))
    engine.close()
    return tuple(parts)


def measure_threads(consumers: int, days: int, rounds: int = 5) -> dict[str, float]:
    """Wall time of days on one thread over that on two, taken in turns so that other work hits both alike."""
    scenario = standard(consumers, 1, WARM_UP + days * rounds)
    engines = [warm(scenario, threads) for threads in (1, 2)]
    seconds: list[list[float]] = [[], []]
    for _ in range(rounds):
        for engine, taken in zip(engines, seconds):
            started = perf_counter()
            for _ in range(days):
                engine.step()
            taken.append(perf_counter() - started)
    for engine in engines:
        engine.close()
    ratios = sorted(one / two for one, two in zip(*seconds))
    return {"ratio": median(ratios), "lowest": ratios[0], "highest": ratios[-1]}


def measure_year(consumers: int, days: int) -> dict[str, float]:
    """Wall seconds of a year on two threads, from a built market to saved tables (no figures).

    Warm as all else here: a small market is lived and saved before, so that what a process does once (loading what tables are
    written with, taking the model's fingerprint) is not counted.
    """
    with tempfile.TemporaryDirectory(prefix="journeysim-bench-") as folder:
        run(standard(2000, 1, 2), threads=2).save(Path(folder) / "warm", figures=False)
    scenario = standard(consumers, 1, days)
    engine = Engine(scenario, threads=2)
    with tempfile.TemporaryDirectory(prefix="journeysim-bench-") as folder:
        started = perf_counter()
        found = run(scenario, threads=2, engine=engine)
        lived = perf_counter() - started
        found.save(Path(folder) / "year", figures=False)
        return {"seconds": perf_counter() - started, "days": lived, "build": engine.seconds["build"]}


def measure_preview(times: int) -> dict[str, float]:
    """Milliseconds of 180 days of 2,000 consumers through the library, market making included and apart."""
    scenario = standard(2000, 1, 180)
    run(scenario)
    whole = _milliseconds(lambda: run(scenario), times)
    built = iter([Engine(scenario) for _ in range(times)])
    return {"whole": whole, "prebuilt": _milliseconds(lambda: run(scenario, engine=next(built)), times)}


def measure_fixed(days: int) -> float:
    """CPU microseconds that a day costs whatever the number of consumers: a warm market of only 50."""
    engine = warm(standard(50, 1, WARM_UP + 5 * days))
    return median(cpu_ns(engine, days) for _ in range(5)) * engine.consumers / 1000.0


def _milliseconds(work: Callable[[], Any], times: int) -> float:
    taken = []
    for _ in range(times):
        started = perf_counter()
        work()
        taken.append(perf_counter() - started)
    return median(taken) * 1000.0


def plain_market() -> Any:
    """The plain Mesa market, which lives among the tests; None outside a checkout."""
    tests = Path(__file__).parents[2] / "tests"
    if not (tests / "reference" / "market.py").is_file():
        return None
    sys.path.insert(0, str(tests))
    try:
        from reference.market import PlainMarket
    finally:
        sys.path.remove(str(tests))
    return PlainMarket


def measure_mesa(consumers: int, days: int) -> dict[str, float] | None:
    """CPU time of plain Mesa agents called by shuffle_do over that of the compiled market, same scenario, same days."""
    plain_kind = plain_market()
    if plain_kind is None:
        return None
    first = 3
    scenario = standard(consumers, 1, first + days)
    plain, compiled = plain_kind(scenario, order="shuffled"), Engine(scenario)
    for _ in range(first):
        plain.step()
        compiled.step()
    started = process_time()
    for _ in range(days):
        plain.step()
    plain_ns = (process_time() - started) * 1e9 / days / consumers
    compiled_ns = cpu_ns(compiled, days)
    return {"ratio": plain_ns / compiled_ns, "plain_ns": plain_ns, "compiled_ns": compiled_ns, "consumers": consumers}
