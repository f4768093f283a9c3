"""A parameter of a mechanism: its default, range, unit, meaning and source, declared beside the rule that uses it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Param:
    """One number of the model.

    `source` cites the published fact ("A06, Robyn guideline"), the calibration, or says "assumed".
    """

    default: float
    low: float
    high: float
    unit: str
    meaning: str
    source: str = "assumed"

    def __post_init__(self) -> None:
        if not self.low <= self.default <= self.high:
            raise ValueError(f"default {self.default} of '{self.meaning}' lies outside {self.low} to {self.high}")

    def check(self, name: str, value: object) -> float:
        """The value as a number in range; raises ValueError with one sentence otherwise."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(f"{name}: {value!r} is not a number; give one from {self.low:g} to {self.high:g}")
        if not self.low <= value <= self.high:
            raise ValueError(
                f"{name}: {value:g} is out of range; allowed is {self.low:g} to {self.high:g} {self.unit}".rstrip()
            )
        return float(value)
