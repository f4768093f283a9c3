"""How long the app takes to answer: one visitor, and thirty at the same time, as a class has them.

    python -m benchmarks --only app               # about five minutes, on a machine that does nothing else
    python -m benchmarks --only app --users 5 --seconds 20

Visitors are scripted (sim.benchmarks.visitor): times are from a message sent to the server's last answer received. A browser
adds the first load of the page's scripts and the drawing of charts. Many visitors move one lever, wait for the preview and
think for two to six seconds, in two ways:

- each on a plan of their own: a case and a luck of their own, every lever to a value that nobody had before, so that
  nothing they ask for is remembered from others but today's plan;
- all by one hand-out: the same case, and the same moves one after the other, each visitor at their own pace.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from sim.app.jobs import FEWEST, PREVIEW
from sim.app.report import BLOCKS
from sim.app.served import Served
from sim.app.words import Words
from sim.benchmarks.visitor import Lost, Visitor, Widget

PAGES = ("", "whatif", "compare", "journey", "inside", "assumptions", "help")
CASES = ("launch", "app", "ebike", "coffee", "flagship")
THINKS = (2.0, 6.0)
"""Seconds between an answer and a visitor's next move."""
ARRIVE = 5.0
"""Seconds within which all of many visitors come."""
GOALS = {
    "first load of a fresh server": (3.0, 5.0),
    "first render": (3.0, 3.0),
    "lever to preview": (0.5, 3.0),
    "lever to preview, remembered": (0.3, 0.3),
    "preview to the good answer": (5.0, 20.0),
    "good answer to the fine one": (15.0, 60.0),
    "report as PDF": (5.0, 10.0),
    "stop to stopped": (1.0, 1.0),
    "page change": (0.3, 1.0),
}
"""Seconds wanted of 95 in a hundred, for one visitor and for thirty."""
MOST_MEMORY = 500.0
"""MB that server and workers may have together with thirty visitors."""


@dataclass
class Crowd:
    """What some visitors at the same time met with: seconds by what they did, errors in words, MB of the server and of all.

    plans: whose plans they try. cpu: seconds of it that a lever move takes of the server and of its workers, which does not
    hang on how busy the machine is. fewer: of the previews, how many came from fewer pairs because many asked.
    """

    users: int
    plans: str = "own"
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)
    server_mb: float = 0.0
    all_mb: float = 0.0
    cpu: tuple[float, float] = (0.0, 0.0)
    fewer: int = 0

    def rows(self) -> list[dict[str, Any]]:
        """One row for each thing: times, percentiles in seconds, what is wanted, whether it is met."""
        found = []
        for name, times in self.seconds.items():
            p50, p90, p95 = (float(np.quantile(times, q)) for q in (0.5, 0.9, 0.95))
            goal = GOALS[name][self.users > 1] if name in GOALS else None
            row = {"what": name, "users": self.users, "plans": self.plans, "times": len(times)}
            row |= {"p50": p50, "p90": p90, "p95": p95}
            found.append(row | {"goal": goal, "met": None if goal is None else p95 <= goal})
        return found


class Server(Served):
    """The app in a process of its own, which can be weighed."""

    def cpu(self) -> tuple[float, float]:
        """Seconds of CPU that the server and its workers have taken."""
        return _cpu(self.process.pid), sum(map(_cpu, _family(self.process.pid)))

    def memory(self) -> tuple[float, float]:
        """MB of the server's process, and of it and its workers (what they share is counted once)."""
        own = _proportional(self.process.pid)
        return own, own + sum(map(_proportional, _family(self.process.pid)))


def _family(pid: int) -> list[int]:
    """A process' children, and theirs."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found += [int(one) for one in task.read_text().split()]
    return [one for child in found for one in (child, *_family(child))]


def _cpu(pid: int) -> float:
    """Seconds of CPU of a process; 0 where the system does not say."""
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def _proportional(pid: int) -> float:
    """MB of a process, shared pages in proportion; 0 where the system does not say."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


def measure_app(users: int = 30, seconds: float = 60.0, seed: int = 1) -> list[Crowd]:
    """One visitor who does everything, then twice `users` who move levers for `seconds`; a fresh server for each."""
    found = []
    for crowd, visits in ((Crowd(1), _alone), (Crowd(users), _together), (Crowd(users, "hand-out"), _together)):
        server = Server()
        try:
            with _noted(crowd):
                asyncio.run(visits(server, crowd, seconds, seed))
            crowd.server_mb, crowd.all_mb = max((crowd.server_mb, crowd.all_mb), server.memory())
        finally:
            said = server.stop()
        # What a page asks for while the server ends is refused, and said; that is the stopping's own.
        lines = [line for line in said.splitlines() if "after shutdown" not in line]
        crowd.errors += [line for line in lines if "Error" in line or "failure" in line]
        found.append(crowd)
    return found


@contextmanager
def _noted(crowd: Crowd, who: str = "the visitor") -> Iterator[None]:
    """Note what a visitor lost as an error; the measurement goes on."""
    try:
        yield
    except (Lost, OSError) as problem:
        crowd.errors.append(f"{who}: {problem}")


