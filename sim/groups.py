"""Groups of consumers: how many belong together, the lists and tallies each has, and what kernels can ask for by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from sim import draws
from sim.contracts import declared_columns
from sim.driver import Compiled
from sim.lists import LISTS, Lists
from sim.mechanism import CLOCK, Mechanism, arguments, is_ours, registry
from sim.tallies import Tallies

if TYPE_CHECKING:
    from sim.engine import Engine


@dataclass
class Group:
    """A run of consecutive consumers [lo, hi) with its lists and its kernels, ready to call.

    calls and spread: (kernel, arguments after the clock's lo, hi, day), in the order of the day. whole: the compiled
    day (sim.driver), which makes all of `calls` at once, and all of `spread` where there is but one group.
    """

    lo: int
    hi: int
    lists: Lists
    calls: list[tuple[Callable, tuple]]
    spread: list[tuple[Callable, tuple]]
    whole: Compiled = field(init=False)


def group_size(consumers: int, threads: int) -> int:
    """Consumers per group: what fits the second-level cache, a few groups for every thread, and for each thread as many."""
    size = 1 << 14 if consumers < 500_000 else 1 << 16
    while threads > 1 and size > 1024 and consumers < size * threads * 2:
        size //= 2
    groups = -(-consumers // (size * threads)) * threads
    return min(size, -(-consumers // (groups * 64)) * 64)


def block_size(group: int, brands: int) -> int:
    """Consumers per block: about 100 bytes a consumer and 100 a brand should fit in half of a 2 MiB second-level cache."""
    size = 1 << 15
    while size > 512 and size * (100 + 100 * brands) > 1 << 20:
        size //= 2
    return min(size, group)


def nights_of(schedule: Sequence[tuple[str, Mechanism, Callable]]) -> list[list[int]]:
    """Which spread kernels must wait for one another: their places among all of them, one list for each thread's work.

    Kernels follow one another if they are of one mechanism, or if one of them may write a column, table or tally that the
    other names; whatever belongs to nobody may be written by everybody. So what is apart may be done at the same time, and
    gives the same bits. Errands are exempt: a kernel changes those of its own act only. That kernels write no more than they
    may is tested of the package's own; others wait for everybody, so that one which does cannot race.
    """
    columns = declared_columns()
    owned = {name for one in registry().values() for name in (*one.tables, *one.tallies)} | set(columns)
    free = {"tie_start", "tie_to", "tie_strength", "watched", *LISTS}

    def may_write(one: Mechanism, name: str) -> bool:
        if name in columns:
            owner, column = columns[name]
            return owner == one.name or column.kind == "inbox" or one.name in column.writers
        return name in one.tables or name in one.tallies or name not in owned | free

    nights: list[tuple[set[str], set[str], set[str], list[int]]] = []
    at_night = [(one, kernel) for phase, one, kernel in schedule if phase == "spread"]
    for place, (one, kernel) in enumerate(at_night):
        named = {name for name in arguments(kernel)[len(CLOCK) :] if name not in one.params and "__" not in name}
        written = {name for name in named if may_write(one, name)}
        makers, places = {one.name}, [place]
        if not is_ours(kernel):
            named = written = {name for _, other in at_night for name in arguments(other)}
        for other in list(nights):
            if other[0] & makers or other[1] & written or other[2] & named:
                nights.remove(other)
                makers, named, written = makers | other[0], named | other[1], written | other[2]
                places = other[3] + places
        nights.append((makers, named, written, sorted(places)))
    return [places for *_, places in nights]


def groups_of(engine: Engine, size: int) -> tuple[list[Group], Tallies]:
    """Groups of at most `size` consumers with their lists, one desk a worker, and the tallies of all."""
    from sim.mechanisms.influencers import most_posts_a_day

    brands = len(engine.brands)
    bounds = [(lo, min(lo + size, engine.consumers)) for lo in range(0, engine.consumers, size)]
    workers = max(1, min(engine.threads, len(bounds)))
    rows = engine.tables["follow_rows"]
    per_group = np.bincount(rows // size, minlength=len(bounds)) if rows.size else np.zeros(len(bounds), int)
    posts = most_posts_a_day(engine)
    fixed = len(engine.calendar.flights) + brands * (len(engine.kinds) - len(engine.channels) + 3)
    most = max(hi - lo for lo, hi in bounds) * fixed + int(per_group.max(initial=0)) * posts
    widest, columns = max(hi - lo for lo, hi in bounds), engine.columns.values()
    desks = [Lists.desk(most, widest, brands, columns) for _ in range(workers)]
    groups = []
    for number, (lo, hi) in enumerate(bounds):
        watched = int(engine.watched[lo:hi].sum())
        seen = watched * (fixed + posts * len(engine.influencers))
        lists = Lists(hi - lo, brands, int(per_group[number]) * posts, seen, desks[number % workers])
        groups.append(Group(lo, hi, lists, [], []))
    sizes = {"brand": brands, "kind": len(engine.kinds), "stage": len(engine.stages), "five": 5, "one": 1}
    tallies = [tally for one in engine._every.values() for tally in one.tallies.items()]
    shapes = {name: tuple(sizes[size] for size in tally) for name, tally in tallies}
    return groups, Tallies(shapes, len(groups))


def names_of(engine: Engine) -> dict[str, Any]:
    """Everything that a kernel of any group can ask for by name, but for the lists and tallies of its group."""
    return {
        **engine.columns,
        "watched": engine.watched,
        "tie_start": engine.ties.start,
        "tie_to": engine.ties.to,
        "tie_strength": engine.ties.strength,
        "kind_number": np.array([draws.number_of(kind.name) for kind in engine.kinds], np.int64),
        "kind_discussed": np.array([kind.discussed for kind in engine.kinds], np.uint8),
        "kind_convinces": np.array([kind.convinces for kind in engine.kinds], np.uint8),
        "kind_pushed": np.array([kind.pushed for kind in engine.kinds], np.uint8),
        "kind_clutter": np.array(
            [one.clutter for one in engine.channels] + [1.0] * (len(engine.kinds) - len(engine.channels))
        ),
        "kind_lasting": np.array(
            [one.lasting for one in engine.channels] + [0.0] * (len(engine.kinds) - len(engine.channels))
        ),
        "kind_ad": np.array([kind.ad for kind in engine.kinds], np.uint8),
        **{f"kind_{kind.name}": number for number, kind in enumerate(engine.kinds)},
        **{f"key_of_{name}": engine.key(name) for name in engine.mechanisms},
        **{f"daily_{name}": values for name, values in (engine.series | engine.market_series).items()},
        "daily_spend": engine.spend,
        "spend_factor": engine.spend_factor,
        "people_per_consumer": engine.people_per_consumer,
        **{f"{name}__{key}": value for name, values in engine.parameters.items() for key, value in values.items()},
        **engine.tables,
    }
