"""Record in, tidy columns out: one row per observation, real people, names instead of numbers.

Columns are plain arrays, or `Names` (codes plus the names they stand for), so that the same columns become a pandas
frame or an Arrow table without a loop over rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.results.record import Record, series_meaning

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


class Names(NamedTuple):
    """A column of names, kept as small whole numbers; -1 is "does not apply"."""

    codes: np.ndarray
    names: tuple[str, ...]


Columns = dict[str, np.ndarray | Names]


def daily(record: Record, people_per_consumer: float) -> Columns:
    """One row per day and brand, one column per series, in real people, messages or money."""
    days, brands = record.days, len(record.brands)
    columns: Columns = {
        "date": np.repeat(record.dates, brands),
        "day": np.repeat(np.arange(days, dtype=np.int32), brands),
        "brand": Names(np.tile(np.arange(brands, dtype=np.int8), days), record.brands),
    }
    for name, values in record.series.items():
        factor = people_per_consumer if series_meaning(name).scaled else 1.0
        columns[name] = (values * factor).ravel()
    return columns


def market(record: Record) -> Columns:
    """One row per day: figures of the market as a whole, as recorded."""
    return {"date": record.dates, "day": np.arange(record.days, dtype=np.int32), **record.market}


def stages(record: Record, people_per_consumer: float) -> Columns:
    """People per stage at the end of each day, by brand and segment; day -1 is before the first day."""
    shape = record.people.shape
    day, brand, segment, stage = (axis.ravel() for axis in np.indices(shape, dtype=np.int32))
    first = record.dates[0] - np.timedelta64(1, "D") if record.days else np.datetime64("NaT", "D")
    dates = np.concatenate([[first], record.dates])
    return {
        "day": day - 1,
        "date": dates[day],
        "brand": Names(brand.astype(np.int8), record.brands),
        "segment": Names(segment.astype(np.int16), record.segments),
        "stage": Names(stage.astype(np.int8), record.stages),
        "people": record.people.ravel() * people_per_consumer,
    }


def transitions(record: Record, people_per_consumer: float) -> Columns:
    """How many people moved from which stage to which, by day and brand; only moves that happened."""
    day, brand, origin, target = np.nonzero(record.transitions)
    return {
        "day": day.astype(np.int32),
        "brand": Names(brand.astype(np.int8), record.brands),
        "from": Names(origin.astype(np.int8), record.stages),
        "to": Names(target.astype(np.int8), record.stages),
        "people": record.transitions[day, brand, origin, target] * people_per_consumer,
    }


def touches(record: Record, people_per_consumer: float) -> Columns:
    """Touches delivered and noticed, by day, brand, kind and the person's stage; only those that happened."""
    day, brand, kind, stage = np.nonzero((record.delivered != 0) | (record.noticed != 0))
    return {
        "day": day.astype(np.int32),
        "brand": Names(brand.astype(np.int8), record.brands),
        "kind": Names(kind.astype(np.int8), record.kinds),
        "stage": Names(stage.astype(np.int8), record.stages),
        "delivered": record.delivered[day, brand, kind, stage] * people_per_consumer,
        "noticed": record.noticed[day, brand, kind, stage] * people_per_consumer,
    }


def spend(record: Record) -> Columns:
    """Money spent in each paid channel, by day and brand; only days with spend."""
    day, brand, channel = np.nonzero(record.spend)
    return {
        "date": record.dates[day],
        "day": day.astype(np.int32),
        "brand": Names(brand.astype(np.int8), record.brands),
        "channel": Names(channel.astype(np.int16), record.channels),
        "spend": record.spend[day, brand, channel],
    }


def cascades(record: Record) -> Columns:
    """One row per chain of passing-on: size and depth in simulated consumers, the brand, the day it began."""
    table: Columns = dict(record.cascades or {})
    if "brand" in table:
        table["brand"] = Names(np.asarray(table["brand"]), record.brands)
    return table


