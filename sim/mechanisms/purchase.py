"""Purchase: occasions arise, and people choose among the brands they weigh, or nothing.

In a repeat category occasions come with each consumer's own rate (Gamma over people: the NBD), sooner when need is felt:

    rate_i * season * exp(pull * (motivation - anchor) + haste * offer_i) + decide * motivation * [intends any brand]
    + impulse * one_tap * impulsiveness * motivation        (social commerce)

per day, offer_i being the deepest promotion among the brands that he considers or owns: people buy sooner when their
brand is cheap, and later feel less need (purchase acceleration, Gupta 1988, J. Marketing Research 25(4)). One-off and
subscription categories have only the last two. On an occasion the utility of each brand that is in reach is

    V_b = appeal + taste_b + w_trust (trust_b - 1/2) + w_habit habit_b + w_social social_proof_b + w_ads ads in mind_b
          + w_word friends' word_b
          - price_sensitivity * (log(paid_b / reference) + w_usual log(paid_b / usual_b)) + w_promotion promotion_b
          + bonus_b max(0, 1 - habit_b rate_i / reward_pace)
          - w_social departures_b [a customer] - strangeness [never weighed, never bought]

plus Gumbel noise, against 0 plus noise for buying nothing: multinomial logit (McFadden 1974; scanner form of Guadagni &
Little 1983). What is paid, price_b (1 - promotion_b), is compared with the category's mean price and with what the brand
usually costs: an internal reference price that follows what was paid with half-life `usual_half_life` (Winer 1986, J.
Consumer Research 13(2); Briesch, Krishnamurthi, Mazumdar & Raj 1997). Ads still in mind (perception) tip the choice at
once, also of people who know the brand well: the goodwill of advertising as a term of utility (Dubé, Hitsch & Manchanda
2005, Quantitative Marketing and Economics 3(2)), and so does what friends said lately (perception). Only those at a stage
with an arrow into a customer stage (or that intends through one) can buy; people who refuse a brand never do. Who stopped
buying a brand is no stranger to it: most lapsed buyers are light ones whose next purchase is late (Goodhardt & Ehrenberg
1967, J. Marketing Research 4(2)). A subscriber renews every period until he leaves, and takes another brand only if it is
worth more to him than the one he has. Departures are friends who left the brand lately (social_proof). Buying satiates need
and builds habit: habit_b += gain (1 - habit_b), habit of every other brand *= 1 - gain.
"""

from __future__ import annotations

import numpy as np

from sim.ahead import fetch, meanwhile
from sim.columns import NEVER, Column
from sim.draws import completed, gumbel, least_gumbel, most_gumbel, stream, uniform
from sim.kernels import UNIT, expm, kernel, largest, rule
from sim.lists import move, place_order
from sim.mechanism import Mechanism, Response, register
from sim.mechanisms.journey import social_proof_of
from sim.mechanisms.perception import trust_of, word_in_mind
from sim.mechanisms.social_proof import departures_of
from sim.params import Param
from sim.scratch import scratch
from sim.screens import SCALE, collect, fill, wipe
from sim.stages import CONSIDERS, INTENDS, OWNS, REFUSES, first_with

PARAMS = {
    "pull": Param(0.8, 0, 5, "per motivation", "how much felt need hastens a habitual purchase"),
    "anchor": Param(0.4, 0, 1, "motivation", "need at which purchases come at the consumer's own rate"),
    "decide": Param(0.08, 0, 5, "per day", "hazard of an occasion for one who intends, at full motivation"),
    "impulse": Param(0.02, 0, 5, "per day", "hazard of an impulse occasion at full ease, impulsiveness and motivation"),
    "appeal": Param(1.0, -20, 20, "utility", "liking of an ordinary brand over buying nothing"),
    "trust_weight": Param(2.5, 0, 20, "utility", "weight of trust in choice"),
    "habit_weight": Param(1.2, 0, 20, "utility", "weight of habit in choice"),
    "social_weight": Param(0.6, 0, 20, "utility", "weight of friends who are customers in choice"),
    "ad_weight": Param(
        1.0,
        0,
        20,
        "utility",
        "weight of ads of the brand still in mind in choice",
        "assumed; the calibration on A01 hardly moves it",
    ),
    "word_weight": Param(
        1.5, 0, 20, "utility", "weight in choice of what friends said lately", "assumed; W13 in view: tenths a word"
    ),
    "usual_weight": Param(
        2.05,
        0,
        20,
        "factor",
        "weight of a price against what the brand usually costs, relative to against the category",
        "calibrated on P01; form: Winer 1986",
    ),
    "usual_half_life": Param(90.0, 1, 1e5, "days", "half-life of what people remember a brand to cost"),
    "haste": Param(
        1.0,
        0,
        10,
        "per cut",
        "how much a promotion hastens a habitual purchase",
        "Bell et al. 1999: 25 % of P03 is demand",
    ),
    "promotion_weight": Param(0.8, 0, 20, "utility", "pull of a promotion beyond its price", "P03"),
    "strangeness": Param(
        5.0,
        0,
        20,
        "utility",
        "reluctance to take a brand that was neither weighed nor bought before",
        "assumed; D01, D02, A02, A09 in view",
    ),
    "habit_gain": Param(0.15, 0, 1, "share", "habit gained by one purchase"),
    "satiation": Param(0.7, 0, 1, "share", "need that a purchase takes away"),
}

