"""The plan's levers: sliders with number fields, money ones sharing a budget."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara

from sim.app import plans, visit
from sim.app.charts import Look
from sim.app.levers import Lever, levers
from sim.app.look import look_of
from sim.app.says import lever_look
from sim.scenario import Scenario

MOST_BUDGETS = 5
"""Times today's budget that a visitor may spend."""


@solara.component_vue("../vue/levers.vue")
def LeverPanel(
    groups: list[dict[str, Any]], words: dict[str, str], language: str,
    event_move: Callable[[dict[str, Any]], None], event_lock: Callable[[str], None], event_reset: Callable[[str], None],
    event_total: Callable[[float], None],
) -> None:  # fmt: skip
    """Sliders with number fields, by group."""


@solara.component
def Levers(market: Scenario, locked: solara.Reactive[frozenset[str]]) -> None:
    """The plan's levers, money ones sharing the budget."""
    state, words = visit.state.value, visit.words()
    look = look_of(state)
    known = levers(market)

    def put(name: str, wanted: float) -> None:
        now = visit.state.value
        visit.change(now.with_levers(plans.with_lever(known, now.levers, name, wanted, locked.value)))

    def reset(name: str) -> None:
        put(name, next(one.value for one in known if one.name == name))

    def set_total(wanted: float) -> None:
        now = visit.state.value
        visit.change(now.with_levers(plans.with_budget(known, now.levers, float(wanted), locked.value)))

    values = {one.name: state.levers.get(one.name, one.value) for one in known}
    groups = []
    for name in dict.fromkeys(one.group for one in known):
        mine = [one for one in known if one.group == name]
        entry: dict[str, Any] = {"key": name, "label": words(f"lever_group.{name}"), "open": name == known[0].group}
        if mine[0].budgeted:
            total = sum(values[one.name] for one in mine)
            entry |= {
                "budget": words("levers.budget"),
                "total": total,
                "most": MOST_BUDGETS * max(sum(one.value for one in mine), mine[0].high),
                "currency": market.world.market.currency,
            }
        entry["levers"] = [
            _row(one, values[one.name], look, market, one.name in locked.value)
            | _room(one, plans.room(known, state.levers, one.name, locked.value), look, market)
            for one in mine
        ]
        groups.append(entry)
    LeverPanel(
        groups=groups,
        words=words.part("lever_panel"),
        language=visit.language.value,
        event_move=lambda asked: put(str(asked["key"]), float(asked["value"])),
        event_lock=lambda name: locked.set(locked.value ^ {name}),
        event_reset=reset,
        event_total=set_total,
    )


def _room(lever: Lever, room: tuple[float, float], look: Look, market: Scenario) -> dict[str, Any]:
    """Where a lever stops on its way: the budget may have less left than the scale has."""
    factor = lever_look(look, market, lever)[3]
    return {"least": round(room[0] * factor, 6), "most": round(room[1] * factor, 6)}


def _row(lever: Lever, value: float, look: Look, market: Scenario, locked: bool) -> dict[str, Any]:
    """What the panel shows of one lever; prices and shares in per cent."""
    words = look.words
    label, help_, unit, factor, digits = lever_look(look, market, lever)
    gap = (value - lever.value) * factor
    return {
        "key": lever.name,
        "label": label,
        "help": help_,
        "low": lever.low * factor,
        "high": max(lever.high, value) * factor,
        "step": lever.step * factor,
        "value": round(value * factor, 6),
        "base": round(lever.value * factor, 6),
        "factor": factor,
        "unit": unit,
        "digits": digits,
        "budget": lever.budgeted,
        "locked": locked,
        "delta": words.number(gap, digits, sign=True) if abs(gap) > lever.step * factor / 2 else "",
    }
