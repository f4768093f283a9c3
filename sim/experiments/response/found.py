"""What response curves showed: tables, plain words, a folder to keep."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.experiments.intervals import UNKNOWN, Interval, interval
from sim.experiments.response.defaults import assumed
from sim.experiments.response.fit import (
    HALVES,
    MOST_DECAY,
    SLOPES,
    Curve,
    fit_decay,
    fit_hill,
    half_life,
    jackknifed,
    straight,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from sim.experiments.channels import PlanChannel
    from sim.scenario import Scenario

README = """{title}
How sales answer to the money of each channel: the same people and luck with more and less of it.
Seeds: {seeds}. {stopped}Real people and money; low and high: 95 % interval of the mean over seeds.

answer.txt      the findings in plain words
curves.csv      one row per channel and step of the ladder: spend, extra sales over none, marginal return, profit
channels.csv    one row per channel: return, saturation, carry-over, fitted Hill and decay
assumed.csv     the fitted parameters beside what mix models assume of such a channel
carry_over.csv  one row per channel and week since a week of more money: extra sales, extra awareness
synergy.csv     one row per pair of channels: effect of both less the sum of the effects of each
curves.png, carry_over.png, synergy.png   the pictures
about.json      scenario, seeds, settings, versions
scenario.toml   the scenario; the files it reads are in files/
"""


@dataclass(frozen=True)
class Response:
    """Response of sales to C channels on a ladder of R steps, S seeds, in real units and money.

    ladder: multiples of today's money (R), from 0. sales, profit, spend: (C, R, S), of the whole plan (spend: of the channel).
    synergy: pair of channels -> effect of both less the sum of those of each alone (S). extra: channel -> sales a week gained by
    one week of more money (S, weeks), that week first; remembered: the same for mean awareness, 0 to 1. burst_day: its first
    day. stopped: Ctrl-C ended it early.
    """

    scenario: Scenario
    seeds: tuple[int, ...]
    channels: tuple[PlanChannel, ...]
    ladder: np.ndarray
    outcome: str
    sales: np.ndarray
    profit: np.ndarray
    spend: np.ndarray
    synergy: dict[tuple[str, str], np.ndarray] = field(default_factory=dict)
    extra: dict[str, np.ndarray] = field(default_factory=dict)
    remembered: dict[str, np.ndarray] = field(default_factory=dict)
    burst_day: int = 0
    stopped: bool = False

    def __repr__(self) -> str:
        names = ", ".join(one.name for one in self.channels)
        return f"<Response of '{self.scenario.title}': {names}; {self.ladder.size} steps, {len(self.seeds)} seeds>"

    @property
    def currency(self) -> str:
        """Label of money."""
        return str(self.scenario.world.market.currency)

    @property
    def noun(self) -> str:
        """What is sold, in words."""
        return "units" if self.outcome == "units" else "new customers"

    @property
    def today(self) -> int:
        """Position of today's money on the ladder."""
        return int(np.flatnonzero(self.ladder == 1.0)[0])

    @property
    def gained(self) -> np.ndarray:
        """Sales over those without the channel, float64 (C, R, S)."""
        return self.sales - self.sales[:, :1]

    def marginal(self, channel: int, step: int) -> Interval:
        """Sales per unit of money between a step of the ladder and the one before; nan where no more was spent."""
        money = float((self.spend[channel, step] - self.spend[channel, step - 1]).mean())
        more = interval(self.sales[channel, step] - self.sales[channel, step - 1])
        return more.through(lambda value: value / money) if money > 0 else UNKNOWN

    def curve(self, channel: int, seeds: np.ndarray | None = None) -> Curve | None:
        """Hill's curve through the mean gains of all or some seeds; None where the channel brings nothing clear."""
        gained, spend = self.gained[channel], self.spend[channel]
        if not (self._clear(gained[-1]) and self._clear(gained[self.today])) or spend[self.today].mean() <= 0:
            return None
        use = slice(None) if seeds is None else seeds
        spread = gained.std(axis=1, ddof=1 if len(self.seeds) > 1 else 0)
        return fit_hill(
            spend[:, use].mean(axis=1), gained[:, use].mean(axis=1), spread, float(spend[self.today].mean())
        )

    def _clear(self, values: np.ndarray) -> bool:
        """Whether a gain is clearly above zero; with one seed, whether it is above at all."""
        return interval(values).low > 0 if len(self.seeds) > 1 else bool(values.mean() > 0)

    @cached_property
    def curves(self) -> list[Curve | None]:
        """Hill's curve of each channel, None where it brings nothing clear."""
        return [self.curve(c) for c in range(len(self.channels))]

    @cached_property
    def curve_rows(self) -> list[dict[str, Any]]:
        """One dict per channel and step: spend, gain over none, marginal sales per 1,000 of money, profit over today."""
        rows: list[dict[str, Any]] = []
        for c, channel in enumerate(self.channels):
            for r, step in enumerate(self.ladder):
                slope = self.marginal(c, r) if r else UNKNOWN
                rows.append(
                    {
                        "channel": channel.name,
                        "step": float(step),
                        "spend": float(self.spend[c, r].mean()),
                        **interval(self.gained[c, r]).named("gain"),
                        **slope.through(lambda value: 1000 * value).named("marginal_per_1000"),
                        **interval(self.profit[c, r] - self.profit[c, self.today]).named("profit_over_today"),
                    }
                )
        return rows

    @cached_property
    def channel_rows(self) -> list[dict[str, Any]]:
        """One dict per channel: return today, next step's return, saturation, carry-over, fitted parameters."""
        return [self._channel_row(c) for c in range(len(self.channels))]

    def _channel_row(self, c: int) -> dict[str, Any]:
        now, seeds = self.today, len(self.seeds)
        spend, channel = float(self.spend[c, now].mean()), self.channels[c]
        gain = interval(self.gained[c, now])
        curve, nothing = self.curves[c], UNKNOWN
        slope = half = saturation = nothing
        if curve is not None:
            most = float(self.spend[c, -1].mean())

            def fitted(figure: Any, low: float, high: float) -> Interval:
                return jackknifed(lambda use: figure(self.curve(c, use)), seeds, low, high)

            slope = fitted(lambda one: one.slope, *SLOPES)
            # A curve without a bend in sight is a power of spend, whose best return lies wherever one begins to look.
            half = saturation = UNKNOWN._replace(mean=np.inf)
            if not straight(curve, spend):
                half = fitted(lambda one: one.half / spend, *HALVES)
                saturation = UNKNOWN._replace(mean=curve.saturates_at(most) / spend)
        decay, memory = (
            self._decay(self.extra.get(channel.name)),
            self._decay(self.remembered.get(channel.name), peak=True),
        )
        return {
            "channel": channel.name,
            "spend": spend,
            **gain.named("gain"),
            **gain.through(lambda value: 1000 * value / spend if spend else np.nan).named("per_1000"),
            **self._next(c).named("next_per_1000"),
            "saturates_at": saturation.mean,
            **half.named("half"),
            **slope.named("slope"),
            **decay.named("decay"),
            **decay.through(half_life).named("half_life_weeks"),
            **memory.named("memory"),
            **memory.through(half_life).named("memory_half_life_weeks"),
        }

    def _decay(self, weekly: np.ndarray | None, peak: bool = False) -> Interval:
        """Weekly decay of what a burst adds (S, weeks), nan where it adds nothing clear; peak: from its highest week on."""
        if weekly is None or not self._clear(weekly.sum(axis=1)):
            return UNKNOWN
        first = min(int(np.argmax(weekly.mean(axis=0))), weekly.shape[1] - 3) if peak else 0
        fading = weekly[:, first:]
        return jackknifed(lambda use: fit_decay(fading[use].mean(axis=0)), len(self.seeds), 0.0, MOST_DECAY)

    def _next(self, c: int) -> Interval:
        """Sales per further 1,000 of money from today to the next step of the ladder; of the last step where today is it."""
        step = min(self.today + 1, self.ladder.size - 1)
        return self.marginal(c, step).through(lambda value: 1000 * value)

    @cached_property
    def assumed_rows(self) -> list[dict[str, Any]]:
        """One dict per channel, parameter and package: fitted, its interval, the package's range, whether they meet."""
        rows = []
        for row in self.channel_rows:
            for package in assumed(row["channel"]):
                for name in ("decay", "memory", "half", "slope"):
                    low, high = package.decay if name == "memory" else getattr(package, name)
                    if np.isnan(row[name]):
                        continue
                    rows.append(
                        {
                            "channel": row["channel"],
                            "parameter": name,
                            **{f"fitted{end}": row[f"{name}{end}"] for end in ("", "_low", "_high")},
                            "package": package.package,
                            "assumed_low": low,
                            "assumed_high": high,
                            "agrees": self._meets(row, name, low, high),
                        }
                    )
        return rows

    def _meets(self, row: dict[str, Any], name: str, low: float, high: float) -> bool:
        """Whether the interval of a fitted parameter (its value, without one) meets a range."""
        ends = row[f"{name}_low"], row[f"{name}_high"]
        lowest, highest = (row[name], row[name]) if np.isnan(ends).any() else ends
        return bool(lowest <= high and highest >= low)

    @cached_property
    def synergy_rows(self) -> list[dict[str, Any]]:
        """One dict per pair of channels: effect of both less the sum of each."""
        return [{"one": a, "other": b, **interval(values).named("synergy")} for (a, b), values in self.synergy.items()]

    @cached_property
    def carry_rows(self) -> list[dict[str, Any]]:
        """One dict per channel and week since the burst: extra sales."""
        return [
            {
                "channel": name,
                "week": week,
                **interval(values[:, week]).named("extra"),
                **interval(self.remembered[name][:, week]).named("awareness"),
            }
            for name, values in self.extra.items()
            for week in range(values.shape[1])
        ]

    def frame(self, name: str) -> pd.DataFrame:
        """A table as a pandas frame: "curve", "channel", "assumed", "synergy" or "carry"."""
        import pandas as pd

        return pd.DataFrame(getattr(self, f"{name}_rows"))

    def answer(self) -> str:
        """The findings in plain sentences, one a line."""
        from sim.experiments.response.words import answer

        return answer(self)

    def figure(self) -> Figure:
        """The picture of the curves."""
        from sim.experiments.response.picture import response_curves

        return response_curves(self)

    def save(self, folder: str | os.PathLike[str], figures: bool = True) -> Path:
        """Write tables, words and pictures as one folder, whole or not at all; an earlier one there is replaced."""
        from sim.experiments.folders import about, save_folder
        from sim.experiments.response.picture import PICTURES
        from sim.plots.saving import save_figures

        def write(place: Path) -> None:
            files = {
                "curve": "curves",
                "channel": "channels",
                "assumed": "assumed",
                "carry": "carry_over",
                "synergy": "synergy",
            }
            for name, file in files.items():
                self.frame(name).to_csv(place / f"{file}.csv", index=False)
            if figures:
                save_figures(PICTURES, self, place)
            (place / "answer.txt").write_text(self.answer() + "\n", "utf-8")

        stopped = "Stopped early. " if self.stopped else ""
        words = README.format(title=self.scenario.title, seeds=", ".join(map(str, self.seeds)), stopped=stopped)
        settings = {"outcome": self.outcome, "ladder": self.ladder.tolist(), "burst_day": self.burst_day}
        facts = about("response", self.scenario, self.seeds, settings) | {"stopped": self.stopped}
        return save_folder(folder, "response", self.scenario, facts, words, write)
