"""A report as an A4 PDF: fonts inside, pictures with alternative texts, bookmarks, page numbers, the basis on the last page."""

from __future__ import annotations

import io
import math
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from fpdf import FPDF
from fpdf.enums import MethodReturnValue, TableBordersLayout, TextEmphasis, XPos, YPos
from fpdf.fonts import FontFace

import sim
from sim.app.report.contents import Report, Section, Table
from sim.app.theme import LIGHT

MARGIN, WIDE = 17.0, 176.0
"""Millimetres."""
HEADING, AFTER = 12.0, 1.2
"""Points of a section's heading, and millimetres below a paragraph."""
FAMILY = "DejaVu Sans"
"""As matplotlib calls it in a picture's letters."""
TABLE_SIZE, LINE, PADDING = 8.0, 4.2, 1.0
"""Of tables: points of the letters, millimetres of a line and around a cell."""
ROOM, WIDEST, NARROWEST, APART = 124.0, 45.0, 34.0, 3.0
"""Millimetres of a table: of all its numbers where there is room, of one column of them, of the first where there is none, and
between texts."""


def _colour(text: str) -> tuple[int, int, int]:
    red, green, blue = (int(text[i : i + 2], 16) for i in (1, 3, 5))
    return red, green, blue


def fonts() -> dict[tuple[str, str], Path]:
    """The fonts that matplotlib brings (DejaVu, free to embed): family and style -> file."""
    import matplotlib

    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    return {
        (FAMILY, ""): folder / "DejaVuSans.ttf",
        (FAMILY, "B"): folder / "DejaVuSans-Bold.ttf",
        ("Mono", ""): folder / "DejaVuSansMono.ttf",
    }


