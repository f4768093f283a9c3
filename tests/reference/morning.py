"""The market's morning, before anybody is up: events, rivals, the platform, what money buys, posts, scores, the queue.

Each function is the dawn of one mechanism, in the order of the day.
"""

from __future__ import annotations

from math import exp, log
from typing import TYPE_CHECKING

from reference.luck import poisson
from reference.things import Brand, Cascade, Flight, Influencer, InfluencerPost
from sim.mechanisms.competition import BASELINE_DAYS

if TYPE_CHECKING:
    from reference.market import PlainMarket


def dawn(market: PlainMarket) -> None:
    """Everything that is settled before people are up."""
    market.today.clear()
    market.moves.clear()
    brands, channels = len(market.brands), len(market.channels)
    for one in market.series.values():
        one.append([0.0] * brands)
    market.spend.append([[0.0] * channels for _ in range(brands)])
    let_events_happen(market)
    let_rivals_react(market)
    personalise(market)
    buy_impressions(market)
    publish_influencer_posts(market)
    set_prices_in_mind(market)
    publish_scores(market)
    staff_service(market)
    market.reward_pace = market.params["loyalty"].goal / market.purchase_cycle
    for brand in market.brands:
        brand.member_bonus = market.params["loyalty"].pull * brand.said.loyalty.reward


def let_events_happen(market: PlainMarket) -> None:
    """Events: season, prices, promotions and launches of today, and what has happened to the market."""
    day, calendar = market.day, market.calendar
    market.season = float(calendar.season[day])
    for brand in market.brands:
        brand.price = float(calendar.price[day, brand.number])
        brand.promotion = float(calendar.promotion[day, brand.number])
        brand.available = brand.said.availability if brand.launch <= day else 0.0
        brand.news = 0.0
    for event in calendar.events:
        if event.kind == "set" and day == event.first:
            _set(market, event.set)
        elif event.kind == "set" and day == event.last:
            _set(market, {path: _given(market, path) for path in event.set})
    market.platform = dict(market.platform_rules)
    for event in calendar.events:
        if not event.first <= day < event.last:
            continue
        brand = market.brands[event.brand]
        severity = market.params["events"].severity
        if event.kind == "crisis":
            openness = market.params["events"].openness
            brand.news += severity * event.size * (1.0 - openness * (2.0 * brand.said.transparency - 1.0))
        elif event.kind == "algorithm":
            market.platform["organic_reach"] = min(1.0, market.platform["organic_reach"] * event.size**severity)
        elif event.kind == "trend":
            market.season *= event.size**severity
        elif event.kind == "outage":
            brand.available *= max(0.0, 1.0 - severity * event.size)
        elif event.kind == "price":
            brand.price *= event.size**severity


def _set(market: PlainMarket, values: dict[str, float]) -> None:
    """Change parameters, or rules of the platform, from today on; whole numbers stay whole."""
    for path, value in values.items():
        mechanism, name = path.split(".")
        if mechanism == "platform":
            market.platform_rules[name] = value
        else:
            whole = isinstance(market.given_params[mechanism][name], int)
            setattr(market.params[mechanism], name, round(value) if whole else value)


def _given(market: PlainMarket, path: str) -> float:
    """What the scenario says of a parameter."""
    mechanism, name = path.split(".")
    return market.given_platform[name] if mechanism == "platform" else market.given_params[mechanism][name]


def let_rivals_react(market: PlainMarket) -> None:
    """Competition: rivals match a share of the focal brand's price move, or advertise more as they lose share."""
    focal = market.brands[market.focal]
    # What rivals will see: kept day by day in the focal brand's price series, filled in at night with the same value.
    paid = [row[market.focal] for row in market.series["price"][:-1]] + [focal.paid_price]
    p = market.params["competition"]
    for brand in market.brands:
        rule, seen = brand.said.reaction, market.day - brand.said.reaction.delay
        brand.spend_factor = 1.0
        if brand is focal or rule.to == "none" or seen < 0:
            continue
        if rule.to == "price":
            brand.price *= 1.0 + p.matching * rule.strength * (paid[seen] / focal.said.price - 1.0)
        elif seen >= BASELINE_DAYS:
            lost = _share(market, brand, 0, BASELINE_DAYS) - _share(market, brand, max(0, seen - 27), seen + 1)
            brand.spend_factor = min(p.limit, 1.0 + rule.strength * p.zeal * max(0.0, lost))


