"""Every chart of the app leaves as a picture: the same words and numbers on paper, legible, with title and source."""

from __future__ import annotations

import json
import pickle
import re
import struct
from copy import deepcopy
from functools import cache
from xml.etree import ElementTree

import numpy as np
import pytest
from drawn import assert_legible, drawn_texts
from every_chart import CHARTS
from matplotlib.collections import LineCollection
from matplotlib.patches import Rectangle

from sim.app.charts import Chart, Look
from sim.app.paper import KINDS, picture_of
from sim.app.paper.cartesian import points_of, scale_of
from sim.app.paper.printing import printed
from sim.app.theme import DARK, LIGHT
from sim.app.words import LANGUAGES, Words
from sim.plots import style

SOURCE = ("Simulated market: tea for $2 and $3", "seeds 3 … 6", "Journeysim 0.1.0, model 0123abcd")
PLANS = {"A": "More television and film", "B": "A plan with an extraordinarily long name"}


@cache
def chart(name: str, language: str = "en") -> Chart:
    return CHARTS[name](Look(Words(language), LIGHT, PLANS))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_is_legible_on_paper_in_every_language(name: str, language: str) -> None:
    figure = printed(chart(name, language), SOURCE, language)
    assert_legible(figure)
    assert figure.get_figwidth() == style.WIDTH
    assert 3.5 < figure.get_figheight() < 11


@pytest.mark.parametrize("name", CHARTS)
def test_a_picture_says_what_its_chart_says(name: str) -> None:
    drawn = chart(name)
    figure = printed(drawn, SOURCE, "en")
    title, subtitle, source = (one.get_text() for one in figure.texts[:3])
    assert plainly(title).rstrip(" …") in drawn.title
    assert plainly(subtitle) == drawn.subtitle
    assert all(part in plainly(source) for part in SOURCE)
    written = [plainly(text) for text, _ in drawn_texts(figure)]
    names = [text for axis in ("xAxis", "yAxis") for text in _axis_texts(drawn.option.get(axis))]
    names += [one["endLabel"]["formatter"] for one in drawn.option["series"] if one.get("endLabel")]
    names += [
        item if isinstance(item, str) else item["name"] for item in drawn.option.get("legend", {}).get("data", ())
    ]
    assert sorted(set(names) - set(written)) == []


def plainly(text: str) -> str:
    """A text as it was before it was broken into lines and kept from being taken for a formula."""
    return text.replace("\n", " ").replace("\u00a0", " ").replace("\\$", "$")


def _axis_texts(axis: dict | None) -> list[str]:
    if axis is None:
        return []
    names = (
        axis.get("data", []) if axis.get("type") == "category" and "interval" not in axis.get("axisLabel", {}) else []
    )
    return [*names, *([axis["name"]] if axis.get("name") else [])]


def test_lines_and_bars_have_the_charts_numbers() -> None:
    drawn = chart("build-up")
    axes = printed(drawn, SOURCE, "en").axes[0]
    wanted = [one["data"] for one in drawn.option["series"] if one["type"] == "line" and one["lineStyle"]["width"]]
    lines = [line.get_ydata() for line in axes.lines if len(np.asarray(line.get_ydata())) == len(wanted[0])]
    assert all(any(np.allclose(np.asarray(line, float), one) for line in lines) for one in wanted)
    fates = chart("drop-off")
    bars = [patch for patch in printed(fates, SOURCE, "en").axes[0].patches if isinstance(patch, Rectangle)]
    each = [value for one in fates.option["series"] if one["type"] == "bar" for value in one["data"]]
    assert sorted(round(bar.get_width(), 6) for bar in bars) == pytest.approx(sorted(each))
    reach = [bar.get_x() + bar.get_width() for bar in bars]
    back, lost = (fates.option["series"][part]["data"] for part in (0, 1))
    assert min(reach) == pytest.approx(min(a + b for a, b in zip(back, lost)))


def test_a_band_lies_between_its_ends() -> None:
    drawn = chart("build-up of one")
    low, high = (drawn.option["series"][part]["data"] for part in (0, 1))
    axes = printed(drawn, SOURCE, "en").axes[0]
    edges = axes.collections[0].get_paths()[0].vertices[:, 1]
    assert edges.max() == pytest.approx(max(a + b for a, b in zip(low, high)))
    assert edges.min() == pytest.approx(min(low))


def test_a_map_colours_its_cells_from_low_to_high() -> None:
    drawn = chart("map with gaps")
    figure = printed(drawn, SOURCE, "en")
    cells = [patch for axes in figure.axes for patch in axes.patches if isinstance(patch, Rectangle)]
    assert len(cells) == len(drawn.option["series"][0]["data"])
    by_value = sorted(
        zip((cell["value"][2] for cell in drawn.option["series"][0]["data"]), cells), key=lambda one: one[0]
    )
    shades = [sum(cell.get_facecolor()[:3]) for _, cell in by_value]
    assert shades[0] > shades[-1]


def test_parallel_axes_have_every_point() -> None:
    drawn = chart("axes")
    found = [one for one in printed(drawn, SOURCE, "en").axes[0].collections if isinstance(one, LineCollection)]
    assert len(found[0].get_segments()) == len(drawn.option["series"][0]["data"])


def test_ribbons_carry_everybody() -> None:
    drawn = chart("year")
    figure = printed(drawn, SOURCE, "en")
    columns: dict[float, float] = {}
    for patch in figure.axes[0].patches:
        if isinstance(patch, Rectangle):
            columns[round(patch.get_x(), 6)] = columns.get(round(patch.get_x(), 6), 0.0) + patch.get_height()
    assert len(columns) == 5
    assert max(columns.values()) == pytest.approx(min(columns.values()), rel=1e-3)


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_is_whole_and_the_same_every_time(kind: str) -> None:
    sent = pickle.loads(pickle.dumps(chart("touches")))
    one, other = (picture_of(sent, SOURCE, "da", kind) for _ in range(2))
    assert one == other
    if kind == "png":
        wide, high = struct.unpack(">II", one[16:24])
        assert wide == 2400
        assert high > 900
    else:
        root = ElementTree.fromstring(one)
        assert root.tag.endswith("svg")
        assert b"http://www.w3.org/2000/svg" in one
        assert not re.search(rb"<script|<image|href=\"http", one)


def test_paper_is_light_even_for_a_reader_of_the_dark_theme() -> None:
    light, dark = (json.dumps(CHARTS["losses"](Look(Words("en"), colours, PLANS)).option) for colours in (LIGHT, DARK))
    assert LIGHT.a in light
    assert LIGHT.a not in dark


def test_what_has_no_picture_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="leaves as png or svg, not as 'gif'"):
        picture_of(chart("touches"), SOURCE, "en", "gif")
    strange = deepcopy(chart("touches"))
    strange.option["series"][0]["type"] = "gauge"
    with pytest.raises(ValueError, match="kind 'gauge' cannot be drawn"):
        printed(strange, SOURCE, "en")


def test_axes_say_numbers_as_the_language_does() -> None:
    axis = {"type": "value", "min": -200_000, "max": 200_000, "interval": 100_000, "axisLabel": {"formatter": "abs"}}
    scale = scale_of(axis, np.array([0.0]), Words("da"))
    assert scale.texts == ["200.000", "100.000", "0", "100.000", "200.000"]
    assert scale_of({"type": "value"}, np.array([0.0, 0.31]), Words("nb")).texts == ["0,0", "0,1", "0,2", "0,3", "0,4"]
    assert points_of({"data": [1, None, {"value": [2, 3]}]}, {"type": "category"})[[0, 2]].tolist() == [[0, 1], [2, 3]]
