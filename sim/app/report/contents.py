"""What stands in a report, before it is HTML or PDF: headings, sentences, pictures with their words, tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

import sim
from sim.app.assumptions import assumptions
from sim.app.charts import Chart, Look, build_up, difference, over_time, touchpoints, where_you_lose_them
from sim.app.charts.chart import TODAY
from sim.app.charts.difference import Paired, gaps
from sim.app.luck import interval
from sim.app.says import lever_look
from sim.app.told import phrase, told
from sim.app.verdict import judge
from sim.experiments.figures import FIGURES
from sim.scenario import Scenario

BLOCKS = ("plans", "events", "difference", "figures", "build_up", "losses", "touches", "trust")
"""What a reader may choose, in the order of the report; the verdict comes first and the last page last, always."""
CHARTS: dict[str, Callable[..., Chart]] = {
    "difference": difference,
    "build_up": build_up,
    "losses": where_you_lose_them,
    "touches": touchpoints,
    "trust": over_time,
}
PICTURE_WIDTH, PICTURE_LETTERS, PICTURE_HIGHER = 6.93, 8.0, 0.8
"""Inches between the margins of an A4 page, points of the letters in a picture, and its height against a card on the screen."""


@dataclass(frozen=True)
class Contents:
    """What a report is made of.

    title: as the reader wants it. today, plans: scenarios as they were run (key -> scenario). pairs: their runs.
    seeds: of the pairs. blocks: chosen from `BLOCKS`. figure: what the verdict is about. code: Python that repeats it. case: what
    the market is called in the report's language; "" for the scenario's own title. made: the day of the report.
    """

    title: str
    today: Scenario
    plans: Mapping[str, Scenario]
    pairs: Paired
    seeds: tuple[int, ...]
    look: Look
    blocks: tuple[str, ...] = BLOCKS
    figure: str = "units"
    code: str = ""
    case: str = ""
    before: Scenario | None = None
    made: date = field(default_factory=date.today)


@dataclass(frozen=True)
class Table:
    """A table: column names and rows of text; the first column is the rows' name, a cell's second line is its interval."""

    columns: list[str]
    rows: list[list[str]]
    caption: str


@dataclass(frozen=True)
class Section:
    """A part of the report: a heading, sentences, and a picture or table.

    picture: a matplotlib Figure. how: how to read it. mono, mono_name: text of a program, and what it is for.
    """

    name: str
    heading: str
    text: tuple[str, ...] = ()
    picture: Any = None
    alt: str = ""
    table: Table | None = None
    how: str = ""
    mono: str = ""
    mono_name: str = ""
    last_page: bool = False


@dataclass(frozen=True)
class Report:
    """A report in words and pictures, ready to be written down. verdict: the sentence that comes first; mood: 1, -1 or 0."""

    title: str
    subtitle: str
    verdict: str
    detail: str
    caveat: str
    mood: int
    language: str
    made: str
    sections: tuple[Section, ...]


def compose(contents: Contents) -> Report:
    """Put a report together. Raises ValueError for a block that there is not, or without runs to report."""
    unknown = [one for one in contents.blocks if one not in BLOCKS]
    if unknown:
        raise ValueError(f"there is no block '{unknown[0]}'; blocks are {', '.join(BLOCKS)}")
    if not contents.pairs.today:
        raise ValueError("there are no runs to report yet; let the comparison finish first")
    look, words = contents.look, contents.look.words
    found = judge(contents.pairs, look, contents.figure)
    made = {"plans": _plans, "figures": _figures, "events": _events}
    sections = [
        made[block](contents) if block in made else _picture(contents, block)
        for block in BLOCKS
        if block in contents.blocks
    ]
    market = contents.today.world.market
    return Report(
        contents.title,
        words(
            "report.subtitle",
            case=contents.case or contents.today.title,
            people=words.short(market.people),
            days=words.number(contents.today.horizon.days),
        ),
        found.sentence,
        found.detail,
        words("report.not_fitted"),
        found.better,
        words.language,
        contents.made.isoformat(),
        (*(one for one in sections if one is not None), _basis(contents)),
    )


def _picture(contents: Contents, block: str) -> Section:
    """A chart of the page as a picture: what the browser draws, as wide as the sheet, with the chart's words as text."""
    from sim.app.paper.printing import inset  # draws, and is loaded by the workers only

    look = contents.look
    more = {"difference": contents.figure, "losses": judge(contents.pairs, look, contents.figure).plan}
    chart: Chart = CHARTS[block](contents.pairs, look, *([more[block]] if block in more else []))
    picture = inset(chart, look.words.language, PICTURE_WIDTH, PICTURE_LETTERS, PICTURE_HIGHER)
    return Section(block, chart.title, (chart.subtitle,), picture, chart.alt, how=chart.how)


