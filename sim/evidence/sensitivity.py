"""On which parameters does each core fact hang?

    python -m sim.evidence.sensitivity --out DIR

Two looks at the same question, both on the experiments' own measures with the same consumers and luck everywhere:

- *one at a time*: each parameter at half and at double its default, all others at theirs. Does the verdict change?
- *Morris screening* (Morris 1991; SALib): random one-step paths through the whole box of parameters. mu* is the mean size of an
  effect, sigma how much it hangs on the others. Effects are stated in widths of the band of acceptance, so that facts with
  different units can be compared.

A fact that hangs on one assumed parameter is weak evidence for the model; one that holds wherever the parameters lie is strong.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sim.evidence.battery import chosen, experiments
from sim.evidence.experiment import Measure, NotMeasurable
from sim.evidence.lab import Lab
from sim.files import write_whole
from sim.mechanism import registry

CONSUMERS, SEEDS = 3_000, 3

FACTORS: tuple[str, ...] = (
    "paid_media.effect",
    "perception.clutter",
    "perception.negativity",
    "perception.word_half_life",
    "word_of_mouth.rate",
    "word_of_mouth.persuasion",
    "word_of_mouth.asking",
    "posts.persuasion",
    "influencers.persuasion",
    "reviews.persuasion",
    "experience.weight",
    "experience.gap",
    "journey.pace",
    "purchase.trust_weight",
    "purchase.habit_weight",
    "purchase.social_weight",
    "purchase.word_weight",
    "purchase.strangeness",
    "purchase.decide",
    "need.urgency",
    "forgetting.awareness_half_life",
    "forgetting.evidence_half_life",
)
"""Parameters that act on most facts, one or two of each mechanism; varied from half to double the default."""


@dataclass(frozen=True)
class Point:
    """Where in the box a fact is measured: parameter -> value."""

    fact: str
    values: tuple[tuple[str, float], ...]


def default(factor: str) -> float:
    """A parameter's default."""
    mechanism, _, name = factor.partition(".")
    return float(registry()[mechanism].params[name].default)


def measure(point: Point, consumers: int = CONSUMERS, seeds: int = SEEDS) -> dict[str, Any]:
    """What an experiment finds there: verdict, and each judged measure's estimate and band."""
    lab = Lab(consumers, tuple(range(1, seeds + 1)), quick=True, overrides=dict(point.values))
    try:
        finding = experiments()[point.fact].run(lab)
    except NotMeasurable:
        return {"holds": False, "measures": {}}
    judged = [one for one in finding.measures if one.judged]
    return {"holds": finding.holds, "measures": {one.name: _in_widths(one) for one in judged}}


def _in_widths(one: Measure) -> float:
    """A measure in widths of its band; where the band has one end, in units of that end, or as it is if that is zero."""
    if one.low is not None and one.high is not None:
        width = one.high - one.low
    else:
        width = abs(one.low if one.low is not None else one.high or 0.0) or 1.0
    return one.estimate / width if np.isfinite(one.estimate) else float("nan")


def one_at_a_time(fact: str, results: Mapping[Point, dict[str, Any]]) -> list[dict[str, Any]]:
    """Per parameter: change of each measure (in band widths) from half to double, and whether the verdict changes."""
    base = results[Point(fact, ())]
    rows = []
    for factor in FACTORS:
        half, double = (results[_moved(fact, factor, times)] for times in (0.5, 2.0))
        changes = {
            name: double["measures"].get(name, float("nan")) - half["measures"].get(name, float("nan"))
            for name in base["measures"]
        }
        rows.append(
            {
                "parameter": factor,
                "change": _largest(changes.values()),
                "flips": half["holds"] != base["holds"] or double["holds"] != base["holds"],
            }
        )
    return sorted(rows, key=lambda row: (-abs(row["change"]), row["parameter"]))


def _largest(changes: Iterable[float]) -> float:
    """The change largest in size, 0 if there is none."""
    sized = [(abs(change), change) for change in changes if np.isfinite(change)]
    return round(max(sized)[1], 4) if sized else 0.0


def _moved(fact: str, factor: str, times: float) -> Point:
    return Point(fact, ((factor, default(factor) * times),))


