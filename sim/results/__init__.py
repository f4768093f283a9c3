"""What a run tells: tidy tables in real people and money, a summary, an answer in plain words, a folder to keep.

Importing this module imports neither pandas nor matplotlib; the tables are built when first asked for.
"""

from __future__ import annotations

import os
import platform
from datetime import date
from functools import cache, cached_property
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

import numpy as np

import sim
from sim.results import folder as run_folder
from sim.results import tables
from sim.results.network import Network, network_of
from sim.results.path import Path
from sim.results.record import SERIES, Record, Series, declare_series, series_meaning

if TYPE_CHECKING:
    import pandas as pd

    from sim.ledger import Ledger
    from sim.scenario import Scenario

__all__ = ["SERIES", "Path", "Record", "Run", "Series", "declare_series", "series_meaning"]


@cache
def _installed(package: str) -> str:
    """Version of a package, which does not change while a program runs and takes milliseconds to look up."""
    from importlib.metadata import version

    return version(package)


class Run:
    """One finished run: its scenario, seed, record and metadata, and the tables made from them.

    Tables count real people (or messages, units) and money; `people_per_consumer` is how many people one simulated
    consumer stands for. `day` 0 is the first day.
    """

    def __init__(self, scenario: Scenario, seed: int, record: Record, metadata: dict[str, Any]) -> None:
        self.scenario = scenario
        self.seed = seed
        self.record = record
        self.metadata = metadata
        self.ledger: Ledger | None = None
        """What every consumer bought and met, if the run was asked to keep it; not saved."""

    @classmethod
    def of(cls, scenario: Scenario, seed: int, record: Record, threads: int = 1, model_fingerprint: str = "") -> Run:
        """A run with its metadata: versions, seed, threads, fingerprints, seconds, people per consumer, date."""
        people = float(scenario.world.market.people)
        metadata = {
            "title": scenario.title,
            "created": date.today().isoformat(),
            "seed": int(seed),
            "threads": int(threads),
            "days": record.days,
            "stopped": record.stopped,
            "people": people,
            "consumers": record.consumers,
            "people_per_consumer": people / record.consumers,
            "scenario_fingerprint": scenario.fingerprint(),
            "model_fingerprint": model_fingerprint,
            "seconds": dict(record.seconds),
            "versions": {
                "journeysim": sim.__version__,
                "python": platform.python_version(),
                **{name: _installed(name) for name in ("mesa", "numpy", "numba")},
            },
        }
        return cls(scenario, int(seed), record, metadata)

    def __repr__(self) -> str:
        return (
            f"<Run '{self.scenario.title}': {self.record.days} days, {len(self.record.brands)} brand(s), "
            f"{self.record.consumers:,} consumers, seed {self.seed}>"
        )

    @property
    def people_per_consumer(self) -> float:
        """Real people that one simulated consumer stands for."""
        return float(self.metadata["people_per_consumer"])

    @property
    def brand(self) -> str:
        """Name of the focal brand."""
        return self.record.brands[self.record.focal]

    @property
    def currency(self) -> str:
        """Label of money in this market."""
        return str(self.scenario.world.market.currency)

    @property
    def network(self) -> Network:
        """What the peer network is like: degree, clustering, homophily, communities (see `sim.results.network.measure`).

        Measured when first asked for, or when the run is saved; empty for a run that was saved before this was measured.
        """
        if "network" not in self.metadata:
            self.metadata["network"] = network_of(self.scenario, self.seed)
        found: Network = self.metadata["network"]
        return found

    @cached_property
    def path(self) -> Path:
        """The journey's stages in order, and which way each move goes."""
        return Path(self.record.stages, self.scenario.world.journey.stages)

    @cached_property
    def daily(self) -> pd.DataFrame:
        """One row per day and brand: date, day, brand, one column per series (see `SERIES` for units)."""
        return tables.to_pandas(tables.daily(self.record, self.people_per_consumer))

    @cached_property
    def market(self) -> pd.DataFrame:
        """One row per day: date, day, and figures of the market as a whole such as mean motivation."""
        return tables.to_pandas(tables.market(self.record))

    @cached_property
    def stages(self) -> pd.DataFrame:
        """People at each stage at the end of each day (day -1: before the first): day, date, brand, segment, stage."""
        return tables.to_pandas(tables.stages(self.record, self.people_per_consumer))

    @cached_property
    def transitions(self) -> pd.DataFrame:
        """People who moved between stages: day, brand, from, to, people; only moves that happened."""
        return tables.to_pandas(tables.transitions(self.record, self.people_per_consumer))

    @cached_property
    def touches(self) -> pd.DataFrame:
        """Touches: day, brand, kind, stage (of the person then), delivered, noticed; only those that happened."""
        return tables.to_pandas(tables.touches(self.record, self.people_per_consumer))

    @cached_property
    def spend(self) -> pd.DataFrame:
        """Money by paid channel: date, day, brand, channel, spend; only days with spend."""
        return tables.to_pandas(tables.spend(self.record))

    @cached_property
    def panel(self) -> pd.DataFrame:
        """The followed consumers' touches and moves, one story per consumer; empty without a panel."""
        return tables.to_pandas(tables.panel(self.record))

    @cached_property
    def cascades(self) -> pd.DataFrame:
        """Chains of passing-on, one row each, in simulated consumers; empty if not recorded."""
        return tables.to_pandas(tables.cascades(self.record))

    def summary(self) -> dict[str, Any]:
        """The run in figures for the focal brand: sales, share, cost, funnel, leaks, what moved people."""
        from sim.answers import summarise

        return summarise(self)

    def answer(self) -> str:
        """The run in a few plain sentences with numbers and units."""
        from sim.answers import answer

        return answer(self)

    def replay(self, consumer: int) -> list[str]:
        """Final stage of a followed consumer with every brand, by replaying its moves from the panel log.

        Raises ValueError if the run kept no panel, the consumer is not in it, or a move does not start where the one
        before it ended.
        """
        panel, stages, brands = self.record.panel, self.record.stages, self.record.brands
        if panel is None:
            raise ValueError("this run kept no panel, so no consumer can be replayed; run it with a panel")
        followed = panel["start"]["consumer"]
        row = np.flatnonzero(followed == consumer)
        if row.size == 0:
            nearest = sorted(followed.tolist(), key=lambda other: (abs(other - consumer), other))[:3]
            raise ValueError(
                f"consumer {consumer} is not among the {followed.size} followed; nearest are "
                f"{', '.join(map(str, nearest)) or 'none'}"
            )
        now = panel["start"]["stage"][row[0]].tolist()
        log = panel["moves"]
        mine = np.flatnonzero(log["consumer"] == consumer)
        for move in mine[np.argsort(log["day"][mine], kind="stable")]:
            brand, origin, target = (int(log[key][move]) for key in ("brand", "from", "to"))
            if now[brand] != origin:
                raise ValueError(
                    f"the panel log of consumer {consumer} is broken on day {log['day'][move]}: it leaves "
                    f"'{stages[origin]}' of {brands[brand]} but was at '{stages[now[brand]]}'"
                )
            now[brand] = target
        return [stages[stage] for stage in now]

    def save(self, folder: str | os.PathLike[str], figures: bool = True) -> FilePath:
        """Write the run as one folder, whole or not at all; an earlier run there is replaced, anything else refused."""
        return run_folder.save(self, folder, figures)

    @classmethod
    def load(cls, folder: str | os.PathLike[str]) -> Run:
        """Read a saved run. Raises FileNotFoundError if the folder holds none, ValueError naming a file that is damaged."""
        from sim.scenario import load

        place = FilePath(folder).expanduser()
        record, metadata = run_folder.load_record(place)
        return cls(load(place / "scenario.toml"), int(metadata["seed"]), record, metadata)