COLUMNS = {
    "last_bought": Column("int16", NEVER, NEVER, 32767, "day of the last purchase of the brand", per="brand"),
    "habit": Column("float32", 0, 0, 1, "habit of buying the brand", per="brand", writers=("forgetting", "loyalty")),
    "won_by": Column("int8", -1, -1, 127, "kind of touchpoint noticed last before the first purchase", per="brand"),
}

TABLES = {
    "category_code": "0 repeat, 1 one-off, 2 subscription; one number",
    "renewal_period": "days between renewals of a subscription; one number",
    "can_buy": "1: may buy at this stage; 2: buys through the intending stage; 0: may not",
    "customer_stage": "stage that a first purchase leads to, one number",
    "intending_stage": "stage passed on the way there by those who only considered, one number",
    "left_stage": "stage of a subscriber who leaves for a rival, one number",
    "sudden_intent": "whether people can intend to buy without having considered that morning, one number",
    "reference_price": "price people compare with, one number",
    "usual_price": "what people remember each brand to cost, per brand",
    "dearness_today": "log price over the reference plus usual_weight times log price over the usual one, per brand",
    "member_bonus": "utility of the loyalty programme to a member who is far from the reward, per brand",
    "unit_cost": "what one unit costs each brand",
    "reward_pace": "purchases a day at which a programme's reward comes of itself, one number",
}

TALLIES = {"purchases_first": ("brand",), "purchases_repeat": ("brand",)}
REPEAT, ONE_OFF, SUBSCRIPTION = range(3)


@rule
def most_likely(purchase_rate, motivation, calm, hastened, eager):
    """A bound on the hazard of an occasion: an exponential lies below its chord between no need (`calm`) and all (`hastened`)."""
    return purchase_rate * (calm + (hastened - calm) * motivation) + eager * motivation


@rule
def bonus_of(bonus, habit, rate, pace):
    """Utility of a loyalty programme to a member: all of it far from the reward, none where the reward comes of itself."""
    return bonus * max(0.0, 1.0 - habit * rate / pace)


@rule
def utility_of(role, tried, trust, taste, habit, ads, word, friends, sensitivity, dearness, promotion, bonus, gone, appeal,
               trust_weight, habit_weight, ad_weight, word_weight, social_weight, promotion_weight, strangeness):  # fmt: skip
    """Utility of a brand over buying nothing, without its noise; bonus and departures count for customers only."""
    value = appeal + taste + trust_weight * (trust - 0.5) + habit_weight * habit
    value += ad_weight * ads + word_weight * word
    value += social_weight * friends - sensitivity * dearness
    value += promotion_weight * promotion
    if role & OWNS:
        value += bonus
        value -= social_weight * gone
    if not (tried or role & (CONSIDERS | INTENDS | OWNS)):
        value -= strangeness
    return value


@rule
def paid(price, promotion):
    """What a buyer pays today."""
    return price * (np.float32(1.0) - promotion)


@rule
def mark_those_in_need(luck, purchase_rate, motivation, calm, hastened, eager, mark):
    """Mark people whose draw lies below the largest chance of a habitual or an impulse occasion they could have."""
    slow, fast, keen = np.float32(calm * SCALE), np.float32(hastened * SCALE), np.float32(eager * SCALE)
    for j in range(luck.size):
        mark[j] = np.uint8(np.float32(luck[j]) < most_likely(purchase_rate[j], motivation[j], slow, fast, keen))


