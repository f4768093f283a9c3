"""What the app keeps of a run: the figures that its pages draw, small enough to send between processes and to cache.

Everything is about the focal brand, in real people, units and money.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from sim.results import Run

WEEK = 7
FLOWS = ("units", "new_customers", "revenue", "spend", "talk_positive", "talk_negative", "complaints", "reviews")
LEVELS = ("trust", "satisfaction", "awareness", "score")


@dataclass(frozen=True)
class Stages:
    """A journey's S stages: their names, and the indices of those on the path (first to last), beside it, and of customers."""

    stages: tuple[str, ...]
    order: tuple[int, ...]
    lost: tuple[int, ...]
    owners: tuple[int, ...]


def stages_of(run: Run) -> dict[str, Any]:
    """The fields of `Stages` for a run, by name."""
    path = run.path
    return {
        "stages": run.record.stages,
        "order": tuple(path.order),
        "lost": tuple(path.lost),
        "owners": tuple(path.owners),
    }


@dataclass(frozen=True)
class Digest(Stages):
    """One run, W weeks (the last may be short), S stages, K touch kinds.

    - headline: figure -> value over the whole run (`sim.experiments.figures.FIGURES`), nan where it has no meaning
    - starts: (W,) first day of each week; flows: name -> (W,) sums of the week; levels: name -> (W,) means on its last day
    - people: (W + 1, S) at each stage, before the first day and at the end of each week
    - moves: (S, S) people who moved from -> to in the whole run; start: (S,) people before the first day
    - noticed, delivered: (K,) touches; forward: (K + 1,) forward moves by the last touch noticed, index K is none
    - spend: what money went to -> money; events: (day, text)
    """

    brand: str
    currency: str
    days: int
    first_day: str
    real_people: float
    headline: dict[str, float]
    starts: np.ndarray
    flows: dict[str, np.ndarray]
    levels: dict[str, np.ndarray]
    people: np.ndarray
    moves: np.ndarray
    start: np.ndarray
    kinds: tuple[str, ...]
    noticed: np.ndarray
    delivered: np.ndarray
    forward: np.ndarray
    spend: dict[str, float]
    events: tuple[tuple[int, str], ...]

    @property
    def weeks(self) -> int:
        """How many weeks, the last perhaps short."""
        return len(self.starts)


def digest(run: Run) -> Digest:
    """A run in the figures that pages draw."""
    from sim.experiments.figures import headline

    record, focal, each = run.record, run.record.focal, run.people_per_consumer
    starts = np.arange(0, record.days, WEEK)
    ends = np.minimum(starts + WEEK, record.days)
    series = {name: values[:, focal] for name, values in record.series.items()}
    daily = {
        "units": (series["purchases_first"] + series["purchases_repeat"]) * each,
        "new_customers": series["purchases_first"] * each,
        "revenue": series["revenue"],
        "spend": series["spend_media"] + series["spend_influencers"] + series["spend_programmes"],
        **{name: series[name] * each for name in ("talk_positive", "talk_negative", "complaints", "reviews")},
    }
    stage_people = record.people[:, focal].sum(axis=1) * each
    forward = run.path.mask("forward")
    money = {
        **{name: float(one) for name, one in zip(record.channels, record.spend[:, focal].sum(axis=0))},
        "influencers": float(series["spend_influencers"].sum()),
        "programmes": float(series["spend_programmes"].sum()),
    }
    return Digest(
        brand=run.brand,
        currency=run.currency,
        days=record.days,
        first_day=str(record.dates[0]) if record.days else "",
        real_people=float(record.consumers * each),
        headline=headline(run),
        starts=starts,
        flows={name: np.add.reduceat(daily[name], starts) for name in FLOWS},
        levels={name: series[name][ends - 1] for name in LEVELS},
        people=stage_people[np.concatenate([[0], ends])],
        **stages_of(run),
        moves=record.transitions[:, focal].sum(axis=0, dtype=np.int64) * each,
        start=stage_people[0],
        kinds=record.kinds,
        noticed=record.noticed[:, focal].sum(axis=(0, 2), dtype=np.int64) * each,
        delivered=record.delivered[:, focal].sum(axis=(0, 2), dtype=np.int64) * each,
        forward=record.causes[focal][forward].sum(axis=0) * each,
        spend={name: value for name, value in money.items() if value},
        events=tuple((day, text) for day, text, brand in record.events if brand in (-1, focal)),
    )
