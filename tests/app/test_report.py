"""The board report: whole, self-contained, safe, in four languages, with what it rests on at its end."""

from __future__ import annotations

import pickle
import re
from datetime import date
from functools import cache
from html.parser import HTMLParser

import pytest
from make_pairs import SEEDS, market, pairs

import sim
from sim.app.charts import Look
from sim.app.report import BLOCKS, Contents, Report, compose, write
from sim.app.report.html import to_html
from sim.app.report.pdf import to_pdf
from sim.app.theme import LIGHT
from sim.app.words import LANGUAGES, Words

NAMES = {"A": "A <script>alert(1)</script>", "B": "B & sons ${x}"}


def contents(
    language: str = "en", blocks: tuple[str, ...] = BLOCKS, title: str = "Where should the money go?"
) -> Contents:
    weekly = "plan.flights.0.weekly"
    plans = {"A": market().with_(weekly, 60_000), "B": market().with_(weekly, 2_000)}
    look = Look(Words(language), LIGHT, NAMES)
    return Contents(title, market(), plans, pairs(), SEEDS, look, blocks, code="import sim\n", made=date(2026, 3, 1))


@cache
def report(language: str = "en") -> Report:
    return compose(contents(language))


@cache
def pdf(language: str = "en") -> bytes:
    return to_pdf(report(language))


class Reader(HTMLParser):
    """Notes every tag with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_the_page_fetches_nothing_and_runs_nothing() -> None:
    reader = Reader(to_html(report()))
    assert "script" not in {tag for tag, _ in reader.tags}
    for tag, attributes in reader.tags:
        assert "src" not in attributes
        assert not any(name.startswith("on") for name in attributes)
        for name in ("href", "xlink:href"):
            assert (attributes.get(name) or "#").startswith("#"), (tag, attributes)


def test_every_picture_has_its_alternative_and_every_table_its_name() -> None:
    reader = Reader(to_html(report()))
    pictures = [attributes for tag, attributes in reader.tags if tag == "svg"]
    assert len(pictures) == 5
    assert all(len(one.get("aria-label") or "") > 20 and one["role"] == "img" for one in pictures)
    names = [tag for tag, _ in reader.tags]
    assert names.count("table") == names.count("caption") == 4
    assert names.count("h1") == 1


def test_the_last_page_says_what_it_rests_on() -> None:
    last = report().sections[-1]
    said = {row[0]: row[1] for row in last.table.rows} if last.table else {}
    assert last.last_page
    assert market().fingerprint() in said.values()
    assert any("journeysim" in value for value in said.values())
    assert any("3 … 6" in value for value in said.values())
    assert "not fitted to your data" in last.text[0]
    assert last.mono == "import sim\n"


def test_the_pdf_is_a4_with_its_fonts_and_alternatives_inside() -> None:
    data = pdf()
    assert data.startswith(b"%PDF-")
    assert re.search(rb"/MediaBox \[0 0 595\.\d+ 841\.\d+\]", data)
    assert len(re.findall(rb"/Type /Page\b(?!s)", data)) == 4
    assert data.count(b"/FontFile2") >= 2
    assert not re.search(rb"/BaseFont /(Helvetica|Times|Courier)", data)
    assert data.count(b"/Alt") >= 5
    assert b"/StructTreeRoot" in data
    assert b"/Lang (en)" in data
    assert len(data) < 1_500_000


def test_a_worker_can_write_it() -> None:
    """Orders and files go between processes."""
    sent = pickle.loads(pickle.dumps(contents(blocks=("difference",), title="Hvor går pengene?")))
    written = pickle.loads(pickle.dumps(write(sent)))
    assert written.stem == "hvor-gar-pengene"
    assert written.pdf.startswith(b"%PDF-")
    assert market().fingerprint() in written.html
    assert sim.__version__ in written.html


def test_the_same_report_is_the_same_bytes() -> None:
    one, other = (to_html(compose(contents(blocks=("difference",)))) for _ in range(2))
    assert one == other


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_other_languages_write_whole_reports(language: str) -> None:
    text = to_html(report(language))
    assert f'<html lang="{language}">' in text
    assert report(language).sections[-1].heading not in {"", report().sections[-1].heading}
    assert len(text) > 50_000


def test_chosen_blocks_are_what_is_in_it() -> None:
    found = compose(contents(blocks=("losses", "plans")))
    assert [one.name for one in found.sections] == ["plans", "losses", "basis"]
    with pytest.raises(ValueError, match="no block 'secrets'"):
        compose(contents(blocks=("secrets",)))


def test_a_long_title_and_strange_signs_are_kept_in_form() -> None:
    found = compose(contents(blocks=(), title="Ærlig talt: " + "et veldig langt navn " * 12 + "🚀"))
    assert to_pdf(found).startswith(b"%PDF-")
    assert "🚀" in to_html(found)
