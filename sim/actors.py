"""The brands of a market as an intervention sees them: today's figures to read, price and promotion to set."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.scenario.errors import nearest

if TYPE_CHECKING:
    from sim.engine import Engine
    from sim.market import Market


class Brand:
    """One brand of a market. Figures are of the last day lived, or of the start before it, in real people and money."""

    def __init__(self, market: Market, number: int) -> None:
        self.market = market
        self.number = number

    @property
    def _engine(self) -> Engine:
        return self.market.engine

    @property
    def name(self) -> str:
        """Its name."""
        return self._engine.brands[self.number].name

    @property
    def price(self) -> float:
        """Regular price of the coming day, events apart. Setting it changes every day from then on."""
        calendar = self._engine.calendar
        return float(calendar.price[min(self.market.day, calendar.days - 1), self.number])

    @price.setter
    def price(self, value: float) -> None:
        if not 0.0 < value < float("inf"):
            raise ValueError(f"price of '{self.name}': {value} is out of range; allowed is anything above 0")
        self._engine.calendar.price[self.market.day :, self.number] = value

    @property
    def promotion(self) -> float:
        """Share of the price cut on the coming day. Setting it changes that day only."""
        calendar = self._engine.calendar
        return float(calendar.promotion[min(self.market.day, calendar.days - 1), self.number])

    @promotion.setter
    def promotion(self, value: float) -> None:
        if not 0.0 <= value < 1.0:
            raise ValueError(f"promotion of '{self.name}': {value} is out of range; allowed is 0 to below 1")
        self._engine.calendar.promotion[self.market.day : self.market.day + 1, self.number] = value

    @property
    def sales(self) -> float:
        """Units sold, first and repeat purchases; 0 before the first day."""
        return float(_bought(self._engine)[self.number]) * self._engine.people_per_consumer

    @property
    def share(self) -> float:
        """Share of all units sold in the category that day; 0 where nobody bought anything."""
        bought = _bought(self._engine)
        return float(bought[self.number] / max(int(bought.sum()), 1))

    @property
    def customers(self) -> float:
        """People who are customers now, what was done from outside since included."""
        self._engine.refresh()
        return float(self._engine.customers()[self.number]) * self._engine.people_per_consumer

    @property
    def awareness(self) -> float:
        """Mean awareness of all people, 0 to 1."""
        return self._mean("awareness")

    @property
    def trust(self) -> float:
        """Mean trust of all people, 0 to 1."""
        return self._mean("trust")

    def _mean(self, name: str) -> float:
        if self.market.day:
            return float(self._engine.series[name][self.market.day - 1, self.number])
        return float(self.market.agents.with_brand(self.name).agg(name, np.mean))

    def __repr__(self) -> str:
        return f"<Brand {self.name}>"


class Brands(dict[str, Brand]):
    """The brands of a market by name. Raises KeyError with the nearest name."""

    def __missing__(self, name: str) -> Brand:
        raise KeyError(f"there is no brand '{name}'{nearest(name, self)}")


def _bought(engine: Engine) -> np.ndarray:
    return engine.tallies["purchases_first"] + engine.tallies["purchases_repeat"]
