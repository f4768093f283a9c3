"""The calendar: everything that is known before the first day, as arrays by day.

Spend of every flight, prices, promotions, the season, launches, sponsored posts and dated events. It is made once for
a run and only read afterwards. What an event does to prices or parameters is the mechanisms' business: `price` holds
regular prices and planned price moves only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from sim.scenario import Scenario
from sim.scenario.change import active_days
from sim.scenario.check import day_number
from sim.scenario.models import Event, Flight, Horizon, SpendFile, Sponsorship
from sim.scenario.spend import read_spend

_DAYS_A_YEAR = 365.25


@dataclass(frozen=True)
class DatedFlight:
    """One brand's money in one channel, day by day.

    brand, channel: positions in the scenario. segments: bool (S,) and stages: bool (J,), who is aimed at; all True
    where nobody in particular. lookalike: in [0, 1]. creative: 1 is average. spend: float64 (D,), money a day.
    """

    brand: int
    channel: int
    segments: np.ndarray
    stages: np.ndarray
    lookalike: float
    creative: float
    spend: np.ndarray


@dataclass(frozen=True)
class SponsoredPosts:
    """One brand's paid posts: numbers of single influencers (int32), and posts a day by each, float64 (D,)."""

    brand: int
    influencers: np.ndarray
    posts_per_day: np.ndarray
    positivity: float
    disclosed: bool


@dataclass(frozen=True)
class DatedEvent:
    """An event on its days: from `first` up to, not including, `last` (the end of the run if it is for good)."""

    kind: str
    brand: int
    first: int
    last: int
    size: float
    set: Mapping[str, float]
    label: str


