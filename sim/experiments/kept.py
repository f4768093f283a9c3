"""A comparison as one folder: tables that any tool reads, the answer in words, pictures, and what it takes to load it again."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.experiments.comparison import Comparison, Rule
from sim.files import if_damaged, write_folder
from sim.results.folder import write_json, write_scenario

if TYPE_CHECKING:
    import pandas as pd

FORMAT = "journeysim comparison 1"
FILE = "comparison.json"

README = """Plans compared under the same luck: {arms}
Counts are real people and units, money is {currency}; differences are plan less {baseline}, intervals are 95 %.

answer.txt            the comparison in plain words
comparison.json       the same for programs: what was compared, verdicts, versions
differences.csv       one row per plan and figure: mean difference, interval, chances, verdict, sentence
outcomes.csv          one row per plan and figure: mean, interval, worst tenth, regret, share of seeds on which it is best
runs.csv              one row per plan and seed: every headline figure
build_up.parquet      differences since the start, day by day: arm, figure, day, date, difference, low, high
consumers.csv         who buys under one plan and not the other, by segment, ties, and steps from what was changed
timing.csv            expansion and acceleration: people and units of those won, lost, earlier, later ...
parts.csv             where differences come from, if that was asked for: direct, owned, talk, reviews
plans/                the scenario of each plan, with the files it reads; runs as it is
figures/              pictures, if they were asked for
arrays.npz            what it takes to load the comparison again: sim.Comparison.load("this folder")
"""


def is_comparison(folder: Path) -> bool:
    """True if the folder holds a saved comparison."""
    try:
        return bool(json.loads((folder / FILE).read_text("utf-8"))["format"] == FORMAT)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def save(comparison: Comparison, folder: str | os.PathLike[str], figures: bool = True) -> Path:
    """Write a comparison as a folder, whole or not at all, and return its path.

    Raises FileExistsError if the place is taken by anything but an earlier comparison.
    """
    return write_folder(Path(folder), lambda fresh: _write(comparison, fresh, figures), is_comparison, "comparison")


def _places(arms: list[str]) -> dict[str, str]:
    """A folder name for each plan that no file system minds."""
    return {arm: f"{number}_{re.sub(r'[^A-Za-z0-9-]+', '_', arm)[:40]}" for number, arm in enumerate(arms)}


def _write(comparison: Comparison, folder: Path, figures: bool) -> None:
    places = _places(list(comparison.arms))
    for arm, scenario in comparison.arms.items():
        (folder / "plans" / places[arm]).mkdir(parents=True)
        write_scenario(scenario, folder / "plans" / places[arm])
    for name in ("differences", "outcomes", "runs", "consumers", "timing", "parts"):
        table: pd.DataFrame = getattr(comparison, name)
        if not table.empty:
            table.to_csv(folder / f"{name}.csv", index=False)
    if not comparison.build_up.empty:
        comparison.build_up.to_parquet(folder / "build_up.parquet", index=False)
    arrays = {f"values/{name}": values for name, values in comparison.values.items()}
    arrays |= {f"daily/{name}": values for name, values in comparison.daily.items()}
    arrays |= {name: values for name in ("who", "why") if (values := getattr(comparison, name)) is not None}
    np.savez_compressed(folder / "arrays.npz", **arrays)  # type: ignore[arg-type]
    write_json(folder / FILE, _facts(comparison, places))
    (folder / "answer.txt").write_text(comparison.answer() + "\n", "utf-8")
    readme = README.format(arms=", ".join(comparison.arms), currency=comparison.currency, baseline=comparison.baseline)
    (folder / "README.txt").write_text(readme, "utf-8")
    if figures:
        from sim.plots.comparison import draw_comparison

        draw_comparison(comparison, folder / "figures")


def _facts(comparison: Comparison, places: dict[str, str]) -> dict[str, Any]:
    rule = comparison.rule
    return {
        "format": FORMAT,
        **comparison.metadata,
        "arms": [{"name": arm, "folder": f"plans/{places[arm]}", "scenario_fingerprint": one.fingerprint()}
                 for arm, one in comparison.arms.items()],
        "seeds": list(comparison.seeds),
        "common_luck": comparison.common,
        "stopped": comparison.stopped,
        "rule": None if rule is None else {**rule._asdict(), "looks": [[n, _plain(half)] for n, half in rule.looks],
                                           "says": rule.says()},
        "answer": comparison.answer().split("\n"),
        "verdicts": [
            {"arm": arm, "figure": name, "difference": _plain(row.interval.mean), "low": _plain(row.interval.low),
             "high": _plain(row.interval.high), "chance_better": _plain(row.better), "verdict": row.verdict,
             "seeds_to_settle": row.seeds_to_settle}
            for (arm, name), row in comparison.rows.items()
        ],
    }  # fmt: skip


def _plain(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def load(folder: str | os.PathLike[str]) -> Comparison:
    """Read a saved comparison. Raises FileNotFoundError if the folder holds none, ValueError if its arrays are damaged."""
    from sim.scenario import load as load_scenario

    place = Path(folder).expanduser()
    if not is_comparison(place):
        raise FileNotFoundError(
            f"'{folder}' does not hold a saved comparison: its {FILE} is missing or is not in the format '{FORMAT}'"
        )
    facts = json.loads((place / FILE).read_text("utf-8"))
    again = "compare the plans in its folder 'plans' again"
    with if_damaged(place / "arrays.npz", again), np.load(place / "arrays.npz", allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    rule = facts["rule"]
    return Comparison(
        {one["name"]: load_scenario(place / one["folder"] / "scenario.toml") for one in facts["arms"]},
        tuple(facts["seeds"]),
        {name.removeprefix("values/"): table for name, table in arrays.items() if name.startswith("values/")},
        {name.removeprefix("daily/"): table for name, table in arrays.items() if name.startswith("daily/")},
        arrays.get("who"),
        arrays.get("why"),
        None if rule is None else Rule.of(rule),
        facts["stopped"],
        facts["common_luck"],
        {key: facts[key] for key in ("created", "journeysim", "model_fingerprint") if key in facts},
    )
