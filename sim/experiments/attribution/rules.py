"""Rules that share each purchase out among the touches before it: first, last, linear, position, time decay.

Each rule gives the touches of a path shares that sum to one; a channel's credit is the sum of its touches' shares over all
paths that ended in a purchase. The rules are those of web analytics (Google Analytics offered all five until 2023); none
asks what would have happened without a touch. Anderl, Becker, von Wangenheim & Schumann (2016, Int. J. Research in Marketing
33:457-474) and Li & Kannan (2014, J. Marketing Research 51:40-56) review them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from sim.experiments.attribution.paths import Paths

ENDS = 0.4
"""Share of the first and of the last touch in the position-based rule; those between share the rest (40/20/40)."""
HALF_LIFE = 7.0
"""Days before a purchase at which a touch counts half in the time-decay rule (the default of Google Analytics)."""

Shares = Callable[[Paths], np.ndarray]


def first_touch(paths: Paths) -> np.ndarray:
    """All to the oldest touch; float64 (T)."""
    share = np.zeros(paths.channel.size)
    share[paths.start[:-1]] = 1.0
    return share


def last_touch(paths: Paths) -> np.ndarray:
    """All to the newest touch; float64 (T)."""
    share = np.zeros(paths.channel.size)
    share[paths.start[1:] - 1] = 1.0
    return share


def linear(paths: Paths) -> np.ndarray:
    """Every touch alike; float64 (T)."""
    return 1.0 / np.repeat(_lengths(paths), _lengths(paths))


def position_based(paths: Paths) -> np.ndarray:
    """40 % to the first touch, 40 % to the last, 20 % among those between; a path of two is halved; float64 (T)."""
    long = _lengths(paths) > 2
    weight = np.repeat(np.where(long, (1 - 2 * ENDS) / np.maximum(_lengths(paths) - 2, 1), 0.0), _lengths(paths))
    for ends in (paths.start[:-1], paths.start[1:] - 1):
        weight[ends] = np.where(long, ENDS, 1.0)
    return _normalised(paths, weight)


def time_decay(half_life: float = HALF_LIFE) -> Shares:
    """A rule: half the weight for each `half_life` days before the purchase. Raises ValueError unless it is above 0."""
    if not half_life > 0:
        raise ValueError(f"a half-life of {half_life} days makes no sense; give a number above 0")

    def shares(paths: Paths) -> np.ndarray:
        # Relative to the newest touch, so that no path's weights all vanish.
        newest = np.repeat(paths.age[paths.start[1:] - 1], _lengths(paths))
        return _normalised(paths, 0.5 ** ((paths.age - newest) / half_life))

    return shares


def credit(paths: Paths, shares: Shares) -> np.ndarray:
    """Purchases of the panel that a rule gives to each channel, float64 (C); they sum to the touched purchases."""
    counted = paths.converted[paths.of]
    return np.bincount(paths.channel[counted], weights=shares(paths)[counted], minlength=len(paths.channels))


def path_rules(half_life: float = HALF_LIFE) -> Mapping[str, Shares]:
    """The rules of this module: name -> shares."""
    return {
        "first touch": first_touch,
        "last touch": last_touch,
        "linear": linear,
        "position": position_based,
        "time decay": time_decay(half_life),
    }


def _lengths(paths: Paths) -> np.ndarray:
    return np.diff(paths.start)


def _normalised(paths: Paths, weight: np.ndarray) -> np.ndarray:
    sums = np.add.reduceat(weight, paths.start[:-1]) if weight.size else weight
    return weight / np.repeat(sums, _lengths(paths))