def _share(market: PlainMarket, brand: Brand, first: int, last: int) -> float:
    """A brand's share of purchases on days first to last (not included)."""
    return sum(brand.sold[first:last]) / max(1, sum(sum(one.sold[first:last]) for one in market.brands))


def personalise(market: PlainMarket) -> None:
    """Personalisation: on channels that know the person, messages match interest, and are resented."""
    p, depth = market.params["personalisation"], market.platform["personalisation"]
    for brand in market.brands:
        knows = ["lookalike" in channel.targets for channel in market.channels]
        accepted = exp(-p.creep * depth**2 * (1.0 - brand.said.transparency))
        brand.relevance = [p.gain * depth if known else 0.0 for known in knows]
        brand.acceptance = [accepted if known else 1.0 for known in knows]


def buy_impressions(market: PlainMarket) -> None:
    """Paid media: spend / CPM x 1000 impressions, dearer for a narrow aim, over the people aimed at."""
    p, day = market.params["paid_media"], market.day
    for flight in market.flights:
        flight.rate, number = 0.0, flight.brand.number
        if flight.spend[day] <= 0.0:
            continue
        channel, spend = market.channels[flight.channel], flight.spend[day] * flight.brand.spend_factor
        flight.stage_weight = [float(aimed) for aimed in flight.stages]
        if channel.type == "search":
            flight.stage_weight = [w * _searching(market, at) for at, w in enumerate(flight.stage_weight)]
        aimed = sum(flight.weight(one) for one in market.people)
        if aimed <= 0.0:
            market.series["unspent"][day][number] += spend
            continue
        share = 1.0 if channel.type == "search" else _share_of_audience(market, flight)
        impressions = 1000.0 * spend / (channel.cpm * share**-p.premium) / market.people_per_consumer
        flight.rate = impressions / aimed
        # Nobody searches, or is shown one flight, more often than so; money that finds no audience stays unspent.
        bought = min(1.0, (p.searches if channel.type == "search" else p.cap) / flight.rate)
        flight.rate *= bought
        market.series["impressions"][day][number] += impressions * bought
        market.series["spend_media"][day][number] += spend * bought
        market.series["unspent"][day][number] += spend * (1.0 - bought)
        market.spend[day][number][flight.channel] += spend * bought


def _searching(market: PlainMarket, at: int) -> float:
    """How much people at a stage search: all who weigh the brand, some who just know it, nobody who refuses it."""
    stage = market.stages[at]
    if stage.considers or stage.intends:
        return 1.0
    return market.params["paid_media"].brand_search if stage.knows and not stage.refuses else 0.0


def _share_of_audience(market: PlainMarket, flight: Flight) -> float:
    """Share of the channel's whole use that is aimed at, whatever the interest."""
    aimed = everybody = 0.0
    for one in market.people:
        use, at = one.media_use[flight.channel], one.relations[flight.brand.number].stage
        everybody += use
        aimed += use * flight.segments[one.segment] * flight.stage_weight[at]
    return min(1.0, aimed / everybody)


def publish_influencer_posts(market: PlainMarket) -> None:
    """Influencers: authenticity recovers; sponsored posts are published and paid; unpaid ones follow the score."""
    p, day = market.params["influencers"], market.day
    market.influencer_posts = []
    for one in market.influencers:
        left = one.authenticity / max(one.said.authenticity, 1e-12)
        missing = one.said.authenticity - one.authenticity
        one.authenticity += missing * (1.0 - 0.5 ** (1.0 / p.recovery)) * left**p.grudge
    earlier: dict[int, int] = {}
    for campaign in market.calendar.sponsorships:
        place = earlier[campaign.brand] = earlier.get(campaign.brand, -1) + 1
        rate, brand = p.posting * campaign.posts_per_day[day], market.brands[campaign.brand]
        for number in campaign.influencers.tolist():
            one = market.influencers[number]
            for nth in range(_how_many(market, one, brand, rate, place)):
                weight = _weight(market, one, campaign.positivity) * (1.0 - p.disclosure * campaign.disclosed)
                _publish(market, one, brand, place * 3 + nth, campaign.positivity, weight)
                one.sponsored_share += p.memory * (1.0 - one.sponsored_share)
                one.authenticity *= 1.0 - p.wear * one.sponsored_share * (1.0 if campaign.disclosed else 0.6)
                market.series["spend_influencers"][day][brand.number] += one.fee
    for one in market.influencers:
        rate = p.posting * one.said.posts_per_week / 7.0
        about = market.luck.uniform("influencers", day, one.number * 1024 + 1023, one.number)
        brand = market.brands[int(about * len(market.brands))]
        if rate > 0.0 and brand.available > 0.0 and _how_many(market, one, brand, rate, 64):
            # The score as it was published yesterday: today's comes later in the morning.
            positivity = ((brand.score or 3.0) - 3.0) / 2.0
            _publish(market, one, brand, 64 * 3, positivity, _weight(market, one, positivity))
            one.sponsored_share -= p.memory * one.sponsored_share


