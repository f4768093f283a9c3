"""Who knows whom, read from a file: a list of ties, and perhaps a list of people, both CSV or .csv.gz."""

from __future__ import annotations

import csv
import gzip
import re
import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

import numpy as np

from sim import peer_kernels as kernels
from sim.ties import Ties

__all__ = ["PeerFileError", "line_of_segment", "read", "read_again"]

MOST_KEPT, LARGEST_KEPT = 4, 2_000_000
"""Networks that are kept between runs, and the ends of ties of the largest: 10 MB each at most."""

_kept: OrderedDict[object, tuple[Ties, list[str] | None]] = OrderedDict()
_reading = threading.Lock()
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")


class PeerFileError(ValueError):
    """A peer file cannot be used: says where, what was found and what is allowed."""


def read(
    path: str | Path, people: int | None = None, nodes: str | Path | None = None, strength: float = 0.5
) -> tuple[Ties, list[int] | list[str], list[str] | None]:
    """Read who knows whom from a CSV (or .csv.gz) with the columns source,target[,strength], one tie a row.

    Any ids do: consumers are numbered by sorted id, as numbers if all ids are whole numbers, else as text, so the order
    of rows does not matter. Ties of a consumer to itself and repeated ties (also the other way round; the strongest
    stays) are dropped and counted in the result. `nodes` is a CSV with the columns id[,segment] (others are ignored)
    naming everyone, with or without ties. `people`: number of consumers wanted; those beyond the ids have no ties.
    `strength` (0 to 1) holds where the file has no such column. Communities are not looked for: all 0.

    Returns the ties, the ids in consumer order, and each id's segment label (None without a segment column). Raises
    PeerFileError naming file and line for a row, id or number that cannot be used.
    """
    path = Path(path)
    number: dict[str, int] = {}
    labels = None if nodes is None else _read_nodes(Path(nodes), number)
    listed = len(number) if nodes is not None else None
    pairs, given = _read_ties(path, number, listed, strength)
    texts = list(number)
    whole = all(_WHOLE.fullmatch(text) for text in texts)
    if whole and len({int(text) for text in texts}) < len(texts):
        raise PeerFileError(f"{path}: some ids differ only by leading zeros or signs; write each id in one way.")
    sorted_places = sorted(range(len(texts)), key=(lambda k: int(texts[k])) if whole else texts.__getitem__)
    count = len(texts) if people is None else people
    if not texts or count < len(texts):
        raise PeerFileError(f"{path}: found {len(texts)} different ids; allowed are 1 to {people or 'any number'}.")
    rank = np.empty(len(texts), np.int64)
    rank[sorted_places] = np.arange(len(texts))
    ids = [int(texts[k]) for k in sorted_places] if whole else [texts[k] for k in sorted_places]
    segments = None if labels is None else [labels[k] for k in sorted_places]
    return _join(rank[pairs], given, count), ids, segments


def read_again(path: Path, nodes: Path | None, strength: float) -> tuple[Ties, list[str] | None]:
    """Ties and segment labels as `read` gives them; files that have not changed since they were last read are not read again.

    For the many runs of one scenario: of the app's previews on a network of 14,000 people the reading was two thirds. Kept are
    the last networks of this process, unless they are large; a file is known by its place, number, size and time of change.
    The arrays are the caller's own.
    """
    try:
        identity = (_identity(path), nodes and _identity(nodes), strength)
    except OSError:
        identity = None  # `read` says what is wrong with the file
    with _reading:
        found = _kept.pop(identity, None) if identity else None
        if found is None:
            ties, _, labels = read(path, nodes=nodes, strength=strength)
            found = ties, labels
        ties, labels = found
        if identity and ties.to.size <= LARGEST_KEPT:
            _kept[identity] = found
            while len(_kept) > MOST_KEPT:
                _kept.popitem(last=False)
    own = {name: getattr(ties, name).copy() for name in ("start", "to", "strength", "community")}
    return replace(ties, **own), labels


def _identity(path: Path) -> tuple[object, ...]:
    """What tells a file, as it is now, from others and from what it was. Raises OSError if there is none."""
    seen = path.stat()
    return path.resolve(), seen.st_dev, seen.st_ino, seen.st_size, seen.st_mtime_ns


