"""The runs behind an attribution: today's plan, each channel removed, each test, each recommended budget. One task is one run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.experiments.attribution.games import markov, shapley
from sim.experiments.attribution.interference import HEARSAY, exposure
from sim.experiments.attribution.mix import fit_mix
from sim.experiments.attribution.paths import LOOKBACK, paths_of
from sim.experiments.attribution.rules import HALF_LIFE, credit, path_rules
from sim.experiments.attribution.withhold import random_regions, random_users, withhold
from sim.experiments.channels import PlanChannel, spent
from sim.experiments.figures import headline
from sim.experiments.life import Life, live
from sim.regions import regions
from sim.results import Run

if TYPE_CHECKING:
    from sim.scenario import Scenario

PANEL = 5_000
"""Consumers followed touch by touch, at most (assumed: more cost memory and change little)."""
MOST_SHAPLEY = 12
"""Channels up to which Shapley values are computed."""


@dataclass(frozen=True)
class Settings:
    """How an attribution is measured.

    outcome: "units" or "new_customers", what is credited. panel: consumers followed, at most. lookback, half_life: days, of the
    path rules. seen: "noticed" or "delivered", which touches are on the paths. holdout: share kept from ads in the user-level
    test. regions, off_share: of the geo test, which begins on day `geo_from` and lasts to the end. starts: of the mix model's
    search.
    """

    outcome: str = "units"
    panel: int = PANEL
    lookback: int = LOOKBACK
    half_life: float = HALF_LIFE
    seen: str = "noticed"
    holdout: float = 0.5
    regions: int = 20
    off_share: float = 0.5
    geo_from: int = 28
    starts: int = 6


@dataclass(frozen=True)
class Task:
    """One run. what: "today", "without", "users", "regions" or "plan". key: what the result is filed under."""

    what: str
    key: Any
    scenario: Scenario
    seed: int
    channels: tuple[PlanChannel, ...]
    settings: Settings
    channel: str = ""


def work(task: Task) -> dict[str, Any]:
    """Live one task's market and return its figures; sales are in simulated consumers' units."""
    return {"today": _today, "without": _without, "users": _users, "regions": _regions, "plan": _plan}[task.what](task)


def _lived(task: Task, panel: bool = False, before: Any = None) -> tuple[Life, Run]:
    market = task.scenario.world.market
    followed = min(task.settings.panel, market.consumers) if panel else 0
    life = live(task.scenario, task.seed, before, panel=followed)
    return life, Run.of(task.scenario, task.seed, life.record)


def _bought(life: Life, task: Task) -> np.ndarray:
    """Purchases of the focal brand that count, by consumer, int64 (N)."""
    return np.bincount(_orders(life, task)[:, 1], minlength=life.engine.consumers)


def _orders(life: Life, task: Task) -> np.ndarray:
    mine = life.orders[life.orders[:, 2] == life.focal]
    return mine[mine[:, 3] == 1] if task.settings.outcome == "new_customers" else mine


def _heard(life: Life) -> np.ndarray:
    """Who of everybody heard of the brand from others, bool (N); False for those not followed."""
    heard = np.zeros(life.engine.consumers, bool)
    if life.record.panel:
        log = life.record.panel["touches"]
        kinds = [life.record.kinds.index(one) for one in HEARSAY]
        heard[log["consumer"][(log["brand"] == life.focal) & np.isin(log["kind"], kinds) & (log["noticed"] > 0)]] = True
    return heard


def _today(task: Task) -> dict[str, Any]:
    life, run = _lived(task, panel=True)
    money = np.array([spent(run, one) for one in task.channels])
    daily = _daily_spend(life, task)
    return {
        "bought": _bought(life, task),
        "headline": headline(run),
        "spend": money,
        "spend_tested": daily[task.settings.geo_from :].sum(axis=0),
        "claims": _path_claims(life, task) | _mix_claims(life, task, daily),
    }


def _path_claims(life: Life, task: Task) -> dict[str, np.ndarray]:
    """Units that each rule credits to each channel, scaled from the panel to all simulated consumers; nan: invisible to it."""
    settings, record = task.settings, life.record
    assert record.panel is not None
    log, panel = record.panel["touches"], record.panel["start"]["consumer"]
    tracked = [one for one in task.channels if one.touch is not None]
    number = np.full(len(record.kinds), -1)
    for place, one in enumerate(tracked):
        number[record.kinds.index(str(one.touch))] = place
    mine = (log["brand"] == life.focal) & (number[log["kind"]] >= 0)
    mine &= log["noticed" if settings.seen == "noticed" else "count"] > 0
    touches = np.column_stack([log["day"][mine], log["consumer"][mine], number[log["kind"][mine]]])
    orders = _orders(life, task)
    orders = orders[np.isin(orders[:, 1], panel)][:, :2]
    names = [one.name for one in tracked]
    paths = paths_of(touches, orders, names, record.days, settings.lookback, task.seed)
    found = {name: credit(paths, rule) for name, rule in path_rules(settings.half_life).items()}
    found["Markov"] = markov(paths)
    if len(names) <= MOST_SHAPLEY:
        found["Shapley"] = shapley(paths)
    factor = life.engine.consumers / max(len(panel), 1)
    return {name: _spread(values * factor, names, task.channels) for name, values in found.items()}


def _spread(values: np.ndarray, names: list[str], channels: tuple[PlanChannel, ...]) -> np.ndarray:
    """Values of some channels at the places of all; nan for those without."""
    at = {name: float(value) for name, value in zip(names, values, strict=True)}
    return np.array([at.get(one.name, np.nan) for one in channels])


def _daily_spend(life: Life, task: Task) -> np.ndarray:
    """Money a day in each channel, float64 (D, C); 0 for programmes."""
    record, focal = life.record, life.focal
    columns = []
    for one in task.channels:
        if one.sort == "media":
            columns.append(record.spend[:, focal, record.channels.index(one.name)])
        elif one.sort == "influencers":
            columns.append(record.series["spend_influencers"][:, focal])
        else:
            columns.append(np.zeros(record.days))
    return np.column_stack(columns)


def _weekly(daily: np.ndarray, weeks: int) -> np.ndarray:
    return daily[: 7 * weeks].reshape(weeks, 7, *daily.shape[1:]).sum(axis=1)


def _mix_claims(life: Life, task: Task, daily: np.ndarray) -> dict[str, np.ndarray]:
    """Units that a mix model of whole weeks owes to each budgeted channel, nan where its spend never changed.

    Nothing for fewer than 12 weeks.
    """
    weeks = life.record.days // 7
    if weeks < 12:
        return {}
    budgeted = [place for place, one in enumerate(task.channels) if one.budgeted]
    orders, calendar = _orders(life, task), life.engine.calendar
    sales = _weekly(np.bincount(orders[:, 0], minlength=life.record.days).astype(float), weeks)
    cut = _weekly(calendar.promotion[:, life.focal], weeks)
    season = _weekly(calendar.season, weeks)
    controls = np.column_stack([cut, season, np.arange(float(weeks))])
    model = fit_mix(sales, _weekly(daily[:, budgeted], weeks), controls, task.settings.starts, task.seed)
    names = [task.channels[place].name for place in budgeted]
    owed = np.where(model.varied, model.contribution.sum(axis=0), np.nan)
    return {"mix model": _spread(owed, names, task.channels)}


def _without(task: Task) -> dict[str, Any]:
    life, run = _lived(task, panel=True)
    return {"bought": _bought(life, task), "headline": headline(run), "heard": _heard(life)}


def _users(task: Task) -> dict[str, Any]:
    settings = task.settings
    held_out = random_users(settings.holdout)
    life, _ = _lived(task, panel=True, before=withhold(task.channel, held_out))
    held = held_out(life.engine)
    return {
        "bought": _bought(life, task),
        "held": held,
        "watched": life.engine.watched > 0,
        "exposed": exposure(life.engine.ties, ~held),
        "heard": _heard(life),
    }


def _regions(task: Task) -> dict[str, Any]:
    """Difference in differences of sales a consumer and day: regions on less regions off, test less the time before."""
    settings, first = task.settings, task.settings.geo_from
    chosen: dict[str, np.ndarray] = {}

    def held_out(engine: Any) -> np.ndarray:
        region = regions(engine.ties, settings.regions, task.seed, uneven=0.0)
        chosen["held"] = random_regions(region, settings.off_share)(engine)
        return chosen["held"]

    life, _ = _lived(task, before=withhold(task.channel, held_out, first))
    held, orders, days = chosen["held"], _orders(life, task), life.record.days

    def gap(rows: np.ndarray, length: int) -> float:
        sales = np.bincount(rows[:, 1], minlength=held.size) / max(length, 1)
        return float(sales[~held].mean() - sales[held].mean())

    late = orders[:, 0] >= first
    lift = gap(orders[late], days - first) - gap(orders[~late], first)
    return {"lift": lift * (days - first) * held.size}


def _plan(task: Task) -> dict[str, Any]:
    return {"headline": headline(_lived(task)[1])}
