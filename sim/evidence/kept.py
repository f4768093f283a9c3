"""The last full reports, kept with the package (sim/evidence/data), as tables for the documents.

python -m sim.evidence.kept runs/price/evidence.json        # takes the facts measured there into the kept report
"""

from __future__ import annotations

import argparse
import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from sim.evidence.axis import number
from sim.evidence.battery import HOLDS, MISSES, experiments, plain, read
from sim.evidence.experiment import MISSED, UNDECIDED
from sim.evidence.joint import Ordering, judged
from sim.evidence.markdown import table
from sim.evidence.page import counts, markdown
from sim.evidence.published import published
from sim.evidence.untested import UNTESTED
from sim.files import write_whole


def kept(name: str) -> Any:
    """A report, None if it was never made."""
    place = files("sim.evidence").joinpath("data", name)
    return json.loads(place.read_text("utf-8")) if place.is_file() else None


def keep(name: str, report: Any) -> Path:
    """Keep a report in place of the one of that name; returns where."""
    place = Path(str(files("sim.evidence"))) / "data" / name
    write_whole(place, json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    return place


def kept_facts(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The facts of a report as `plain` gives them, judged by today's rule; each with the model it was measured with."""
    return [{**plain(read(one)), "model": one["model"]} for one in report["facts"] if one["id"] in experiments()]


def the_facts() -> str:
    """Every published fact with its source."""
    rows = []
    for one in published().values():
        source = one.source + (f", doi:{one.doi}" if one.doi else "") + ("" if one.verified else " (recalled)")
        rows.append((one.id, one.claim, source))
    return table(("code", "finding", "source"), rows)


def the_evidence() -> str:
    """What holds and what does not, in the last full run: counts, table, misses, passes to read with care, joint orderings."""
    facts = kept_facts(kept("results.json"))
    models = Counter(one["model"][:12] for one in facts)
    of_each = ", ".join(f"{model} ({many} facts)" for model, many in models.most_common())
    held = [one for one in facts if one["verdict"] == HOLDS]
    care = [(one, said) for one in held if (said := _remarks(one))]
    return "\n".join(
        [
            f"Measured with model {of_each} (★: core, t: tier).\n",
            *(f"- {one.group}: {one.words}" for one in counts(facts)),
            "",
            markdown(facts),
            "Misses, what is undecided, and why:\n",
            *(f"- **{one['id']}**: {_missed(one)}" for one in facts if one not in held),
            "\nPasses to read with care:\n",
            *(f"- **{one['id']}**: {said}" for one, said in care),
            "\nOrderings that must hold jointly:\n",
            *map(_ordering, judged([read(one) for one in facts])),
            f"\n{len(UNTESTED)} facts have no experiment:\n",
            *(f"- {id}: {why}" for id, why in UNTESTED.items()),
            "",
        ]
    )


def _ordering(found: tuple[Ordering, bool | None]) -> str:
    """One joint ordering, and what came out."""
    one, holds = found
    word = {True: HOLDS, False: MISSES, None: "cannot be judged: a fact that it needs has no experiment"}[holds]
    return f"- {one.claim} ({', '.join(one.needs)}): {word}"


def _remarks(fact: dict[str, Any]) -> str:
    """What to bear in mind of a fact that holds: its measures' remarks, and the experiment's note."""
    words = [f"{one['name']}: {one['remark']}" for one in fact["measures"] if one["remark"]]
    return ". ".join(["; ".join(words)] * bool(words) + [fact["note"]] * bool(fact["note"]))


def _missed(fact: dict[str, Any]) -> str:
    """Which measures miss or are undecided, by how much, whether a few more seeds might tell otherwise, and why."""
    words = []
    for one in fact["measures"]:
        if one["outcome"] not in (MISSED, UNDECIDED):
            continue
        figure = "no figure" if one["estimate"] is None else number(one["estimate"])
        said = ", ".join(
            word for word in (one["outcome"] if one["outcome"] == UNDECIDED else "", one["remark"]) if word
        )
        words.append(f"{one['name']} {figure}" + (f" ({said})" if said else ""))
    why = fact["note"] or experiments()[fact["id"]].diagnosis or "No diagnosis yet."
    return "; ".join(words) + (". " if words else "") + why


def merge(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """A report with the facts of another in place of its own, in the order of the table; facts without experiment are left out.

    Each fact says with which model it was measured. Of a run that was stopped, what it has is whole. Raises ValueError for a
    quick report.
    """
    if new["quick"]:
        raise ValueError("only a full report can be kept; run `journeysim evidence` without --quick")
    facts = {one["id"]: one for one in (*kept_facts(old), *kept_facts(new))}
    return {**new, "unfinished": 0, "facts": [facts[id] for id in experiments() if id in facts]}


def main(arguments: Sequence[str] | None = None) -> None:
    """Take the facts of a report (evidence.json of `journeysim evidence --out`) into the kept one."""
    parser = argparse.ArgumentParser(prog="python -m sim.evidence.kept", description=main.__doc__)
    parser.add_argument("reports", nargs="+", type=Path, help="evidence.json of one or more runs, the last prevails")
    report = kept("results.json")
    for path in parser.parse_args(arguments).reports:
        report = merge(report, json.loads(path.read_text("utf-8")))
    print(f"Kept: {keep('results.json', report)}, {len(report['facts'])} facts")


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
        [("target", "aim (published, or chosen within the band)", "at the prior", "fitted"), *targets],
    ]


def calibration_search(report: Any) -> str:
    """How the search went, in a sentence."""
    way = "converged" if report["converged"] else "ended at its limit, not converged,"
    steps = f"{report['steps']} step{'s' * (report['steps'] != 1)}"
    return (
        f"The search {way} after {steps} ({report['evaluations']} points simulated); the objective fell from "
        f"{number(report['cost_where_begun'])} where it began to {number(report['cost'])}."
    )


def sensitivity_table(report: Any) -> list[tuple[str, ...]]:
    """The five parameters that each core fact hangs on most, by both ways of looking, headings first."""
    head = (
        "fact",
        "in its band at the defaults",
        "in its band, of the box",
        "hangs on most, by Morris (mu*, in band widths; ~: sigma is larger)",
        "one at a time, half to double",
    )
    rows = [
        (
            one["fact"],
            "yes" if one["in_band"] else "no, with so few seeds",
            f"{100 * one['in_band_of_box']:.0f} %",
            ", ".join(f"{row['parameter']} ({_mu_star(row)})" for row in one["morris"]),
            ", ".join(f"{row['parameter']}{' (verdict changes)' * row['flips']}" for row in one["one_at_a_time"]),
        )
        for one in report["facts"]
    ]
    return [head, *rows]


def _mu_star(row: dict[str, Any]) -> str:
    """The mean size of an effect, marked where it varies more than that: it hangs on the other parameters, or is luck."""
    return "~" * (row["sigma"] > row["mu_star"]) + number(row["mu_star"])


def the_sensitivity() -> str:
    """That table for the documents, and what was varied."""
    report = kept("sensitivity.json")
    head, *rows = sensitivity_table(report)
    how = (
        f"Measured with model {report['model'][:12]}: {report['consumers']:,} consumers, seeds as in the quick form (at most "
        f"{report['most_seeds']}), {report['trajectories']} Morris paths; {report['box']}.\n"
    )
    return "\n".join([how, table(head, rows)])


def the_calibration() -> str:
    """The tables of the calibration for the documents, and how the search went."""
    report = kept("calibration.json")
    parameters, targets = calibration_tables(report)
    parameters[1:] = [(f"`{name}`", *rest) for name, *rest in parameters[1:]]
    tables = [table(head, rows) for head, *rows in (parameters, targets)]
    return "\n".join([*tables, calibration_search(report) + "\n"])


if __name__ == "__main__":
    main()
