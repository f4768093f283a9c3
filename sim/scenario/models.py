"""What a scenario file may say: every table, key, default, range and its meaning.

`[world]` is what nobody decides (the market, rivals, the network, chance events); `[plan]` is what the strategist
decides for the focal brand. A what-if changes only the plan unless it says otherwise.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from sim.scenario.moments import Day, When

Share = Annotated[float, Field(ge=0, le=1)]
LARGEST_SUM = 1e15
"""Most money in one amount: as much as the world earns in ten years, and far from where sums of it overflow."""
Money = Annotated[float, Field(ge=0, le=LARGEST_SUM)]
Price = Annotated[float, Field(ge=1e-6, le=1e9)]
Taste = Annotated[float, Field(ge=-20, le=20)]
Coefficient = Annotated[float, Field(ge=-30, le=30)]
Positive = Annotated[float, Field(gt=0)]

PAID_CHANNELS = ("television", "online_video", "paid_social", "display", "out_of_home", "search")
TRUST_SOURCES = ("ads", "influencers", "friends", "reviews", "owned")
TIERS = ("nano", "micro", "mid", "macro", "mega")


class Table(BaseModel):
    """One table of the file. Unknown keys are errors; values never change after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, allow_inf_nan=False)


class Horizon(Table):
    start: Day = Field(date(2025, 1, 6), description="First simulated day (a Monday by default).")
    days: int = Field(365, ge=1, le=7300, description="How many days to simulate.")


class Market(Table):
    people: int = Field(1_000_000, ge=100, description="Real people in the market.")
    consumers: int = Field(
        10_000, ge=50, le=20_000_000, description="Simulated consumers; each stands for people / consumers real people."
    )
    category: Literal["repeat", "one-off", "subscription"] = Field(
        "repeat", description="repeat: bought again and again; one-off: a considered purchase; subscription: renews."
    )
    purchase_cycle: Positive = Field(
        30.0,
        le=36500,
        description="Mean days between purchases of the category, per buyer (subscription: days per period).",
    )
    season: tuple[Annotated[Positive, Field(le=100)], ...] = Field(
        (1.0,) * 12, min_length=12, max_length=12, description="Demand index of each calendar month, January first."
    )
    trend: float = Field(0.0, ge=-0.9, le=9.0, description="Yearly growth of category need: 0.05 is +5 % a year.")
    currency: str = Field("EUR", description="Label for money in reports.")


class Segment(Table):
    name: str = Field(description="What it is called.")
    share: Share = Field(1.0, description="Share of the population; shares are scaled to sum to 1.")
    media: dict[str, Share] = Field(
        default_factory=dict,
        description="Channel -> chance of being there on a given day; missing channels keep defaults.",
    )
    trust: dict[str, Share] = Field(
        default_factory=dict,
        description="Source (ads, influencers, friends, reviews, owned) -> mean trust; missing keep defaults.",
    )
    susceptibility: Share = Field(0.5, description="How much other people's opinions weigh, mean.")
    price_sensitivity: float = Field(2.5, ge=0, le=10, description="Weight of log relative price in choice, mean.")
    purchase_rate: Positive = Field(1.0, le=1000, description="Category purchases relative to the market's mean rate.")
    talkativeness: Share = Field(0.3, description="Readiness to talk about purchases, mean.")
    impulsiveness: Share = Field(0.2, description="Readiness to buy on impulse, mean.")
    attention: Positive = Field(
        3.0, description="Pushed messages of the category a day that fill half the attention, mean."
    )
    taste: dict[str, Taste] = Field(default_factory=dict, description="Brand -> mean utility of taste in this segment.")


class Population(Table):
    """How people differ inside a segment."""

    trait_concentration: float = Field(
        6.0, ge=0.1, le=1e6, description="Beta concentration of share-like traits (higher: more alike)."
    )
    media_concentration: float = Field(
        1.5,
        ge=0.1,
        le=1e6,
        description="The same of media use: some are always there, some hardly ever, so reach grows slowly.",
    )
    rate_shape: float = Field(
        0.78,
        ge=0.05,
        le=1e6,
        description="Gamma shape of purchase rates: NBD K of UK toothpaste 1973 (Goodhardt et al. 1984).",
    )
    taste_spread: float = Field(
        0.8, ge=0, le=5, description="Standard deviation of personal taste for each brand, in utility."
    )
    sensitivity_spread: float = Field(0.3, ge=0, le=1.5, description="Log standard deviation of price sensitivity.")