class Sheet(FPDF):
    """An A4 page with the report's name at its foot, and below it when it was made and what it is."""

    def __init__(self, foot: str, name: str) -> None:
        super().__init__(format="A4")
        self.foot, self.name = foot, name
        for (family, style), path in fonts().items():
            self.add_font(family, style, path)
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.set_auto_page_break(True, margin=20)
        self.alias_nb_pages()

    def footer(self) -> None:
        """Where one is, and what this is."""
        self.set_y(-17)
        self.set_font(FAMILY, size=7.5)
        self.set_text_color(*_colour(LIGHT.muted))
        self.cell(WIDE, 4, self.fitted(self.name, WIDE), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        # {nb} becomes one digit only at the end.
        room = self.get_string_width(f"{self.page_no()} / 0") + 2 * self.c_margin
        self.cell(WIDE - room, 4, self.foot)
        self.cell(room, 4, f"{self.page_no()} / {{nb}}")

    def say(self, text: str, size: float, colour: str = LIGHT.ink, style: str = "", after: float = 0.0) -> None:
        """A paragraph across the page; size in points, room after it in millimetres."""
        self.set_font(FAMILY, style, size)
        self.set_text_color(*_colour(colour))
        self.multi_cell(WIDE, size * 0.5, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(after)

    def fitted(self, text: str, wide: float) -> str:
        """A text in the present font, cut to so many millimetres."""
        if self.get_string_width(text) <= wide:
            return text
        while self.get_string_width(f"{text}…") > wide:
            text = text[:-1].rstrip()
        return f"{text}…"

    def height_of(self, text: str, size: float, style: str = "") -> float:
        """Millimetres that `say` will take for a text."""
        self.set_font(FAMILY, style, size)
        tall = self.multi_cell(WIDE, size * 0.5, text, align="L", dry_run=True, output=MethodReturnValue.HEIGHT)
        return cast("float", tall)

    def room(self, millimetres: float) -> None:
        """Go to a new page if there is less room than this."""
        if self.get_y() + millimetres > self.h - 20:
            self.add_page()


def to_pdf(report: Report) -> bytes:
    """The report as the bytes of a PDF file."""
    page = Sheet(f"{report.made} · {report.caveat}", report.title)
    page.set_title(report.title)
    page.set_lang(report.language)
    page.set_creator(f"journeysim {sim.__version__}")
    page.set_subject(report.verdict)
    year, month, day = (int(part) for part in report.made.split("-"))
    page.set_creation_date(datetime(year, month, day, tzinfo=UTC))
    page.add_page()
    page.say(report.title, 18, style="B", after=1)
    page.say(f"{report.subtitle} · {report.made}", 9, LIGHT.muted, after=5)
    _verdict(page, report)
    for one in report.sections:
        _section(page, one)
    return bytes(page.output())


def _verdict(page: Sheet, report: Report) -> None:
    """The answer, beside a bar in the colour of its mood."""
    mood = {1: LIGHT.good, -1: LIGHT.bad, 0: LIGHT.warning}[report.mood]
    top = page.get_y()
    page.set_left_margin(MARGIN + 6)
    page.set_x(MARGIN + 6)
    for text, size, colour, style in (
        (report.verdict, 13.5, LIGHT.ink, "B"),
        (report.detail, 10, LIGHT.ink, ""),
        (report.caveat, 9, LIGHT.muted, ""),
    ):
        if text:
            page.set_font(FAMILY, style, size)
            page.set_text_color(*_colour(colour))
            page.multi_cell(WIDE - 6, size * 0.5, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
            page.ln(1.2)
    page.set_left_margin(MARGIN)
    page.set_fill_color(*_colour(mood))
    page.rect(MARGIN, top, 1.6, page.get_y() - top, style="F")
    page.ln(5)


def _section(page: Sheet, one: Section) -> None:
    from sim.app.paper.printing import as_svg

    size, colour = (9.5, LIGHT.ink) if one.last_page else (8.5, LIGHT.muted)
    if one.last_page:
        page.add_page()
    tall = page.height_of(one.heading, HEADING, "B") + sum(page.height_of(text, size) + AFTER for text in one.text)
    if one.picture is not None:
        wide_inches, high_inches = one.picture.get_size_inches()
        tall += WIDE * high_inches / wide_inches + 2 * AFTER
    page.room(tall + (_height(page, one.table) if one.table else 0))
    page.set_font(FAMILY, "B", HEADING)
    page.start_section(one.heading)
    page.say(one.heading, HEADING, style="B", after=AFTER / 2)
    for text in one.text:
        page.say(text, size, colour, after=AFTER)
    if one.picture is not None:
        page.ln(AFTER)
        page.image(io.BytesIO(as_svg(one.picture, one.name, letters=True).encode()), w=WIDE, alt_text=one.alt)
        page.ln(AFTER)
    if one.table is not None:
        _table(page, one.table)
    if one.mono:
        page.ln(4)
        page.say(one.mono_name, 9.5, style="B", after=1)
        page.set_font("Mono", size=6.8)
        page.set_text_color(*_colour(LIGHT.ink))
        page.multi_cell(WIDE, 3.5, one.mono, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    page.ln(4)


def _widths(page: Sheet, table: Table) -> list[float]:
    """Millimetres of each column: numbers share `ROOM` or get what they need; the first has the rest, `NARROWEST` at least.

    In a list of two columns the second has the rest.
    """
    page.set_font(FAMILY, size=TABLE_SIZE)
    columns = [[line for row in table.rows for line in row[number].split("\n")] for number in range(len(table.columns))]
    needs = [max(map(page.get_string_width, lines)) + 2 * PADDING + APART for lines in columns]
    if len(needs) == 2:
        first = min(needs[0], WIDE / 2)
        return [first, WIDE - first]
    even = min(ROOM / (len(needs) - 1), WIDEST)
    numbers = [max(need, even) for need in needs[1:]]
    if needs[0] + sum(numbers) > WIDE:
        numbers = needs[1:]
    shrink = min(1.0, (WIDE - NARROWEST) / sum(numbers))
    numbers = [one * shrink for one in numbers]
    return [WIDE - sum(numbers), *numbers]


def _height(page: Sheet, table: Table) -> float:
    """Millimetres that a table will take, so that it is not torn apart where a new page would hold it."""
    widths = _widths(page, table)
    tall = 0.0
    for number, row in enumerate((table.columns, *table.rows)):
        page.set_font(FAMILY, "" if number else "B", TABLE_SIZE)
        lines = [
            sum(
                max(1, math.ceil(page.get_string_width(line) / (wide - 2 * PADDING - 0.5))) for line in cell.split("\n")
            )
            for cell, wide in zip(row, widths)
        ]
        tall += max(lines) * LINE + 2 * PADDING
    return tall


def _table(page: Sheet, table: Table) -> None:
    """A table with faint lines; numbers to the right, unless it is a list of words."""
    widths = _widths(page, table)
    page.set_font(FAMILY, size=TABLE_SIZE)
    page.set_text_color(*_colour(LIGHT.ink))
    page.set_draw_color(*_colour(LIGHT.line))
    page.set_fill_color(255)
    columns = len(table.columns)
    side = "LEFT" if columns == 2 else "RIGHT"
    heading = FontFace(emphasis=TextEmphasis.B, color=_colour(LIGHT.ink))
    with page.table(
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        col_widths=widths,
        text_align=("LEFT", *((side,) * (columns - 1))),
        line_height=LINE,
        padding=PADDING,
        headings_style=heading,
        width=WIDE,
    ) as drawn:
        for line in (table.columns, *table.rows):
            row = drawn.row()
            for cell in line:
                row.cell(cell)
