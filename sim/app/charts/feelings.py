"""Trust, satisfaction and tone over time, with what happened."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.app.charts.build_up import MOST_BANDS, band, frame, lines
from sim.app.charts.chart import TODAY, Chart, Look, digits, runs_said
from sim.app.charts.difference import Paired

SHARE_GOOD = "tone"


def over_time(pairs: Paired, look: Look, level: str = "trust") -> Chart:
    """A level of the market by week, with events: trust, satisfaction, awareness, score, or tone (good share of talk)."""
    words = look.words
    plans = {TODAY: pairs.today, **pairs.plans}
    values = {key: np.array([weekly(run, level) for run in runs]) for key, runs in plans.items()}
    weeks = pairs.today[0].weeks
    banded = list(values)[-1:] if len(values) <= MOST_BANDS else []
    means = {key: _mean(each) for key, each in values.items()}
    bands = {key: [_quantile(values[key], q) for q in (0.1, 0.9)] for key in banded}
    drawn = np.concatenate([*means.values(), *(end for ends in bands.values() for end in ends)])
    drawn = drawn[np.isfinite(drawn)]
    low, high = (float(drawn.min()), float(drawn.max())) if drawn.size else (0.0, 1.0)
    option = frame(look, words(f"chart.feelings.axis_{level}"), weeks, low, high)
    series: list[dict[str, Any]] = []
    for key, ends in bands.items():
        series += band(look, key, *(_shifted(end) for end in ends))
    series += lines(look, option, {key: _shifted(mean) for key, mean in means.items()})
    events = events_of(pairs)
    if events:
        series[-1]["markLine"] = event_lines(look, events, weeks)
    option["series"] = series
    rows = [[week + 1, *(digits(line[week], 4) for line in means.values())] for week in range(weeks)]
    said = [
        words(
            "chart.feelings.says",
            name=look.name(key),
            first=words.number(_end(line, 0), 2),
            last=words.number(_end(line, -1), 2),
        )
        for key, line in means.items()
    ]
    subtitle = words(
        "chart.feelings.subtitle" if banded else "chart.feelings.subtitle_many",
        runs=runs_said(look, len(pairs.today), pairs.consumers),
    )
    return Chart(
        f"feelings_{level}",
        words(f"chart.feelings.title_{level}"),
        f"{subtitle} {words('chart.feelings.events')}" if events else subtitle,
        option,
        [words("chart.week"), *(look.name(key) for key in means)],
        rows,
        " ".join(said),
        words("chart.feelings.how"),
    )


def weekly(run: Any, level: str) -> np.ndarray:
    """A level week by week, float64 (weeks,); the tone is the share of what people told one another that was good."""
    if level != SHARE_GOOD:
        return np.asarray(run.levels[level], float)
    good, bad = run.flows["talk_positive"], run.flows["talk_negative"]
    every = good + bad
    return np.where(every > 0, good / np.where(every > 0, every, 1), np.nan)


def _mean(values: np.ndarray) -> np.ndarray:
    """Means over runs by week, float64 (weeks,); nan where no run has a value."""
    known = np.isfinite(values)
    counts = known.sum(axis=0)
    return np.where(counts > 0, np.where(known, values, 0.0).sum(axis=0) / np.maximum(counts, 1), np.nan)


def _quantile(values: np.ndarray, share: float) -> np.ndarray:
    """Quantiles over runs by week; nan where some run has no value, for a band of a few runs would mislead."""
    whole = np.isfinite(values).all(axis=0)
    return np.where(whole, np.quantile(np.where(np.isfinite(values), values, 0.0), share, axis=0), np.nan)


def _shifted(values: np.ndarray) -> np.ndarray:
    """Values of the weeks' ends on an axis that begins with the start of the first week."""
    return np.concatenate([[np.nan], values])


def _end(values: np.ndarray, which: int) -> float:
    """First or last known value of a line."""
    known = values[np.isfinite(values)]
    return float(known[which]) if known.size else float("nan")


def events_of(pairs: Paired) -> list[tuple[int, str]]:
    """Week and text of what happened under any plan, once each."""
    found = {(day // 7 + 1, text) for runs in (pairs.today, *pairs.plans.values()) for day, text in runs[0].events}
    return sorted(found)


def event_lines(look: Look, events: list[tuple[int, str]], weeks: int) -> dict[str, Any]:
    """Upright lines with their texts, each a line lower than the one before so that near ones stay legible.

    A text stands on the side of its line where more of the run lies: there it has room, on a phone too.
    """
    colours = look.palette
    data = []
    for number, (week, text) in enumerate(events):
        data.append(
            {
                "xAxis": week,
                "label": {
                    "formatter": look.words.or_else(f"event.{text}", text),
                    "distance": [0, -2 - 15 * (number % 3)],
                    "verticalAlign": "top",
                    "align": "left" if 2 * week < weeks else "right",
                },
            }
        )
    return {
        "silent": True,
        "symbol": "none",
        "lineStyle": {"color": colours.lost, "type": "dashed", "width": 1},
        "label": {"color": colours.lost, "position": "insideEndTop", "rotate": 0, "fontSize": 11, "padding": [0, 4],
                  "textBorderColor": colours.surface, "textBorderWidth": 3},
        "data": data,
    }  # fmt: skip
