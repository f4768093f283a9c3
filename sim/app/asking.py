"""Asking the desk from a page: a quick preview, then a better answer, with progress that can be stopped.

The last good answer stays while a new one is on its way; a page dims it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import solara

from sim.app.jobs import FINE, GOOD, PREVIEW, Busy, Pairs, Question, Size, desk, seeds_of, sized
from sim.app.tickets import Rank
from sim.app.work import use_work
from sim.scenario import Scenario

DEBOUNCE, BEFORE_MORE = 0.1, 0.7
"""Seconds without another move before a preview is asked for while others wait, and after it before the better answer is."""
QUIET = 1.0
"""Seconds without anybody's question before runs are made ahead: they would only be in the way of a class."""
MOST_AHEAD = 100
"""Runs made ahead of a question that nobody has asked yet."""
UNSAID = 0.3
"""Seconds for which a preview may be on its way without a word of how far it is."""


@dataclass(frozen=True)
class Answer:
    """Runs that answer a question. level: preview, good or fine; question: which one."""

    pairs: Pairs | None = None
    level: str = ""
    question: str = ""


@dataclass(frozen=True)
class Progress:
    """How far the runs of a level are: done of total, and how many others are served before."""

    level: str = ""
    done: int = 0
    total: int = 0
    place: int = 0
    busy: bool = False
    stopped: bool = False


@dataclass(frozen=True)
class Asked:
    """What a page needs to show: the answer, whether it is to another question than the present one, progress, and wishes.

    problem: key of why the present question has no answer, or no surer one; "" if nothing went wrong. again asks anew then.
    paired: whether plans are compared; a plan alone is answered by markets, not by pairs of them.
    """

    answer: Answer
    pending: bool
    progress: solara.Reactive[Progress]
    finer: Callable[[], None]
    stop: Callable[[], None]
    problem: str = ""
    again: Callable[[], None] = lambda: None
    paired: bool = True


def use_answer(
    today: Scenario | None,
    plans: Mapping[str, Scenario],
    enough: Size = GOOD,
    likely: Callable[[], Sequence[Scenario]] = tuple,
) -> Asked:
    """Ask for today's plan and others, better and better up to `enough`; None asks for nothing.

    likely: plans that may be asked about next; idle workers run their previews when the answer is there.
    """
    answer: solara.Reactive[Answer] = solara.use_reactive(Answer())
    progress: solara.Reactive[Progress] = solara.use_reactive(Progress())
    fine: solara.Reactive[str] = solara.use_reactive("")
    trouble: solara.Reactive[tuple[str, str]] = solara.use_reactive(("", ""))
    tries, set_tries = solara.use_state(0)
    question = "" if today is None else "|".join(
        (today.fingerprint(), *(f"{key}:{plan.fingerprint()}" for key, plan in sorted(plans.items())))
    )  # fmt: skip
    wants_fine = bool(question) and fine.value == question

    async def work() -> None:
        trouble.value = ("", "")
        if today is None:
            return
        levels = [("preview", PREVIEW), ("good", enough)] + ([("fine", FINE)] if wants_fine else [])
        if answer.value.question == question:  # asked for more of what is there
            order = [name for name, _ in levels]
            known = order.index(answer.value.level) if answer.value.level in order else -1
            levels = levels[known + 1 :]
        else:
            if progress.value.busy:  # with the question before
                progress.value = Progress()
            await asyncio.sleep(DEBOUNCE if desk.waited_for else 0)
        for name, size in levels:
            if name == "good":
                await asyncio.sleep(BEFORE_MORE)
            problem = await _bring(Question(today, dict(plans), size), name, question, answer, progress)
            if problem:
                trouble.value = (question, problem)
                return
        while (busy := QUIET - desk.quiet) > 0:
            await asyncio.sleep(busy)
        seeds = seeds_of(today, PREVIEW.pairs)
        ahead = [(sized(plan, PREVIEW), seed) for plan in likely() for seed in seeds]
        with suppress(Busy):
            desk.ask(ahead[:MOST_AHEAD], Rank.IDLE)

    task = use_work(work, [question, wants_fine, tries])

    def stop() -> None:
        fine.value = ""
        progress.value = replace(progress.value, busy=False, stopped=True)
        task.cancel()

    pending = bool(question) and (answer.value.question != question)
    of, problem = trouble.value
    problem = problem if of == question else ""
    return Asked(
        answer.value, pending, progress, lambda: fine.set(question), stop, problem, lambda: set_tries(tries + 1),
        bool(plans),
    )  # fmt: skip


async def _bring(
    asked: Question, level: str, question: str, answer: solara.Reactive[Answer], progress: solara.Reactive[Progress]
) -> str:
    """Put one level's runs into the queue and wait for them, telling how far they are. Key of what went wrong, or ""."""
    try:
        rank, enough = (Rank.URGENT, asked.enough) if level == "preview" else (Rank.FAIR, 0)
        ticket = desk.ask(asked.runs, rank, enough)
    except Busy:
        progress.value = Progress(level)
        return "state.busy"
    try:
        if not (ticket.finished or ticket.rank is Rank.URGENT):
            progress.value = Progress(level, ticket.done, ticket.total, ticket.place, busy=True)
        async for seen in ticket.watch(quiet=UNSAID if ticket.rank is Rank.URGENT else 0.0):
            if not seen.finished:
                progress.value = Progress(level, seen.done, seen.total, seen.place, busy=True)
    except asyncio.CancelledError:
        ticket.cancel()
        raise
    if not (ticket.error or ticket.cancelled):
        answer.value = Answer(asked.answer(ticket), level, question)
    progress.value = Progress(level)
    return "state.run_failed" if ticket.error else ""