class Peers(Table):
    """The peer network: made here, or read from a file."""

    degree: float = Field(10.0, gt=0, le=500, description="Mean number of ties.")
    community: int = Field(60, ge=3, description="Mean size of a community (circle of people who know one another).")
    inside: Share = Field(0.7, description="Share of ties inside the own community.")
    tail: float = Field(
        0.9, ge=0, le=2, description="Spread of sociability (log standard deviation): heavier tail, more hubs."
    )
    clustering: Share = Field(0.3, description="Share of inside ties made by closing triangles.")
    homophily: Share = Field(0.5, description="0: segments mix freely; 1: communities and ties hold one segment.")
    likeness: float = Field(
        0.2,
        ge=0,
        le=0.5,
        description="How alike friends are beyond their segment: at 0.2 their traits and tastes correlate at about 0.25.",
    )
    strength: Share = Field(0.5, description="Mean tie strength; ties inside a community are stronger.")
    file: str | None = Field(None, description="Edge list (CSV, optionally .gz) with columns source,target[,strength].")
    nodes: str | None = Field(
        None, description="Node list (CSV) with columns id[,segment]; gives segments to consumers."
    )


class Channel(Table):
    name: str = Field(description="What it is called; a default channel's name changes that channel.")
    cpm: float = Field(10.0, ge=0.001, le=1e6, description="Cost per thousand impressions, untargeted.")
    type: Literal["push", "search"] = Field("push", description="push: finds people; search: found by those who look.")
    trust: Share = Field(
        0.5, description="Trust in ads of this channel (Nielsen 2015), as a factor on the person's own."
    )
    awareness: Share = Field(0.1, description="How much one noticed impression raises awareness (1 - exp(-alpha)).")
    persuasion: Share = Field(0.05, description="Evidence for the brand that one noticed impression carries.")
    activation: Share = Field(0.02, description="How much one noticed impression raises felt need.")
    targets: tuple[Literal["segment", "stage", "lookalike"], ...] = Field(
        ("segment",), description="Which targeting the channel allows."
    )
    clutter: float = Field(
        1.0, ge=0, le=1000, description="Other messages around each impression; lowers the chance to be noticed."
    )
    lasting: Share = Field(
        0.0,
        description="Share of a noticed impression that stays in mind for weeks, as film does; the rest is gone in days.",
    )
    use: Share = Field(0.5, description="Chance of being there on a day, for segments that do not say.")


class Influencer(Table):
    name: str = Field("", description="What sponsorships call this one.")
    tier: Literal["nano", "micro", "mid", "macro", "mega"] = Field(
        "micro", description="Size class: followers and fees."
    )
    count: int = Field(1, ge=1, le=10_000, description="Make this many like it.")
    followers: int | None = Field(None, ge=1, description="People who follow; by default the middle of the tier.")
    segment: str | None = Field(
        None, description="Segment most drawn to this influencer; default: drawn by interest alone."
    )
    authenticity: Share = Field(0.7, description="How genuine followers find them at the start.")
    fit: Share = Field(0.6, description="Fit with the category.")
    posts_per_week: float = Field(0.2, ge=0, le=70, description="Unpaid posts about the category's brands a week.")
    fee: Money | None = Field(None, description="Fee per sponsored post; by default tier followers x tier CPM.")


class Platform(Table):
    organic_reach: Share = Field(
        0.12, description="Share of ties or followers that see a post (Social@Ogilvy 2013: 12 %)."
    )
    virality: float = Field(0.04, ge=0, le=1, description="Chance that a person who saw a neutral post passes it on.")
    personalisation: Share = Field(0.3, description="How strongly the feed matches messages to interest.")
    clutter: float = Field(
        2.0, ge=0, le=1000, description="Other messages a day competing for attention in every feed."
    )
    one_tap: Share = Field(0.0, description="Social commerce: ease of buying inside the feed on impulse.")


class Service(Table):
    capacity: float = Field(30.0, ge=0, description="Complaints that can be answered a day per 1,000 customers.")
    answer_hours: Positive = Field(6.0, description="Hours to answer a complaint when there is no queue.")
    skill: Share = Field(0.7, description="Share of complainers whom an answer at once contents.")


class Loyalty(Table):
    reward: Share = Field(0.0, description="Strength of the loyalty programme (0: none).")
    thanks: Share = Field(0.0, description="How often customers are thanked and noticed.")
    cost_share: Share = Field(0.03, description="Programme cost as a share of members' revenue at full reward.")


class Referral(Table):
    reward: Money = Field(0.0, description="Reward paid to a customer for each new customer brought in.")
    appeal: Share = Field(0.0, description="How attractive the programme is to customers (0: no programme).")


class Reaction(Table):
    """A rival's simple rule of reaction to the focal brand."""

    to: Literal["none", "price", "share"] = Field("none", description="What the rival watches.")
    strength: Share = Field(0.5, description="Share of the price gap matched, or of budget added per lost share.")
    delay: int = Field(14, ge=1, description="Days between seeing and acting.")


