"""The board report: what was compared, what follows, and what it rests on, as one HTML file or an A4 PDF."""

from sim.app.report.contents import BLOCKS, Contents, Report, compose
from sim.app.report.html import to_html
from sim.app.report.pdf import to_pdf

__all__ = ["BLOCKS", "Contents", "Report", "compose", "to_html", "to_pdf"]
