"""A geo panel: the weekly table for each region, as mix models with regions read it.

The same market as without regions, bit for bit: nothing in it depends on them, so the panel's units add up to the weekly
table's exactly. Sales and impressions are those of each region's own consumers; spend is the national money shared out by the
impressions that it bought there (by people, where it bought none that week). A national plan therefore differs between regions
only by who lives there: expect less information than in markets whose regions are planned one by one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.bridges import weekly
from sim.regions import crossing_ties, regions

if TYPE_CHECKING:
    import pandas as pd

    from sim.results import Run
    from sim.scenario import Scenario

SHARED = ("price", "rival_price", "rival_spend", "season", "promotion")
"""National columns that every region repeats; so are those of events and launches."""


@dataclass(frozen=True)
class Panel:
    """A geo panel and what it was made of.

    table: one row for each region and week, regions in order of size. run: the same market's national books. region: of each
    consumer, int16 (N,). crossing: share of ties between regions.
    """

    table: pd.DataFrame
    run: Run
    region: np.ndarray
    crossing: float


def geo_panel(
    scenario: Scenario,
    count: int = 8,
    by: str = "community",
    seed: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Panel:
    """Live a market once, writing down where its focal brand's sales and impressions happened, and table them by region and week.

    count, by: see `regions`. seed: overrides the scenario's. progress(days done, days in all) is called after each day.
    Columns: geo, date, population (people), those of `weekly_table` for sales and media, and the national ones that every region
    shares. Raises ValueError as `regions` and `weekly_table` do, ScenarioError for a market that cannot be built.
    """
    from sim.engine import Engine
    from sim.results import Run
    from sim.running import Books

    weeks = weekly.whole_weeks(scenario.horizon.days)
    everybody = scenario.world.market.consumers
    # One block a group: lists are emptied block by block, and all of the day's are wanted in the evening. Watching everybody logs
    # each touch; the books are kept without that log, which would hold them all until the end.
    engine = Engine(scenario, seed, panel=everybody, block=everybody)
    region = regions(engine.ties, count, engine.seed, by)
    books = Books(engine)
    books.panel = books.panel[:0]
    ledger = _Ledger(weeks, count, len(engine.kinds), engine.focal, region)
    try:
        while engine.day < engine.calendar.days:
            engine.step()
            books.close_day()
            ledger.enter(engine)
            if progress:
                progress(engine.day, engine.calendar.days)
    finally:
        engine.close()
    run = Run.of(scenario, engine.seed, books.record())
    return Panel(ledger.table(run), run, region, crossing_ties(engine.ties, region))


class _Ledger:
    """Sales and touches of the focal brand by week and region, in simulated consumers; revenue in money of real people."""

    def __init__(self, weeks: int, count: int, kinds: int, focal: int, region: np.ndarray) -> None:
        self.focal, self.region, self.count, self.weeks = focal, region.astype(np.int64), count, weeks
        self.sold = np.zeros((weeks, count, 2))
        self.revenue = np.zeros((weeks, count))
        self.touched = np.zeros((weeks, count, kinds))

    def enter(self, engine) -> None:
        """Enter the day that was just lived; days after the last whole week are left out."""
        day = engine.day - 1
        week = day // weekly.WEEK
        if week >= self.weeks:
            return
        money = engine.people_per_consumer * engine.series["price"][day, self.focal]
        for group in engine.groups:
            orders = group.lists.orders[: group.lists.ordered[0]]
            row, first = orders[orders[:, 1] == self.focal][:, [0, 2]].T
            cells = np.bincount(self.region[row] * 2 + first, minlength=2 * self.count).reshape(self.count, 2)
            self.sold[week] += cells
            self.revenue[week] += cells.sum(axis=1) * money
            touches = group.lists.touches[: group.lists.touched[0]]
            row, kind, delivered = touches[touches[:, 1] == self.focal][:, [0, 2, 3]].T
            np.add.at(self.touched[week], (self.region[row], kind), delivered)

    def table(self, run: Run) -> pd.DataFrame:
        """The panel, in real people, units and money."""
        import pandas as pd

        nation, scale = weekly.weekly_table(run), run.people_per_consumer
        people = np.bincount(self.region, minlength=self.count)
        names = _names(self.count)
        parts = []
        for place, name in enumerate(names):
            units = self.sold[:, place].sum(axis=1) * scale
            price = nation["revenue_per_unit"]
            part = {
                "geo": name,
                "date": nation["date"],
                "population": people[place] * scale,
                "revenue": self.revenue[:, place],
                "units": units,
                "new_customers": self.sold[:, place, 1] * scale,
                "revenue_per_unit": np.where(units > 0, self.revenue[:, place] / np.maximum(units, 1e-9), price),
            }
            for channel in weekly.roles_of(nation).channels:
                part |= self._media(channel, place, nation, run, people[place] / people.sum())
            part |= {
                one: nation[one] for one in map(str, nation) if one in SHARED or one.startswith(("event_", "launch_"))
            }
            parts.append(pd.DataFrame(part))
        return pd.concat(parts, ignore_index=True)

    def _media(self, channel: str, place: int, nation: pd.DataFrame, run: Run, size: float) -> dict[str, np.ndarray]:
        """A channel's impressions in one region and its part of the money; size: the region's share of people."""
        names = [weekly.column_name(one) for one in run.record.kinds]
        kind = names.index("influencer" if channel == weekly.INFLUENCERS else channel)
        seen, every = self.touched[:, place, kind], self.touched[:, :, kind].sum(axis=1)
        part = np.where(every > 0, seen / np.maximum(every, 1), size)
        return {
            f"{channel}_spend": nation[f"{channel}_spend"].to_numpy() * part,
            f"{channel}_impressions": seen * run.people_per_consumer,
        }


def _names(count: int) -> list[str]:
    """region_01, region_02, ...: sorted as text they are in order."""
    return [f"region_{number:0{max(2, len(str(count)))}d}" for number in range(1, count + 1)]
