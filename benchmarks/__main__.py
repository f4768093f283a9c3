"""`python -m benchmarks`: measure speed and memory; `--save` also writes results.json and results.md here.

`--only sweeps` measures a part, and saves it as sweeps.json and sweeps.md. `--only app` measures how long the app takes to
answer one visitor, and `--users` at the same time for `--seconds`, each on plans of their own and all by one hand-out; it is not
part of the rest.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from sim.bench import PARTS, measure
from sim.benchmarks import crowd
from sim.benchmarks.app import measure_app
from sim.benchmarks.report import show, to_markdown

HERE = Path(__file__).parent


def main() -> None:
    """Measure, print, and keep the results if asked to."""
    words = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    words.add_argument("--quick", action="store_true", help="a small measurement, one to three minutes")
    words.add_argument("--json", action="store_true", help="print JSON instead of tables")
    words.add_argument("--save", action="store_true", help="write benchmarks/results.json and results.md")
    words.add_argument("--only", choices=(*PARTS, "app"), help="one part; --save then writes files named after it")
    words.add_argument("--users", type=int, help="with --only app: visitors at the same time, 30 (--quick: 5)")
    words.add_argument("--seconds", type=float, help="with --only app: how long they stay, 60 (--quick: 15)")
    asked = words.parse_args()
    asked.users = asked.users if asked.users is not None else 5 if asked.quick else 30
    asked.seconds = asked.seconds if asked.seconds is not None else 15.0 if asked.quick else 60.0
    if not (1 <= asked.users <= 500 and 0 < asked.seconds <= 3600):
        words.error("--users takes 1 to 500, --seconds up to 3600")
    figures, markdown = _of_the_app(asked) if asked.only == "app" else _of_the_model(asked)
    name, text = asked.only or "results", json.dumps(figures, indent=2) + "\n"
    if asked.save:
        (HERE / f"{name}.json").write_text(text, encoding="utf-8")
        (HERE / f"{name}.md").write_text(markdown, encoding="utf-8")
    if asked.json:
        print(text, end="")


def _of_the_model(asked: argparse.Namespace) -> tuple[dict[str, Any], str]:
    report = measure(asked.quick, (asked.only,) if asked.only else ())
    if not asked.json:
        show(report)
    return report.to_dict(), to_markdown(report)


def _of_the_app(asked: argparse.Namespace) -> tuple[dict[str, Any], str]:
    found = crowd.to_dict(measure_app(asked.users, asked.seconds))
    if not asked.json:
        print(crowd.to_markdown(found), end="")
    return found, crowd.to_markdown(found)


if __name__ == "__main__":
    main()
