"""What the engine hands over after a run: the daily books of the market, in simulated consumers.

A `Record` is the contract between the engine and everything that reads results. Counts are simulated consumers;
`Run` turns them into real people. Money and means are final as they stand (see `SERIES`).
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple

import numpy as np

PANEL_COLUMNS: dict[str, dict[str, str]] = {
    "touches": {
        "day": "int16",
        "consumer": "int32",
        "brand": "int8",
        "kind": "int8",
        "count": "int16",
        "noticed": "int16",
    },
    "moves": {"day": "int16", "consumer": "int32", "brand": "int8", "from": "int8", "to": "int8", "cause": "int8"},
    "start": {"consumer": "int32", "stage": "int8"},
}
CASCADE_COLUMNS = {
    "size": "int64",
    "depth": "int32",
    "largest_broadcast": "int64",
    "brand": "int8",
    "day": "int32",
    "structural_virality": "float64",
}


class Series(NamedTuple):
    """One daily figure of a brand: its unit, whether it counts people (then it is scaled up), and its label."""

    unit: str
    scaled: bool
    label: str


SERIES: dict[str, Series] = {
    "purchases_first": Series("units", True, "first purchases"),
    "purchases_repeat": Series("units", True, "repeat purchases"),
    "revenue": Series("money", False, "revenue"),
    "margin": Series("money", False, "gross margin"),
    "spend_media": Series("money", False, "media spend"),
    "spend_influencers": Series("money", False, "influencer fees"),
    "spend_programmes": Series("money", False, "programme costs"),
    "impressions": Series("impressions", True, "impressions"),
    "talk_positive": Series("messages", True, "positive messages between people"),
    "talk_negative": Series("messages", True, "negative messages between people"),
    "posts": Series("posts", True, "public posts"),
    "reviews": Series("reviews", True, "reviews written"),
    "score": Series("stars, 1 to 5", False, "review score"),
    "complaints": Series("complaints", True, "complaints"),
    "answered": Series("complaints", True, "complaints answered"),
    "awareness": Series("0 to 1", False, "mean awareness"),
    "trust": Series("0 to 1", False, "mean trust"),
    "satisfaction": Series("0 to 1", False, "mean satisfaction"),
    "habit": Series("0 to 1", False, "mean habit"),
    "price": Series("money", False, "price"),
}
"""Every series with a fixed meaning. A mechanism that adds one declares it with `declare_series`."""

REQUIRED_SERIES = tuple(SERIES)
"""Series that every record has; summaries and pictures lean on them."""


def declare_series(name: str, unit: str, scaled: bool, label: str) -> None:
    """Say what a new daily figure means, so that tables scale it and pictures label it rightly.

    `scaled` is True for counts of people or messages (multiplied by people per consumer), False for money and means.
    Raises ValueError if the name already has another meaning.
    """
    meaning = Series(unit, scaled, label)
    known = SERIES.get(name)
    if known is not None and known != meaning:
        raise ValueError(f"series '{name}' already means {known}; it cannot also mean {meaning}. Choose another name")
    SERIES[name] = meaning


def series_meaning(name: str) -> Series:
    """What a daily figure means; one that nobody declared is taken as it stands (not scaled)."""
    return SERIES.get(name) or Series("as recorded", False, name.replace("_", " "))


@dataclass(eq=False)
class Record:
    """The daily books of one run, in simulated consumers.

    Shapes: D days done, B brands, G segments, S stages, K touch kinds, C paid channels.

    - `people` (D + 1, B, G, S): consumers at each stage; row 0 is before the first day, row d + 1 after day d
    - `transitions` (D, B, S, S): moves from -> to on each day
    - `causes` (B, S, S, K + 1): moves of the whole run by the last noticed touch kind; index K is "none"
    - `delivered`, `noticed` (D, B, K, S): touches, by the stage of the person at the time
    - `series` name -> (D, B); `market` name -> (D,); `spend` (D, B, C) in real money
    - `events`: (day, label, brand index or -1 for the whole market)
    - `panel`: None, or three tables of columns (`PANEL_COLUMNS`); `start["stage"]` is (consumers in the panel, B);
      a cause of K means that no touch had been noticed (-1 is taken for K)
    - `cascades`: None, or equally long columns (`CASCADE_COLUMNS`, more allowed), in simulated consumers
    - `seconds`: timings; `stopped`: True if the run was interrupted

    Raises ValueError naming the array, its shape and the shape it should have.
    """

    days: int
    dates: np.ndarray
    brands: tuple[str, ...]
    focal: int
    segments: tuple[str, ...]
    stages: tuple[str, ...]
    kinds: tuple[str, ...]
    channels: tuple[str, ...]
    people: np.ndarray
    transitions: np.ndarray
    causes: np.ndarray
    delivered: np.ndarray
    noticed: np.ndarray
    series: dict[str, np.ndarray]
    market: dict[str, np.ndarray]
    spend: np.ndarray
    events: list[tuple[int, str, int]] = field(default_factory=list)
    panel: dict[str, dict[str, np.ndarray]] | None = None
    cascades: dict[str, np.ndarray] | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    stopped: bool = False

    def __post_init__(self) -> None:
        for name in ("brands", "segments", "stages", "kinds", "channels"):
            setattr(self, name, tuple(getattr(self, name)))
        if not 0 <= self.focal < len(self.brands):
            raise ValueError(f"Record.focal is {self.focal}; allowed is 0 to {len(self.brands) - 1}, one per brand")
        for name, (shape, dtype) in self._shapes().items():
            setattr(self, name, _checked(name, getattr(self, name), shape, dtype))
        days, brands = self.days, len(self.brands)
        missing = [name for name in REQUIRED_SERIES if name not in self.series]
        if missing:
            raise ValueError(f"Record.series lacks {', '.join(missing)}; it needs {', '.join(REQUIRED_SERIES)}")
        self.series = {key: _checked(f"series['{key}']", a, (days, brands), "f8") for key, a in self.series.items()}
        self.market = {key: _checked(f"market['{key}']", a, (days,), "f8") for key, a in self.market.items()}
        self.events = [(int(day), str(label), int(brand)) for day, label, brand in self.events]
        if self.panel is not None:
            self.panel = _checked_panel(self.panel, brands, none=len(self.kinds))
        if self.cascades is not None:
            self.cascades = _checked_columns("cascades", self.cascades, CASCADE_COLUMNS)

    def _shapes(self) -> dict[str, tuple[tuple[int, ...], str]]:
        d, b, g = self.days, len(self.brands), len(self.segments)
        s, k, c = len(self.stages), len(self.kinds), len(self.channels)
        return {
            "dates": ((d,), "datetime64[D]"),
            "people": ((d + 1, b, g, s), "int64"),
            "transitions": ((d, b, s, s), "int32"),
            "causes": ((b, s, s, k + 1), "int64"),
            "delivered": ((d, b, k, s), "int32"),
            "noticed": ((d, b, k, s), "int32"),
            "spend": ((d, b, c), "float64"),
        }

    @property
    def consumers(self) -> int:
        """How many simulated consumers the market has."""
        return int(self.people[0, 0].sum())

    def __eq__(self, other: object) -> bool:
        """True if every name, number and array is the same, bit for bit (missing values count as the same)."""
        if not isinstance(other, Record):
            return NotImplemented
        return all(_same(getattr(self, f.name), getattr(other, f.name)) for f in fields(self))

    __hash__ = None  # type: ignore[assignment]


def _checked(name: str, array: Any, shape: tuple[int, ...], dtype: str) -> np.ndarray:
    array = np.ascontiguousarray(array, dtype=dtype)
    if array.shape != shape:
        raise ValueError(f"Record.{name} has shape {array.shape}; the days, brands and stages given ask for {shape}")
    return array


def _checked_columns(name: str, columns: dict[str, Any], wanted: dict[str, str]) -> dict[str, np.ndarray]:
    """Columns in the contract's types, in the contract's order; further columns follow."""
    missing = [key for key in wanted if key not in columns]
    if missing:
        raise ValueError(f"Record.{name} lacks the column(s) {', '.join(missing)}; it needs {', '.join(wanted)}")
    table = {key: np.ascontiguousarray(columns[key], dtype=dtype) for key, dtype in wanted.items()}
    table |= {key: np.ascontiguousarray(array) for key, array in columns.items() if key not in wanted}
    lengths = {key: len(array) for key, array in table.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"Record.{name} has columns of different length: {lengths}; all must be equally long")
    return table


def _checked_panel(panel: dict[str, dict[str, Any]], brands: int, none: int) -> dict[str, dict[str, np.ndarray]]:
    missing = [key for key in PANEL_COLUMNS if key not in panel]
    if missing:
        raise ValueError(f"Record.panel lacks {', '.join(missing)}; it needs {', '.join(PANEL_COLUMNS)}")
    checked = {key: _checked_columns(f"panel['{key}']", panel[key], wanted) for key, wanted in PANEL_COLUMNS.items()}
    stage = checked["start"]["stage"]
    checked["start"]["stage"] = _checked(
        "panel['start']['stage']", stage, (len(checked["start"]["consumer"]), brands), "int8"
    )
    cause = checked["moves"]["cause"]
    checked["moves"]["cause"] = np.where(cause < 0, none, cause).astype(cause.dtype)
    return checked


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, dict):
        return isinstance(other, dict) and one.keys() == other.keys() and all(_same(one[k], other[k]) for k in one)
    if isinstance(one, np.ndarray):
        if not isinstance(other, np.ndarray) or one.dtype != other.dtype or one.shape != other.shape:
            return False
        return bool(np.array_equal(one, other, equal_nan=one.dtype.kind in "fM"))
    if isinstance(one, float) and isinstance(other, float):
        return one == other or (one != one and other != other)
    return bool(one == other)
