"""How long the app takes to answer: one visitor, and thirty at the same time, as a class has them.

    python -m benchmarks --only app               # about five minutes, on a machine that does nothing else
    python -m benchmarks --only app --users 5 --seconds 20

Visitors are scripted (sim.benchmarks.visitor): times are from a message sent to the server's last answer received. A browser
adds the first load of the page's scripts and the drawing of charts. Many visitors move one lever, wait for the preview and
think for two to six seconds, in two ways:

- each on a plan of their own: a case and a luck of their own, every lever to a value that nobody had before, so that
  nothing they ask for is remembered from others but today's plan;
- all by one hand-out: the same case, and the same moves one after the other, each visitor at their own pace.

Lines on the standard error output tell how far it is. What does not come in time is given up, counted as lost and told; all
ends in time.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from sim.app.jobs import FEWEST, SIZES
from sim.app.report import BLOCKS
from sim.app.served import Served
from sim.app.words import Words
from sim.benchmarks.crowd import GOALS, Crowd
from sim.benchmarks.visitor import PATIENCE, Lost, Visitor, Widget

PAGES = ("", "whatif", "compare", "journey", "inside", "assumptions", "help")
CASES = ("launch", "app", "ebike", "coffee", "flagship")
THINKS = (2.0, 6.0)
"""Seconds between an answer and a visitor's next move."""
ARRIVE = 5.0
"""Seconds within which all of many visitors come."""
LONG = 90.0
"""Seconds after which what is many runs, or waits for workers that are only just coming, counts as lost."""
MOST_SECONDS = 600.0
"""Seconds that all may take beside those in which many visitors are there."""
OTHER = "what is waited for on the way"
"""Where the table counts what was lost of that."""
NEWS = 10.0
"""Seconds between lines on how many visitors fare."""


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


def measure_app(users: int = 30, seconds: float = 60.0, seed: int = 1, most: float = MOST_SECONDS) -> list[Crowd]:
    """One visitor who does everything, then twice `users` who move levers for `seconds`; a fresh server for each.

    most: seconds that all may take beside twice `seconds`; what is not measured by then is an error.
    """
    found = []
    end = perf_counter() + most + 2 * (ARRIVE + seconds)
    alone = Crowd(1, wanted=tuple(GOALS))
    for crowd, visits in ((alone, _alone), (Crowd(users), _together), (Crowd(users, "hand-out"), _together)):
        crowd.say("a server is started")
        server = Server()
        try:
            with _noted(crowd):
                asyncio.run(_until(end, visits(server, crowd, seconds, seed)))
            crowd.server_mb, crowd.all_mb = max((crowd.server_mb, crowd.all_mb), server.memory())
        finally:
            said = server.stop()
        # What a page asks for while the server ends is refused, and said; that is the stopping's own.
        lines = [line for line in said.splitlines() if "after shutdown" not in line]
        crowd.errors += [line for line in lines if "Error" in line or "failure" in line]
        found.append(crowd)
    return found


async def _until(end: float, doing: Coroutine[Any, Any, None]) -> None:
    """Wait for something until a moment of `perf_counter`. Raises Lost then."""
    try:
        await asyncio.wait_for(doing, end - perf_counter())
    except TimeoutError:
        raise Lost("the time for the whole measurement is over; what is missing was not measured") from None


@contextmanager
def _noted(crowd: Crowd, who: str = "the visitor") -> Iterator[None]:
    """Note what a visitor lost as an error, and count it unless `_timed` has; the measurement goes on."""
    try:
        yield
    except (Lost, OSError) as problem:
        if not hasattr(problem, "__notes__"):
            crowd.lost[OTHER] += 1
        crowd.errors.append(f"{who} {problem}")
        crowd.say(crowd.errors[-1])


async def _alone(server: Server, crowd: Crowd, seconds: float, seed: int) -> None:
    """Everything that the goals name, one after the other. (However long that takes: `seconds` is for many visitors.)"""
    luck = random.Random(seed)
    with _noted(crowd):
        async with Visitor(server.address) as one:
            await _timed(crowd, "first load of a fresh server", one.open("whatif"))
            await _timed(crowd, "first answer of a fresh server", _seen(one, _settled, "the first answer", LONG))
    for page in PAGES:
        with _noted(crowd):
            async with Visitor(server.address) as one:
                await _timed(crowd, "first render", one.open(page))
                if page == "whatif":
                    await _timed(crowd, "first answer of a case", _seen(one, _settled, "the first answer"))
    for part in (_moves, _finer, _costs, _remembered, _pages):
        with _noted(crowd):
            async with Visitor(server.address) as one:
                await one.open("whatif")
                await _seen(one, _settled, "the first answer")
                await part(server, one, crowd, luck)


