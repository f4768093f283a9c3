"""What-if: move levers, see within half a second what they do to the same people, and soon after how sure that is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import Any

import reacton.ipyvuetify as v
import solara

from sim.app import happenings, plans, uploads, visit
from sim.app.asking import Asked, use_answer
from sim.app.charts.build_up import build_up
from sim.app.charts.chart import Chart, Look
from sim.app.charts.difference import difference
from sim.app.charts.feelings import over_time
from sim.app.charts.losses import where_you_lose_them
from sim.app.charts.touches import touchpoints
from sim.app.jobs import Pairs
from sim.app.levers import Lever, levers
from sim.app.pages import Page
from sim.app.parts import ChartCard, Guard, ProgressLine
from sim.app.says import TILES, tiles, tone_of
from sim.app.state import LETTERS, MOST_EVENTS, State
from sim.app.theme import palette
from sim.app.verdict import Verdict, judge
from sim.experiments.figures import FIGURES
from sim.scenario import Scenario, ScenarioError

MOST_BUDGETS = 5
"""Times today's budget that a visitor may spend."""


@solara.component_vue("../vue/plans.vue")
def PlansBar(
    cases: list[list[str]], chosen: str, plans: list[dict[str, Any]], words: dict[str, str], suggestion: str,
    can_save: bool, can_update: bool, can_undo: bool, can_reset: bool, can_drop: bool,
    save_label: str, update_label: str, drop_label: str, token: str, largest: int, problem: str,
    download: dict[str, str] | None,
    event_pick: Callable[[str], None], event_open: Callable[[str], None], event_save: Callable[[str], None],
    event_update: Callable[[Any], None], event_drop: Callable[[Any], None], event_undo: Callable[[Any], None],
    event_reset: Callable[[Any], None], event_shared: Callable[[Any], None], event_given: Callable[[dict[str, Any]], None],
    event_fetch_file: Callable[[Any], None],
) -> None:  # fmt: skip
    """Case, saved plans, undo, link and file."""


@solara.component_vue("../vue/levers.vue")
def LeverPanel(
    groups: list[dict[str, Any]], words: dict[str, str], language: str,
    event_move: Callable[[dict[str, Any]], None], event_lock: Callable[[str], None], event_reset: Callable[[str], None],
    event_total: Callable[[float], None],
) -> None:  # fmt: skip
    """Sliders with number fields, by group."""


@solara.component_vue("../vue/timeline.vue")
def TimelineCard(
    days: int, first_day: str, lanes: list[dict[str, Any]], fixed: list[dict[str, Any]], placed: list[dict[str, Any]],
    kinds: list[dict[str, str]], full: bool, words: dict[str, str], language: str,
    event_add: Callable[[str], None], event_change: Callable[[dict[str, Any]], None], event_remove: Callable[[int], None],
) -> None:  # fmt: skip
    """The plan's campaigns and the events on one line of time."""


@solara.component_vue("../vue/verdict.vue")
def VerdictCard(
    tone: str, letter: str, name: str, colour: str, text: str, more: str, tiles: list[dict[str, str]],
    figure: str, figures: list[list[str]], pending: bool, words: dict[str, str], event_choose: Callable[[str], None],
) -> None:  # fmt: skip
    """The answer in a sentence, and headline figures."""


def letter_of(state: State) -> str:
    """Letter of the plan under edit: the one that was opened, or the next free one."""
    return state.editing or state.free_letter() or LETTERS[-1]


def look_of(state: State) -> Look:
    """How charts speak to this visitor: language, colours, names of the plans."""
    words = visit.words()
    letter = letter_of(state)
    names = {key: plan.name for key, plan in state.saved.items() if plan.name}
    names.setdefault(letter, words("whatif.my_plan"))
    return Look(words, palette(visit.dark.value), names)


@solara.component
def WhatIf() -> None:
    """The page."""
    state = visit.state.value
    words = visit.words()
    locked: solara.Reactive[frozenset[str]] = solara.use_reactive(frozenset())
    v.Html(tag="h1", children=[words("whatif.title")])
    Guard(lambda: Plans(), "plans")
    try:
        market = plans.today(state)
    except ScenarioError as problem:
        v.Html(tag="p", class_="note note-bad", children=[str(problem)], attributes={"role": "alert"})
        return
    with v.Html(tag="div", class_="bench"):
        with v.Html(tag="div", class_="bench-levers"):
            Guard(lambda: Levers(market, locked), "levers")
        with v.Html(tag="div", class_="bench-results"):
            Guard(lambda: Results(market), "results")
    Guard(lambda: Timeline(market), "timeline")


