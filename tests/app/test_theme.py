"""Colours: the page's style sheet holds those of the theme, and all text can be read on its ground."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.app.theme import DARK, LIGHT, MIXES, Palette, contrast, css_variables, palette

CSS = Path(__file__).parents[2] / "sim" / "app" / "assets" / "custom.css"
SURFACES = ("surface", "raised", "page")


def test_the_style_sheet_begins_with_the_themes_colours() -> None:
    assert css_variables() in CSS.read_text("utf-8")


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_text_has_the_contrast_of_level_aa(colours: Palette) -> None:
    for ground in SURFACES:
        for ink in ("ink", "muted", "primary", "good", "bad", "warning"):
            assert contrast(getattr(colours, ink), getattr(colours, ground)) >= 4.5, (ink, ground)
        assert contrast(colours.focus, getattr(colours, ground)) >= 3, ground
    for tone in ("good", "bad", "warning", "primary"):
        assert contrast(getattr(colours, tone), getattr(colours, f"{tone}_soft")) >= 4.5, tone
        assert contrast(colours.ink, getattr(colours, f"{tone}_soft")) >= 4.5, tone
    assert contrast(colours.on_primary, colours.primary) >= 4.5
    for mix in MIXES:
        assert contrast(colours.mix(mix), colours.surface) >= 4.5, mix


def test_there_are_two_themes() -> None:
    assert (palette(False), palette(True)) == (LIGHT, DARK)
