"""A market as a Mesa model: `step()` is one day.

    market = Market("launch", rng=7, consumers=5_000)
    market.run_for(30)
    market.sales, market.agents.select(stage="customer").agg("trust", np.mean)

What Mesa offers works: step, run_for, events, DataCollector, batch_run, SolaraViz, deepcopy, pickle.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping
from time import perf_counter
from typing import Any

import mesa
from mesa.experimental.scenarios import Scenario as MesaScenario

from sim.actors import Brand, Brands
from sim.consumer import Consumer, ConsumerSet
from sim.engine import Engine, whole
from sim.results import Run
from sim.running import Books
from sim.scenario import Scenario, load
from sim.scenario.errors import nearest
from sim.version import model_version

FIGURES = ("sales", "customers", "share", "awareness", "trust")
"""What `datacollector` collects of the focal brand after each day, unless another collector is put in its place."""


class MarketScenario(MesaScenario):
    """What a market was built from, as Mesa keeps it; everything the scenario itself says is at hand, such as `.plan`.

    `settings` is the checked `sim.Scenario`, changes included; `rng` the seed.
    """

    def __init__(self, settings: Scenario, rng: int, **given: Any) -> None:
        super().__init__(rng=rng, settings=settings, **given)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or "settings" not in self.__dict__:  # being copied or unpickled
            raise AttributeError(name)
        return getattr(self.settings, name)

    def __bool__(self) -> bool:
        """False, so that SolaraViz passes model_params on as they are, not a new empty scenario in their place."""
        return False


class Market(mesa.Model):
    """One market, alive from day 0 to the last day of its scenario.

    scenario: a Scenario, the path of a file, the name of a shipped one, a Mesa Scenario with parameters, or None: the
    default market. rng (or seed): seed of every draw; None takes the scenario's own, so two markets without a seed are
    alike. threads: workers; results do not depend on them. panel: how many consumers' touches and moves to log. params:
    changes to the scenario, with dots or double underscores: consumers=500, days=60, plan__loyalty__reward=0.5,
    word_of_mouth__persuasion=2.0.

    Raises ScenarioError or MechanismError for what cannot be built.
    """

    consumer_type: type[Consumer] = Consumer
    """Class of the views; a subclass may add methods for `agents.do`."""

    running: bool

    def __init__(
        self,
        scenario: Scenario | MesaScenario | str | os.PathLike[str] | None = None,
        *,
        rng: int | None = None,
        threads: int = 1,
        panel: int = 0,
        **params: Any,
    ) -> None:
        scenario, rng, params = _unfold(scenario, rng, params)
        given = Scenario.make() if scenario is None else scenario
        settings = given if isinstance(given, Scenario) else load(given)
        settings = settings.with_({name.replace("__", "."): value for name, value in params.items()})
        seed = settings.seed if rng is None else whole("rng", rng)
        super().__init__(rng=seed, scenario=MarketScenario(settings, seed, **params))
        self._given = {"scenario": scenario, "rng": seed, "threads": threads, "panel": panel, **params}
        self.engine = Engine(settings, seed, threads, panel)
        self.books = Books(self.engine)
        self.agent_id_counter = self.engine.consumers + 1  # agents of a modeller's own come after the consumers
        self.datacollector = mesa.DataCollector(model_reporters={name: name for name in FIGURES})
        self.failed = ""

    def step(self) -> None:
        """Live one day, put it in the books, and collect. After the last day nothing happens, with one warning."""
        if not self.running:
            self._say_it_is_over()
            return
        started = perf_counter()
        self.engine.step()
        self.books.close_day()
        self.engine.seconds["days"] = self.engine.seconds.get("days", 0.0) + perf_counter() - started
        self.running = self.day < self.days
        self.datacollector.collect(self)

    # ------------------------------------------------------------------ what there is to see

    @property
    def day(self) -> int:
        """Days lived so far, which is also the number of the coming day (the first is day 0)."""
        return self.engine.day

    @property
    def days(self) -> int:
        """Days in the scenario."""
        return self.engine.calendar.days

    @property
    def agents(self) -> ConsumerSet:
        """All consumers. A modeller's own agents are in `agents_by_type`."""
        return ConsumerSet(self)

    @property
    def agent_types(self) -> list[type]:
        """Classes of agents: consumers, then a modeller's own."""
        return [self.consumer_type, *super().agent_types]

    @property
    def agents_by_type(self) -> dict[type, Any]:
        """Class -> its agents: consumers, then a modeller's own."""
        return {self.consumer_type: self.agents, **super().agents_by_type}

    @property
    def brands(self) -> Brands:
        """Name -> brand, with today's figures to read and price and promotion to set."""
        return Brands({one.name: Brand(self, number) for number, one in enumerate(self.engine.brands)})

    @property
    def focal(self) -> Brand:
        """The brand that the plan is for."""
        return Brand(self, self.engine.focal)

    @property
    def sales(self) -> float:
        """Units of the focal brand sold on the last day lived."""
        return self.focal.sales

    @property
    def customers(self) -> float:
        """People who are customers of the focal brand now."""
        return self.focal.customers

    @property
    def share(self) -> float:
        """The focal brand's share of all units sold on the last day lived."""
        return self.focal.share

    @property
    def awareness(self) -> float:
        """Mean awareness of the focal brand, 0 to 1."""
        return self.focal.awareness

    @property
    def trust(self) -> float:
        """Mean trust in the focal brand, 0 to 1."""
        return self.focal.trust

    @property
    def run(self) -> Run:
        """Results of the days lived so far: tables, summary, answer, pictures."""
        return self.results()

    def results(self) -> Run:
        """Results of the days lived so far, the same as `sim.run` gives."""
        record = self.books.record(stopped=self.day < self.days)
        return Run.of(self.engine.scenario, self.engine.seed, record, self.engine.threads, model_version())

    def brand_number(self, name: str) -> int:
        """Position of a brand. Raises ValueError with the nearest name."""
        names = [one.name for one in self.engine.brands]
        if name not in names:
            raise ValueError(f"there is no brand '{name}'{nearest(name, names)}")
        return names.index(name)

    def model_params(self, **controls: Any) -> dict[str, Any]:
        """What SolaraViz needs to build this market again on Reset: what it was given, with some of it as controls."""
        return {**self._given, **controls}

    # ------------------------------------------------------------------ Mesa's clock

    def _do_step(self) -> None:
        """Mesa's daily event. A day that failed marks the market, for Mesa would go on without living any more days."""
        try:
            super()._do_step()
        except BaseException as error:
            self.failed, self.running = f"day {self.day}: {type(error).__name__}: {error}", False
            raise

    def _advance_time(self, until: float) -> None:
        """Behind step(), run_for() and run_until(). Raises RuntimeError for a market that failed or was closed."""
        if self.failed:
            raise RuntimeError(f"this market failed on {self.failed}; build it again to go on")
        if self.engine.closed:
            raise RuntimeError("this market was closed; build it again to go on")
        super()._advance_time(until)

    def _say_it_is_over(self) -> None:
        warnings.warn(
            f"the scenario ended after {self.days} days; steps beyond do nothing (set days= to go on longer)",
            stacklevel=2,
        )

    def close(self) -> None:
        """Let go of threads. Results stay readable; no further day can be lived."""
        self.engine.close()
        self.running = False


def _unfold(scenario: Any, rng: Any, params: Mapping[str, Any]) -> tuple[Any, Any, dict[str, Any]]:
    """A Mesa Scenario's parameters taken out of it, and `seed=` taken for `rng=`."""
    params = dict(params)
    if isinstance(scenario, MarketScenario):
        rng, scenario = scenario.rng if rng is None else rng, scenario.settings
    elif isinstance(scenario, MesaScenario):
        inside = dict(scenario)
        own, scenario = inside.pop("rng", None), inside.pop("scenario", None)
        rng, params = own if rng is None else rng, {**inside, **params}
    seed = params.pop("seed", None)
    if seed is not None and rng is not None:
        raise ValueError(f"give either rng or seed, not both; found rng={rng!r} and seed={seed!r}")
    return scenario, seed if rng is None else rng, params
