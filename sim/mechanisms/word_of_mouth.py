"""Word of mouth: people with an experience tell friends; people who consider ask them.

A customer talks on a day with chance

    rate(role) / 7 * t / mean t * (calm + (1 - calm) * |v|) * (eagerness if v < 0),

t the own talkativeness (people differ so much in it that 15 % of them say a third of all, W15), v in [-1, 1] the satisfaction
around neutral: extreme experiences are told, bad ones more readily. People who only know the brand pass on what
advertising led them to think, more rarely and more weakly (W17). A share `online` of talk is a public post (W10: nine
tenths are private). Each private conversation reaches friends drawn from the ties, of a person with d ties

    listeners * (d / mean d)**outreach

on average: who knows more people tells more, though time is short and not all of them (well-connected people take part
more, and persuade no better, I05, Hinz et al. 2011; contact grows less than ties, Miritello et al. 2013). A told message
carries evidence

    trust in friends * persuasion * |v| * tie strength

for or against the brand. Talk is pushed by talkers in whole numbers, so that bits do not depend on the order of work.
"""

from __future__ import annotations

import numpy as np

from sim.ahead import ask_for_ties, fetch, meanwhile
from sim.columns import NEVER, Column
from sim.draws import pick, screened, stream, uniform
from sim.kernels import UNIT, kernel, rule
from sim.lists import ASK, POST, TELL, errands_of, plan_errand, send
from sim.mechanism import Kind, Mechanism, Response, register
from sim.params import Param
from sim.scratch import scratch
from sim.screens import SCALE, collect, end_of_run, fill, is_among, mark_bit, mark_the_motivated, stages_with, wipe
from sim.stages import KNOWS, OWNS, REFUSES

PARAMS = {
    "rate": Param(
        0.27,
        0,
        20,
        "per week",
        "conversations about an own brand, by a person of mean talkativeness",
        "calibrated on W09, D02",
    ),
    "hearsay": Param(0.054, 0, 20, "per week", "the same by people who only know the brand", "W17, size assumed"),
    "calm": Param(0.35, 0, 1, "share", "talk that needs no strong feeling"),
    "eagerness": Param(
        3.4, 0, 10, "factor", "readiness to tell bad experiences, relative to good ones", "calibrated on W11; S03"
    ),
    "listeners": Param(2, 0, 20, "people", "friends in one conversation of a person with the mean number of ties"),
    "outreach": Param(
        0.5,
        0,
        1,
        "exponent",
        "how fast friends in a conversation grow with ties: 0 not, 1 in proportion",
        "I05, size assumed",
    ),
    "online": Param(0.1, 0, 1, "share", "share of talk that is a public post", "W10"),
    "asking": Param(
        0.12, 0, 1, "per day", "chance that one who considers asks a friend, at full motivation", "T03, J04"
    ),
    "persuasion": Param(
        2.0,
        0,
        20,
        "evidence",
        "evidence in one friend's word at full trust, tie strength and feeling",
        "assumed; the calibration on D02 moves it little",
    ),
    "salience": Param(
        0.6, 0, 5, "exponent", "how much one mention makes the brand known", "assumed; D01, D02, A09 in view"
    ),
    "activation": Param(0.12, 0, 5, "exponent", "how much one favourable mention raises need"),
}

COLUMNS = {
    "heard": Column(
        "uint64", 0, 0, 1.8e19, "what friends told yesterday: count, good, bad in one number", "inbox", "brand"
    ),
    "advised": Column("uint64", 0, 0, 1.8e19, "what friends answered yesterday, likewise", "inbox", "brand"),
    "spoken_to": Column(
        "uint8", 0, 0, 255, "brands about which friends told or answered something yesterday, one bit each", "inbox"
    ),
}

TALLIES = {"talk_positive": ("brand",), "talk_negative": ("brand",), "told": ("brand",), "asked": ("brand",)}

_USUAL_TIES = 64  # few people have more
_COUNT, _GOOD = np.uint64(48), np.uint64(24)
_FIELD = np.uint64((1 << 24) - 1)
MEAN_TALKATIVENESS = np.float32(0.3)
"""Talkativeness of an ordinary segment: rates of talking and of passing on are stated for it."""


