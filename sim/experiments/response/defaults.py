"""What mix models assume before they have seen any data, to be put beside what a market does.

Priors are given by their central 90 %. Decay is per week. Half-saturation and slope are those of a Hill curve; its unit differs:
the range of spend (Robyn), the median spend (Meridian), the largest spend (PyMC-Marketing); where every week of a plan is
multiplied alike, the fitted one is in units of today's spend.

Sources, read in November 2026:
- Robyn 3.11 (Meta Marketing Science), `hyper_names` in its reference: theta 0.3-0.8 for television, 0.1-0.4 for out-of-home,
  print and radio, 0-0.3 for digital; alpha 0.5-3; gamma 0.3-1.
  https://www.rdocumentation.org/packages/Robyn/versions/3.11.1/topics/hyper_names
- Meridian (Google), "Default prior distributions": alpha_m Uniform(0, 1), ec_m TruncatedNormal(0.8, 0.8, 0.1, 10), slope_m 1.
  https://developers.google.com/meridian/docs/advanced-modeling/default-prior-distributions
- PyMC-Marketing, `mmm/components`: GeometricAdstock alpha Beta(1, 3), HillSaturation slope and kappa HalfNormal(1.5).
  https://github.com/pymc-labs/pymc-marketing
"""

from __future__ import annotations

from typing import NamedTuple

ROBYN_DECAY = {"television": (0.3, 0.8), "offline": (0.1, 0.4), "digital": (0.0, 0.3)}
OFFLINE = ("out_of_home", "print", "radio", "audio")
"""Channels that Robyn's advice counts with print; what is neither these nor television counts as digital."""


class Assumed(NamedTuple):
    """Range that a package assumes of a channel's weekly decay, half-saturation and slope."""

    package: str
    decay: tuple[float, float]
    half: tuple[float, float]
    slope: tuple[float, float]


def assumed(channel: str) -> tuple[Assumed, ...]:
    """What each package assumes of a channel.

    >>> [one.package for one in assumed("television")], assumed("print")[0].decay
    (['Robyn', 'Meridian', 'PyMC-Marketing'], (0.1, 0.4))
    """
    medium = "television" if channel == "television" else "offline" if channel in OFFLINE else "digital"
    return (
        Assumed("Robyn", ROBYN_DECAY[medium], (0.3, 1.0), (0.5, 3.0)),
        Assumed("Meridian", (0.05, 0.95), (0.21, 2.20), (1.0, 1.0)),
        Assumed("PyMC-Marketing", (0.017, 0.632), (0.094, 2.94), (0.094, 2.94)),
    )
