"""The last full reports, kept with the package (sim/evidence/data), as tables for the documents."""

from __future__ import annotations

import json
import math
from importlib.resources import files
from typing import Any

from sim.evidence.axis import number
from sim.evidence.battery import experiments
from sim.evidence.page import markdown
from sim.evidence.published import published


def kept(name: str) -> Any:
    """A report, None if it was never made."""
    place = files("sim.evidence").joinpath("data", name)
    return json.loads(place.read_text("utf-8")) if place.is_file() else None


def the_facts() -> str:
    """Every published fact with its source."""
    rows = []
    for one in published().values():
        source = one.source + (f", doi:{one.doi}" if one.doi else "") + ("" if one.verified else " (recalled)")
        claim = one.claim.replace("|", "\\|")
        rows.append(f"| {one.id} | {claim} | {source} |")
    return "\n".join(["| code | finding | source |", "| --- | --- | --- |", *rows]) + "\n"


def the_evidence() -> str:
    """What holds and what does not, in the last full run."""
    report = kept("results.json")
    facts = report["facts"]
    held = [one for one in facts if one["verdict"] == "holds"]
    tiers = ", ".join(
        f"{sum(one['tier'] == tier for one in held)} of {sum(one['tier'] == tier for one in facts)} in tier {tier}"
        for tier in (1, 2, 3)
    )
    core = f"{sum(one['core'] for one in held)} of {sum(one['core'] for one in facts)} core facts"
    return (
        f"Measured with model {report['model'][:12]}: {core} hold, {tiers} (★: core, t: tier).\n\n"
        + markdown(facts)
        + "\nMisses, and why:\n\n"
        + "\n".join(f"- **{one['id']}**: {_missed(one)}" for one in facts if one not in held)
        + "\n"
    )


def _missed(fact: dict[str, Any]) -> str:
    """Which measures miss, by how much, whether a few more seeds might tell otherwise, and why."""
    words = []
    for one in fact["measures"]:
        if one["met"] is not False:
            continue
        figure = "no figure" if one["estimate"] is None else number(one["estimate"])
        ends = [end for end in (one["low"], one["high"]) if end is not None]
        low, high = one["interval"]
        reaches = None not in (low, high) and any(low <= end <= high for end in ends)
        words.append(f"{one['name']} {figure}" + (" (its interval reaches the band)" if reaches else ""))
    return (
        "; ".join(words)
        + (". " if words else "")
        + (fact["note"] or experiments()[fact["id"]].diagnosis or "No diagnosis yet.")
    )


def calibration_tables(report: Any) -> list[list[tuple[str, ...]]]:
    """The fitted parameters with their uncertainty, and the targets before and after: two tables, headings first."""
    parameters = [
        (
            one["name"],
            number(one["start"]),
            number(one["begun"]),
            number(one["value"]),
            f"x/ {math.exp(one['log_deviation']):.2f}",
            "yes" if one["pinned"] else "no: stays an assumption",
            ", ".join(one["told_by"]),
        )
        for one in report["parameters"]
    ]
    targets = [
        (f"{one['fact']} {one['measure']}", number(one["published"]), number(one["before"]), number(one["after"]))
        for one in report["targets"]
    ]
    return [
        [("parameter", "prior", "search began at", "fitted", "uncertainty", "pinned down", "told by"), *parameters],
        [("target", "published", "at the prior", "fitted"), *targets],
    ]


def calibration_search(report: Any) -> str:
    """How the search went, in a sentence."""
    way = "converged" if report["converged"] else "ended at its limit, not converged,"
    return (
        f"The search {way} after {report['steps']} steps ({report['evaluations']} points simulated); the objective fell from "
        f"{number(report['cost_where_begun'])} where it began to {number(report['cost'])}."
    )


def the_calibration() -> str:
    """The tables of the calibration for the documents, and how the search went."""
    report = kept("calibration.json")
    parameters, targets = calibration_tables(report)
    parameters[1:] = [(f"`{name}`", *rest) for name, *rest in parameters[1:]]
    tables = []
    for head, *rows in (parameters, targets):
        lines = [head, ("---",) * len(head), *rows]
        tables.append("\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n")
    return "\n".join([*tables, calibration_search(report) + "\n"])
