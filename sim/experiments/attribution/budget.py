"""What an attribution recommends: the same money, moved to where it says that money works."""

from __future__ import annotations

import numpy as np

LEAST, MOST = 0.5, 2.0
"""No channel is cut to less than half or raised to more than double: a rule says nothing about spend so far from today's."""


def reallocate(spend: np.ndarray, effect: np.ndarray, least: float = LEAST, most: float = MOST) -> np.ndarray:
    """Factors on today's spend of each channel, float64 (C), that move the same budget in proportion to its effects.

    Where all channels have the same elasticity of sales, profit is highest with money in proportion to effects (Dorfman & Steiner
    1954, American Economic Review 44:826-836). spend: float64 (C), today's money. effect: float64 (C), sales credited to it,
    below 0 counts as 0; nan: not measured, keeps its money. Factors lie in [least, most]. Where nothing is credited all stays as
    it is; money that the credited cannot take is spread over the others alike.

    >>> reallocate(np.array([100.0, 100.0]), np.array([30.0, 10.0])).tolist()
    [1.5, 0.5]
    """
    spend, effect = np.asarray(spend, float), np.asarray(effect, float)
    factors = np.ones(spend.size)
    known = np.isfinite(effect) & (spend > 0)
    credit, money = np.maximum(effect[known], 0.0), spend[known]
    credit[credit < 1e-9 * credit.max(initial=0.0)] = 0.0
    if not credit.sum():
        return factors
    budget = money.sum()
    wanted = credit * budget / credit.sum() / money  # the factor at which money is in proportion to credit
    factors[known] = np.clip(wanted * _level(money, wanted, budget, least, most), least, most)
    left = budget - (money * factors[known]).sum()
    if left > 1e-9 * budget:  # all who are credited have the most they can take
        poor = wanted == 0
        factors[np.flatnonzero(known)[poor]] += left / money[poor].sum()
    return factors


def _level(money: np.ndarray, wanted: np.ndarray, budget: float, least: float, most: float) -> float:
    """What the wanted factors must be multiplied by, so that the money of the clipped ones is the budget again."""
    low, high = 0.0, most / wanted[wanted > 0].min()  # at the latter all the credited have the most they can take
    for _ in range(100):
        level = (low + high) / 2
        if (money * np.clip(wanted * level, least, most)).sum() < budget:
            low = level
        else:
            high = level
    return high
