"""Compare plans under the same luck: `sim.compare({"today": a, "friends": b}, seeds=20)`.

Every arm is run on every seed. Draws are keyed by consumer, day and mechanism, so that on one seed everybody has the same
traits, friends and luck under every plan, and the difference of two runs is the plan's doing (common random numbers).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from sim.experiments.arms import Arm, refuse_other_worlds, resolve
from sim.experiments.figures import FIGURES, headline
from sim.running import run
from sim.scenario import Scenario, ScenarioError

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Comparison:
    """Plans compared on the same seeds.

    arms: name -> scenario, the first is the baseline. seeds: in order. values: figure -> float64 (arms, seeds), nan where a
    figure has no meaning.
    """

    arms: dict[str, Scenario]
    seeds: tuple[int, ...]
    values: dict[str, np.ndarray]

    @cached_property
    def runs(self) -> pd.DataFrame:
        """One row per arm and seed, one column per headline figure, in real people and money."""
        import pandas as pd

        index = pd.MultiIndex.from_product([list(self.arms), self.seeds], names=["arm", "seed"])
        return pd.DataFrame({name: values.ravel() for name, values in self.values.items()}, index=index).reset_index()

    @cached_property
    def differences(self) -> pd.DataFrame:
        """One row per arm but the first, and figure: mean difference to the first arm, and its 95 % interval over seeds."""
        import pandas as pd
        from scipy.stats import t

        rows = []
        for number, arm in enumerate(list(self.arms)[1:], start=1):
            for name, values in self.values.items():
                gaps = values[number] - values[0]
                gaps = gaps[~np.isnan(gaps)]
                n = len(gaps)
                mean = float(gaps.mean()) if n else np.nan
                half = float(t.ppf(0.975, n - 1) * gaps.std(ddof=1) / np.sqrt(n)) if n > 1 else np.nan
                rows.append((arm, name, FIGURES[name].unit, mean, mean - half, mean + half, n))
        return pd.DataFrame(rows, columns=["arm", "figure", "unit", "difference", "low", "high", "seeds"])


def compare(
    arms: Mapping[str, Arm],
    seeds: int | Iterable[int] = 10,
    *,
    workers: int = 1,
    allow_world: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Comparison:
    """Run every arm on every seed, and compare each with the first.

    seeds: how many, from 1 on, or which. workers: threads; the numbers are the same for any. progress(runs done, runs in all).
    Raises ScenarioError for arms that cannot be run or that differ in world as well as plan (unless allow_world).
    """
    scenarios = resolve(arms)
    if not allow_world:
        refuse_other_worlds(scenarios)
    chosen = tuple(range(1, seeds + 1)) if isinstance(seeds, int) else tuple(seeds)
    if not chosen:
        raise ScenarioError("there are no seeds; give 1 or more")
    jobs = [(scenario, seed) for seed in chosen for scenario in scenarios.values()]
    found = []
    with ThreadPoolExecutor(workers) as crew:
        for done, figures in enumerate(crew.map(lambda job: headline(run(*job)), jobs), start=1):
            found.append(figures)
            if progress:
                progress(done, len(jobs))
    table = {
        name: np.array([one[name] for one in found]).reshape(len(chosen), len(scenarios)).T.copy() for name in FIGURES
    }
    return Comparison(scenarios, chosen, table)
