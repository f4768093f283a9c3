"""The plain market: a Mesa model with one agent for each consumer, and the day on one screen.

From the compiled market it takes the first morning only: who people are, whom they know and follow, what they know and
have on day 0, the calendar, and the values of parameters. Every rule is worked out again here.

    market = PlainMarket(sim.load("launch"), seed=3)
    for _ in range(30):
        market.step()
    sum(market.stages[one.relations[0].stage].owns for one in market.people)

The day has phases, and everybody finishes a phase before the next begins. Within a phase nobody touches anybody else,
so any order gives the same results: `order="shuffled"` calls people by Mesa's `shuffle_do`, `order="row"` by `do`. What
people do to one another waits for the night, when the market carries out errands by row (`night.py`): there order does
matter in one place, the numbers of new posts, and it is fixed.
"""

from __future__ import annotations

from collections import Counter
from math import sqrt
from types import SimpleNamespace
from typing import Any, Literal

import mesa

from reference import morning, night
from reference.consumer import DAY, Consumer
from reference.luck import Luck
from reference.person import Relation
from reference.things import Brand, Cascade, Flight, Influencer, InfluencerPost, Tie
from sim.covariates import COVARIATES
from sim.engine import Engine
from sim.mechanisms.influencers import TIERS, draw_followers
from sim.mechanisms.paid_media import _MEAN_TRUST as MEAN_TRUST
from sim.scenario import Scenario


