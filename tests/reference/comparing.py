"""Beside one another: the plain market and the compiled one, day by day, consumer by consumer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from math import isclose
from typing import Any

import numpy as np

from reference.market import PlainMarket
from reference.things import Mentions
from sim.engine import Engine

RELATIVE, ABSOLUTE = 1e-4, 1e-5
"""How far floats may differ: the compiled market keeps single precision, the plain one double."""

MONEY = ("impressions", "spend_media", "spend_influencers", "spend_programmes", "unspent", "revenue", "margin", "price")
MEANS = ("score", "awareness", "trust", "satisfaction", "habit")


def packed(said: Mentions) -> int:
    """Mentions as the compiled market packs them into one number: count, good, bad."""
    return said.count << 48 | said.good << 24 | said.bad


def state_of(engine: Engine, market: PlainMarket) -> Iterator[tuple[str, int, Sequence[Any], Sequence[Any]]]:
    """(column, brand or -1, the compiled market's values by row, the plain one's) of all that changes."""
    for name, declared in engine.declared.items():
        if declared.kind == "trait":
            continue
        column = engine.columns[name]
        if declared.per == "consumer":
            yield name, -1, column.tolist(), [getattr(one, name) for one in market.people]
            continue
        for b in range(len(market.brands)):
            plain = [getattr(one.relations[b], name) for one in market.people]
            yield name, b, column[b].tolist(), [packed(v) if isinstance(v, Mentions) else v for v in plain]


def differences(engine: Engine, market: PlainMarket) -> Iterator[str]:
    """Every consumer whose state differs after a day, in words; whole numbers must be equal."""
    day = market.day - 1
    for name, b, compiled, plain in state_of(engine, market):
        if compiled == plain:
            continue
        whole = np.issubdtype(np.dtype(engine.declared[name].dtype), np.integer)
        for row, (theirs, ours) in enumerate(zip(compiled, plain, strict=True)):
            if theirs != ours if whole else not isclose(theirs, ours, rel_tol=RELATIVE, abs_tol=ABSOLUTE):
                of = f", brand '{market.brands[b].said.name}'" if b >= 0 else ""
                yield f"day {day}, consumer {row}{of}: {name} is {theirs!r} compiled and {ours!r} plain"


def other_counts(engine: Engine, market: PlainMarket) -> Iterator[str]:
    """Every count, move, post and sum of money of the day that differs, in words."""
    day = market.day - 1
    for name, tally in engine.tallies.items():
        if name.startswith("sum_"):
            continue
        for at in np.ndindex(tally.shape):
            if tally[at] != market.today[(name, *at)]:
                yield f"day {day}: {name}{list(at)} is {tally[at]} compiled and {market.today[(name, *at)]} plain"
    moves = np.zeros_like(engine.tables["transitions"])
    for _, relation, left, to in market.moves:
        moves[relation.brand.number, left, to] += 1
    for where in np.argwhere(moves != engine.tables["transitions"]).tolist():
        there, here = engine.tables["transitions"][tuple(where)], moves[tuple(where)]
        yield f"day {day}: moves (brand, from, to) {where} are {there} compiled and {here} plain"
    for name in (*MONEY, *MEANS):
        for b, brand in enumerate(market.brands):
            theirs, ours = float(engine.series[name][day, b]), market.series[name][day][b]
            if not isclose(theirs, ours, rel_tol=RELATIVE, abs_tol=ABSOLUTE):
                yield f"day {day}, brand '{brand.said.name}': {name} is {theirs!r} compiled and {ours!r} plain"
    compiled, plain = engine.spend[day].ravel().tolist(), list(chain.from_iterable(market.spend[day]))
    if not all(isclose(a, b, rel_tol=RELATIVE, abs_tol=ABSOLUTE) for a, b in zip(compiled, plain, strict=True)):
        yield f"day {day}: spend by brand and channel is {compiled} compiled and {plain} plain"
    begun = [(one.brand.number, one.tone, one.root, one.day) for one in market.cascades]
    if cascades_of(engine) != (begun, sorted(market.shares)):
        yield f"day {day}: posts or shares differ"


def cascades_of(engine: Engine) -> tuple[list[tuple[int, ...]], list[tuple[int, ...]]]:
    """The compiled market's posts (brand, tone, root, day), and its shares (post, sharer, parent), sorted."""
    tables = engine.cascades.tables
    posts, shares = int(tables["cascade_count"][0]), int(tables["share_count"][0])
    begun = (tables[f"cascade_{name}"][:posts].tolist() for name in ("brand", "tone", "root", "day"))
    passed = (tables[f"share_{name}"][:shares].tolist() for name in ("cascade", "row", "parent"))
    return list(zip(*begun)), sorted(zip(*passed))
