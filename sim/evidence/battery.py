"""Run experiments, several at a time, and judge them."""

from __future__ import annotations

import importlib
import math
import pkgutil
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, replace
from io import StringIO
from time import perf_counter
from typing import TYPE_CHECKING, Any

from sim.evidence.experiment import (
    EXPERIMENTS,
    MET,
    MISSED,
    UNDECIDED,
    Experiment,
    Finding,
    Measure,
    NotMeasurable,
    outcome_of,
    worst,
)
from sim.evidence.lab import CONSUMERS, Lab
from sim.evidence.published import published
from sim.evidence.untested import UNTESTED
from sim.experiments.processes import Pool
from sim.scenario.errors import nearest
from sim.version import model_version

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HOLDS, MISSES, NOT_YET = "holds", "misses", "not measurable yet"
VERDICTS = {MET: HOLDS, UNDECIDED: UNDECIDED, MISSED: MISSES}
"""The verdict on a fact by the outcome of its finding."""
FAR = 2.0
"""A figure in its band that is so many times the published one, or as many times less, is remarked upon."""


@dataclass(frozen=True)
class Figure:
    """One measure as it came out: mean, 95 % interval, band, published figure, a trivial model's figure; and what is said of
    it."""

    name: str
    estimate: float
    interval: tuple[float, float]
    low: float | None
    high: float | None
    published: float | None
    unit: str
    sign: bool
    trivial: float | None = None

    @property
    def outcome(self) -> str | None:
        """MET, UNDECIDED or MISSED; None if it is shown beside the others without a say."""
        if self.low is None and self.high is None:
            return None
        return outcome_of(self.estimate, self.interval, self.low, self.high, self.sign)

    @property
    def remark(self) -> str:
        """What the outcome alone does not tell: an interval across an end of the band, a figure far from the published one, a
        trivial model that meets the band as well; "" if nothing."""
        words = [word for word in (self._interval_says(), self._far(), self._trivial_says()) if word]
        return ", ".join(words)

    @property
    def trivially_met(self) -> bool:
        """Whether it has a say and a trivial model's figure lies in the band too."""
        low = -math.inf if self.low is None else self.low
        high = math.inf if self.high is None else self.high
        return self.outcome is not None and self.trivial is not None and low <= self.trivial <= high

    def _interval_says(self) -> str:
        low, high = self.interval
        if self.outcome == UNDECIDED:
            return "its interval crosses the limit" if self.sign else "its interval is wider than the band"
        crossed = any(end is not None and low < end < high for end in (self.low, self.high))
        if self.outcome is None or not crossed:
            return ""
        return "its interval leaves the band" if self.outcome == MET else "its interval reaches the band"

    def _far(self) -> str:
        if self.outcome != MET or not self.published or self.estimate / self.published <= 0:
            return ""
        times = self.estimate / self.published
        return "" if 1 / FAR <= times <= FAR else f"{times:.2g} times the published figure"

    def _trivial_says(self) -> str:
        return "a trivial model meets it too" if self.outcome == MET and self.trivially_met else ""


@dataclass(frozen=True)
class Verdict:
    """How one fact came out. picture: the pattern as SVG text, "" if none was drawn. contradicted: no mere bad luck."""

    id: str
    verdict: str
    figures: tuple[Figure, ...]
    note: str
    contradicted: bool
    seconds: float
    consumers: int
    seeds: int
    picture: str = ""

    @property
    def holds(self) -> bool:
        """Whether the fact holds."""
        return self.verdict == HOLDS

    @property
    def trivial(self) -> bool:
        """Whether a trivial model meets every band as well, so that holding says nothing of this model."""
        judged = [one for one in self.figures if one.outcome is not None]
        return bool(judged) and all(one.trivially_met for one in judged)


@dataclass(frozen=True)
class Order:
    """What to run: facts, size and seeds. seeds None: as many as each experiment asks for. quick: the short form."""

    facts: tuple[str, ...]
    consumers: int = CONSUMERS
    seeds: int | None = None
    quick: bool = False
    pictures: bool = True


def experiments() -> dict[str, Experiment]:
    """Every experiment there is, in the order of the table of facts."""
    import sim.evidence.facts as package

    for module in sorted(one.name for one in pkgutil.iter_modules(package.__path__)):
        importlib.import_module(f"{package.__name__}.{module}")
    return {id: EXPERIMENTS[id] for id in published() if id in EXPERIMENTS}


def chosen(names: Iterable[str]) -> tuple[str, ...]:
    """The facts that are meant: ids, themes, `core`, `tier1`, `tier2`; nothing means all.

    Raises ValueError for what is none of these, with the nearest.
    """
    known, facts = experiments(), published()
    found: list[str] = []
    themes = sorted({one.theme for one in facts.values()})
    for name in names:
        if name in facts and name not in known:
            raise ValueError(f"fact '{name}' has no experiment: {UNTESTED[name]}; its claim: {facts[name].claim}")
        hits = [
            id
            for id in known
            if name in (id, facts[id].theme, f"tier{facts[id].tier}") or (name == "core" and facts[id].core)
        ]
        if not hits:
            allowed = [*known, *themes, "core", "tier1", "tier2"]
            raise ValueError(f"there is no fact or theme '{name}'{nearest(name, allowed)}")
        found += hits
    return tuple(id for id in known if id in found or not found)


def judge(id: str, order: Order) -> Verdict:
    """Run one experiment and judge it."""
    return next(iter(judge_group((id,), order)))


