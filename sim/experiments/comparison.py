"""What a comparison found: tidy frames in real people and money, verdicts, pictures, and a folder to keep."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.experiments import consumers as people
from sim.experiments.figures import FIGURES
from sim.experiments.intervals import (
    Interval,
    best_share,
    chance_above,
    interval,
    regret,
    seeds_to_settle,
    worst_tenth,
)
from sim.experiments.routes import PARTS
from sim.experiments.verdicts import CLOSE, answer, sentence, verdict
from sim.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd


class Row(NamedTuple):
    """One figure of one plan against the baseline's.

    relative: mean difference over the baseline's mean, nan where that is not above zero. higher: share of seeds on which it is
    higher, ties half. better: the same for better, nan where neither is. seeds_to_settle: in all, None if settled or hopeless.
    """

    interval: Interval
    baseline: float
    relative: float
    higher: float
    better: float
    verdict: str
    seeds_to_settle: int | None


class Rule(NamedTuple):
    """How a sequential comparison was to end, and how it did.

    until: "decided", or the half-width of the interval asked for (as given). on: figure looked at. looks: seeds at each look and
    the widest half-width then. reached: whether it was.
    """

    until: str | float
    on: str
    cap: int
    looks: tuple[tuple[int, float], ...] = ()
    reached: bool = False

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> Rule:
        """A rule as it was written down."""
        looks = tuple((int(seeds), float("inf") if half is None else half) for seeds, half in facts["looks"])
        return cls(facts["until"], facts["on"], facts["cap"], looks, facts["reached"])

    def says(self) -> str:
        """The rule and its end in a sentence."""
        aim = "the verdict was in" if self.until == "decided" else f"the interval was within {self.until} either way"
        name = FIGURES[self.on].label
        if self.reached:
            return f"Seeds were added until {aim} on {name}; intervals hold at every look."
        return f"Seeds were to be added until {aim} on {name}, which {self.cap} seeds or fewer did not reach."


@dataclass(frozen=True)
class Comparison:
    """Plans compared on the same seeds.

    arms: name -> scenario, the first is the baseline. seeds: in order. values: figure -> float64 (arms, seeds), nan where a
    figure has no meaning. daily: figure -> float64 (arms, seeds, days). who: int64 (seeds, arms - 1, sums, groups, segments,
    ties, distances) in simulated consumers, or None. why: float64 (seeds taken apart, arms - 1, figures, parts), or None.
    rule: of a sequential comparison. stopped: True if it was stopped early. common: one luck for all plans.
    """

    arms: dict[str, Scenario]
    seeds: tuple[int, ...]
    values: Mapping[str, np.ndarray]
    daily: Mapping[str, np.ndarray]
    who: np.ndarray | None = None
    why: np.ndarray | None = None
    rule: Rule | None = None
    stopped: bool = False
    common: bool = True
    metadata: Mapping[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<Comparison of {', '.join(self.arms)}: {len(self.seeds)} seeds>"

    @property
    def baseline(self) -> str:
        """The plan that the others are compared with."""
        return next(iter(self.arms))

    @property
    def others(self) -> list[str]:
        """The other plans."""
        return list(self.arms)[1:]

    @property
    def scenario(self) -> Scenario:
        """The baseline's scenario."""
        return self.arms[self.baseline]

    @property
    def currency(self) -> str:
        """Label of money in this market."""
        return self.scenario.world.market.currency

    @property
    def people_per_consumer(self) -> float:
        """Real people that one simulated consumer stands for."""
        market = self.scenario.world.market
        return market.people / market.consumers

    @cached_property
    def changed(self) -> dict[str, tuple[list[str], list[str]]]:
        """What each plan changes against the baseline: kinds of touch, and other keys of the plan."""
        return {arm: people.changed_touches(self.scenario, self.arms[arm]) for arm in self.others}

    def gaps(self, arm: str, figure: str) -> np.ndarray:
        """Differences of one figure to the baseline, seed by seed, float64 (seeds,)."""
        return self.values[figure][list(self.arms).index(arm)] - self.values[figure][0]

    @cached_property
    def rows(self) -> dict[tuple[str, str], Row]:
        """(arm, figure) -> what it says, for every plan but the baseline."""
        return {(arm, name): self._row(arm, name) for arm in self.others for name in self.values}

    def _row(self, arm: str, name: str) -> Row:
        gaps, anytime = self.gaps(arm, name), self.rule is not None
        found = interval(gaps, anytime)
        start = self.values[name][0][~np.isnan(gaps)]
        baseline = float(start.mean()) if len(start) else np.nan
        said = verdict(found, gaps)
        return Row(
            found,
            baseline,
            found.mean / baseline if baseline > 0 else np.nan,
            chance_above(gaps),
            chance_above(FIGURES[name].better * gaps) if FIGURES[name].better else np.nan,
            said,
            seeds_to_settle(gaps, anytime) if said == CLOSE else None,
        )

    @cached_property
    def runs(self) -> pd.DataFrame:
        """One row per arm and seed, one column per headline figure, in real people and money."""
        import pandas as pd

        index = pd.MultiIndex.from_product([list(self.arms), self.seeds], names=["arm", "seed"])
        return pd.DataFrame({name: values.ravel() for name, values in self.values.items()}, index=index).reset_index()

    @cached_property
    def differences(self) -> pd.DataFrame:
        """One row per arm but the baseline, and figure: the mean difference, its 95 % interval, chances and the verdict."""
        import pandas as pd

        rows = [
            {
                "arm": arm,
                "figure": name,
                "label": FIGURES[name].label,
                "unit": FIGURES[name].unit,
                "baseline": row.baseline,
                "difference": row.interval.mean,
                "low": row.interval.low,
                "high": row.interval.high,
                "relative": row.relative,
                "chance_higher": row.higher,
                "chance_better": row.better,
                "seeds": row.interval.seeds,
                "verdict": row.verdict,
                "seeds_to_settle": row.seeds_to_settle,
                "sentence": sentence(self, arm, name),
            }
            for (arm, name), row in self.rows.items()
        ]
        return pd.DataFrame(rows).astype({"seeds_to_settle": "Int64"}) if rows else pd.DataFrame(rows)

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """One row per arm and figure: mean with interval, worst tenth, regret, and the share of seeds on which it is best.

        Worst and best mean nothing where neither more nor less is better (spend): nan there.
        """
        import pandas as pd

        rows = []
        for name, values in self.values.items():
            better = FIGURES[name].better
            losses, firsts = regret(values, better), best_share(values, better)
            for number, arm in enumerate(self.arms):
                found = interval(values[number], self.rule is not None)
                judged = (worst_tenth(values[number], better), losses[number], firsts[number])
                rows.append((arm, name, *found[:3], *(judged if better else (np.nan,) * 3)))
        columns = ["arm", "figure", "mean", "low", "high", "worst_tenth", "regret", "best_in"]
        return pd.DataFrame(rows, columns=columns)

    @cached_property
    def build_up(self) -> pd.DataFrame:
        """How differences build up: arm, figure, day, date, mean difference since the start up to that day, its interval."""
        import pandas as pd

        frames = []
        start = np.datetime64(self.scenario.horizon.start, "D")
        for name, values in self.daily.items():
            for number, arm in enumerate(self.others, start=1):
                sums = (values[number] - values[0]).cumsum(axis=1)
                days = np.arange(sums.shape[1])
                ends = [interval(column, self.rule is not None) for column in sums.T]
                frame = pd.DataFrame(ends, columns=["difference", "low", "high", "seeds"]).drop(columns="seeds")
                head = pd.DataFrame({"arm": arm, "figure": name, "day": days, "date": start + days})
                frames.append(pd.concat([head, frame], axis=1))
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()

    @cached_property
    def consumers(self) -> pd.DataFrame:
        """Who buys under one plan and not the other: arm, by (everybody, segment, ties, distance), who, and real people.

        people: how many there are. won, lost, earlier, later, as_soon: see sim.experiments.consumers. gained: won - lost, units:
        difference in units, both with intervals. distance: steps to somebody who met what was changed, -1 where it is not that.
        """
        import pandas as pd

        return pd.DataFrame(list(self._consumers()))

    def _consumers(self) -> Iterator[dict[str, Any]]:
        if self.who is None:
            return
        segments = [one.name for one in self.scenario.world.segments]
        names = {"everybody": ["everybody"], "segment": segments, "ties": people.TIES, "distance": people.DISTANCES}
        group = {name: number for number, name in enumerate(people.GROUPS)}
        for number, arm in enumerate(self.others):
            for what, classes in names.items():
                table = people.by(self.who[:, number], what) * self.people_per_consumer
                for at, who in enumerate(classes[: table.shape[-1]]):
                    heads, mine, theirs, _ = np.moveaxis(table[..., at], 1, 0)
                    gained = interval(heads[:, group["won"]] - heads[:, group["lost"]])
                    units = interval((theirs - mine).sum(axis=1))
                    yield {
                        "arm": arm,
                        "by": what,
                        "who": who,
                        "distance": at if what == "distance" else -1,
                        "people": float(heads.sum(axis=1).mean()),
                        **{one: float(heads[:, group[one]].mean()) for one in people.GROUPS[:5]},
                        **dict(zip(("gained", "gained_low", "gained_high"), gained[:3])),
                        **dict(zip(("units", "units_low", "units_high"), units[:3])),
                    }

    @cached_property
    def timing(self) -> pd.DataFrame:
        """Expansion and acceleration: arm, group (won, lost, earlier, ...), people, difference in units with interval.

        The units of all groups sum to the difference in sales. days_sooner: mean over those who buy under both.
        """
        import pandas as pd

        rows = []
        for number, arm in enumerate(self.others if self.who is not None else []):
            table = people.by(self.who[:, number], "everybody")[..., 0]  # type: ignore[index]
            heads, mine, theirs, sooner = np.moveaxis(table, 1, 0)
            for at, group in enumerate(people.GROUPS):
                units = interval((theirs - mine)[:, at] * self.people_per_consumer)
                days = float(sooner[:, at].sum() / heads[:, at].sum()) if heads[:, at].sum() else np.nan
                rows.append((arm, group, float(heads[:, at].mean() * self.people_per_consumer), days, *units[:3]))
        return pd.DataFrame(rows, columns=["arm", "group", "people", "days_sooner", "units", "units_low", "units_high"])

    @cached_property
    def parts(self) -> pd.DataFrame:
        """Where differences come from: arm, figure, part, label, mean, its interval, share of the whole, seeds.

        The parts of a figure sum to its difference on every seed that was taken apart.
        """
        import pandas as pd

        rows = []
        for number, arm in enumerate(self.others if self.why is not None else []):
            for row, name in enumerate(FIGURES):
                table = self.why[:, number, row]  # type: ignore[index]
                whole = float(table.sum(axis=1).mean())
                for at, (part, label) in enumerate(PARTS.items()):
                    found = interval(table[:, at])
                    share = found.mean / whole if whole else np.nan
                    rows.append((arm, name, part, label, *found[:3], share, found.seeds))
        columns = ["arm", "figure", "part", "label", "mean", "low", "high", "share", "seeds"]
        return pd.DataFrame(rows, columns=columns)

    def answer(self, on: str = "profit") -> str:
        """The comparison in plain sentences. on: the figure by which plans are judged."""
        return answer(self, on)

    def save(self, folder: str | os.PathLike[str], figures: bool = True) -> Path:
        """Write everything as one folder, whole or not at all; an earlier comparison there is replaced, anything else refused."""
        from sim.experiments.kept import save

        return save(self, folder, figures)

    @classmethod
    def load(cls, folder: str | os.PathLike[str]) -> Comparison:
        """Read a saved comparison. Raises FileNotFoundError if the folder holds none."""
        from sim.experiments.kept import load

        return load(folder)