class Brand(Table):
    name: str = Field(description="What it is called.")
    focal: bool = Field(False, description="The brand the strategist plans for. Exactly one; the first by default.")
    price: Price = Field(20.0, description="Regular price.")
    margin: Share = Field(0.4, description="Gross margin as a share of the regular price.")
    quality: Share = Field(0.7, description="Mean quality of experience.")
    quality_spread: float = Field(0.2, ge=0, le=1, description="Standard deviation of experience.")
    problem_rate: Share = Field(0.04, description="Share of purchases that bring a problem.")
    availability: Share = Field(
        0.9, description="Share of purchase occasions at which it can be bought (shops and online)."
    )
    transparency: Share = Field(0.5, description="How openly it says what it does with data and in trouble.")
    known: Share = Field(0.0, description="Share of people who know the brand on day 0.")
    buyers: Share = Field(0.0, description="Share of people who are its customers on day 0.")
    considering: Share = Field(0.0, description="Share of people who weigh it on day 0: a long search is under way.")
    intending: Share = Field(0.0, description="Share of people who want to buy it on day 0.")
    reviews: int = Field(0, ge=0, description="Reviews there are on day 0.")
    score: float = Field(4.0, ge=1, le=5, description="Mean stars of those reviews.")
    launch: When | None = Field(None, description="Day the brand enters the market; before it nobody can buy it.")
    consent: Share = Field(0.35, description="Share of customers who allow e-mail.")
    emails_per_week: float = Field(0.5, ge=0, le=14, description="E-mails a week to customers who gave consent.")
    site: Share = Field(0.6, description="How convincing its web site is.")
    community: Share = Field(0.1, description="Strength of its community of customers.")
    posts_per_week: float = Field(2.0, ge=0, le=50, description="Own posts a week, seen by customers by organic reach.")
    service: Service = Field(Service(), description="How complaints are answered.")
    loyalty: Loyalty = Field(Loyalty(), description="Its loyalty programme.")
    referral: Referral = Field(Referral(), description="Its referral programme.")
    reaction: Reaction = Field(Reaction(), description="How it reacts to the focal brand.")


class Arrow(Table):
    """One transition of the journey: daily hazard = rate * scale * exp(sum of effects * covariates)."""

    from_: str = Field(alias="from", description="Stage it leaves.")
    to: str = Field(description="Stage it leads to.")
    rate: float = Field(
        ge=0,
        le=10,
        description="Daily hazard when every covariate is 0; by message: exponent per unit of what it makes known.",
    )
    effects: dict[str, Coefficient] = Field(default_factory=dict, description="Covariate -> coefficient.")
    scale: str | None = Field(None, description="A covariate in [0, 1] that the hazard is in proportion to.")
    by: Literal["hazard", "purchase", "message"] = Field(
        "hazard",
        description="purchase: fires only by buying; rate is not used. message: fires as a message is noticed, with chance "
        "1 - exp(-rate * how far it makes known); from a stage that does not know the brand.",
    )


class Stage(Table):
    name: str = Field(description="What it is called; a default stage's name replaces that stage.")
    knows: bool = Field(True, description="People there know the brand.")
    considers: bool = Field(False, description="They weigh it: they look, read and ask of their own accord.")
    intends: bool = Field(False, description="They want to buy it.")
    owns: bool = Field(False, description="They are its customers.")
    refuses: bool = Field(False, description="They will not have it.")
    fit: tuple[Share, Share, Share] = Field(
        (1.0, 1.0, 1.0), description="How well messages that make aware, persuade, activate suit people at this stage."
    )


class Journey(Table):
    default: bool = Field(
        True, description="Start from the default stages and arrows; those given here replace or add."
    )
    stages: tuple[Stage, ...] = Field((), description="Stages added to (or replacing) the default ones.")
    arrows: tuple[Arrow, ...] = Field((), description="Arrows added to, or replacing those of, the default table.")
    remove: tuple[str, ...] = Field((), description='Default arrows to drop, as "aware>unaware".')


class Flight(Table):
    """Money in one channel over a stretch of time."""

    channel: str = Field(description="Which paid channel.")
    brand: str | None = Field(None, description="In [world] only: whose flight; the plan is the focal brand's.")
    weekly: Money | None = Field(None, description="Spend a week.")
    total: Money | None = Field(None, description="Spend over the whole flight.")
    from_: When | None = Field(None, alias="from", description="First day; default the start.")
    to: When | None = Field(None, description="Last day, included; default the end.")
    segments: tuple[str, ...] = Field((), description="Only these segments; default all.")
    stages: tuple[str, ...] = Field((), description="Only people at these stages with the brand; default all.")
    lookalike: Share = Field(0.0, description="0: none; 1: aimed fully at heavy category users.")
    pulse: tuple[int, int] | None = Field(None, description="Weeks on, weeks off.")
    creative: Positive = Field(1.0, le=5, description="Quality of the message, 1 is average.")


