"""From what a visitor has set to scenarios: the market of the case, today's plan in it, and the plan under edit."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from functools import cache, lru_cache

from sim.app import happenings, uploads
from sim.app.assumptions import with_assumptions
from sim.app.levers import Lever, applied, moved, reach, with_total
from sim.app.levers import levers as levers_of
from sim.app.state import Happening, State
from sim.scenario import Scenario, ScenarioError
from sim.scenario.read import shipped

FIRST_CASES = ("launch", "app", "ebike", "coffee", "flagship")
"""Cases in the order in which a visitor meets them; the other shipped scenarios follow."""


Values = tuple[tuple[str, float], ...]
"""Levers or assumptions as something that a cache can remember."""


@lru_cache(maxsize=256)
def _market(case: str, own: str, events: tuple[Happening, ...], assumed: Values = ()) -> Scenario:
    scenario = uploads.own(own) if own else uploads.case(case)
    return happenings.with_events(with_assumptions(scenario, dict(assumed)), events)


def case_of(state: State) -> Scenario:
    """The case as it came, without the visitor's events, assumptions and levers. Raises ScenarioError if it cannot be built."""
    return _market(state.case, state.own, ())


def today(state: State) -> Scenario:
    """The case with the visitor's events and today's plan. Raises ScenarioError if it cannot be built."""
    return _market(state.case, state.own, state.events, tuple(sorted(state.assumptions.items())))


def planned(state: State, levers: Mapping[str, float] | None = None) -> Scenario:
    """The same market with levers moved: those under edit, or others. Raises ScenarioError if it cannot be built."""
    moved_levers = state.levers if levers is None else levers
    assumed = tuple(sorted(state.assumptions.items()))
    return _planned(state.case, state.own, state.events, tuple(sorted(moved_levers.items())), assumed)


@lru_cache(maxsize=512)
def _planned(case: str, own: str, events: tuple[Happening, ...], levers: Values, assumed: Values = ()) -> Scenario:
    market = _market(case, own, events, assumed)
    return applied(market, dict(levers)) if levers else market


def with_lever(
    known: Sequence[Lever], values: Mapping[str, float], name: str, wanted: float, locked: Collection[str] = ()
) -> dict[str, float]:
    """Lever values after one was moved, kept within its range; money levers give and take so that the budget's sum stays.

    values: only what differs from today; so is what comes back. A lever that the case does not have moves nothing.
    """
    lever = next((one for one in known if one.name == name), None)
    if lever is None or not math.isfinite(wanted):
        return dict(values)
    now = _all(known, values)
    wanted = min(max(wanted, lever.low), max(lever.high, now[name]))
    if lever.budgeted:
        now |= moved({one.name: now[one.name] for one in known if one.budgeted}, name, wanted, locked, lever.step)
    else:
        now[name] = wanted
    return _changed(known, now)


def room(
    known: Sequence[Lever], values: Mapping[str, float], name: str, locked: Collection[str] = ()
) -> tuple[float, float]:
    """Least and most that a lever can be moved to by `with_lever`: its range, and for money what the budget has."""
    lever, now = next(one for one in known if one.name == name), _all(known, values)
    least, most = lever.low, max(lever.high, now[name])
    if lever.budgeted:
        low, high = reach({one.name: now[one.name] for one in known if one.budgeted}, name, locked)
        least, most = max(least, low), min(most, high)
    return least, most


def a_move_away(state: State, locked: Collection[str] = ()) -> list[Scenario]:
    """Plans that a hand is likely to make next: each lever down to its end, and up to twice today's value or its upper end."""
    known, found = levers_of(today(state)), {}
    for lever in known:
        for wanted in (lever.low, min(2 * lever.value, lever.high) if lever.value else lever.high):
            moved_levers = with_lever(known, state.levers, lever.name, wanted, locked)
            with suppress(ScenarioError):
                plan = planned(state, moved_levers)
                found[plan.fingerprint()] = plan
    found.pop(planned(state).fingerprint(), None)
    return list(found.values())


def with_budget(
    known: Sequence[Lever], values: Mapping[str, float], total: float, locked: Collection[str] = ()
) -> dict[str, float]:
    """Lever values with another sum of money, shared out as it is now; values as in `with_lever`."""
    money = [one for one in known if one.budgeted]
    if not money or not (math.isfinite(total) and total >= 0):
        return dict(values)
    now = _all(known, values)
    return _changed(known, now | with_total({one.name: now[one.name] for one in money}, total, locked, money[0].step))


def _all(known: Sequence[Lever], values: Mapping[str, float]) -> dict[str, float]:
    return {one.name: values.get(one.name, one.value) for one in known}


def _changed(known: Sequence[Lever], now: Mapping[str, float]) -> dict[str, float]:
    return {one.name: now[one.name] for one in known if abs(now[one.name] - one.value) > 1e-9}


@cache
def cases() -> tuple[str, ...]:
    """Every shipped case, the best known first. They do not change while the app runs."""
    names = list(shipped())
    return tuple(sorted(names, key=lambda name: FIRST_CASES.index(name) if name in FIRST_CASES else len(FIRST_CASES)))


def compared(state: State) -> dict[str, dict[str, float]]:
    """Every plan of the visitor: letter -> levers; the one under edit too, if it is not one of those saved."""
    found = {letter: dict(plan.levers) for letter, plan in state.saved.items()}
    free = state.free_letter()
    if free and state.levers and dict(state.levers) not in found.values():
        found[free] = dict(state.levers)
    return dict(sorted(found.items()))


def code(state: State, chosen: Mapping[str, Mapping[str, float]], pairs: int, consumers: int) -> str:
    """Python that repeats a comparison in a notebook, with the same people and luck.

    chosen: letter -> levers of the plans compared with today's.
    """
    market = today(state)
    known = (
        'sim.load("my-scenario.toml")   # the file that was given to the app'
        if state.own
        else f'sim.load("{state.case}")'
    )
    lines = ["import sim", "", f"today = {known}"]
    if state.assumptions:
        lines.append(f"today = today.with_({dict(sorted(state.assumptions.items()))!r})")
    within = [one.tables() for one in state.events if one.day < market.horizon.days]
    if within:
        lines.append(f'today = today.with_("world.events", (*today.world.events, *{within!r}))')
    lines.append(f"today = today.with_(consumers={min(consumers, market.world.market.consumers)})")
    for letter, levers in chosen.items():
        changes = {path: theirs for path, _, theirs in market.differences(planned(state, levers))}
        lines += [f"plan_{letter.lower()} = today.with_({{"] + [
            f"    {path!r}: {value!r}," for path, value in changes.items()
        ]
        lines.append("})")
    arms = ", ".join(f'"{letter}": plan_{letter.lower()}' for letter in chosen)
    seeds = f"range({market.seed}, {market.seed + pairs})"
    lines += ["", f'answer = sim.compare({{"today": today, {arms}}}, seeds={seeds})', "print(answer.answer())"]
    return "\n".join(lines) + "\n"
