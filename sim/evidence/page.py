"""The battery's results as one HTML file that works offline, a table (CSV) and plain data (JSON)."""

from __future__ import annotations

import csv
import inspect
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from io import StringIO
from pathlib import Path
from typing import Any

import sim
from sim.evidence.axis import axis, band, in_words, number
from sim.evidence.battery import HOLDS, MISSES, NOT_YET, Order, Verdict, experiments, plain
from sim.evidence.experiment import MET, MISSED, UNDECIDED
from sim.evidence.markdown import table as table_of
from sim.evidence.published import ROLES, Published, published
from sim.evidence.untested import UNTESTED
from sim.files import write_whole
from sim.version import model_version

TONE = {HOLDS: "holds", MISSES: "misses", UNDECIDED: "undecided", NOT_YET: "notyet"}

GUIDE = """<p class="muted">How to read an axis: the green band is what counts as met, set before anything was measured here;
the diamond is the published figure, where there is one; the dot is the simulated mean over seeds, with the line of its 95 %
interval; the ring is what a trivial model gives, where one was tried: a band that holds the ring says little of this model. Every
effect is the difference between two markets with the same consumers and the same luck. A claim of direction is met only if the
whole interval lies in the band, and undecided if the interval crosses its limit; any other if the mean lies in the band, and
undecided if the interval is wider than the band.</p>"""

ROLE_WORDS = """<p class="muted">Roles. <i>Calibrated</i>: parameters were fitted on it. <i>Input</i>: a default was read off
it, so that it says little that it holds. <i>In sight</i>: the form of a mechanism or the way of measuring was changed after it
was missed. <i>Held out</i>: none of these.</p>"""


@dataclass(frozen=True)
class Part:
    """A further chapter of the page: title, HTML that is ready to use."""

    title: str
    html: str


@dataclass(frozen=True)
class Count:
    """How the facts of a group came out: how many hold, of these how many where a trivial model holds too, how many are
    undecided, and how many there are."""

    group: str
    hold: int
    trivial: int
    undecided: int
    tried: int

    @property
    def words(self) -> str:
        """The count without its group.

        >>> Count("core facts", 9, 2, 1, 15).words
        '9 of 15 hold (2 where a trivial model does too), 1 undecided'
        """
        beside = f" ({self.trivial} where a trivial model does too)" if self.trivial else ""
        return f"{self.hold} of {self.tried} hold{beside}" + (f", {self.undecided} undecided" if self.undecided else "")


def counts(rows: Sequence[dict[str, Any]]) -> list[Count]:
    """How the facts came out (as `plain` gives them): the core, each tier, and within these and over all by role."""
    tiers = ((1, "must hold"), (2, "should hold"), (3, "context"))
    groups = [("core facts", [one for one in rows if one["core"]])]
    groups += [(f"tier {tier}: {word}", [one for one in rows if one["tier"] == tier]) for tier, word in tiers]
    groups += [(f"{role} facts", [one for one in rows if one["role"] == role]) for role in ROLES]
    for name, members in groups[:2]:
        of = name.split(":")[0]
        groups += [(f"{of}, {role}", [one for one in members if one["role"] == role]) for role in ROLES]
    found = []
    for name, members in groups:
        verdicts = Counter(one["verdict"] for one in members)
        trivial = sum(one["verdict"] == HOLDS and one["trivially"] for one in members)
        found.append(Count(name, verdicts[HOLDS], trivial, verdicts[UNDECIDED], len(members)))
    return [one for one in found if one.tried]


def command(verdict: Verdict, order: Order) -> str:
    """The exact command that repeats one verdict."""
    words = ["journeysim evidence", f"--facts {verdict.id}", f"--consumers {verdict.consumers}"]
    words += ["--quick"] if order.quick else []
    words += [f"--seeds {order.seeds}"] if order.seeds else []
    return " ".join(words)