async def _moves(server: Server, one: Visitor, crowd: Crowd, luck: random.Random, moves: int = 12) -> None:
    """Levers moved to where they never were; now and then the surer answer is waited for, or stopped."""
    for turn in range(moves):
        await _timed(crowd, "lever to preview", _moved(one, *_another(one, luck)))
        if turn % 4 == 0:
            await _timed(crowd, "preview to the good answer", _seen(one, _good, "the good answer"))
        elif turn % 4 == 1:
            await _seen(one, _busy, "the good answer's beginning")
            await _timed(crowd, "stop to stopped", _stopped(one))


async def _finer(server: Server, one: Visitor, crowd: Crowd, luck: random.Random) -> None:
    """The finest answer, which a visitor asks for."""
    await _moved(one, *_another(one, luck))
    await _seen(one, _good, "the good answer")
    await one.send(one.find("stoppable"), "more")
    await _timed(crowd, "good answer to the fine one", _seen(one, _fine, "the fine answer", LONG))


async def _remembered(server: Server, one: Visitor, crowd: Crowd, luck: random.Random) -> None:
    """A lever moved to and fro."""
    key, _ = _another(one, luck)
    before = _lever(one, key)["value"] / _lever(one, key)["factor"]
    value = _another(one, luck, key)[1]
    for _ in range(4):
        await _moved(one, key, value)
        await _timed(crowd, "lever to preview, remembered", _moved(one, key, before))


async def _pages(server: Server, one: Visitor, crowd: Crowd, luck: random.Random) -> None:
    """From page to page, and the report."""
    await _moved(one, *_another(one, luck))
    for page in (*PAGES, *PAGES):
        await _timed(crowd, "page change", _gone_to(one, page))
    await _gone_to(one, "compare")
    await _seen(one, _good, "the good answer")
    await _timed(crowd, "report as PDF", _reported(one))


async def _costs(server: Server, one: Visitor, crowd: Crowd, luck: random.Random, moves: int = 8) -> None:
    """CPU of lever moves alone: the surer answer is stopped before it begins."""
    before = server.cpu()
    for _ in range(moves):
        await _moved(one, *_another(one, luck))
        await one.send(one.find("stoppable"), "stop")
    crowd.say(f"{moves} moves for the CPU that they take")
    crowd.cpu = tuple((after - was) / moves for was, after in zip(before, server.cpu()))  # type: ignore[assignment]


async def _together(server: Server, crowd: Crowd, seconds: float, seed: int) -> None:
    """A class: everybody on what-if, moving levers and thinking."""
    end = perf_counter() + ARRIVE + seconds
    news = asyncio.create_task(_news(crowd, end))
    try:
        await asyncio.gather(*(_pupil(server, crowd, number, end, seed) for number in range(crowd.users)))
    finally:
        news.cancel()


async def _news(crowd: Crowd, end: float) -> None:
    while True:
        await asyncio.sleep(NEWS)
        times = crowd.seconds["lever to preview"]
        middle = f", half of them within {median(times):.1f} s" if times else ""
        crowd.say(
            f"{max(0.0, end - perf_counter()):.0f} s left, {len(crowd.seconds['first render'])} are there, "
            f"{len(times)} previews{middle}, {crowd.lost.total()} lost"
        )


async def _pupil(server: Server, crowd: Crowd, number: int, end: float, seed: int) -> None:
    luck = random.Random(seed * 1_000 + number)
    handed_out = crowd.plans == "hand-out"
    case = CASES[0] if handed_out else CASES[number % len(CASES)]
    await asyncio.sleep(luck.uniform(0, ARRIVE))
    with _noted(crowd, f"visitor {number} on {case}"):
        async with Visitor(server.address) as one:
            await _timed(crowd, "first render", one.open(f"whatif{_state(case)}"))
            await _timed(crowd, "first answer of a case", _seen(one, _settled, "the first answer"))
            for step in count():
                await asyncio.sleep(luck.uniform(*THINKS))
                if perf_counter() > end:
                    break
                key, value = _another(one, random.Random(seed * 1_000 + step) if handed_out else luck)
                before = _told(one)
                await _timed(crowd, "lever to preview", _moved(one, key, value))
                crowd.fewer += await _came_short(one, before)
                crowd.server_mb, crowd.all_mb = max((crowd.server_mb, crowd.all_mb), server.memory())


