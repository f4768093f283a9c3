"""What a scenario must satisfy beyond the type and range of each field: names that exist, dates in the horizon, sense.

Each check yields mistakes with the path they stand at; nothing stops at the first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path as FilePath
from typing import Any

from sim.scenario.check_journey import check_journey
from sim.scenario.defaults import merged_channels, merged_stages
from sim.scenario.errors import Mistake, Path, Sentence, nearest
from sim.scenario.models import TRUST_SOURCES, Channel, Event, Flight, Horizon, Platform, ScenarioFile, Table
from sim.scenario.spend import read_spend

Registry = Callable[[], Mapping[str, Any]]


def installed() -> Mapping[str, Any]:
    """The mechanisms there are, by name. Imported late: it brings the compiler along."""
    from sim.mechanism import registry

    return registry()


def focal_number(file: ScenarioFile) -> int:
    """Position of the focal brand: the one that says so, or the first."""
    return next((number for number, brand in enumerate(file.world.brands) if brand.focal), 0)


def find_mistakes(
    file: ScenarioFile, folder: FilePath, registry: Registry = installed
) -> tuple[list[Mistake], list[str]]:
    """Every mistake in a scenario whose fields are each of the right type, and notes on what was clipped."""
    notes: list[str] = []
    channels = {one.name: one for one in merged_channels(file.world.channels)}
    stages = [one.name for one in merged_stages(file.world.journey)]
    mistakes = [
        *_check_names(file),
        *_check_brands(file),
        *_check_segments(file, list(channels)),
        *_check_people(file, folder),
        *_check_flights(file, channels, stages),
        *_check_spend(file, folder, list(channels), notes),
        *_check_offers(file),
        *_check_sponsorships(file),
        *_check_events(file, registry),
        *check_journey(file.world.journey, registry),
        *_check_mechanisms(file, registry),
    ]
    return mistakes, notes


def _unknown(path: Path, what: str, name: str, known: Iterable[str]) -> Iterator[Mistake]:
    names = list(known)
    if name not in names:
        yield Mistake(path, Sentence(f"no_{what}", name=name, hint=nearest(name, names)))


def _twice(path: Path, what: str, names: Sequence[str]) -> Iterator[Mistake]:
    for number, name in enumerate(names):
        if name and name in names[:number]:
            yield Mistake((*path, number, "name"), f"there is already a {what} '{name}'; give each its own name")


def _blank(path: Path, what: str, names: Sequence[str], needed: bool = True) -> Iterator[Mistake]:
    for number, name in enumerate(names):
        if not name.strip() and (name or needed):
            yield Mistake((*path, number, "name"), f"'{name}' is not allowed; give the {what} a name that can be seen")


def _check_names(file: ScenarioFile) -> Iterator[Mistake]:
    world = file.world
    named: tuple[tuple[str, str, Sequence[Any]], ...] = (
        ("segments", "segment", world.segments),
        ("brands", "brand", world.brands),
        ("channels", "channel", world.channels),
        ("influencers", "influencer", world.influencers),
    )
    for key, what, tables in named:
        yield from _blank(("world", key), what, [one.name for one in tables], needed=what != "influencer")
        yield from _twice(("world", key), what, [one.name for one in tables])
    stages = [one.name for one in world.journey.stages]
    yield from _blank(("world", "journey", "stages"), "stage", stages)
    yield from _twice(("world", "journey", "stages"), "stage", stages)


def _check_brands(file: ScenarioFile) -> Iterator[Mistake]:
    brands, stages = file.world.brands, merged_stages(file.world.journey)
    free = [one for one in stages if not (one.owns or one.refuses)]
    weigh, want = any(one.considers and not one.intends for one in free), any(one.intends for one in free)
    focal = [number for number, one in enumerate(brands) if one.focal]
    for number in focal[1:]:
        message = f"'{brands[focal[0]].name}' is already the focal brand; exactly one brand can be planned for"
        yield Mistake(("world", "brands", number, "focal"), message)
    for number, brand in enumerate(brands):
        if brand.buyers > brand.known:
            message = f"{brand.buyers:g} is more than the {brand.known:g} who know the brand; buyers know what they buy"
            yield Mistake(("world", "brands", number, "buyers"), message)
        on_the_way = brand.considering + brand.intending
        if on_the_way and brand.buyers + on_the_way > brand.known:
            rest = max(0.0, brand.known - brand.buyers)
            message = f"with `intending`, {on_the_way:g} are on the way; only {rest:g} know the brand and are no buyers"
            yield Mistake(("world", "brands", number, "considering"), message)
        for key, share, possible in (("considering", brand.considering, weigh), ("intending", brand.intending, want)):
            if share and not possible:
                message = "the journey has no stage of people who do that and no more, so nobody can begin there"
                yield Mistake(("world", "brands", number, key), message)


def _check_segments(file: ScenarioFile, channels: list[str]) -> Iterator[Mistake]:
    brands = [one.name for one in file.world.brands]
    for number, segment in enumerate(file.world.segments):
        at: Path = ("world", "segments", number)
        for key, what, names, known in (
            ("media", "channel", segment.media, channels),
            ("trust", "source", segment.trust, TRUST_SOURCES),
            ("taste", "brand", segment.taste, brands),
        ):
            for name in names:
                yield from _unknown((*at, key, name), what, name, known)
    if sum(one.share for one in file.world.segments) <= 0:
        yield Mistake(("world", "segments"), "the shares sum to 0; give one segment at least a share above 0")


def _check_people(file: ScenarioFile, folder: FilePath) -> Iterator[Mistake]:
    peers = file.world.peers
    for key, name in (("file", peers.file), ("nodes", peers.nodes)):
        if name is not None and not (folder / name).is_file():
            yield Mistake(("world", "peers", key), f"there is no file '{name}' in '{folder}'")
    if peers.nodes is not None and peers.file is None:
        yield Mistake(("world", "peers", "nodes"), "a node list goes with an edge list; give 'file' too")
    crowded = too_many_ties(peers.degree, file.world.market.consumers)
    if crowded and peers.file is None:
        yield Mistake(("world", "peers", "degree"), crowded)
    segments = [one.name for one in file.world.segments]
    for number, one in enumerate(file.world.influencers):
        if one.segment is not None:
            yield from _unknown(("world", "influencers", number, "segment"), "segment", one.segment, segments)


def too_many_ties(degree: float, consumers: int) -> str:
    """What is wrong if people are to have more ties on average than half of the other consumers; else empty."""
    most = (consumers - 1) / 2
    if degree <= most:
        return ""
    return f"{degree:g} is too many ties for {consumers} consumers; give at most {most:g}, or more consumers"


def _halves(file: ScenarioFile, key: str) -> Iterator[tuple[Path, Any]]:
    """Every table of one kind in [world] and in [plan], with its path."""
    for half, tables in (("world", getattr(file.world, key)), ("plan", getattr(file.plan, key))):
        for number, one in enumerate(tables):
            yield (half, key, number), one


def _check_owner(file: ScenarioFile, at: Path, brand: str | None) -> Iterator[Mistake]:
    """[plan] is the focal brand's; what stands in [world] must say which rival does it."""
    names = [one.name for one in file.world.brands]
    focal = names[focal_number(file)]
    if at[0] == "plan":
        if brand is not None and brand != focal:
            message = f"the plan is {focal}'s; put what '{brand}' does under world.{at[1]}"
            yield Mistake((*at, "brand"), message)
        return
    rivals = [name for name in names if name != focal]
    if brand is None:
        yield Mistake((*at, "brand"), f"is missing: say which rival{nearest('', rivals)}")
    elif brand == focal:
        yield Mistake((*at, "brand"), f"'{brand}' is the focal brand; put what it does under plan.{at[1]}")
    else:
        yield from _unknown((*at, "brand"), "brand", brand, names)


