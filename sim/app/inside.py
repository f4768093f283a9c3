"""One market from the inside: who knows whom, where everybody stands week by week, and one consumer's story."""

from __future__ import annotations

import base64
import csv
import io
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.app.charts.paths import FRIENDS
from sim.app.journeys import Journeys, followed_run

if TYPE_CHECKING:
    from sim.scenario import Scenario

TALK = ("friend", "advice", "post", "review", "referral")
"""Touches that come from other people."""
GOLDEN = math.pi * (3 - math.sqrt(5))
SPREAD = 1.25
"""Room between people of a circle, against the room between circles."""
FULL = 65_535
MOST_PEOPLE = 900


@dataclass(frozen=True)
class Inside:
    """A followed market of N consumers, W weeks.

    x, y: (N,) places in 0 to 1, friends' circles together. ties: (E, 2) who knows whom. stages: (W + 1, N) stage of everybody
    with the focal brand, before the first day and at the end of each week. talked: (W, N) whether a person took a step that week
    and the last thing noticed before it came from other people.
    """

    journeys: Journeys
    x: np.ndarray
    y: np.ndarray
    ties: np.ndarray
    stages: np.ndarray
    talked: np.ndarray

    @property
    def weeks(self) -> int:
        """How many weeks, the last perhaps short."""
        return len(self.talked)


@dataclass(frozen=True)
class Step:
    """One thing in a consumer's story: a move from one stage to another, with what was noticed since the last one.

    day: of the move. cause: kind noticed last before it, "none" for nothing. noticed: kinds and how often, most first. The
    last step of a story may be no move (target equal to origin): what was noticed after it.
    """

    day: int
    origin: str
    target: str
    cause: str
    noticed: tuple[tuple[str, int], ...]