def page(verdicts: Sequence[Verdict], order: Order, parts: Sequence[Part] = (), unfinished: int = 0) -> str:
    """The whole page. unfinished: how many facts of the order were not reached before it was stopped."""
    facts = published()
    ordered = sorted(verdicts, key=lambda one: list(facts).index(one.id))
    themes = list(dict.fromkeys(facts[one.id].theme for one in ordered))
    chapters = "".join(
        f"<h2>{escape(theme)}</h2>" + "".join(_section(one, order) for one in ordered if facts[one.id].theme == theme)
        for theme in themes
    )
    further = "".join(f"<h2>{escape(part.title)}</h2>{part.html}" for part in parts)
    style = files("sim.evidence").joinpath("page.css").read_text("utf-8")
    form = "quick form" if order.quick else "full form"
    stopped = f"<p><b>Stopped early: {unfinished} facts and studies were not reached.</b></p>" if unfinished else ""
    boxes = "".join(
        f'<div class="count"><b>{one.hold} of {one.tried}</b>{escape(one.group)}<br><small>{escape(one.words)}</small></div>'
        for one in counts([plain(one) for one in ordered])
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Journeysim: the evidence</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{style}</style></head><body>"
        "<h1>Does the simulator reproduce what marketing science has published?</h1>"
        f"<p>{len(ordered)} published facts, each measured in a shipped market with its default parameters, at "
        f"{order.consumers:,} simulated consumers ({form}). What is missed is shown as missed, what the seeds cannot tell as "
        "undecided.</p>"
        f'{stopped}<div class="counts">{boxes}</div>{ROLE_WORDS}{GUIDE}{_overview(ordered)}{_untested()}{chapters}{further}'
        f'<p class="muted"><small>Journeysim {sim.__version__}, model {model_version()[:12]}.</small></p></body></html>\n'
    )


def _mark(verdict: Verdict) -> str:
    return f'<span class="verdict {TONE[verdict.verdict]}">{verdict.verdict}</span>'


def _untested() -> str:
    rows = "".join(f"<li>{id}: {escape(why)}</li>" for id, why in UNTESTED.items())
    return f"<details><summary>{len(UNTESTED)} facts have no experiment</summary><ul>{rows}</ul></details>"


def _overview(verdicts: Sequence[Verdict]) -> str:
    facts = published()
    rows = []
    for one in verdicts:
        fact = facts[one.id]
        worst = _telling(one)
        cell = (
            f"<small>{escape(worst.name)} <b>{number(worst.estimate)}</b></small>{axis(worst)}"
            if worst
            else escape(one.note)
        )
        star = " ★" if fact.core else ""
        rows.append(
            f'<tr><td><a href="#{one.id}">{one.id}</a>{star}<br><small>tier {fact.tier}<br>{fact.role}</small></td>'
            f"<td>{escape(_claim(fact))}</td><td>{cell}</td><td>{_mark(one)}</td></tr>"
        )
    return (
        '<table class="overview"><thead><tr><th>fact</th><th>claim</th><th>published and simulated</th><th>verdict</th></tr>'
        f"</thead><tbody>{''.join(rows)}</tbody></table>"
    )


def _telling(verdict: Verdict) -> Any:
    """The measure that tells most: the first that is missed, else the first that is undecided, else the first that is judged."""
    judged = [one for one in verdict.figures if one.outcome is not None]
    order = (MISSED, UNDECIDED, MET)
    return min(judged, key=lambda one: order.index(one.outcome or MET), default=None)


def _claim(fact: Published) -> str:
    return fact.claim.split(" [")[0]


def _section(verdict: Verdict, order: Order) -> str:
    fact, experiment = published()[verdict.id], experiments()[verdict.id]
    measures = "".join(
        f"<tr><td>{escape(one.name)}<br><small>{number(one.estimate)}{' ' + escape(one.unit) if one.unit else ''}"
        f"{escape(''.join(f', {word}' for word in (one.outcome, one.remark) if word))}</small></td><td>{axis(one)}</td></tr>"
        for one in verdict.figures
    )
    source = escape(fact.source)
    if fact.doi:
        source += f' <a href="https://doi.org/{escape(fact.doi)}">doi:{escape(fact.doi)}</a>'
    if not fact.verified:
        source += " (stated from memory, not seen)"
    rows = {
        "published": escape(fact.claim),
        "source": source,
        "band": escape(fact.band),
        "not judged": escape("; ".join(experiment.unjudged)),
        "trivial model": escape(experiment.trivial),
        "market": escape(experiment.market),
        "change": escape(experiment.change),
        "control": escape(experiment.control),
        "size": f"{verdict.consumers:,} consumers, {verdict.seeds} seeds",
        "repeat": f"<code>{escape(command(verdict, order))}</code>",
    }
    listed = "".join(f"<dt>{name}</dt><dd>{text}</dd>" for name, text in rows.items() if text)
    star = " ★" if fact.core else ""
    note = f'<p class="note">{escape(verdict.note)}</p>' if verdict.note else ""
    how = escape(" ".join(inspect.cleandoc(experiment.run.__doc__ or "").split()))
    return (
        f'<section id="{verdict.id}"><div class="head"><h3>{verdict.id}{star} {escape(_claim(fact))}</h3>{_mark(verdict)}</div>'
        f'<div class="body"><div><table>{measures}</table>{note}<dl>{listed}</dl></div>'
        f'<div><div class="picture">{verdict.picture}</div><p class="muted"><small>{how}</small></p></div></div></section>'
    )


