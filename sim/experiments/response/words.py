"""Response curves in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.answers import kind_label, number
from sim.experiments.channels import plan_channels

if TYPE_CHECKING:
    from sim.experiments.response.found import Response


def answer(found: Response) -> str:
    """The findings in sentences: one a channel, then the clear synergies."""
    lines = [
        f"What 1,000 {found.currency} bring, in {found.noun} over the {found.scenario.horizon.days} days of the plan:"
    ]
    lines += [_channel(found, row) for row in found.channel_rows]
    lines.append(_synergy(found))
    if found.stopped:
        lines.insert(0, f"It was stopped early: {len(found.seeds)} seeds are complete, all below is from these.")
    return "\n".join(line for line in lines if line)


def _channel(found: Response, row: dict[str, Any]) -> str:
    name = kind_label(row["channel"])
    sentence = f"{name[0].upper()}{name[1:]}: {_spoken(row, 'per_1000')} of today's money"
    budgeted = {one.name for one in plan_channels(found.scenario) if one.budgeted}
    if row["channel"] not in budgeted:
        return (
            f"{name[0].upper()}{name[1:]}: {_spoken(row, 'gain')} {found.noun} in all; customers decide what it costs."
        )
    if not np.isnan(row["next_per_1000"]):
        sentence += f", {_spoken(row, 'next_per_1000')} of the next"
    if row["saturates_at"] == row["saturates_at"]:
        if np.isinf(row["saturates_at"]):
            sentence += "; not saturated in the tried range"
        else:
            sentence += (
                f"; saturated (half its best marginal return) from {row['saturates_at']:.2g} times today's money"
            )
    if row["decay"] == row["decay"]:
        weeks, low, high = (row[f"half_life_weeks{end}"] for end in ("", "_low", "_high"))
        said = f"{weeks:.2g} weeks" + (f" ({low:.2g} to {high:.2g})" if high == high else "")
        fades = f"is half over after {said}" if np.isfinite(weeks) else "does not fade within a quarter"
        sentence += f"; what one week of it adds {fades}"
    elif row["channel"] in found.extra:
        sentence += "; one week more of it adds nothing clear"
    if np.isfinite(row["memory_half_life_weeks"]):
        sentence += f"; the awareness it leaves is half gone after {row['memory_half_life_weeks']:.2g} weeks"
    return sentence + "."


def _spoken(row: dict[str, Any], key: str) -> str:
    mean, low, high = row[key], row[f"{key}_low"], row[f"{key}_high"]
    if low != low:
        return number(mean)
    close = ", too close to call" if low <= 0 <= high else ""
    return f"{number(mean)} ({number(low)} to {number(high)}{close})"


def _synergy(found: Response) -> str:
    rows = [row for row in found.synergy_rows if row["synergy_low"] * row["synergy_high"] > 0]
    if not found.synergy:
        return ""
    if not rows:
        return "No two channels clearly help or hinder one another."
    rows.sort(key=lambda row: -abs(row["synergy"]))
    said = [
        f"{kind_label(row['one'])} and {kind_label(row['other'])} {number(abs(row['synergy']))} {found.noun} "
        f"{'more' if row['synergy'] > 0 else 'fewer'} ({number(row['synergy_low'])} to {number(row['synergy_high'])})"
        for row in rows
    ]
    return f"Both channels of a pair bring, against the sum of each alone: {'; '.join(said)}."
