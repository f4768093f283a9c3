"""Paid media: spend buys impressions from the people a flight is aimed at. Nothing imposes a response curve.

A flight that spends s today buys 1000 s / CPM impressions. Consumer i takes a share of them in proportion to

    w_i = use(i, channel) * aim(segment, stage) * (1 - L + 2 L interest_i),

L the flight's look-alike strength; the number of impressions of i is Poisson with mean (impressions / people per
consumer) * w_i / sum_j w_j. A narrow aim costs more: CPM * share**-premium, share = sum of w over the aim / over everybody.
Diminishing returns emerge from reach overlap, fatigue, finite attention and a finite market (A09).

Search ads find those who look: people considering or intending, and some of those who know the brand. Nobody searches more
than `searches` times a day, and no flight reaches anyone more than `cap` times a day on average: money that finds no audience
stays unspent, and is reported as such.
"""

from __future__ import annotations

import numpy as np

from sim.ahead import meanwhile
from sim.draws import completed, poisson_above, stream
from sim.kernels import UNIT, kernel, rule, total
from sim.lists import send
from sim.mechanism import Mechanism, Response, register
from sim.params import Param
from sim.scratch import scratch
from sim.screens import collect, fill, mark_by_share, mark_by_stage_and_share, wipe
from sim.stages import CONSIDERS, INTENDS, KNOWS, REFUSES

PARAMS = {
    "premium": Param(0.3, 0, 1, "exponent", "how fast narrow targeting raises the price of an impression"),
    "brand_search": Param(
        0.15, 0, 1, "share", "searching by people who know the brand, against those considering", "A12, size assumed"
    ),
    "searches": Param(0.7, 0, 20, "per day", "searches a day by one who considers, at full media use"),
    "cap": Param(
        6.0, 0, 20, "per day", "most impressions of one flight a day on one person, on average: frequency capping"
    ),
    "effect": Param(0.15, 0, 10, "factor", "strength of every paid message", "assumed; D01, D02, A01, A09 in view"),
}

TABLES = {
    "flight_brand": "brand of each flight",
    "flight_channel": "channel of each flight",
    "flight_stream": "number that keys the draws of each flight: brand, channel, and which of them",
    "flight_rate": "impressions today per consumer and unit of weight, per flight",
    "flight_aim": "weight of each (segment, stage) in a flight's aim, (flight, segment, stage)",
    "flight_everywhere": "whether a flight aims at all stages alike",
    "flight_peak": "largest weight anyone can have in a flight, per unit of media use",
    "flight_lookalike": "look-alike strength of each flight",
    "flight_creative": "quality of each flight's message",
    "flight_spend": "money of each flight by day, as planned, (days, flights)",
    "flight_segments": "weight of each segment in a flight's aim, (flight, segment)",
    "flight_stages": "weight of each stage in a flight's aim, (flight, stage)",
    "flight_likeness": "look-alike strength of each flight, in double precision, for weighing audiences",
    "flight_finds": "whether a flight finds those who search",
    "flight_cpm": "price of a thousand impressions of each flight",
    "search_weight": "how much people at each stage search; NaN: as much as `brand_search` says",
    "channel_trust": "trust in each channel's ads relative to the mean of all (Nielsen 2015, T02)",
    "channel_awareness": "awareness exponent of one noticed impression",
    "channel_persuasion": "evidence of one noticed impression at full trust",
    "channel_activation": "activation exponent of one noticed impression",
}

MOST_A_DAY = 20.0  # impressions of one flight on one consumer; more is capped by every ad server
_BYTE, _BYTE_SQUARED = float(UNIT), float(UNIT) ** 2  # of media use, and of media use times interest
_MEAN_TRUST = 0.5  # mean of the paid formats in Nielsen 2015, against which channel trust is relative


@rule
def aim_weight(use, aim, lookalike, interest):
    """A consumer's weight in a flight's audience."""
    return use * aim * (np.float32(1.0) - lookalike + np.float32(2.0) * lookalike * interest)


