"""A consumer without a day: traits, what is known of each brand, an inbox, and luck."""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING, Any

import mesa

from reference.things import Brand, Errand, Letter, Mentions, Tie
from sim.columns import NEVER
from sim.mechanisms.social_proof import GRAIN

if TYPE_CHECKING:
    from reference.market import PlainMarket


class Relation:
    """What one consumer knows, feels and did about one brand.

    Attributes have the names of the compiled market's columns: taste, stage, entered, awareness, evidence_for,
    evidence_against, fatigue, ad_memory, ad_glimpse, friends_word, last_word, last_touch, satisfaction, complaint, habit,
    last_bought, won_by, friends_owning, farewells, last_farewell, invited, referrer, invited_on, company, vouched_on; and
    heard, advised: what friends said since yesterday.
    """

    stage: int
    entered: int
    awareness: float
    evidence_for: float
    evidence_against: float
    fatigue: float
    ad_memory: float
    ad_glimpse: float
    friends_word: float
    last_word: int
    last_touch: int
    taste: float
    satisfaction: float
    complaint: int
    habit: float
    last_bought: int
    won_by: int
    friends_owning: int
    farewells: int
    last_farewell: int
    invited: int
    referrer: int
    invited_on: int
    company: int
    vouched_on: int

    def __init__(self, brand: Brand, state: dict[str, Any]) -> None:
        self.brand = brand
        for name, value in state.items():
            setattr(self, name, value)
        self.heard, self.advised = Mentions(), Mentions()
        self.at_dawn: dict[str, float] = {}

    @property
    def bought(self) -> bool:
        """Whether the brand was ever bought."""
        return self.last_bought != NEVER

    def learn(self, exponent: float) -> None:
        """The brand comes to mind more easily: a += (1 - a) (1 - exp(-x))."""
        self.awareness += (1.0 - self.awareness) * rise(exponent)


class Person(mesa.Agent):
    """Who a consumer is.

    row: number of the consumer, which keys all luck. Traits that are shares are in [0, 1]. relations: one for each
    brand. ties: friends with tie strength. follows: numbers of influencers.
    """

    segment: int
    trust_ads: float
    trust_influencers: float
    trust_friends: float
    trust_reviews: float
    trust_owned: float
    susceptibility: float
    talkativeness: float
    impulsiveness: float
    interest: float
    attention: float
    price_sensitivity: float
    purchase_rate: float
    media_use: list[float]
    motivation: float
    last_purchase: int
    load: float
    seen_post: int
    seen_from: int
    passed_on: int
    model: PlainMarket

    def __init__(self, market: PlainMarket, row: int, traits: dict[str, Any], relations: list[Relation]) -> None:
        super().__init__(market)
        self.row = row
        for name, value in traits.items():
            setattr(self, name, value)
        self.relations = relations
        self.ties: list[Tie] = []
        self.follows: set[int] = set()
        self.inbox: list[Letter] = []
        self.errands: list[Errand] = []
        self.order: tuple[Relation, bool] | None = None

    @property
    def spoken_to(self) -> int:
        """Brands about which friends told or answered something last night, one bit each."""
        return sum(1 << one.brand.number for one in self.relations if one.heard.count or one.advised.count)

    @property
    def invited_to(self) -> int:
        """Brands that a friend invited to last night, one bit each."""
        return sum(1 << one.brand.number for one in self.relations if one.invited)

    def luck(self, mechanism: str, purpose: int) -> float:
        """This consumer's number in [0, 1) for one purpose today."""
        return self.model.luck.uniform(mechanism, self.model.day, purpose, self.row)

    def screened(self, mechanism: str, purpose: int) -> float:
        """The same where the market screens everybody before it looks at anybody."""
        return self.model.luck.screened(mechanism, self.model.day, purpose, self.row)

    def receive(self, relation: Relation, kind: str | int, count: int = 1, salt: int = 0, *, awareness: float = 0.0,
                good: float = 0.0, bad: float = 0.0, activation: float = 0.0) -> None:  # fmt: skip
        """Put a letter in the inbox. A kind that competes for attention adds to the day's load."""
        number = self.model.kind[kind] if isinstance(kind, str) else kind
        if self.model.kinds[number].pushed:
            self.load += count
        self.inbox.append(Letter(relation, number, count, salt, awareness, good, bad, activation))

    def trust(self, relation: Relation) -> float:
        """Trust in a brand: the mean of the Beta reputation, (r + r0) / (r + s + r0 + s0)."""
        prior = self.model.params["perception"]
        good = relation.evidence_for + prior.prior_for
        return good / (good + relation.evidence_against + prior.prior_against)

    def confidence(self, relation: Relation) -> float:
        """How sure: the share of all evidence that is not prior."""
        prior = self.model.params["perception"]
        known = relation.evidence_for + relation.evidence_against
        return known / (known + prior.prior_for + prior.prior_against)

    def word(self, relation: Relation) -> float:
        """Friends' word on a brand that is still in mind: it halves every so many days."""
        days = self.model.day - relation.last_word
        return relation.friends_word * 2.0 ** (-days / self.model.params["perception"].word_half_life)

    def social_proof(self, relation: Relation) -> float:
        """Share of friends who are customers x twice the own susceptibility, at most 1; 0 without friends."""
        if not self.ties:
            return 0.0
        return min(1.0, 2.0 * self.susceptibility * relation.friends_owning / len(self.ties))

    def departures(self, relation: Relation) -> float:
        """How much friends' leaving is felt: x / (x + 1/2) of the tie strengths to those who left lately."""
        gone = relation.farewells / (255.0 * GRAIN)
        gone *= 2.0 ** (-(self.model.day - relation.last_farewell) / self.model.params["social_proof"].memory)
        return gone / (gone + 0.5)

    def move(self, relation: Relation, to: int) -> None:
        """Go to another stage with a brand; friends are told tonight."""
        self.model.note_move(self, relation, relation.stage, to)
        relation.stage, relation.entered = to, self.model.day


def rise(exponent: float) -> float:
    """What share of the missing part an exponent adds: 1 - exp(-x)."""
    return 1.0 - exp(-exponent)
