"""The board report: whole, self-contained, safe, in four languages, with what it rests on at its end."""

from __future__ import annotations

import io
import pickle
import re
from dataclasses import replace
from datetime import date
from functools import cache
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest
from accessible import assert_accessible
from drawn import assert_legible, drawn_texts
from make_pairs import SEEDS, market, pairs, with_figures

import sim
from sim.app.assumptions import assumptions
from sim.app.charts import Look
from sim.app.report import BLOCKS, Contents, Report, compose, write
from sim.app.report.contents import PICTURE_LETTERS
from sim.app.report.html import to_html
from sim.app.report.pdf import to_pdf
from sim.app.theme import LIGHT
from sim.app.words import LANGUAGES, Words
from sim.version import model_version

A4_PIXELS = 680
"""What an A4 page has between margins of 15 mm."""
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


@pytest.mark.browser
@pytest.mark.parametrize("wide", [1280, 390])
def test_the_page_is_open_to_all_and_prints_whole(chromium: Any, wide: int) -> None:
    page = chromium.new_page(viewport={"width": wide, "height": 844})
    page.set_content(to_html(report("da")))
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= wide
    page.emulate_media(media="print")
    page.set_viewport_size({"width": A4_PIXELS, "height": 1000})
    boxes = page.locator(".scroll, pre").evaluate_all("all => all.map(one => one.scrollWidth - one.clientWidth)")
    assert len(boxes) == 5
    assert max(boxes) <= 0  # nothing is cut off on paper
    page.close()


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


@cache
def reader(language: str = "en") -> Any:
    pypdf = pytest.importorskip("pypdf", reason="needs: pip install pypdf")
    return pypdf.PdfReader(io.BytesIO(pdf(language)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_is_a4_and_its_last_page_says_what_it_rests_on(language: str) -> None:
    words, pages = Words(language), reader(language).pages
    assert len(pages) == 4
    for number, page in enumerate(pages):
        assert (float(page.mediabox.width), float(page.mediabox.height)) == pytest.approx((595.28, 841.89), abs=0.01)
        assert f"{number + 1} / 4" in page.extract_text()
    first, last = (plainly(pages[number].extract_text()) for number in (0, -1))
    assert plainly(report(language).verdict) in first
    made = contents(language)
    for said in (
        words("report.basis"),
        words("report.not_fitted_long"),
        f"journeysim {sim.__version__}",
        model_version()[:16],
        f"{SEEDS[0]} … {SEEDS[-1]} ({len(SEEDS)})",
        *(plan.fingerprint() for plan in (made.today, *made.plans.values())),
        str(len(assumptions(made.today))),
        "import sim",
    ):
        assert plainly(said) in last, said


def test_the_pdf_has_fonts_pictures_and_alternatives_inside() -> None:
    data, pages = pdf(), reader().pages
    assert data.startswith(b"%PDF-")
    fonts = [font.get_object() for page in pages for font in page["/Resources"]["/Font"].values()]
    assert {font["/BaseFont"].rpartition("+")[2] for font in fonts} == {
        "DejaVuSansBook",
        "DejaVuSansBold",
        "DejaVuSansMonoBook",
    }
    assert all("/FontFile2" in font["/DescendantFonts"][0].get_object()["/FontDescriptor"] for font in fonts)
    assert data.count(b"/Alt") >= 5
    assert b"/StructTreeRoot" in data
    assert b"/Lang (en)" in data
    assert len(data) < 300_000


@pytest.mark.parametrize("language", LANGUAGES)
def test_pictures_are_drawn_not_dotted_and_can_be_read(language: str, caplog: pytest.LogCaptureFixture) -> None:
    """As lines and letters they are sharp at any size; letters are as large as they were laid out, and all are there."""
    pictures = [one.picture for one in report(language).sections if one.picture is not None]
    assert len(pictures) == 5
    for picture in pictures:
        assert_legible(picture)
    to_pdf(report(language))
    assert caplog.messages == []  # nothing of a picture was passed over
    pages = reader(language).pages
    assert all(len(page.images) == 0 for page in pages)
    found: list[tuple[str, float]] = []
    for page in pages:
        page.extract_text(
            visitor_text=lambda text, _, place, __, size: found.append((plainly(text), size * abs(place[3])))
        )
    written = {plainly(text) for picture in pictures for text, _ in drawn_texts(picture)}
    sizes = {text: size for text, size in found if text in written}
    assert written - set(sizes) == set()
    assert min(sizes.values()) >= 11 / 12 * PICTURE_LETTERS - 0.01


def plainly(text: str) -> str:
    """A text as it is read, without room between words, which pages and pictures break differently."""
    return "".join(text.replace("\\$", "$").split())


def test_what_the_reader_changed_is_on_the_last_page() -> None:
    name = "word_of_mouth.rate"
    before = assumptions(market())[name]
    changed = market().with_({name: before.value / 2})
    found = compose(replace(contents(blocks=()), today=changed, before=market()))
    said = {row[0]: row[1] for row in found.sections[-1].table.rows}
    assert (
        said[f"Changed: {before.meaning} ({name})"]
        == f"{before.value / 2:g} instead of {before.value:g} ({before.unit})"
    )
    assert not any("Changed" in row[0] for row in report().sections[-1].table.rows)


def test_a_heading_stays_with_its_picture_and_money_with_its_sum() -> None:
    pages = [plainly(page.extract_text()) for page in reader().pages]
    for section in report().sections:
        if section.picture is None:
            continue
        (page,) = [text for text in pages if plainly(section.heading) in text]
        axis = max((text for text, _ in drawn_texts(section.picture)), key=len)
        assert plainly(axis) in page
    names = [row[0] for row in report().sections[0].table.rows]
    assert names[-1] == Words("en")("report.total")


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


def test_what_differs_between_plans_stands_with_its_unit() -> None:
    made = contents()
    other = market().with_("plan.prices", ({"from": 0, "price": 5.4},)).with_("plan.loyalty.thanks", 0.5)
    table = compose(replace(made, plans={"A": market(), "B": other}, blocks=("plans",))).sections[0].table
    assert table is not None
    price = market().world.brands[market().focal].price
    assert {row[0]: row[1:] for row in table.rows[-2:]} == {
        "Thank-you programme (%)": ["0", "0", "50"],
        f"Price ({market().world.market.currency})": [f"{price:.2f}", f"{price:.2f}", "5.40"],
    }


def test_millions_are_said_once_in_an_interval() -> None:
    gaps = np.array([2.1e6, 2.4e6, 2.2e6, 2.6e6])
    found = with_figures("revenue", np.full(4, 9e6), A=9e6 + gaps, B=9e6 + np.array([0.9e6, 1.5e6, 1.1e6, 1.3e6]))
    table = compose(replace(contents(blocks=("figures",)), pairs=found)).sections[0].table
    assert table is not None
    row = next(row for row in table.rows if row[0].startswith("Revenue"))
    assert re.fullmatch(r"\+2\.3\d million\n\+[\d.]+ … \+[\d.]+ million", row[2])
    assert re.fullmatch(r"\+1\.2 million\n\+0\.\d\d … \+1\.\d\d million", row[3])
