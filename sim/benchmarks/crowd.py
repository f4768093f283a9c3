"""What visitors of the app met with, held against what is wanted: how the app's benchmark (sim.benchmarks.app) reports."""

from __future__ import annotations

import os
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

import numpy as np

GOALS = {
    "first load of a fresh server": (3.0, 5.0),
    "first render": (3.0, 3.0),
    "lever to preview": (0.5, 3.0),
    "lever to preview, remembered": (0.3, 0.3),
    "preview to the good answer": (5.0, 20.0),
    "good answer to the fine one": (15.0, 60.0),
    "report as PDF": (5.0, 10.0),
    "stop to stopped": (1.0, 1.0),
    "page change": (0.3, 1.0),
}
"""Seconds wanted of 95 in a hundred, for one visitor and for thirty."""
OF_MANY = ("first render", "lever to preview")
"""Which of these many visitors are measured by."""
MOST_MEMORY = 500.0
"""MB that server and workers may have together with thirty visitors."""


@dataclass
class Crowd:
    """What some visitors at the same time met with: seconds by what they did, errors in words, MB of the server and of all.

    plans: whose plans they try. wanted: what is to be measured. lost: how often what was waited for did not come. cpu: seconds
    of it that a lever move takes of the server and of its workers, which does not hang on how busy the machine is. fewer: of the
    previews, how many came from fewer pairs because many asked.
    """

    users: int
    plans: str = "own"
    wanted: tuple[str, ...] = OF_MANY
    lost: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)
    server_mb: float = 0.0
    all_mb: float = 0.0
    cpu: tuple[float, float] = (0.0, 0.0)
    fewer: int = 0

    def rows(self) -> list[dict[str, Any]]:
        """One row for each thing: times, how often it was lost, percentiles in seconds, what is wanted, whether it is met.

        What was not measured has no percentiles (None). It has not met its goal, and neither has what was lost.
        """
        found = []
        for name in dict.fromkeys((*self.seconds, *self.lost, *self.wanted)):
            times, lost = self.seconds.get(name, []), self.lost[name]
            p50, p90, p95 = (float(np.quantile(times, q)) if times else None for q in (0.5, 0.9, 0.95))
            goal = GOALS[name][self.users > 1] if name in GOALS else None
            met = None if goal is None else p95 is not None and not lost and p95 <= goal
            row = {"what": name, "users": self.users, "plans": self.plans, "times": len(times), "lost": lost}
            found.append(row | {"p50": p50, "p90": p90, "p95": p95, "goal": goal, "met": met})
        return found

    def say(self, text: str) -> None:
        """Tell how far it is."""
        who = "one visitor" if self.users == 1 else f"{self.users} visitors, {self.plans} plans"
        print(f"{time.strftime('%H:%M:%S')}  {who}: {text}", file=sys.stderr, flush=True)


def to_dict(crowds: list[Crowd]) -> dict[str, Any]:
    """For JSON: machine, rows, memory in MB, errors."""
    return {
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "rows": [row for crowd in crowds for row in crowd.rows()],
        "memory": [
            {"users": one.users, "plans": one.plans, "server_mb": one.server_mb, "all_mb": one.all_mb} for one in crowds
        ],
        "fewer_pairs": {one.plans: one.fewer for one in crowds if one.users > 1},
        "cpu_of_a_move": {"server": crowds[0].cpu[0], "workers": crowds[0].cpu[1]},
        "errors": [error for one in crowds for error in one.errors],
    }


def to_markdown(found: dict[str, Any]) -> str:
    """A table for people, times in milliseconds."""
    lines = [
        f"# The app, measured {time.strftime('%Y-%m-%d')}",
        "",
        f"{found['cores']} cores, load {found['load']:.1f} at the end. Milliseconds, from a message to all of its answer.",
        "",
        "| what | visitors | plans | times | lost | p50 | p90 | p95 | wanted (p95) |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in found["rows"]:
        ms = " | ".join("–" if row[name] is None else f"{1000 * row[name]:.0f}" for name in ("p50", "p90", "p95"))
        wanted = "" if row["goal"] is None else f"{1000 * row['goal']:.0f}, {'met' if row['met'] else 'NOT MET'}"
        lines.append(
            f"| {row['what']} | {row['users']} | {row['plans']} | {row['times']} | {row['lost']} | {ms} | {wanted} |"
        )
    lines.append("")
    for one in found["memory"]:
        met = "met" if one["all_mb"] <= MOST_MEMORY else "NOT MET"
        lines.append(
            f"With {one['users']} visitor{'s' * (one['users'] > 1)} ({one['plans']} plans): server {one['server_mb']:.0f} MB, "
            f"with its workers {one['all_mb']:.0f} MB (wanted: below {MOST_MEMORY:.0f}, {met})."
        )
    previews = {row["plans"]: row["times"] for row in found["rows"] if row["what"] == "lever to preview"}
    lines += ["", "Previews from three pairs, because many asked:"]
    lines[-1] += ",".join(
        f" {few} of {previews.get(name, 0)} ({name} plans)" for name, few in found["fewer_pairs"].items()
    )
    lines[-1] += ". All others have five."
    cpu = found["cpu_of_a_move"]
    lines += [
        "",
        f"A lever move takes {1000 * cpu['server']:.0f} ms of CPU of the server, {1000 * cpu['workers']:.0f} of its workers.",
    ]
    lines += ["", f"Errors: {len(found['errors'])}" + "".join(f"\n- {one}" for one in found["errors"][:20])]
    return "\n".join(lines) + "\n"
