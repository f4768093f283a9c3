"""Personalised advertising: matching, and control over one's data (facts X01 and X02)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.evidence.experiment import Finding, Measure, fact

if TYPE_CHECKING:
    from sim.evidence.lab import Lab

CHANNEL = "paid_social"
ONLY_FEED = {"plan.flights": [{"channel": CHANNEL, "weekly": 20_000}], "plan.sponsorships": [], "plan.promotions": []}
"""The launch with ads in one personal channel alone."""
NO_ADS = {**ONLY_FEED, "plan.flights": []}


@fact(
    "X01",
    market="launch",
    change="ads that match people's interest in the category",
    control="ads made for people of the opposite interest",
    seeds=24,
)
def matched_ads(lab: Lab) -> Finding:
    """Extra purchases by ads that match the person, over those by mismatched ads, at the same impressions.

    Paid social alone, messages matched as far as can be (depth 1); a mismatched ad fits the least interested best. Extra over
    no ads, in a year. Published: up to 1.5 times the purchases (Matz et al. 2017).
    """
    scenario, none = lab.market("launch", ONLY_FEED), lab.market("launch", NO_ADS)

    def speak(sign: float):
        def before(engine):
            if engine.day == 0:
                channel = [one.name for one in engine.channels].index(CHANNEL)
                match = engine.parameters["personalisation"]["gain"]
                engine.tables["relevance"][engine.focal, channel] = sign * match

        return before

    base = lab.each(none, lambda life: life.units())
    extra = {
        name: lab.each(scenario, lambda life: life.units(), before=speak(sign), without=("personalisation",)) - base
        for name, sign in (("matched", 1.0), ("general", 0.0), ("mismatched", -1.0))
    }

    def draw(axes):
        axes.bar(range(len(extra)), [one.mean() / extra["mismatched"].mean() for one in extra.values()], 0.5)
        axes.axhspan(1.05, 1.8, color="0.9", zorder=0)
        axes.set_xticks(range(len(extra)), list(extra))
        axes.set(ylabel="extra purchases, mismatched = 1 (band: shaded)")

    ratio = Measure.of_ratio(
        "matched / mismatched", extra["matched"], extra["mismatched"], low=1.05, high=1.8, published=1.5
    )
    return Finding([ratio], draw)


@fact(
    "X02",
    market="launch",
    change="depth of personalisation from none to full, by a brand that is open about its data",
    control="the same by a brand that is not",
    seeds=30,
    unjudged=("inverted U in depth: three depths are lived, too few for a peak",),
)
def control_over_data(lab: Lab) -> Finding:
    """Response to personalised ads of a brand that gives people control over their data, and of one that does not.

    Response: extra purchases over no ads in a year, paid social alone, transparency 1 or 0. Published: nearly twice the clicks on
    personalised ads after privacy controls were given, no change for generic ones (Tucker 2014).
    """
    depths = (0.0, 0.5, 1.0)
    base = lab.each(lab.market("launch", NO_ADS), lambda life: life.units())

    def extra(depth: float, transparency: float) -> np.ndarray:
        changes = {
            **ONLY_FEED,
            "world.platform.personalisation": depth,
            "world.brands.Fjord.transparency": transparency,
        }
        return lab.each(lab.market("launch", changes), lambda life: life.units()) - base

    open_, closed = ({depth: extra(depth, transparency) for depth in depths} for transparency in (1.0, 0.0))
    middle = extra(0.5, 0.5)

    def draw(axes):
        unit = open_[0.0].mean()
        for response, label in ((open_, "open about data"), (closed, "not open")):
            axes.plot(depths, [one.mean() / unit for one in response.values()], "o-", label=label)
        axes.set(xlabel="depth of personalisation", ylabel="extra purchases, generic = 1", ylim=(0, None))
        axes.legend(frameon=False)

    return Finding(
        [
            Measure.of_ratio(
                "open / not open, personalised", open_[1.0], closed[1.0], low=1.2, high=3.0, published=2.0
            ),
            Measure.of_ratio("open / not open, generic", open_[0.0], closed[0.0], low=0.9, high=1.1, published=1.0),
            Measure("depth effect if open", open_[1.0] - open_[0.0], low=0.0, sign=True, unit="purchases"),
            Measure.of_ratio("full depth / generic, if not open", closed[1.0], closed[0.0], high=1.0),
            Measure.of_ratio("half depth / generic, half open", middle, open_[0.0]),
        ],
        draw,
    )
