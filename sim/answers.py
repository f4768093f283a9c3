"""The answers a strategist asks for: how much was sold, at what cost, where people are lost and what moved them.

`summarise` gives the figures, `answer` says them in plain words. Both count real people and money.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.results.record import series_meaning

if TYPE_CHECKING:
    from sim.results import Run

RECENT_DAYS = 90
"""Market share is also given over the last 90 days, a quarter: the market has settled by then (assumed)."""

KIND_LABELS = {
    "online_video": "online video",
    "paid_social": "paid social",
    "out_of_home": "out-of-home",
    "email": "e-mail",
    "website": "its web site",
    "shop": "shops",
    "community": "its community",
    "influencer": "influencers",
    "friend": "friends",
    "advice": "advice from friends",
    "post": "public posts",
    "review": "reviews",
    "service": "its service",
    "experience": "own experience",
    "referral": "customers' invitations",
    "brand_post": "the brand's posts",
    "none": "no touch",
}


def kind_label(kind: str) -> str:
    """A touch kind in words: "friend" is "friends", "out_of_home" is "out-of-home"."""
    return KIND_LABELS.get(kind, kind.replace("_", " "))


def number(value: float) -> str:
    """A quantity as one would say it: four digits that count, thousands separated.

    >>> number(123_412.3), number(2_345_678), number(31.27), number(0.5), number(0)
    ('123,400', '2.35 million', '31.3', '0.5', '0')
    """
    size = abs(value)
    for limit, word in ((1e9, "billion"), (1e6, "million")):
        if size >= limit:
            return f"{value / limit:,.3g} {word}" if size < 999.5 * limit else f"{value / limit:,.0f} {word}"
    if size >= 10_000:
        return f"{round(value, 3 - int(np.log10(size))):,.0f}"
    if size >= 100 or value == round(value):
        return f"{value:,.0f}"
    return f"{value:,.3g}"


def drift(start: float, end: float) -> str:
    """Which way a mean from 0 to 1 went, in two decimals; it stayed if it moved by no more than 0.005, or these are the same.

    >>> drift(0.5, 0.6), drift(0.5048, 0.4953), drift(0.504, 0.506)
    ('rose from 0.50 to 0.60', 'stayed at 0.50', 'stayed at 0.51')
    """
    if abs(end - start) <= 0.005 or f"{start:.2f}" == f"{end:.2f}":
        return f"stayed at {end:.2f}"
    return f"{'rose' if end > start else 'fell'} from {start:.2f} to {end:.2f}"


def percent(share: float) -> str:
    """A share in percent, with a decimal where it is small.

    >>> percent(0.612), percent(0.1423), percent(0.0041), percent(0.00002)
    ('61 %', '14.2 %', '0.41 %', '0.002 %')
    """
    value = 100 * share
    return f"{value:.0f} %" if value >= 20 or value == 0 else f"{value:.3g} %" if value >= 10 else f"{value:.2g} %"


def total(run: Run, *names: str) -> np.ndarray:
    """Sum over the run of one or more series, per brand (B,), in real people, messages or money."""
    result = np.zeros(len(run.record.brands))
    for name in names:
        factor = run.people_per_consumer if series_meaning(name).scaled else 1.0
        result += run.record.series[name].sum(axis=0) * factor
    return result


def ratio(part: float, whole: float) -> float | None:
    """part / whole, or None if there is nothing to divide by."""
    return float(part) / float(whole) if whole else None


def accounts(run: Run) -> dict[str, Any]:
    """Sales, customers, money, trust and talk of the focal brand and the market; None where a figure has no meaning.

    Shares are in [0, 1]; people, units and money are real. `buyers` are people who have ever bought the brand: its
    owners and lapsed customers on day 0 and everyone who bought for the first time in the run; `penetration` is their
    share of all people and `purchases_per_buyer` the run's units per such person.
    """
    record, focal = run.record, run.record.focal
    units, revenue = total(run, "purchases_first", "purchases_repeat"), total(run, "revenue")
    recent = slice(max(record.days - RECENT_DAYS, 0), record.days)
    recent_units = (record.series["purchases_first"] + record.series["purchases_repeat"])[recent].sum(axis=0)
    recent_revenue = record.series["revenue"][recent].sum(axis=0)
    first = total(run, "purchases_first")[focal]
    costs = {name: total(run, f"spend_{name}")[focal] for name in ("media", "influencers", "programmes")}
    spent = sum(costs.values())
    start, end = record.people[0, focal].sum(axis=0), record.people[-1, focal].sum(axis=0)
    bought_before = start[run.path.owners].sum() + sum(start[i] for i in run.path.lost if record.stages[i] == "lapsed")
    people = record.consumers * run.people_per_consumer
    buyers = bought_before * run.people_per_consumer + first
    pros, cons = total(run, "talk_positive")[focal], total(run, "talk_negative")[focal]
    trust = record.series["trust"][:, focal]
    return {
        "brand": run.brand,
        "days": record.days,
        "stopped": record.stopped,
        "currency": run.currency,
        "people": float(people),
        "units": float(units[focal]),
        "revenue": float(revenue[focal]),
        "share_units": ratio(units[focal], units.sum()),
        "share_value": ratio(revenue[focal], revenue.sum()),
        "share_units_recent": ratio(recent_units[focal], recent_units.sum()),
        "share_value_recent": ratio(recent_revenue[focal], recent_revenue.sum()),
        "recent_days": recent.stop - recent.start,
        "market_units": float(units.sum()),
        "market_revenue": float(revenue.sum()),
        "buyers": float(buyers),
        "penetration": ratio(buyers, people),
        "purchases_per_buyer": ratio(units[focal], buyers),
        "new_customers": float(first),
        "cost_per_new_customer": ratio(spent, first) if spent else None,
        "spend": float(spent),
        "spend_by_channel": _spend_by_channel(run, costs),
        "margin": float(total(run, "margin")[focal]),
        "margin_after_marketing": float(total(run, "margin")[focal] - spent),
        "funnel": {name: float(end[i] * run.people_per_consumer) for i, name in enumerate(record.stages)},
        "owners_start": float(start[run.path.owners].sum() * run.people_per_consumer),
        "owners_end": float(end[run.path.owners].sum() * run.people_per_consumer),
        "trust_start": float(trust[0]) if record.days else None,
        "trust_end": float(trust[-1]) if record.days else None,
        "talk_positive": float(pros),
        "talk_negative": float(cons),
        "talk_ratio": ratio(pros, cons),
        "talk_tone": ratio(pros - cons, pros + cons),
    }


def summarise(run: Run) -> dict[str, Any]:
    """The run in figures, for the focal brand and the market: its accounts, where people are lost, what moved them."""
    return {
        **accounts(run),
        "leaks": leaks(run),
        "moved_forward_by": moved_by(run),
        "moved_forward_by_stage": {run.record.stages[i]: moved_by(run, i) for i in run.path.order[:-1]},
    }


def _spend_by_channel(run: Run, costs: dict[str, float]) -> dict[str, float]:
    """Money by paid channel, then influencers and programmes; only where any was spent, most first."""
    media = run.record.spend[:, run.record.focal].sum(axis=0)
    money = {name: float(value) for name, value in zip(run.record.channels, media, strict=True)}
    money |= {name: float(costs[name]) for name in ("influencers", "programmes")}
    return {name: value for name, value in sorted(money.items(), key=lambda item: -item[1]) if value}


def leaks(run: Run, brand: int | None = None) -> list[dict[str, Any]]:
    """Where a brand (default: the focal one) loses people: one entry per stage of the path after the first.

    `entered` counts arrivals during the run, `visits` those plus the people there before the first day: someone who
    comes twice counts twice. `lost` are departures back or off the path, `share_lost` their share of visits,
    `lost_to` where they went, `forward` departures forward. Ordered by people lost, most first.
    """
    record, path = run.record, run.path
    brand = record.focal if brand is None else brand
    moves = record.transitions[:, brand].sum(axis=0, dtype=np.int64)
    start = record.people[0, brand].sum(axis=0)
    away, forward = path.mask("back") | path.mask("lost"), path.mask("forward")
    entries = []
    for stage in path.order[1:]:
        entered = moves[:, stage].sum() - moves[stage, stage]
        visits = start[stage] + entered
        lost_to = np.where(away[stage], moves[stage], 0)
        targets = sorted(np.flatnonzero(lost_to), key=lambda target: -lost_to[target])
        entries.append(
            {
                "stage": record.stages[stage],
                "entered": float(entered * run.people_per_consumer),
                "visits": float(visits * run.people_per_consumer),
                "forward": float(moves[stage][forward[stage]].sum() * run.people_per_consumer),
                "lost": float(lost_to.sum() * run.people_per_consumer),
                "share_lost": ratio(lost_to.sum(), visits),
                "lost_to": {record.stages[t]: float(lost_to[t] * run.people_per_consumer) for t in targets},
            }
        )
    return sorted(entries, key=lambda entry: -entry["lost"])


def moved_by(run: Run, stage: int | None = None) -> dict[str, float]:
    """Share of the focal brand's forward moves by the last touch noticed before them, most first.

    With `stage`, only moves that start there. "none" are moves before which nothing had been noticed. Empty if nobody
    moved forward. Last touch is what people met last, not what caused the move: compare runs for that.
    """
    record = run.record
    forward = run.path.mask("forward")
    if stage is not None:
        forward = forward & (np.arange(len(record.stages))[:, None] == stage)
    count = record.causes[record.focal][forward].sum(axis=0)
    names = (*record.kinds, "none")
    every = int(count.sum())
    order = sorted(np.flatnonzero(count), key=lambda kind: -count[kind])
    return {names[kind]: float(count[kind]) / every for kind in order}


def answer(run: Run) -> str:
    """The run in plain sentences, one a line: sales, people, money, leaks, what moved people, feelings."""
    facts = summarise(run)
    lines = [
        _sales(facts, len(run.record.brands)),
        _customers(facts),
        _money(facts),
        *_losses(run, facts),
        _movers(facts),
        _feelings(facts),
    ]
    if run.record.stopped:
        lines.insert(0, f"The run was stopped early, after {facts['days']} days; everything below is up to then.")
    return "\n".join(line for line in lines if line)


def _sales(facts: dict[str, Any], brands: int) -> str:
    if not facts["units"]:
        return f"{facts['brand']} sold nothing in {facts['days']} days."
    line = (
        f"{facts['brand']} sold {number(facts['units'])} units for {number(facts['revenue'])} {facts['currency']} "
        f"in {facts['days']} days"
    )
    if brands == 1:
        return line + "; it is the only brand in this market."
    line += f": a share of {percent(facts['share_units'])} of units and {percent(facts['share_value'])} of money"
    if facts["share_units_recent"] is not None and facts["recent_days"] < facts["days"]:
        line += f" ({percent(facts['share_units_recent'])} of units in the last {facts['recent_days']} days)"
    return line + "."


def _customers(facts: dict[str, Any]) -> str:
    return (
        f"{number(facts['new_customers'])} people bought it for the first time; {number(facts['owners_end'])} of "
        f"{number(facts['people'])} people ({percent(facts['owners_end'] / facts['people'])}) are its customers at "
        f"the end, against {number(facts['owners_start'])} at the start."
    )


def _money(facts: dict[str, Any]) -> str:
    money, spent = facts["currency"], facts["spend"]
    if not spent:
        return f"Nothing was spent on marketing; the gross margin was {number(facts['margin'])} {money}."
    channels = [
        f"{kind_label(name)} {percent(value / spent)}" for name, value in list(facts["spend_by_channel"].items())[:3]
    ]
    cost = facts["cost_per_new_customer"]
    each = f"{number(cost)} {money} per new customer" if cost is not None else "and brought no new customer"
    after = facts["margin_after_marketing"]
    left = f"{number(after)} {money} of margin are left after it" if after >= 0 else f"it cost {number(-after)} {money}"
    left += "" if after >= 0 else " more than the margin earned"
    return f"Marketing took {number(spent)} {money} ({', '.join(channels)}), {each}; {left}."


def _losses(run: Run, facts: dict[str, Any]) -> list[str]:
    """The biggest leak after awareness, then how many forgot or never got further than the name."""
    first_stages = {run.record.stages[i] for i in run.path.order[:2]}
    later = [leak for leak in facts["leaks"] if leak["stage"] not in first_stages and leak["lost"]]
    lines = []
    if later:
        worst = later[0]
        where = ", ".join(f"to {name} {percent(n / worst['visits'])}" for name, n in worst["lost_to"].items())
        lines.append(
            f"Most people are lost at the stage {worst['stage']}: of {number(worst['visits'])} visits to it "
            f"{percent(worst['share_lost'])} ended in going back or leaving ({where})."
        )
    early = [leak for leak in facts["leaks"] if leak["stage"] in first_stages and leak["lost"]]
    if early:
        lines.append(
            f"At the stage {early[0]['stage']}, {percent(early[0]['share_lost'])} of {number(early[0]['visits'])} "
            f"visits ended in forgetting the brand or turning from it."
        )
    return lines


def _movers(facts: dict[str, Any]) -> str:
    shares = [(kind, share) for kind, share in facts["moved_forward_by"].items() if kind != "none"][:3]
    if not shares:
        return "Nothing that people noticed moved anyone forward."
    named = ", ".join(f"{kind_label(kind)} ({percent(share)})" for kind, share in shares)
    return f"What moved people forward most, by the last thing they noticed before: {named}."


def _feelings(facts: dict[str, Any]) -> str:
    if facts["trust_start"] is None:
        return ""
    before, after = facts["trust_start"], facts["trust_end"]
    line = f"Mean trust {drift(before, after)} (0 to 1)"
    if facts["talk_ratio"] is not None:
        times = number(float(f"{facts['talk_ratio']:.2g}"))
        return line + f"; people told {times} good things for every bad one."
    return line + ("; all talk was good." if facts["talk_positive"] else "; nobody talked about it.")