async def _alone(server: Server, crowd: Crowd, seconds: float, seed: int) -> None:
    """Everything that the goals name, one after the other. (However long that takes: `seconds` is for many visitors.)"""
    luck = random.Random(seed)
    async with Visitor(server.address) as one:
        await _timed(crowd, "first load of a fresh server", one.open("whatif"))
        await _timed(crowd, "first answer of a fresh server", one.until(lambda: _settled(one)))
    for page in PAGES:
        async with Visitor(server.address) as one:
            await _timed(crowd, "first render", one.open(page))
            if page == "whatif":
                await _timed(crowd, "first answer of a case", one.until(lambda: _settled(one)))
    async with Visitor(server.address) as one:
        await one.open("whatif")
        await one.until(lambda: _settled(one))
        for turn in range(12):
            key, value = _another(one, luck)
            await _timed(crowd, "lever to preview", _moved(one, key, value))
            if turn % 4 == 0:
                await _timed(crowd, "preview to the good answer", one.until(lambda: _good(one)))
            elif turn % 4 == 1:
                await one.until(lambda: one.find("stoppable").state["busy"])
                await _timed(crowd, "stop to stopped", _stopped(one))
        await one.until(lambda: _good(one))
        await one.send(one.find("stoppable"), "more")
        await _timed(crowd, "good answer to the fine one", one.until(lambda: _fine(one)))
        await _costs(server, one, crowd, luck)
        before = _lever(one, key)["value"] / _lever(one, key)["factor"]
        for value in (*[_another(one, luck, key)[1], before] * 4,):
            now = await _moved_in(one, key, value)
            if value == before:
                crowd.seconds["lever to preview, remembered"].append(now)
        for page in (*PAGES, *PAGES):
            await _timed(crowd, "page change", _gone_to(one, page))
        await _gone_to(one, "compare")
        await one.until(lambda: _good(one))
        await _timed(crowd, "report as PDF", _reported(one))


async def _costs(server: Server, one: Visitor, crowd: Crowd, luck: random.Random, moves: int = 8) -> None:
    """CPU of lever moves alone: the surer answer is stopped before it begins."""
    before = server.cpu()
    for _ in range(moves):
        await _moved(one, *_another(one, luck))
        await one.send(one.find("stoppable"), "stop")
    crowd.cpu = tuple((after - was) / moves for was, after in zip(before, server.cpu()))  # type: ignore[assignment]


async def _together(server: Server, crowd: Crowd, seconds: float, seed: int) -> None:
    """A class: everybody on what-if, moving levers and thinking."""
    end = perf_counter() + ARRIVE + seconds
    await asyncio.gather(*(_pupil(server, crowd, number, end, seed) for number in range(crowd.users)))


async def _pupil(server: Server, crowd: Crowd, number: int, end: float, seed: int) -> None:
    luck = random.Random(seed * 1_000 + number)
    handed_out = crowd.plans == "hand-out"
    case = CASES[0] if handed_out else CASES[number % len(CASES)]
    await asyncio.sleep(luck.uniform(0, ARRIVE))
    with _noted(crowd, f"visitor {number} on {case}"):
        async with Visitor(server.address) as one:
            await _timed(crowd, "first render", one.open(f"whatif{_state(case)}"))
            await _timed(crowd, "first answer of a case", one.until(lambda: _settled(one)))
            for step in count():
                await asyncio.sleep(luck.uniform(*THINKS))
                if perf_counter() > end:
                    break
                key, value = _another(one, random.Random(seed * 1_000 + step) if handed_out else luck)
                await _timed(crowd, "lever to preview", _moved(one, key, value))
                crowd.fewer += await _came_short(one)
                crowd.server_mb, crowd.all_mb = max((crowd.server_mb, crowd.all_mb), server.memory())


def _state(case: str) -> str:
    """The address of a case."""
    from sim.app.state import State

    token = State(case=case).encode()
    return f"?s={token}" if token else ""


async def _timed(crowd: Crowd, name: str, doing: Any) -> None:
    begun = perf_counter()
    await doing
    crowd.seconds[name].append(perf_counter() - begun)


def _verdict(one: Visitor) -> Widget:
    return one.find("tiles", "tone")


def _settled(one: Visitor) -> bool:
    """Whether the verdict shown is about the plan as it is."""
    seen = one.seek("tiles", "tone")
    return seen is not None and not seen.state["pending"] and bool(seen.state["tiles"])


def _good(one: Visitor) -> bool:
    bar = one.find("stoppable").state
    return _settled(one) and not bar["busy"] and bool(bar["offer"])


def _fine(one: Visitor) -> bool:
    bar = one.find("stoppable").state
    return _settled(one) and not bar["busy"] and not bar["offer"]


def _levers(one: Visitor) -> list[dict[str, Any]]:
    return [lever for group in one.find("groups").state["groups"] for lever in group["levers"]]


def _lever(one: Visitor, key: str) -> dict[str, Any]:
    return next(lever for lever in _levers(one) if lever["key"] == key)


