"""The picture of a day in docs/architecture.md, drawn from what the kernels' own source says they read and write."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from sim.commands.day import _lists
from sim.contracts import declared_columns
from sim.mechanism import PHASES, reads_and_writes
from sim.odd import shipped_mechanisms

INK, QUIET, PALE, WRITTEN = "#222222", "#666666", "#e8eef4", "#a03b6f"
WORDS = {
    "dawn": "spend,\nprices,\nevents,\nplatform",
    "events": "news\narrives",
    "need": "need is felt;\nwho looks\naround?",
    "expose": "ads,\ninfluencers,\nsite, shop,\ne-mail",
    "talk": "friends,\nposts,\nreviews;\nwho talks?",
    "perceive": "attention\nturns letters\ninto state",
    "decide": "moves\nof the\njourney;\npurchases",
    "live": "use, review,\nservice,\nthanks,\ninvitations",
    "forget": "fading;\nsums for\nthe books",
    "spread": "what people\ndo to others,\nin order",
    "dusk": "the books\nof the day",
}
LANES = {
    "trait": ("traits", "what never changes"),
    "state": ("state", "kept from day to day"),
    "inbox": ("inboxes", "anybody adds, one reads"),
    "letters": ("letters", "messages to consumers"),
    "moves": ("moves", "of the journey"),
    "orders": ("orders", "purchases"),
    "errands": ("errands", "what to do to others tonight"),
}
LEFT, WIDE, GAP = 21.0, 8.1, 0.7


def uses() -> dict[tuple[str, str], tuple[bool, bool]]:
    """(phase, lane) -> whether some kernel of the phase reads it, and whether one writes it."""
    columns = {name: column.kind for name, (_, column) in declared_columns().items()}
    found: dict[tuple[str, str], tuple[bool, bool]] = {}
    for one in shipped_mechanisms():
        kernels = [
            *one.early,
            *((one.phase, kernel) for kernel in one.kernels),
            *(("spread", kernel) for kernel in one.spread),
        ]
        for phase, kernel in kernels:
            read, written = reads_and_writes(replace(one, kernels=(kernel,), spread=(), early=()))
            lists_read, lists_written = _lists(kernel)
            reads = {columns[name] for name in read} | set(lists_read)
            writes = {columns[name] for name in written} | set(lists_written)
            for lane in reads | writes:
                before = found.get((phase, lane), (False, False))
                found[phase, lane] = before[0] or lane in reads, before[1] or lane in writes
    return found


def draw_day() -> Figure:
    """Dawn, the phases over each group, spread over everybody, dusk; and which phase reads and writes what."""
    figure = Figure(figsize=(12, 7))
    axes: Any = figure.subplots()
    axes.set(xlim=(0, 120), ylim=(0, 70))
    axes.axis("off")
    axes.text(1, 66, "A day of the market", size=17, weight="bold", color=INK)
    note = "Kernels, compiled; hooks at dawn and dusk. Filled: written, ring: read in that phase."
    axes.text(1, 62.5, note, size=10.5, color=QUIET)

    at = {name: LEFT + number * (WIDE + GAP) for number, name in enumerate(WORDS)}
    inside = at["events"] - 0.5, at["forget"] + WIDE + 0.5
    axes.add_patch(
        FancyBboxPatch(
            (inside[0], 1),
            inside[1] - inside[0],
            58.5,
            boxstyle="round,pad=0,rounding_size=0.8",
            fc=PALE,
            ec="none",
            zorder=0,
        )
    )
    axes.text(
        inside[0] + 0.6,
        57.3,
        "for each group of consumers, block after block in the cache; threads take groups",
        size=9.5,
        color=QUIET,
    )
    for name, x in at.items():
        colour = {"dawn": "#fde9c9", "dusk": "#fde9c9", "spread": "#d3ecdd"}.get(name, "white")
        axes.add_patch(
            FancyBboxPatch((x, 40), WIDE, 15.5, boxstyle="round,pad=0,rounding_size=0.7", fc=colour, ec="none")
        )
        axes.text(x + WIDE / 2, 53.3, name, ha="center", va="center", size=10.5, weight="bold", color=INK)
        axes.text(x + WIDE / 2, 46, WORDS[name], ha="center", va="center", size=8.2, color=INK, linespacing=1.35)

    found = uses()
    for row, (lane, (title, words)) in enumerate(LANES.items()):
        y = 35 - row * 5.1
        axes.text(1, y + 0.9, title, size=10, weight="bold", color=INK, va="center")
        axes.text(1, y - 1.0, words, size=8.2, color=QUIET, va="center")
        axes.plot([LEFT + WIDE + GAP, at["spread"] + WIDE], [y, y], color="#c3ccd5", lw=1, zorder=1)
        for phase in PHASES:
            read, written = found.get((phase, lane), (False, False))
            if read or written:
                face = WRITTEN if written else "white"
                axes.plot(at[phase] + WIDE / 2, y, "o", ms=9, mfc=face, mec=WRITTEN, mew=1.6, zorder=3)
    figure.subplots_adjust(0.01, 0.01, 0.99, 0.99)
    return figure
