"""Statistics that several facts need: stratified ratios, inequality, and the jackknife over seeds."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.experiments.intervals import leave_one_out

__all__ = ["gini", "jackknife", "leave_one_out", "mantel_haenszel"]


def mantel_haenszel(events: np.ndarray, persons: np.ndarray) -> tuple[float, float]:
    """Both sides of the Mantel-Haenszel risk ratio of the exposed over the unexposed, stratum by stratum.

    events, persons: (strata, 2), those to whom it happened and those at risk, unexposed first. The ratio is the first over the
    second; sums over independent samples may be added before dividing, so that strata are never mixed. With a_k, b_k events
    among n_k exposed and m_k unexposed: sum a_k m_k / (n_k + m_k) over sum b_k n_k / (n_k + m_k)
    (Mantel & Haenszel 1959; risk ratio: Greenland & Robins 1985, Biometrics 41). Empty strata say nothing.

    >>> mantel_haenszel(np.array([[10, 8], [2, 12]]), np.array([[60, 60], [40, 40]]))
    (10.0, 6.0)
    """
    unexposed, exposed = np.asarray(persons, float).T
    before, after = np.asarray(events, float).T
    both = unexposed + exposed
    share = np.divide(1.0, both, out=np.zeros_like(both), where=both > 0)
    return float((after * unexposed * share).sum()), float((before * exposed * share).sum())


def gini(values: np.ndarray) -> float:
    """Gini coefficient of values of at least 0 (one each): 0 all alike, (n - 1) / n one has all; 0 if all are 0.

    >>> gini(np.array([0, 0, 0, 8]))
    0.75
    """
    ordered = np.sort(np.asarray(values, float))
    n, total = len(ordered), ordered.sum()
    if total == 0:
        return 0.0
    return float((2 * np.arange(1, n + 1) - n - 1) @ ordered / (n * total))


def jackknife(statistic: Callable[..., float], *samples: np.ndarray) -> np.ndarray:
    """Pseudo-values of a statistic of means over seeds: one per seed, their mean is the estimate.

    samples: arrays with the seeds first; statistic gets the mean of each. For curves that are too noisy seed by seed.

    >>> jackknife(lambda mean: float(mean), np.array([1.0, 2.0, 6.0]))
    array([1., 2., 6.])
    """
    return leave_one_out(lambda *kept: statistic(*(sample.mean(axis=0) for sample in kept)), *samples)