@rule
def two_bounds(aim):
    """(stages as bits, their largest weight, the other stages with any weight, theirs) of a flight's aim.

    The first are the stages aimed at at least half as much as the one aimed at most.
    """
    nobody = np.float32(0.0)
    most, less = nobody, nobody
    for at in range(aim.shape[1]):
        for g in range(aim.shape[0]):
            most = max(most, aim[g, at])
    likely, stages = np.uint32(0), np.uint32(0)
    for at in range(aim.shape[1]):
        largest, bit = nobody, np.uint32(1) << np.uint32(at)
        for g in range(aim.shape[0]):
            largest = max(largest, aim[g, at])
        if largest >= np.float32(0.5) * most:
            likely = np.uint32(likely | bit)
        elif largest > nobody:
            stages = np.uint32(stages | bit)
            less = max(less, largest)
    return likely, most, stages, less


@kernel
def expose(lo, hi, day, key, flight_brand, flight_channel, flight_stream, flight_rate, flight_aim, flight_peak, flight_everywhere,
           flight_lookalike, flight_creative, channel_trust, channel_awareness, channel_persuasion, channel_activation,
           relevance, acceptance, media_use, interest, segment, stage, trust_ads, kind_pushed, letters, effects, sent, load,
           luck, mark, chosen, ahead, effect):  # fmt: skip
    """Serve today's impressions."""
    wipe(mark)
    for f in range(flight_brand.size):
        rate = flight_rate[f]
        if rate <= 0.0:
            continue
        b, c = flight_brand[f], flight_channel[f]
        today = stream(key, day, flight_stream[f])
        nth = flight_stream[f] & 255
        lookalike, strength = flight_lookalike[f], effect * flight_creative[f]
        matching, believed = relevance[b, c], channel_trust[c]
        strength *= acceptance[b, c]
        known, persuaded = channel_awareness[c] * strength, channel_persuasion[c] * strength
        activated = channel_activation[c] * strength
        use, at, aim = media_use[c], stage[b], flight_aim[f]
        crowding = kind_pushed[c]  # what was searched for does not compete for attention
        # The chance of any impression, 1 - exp(-mean), is below the mean, which is below this bound per byte of media use.
        bound = rate * flight_peak[f] * UNIT
        # What need not be looked up is not.
        everywhere, choosy = flight_everywhere[f] != 0, lookalike > 0.0 or matching != 0.0
        fill(today, lo, luck)
        if everywhere:
            mark_by_share(luck, use[lo:hi], bound, mark)
        else:
            likely, most, stages, less = two_bounds(aim)
            mark_by_stage_and_share(luck, at[lo:hi], use[lo:hi], likely, bound * most, stages, bound * less, mark)
        for hit in range(collect(mark, hi - lo, chosen)):
            meanwhile(ahead, hit, 4)
            i = np.uint32(lo + chosen[hit])
            keen = interest[i] * UNIT if choosy else np.float32(0.0)
            aimed = aim[segment[i], 0 if everywhere else at[i]]
            weight = aim_weight(use[i] * UNIT, aimed, lookalike, keen)
            n = poisson_above(completed(today, i, luck[chosen[hit]]), min(rate * weight, MOST_A_DAY))
            if n == 0:
                continue
            matched = n * max(0.0, 1.0 + matching * (2.0 * keen - 1.0))
            trust = min(np.float32(1.0), trust_ads[i] * UNIT * believed)
            load[i] += crowding * n
            send(letters, effects, sent, i, b, c, n, nth, known * matched, persuaded * trust * matched, 0.0,
                 activated * matched)  # fmt: skip


