"""What consumers meet: brands, flights, influencers and their posts, ties, letters, errands, cascades.

Ordinary objects with a few fields. The scenario and the compiled market's first morning fill them (`market.py`), the
mornings set what changes (`morning.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reference.consumer import Consumer, Relation

TELL, ASK, POST, PASS_ON, INVITE = "tell", "ask", "post", "pass on", "invite"


@dataclass(eq=False)
class Brand:
    """A brand as the scenario describes it, and its numbers of today.

    said: the scenario's table. price, promotion, available, news: today's regular price, cut, share of occasions at
    which it can be bought, bad news. price_gap, surprise: as covariates. usual_price, dearness: what people remember it to
    cost, and today's price against that and the category's, as a buyer weighs them. spend_factor: how a rival's reaction raises
    its advertising. relevance, acceptance: of personalised messages, by channel. score, volume, praise, blame: of reviews to
    readers. review_share: among all reviews of the category. stars: reviews so far by number of stars, in real people.
    waiting: complaints open since yesterday.
    """

    number: int
    said: Any
    launch: int
    channels: int
    price: float = 0.0
    promotion: float = 0.0
    available: float = 0.0
    news: float = 0.0
    price_gap: float = 0.0
    usual_price: float = 0.0
    dearness: float = 0.0
    surprise: float = 0.0
    spend_factor: float = 1.0
    relevance: list[float] = field(default_factory=list)
    acceptance: list[float] = field(default_factory=list)
    stars: list[float] = field(default_factory=lambda: [0.0] * 5)
    score: float = 0.0
    volume: float = 0.0
    praise: float = 0.0
    blame: float = 0.0
    review_share: float = 0.0
    waiting: int = 0
    answer_chance: float = 0.0
    member_bonus: float = 0.0
    sold: list[int] = field(default_factory=list)

    @property
    def paid_price(self) -> float:
        """What a buyer pays today."""
        return self.price * (1.0 - self.promotion)


@dataclass(eq=False)
class Flight:
    """One brand's money in one channel. number: its place in the calendar; nth: which of its brand and channel.

    segments, stages: who is aimed at. stage_weight: the same for today, with how much people at a stage search.
    rate: impressions today for each consumer and unit of weight; 0 on days without money.
    """

    number: int
    nth: int
    brand: Brand
    channel: int
    segments: list[bool]
    stages: list[bool]
    lookalike: float
    creative: float
    spend: list[float]
    stage_weight: list[float] = field(default_factory=list)
    rate: float = 0.0

    def weight(self, consumer: Consumer) -> float:
        """A consumer's weight in the audience: media use x aim x look-alike."""
        aim = self.segments[consumer.segment] * self.stage_weight[consumer.relations[self.brand.number].stage]
        alike = 1.0 - self.lookalike + 2.0 * self.lookalike * consumer.interest
        return consumer.media_use[self.channel] * aim * alike


@dataclass(eq=False)
class Influencer:
    """Somebody with followers; authenticity wears with sponsored posts and recovers."""

    number: int
    said: Any
    closeness: float
    fee: float
    authenticity: float
    sponsored_share: float = 0.0


@dataclass(eq=False)
class InfluencerPost:
    """One of today's posts. stream: number that keys its draws; weight: evidence for a follower with full trust."""

    influencer: Influencer
    brand: Brand
    stream: int
    chance: float
    weight: float
    cascade: int


@dataclass(eq=False)
class Cascade:
    """A post and all that came of it. tone: hundredths. root: the row of who began it (-1 - k: influencer k)."""

    brand: Brand
    tone: int
    root: int
    day: int


@dataclass(eq=False)
class Tie:
    """A tie to a friend; strength in 255ths."""

    friend: Consumer
    strength: int


@dataclass(eq=False)
class Mentions:
    """What friends said about a brand: how often, and good and bad in hundredths weighted by tie strength."""

    count: int = 0
    good: int = 0
    bad: int = 0

    def add(self, tone: int, strength: int) -> None:
        """One more mention, of a tone in hundredths, through a tie; whole numbers, so that order cannot matter."""
        self.count += 1
        size = abs(tone) * strength // 255
        if tone >= 0:
            self.good += size
        else:
            self.bad += size


@dataclass(eq=False)
class Letter:
    """A message in a consumer's inbox: `count` copies, with effects as if all were noticed.

    awareness and activation are exponents; good and bad are evidence, already weighted by trust in the source.
    """

    relation: Relation
    kind: int
    count: int
    salt: int
    awareness: float
    good: float
    bad: float
    activation: float


@dataclass(eq=False)
class Errand:
    """What a consumer will do to others tonight. value: tone of talk, or number of a cascade."""

    consumer: Consumer
    relation: Relation
    act: str
    value: int = 0