def _state(case: str) -> str:
    """The address of a case."""
    from sim.app.state import State

    token = State(case=case).encode()
    return f"?s={token}" if token else ""


async def _timed(crowd: Crowd, name: str, doing: Any) -> None:
    begun = perf_counter()
    try:
        await doing
    except (Lost, OSError) as problem:
        crowd.lost[name] += 1
        problem.add_note(name)
        raise
    crowd.seconds[name].append(perf_counter() - begun)
    if crowd.users == 1:
        crowd.say(f"{name}: {1000 * crowd.seconds[name][-1]:.0f} ms")


async def _seen(one: Visitor, test: Callable[[Visitor], bool], what: str, patience: float = PATIENCE) -> None:
    await one.until(lambda: test(one), what, patience)


def _verdict(one: Visitor) -> Widget:
    return one.find("tiles", "tone")


def _settled(one: Visitor) -> bool:
    """Whether the verdict shown is about the plan as it is."""
    seen = one.seek("tiles", "tone")
    return seen is not None and not seen.state["pending"] and bool(seen.state["tiles"])


def _busy(one: Visitor) -> bool:
    return bool(one.find("stoppable").state["busy"])


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
    """A lever, and a value for it that it does not have now and can have: a slider stops where the budget ends."""
    every = [lever for lever in _levers(one) if lever["most"] > lever["least"] and (not key or lever["key"] == key)]
    lever = luck.choice(every)
    steps = max(1, round((lever["most"] - lever["least"]) / lever["step"]))
    apart = [
        step
        for step in range(steps + 1)
        if abs(lever["least"] + step * lever["step"] - lever["value"]) > lever["step"] / 2
    ]
    value = min(lever["least"] + luck.choice(apart) * lever["step"], lever["most"])
    return lever["key"], value / lever["factor"]


async def _moved(one: Visitor, key: str, value: float) -> None:
    """Move a lever and wait for the preview."""
    before = _verdict(one).raised["pending"]
    await one.send(one.find("groups"), "move", {"key": key, "value": value})
    await one.until(lambda: _verdict(one).raised["pending"] > before and _settled(one), f"{key} to be {value:g}")


async def _gone_to(one: Visitor, page: str) -> None:
    """Go to another page by the bar; it is there when its own part is."""
    await one.send(one.find("links", "token"), "go", page)
    name = page or "home"
    await one.until(
        lambda: any(f"page-{name}" in str(part.state.get("class_")) for part in one.page()), f"page '{name}'"
    )


async def _stopped(one: Visitor) -> None:
    await one.send(one.find("stoppable"), "stop")
    await one.until(lambda: not _busy(one), "the runs to stop")


def _told(one: Visitor) -> tuple[int, ...]:
    """How often the line below the verdict has told of few pairs, of all those of a preview, and of those of a good answer."""
    words, shown = Words("en"), one.find("stoppable").shown
    few = words("progress.done_short", pairs=words.number(FEWEST))
    whole, good = (
        words(f"progress.done_{name}", pairs=words.number(SIZES[name].pairs)) for name in ("preview", "good")
    )
    return shown[few], shown[whole], shown[good]


async def _came_short(one: Visitor, before: tuple[int, ...]) -> bool:
    """Whether the preview since then came from fewer pairs. Where others have asked it all, the good answer is there at once."""
    await one.until(lambda: _told(one) != before, "words on how many pairs there are")
    return _told(one)[0] > before[0]


async def _reported(one: Visitor) -> None:
    """Have the report of the plans compared written, and fetch it as a PDF."""
    report = one.find("stem", "pdf")
    await one.send(report, "write", {"title": "", "language": "en", "blocks": list(BLOCKS)})
    await one.until(lambda: bool(report.state["html"]) and not report.state["busy"], "the report")
    await one.send(report, "fetch_pdf")
    await one.until(lambda: bool(report.state["pdf"]), "its PDF")
