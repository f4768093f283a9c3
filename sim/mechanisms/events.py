"""What happens to the market today: season, prices, promotions, launches, and the scenario's events.

Events change today's numbers, never people directly: a *crisis* gives a brand bad news that spreads through the media for
some days (each consumer hears of it with chance `reach` x size a day), an *algorithm* change multiplies organic reach, a
*trend* multiplies category need, an *outage* takes availability away, a *price* move multiplies the price, and *set*
changes any parameter. After `days` the old value returns.

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
    "reach": Param(0.35, 0, 1, "per day", "chance to meet a crisis of size 1 in the news on a day"),
    "harm": Param(1.5, 0, 20, "evidence", "evidence against the brand in one noticed piece of bad news"),
    "salience": Param(0.5, 0, 5, "exponent", "how much a piece of news makes the brand known"),
}

TABLES = {
    "season_today": "category need today relative to an average day, one number",
    "price_today": "regular price of each brand today, before promotion",
    "promotion_today": "share of the price cut by promotion today, per brand",
    "available": "share of purchase occasions at which a brand can be bought today",
    "news_today": "size of the bad news about each brand today",
}


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
                load[i] += np.float32(1.0)
                send(letters, effects, sent, i, b, kind_news, 1, 0, salience, 0.0, harm * news_today[b], 0.0)


def setup(engine):
    """Make today's numbers, at their values for an ordinary day."""
    brands = len(engine.brands)
    return {
        "season_today": np.ones(1, np.float32),
        "price_today": np.array([brand.price for brand in engine.brands], np.float32),
        "promotion_today": np.zeros(brands, np.float32),
        "available": np.array([brand.availability for brand in engine.brands], np.float32),
        "news_today": np.zeros(brands, np.float32),
    }


def dawn(engine):
    """Set today's numbers from the calendar and the events in force."""
    day, calendar, tables = engine.day, engine.calendar, engine.tables
    tables["season_today"][0] = calendar.season[day]
    tables["price_today"][:] = calendar.price[day]
    tables["promotion_today"][:] = calendar.promotion[day]
    tables["available"][:] = [brand.availability for brand in engine.brands]
    tables["available"][calendar.launch > day] = 0.0
    tables["news_today"][:] = 0.0
    for event in calendar.events:
        if event.kind == "set" and day == event.first:
            engine.set_parameters(event.set)
        elif event.kind == "set" and day == event.last:
            engine.restore_parameters(event.set)
    engine.platform.restore()
    for event in calendar.events:
        if event.first <= day < event.last:
            _apply(engine, event, tables)


def _apply(engine, event, tables):
    if event.kind == "crisis":
        tables["news_today"][event.brand] += event.size
    elif event.kind == "algorithm":
        engine.platform.organic_reach *= event.size
    elif event.kind == "trend":
        tables["season_today"][0] *= event.size
    elif event.kind == "outage":
        tables["available"][event.brand] *= max(0.0, 1.0 - event.size)
    elif event.kind == "price":
        tables["price_today"][event.brand] *= event.size


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
        off={"reach": 0.0},
        responses=(Response("harm", "trust", -1),),
    )
)