def day_number(horizon: Horizon, when: date | int) -> int:
    """Days after the start of the horizon."""
    return when if isinstance(when, int) else (when - horizon.start).days


def _check_moment(horizon: Horizon, path: Path, when: date | int | None) -> Iterator[Mistake]:
    if when is None or 0 <= day_number(horizon, when) < horizon.days:
        return
    last = horizon.start + timedelta(days=horizon.days - 1)
    side = "before the first day" if day_number(horizon, when) < 0 else "after the last day"
    shown = when if isinstance(when, date) else f"day {when}"
    bound = (horizon.start, 0) if side.startswith("before") else (last, horizon.days - 1)
    yield Mistake(path, f"{shown} is {side}, {bound[0]} (day {bound[1]})")


def _check_span(horizon: Horizon, at: Path, table: Any) -> Iterator[Mistake]:
    """`from` and `to` inside the horizon and in order."""
    wrong = [*_check_moment(horizon, (*at, "from"), table.from_), *_check_moment(horizon, (*at, "to"), table.to)]
    yield from wrong
    if not wrong and table.from_ is not None and table.to is not None:
        first, last = day_number(horizon, table.from_), day_number(horizon, table.to)
        if first > last:
            yield Mistake((*at, "to"), f"{table.to} is before 'from', {table.from_}")


