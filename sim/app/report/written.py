"""A report as files: made in a worker process, so that drawing a dozen pictures holds up no other visitor."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from sim.app.report.contents import Contents, compose

LONGEST_STEM = 60


@dataclass(frozen=True)
class Written:
    """A report in both forms. stem: what its files are called, without the ending."""

    html: str
    pdf: bytes
    stem: str


def write(contents: Contents) -> Written:
    """Compose a report and write it as HTML and PDF. Raises ValueError as `compose` does."""
    from sim.app.report.html import to_html  # what draws and sets pages is loaded by the workers only
    from sim.app.report.pdf import to_pdf

    report = compose(contents)
    return Written(to_html(report), to_pdf(report), stem_of(contents.title))


def stem_of(title: str) -> str:
    """A file name that every system takes, from a title.

    >>> stem_of("Hvor går pengene? / 2026"), stem_of("🚀")
    ('hvor-gar-pengene-2026', 'report')
    """
    plain = unicodedata.normalize("NFKD", title.lower().replace("ø", "o").replace("æ", "ae"))
    words = re.findall("[a-z0-9]+", "".join(letter for letter in plain if not unicodedata.combining(letter)))
    return "-".join(words)[:LONGEST_STEM].strip("-") or "report"