@rule
def mark_the_decided(luck, seekers, sought, lo, purchase_rate, motivation, calm, hastened, eager, mark):
    """The same for people who consider a brand today, some of whom intend to buy it."""
    for n in range(sought[0]):
        i = seekers[n, 0]
        if luck[i - lo] < SCALE * most_likely(purchase_rate[i], motivation[i], calm, hastened, eager):
            mark[i - lo] = np.uint8(1)


@rule
def mark_the_sudden(luck, stage, stage_role, lo, purchase_rate, motivation, calm, hastened, eager, mark):
    """The same for all who intend now, in journeys where people can intend without having considered this morning."""
    for b in range(stage.shape[0]):
        for j in range(luck.size):
            i = lo + j
            most = SCALE * most_likely(purchase_rate[i], motivation[i], calm, hastened, eager)
            if stage_role[stage[b, i]] & INTENDS and luck[j] < most:
                mark[j] = np.uint8(1)


@rule
def mark_subscribers(stage, stage_role, lo, hi, mark):
    """Mark everybody who has a subscription: a renewal may be due."""
    for b in range(stage.shape[0]):
        for i in range(lo, hi):
            if stage_role[stage[b, i]] & OWNS:
                mark[i - lo] = np.uint8(1)


@kernel
def buy(lo, hi, day, key, category_code, renewal_period, can_buy, customer_stage, intending_stage, left_stage,
        sudden_intent, one_tap_today, season_today, dearness_today, promotion_today, available, member_bonus, reward_pace, stage,
        entered, stage_role, purchase_rate, motivation, impulsiveness, taste, price_sensitivity, susceptibility,
        habit, evidence_for, evidence_against, ad_memory, ad_glimpse, friends_word, last_word, friends_owning, farewells,
        last_farewell, tie_start, last_purchase, last_bought, won_by, last_touch, moves, moved, orders, ordered, purchases_first,
        purchases_repeat, seekers, sought, luck, mark, chosen, ahead, perception__prior_for, perception__prior_against,
        perception__word_half_life, social_proof__memory, pull, anchor, decide, impulse, appeal, trust_weight, habit_weight,
        social_weight, ad_weight, word_weight, haste, promotion_weight, strangeness, habit_gain, satiation):  # fmt: skip
    """Draw occasions, choose, and record the purchase."""
    brands, category = stage.shape[0], category_code[0]
    when = stream(key, day, 0)
    noise, shelf, values = scratch(brands + 1, np.uint64), scratch(brands, np.uint64), scratch(brands, np.float64)
    for b in range(brands):
        noise[b], shelf[b] = stream(key, day, 1 + b), stream(key, day, 33 + b)
    noise[brands] = stream(key, day, 32)
    most = season_today[0] * np.exp(haste * largest(promotion_today)) if category == REPEAT else 0.0
    calm, hastened = most * np.exp(-pull * anchor), most * np.exp(pull * (1.0 - anchor))
    tempted = impulse * one_tap_today[0]
    fill(when, lo, luck)
    wipe(mark)
    mark_those_in_need(luck, purchase_rate[lo:hi], motivation[lo:hi], calm, hastened, tempted, mark)
    mark_the_decided(luck, seekers, sought, lo, purchase_rate, motivation, calm, hastened, decide + tempted, mark)
    if sudden_intent[0]:
        mark_the_sudden(luck, stage, stage_role, lo, purchase_rate, motivation, calm, hastened, decide + tempted, mark)
    if category == SUBSCRIPTION:
        mark_subscribers(stage, stage_role, lo, hi, mark)
    ready = 0
    for n in range(collect(mark, hi - lo, chosen)):  # those about to buy who may: the others need no hazard
        may = False
        fetch(price_sensitivity, lo + chosen[n])
        fetch(tie_start, lo + chosen[n])
        for b in range(brands):
            at = np.uint8(stage[b, lo + chosen[n]])
            may = may or can_buy[at] != 0
            fetch(friends_owning, b * friends_owning.shape[1] + lo + chosen[n])
            fetch(friends_word, b * friends_word.shape[1] + lo + chosen[n])
            fetch(last_word, b * last_word.shape[1] + lo + chosen[n])
            if stage_role[at] & OWNS:  # friends who left concern only customers who are about to buy
                fetch(farewells, b * farewells.shape[1] + lo + chosen[n])
                fetch(last_farewell, b * last_farewell.shape[1] + lo + chosen[n])
        chosen[ready] = chosen[n]
        ready += may
    for n in range(ready):
        meanwhile(ahead, n, 1)
        i = np.uint32(lo + chosen[n])
        intends, subscribed, offer = False, -1, 0.0
        for b in range(brands):
            role = stage_role[np.uint8(stage[b, i])]
            intends = intends or role & INTENDS != 0
            if role & (CONSIDERS | INTENDS | OWNS):
                offer = max(offer, promotion_today[b])
            if category == SUBSCRIPTION and role & OWNS:
                subscribed = b
        if subscribed >= 0 and day - last_bought[subscribed, i] >= renewal_period[0]:
            last_bought[subscribed, i] = day
            last_purchase[i] = day
            habit[subscribed, i] += (np.float32(1.0) - habit[subscribed, i]) * np.float32(habit_gain)
            purchases_repeat[subscribed] += 1
            place_order(orders, ordered, i, subscribed, 0, last_touch[subscribed, i])
            continue
        felt = motivation[i]
        hazard = decide * felt if intends else 0.0
        hazard += impulse * one_tap_today[0] * impulsiveness[i] * UNIT * felt
        if category == REPEAT:
            hazard += purchase_rate[i] * season_today[0] * expm(np.float32(pull * (felt - anchor) + haste * offer))
        u = completed(when, i, luck[chosen[n]])
        # 1 - exp(-h) lies between h - h**2 / 2 and h, so that few need the exponential.
        if u >= hazard or (u >= hazard - 0.5 * hazard * hazard and u >= 1.0 - np.exp(-hazard)):
            continue
        surely, choice = -np.inf, -1  # the utility that the best brand has at least
        for b in range(brands):
            values[b] = -np.inf
            at = np.uint8(stage[b, i])
            role = stage_role[at]
            out_of_reach = can_buy[at] == 0 or role & REFUSES or uniform(shelf[b], i) >= available[b]
            if b != subscribed and out_of_reach:
                continue
            meanwhile(ahead, b, 1)
            trust = trust_of(
                evidence_for[b, i], evidence_against[b, i], perception__prior_for, perception__prior_against
            )
            degree = tie_start[i + np.uint32(1)] - tie_start[i]
            friends = social_proof_of(friends_owning[b, i], degree, susceptibility[i] * UNIT)
            bonus, gone = 0.0, 0.0
            if role & OWNS:
                bonus = bonus_of(member_bonus[b], habit[b, i], purchase_rate[i], reward_pace[0])
                if farewells[b, i] > 0:
                    gone = departures_of(farewells[b, i], day - last_farewell[b, i], social_proof__memory)
            said = 0.0
            if friends_word[b, i] != 0.0:
                said = word_in_mind(friends_word[b, i], day - last_word[b, i], perception__word_half_life)
            values[b] = utility_of(role, last_bought[b, i] != NEVER, trust, taste[b, i], habit[b, i],
                               ad_memory[b, i] + ad_glimpse[b, i], said, friends, price_sensitivity[i], dearness_today[b],
                               promotion_today[b], bonus, gone, appeal, trust_weight, habit_weight, ad_weight, word_weight,
                               social_weight, promotion_weight, strangeness)  # fmt: skip
            surely = max(surely, values[b] + least_gumbel(noise[b], i))
        contenders = 0
        for b in range(brands):
            if values[b] + most_gumbel(noise[b], i) >= surely and values[b] > -np.inf:
                contenders, choice = contenders + 1, b
        if contenders > 1:  # only then does it depend on what their luck exactly is: most need no logarithm
            best = -np.inf
            for b in range(brands):
                if values[b] + most_gumbel(noise[b], i) >= surely and values[b] + gumbel(noise[b], i) > best:
                    best, choice = values[b] + gumbel(noise[b], i), b
        # Nothing in reach, nothing worth it, or what one subscribes to, which is not bought again.
        if (
            choice < 0
            or choice == subscribed
            or values[choice] + most_gumbel(noise[choice], i) <= least_gumbel(noise[brands], i)
        ):
            continue
        doubtful = values[choice] + least_gumbel(noise[choice], i) < most_gumbel(noise[brands], i)
        if doubtful and values[choice] + gumbel(noise[choice], i) <= gumbel(noise[brands], i):
            continue
        b = choice
        first = last_bought[b, i] == NEVER
        if first:
            won_by[b, i] = last_touch[b, i]
            purchases_first[b] += 1
        else:
            purchases_repeat[b] += 1
        if not stage_role[stage[b, i]] & OWNS:
            if can_buy[stage[b, i]] == 2:
                move(stage, entered, moves, moved, i, b, intending_stage[0], last_touch[b, i], day)
            move(stage, entered, moves, moved, i, b, customer_stage[0], last_touch[b, i], day)
        if subscribed >= 0:
            move(stage, entered, moves, moved, i, subscribed, left_stage[0], last_touch[subscribed, i], day)
        last_bought[b, i] = day
        last_purchase[i] = day
        for other in range(brands):
            if other == b:
                habit[b, i] += (np.float32(1.0) - habit[b, i]) * np.float32(habit_gain)
            else:
                habit[other, i] *= np.float32(1.0 - habit_gain)
        motivation[i] *= np.float32(1.0 - satiation)
        place_order(orders, ordered, i, b, 1 if first else 0, last_touch[b, i])


