"""Calibrate the default parameters on the calibration facts, and say which of them the facts pin down.

    python -m sim.evidence.calibration --out DIR        # some twenty minutes on two cores; DIR/calibration.json

One set of defaults serves all markets. Free parameters move on a log scale around where they started; the objective is

    sum over targets ((simulated - published) / s)^2  +  sum over parameters (log(value / start) / t)^2,

s being a third of the width of the band of acceptance (or what `Target` says) and t how far a plausible value may lie from the
start: a maximum a posteriori estimate. It is minimised by scipy's trust-region least squares; every evaluation uses the same
consumers and the same luck (common random numbers), so that the objective is smooth enough for finite differences. The posterior
standard deviation of each log parameter follows from the Jacobian at the end (Gauss-Newton). A parameter whose posterior is
hardly narrower than its prior is *not pinned down*: the facts do not know it, and its value stays an assumption.

Simulated figures are those of the experiments themselves (`sim.evidence.facts`), so what is calibrated is what is judged; of some
facts only the arms and days that the targets need. Slopes are taken only of the facts that a parameter can speak of
(`Free.tells`). Only calibration facts may be targets; a test sees to it.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from sim.evidence.battery import experiments
from sim.evidence.lab import Lab
from sim.files import write_whole

FEW = 4_000, 4
"""Consumers of a market and seeds of a fact's experiment where nothing else is said."""
SIZES = {"D01": (12_000, 4), "coffee": (4_000, 6), "launch": (64_000, 16), "ebike": (64_000, 16)}
"""The same of what needs more: the launches of D01 and D02, for what peers carry of imitation is a ratio of two fitted curves,
and the markets of A01, where few buy anything in four weeks of a new brand. Large markets live a consumer at less cost."""
STEP = 0.5
"""Finite-difference step of a log parameter, about a prior standard deviation: what consumers' choices, which are whole, add by
chance to a slope must be small beside the slope."""
PINNED = 0.7
"""A parameter counts as pinned down if its posterior standard deviation is below this share of its prior one."""


@dataclass(frozen=True)
class Free:
    """A parameter that may move: dotted paths that get its value, where it starts, prior standard deviation of its log.

    tells: the facts whose figures it may change to speak of, where slopes are taken; () means all.
    """

    name: str
    paths: tuple[str, ...]
    start: float
    spread: float = 0.5
    tells: tuple[str, ...] = ()


@dataclass(frozen=True)
class Target:
    """A published figure to meet: measure `name` of the experiment on `fact`, its value and tolerance."""

    fact: str
    name: str
    value: float
    tolerance: float


LAUNCH = "D01"
"""The fact whose name stands for the runs that D01 and D02 share."""

FREE: tuple[Free, ...] = (
    Free("paid_media.effect", ("paid_media.effect",), 0.15, tells=(LAUNCH, "A01")),
    Free("arrow unaware>aware", ("world.journey.arrows.unaware>aware.rate",), 4.0, tells=(LAUNCH, "A01", "W09")),
    Free("purchase.strangeness", ("purchase.strangeness",), 5.0, 0.3),
    Free("purchase.ad_weight", ("purchase.ad_weight",), 1.0, tells=("A01",)),
    Free("purchase.usual_weight", ("purchase.usual_weight",), 1.7, tells=("P01",)),
    Free("word_of_mouth.rate", ("word_of_mouth.rate",), 0.47, tells=(LAUNCH, "W09", "W11")),
    Free("word_of_mouth.persuasion", ("word_of_mouth.persuasion",), 1.6, tells=(LAUNCH, "W09", "W11")),
    Free("word_of_mouth.eagerness", ("word_of_mouth.eagerness",), 2.2, tells=("W09", "W11")),
)
TARGETS: tuple[Target, ...] = (
    Target("D01", "p", 0.03, 0.015),
    Target("D02", "q", 0.38, 0.2),
    Target("D02", "q / p", 13.0, 5.0),
    # No figure is published; the band asks that q falls by half at least when nobody influences anybody.
    Target("D02", "q without peers, over q", 0.35, 0.1),
    Target("A01", "elasticity, short run", 0.12, 0.06),
    Target("P01", "elasticity", -2.62, 0.8),
    Target("W09", "mentions", 0.6, 0.4),
    Target("W11", "positive to negative", 6.0, 2.0),
)


