"""The probability that a consumer takes a brand on an occasion, worked out from state by the rule of `purchase`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.columns import NEVER
from sim.mechanisms.journey import social_proof_of
from sim.mechanisms.perception import heeded_word, word_in_mind
from sim.mechanisms.purchase import bonus_of, utility_of
from sim.mechanisms.social_proof import departures_of
from sim.stages import REFUSES

if TYPE_CHECKING:
    from sim.engine import Engine

WEIGHTS = (
    "appeal", "trust_weight", "habit_weight", "ad_weight", "word_weight", "social_weight", "promotion_weight", "strangeness",
)  # fmt: skip
"""Parameters of `purchase` that its rule of utility takes, in its order."""


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


def _word(engine: Engine) -> np.ndarray:
    """What is left of what friends said of each brand, (brands, consumers)."""
    c, half_life = engine.columns, engine.parameters["perception"]["word_half_life"]
    return _each(word_in_mind, c["friends_word"].astype(float), engine.day - c["last_word"].astype(float), half_life)


def _logit(utility: np.ndarray) -> np.ndarray:
    weight = np.exp(utility)
    return weight / (1.0 + weight.sum(axis=0))


def _each(rule: Callable[..., float], *values: np.ndarray | float) -> np.ndarray:
    """A rule of the model for every brand and consumer, float64 (brands, consumers)."""
    return np.asarray(np.vectorize(rule, otypes=[float])(*values))


def current_choice(engine: Engine) -> Choice:
    """What everybody would choose this evening."""
    c, t, p = engine.columns, engine.tables, engine.parameters["purchase"]
    role = engine.stage_role[c["stage"]]
    trust, days = _trust(engine, 0.0, 0.0), engine.day - c["last_farewell"].astype(float)
    degree, memory = np.diff(engine.ties.start), engine.parameters["social_proof"]["memory"]
    friends = _each(social_proof_of, c["friends_owning"], degree, c["susceptibility"] / 255.0)
    gone = _each(departures_of, c["farewells"], days, memory)
    bonus = _each(bonus_of, t["member_bonus"][:, None], c["habit"], c["purchase_rate"], t["reward_pace"][0])
    value = _each(
        utility_of, role, c["last_bought"] != NEVER, trust, c["taste"], c["habit"], c["ad_memory"] + c["ad_glimpse"],
        _word(engine), friends, c["price_sensitivity"], t["dearness_today"][:, None], t["promotion_today"][:, None], bonus, gone,
        *(p[name] for name in WEIGHTS),
    )  # fmt: skip
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
    before, weights = _word(engine), engine.parameters["purchase"]
    heeded = _each(heeded_word, before, good - bad) - before
    step = np.exp(
        weights["trust_weight"] * (_trust(engine, good, bad) - choice.trust) + weights["word_weight"] * heeded
    )
    return choice.probability * step / (1.0 + choice.probability * (step - 1.0))
