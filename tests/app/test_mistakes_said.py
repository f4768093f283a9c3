"""What is wrong with a visitor's file is said in the page's language, or is said to be in English."""

from __future__ import annotations

import pickle

import pytest

from sim.app.mistakes import MOST_LINES, mistakes_said
from sim.app.studies.check import checked
from sim.app.uploads import own
from sim.app.words import LANGUAGES, Words, catalogue
from sim.scenario import ScenarioError
from sim.scenario.errors import FORMS, Mistake, Sentence

OTHERS = [code for code in LANGUAGES if code != "en"]
FILES = {
    "unknown key": "[world.market]\npeple = 5",
    "key of another table": "[world]\npeople = 5",
    "missing": "[[plan.flights]]\nweekly = 5",
    "wrong type": "[world.market]\npeople = 'many'",
    "below its range": "[world.market]\npeople = -5",
    "not whole": "[world.market]\nconsumers = 10.5",
    "text": "title = 7",
    "truth": "[world.journey]\ndefault = 'yes'",
    "list": "[world]\nbrands = 'mine'",
    "one of": "[[world.events]]\nkind = 'earthquake'\non = 3",
    "day": "[[world.events]]\nkind = 'trend'\non = -3",
    "single brackets": "[plan.flights]\nchannel = 'display'\nweekly = 5",
    "channel": "[[plan.flights]]\nchannel = 'billboards'\nweekly = 5",
    "stage": "[[plan.flights]]\nchannel = 'display'\nweekly = 5\nstages = ['awake']",
    "rule": "[world.mechanisms.gossip]\nrate = 2",
    "number of a rule": "[world.mechanisms.word_of_mouth]\nrat = 2",
    "range of a rule": "[world.mechanisms.word_of_mouth]\nrate = 2000",
    "switch of a rule": "[world.mechanisms.word_of_mouth]\non = 1",
    "platform": "[[world.events]]\nkind = 'set'\non = 4\nset = { 'platform.viralty' = 0.1 }",
    "too many": "horizon = { days = 5000 }",
    "too long a list": "[[plan.flights]]\nchannel = 'display'\n" * 121,
    "too large": "x" * 300_001,
    "file": "[world.peers]\nfile = '/etc/passwd'",
    "foreign parent": "extends = 'secrets'",
}


STUDY = "scenario = 'minimal'\noutputs = ['units']\n[design]\nkind = 'latin_hypercube'\npoints = 4\n"
FACTOR = STUDY + "[[factors]]\npath = 'word_of_mouth.rate'\n"
STUDIES = {  # by the form of their one mistake
    "no_range": FACTOR + "range = [3, 1]",
    "not_allowed": FACTOR + "range = [0.1, 2000]",
    "log_low": FACTOR + "range = [0, 1]\nlog = true",
    "log_levels": FACTOR + "levels = [0.1, 0.2]\nlog = true",
    "twice": FACTOR + "levels = [0.1, 0.1]",
    "either": FACTOR,
    "whole_range": STUDY + "[[factors]]\npath = 'world.market.consumers'\nrange = [200.5, 300]",
    "no_factors": STUDY,
    "not_a_parameter": STUDY + "[[factors]]\npath = 'word_of_mouth.rat'\nrange = [0, 1]",
    "no_power": FACTOR.replace("latin_hypercube", "sobol").replace("points = 4", "points = 9") + "range = [0.1, 1]",
    "no_figure": FACTOR.replace("units", "fame") + "range = [0.1, 1]",
}


def wrong(text: str) -> ScenarioError:
    """What is wrong with a file, as a worker hands it on."""
    with pytest.raises(ScenarioError) as found:
        (checked if "[design]" in text else own)(text)
    return pickle.loads(pickle.dumps(found.value))


def test_the_english_catalogue_has_the_sentences_as_they_are_made() -> None:
    english = {
        key.removeprefix("mistake."): text for key, text in catalogue("en").items() if key.startswith("mistake.")
    }
    for form, text in FORMS.items():
        assert english[form] == text.replace(":,}", "}"), form


@pytest.mark.parametrize("form", STUDIES)
def test_a_study_file_is_told_what_it_has_wrong(form: str) -> None:
    assert [one.message.form for one in wrong(STUDIES[form]).mistakes if isinstance(one.message, Sentence)] == [form]


@pytest.mark.parametrize("file", FILES | STUDIES)
def test_the_commonest_mistakes_are_said_in_every_language(file: str) -> None:
    problem = wrong((FILES | STUDIES)[file])
    assert all(isinstance(one.message, Sentence) for one in problem.mistakes), str(problem)
    plain = [one.message for one in problem.mistakes]
    assert mistakes_said(problem, Words("en")).count("\n") == len(plain) - 1
    assert all(text in mistakes_said(problem, Words("en")) for text in plain)
    for language in OTHERS:
        told = mistakes_said(problem, Words(language))
        assert not any(text in told for text in plain)
        assert Words(language)("mistake.english", text="") not in told


def test_a_mistake_is_told_with_its_place_and_the_files_own_words() -> None:
    text = 'extends = "launch"\ntitle = "x"\n[world.market]\npeople = -5\ncurency = "NOK"\n'
    assert mistakes_said(wrong(text), Words("da")).splitlines() == [
        "din fil, linje 4: world.market.people: -5 er ikke tilladt; giv et helt tal på 100 eller mere",
        "din fil, linje 5: world.market: 'curency' er ikke en nøgle her; mente du 'currency'?",
    ]
    rule = mistakes_said(wrong("[world.mechanisms.word_of_mouth]\nrate = 2000"), Words("nl"))
    assert rule.endswith("word_of_mouth.rate: 2000 is niet toegestaan; geef een getal van 0 tot 20 per week")
    asked = mistakes_said(wrong("[world.mechanisms.word_of_mouth]\nasking = 2000"), Words("da"))
    assert asked.endswith("pr. dag")
    many = mistakes_said(wrong("horizon = { days = 5000 }"), Words("nl"))
    unread = mistakes_said(wrong("title = "), Words("nb"))
    assert unread == "filen din, linje 1: dette er ikke en scenariofil (TOML); leseren sier på engelsk: invalid value"
    assert many == "uw bestand, regel 1: horizon.days: 5.000 is te veel voor de app (days); hoogstens 1.100"


def test_what_is_known_in_english_only_says_so() -> None:
    problem = wrong("[[world.brands]]\nname = 'A'\nfocal = true\n[[world.brands]]\nname = 'A'\n")
    assert "there is already" in str(problem)
    assert ": på engelsk: there is already" in mistakes_said(problem, Words("nb"))
    assert "engelsk" not in mistakes_said(problem, Words("en"))


def test_a_long_list_is_cut() -> None:
    problem = ScenarioError(Mistake(("plan", number), Sentence("missing", name="weekly")) for number in range(99))
    assert len(mistakes_said(problem, Words("nb")).splitlines()) == MOST_LINES


def test_a_form_that_there_is_not_is_no_sentence() -> None:
    with pytest.raises(KeyError):
        Sentence("no such form")
    with pytest.raises(KeyError):
        Sentence("missing")