def _steady_launch(lab: Lab) -> dict[tuple[str, str], float]:
    """Bass's p and q of the steady launch with all mechanisms and without peers: the arms of D01 and D02 with targets."""
    from sim.bass import fit_bass
    from sim.evidence.interventions import WITHOUT_PEERS
    from sim.evidence.launches import Launch, steady

    def curve(**how: Any) -> Any:
        years = np.sum([Launch.of(lab.live(steady(lab), seed, **how)).by_year for seed in lab.seeds], axis=0)
        return fit_bass(years / len(lab.seeds) / lab.consumers)

    bass, alone = curve(), curve(**WITHOUT_PEERS)
    return {
        ("D01", "p"): bass.p,
        ("D02", "q"): bass.q,
        ("D02", "q / p"): bass.q / bass.p,
        ("D02", "q without peers, over q"): alone.q / bass.q,
    }


def _first_weeks(lab: Lab) -> dict[tuple[str, str], float]:
    """The short-run elasticity of A01, from markets of a size of their own lived no longer than it takes."""
    from sim.evidence.facts.advertising_response import SHORT, response

    sized = {market: replace(lab, **_size(market)) for market in SHORT}
    found = [response(sized[market], market, days).elasticity(days).mean() for market, days in SHORT.items()]
    return {("A01", "elasticity, short run"): float(np.mean(found))}


def _size(name: str) -> dict[str, Any]:
    """Consumers and seeds for a fact or a market, as a laboratory takes them."""
    consumers, many = SIZES.get(name, FEW)
    return {"consumers": consumers, "seeds": tuple(range(101, 101 + many))}


def _experiment(fact: str) -> Callable[[Lab], dict[tuple[str, str], float]]:
    def observe(lab: Lab) -> dict[tuple[str, str], float]:
        return {(fact, one.name): one.estimate for one in experiments()[fact].run(lab).measures}

    return observe


def observation(fact: str) -> Callable[[Lab], dict[tuple[str, str], float]]:
    """What gives the figures of a fact: (fact, measure) -> figure."""
    return {LAUNCH: _steady_launch, "D02": _steady_launch, "A01": _first_weeks}.get(fact) or _experiment(fact)


def overrides(log_moves: Sequence[float]) -> dict[str, float]:
    """The changes to every market that a point on the log scale means."""
    return {
        path: float(free.start * np.exp(move))
        for free, move in zip(FREE, log_moves, strict=True)
        for path in free.paths
    }


def _observed(fact: str, log_moves: Sequence[float]) -> dict[tuple[str, str], float]:
    return observation(fact)(Lab(**_size(fact), quick=True, overrides=overrides(log_moves)))


class Calibration:
    """The least-squares problem, evaluated on a pool of processes."""

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self.pool = pool
        self.facts = list(dict.fromkeys(LAUNCH if one.fact == "D02" else one.fact for one in TARGETS))
        self.known: dict[tuple[bytes, str], dict[tuple[str, str], float]] = {}

    def simulated(self, points: Sequence[np.ndarray], tells: Sequence[Sequence[str]] = ()) -> list[np.ndarray]:
        """The targets' simulated figures at several points, all side by side; what was lived before is not lived again.

        tells: for each point the facts that are needed, () or nothing: all; other figures are those of the first point.
        """
        every = self.facts
        needed = [tuple(facts) or tuple(every) for facts in tells or [()] * len(points)]
        asked = [(point, fact) for point, facts in zip(points, needed, strict=True) for fact in every if fact in facts]
        fresh = {(point.tobytes(), fact): point for point, fact in asked if (point.tobytes(), fact) not in self.known}
        jobs = {at: self.pool.submit(_observed, at[1], tuple(point)) for at, point in fresh.items()}
        self.known |= {at: job.result() for at, job in jobs.items()}
        found = []
        for point, facts in zip(points, needed, strict=True):
            figures: dict[tuple[str, str], float] = {}
            for fact in every:
                figures |= self.known[(point if fact in facts else points[0]).tobytes(), fact]
            found.append(np.array([figures[one.fact, one.name] for one in TARGETS]))
        return found

    def residuals(self, point: np.ndarray) -> np.ndarray:
        """Misses of the targets in tolerances, then moves of the parameters in prior standard deviations."""
        return self._residuals(point, self.simulated([point])[0])

    @staticmethod
    def _residuals(point: np.ndarray, simulated: np.ndarray) -> np.ndarray:
        miss = [(figure - one.value) / one.tolerance for figure, one in zip(simulated, TARGETS, strict=True)]
        move = [at / free.spread for at, free in zip(point, FREE, strict=True)]
        # A market without the thing measured (nobody bought) has no figure: as bad as ten tolerances, not as good as none.
        return np.concatenate([np.nan_to_num(np.array(miss), nan=10.0), move])

    def jacobian(self, point: np.ndarray) -> np.ndarray:
        """One-sided differences, all parameters side by side."""
        sides = [point, *(point + STEP * np.eye(len(point)))]
        figures = self.simulated(sides, [(), *(free.tells for free in FREE)])
        here, *rows = [self._residuals(side, figure) for side, figure in zip(sides, figures, strict=True)]
        return np.array([(row - here) / STEP for row in rows]).T


