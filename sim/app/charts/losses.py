"""Where do you lose them? What becomes of visits to each stage of the journey: on, back, or lost for good."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np

from sim.app.charts.chart import TODAY, Chart, Look, base, digits, legend, name_axis, narrow, runs_said, value_axis
from sim.app.charts.difference import Paired
from sim.app.luck import Interval, interval


class Order(Protocol):
    """The stages of a journey and their order."""

    @property
    def stages(self) -> tuple[str, ...]: ...
    @property
    def order(self) -> tuple[int, ...]: ...
    @property
    def lost(self) -> tuple[int, ...]: ...
    @property
    def owners(self) -> tuple[int, ...]: ...


class Moves(Order, Protocol):
    """Moves between stages in real people: a run's digest, or `sim.app.journeys.Travelled`."""

    @property
    def moves(self) -> np.ndarray: ...
    @property
    def start(self) -> np.ndarray: ...


class Fates(NamedTuple):
    """What became of visits to the stages after the first, float64 (stages,): shares of visits, and the visits in people."""

    stages: tuple[int, ...]
    visits: np.ndarray
    forward: np.ndarray
    back: np.ndarray
    lost: np.ndarray

    @property
    def away(self) -> np.ndarray:
        """Share of visits that ended in going back or leaving."""
        return self.back + self.lost


def fates(run: Moves) -> Fates:
    """What became of visits to each stage of one run: people there at the start and everyone who arrived.

    Somebody who comes twice counts twice, as in `sim.answers.leaks`.
    """
    rank = {stage: place for place, stage in enumerate(run.order)}
    shown = tuple(run.order[1:])
    visits, forward, back, lost = (np.zeros(len(shown)) for _ in range(4))
    for place, stage in enumerate(shown):
        visits[place] = run.start[stage] + run.moves[:, stage].sum() - run.moves[stage, stage]
        for target in range(len(run.stages)):
            people = run.moves[stage, target]
            if target == stage or not people:
                continue
            way = lost if target in run.lost else forward if rank[target] > rank[stage] else back
            way[place] += people
    safe = np.where(visits > 0, visits, 1.0)
    return Fates(shown, visits, forward / safe, back / safe, lost / safe)


def where_you_lose_them(pairs: Paired, look: Look, about: str = "") -> Chart:
    """Share of visits to each stage that ended in going back or leaving, one mark per plan; the title names the largest change.

    about: key of the plan whose change that is, as the one that a verdict is about; by default, any plan's.
    """
    words = look.words
    plans = {TODAY: pairs.today, **pairs.plans}
    away = {key: np.array([fates(run).away for run in runs]) for key, runs in plans.items()}
    first = fates(pairs.today[0])
    stages = [pairs.today[0].stages[stage] for stage in first.stages]
    names = [look.stage(stage) for stage in stages]
    option = base(look, top=34, bottom=50)
    option["legend"] = legend(
        look,
        [{"name": look.name(key), "icon": look.mark(key), "itemStyle": {"color": look.colour(key)}} for key in plans],
    )
    top = max(float(each.mean(axis=0).max()) for each in away.values())
    option["xAxis"] = value_axis(look, words("chart.losses.axis"), min=0, max=20 * int(5 * top + 1), interval=20)
    option["yAxis"] = name_axis(look, names, splitLine={"show": True, "lineStyle": {"color": look.palette.grid}})
    option["tooltip"] |= {"trigger": "axis", "axisPointer": {"type": "none"}}
    shift = _shifts(len(plans))
    option["series"] = [
        {
            "type": "scatter",
            "name": look.name(key),
            "symbol": look.mark(key),
            "symbolSize": 13 if key == TODAY else 11,
            "symbolOffset": [0, shift[number]],
            "itemStyle": {"color": look.colour(key), "borderColor": look.palette.surface, "borderWidth": 1},
            "data": [[digits(100 * share, 3), place] for place, share in enumerate(each.mean(axis=0))],
            "z": 3,
        }
        for number, (key, each) in enumerate(away.items())
    ]
    changes = {
        key: [interval(column) for column in (each - away[TODAY]).T] for key, each in away.items() if key != TODAY
    }
    rows = [
        [name, *(digits(100 * float(each[:, place].mean()), 3) for each in away.values())]
        + [_gap_said(look, found[place]) for found in changes.values()]
        for place, name in enumerate(names)
    ]
    columns = [words("chart.stage"), *(look.name(key) for key in away)]
    columns += [words("chart.losses.change", name=look.name(key)) for key in changes]
    worst = int(np.argmax(away[TODAY].mean(axis=0) * first.visits))
    return Chart(
        "losses",
        _title(look, names, {about: changes[about]} if about in changes else changes, first.visits, worst),
        words("chart.losses.subtitle", runs=runs_said(look, len(pairs.today), pairs.consumers)),
        option,
        columns,
        rows,
        _alt(look, names, away),
        words("chart.losses.how"),
        height=90 + 36 * len(names),
    )