def _another(one: Visitor, luck: random.Random, key: str = "") -> tuple[str, float]:
    """A lever, and a value for it that it does not have now."""
    every = [lever for lever in _levers(one) if lever["high"] > lever["low"] and (not key or lever["key"] == key)]
    lever = luck.choice(every)
    steps = max(1, round((lever["high"] - lever["low"]) / lever["step"]))
    apart = [
        step
        for step in range(steps + 1)
        if abs(lever["low"] + step * lever["step"] - lever["value"]) > lever["step"] / 2
    ]
    value = min(lever["low"] + luck.choice(apart) * lever["step"], lever["high"])
    return lever["key"], value / lever["factor"]


async def _moved(one: Visitor, key: str, value: float) -> None:
    """Move a lever and wait for the preview."""
    before = _verdict(one).raised["pending"]
    await one.send(one.find("groups"), "move", {"key": key, "value": value})
    await one.until(lambda: _verdict(one).raised["pending"] > before and _settled(one))


async def _moved_in(one: Visitor, key: str, value: float) -> float:
    begun = perf_counter()
    await _moved(one, key, value)
    return perf_counter() - begun


async def _gone_to(one: Visitor, page: str) -> None:
    """Go to another page by the bar; it is there when its own part is drawn."""
    await one.send(one.find("links", "token"), "go", page)

    def there() -> bool:
        bar = one.seek("links", "token")  # the whole page is made anew, its bar too
        return bar is not None and bar.state["here"] == page

    await one.until(there)


async def _stopped(one: Visitor) -> None:
    await one.send(one.find("stoppable"), "stop")
    await one.until(lambda: not one.find("stoppable").state["busy"])


async def _came_short(one: Visitor) -> bool:
    """Whether the preview just shown came from fewer pairs, as the line below it says."""
    words, bar = Words("en"), one.find("stoppable")
    short = words("progress.done_short", pairs=words.number(FEWEST))
    whole = words("progress.done_preview", pairs=words.number(PREVIEW.pairs))
    await one.until(lambda: bar.state["text"] in (short, whole))
    return bool(bar.state["text"] == short)


async def _reported(one: Visitor) -> None:
    """Have the report of the plans compared written, and fetch it as a PDF."""
    report = one.find("stem", "pdf")
    await one.send(report, "write", {"title": "", "language": "en", "blocks": list(BLOCKS)})
    await one.until(lambda: bool(report.state["html"]) and not report.state["busy"])
    await one.send(report, "fetch_pdf")
    await one.until(lambda: bool(report.state["pdf"]))


def to_dict(crowds: list[Crowd]) -> dict[str, Any]:
    """For JSON: machine, rows, memory in MB, errors."""
    return {
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "rows": [row for crowd in crowds for row in crowd.rows()],
        "memory": [
            {"users": one.users, "plans": one.plans, "server_mb": one.server_mb, "all_mb": one.all_mb} for one in crowds
        ],
        "fewer_pairs": {one.plans: one.fewer for one in crowds if one.users > 1},
        "cpu_of_a_move": {"server": crowds[0].cpu[0], "workers": crowds[0].cpu[1]},
        "errors": [error for one in crowds for error in one.errors],
    }


def to_markdown(found: dict[str, Any]) -> str:
    """A table for people, times in milliseconds."""
    lines = [
        f"# The app, measured {time.strftime('%Y-%m-%d')}",
        "",
        f"{found['cores']} cores, load {found['load']:.1f} at the end. Milliseconds, from a message to all of its answer.",
        "",
        "| what | visitors | plans | times | p50 | p90 | p95 | wanted (p95) |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in found["rows"]:
        ms = " | ".join(f"{1000 * row[name]:.0f}" for name in ("p50", "p90", "p95"))
        wanted = "" if row["goal"] is None else f"{1000 * row['goal']:.0f}, {'met' if row['met'] else 'NOT MET'}"
        lines.append(f"| {row['what']} | {row['users']} | {row['plans']} | {row['times']} | {ms} | {wanted} |")
    lines.append("")
    for one in found["memory"]:
        met = "met" if one["all_mb"] <= MOST_MEMORY else "NOT MET"
        lines.append(
            f"With {one['users']} visitor{'s' * (one['users'] > 1)} ({one['plans']} plans): server {one['server_mb']:.0f} MB, "
            f"with its workers {one['all_mb']:.0f} MB (wanted: below {MOST_MEMORY:.0f}, {met})."
        )
    previews = {row["plans"]: row["times"] for row in found["rows"] if row["what"] == "lever to preview"}
    lines += ["", "Previews from three pairs, because many asked:"]
    lines[-1] += ",".join(
        f" {few} of {previews.get(name, 0)} ({name} plans)" for name, few in found["fewer_pairs"].items()
    )
    lines[-1] += ". All others have five."
    cpu = found["cpu_of_a_move"]
    lines += [
        "",
        f"A lever move takes {1000 * cpu['server']:.0f} ms of CPU of the server, {1000 * cpu['workers']:.0f} of its workers.",
    ]
    lines += ["", f"Errors: {len(found['errors'])}" + "".join(f"\n- {one}" for one in found["errors"][:20])]
    return "\n".join(lines) + "\n"
