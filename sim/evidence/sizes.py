"""Whether verdicts hang on how many consumers are simulated: every fact once more, with ten times as many.

    python -m sim.evidence.sizes                              # all facts, about an hour and a half on two cores
    python -m sim.evidence.sizes --facts D10 --seeds 160      # one whose verdict so few seeds left open

Luck averages out over consumers as it does over seeds, so that a tenth of an experiment's seeds tells about as much; fewer than
`FEWEST` would give no interval to speak of. What is measured is kept at once (sim/evidence/data/sizes.json), each fact with its
seeds and the model it was measured with.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from sim.evidence.axis import number
from sim.evidence.battery import Order, chosen, experiments, plain, run
from sim.evidence.kept import kept, kept_facts
from sim.evidence.lab import CONSUMERS
from sim.evidence.markdown import table
from sim.evidence.published import published
from sim.files import write_whole

TIMES = 10
"""How many times as many consumers."""
FEWEST = 4
"""Seeds of an experiment at the least."""


def seeds_of(id: str) -> int:
    """Seeds of one experiment in the larger markets."""
    return max(FEWEST, -(-experiments()[id].seeds // TIMES))


def measure(facts: Iterable[str], seeds: int | None, workers: int, place: Path) -> None:
    """Measure facts in larger markets and keep each as it comes. seeds: of each; None: as many as `seeds_of` says."""
    by_seeds: dict[int, list[str]] = {}
    for id in facts:
        by_seeds.setdefault(seeds or seeds_of(id), []).append(id)
    for many, ids in sorted(by_seeds.items(), reverse=True):
        for verdict in run(Order(tuple(ids), TIMES * CONSUMERS, many, pictures=False), workers):
            before = json.loads(place.read_text("utf-8"))["facts"] if place.is_file() else []
            done = {one["id"]: one for one in (*before, plain(verdict))}
            whole = {"facts": [done[id] for id in experiments() if id in done]}
            write_whole(place, json.dumps(whole, indent=1, ensure_ascii=False) + "\n")
            print(f"{verdict.id} {verdict.verdict} ({many} seeds, {verdict.seconds:.0f} s)", flush=True)


def pairs() -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Of each fact measured at both sizes what is kept of the smaller and of the larger markets."""
    small = {one["id"]: one for one in kept_facts(kept("results.json"))}
    large = kept("sizes.json")
    return [(small[one["id"]], one) for one in kept_facts(large) if one["id"] in small] if large else []


def the_sizes() -> str:
    """The verdicts at both sizes for the documents, and which differ."""
    found = pairs()
    other = [small["id"] for small, large in found if small["verdict"] != large["verdict"]]
    missing = [id for id in experiments() if id not in {small["id"] for small, _ in found}]
    said = f"Of {len(found)} facts measured at both sizes {len(found) - len(other)} have the same verdict"
    said += f"; not {', '.join(other)}." if other else "."
    earlier = [small["id"] for small, large in found if small["model"] != large["model"]]
    if earlier:
        said += f" With an earlier model at the larger: {', '.join(earlier)}."
    if missing:
        said += f" Not measured at the larger: {', '.join(missing)}."
    rows = [_row(small, large) for small, large in found]
    head = ("fact", f"at {CONSUMERS:,}", "seeds", f"at {TIMES * CONSUMERS:,}", "seeds", "verdicts")
    return f"{said}\n\n{table(head, rows)}"


def _row(small: Mapping[str, Any], large: Mapping[str, Any]) -> tuple[str, ...]:
    same = small["verdict"] == large["verdict"]
    verdicts = small["verdict"] if same else f"**{small['verdict']}, {large['verdict']}**"
    fact = f"{small['id']} (t{published()[small['id']].tier}{', ★' if small['core'] else ''})"
    return fact, _figures(small), str(small["seeds"]), _figures(large), str(large["seeds"]), verdicts


def _figures(fact: Mapping[str, Any]) -> str:
    """What was judged of a fact, each figure with its interval."""
    words = []
    for one in fact["measures"]:
        if one["outcome"] and one["estimate"] is not None:
            low, high = (number(end) if end is not None else "open" for end in one["interval"])
            words.append(f"{one['name']} {number(one['estimate'])} ({low} to {high})")
    return "; ".join(words) or fact["note"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure facts in markets of ten times as many consumers, and keep what comes out."""
    parser = argparse.ArgumentParser(prog="python -m sim.evidence.sizes", description=main.__doc__)
    parser.add_argument("--facts", default="", help="ids, themes, core, tier1 ..., with commas; all by default")
    parser.add_argument("--seeds", type=int, help="of each, in place of a tenth of what it asks for")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args(arguments)
    try:
        facts = chosen(given.facts.replace(",", " ").split())
    except ValueError as problem:
        parser.error(str(problem))
    measure(facts, given.seeds, given.workers, Path(str(files("sim.evidence"))) / "data" / "sizes.json")


if __name__ == "__main__":
    main()
