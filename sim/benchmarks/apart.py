"""What must be measured in a process of its own: days, memory, compiling, starting, and the command line.

    python -m sim.benchmarks.apart memory 1000000

prints one JSON object on its last line.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, astuple
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from sim.benchmarks.floor import Bandwidth
from sim.benchmarks.market import standard
from sim.benchmarks.speed import Speed, measure_speed

PAGES, STATUS = Path("/proc/self/statm"), Path("/proc/self/status")


def in_own_process(task: str, *arguments: float, **environment: str) -> dict[str, Any]:
    """Run a task of this file in a fresh process and return what it found, with its wall seconds as "wall".

    Raises RuntimeError with the process's own words if it fails.
    """
    words = [sys.executable, "-m", "sim.benchmarks.apart", task, *map(json.dumps, arguments)]
    started = perf_counter()
    done = subprocess.run(words, capture_output=True, text=True, env=os.environ | environment, check=False)
    wall = perf_counter() - started
    if done.returncode:
        said = done.stderr.strip()[-300:] or "it was killed"
        raise RuntimeError(f"the process of its own that measures '{task}' ended with {done.returncode}: {said}")
    return json.loads(done.stdout.strip().splitlines()[-1]) | {"wall": wall}


def measure_days(consumers: int, brands: int, days: int, machine: Bandwidth) -> Speed:
    """`speed.measure_speed` of a fresh process.

    Where markets were made and freed before, a million consumers lie elsewhere in memory each time, which moved single figures
    of the same code by a tenth.
    """
    return Speed(**in_own_process("days", consumers, brands, days, *astuple(machine))["speed"])


def measure_start() -> float:
    """Seconds from nothing to the end of a first day, everything compiled before."""
    return in_own_process("start")["wall"]


def measure_start_with_bytecode() -> float:
    """The same where Python keeps the bytecode of what it imports, as pip does when it installs packages."""
    with tempfile.TemporaryDirectory(prefix="journeysim-bench-") as folder:
        kept = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": folder}
        in_own_process("start", **kept)
        return in_own_process("start", **kept)["wall"]


def measure_compiling() -> float:
    """The same on a machine that never compiled anything."""
    with tempfile.TemporaryDirectory(prefix="journeysim-bench-") as folder:
        return in_own_process("start", NUMBA_CACHE_DIR=folder)["wall"]


def measure_command(consumers: int, days: int, times: int) -> float:
    """Wall seconds of `journeysim run` without figures, as typed into a terminal; everything compiled before.

    The median of `times` goes.
    """
    from sim.scenario.write import to_toml

    with tempfile.TemporaryDirectory(prefix="journeysim-bench-") as folder:
        file = Path(folder, "standard.toml")
        file.write_text(to_toml(standard(consumers, 1, days).tables), encoding="utf-8")
        words = [sys.executable, "-m", "sim", "run", str(file), "--no-figures", "--quiet", "--out"]
        taken = []
        for attempt in range(times):
            started = perf_counter()
            subprocess.run([*words, str(Path(folder, f"run-{attempt}"))], check=True, capture_output=True)
            taken.append(perf_counter() - started)
    return median(taken)


def _days(consumers: int, brands: int, days: int, *machine: float) -> dict[str, Any]:
    """Days of a warm market."""
    return {"speed": asdict(measure_speed(consumers, brands, days, Bandwidth(*machine)))}


def _start() -> dict[str, float]:
    """Live one day of a small market."""
    from sim.engine import Engine

    Engine(standard(2000, 1, 1)).step()
    return {}


def _memory(consumers: int) -> dict[str, float]:
    """Bytes a consumer, by the sizes of columns, ties and followers and by how the process grows; seconds to build."""
    from sim.engine import Engine

    Engine(standard(2000, 1, 2)).step()
    scenario, before = standard(consumers, 1, 10), resident()
    engine = Engine(scenario)
    built = resident()
    for _ in range(10):
        engine.step()
    return {
        **{f"{name}_bytes": size / consumers for name, size in sizes(engine).items()},
        "built_bytes": (built - before) / consumers,
        "resident_bytes": (resident() - before) / consumers,
        "peak_bytes": (peak() - before) / consumers,
        "build_seconds": engine.seconds["build"],
        "ties_seconds": engine.seconds["ties"],
    }


def _crowd(consumers: int, days: int, threads: int) -> dict[str, float]:
    """Seconds and peak memory of a large market."""
    from sim.engine import Engine

    Engine(standard(2000, 1, 2)).step()
    engine = Engine(standard(consumers, 1, days), threads=threads)
    started = perf_counter()
    for _ in range(days):
        engine.step()
    return {"build": engine.seconds["build"], "days": perf_counter() - started, "peak_gib": peak() / 2**30}


def sizes(engine: Any) -> dict[str, int]:
    """Bytes of what is known of consumers: columns, ties, and who follows whom."""
    ties = engine.ties
    return {
        "columns": sum(column.nbytes for column in engine.columns.values()),
        "ties": ties.start.nbytes + ties.to.nbytes + ties.strength.nbytes,
        "followers": sum(engine.tables[f"follow_{part}"].nbytes for part in ("start", "rows", "page")),
    }


def resident() -> int:
    """Bytes of this process in memory now. Raises RuntimeError where the system does not tell (only Linux does)."""
    if not PAGES.exists():
        raise RuntimeError("this system has no /proc, which memory is read from")
    return int(PAGES.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def peak() -> int:
    """Bytes of this process in memory at the most."""
    if STATUS.exists():  # getrusage would count what the parent held when it started this process
        line = next(line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


TASKS: dict[str, Callable[..., dict[str, Any]]] = {"days": _days, "start": _start, "memory": _memory, "crowd": _crowd}

if __name__ == "__main__":
    print(json.dumps(TASKS[sys.argv[1]](*map(json.loads, sys.argv[2:]))))
