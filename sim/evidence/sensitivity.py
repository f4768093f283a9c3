"""On which parameters does each core fact hang?

    python -m sim.evidence.sensitivity --out DIR

Two looks at the same question, both on the experiments' own measures with the same consumers and luck everywhere:

- *one at a time*: each parameter at half and at double its default, all others at theirs. Does it leave its band?
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
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from sim.evidence.battery import chosen, experiments
from sim.evidence.experiment import MET, Measure, NotMeasurable, outcome_of, worst
from sim.evidence.lab import Lab
from sim.files import write_whole
from sim.mechanism import registry
from sim.params import Param
from sim.version import model_version

CONSUMERS, MOST_SEEDS = 3_000, 6

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

Place = tuple[tuple[str, float], ...]
"""Where in the box facts are measured: (parameter, value), those not named at their defaults."""
Results = Mapping[Place, Mapping[str, dict[str, Any]]]
"""What `measure` found at each place."""


def default(factor: str) -> float:
    """A parameter's default."""
    return float(_declared(factor).default)


def ends(factor: str) -> tuple[float, float]:
    """Half and double a parameter's default, within what it may be."""
    one = _declared(factor)
    return max(one.low, 0.5 * one.default), min(one.high, 2.0 * one.default)


def _declared(factor: str) -> Param:
    mechanism, _, name = factor.partition(".")
    return registry()[mechanism].params[name]


def measure(place: Place, facts: Sequence[str], consumers: int = CONSUMERS) -> dict[str, dict[str, Any]]:
    """What experiments find there, by fact: whether every judged mean lies in its band, and each mean in widths of its band.

    Each fact is asked with as many seeds as in the quick form, at most MOST_SEEDS: too few to decide, so that the means are
    judged and not their intervals. Differences between places are far surer, as the consumers and their luck are the same.
    """
    labs: dict[int, Lab] = {}
    found = {}
    for fact in facts:
        seeds = min(experiments()[fact].quick, MOST_SEEDS)
        lab = labs.setdefault(seeds, Lab(consumers, tuple(range(1, seeds + 1)), quick=True, overrides=dict(place)))
        try:
            judged = [one for one in experiments()[fact].run(lab).measures if one.judged]
        except NotMeasurable:
            judged = []
        in_band = worst(map(_outcome_of_mean, judged)) == MET
        found[fact] = {"in_band": in_band, "measures": {one.name: _in_widths(one) for one in judged}}
    return found


def _outcome_of_mean(one: Measure) -> str:
    """The outcome if the mean were known exactly."""
    return outcome_of(one.estimate, (one.estimate, one.estimate), one.low, one.high, one.sign)


def _in_widths(one: Measure) -> float:
    """A measure in widths of its band; where the band has one end, in units of that end, or as it is if that is zero."""
    if one.low is not None and one.high is not None:
        width = one.high - one.low
    else:
        width = abs(one.low if one.low is not None else one.high or 0.0) or 1.0
    return one.estimate / width if np.isfinite(one.estimate) else float("nan")


def one_at_a_time(fact: str, results: Results) -> list[dict[str, Any]]:
    """Per parameter: largest change of a measure, half to double, in band widths, and whether the band is left or entered."""
    base = results[()][fact]
    rows = []
    for factor in FACTORS:
        half, double = (results[((factor, end),)][fact] for end in ends(factor))
        changes = [
            double["measures"].get(name, float("nan")) - half["measures"].get(name, float("nan"))
            for name in base["measures"]
        ]
        flips = {half["in_band"], double["in_band"]} != {base["in_band"]}
        rows.append({"parameter": factor, "change": _largest(changes), "flips": flips})
    return sorted(rows, key=lambda row: (-abs(row["change"]), row["parameter"]))


def _largest(changes: Iterable[float]) -> float:
    """The change largest in size, 0 if there is none."""
    sized = [(abs(change), change) for change in changes if np.isfinite(change)]
    return round(max(sized)[1], 4) if sized else 0.0


def design(trajectories: int, seed: int = 1) -> tuple[dict[str, Any], np.ndarray]:
    """The box (from end to end, on a log scale) and Morris' points in it: (trajectories x (factors + 1), factors)."""
    from SALib.sample import morris

    problem = {
        "num_vars": len(FACTORS),
        "names": list(FACTORS),
        "bounds": [np.log(ends(factor)).tolist() for factor in FACTORS],
    }
    return problem, morris.sample(problem, trajectories, num_levels=4, seed=seed)


def screened(fact: str, problem: dict[str, Any], points: np.ndarray, results: Results) -> list[dict]:
    """Morris' mu* and sigma per parameter, of the measure that varies most, strongest first."""
    from SALib.analyze import morris

    base = results[()][fact]
    found = [results[_at(row)][fact] for row in points]
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


def _at(logs: np.ndarray) -> Place:
    return tuple((factor, float(np.exp(log))) for factor, log in zip(FACTORS, logs, strict=True))


def study(facts: Sequence[str], trajectories: int, workers: int) -> list[dict[str, Any]]:
    """Both looks at each fact: the five parameters it hangs on most by each, and how often it is in its band in the box."""
    problem, points = design(trajectories)
    places: list[Place] = [
        (),
        *(((factor, end),) for factor in FACTORS for end in ends(factor)),
        *map(_at, points),
    ]
    results: dict[Place, dict[str, dict[str, Any]]] = {}
    started = perf_counter()
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        jobs = {pool.submit(measure, place, facts): place for place in dict.fromkeys(places)}
        try:
            for done, job in enumerate(as_completed(jobs), 1):
                results[jobs[job]] = job.result()
                left = (perf_counter() - started) / done * (len(jobs) - done) / 60
                print(f"{done} of {len(jobs)} places, some {left:.0f} minutes left", flush=True)
        except BaseException:  # tell at once, not when all others are done
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return [
        {
            "fact": fact,
            "in_band": results[()][fact]["in_band"],
            "in_band_of_box": round(float(np.mean([results[_at(row)][fact]["in_band"] for row in points])), 3),
            "one_at_a_time": one_at_a_time(fact, results)[:5],
            "morris": screened(fact, problem, points, results)[:5],
        }
        for fact in facts
    ]


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
        "most_seeds": MOST_SEEDS,
        "model": model_version(),
        "trajectories": asked.trajectories,
        "box": "each parameter from half to double its default, within what it may be",
        "facts": study(chosen(asked.facts), asked.trajectories, asked.workers),
    }
    asked.out.mkdir(parents=True, exist_ok=True)
    place = asked.out / "sensitivity.json"
    write_whole(place, json.dumps(report, indent=1) + "\n")
    print(f"Report: {place}")


if __name__ == "__main__":
    main()
