"""From the form to a study file: what is offered can be varied, and the file says what the form does."""

from __future__ import annotations

import pytest

import sim
from sim.app import plans
from sim.app.state import Happening, State
from sim.app.studies import check
from sim.app.studies.design import MODEL, arms_of, levels_of, options, text_of
from sim.app.studies.review import review, trial
from sim.app.studies.start import start_of

FORM = {
    "title": 'Price "and" talk',
    "question": "Does it pay?",
    "consumers": 300,
    "days": 20,
    "seeds": 2,
    "kind": "latin_hypercube",
    "number": 8,
    "outputs": ["profit"],
    "daily": ["units"],
    "factors": [
        {"path": "world.brands.0.price", "name": "price", "way": "levels", "levels": "2, 2.5"},
        {"path": "word_of_mouth.rate", "name": "talk", "way": "range", "low": 0.1, "high": 1, "log": True},
    ],
}


@pytest.mark.parametrize("case", ["launch", "ebike"])
def test_everything_offered_can_stand_at_both_ends_of_its_range(case: str) -> None:
    scenario = sim.load(case)
    offered = options(scenario)
    assert len({one.path for one in offered}) == len({one.name for one in offered}) == len(offered)
    assert all(one.low < one.high for one in offered)
    assert all(one.least <= one.low <= one.high <= one.most for one in offered)
    plan = [one for one in offered if one.group != MODEL]
    assert {"price", "paid_social", "word_of_mouth.rate"} <= {one.name for one in offered}
    for end in ("low", "high"):
        scenario.with_({one.path: getattr(one, end) for one in plan})


def test_the_file_says_what_the_form_does() -> None:
    study = check.checked(text_of(FORM, "minimal"))
    assert (study.title, study.question, study.size, study.outputs) == (
        'Price "and" talk',
        "Does it pay?",
        16,
        ("profit",),
    )
    assert (study.base.world.market.consumers, study.base.horizon.days, study.daily) == (300, 20, ("units",))
    price, talk = study.factors
    assert (price.name, price.levels) == ("price", (2, 2.5))
    assert (talk.low, talk.high, talk.log) == (0.1, 1.0, True)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"factors": []}, "nothing to vary"),
        ({"kind": "sobol", "number": 9}, "power of 2"),
        ({"number": ""}, "design.points"),
        ({"outputs": ["fame"]}, "no headline figure 'fame'"),
        ({"factors": [{"path": "word_of_mouth.rate", "low": 3, "high": 1}]}, "not a range"),
        ({"factors": [{"path": "word_of_mouth.rate", "low": None, "high": 1}]}, "range"),
        ({"factors": [{"path": "no.such", "low": 0, "high": 1}]}, "no"),
    ],
)
def test_what_is_wrong_in_a_form_is_told(change: dict[str, object], words: str) -> None:
    assert words in "\n".join(map(str, review(text_of(FORM | change, "minimal")).mistakes))


def test_whole_plans_are_varied_as_arms() -> None:
    base = plans.planned(State(case="launch", levers={"price": 0.9, "service.answer_hours": 2.0}))
    state = State(case="launch")
    others = {"today": plans.today(state), "Loud": plans.planned(state, {"spend.television": 9000.0})}
    form = FORM | {"factors": [{"path": "arms", "name": "plan_of"}], "kind": "grid", "days": None}
    study = check.checked(text_of(form, check.OWN, arms_of(base, others)), base)
    assert study.size == 6
    assert study.arms["plan"].plan == base.plan
    for name, other in others.items():
        service = study.arms[name].plan.service
        assert service == other.world.brands[other.focal].service
        assert study.arms[name] == other.with_(consumers=300).with_({"plan.service": service})


def test_listed_values_are_read_as_what_they_are() -> None:
    assert levels_of("1, 2.5, true, high, ,") == [1, 2.5, True, "high"]


def test_a_study_starts_from_the_case_as_the_visitor_has_set_it() -> None:
    assert start_of(State(case="minimal")) == ("minimal", None)
    start, own = start_of(State(case="minimal", levers={"price": 0.9}, events=(Happening("crisis", 5),)))
    assert start == check.OWN
    assert own is not None
    assert check.checked(text_of(FORM | {"days": None}, start), own).base.plan == own.plan


def test_a_few_runs_are_tried_also_of_a_case_that_reads_data() -> None:
    start, own = start_of(State(case="physicians", assumptions={"word_of_mouth.rate": 0.5}))
    form = FORM | {"consumers": None, "days": 12, "factors": FORM["factors"][1:], "number": 2}  # type: ignore[index]
    tried = trial(text_of(form, start), own)
    assert tried.mistakes == ()
    assert [run.error for run in tried.runs] == [""] * 3
    assert tried.seconds > 0 < tried.disk
