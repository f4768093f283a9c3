"""Interventions of the laboratory: what an experimenter does to a market that no strategist could."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.draws import uniforms
from sim.mechanisms.word_of_mouth import pack

if TYPE_CHECKING:
    from sim.engine import Engine

PEERS = ("word_of_mouth", "posts", "social_proof", "reviews", "referral")
"""Mechanisms by which consumers influence one another, reviews by strangers among them."""

STRANGERS: Mapping[str, Any] = {"world.peers.homophily": 0.0, "world.peers.likeness": 0.0}
"""Changes that leave who knows whom to chance: friends share neither segment nor tastes."""


def _look_away(engine: Engine) -> None:
    """Nobody sees which friends are customers."""
    engine.columns["friends_owning"][:] = 0


WITHOUT_PEERS: Mapping[str, Any] = {"without": PEERS, "before": _look_away}
"""How to live a market in which consumers do not influence one another: `lab.live(scenario, seed, **WITHOUT_PEERS)`."""


def unmoved_by_friends(engine: Engine) -> None:
    """Nobody minds what friends say or do: their words weigh nothing, and neither their staying nor their leaving is felt."""
    for name in ("trust_friends", "susceptibility", "farewells", "company"):
        engine.columns[name][:] = 0


def louder_from(day: int, factor: float) -> Callable[[Engine], None]:
    """From a day on, everybody talks and invites more often by a factor."""

    def before(engine: Engine) -> None:
        if engine.day == day:
            names = ("word_of_mouth.rate", "word_of_mouth.hearsay", "referral.invite")
            given = {name: engine.parameters[name.split(".")[0]][name.split(".")[1]] for name in names}
            engine.set_parameters({name: factor * value for name, value in given.items()})

    return before


def tell_everybody(engine: Engine, brand: int, share: float, tone: int, strength: int = 128) -> None:
    """This morning a share of all consumers, by chance, has heard a friend's word on a brand.

    tone: -100 (as bad as can be) to 100; strength: of the tie, 0 to 255. For `before` of a laboratory's life.
    """
    hears = uniforms(engine.key("laboratory"), engine.day, engine.consumers) < share
    engine.columns["heard"][brand, hears] += np.uint64(pack(tone, strength))
