"""From the page's form to a study file: what can be varied in a market, with ranges to begin with, and the file's text."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.app.assumptions import assumptions
from sim.app.levers import grain, levers, nice_above
from sim.experiments.channels import MOST_POSTS_A_WEEK
from sim.scenario import Scenario
from sim.scenario.arms import PLAN as PLAN_ITSELF
from sim.scenario.read import read_value
from sim.scenario.write import arms_to_toml

PLAN, MARKET, MODEL = "plan", "market", "model"
ARMS = "arms"
"""What stands for a path where whole plans are varied."""
KINDS = ("latin_hypercube", "grid", "sobol", "saltelli", "morris")
NUMBERS = {"latin_hypercube": "points", "sobol": "points", "saltelli": "base", "morris": "trajectories"}
"""Kind of design -> its number of points, in the file's words."""
CONSUMERS = 2_000
"""Consumers of a run unless something else is asked for: coarse, but quick."""


@dataclass(frozen=True)
class Option:
    """One thing that a study can vary.

    path: what is changed. name: its column. group: "plan", "market" or "model". label: catalogue key or plain words, with
    what it is about in `about`. now: its value today; low, high: a range to begin with; least, most: what is allowed.
    """

    path: str
    name: str
    group: str
    label: str
    about: str
    now: float
    low: float
    high: float
    least: float
    most: float
    unit: str


def options(scenario: Scenario) -> list[Option]:
    """Everything of a scenario that is a number to vary: items of the plan, the price, and every number of the model."""
    found: list[Option] = []
    taken: dict[str, int] = {}
    for one in (*_plan(scenario), *_market(scenario), *_model(scenario)):
        number = taken[one.name] = taken.get(one.name, 0) + 1
        found.append(one if number == 1 else Option(**{**one.__dict__, "name": f"{one.name}_{number}"}))
    return found


def _plan(scenario: Scenario) -> Iterator[Option]:
    plan = scenario.plan
    for number, flight in enumerate(plan.flights):
        if flight.weekly is not None:
            yield _money(f"plan.flights.{number}.weekly", flight.channel, flight.weekly, scenario)
    for number, post in enumerate(plan.sponsorships):
        now = post.posts_per_week
        high = min(max(4 * now, 1.0), MOST_POSTS_A_WEEK)
        path = f"plan.sponsorships.{number}.posts_per_week"
        yield Option(
            path, "influencers", PLAN, "posts", post.tier or "", now, 0.0, high, 0.0, MOST_POSTS_A_WEEK, "per_week"
        )
    for number, promotion in enumerate(plan.promotions):
        yield Option(f"plan.promotions.{number}.cut", "price_cut", PLAN, "promotion", "", promotion.cut, 0.0,
                     max(0.5, promotion.cut), 0.0, 0.95, "share")  # fmt: skip
    for lever in levers(scenario):
        if not lever.budgeted and lever.name not in ("price", "promotion"):
            yield Option(f"plan.{lever.name}", lever.name.replace(".", "_"), PLAN, f"lever.{lever.name}", "", lever.value,
                         lever.low, lever.high, 0.0, math.inf, lever.unit)  # fmt: skip


def _money(path: str, channel: str, now: float, scenario: Scenario) -> Option:
    high = nice_above(2 * now or 0.002 * scenario.world.market.people)
    return Option(path, channel, PLAN, "money", channel, now, 0.0, max(high, grain(high)), 0.0, math.inf, "money")


def _market(scenario: Scenario) -> Iterator[Option]:
    market = scenario.world.market
    for number, brand in enumerate(scenario.world.brands):
        name = "price" if number == scenario.focal else f"price_{_slug(brand.name)}"
        low, high = (float(f"{brand.price * factor:.3g}") for factor in (0.8, 1.2))
        yield Option(f"world.brands.{number}.price", name, MARKET, "price", brand.name, brand.price, low, high, 0.0,
                     math.inf, "money_each")  # fmt: skip
    cycle = market.purchase_cycle
    yield Option("world.market.purchase_cycle", "purchase_cycle", MARKET, "cycle", "", cycle, float(f"{cycle / 2:.3g}"),
                 float(f"{cycle * 2:.3g}"), 1.0, math.inf, "days")  # fmt: skip
    for key in ("organic_reach", "virality", "personalisation"):
        now = float(getattr(scenario.world.platform, key))
        yield Option(
            f"world.platform.{key}", key, MARKET, key, "", now, now / 2, min(2 * now or 0.5, 1.0), 0.0, 1.0, "share"
        )


