"""An attribution in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.answers import kind_label, number, percent
from sim.experiments.attribution.found import TRUTH
from sim.experiments.intervals import interval

if TYPE_CHECKING:
    from sim.experiments.attribution.found import Attribution


def answer(found: Attribution) -> str:
    """The findings in sentences, one a line: the truth, who is furthest off, ranks, money lost, spoiled tests."""
    lines = [
        _truth(found),
        _furthest(found),
        _order(found),
        _regret(found),
        *(_spoiled(found, row) for row in found.test_rows),
    ]
    if found.stopped:
        lines.insert(0, f"It was stopped early: {len(found.seeds)} seeds are complete, all below is from these.")
    return "\n".join(line for line in lines if line)


def _truth(found: Attribution) -> str:
    parts = []
    for c, channel in enumerate(found.channels):
        true = interval(found.claims[TRUTH][:, c])
        said = f"{kind_label(channel.name)} {number(true.mean)}"
        if len(found.seeds) > 1:
            said += f" ({number(true.low)} to {number(true.high)})"
            said += f", {percent(true.mean / found.sales.mean())}" if true.low > 0 else ""
            said += "" if true.clear else ", too close to call"
        parts.append(said)
    return (
        f"What would be lost without a channel, of {number(found.sales.mean())} {found.noun}, under the same luck: "
        f"{'; '.join(parts)}."
    )


def _furthest(found: Attribution) -> str:
    rows = [one for one in found.channel_rows if one["way"] != TRUTH and one["bias_low"] * one["bias_high"] > 0]
    if not rows:
        return "No way is clearly wrong about a channel."
    most, least = max(rows, key=lambda one: one["bias"]), min(rows, key=lambda one: one["bias"])
    parts = [
        f"{one['way']} gives {kind_label(one['channel'])} {number(one['claimed'])} where the truth is {number(one['true'])}"
        for one in ([most] if most is least else [most, least])
    ]
    return f"Furthest off: {'; '.join(parts)}."


def _order(found: Attribution) -> str:
    rows = [one for one in found.way_rows if one["way"] != TRUTH and one["wrong_pairs"] == one["wrong_pairs"]]
    if not rows:
        return ""
    rows.sort(key=lambda one: one["wrong_pairs"])
    said = ", ".join(f"{one['way']} {percent(one['wrong_pairs'])}" for one in rows)
    return f"Pairs of channels put in the wrong order of return on money: {said}."


def _regret(found: Attribution) -> str:
    rows = {one["way"]: one for one in found.way_rows if one["way"] in found.profits}
    if TRUTH not in rows:
        return ""
    best, currency = rows.pop(TRUTH), found.currency
    more = "more" if best["gain"] >= 0 else "less"
    line = f"The same budget moved by the true effects earns {number(abs(best['gain']))} {currency} {more} than today's plan"
    line += "" if best["gain_low"] * best["gain_high"] > 0 else " (too close to call)"
    clear = sorted((one for one in rows.values() if one["regret_low"] > 0), key=lambda one: -one["regret"])
    if not clear:
        return line + "; no other way's budget is clearly worse."
    return (
        line
        + f". Lost by following another: {', '.join(f'{one["way"]} {number(one["regret"])} {currency}' for one in clear)}."
    )


def _spoiled(found: Attribution, row: dict[str, Any]) -> str:
    bias = f"{number(row['bias'])} {found.noun}"
    if len(found.seeds) > 1:
        close = "" if row["bias_low"] * row["bias_high"] > 0 else ", too close to call"
        bias += f" ({number(row['bias_low'])} to {number(row['bias_high'])}{close})"
    return (
        f"User-level test of {kind_label(row['channel'])}: {percent(row['heard'])} of the control group heard of the brand from "
        f"others, {percent(row['heard_anyway'])} would have without the channel. Bias by interference: {bias}; exposure mapping "
        f"predicts {number(row['predicted'])}."
    )
