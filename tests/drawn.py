"""What is written on a picture, and whether it can be read: for tests of everything that draws."""

from __future__ import annotations

import re

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox


def drawn_texts(figure: Figure) -> list[tuple[str, Bbox]]:
    """Every text of a picture and its frame in pixels; labels of ticks beyond the axes' ends are not drawn."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    beyond = set()
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            ticks = axis.get_major_ticks()
            beyond |= {label for t in ticks if not low <= t.get_loc() <= high for label in (t.label1, t.label2)}
            beyond |= {axis.get_offset_text()} if not axes.axison else set()
            if not axes.axison:
                beyond |= {label for t in ticks for label in (t.label1, t.label2)}
    texts = [text for text in figure.findobj(Text) if text.get_visible() and text not in beyond]
    return [(t.get_text(), t.get_window_extent(canvas.get_renderer())) for t in texts if t.get_text().strip()]


def assert_legible(figure: Figure) -> None:
    """All text is inside the picture, means something, and lies on no other text."""
    drawn = drawn_texts(figure)
    wide, high = figure.get_size_inches() * figure.dpi
    for place, (text, box) in enumerate(drawn):
        assert not re.search(r"\bnan\b", text), text
        assert min(box.x0, box.y0) >= -1, text
        assert box.x1 <= wide + 1, text
        assert box.y1 <= high + 1, text
        for other, second in drawn[place + 1 :]:
            across = min(box.x1, second.x1) - max(box.x0, second.x0)
            up = min(box.y1, second.y1) - max(box.y0, second.y0)
            assert min(across, up) <= 3, (text, other)
