"""Every language says everything, with the same numbers in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sim.app.look import segment_in
from sim.app.panels.study_words import shipped_studies, titled
from sim.app.plans import cases
from sim.app.state import State
from sim.app.studies.review import Review, review
from sim.app.uploads import case
from sim.app.words import LANGUAGES, Words, catalogue, first_choice, places

APP = Path(__file__).parents[2] / "sim" / "app"
OTHERS = [code for code in LANGUAGES if code != "en"]


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_has_every_text_with_the_same_places(language: str) -> None:
    english, other = catalogue("en"), catalogue(language)
    assert sorted(english.keys() - other.keys()) == []
    assert sorted(other.keys() - english.keys()) == []
    assert [key for key in english if places(english[key]) != places(other[key])] == []
    assert [key for key, text in other.items() if not text.strip()] == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_is_translated(language: str) -> None:
    english, other = catalogue("en"), catalogue(language)
    sentences = [key for key, text in english.items() if len(text.split()) > 4]
    assert [key for key in sentences if other[key] == english[key]] == []


def test_every_text_asked_for_is_in_the_catalogue() -> None:
    asked = {
        key
        for path in APP.rglob("*.py")
        for key in re.findall(r"""words\(\s*["']([a-z_]+(?:\.[a-z_0-9]+)+)["']""", path.read_text("utf-8"))
    }
    assert asked
    assert sorted(asked - catalogue("en").keys()) == []


def test_numbers_are_written_as_the_language_does() -> None:
    assert Words("en").number(1234.56, 1) == "1,234.6"
    assert Words("nb").number(1234.56, 1) == "1\u202f234,6"
    assert Words("da").number(1234.56, 1) == "1.234,6"
    assert Words("nl").number(-1234.56, 1, sign=True) == "\u22121.234,6"
    assert Words("en").number(0.001, 1, sign=True) == "0.0"
    assert Words("en").number(-0.04, 1) == "0.0"
    assert Words("en").short(1_234_567, sign=True) == "+1.23 million"
    assert Words("nb").percent(0.1234, 1) == "12,3 %"
    assert Words("en").percent(0.004) == "<1 %"
    assert Words("da").percent(0.0002, 1) == "<0,1 %"
    assert [Words("en").percent(one) for one in (0.0, 0.006, 0.01)] == ["0 %", "1 %", "1 %"]
    assert Words("en").percent(0.004, sign=True) == "0 %"


def test_the_first_language_is_the_browsers() -> None:
    assert first_choice("da;q=0.5, nl;q=0.9, en;q=0.1") == "nl"
    assert first_choice("nb-NO") == "nb"
    assert first_choice("xx;q=bad, ,") == "en"
    assert Words("klingon").language == "en"


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_that_come_with_the_model_are_translated_and_a_visitors_own_are_not(language: str) -> None:
    words = Words(language)
    for name in cases():
        for one in case(name).world.segments:
            said = segment_in(words, State(case=name), one.name)
            assert said == (words(f"segment.{one.name}") if one.name != "everyone" else "everyone")
            assert segment_in(words, State(case="", own="a file"), one.name) == one.name
    for name, (title, text) in shipped_studies().items():
        shipped = titled(review(text), words)
        asked = [words(f"shipped_study.{name}.{part}") for part in ("title", "question")]
        assert shipped == (*asked, words("case.launch.title"))
        assert (shipped[0] == title) == (language == "en")
    own = Review("Price and talk", "Which?", "Our market")
    assert titled(own, words) == ("Price and talk", "Which?", "Our market")


def test_the_ends_of_an_interval_are_written_alike() -> None:
    words = Words("en")
    assert [words.short(one, sign=True, like=-1_230_000) for one in (-1_230_000, -865_400)] == [
        "\u22121.23 million",
        "\u22120.87 million",
    ]
    assert [words.short(one, like=-22_014) for one in (-22_014, -54.5, -20.0)] == [
        "\u221222,000",
        "\u2212100",
        "\u221220",
    ]
    assert [words.short(one, like=233) for one in (-233, 60.2)] == ["\u2212233", "60"]
    assert words.exact(0.000704) == "0.000704"
    assert Words("da").exact(-23_700.0) == "\u221223.700"
    assert Words("nl").exact(0.05) == "0,05"
