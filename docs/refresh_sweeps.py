"""The figures and pictures of docs/sweeps.md, made anew by docs/refresh.py."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

import sim
from sim.evidence.markdown import table
from sim.experiments.sweep.discovery import discover
from sim.experiments.sweep.pictures import box, main_effects, sobol
from sim.experiments.sweep.report import TOP, write_report
from sim.experiments.sweep.results import Sweep

IMAGES = Path(__file__).parent / "images"
OUTPUTS = ("new_customers", "profit")


@cache
def swept() -> Sweep:
    """What `journeysim sweep launch_levers` computes."""
    return sim.sweep("launch_levers", Path(tempfile.mkdtemp()) / "launch_levers", workers="threads")


def the_findings() -> str:
    """The words of `journeysim sweep-report`."""
    with tempfile.TemporaryDirectory() as folder:
        sentences = write_report(swept(), OUTPUTS, Path(folder)).sentences
    return "```text\n" + "\n".join(sentences) + "\n```\n"


def the_table() -> str:
    """The head of `sweep.points`, as it prints."""
    rows = swept().points.head(3)
    return table(list(rows.columns), [tuple(f"{one:.6g}" for one in row) for row in rows.itertuples(index=False)])


PARTS = {"sweep findings": the_findings, "sweep table": the_table}


def draw() -> list[Path]:
    """Write the pictures of the page."""
    found = swept()
    paths = []
    for name, figure in (
        ("sweep_effects", main_effects(found, "new_customers")),
        ("sweep_sobol", sobol(found, "new_customers")),
        ("sweep_box", box(found, discover(found, "new_customers", top=TOP))),
    ):
        paths.append(IMAGES / f"{name}.png")
        figure.savefig(paths[-1], dpi=100)
    return paths
