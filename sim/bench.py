"""`journeysim bench`: how fast, how large and how quick to start this is here, beside what it should be.

    from sim.bench import measure
    report = measure(quick=True)
    {row.what: row.value for row in report.rows}

The headline is process CPU time on one thread, per consumer and day, of the standard market (sim.benchmarks.market)
after 60 days. Everything is measured anew; nothing is taken from elsewhere.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from sim.benchmarks import apart, report, speed
from sim.benchmarks.floor import measure_machine
from sim.benchmarks.market import standard
from sim.benchmarks.report import Report, Row, Target
from sim.version import fingerprint_of

__all__ = ["Report", "Row", "Target", "bench", "measure", "standard"]

MILLION = 1_000_000
FULL_ONLY = "in a full run only"


def bench(quick: bool, as_json: bool) -> int:
    """Measure, print a table or JSON, and return the exit code."""
    found = measure(quick)
    if as_json:
        print(json.dumps(found.to_dict(), indent=2))
    else:
        report.show(found)
    return 0


def measure(quick: bool, only: Sequence[str] = ()) -> Report:
    """What there is to measure. quick: at most 100,000 consumers, no compiling from nothing.

    only: parts of it, keys of `PARTS`; all by default. Raises ValueError for another name.
    """
    wrong = [name for name in only if name not in PARTS]
    if wrong:
        raise ValueError(f"there is no part '{wrong[0]}' of the benchmark; there are {', '.join(PARTS)}")
    tell = _Teller()
    tell("loading what is compiled (compiling it, if this is the first time)")
    speed.warm(standard(2000))
    tell("bandwidth and the price of a draw")
    found = Report(quick, report.describe_machine(), measure_machine())
    for name in only or PARTS:
        PARTS[name](found, tell)
        found.machine["load"].append(report.load())
    if fingerprint_of(Path(__file__).parent) != found.machine["model"]:
        found.machine["changed"] = True
        tell("the model's source changed while it was measured: figures of one run may be of two models")
    tell("done")
    return found


def _measure_days(found: Report, tell: Callable[[str], None]) -> None:
    """Days of warm markets of several sizes, with one brand and with three, each in a process of its own."""
    sizes = {10_000: 12, 100_000: 8} if found.quick else {10_000: 30, 100_000: 15, MILLION: 6}
    for brands in (1, 3):
        for consumers, days in sizes.items():
            tell(f"days of {consumers:,} consumers with {brands} brand{'s' * (brands > 1)}")
            one = apart.measure_days(consumers, brands, days, found.bandwidth)
            if consumers >= 100_000:
                one = replace(one, parts=speed.measure_parts(consumers, brands, days, found.bandwidth))
            found.speeds.append(one)
            what = f"day, {brands} brand{'s' * (brands > 1)}, {consumers:,} consumers, one core"
            note = (
                f"rounds {one.fastest:.1f} to {one.slowest:.1f}; floor {one.floor_ns:.1f}, {one.ns / one.floor_ns:.1f}x"
            )
            target = f"day_{brands}" if consumers == MILLION else ""
            found.rows.append(Row(what, one.ns, "ns per consumer", target, note))


def _measure_memory(found: Report, tell: Callable[[str], None]) -> None:
    """Making a market, and what it weighs."""
    consumers = 100_000 if found.quick else MILLION
    tell(f"making and weighing a market of {consumers:,}")
    if not apart.PAGES.exists():
        found.rows.append(
            Row("bytes per consumer", None, "bytes", "", "this system has no /proc, which memory is read from")
        )
        return
    one = apart.in_own_process("memory", consumers)
    build, weight = ("", "") if found.quick else ("build", "bytes")
    parts = {name: one[f"{name}_bytes"] for name in ("columns", "ties", "followers")}
    told = ", ".join(f"{name} {size:.0f}" for name, size in parts.items())
    grown = f"resident memory; {one['built_bytes']:.0f} when built, {one['peak_bytes']:.0f} at the most"
    network = f"of which the network {one['ties_seconds']:.2f} s"
    found.rows += [
        Row(f"making a market of {consumers:,}", one["build_seconds"], "s", build, network),
        Row(f"state of a consumer, 1 brand, {consumers:,}", sum(parts.values()), "bytes", weight, told),
        Row("a consumer's share of the process, after 10 days", one["resident_bytes"], "bytes", weight, grown),
    ]


def _measure_threads(found: Report, tell: Callable[[str], None]) -> None:
    consumers, days = (100_000, 10) if found.quick else (MILLION, 8)
    tell(f"two threads against one, {consumers:,} consumers")
    one = speed.measure_threads(consumers, days)
    note = f"wall time, in turns; rounds {one['lowest']:.2f} to {one['highest']:.2f}"
    target = "" if found.quick else "threads"
    found.rows.append(Row(f"two threads against one, {consumers:,}", one["ratio"], "times", target, note))


def _measure_year(found: Report, tell: Callable[[str], None]) -> None:
    consumers, days = (100_000, 120) if found.quick else (MILLION, 365)
    tell(f"{days} days of {consumers:,} consumers on two threads, to saved tables")
    one = speed.measure_year(consumers, days)
    note = f"from the built market to saved tables, wall, after a small run; the days alone {one['days']:.2f} s"
    target = "" if found.quick else "year"
    found.rows.append(Row(f"{consumers:,} x {days} days, two threads", one["seconds"], "s", target, note))


def _measure_crowd(found: Report, tell: Callable[[str], None]) -> None:
    if found.quick:
        found.rows.append(Row("10,000,000 x 30 days", None, "s", "crowd_seconds", FULL_ONLY))
        return
    tell("10 million consumers for 30 days")
    try:
        one = apart.in_own_process("crowd", 10 * MILLION, 30, 2)
    except RuntimeError as problem:  # most likely too little memory here
        found.rows.append(Row("10,000,000 x 30 days, seconds", None, "s", "crowd_seconds", str(problem)))
        return
    note = f"two threads, wall, the days alone; building takes {one['build']:.1f} s"
    found.rows.append(Row("10,000,000 x 30 days, seconds", one["days"], "s", "crowd_seconds", note))
    found.rows.append(Row("10,000,000 x 30 days, memory", one["peak_gib"], "GiB", "crowd_gib", "resident, at the most"))


def _measure_mesa(found: Report, tell: Callable[[str], None]) -> None:
    tell("plain Mesa agents, the same market")
    one = speed.measure_mesa(10_000, 2 if found.quick else 5)
    what = "plain Mesa (shuffle_do) against this, 10,000 consumers"
    if one is None:
        found.rows.append(
            Row(what, None, "times", "mesa", "needs a checkout: the plain market lives in tests/reference")
        )
        return
    note = f"CPU time in one go: {one['plain_ns']:,.0f} against {one['compiled_ns']:.0f} ns per consumer and day"
    found.rows.append(Row(what, one["ratio"], "times", "mesa", note))


def _measure_small(found: Report, tell: Callable[[str], None]) -> None:
    """What a person waits for: a preview, a run from the command line."""
    tell("previews of 2,000 consumers for 180 days")
    one = speed.measure_preview(5 if found.quick else 15)
    note = f"sim.run, market making included, median; {one['prebuilt']:.0f} ms with the market already made"
    found.rows.append(Row("preview: 2,000 x 180 days", one["whole"], "ms", "preview", note))
    note = "CPU time of a day of 50 consumers: what does not depend on how many there are"
    found.rows.append(Row("fixed cost of a day, 1 brand", speed.measure_fixed(60), "microseconds", "", note))
    tell("journeysim run of 10,000 consumers for 180 days")
    seconds = apart.measure_command(10_000, 180, times=1 if found.quick else 3)
    found.rows.append(
        Row("journeysim run, 10,000 x 180 days", seconds, "s", "command", "whole process, no figures, wall")
    )


def _measure_sweeps(found: Report, tell: Callable[[str], None]) -> None:
    """What sweeps cost beside their runs, and the same runs by mesa.batch_run."""
    from sim.benchmarks import sweeps

    tell("sweeps: two workers, overhead, the store")
    busy = sweeps.measure_busy(8 if found.quick else 40)
    note = f"{busy['runs']:.0f} runs of {busy['seconds']:.2f} s; driver {busy['driver_ms']:.1f} ms of CPU a run"
    found.rows.append(Row("sweep: two processes busy with runs", 100 * busy["busy"], "%", "busy", note))
    cost = sweeps.measure_overhead(60 if found.quick else 300)
    note = f"CPU time beside sim.run: {cost['worker_ms']:.1f} on the worker, {cost['driver_ms']:.1f} in the driver"
    found.rows.append(Row("sweep: overhead of a run", cost["whole_ms"], "ms", "overhead", note))
    many = 5_000 if found.quick else 100_000
    kept = sweeps.measure_store(many)
    note = (
        f"CPU time, and {kept['plan_ms']:.2f} to plan it; 182 days of ten series: {kept['megabytes']:,.0f} MB in "
        f"{kept['files']:.0f} parts. Found again in {kept['resume']:.2g} s, asked in SQL in {kept['ask']:.2g} s, made a data "
        f"frame in {kept['frame']:.2g} s, quantiles of a daily series over all in {kept['fan']:.2g} s"
    )
    found.rows.append(Row(f"sweep: keeping a run, of {many:,}", kept["keep_ms"], "ms", "", note))
    what = "sweep against mesa.batch_run, the same runs"
    if found.quick:
        found.rows.append(Row(what, None, "times", "batch", FULL_ONLY))
        return
    tell("sweeps beside mesa.batch_run, then with a worker killed")
    mine, theirs = sweeps.beside("ours", 200, 600.0), sweeps.beside("mesa", 200, 600.0)
    most = 1.5 * max(mine["wall"] or 600.0, theirs["wall"] or 600.0)
    killed, hung = sweeps.beside("ours", 300, most, kill=True), sweeps.beside("mesa", 300, most, kill=True)
    ratio = theirs["wall"] / mine["wall"] if mine["wall"] and theirs["wall"] else None
    note = (
        f"200 runs of {sweeps.SIZE[0]:,} x {sweeps.SIZE[1]} days, two processes, whole programs; after kill -9 of a worker: "
        f"{_rows(killed['rows'], 300)} against {_rows(hung['rows'], 300)}"
    )
    found.rows.append(Row(what, ratio, "times", "batch", note))


def _rows(rows: float | None, runs: int) -> str:
    return f"none of {runs} rows (hung)" if rows is None else f"{rows:.0f} of {runs} rows"


def _measure_start(found: Report, tell: Callable[[str], None]) -> None:
    tell("starting")
    note = "compiled before; wall"
    if sys.dont_write_bytecode:
        kept = apart.measure_start_with_bytecode()
        note += f"; {kept:.1f} s where Python may keep bytecode, which it may not here"
    found.rows.append(Row("start to the end of a first day", apart.measure_start(), "s", "start", note))
    if found.quick:
        found.rows.append(Row("first start: compiling everything", None, "s", "compile", FULL_ONLY))
        return
    tell("compiling everything from nothing")
    note = "fresh cache, to the end of a first day; wall"
    found.rows.append(Row("first start: compiling everything", apart.measure_compiling(), "s", "compile", note))


PARTS: dict[str, Callable[[Report, Callable[[str], None]], None]] = {
    "days": _measure_days,
    "memory": _measure_memory,
    "threads": _measure_threads,
    "year": _measure_year,
    "crowd": _measure_crowd,
    "mesa": _measure_mesa,
    "small": _measure_small,
    "sweeps": _measure_sweeps,
    "start": _measure_start,
}
"""What can be measured alone, in the order in which all is measured."""


class _Teller:
    """Says on stderr what is being measured, and when."""

    def __init__(self) -> None:
        self._started = perf_counter()

    def __call__(self, what: str) -> None:
        from sim.commands.terminal import warn

        warn(f"[{perf_counter() - self._started:5.0f} s] {what}")