def setup(engine):
    """Category, the way into a purchase from each stage, and the reference price."""
    names, roles = [one.name for one in engine.stages], engine.stage_role
    customer = first_with(engine.stages, OWNS)
    intending = first_with(engine.stages, INTENDS) if (roles & INTENDS).any() else customer
    direct = {names.index(arrow.from_) for arrow in engine.arrows if arrow.by == "purchase"}
    can_buy = np.zeros(len(names), np.int64)
    for number, role in enumerate(roles):
        if number in direct or role & OWNS:
            can_buy[number] = 1
        elif role & CONSIDERS and intending in direct:
            can_buy[number] = 2
    lapsed = names.index("lapsed") if "lapsed" in names else first_with(engine.stages, 1, OWNS)
    market = engine.scenario.world.market
    return {
        "category_code": np.array([("repeat", "one-off", "subscription").index(market.category)], np.int64),
        "renewal_period": np.array([max(1, round(market.purchase_cycle))], np.int64),
        "can_buy": can_buy,
        "customer_stage": np.array([customer], np.int64),
        "intending_stage": np.array([intending], np.int64),
        "left_stage": np.array([lapsed], np.int64),
        "sudden_intent": np.array([_sudden_intent(engine, names)], np.int64),
        "reference_price": np.array([np.mean([brand.price for brand in engine.brands])]),
        "usual_price": np.array([brand.price for brand in engine.brands], np.float64),
        "dearness_today": np.zeros(len(engine.brands)),
        "member_bonus": np.zeros(len(engine.brands)),
        "reward_pace": np.ones(1),
        "unit_cost": np.array([brand.price * (1.0 - brand.margin) for brand in engine.brands]),
    }


