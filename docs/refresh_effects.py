"""The figures and pictures of docs/attribution.md, made anew by docs/refresh.py."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

import sim
from sim.answers import kind_label, number, percent
from sim.evidence.markdown import table
from sim.experiments.attribution import Attribution
from sim.experiments.response import Response

IMAGES = Path(__file__).parent / "images"
CONSUMERS = 5_000  # what the commands take by themselves


@cache
def attributed(name: str, seeds: int) -> Attribution:
    """What `journeysim attribution NAME --seeds SEEDS` computes."""
    return sim.attribution(sim.load(name).with_(consumers=CONSUMERS), seeds=seeds)


@cache
def responded(name: str, seeds: int) -> Response:
    """What `journeysim response NAME --seeds SEEDS` computes."""
    return sim.response(sim.load(name).with_(consumers=CONSUMERS), seeds=seeds)


def said(text: str) -> str:
    """Words of a command."""
    return f"```text\n{text}\n```\n"


def the_launch() -> str:
    """Attribution of a launch."""
    return said(attributed("launch", 8).answer())


def the_ways() -> str:
    """Every way of attribution in the launch: claims, order, money."""
    found = attributed("launch", 8)
    rows = []
    for row in found.way_rows:
        claims = found.claims[row["way"]].mean(axis=0)
        cells = ["cannot tell" if np.isnan(one) else number(one) for one in claims]
        wrong = "" if row["way"] == "truth" else percent(row["wrong_pairs"])
        rows.append((row["way"], *cells, wrong, f"{number(row['gain'])} EUR"))
    names = [kind_label(one.name) for one in found.channels]
    return table(("way", *names, "wrong pairs", "its budget earns"), rows)


def the_coffee() -> str:
    """Attribution of a brand that people know."""
    return said(attributed("coffee", 6).answer())


def the_curves() -> str:
    """Response of a launch."""
    return said(responded("launch", 6).answer())


def the_assumed() -> str:
    """Hill and decay of an established brand's television, beside what mix models assume."""
    found = responded("coffee", 8)
    rows = [
        (
            kind_label(row["channel"]),
            {
                "decay": "weekly decay, sales",
                "memory": "weekly decay, awareness",
                "half": "half-saturation",
                "slope": "slope",
            }[row["parameter"]],
            _ranged(row["fitted"], row["fitted_low"], row["fitted_high"]),
            row["package"],
            f"{row['assumed_low']:g} to {row['assumed_high']:g}",
            "yes" if row["agrees"] else "no",
        )
        for row in found.assumed_rows
    ]
    return table(("channel", "parameter", "fitted", "package", "assumes", "agrees"), rows)


def _ranged(mean: float, low: float, high: float) -> str:
    if np.isinf(mean):
        return "none seen"
    return f"{mean:.2g}" + ("" if np.isnan(low) else f" ({low:.2g} to {high:.2g})")


PARTS = {
    "attribution launch": the_launch,
    "attribution ways": the_ways,
    "attribution coffee": the_coffee,
    "response launch": the_curves,
    "response assumed": the_assumed,
}


def draw() -> list[Path]:
    """Write the pictures of the page."""
    paths = []
    for name, figure in (
        ("attribution", attributed("launch", 8).figure()),
        ("response", responded("launch", 6).figure()),
    ):
        paths.append(IMAGES / f"{name}.png")
        figure.savefig(paths[-1], dpi=100)
    return paths
