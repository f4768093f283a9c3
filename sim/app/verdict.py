"""The verdict above the charts: one sentence by rule, with counts, and "too close to call" where that is the answer.

The rule: an interval of paired differences that leaves out zero says higher or lower.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.app.charts.chart import TODAY, Look
from sim.app.charts.difference import Paired, gaps
from sim.app.luck import Interval, interval, pairs_to_settle, verdict
from sim.experiments.figures import FIGURES


@dataclass(frozen=True)
class Verdict:
    """What a page says first.

    kind: "more", "fewer", "close", "same", "unknown". better: +1 if that is good, -1 if bad, 0 if neither. plan: key of the plan
    it is about. sentence: the answer. detail: interval, counts, and how many more pairs would settle what is open. more: pairs
    in all that would settle it, None if it is settled or hopeless.
    """

    kind: str
    better: int
    plan: str
    sentence: str
    detail: str
    more: int | None = None


def judge(pairs: Paired, look: Look, figure: str = "units") -> Verdict:
    """The verdict on one plan against today's, or on several: which is best, and whether that is certain."""
    if not pairs.plans:
        return Verdict("unknown", 0, TODAY, look.words("verdict.no_plan"), "")
    if len(pairs.plans) == 1:
        return against_today(pairs, look, next(iter(pairs.plans)), figure)
    return _best_of(pairs, look, figure)


def against_today(pairs: Paired, look: Look, key: str, figure: str = "units") -> Verdict:
    """One plan against today's."""
    words, currency = look.words, pairs.today[0].currency if pairs.today else ""
    each = gaps(pairs, key, figure)
    found = interval(each)
    kind = verdict(each)
    better = FIGURES[figure].better * {"more": 1, "fewer": -1}.get(kind, 0)
    said = {
        "name": look.name(key),
        "figure": look.figure(figure),
        "amount": look.amount(figure, abs(found.mean), currency),
        "runs": words.number(found.seeds),
    }
    sentence = words(f"verdict.{kind}", **said)
    if kind in ("same", "unknown"):
        return Verdict(kind, better, key, sentence, "")
    settle = pairs_to_settle(each) if kind == "close" else None
    detail = _detail(look, figure, found, each, currency)
    if kind == "close":
        detail += " " + (
            words("verdict.hopeless")
            if settle is None
            else words("verdict.settle", pairs=words.number(settle - found.seeds))
        )
    return Verdict(kind, better, key, sentence, detail, settle)


def _detail(look: Look, figure: str, found: Interval, each: np.ndarray, currency: str) -> str:
    """Interval and counts: 95 % interval +11 to +17, more in 23 of 40 markets."""
    words = look.words
    fewer = found.mean < 0
    larger = max(found.low, found.high, key=abs)
    wins = int((each < 0).sum() if fewer else (each > 0).sum())
    return words(
        "verdict.detail_fewer" if fewer else "verdict.detail_more",
        low=look.amount(figure, found.low, currency, sign=True, like=larger),
        high=look.amount(figure, found.high, currency, sign=True, like=larger),
        wins=words.number(wins),
        runs=words.number(found.seeds),
    )


def _best_of(pairs: Paired, look: Look, figure: str) -> Verdict:
    """Several plans: the best by its mean, unless a rival's paired difference to it holds zero."""
    words = look.words
    sign = FIGURES[figure].better or 1
    runs = {TODAY: pairs.today, **pairs.plans}
    values = {key: np.array([run.headline[figure] for run in mine], float) for key, mine in runs.items()}
    with np.errstate(invalid="ignore"):
        means = {key: float(np.nanmean(each)) if np.isfinite(each).any() else -np.inf for key, each in values.items()}
    best = max(means, key=lambda key: sign * means[key])
    gaps_to = {key: sign * (values[best] - values[key]) for key in values if key != best}
    rivals = [key for key, each in gaps_to.items() if verdict(each) != "more"]
    wins = int(
        sum(all(sign * (values[best][i] - values[key][i]) > 0 for key in gaps_to) for i in range(len(pairs.today)))
    )
    currency = pairs.today[0].currency
    if not rivals:
        if best == TODAY:
            return Verdict("fewer", -1, TODAY, words("verdict.today_best", figure=look.figure(figure)), "")
        gap = interval(values[best] - values[TODAY])
        amount = look.amount(figure, abs(gap.mean), currency)
        sentence = words("verdict.best", name=look.name(best), figure=look.figure(figure), amount=amount,
                         wins=words.number(wins), runs=words.number(len(pairs.today)))  # fmt: skip
        kind = "more" if gap.mean > 0 else "fewer"
        return Verdict(kind, 1, best, sentence, _detail(look, figure, gap, values[best] - values[TODAY], currency))
    settle = max((pairs_to_settle(gaps_to[key]) or 0 for key in rivals), default=0)
    names = _listed(look, [best, *rivals])
    beaten = [key for key in values if key not in (best, *rivals)]
    sentence = words("verdict.tie", names=names, figure=look.figure(figure))
    if TODAY in beaten and _all_beat(values, [best, *rivals], sign):
        sentence += " " + words("verdict.three_beat_today" if len(rivals) > 1 else "verdict.both_beat_today")
    detail = words("verdict.settle", pairs=words.number(settle - len(pairs.today))) if settle > len(pairs.today) else ""
    return Verdict("close", 0, best, sentence, detail, settle or None)


def _all_beat(values: dict[str, np.ndarray], keys: list[str], sign: int) -> bool:
    """Whether each of some plans beats today's for certain."""
    found = (sign * (values[key] - values[TODAY]) for key in keys)
    return all(verdict(each) == "more" for each in found)


def _listed(look: Look, keys: list[str]) -> str:
    """Names with commas and an "and"; today's plan is no name, and comes last."""
    names = [look.name(key) for key in keys if key != TODAY]
    if TODAY in keys:
        names.append(look.words("verdict.tied_today"))
    return names[0] if len(names) == 1 else look.words("verdict.and", first=", ".join(names[:-1]), last=names[-1])
