"""The probability that a consumer takes a brand on an occasion, worked out from state by the rule of `purchase`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.columns import NEVER
from sim.mechanisms.social_proof import WHOLE
from sim.stages import CONSIDERS, INTENDS, OWNS, REFUSES

if TYPE_CHECKING:
    from sim.engine import Engine


@dataclass(frozen=True)
class Choice:
    """Choice among brands on shelves that are never empty. Arrays (brands, consumers).

    utility: without noise, -inf for what a consumer would not take. probability: of the multinomial logit against buying nothing
    (0 without noise). trust: as it is.
    """

    utility: np.ndarray
    probability: np.ndarray
    trust: np.ndarray

    @property
    def known(self) -> np.ndarray:
        """Whom a brand could be taken by, bool (brands, consumers)."""
        return np.isfinite(self.utility)

    def familiar(self, engine: Engine) -> np.ndarray:
        """Whom a brand could be taken by who has used it before, bool (brands, consumers)."""
        return self.known & (engine.columns["last_bought"] != NEVER)

    def word_of_a_friend(self, engine: Engine, feeling: float) -> np.ndarray:
        """Evidence in one friend's word over a tie of mean strength, float (consumers,)."""
        strength = engine.ties.strength.mean() / 255.0
        trust = engine.columns["trust_friends"] / 255.0
        return engine.parameters["word_of_mouth"]["persuasion"] * trust * strength * feeling


def _trust(engine: Engine, good: np.ndarray | float, bad: np.ndarray | float) -> np.ndarray:
    p = engine.parameters["perception"]
    r = engine.columns["evidence_for"] + good + p["prior_for"]
    return r / (r + engine.columns["evidence_against"] + bad + p["prior_against"])


def _logit(utility: np.ndarray) -> np.ndarray:
    weight = np.exp(utility)
    return weight / (1.0 + weight.sum(axis=0))


def current_choice(engine: Engine) -> Choice:
    """What everybody would choose this evening."""
    c, t, p = engine.columns, engine.tables, engine.parameters["purchase"]
    role = engine.stage_role[c["stage"]]
    degree = np.maximum(np.diff(engine.ties.start), 1)
    friends = np.minimum(1.0, 2.0 * c["susceptibility"] / 255.0 * c["friends_owning"] / degree)
    gone = c["farewells"] * WHOLE
    gone = gone * 2.0 ** ((c["last_farewell"] - engine.day) / engine.parameters["social_proof"]["memory"])
    trust, owns = _trust(engine, 0.0, 0.0), role & OWNS > 0
    earned = np.maximum(0.0, 1.0 - c["habit"] * c["purchase_rate"] / t["reward_pace"][0])
    value = p["appeal"] + c["taste"] + p["trust_weight"] * (trust - 0.5) + p["habit_weight"] * c["habit"]
    value += p["ad_weight"] * (c["ad_memory"] + c["ad_glimpse"]) + p["social_weight"] * friends
    value += p["promotion_weight"] * t["promotion_today"][:, None]
    value -= c["price_sensitivity"] * t["dearness_today"][:, None]
    value += owns * (t["member_bonus"][:, None] * earned - p["social_weight"] * gone / (gone + 0.5))
    value -= p["strangeness"] * (role & (CONSIDERS | INTENDS | OWNS) == 0)
    value = np.where((t["can_buy"][c["stage"]] > 0) & (role & REFUSES == 0), value, -np.inf)
    return Choice(value, _logit(value), trust)


def shifted(choice: Choice, engine: Engine, evidence: np.ndarray) -> np.ndarray:
    """Probability of each brand if a friend said one thing about it and nothing else: evidence for it, or if negative against.

    evidence: (consumers,) in Beta counts. It is taken in as perception takes in what is discussed.
    """
    p, c = engine.parameters["perception"], engine.columns
    fit, agreement = engine.tables["stage_fit"][c["stage"], 1], p["congruence"] * (2.0 * choice.trust - 1.0)
    good = np.maximum(evidence, 0.0) * (1.0 + agreement) * fit
    heavier = np.where(c["last_bought"] == NEVER, p["negativity"], 1.0)
    bad = heavier * np.maximum(-evidence, 0.0) * (1.0 - agreement) * fit
    step = np.exp(engine.parameters["purchase"]["trust_weight"] * (_trust(engine, good, bad) - choice.trust))
    return choice.probability * step / (1.0 + choice.probability * (step - 1.0))
