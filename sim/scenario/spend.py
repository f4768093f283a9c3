"""Real spend from CSV files: one row a period, one column a channel."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from math import isnan
from pathlib import Path as FilePath

from sim.scenario.errors import Mistake, Path, nearest
from sim.scenario.models import LARGEST_SUM, SpendFile

SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}
"""What other programs write between columns."""


@dataclass(frozen=True)
class Spend:
    """Spend as read, before `scale`: first day and length in days of each period, amounts per CSV column."""

    starts: tuple[date, ...]
    lengths: tuple[int, ...]
    amounts: tuple[tuple[str, tuple[float, ...]], ...]
    mistakes: tuple[Mistake, ...] = ()

    def outside(self, first: date, days: int) -> tuple[int, int]:
        """How many periods lie wholly outside a horizon, and how many stick out of it."""
        last = first + timedelta(days=days)
        whole = cut = 0
        for start, length in zip(self.starts, self.lengths):
            end = start + timedelta(days=length)
            if end <= first or start >= last:
                whole += 1
            elif start < first or end > last:
                cut += 1
        return whole, cut


def read_spend(table: SpendFile, folder: FilePath, at: Path = ()) -> Spend:
    """The periods and amounts of a spend file, or every mistake in it.

    A period lasts until the next date; the last one is as long as the one before. Reading again is free until the file
    changes. `at` is where the table stands in the scenario, for mistakes that are not in the CSV itself.
    """
    path = folder / table.file
    if not path.is_file():
        known = [one.name for one in sorted(path.parent.glob("*.csv"))] if path.parent.is_dir() else []
        hint = nearest(path.name, known) if known else ""
        return Spend((), (), (), (Mistake((*at, "file"), f"there is no file '{table.file}' in '{folder}'{hint}"),))
    state = path.stat()
    found = _read(str(path), state.st_mtime_ns, state.st_size, table.date, tuple(table.columns))
    moved = tuple(Mistake((*at, *one.path), one.message, one.file, one.line) for one in found.mistakes)
    return Spend(found.starts, found.lengths, found.amounts, moved)


@lru_cache(maxsize=64)
def _read(name: str, changed: int, size: int, date_column: str, columns: tuple[str, ...]) -> Spend:
    """One file. `changed` and `size` are here so that an edited file is read anew."""
    with open(name, encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        try:
            header = [one.strip() for one in next(reader, [])]
            rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
        except (csv.Error, UnicodeDecodeError) as error:
            return Spend((), (), (), (Mistake((), f"this is not a CSV file: {error}", name, 1),))
    mistakes = list(_wrong_header(name, header, date_column, columns))
    if mistakes:
        return Spend((), (), (), tuple(mistakes))
    if len(rows) < 2:
        few = Mistake((), "needs two rows or more, or nobody knows how long a period is", name, 1)
        return Spend((), (), (), (few,))
    starts: list[date] = []
    seen: dict[date, int] = {}
    amounts: dict[str, list[float]] = {column: [] for column in columns}
    for line, row in rows:
        if len(row) != len(header):
            mistakes.append(Mistake((), _wrong_length(len(row), header), name, line))
            continue
        cells = dict(zip(header, (cell.strip() for cell in row)))
        day = _day(cells.get(date_column, ""))
        if day is None:
            mistakes.append(
                Mistake((), f"'{cells.get(date_column, '')}' is not a date; give one such as 2025-03-01", name, line)
            )
        elif day in seen:
            mistakes.append(Mistake((), f"{day} is already on line {seen[day]}; give each period one row", name, line))
        else:
            seen[day] = line
            starts.append(day)
        for column in columns:
            amount, problem = _amount(cells.get(column, ""))
            amounts[column].append(amount)
            if problem:
                mistakes.append(Mistake((), f"column '{column}': {problem}", name, line))
    if mistakes:
        return Spend((), (), (), tuple(mistakes))
    order = sorted(range(len(starts)), key=starts.__getitem__)
    starts = [starts[number] for number in order]
    lengths = [(later - earlier).days for earlier, later in pairwise(starts)]
    ordered = tuple((column, tuple(amounts[column][number] for number in order)) for column in columns)
    return Spend(tuple(starts), (*lengths, lengths[-1]), ordered)


def _wrong_header(name: str, header: list[str], date_column: str, columns: tuple[str, ...]) -> Iterator[Mistake]:
    """Another separator than the comma, or else every column that is needed and not there once."""
    separator = next((one for one in SEPARATORS if len(header) == 1 and one in header[0]), None)
    if separator:
        found = f"the columns are separated by {SEPARATORS[separator]}"
        yield Mistake((), f"{found}; separate them by commas, and write decimals with a point", name, 1)
        return
    for path, column in ((("date",), date_column), *((("columns", one), one) for one in columns)):
        if column not in header:
            yield Mistake(path, f"'{FilePath(name).name}' has no column '{column}'{nearest(column, header)}")
        elif header.count(column) > 1:
            yield Mistake((), f"there are {header.count(column)} columns '{column}'; give each its own name", name, 1)


def _wrong_length(found: int, header: list[str]) -> str:
    """What is wrong with a row of another length than the header, and how that comes about."""
    fields = f"{found} field{'s' * (found != 1)} where the header has {len(header)}, {','.join(header)}"
    if found < len(header):
        return f"{fields}; give every column a value, 0 for no spend"
    return f"{fields}; write decimals with a point (1.5), and text that has a comma in double quotes"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _amount(text: str) -> tuple[float, str]:
    """A spend, and what is wrong with it if anything. An empty cell is an error: it may mean none or not known."""
    try:
        amount = float(text)
    except ValueError:
        return 0.0, f"'{text}' is not a number" if text else "the cell is empty; write 0 for no spend"
    if isnan(amount):
        return 0.0, f"'{text}' is not a number"
    right = 0 <= amount <= LARGEST_SUM
    return amount, "" if right else f"{text} is not allowed; give a number from 0 to {LARGEST_SUM:g}"
