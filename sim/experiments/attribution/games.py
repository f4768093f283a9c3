"""Attribution by what is lost without a channel on the paths: Markov removal effects and Shapley values.

Both are computed from paths alone. They reason about removal, but inside a model of the paths: people whose touch is taken away
are lost (Markov), or paths that need a channel outside the coalition are (Shapley).
"""

from __future__ import annotations

from math import factorial

import numpy as np

from sim.experiments.attribution.paths import Paths

MOST_CHANNELS = 16
"""Shapley values are exact and need every set of channels: 65,536 of them at most."""


def transition_matrix(paths: Paths) -> np.ndarray:
    """Chances of the next step on a path, float64 (C + 3, C + 3): channels, then start, purchase, no purchase.

    First order: the next step hangs on the present one alone. Purchase and no purchase lead to themselves.
    """
    many = len(paths.channels)
    begin, bought, lost = many, many + 1, many + 2
    counts = np.zeros((many + 3, many + 3))
    if paths.channel.size:
        np.add.at(counts, (begin, paths.channel[paths.start[:-1]]), 1)
        np.add.at(counts, (paths.channel[paths.start[1:] - 1], np.where(paths.converted, bought, lost)), 1)
        inner = np.ones(paths.channel.size, bool)
        inner[paths.start[1:] - 1] = False
        here = np.flatnonzero(inner)
        np.add.at(counts, (paths.channel[here], paths.channel[here + 1]), 1)
    counts[bought, bought] = counts[lost, lost] = 1
    counts[counts.sum(axis=1) == 0, lost] = 1  # a channel never met leads nowhere
    return counts / counts.sum(axis=1, keepdims=True)


def conversion_chance(matrix: np.ndarray) -> float:
    """Chance that a walk from the start ends in a purchase, for a matrix as `transition_matrix` makes them."""
    inner = matrix[:-2, :-2]
    return float(np.linalg.solve(np.eye(len(inner)) - inner, matrix[:-2, -2])[-1])


def removal_effects(paths: Paths) -> np.ndarray:
    """Share of purchases lost if all who come to a channel are lost there, float64 (C), each in [0, 1].

    Anderl, Becker, von Wangenheim & Schumann (2016), "Mapping the customer journey", Int. J. Research in Marketing 33:457-474.
    """
    matrix = transition_matrix(paths)
    whole = conversion_chance(matrix)
    effects = np.zeros(len(paths.channels))
    for channel in range(effects.size if whole > 0 else 0):
        without = matrix.copy()
        without[channel] = 0.0
        without[channel, -1] = 1.0
        effects[channel] = 1.0 - conversion_chance(without) / whole
    return effects


def markov(paths: Paths) -> np.ndarray:
    """Purchases that removal effects give to each channel, float64 (C): touched purchases, in proportion to the effects."""
    effects = removal_effects(paths)
    total = effects.sum()
    return paths.converted.sum() * (effects / total if total else effects)


def shapley_values(worth: np.ndarray) -> np.ndarray:
    """Shapley values of n players, float64 (n), from the worth of each of the 2**n coalitions.

    worth[s]: of the coalition whose members are the set bits of s. phi_i = sum over s without i of |s|! (n - |s| - 1)! / n! times
    (worth[s + i] - worth[s]) (Shapley 1953). Raises ValueError unless there are 2**n worths, n up to 16.
    """
    worth = np.asarray(worth, float)
    many = worth.size.bit_length() - 1
    if worth.size != 1 << many or many > MOST_CHANNELS:
        raise ValueError(f"{worth.size} worths were given; n players need 2**n of them, with n up to {MOST_CHANNELS}")
    coalition = np.arange(worth.size)
    size = np.bitwise_count(coalition)
    weight = np.array([factorial(k) * factorial(many - k - 1) / factorial(many) for k in range(many)])
    values = np.zeros(many)
    for player in range(many):
        without = coalition[coalition >> player & 1 == 0]
        values[player] = np.sum(weight[size[without]] * (worth[without | 1 << player] - worth[without]))
    return values


def coalition_worths(paths: Paths) -> np.ndarray:
    """Purchases on paths that need no channel outside a coalition, float64 (2**C), indexed by the set bits.

    The worth of Zhao, Mahboobi & Bagheri (2018), "Shapley value methods for attribution modeling in online advertising",
    arXiv:1804.05327. Raises ValueError for more than 16 channels.
    """
    many = len(paths.channels)
    if many > MOST_CHANNELS:
        raise ValueError(f"exact Shapley values need every set of channels; {many} are more than {MOST_CHANNELS}")
    met = np.zeros(paths.converted.size, np.int64)
    np.bitwise_or.at(met, paths.of, np.left_shift(1, paths.channel))
    worth = np.bincount(met[paths.converted], minlength=1 << many).astype(float)
    for player in range(many):  # sums over subsets, one channel at a time
        inside = np.flatnonzero(np.arange(worth.size) >> player & 1)
        worth[inside] += worth[inside ^ (1 << player)]
    return worth


def shapley(paths: Paths) -> np.ndarray:
    """Purchases that Shapley values give to each channel, float64 (C); they sum to the touched purchases."""
    return shapley_values(coalition_worths(paths))