class PlainMarket(mesa.Model):
    """One market, alive from day 0.

    people: all consumers by row. brands, flights, influencers: what they meet. params: mechanism -> parameters.
    platform: its rules today. season: demand today. reward_pace: purchases a day that earn a reward. today: counts of the
    day, by (name, brand, ...). moves: of the day, as (consumer, relation, from, to). cascades, shares: posts so far, and (post,
    sharer's row, whose sharing was seen). series: name -> a list of one number a day for each brand. spend: one a day for each
    brand and channel.
    Raises ValueError for a scenario that switches a mechanism off: the plain market has them all.
    """

    def __init__(self, scenario: Scenario, seed: int | None = None, order: Literal["row", "shuffled"] = "row") -> None:
        first = Engine(scenario, seed)
        super().__init__(rng=first.seed)
        off = [name for name, values in scenario.world.mechanisms.items() if values.get("on", True) is False]
        if off:
            raise ValueError(f"the plain market has every mechanism; {', '.join(off)} cannot be switched off")
        self.order = order
        self.day = 0
        self.luck = Luck(first.seed)
        self.category = scenario.world.market.category
        self.purchase_cycle = scenario.world.market.purchase_cycle
        self.renewal_period = max(1, round(scenario.world.market.purchase_cycle))
        self.people_per_consumer = scenario.world.market.people / first.consumers
        self.calendar = first.calendar
        self.focal = scenario.focal
        self.params = {name: SimpleNamespace(**values) for name, values in first.parameters.items()}
        self.given_params = {name: dict(values) for name, values in first.parameters.items()}
        self.given_platform = scenario.world.platform.model_dump()
        self.platform_rules = dict(self.given_platform)
        self.platform = dict(self.given_platform)
        self.season = 1.0
        self.reward_pace = 1.0
        self.kinds = first.kinds
        self.kind = {one.name: number for number, one in enumerate(first.kinds)}
        self.channels = first.channels
        self.channel_trust = [one.trust / MEAN_TRUST for one in self.channels]
        self._lay_out_journey(first)
        self._open_brands(first)
        self._settle_people(first)
        self._sign_up_influencers(first)
        self.influencer_posts: list[InfluencerPost] = []
        self.cascades: list[Cascade] = []
        self.shares: list[tuple[int, int, int]] = []
        self.today: Counter[tuple[Any, ...]] = Counter()
        self.moves: list[tuple[Consumer, Relation, int, int]] = []
        self.series: dict[str, list[list[float]]] = {name: [] for name in first.series}
        self.spend: list[list[list[float]]] = []

    # ------------------------------------------------------------------ the day

    def step(self) -> None:
        """Live one day."""
        self.luck.new_day()
        morning.dawn(self)
        for phase in DAY:
            if self.order == "shuffled":
                self.agents.shuffle_do(phase)
            else:
                self.agents.do(phase)
        night.carry_out_errands(self)
        night.close_the_books(self)
        self.day += 1

    def count(self, name: str, *at: int, by: int = 1) -> None:
        """Add to today's counts."""
        self.today[(name, *at)] += by

    def note_move(self, consumer: Consumer, relation: Relation, left: int, to: int) -> None:
        """Remember a move for tonight."""
        self.moves.append((consumer, relation, left, to))

    # ------------------------------------------------------------------ the first morning

    def _lay_out_journey(self, first: Engine) -> None:
        """Stages, the arrows out of each, and the stages that a purchase has to do with."""
        self.stages = first.stages
        names = [one.name for one in self.stages]
        self.arrows_from = [
            [(arrow, names.index(arrow.to)) for arrow in first.arrows if arrow.from_ == name and arrow.by == "hazard"]
            for name in names
        ]
        self.lessons = {
            names.index(arrow.from_): (arrow.rate, names.index(arrow.to))
            for arrow in first.arrows
            if arrow.by == "message"
        }
        self.extra_covariates = sorted({name for one in first.arrows for name in one.effects} - set(COVARIATES))
        owning = [number for number, one in enumerate(self.stages) if one.owns]
        intending = [number for number, one in enumerate(self.stages) if one.intends]
        strangers = [number for number, one in enumerate(self.stages) if one.knows and not one.owns]
        self.customer_stage = owning[0]
        self.intending_stage = intending[0] if intending else owning[0]
        self.left_stage = names.index("lapsed") if "lapsed" in names else strangers[0]
        self.advocate_stage = names.index("advocate") if "advocate" in names else owning[0]
        weighing = [number for number, one in enumerate(self.stages) if one.considers and not (one.intends or one.owns)]
        self.weighing_stage = weighing[0] if weighing else None
        direct = {arrow.from_ for arrow in first.arrows if arrow.by == "purchase"}
        self.can_buy = [""] * len(names)
        for number, one in enumerate(self.stages):
            if one.name in direct or one.owns:
                self.can_buy[number] = "at once"
            elif one.considers and names[self.intending_stage] in direct:
                self.can_buy[number] = "by way of intending"

    def _open_brands(self, first: Engine) -> None:
        self.brands = [
            Brand(number, said, int(self.calendar.launch[number]), len(self.channels))
            for number, said in enumerate(first.brands)
        ]
        self.reference_price = sum(one.said.price for one in self.brands) / len(self.brands)
        for one in self.brands:
            one.usual_price = one.said.price
            # The reviews of day 0 have the two whole numbers of stars around their mean.
            below = min(4, int(one.said.score))
            one.stars[below - 1] = one.said.reviews * (below + 1 - one.said.score)
            one.stars[below] = one.said.reviews * (one.said.score - below)
        self.flights: list[Flight] = []
        for number, one in enumerate(self.calendar.flights):
            nth = sum(other.brand.number == one.brand and other.channel == one.channel for other in self.flights)
            aim = one.segments.tolist(), one.stages.tolist()
            brand = self.brands[one.brand]
            self.flights.append(
                Flight(number, nth, brand, one.channel, *aim, one.lookalike, one.creative, one.spend.tolist())
            )

    def _settle_people(self, first: Engine) -> None:
        """Make everybody, with what they are, know and have on day 0, and tie friends to one another."""
        columns: dict[str, dict[str, Any]] = {"consumer": {}, "brand": {}, "channel": {}}
        for name, declared in first.declared.items():
            values = first.columns[name]
            columns[declared.per][name] = (values / 255.0 if declared.is_share else values).tolist()
        for name in ("heard", "advised"):
            del columns["brand"][name]
        for name in ("spoken_to", "invited_to"):  # follow from these two, and from who invited
            del columns["consumer"][name]
        self.people: list[Consumer] = []
        for row in range(first.consumers):
            relations = [
                Relation(brand, {name: values[brand.number][row] for name, values in columns["brand"].items()})
                for brand in self.brands
            ]
            traits = {name: values[row] for name, values in columns["consumer"].items()}
            traits |= {name: [of_one[row] for of_one in values] for name, values in columns["channel"].items()}
            self.people.append(Consumer(self, row, traits, relations))
        start, to, strength = (part.tolist() for part in (first.ties.start, first.ties.to, first.ties.strength))
        for one in self.people:
            ties = range(start[one.row], start[one.row + 1])
            one.ties = [Tie(self.people[to[at]], strength[at]) for at in ties]
        self.mean_ties = len(to) / len(self.people)

    def _sign_up_influencers(self, first: Engine) -> None:
        """Influencers with their fees, and who follows them."""
        start, rows = (part.tolist() for part in draw_followers(first))
        self.influencers: list[Influencer] = []
        for number, said in enumerate(first.influencers):
            tier = TIERS[said.tier]
            fee = (said.followers or tier.followers) * tier.price / 1000.0 if said.fee is None else said.fee
            closeness = sqrt(tier.engagement / TIERS["micro"].engagement)
            self.influencers.append(Influencer(number, said, closeness, fee, said.authenticity))
            for row in rows[start[number] : start[number + 1]]:
                self.people[row].follows.add(number)