def table(verdicts: Sequence[Verdict]) -> str:
    """One row per measure as CSV."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    names = (
        "estimate",
        "interval_low",
        "interval_high",
        "band_low",
        "band_high",
        "published",
        "unit",
        "trivial",
        "outcome",
    )
    writer.writerow(["fact", "theme", "tier", "core", "role", "verdict", "measure", *names, "consumers", "seeds"])
    for one in verdicts:
        row = plain(one)
        for measure in row["measures"] or [{"name": "", "interval": [None, None]}]:
            figures = [measure.get("estimate"), *measure["interval"]]
            figures += [measure.get(key) for key in ("low", "high", "published", "unit", "trivial", "outcome")]
            about = [row[key] for key in ("id", "theme", "tier", "core", "role", "verdict")]
            writer.writerow([*about, measure["name"], *figures, one.consumers, one.seeds])
    return text.getvalue()


def markdown(rows: Sequence[dict[str, Any]]) -> str:
    """The verdicts (as `plain` gives them) as a Markdown table, for docs/evidence.md: bands are those of the judged measures."""
    lines = []
    for row in rows:
        judged = [one for one in row["measures"] if one["outcome"] is not None]
        figures = "; ".join(map(_figure, judged)) or row["note"]
        figures += "".join(f"; not judged: {clause}" for clause in row["unjudged"])
        trivial = "; ".join(number(one["trivial"]) for one in judged if one["trivial"] is not None)
        role = "" if row["role"] == "held out" else f", {row['role']}"
        name = f"{row['id']}{' ★' if row['core'] else ''} (t{row['tier']}{role})"
        lines.append((name, row["claim"].split(" [")[0], figures, trivial, row["verdict"]))
    return table_of(("fact", "claim", "simulated: band", "a trivial model", "verdict"), lines)


def _figure(measure: dict[str, Any]) -> str:
    """A judged measure in the table: name, figure, band, and its outcome if that is not met."""
    figure = "no figure" if measure["estimate"] is None else number(measure["estimate"])
    outcome = "" if measure["outcome"] == MET else f" ({measure['outcome']})"
    return f"{measure['name']} **{figure}**: {band(measure['low'], measure['high'], measure['direction'])}{outcome}"


def write(
    folder: Path, verdicts: Sequence[Verdict], order: Order, parts: Sequence[Part] = (), unfinished: int = 0
) -> Path:
    """Write evidence.html, evidence.csv and evidence.json into a folder, each whole or not at all; returns the page's path."""
    folder.mkdir(parents=True, exist_ok=True)
    about = {"version": sim.__version__, "model": model_version(), "quick": order.quick, "unfinished": unfinished}
    content = {
        "evidence.csv": table(verdicts),
        "evidence.json": json.dumps({**about, "facts": [plain(one) for one in verdicts]}, indent=1, ensure_ascii=False)
        + "\n",
        "evidence.html": page(verdicts, order, parts, unfinished),
    }
    for name, text in content.items():
        write_whole(folder / name, text)
    return folder / "evidence.html"


def line(verdict: Verdict) -> tuple[str, str, str, str]:
    """A verdict in one line of a terminal's table: fact, claim, figures, verdict."""
    fact = published()[verdict.id]
    worst = _telling(verdict)
    figures = in_words(worst) if worst else verdict.note
    return (verdict.id + (" ★" if fact.core else ""), _claim(fact), figures, verdict.verdict)