def panel_touches(record: Record) -> Columns:
    """Every touch of the consumers in the panel; empty without a panel."""
    if record.panel is None:
        return {}
    log = record.panel["touches"]
    return {**log, "brand": Names(log["brand"], record.brands), "kind": Names(log["kind"], record.kinds)}


def panel_moves(record: Record) -> Columns:
    """Every move of the consumers in the panel and the last touch noticed before it; empty without a panel."""
    if record.panel is None:
        return {}
    log = record.panel["moves"]
    return {
        **log,
        "brand": Names(log["brand"], record.brands),
        "from": Names(log["from"], record.stages),
        "to": Names(log["to"], record.stages),
        "cause": Names(log["cause"], (*record.kinds, "none")),
    }


def panel(record: Record) -> Columns:
    """Touches and moves of the panel as one story per consumer, in order of day and consumer, touches first.

    On the row of a move, `count` and `noticed` are 0; what does not apply to a row is missing.
    """
    if record.panel is None:
        return {}
    touch, move = record.panel["touches"], record.panel["moves"]
    what = np.repeat(np.array([0, 1], dtype=np.int8), [len(touch["day"]), len(move["day"])])
    joined = {key: np.concatenate([touch[key], move[key]]) for key in ("day", "consumer", "brand")}
    order = np.lexsort((what, joined["consumer"], joined["day"]))

    def of(log: dict[str, np.ndarray], key: str, otherwise: int = -1) -> np.ndarray:
        column = np.full(len(what), otherwise, dtype=np.int16)
        column[what == (log is move)] = log[key]
        return column[order]

    return {
        "day": joined["day"][order],
        "consumer": joined["consumer"][order],
        "brand": Names(joined["brand"][order], record.brands),
        "what": Names(what[order], ("touch", "move")),
        "kind": Names(of(touch, "kind"), record.kinds),
        "count": of(touch, "count", 0),
        "noticed": of(touch, "noticed", 0),
        "from": Names(of(move, "from"), record.stages),
        "to": Names(of(move, "to"), record.stages),
        "cause": Names(of(move, "cause"), (*record.kinds, "none")),
    }


def to_pandas(columns: Columns) -> pd.DataFrame:
    """The columns as a pandas frame; names become categories."""
    import pandas as pd

    frame: dict[str, Any] = {}
    for key, column in columns.items():
        if isinstance(column, Names):
            frame[key] = pd.Categorical.from_codes(column.codes, dtype=pd.CategoricalDtype(list(column.names)))
        else:
            frame[key] = column
    return pd.DataFrame(frame)


def to_arrow(columns: Columns) -> pa.Table:
    """The columns as an Arrow table; names become dictionary columns, "does not apply" becomes null."""
    import pyarrow as pa

    arrays: dict[str, Any] = {}
    for key, column in columns.items():
        if isinstance(column, Names):
            names = np.array([name.encode() for name in column.names], object)
            ends = np.cumsum([0, *map(len, names)], dtype=np.int32)
            words = pa.StringArray.from_buffers(len(names), pa.py_buffer(ends), pa.py_buffer(b"".join(names)))
            arrays[key] = pa.DictionaryArray.from_arrays(_numbers(column.codes, column.codes >= 0), words)
        else:
            arrays[key] = _numbers(column)
    return pa.Table.from_arrays(list(arrays.values()), list(arrays))


def _numbers(values: np.ndarray, given: np.ndarray | None = None) -> pa.Array:
    """Numbers or days as an Arrow array, null where not `given`.

    Made from the bytes themselves: `pyarrow.array` would import pandas, which takes longer than a small run.
    """
    import pyarrow as pa

    if values.dtype.kind == "M":
        given, kind = ~np.isnat(values), pa.date32()
        values = values.astype("datetime64[D]").astype(np.int64).astype(np.int32)
    else:
        kind = pa.from_numpy_dtype(values.dtype)
    valid = None if given is None or given.all() else pa.py_buffer(np.packbits(given, bitorder="little"))
    return pa.Array.from_buffers(kind, len(values), [valid, pa.py_buffer(np.ascontiguousarray(values))])
