"""Colours of the app, light and dark, for pages and charts.

Series colours are told apart by readers with protan, deutan and tritan vision and reach a contrast of at least 4.8:1
on their surface (computed); each belongs to one mix on every page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Palette:
    """Every colour of one theme, as #rrggbb."""

    ink: str
    muted: str
    faint: str
    grid: str
    line: str
    surface: str
    raised: str
    page: str
    primary: str
    on_primary: str
    primary_soft: str
    focus: str
    good: str
    good_soft: str
    bad: str
    bad_soft: str
    warning: str
    warning_soft: str
    baseline: str
    a: str
    b: str
    c: str
    forward: str
    back: str
    lost: str
    band: str

    def mix(self, letter: str) -> str:
        """Colour of a mix: "today" (the baseline), "a", "b" or "c"."""
        return {"today": self.baseline, "a": self.a, "b": self.b, "c": self.c}[letter.lower()]


LIGHT = Palette(
    ink="#1F2937", muted="#4B5563", faint="#6B7280", grid="#E5E7EB", line="#D1D5DB", surface="#FFFFFF", raised="#FFFFFF",
    page="#F6F7F9", primary="#0B5C8A", on_primary="#FFFFFF", primary_soft="#E8F1F6", focus="#0B5C8A",
    good="#067647", good_soft="#E7F5EE", bad="#B42318", bad_soft="#FCECEA", warning="#B54708", warning_soft="#FDF3E6",
    baseline="#6B7280", a="#1D4ED8", b="#B45309", c="#0F5132",
    forward="#1D4ED8", back="#B45309", lost="#7A1F1F", band="#EEF0F3",
)  # fmt: skip

DARK = Palette(
    ink="#E6EAF0", muted="#A9B4C2", faint="#8B95A5", grid="#263140", line="#344154", surface="#18202C", raised="#1E2836",
    page="#121821", primary="#5CB3E4", on_primary="#0B1620", primary_soft="#1B3242", focus="#8CCBF0",
    good="#4ADE9B", good_soft="#12312A", bad="#FF8A7F", bad_soft="#3A1E1E", warning="#FDB768", warning_soft="#38291A",
    baseline="#8B95A5", a="#60A5FA", b="#FB923C", c="#D9F99D",
    forward="#60A5FA", back="#FB923C", lost="#F49A9A", band="#202A38",
)  # fmt: skip

MIXES = ("today", "a", "b", "c")
"""Plans that can stand side by side: today's and three more."""
DASHES = {"today": "dashed", "a": "solid", "b": "solid", "c": "solid"}
MARKS = {"today": "diamond", "a": "circle", "b": "rect", "c": "triangle"}
"""Colour never says it alone: every mix has its marker too."""


STAGES = {
    False: ("#D1D5DB", "#BFD7F5", "#8DB8EC", "#5990DB", "#1D4ED8", "#14357F", "#0F5132"),
    True: ("#3B4859", "#52729E", "#74A3E0", "#A9CCF7", "#34D399", "#A7F3D0", "#FDE68A"),
}
"""Stages of the journey from first to last, light theme and dark: neighbours can be told apart with any colour vision."""
GONE = {False: ("#A8A29E", "#7A1F1F"), True: ("#8C8780", "#F87171")}
"""Stages of people who are lost."""


def stage_colours(dark: bool, order: Sequence[int], lost: Sequence[int]) -> dict[int, str]:
    """Colour of each stage by its number; a journey longer than the ramp repeats its last colour."""
    ramp, gone = STAGES[dark], GONE[dark]
    found = {stage: ramp[min(place, len(ramp) - 1)] for place, stage in enumerate(order)}
    return found | {stage: gone[place % len(gone)] for place, stage in enumerate(lost)}


def palette(dark: bool) -> Palette:
    """The colours of a theme."""
    return DARK if dark else LIGHT


def css_variables() -> str:
    """The colours as CSS variables for both themes; `assets/custom.css` begins with them (a test keeps them equal)."""

    def block(selector: str, colours: Palette) -> str:
        lines = (f"  --{one.name.replace('_', '-')}: {getattr(colours, one.name)};" for one in fields(colours))
        return "\n".join((f"{selector} {{", *lines, "}"))

    return block(":root", LIGHT) + "\n" + block(".theme--dark", DARK) + "\n"


def contrast(one: str, other: str) -> float:
    """Contrast of two colours by WCAG 2: 1 (the same) to 21 (black on white).

    >>> round(contrast("#000000", "#FFFFFF"), 1)
    21.0
    """
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear))
