"""What is known of consumers, read and written from outside in natural units.

Shares are 0 to 1 whatever bytes hold them; stages, segments and touch kinds go by name, channels by a dict. A fact is a
declared column, also one of a user's own mechanism, or follows from evidence: `trust` and `confidence`. `rows` is a row
number, an array of them, or slice(None) for everybody; `brand` a position among the engine's brands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.scenario.errors import nearest

if TYPE_CHECKING:
    from sim.engine import Engine

Rows = int | slice | np.ndarray
DERIVED = ("trust", "confidence")
_CODED = {"stage": "stages", "segment": "segments", "last_touch": "kinds", "won_by": "kinds"}
_NOT_WRITABLE = {
    "confidence": "it follows from the evidence; write evidence_for and evidence_against",
    "friends_owning": "it counts friends who are customers; write their stage",
}


def names(engine: Engine) -> tuple[str, ...]:
    """Every fact there is of a consumer of this market."""
    return (*engine.declared, *DERIVED)


def known(engine: Engine, name: str) -> bool:
    """Whether consumers of this market have such a fact."""
    return name in engine.declared or name in DERIVED


def missing(engine: Engine, name: str) -> AttributeError:
    """The error for a fact nobody has."""
    return AttributeError(f"a consumer has no '{name}'{nearest(name, names(engine))}")


def labels(engine: Engine, name: str) -> list[str] | None:
    """Names that the codes of a fact stand for; the last one also for code -1, which is no touch. None for numbers."""
    if name not in _CODED:
        return None
    found = [one.name for one in getattr(engine, _CODED[name])]
    return [*found, "none"] if _CODED[name] == "kinds" else found


def raw(engine: Engine, name: str, brand: int, rows: Rows) -> np.ndarray:
    """A column as it is stored, (rows) or, per channel, (channels, rows)."""
    column = engine.columns[name]
    per = engine.declared[name].per
    return column[brand, rows] if per == "brand" else column[..., rows]


def read(engine: Engine, name: str, brand: int, rows: Rows) -> np.ndarray:
    """A fact in natural units: float64, int64, or an object array of names or of dicts.

    Raises AttributeError with the nearest name for a fact nobody has.
    """
    if name in DERIVED:
        return _from_evidence(engine, name, brand, rows)
    if name not in engine.declared:
        raise missing(engine, name)
    stored, column, text = raw(engine, name, brand, rows), engine.declared[name], labels(engine, name)
    if text is not None:
        return np.array(text, object)[stored]
    values = stored / 255.0 if column.is_share else stored.astype(np.float64 if stored.dtype.kind == "f" else np.int64)
    return _by_channel(engine, values) if column.per == "channel" else values


def _by_channel(engine: Engine, values: np.ndarray) -> np.ndarray:
    channels = [one.name for one in engine.channels]
    out = np.empty(values.shape[1:], object)
    for at, shares in zip(np.ndindex(out.shape), values.reshape(len(channels), -1).T.tolist()):
        out[at] = dict(zip(channels, shares))
    return out


def _priors(engine: Engine) -> tuple[float, float]:
    own = engine.parameters["perception"]
    return own["prior_for"], own["prior_against"]


def _from_evidence(engine: Engine, name: str, brand: int, rows: Rows) -> np.ndarray:
    """Trust (r + r0) / (r + s + r0 + s0), confidence (r + s) / (r + s + r0 + s0)."""
    r, s = (engine.columns[f"evidence_{side}"][brand, rows].astype(np.float64) for side in ("for", "against"))
    r0, s0 = _priors(engine)
    return (r + r0 if name == "trust" else r + s) / (r + s + r0 + s0)


def write(engine: Engine, name: str, brand: int, rows: Rows, value: Any) -> None:
    """Write a fact of consumers: one value for all, or an array of one for each; it counts from the next day on.

    A new `trust` keeps the sum of evidence where it can, and takes as much more as it needs. A new stage is a move with
    cause "none". Raises AttributeError or ValueError, with the nearest name or the allowed range.
    """
    if not known(engine, name):
        raise missing(engine, name)
    if name in _NOT_WRITABLE:
        raise AttributeError(f"'{name}' cannot be written: {_NOT_WRITABLE[name]}")
    if name == "trust":
        _write_trust(engine, brand, rows, _numbers("trust", value, 0.001, 0.999))
    elif labels(engine, name) is not None:
        codes = _codes(engine, name, value)
        if name == "stage":
            engine.outside.put_at(engine, brand, rows, codes)
        else:
            raw(engine, name, brand, slice(None))[rows] = codes
    elif engine.declared[name].per == "channel":
        _write_channels(engine, name, rows, value)
    else:
        raw(engine, name, brand, slice(None))[rows] = _stored(engine, name, value)
    engine.touched()


def _stored(engine: Engine, name: str, value: Any) -> np.ndarray:
    """Checked numbers as the column holds them."""
    column = engine.declared[name]
    numbers = _numbers(name, value, column.low, column.high, column.meaning)
    if column.is_share:
        return np.rint(numbers * 255.0).astype(np.uint8)
    if np.dtype(column.dtype).kind != "f" and (numbers != np.rint(numbers)).any():
        raise ValueError(f"{name}: {value!r} is not a whole number; it is the {column.meaning}")
    return numbers.astype(column.dtype)


def _numbers(name: str, value: Any, low: float, high: float, meaning: str = "") -> np.ndarray:
    numbers = np.asarray(value)
    if numbers.dtype.kind not in "iuf":
        raise ValueError(f"{name}: {value!r} is not a number; allowed is {low:g} to {high:g}")
    wrong = numbers[~((numbers >= low) & (numbers <= high))]  # not a number is wrong too
    if wrong.size:
        about = f" ({meaning})" if meaning else ""
        raise ValueError(f"{name}: {wrong.flat[0]:g} is out of range; allowed is {low:g} to {high:g}{about}")
    return numbers


def code(engine: Engine, name: str, label: Any) -> int:
    """The code of a stage, segment or touch kind. Raises ValueError with the nearest name."""
    text = labels(engine, name) or []
    if label not in text:
        raise ValueError(f"{name}: there is no '{label}'{nearest(label, text)}")
    return -1 if label == "none" and _CODED[name] == "kinds" else text.index(label)


def _codes(engine: Engine, name: str, value: Any) -> np.ndarray | int:
    if isinstance(value, str):
        return code(engine, name, value)
    if not np.iterable(value):
        raise ValueError(f"{name}: {value!r} is not a name{nearest(value, labels(engine, name) or [])}")
    return np.array([code(engine, name, one) for one in value], np.int8 if name != "segment" else np.uint8)


def _write_channels(engine: Engine, name: str, rows: Rows, value: Any) -> None:
    channels = [one.name for one in engine.channels]
    given = value if isinstance(value, dict) else dict.fromkeys(channels, value)
    for channel, share in given.items():
        if channel not in channels:
            raise ValueError(f"{name}: there is no channel '{channel}'{nearest(channel, channels)}")
        engine.columns[name][channels.index(channel), rows] = _stored(engine, name, share)


def _write_trust(engine: Engine, brand: int, rows: Rows, trust: np.ndarray) -> None:
    """Evidence (r, s) that gives this trust; its sum stays, unless that cannot be: then one side is 0."""
    pro, con = (engine.columns[f"evidence_{side}"] for side in ("for", "against"))
    r0, s0 = _priors(engine)
    total = pro[brand, rows].astype(np.float64) + con[brand, rows]
    r = trust * (total + r0 + s0) - r0
    s = total - r
    pro[brand, rows] = np.where(r < 0.0, 0.0, np.where(s < 0.0, trust * s0 / (1.0 - trust) - r0, r))
    con[brand, rows] = np.where(s < 0.0, 0.0, np.where(r < 0.0, (1.0 - trust) * r0 / trust - s0, s))
