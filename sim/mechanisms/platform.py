"""The platform's rules today: organic reach, virality, clutter and one-tap buying, as events (an algorithm change) leave them.

Organic reach is the share of ties and followers who are shown a post: 16 % in 2012, 12 % in 2013, 6 % in 2014 (X03).
"""

from __future__ import annotations

import numpy as np

from sim.mechanism import Mechanism, register

TABLES = {
    "reach_today": "organic reach of the platform today, one number",
    "pass_chance": "chance that a neutral post is passed on by a person of mean talkativeness, one number",
    "platform_clutter": "other messages a day on the platform, one number",
    "one_tap_today": "ease of buying inside the feed, one number",
}


def setup(engine):
    """The platform as the scenario describes it."""
    platform = engine.platform
    return {
        "reach_today": np.array([platform.organic_reach]),
        "pass_chance": np.array([platform.virality]),
        "platform_clutter": np.array([platform.clutter]),
        "one_tap_today": np.array([platform.one_tap]),
    }


def dawn(engine):
    """The platform as today's events leave it."""
    tables, platform = engine.tables, engine.platform
    tables["reach_today"][0] = platform.organic_reach
    tables["pass_chance"][0] = platform.virality
    tables["platform_clutter"][0] = platform.clutter
    tables["one_tap_today"][0] = platform.one_tap


register(Mechanism(name="platform", phase="events", tables=TABLES, setup=setup, dawn=dawn, after=("events",)))
