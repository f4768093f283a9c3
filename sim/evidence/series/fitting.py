"""Finding two to four parameters of a market on the first part of a series, and keeping what was found.

The search is the same every time: a Latin hypercube over the ranges (on a logarithmic scale), then Nelder-Mead from its best
point, and where a curve has two explanations also from the best point far from it. Every evaluation simulates the same seeds
(common random numbers), so the same code finds the same values. What was found is kept in `data/series_fits.json` with the
model it was found on; showing a study only reads it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from sim.files import write_whole

FIT_SEEDS = (1, 2)
"""Seeds of every evaluation of a search, unless a small market needs more."""
SHOWN_SEEDS = tuple(range(101, 111))
"""Seeds of what is shown: others than those fitted on."""

FAR = 0.3
"""Distance, as a share of a range, beyond which two places of a search are refined each by itself."""


@dataclass(frozen=True)
class Knob:
    """A parameter to be found: its name, range (searched on a logarithmic scale), unit and meaning."""

    name: str
    low: float
    high: float
    unit: str
    meaning: str


@dataclass(frozen=True)
class Fit:
    """Parameters found for one market, and how."""

    parameters: dict[str, float]
    loss: float
    evaluations: int
    seeds: tuple[int, ...]
    consumers: int
    fitted_on: str
    date: str
    model: str


def search(
    loss: Callable[[dict[str, float]], float], knobs: tuple[Knob, ...], draws: int, steps: int, starts: int = 1
) -> tuple[dict[str, float], float, int]:
    """Values of the knobs with the smallest loss, that loss, and how often it was evaluated (about draws + starts * steps).

    starts: from how many places, FAR apart, it is refined. A loss that is not finite counts as very large.
    """
    from scipy.optimize import minimize
    from scipy.stats import qmc

    low = np.log([knob.low for knob in knobs])
    width = np.log([knob.high for knob in knobs]) - low
    count = 0

    def at(place: np.ndarray) -> dict[str, float]:
        values = np.exp(low + np.clip(place, 0, 1) * width)
        return {knob.name: float(f"{value:.4g}") for knob, value in zip(knobs, values)}

    def cost(place: np.ndarray) -> float:
        nonlocal count
        count += 1
        found = loss(at(place))
        return found if np.isfinite(found) else 1e30

    places = qmc.LatinHypercube(len(knobs), seed=1).random(draws)
    costs = [cost(place) for place in places]
    best, smallest = places[int(np.argmin(costs))], min(costs)
    left = np.argsort(costs, kind="stable")
    for _ in range(starts):
        if not left.size:
            break
        start = places[left[0]]
        left = left[np.abs(places[left] - start).max(axis=1) > FAR]
        corners = np.vstack([start, start + np.diag(np.where(start > 0.5, -0.12, 0.12))])
        options = {"initial_simplex": corners, "maxfev": steps, "xatol": 1e-3, "fatol": 0.0}
        found = minimize(cost, start, method="Nelder-Mead", bounds=[(0, 1)] * len(knobs), options=options)
        if found.fun <= smallest:
            best, smallest = found.x, float(found.fun)
    return at(best), smallest, count


def fit(
    loss: Callable[[dict[str, float]], float], knobs: tuple[Knob, ...], consumers: int, fitted_on: str,
    draws: int = 20, steps: int = 36, starts: int = 1, seeds: tuple[int, ...] = FIT_SEEDS,
    also: Callable[[dict[str, float]], Mapping[str, float]] | None = None,
) -> Fit:  # fmt: skip
    """Search, and put on record what was found.

    seeds: those that `loss` simulates. also: further parameters that follow from the best values, such as a scale.
    """
    from sim.version import model_version

    values, smallest, evaluations = search(loss, knobs, draws, steps, starts)
    if also is not None:
        values = {**values, **{name: float(f"{value:.5g}") for name, value in also(values).items()}}
    return Fit(values, float(f"{smallest:.4g}"), evaluations, seeds, consumers, fitted_on, date.today().isoformat(),
               model_version())  # fmt: skip


def fits_file() -> Path:
    """Where fits are kept."""
    return Path(str(files("sim.evidence"))) / "data" / "series_fits.json"


@cache
def _stored() -> dict[str, Any]:
    return json.loads(fits_file().read_text("utf-8"))["markets"]


def stored(market: str) -> Fit:
    """The kept fit of a market. Raises KeyError, saying how to make it, where there is none."""
    found = _stored().get(market)
    if found is None:
        raise KeyError(f"no fit is kept for '{market}': make it with python -m sim.evidence.series --fit {market}")
    return Fit(**{**found, "seeds": tuple(found["seeds"])})


def is_stale(found: Fit) -> bool:
    """Whether the model has changed since the fit was made: the parameters may no longer be the best ones."""
    from sim.version import model_version

    return found.model != model_version()


def keep(found: Mapping[str, Fit]) -> None:
    """Write fits to the file, beside those of other markets."""
    path = fits_file()
    markets = json.loads(path.read_text("utf-8"))["markets"] if path.exists() else {}
    markets |= {name: asdict(one) for name, one in found.items()}
    whole = {
        "made_by": "python -m sim.evidence.series --fit",
        "method": "Latin hypercube, then Nelder-Mead, on logarithms; common random numbers; first 60 % of each series only",
        "markets": dict(sorted(markets.items())),
    }
    write_whole(path, json.dumps(whole, indent=1) + "\n")
    _stored.cache_clear()
