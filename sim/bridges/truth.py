"""The sealed truth: what each channel really did in the exported market, known because the market can be lived without it.

Each channel is taken out of the plan and the market lived again on the same seeds. Draws are keyed, so on one seed everybody
meets the same luck; what is missing without the channel is what it caused, through whatever path: ads noticed, friends told,
reviews read, customers who came back. That is the quantity a mix model tries to estimate, here without a model.

- **gained**: revenue (units) with the whole plan less revenue (units) without the channel
- **return**: revenue gained for each unit of money spent
- **carry-over**: the part `retained` from one week to the next of the geometric adstock

      effect_t = beta * sum_k retained**k * spend_(t-k)

  that comes nearest the true weekly effects (least squares), to be put beside the retention a mix model estimates; `fit` is the
  share of their variance it explains. Where it is low, no geometric adstock tells what happened. `half_life` in weeks is
  log(1/2) / log(retained), infinite where it is longer than the run can show. `after_spend`: share of the revenue gained
  after the last week with spend, counted without any model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.bridges.weekly import column_name, whole_weeks

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiments.engines import Workers
    from sim.scenario import Scenario

SEEDS = 8
"""Seeds by default: an interval wants some, and a market of 20,000 takes about a second a year."""
ALL = "all channels together"
STEP = 0.005
"""Grid of the retention that is searched, from 0 to 0.995 a week."""


class Estimate(NamedTuple):
    """A figure over seeds: in the exported run itself (nan if its seed was not among them), the mean, a 95 % t interval of it."""

    here: float
    mean: float
    low: float
    high: float


class CarryOver(NamedTuple):
    """How long a channel's effect lasts; see the module. nan where the channel had no effect to speak of."""

    retained: float
    half_life: float
    fit: float
    after_spend: float


