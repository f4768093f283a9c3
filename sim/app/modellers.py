"""`journeysim app --inside`: Mesa's own page, SolaraViz, on a small market, for people who know Mesa.

Play, step and reset a market of one's own, turn a few of its numbers, and see it day by day. Each visitor has a market of
their own; Mesa's command console, which runs any code, is not on the page.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import matplotlib as mpl
import solara
from matplotlib.figure import Figure
from mesa.visualization import Slider, SolaraViz, make_plot_component
from mesa.visualization.utils import update_counter

from sim.app.theme import LIGHT
from sim.market import Market
from sim.mechanism import registry

mpl.use("Agg")
CONSUMERS, SEED = 1_000, 7
MARKETS = ("coffee", "launch", "ebike", "app", "minimal")
STRENGTHS = (
    ("word_of_mouth", "rate", "how often friends talk", 1.0),
    ("word_of_mouth", "persuasion", "what a friend's word counts", 5.0),
    ("paid_media", "effect", "what an ad counts", 2.0),
)
"""Mechanism, parameter, words and largest value of the sliders that set a rule's strength; they begin at the default."""


def controls() -> dict[str, Any]:
    """What Reset builds the market from, by the names of `Market`'s arguments."""
    sliders = {
        f"{mechanism}__{parameter}": Slider(
            label, float(registry()[mechanism].params[parameter].default), 0.0, most, most / 50
        )
        for mechanism, parameter, label, most in STRENGTHS
    }
    return {
        "scenario": {"type": "Select", "label": "market", "value": MARKETS[0], "values": list(MARKETS)},
        "consumers": Slider("consumers", CONSUMERS, 500, 5_000, 500),
        "rng": Slider("seed", SEED, 1, 100, 1),
        **sliders,
    }


def stages_today(market: Market) -> Figure:
    """How many simulated consumers are at each stage today, with the focal brand."""
    names = [stage.name for stage in market.engine.stages]
    counted = Counter(market.agents.get("stage"))
    figure = Figure(figsize=(5, 3.2), layout="constrained")
    axes = figure.subplots()
    bars = axes.barh(names, [counted[name] for name in names], color=LIGHT.primary)
    axes.bar_label(bars, padding=3)
    axes.invert_yaxis()
    axes.margins(x=0.12)
    axes.set(xlabel="consumers", title=f"Where people stand with {market.focal.name} on day {market.day}")
    axes.spines[["top", "right"]].set_visible(False)
    return figure


@solara.component
def Stages(market: Market) -> None:
    """`stages_today`, drawn again each day."""
    update_counter.get()  # Mesa's sign that a day was lived
    solara.FigureMatplotlib(stages_today(market), format="svg")


@solara.component
def Page() -> None:
    """The whole page; one market for each visitor."""
    first = solara.use_memo(lambda: Market(MARKETS[0], rng=SEED, consumers=CONSUMERS), [])
    market: solara.Reactive[Market] = solara.use_reactive(first)
    SolaraViz(
        market,
        components=[
            (Stages, 0),
            make_plot_component("sales", page=0),
            make_plot_component("customers", page=0),
            make_plot_component({"awareness": LIGHT.primary, "trust": LIGHT.back}, page=0),
        ],
        model_params=controls(),
        name="Inside a market: days, step by step",
    )
