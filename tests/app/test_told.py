"""What the model says of itself is said in every language, of the English as it is now; somebody's own rules stay as written."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
from functools import cache
from typing import Any

import pytest

import sim
import sim.mechanisms
from sim.app.assumptions import assumptions, facts, in_words, note_of, rules_in_words, sentence_of
from sim.app.told import FOLDER, PHRASES, mark, phrase, told, translations
from sim.app.words import LANGUAGES, Words
from sim.evidence.kept import kept
from sim.mechanism import Mechanism, register, registry, unregister
from sim.params import Param

OTHERS = [code for code in LANGUAGES if code != "en"]


@cache
def shipped() -> tuple[Mechanism, ...]:
    """The mechanisms that come with the model, whatever else this process has registered."""
    modules = [
        importlib.import_module(f"sim.mechanisms.{one.name}") for one in pkgutil.iter_modules(sim.mechanisms.__path__)
    ]
    docs = {module.__doc__ for module in modules}
    return tuple(one for one in registry().values() if one.doc in docs)


@cache
def english() -> dict[str, dict[str, str]]:
    """Every English text that languages must have: kind -> name -> text; phrases are their own names."""
    rules = {one.name: sentence_of(one) for one in shipped()}
    numbers = {f"{one.name}.{name}": param for one in shipped() for name, param in one.params.items()}
    known = kept("results.json")["facts"]
    claims = {one["id"]: one["claim"] for one in known}
    notes = {note_of(one["id"]): one["note"] for one in known if one["note"]}
    short = [one.name.replace("_", " ") for one in shipped()]
    short += [text for param in numbers.values() for text in (param.unit, param.source)]
    short += [measure["name"] for one in known for measure in one["measures"]]
    return {
        "parameters": rules | {name: param.meaning for name, param in numbers.items()},
        "facts": claims | notes,
        PHRASES: {text: text for text in short if re.search("[a-z]{3}", text)},
    }


def lines_to_write(language: str) -> list[str]:
    """What is missing or out of date in a language's files: which file, which line, of which English."""
    lines = []
    for kind, texts in english().items():
        found, file = translations(kind, language), (FOLDER / f"{kind}.{language}.toml").name
        for name, text in texts.items():
            if kind == PHRASES:
                if not found.get(name, "").strip():
                    lines.append(f'{file}: add {json.dumps(name)} = "..."')
            elif found.get(name, {}).get("of") != mark(text) or not found[name]["text"].strip():
                lines.append(
                    f'{file}: translate and write "{name}" = {{ of = "{mark(text)}", text = "..." }} of: {text}'
                )
        lines += [f"{file}: take out '{name}', which names nothing any more" for name in found if name not in texts]
    return lines


@pytest.mark.parametrize("language", OTHERS)
def test_rules_parameters_and_facts_are_translated_as_they_are_now(language: str) -> None:
    assert lines_to_write(language) == []


def test_a_text_that_is_new_changed_or_gone_is_named_with_the_line_to_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    now = {kind: dict(texts) for kind, texts in english().items()}
    now["parameters"]["purchase.decide"] = "something else"
    now["parameters"]["purchase.daring"] = "a new number"
    del now["facts"]["D01"]
    now[PHRASES]["per moon"] = "per moon"
    monkeypatch.setitem(globals(), "english", lambda: now)
    assert lines_to_write("nl") == [
        f'parameters.nl.toml: translate and write "purchase.decide" = {{ of = "{mark("something else")}", text = "..." }} of: '
        "something else",
        f'parameters.nl.toml: translate and write "purchase.daring" = {{ of = "{mark("a new number")}", text = "..." }} of: '
        "a new number",
        "facts.nl.toml: take out 'D01', which names nothing any more",
        'phrases.nl.toml: add "per moon" = "..."',
    ]


@pytest.mark.parametrize("language", OTHERS)
def test_translations_keep_the_figures_of_the_english(language: str) -> None:
    """Digits are what a reader checks: the same ones, whatever stands between thousands and decimals."""

    def digits(text: str) -> list[str]:
        return sorted(re.findall(r"\d", text))

    pairs = [(texts[name], translations(kind, language)[name]) for kind, texts in english().items() for name in texts]
    said = [(text, one if isinstance(one, str) else one["text"]) for text, one in pairs]
    assert [(text, other) for text, other in said if digits(text) != digits(other)] == []
    sentences = [(text, other) for text, other in said if len(text.split()) > 4]
    assert [text for text, other in sentences if text == other] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_a_shipped_parameter_and_fact_in_the_language(language: str) -> None:
    words, case = Words(language), sim.load("ebike")
    known = assumptions(case)
    one = in_words(known["purchase.trust_weight"], words, "E")
    assert (one.meaning == known["purchase.trust_weight"].meaning) == (language == "en")
    assert (one.unit, one.source) == (phrase(words, "utility"), phrase(words, "assumed"))
    assert in_words(known["purchase.decide"], words, "Elsykler").source == "Elsykler"
    assert known["purchase.decide"].assumed
    names = {mechanism: name for mechanism, name, _ in rules_in_words(words)}
    assert names["word_of_mouth"] == {
        "en": "Word of mouth", "nb": "Jungeltelegraf", "da": "Mund til mund", "nl": "Mond-tot-mond"
    }[language]  # fmt: skip
    fact = {one.id: one for one in facts(language)}["D01"]
    assert fact.measured[0].startswith("p: 0.0" if language == "en" else "p: 0,0")
    assert "e+" not in " ".join(text for one in facts(language) for text in one.measured)


@pytest.fixture
def own() -> Any:
    mechanism = Mechanism("moods", "need", params={"pull": Param(1.0, 0.0, 2.0, "sighs", "how moods pull", "my diary")},
                          doc="Moods: they come and go.")  # fmt: skip
    register(mechanism)
    yield mechanism
    unregister("moods")


@pytest.mark.parametrize("language", OTHERS)
def test_somebodys_own_mechanism_is_said_as_it_was_written(own: Mechanism, language: str) -> None:
    words = Words(language)
    one = in_words(assumptions(sim.load("minimal"))["moods.pull"], words, "")
    assert (one.unit, one.meaning, one.source) == ("sighs", "how moods pull", "my diary")
    assert ["moods", "Moods", "Moods: they come and go"] in rules_in_words(words)
    assert lines_to_write(language) == []


def test_a_translation_is_not_shown_for_another_english() -> None:
    words = Words("nb")
    text = registry()["purchase"].params["decide"].meaning
    assert told(words, "purchase.decide", text) != text
    assert told(words, "purchase.decide", f"{text}, or not") == f"{text}, or not"