def design(trajectories: int, seed: int = 1) -> tuple[dict[str, Any], np.ndarray]:
    """The box (half to double, on a log scale) and Morris' points in it: (trajectories x (factors + 1), factors)."""
    from SALib.sample import morris

    problem = {
        "num_vars": len(FACTORS),
        "names": list(FACTORS),
        "bounds": [[float(np.log(0.5)), float(np.log(2.0))]] * len(FACTORS),
    }
    return problem, morris.sample(problem, trajectories, num_levels=4, seed=seed)


def screened(fact: str, problem: dict[str, Any], points: np.ndarray, results: Mapping[Point, Any]) -> list[dict]:
    """Morris' mu* and sigma per parameter, of the measure that varies most, strongest first."""
    from SALib.analyze import morris

    base = results[Point(fact, ())]
    found = [results[_at(fact, row)] for row in points]
    best: list[dict[str, Any]] = []
    for name in base["measures"]:
        values = np.array([one["measures"].get(name, np.nan) for one in found])
        values = np.where(np.isfinite(values), values, np.nanmean(values) if np.isfinite(values).any() else 0.0)
        effects = morris.analyze(problem, points, values, num_levels=4, seed=1)
        rows = [
            {"parameter": factor, "measure": name, "mu_star": round(float(size), 4), "sigma": round(float(spread), 4)}
            for factor, size, spread in zip(FACTORS, effects["mu_star"], effects["sigma"], strict=True)
        ]
        rows.sort(key=lambda row: -row["mu_star"])
        if not best or rows[0]["mu_star"] > best[0]["mu_star"]:
            best = rows
    return best


def _at(fact: str, logs: np.ndarray) -> Point:
    return Point(fact, tuple((f, float(default(f) * np.exp(move))) for f, move in zip(FACTORS, logs, strict=True)))


def study(facts: Sequence[str], trajectories: int, workers: int) -> list[dict[str, Any]]:
    """Both looks at each fact: the five parameters it hangs on most by each, and how often it holds in the box."""
    problem, points = design(trajectories)
    wanted: list[Point] = []
    for fact in facts:
        wanted.append(Point(fact, ()))
        wanted += [_moved(fact, factor, times) for factor in FACTORS for times in (0.5, 2.0)]
        wanted += [_at(fact, row) for row in points]
    results: dict[Point, dict[str, Any]] = {}
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        jobs = {pool.submit(measure, point): point for point in dict.fromkeys(wanted)}
        for done, job in enumerate(as_completed(jobs), 1):
            results[jobs[job]] = job.result()
            if done % 50 == 0:
                print(f"{done} of {len(jobs)} points", flush=True)
    found = []
    for fact in facts:
        held = [results[_at(fact, row)]["holds"] for row in points]
        found.append(
            {
                "fact": fact,
                "holds": results[Point(fact, ())]["holds"],
                "holds_in_box": round(float(np.mean(held)), 3),
                "one_at_a_time": one_at_a_time(fact, results)[:5],
                "morris": screened(fact, problem, points, results)[:5],
            }
        )
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the study and write sensitivity.json."""
    parser = argparse.ArgumentParser(prog="python -m sim.evidence.sensitivity", description=__doc__.splitlines()[0])
    parser.add_argument("--facts", nargs="*", default=["core"], help="facts, themes, core (default)")
    parser.add_argument("--trajectories", type=int, default=4, help="Morris paths through the box")
    parser.add_argument("--out", type=Path, default=Path("runs/sensitivity"), help="folder for sensitivity.json")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes")
    asked = parser.parse_args(arguments)
    report = {
        "consumers": CONSUMERS,
        "seeds": SEEDS,
        "trajectories": asked.trajectories,
        "box": "each parameter from half to double its default",
        "facts": study(chosen(asked.facts), asked.trajectories, asked.workers),
    }
    asked.out.mkdir(parents=True, exist_ok=True)
    place = asked.out / "sensitivity.json"
    write_whole(place, json.dumps(report, indent=1) + "\n")
    print(f"Report: {place}")


if __name__ == "__main__":
    main()