def _sudden_intent(engine, names):
    """Whether some stage that intends is an owner's, or is entered straight from one where nobody considers."""
    intends = engine.stage_role & INTENDS > 0
    seeks = (engine.stage_role & (CONSIDERS | INTENDS) > 0) & (engine.stage_role & OWNS == 0)
    ways = [(names.index(arrow.from_), names.index(arrow.to)) for arrow in engine.arrows]
    return bool((intends & ~seeks).any()) or any(intends[to] and not seeks[start] for start, to in ways)


@kernel
def dawn(day, key, price_today, promotion_today, usual_price, price_gap_today, dearness_today, usual_weight):
    """Weigh today's prices against the category's and the usual ones."""
    for b in range(price_today.size):
        against_usual = np.log(max(paid(price_today[b], promotion_today[b]), np.float32(1e-9)) / usual_price[b])
        dearness_today[b] = price_gap_today[b] + usual_weight * min(max(against_usual, -1.0), 1.0)


@kernel
def dusk(day, key, purchases_first, purchases_repeat, people_per_consumer, price_today, promotion_today, unit_cost, usual_price,
         daily_price, daily_revenue, daily_margin, usual_half_life):  # fmt: skip
    """Turn purchases into money, in real units, and get used to today's prices."""
    kept = 2.0 ** (-1.0 / usual_half_life)
    for b in range(price_today.size):
        units = (purchases_first[b] + purchases_repeat[b]) * people_per_consumer
        price = paid(price_today[b], promotion_today[b])
        daily_price[day, b] = price
        daily_revenue[day, b] = units * price
        daily_margin[day, b] = units * (price - unit_cost[b])
        usual_price[b] = max(kept * usual_price[b] + np.float32(1.0 - kept) * price, 1e-9)


register(
    Mechanism(
        name="purchase",
        phase="decide",
        kernels=(buy,),
        params=PARAMS,
        columns=COLUMNS,
        tables=TABLES,
        tallies=TALLIES,
        setup=setup,
        dawn=dawn,
        dusk=dusk,
        after=("journey",),
        responses=(Response("appeal", "purchases", 1), Response("ad_weight", "purchases", 1)),
    )
)