def _shifts(plans: int) -> list[float]:
    """Small steps up and down so that marks at one place stay apart."""
    return [0.0] if plans == 1 else [-6.0 * (plans - 1) / 2 + 6.0 * number for number in range(plans)]


def _title(look: Look, names: Sequence[str], changes: dict[str, list[Interval]], visits: np.ndarray, worst: int) -> str:
    """The question, and the stage where the most people are saved or lost for certain (or just lost, if no change is sure)."""
    sure = [
        (abs(found.mean) * weight, name, key, found.mean)
        for key, each in changes.items()
        for name, found, weight in zip(names, each, visits)
        if found.low > 0 or found.high < 0
    ]
    if not sure:
        return look.words("chart.losses.title", stage=names[worst])
    _, name, key, mean = max(sure)
    way = "more" if mean > 0 else "fewer"
    return look.words(f"chart.losses.title_{way}", stage=name, name=look.name(key))


def _gap_said(look: Look, found: Interval) -> str:
    """A change in points with its interval."""
    mean, low, high = (look.words.number(100 * one, 1, sign=True) if np.isfinite(one) else "–" for one in found[:3])
    return f"{mean} ({low} … {high})"


def _alt(look: Look, names: Sequence[str], away: dict[str, np.ndarray]) -> str:
    lines = []
    for key, each in away.items():
        mean = each.mean(axis=0)
        said = ", ".join(f"{name} {look.words.percent(float(share))}" for name, share in zip(names, mean))
        lines.append(f"{look.name(key)}: {said}.")
    return " ".join(lines)


def drop_off(runs: Sequence[Moves], look: Look, name: str = "", others: Sequence[Moves] = ()) -> Chart:
    """One plan's losses as diverging bars: left what went back or was lost, right what moved on; outlines show the other plan."""
    words, colours = look.words, look.palette
    first = fates(runs[0])
    mean = [np.mean([getattr(fates(run), part) for run in runs], axis=0) for part in ("forward", "back", "lost")]
    names = [look.stage(runs[0].stages[stage]) for stage in first.stages]
    forward, back, lost = mean
    option = base(look, top=34, bottom=50)
    reach = [20 * int(5 * float(part.max()) + 1) for part in (back + lost, forward)]
    option["xAxis"] = value_axis(look, words("chart.drop_off.axis"), min=-reach[0], max=reach[1], interval=20)
    option["xAxis"]["axisLabel"] |= {"formatter": "abs"}  # to the left is not less than nought
    option["yAxis"] = name_axis(look, names)
    option["tooltip"] |= {"trigger": "axis", "axisPointer": {"type": "shadow"}}
    bars = (("lost", -lost, colours.lost), ("back", -back, colours.back), ("forward", forward, colours.forward))
    option["legend"] = legend(look, [words(f"chart.drop_off.{part}") for part in ("back", "lost", "forward")])
    option["series"] = [
        {
            "type": "bar",
            "name": words(f"chart.drop_off.{part}"),
            "stack": "fate",
            "barWidth": 16,
            "itemStyle": {"color": colour},
            "data": [digits(100 * float(one), 3) for one in values],
        }
        for part, values, colour in (bars[1], bars[0], bars[2])
    ]
    if others:
        option["series"].append(_outline(look, others, words("chart.today")))
        option["legend"]["data"].append(words("chart.today"))
    option["media"] = narrow(legend={"itemGap": 8, "itemWidth": 10}, grid={"top": 56})
    worst = int(np.argmax((back + lost) * first.visits))
    rows = [
        [
            name_,
            *(digits(100 * float(part[place]), 3) for part in (back, lost, forward)),
            digits(float(first.visits[place]), 4),
        ]
        for place, name_ in enumerate(names)
    ]
    said = words("chart.drop_off.says", stage=names[worst], share=words.percent(float((back + lost)[worst])))
    return Chart(
        "drop_off",
        said if not name else f"{name}: {said}",
        words("chart.drop_off.subtitle", runs=words.number(len(runs))),
        option,
        [words("chart.stage"), *(words(f"chart.drop_off.{part}") for part in ("back", "lost", "forward")),
         words("chart.drop_off.visits")],
        rows,
        said,
        words("chart.drop_off.how"),
        height=90 + 34 * len(names),
    )  # fmt: skip


def _outline(look: Look, others: Sequence[Moves], name: str) -> dict[str, object]:
    """Where the losses of another plan end: a hollow mark."""
    away = np.mean([fates(run).away for run in others], axis=0)
    return {
        "type": "scatter",
        "name": name,
        "symbol": "diamond",
        "symbolSize": 12,
        "itemStyle": {"color": look.palette.surface, "borderColor": look.palette.ink, "borderWidth": 1.5},
        "data": [[digits(-100 * float(one), 3), place] for place, one in enumerate(away)],
        "z": 5,
    }
