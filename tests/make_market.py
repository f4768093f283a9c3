"""Small markets for tests: one where everything happens, one where nothing does; and what a run left behind."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim import Engine, Scenario
from sim.mechanism import registry

USUAL = set(registry())

SEGMENTS = [
    {"name": "young", "share": 0.4, "susceptibility": 0.7, "talkativeness": 0.5, "impulsiveness": 0.5},
    {"name": "old", "share": 0.6, "price_sensitivity": 3.5, "purchase_rate": 1.3},
]
BRANDS = [
    {
        "name": "Ny", "focal": True, "price": 10.0, "quality": 0.75, "problem_rate": 0.3, "known": 0.5, "buyers": 0.2,
        "reviews": 30, "emails_per_week": 5.0, "community": 0.6, "posts_per_week": 5.0, "quality_spread": 0.3,
        "service": {"capacity": 20.0, "answer_hours": 30.0}, "loyalty": {"reward": 0.5, "thanks": 0.4},
        "referral": {"reward": 2.0, "appeal": 0.8},
    },
    {
        "name": "Stor", "price": 11.0, "quality": 0.6, "problem_rate": 0.2, "known": 0.9, "buyers": 0.35, "reviews": 90,
        "reaction": {"to": "share", "strength": 0.5, "delay": 1},
    },
    {"name": "Billig", "price": 7.0, "quality": 0.4, "known": 0.6, "buyers": 0.15,
     "reaction": {"to": "price", "strength": 0.5, "delay": 2}},
]  # fmt: skip
EVENTS = [
    {"kind": "crisis", "on": 3, "size": 0.8, "days": 4},
    {"kind": "algorithm", "on": 5, "size": 2.0, "days": 4},
    {"kind": "trend", "on": 6, "size": 1.4, "days": 3},
    {"kind": "outage", "on": 7, "size": 0.5, "days": 2, "brand": "Stor"},
    {"kind": "price", "on": 8, "size": 0.8, "days": 3, "brand": "Billig"},
    {"kind": "set", "on": 4, "days": 3, "set": {"word_of_mouth.rate": 3.0, "platform.virality": 0.6}},
]
RIVALS = [
    {"brand": "Stor", "channel": "television", "weekly": 900.0},
    {"brand": "Billig", "channel": "search", "weekly": 400.0},
]
PLAN: dict[str, Any] = {
    "flights": [
        {"channel": "television", "weekly": 900.0},
        {"channel": "paid_social", "weekly": 500.0, "segments": ["young"], "lookalike": 0.6},
        {"channel": "display", "weekly": 200.0, "stages": ["considering", "intending", "customer"]},
        {"channel": "search", "weekly": 300.0},
    ],
    "sponsorships": [{"tier": "micro", "posts_per_week": 4.0}],
    "promotions": [{"from": 2, "to": 9, "cut": 0.3}],
    "prices": [{"from": 6, "price": 9.0}],
}


def busy(days: int = 20, consumers: int = 900, **changes: Any) -> Scenario:
    """A market where every mechanism has something to do: three brands, all touchpoints, events, rivals that react.

    `changes`: paths with __ for dots (world__platform__virality=0.2), or a dict under the name `paths`.
    """
    scenario = Scenario.make(
        title="A busy market", seed=11, horizon={"days": max(days, 20)}, plan=PLAN,
        world={
            "market": {"people": 90_000, "consumers": consumers, "purchase_cycle": 8.0,
                       "season": [0.7, 1.3] * 6, "trend": 0.5},
            "segments": SEGMENTS, "brands": BRANDS, "events": EVENTS, "flights": RIVALS,
            "influencers": [{"count": 5, "followers": 20_000, "posts_per_week": 3.0},
                            {"tier": "nano", "segment": "old"}],
            "platform": {"organic_reach": 0.3, "virality": 0.3, "personalisation": 0.7, "one_tap": 0.5},
        },
    )  # fmt: skip
    paths = {**changes.pop("paths", {}), **{key.replace("__", "."): value for key, value in changes.items()}}
    return scenario.with_({"days": days, **paths})


def quiet(days: int = 20, consumers: int = 400, brand: dict[str, Any] | None = None, **world: Any) -> Scenario:
    """A market of one new brand nobody knows, without money, influencers or events; `world` replaces whole tables."""
    people = world.pop("people", consumers * 10)
    market = {"people": people, "consumers": consumers, **world.pop("market", {})}
    plan = world.pop("plan", {})
    brands = [{"name": "Ny", "posts_per_week": 0.0, "emails_per_week": 0.0, **(brand or {})}]
    world = {"market": market, "brands": brands, **world}
    return Scenario.make(title="A quiet market", seed=5, horizon={"days": days}, plan=plan, world=world)


def build(scenario: Scenario, **options: Any) -> Engine:
    """A market. One call a day is compiled for the usual mechanisms; other sets of them are lived kernel by kernel.

    Both give the same bits (tests/contracts/test_chance.py); compiling a day for every set would take minutes.
    """
    usual = set(registry()) == USUAL and not options.get("without")
    switched = any(values.get("on", True) is False for values in scenario.world.mechanisms.values())
    options.setdefault("fused", usual and not switched)
    return Engine(scenario, **options)


def live(scenario: Scenario, days: int | None = None, **options: Any) -> Engine:
    """A market after some days (default: all of them)."""
    engine = build(scenario, **options)
    for _ in range(engine.calendar.days if days is None else days):
        engine.step()
    engine.close()
    return engine


def diary(scenario: Scenario, days: int | None = None, **options: Any) -> dict[str, np.ndarray]:
    """Everything a run leaves behind, by name: final columns, every day's tallies and moves, series, cascades."""
    engine = build(scenario, **options)
    daily: dict[str, list[np.ndarray]] = {}
    for _ in range(engine.calendar.days if days is None else days):
        engine.step()
        for name, tally in engine.tallies.items():
            daily.setdefault(f"tally {name}", []).append(tally.copy())
        for name in ("people", "transitions"):
            daily.setdefault(name, []).append(engine.tables[name].copy())
    engine.close()
    return {
        **{f"column {name}": column for name, column in engine.columns.items()},
        **{name: np.array(values) for name, values in daily.items()},
        **{f"series {name}": values for name, values in (engine.series | engine.market_series).items()},
        **{f"cascade {name}": values for name, values in engine.cascades.table().items()},
    }


def differing(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> list[str]:
    """Names of what is not the same bits in both, those in only one included."""
    names = sorted(set(one) | set(other))
    return [name for name in names if name not in one or name not in other or not _same(one[name], other[name])]


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    return one.shape == other.shape and one.tobytes() == other.tobytes()


def columns_out_of_range(engine: Engine) -> list[str]:
    """One sentence for each column with a value outside what it declares, or one that is not a number."""
    said = []
    for name, column in engine.declared.items():
        values = engine.columns[name].astype(np.float64)
        if column.is_share:
            values = values / 255.0
        if values.size and not (values.min() >= column.low and values.max() <= column.high):
            said.append(f"{name}: {values.min():g} to {values.max():g}, allowed {column.low:g} to {column.high:g}")
    return said


def alone(*kept: str, **parameters: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """`world.mechanisms` with everything off but what is kept and what gets parameters here (and calendar and books)."""
    return {
        name: {"on": False} for name in registry() if name not in (*kept, *parameters, "calendar", "record")
    } | parameters
