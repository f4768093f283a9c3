"""Designs: which points of the factors' space are computed. The same design and seed give the same points everywhere."""

from __future__ import annotations

import csv
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sim.experiments.sweep.factors import Factor
from sim.experiments.sweep.models import MOST_RUNS, DesignTable
from sim.scenario.errors import ScenarioError
from sim.scenario.read import read_value


@dataclass(frozen=True, eq=False)
class Points:
    """The points of a design, in order.

    names: the factors. values: one tuple a point, in the order of the names. unit: float64 (points, factors), each factor's
    place from 0 to 1, or None for a list.
    """

    names: tuple[str, ...]
    values: list[tuple[Any, ...]]
    unit: np.ndarray | None

    def __len__(self) -> int:
        return len(self.values)


def how_many(design: DesignTable, factors: Sequence[Factor], rows: int = 0) -> int:
    """Points that a design has, without making them."""
    k = len(factors)
    return {
        "grid": lambda: math.prod(len(one.grid()) for one in factors),
        "latin_hypercube": lambda: design.points,
        "sobol": lambda: design.points,
        "saltelli": lambda: design.base * (2 * k + 2 if design.second_order else k + 2),
        "morris": lambda: design.trajectories * (k + 1),
        "list": lambda: rows,
    }[design.kind]()


def lay(design: DesignTable, factors: Sequence[Factor], rows: Sequence[dict[str, Any]] = ()) -> Points:
    """The points of a design. rows: those of a list, factor's name -> value.

    Raises ScenarioError for more than `MOST_RUNS` points.
    """
    names = tuple(one.name for one in factors)
    many = how_many(design, factors, len(rows))
    if many > MOST_RUNS:
        raise ScenarioError(f"the design has {many:,} points; allowed are {MOST_RUNS:,}")
    if design.kind == "list":
        return Points(names, [tuple(row[name] for name in names) for row in rows], None)
    if design.kind == "grid":
        return _grid(factors)
    unit = _unit(design, len(factors))
    columns = [factor.at(unit[:, number]) for number, factor in enumerate(factors)]
    return Points(names, list(zip(*columns)), unit)


def _grid(factors: Sequence[Factor]) -> Points:
    levels = [one.grid() for one in factors]
    values = list(itertools.product(*levels))
    places = [np.linspace(0.0, 1.0, len(one)) if len(one) > 1 else np.array([0.5]) for one in levels]
    unit = np.array(list(itertools.product(*places)), float).reshape(len(values), len(factors))
    return Points(tuple(one.name for one in factors), values, unit)


def _unit(design: DesignTable, factors: int) -> np.ndarray:
    """Places in the unit cube, float64 (points, factors)."""
    if design.kind in ("saltelli", "morris"):
        return _for_indices(design, factors)
    from scipy.stats import qmc

    generator = np.random.Generator(np.random.PCG64(design.seed))
    if design.kind == "sobol":
        return qmc.Sobol(factors, scramble=True, rng=generator).random_base2(design.points.bit_length() - 1)
    return qmc.LatinHypercube(factors, rng=generator).random(design.points)


def _for_indices(design: DesignTable, factors: int) -> np.ndarray:
    from sim.experiments.sweep.research import salib

    problem = cube(factors)
    if design.kind == "morris":
        found = salib("sample.morris").sample(problem, design.trajectories, num_levels=design.steps, seed=design.seed)
        return np.asarray(found, float)
    found = salib("sample.sobol").sample(problem, design.base, calc_second_order=design.second_order, seed=design.seed)
    return np.asarray(found, float)


def cube(factors: int) -> dict[str, Any]:
    """The unit cube as SALib describes a problem."""
    return {"num_vars": factors, "names": [f"x{n}" for n in range(factors)], "bounds": [[0.0, 1.0]] * factors}


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The points of a CSV file: column -> value, read as TOML reads it (numbers, true, false, dates), else as text.

    Raises ScenarioError if it cannot be read, has no rows, or a row of another length than its head.
    """
    try:
        with open(path, newline="", encoding="utf-8-sig") as file:
            lines = [line for line in csv.reader(file) if line]
    except OSError as problem:
        raise ScenarioError(f"cannot read '{path}': {problem.strerror}") from None
    except (UnicodeDecodeError, csv.Error) as problem:
        raise ScenarioError(f"'{path}' is not a CSV file: {problem}") from None
    if len(lines) < 2:
        raise ScenarioError(f"'{path}' has no points; give a line with the factors' names and a line for each point")
    head = [one.strip() for one in lines[0]]
    rows = []
    for number, line in enumerate(lines[1:], 2):
        if len(line) != len(head):
            raise ScenarioError(f"{path}:{number}: has {len(line)} values; the head has {len(head)}")
        rows.append({name: read_value(text.strip()) for name, text in zip(head, line)})
    return rows
