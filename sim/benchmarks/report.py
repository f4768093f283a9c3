"""What was measured, beside what is wanted: a table for people, Markdown for the repository, JSON for programs."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from importlib import metadata
from pathlib import Path
from typing import Any

from sim.benchmarks.floor import Bandwidth
from sim.benchmarks.speed import Part, Speed
from sim.version import model_version

WORDS = {"aim": "aim met", "must": "must met", "no": "NOT MET", "": ""}


@dataclass(frozen=True)
class Target:
    """What a figure must be and should be; `high`: higher is better."""

    must: float
    aim: float
    high: bool = False


TARGETS = {
    "day_1": Target(30, 12),
    "day_3": Target(70, 30),
    "year": Target(8, 4),
    "build": Target(20, 3),
    "bytes": Target(300, 150),
    "crowd_gib": Target(8, 3),
    "crowd_seconds": Target(30, 30),
    "mesa": Target(300, 1000, high=True),
    "threads": Target(1.6, 1.85, high=True),
    "preview": Target(40, 10),
    "command": Target(3, 1.5),
    "compile": Target(60, 20),
    "start": Target(2, 1),
    "busy": Target(90, 95, high=True),
    "overhead": Target(5, 2),
    "batch": Target(1, 1.2, high=True),
}


@dataclass(frozen=True)
class Row:
    """One figure. value: None if it was not measured, and `note` says why. target: key of TARGETS, "" for none."""

    what: str
    value: float | None
    unit: str
    target: str = ""
    note: str = ""

    @property
    def mark(self) -> str:
        """How it stands against its target: "aim", "must", "no", or "" where there is none or nothing was measured."""
        if self.value is None or not self.target:
            return ""
        wanted = TARGETS[self.target]
        sign = -1.0 if wanted.high else 1.0
        if sign * self.value <= sign * wanted.aim:
            return "aim"
        return "must" if sign * self.value <= sign * wanted.must else "no"


@dataclass
class Report:
    """Everything one benchmark found."""

    quick: bool
    machine: dict[str, Any]
    bandwidth: Bandwidth
    rows: list[Row] = field(default_factory=list)
    speeds: list[Speed] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        rows = [
            asdict(row) | {"mark": row.mark} | (asdict(TARGETS[row.target]) if row.target else {}) for row in self.rows
        ]
        return {
            "quick": self.quick, "date": date.today().isoformat(), "machine": self.machine,
            "bandwidth": asdict(self.bandwidth), "rows": rows, "speeds": [asdict(one) for one in self.speeds],
        }  # fmt: skip


def describe_machine() -> dict[str, Any]:
    """CPU, cores, versions, and the model's fingerprint.

    load: at the start, to which a benchmark adds what it is after each of its steps. changed: whether the model's source
    changed meanwhile, which a benchmark says at its end.
    """
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "load": [load()],
        "model": model_version(),
        "changed": False,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        **{name: metadata.version(name) for name in ("numba", "numpy", "mesa")},
    }


def load() -> float | None:
    """How many processes wanted a core over the last minute, this one included; None where the system does not tell."""
    return round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def machine_line(report: Report) -> str:
    """The machine in one sentence."""
    m, b = report.machine, report.bandwidth
    known = [one for one in m["load"] if one is not None]
    loads = f"{min(known)} to {max(known)} (of which this is 1, with two threads 2)" if known else "unknown"
    return (
        f"{m['cpu']}, {m['cores']} cores, {m['system']}, load {loads}; Python {m['python']}, "
        f"numba {m['numba']}, numpy {m['numpy']}, mesa {m['mesa']}; one core moves {b.memory:.0f} GB/s from memory, "
        f"{b.cache:.0f} GB/s in the cache, a draw takes {b.draw_ns:.2f} ns; model {m['model']}"
        + (", WHICH CHANGED WHILE IT WAS MEASURED" if m["changed"] else "")
    )


def number(value: float | None) -> str:
    """Three digits, no exponent."""
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def figures(report: Report) -> tuple[list[str], list[list[str]]]:
    """The table of figures: head and lines."""
    lines = []
    for row in report.rows:
        wanted = TARGETS.get(row.target)
        limits = [number(wanted.must), number(wanted.aim)] if wanted else ["", ""]
        value = number(row.value) if row.value is not None else "not measured"
        lines.append([row.what, value, row.unit, *limits, WORDS[row.mark], row.note])
    return ["figure", "measured", "unit", "must", "aim", "", "note"], lines


def split(speed: Speed) -> tuple[list[str], list[list[str]]]:
    """The table of a day's parts: by mechanism, the dearest first, with the kernels of each."""
    by_mechanism: dict[str, list[Part]] = {}
    for part in speed.parts:
        by_mechanism.setdefault(part.mechanism, []).append(part)
    lines = []
    for name, parts in sorted(by_mechanism.items(), key=lambda item: -_sum(item[1])):
        floor = sum(part.floor_ns or 0.0 for part in parts)
        told = ", ".join(f"{part.part} {part.ns:.2f}" for part in sorted(parts, key=lambda part: -part.ns))
        ratio = f"{_sum(parts) / floor:.1f}x" if floor else "-"
        lines.append([name, f"{_sum(parts):.2f}", f"{floor:.2f}" if floor else "-", ratio, told])
    timed = _sum(speed.parts)
    kernels = sum(part.floor_ns or 0.0 for part in speed.parts)
    ratio = f"{timed / kernels:.1f}x"
    lines.append(["sum of the parts", f"{timed:.2f}", f"{kernels:.2f}", ratio, "timed; the headline is not"])
    return ["mechanism", "ns", "floor ns", "ratio", "its kernels and hooks, ns"], lines


def _sum(parts: Sequence[Part]) -> float:
    return sum(part.ns for part in parts)


def title(speed: Speed) -> str:
    """What a split is of."""
    return (
        f"A day of {speed.consumers:,} consumers, {speed.brands} brand{'s' * (speed.brands > 1)}, by mechanism: "
        f"ns per consumer ({number(speed.ns)} in all, floor {number(speed.floor_ns)}, {speed.ns / speed.floor_ns:.1f}x)"
    )


def tables(report: Report) -> Iterator[tuple[str, list[str], list[list[str]]]]:
    """All tables: title, head, lines."""
    yield "Speed and memory", *figures(report)
    for speed in report.speeds:
        if speed.parts:
            yield title(speed), *split(speed)


def show(report: Report) -> None:
    """Print the tables."""
    from rich import box
    from rich.table import Table

    from sim.commands.terminal import console

    out = console()
    for name, head, lines in tables(report):
        table = Table(title=name, title_justify="left", box=box.SIMPLE_HEAD if out.is_terminal else box.ASCII2)
        for column, words in enumerate(head):
            figure = lines and all(line[column][:1] in "-0123456789" for line in lines)
            table.add_column(words, justify="right" if figure else "left", overflow="fold")
        for line in lines:
            table.add_row(*line)
        out.print(table)
    out.print(machine_line(report))


def to_markdown(report: Report) -> str:
    """The same as Markdown."""
    kind = "quick" if report.quick else "full"
    text = [f"# Measured {date.today().isoformat()} ({kind} run)", "", machine_line(report) + "."]
    for name, head, lines in tables(report):
        text += ["", f"## {name}", "", _line(head), _line(["---"] * len(head)), *map(_line, lines)]
    return "\n".join(text) + "\n"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
