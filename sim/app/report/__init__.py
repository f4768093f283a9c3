"""The board report: what was compared, what follows, and what it rests on, as one HTML file or an A4 PDF."""

from sim.app.report.contents import BLOCKS, Contents, Report, compose
from sim.app.report.written import Written, write

__all__ = ["BLOCKS", "Contents", "Report", "Written", "compose", "write"]