@kernel
def dawn(day, key, flight_spend, spend_factor, flight_brand, flight_channel, flight_segments, flight_stages, flight_likeness,
         flight_finds, flight_cpm, search_weight, audience_use, audience_interest, people_per_consumer, flight_aim, flight_rate,
         daily_impressions, daily_spend_media, daily_unspent, daily_spend, premium, brand_search, searches, cap):  # fmt: skip
    """Turn today's spend into impressions per consumer and unit of weight."""
    segments, stages = flight_aim.shape[1], flight_aim.shape[2]
    cells = segments * stages
    aimed_weights, aimed_use = scratch(cells, np.float64), scratch(cells, np.float64)
    all_use = scratch(cells, np.float64)
    for f in range(flight_rate.size):
        flight_rate[f] = 0.0
        b, c, finds, lookalike = flight_brand[f], flight_channel[f], flight_finds[f], flight_likeness[f]
        spend = flight_spend[day, f] * spend_factor[b]
        if spend <= 0.0:
            continue
        cell = 0
        for g in range(segments):
            for at in range(stages):
                if finds:
                    sought = brand_search if np.isnan(search_weight[at]) else search_weight[at]
                    flight_aim[f, g, at] = np.float32(flight_segments[f, g] * (flight_stages[f, at] * sought))
                use = audience_use[b, c, g, at] * _BYTE
                keen = audience_interest[b, c, g, at] * _BYTE_SQUARED
                weight = (1.0 - lookalike) * use + 2.0 * lookalike * keen if lookalike > 0.0 else use
                aimed_weights[cell], aimed_use[cell] = flight_aim[f, g, at] * weight, flight_aim[f, g, at] * use
                all_use[cell] = use
                cell += 1
        aimed = total(aimed_weights)
        if aimed <= 0.0:
            daily_unspent[day, b] += spend
            continue
        share = min(1.0, total(aimed_use) / max(total(all_use), 1e-12))
        if finds:
            share = 1.0  # those who search come by themselves: the price does not depend on how few they are
        bought_all = 1000.0 * spend / (flight_cpm[f] * share**-premium)
        rate = bought_all / people_per_consumer / aimed
        bought = min(1.0, (searches if finds else cap) / rate)
        flight_rate[f] = rate * bought
        daily_impressions[day, b] += bought_all / people_per_consumer * bought
        daily_spend_media[day, b] += spend * bought
        daily_unspent[day, b] += spend * (1.0 - bought)
        daily_spend[day, b, c] += spend * bought


def setup(engine):
    """Tables of flights and channels that do not change during a run."""
    flights, channels = engine.calendar.flights, engine.channels
    brand = np.array([one.brand for one in flights], np.int64)
    channel = np.array([one.channel for one in flights], np.int64)
    seen: dict[tuple[int, int], int] = {}
    streams = []
    for b, c in zip(brand, channel):
        nth = seen[b, c] = seen.get((b, c), -1) + 1
        streams.append((b * 64 + c) * 256 + nth)
    shape = len(engine.segments), len(engine.stages)
    segments = np.array([one.segments for one in flights], np.float64).reshape(-1, shape[0])
    stages = np.array([one.stages for one in flights], np.float64).reshape(-1, shape[1])
    aim = (segments[:, :, None] * stages[:, None, :]).astype(np.float32)
    lookalike = np.array([one.lookalike for one in flights], np.float64)
    finds = np.array([channels[c].type == "search" for c in channel], bool)
    return {
        "flight_brand": brand,
        "flight_channel": channel,
        "flight_stream": np.array(streams, np.int64),
        "flight_rate": np.zeros(len(flights)),
        "flight_aim": aim,
        "flight_everywhere": (aim == aim[:, :, :1]).all(axis=(1, 2)).astype(np.uint8) * ~finds,
        "flight_peak": 1.0 + lookalike,
        "flight_lookalike": lookalike.astype(np.float32),
        "flight_creative": np.array([one.creative for one in flights], np.float64),
        "channel_trust": np.array([one.trust / _MEAN_TRUST for one in channels], np.float32),
        "channel_awareness": np.array([one.awareness for one in channels]),
        "channel_persuasion": np.array([one.persuasion for one in channels]),
        "channel_activation": np.array([one.activation for one in channels]),
        "flight_spend": np.array([one.spend for one in flights], np.float64).reshape(-1, engine.calendar.days).T.copy(),
        "flight_segments": segments,
        "flight_stages": stages,
        "flight_likeness": lookalike,
        "flight_finds": finds,
        "flight_cpm": np.array([channels[c].cpm for c in channel], np.float64),
        "search_weight": _search_weights(engine),
    }


def _search_weights(engine):
    """How much people at each stage search for a brand: all who consider it, some (NaN) who just know it."""
    roles = engine.stage_role
    weights = np.where(roles & (CONSIDERS | INTENDS), 1.0, 0.0)
    return np.where((roles & KNOWS > 0) & (weights == 0) & (roles & REFUSES == 0), np.nan, weights)


register(
    Mechanism(
        name="paid_media",
        phase="expose",
        kernels=(expose,),
        params=PARAMS,
        tables=TABLES,
        setup=setup,
        dawn=dawn,
        off={"effect": 0.0, "cap": 0.0, "searches": 0.0},
        responses=(Response("effect", "awareness", 1),),
    )
)
