"""The calendar: season, prices, promotions and launches of today, and parameters that an event of kind "set" changes.

What is known before the run (sim.calendar) becomes today's numbers here, before anything else in the morning; events and
rivals then move them.
"""

from __future__ import annotations

import numpy as np

from sim.mechanism import Mechanism, register

TABLES = {
    "season_today": "category need today relative to an average day, one number",
    "price_today": "regular price of each brand today, before promotion",
    "promotion_today": "share of the price cut by promotion today, per brand",
    "available": "share of purchase occasions at which a brand can be bought today",
}


def setup(engine):
    """Make today's numbers, at their values for an ordinary day."""
    return {
        "season_today": np.ones(1, np.float32),
        "price_today": np.array([brand.price for brand in engine.brands], np.float32),
        "promotion_today": np.zeros(len(engine.brands), np.float32),
        "available": np.array([brand.availability for brand in engine.brands], np.float32),
        "_availability": np.array([brand.availability for brand in engine.brands], np.float32),
        "_last_launch": int(engine.calendar.launch.max()),
        "_changes": [event for event in engine.calendar.events if event.kind == "set"],
    }


def dawn(engine):
    """Set today's numbers from the calendar; change and restore parameters whose day it is."""
    day, calendar, tables = engine.day, engine.calendar, engine.tables
    tables["season_today"][0] = calendar.season[day]
    tables["price_today"][:] = calendar.price[day]
    tables["promotion_today"][:] = calendar.promotion[day]
    tables["available"][:] = tables["_availability"]
    if day < tables["_last_launch"]:
        tables["available"][calendar.launch > day] = 0.0
    for event in tables["_changes"]:
        if day == event.first:
            engine.set_parameters(event.set)
        elif day == event.last:
            engine.restore_parameters(event.set)
    engine.platform.restore()


register(Mechanism(name="calendar", phase="events", tables=TABLES, setup=setup, dawn=dawn))
