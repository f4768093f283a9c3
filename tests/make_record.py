"""Made-up records and runs with plausible, consistent flows, for tests of everything that reads results.

People move by a Markov chain, so that people per stage and transitions add up; the panel's log replays exactly. The
numbers mean nothing; only their shape and consistency do.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.results import Record, Run
from sim.scenario import Scenario

STAGES = ("unaware", "aware", "considering", "intending", "customer", "loyal", "advocate", "lapsed", "rejecting")
CHANNELS = ("television", "online_video", "paid_social", "display", "out_of_home", "search")
KINDS = (
    *CHANNELS,
    *("email", "website", "shop", "community", "influencer", "friend", "advice", "post", "review", "service"),
    *("experience", "referral", "brand_post"),
)
RATES = {
    ("unaware", "aware"): 0.006,
    ("aware", "unaware"): 0.0015,
    ("aware", "considering"): 0.006,
    ("aware", "customer"): 0.0002,
    ("considering", "aware"): 0.03,
    ("considering", "intending"): 0.02,
    ("considering", "rejecting"): 0.002,
    ("intending", "considering"): 0.03,
    ("intending", "customer"): 0.05,
    ("intending", "aware"): 0.02,
    ("customer", "loyal"): 0.006,
    ("customer", "lapsed"): 0.006,
    ("customer", "considering"): 0.004,
    ("customer", "rejecting"): 0.001,
    ("loyal", "advocate"): 0.004,
    ("loyal", "lapsed"): 0.002,
    ("loyal", "considering"): 0.001,
    ("advocate", "loyal"): 0.01,
    ("advocate", "rejecting"): 0.0005,
    ("lapsed", "considering"): 0.004,
    ("lapsed", "unaware"): 0.001,
    ("rejecting", "aware"): 0.003,
}
LONG_NAME = "The Original Nordlys & Søstre Handmade Outdoor Clothing Company of Tromsø $9 ($5 off)"
NAMES = ("Nordlys", "Aurora", "Fjord", "Polaris", "Midnight Sun", "Tundra", "Borealis", "Skagen")


def make_record(
    days: int = 365,
    brands: int = 1,
    segments: int = 2,
    consumers: int = 10_000,
    seed: int = 1,
    panel: int = 40,
    stages: tuple[str, ...] = STAGES,
    names: tuple[str, ...] = NAMES,
    nothing: bool = False,
    events: list[tuple[int, str, int]] | None = None,
) -> Record:
    """A record of a made-up market; with `nothing`, nobody moves, buys, talks or is reached and no money is spent."""
    rng = np.random.Generator(np.random.PCG64(seed))
    size, kinds = len(stages), len(KINDS)
    chance = np.zeros((size, size))
    for (origin, target), rate in RATES.items():
        if origin in stages and target in stages and not nothing:
            chance[stages.index(origin), stages.index(target)] = rate
    people = np.zeros((days + 1, brands, segments, size), dtype=np.int64)
    people[0, :, :, 0] = np.diff(np.linspace(0, consumers, segments + 1).astype(int))
    for brand in range(1, brands):  # rivals are known and bought on day 0
        for stage, share in ((1, 0.3), (4, 0.12 / brand)):
            move = (people[0, brand, :, 0] * share).astype(int)
            people[0, brand, :, stage] += move
            people[0, brand, :, 0] -= move
    transitions = np.zeros((days, brands, size, size), dtype=np.int32)
    for day in range(days):
        push = 1 + 0.8 * np.sin(day / 40)
        for brand in range(brands):
            daily = chance * (push if brand == 0 else 1 / (1 + 0.2 * brand))
            stay = 1 - daily.sum(axis=1)
            moves = rng.multinomial(people[day, brand], daily + np.diag(stay))
            people[day + 1, brand] = moves.sum(axis=1)
            moved = moves.sum(axis=0)
            np.fill_diagonal(moved, 0)
            transitions[day, brand] = moved
    weights = rng.dirichlet(np.full(kinds + 1, 0.4), size=size)
    causes = np.zeros((brands, size, size, kinds + 1), dtype=np.int64)
    for brand in range(brands):
        causes[brand] = rng.multinomial(transitions[:, brand].sum(axis=0), weights[:, None, :])
    reach = people[:-1].sum(axis=2)[:, :, None, :] * weights[:, :-1].T[None, None] * (0.0 if nothing else 0.6)
    delivered = rng.poisson(reach).astype(np.int32)
    noticed = rng.binomial(delivered, 0.3).astype(np.int32)
    series, spend = _series(rng, people, transitions, stages, nothing)
    if events is None:
        events = [(day, label, brand) for day, label, brand in _EVENTS if day < days and brand < brands]
    return Record(
        days=days,
        dates=np.datetime64("2025-01-06") + np.arange(days).astype("timedelta64[D]"),
        brands=names[:brands],
        focal=0,
        segments=tuple(f"segment {i + 1}" for i in range(segments)),
        stages=stages,
        kinds=KINDS,
        channels=CHANNELS,
        people=people,
        transitions=transitions,
        causes=causes,
        delivered=delivered,
        noticed=noticed,
        series=series,
        market={"motivation": 0.3 + 0.1 * np.sin(np.arange(days) / 58), "season": np.ones(days)},
        spend=spend,
        events=events,
        panel=_panel(rng, chance, days, brands, consumers, panel) if panel else None,
        cascades=_cascades(rng, days, brands, 0 if nothing else 200),
        seconds={"set_up": 0.5, "days": 1.25},
    )


_EVENTS = ((30, "television starts", 0), (150, "factory scandal", 0), (155, "apology", 0), (240, "rival cuts price", 1))


def _series(
    rng: np.random.Generator, people: np.ndarray, transitions: np.ndarray, stages: tuple[str, ...], nothing: bool
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    days, brands = transitions.shape[:2]
    customer = stages.index("customer")
    owners = people[1:, :, :, [customer]].sum(axis=(2, 3)).astype(float)
    alive = 0.0 if nothing else 1.0
    day = np.arange(days)[:, None] + np.zeros((1, brands))
    first = transitions[:, :, :, customer].sum(axis=2).astype(float)
    repeat = rng.poisson(owners * 0.03 * alive).astype(float)
    spend = np.zeros((days, brands, len(CHANNELS)))
    on = (day % 180 < 90) * alive
    for channel, weekly in enumerate((30_000, 9_000, 12_000, 3_000, 0, 6_000)):
        spend[:, :, channel] = on * weekly / 7
    slump = 0.15 * np.exp(-np.clip(day - 150, 0, None) / 60) * (day >= 150)
    revenue = (first + repeat) * 100 * 20.0
    series = {
        "purchases_first": first,
        "purchases_repeat": repeat,
        "revenue": revenue,
        "margin": revenue * 0.4,
        "spend_media": spend.sum(axis=2),
        "spend_influencers": on * 800,
        "spend_programmes": on * 0,
        "impressions": spend.sum(axis=2) / 10 * 10,
        "talk_positive": rng.poisson(owners * 0.05 * alive).astype(float),
        "talk_negative": rng.poisson(owners * 0.05 * (0.2 + 4 * slump) * alive).astype(float),
        "posts": rng.poisson(owners * 0.01 * alive).astype(float),
        "reviews": rng.poisson(owners * 0.002 * alive).astype(float),
        "score": 4.1 - slump,
        "complaints": rng.poisson(owners * 0.002 * alive).astype(float),
        "answered": rng.poisson(owners * 0.0015 * alive).astype(float),
        "awareness": people[1:, :, :, 1:].sum(axis=(2, 3)) / people[0, 0].sum(),
        "trust": 0.5 + 0.1 * (1 - np.exp(-day / 80)) - slump + 0.02 * np.arange(brands),
        "satisfaction": 0.7 - slump,
        "habit": 0.2 + 0 * day,
        "price": 20.0 + 0 * day,
        "ad_stock": on * 0.3,
    }
    return series, spend


def _panel(
    rng: np.random.Generator, chance: np.ndarray, days: int, brands: int, consumers: int, size: int
) -> dict[str, dict[str, np.ndarray]]:
    followed = np.sort(rng.choice(consumers, min(size, consumers), replace=False)).astype(np.int32)
    step = np.cumsum(chance + np.diag(1 - chance.sum(axis=1)), axis=1)
    now = rng.integers(0, 3, (len(followed), brands))
    start = now.copy()
    moves: list[tuple[int, ...]] = []
    for day in range(days):
        draw = rng.random(now.shape)
        after = np.minimum((draw[..., None] > step[now]).sum(axis=2), len(chance) - 1)
        for row, brand in zip(*np.nonzero(after != now), strict=True):
            cause = int(rng.integers(-1, len(KINDS)))
            moves.append((day, followed[row], brand, now[row, brand], after[row, brand], cause))
        now = after
    rows = 5 * len(followed) * min(days, 50)
    touches = {
        "day": np.sort(rng.integers(0, days, rows)),
        "consumer": rng.choice(followed, rows),
        "brand": rng.integers(0, brands, rows),
        "kind": rng.integers(0, len(KINDS), rows),
        "count": rng.integers(1, 4, rows),
        "noticed": rng.integers(0, 2, rows),
    }
    table = np.array(moves, dtype=np.int64).reshape(-1, 6)
    columns = {key: table[:, i] for i, key in enumerate(("day", "consumer", "brand", "from", "to", "cause"))}
    return {"touches": touches, "moves": columns, "start": {"consumer": followed, "stage": start}}


def _cascades(rng: np.random.Generator, days: int, brands: int, number: int) -> dict[str, np.ndarray]:
    size = rng.zipf(2.2, number).clip(1, 500)
    return {
        "size": size,
        "depth": np.minimum(size - 1, rng.integers(0, 6, number)),
        "largest_broadcast": np.maximum(size // 2, 1),
        "brand": rng.integers(0, brands, number),
        "day": np.sort(rng.integers(0, max(days, 1), number)),
        "structural_virality": 1 + rng.random(number),
    }


def make_run(
    people: int = 1_000_000, title: str = "A made-up market", scenario: Scenario | None = None, **options: Any
) -> Run:
    """A run of a made-up market; further options as for `make_record`."""
    record = make_record(**options)
    return Run.of(scenario or make_scenario(record, people, title), 1, record)


def make_scenario(record: Record, people: int, title: str) -> Scenario:
    """A scenario that fits a record: its people, consumers, brands and days."""
    market = {"people": people, "consumers": max(record.consumers, 50)}
    brands = [{"name": name} for name in record.brands]
    return Scenario.make(title=title, horizon={"days": max(record.days, 1)}, world={"market": market, "brands": brands})
