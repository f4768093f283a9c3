"""What came out for the real series and for the articles' claims, kept with the package as tables for the documents.

python -m sim.evidence.studies                # both, some ten minutes
python -m sim.evidence.studies claims
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import Any

from sim.evidence import claims, series
from sim.evidence.kept import keep, kept
from sim.evidence.lab import Lab
from sim.evidence.markdown import table
from sim.evidence.series.study import HELD_OUT
from sim.version import model_version

CLAIM_LAB = Lab(5_000, (1, 2, 3, 4))
"""Size and seeds of the markets in which claims are tried."""
KINDS = ("simulated", "textbook", "naive")


def measured_series() -> dict[str, Any]:
    """Mean absolute errors on the held-out part of every real series, of the best model of each kind."""
    found = []
    for one in series.every():
        result = one.run()
        kinds = {row.kind for row in result.rows if row.part == HELD_OUT}
        best = {kind: result.held_out(kind) for kind in KINDS if kind in kinds}
        errors = {kind: {"model": row.model, "mape": float(f"{row.mape:.6g}")} for kind, row in best.items()}
        points = best["simulated"].points
        found.append({"id": one.id, "title": one.title, "points": points, "errors": errors})
        print(f"{one.id}: {result.sentence}", flush=True)
    return {"model": model_version(), "series": found}


def measured_claims() -> dict[str, Any]:
    """Every claim under every condition of its grid."""
    found = []
    for one in claims.every():
        result = one.run(CLAIM_LAB)
        rows = [
            {
                "condition": row.condition,
                "effect": float(f"{row.effect:.6g}"),
                "interval": [float(f"{end:.6g}") for end in row.interval],
                "reached": bool(row.reached),
            }
            for row in result.rows
        ]
        found.append(
            {"id": one.id, "statement": one.statement, "how": one.how, "rows": rows, "sentence": result.sentence}
        )
        print(f"{one.id}: {result.sentence}", flush=True)
    return {
        "model": model_version(),
        "consumers": CLAIM_LAB.consumers,
        "seeds": len(CLAIM_LAB.seeds),
        "claims": found,
    }


STUDIES: dict[str, Callable[[], dict[str, Any]]] = {"series": measured_series, "claims": measured_claims}


def the_series_errors() -> str:
    """Errors on what was held out, one series a line, and how often the simulation was closest."""
    report = kept("series.json")
    rows, ahead = [], {"textbook": [0, 0], "naive": [0, 0]}
    for one in report["series"]:
        errors = one["errors"]
        mine = errors["simulated"]["mape"]
        cells = [_percent(mine)]
        for kind, count in ahead.items():
            if kind in errors:
                count[0] += mine < errors[kind]["mape"]
                count[1] += 1
            cells.append(f"{_percent(errors[kind]['mape'])} ({errors[kind]['model']})" if kind in errors else "none")
        rows.append((one["title"], str(one["points"]), *cells))
    said = (
        f"Mean absolute error on what was not fitted on (model {report['model'][:12]}). The simulation is closer than the "
        f"textbook model on {ahead['textbook'][0]} of {ahead['textbook'][1]}, and closer than the best naive forecast on "
        f"{ahead['naive'][0]} of {ahead['naive'][1]}.\n"
    )
    return f"{said}\n{table(('series', 'points held out', 'simulated', 'textbook', 'best naive forecast'), rows)}"


def the_claims() -> str:
    """The claims of the source articles: what came out under each condition."""
    report = kept("claims.json")
    rows = []
    for one in report["claims"]:
        for number, row in enumerate(one["rows"]):
            low, high = row["interval"]
            claim = f"{one['id']} {one['statement']}" if number == 0 else ""
            span = f"{_signed(row['effect'])} ({_signed(low)} to {_signed(high)})"
            reached = "no" if not row["reached"] else "yes" if low > 0 else "on average; its interval holds nought"
            rows.append((claim, row["condition"], span, reached))
    how = "\n".join(f"- **{one['id']}**: {one['how']}. {one['sentence']}" for one in report["claims"])
    said = (
        f"Tried with model {report['model'][:12]}, {report['consumers']:,} consumers, {report['seeds']} seeds. Each was "
        "translated into one change (other translations are possible):\n"
    )
    return f"{said}\n{how}\n\n{table(('claim', 'condition', 'effect (95 %)', 'reached'), rows)}"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _signed(share: float) -> str:
    return f"{100 * share:+.1f} %"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the real series, the claims of the articles, or both, and keep what comes out."""
    parser = argparse.ArgumentParser(prog="python -m sim.evidence.studies", description=main.__doc__)
    parser.add_argument("names", nargs="*", help=f"{' or '.join(STUDIES)}; both by default")
    chosen = parser.parse_args(arguments).names
    for name in chosen:
        if name not in STUDIES:
            parser.error(f"there is no study '{name}'; there is {', '.join(STUDIES)}")
    for name in chosen or STUDIES:
        keep(f"{name}.json", STUDIES[name]())


if __name__ == "__main__":
    main()