def calibrate(workers: int, evaluations: int = 8, begin: Mapping[str, float] | None = None) -> dict[str, Any]:
    """Fit, and report: parameters with uncertainty, targets before and after.

    begin: values at which the search begins, by name of the parameter, where not at the start.
    """
    from scipy.optimize import least_squares

    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        problem = Calibration(pool)
        start = np.zeros(len(FREE))
        before = problem.simulated([start])[0]
        spread = np.array([free.spread for free in FREE])
        first = np.log([(begin or {}).get(free.name, free.start) / free.start for free in FREE])
        fit = least_squares(
            problem.residuals,
            first,
            jac=problem.jacobian,
            bounds=(-3 * spread, 3 * spread),
            x_scale=spread,
            max_nfev=evaluations,
            xtol=0.02,
            ftol=0.01,
            verbose=2,
        )
        after = problem.simulated([fit.x])[0]
        at_first = problem.simulated([first])[0]
    covariance = np.linalg.inv(fit.jac.T @ fit.jac)
    deviation = np.sqrt(np.diag(covariance))
    return {
        "consumers_and_seeds": {"others": FEW, **SIZES},
        "evaluations": len({point for point, _ in problem.known}),
        "steps": int(fit.nfev),
        "converged": bool(fit.status > 0),
        "ended": fit.message,
        "cost": float(fit.cost),
        "cost_where_begun": float(0.5 * np.sum(problem._residuals(first, at_first) ** 2)),
        "parameters": [
            {
                "name": free.name,
                "paths": list(free.paths),
                "start": free.start,
                "begun": float(f"{free.start * np.exp(at):.3g}"),
                "value": float(f"{free.start * np.exp(move):.3g}"),
                "log_deviation": round(float(width), 3),
                "prior_deviation": free.spread,
                "pinned": bool(width < PINNED * free.spread),
                "told_by": _told_by(fit.jac, k),
            }
            for k, (free, at, move, width) in enumerate(zip(FREE, first, fit.x, deviation, strict=True))
        ],
        "targets": [
            {
                "fact": one.fact,
                "measure": one.name,
                "published": one.value,
                "tolerance": one.tolerance,
                "before": float(f"{first:.4g}"),
                "after": float(f"{last:.4g}"),
            }
            for one, first, last in zip(TARGETS, before, after, strict=True)
        ],
        "correlations": np.round(covariance / np.outer(deviation, deviation), 2).tolist(),
    }


def _told_by(jacobian: np.ndarray, k: int) -> list[str]:
    """Up to three targets that say most about a parameter."""
    weight = jacobian[: len(TARGETS), k] ** 2
    order = np.argsort(-weight)[:3]
    return [f"{TARGETS[j].fact} {TARGETS[j].name}" for j in order if weight[j] > 0.05 * weight.sum()]


def main(arguments: Sequence[str] | None = None) -> None:
    """Calibrate and write the report."""
    parser = argparse.ArgumentParser(prog="python -m sim.evidence.calibration", description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("runs/calibration"), help="folder for calibration.json")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--evaluations", type=int, default=8, help="steps of the optimiser at most")
    parser.add_argument("--begin", type=Path, help="a calibration.json at whose values the search begins")
    asked = parser.parse_args(arguments)
    begin = json.loads(asked.begin.read_text("utf-8"))["parameters"] if asked.begin else []
    report = calibrate(asked.workers, asked.evaluations, {one["name"]: one["value"] for one in begin})
    asked.out.mkdir(parents=True, exist_ok=True)
    place = asked.out / "calibration.json"
    write_whole(place, json.dumps(report, indent=1) + "\n")
    for one in report["parameters"]:
        word = "pinned down" if one["pinned"] else "not pinned down"
        print(f"{one['name']}: {one['start']} -> {one['value']} (x/ {np.exp(one['log_deviation']):.2f}), {word}")
    for one in report["targets"]:
        print(f"{one['fact']} {one['measure']}: {one['before']} -> {one['after']}, published {one['published']}")
    print(f"Report: {place}")


if __name__ == "__main__":
    main()
