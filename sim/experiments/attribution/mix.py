"""A regression mix model: weekly sales explained by adstocked, saturated spend.

    sales_t = base + season + trend + promotion + sum_c beta_c Hill(adstock(spend_c)_t),
    adstock_t = (1 - theta) spend_t + theta adstock_(t-1),    Hill(x) = x**s / (kappa**s + x**s)

as in Jin, Wang, Sun, Chan & Koehler (2017), "Bayesian methods for media mix modeling with carryover and shape effects" (Google).
Theirs is sampled; here it is the most likely fit under weak priors on theta, kappa and s (without any, a year of weeks says too
little: they found the same). For given theta, kappa, s the rest is linear and solved by non-negative least squares, so only the
nonlinear part is searched, from several starts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares, nnls
from scipy.signal import lfilter

STARTS = 6
"""Starting points of the search (assumed; more hardly ever find better)."""
DECAY_PRIOR = (0.3, 0.25)
"""Mean and spread of the weekly decay theta: the middle of what Robyn advises for all media (A06)."""
HALF_PRIOR = (np.log(0.8), 0.8)
"""The same of log kappa, in units of the channel's mean spend in weeks with spend (Meridian: around 0.8 of the median)."""
SLOPE_PRIOR = (0.0, 0.4)
"""The same of log s: concave to slightly S-shaped (Meridian fixes s = 1, Robyn searches 0.5 to 3)."""
VARIED = 0.01
"""Weekly spend whose standard deviation is below this share of its mean counts as never changed (assumed)."""
LIMITS = ((0.0, 0.95), (np.log(0.02), np.log(20.0)), (np.log(0.4), np.log(3.0)))
"""Ranges of theta, log kappa, log s."""


def adstock(spend: np.ndarray, decay: float | np.ndarray) -> np.ndarray:
    """Spend as it is remembered: geometric decay by period along the first axis, weights summing to one.

    >>> adstock(np.array([8.0, 0.0, 0.0]), 0.5).tolist()
    [4.0, 2.0, 1.0]
    """
    spend = np.asarray(spend, float)
    if np.ndim(decay):
        return np.column_stack([adstock(spend[:, c], one) for c, one in enumerate(np.asarray(decay))])
    return lfilter([1.0 - float(decay)], [1.0, -float(decay)], spend, axis=0)


def hill(spend: np.ndarray, half: float | np.ndarray, slope: float | np.ndarray) -> np.ndarray:
    """Share of the full effect that a spend reaches, in [0, 1): half of it at `half`.

    >>> hill(np.array([0.0, 2.0, 6.0]), 2.0, 1.0).tolist()
    [0.0, 0.5, 0.75]
    """
    return 1.0 - 1.0 / (1.0 + (np.asarray(spend, float) / half) ** slope)


@dataclass(frozen=True)
class MixModel:
    """A fitted mix model of T weeks and C channels.

    decay, half (money a week), slope, effect (sales a week at full saturation): float64 (C). contribution: float64 (T, C), sales
    that the model owes to each channel. fitted: float64 (T). explained: share of the variance of sales. varied: bool (C), whether
    the channel's spend changed at all; where it did not, its contribution cannot be told from the base.
    """

    decay: np.ndarray
    half: np.ndarray
    slope: np.ndarray
    effect: np.ndarray
    contribution: np.ndarray
    fitted: np.ndarray
    explained: float
    varied: np.ndarray


def fit_mix(
    sales: np.ndarray, spend: np.ndarray, controls: np.ndarray | None = None, starts: int = STARTS, seed: int = 1
) -> MixModel:
    """Fit weekly sales (T) on weekly spend (T, C) and controls (T, K), whose effects may have any sign; the base is 0 or more.

    seed: of the starting points. Raises ValueError for shapes that do not fit or fewer than four weeks.
    """
    sales, spend = np.asarray(sales, float), np.asarray(spend, float)
    weeks = sales.size
    controls = np.zeros((weeks, 0)) if controls is None else np.asarray(controls, float)
    if spend.ndim != 2 or len(spend) != weeks or len(controls) != weeks or weeks < 4:
        raise ValueError(
            f"{weeks} weeks of sales, spend {spend.shape} and controls {controls.shape}: give 4 weeks or more"
        )
    many = spend.shape[1]
    scale = np.array([column[column > 0].mean() if (column > 0).any() else 1.0 for column in spend.T])
    relative = spend / scale
    # A control is two columns, from 0 to 1 and from 1 to 0: its effect has either sign, but the base is never below zero.
    ranged = [(column - column.min()) / np.ptp(column) for column in controls.T if np.ptp(column) > 0]
    fixed = np.column_stack([np.ones(weeks), *(part for column in ranged for part in (column, 1 - column))])
    unit = max(float(sales.std()), 1e-9 * max(float(np.abs(sales).max()), 1.0), 1e-12)

    def media(values: np.ndarray) -> np.ndarray:
        decay, log_half, log_slope = values.reshape(3, many)
        return hill(adstock(relative, decay), np.exp(log_half), np.exp(log_slope))

    def solved(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        design = np.column_stack([media(values), fixed])
        return design, nnls(design, sales / unit, maxiter=50 * design.shape[1])[0]

    prior = np.repeat([[DECAY_PRIOR[0]], [HALF_PRIOR[0]], [SLOPE_PRIOR[0]]], many, axis=1).ravel()
    spread = np.repeat([[DECAY_PRIOR[1]], [HALF_PRIOR[1]], [SLOPE_PRIOR[1]]], many, axis=1).ravel()
    low, high = (np.repeat([[one[side]] for one in LIMITS], many, axis=1).ravel() for side in (0, 1))
    design, weights = solved(prior)
    noise = max(float(np.std(design @ weights - sales / unit)), 1e-3)

    def misses(values: np.ndarray) -> np.ndarray:
        design, weights = solved(values)
        return np.concatenate([(design @ weights - sales / unit) / noise, (values - prior) / spread])

    luck = np.random.Generator(np.random.PCG64([seed, 0x313]))
    begins = [
        prior,
        *(np.clip(prior + spread * luck.standard_normal(prior.size), low, high) for _ in range(starts - 1)),
    ]
    fits = [least_squares(misses, one, bounds=(low, high), diff_step=1e-4, max_nfev=60) for one in begins]
    best = min(fits, key=lambda one: one.cost).x
    design, weights = solved(best)
    decay, log_half, log_slope = best.reshape(3, many)
    effect = weights[:many] * unit
    fitted = design @ weights * unit
    left, about = float(((sales - fitted) ** 2).sum()), float(((sales - sales.mean()) ** 2).sum())
    return MixModel(
        decay=decay,
        half=np.exp(log_half) * scale,
        slope=np.exp(log_slope),
        effect=effect,
        contribution=design[:, :many] * effect,
        fitted=fitted,
        explained=1.0 - left / about if about else float("nan"),
        varied=spend.std(axis=0) > VARIED * spend.mean(axis=0),
    )