def judge_group(ids: Sequence[str], order: Order) -> list[Verdict]:
    """Run experiments that share runs, one after the other, in one laboratory per number of seeds."""
    known = experiments()
    labs: dict[int, Lab] = {}
    verdicts = []
    for id in ids:
        one = known[id]
        seeds = order.seeds or (one.quick if order.quick else one.seeds)
        lab = labs.setdefault(seeds, Lab(order.consumers, tuple(range(1, seeds + 1)), order.quick))
        started = perf_counter()
        try:
            finding = one.run(lab)
        except NotMeasurable as why:
            verdicts.append(Verdict(id, NOT_YET, (), str(why), True, perf_counter() - started, order.consumers, seeds))
            continue
        verdict = _verdict(one, finding, order, seeds)
        verdicts.append(replace(verdict, seconds=perf_counter() - started))
    return verdicts


def figure_of(measure: Measure) -> Figure:
    """A measure as it came out."""
    return Figure(
        measure.name,
        measure.estimate,
        measure.interval,
        measure.low,
        measure.high,
        measure.published,
        measure.unit,
        measure.sign,
        measure.trivial,
    )


def _verdict(one: Experiment, finding: Finding, order: Order, seeds: int) -> Verdict:
    figures = tuple(figure_of(measure) for measure in finding.measures)
    verdict = VERDICTS[finding.outcome]
    note = finding.note if finding.holds else " ".join(filter(None, (finding.note, one.diagnosis)))
    picture = drawn(finding.draw) if order.pictures and finding.draw else ""
    return Verdict(one.id, verdict, figures, note, finding.contradicted, 0.0, order.consumers, seeds, picture)


def drawn(draw: Callable[[Axes], None]) -> str:
    """A picture as SVG text, the same bytes every time."""
    import matplotlib
    from matplotlib.figure import Figure as Canvas

    from sim.plots.style import FAINT, MUTED

    settings: Any = {"svg.hashsalt": "evidence", "svg.fonttype": "path", "font.size": 9}
    with matplotlib.rc_context(settings):
        canvas = Canvas(figsize=(5.2, 3.1), layout="constrained", facecolor="none")
        axes = canvas.add_subplot(facecolor="none")
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        axes.grid(axis="y", color=FAINT, linewidth=0.8)
        axes.set_axisbelow(True)
        axes.tick_params(colors=MUTED, labelsize=8)
        draw(axes)
        text = StringIO()
        canvas.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    return text.getvalue()[text.getvalue().index("<svg") :]


def run(order: Order, workers: int = 2) -> Generator[Verdict]:
    """Judge the facts of an order, as they come.

    workers: processes; the verdicts are the same for any number. Closing the generator ends them.
    """
    groups: dict[str, list[str]] = {}
    known = experiments()
    for id in order.facts:
        groups.setdefault(known[id].shares, []).append(id)
    if workers <= 1 or len(groups) == 1:
        for ids in groups.values():
            yield from judge_group(ids, order)
        return
    _warm_up()
    pool = Pool(workers)
    waiting: set[Future[list[Verdict]]] = set()
    try:
        waiting = {pool.submit(judge_group, tuple(ids), order) for ids in groups.values()}
        while waiting:
            finished, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for one in finished:
                yield from one.result()
    finally:
        if waiting:  # stopped midway: nothing waits for what nobody will see
            pool.kill()
        pool.shutdown(wait=True, cancel_futures=True)


def _warm_up() -> None:
    """Compile the kernels once, so that workers find them in the cache."""
    from sim.scenario import load

    Lab(consumers=200).live(load("launch").with_({"world.market.consumers": 200, "horizon.days": 365}), 1)


def read(row: Mapping[str, Any]) -> Verdict:
    """A verdict from what `plain` made of it, judged anew from its figures; it has no picture any more."""
    figures = tuple(
        Figure(
            one["name"],
            math.nan if one["estimate"] is None else one["estimate"],
            (
                -math.inf if one["interval"][0] is None else one["interval"][0],
                math.inf if one["interval"][1] is None else one["interval"][1],
            ),
            one["low"],
            one["high"],
            one["published"],
            one["unit"],
            one["direction"],
            one.get("trivial"),
        )
        for one in row["measures"]
    )
    verdict = VERDICTS[worst(one.outcome for one in figures)] if figures else NOT_YET
    return Verdict(row["id"], verdict, figures, row["note"], False, row["seconds"], row["consumers"], row["seeds"])


def plain(verdict: Verdict) -> dict[str, Any]:
    """A verdict as plain data for JSON, with the model that it is of; figures that are not finite become None."""

    def number(value: float | None) -> float | None:
        return None if value is None or not math.isfinite(value) else float(f"{value:.6g}")

    fact = published()[verdict.id]
    return {
        "id": verdict.id,
        "theme": fact.theme,
        "tier": fact.tier,
        "core": fact.core,
        "role": fact.role,
        "claim": fact.claim,
        "band": fact.band,
        "trivial": experiments()[verdict.id].trivial,
        "trivially": verdict.trivial,
        "unjudged": list(experiments()[verdict.id].unjudged),
        "model": model_version(),
        "verdict": verdict.verdict,
        "note": verdict.note,
        "consumers": verdict.consumers,
        "seeds": verdict.seeds,
        "seconds": round(verdict.seconds, 1),
        "measures": [
            {
                "name": one.name,
                "estimate": number(one.estimate),
                "interval": [number(one.interval[0]), number(one.interval[1])],
                "low": number(one.low),
                "high": number(one.high),
                "published": number(one.published),
                "unit": one.unit,
                "direction": one.sign,
                "trivial": number(one.trivial),
                "outcome": one.outcome,
                "remark": one.remark,
            }
            for one in verdict.figures
        ],
    }
