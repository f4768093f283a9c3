"""python -m sim.evidence.series: show the real series beside the simulated ones, or fit their parameters anew."""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Callable
from dataclasses import astuple, fields
from functools import partial
from pathlib import Path
from time import perf_counter

from sim.evidence import series
from sim.evidence.series import adoption, dirichlet, exposure, fitting, repeat
from sim.evidence.series.study import HELD_OUT, Row, SeriesResult, SeriesStudy


def markets() -> dict[str, Callable[[], fitting.Fit]]:
    """What can be fitted, by name: one market may serve several studies."""
    found: dict[str, Callable[[], fitting.Fit]] = {one.id: partial(adoption.fit, one) for one in adoption.recorded()}
    found |= {repeat.MARKET: repeat.fit, dirichlet.MARKET: dirichlet.fit}
    return found | {one.id: partial(exposure.fit, one) for one in exposure.settings()}


def fit(names: list[str]) -> None:
    """Fit markets (all if none are named), each kept as soon as it is found."""
    known = markets()
    unknown = [name for name in names if name not in known]
    if unknown:
        raise SystemExit(f"'{unknown[0]}' cannot be fitted; there is {', '.join(known)}")
    for name in names or known:
        started = perf_counter()
        found = known[name]()
        fitting.keep({name: found})
        values = ", ".join(f"{key} {value:g}" for key, value in found.parameters.items())
        print(f"{name}: {values}; error {found.loss:.3g} after {found.evaluations} evaluations, "
              f"{perf_counter() - started:.0f} s", flush=True)  # fmt: skip


def show(chosen: list[SeriesStudy], quick: bool, out: Path | None) -> list[SeriesResult]:
    """Run studies, print their tables, and write pictures and series.csv into a folder."""
    results = []
    for one in chosen:
        result = one.run(quick)
        results.append(result)
        print(f"\n{one.title}\n{result.sentence}", flush=True)
        for row in result.rows:
            print(f"  {row.part:10} {row.model:17} {row.points:3} points   RMSE {row.rmse:10.4g}   "
                  f"MAPE {100 * row.mape:5.1f} %   R2 {row.r2:7.2f}")  # fmt: skip
        if out is not None:
            out.mkdir(parents=True, exist_ok=True)
            series.picture(one, result).savefig(out / f"{one.id}.png")
    if out is not None:
        write(results, out / "series.csv")
    stale = [one.id for one, result in zip(chosen, results) if result.refit]
    if stale:
        print(f"\nThe model has changed since these were fitted: {', '.join(stale)}", file=sys.stderr)
    return results


def write(results: list[SeriesResult], path: Path) -> None:
    """Every line of every table as CSV."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([field.name for field in fields(Row)])
        writer.writerows(astuple(row) for result in results for row in result.rows)


def summary(chosen: list[SeriesStudy], results: list[SeriesResult]) -> str:
    """Mean absolute error on what was held out, one study a line: simulated, textbook, best naive."""
    lines = [f"{'held out':26} {'points':>6} {'simulated':>10} {'textbook':>10} {'naive':>10}"]
    for one, result in zip(chosen, results):
        mine = result.held_out("simulated")
        kinds = {row.kind for row in result.rows if row.part == HELD_OUT}
        others = [_percent(result, kind) if kind in kinds else f"{'-':>10}" for kind in ("textbook", "naive")]
        lines.append(f"{one.id:26} {mine.points:6} {_percent(result, 'simulated')} {others[0]} {others[1]}")
    return "\n".join(lines)


def _percent(result: SeriesResult, kind: str) -> str:
    return f"{100 * result.held_out(kind).mape:8.1f} %"


def main(arguments: list[str] | None = None) -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m sim.evidence.series", description=__doc__)
    parser.add_argument("names", nargs="*", help="studies to show, or markets to fit; all if none are named")
    parser.add_argument("--fit", action="store_true", help="fit the named markets on the first 60 %% of their series")
    parser.add_argument("--quick", action="store_true", help="a few runs instead of all")
    parser.add_argument("--out", type=Path, help="folder for pictures and series.csv")
    given = parser.parse_args(arguments)
    if given.fit:
        fit(given.names)
        return
    every = series.every()
    unknown = [name for name in given.names if name not in {one.id for one in every}]
    if unknown:
        raise SystemExit(f"there is no study '{unknown[0]}'; there is {', '.join(one.id for one in every)}")
    chosen = [one for one in every if not given.names or one.id in given.names]
    print("\n" + summary(chosen, show(chosen, given.quick, given.out)))


if __name__ == "__main__":
    main()
