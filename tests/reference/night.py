"""The night: what people do to one another, in an order that cannot matter or is fixed, and the books of the day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reference.luck import MASK, NEXT_FRIEND, pick
from reference.things import ASK, INVITE, PASS_ON, POST, TELL, Cascade, Errand
from sim.mechanisms.social_proof import GRAIN

if TYPE_CHECKING:
    from reference.consumer import Consumer
    from reference.market import PlainMarket
    from reference.person import Relation


def carry_out_errands(market: PlainMarket) -> None:
    """Posts go up and are seen, talkers tell, friends answer and are invited, and count who became a customer.

    Errands are taken by row, and for each consumer in the order of the day: new posts get their numbers so. All else
    gives the same result in any order, because it adds whole numbers or keeps a largest or smallest.
    """
    errands = [errand for one in market.people for errand in one.errands]
    for act, do in ((POST, put_up), (PASS_ON, pass_on), (POST, show), (PASS_ON, show), (TELL, tell), (ASK, answer),
                    (INVITE, invite)):  # fmt: skip
        for errand in errands:
            if errand.act == act:
                do(market, errand)
    for consumer, relation, left, to in market.moves:
        change = market.stages[to].owns - market.stages[left].owns
        for tie in consumer.ties if change else ():
            theirs = tie.friend.relations[relation.brand.number]
            theirs.friends_owning += change
            if change < 0:
                remember(market, theirs, tie.strength)
        keep_company(market, consumer, relation, came=change > 0)
    for one in market.people:
        one.errands.clear()


def remember(market: PlainMarket, theirs: Relation, strength: int) -> None:
    """Social proof: a friend left; earlier farewells are halved every `memory` days, once a day at most."""
    if theirs.last_farewell != market.day:
        passed = market.day - theirs.last_farewell
        theirs.farewells = int(theirs.farewells * 2.0 ** (-passed / market.params["social_proof"].memory) + 0.5)
        theirs.last_farewell = market.day
    theirs.farewells += strength * GRAIN


def keep_company(market: PlainMarket, consumer: Consumer, relation: Relation, came: bool) -> None:
    """Referral: who came by an invitation has company, until the guest or the host is no customer any more."""
    b = relation.brand.number
    if market.stages[relation.stage].owns:
        recent = relation.referrer >= 0 and market.day - relation.invited_on <= market.params["referral"].window
        if came and recent and market.stages[market.people[relation.referrer].relations[b].stage].owns:
            relation.company = 1
        return
    relation.company = 0
    for tie in consumer.ties:
        guest = tie.friend.relations[b]
        if guest.referrer == consumer.row:
            guest.company = 0


def put_up(market: PlainMarket, errand: Errand) -> None:
    """Posts: public talk begins a cascade."""
    brand, number = errand.relation.brand, len(market.cascades)
    market.cascades.append(Cascade(brand, errand.value, errand.consumer.row, market.day))
    market.count("posts", brand.number)
    errand.value = number


def pass_on(market: PlainMarket, errand: Errand) -> None:
    """Posts: log a share under its parent: -1 for an influencer's post of today, else whose sharing was seen."""
    cascade = market.cascades[errand.value]
    followed = cascade.root < 0 and cascade.day == market.day
    market.shares.append((errand.value, errand.consumer.row, -1 if followed else errand.consumer.seen_from))
    market.count("shares", errand.relation.brand.number)


def show(market: PlainMarket, errand: Errand) -> None:
    """Posts: the platform shows a post to some ties; who meets several keeps the oldest, from the lowest row."""
    sharer, mark = errand.consumer, errand.value + 1
    for tie in sharer.ties:
        reader = tie.friend
        shown = (
            market.luck.uniform("posts", market.day, sharer.row + 1, reader.row)
            < market.params["posts"].showing * market.platform["organic_reach"]
        )
        if not shown or reader.passed_on == mark:
            continue
        if reader.seen_post == 0 or (mark, sharer.row) < (reader.seen_post, reader.seen_from):
            reader.seen_post, reader.seen_from = mark, sharer.row