class SpendFile(Table):
    """Real spend from a CSV: one row a period, one column a channel."""

    file: str = Field(description="CSV file; its place is relative to the scenario's folder.")
    date: str = Field("date", description="Column with the first day of each period.")
    columns: dict[str, str] = Field(description="CSV column -> channel.")
    scale: Positive = Field(1.0, le=1e6, description="Multiply every figure by this.")
    brand: str | None = Field(None, description="In [world] only.")


class Sponsorship(Table):
    """Sponsored posts by influencers."""

    tier: Literal["nano", "micro", "mid", "macro", "mega"] | None = Field(
        None, description="All influencers of this tier, or"
    )
    influencer: str | None = Field(None, description="the one with this name.")
    brand: str | None = Field(None, description="In [world] only.")
    posts_per_week: float = Field(1.0, ge=0, le=21, description="Sponsored posts a week by each.")
    from_: When | None = Field(None, alias="from", description="First day; default the start.")
    to: When | None = Field(None, description="Last day, included; default the end.")
    positivity: Share = Field(0.7, description="How glowing the brief asks them to be.")
    disclosed: bool = Field(True, description="Marked as advertising.")


class Promotion(Table):
    brand: str | None = Field(None, description="In [world] only.")
    from_: When = Field(alias="from", description="First day.")
    to: When = Field(description="Last day, included.")
    cut: Share = Field(0.2, description="Temporary price cut as a share of the regular price.")


class PriceMove(Table):
    brand: str | None = Field(None, description="In [world] only.")
    from_: When = Field(alias="from", description="First day of the new regular price; it holds for good.")
    price: Price = Field(description="The new regular price.")


class Event(Table):
    """Something that happens to the market on a day."""

    kind: Literal["crisis", "algorithm", "trend", "outage", "price", "set"] = Field(description="What happens.")
    on: When = Field(description="First day.")
    brand: str | None = Field(None, description="Whom it hits; default the focal brand.")
    days: int | None = Field(None, ge=1, description="How long it lasts; default for good (crisis: 7 days).")
    size: float = Field(
        0.5, ge=0, le=10, description="crisis: tone and reach; algorithm/trend/price: factor; outage: loss."
    )
    set: dict[str, Any] = Field(
        default_factory=dict, description='kind="set": "mechanism.parameter" or "platform.key" -> value.'
    )
    label: str = Field("", description="Text for the pictures.")


class World(Table):
    market: Market = Market()
    population: Population = Population()
    segments: tuple[Segment, ...] = (Segment(name="everyone"),)
    brands: tuple[Brand, ...] = Field((Brand(name="Nordlys", focal=True),), min_length=1, max_length=8)
    peers: Peers = Peers()
    channels: tuple[Channel, ...] = Field((), description="Added to, or replacing by name, the default channels.")
    influencers: tuple[Influencer, ...] = ()
    platform: Platform = Platform()
    journey: Journey = Journey()
    events: tuple[Event, ...] = ()
    flights: tuple[Flight, ...] = Field((), description="Rivals' advertising.")
    spend: tuple[SpendFile, ...] = Field((), description="Rivals' advertising from files.")
    sponsorships: tuple[Sponsorship, ...] = ()
    promotions: tuple[Promotion, ...] = ()
    prices: tuple[PriceMove, ...] = ()
    mechanisms: dict[str, dict[str, Any]] = Field(
        default_factory=dict, description="Mechanism -> parameter -> value; `on = false` switches one off."
    )


class Plan(Table):
    flights: tuple[Flight, ...] = ()
    spend: tuple[SpendFile, ...] = ()
    sponsorships: tuple[Sponsorship, ...] = ()
    promotions: tuple[Promotion, ...] = ()
    prices: tuple[PriceMove, ...] = ()
    emails_per_week: float | None = Field(None, ge=0, le=14, description="Overrides the focal brand's e-mail pressure.")
    posts_per_week: float | None = Field(None, ge=0, le=50, description="Overrides the focal brand's own posts.")
    service: Service | None = Field(None, description="Overrides the focal brand's service.")
    loyalty: Loyalty | None = Field(None, description="Overrides the focal brand's loyalty programme.")
    referral: Referral | None = Field(None, description="Overrides the focal brand's referral programme.")


class ScenarioFile(Table):
    """A whole scenario file."""

    title: str = "Untitled market"
    question: str = Field("", description="The question this scenario answers, in one sentence.")
    seed: int = Field(1, ge=0, description="Seed of every random draw.")
    horizon: Horizon = Horizon()
    world: World = World()
    plan: Plan = Plan()