def _plans(contents: Contents) -> Section:
    """Money a week by channel under every plan, and what else differs."""
    from sim.app.levers import levers

    look, words, currency = contents.look, contents.look.words, contents.today.world.market.currency
    plans = {TODAY: contents.today, **contents.plans}
    values = {key: {one.name: one for one in levers(plan)} for key, plan in plans.items()}
    money: list[list[str]] = []
    others: list[list[str]] = []
    for name, lever in values[TODAY].items():
        each = [values[key][name].value if name in values[key] else lever.value for key in plans]
        label, _, unit, factor, digits = lever_look(look, contents.today, lever)
        if name == "price":  # the shelf's, which a board knows, not what it is of today's
            unit, factor, digits, each = currency, 1, 2, [_price(plan) for plan in plans.values()]
        if not any(each) or (not lever.budgeted and len(set(each)) == 1):
            continue
        if lever.unit in ("money_each", "share", "factor"):
            label = f"{label} ({unit})"
        (money if lever.budgeted else others).append([label, *(words.number(one * factor, digits) for one in each)])
    sums = [sum(one.value for one in mine.values() if one.budgeted) for mine in values.values()]
    rows = [*money, [words("report.total"), *(words.number(one) for one in sums)], *others]
    caption = words("report.plans_caption", currency=currency)
    table = Table([words("report.lever"), *(look.name(key) for key in plans)], rows, caption)
    return Section("plans", words("report.plans"), (caption,), table=table)


def _price(scenario: Scenario) -> float:
    """Regular price of the brand on the first day."""
    first = [one.price for one in scenario.plan.prices if one.from_ == 0]
    return float(first[-1] if first else scenario.world.brands[scenario.focal].price)


def _figures(contents: Contents) -> Section:
    """Every headline figure: today's mean, and each plan's paired difference with its interval."""
    look, words, pairs = contents.look, contents.look.words, contents.pairs
    currency = pairs.today[0].currency
    rows = []
    for name in FIGURES:
        base = interval(np.array([run.headline[name] for run in pairs.today]))
        row = [f"{look.figure(name, start=True)} ({look.unit(name, currency)})", look.bare(name, base.mean)]
        for key in pairs.plans:
            found = interval(gaps(pairs, key, name))
            larger = max(found.low, found.high, key=abs)
            mean = look.bare(name, found.mean, sign=True)
            low, high = (look.bare(name, one, sign=True, like=larger) for one in (found.low, found.high))
            number, _, unit = low.partition(" ")
            both = number if unit and high.endswith(f" {unit}") else low  # "million" once, at the end
            row.append(f"{mean}\n{both} … {high}" if low != high or low != mean else mean)
        rows.append(row)
    caption = words("report.figures_caption")
    table = Table([words("report.figure"), look.name(TODAY), *(look.name(key) for key in pairs.plans)], rows, caption)
    return Section("figures", words("report.figures"), (caption,), table=table)


def _events(contents: Contents) -> Section | None:
    """What happens to the market under every plan."""
    words = contents.look.words
    happened = contents.pairs.today[0].events
    if not happened:
        return None
    said = [(day, words.or_else(f"event.{text}", text)) for day, text in sorted(happened)]
    rows = [
        [words("report.week_of", week=words.number(day // 7 + 1)), text[:1].upper() + text[1:]] for day, text in said
    ]
    table = Table([words("report.when"), words("report.what")], rows, words("report.events_caption"))
    return Section("events", words("report.events"), (words("report.events_caption"),), table=table)


def _basis(contents: Contents) -> Section:
    """The last page: what the numbers rest on, and how to get them again."""
    from sim.version import model_version

    look, words = contents.look, contents.look.words
    today, market = contents.today, contents.today.world.market
    seeds = contents.seeds
    said = f"{seeds[0]} … {seeds[-1]}" if len(seeds) > 1 else str(seeds[0])
    rows = [
        [words("report.version"), f"journeysim {sim.__version__}"],
        [words("report.model"), model_version()[:16]],
        [words("report.hash", name=look.name(TODAY)), today.fingerprint()],
        *([words("report.hash", name=look.name(key)), plan.fingerprint()] for key, plan in contents.plans.items()),
        [words("report.seeds"), f"{said} ({words.number(len(seeds))})"],
        [words("report.size"), words("report.size_said", consumers=words.number(market.consumers),
                                     people=words.short(market.people))],
        [words("report.days"), f"{words.number(today.horizon.days)} ({today.horizon.start.isoformat()} …)"],
        *_assumed(contents),
    ]  # fmt: skip
    table = Table([words("report.item"), words("report.value")], rows, words("report.basis"))
    text = (words("report.not_fitted_long"), words("report.method"), words("report.limits"), words("report.sources"))
    return Section("basis", words("report.basis"), text, table=table, mono=contents.code, mono_name=words("report.repeat"),
                   last_page=True)  # fmt: skip


def _assumed(contents: Contents) -> list[list[str]]:
    """Rows on the model's numbers: how many rest on published facts, and every one that the reader changed."""
    words = contents.look.words
    known, now = assumptions(contents.before or contents.today), assumptions(contents.today)
    guessed = sum(one.assumed for one in known.values())
    counts = {"all": len(known), "published": len(known) - guessed, "assumed": guessed}
    said = words("report.assumptions_said", **{name: words.number(count) for name, count in counts.items()})
    changed = [
        [
            words("report.changed", what=told(words, name, one.meaning), name=name),
            words(
                "report.changed_said",
                now=words.exact(now[name].value),
                before=words.exact(one.value),
                unit=phrase(words, one.unit),
            ),
        ]
        for name, one in known.items()
        if now[name].value != one.value
    ]
    return [[words("report.assumptions"), said], *changed]