def _check_flights(file: ScenarioFile, channels: Mapping[str, Channel], stages: list[str]) -> Iterator[Mistake]:
    segments = [one.name for one in file.world.segments]
    flight: Flight
    for at, flight in _halves(file, "flights"):
        yield from _unknown((*at, "channel"), "channel", flight.channel, channels)
        yield from _check_owner(file, at, flight.brand)
        yield from _check_span(file.horizon, at, flight)
        if (flight.weekly is None) == (flight.total is None):
            found = "neither" if flight.weekly is None else "both"
            yield Mistake(at, f"give one of 'weekly' and 'total', not {found}")
        if flight.pulse is not None and (flight.pulse[0] < 1 or flight.pulse[1] < 0):
            message = f"{list(flight.pulse)} is not allowed; give 1 or more weeks on, 0 or more off"
            yield Mistake((*at, "pulse"), message)
        for name in flight.segments:
            yield from _unknown((*at, "segments"), "segment", name, segments)
        for name in flight.stages:
            yield from _unknown((*at, "stages"), "stage", name, stages)
        asked = (("segments", "segment", flight.segments), ("stages", "stage", flight.stages))
        for key, kind, wanted in (*asked, ("lookalike", "lookalike", flight.lookalike)):
            channel = channels.get(flight.channel)
            if wanted and channel is not None and kind not in channel.targets:
                able = [name for name, one in channels.items() if kind in one.targets]
                message = f"'{flight.channel}' cannot be targeted by {kind}; channels that can"
                yield Mistake((*at, key), f"{message}: {', '.join(able) or 'none'}")


def _check_spend(file: ScenarioFile, folder: FilePath, channels: list[str], notes: list[str]) -> Iterator[Mistake]:
    for at, table in _halves(file, "spend"):
        yield from _check_owner(file, at, table.brand)
        for column, channel in table.columns.items():
            yield from _unknown((*at, "columns", column), "channel", channel, channels)
        if not table.columns:
            example = '{ tv_spend = "television" }'
            yield Mistake((*at, "columns"), f"is empty: name a channel for each column, such as {example}")
        spend = read_spend(table, folder, at)
        yield from spend.mistakes
        if spend.mistakes:
            continue
        periods = len(spend.starts)
        whole, cut = spend.outside(file.horizon.start, file.horizon.days)
        if whole == periods:
            last = spend.starts[-1] + timedelta(days=spend.lengths[-1] - 1)
            message = f"'{table.file}' runs from {spend.starts[0]} to {last}, all outside the horizon"
            yield Mistake((*at, "file"), f"{message} ({file.horizon.days} days from {file.horizon.start})")
        elif whole or cut:
            notes.append(
                f"{at[0]}.{at[1]}[{at[2]}]: of {periods} periods in '{table.file}', {whole} lie outside the horizon "
                f"and are left out, {cut} stick out and count for their days inside"
            )


def _check_offers(file: ScenarioFile) -> Iterator[Mistake]:
    for at, promotion in _halves(file, "promotions"):
        yield from _check_owner(file, at, promotion.brand)
        yield from _check_span(file.horizon, at, promotion)
    for at, move in _halves(file, "prices"):
        yield from _check_owner(file, at, move.brand)
        yield from _check_moment(file.horizon, (*at, "from"), move.from_)


def _check_sponsorships(file: ScenarioFile) -> Iterator[Mistake]:
    tiers = list(dict.fromkeys(one.tier for one in file.world.influencers))
    names = [one.name for one in file.world.influencers if one.name]
    for at, table in _halves(file, "sponsorships"):
        yield from _check_owner(file, at, table.brand)
        yield from _check_span(file.horizon, at, table)
        if (table.tier is None) == (table.influencer is None):
            found = "neither" if table.tier is None else "both"
            yield Mistake(at, f"give one of 'tier' and 'influencer', not {found}")
        elif table.tier is not None and table.tier not in tiers:
            message = f"there is no influencer of tier '{table.tier}'; world.influencers has"
            yield Mistake((*at, "tier"), f"{message} {', '.join(tiers) or 'none'}")
        elif table.influencer is not None:
            yield from _unknown((*at, "influencer"), "influencer", table.influencer, names)