def look_inside(scenario: Scenario, seed: int | None = None) -> Inside:
    """Run a small market with everybody followed, and lay its people out."""
    journeys, ties = followed_run(scenario, seed)
    brand = journeys.focal
    weeks = math.ceil(journeys.days / 7)
    stages = np.array([journeys.stage_on(min(7 * week, journeys.days), brand) for week in range(weeks + 1)], np.uint8)
    talked = np.zeros((weeks, len(journeys.segment)), np.uint8)
    log = journeys.moves
    social = np.array([name in TALK for name in (*journeys.kinds, "none")])
    mine = (log["brand"] == brand) & social[log["cause"]]
    talked[log["day"][mine] // 7, log["consumer"][mine]] = 1
    pairs = np.repeat(np.arange(ties.consumers), np.diff(ties.start)), ties.to
    once = pairs[0] < pairs[1]
    x, y = places(ties.community)
    return Inside(journeys, x, y, np.column_stack([pairs[0][once], pairs[1][once]]), stages, talked)


def places(community: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Places in 0 to 1 of people (N,) whose circles are numbered: each circle a disc, the discs a spiral, largest first."""
    names, members = np.unique(community, return_inverse=True)
    sizes = np.bincount(members)
    order = np.argsort(-sizes, kind="stable")
    reach = 1.25 * math.sqrt(float(sizes.max()))
    x, y = np.zeros(len(community)), np.zeros(len(community))
    for place, name in enumerate(order):
        middle = 1.55 * reach * math.sqrt(place) if len(names) > 1 else 0.0
        mine = np.flatnonzero(members == name)
        count = np.arange(len(mine))
        x[mine] = middle * math.cos(place * GOLDEN) * 1.35 + SPREAD * np.sqrt(count + 0.5) * np.cos(count * GOLDEN)
        y[mine] = middle * math.sin(place * GOLDEN) + SPREAD * np.sqrt(count + 0.5) * np.sin(count * GOLDEN)
    return _unit(x), _unit(y)


def _unit(values: np.ndarray) -> np.ndarray:
    low, high = float(values.min()), float(values.max())
    return (values - low) / ((high - low) or 1.0)


def packed(inside: Inside) -> dict[str, Any]:
    """What the player needs, as base64 of whole numbers: sent once, played without the server."""

    def letters(values: np.ndarray, kind: str) -> str:
        return base64.b64encode(np.ascontiguousarray(values, dtype=kind).tobytes()).decode()

    return {
        "people": len(inside.x),
        "weeks": inside.weeks,
        "x": letters(np.rint(inside.x * FULL), "<u2"),
        "y": letters(np.rint(inside.y * FULL), "<u2"),
        "ties": letters(inside.ties, "<u2"),
        "stages": letters(inside.stages, "u1"),
        "talked": letters(inside.talked, "u1"),
    }


def story(journeys: Journeys, consumer: int, brand: int | None = None) -> list[Step]:
    """A consumer's way with a brand: every move, and what was noticed between them."""
    brand = journeys.focal if brand is None else brand
    log, met = journeys.moves, journeys.touches
    moves = np.flatnonzero((log["consumer"] == consumer) & (log["brand"] == brand))
    seen = np.flatnonzero((met["consumer"] == consumer) & (met["brand"] == brand))
    kinds = (*journeys.kinds, "none")
    steps, since = [], -1
    for at in moves:
        day = int(log["day"][at])
        between = met["kind"][seen[(met["day"][seen] > since) & (met["day"][seen] <= day)]]
        origin, target = (journeys.stages[log[end][at]] for end in ("from", "to"))
        steps.append(Step(day, origin, target, kinds[log["cause"][at]], _most(journeys, between)))
        since = day
    after = met["kind"][seen[met["day"][seen] > since]]
    if after.size:
        now = journeys.stages[int(journeys.stage_on(journeys.days, brand)[consumer])]
        steps.append(Step(journeys.days - 1, now, now, "none", _most(journeys, after)))
    return steps


def _most(journeys: Journeys, kinds: np.ndarray) -> tuple[tuple[str, int], ...]:
    counts = np.bincount(kinds, minlength=len(journeys.kinds))
    order = sorted(np.flatnonzero(counts), key=lambda kind: (-counts[kind], kind))
    return tuple((journeys.kinds[kind], int(counts[kind])) for kind in order[:4])


def worth_meeting(journeys: Journeys) -> dict[str, int]:
    """Consumers whose stories say something, by what it is: bought after a friend's word, on impulse, left, came back ..."""
    log = journeys.moves
    mine = log["brand"] == journeys.focal
    kinds = (*journeys.kinds, "none")
    owns = np.isin(np.arange(len(journeys.stages)), journeys.owners)
    gone = np.isin(np.arange(len(journeys.stages)), journeys.lost)
    by_friends = np.array([name in FRIENDS for name in kinds])
    begins, ends = log["from"], log["to"]
    buys = mine & owns[ends] & ~owns[begins]
    second = journeys.order[min(1, len(journeys.order) - 1)]
    tests = {
        "friend": buys & by_friends[log["cause"]],
        "impulse": buys & (begins == second),
        "lost": mine & gone[ends] & owns[begins],
        "back": mine & gone[begins] & ~gone[ends],
    }
    found: dict[str, int] = {}
    for name, test in tests.items():
        who = [int(one) for one in log["consumer"][test] if int(one) not in found.values()]
        if who:
            found[name] = who[0]
    counts = np.bincount(log["consumer"][mine], minlength=len(journeys.segment))
    if counts.any():
        found["restless"] = int(counts.argmax())
    return found


def people_table(inside: Inside, week: int) -> str:
    """Everybody as CSV at the end of a week (0: before the first): who, where in the picture, how many friends, which stage."""
    one = inside.journeys
    friends = np.bincount(inside.ties.ravel(), minlength=len(inside.x))
    talked = inside.talked[week - 1] if week else np.zeros(len(inside.x), np.uint8)
    rows = zip(one.segment, friends, inside.x, inside.y, inside.stages[week], talked)
    return _csv(
        ("person", "segment", "friends", "x", "y", "week", "stage", "moved_after_talk"),
        ((number + 1, one.segments[segment], known, round(float(x), 4), round(float(y), 4), week, one.stages[stage], moved)
         for number, (segment, known, x, y, stage, moved) in enumerate(rows)),
    )  # fmt: skip


def ties_table(inside: Inside, week: int) -> str:
    """Who knows whom as CSV, each friendship once; the same in every week."""
    return _csv(("person", "friend"), (inside.ties + 1).tolist())


def _csv(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(head)
    writer.writerows(rows)
    return buffer.getvalue()


TABLES: dict[str, Callable[[Inside, int], str]] = {"people": people_table, "ties": ties_table}
"""What can be taken along of a market as it is in a week."""