class Calendar:
    """What every day of a run brings.

    days: number of days D. start: first day. weekday: of the first day, 0 is Monday. dates: datetime64[D] (D,).
    flights: rivals' first, then the plan's; a spend file gives one a column. price: float64 (D, B), regular prices.
    promotion: float64 (D, B), share cut in force (the deepest, where several overlap). season: float32 (D,), category
    demand relative to the base, trend included. launch: int32 (B,), day each brand enters, 0 if there from the start.
    sponsorships, events: tuples. entry: int32, for each single influencer its table in world.influencers (a table with
    count = 5 makes five, one after the other).
    """

    def __init__(self, scenario: Scenario):
        self.scenario = scenario
        self.horizon: Horizon = scenario.horizon
        self.days = self.horizon.days
        self.start: date = self.horizon.start
        self.weekday = self.start.weekday()
        self.dates = np.datetime64(self.start, "D") + np.arange(self.days)
        world = scenario.world
        self._brand = {one.name: number for number, one in enumerate(world.brands)}
        self._channel = {one.name: number for number, one in enumerate(world.channels)}
        self.entry = np.repeat(
            np.arange(len(world.influencers), dtype=np.int32), [one.count for one in world.influencers]
        )
        self.flights = tuple(self._flights())
        self.price, self.promotion = self._prices()
        self.season = self._season()
        self.launch = np.array([self._launch_day(one.launch) for one in world.brands], np.int32)
        self.sponsorships = tuple(self._sponsored(one) for half in (world, scenario.plan) for one in half.sponsorships)
        self.events = tuple(self._dated(one) for one in world.events)

    def day_of(self, when: date | int) -> int:
        """Days after the start: day_of(start) is 0; dates before the start are negative."""
        return day_number(self.horizon, when)

    def spend_by_channel(self) -> np.ndarray:
        """Money a day, float64 (D, B, C)."""
        world = self.scenario.world
        total = np.zeros((self.days, len(world.brands), len(world.channels)))
        for one in self.flights:
            total[:, one.brand, one.channel] += one.spend
        return total

    def _launch_day(self, launch: date | int | None) -> int:
        return 0 if launch is None else max(0, self.day_of(launch))

    def _owner(self, brand: str | None) -> int:
        return self.scenario.focal if brand is None else self._brand[brand]

    def _span(self, table: Flight | Sponsorship) -> slice:
        """Days from `from` to `to`, both included."""
        first = 0 if table.from_ is None else self.day_of(table.from_)
        last = self.days - 1 if table.to is None else self.day_of(table.to)
        return slice(first, last + 1)

    def _flights(self) -> Iterator[DatedFlight]:
        world = self.scenario.world
        segments = [one.name for one in world.segments]
        stages = [one.name for one in world.journey.stages]
        for half in (world, self.scenario.plan):
            for one in half.flights:
                yield DatedFlight(
                    brand=self._owner(one.brand),
                    channel=self._channel[one.channel],
                    segments=_mask(one.segments, segments),
                    stages=_mask(one.stages, stages),
                    lookalike=one.lookalike,
                    creative=one.creative,
                    spend=self._spend(one),
                )
            for table in half.spend:
                for channel, spend in self._from_file(table):
                    everyone = _mask((), segments), _mask((), stages)
                    yield DatedFlight(self._owner(table.brand), self._channel[channel], *everyone, 0.0, 1.0, spend)

    def _spend(self, flight: Flight) -> np.ndarray:
        """A flight's money a day: a seventh of the weekly sum, or the total spread over the days it runs."""
        spend = np.zeros(self.days)
        active = np.fromiter(active_days(self.horizon, flight, self.days), np.intp)
        if flight.weekly is not None:
            spend[active] = flight.weekly / 7
        elif flight.total is not None:
            spend[active] = flight.total / active.size
        return spend

    def _from_file(self, table: SpendFile) -> Iterator[tuple[str, np.ndarray]]:
        """Channel and money a day for each column of a spend file: a period's sum is spread over its days."""
        found = read_spend(table, self.scenario.folder)
        for column, amounts in found.amounts:
            spend = np.zeros(self.days)
            for start, length, amount in zip(found.starts, found.lengths, amounts, strict=True):
                first = self.day_of(start)
                spend[max(first, 0) : max(first + length, 0)] += amount * table.scale / length
            yield table.columns[column], spend

    def _prices(self) -> tuple[np.ndarray, np.ndarray]:
        world, plan = self.scenario.world, self.scenario.plan
        price = np.tile(np.array([one.price for one in world.brands], np.float64), (self.days, 1))
        moves = [(self.day_of(one.from_), self._owner(one.brand), one.price) for one in (*world.prices, *plan.prices)]
        for first, brand, level in sorted(moves, key=lambda move: move[0]):
            price[first:, brand] = level
        promotion = np.zeros_like(price)
        for one in (*world.promotions, *plan.promotions):
            days = slice(self.day_of(one.from_), self.day_of(one.to) + 1)
            column = promotion[days, self._owner(one.brand)]
            np.maximum(column, one.cut, out=column)
        return price, promotion

    def _season(self) -> np.ndarray:
        """The month's index in mid-month, a straight line between middles, times the trend since the first day."""
        market = self.scenario.world.market
        middles, levels = [], []
        month = date(self.start.year - 1, 12, 1)
        end = self.start + timedelta(days=self.days + 31)
        while month <= end:
            following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
            middles.append((month - self.start).days + (following - month).days / 2)
            levels.append(market.season[month.month - 1])
            month = following
        day = np.arange(self.days)
        growth = (1.0 + market.trend) ** (day / _DAYS_A_YEAR)
        return (np.interp(day + 0.5, middles, levels) * growth).astype(np.float32)

    def _sponsored(self, table: Sponsorship) -> SponsoredPosts:
        chosen = [
            number
            for number, one in enumerate(self.scenario.world.influencers)
            if (one.tier == table.tier if table.influencer is None else one.name == table.influencer)
        ]
        posts = np.zeros(self.days)
        posts[self._span(table)] = table.posts_per_week / 7
        return SponsoredPosts(
            brand=self._owner(table.brand),
            influencers=np.flatnonzero(np.isin(self.entry, chosen)).astype(np.int32),
            posts_per_day=posts,
            positivity=table.positivity,
            disclosed=table.disclosed,
        )

    def _dated(self, event: Event) -> DatedEvent:
        first = self.day_of(event.on)
        lasts = 7 if event.days is None and event.kind == "crisis" else event.days
        end = self.days if lasts is None else min(first + lasts, self.days)
        return DatedEvent(event.kind, self._owner(event.brand), first, end, event.size, event.set, event.label)


def _mask(chosen: tuple[str, ...], names: list[str]) -> np.ndarray:
    """bool (names,): which were chosen; choosing none means all."""
    return np.array([not chosen or name in chosen for name in names], bool)