def tell(market: PlainMarket, errand: Errand) -> None:
    """Word of mouth: a talker tells some friends, the same one perhaps twice."""
    talker, brand = errand.consumer, errand.relation.brand.number
    params = market.params["word_of_mouth"]
    stream = market.luck.stream("word_of_mouth", market.day, 64 + brand)
    expected = params.listeners * (len(talker.ties) / market.mean_ties) ** params.outreach if talker.ties else 0.0
    for nth in range(int(expected + market.luck.uniform("word_of_mouth", market.day, 96 + brand, talker.row))):
        tie = talker.ties[pick((stream + nth * NEXT_FRIEND) & MASK, talker.row, len(talker.ties))]
        tie.friend.relations[brand].heard.add(errand.value, tie.strength)
        market.count("told", brand)


def answer(market: PlainMarket, errand: Errand) -> None:
    """Word of mouth: the friend who was asked answers from experience, if there is any."""
    asker, brand = errand.consumer, errand.relation.brand.number
    if not asker.ties:
        return
    chosen = pick(market.luck.stream("word_of_mouth", market.day, 128 + brand), asker.row, len(asker.ties))
    tie = asker.ties[chosen]
    lived = tie.friend.relations[brand]
    if lived.bought:
        errand.relation.advised.add(round(100.0 * (2.0 * lived.satisfaction - 1.0)), tie.strength)
        market.count("asked", brand)


def invite(market: PlainMarket, errand: Errand) -> None:
    """Referral: an invitation reaches a friend; who gets several keeps the one from the highest row."""
    host, brand = errand.consumer, errand.relation.brand.number
    if host.ties:
        stream = market.luck.stream("referral", market.day, 64 + brand)
        thought_of = [
            host.ties[pick((stream + nth * NEXT_FRIEND) & MASK, host.row, len(host.ties))].friend.relations[brand]
            for nth in range(int(market.params["referral"].minds))
        ]
        guest = max(thought_of, key=lambda one: one.taste)
        guest.invited = max(guest.invited, host.row + 1)
        market.count("invitations", brand)


def close_the_books(market: PlainMarket) -> None:
    """Money in real units, reviews in real people, who still waits, and what people feel and know."""
    day, real = market.day, market.people_per_consumer
    for brand in market.brands:
        b, said, today = brand.number, brand.said, {name: rows[day] for name, rows in market.series.items()}
        sold = market.today["purchases_first", b] + market.today["purchases_repeat", b]
        brand.sold.append(sold)
        today["price"][b] = brand.paid_price
        today["revenue"][b] = sold * real * brand.paid_price
        kept = 2.0 ** (-1.0 / market.params["purchase"].usual_half_life)
        brand.usual_price = max(kept * brand.usual_price + (1.0 - kept) * brand.paid_price, 1e-9)
        today["margin"][b] = sold * real * (brand.paid_price - said.price * (1.0 - said.margin))
        programme = said.loyalty.cost_share * said.loyalty.reward * today["revenue"][b]
        today["spend_programmes"][b] = programme + said.referral.reward * market.today["referred", b] * real
        for stars in range(5):
            brand.stars[stars] += market.today["stars", b, stars] * real
        brand.waiting = market.today["open_complaints", b]
        relations = [one.relations[b] for one in market.people]
        customers = [one for one in relations if market.stages[one.stage].owns]
        today["awareness"][b] = sum(one.awareness for one in relations) / len(relations)
        today["trust"][b] = sum(one.trust(one.relations[b]) for one in market.people) / len(relations)
        today["satisfaction"][b] = sum(one.satisfaction for one in customers) / max(1, len(customers))
        today["habit"][b] = sum(one.habit for one in customers) / max(1, len(customers))