@rule
def pack(tone, strength):
    """One mention as a whole number: a count, and good or bad in hundredths times tie strength."""
    size = np.uint64(abs(tone) * strength // 255)
    one = np.uint64(1) << _COUNT
    return one | (size << _GOOD) if tone >= 0 else one | size


@rule
def talk_chance(rate, talk, feeling, calm, eagerness):
    """Chance to talk on a day."""
    extreme = calm + (1.0 - calm) * abs(feeling)
    return rate / 7.0 * (talk / MEAN_TALKATIVENESS) * extreme * (eagerness if feeling < 0.0 else 1.0)


@kernel
def listen(lo, hi, day, key, spoken_to, heard, advised, trust_friends, letters, effects, sent, load, mark, chosen, kind_friend,
           kind_advice, persuasion, salience, activation):  # fmt: skip
    """Open what friends said yesterday."""
    for b in range(heard.shape[0]):  # brand after brand, so that no step depends on which ones friends spoke of
        mark_bit(spoken_to[lo:hi], b, mark)
        listeners = collect(mark, hi - lo, chosen)
        for n in range(listeners):  # few have something waiting, so only theirs is asked for
            fetch(heard, b * heard.shape[1] + lo + chosen[n])
            fetch(advised, b * heard.shape[1] + lo + chosen[n])
        for n in range(listeners):
            i = np.uint32(lo + chosen[n])
            weight = trust_friends[i] * UNIT * persuasion * 0.01
            told, answered = heard[b, i], advised[b, i]
            if told != 0:
                count, good, bad = told >> _COUNT, float((told >> _GOOD) & _FIELD), float(told & _FIELD)
                load[i] += np.uint16(count)
                send(letters, effects, sent, i, b, kind_friend, count, 0, salience * count, weight * good, weight * bad,
                     activation * good * 0.01)  # fmt: skip
                heard[b, i] = 0
            if answered != 0:
                count, good, bad = answered >> _COUNT, float((answered >> _GOOD) & _FIELD), float(answered & _FIELD)
                send(letters, effects, sent, i, b, kind_advice, count, 0, salience * count, weight * good, weight * bad,
                     activation * good * 0.01)  # fmt: skip
                advised[b, i] = 0
    for j in range(lo, hi):
        spoken_to[j] = 0


@rule
def mark_talkers(luck, stage, talkativeness, satisfaction, evidence_for, evidence_against, owning, knowing, own, hearsay, calm,
                 eagerness, bit, mark):  # fmt: skip
    """Mark people whose draw lies below the chance to talk of their own experience, or the largest one to talk of hearsay.

    owning, knowing: stages of those who may talk of the one and the other; own, hearsay: those chances for full feeling and
    talkativeness of one byte, times SCALE. What advertising led one to think moves half as much as experience can, and is
    told the more readily only where it is bad.
    """
    one, two, none, half = np.float32(1.0), np.float32(2.0), np.float32(0.0), np.float32(0.5)
    quiet, eager = np.float32(calm), np.float32(eagerness)
    excited = quiet + (one - quiet) * half
    for j in range(luck.size):
        keen, feeling = np.float32(talkativeness[j]), two * satisfaction[j] - one
        extreme = (quiet + (one - quiet) * abs(feeling)) * (eager if feeling < 0 else one)
        thought = excited * (eager if evidence_for[j] < evidence_against[j] else one)
        lived = own * extreme if is_among(owning, stage[j]) else none
        heard = hearsay * max(extreme, thought) if is_among(knowing, stage[j]) else none
        below = np.float32(luck[j]) < max(lived, heard) * keen
        mark[j] = mark[j] | (bit if below else np.uint8(0))


@kernel
def talk(lo, hi, day, key, stage, stage_role, talkativeness, satisfaction, evidence_for, evidence_against, last_bought, errands,
         planned, luck, mark, chosen, ahead, talk_positive, talk_negative, rate, hearsay, calm, eagerness, online):  # fmt: skip
    """Decide who talks and posts tonight."""
    brands = stage.shape[0]
    owning, knowing = stages_with(stage_role, OWNS | REFUSES), stages_with(stage_role, KNOWS)
    full = UNIT * SCALE  # of a chance for talkativeness 1, for talkativeness of one byte
    own = np.float32(talk_chance(rate, 1.0, 1.0, calm, 1.0) * full)
    heard_only = np.float32(talk_chance(hearsay, 1.0, 1.0, calm, 1.0) * full)
    today = scratch(brands, np.uint64)
    wipe(mark)
    for b in range(brands):
        today[b] = stream(key, day, b * 4)
        fill(today[b], lo, luck)
        mark_talkers(luck, stage[b, lo:hi], talkativeness[lo:hi], satisfaction[b, lo:hi], evidence_for[b, lo:hi],
                     evidence_against[b, lo:hi], owning, knowing, own, heard_only, calm, eagerness, np.uint8(1 << b),
                     mark)  # fmt: skip
    for n in range(collect(mark, hi - lo, chosen)):
        meanwhile(ahead, n, 2)
        i = np.uint32(lo + chosen[n])
        for b in range(brands):
            if not mark[chosen[n]] & (1 << b):
                continue
            bought = last_bought[b, i] != NEVER
            base = rate if bought and stage_role[stage[b, i]] & (OWNS | REFUSES) else hearsay
            feeling = 2.0 * satisfaction[b, i] - 1.0
            if not bought:
                r, s = evidence_for[b, i], evidence_against[b, i]
                feeling = 0.5 * (r - s) / (r + s + 2.0)
            if screened(today[b], i) < talk_chance(base, talkativeness[i] * UNIT, feeling, calm, eagerness):
                if feeling >= 0.0:
                    talk_positive[b] += 1
                else:
                    talk_negative[b] += 1
                act = POST if uniform(stream(key, day, b * 4 + 1), i) < online else TELL
                plan_errand(errands, planned, i, b, act, np.int64(np.rint(100.0 * feeling)))


@kernel
def ask(lo, hi, day, key, seekers, sought, motivation, errands, planned, mark, chosen, asking):
    """Decide who asks a friend tonight."""
    first = 0
    while first < sought[0]:
        b, end = seekers[first, 1], end_of_run(seekers, first, sought[0], hi - lo)
        mark_the_motivated(stream(key, day, b * 4 + 2), seekers[first:end, 0], motivation, asking, mark)
        for n in range(collect(mark, end - first, chosen)):
            plan_errand(errands, planned, seekers[first + chosen[n], 0], b, ASK, 0)
        first = end


@rule
def listeners_of(degree, mean_degree, listeners, outreach):
    """How many friends a conversation reaches on average."""
    return listeners * (degree / mean_degree) ** outreach


@kernel(makes_arrays=True)
def tell(lo, hi, day, key, errands, planned, tie_start, tie_to, tie_strength, heard, spoken_to, told, listeners,
         outreach):  # fmt: skip
    """Talkers tell friends."""
    tellers = errands_of(errands, planned, TELL)
    ask_for_ties(errands, tellers, tie_start, tie_to)
    mean_degree = tie_to.size / (tie_start.size - 1)
    expected = np.zeros(_USUAL_TIES)  # listeners of a person with so many ties: a power takes longer than a look
    for degree in range(1, _USUAL_TIES):
        expected[degree] = listeners_of(degree, mean_degree, listeners, outreach)
    first = np.zeros(tellers.size + 1, np.int64)
    for order in range(tellers.size):  # how many friends each tells: the expected number, rounded up or down by chance
        i, b = errands[tellers[order], 0], errands[tellers[order], 1]
        degree = tie_start[i + 1] - tie_start[i]
        many = expected[degree] if degree < _USUAL_TIES else listeners_of(degree, mean_degree, listeners, outreach)
        first[order + 1] = first[order] + np.int64(many + uniform(stream(key, day, 96 + b), i))
    chosen = np.empty(first[tellers.size], np.int64)
    for order in range(tellers.size):  # then whom: their inboxes are asked for meanwhile
        i, b = errands[tellers[order], 0], errands[tellers[order], 1]
        tonight, degree = stream(key, day, 64 + b), tie_start[i + 1] - tie_start[i]
        for friend in range(first[order + 1] - first[order]):
            at = tie_start[i] + pick(tonight + np.uint64(friend) * np.uint64(0x632BE59BD9B4E019), i, degree)
            chosen[first[order] + friend] = at
            fetch(heard, b * heard.shape[1] + tie_to[at])
            fetch(spoken_to, tie_to[at])
            fetch(tie_strength, at)
    for order in range(tellers.size):
        b, tone = errands[tellers[order], 1], errands[tellers[order], 3]
        for friend in range(first[order], first[order + 1]):
            at = chosen[friend]
            heard[b, tie_to[at]] += pack(tone, np.int64(tie_strength[at]))
            spoken_to[tie_to[at]] |= np.uint8(1 << b)
        told[b] += first[order + 1] - first[order]


@kernel(makes_arrays=True)
def answer(lo, hi, day, key, errands, planned, tie_start, tie_to, tie_strength, satisfaction, last_bought, advised,
           spoken_to, asked):  # fmt: skip
    """Friends who were asked answer from their own experience, if they have one."""
    askers = errands_of(errands, planned, ASK)
    ask_for_ties(errands, askers, tie_start, tie_to)
    for n in askers:
        i, b = errands[n, 0], errands[n, 1]
        degree = tie_start[i + 1] - tie_start[i]
        if degree == 0:
            continue
        at = tie_start[i] + pick(stream(key, day, 128 + b), i, degree)
        friend = tie_to[at]
        if last_bought[b, friend] != NEVER:
            tone = np.int64(np.rint(100.0 * (2.0 * satisfaction[b, friend] - 1.0)))
            advised[b, i] += pack(tone, np.int64(tie_strength[at]))
            spoken_to[i] |= np.uint8(1 << b)
            asked[b] += 1


register(
    Mechanism(
        name="word_of_mouth",
        phase="talk",
        kernels=(listen, talk, ask),
        spread=(tell, answer),
        params=PARAMS,
        columns=COLUMNS,
        tallies=TALLIES,
        kinds=(
            Kind("friend", "a friend told, unasked", discussed=True, convinces=True),
            Kind("advice", "a friend's answer to a question", pushed=False, discussed=True, convinces=True),
        ),
        off={"rate": 0.0, "hearsay": 0.0, "asking": 0.0},
        responses=(Response("persuasion", "trust", 1),),
    )
)