@dataclass(frozen=True)
class Truth:
    """True effects of a plan's channels, on K seeds and over W whole weeks; channels that found nobody to spend on are left out.

    seed: of the exported run. seeds: K of them, in order. dates: first day of each week. spend: channel -> float64 (K, W), money.
    revenue, units: channel (and `ALL`) -> float64 (K, W), gained each week. base: revenue without any channel, float64 (K,).
    """

    scenario: Scenario
    seed: int
    seeds: tuple[int, ...]
    dates: np.ndarray
    spend: dict[str, np.ndarray]
    revenue: dict[str, np.ndarray]
    units: dict[str, np.ndarray]
    base: np.ndarray

    @property
    def channels(self) -> list[str]:
        """The channels, as the weekly table calls them."""
        return list(self.spend)

    def gained(self, channel: str, what: str = "revenue") -> Estimate:
        """Revenue (money) or units that the channel brought over all whole weeks."""
        return self._estimate(getattr(self, what)[channel].sum(axis=1))

    def returned(self, channel: str) -> Estimate:
        """Revenue gained for each unit of money spent on the channel, over all whole weeks."""
        money = self._money(channel).sum(axis=1)
        gained = self.revenue[channel].sum(axis=1)
        return self._estimate(np.divide(gained, money, out=np.full(len(money), np.nan), where=money > 0))

    def carry_over(self, channel: str) -> CarryOver:
        """How long the channel's effect lasts, from the weekly effects averaged over seeds; nan if it may well have none."""
        gained = self.gained(channel)
        if gained.low <= 0 <= gained.high:
            return CarryOver(*[np.nan] * 4)
        return carry_over(self.spend[channel].mean(axis=0), self.revenue[channel].mean(axis=0))

    @property
    def table(self) -> pd.DataFrame:
        """One row for each channel, then for all together: spend, revenue gained, return with interval, carry-over."""
        import pandas as pd

        rows = []
        for name in (*self.channels, ALL):
            row: dict[str, Any] = {"channel": name, "spend": float(self._money(name).sum(axis=1).mean())}
            for label, found in (("gained", self.gained(name)), ("return", self.returned(name))):
                row |= {label: found.mean, f"{label}_low": found.low, f"{label}_high": found.high}
            row |= (CarryOver(*[np.nan] * 4) if name == ALL else self.carry_over(name))._asdict()
            rows.append(row)
        return pd.DataFrame(rows)

    @property
    def weekly(self) -> pd.DataFrame:
        """One row for each channel and week: spend and revenue gained, means over seeds, and in the exported run."""
        import pandas as pd

        here = self.seeds.index(self.seed) if self.seed in self.seeds else None
        parts = []
        for name in self.channels:
            gained = self.revenue[name]
            part = {"date": self.dates, "channel": name, "spend": self.spend[name].mean(axis=0)}
            part |= {"revenue_gained": gained.mean(axis=0)}
            part |= {} if here is None else {"revenue_gained_here": gained[here]}
            parts.append(pd.DataFrame(part))
        return pd.concat(parts, ignore_index=True)

    def told(self) -> dict[str, Any]:
        """Everything as plain data for a JSON file; figures without meaning are None."""
        market = self.scenario.world.market
        return {
            "what": "True effects of each channel: the market lived again without it, on the same seeds. Keep it sealed "
            "until the models are fitted.",
            "scenario": self.scenario.title,
            "brand": self.scenario.world.brands[self.scenario.focal].name,
            "currency": market.currency,
            "people": market.people,
            "weeks": len(self.dates),
            "seed_exported": self.seed,
            "seeds": list(self.seeds),
            "interval": "95 % interval of the mean over seeds (Student); 'here' is the exported run itself",
            "carry_over": "geometric adstock nearest the true weekly effects; half_life in weeks, null alone: longer than the "
            "run; all null: the channel may well have no effect",
            "revenue_without_any_channel": self._told(self._estimate(self.base)),
            "channels": {name: self._channel(name) for name in self.channels},
            ALL: self._channel(ALL),
            "sum_of_single_removals": self._told(self._estimate(self._summed())),
        }

    def _money(self, channel: str) -> np.ndarray:
        """Money spent each week, float64 (K, W)."""
        return np.sum(list(self.spend.values()), axis=0) if channel == ALL else self.spend[channel]

    def _summed(self) -> np.ndarray:
        every = [self.revenue[name].sum(axis=1) for name in self.channels]
        return np.sum(every, axis=0)

    def _channel(self, name: str) -> dict[str, Any]:
        told: dict[str, Any] = {
            "spend": float(self._money(name).sum(axis=1).mean()),
            "revenue_gained": self._told(self.gained(name)),
            "units_gained": self._told(self.gained(name, "units")),
            "return_on_spend": self._told(self.returned(name)),
        }
        if name != ALL:
            told["carry_over"] = self._told(self.carry_over(name))
        return told

    def _told(self, figures: Estimate | CarryOver) -> dict[str, float | None]:
        return {name: float(value) if np.isfinite(value) else None for name, value in figures._asdict().items()}

    def _estimate(self, values: np.ndarray) -> Estimate:
        from sim.experiments.intervals import interval

        here = float(values[self.seeds.index(self.seed)]) if self.seed in self.seeds else np.nan
        return Estimate(here, *interval(values)[:3])


