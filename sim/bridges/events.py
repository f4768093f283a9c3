"""Journeys as an event log: one case a consumer, for process mining (pm4py, bupaR, Celonis, Disco and the like).

The first three columns are those of the XES standard (IEEE 1849), which pm4py reads as they are:

- `case:concept:name`: the consumer (and the brand, where all brands are asked for: "1204 Fjord")
- `concept:name`: the activity: "is aware" (a stage of the journey entered), "notices television" (a touch that was noticed),
  "misses television" (one that was not, if asked for)
- `time:timestamp`: date and time in UTC. The model has days; seconds after midnight only keep the order within a day.

Further columns: `what` (start, touch or move), `brand`, `kind` (of touch), `from`, `to`, `cause` (kind of the touch noticed
last before a move), `count` (copies of a touch on that day), `case:segment`. Every case begins with the stage before day 0.
Repeat purchases are not among the events: what is logged of a run's panel are touches and moves between stages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.scenario.errors import nearest

if TYPE_CHECKING:
    import pandas as pd

    from sim.results import Run

COLUMNS = ("case:concept:name", "concept:name", "time:timestamp", "what", "brand", "kind", "from", "to", "cause", "count",
           "case:segment")  # fmt: skip
ALL = "all"


def event_log(run: Run, brand: str | None = None, missed: bool = False, segments: bool = True) -> pd.DataFrame:
    """The followed consumers' journeys as an event log, in order of case and time; columns as above.

    brand: whose journeys, by default the focal brand's; "all": one case for each consumer and brand. missed: also what reached
    people without being noticed. segments: look up everybody's segment, for which the market is built anew (no day is lived).
    Raises ValueError if the run followed nobody, or there is no such brand.
    """
    import pandas as pd

    panel = run.record.panel
    if panel is None:
        raise ValueError(
            "this run followed nobody, so there are no journeys to export; run it with a panel, such as 200"
        )
    chosen = _brands(run, brand)
    story = run.panel
    story = story[story["brand"].isin(chosen)].astype(
        dict.fromkeys(("brand", "what", "kind", "from", "to", "cause"), object)
    )
    touch = (story["what"] == "touch").to_numpy()
    story = story[~touch | (story["noticed"] > 0) | missed]
    touch = (story["what"] == "touch").to_numpy()
    verb = np.where(story["noticed"] > 0, "notices ", "misses ")
    story = story.assign(activity=np.where(touch, verb + _text(story["kind"]), "is " + _text(story["to"])))
    log = pd.concat([_starts(run, chosen), story], ignore_index=True)
    log = log.sort_values(["consumer", "brand", "day"], kind="stable", ignore_index=True)
    case = log["consumer"].astype(str) + (" " + log["brand"].astype(str) if brand == ALL else "")
    second = log.groupby([case, "day"]).cumcount()
    start = (
        pd.Timestamp(run.record.dates[0], tz="UTC")
        if run.record.days
        else pd.Timestamp(run.scenario.horizon.start, tz="UTC")
    )
    when = start + pd.to_timedelta(log["day"], unit="D") + pd.to_timedelta(second, unit="s")
    table = pd.DataFrame({"case:concept:name": case, "concept:name": log["activity"], "time:timestamp": when})
    for name in ("what", "brand", "kind", "from", "to", "cause"):
        table[name] = log[name]
    table["count"] = log["count"].astype(np.int64)
    table["case:segment"] = _segments(run)[log["consumer"].to_numpy(np.int64)] if segments else None
    return table[list(COLUMNS) if segments else list(COLUMNS[:-1])]


def _brands(run: Run, brand: str | None) -> list[str]:
    """Names of the brands whose journeys are wanted."""
    known = list(run.record.brands)
    if brand == ALL:
        return known
    wanted = run.brand if brand is None else brand
    if wanted not in known:
        raise ValueError(f"there is no brand '{wanted}'{nearest(wanted, [*known, ALL])}")
    return [wanted]


def _starts(run: Run, brands: list[str]) -> pd.DataFrame:
    """Where every followed consumer stood with each brand before the first day."""
    import pandas as pd

    record = run.record
    assert record.panel is not None
    start = record.panel["start"]
    parts = []
    for brand in brands:
        stage = np.array(record.stages, object)[start["stage"][:, record.brands.index(brand)]]
        part = {"day": -1, "consumer": start["consumer"], "brand": brand, "what": "start", "to": stage, "count": 0}
        parts.append(pd.DataFrame({**part, "activity": "is " + stage}))
    return pd.concat(parts, ignore_index=True)


def _text(column: pd.Series) -> pd.Series:
    return column.astype(object).where(column.notna(), "").astype(str).str.replace("_", " ")


def _segments(run: Run) -> np.ndarray:
    """Segment of every consumer, by building the market again: same scenario and seed, same people."""
    from sim.engine import Engine

    engine = Engine(run.scenario, run.seed)
    engine.close()
    return np.array([one.name for one in engine.segments], object)[engine.columns["segment"]]
