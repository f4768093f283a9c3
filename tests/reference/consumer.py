"""A consumer's day, one method for each mechanism; `DAY` says in which order. The first half is in `touchpoints.py`.

Nothing here touches another consumer: a method reads the own state and today's market, writes the own state, and adds
to the day's counts and the own errands of the night. So the methods of one phase may run over consumers in any order.
"""

from __future__ import annotations

from math import exp

from reference.luck import LESSON, MASK, NEXT_COPY, NEXT_FRIEND, number_of, uniform
from reference.person import Relation, rise
from reference.things import INVITE, Errand, Letter
from reference.touchpoints import Listener
from sim.columns import NEVER

DAY = (
    "hear_news", "feel_need", "look_for_brands", "hear_from_brands", "see_ads", "follow_influencers",
    "shop_around", "scroll", "listen", "talk", "ask", "read_reviews", "open_invitation", "notice", "progress", "buy",
    "use", "review", "hear_from_service", "be_thanked", "invite", "forget",
)  # fmt: skip
"""A consumer's methods from morning to night."""


class Consumer(Listener):
    """One person of the market, living one day after the other."""

    # ------------------------------------------------------------------ perception

    def notice(self) -> None:
        """Perception: finite attention picks among the pushed messages; what is noticed changes the mind."""
        for letter in self.inbox:
            self.model.count(
                "delivered", letter.relation.brand.number, letter.kind, letter.relation.stage, by=letter.count
            )
        heeded = [(letter, self._noticed(letter)) for letter in self.inbox]
        for letter, seen in heeded:  # at the stage of this morning, also if another message of today moves one on
            self.model.count("noticed", letter.relation.brand.number, letter.kind, letter.relation.stage, by=seen)
        for letter, seen in heeded:
            if seen:
                self._take_in(letter, seen)
                letter.relation.last_touch = letter.kind
        self.inbox.clear()
        self.load = 0.0

    def _noticed(self, letter: Letter) -> int:
        """How many copies are noticed: all of what was sought, each pushed one with the same chance."""
        market = self.model
        if not market.kinds[letter.kind].pushed:
            return letter.count
        clutter = market.params["perception"].clutter + market.platform["clutter"]
        if letter.kind < len(market.channels):
            clutter *= market.channels[letter.kind].clutter
        chance = self.attention / (self.attention + self.load + clutter)
        stream = self._stream(letter)
        return sum(uniform((stream + copy * NEXT_COPY) & MASK, self.row) < chance for copy in range(letter.count))

    def _stream(self, letter: Letter) -> int:
        """Where the draws about one letter come from."""
        purpose = number_of(self.model.kinds[letter.kind].name) * 16 + letter.relation.brand.number
        return self.model.luck.stream("perception", self.model.day, purpose) + letter.salt * NEXT_FRIEND

    def _take_in(self, letter: Letter, seen: int) -> None:
        """What the noticed copies do to awareness, evidence, motivation and fatigue."""
        p, one = self.model.params["perception"], letter.relation
        stage = one.stage
        aware, persuade, activate = self.model.stages[one.stage].fit
        part = seen / letter.count
        if self.model.kinds[letter.kind].ad:
            part *= exp(-p.wear * one.fatigue)
            one.fatigue += seen
            one.evidence_against += p.irritation * max(0.0, min(seen, one.fatigue - p.patience))
            lasting = self._lasting(letter.kind)
            one.ad_memory += (1.0 - one.ad_memory) * rise(letter.awareness * part * lasting)
            one.ad_glimpse += (1.0 - one.ad_glimpse) * rise(letter.awareness * part * (1.0 - lasting))
        one.learn(letter.awareness * part * aware)
        good, bad = letter.good, p.negativity * letter.bad
        if self.model.kinds[letter.kind].discussed:  # weighed against what is believed and was lived through
            agreement = p.congruence * (2.0 * self.trust(one) - 1.0)
            good *= 1.0 + agreement
            bad = (1.0 if one.bought else p.negativity) * letter.bad * (1.0 - agreement) * persuade
            self._remember(one, (good * persuade - bad) * part)
        looks = self.model.kinds[letter.kind].convinces and self._look_at_once(one, good * part)
        if not looks and stage in self.model.lessons:
            rate, to = self.model.lessons[stage]
            if uniform(self._stream(letter) + LESSON & MASK, self.row) < rise(rate * letter.awareness * part * aware):
                self.move(one, to)
        one.evidence_for += good * part * persuade
        one.evidence_against += bad * part
        self.motivation += (1.0 - self.motivation) * rise(letter.activation * part * activate)

    def _remember(self, one: Relation, said: float) -> None:
        """What friends say stays in mind: it moves towards what the last one said, by the evidence in it."""
        if said != 0.0:
            before, towards = self.word(one), 1.0 if said > 0.0 else -1.0
            one.friends_word = before + (towards - before) * rise(abs(said))
            one.last_word = self.model.day

    def _look_at_once(self, one: Relation, convinced: float) -> bool:
        """A friend's word or a review that convinces makes one weigh a brand that one neither weighs, owns nor refuses."""
        stage, to = self.model.stages[one.stage], self.model.weighing_stage
        if to is None or stage.considers or stage.intends or stage.owns or stage.refuses:
            return False
        chance = self.model.params["perception"].curiosity * self.motivation * rise(convinced)
        looks = self.luck("perception", 8192 + one.brand.number) < chance
        if looks:
            self.move(one, to)
        return looks

    def _lasting(self, kind: int) -> float:
        """Share of a noticed ad that stays in mind for weeks; ads outside paid channels (e-mail) leave nothing that lasts."""
        channels = self.model.channels
        return channels[kind].lasting if kind < len(channels) else 0.0

    # ------------------------------------------------------------------ decisions

    def progress(self) -> None:
        """Journey: competing hazards; whether anything happens today, and which arrow it is, from one draw."""
        for one in self.relations:
            arrows = self.model.arrows_from[one.stage]
            z = self.covariates(one)
            pace = self.model.params["journey"].pace
            hazards = [
                pace * arrow.rate * (z[arrow.scale] if arrow.scale else 1.0)
                * exp(sum(size * z[name] for name, size in arrow.effects.items()))
                for arrow, _ in arrows
            ]  # fmt: skip
            total = sum(hazards)
            chance = 1.0 - exp(-total)
            u = self.screened("journey", one.brand.number)
            if one.awareness <= 0.0 and not self.model.stages[one.stage].knows:
                continue  # no message ever came: nobody learns of a brand from nothing
            if u >= chance:
                continue
            left, which = u / chance * total, 0
            while which < len(arrows) - 1 and left >= hazards[which]:
                left -= hazards[which]
                which += 1
            self.move(one, arrows[which][1])

    def covariates(self, one: Relation) -> dict[str, float]:
        """What a hazard may depend on, by name; columns beyond the usual ones are as they were this morning."""
        day, brand = self.model.day, one.brand
        stayed, missed = day - one.entered, 0.0
        subscribed = self.model.category == "subscription" and self.model.stages[one.stage].owns
        if one.bought and not subscribed:
            missed = (day - one.last_bought) * self.purchase_rate
        return one.at_dawn | {
            "motivation": self.motivation,
            "trust": self.trust(one),
            "confidence": self.confidence(one),
            "awareness": one.awareness,
            "satisfaction": one.satisfaction,
            "habit": one.habit,
            "social_proof": self.social_proof(one),
            "fatigue": one.fatigue / (one.fatigue + 10.0),
            "price_gap": brand.price_gap,
            "promotion": brand.promotion,
            "unresolved": 1.0 if one.complaint else 0.0,
            "surprise": brand.surprise,
            "absence": 1.0 - exp(-missed / 2.0),
            "dwell": stayed / (stayed + 30.0),
            "departures": self.departures(one),
            "company": float(one.company),
            "liking": 1.0 / (1.0 + exp(-one.taste)),
            "vouched": 2.0 ** (-(day - one.vouched_on) / self.model.params["referral"].standing),
        }

    def buy(self) -> None:
        """Purchase: a subscription renews; else an occasion may arise, and a brand, or nothing, is chosen."""
        market, p = self.model, self.model.params["purchase"]
        self.order = None
        subscribed = self._subscription()
        if subscribed and market.day - subscribed.last_bought >= market.renewal_period:
            self._pay(subscribed, first=False)
            subscribed.habit += (1.0 - subscribed.habit) * p.habit_gain
            return
        hazard = p.impulse * market.platform["one_tap"] * self.impulsiveness * self.motivation
        if any(market.stages[one.stage].intends for one in self.relations):
            hazard += p.decide * self.motivation
        if market.category == "repeat":
            sooner = p.pull * (self.motivation - p.anchor) + p.haste * self._best_offer()
            hazard += self.purchase_rate * market.season * exp(sooner)
        if self.screened("purchase", 0) >= 1.0 - exp(-hazard):
            return
        best, choice = self._noise(32), None
        for one in self.relations:
            if one is subscribed or self._in_reach(one):
                value = self._utility(one) + self._noise(1 + one.brand.number)
                if value > best:
                    best, choice = value, one
        if choice and choice is not subscribed:
            self._take(choice, subscribed)

    def _subscription(self) -> Relation | None:
        """The brand subscribed to, in a subscription category."""
        owned = [one for one in self.relations if self.model.stages[one.stage].owns]
        return owned[-1] if owned and self.model.category == "subscription" else None

    def _best_offer(self) -> float:
        """The deepest promotion among the brands considered or owned."""
        stages = self.model.stages
        weighed = [one for one in self.relations if any(
            (stages[one.stage].considers, stages[one.stage].intends, stages[one.stage].owns)
        )]  # fmt: skip
        return max((one.brand.promotion for one in weighed), default=0.0)

    def _noise(self, purpose: int) -> float:
        return self.model.luck.gumbel("purchase", self.model.day, purpose, self.row)

    def _in_reach(self, one: Relation) -> bool:
        """Whether a brand can be chosen: a stage that may buy, and on the shelf on this occasion."""
        if not self.model.can_buy[one.stage] or self.model.stages[one.stage].refuses:
            return False
        return self.luck("purchase", 33 + one.brand.number) < one.brand.available

    def _utility(self, one: Relation) -> float:
        """Utility of a brand over buying nothing, without its noise."""
        p, stage, brand = self.model.params["purchase"], self.model.stages[one.stage], one.brand
        value = p.appeal + one.taste + p.trust_weight * (self.trust(one) - 0.5) + p.habit_weight * one.habit
        value += p.social_weight * self.social_proof(one) - self.price_sensitivity * brand.dearness
        value += p.promotion_weight * brand.promotion + p.ad_weight * (one.ad_memory + one.ad_glimpse)
        value += p.word_weight * self.word(one)
        if stage.owns:
            value -= p.social_weight * self.departures(one)
            value += brand.member_bonus * max(0.0, 1.0 - one.habit * self.purchase_rate / self.model.reward_pace)
        if not (one.bought or stage.considers or stage.intends or stage.owns):
            value -= p.strangeness
        return value

    def _take(self, choice: Relation, subscribed: Relation | None) -> None:
        """Buy a brand: the journey follows, habits shift, need is satisfied."""
        market, p = self.model, self.model.params["purchase"]
        if not choice.bought:
            choice.won_by = choice.last_touch
        if not market.stages[choice.stage].owns:
            if market.can_buy[choice.stage] == "by way of intending":
                self.move(choice, market.intending_stage)
            self.move(choice, market.customer_stage)
        if subscribed:
            self.move(subscribed, market.left_stage)
        self._pay(choice, first=not choice.bought)
        for other in self.relations:
            if other is choice:
                other.habit += (1.0 - other.habit) * p.habit_gain
            else:
                other.habit *= 1.0 - p.habit_gain
        self.motivation *= 1.0 - p.satiation

    def _pay(self, one: Relation, first: bool) -> None:
        self.model.count("purchases_first" if first else "purchases_repeat", one.brand.number)
        one.last_bought = self.last_purchase = self.model.day
        self.order = one, first

    # ------------------------------------------------------------------ living with it

    def use(self) -> None:
        """Experience: quality against what was expected makes satisfaction, and is the strongest evidence."""
        if not self.order:
            return
        p, (one, first) = self.model.params["experience"], self.order
        said, number, day = one.brand.said, one.brand.number, self.model.day
        luck = self.model.luck.normal("experience", day, number, self.row)
        quality = said.quality + p.match * one.taste + said.quality_spread * luck
        expected = 0.5 + p.promise * (self.trust(one) - 0.5)
        felt = min(1.0, max(0.0, 0.5 + p.level * (quality - 0.5) + p.gap * (quality - expected)))
        if self.luck("experience", 64 + number) < said.problem_rate:
            felt = min(felt, p.trouble)
            self.complain(one)
        one.satisfaction += (1.0 if first else p.learning) * (felt - one.satisfaction)
        feeling = 2.0 * felt - 1.0
        one.evidence_for += p.weight * max(feeling, 0.0)
        one.evidence_against += p.weight * self.model.params["perception"].negativity * max(-feeling, 0.0)
        one.learn(p.salience)

    def complain(self, one: Relation) -> None:
        """Open a complaint, unless one is open."""
        if one.complaint == 0:
            one.complaint = self.model.day + 1
            self.model.count("complaints", one.brand.number)

    def review(self) -> None:
        """Reviews: the very pleased and the very angry write; stars follow satisfaction."""
        if not self.order:
            return
        p, (one, _) = self.model.params["reviews"], self.order
        feeling = 2.0 * one.satisfaction - 1.0
        if self.luck("reviews", 64 + one.brand.number) < p.rate * (p.calm + (1.0 - p.calm) * feeling**2):
            self.model.count("stars", one.brand.number, min(4, int(5.0 * one.satisfaction)))
            self.model.count("reviews", one.brand.number)

    def hear_from_service(self) -> None:
        """Service: an open complaint is answered, to content or in vain, or waits on; the aggrieved give up in the end."""
        p = self.model.params["service"]
        for one in self.relations:
            if one.complaint == 0:
                continue
            brand, waited = one.brand, self.model.day - (abs(one.complaint) - 1)
            if one.complaint > 0 and self.luck("service", brand.number) < brand.answer_chance:
                self.model.count("answered", brand.number)
                delay = brand.said.service.answer_hours + 24.0 * waited
                if self.luck("service", 64 + brand.number) < brand.said.service.skill / (1.0 + delay / p.patience):
                    one.satisfaction = max(one.satisfaction, p.ceiling)
                    one.evidence_for += p.relief
                    one.complaint = 0
                    continue
                one.complaint = -one.complaint
            unheard = one.complaint > 0
            if waited >= p.despair:
                one.evidence_against += p.silence * self.model.params["perception"].negativity
                one.complaint = 0
            if unheard:
                self.model.count("open_complaints" if one.complaint else "unanswered", brand.number)

    def be_thanked(self) -> None:
        """Loyalty: a reward at each purchase builds habit; thanks that are noticed please."""
        if not self.order:
            return
        p, (one, _) = self.model.params["loyalty"], self.order
        loyalty = one.brand.said.loyalty
        one.habit += (1.0 - one.habit) * p.bond * loyalty.reward
        if self.luck("loyalty", one.brand.number) < loyalty.thanks:
            one.satisfaction += (1.0 - one.satisfaction) * p.gratitude

    def invite(self) -> None:
        """Referral: satisfied customers invite a friend; a first purchase after an invitation is counted."""
        p, market = self.model.params["referral"], self.model
        for one in self.relations:
            if not market.stages[one.stage].owns or one.satisfaction <= 0.5:
                continue
            chance = p.invite / 7.0 * one.brand.said.referral.appeal * (2.0 * one.satisfaction - 1.0)
            if one.stage == market.advocate_stage:
                chance *= p.zeal
            if one.referrer >= 0:
                chance *= p.example
            if self.screened("referral", one.brand.number) < chance:
                self.errands.append(Errand(self, one, INVITE))
                one.vouched_on = market.day
        if self.order and self.order[1]:
            one = self.order[0]
            if one.invited_on != NEVER and market.day - one.invited_on <= p.window:
                market.count("referred", one.brand.number)

    def forget(self) -> None:
        """Forgetting: what is not refreshed fades, each thing with its half-life."""
        p = self.model.params["forgetting"]
        for one in self.relations:
            one.awareness *= 2.0 ** (-1.0 / p.awareness_half_life)
            one.evidence_for *= 2.0 ** (-1.0 / p.evidence_half_life)
            one.evidence_against *= 2.0 ** (-1.0 / p.evidence_half_life)
            one.fatigue *= 2.0 ** (-1.0 / p.fatigue_half_life)
            one.ad_memory *= 2.0 ** (-1.0 / p.memory_half_life)
            one.ad_glimpse *= 2.0 ** (-1.0 / p.glimpse_half_life)
            one.habit *= 2.0 ** (-1.0 / p.habit_half_life)
