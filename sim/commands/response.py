"""`journeysim response`: how sales answer to the money of each channel."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.answers import kind_label
from sim.commands.measured import Asked, measure
from sim.experiments.response import Response, response
from sim.plots.style import short


def respond(asked: Asked, **settings: Any) -> int:
    """Measure, print, save; returns the exit code."""
    return measure(asked, "response", response, table_of, **settings)


def table_of(found: Response) -> Any:
    """One row per channel: returns, saturation, carry-over, and the fitted parameters."""
    from rich.table import Table

    table = Table(title=f"{found.noun} by channel; half-saturation and slope of a Hill curve", title_justify="left")
    table.add_column("channel")
    for name in (
        "money",
        "per 1,000",
        "next 1,000",
        "half-saturation",
        "slope",
        "sales half over",
        "awareness half gone",
    ):
        table.add_column(name, justify="right")
    for row in found.channel_rows:
        half = row["half"]
        table.add_row(
            kind_label(row["channel"]),
            short(row["spend"]),
            _said(row["per_1000"]),
            _said(row["next_per_1000"]),
            "none seen" if np.isinf(half) else _said(half, " x today"),
            _said(row["slope"]),
            *(
                "over a quarter" if np.isinf(one) else _said(one, " weeks")
                for one in (row["half_life_weeks"], row["memory_half_life_weeks"])
            ),
        )
    return table


def _said(value: float, unit: str = "") -> str:
    return "-" if np.isnan(value) else short(value) + unit


def steps_of(text: str | None) -> dict[str, Any]:
    """The ladder as typed, "0,0.5,1,2"; nothing where none was given. Raises ValueError for what is no number."""
    if text is None:
        return {}
    try:
        return {"ladder": tuple(float(part) for part in text.split(","))}
    except ValueError:
        raise ValueError(f"--ladder '{text}': give multiples of today's money such as 0,0.5,1,2") from None
