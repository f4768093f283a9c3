"""`python -m benchmarks`: measure speed and memory; `--save` also writes results.json and results.md here.

`--only sweeps` measures a part, and saves it as sweeps.json and sweeps.md.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from sim.bench import PARTS, measure
from sim.benchmarks.report import show, to_markdown

HERE = Path(__file__).parent


def main() -> None:
    """Measure, print, and keep the results if asked to."""
    words = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    words.add_argument("--quick", action="store_true", help="a small measurement, under a minute")
    words.add_argument("--json", action="store_true", help="print JSON instead of tables")
    words.add_argument("--save", action="store_true", help="write benchmarks/results.json and results.md")
    words.add_argument("--only", choices=PARTS, help="one part; --save then writes files named after it")
    asked = words.parse_args()
    report = measure(asked.quick, (asked.only,) if asked.only else ())
    name = asked.only or "results"
    text = json.dumps(report.to_dict(), indent=2) + "\n"
    if asked.save:
        (HERE / f"{name}.json").write_text(text, encoding="utf-8")
        (HERE / f"{name}.md").write_text(to_markdown(report), encoding="utf-8")
    print(text, end="") if asked.json else show(report)


if __name__ == "__main__":
    main()