def _how_many(market: PlainMarket, one: Influencer, brand: Brand, rate: float, place: int) -> int:
    """Posts of one influencer in one campaign today (64: unpaid): Poisson, three at most."""
    u = market.luck.uniform("influencers", market.day, (one.number * 8 + brand.number) * 128 + place, one.number)
    return min(3, poisson(u, rate))


def _weight(market: PlainMarket, one: Influencer, positivity: float) -> float:
    """Evidence in a post for a follower with full trust; gushing is not believed."""
    believed = 1.0 - market.params["influencers"].doubt * max(0.0, positivity - 0.6) / 0.4
    return one.authenticity * one.said.fit * one.closeness * positivity * believed


def _publish(market: PlainMarket, one: Influencer, brand: Brand, nth: int, positivity: float, weight: float) -> None:
    """Put a post before the followers, and begin its cascade."""
    stream = ((one.number * 8 + brand.number) * 256 + nth) * 2 + 2**40
    chance = min(1.0, market.platform["organic_reach"] * one.closeness)
    market.influencer_posts.append(InfluencerPost(one, brand, stream, chance, weight, len(market.cascades)))
    tone = round(100.0 * max(-1.0, min(1.0, positivity)))
    market.cascades.append(Cascade(brand, tone, -1 - one.number, market.day))


def set_prices_in_mind(market: PlainMarket) -> None:
    """Journey: price against the reference, and the best promotion of a rival, as covariates; columns as of today.

    Purchase: price against the category's and against what the brand usually costs.
    """
    weight = market.params["purchase"].usual_weight
    for brand in market.brands:
        brand.price_gap = max(-1.0, min(1.0, log(max(brand.paid_price, 1e-9) / market.reference_price)))
        usual = max(-1.0, min(1.0, log(max(brand.paid_price, 1e-9) / brand.usual_price)))
        brand.dearness = brand.price_gap + weight * usual
        offers = [other.promotion for other in market.brands if other is not brand and other.available > 0.0]
        brand.surprise = max(offers, default=0.0)
    for one in market.people if market.extra_covariates else ():
        for relation in one.relations:
            relation.at_dawn = {
                name: getattr(relation if hasattr(relation, name) else one, name) for name in market.extra_covariates
            }


def publish_scores(market: PlainMarket) -> None:
    """Reviews: the score with yesterday's reviews in it, and the weight of their number."""
    p = market.params["reviews"]
    for brand in market.brands:
        number = sum(brand.stars)
        brand.score = sum(stars * many for stars, many in enumerate(brand.stars, 1)) / number if number else 0.0
        brand.volume = number / (number + p.half_volume) if number else 0.0
        told = (
            [(many / number, (stars - p.expected) / 2.0) for stars, many in enumerate(brand.stars, 1)] if number else []
        )
        brand.praise = sum(share * max(0.0, above) for share, above in told)
        brand.blame = sum(share * max(0.0, -above) for share, above in told)
        market.series["score"][market.day][brand.number] = brand.score
    written = sum(sum(brand.stars) for brand in market.brands)
    for brand in market.brands:
        brand.review_share = sum(brand.stars) / written if written else 0.0


def staff_service(market: PlainMarket) -> None:
    """Service: the chance that an open complaint is answered today.

    Capacity goes with this morning's customers, so a brand without any answers nobody; the queue is last night's.
    """
    for brand in market.brands:
        service = brand.said.service
        customers = sum(market.stages[one.relations[brand.number].stage].owns for one in market.people)
        capacity = service.capacity * customers / 1000.0
        enough = min(1.0, capacity / brand.waiting) if brand.waiting else float(capacity > 0.0)
        brand.answer_chance = min(1.0, 24.0 / service.answer_hours) * enough
