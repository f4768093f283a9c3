"""Events: crises, algorithm changes, trends, outages and price moves, as the scenario dates them.

Events change today's numbers, never people directly: a *crisis* gives a brand bad news that spreads through the media for
some days (each consumer hears of it with chance `reach` x size a day; the size is scaled by 1 - openness (2 transparency - 1),
for brands that explain themselves fare better, S04), an *algorithm* change multiplies organic reach, a
*trend* multiplies category need, an *outage* takes availability away, and a *price* move multiplies the price. All are scaled by
`severity`: at 0 nothing happens. (Events of kind "set" are the calendar's.)

News carries evidence against the brand, discounted by nothing but attention; it also makes the brand known (S10: bad
news raises awareness).
"""

from __future__ import annotations

import numpy as np

from sim.draws import stream, uniform
from sim.kernels import kernel
from sim.lists import send
from sim.mechanism import Kind, Mechanism, Response, register
from sim.params import Param

PARAMS = {
    "severity": Param(1.0, 0, 5, "factor", "strength of every event relative to the scenario's"),
    "reach": Param(0.35, 0, 1, "per day", "chance to meet a crisis of size 1 in the news on a day"),
    "harm": Param(1.5, 0, 20, "evidence", "evidence against the brand in one noticed piece of bad news"),
    "openness": Param(
        0.6,
        0,
        1,
        "factor",
        "what full transparency takes off bad news, and none adds",
        "S04: explaining helps; size assumed",
    ),
    "salience": Param(0.5, 0, 5, "exponent", "how much a piece of news makes the brand known"),
}

TABLES = {"news_today": "size of the bad news about each brand today"}


@kernel
def report(lo, hi, day, key, news_today, letters, effects, sent, load, kind_news, reach, harm, salience):
    """Bad news about a brand reaches consumers."""
    for b in range(news_today.size):
        if news_today[b] <= 0.0:
            continue
        heard = min(1.0, reach * news_today[b])
        today = stream(key, day, b)
        for i in range(lo, hi):
            if uniform(today, i) < heard:
                load[i] += 1
                send(letters, effects, sent, i, b, kind_news, 1, 0, salience, 0.0, harm * news_today[b], 0.0)


def setup(engine):
    """No news yet."""
    return {"news_today": np.zeros(len(engine.brands), np.float32)}


def dawn(engine):
    """Apply the events in force today."""
    tables, params = engine.tables, engine.parameters["events"]
    severity, openness = params["severity"], params["openness"]
    tables["news_today"][:] = 0.0
    for event in engine.calendar.events:
        if not event.first <= engine.day < event.last:
            continue
        if event.kind == "crisis":
            transparency = engine.brands[event.brand].transparency
            tables["news_today"][event.brand] += severity * event.size * (1.0 - openness * (2.0 * transparency - 1.0))
        elif event.kind == "algorithm":
            engine.platform.organic_reach = min(1.0, engine.platform.organic_reach * event.size**severity)
        elif event.kind == "trend":
            tables["season_today"][0] *= event.size**severity
        elif event.kind == "outage":
            tables["available"][event.brand] *= max(0.0, 1.0 - severity * event.size)
        elif event.kind == "price":
            tables["price_today"][event.brand] *= event.size**severity


register(
    Mechanism(
        name="events",
        phase="events",
        kernels=(report,),
        params=PARAMS,
        tables=TABLES,
        kinds=(Kind("news", "bad news about a brand in the media"),),
        setup=setup,
        dawn=dawn,
        after=("calendar",),
        off={"severity": 0.0},
        responses=(Response("harm", "trust", -1),),
    )
)
