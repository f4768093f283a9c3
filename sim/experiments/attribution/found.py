"""What an attribution laboratory found: tables, plain words, a folder to keep."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.experiments.intervals import UNKNOWN, interval

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from sim.experiments.attribution.measure import Settings
    from sim.experiments.channels import PlanChannel
    from sim.scenario import Scenario

TRUTH = "truth"
TESTS = {"users": "user-level test", "regions": "geo test"}
"""Kind of run -> what the way of attribution is called."""

README = """{title}
What each way of attribution says a channel sold, beside what it truly sold: the same market, people and luck without it.
Seeds: {seeds}. {stopped}Real people and money; low and high: 95 % interval of the mean over seeds.

answer.txt        the findings in plain words
channels.csv      one row per way and channel: claimed, true, bias, and the budget it would give (factor on today's)
ways.csv          one row per way: share of channel pairs in the wrong order, Kendall's tau, profit of the recommended budget
interference.csv  one row per paid channel: how the control group of its user-level test was spoiled
seeds.csv         one row per way, channel and seed
attribution.png   the picture
about.json        scenario, seeds, settings, versions
scenario.toml     the scenario; the files it reads are in files/
"""


@dataclass(frozen=True)
class Interference:
    """How the control group of a user-level lift test was spoiled; each float64 (seeds).

    heard, heard_anyway: share of controls who heard of the brand from others in the test, and in a world without the channel.
    controls, treated: sales gained over that world at the rate of the controls (of the treated), for the whole market. bias:
    treated less controls less the truth, so without the chance differences of the two groups. predicted: the bias by exposure
    mapping; through_friends: the part of it that goes from friend to friend, the rest reaches everybody alike.
    """

    heard: np.ndarray
    heard_anyway: np.ndarray
    controls: np.ndarray
    treated: np.ndarray
    bias: np.ndarray
    predicted: np.ndarray
    through_friends: np.ndarray


@dataclass(frozen=True)
class Attribution:
    """Ways of attribution against the truth, S seeds and C channels, in real people and money.

    sales, profit: of today's plan, float64 (S). spend: money by channel (S, C). claims: way -> sales that it gives to each
    channel (S, C), "truth" first, nan where the way cannot tell. worth: profit that each channel truly adds, its cost paid
    (S, C). interference: channel -> contamination of its test. factors: way -> recommended factors on today's money (S, C);
    profits: way -> profit with them (S). stopped: Ctrl-C ended it early.
    """

    scenario: Scenario
    settings: Settings
    seeds: tuple[int, ...]
    channels: tuple[PlanChannel, ...]
    sales: np.ndarray
    profit: np.ndarray
    spend: np.ndarray
    claims: dict[str, np.ndarray]
    worth: np.ndarray
    interference: dict[str, Interference] = field(default_factory=dict)
    factors: dict[str, np.ndarray] = field(default_factory=dict)
    profits: dict[str, np.ndarray] = field(default_factory=dict)
    stopped: bool = False

    def __repr__(self) -> str:
        names = ", ".join(one.name for one in self.channels)
        return f"<Attribution of '{self.scenario.title}': {len(self.claims)} ways, {names}; {len(self.seeds)} seeds>"

    def but(self, **changes: Any) -> Attribution:
        """The same with some fields replaced."""
        return replace(self, **changes)

    @property
    def currency(self) -> str:
        """Label of money."""
        return str(self.scenario.world.market.currency)

    @property
    def noun(self) -> str:
        """What is credited, in words."""
        return "units" if self.settings.outcome == "units" else "new customers"

    @cached_property
    def channel_rows(self) -> list[dict[str, Any]]:
        """One row per way and channel: claimed and true sales, bias and its interval, claimed / true, factor on the budget."""
        rows: list[dict[str, Any]] = []
        for way, claims in self.claims.items():
            for c, channel in enumerate(self.channels):
                claimed, true = interval(claims[:, c]), interval(self.claims[TRUTH][:, c])
                bias = interval(claims[:, c] - self.claims[TRUTH][:, c])
                spend, factor = float(self.spend[:, c].mean()), self.factors.get(way)
                rows.append(
                    {
                        "way": way,
                        "channel": channel.name,
                        "spend": spend,
                        **claimed.named("claimed"),
                        **true.named("true"),
                        **bias.named("bias"),
                        "times_true": claimed.mean / true.mean if true.clear else np.nan,
                        "per_1000_money": 1000 * claimed.mean / spend if spend else np.nan,
                        "factor": np.nan if factor is None or not channel.budgeted else float(factor[:, c].mean()),
                    }
                )
        return rows

    @cached_property
    def way_rows(self) -> list[dict[str, Any]]:
        """One row per way: wrong pairs, tau, share of all sales claimed, profit of its budget against today's and the truth's."""
        rows: list[dict[str, Any]] = []
        for way, claims in self.claims.items():
            wrong, tau = zip(*(self._order(row) for row in claims))
            gain = interval(self.profits[way] - self.profit) if way in self.profits else UNKNOWN
            regret = interval(self.profits[TRUTH] - self.profits[way]) if way in self.profits else UNKNOWN
            rows.append(
                {
                    "way": way,
                    "wrong_pairs": interval(wrong).mean,
                    "tau": interval(tau).mean,
                    "share_of_sales": interval(
                        np.nansum(claims, axis=1) / np.where(self.sales, self.sales, np.nan)
                    ).mean,
                    **gain.named("gain"),
                    **regret.named("regret"),
                }
            )
        return rows

    def _order(self, claims: np.ndarray) -> tuple[float, float]:
        """Share of pairs in the wrong order of return on money, and Kendall's tau, of one market's claims against the truth."""
        from scipy.stats import kendalltau

        money, true = self.spend.mean(axis=0), self.claims[TRUTH].mean(axis=0)
        known = np.isfinite(claims) & (money > 0) & np.array([one.budgeted for one in self.channels])
        if known.sum() < 2:
            return np.nan, np.nan
        said, right = claims[known] / money[known], true[known] / money[known]
        pairs = [(i, j) for i in range(said.size) for j in range(i)]
        wrong = [(said[i] - said[j]) * (right[i] - right[j]) <= 0 for i, j in pairs]
        return float(np.mean(wrong)), float(kendalltau(said, right).statistic)

    @cached_property
    def test_rows(self) -> list[dict[str, Any]]:
        """One row per tested channel: who heard, what controls gained, bias of the test, measured and predicted."""
        rows: list[dict[str, Any]] = []
        for name, one in self.interference.items():
            row: dict[str, Any] = {"channel": name, "true": float(np.mean(self._true(name)))}
            for key in Interference.__dataclass_fields__:
                row |= interval(getattr(one, key)).named(key)
            rows.append(row)
        return rows

    @property
    def by_channel(self) -> pd.DataFrame:
        """`channel_rows` as a pandas frame."""
        import pandas as pd

        return pd.DataFrame(self.channel_rows)

    @property
    def by_way(self) -> pd.DataFrame:
        """`way_rows` as a pandas frame."""
        import pandas as pd

        return pd.DataFrame(self.way_rows)

    @property
    def by_test(self) -> pd.DataFrame:
        """`test_rows` as a pandas frame."""
        import pandas as pd

        return pd.DataFrame(self.test_rows)

    @cached_property
    def by_seed(self) -> pd.DataFrame:
        """One row per way, channel and seed: what was claimed."""
        import pandas as pd

        names = [one.name for one in self.channels]
        index = pd.MultiIndex.from_product([list(self.claims), self.seeds, names], names=["way", "seed", "channel"])
        return pd.DataFrame({"claimed": np.array(list(self.claims.values())).ravel()}, index=index).reset_index()

    def _true(self, name: str) -> np.ndarray:
        return self.claims[TRUTH][:, [one.name for one in self.channels].index(name)]

    def answer(self) -> str:
        """The findings in plain sentences, one a line."""
        from sim.experiments.attribution.words import answer

        return answer(self)

    def figure(self) -> Figure:
        """The picture: per channel the truth with its interval, and what every way claims."""
        from sim.experiments.attribution.picture import claims_and_truth

        return claims_and_truth(self)

    def save(self, folder: str | os.PathLike[str], figures: bool = True) -> Path:
        """Write tables, words and the picture as one folder, whole or not at all; an earlier one there is replaced."""
        from sim.experiments.folders import about, save_folder
        from sim.plots.saving import save_figures

        def write(place: Path) -> None:
            tables = {
                "channels": self.by_channel,
                "ways": self.by_way,
                "interference": self.by_test,
                "seeds": self.by_seed,
            }
            for name, table in tables.items():
                table.to_csv(place / f"{name}.csv", index=False)
            if figures:
                save_figures({"attribution": Attribution.figure}, self, place)
            (place / "answer.txt").write_text(self.answer() + "\n", "utf-8")

        stopped = "Stopped early. " if self.stopped else ""
        words = README.format(title=self.scenario.title, seeds=", ".join(map(str, self.seeds)), stopped=stopped)
        facts = about("attribution", self.scenario, self.seeds, vars(self.settings)) | {"stopped": self.stopped}
        return save_folder(folder, "attribution", self.scenario, facts, words, write)