def _model(scenario: Scenario) -> Iterator[Option]:
    for name, one in assumptions(scenario).items():
        low, high = (min(max(one.value * factor, one.low), one.high) for factor in (0.5, 2.0))
        low, high = sorted(float(f"{end:.4g}") for end in (low, high))
        if low >= high:
            low, high = one.low, one.high if math.isfinite(one.high) else one.low + 1.0
        yield Option(name, name, MODEL, one.meaning, "", one.value, low, high, one.low, one.high, one.unit)


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")


def arms_of(base: Scenario, others: Mapping[str, Scenario]) -> dict[str, dict[str, Any]]:
    """Whole plans as arms of a study: name -> what differs from the plan that the study starts from, by key of the plan."""
    focal = base.world.brands[base.focal]
    mine = _plan_tables(base)
    found = {}
    for name, other in others.items():
        theirs = _plan_tables(other)
        # What a plan is silent on is as the brand has it, and must be said where the study's own plan is not silent.
        silent = {key: _plain(getattr(focal, key)) for key in mine if key not in theirs}
        found[name] = {key: value for key, value in (theirs | silent).items() if value != mine.get(key)}
    return found


def _plan_tables(scenario: Scenario) -> dict[str, Any]:
    return scenario.plan.model_dump(by_alias=True, exclude_none=True)


def _plain(value: Any) -> Any:
    return value.model_dump(by_alias=True, exclude_none=True) if hasattr(value, "model_dump") else value


def text_of(form: Mapping[str, Any], start: str, arms: Mapping[str, Mapping[str, Any]] | None = None) -> str:
    """The study file that a form asks for. start: the scenario's name in the file. arms: plans for a factor at path "arms".

    form: title, question, consumers, days, seeds, kind, number, second_order, outputs, daily, factors; a factor has path, name,
    way ("range" or "levels"), low, high, log, steps and levels (text, separated by commas). What is left out has the file's
    own default; what is wrong is told when the file is checked.
    """
    kind = str(form.get("kind", KINDS[0]))
    lines = [f"title = {_text(form.get('title') or 'A study')}"]
    if form.get("question"):
        lines.append(f"question = {_text(form['question'])}")
    lines.append(f"scenario = {_text(start)}")
    lines += [f"{key} = {_number(form[key])}" for key in ("consumers", "days") if form.get(key)]
    lines.append(f"seeds = {_number(form.get('seeds', 2))}")
    for key in ("outputs", "daily"):
        if form.get(key):
            lines.append(f"{key} = {_list(form[key])}")
    lines += ["", "[design]", f"kind = {_text(kind)}"]
    if kind in NUMBERS:
        lines.append(f"{NUMBERS[kind]} = {_number(form.get('number', 64))}")
    if kind == "saltelli" and form.get("second_order"):
        lines.append("second_order = true")
    for factor in form.get("factors", ()):
        lines += ["", "[[factors]]", *_factor(factor, kind, arms or {})]
    asked = any(factor.get("path") == ARMS for factor in form.get("factors", ()))
    return "\n".join(lines) + "\n" + (arms_to_toml(arms) if arms and asked else "")


def _factor(factor: Mapping[str, Any], kind: str, arms: Mapping[str, Any]) -> Iterator[str]:
    if factor.get("name"):
        yield f"name = {_text(factor['name'])}"
    if factor.get("path") == ARMS:
        yield f"arms = {_list([PLAN_ITSELF, *arms])}"
        return
    yield f"path = {_text(factor.get('path', ''))}"
    if factor.get("way") == "levels":
        yield f"levels = {_list(levels_of(str(factor.get('levels', ''))))}"
        return
    yield f"range = [{_number(factor.get('low'))}, {_number(factor.get('high'))}]"
    if factor.get("log"):
        yield "log = true"
    if kind == "grid":
        yield f"steps = {_number(factor.get('steps') or 5)}"


def levels_of(text: str) -> list[Any]:
    """Values written with commas between them; what reads as a number, true or false is that.

    >>> levels_of("1, 2.5, high, true")
    [1, 2.5, 'high', True]
    """
    return [read_value(part) for one in text.split(",") if (part := one.strip())]


def _text(value: Any) -> str:
    return json.dumps(str(value)[:400], ensure_ascii=False).replace("\x7f", "")


def _number(value: Any) -> str:
    """A number as TOML writes it; anything else as text, which the check then names."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return _text("" if value is None else value)
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))


def _list(values: Sequence[Any]) -> str:
    def said(one: Any) -> str:
        if isinstance(one, bool):
            return str(one).lower()
        return _number(one) if isinstance(one, int | float) else _text(one)

    return "[" + ", ".join(said(one) for one in values) + "]"
