"""Sweeps whose figures are a known function of the factors, written without simulating anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from sim.experiments.sweep.folder import begin
from sim.experiments.sweep.results import Sweep
from sim.experiments.sweep.runner import cells
from sim.experiments.sweep.store import Store
from sim.experiments.sweep.study import Study

PATHS = ("plan.flights.0.lookalike", "world.platform.virality", "world.platform.personalisation")


def known(
    folder: Path,
    function: Callable[[np.ndarray, np.random.Generator], float],
    design: Mapping[str, Any],
    factors: Any = None,
    seeds: int = 1,
    skip: int = 0,
) -> Sweep:
    """A sweep over three factors in [0, 1] (a, b, c) whose `profit` is function(point, luck); skip: points left undone."""
    factors = factors or [
        {"name": name, "path": path, "range": (0.0, 1.0)} for name, path in zip("abc", PATHS, strict=True)
    ]
    study = Study.make("minimal", factors, design, consumers=100, days=10, seeds=seeds, outputs=["profit"])
    luck = np.random.Generator(np.random.PCG64(1))
    folder.mkdir(exist_ok=True)
    with Store(folder, ()) as store:
        begin(folder, study)
        store.plan(cells(study))
        store.journal.execute("pragma synchronous = off")
        for run, point, _ in store.open_runs():
            if point >= skip:
                value = function(np.array(study.points.values[point]), luck)
                store.keep(run, {"profit": float(value)}, b"", 10, 0.1, "here")
    return Sweep.load(folder)