@solara.component
def Plans() -> None:
    """Case, saved plans, undo, link and file."""
    state, words = visit.state.value, visit.words()
    problem, set_problem = solara.use_state("")
    download: solara.Reactive[dict[str, str] | None] = solara.use_reactive(None)
    letter, colours = state.free_letter(), palette(visit.dark.value)
    titles = [[name, case_title(name)] for name in plans.cases()]
    if state.own:
        titles = [["", words("whatif.own", title=own_title(state))], *titles]
    shown = [{"letter": "", "short": "", "name": words("chart.today"), "colour": colours.mix("today"),
              "current": not state.editing and not state.levers}]  # fmt: skip
    shown += [
        {
            "letter": key,
            "short": key,
            "name": plan.name or key,
            "colour": colours.mix(key),
            "current": key == state.editing,
        }
        for key, plan in state.saved.items()
    ]

    def save(name: str) -> None:
        if letter:
            visit.change(state.save(letter, name))
            visit.said.value = words("whatif.saved", letter=letter)

    def update(_: Any) -> None:
        visit.change(state.save(state.editing, state.saved[state.editing].name))

    def given(file: dict[str, Any]) -> None:
        set_problem("")
        try:
            if file["size"] > uploads.LARGEST:
                raise ScenarioError(words("whatif.too_large", most=uploads.LARGEST // 1000))
            uploads.own(file["text"])
        except ScenarioError as wrong:
            set_problem("\n".join(str(wrong).splitlines()[:12]))
            return
        visit.change(state.on_case("", file["text"]))
        visit.said.value = words("whatif.read", name=str(file["name"])[:60])

    def fetch(_: Any) -> None:
        plan = plans.planned(state)
        download.set({"name": f"{state.case or 'scenario'}-plan.toml", "text": plan.to_toml(), "key": state.encode()})

    PlansBar(
        cases=titles,
        chosen=state.case,
        plans=shown,
        words=words.part("plans"),
        suggestion=words("whatif.my_plan") if not letter else words("whatif.plan_name", letter=letter),
        can_save=bool(letter) and bool(state.levers),
        can_update=bool(state.editing) and dict(state.saved[state.editing].levers) != dict(state.levers),
        can_undo=bool(visit.past.value),
        can_reset=bool(state.levers or state.events),
        can_drop=bool(state.editing),
        save_label=words("whatif.save_as", letter=letter) if letter else words("whatif.all_saved"),
        update_label=words("whatif.update", letter=state.editing),
        drop_label=words("whatif.drop", letter=state.editing),
        token=state.encode(),
        largest=uploads.LARGEST,
        problem=problem,
        download=download.value,
        event_pick=lambda name: visit.change(state.on_case(name)) if name else None,
        event_open=lambda key: visit.change(state.open(key)),
        event_save=save,
        event_update=update,
        event_drop=lambda _: visit.change(state.drop(state.editing)),
        event_undo=lambda _: visit.undo(),
        event_reset=lambda _: visit.adjust(levers={}, events=(), editing=""),
        event_shared=lambda _: visit.said.set(words("whatif.shared")),
        event_given=given,
        event_fetch_file=fetch,
    )


def case_title(name: str) -> str:
    """What a shipped case is called in the visitor's language."""
    return visit.words().or_else(f"case.{name}.title", uploads.case(name).title)


def own_title(state: State) -> str:
    """What the visitor's own scenario is called."""
    try:
        return uploads.own(state.own).title
    except ScenarioError:
        return "?"


@solara.component
def Levers(market: Scenario, locked: solara.Reactive[frozenset[str]]) -> None:
    """The plan's levers, money ones sharing the budget."""
    state, words = visit.state.value, visit.words()
    look = look_of(state)
    known = levers(market)

    def put(name: str, wanted: float) -> None:
        now = visit.state.value
        visit.change(now.with_levers(plans.with_lever(known, now.levers, name, wanted, locked.value)))

    def reset(name: str) -> None:
        put(name, next(one.value for one in known if one.name == name))

    def set_total(wanted: float) -> None:
        now = visit.state.value
        visit.change(now.with_levers(plans.with_budget(known, now.levers, float(wanted), locked.value)))

    values = {one.name: state.levers.get(one.name, one.value) for one in known}
    groups = []
    for name in dict.fromkeys(one.group for one in known):
        mine = [one for one in known if one.group == name]
        entry: dict[str, Any] = {"key": name, "label": words(f"lever_group.{name}"), "open": name == known[0].group}
        if mine[0].budgeted:
            total = sum(values[one.name] for one in mine)
            entry |= {
                "budget": words("levers.budget"),
                "total": total,
                "most": MOST_BUDGETS * max(sum(one.value for one in mine), mine[0].high),
                "currency": market.world.market.currency,
            }
        entry["levers"] = [_row(one, values[one.name], look, market, one.name in locked.value) for one in mine]
        groups.append(entry)
    LeverPanel(
        groups=groups,
        words=words.part("lever_panel"),
        language=visit.language.value,
        event_move=lambda asked: put(str(asked["key"]), float(asked["value"])),
        event_lock=lambda name: locked.set(locked.value ^ {name}),
        event_reset=reset,
        event_total=set_total,
    )


def _row(lever: Lever, value: float, look: Look, market: Scenario, locked: bool) -> dict[str, Any]:
    """What the panel shows of one lever; prices and shares in per cent."""
    words = look.words
    kind, _, rest = lever.name.partition(".")
    if kind == "spend":
        label = look.kind(rest)
        help_ = words(f"lever_help.{'influencers' if rest == 'influencers' else 'spend'}")
    else:
        label, help_ = words(f"lever.{lever.name}"), words(f"lever_help.{lever.name}")
    factor = 100 if lever.unit in ("share", "factor") else 1
    unit = {
        "money": market.world.market.currency,
        "money_each": market.world.market.currency,
        "share": "%",
        "factor": "%",
    }
    digits = max(0, -_exponent(lever.step * factor))
    gap = (value - lever.value) * factor
    return {
        "key": lever.name,
        "label": label,
        "help": help_,
        "low": lever.low * factor,
        "high": max(lever.high, value) * factor,
        "step": lever.step * factor,
        "value": round(value * factor, 6),
        "base": round(lever.value * factor, 6),
        "factor": factor,
        "unit": unit.get(lever.unit, words.or_else(f"lever_unit.{lever.unit}", "")),
        "digits": digits,
        "budget": lever.budgeted,
        "locked": locked,
        "delta": words.number(gap, digits, sign=True) if abs(gap) > lever.step * factor / 2 else "",
    }


def _exponent(step: float) -> int:
    """Place of the last digit of a step: -2 for 0.05, 0 for 1 or 500."""
    text = f"{step:.6f}".rstrip("0")
    return -len(text.split(".")[1])


@solara.component
def Results(market: Scenario) -> None:
    """Verdict, progress and charts of the plan under edit against today's."""
    state, words = visit.state.value, visit.words()
    figure, set_figure = solara.use_state("units")
    letter = letter_of(state)
    problem = ""
    compared: dict[str, Scenario] = {}
    try:
        plan = plans.planned(state)
        if plan.fingerprint() != market.fingerprint():
            compared = {letter: plan}
    except ScenarioError as wrong:
        problem = str(wrong)
    asked = use_answer(None if problem else market, compared)
    if problem:
        v.Html(tag="p", class_="note note-bad", children=[problem], attributes={"role": "alert"})
    if asked.answer.problem:
        v.Html(
            tag="p", class_="note note-warning", children=[words(asked.answer.problem)], attributes={"role": "status"}
        )
    Said(asked, figure, letter)
    Charts(asked, figure, letter, set_figure)


def shown_key(pairs: Pairs | None) -> str | None:
    """The one plan beside today's in an answer, if any."""
    return next(iter(pairs.plans), None) if pairs else None


@solara.component
def Said(asked: Asked, figure: str, letter: str) -> None:
    """Tell a screen reader the verdict when it is there."""
    state, pairs = visit.state.value, asked.answer.pairs
    key = shown_key(pairs)

    def tell() -> None:
        if pairs and pairs.count > 1 and key and not asked.pending:
            visit.said.value = judge(pairs, look_of(state), figure).sentence

    solara.use_effect(tell, [asked.answer.question, asked.answer.level, figure, asked.pending])


@solara.component
def Charts(asked: Asked, figure: str, letter: str, choose: Callable[[str], None]) -> None:
    """The verdict and the charts; skeletons until the first runs are there."""
    state, words = visit.state.value, visit.words()
    look = look_of(state)
    pairs, pending = asked.answer.pairs, asked.pending
    key = shown_key(pairs)
    ready = pairs is not None and pairs.count > 0
    what = [
        asked.answer.question,
        asked.answer.level,
        visit.language.value,
        visit.dark.value,
        figure,
        look.names.get(letter),
    ]
    verdict, tone = Verdict("unknown", 0, "", words("whatif.wait"), ""), "neutral"
    if ready and pairs is not None:
        verdict = (
            judge(pairs, look, figure)
            if key
            else Verdict("unknown", 0, "", words("whatif.today"), words("whatif.move"))
        )
        tone = tone_of(verdict.kind, FIGURES[figure].better) if key else "neutral"
    at_a_glance = solara.use_memo(
        lambda: [asdict(one) for one in tiles(pairs, look, key)] if ready and pairs else [], what
    )
    VerdictCard(
        tone=tone,
        letter=key or "",
        name=look.name(key or "today"),
        colour=look.colour(key or "today"),
        text=verdict.sentence,
        more=verdict.detail,
        tiles=at_a_glance,
        figure=figure,
        figures=[[name, look.figure(name, start=True)] for name in TILES],
        pending=pending,
        words=words.part("verdict_card"),
        event_choose=choose,
    )
    ProgressLine(asked)
    code = solara.use_memo(lambda: _code(state, pairs), [*what, state.encode()])
    flow = figure if figure in ("units", "new_customers", "revenue") else "units"
    makers: list[tuple[str, Callable[[Pairs, Look], Chart]]] = [
        ("build_up", lambda runs, how: build_up(runs, how, flow)),
        ("losses", where_you_lose_them),
        ("touches", touchpoints),
        ("trust", over_time),
    ]
    if key:
        makers.insert(0, ("difference", lambda runs, how: difference(runs, how, figure)))
    with v.Html(tag="div", class_="charts"):
        for name, make in makers:
            Guard(partial(ChartCard, name, make, asked, look, [*what, flow], code), name).key(name)


def _code(state: State, pairs: Pairs | None) -> str:
    if pairs is None:
        return ""
    try:
        return plans.code(state, pairs.wanted, pairs.consumers)
    except ScenarioError:
        return ""


@solara.component
def Timeline(market: Scenario) -> None:
    """Campaigns and events; events of the visitor hit every plan."""
    state, words = visit.state.value, visit.words()
    look = look_of(state)
    days = market.horizon.days
    from sim.app.calendars import fixed_events, lanes

    event_words = {kind: words(f"events.{kind}.name") for kind in happenings.KINDS}

    def add(kind: str) -> None:
        if len(visit.state.value.events) < MOST_EVENTS and kind in happenings.KINDS:
            now = visit.state.value
            visit.adjust(events=happenings.put(now, happenings.new(kind, days)))
            visit.said.value = words("events.added", name=event_words[kind])

    def change(asked: dict[str, Any]) -> None:
        now, place = visit.state.value, int(asked["id"])
        if 0 <= place < len(now.events):
            old = now.events[place]
            lasts = None if old.days is None else int(asked["days"] or old.days)
            visit.adjust(
                events=happenings.put(
                    now, happenings.Happening(old.kind, int(asked["day"]), lasts, float(asked["size"])), place
                )
            )

    def remove(place: int) -> None:
        if 0 <= int(place) < len(visit.state.value.events):
            visit.adjust(events=happenings.drop(visit.state.value, int(place)))

    TimelineCard(
        days=days,
        first_day=market.horizon.start.isoformat(),
        lanes=[{"label": look.kind(name), "bars": bars} for name, bars in lanes(market)],
        fixed=[
            {"day": day, "text": label or words.or_else(f"events.{kind}.name", kind)}
            for day, kind, label in fixed_events(market, len(state.events))
        ],
        placed=[
            {
                "id": number,
                "label": event_words[one.kind],
                "day": one.day,
                "days": one.days,
                "size": one.size,
                "sizes": [
                    [size, words(f"events.{one.kind}.size.{place}")]
                    for place, size in enumerate(happenings.KINDS[one.kind].sizes)
                ],
            }
            for number, one in enumerate(state.events)
            if one.kind in happenings.KINDS and one.day < days
        ],
        kinds=[{"key": kind, "label": label} for kind, label in event_words.items()],
        full=len(state.events) >= MOST_EVENTS,
        words=words.part("timeline"),
        language=visit.language.value,
        event_add=add,
        event_change=change,
        event_remove=remove,
    )


PAGE = Page("whatif", "whatif.name", "whatif.title", WhatIf, order=10)