def true_effects(
    scenario: Scenario,
    seeds: int | Iterable[int] = SEEDS,
    *,
    workers: int | str | Workers = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Truth:
    """Live the market with its plan, without each channel of it, and without all, on the same seeds.

    seeds: how many, the scenario's own first and then its followers, or which. workers: see `sim.experiments.engines.crew`;
    numbers do not depend on it. progress(runs done, runs in all).
    Raises ScenarioError for a plan without media or sponsorships, ValueError for fewer than four weeks.
    """
    from sim.experiments.channels import plan_channels, scaled
    from sim.experiments.engines import crew
    from sim.scenario.errors import ScenarioError

    weeks = whole_weeks(scenario.horizon.days)
    channels = [one.name for one in plan_channels(scenario) if one.budgeted]
    if not channels:
        raise ScenarioError(
            f"the plan of '{scenario.title}' spends nothing on media or influencers, so nothing is to be known"
        )
    chosen = tuple(range(scenario.seed, scenario.seed + seeds)) if isinstance(seeds, int) else tuple(seeds)
    if not chosen:
        raise ScenarioError("there are no seeds; give 1 or more")
    arms = {"": scenario, **{name: scaled(scenario, {name: 0.0}) for name in channels}}
    arms[ALL] = scaled(scenario, dict.fromkeys(channels, 0.0))
    tasks = [(arms[arm], seed, weeks) for arm in arms for seed in chosen]
    found: dict[tuple[str, int], _Lived] = {}
    names = [(arm, seed) for arm in arms for seed in chosen]
    with crew(workers) as those:
        for done in those.each(_live, list(zip(names, tasks))):
            if done.error is not None:
                raise ScenarioError(done.error)
            assert done.result is not None
            found[done.task[0]] = done.result
            if progress:
                progress(len(found), len(tasks))
    return _truth(scenario, chosen, channels, found)


class _Lived(NamedTuple):
    """Weekly revenue, units (W,) and spend by channel (C, W) of the focal brand in one run, and the weeks' dates."""

    revenue: np.ndarray
    units: np.ndarray
    spend: dict[str, np.ndarray]
    dates: np.ndarray


def _live(task: tuple[tuple[str, int], tuple[Scenario, int, int]]) -> _Lived:
    from sim.bridges import weekly
    from sim.running import run

    _, (scenario, seed, weeks) = task
    lived = run(scenario, seed)
    record, sold = lived.record, weekly.sales(lived, weeks)
    money = {name: record.spend[:, record.focal, c] for c, name in enumerate(record.channels)}
    money[weekly.INFLUENCERS] = record.series["spend_influencers"][:, record.focal]
    spend = {name: weekly.by_week(days, weeks).sum(1) for name, days in money.items()}
    return _Lived(sold["revenue"], sold["units"], spend, weekly.dates(lived, weeks))


def _truth(
    scenario: Scenario, seeds: tuple[int, ...], channels: list[str], found: dict[tuple[str, int], _Lived]
) -> Truth:
    """Differences between the runs with the plan and those without a channel."""

    def gaps(arm: str, what: str) -> np.ndarray:
        return np.array([getattr(found["", seed], what) - getattr(found[arm, seed], what) for seed in seeds])

    label = {name: column_name(name) for name in channels if any(found["", seed].spend[name].any() for seed in seeds)}
    return Truth(
        scenario=scenario,
        seed=scenario.seed,
        seeds=seeds,
        dates=found["", seeds[0]].dates,
        spend={label[name]: np.array([found["", seed].spend[name] for seed in seeds]) for name in label},
        revenue={label.get(name, ALL): gaps(name, "revenue") for name in (*label, ALL)},
        units={label.get(name, ALL): gaps(name, "units") for name in (*label, ALL)},
        base=np.array([found[ALL, seed].revenue.sum() for seed in seeds]),
    )


def carry_over(spend: np.ndarray, effect: np.ndarray) -> CarryOver:
    """The geometric adstock of weekly spend (W,) that comes nearest the weekly effects (W,), and what came after the spending.

    >>> carry_over(np.array([10.0, 0, 0, 0]), np.array([8.0, 4.0, 2.0, 1.0])).retained
    0.5
    """
    from scipy.signal import lfilter

    every = float(effect.sum())
    last = int(np.flatnonzero(spend)[-1]) if spend.any() else len(spend)
    after = float(effect[last + 1 :].sum() / every) if every > 0 else np.nan
    best, lowest = np.nan, np.inf
    about = float(((effect - effect.mean()) ** 2).sum())
    for retained in np.arange(0.0, 1.0, STEP):
        stock = lfilter([1.0], [1.0, -retained], spend)
        weight = max(float(stock @ effect) / max(float(stock @ stock), 1e-300), 0.0)
        missed = float(((effect - weight * stock) ** 2).sum())
        if weight > 0 and missed < lowest * (1 - 1e-12):
            best, lowest = float(retained), missed
    if np.isnan(best) or about <= 0:
        return CarryOver(np.nan, np.nan, np.nan, after)
    half_life = np.log(0.5) / np.log(best) if best > 0 else 0.0
    return CarryOver(
        round(best, 6), float(half_life if half_life < len(spend) else np.inf), 1.0 - lowest / about, after
    )
