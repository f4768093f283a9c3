"""The first half of a consumer's day: need, and all that reaches the inbox before anything of it is read.

One method for each mechanism. Also decided here, before the day's letters are read: what to tell, ask, post and pass on
tonight.
"""

from __future__ import annotations

from math import exp

from reference.luck import poisson
from reference.person import Person, Relation
from reference.things import ASK, PASS_ON, POST, TELL, Errand
from sim.mechanisms.paid_media import MOST_A_DAY
from sim.mechanisms.word_of_mouth import MEAN_TALKATIVENESS


class Listener(Person):
    """A consumer before noon: touched by brands, media, influencers and friends."""

    # ------------------------------------------------------------------ what reaches the inbox

    def hear_news(self) -> None:
        """Events: bad news about a brand comes through the media."""
        p = self.model.params["events"]
        for one in self.relations:
            size = one.brand.news
            if size > 0.0 and self.luck("events", one.brand.number) < min(1.0, p.reach * size):
                self.receive(one, "news", awareness=p.salience, bad=p.harm * size)

    def feel_need(self) -> None:
        """Need: relaxes to a level that rises as the last purchase wears off; sometimes it arises by itself."""
        p, season = self.model.params["need"], self.model.season
        worn = min(1.0, (self.model.day - self.last_purchase) * self.purchase_rate)
        goal = min(1.0, season * (p.base + (1.0 - p.base) * p.urgency * worn))
        self.motivation += (goal - self.motivation) * (1.0 - 2.0 ** (-1.0 / p.half_life))
        if p.arise > 0.0 and self.luck("need", 0) < 1.0 - exp(-p.arise * season):
            self.motivation += (1.0 - self.motivation) * p.jump

    def look_for_brands(self) -> None:
        """Owned: who considers visits the site, and looks at the product in a shop, of his own accord."""
        p = self.model.params["owned"]
        for one in self.relations:
            if not self._weighs(one):
                continue
            brand = one.brand
            if self.luck("owned", brand.number * 8) < p.visits * self.motivation:
                good = p.site_evidence * self.trust_owned * brand.said.site
                self.receive(one, "website", awareness=p.salience, good=good)
            if self.luck("owned", brand.number * 8 + 1) < p.shops * self.motivation * brand.available:
                seen = p.shop_evidence * (2.0 * brand.said.quality - 1.0)
                self.receive(one, "shop", awareness=p.salience, good=max(seen, 0.0), bad=max(-seen, 0.0))
                self._see_beside(self.luck("owned", brand.number * 8 + 6), 1 + brand.number)

    def shop_around(self) -> None:
        """Shelf: who bought something yesterday may have seen a brand that he did not know."""
        if self.model.category == "repeat" and self.last_purchase == self.model.day - 1:
            self._see_beside(self.luck("shelf", 0), 0)

    def _see_beside(self, u: float, salt: int) -> None:
        """One product catches the eye, of any brand in proportion to how widely it is sold; only an unknown one is news."""
        p, left = self.model.params["shelf"], u
        every = sum(one.brand.available for one in self.relations)
        for one in self.relations:
            share = p.sight * one.brand.available / every if every > 0.0 else 0.0
            if left < share:
                if not self.model.stages[one.stage].knows:
                    self.receive(one, "shop", salt=salt, awareness=p.salience)
                return
            left -= share

    def hear_from_brands(self) -> None:
        """Owned: one draw says whether a customer gets an e-mail, and what is left of it whether he meets a post."""
        p, reach = self.model.params["owned"], self.model.platform["organic_reach"]
        for one in self.relations:
            if not self.model.stages[one.stage].owns:
                continue
            said, first = one.brand.said, one.brand.number * 8
            mail = min(1.0, p.sending * min(1.0, said.emails_per_week / 7.0))
            post = p.sending * said.posts_per_week / 7.0 * reach
            meet = min(1.0, post + p.sending * said.community * reach)
            u = self.screened("owned", first + 2)
            # Consent is given once: drawn for day 0.
            if u < mail and self.model.luck.uniform("owned", 0, first + 5, self.row) < said.consent:
                good = p.email_evidence * self.trust_owned
                self.receive(one, "email", awareness=p.salience, good=good, activation=p.email_activation)
            u = u / mail if u < mail else (u - mail) / (1.0 - mail)
            if u < post:
                self.receive(one, "brand_post", awareness=p.salience, good=p.post_evidence * self.trust_owned)
            elif u < meet:
                self.receive(one, "community", awareness=p.salience, good=2.0 * p.post_evidence * self.trust_owned)

    def see_ads(self) -> None:
        """Paid media: the number of impressions of each flight is Poisson around this consumer's share of them."""
        effect = self.model.params["paid_media"].effect
        for flight in self.model.flights:
            if flight.rate <= 0.0:
                continue
            brand, channel = flight.brand, self.model.channels[flight.channel]
            u = self.screened("paid_media", (brand.number * 64 + flight.channel) * 256 + flight.nth)
            count = poisson(1.0 - u, min(flight.rate * flight.weight(self), MOST_A_DAY))
            if count == 0:
                continue
            strength = count * effect * flight.creative * brand.acceptance[flight.channel]
            matched = max(0.0, 1.0 + brand.relevance[flight.channel] * (2.0 * self.interest - 1.0))
            trust = min(1.0, self.trust_ads * self.model.channel_trust[flight.channel])
            self.receive(self.relations[brand.number], flight.channel, count, flight.nth,
                         awareness=channel.awareness * matched * strength,
                         good=channel.persuasion * trust * matched * strength,
                         activation=channel.activation * matched * strength)  # fmt: skip

    def follow_influencers(self) -> None:
        """Influencers: some of today's posts are seen by a follower, who may pass them on."""
        p, virality = self.model.params["influencers"], self.model.platform["virality"]
        for post in self.model.influencer_posts:
            if post.influencer.number not in self.follows or self.luck("influencers", post.stream) >= post.chance:
                continue
            relation = self.relations[post.brand.number]
            weight = post.weight * self.trust_influencers
            self.receive(relation, "influencer", 1, (post.stream - 2**40) // 2 + 1,
                         awareness=p.salience * post.influencer.closeness,
                         good=p.persuasion * max(weight, 0.0), bad=p.persuasion * max(-weight, 0.0),
                         activation=p.activation * max(weight, 0.0))  # fmt: skip
            chance = virality * p.sharing * self.talkativeness * abs(post.weight)
            if self.luck("influencers", post.stream + 1) < chance:
                self.errands.append(Errand(self, relation, PASS_ON, post.cascade))

    # ------------------------------------------------------------------ talk

    def scroll(self) -> None:
        """Posts: meet last night's post, and perhaps pass it on."""
        if self.seen_post == 0:
            return
        p = self.model.params["posts"]
        number, self.seen_post = self.seen_post - 1, 0
        cascade = self.model.cascades[number]
        relation, feeling = self.relations[cascade.brand.number], cascade.tone / 100.0
        weight = p.persuasion * self.trust_reviews * feeling
        self.receive(relation, "post", awareness=p.salience, good=max(weight, 0.0), bad=max(-weight, 0.0))
        keen = self.talkativeness / MEAN_TALKATIVENESS * (1.0 + p.arousal * abs(feeling))
        if self.luck("posts", 0) < self.model.platform["virality"] * keen * (p.bad if feeling < 0.0 else 1.0):
            self.passed_on = number + 1
            self.errands.append(Errand(self, relation, PASS_ON, number))

    def listen(self) -> None:
        """Word of mouth: open what friends told last night, and what they answered."""
        p = self.model.params["word_of_mouth"]
        for one in self.relations:
            for kind, said in (("friend", one.heard), ("advice", one.advised)):
                if said.count:
                    weight = self.trust_friends * p.persuasion / 100.0
                    self.receive(one, kind, said.count, awareness=p.salience * said.count, good=weight * said.good,
                                 bad=weight * said.bad, activation=p.activation * said.good / 100.0)  # fmt: skip
                    said.count = said.good = said.bad = 0

    def talk(self) -> None:
        """Word of mouth: decide whether to talk tonight, to friends or in public, and in which tone."""
        p = self.model.params["word_of_mouth"]
        for one in self.relations:
            stage, number = self.model.stages[one.stage], one.brand.number
            if not stage.knows:
                continue
            rate = p.rate if one.bought and (stage.owns or stage.refuses) else p.hearsay
            feeling = 2.0 * one.satisfaction - 1.0
            if not one.bought:
                # Hearsay: half as strong as the evidence is one-sided, two units of doubt included.
                good, bad = one.evidence_for, one.evidence_against
                feeling = 0.5 * (good - bad) / (good + bad + 2.0)
            keen = self.talkativeness / MEAN_TALKATIVENESS
            extreme = p.calm + (1.0 - p.calm) * abs(feeling)
            chance = rate / 7.0 * keen * extreme * (p.eagerness if feeling < 0.0 else 1.0)
            if self.screened("word_of_mouth", number * 4) < chance:
                self.model.count("talk_positive" if feeling >= 0.0 else "talk_negative", number)
                public = self.luck("word_of_mouth", number * 4 + 1) < p.online
                self.errands.append(Errand(self, one, POST if public else TELL, round(100.0 * feeling)))

    def ask(self) -> None:
        """Word of mouth: who considers asks a friend."""
        asking = self.model.params["word_of_mouth"].asking
        for one in self.relations:
            if self._weighs(one) and self.luck("word_of_mouth", one.brand.number * 4 + 2) < asking * self.motivation:
                self.errands.append(Errand(self, one, ASK))

    def read_reviews(self) -> None:
        """Reviews: who considers reads; their weight grows with their number. Another brand's stand beside."""
        p = self.model.params["reviews"]
        for one in self.relations:
            if one.brand.volume <= 0.0 or not self._weighs(one):
                continue
            if self.luck("reviews", one.brand.number) < p.reading * self.motivation:
                self._read_of(one)
                luck, met = self.luck("reviews", 128 + one.brand.number), 0.0
                for other in self.relations:
                    met += other.brand.review_share
                    if luck < p.browsing * met:
                        if other is not one:
                            self._read_of(other)
                        break

    def _read_of(self, one: Relation) -> None:
        """What is said for a brand, and what against it."""
        brand, trust = one.brand, self.trust_reviews * self.model.params["reviews"].persuasion * one.brand.volume
        salience = self.model.params["reviews"].salience
        self.receive(one, "review", awareness=salience, good=trust * brand.praise, bad=trust * brand.blame)

    def open_invitation(self) -> None:
        """Referral: read last night's invitation; a customer has no use for it."""
        p = self.model.params["referral"]
        for one in self.relations:
            if one.invited == 0 or one.brand.said.referral.appeal <= 0.0:
                continue
            if not self.model.stages[one.stage].owns:
                one.referrer, one.invited_on = one.invited - 1, self.model.day
                good = p.persuasion * self.trust_friends
                self.receive(one, "referral", awareness=p.salience, good=good, activation=p.activation)
            one.invited = 0

    def _weighs(self, one: Relation) -> bool:
        """Whether this consumer weighs a brand it does not own."""
        stage = self.model.stages[one.stage]
        return (stage.considers or stage.intends) and not stage.owns
