"""Intervals of figures that are no means over seeds, such as a ratio of sums or a time read off a summed curve."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def leave_one_out(figure: Callable[..., float], *series: np.ndarray) -> np.ndarray:
    """Jackknife pseudo-values (Quenouille 1956) of any figure of paired series, seeds first; their mean is the estimate.

    >>> leave_one_out(lambda sales: sales.mean(), np.array([1.0, 2.0, 6.0])).tolist()
    [1.0, 2.0, 6.0]
    """
    n, whole = len(series[0]), figure(*series)
    if n < 2:
        return np.array([whole])
    kept = [np.arange(n) != left for left in range(n)]
    return np.array([n * whole - (n - 1) * figure(*(one[mask] for one in series)) for mask in kept])