def _join(pairs: np.ndarray, given: np.ndarray, people: int) -> Ties:
    """Ties from rows of consumer numbers (rows, 2) and strengths (x / 255); drops and counts what is not a new tie."""
    low, high = pairs.min(axis=1), pairs.max(axis=1)
    apart = low < high
    pair = (low * people + high)[apart]
    given = given[apart]
    order = np.lexsort((255 - given, pair))
    pair, given = pair[order], given[order]
    fresh = np.ones(len(pair), bool)
    fresh[1:] = pair[1:] != pair[:-1]
    pair, given = pair[fresh], given[fresh]
    source, target = pair // people, pair % people
    start = np.zeros(people + 1, np.int64)
    start[1:] = np.cumsum(np.bincount(source, minlength=people) + np.bincount(target, minlength=people))
    to, strength = np.empty(start[-1], np.int32), np.empty(start[-1], np.uint8)
    kernels.place_both(source, target, start, to, strength, given)
    selves, repeats = int((~apart).sum()), int((~fresh).sum())
    return Ties(start, to, strength, np.zeros(people, np.int32), selves, repeats)


def _read_ties(
    path: Path, number: dict[str, int], listed: int | None, strength: float
) -> tuple[np.ndarray, np.ndarray]:
    """Rows of an edge list as numbers of ids (rows, 2) and strengths (x / 255); new ids are added unless `listed`."""
    ends: list[int] = []
    given: list[float] = []
    for line, (source, target, text) in _rows(path, ("source", "target"), "strength", only=True):
        for name in (source, target):
            place = number.setdefault(name, len(number))
            if place == listed:
                raise PeerFileError(
                    f"{path}:{line}: id {name!r} is not in the node list; allowed are the ids listed there."
                )
            ends.append(place)
        if not text:
            given.append(strength)
            continue
        try:
            value = float(text)
        except ValueError:
            value = -1.0
        if not 0 <= value <= 1:
            raise PeerFileError(f"{path}:{line}: strength is {text!r}; allowed are numbers from 0 to 1.")
        given.append(value)
    weights = np.floor(np.array(given, float) * 255 + 0.5).astype(np.uint8)
    return np.array(ends, np.int64).reshape(-1, 2), weights


def _read_nodes(path: Path, number: dict[str, int]) -> list[str] | None:
    """Number the ids of a node list in file order; returns their segment labels, or None without that column."""
    labels: list[str] = []
    for line, (name, label) in _rows(path, ("id",), "segment", only=False):
        if name in number:
            raise PeerFileError(f"{path}:{line}: id {name!r} was listed before; allowed is one row an id.")
        number[name] = len(number)
        if label:
            labels.append(label)
    return labels or None


def line_of_segment(path: Path, segment: str) -> int:
    """Line on which a node list first names a segment; 1 if it never does. Raises PeerFileError as `read` does."""
    return next((line for line, (_, label) in _rows(path, ("id",), "segment", only=False) if label == segment), 1)


def _rows(path: Path, needed: tuple[str, ...], optional: str, only: bool) -> Iterator[tuple[int, list[str]]]:
    """Line number and fields of each row of a CSV: the needed ones, then the optional one, "" without that column.

    `only`: other columns are errors. No field of these columns may be empty; blank lines are skipped.
    """
    allowed = ",".join(needed) + f"[,{optional}]"
    try:
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            header = [name.strip() for name in next(reader, [])]
            strange = [name for name in header if name not in (*needed, optional)]
            missing = [name for name in needed if name not in header]
            if missing or (only and strange) or len(set(header)) < len(header):
                near = get_close_matches(strange[0], [*missing, optional], 1, 0.5) if strange else []
                hint = f" ({strange[0]!r}: did you mean {near[0]!r}?)" if near else ""
                raise PeerFileError(f"{path}:1: found the columns {','.join(header)!r}; allowed are {allowed}{hint}.")
            wanted = [header.index(name) for name in (*needed, optional) if name in header]
            for row in reader:
                if not row:
                    continue
                if len(row) != len(header):
                    right = f"{len(header)}, {','.join(header)}"
                    raise PeerFileError(f"{path}:{reader.line_num}: found {len(row)} fields; allowed are {right}.")
                fields = [row[k].strip() for k in wanted]
                if "" in fields:
                    name = (*needed, optional)[fields.index("")]
                    raise PeerFileError(f"{path}:{reader.line_num}: {name} is empty; allowed is any text or number.")
                yield reader.line_num, fields if optional in header else [*fields, ""]
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise PeerFileError(f"{path}: cannot be read ({error}); allowed is a CSV in UTF-8, or .gz of one.") from error
