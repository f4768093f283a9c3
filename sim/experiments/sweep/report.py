"""A sweep's report: tables and pictures of what follows, in its folder, and the findings in words."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sim.experiments.figures import FIGURES
from sim.experiments.sweep import analysis, pictures
from sim.experiments.sweep.discovery import FEWEST, Box, discover
from sim.experiments.sweep.results import Sweep
from sim.experiments.sweep.store import told
from sim.files import write_whole
from sim.plots.saving import save_figures
from sim.scenario.errors import ScenarioError

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

TOP = 0.25
"""Share of the points that scenario discovery looks for: the best quarter leaves enough of them in small studies."""


@dataclass
class Report:
    """What was found. sentences: one each; tables, pictures: files written; skipped: what could not be said, and why."""

    sentences: list[str] = field(default_factory=list)
    tables: list[Path] = field(default_factory=list)
    pictures: list[Path] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


class _Writer:
    """Writes into the report's folder and remembers what."""

    def __init__(self, sweep: Sweep, folder: Path) -> None:
        self.sweep, self.folder = sweep, folder
        self.report = Report()

    def table(self, name: str, table: pd.DataFrame, index: bool = False) -> None:
        path = self.folder / f"{name}.csv"
        write_whole(path, table.to_csv(index=index))
        self.report.tables.append(path)

    def picture(self, name: str, draw: Callable[[Sweep], Figure]) -> None:
        self.report.pictures += save_figures({name: draw}, self.sweep, self.folder)


def write_report(sweep: Sweep, outputs: Sequence[str] = (), folder: Path | None = None) -> Report:
    """Write tables and pictures of the figures named (default: the first kept), into <sweep>/report unless told otherwise.

    Raises ScenarioError for an unknown figure or a sweep without finished runs, StoreError if it cannot write.
    """
    chosen = [analysis.output_of(sweep, name) for name in (outputs or [None])]  # type: ignore[list-item]
    if not sweep.counts["ok"]:
        raise ScenarioError(f"the sweep in '{sweep.folder}' has no finished run to report on")
    place = folder or sweep.folder / "report"
    with told(place):
        place.mkdir(parents=True, exist_ok=True)
        writer = _Writer(sweep, place)
        writer.table("points", sweep.points)
        for name in chosen:
            for piece in (_effects, _indices, _map, _box):
                try:
                    writer.report.sentences += piece(sweep, name, writer)
                except ScenarioError as problem:
                    writer.report.skipped.append(f"{FIGURES[name].label}: {problem}")
        try:
            writer.report.sentences += _seeds(sweep, chosen, writer)
        except ScenarioError as problem:
            writer.report.skipped.append(str(problem))
    return writer.report


def _effects(sweep: Sweep, name: str, writer: _Writer) -> Iterator[str]:
    effects = analysis.main_effects(sweep, name)
    writer.table(f"{name}_effects", effects)
    writer.picture(f"{name}_effects", partial(pictures.main_effects, output=name))
    label, currency = FIGURES[name].label, sweep.manifest["currency"]
    said = []
    for factor, value in pictures.swing(effects).iloc[:3].items():
        mine = effects[effects["factor"] == factor].set_index("value")["mean"]
        if value > 0:
            gain = FIGURES[name].says(value, currency)
            said.append(f"{factor} ({gain} more at {mine.idxmax()} than at {mine.idxmin()})")
    yield f"What moves {label} most: {', '.join(said)}." if said else f"Nothing that was varied moves {label}."


def _indices(sweep: Sweep, name: str, writer: _Writer) -> Iterator[str]:
    kind = sweep.manifest["design"]["kind"]
    label = FIGURES[name].label
    if kind == "saltelli":
        table = analysis.sobol_indices(sweep, name)
        writer.table(f"{name}_sobol", table)
        writer.picture(f"{name}_sobol", partial(pictures.sobol, output=name))
        first = table.sort_values("total").iloc[-1]
        half = (first["total_high"] - first["total_low"]) / 2
        share = f"{100 * first['total']:.0f} % of its variance (± {100 * half:.0f})"
        yield pictures.begun_large(f"{first['factor']} decides most of {label}: {share}.")
    if kind == "morris":
        table = analysis.morris_indices(sweep, name)
        writer.table(f"{name}_morris", table)
        writer.picture(f"{name}_morris", partial(pictures.morris, output=name))
        first = table.sort_values("effect").iloc[-1]
        effect = FIGURES[name].says(first["effect"], sweep.manifest["currency"])
        yield pictures.begun_large(f"{first['factor']} changes {label} most through its range: by {effect} on average.")


def _map(sweep: Sweep, name: str, writer: _Writer) -> Iterator[str]:
    """The two factors that do most, together."""
    order = list(pictures.swing(analysis.main_effects(sweep, name)).index)
    if len(order) < 2:
        return
    first, second = order[:2]
    writer.table(f"{name}_map", analysis.two_factors(sweep, first, second, name), index=True)
    writer.picture(f"{name}_map", partial(pictures.heat_map, first=first, second=second, output=name))
    yield from ()


def _box(sweep: Sweep, name: str, writer: _Writer) -> Iterator[str]:
    if int(analysis.independent(sweep).sum()) < FEWEST:
        return
    found: Box = discover(sweep, name, top=TOP)
    writer.table(f"{name}_box", found.limits)
    if sum(one.numeric for one in sweep.factors) >= 2:
        writer.picture(f"{name}_box", partial(pictures.box, found=found))
    yield found.sentence()


def _seeds(sweep: Sweep, outputs: Sequence[str], writer: _Writer) -> Iterator[str]:
    table = analysis.seeds_needed(sweep)
    writer.table("seeds_needed", table)
    for row in itertools.islice((one for one in table.to_dict("records") if one["figure"] in outputs), 3):
        alone, paired = row["alone_2 %"], row["paired_2 %"]
        if alone == alone and paired == paired:
            yield (
                f"To know {FIGURES[row['figure']].label} of one point to 2 % takes {alone:,.0f} seeds; a difference between two "
                f"points on the same seeds, to as much, {paired:,.0f}."
            )
