"""Further chapters of the evidence page: joint orderings, nested contagion, real series, the articles' claims, and how the
parameters came about.

Each piece is made by a function that a worker process can run and that returns HTML.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from sim.evidence.axis import axis, number
from sim.evidence.battery import Order, Verdict, drawn, figure_of
from sim.evidence.joint import judged
from sim.evidence.kept import calibration_search, calibration_tables, kept, sensitivity_table
from sim.evidence.lab import Lab
from sim.evidence.page import Part

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SERIES, CLAIMS, NESTED = "Real series", "Claims of the source articles", "Contagion in three nested markets"


@dataclass(frozen=True)
class Piece:
    """One piece of work: which chapter it belongs to, and which study or claim it is."""

    chapter: str
    key: str


def pieces() -> list[Piece]:
    """Everything that needs simulation, the slowest first."""
    from sim.evidence import claims, series

    found = [Piece(CLAIMS, one.id) for one in claims.every()]
    found += [Piece(NESTED, "launch")]
    return found + [Piece(SERIES, one.id) for one in series.every()]


def make(piece: Piece, order: Order) -> str:
    """The HTML of one piece."""
    makers: dict[str, Callable[[str, Order], str]] = {SERIES: _series, CLAIMS: _claim, NESTED: _nested}
    return makers[piece.chapter](piece.key, order)


def run(order: Order, workers: int) -> Generator[tuple[Piece, str]]:
    """Make every piece, several at a time, as they come."""
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        jobs = {pool.submit(make, piece, order): piece for piece in pieces()}
        try:
            for job in as_completed(jobs):
                yield jobs[job], job.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def assembled(found: dict[Piece, str], verdicts: Sequence[Verdict]) -> list[Part]:
    """The chapters, in order; pieces that were not reached are left out."""
    parts = [orderings(verdicts)]
    for chapter in (NESTED, SERIES, CLAIMS):
        made = "".join(found[piece] for piece in pieces() if piece in found and piece.chapter == chapter)
        parts += [Part(chapter, made)] if made else []
    return [*parts, *(part for part in (_calibration(), _sensitivity()) if part)]


def orderings(verdicts: Sequence[Verdict]) -> Part:
    """The joint orderings that the verdicts at hand can answer."""
    known = {one.id: one for one in verdicts}
    rows = []
    for one, holds in judged(verdicts):
        word = {True: "holds", False: "misses", None: "not run"}[holds]
        seen = "" if holds is None else ", ".join(number(size) for size in one.sizes(known))
        tone = "holds" if holds else "misses" if holds is False else "notyet"
        rows.append(
            f"<tr><td>{one.number}</td><td>{escape(one.claim)}<br><small>{escape(', '.join(one.needs))}</small></td>"
            f'<td>{seen}</td><td class="verdict {tone}">{word}</td></tr>'
        )
    head = "<tr><th></th><th>ordering</th><th>sizes found, in that order</th><th>verdict</th></tr>"
    return Part("Orderings that must hold jointly", f"<table>{head}{''.join(rows)}</table>")


def _section(title: str, mark: str, text: str, table: str, picture: Callable[[Axes], None]) -> str:
    return (
        f'<section><div class="head"><h3>{escape(title)}</h3><span class="muted">{escape(mark)}</span></div>'
        f'<div class="body"><div><p>{escape(text)}</p>{table}</div><div class="picture">{drawn(picture)}</div></div></section>'
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><tr>{''.join(f'<th>{escape(name)}</th>' for name in head)}</tr>{lines}</table>"


def _series(key: str, order: Order) -> str:
    from sim.evidence import series

    study = next(one for one in series.every() if one.id == key)
    result = study.run(order.quick)
    rows = [
        (row.part, row.model, str(row.points), f"{row.rmse:.3g}", f"{100 * row.mape:.1f} %", f"{row.r2:.2f}")
        for row in result.rows
    ]
    table = _table(("part", "model", "points", "RMSE", "mean abs. error", "R2"), rows)
    fitted = ", ".join(f"{name} {number(value)}" for name, value in result.parameters.items())
    text = f"{result.sentence} Fitted: {fitted}." + (
        " The model has changed since it was fitted." if result.refit else ""
    )
    return _section(study.title, study.source, text, table, result.draw)


def _claim(key: str, order: Order) -> str:
    from sim.evidence import claims

    claim = next(one for one in claims.every() if one.id == key)
    seeds = 2 if order.quick else 4
    result = claim.run(Lab(3_000, tuple(range(1, seeds + 1)), order.quick))
    rows = [
        (one.condition, f"{100 * one.effect:+.1f} %", f"{100 * one.interval[0]:+.1f} to {100 * one.interval[1]:+.1f} %")
        for one in result.rows
    ]
    text = f"{result.sentence} Translated into: {claim.how}."
    return _section(
        f"{key} {claim.statement}", claim.source, text, _table(("condition", "effect", "95 %"), rows), result.draw
    )


def _nested(key: str, order: Order) -> str:
    from sim.evidence.orderings import nested_contagion

    nested = nested_contagion(Lab(order.consumers, tuple(range(1, (4 if order.quick else 12) + 1)), order.quick))
    figures = [figure_of(one) for one in nested.measures]
    rows = "".join(f"<tr><td>{escape(one.name)}</td><td>{axis(one)}</td></tr>" for one in figures)
    text = (
        "Hazard of adopting with against without friends who have adopted, the same day. All three markets show an S-curve; only "
        "the last has influence."
    )
    return _section(
        "Media only, then friends who are alike, then influence",
        "holds" if nested.holds else "misses",
        text,
        f"<table>{rows}</table>",
        nested.draw,
    )


def _calibration() -> Part | None:
    report = kept("calibration.json")
    if report is None:
        return None
    tables = "".join(_table(head, rows) for head, *rows in calibration_tables(report))
    return Part("Calibration", f"{tables}<p>{calibration_search(report)}</p>")


def _sensitivity() -> Part | None:
    report = kept("sensitivity.json")
    if report is None:
        return None
    head, *rows = sensitivity_table(report)
    return Part("Sensitivity of the core facts", _table(head, rows))