def _check_events(file: ScenarioFile, registry: Registry) -> Iterator[Mistake]:
    brands = [one.name for one in file.world.brands]
    event: Event
    for number, event in enumerate(file.world.events):
        at: Path = ("world", "events", number)
        yield from _check_moment(file.horizon, (*at, "on"), event.on)
        if event.brand is not None:
            yield from _unknown((*at, "brand"), "brand", event.brand, brands)
        if event.kind == "outage" and event.size > 1:
            yield Mistake((*at, "size"), f"{event.size:g} is not allowed; an outage loses a share, from 0 to 1")
        if event.kind != "set" and event.set:
            yield Mistake((*at, "set"), f"goes with kind = 'set', not with '{event.kind}'")
        if event.kind == "set" and not event.set:
            yield Mistake(at, "'set' is missing: name what changes, such as set = { \"platform.virality\" = 0.1 }")
        for name, value in event.set.items():
            first, _, rest = name.partition(".")
            if first == "platform":
                yield from _check_platform((*at, "set", name), rest, value)
            else:
                yield from check_parameter((*at, "set", name), first, rest, value, registry())


def _check_platform(path: Path, key: str, value: Any) -> Iterator[Mistake]:
    if key not in Platform.model_fields:
        hint = nearest(key, Platform.model_fields)
        yield Mistake(path, Sentence("not_a_key_of", name=key, table="platform", hint=hint))
        return
    low, high = bounds(Platform, key)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not (low is None or value >= low) or not (high is None or value <= high):
        yield Mistake(path, _not_allowed(value, Sentence("give", what=allowed(low, high))))


def _check_mechanisms(file: ScenarioFile, registry: Registry) -> Iterator[Mistake]:
    if not file.world.mechanisms:
        return
    known = registry()
    for name, parameters in file.world.mechanisms.items():
        if name not in known:
            path: Path = ("world", "mechanisms", name)
            yield Mistake(path, Sentence("no_mechanism", name=name, hint=nearest(name, known)))
            continue
        for parameter, value in parameters.items():
            yield from check_parameter(("world", "mechanisms", name, parameter), name, parameter, value, known)


def check_parameter(
    path: Path, mechanism: str, parameter: str, value: Any, known: Mapping[str, Any]
) -> Iterator[Mistake]:
    """One value of a mechanism's parameter: known, a number, in range. `on` is a truth value and always there."""
    if mechanism not in known:
        yield Mistake(path, Sentence("no_mechanism", name=mechanism, hint=nearest(mechanism, known)))
        return
    if parameter == "on":
        if not isinstance(value, bool):
            yield Mistake(path, _not_allowed(value, Sentence("give_boolean")))
        return
    params = known[mechanism].params
    if parameter not in params:
        hint = nearest(parameter, [*params, "on"])
        yield Mistake(path, Sentence("not_a_parameter", name=parameter, mechanism=mechanism, hint=hint))
        return
    low, high, unit = params[parameter].low, params[parameter].high, params[parameter].unit
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        what = allowed(low, high)
        yield Mistake(
            path,
            _not_allowed(value, Sentence("give_in", what=what, unit=unit) if unit else Sentence("give", what=what)),
        )


def _not_allowed(value: Any, wanted: Sentence) -> Sentence:
    return Sentence("not_allowed", value=repr(value), wanted=wanted)


def allowed(low: float | None, high: float | None, above: bool = False, whole: bool = False) -> Sentence:
    """A range in words: "a number of 0 or more". `above`: the lower end itself is not allowed; `whole`: no fractions are."""
    number = Sentence("whole" if whole else "number")
    ends = {name: f"{end:g}" for name, end in (("low", low), ("high", high)) if end is not None}
    forms = {"low high": "above_to" if above else "between", "low": "above" if above else "at_least", "high": "at_most"}
    return Sentence(forms[" ".join(ends)], number=number, **ends) if ends else number


def bounds(table: type[Table], key: str) -> tuple[float | None, float | None]:
    """Lowest and highest value of a number field, both included."""
    metadata = table.model_fields[key].metadata
    low = next((one.ge for one in metadata if hasattr(one, "ge")), None)
    high = next((one.le for one in metadata if hasattr(one, "le")), None)
    return low, high
