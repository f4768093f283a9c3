"""Whether a journey can be walked: arrows between known stages, no dead ends, nothing out of reach."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sim.covariates import COVARIATES, SHARES
from sim.scenario.defaults import ARROWS, ends, merged_arrows, merged_stages
from sim.scenario.errors import Mistake, Path, Sentence, nearest
from sim.scenario.models import Arrow, Journey, Stage

AT: Path = ("world", "journey")
MOST_STAGES = 32
"""Sets of stages are kept as the bits of one word (sim.screens)."""


def check_journey(journey: Journey, registry: Callable[[], Mapping[str, Any]]) -> Iterator[Mistake]:
    """Every mistake in the stages and arrows of a journey (registry: mechanisms by name, called only if needed)."""
    stages = {one.name: one for one in merged_stages(journey)}
    if not stages:
        yield Mistake(AT, "there are no stages; give some, or leave 'default' on")
        return
    if len(stages) > MOST_STAGES:
        yield Mistake(AT, f"there are {len(stages)} stages; at most {MOST_STAGES} are allowed")
    yield from _check_removed(journey)
    seen: set[str] = set()
    sound = True
    for number, arrow in enumerate(journey.arrows):
        at: Path = (*AT, "arrows", number)
        for key, name in (("from", arrow.from_), ("to", arrow.to)):
            if name not in stages:
                sound = False
                yield Mistake((*at, key), Sentence("no_stage", name=name, hint=nearest(name, stages)))
        if arrow.from_ == arrow.to:
            yield Mistake(at, f"leads from '{arrow.from_}' to itself; an arrow joins two stages")
        if ends(arrow) in seen:
            yield Mistake(at, f"there is already an arrow {ends(arrow)}; give each pair of stages one")
        seen.add(ends(arrow))
        yield from _check_effects(at, arrow.effects, registry)
        if arrow.scale is not None and arrow.scale not in SHARES:
            yield Mistake(
                (*at, "scale"), f"a hazard cannot be in proportion to '{arrow.scale}'{nearest(arrow.scale, SHARES)}"
            )
    arrows = merged_arrows(journey)
    numbers = {ends(one): number for number, one in enumerate(journey.arrows)}
    for arrow in arrows:
        start, end = stages.get(arrow.from_), stages.get(arrow.to)
        if start is None or end is None:
            continue
        at = (*AT, "arrows", numbers[ends(arrow)]) if ends(arrow) in numbers else AT
        if end.owns and not start.owns and arrow.by != "purchase":
            yield Mistake((*at, "by"), f"{ends(arrow)} makes an owner, so it must say by = 'purchase'")
        if arrow.by == "message":
            yield from _check_learning(at, arrow, start, end, arrows)
        if arrow.by == "purchase" and not end.owns:
            yield Mistake((*at, "by"), f"{ends(arrow)} fires by purchase, but '{arrow.to}' does not own the brand")
    if sound:
        yield from _check_ways(journey, stages, [(one.from_, one.to) for one in arrows])


def _check_learning(at: Path, arrow: Arrow, start: Stage, end: Stage, arrows: Sequence[Arrow]) -> Iterator[Mistake]:
    """Whether an arrow fired by messages only teaches a name."""
    if start.knows or not end.knows or end.considers or end.intends or end.owns or end.refuses:
        told = "people who do not know the brand learn its name by a message, and no more"
        yield Mistake((*at, "by"), f"{ends(arrow)} fires by message, but {told}; leave 'by' out for a daily hazard")
    if arrow.effects or arrow.scale is not None:
        yield Mistake(at, f"{ends(arrow)} fires by message, so it has a rate, but no effects and no scale")
    if next(one for one in arrows if one.from_ == arrow.from_ and one.by == "message") is not arrow:
        yield Mistake(at, f"a message teaches the name by one arrow out of '{arrow.from_}'; there are more")


def _check_removed(journey: Journey) -> Iterator[Mistake]:
    known = [ends(one) for one in (ARROWS if journey.default else journey.arrows)]
    for number, name in enumerate(journey.remove):
        if name not in known:
            yield Mistake((*AT, "remove", number), f"there is no arrow '{name}' to remove{nearest(name, known)}")


def _check_effects(
    at: Path, effects: Mapping[str, float], registry: Callable[[], Mapping[str, Any]]
) -> Iterator[Mistake]:
    others = [name for name in effects if name not in COVARIATES]
    if not others:
        return
    known = [*COVARIATES, *(column for mechanism in registry().values() for column in mechanism.columns)]
    for name in others:
        if name not in known:
            yield Mistake((*at, "effects", name), f"there is no covariate '{name}'{nearest(name, known)}")


def _check_ways(journey: Journey, stages: Mapping[str, Stage], arrows: list[tuple[str, str]]) -> Iterator[Mistake]:
    """Every stage can be reached from the first, and left; nor do several lead to nothing but one another, short of an owner."""
    numbers = {one.name: number for number, one in enumerate(journey.stages)}
    first, *_ = stages
    onward = {name: _reached(name, arrows) for name in stages}
    owners = {name for name, stage in stages.items() if stage.owns}
    for name in stages:
        at: Path = (*AT, "stages", numbers[name]) if name in numbers else AT
        around = onward[name]
        if name not in onward[first]:
            yield Mistake(at, f"nobody can reach stage '{name}' from '{first}'; add an arrow that leads there")
        if around == {name}:
            yield Mistake(at, f"there is no way out of stage '{name}'; add an arrow that leaves it")
        elif owners and not around & owners and all(onward[other] == around for other in around):
            among = [other for other in stages if other in around]
            if name == among[0]:
                names = ", ".join(f"'{one}'" for one in among)
                yield Mistake(
                    at, f"there is no way out of the stages {names}; add an arrow from one of them to another stage"
                )


def _reached(start: str, arrows: list[tuple[str, str]]) -> set[str]:
    """Stages that can be reached from one, itself among them."""
    reached, edge = {start}, [start]
    while edge:
        here = edge.pop()
        fresh = {end for begin, end in arrows if begin == here} - reached
        reached |= fresh
        edge.extend(fresh)
    return reached
