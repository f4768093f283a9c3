"""Perception: finite attention turns the day's letters into state.

Of the pushed messages that reach a consumer today, each is noticed with chance

    attention / (attention + load + clutter),

load being how many there are from all brands of the category, clutter the rest of the feed times the channel's own:
information overload is not a rule but a consequence (X05). What the consumer sought (a site, advice, reviews) is always
noticed. Then, per noticed message, with `fit` the suitability of the message for the stage,

    awareness   a += (1 - a) * (1 - exp(-alpha * fit))
    evidence    r += for * fit, s += negativity * against  (Beta reputation, Jøsang & Ismail 2002)
    motivation  m += (1 - m) * (1 - exp(-mu * fit))
    fatigue     phi += 1 for an ad; effects of ads are scaled by exp(-wear * phi)

A message that is noticed also teaches the name, at once or not at all: by an arrow of the journey marked by = "message", with
chance 1 - exp(-rate * alpha * fit), so that those who do not know a brand grow fewer by the messages of the day and not by
what is left of older ones (TRACKER: Blattberg & Golanty 1978, J. Marketing Research 15(2)).

Every noticed ad is also remembered as an ad, for a while: its awareness exponent, split by the channel's `lasting` share,
feeds a slow and a fast trace, each m += (1 - m) * (1 - exp(-x)). Their sum is the stock of advertising in mind (adstock,
Broadbent 1979, J. Market Research Society 21(3)); it differs from awareness, which is knowing the name, and works in
`purchase`. Two traces because stocks decay at the pace of the medium: television for weeks, feeds for days (A06).

A friend's word is discussed, and weighed against what one believes: evidence for counts 1 + congruence * (2 trust - 1) times,
evidence against 1 - congruence * (2 trust - 1) times (biased assimilation, Lord, Ross & Lepper 1979; Dandekar, Goel & Lee 2013,
PNAS 110(15)); both by fit; and only people without experience of their own give what speaks against the greater weight: the
negativity effect is one of unfamiliar brands (Ahluwalia 2002, J. Consumer Research 29(2)).

While it is fresh such a word does more than add to experience: a vivid account is what comes to mind first (Herr, Kardes & Kim
1991, J. Consumer Research 17(4)), and people put a single one at tenths of their purchase probability (East, Hammond & Lomax
2008, Int. J. Research in Marketing 25(3)). What friends said, w in [-1, 1], moves towards each further word and halves every
`word_half_life` days; it works in `purchase`:

    w += (sign(e) - w) * (1 - exp(-|e|)),    e = evidence for - evidence against, as just weighed.

What others have lived through also makes people look, if it convinces: word of mouth puts brands into the consideration set
(Bughin, Doogan & Vetvik 2010, McKinsey Quarterly; Court et al. 2009), and sign-ups follow invitations within days (Trusov,
Bucklin & Pauwels 2009, J. Marketing 73(5)). One who neither weighs, owns nor refuses the brand weighs it from then on with
chance

    curiosity * motivation * (1 - exp(-r)),    r the evidence for the brand in a friend's word or in reviews.

And beyond `patience` noticed ads still in mind each further one irritates: s += irritation (attitude peaks near ten
exposures, A10, Schmidt & Eisend 2015). Trust is (r + r0) / (r + s + r0 + s0).
"""

from __future__ import annotations

import numpy as np

from sim.ahead import fetch, meanwhile
from sim.columns import NEVER, Column
from sim.draws import stream, uniform
from sim.kernels import expm, kernel, rule
from sim.lists import move
from sim.mechanism import Mechanism, Response, register
from sim.params import Param
from sim.scratch import flat, scratch
from sim.stages import CONSIDERS, INTENDS, OWNS, REFUSES

PARAMS = {
    "clutter": Param(2.0, 0, 200, "messages a day", "other messages competing for attention, on top of the platform's"),
    "negativity": Param(1.8, 1, 10, "factor", "weight of evidence against, relative to evidence for", "S01, W20"),
    "congruence": Param(0.5, 0, 1, "share", "how far a friend's word is weighed by what the listener believes already"),
    "curiosity": Param(
        0.5,
        0,
        1,
        "chance",
        "that a friend's word or a review that convinces fully makes one weigh a brand at once, at full motivation",
    ),
    "word_half_life": Param(
        7.0,
        0.1,
        3650,
        "days",
        "days in which what a friend said loses half its freshness",
        "W06: nine tenths in some 21 days",
    ),
    "wear": Param(0.06, 0, 2, "per ad", "loss of effect per ad still in mind", "A10, size assumed"),
    "patience": Param(10.0, 0, 100, "ads", "ads in mind beyond which each further one irritates", "A10: about ten"),
    "irritation": Param(0.05, 0, 5, "evidence", "evidence against from an ad beyond patience"),
    "prior_for": Param(1.0, 0.05, 20, "evidence", "evidence for a brand before anything is known (r0)"),
    "prior_against": Param(1.0, 0.05, 20, "evidence", "evidence against a brand before anything is known (s0)"),
}

COLUMNS = {
    "awareness": Column(
        "float32", 0, 0, 1, "how easily the brand comes to mind", per="brand", writers=("forgetting", "experience")
    ),
    "evidence_for": Column(
        "float32", 0, 0, 1e6, "evidence for the brand (r)", per="brand", writers=("forgetting", "experience", "service")
    ),
    "evidence_against": Column(
        "float32", 0, 0, 1e6, "evidence against it (s)", per="brand", writers=("forgetting", "experience", "service")
    ),
    "fatigue": Column("float32", 0, 0, 1e4, "ads of the brand still in mind", per="brand", writers=("forgetting",)),
    "ad_memory": Column(
        "float32", 0, 0, 1, "ads of the brand in mind, slow trace", per="brand", writers=("forgetting",)
    ),
    "ad_glimpse": Column(
        "float32", 0, 0, 1, "ads of the brand in mind, fast trace", per="brand", writers=("forgetting",)
    ),
    "friends_word": Column(
        "float32", 0, -1, 1, "what friends said of it, as of the last word: 1 for, -1 against", per="brand"
    ),
    "last_word": Column(
        "int16", NEVER, NEVER, 32767, "day on which a friend last spoke for or against it", per="brand"
    ),
    "last_touch": Column("int8", -1, -1, 127, "kind of the last noticed touchpoint", per="brand"),
    "load": Column("uint16", 0, 0, 65535, "pushed messages today, all brands", "inbox"),
}

_SALT = np.uint64(0x632BE59BD9B4E019)  # times a letter's salt, added to the stream of its kind and brand
_COPY = np.uint64(0x9FB21C651E98DF25)  # added to it for each further copy
_LESSON = np.uint64(0xD1B54A32D192ED03)  # added to it for the draw whether the letter teaches the name
TOGETHER = 32  # noticed letters whose exponentials are taken in one go
TALLIES = {"delivered": ("brand", "kind", "stage"), "noticed": ("brand", "kind", "stage")}


@rule
def trust_of(evidence_for, evidence_against, prior_for, prior_against):
    """Trust: the mean of the Beta reputation."""
    r = evidence_for + prior_for
    return r / (r + evidence_against + prior_against)


@rule
def confidence_of(evidence_for, evidence_against, prior_for, prior_against):
    """How sure: the share of all evidence that is not prior, in [0, 1)."""
    known = evidence_for + evidence_against
    return known / (known + prior_for + prior_against)


@rule
def word_in_mind(word, days, half_life):
    """What is left, in [-1, 1], of what friends said some days ago."""
    return word * 2.0 ** (-days / half_life)


@rule
def heeded_word(before, evidence):
    """What friends said after one more word: it moves towards 1 or -1 by the evidence in it, for or against."""
    return before + (np.sign(evidence) - before) * (1.0 - np.exp(-abs(evidence)))


@rule
def notice_chance(attention, load, clutter):
    """Chance that one pushed message is noticed."""
    return attention / (attention + load + clutter)


@rule
def exponentiate(x):
    """Replace numbers by their exponentials, many at once."""
    for n in range(x.size):
        x[n] = expm(x[n])


@kernel
def notice(lo, hi, day, key, letters, effects, sent, load, attention, heeded, kind_number, kind_pushed, kind_ad, kind_clutter,
           kind_lasting, kind_discussed, kind_convinces, last_bought, platform_clutter, stage, stage_fit, awareness, evidence_for,
           evidence_against, friends_word, last_word, motivation, fatigue, ad_memory, ad_glimpse, last_touch, delivered, noticed,
           watched, touches, touched, entered, stage_role, learning_rate, learning_stage, weighing_stage, seekers, sought, moves,
           moved, ahead, clutter, negativity, congruence, curiosity, word_half_life, wear, patience, irritation, prior_for,
           prior_against):  # fmt: skip
    """Read the day's letters."""
    kinds, rows = kind_pushed.size, np.uint64(stage.shape[1])
    streams = scratch((stage.shape[0], kinds), np.uint64)
    for b in range(streams.shape[0]):
        for k in range(kinds):
            streams[b, k] = stream(key, day, kind_number[k] * 16 + b)
    competing = clutter + platform_clutter[0]
    all_stages, delivered, noticed = flat(stage), flat(delivered), flat(noticed)
    who, draws, cells = scratch(TOGETHER, np.uint32), scratch(TOGETHER, np.uint64), scratch(TOGETHER, np.uint32)
    own, messages = scratch(TOGETHER, np.float32), scratch(TOGETHER, np.float64)
    copies, seen = scratch(TOGETHER, np.int32), scratch(TOGETHER, np.int32)
    who[:], draws[:], own[:], messages[:] = 0, 0, 0.0, 0.0
    taken = 0
    for begin in range(0, sent[0], TOGETHER):  # first see which letters are noticed, without acting on them
        many = min(TOGETHER, sent[0] - begin)
        for h in range(many):
            n = np.uint32(begin + h)
            meanwhile(ahead, h, 8)
            i, b, k = np.uint32(letters[n, 0]), np.uint32(letters[n, 1]), np.uint32(letters[n, 2])
            at = np.uint8(all_stages[np.uint64(b) * rows + i])  # of this morning, also if another message moves him on
            who[h], copies[h], cells[h] = i, letters[n, 3], (b * kinds + k) * stage_role.size + at
            draws[h] = streams[b, k] + np.uint64(letters[n, 4]) * _SALT
            own[h] = attention[i] if kind_pushed[k] else np.inf
            messages[h] = attention[i] + np.float32(load[i]) + competing * kind_clutter[k]
        for h in range(TOGETHER):  # notice_chance, compared without a division, of the first copy
            seen[h] = np.int32(uniform(draws[h], who[h]) * messages[h] < own[h])
        for h in range(many):
            for copy in range(1, copies[h]):
                today = draws[h] + np.uint64(copy) * _COPY
                seen[h] += np.int32(uniform(today, who[h]) * messages[h] < own[h])
            delivered[cells[h]] += copies[h]
            noticed[cells[h]] += seen[h]
            heeded[taken, 0], heeded[taken, 1] = begin + h, seen[h]
            taken += seen[h] > 0
        if touches.shape[0] > 1:  # there is a panel
            for h in range(many):
                n, t = np.uint32(begin + h), touched[0]
                if watched[who[h]]:
                    for field in range(4):
                        touches[t, field] = letters[n, field]
                    touches[t, 4] = seen[h]
                    touched[0] = t + 1
    place, sort = scratch(TOGETHER, np.uint64), scratch(TOGETHER, np.uint8)
    stages, due, remembered = scratch(TOGETHER, np.uint8), scratch(TOGETHER, np.uint8), scratch(TOGETHER, np.uint8)
    lessons, learning = scratch(TOGETHER, np.uint64), scratch(TOGETHER, np.float64)
    parts, excess, lasting = scratch(TOGETHER, np.float64), scratch(TOGETHER, np.float64), scratch(TOGETHER, np.float64)
    salient, activating = scratch(TOGETHER, np.float64), scratch(TOGETHER, np.float64)
    teaching, stirring = scratch(TOGETHER, np.float64), scratch(TOGETHER, np.float64)
    praise, blame = scratch(TOGETHER, np.float64), scratch(TOGETHER, np.float64)
    worn, slow, fast = scratch(TOGETHER, np.float32), scratch(TOGETHER, np.float32), scratch(TOGETHER, np.float32)
    known, raised = scratch(TOGETHER, np.float32), scratch(TOGETHER, np.float32)
    # One place is worked out for all that one consumer thinks of one brand.
    awareness, fatigue, last_touch = flat(awareness), flat(fatigue), flat(last_touch)
    evidence_for, evidence_against, last_bought = flat(evidence_for), flat(evidence_against), flat(last_bought)
    ad_memory, ad_glimpse = flat(ad_memory), flat(ad_glimpse)
    friends_word, last_word = flat(friends_word), flat(last_word)
    for begin in range(0, taken, TOGETHER):
        many = min(TOGETHER, taken - begin)
        for h in range(many):  # then what they meet, gathered, so that what follows is wide
            n, read_copies = np.uint32(heeded[begin + h, 0]), heeded[begin + h, 1]
            i, b, k = np.uint32(letters[n, 0]), np.uint32(letters[n, 1]), np.uint32(letters[n, 2])
            meanwhile(ahead, h, 4)
            p = np.uint64(b) * rows + np.uint64(i)
            if kind_discussed[k]:  # so few that what they change is asked for by nobody else
                fetch(friends_word, np.int64(p))
                fetch(last_word, np.int64(p))
            parts[h] = 1.0 if read_copies == letters[n, 3] else read_copies / letters[n, 3]
            worn[h] = np.float32(0.0)
            if kind_ad[k]:
                worn[h] = np.float32(-wear) * fatigue[p]
                fatigue[p] += np.float32(read_copies)
                excess[h] = min(float(read_copies), fatigue[p] - patience)
            at = np.uint8(all_stages[p])
            who[h], place[h], sort[h], stages[h], lasting[h] = i, p, k, at, kind_lasting[k]
            salient[h], praise[h], blame[h], activating[h] = effects[n, 0], effects[n, 1], effects[n, 2], effects[n, 3]
            teaching[h], stirring[h], learning[h] = stage_fit[at, 0], stage_fit[at, 2], learning_rate[at]
            remembered[h] = kind_ad[k] and salient[h] > 0.0
            lessons[h] = streams[b, k] + np.uint64(letters[n, 4]) * _SALT + _LESSON
        exponentiate(worn)  # then how strongly they work
        for h in range(many):
            parts[h] *= worn[h]
        for h in range(many):
            slow[h] = -salient[h] * parts[h] * lasting[h]
        for h in range(many):
            fast[h] = -salient[h] * parts[h] * (1.0 - lasting[h])
        for h in range(many):
            known[h] = -salient[h] * parts[h] * teaching[h]
        for h in range(many):
            raised[h] = -activating[h] * parts[h] * stirring[h]
        exponentiate(slow)
        exponentiate(fast)
        exponentiate(known)
        exponentiate(raised)
        for h in range(many):  # one in many of those who may learn the name: nobody can foresee who
            due[h] = uniform(lessons[h], who[h]) < learning[h] * salient[h] * parts[h] * teaching[h]
        for h in range(many):  # and then what they do
            i, k, p, part = who[h], sort[h], place[h], parts[h]
            meanwhile(ahead, h, 4)
            r, s = praise[h], blame[h]
            at = np.uint8(all_stages[p])
            moved_on = at != stages[h]  # an earlier letter of today made him weigh the brand
            if moved_on:
                known[h] = expm(np.float32(-salient[h] * part * stage_fit[at, 0]))
                raised[h] = expm(np.float32(-activating[h] * part * stage_fit[at, 2]))
            if kind_ad[k] and excess[h] > 0.0:
                evidence_against[p] += np.float32(irritation * excess[h])
            heavier = negativity
            if kind_discussed[k]:
                belief = trust_of(evidence_for[p], evidence_against[p], prior_for, prior_against)
                r *= 1.0 + congruence * (2.0 * belief - 1.0)
                s *= (1.0 - congruence * (2.0 * belief - 1.0)) * stage_fit[at, 1]
                heavier = negativity if last_bought[p] == NEVER else 1.0
                said = part * (r * stage_fit[at, 1] - heavier * s)
                if said != 0.0:
                    before = word_in_mind(friends_word[p], day - last_word[p], word_half_life)
                    friends_word[p] = heeded_word(before, said)
                    last_word[p] = day
            idle = weighing_stage[0] >= 0 and not stage_role[at] & (CONSIDERS | INTENDS | OWNS | REFUSES)
            looks = False
            if kind_convinces[k] and idle and r > 0.0:
                b = letters[heeded[begin + h, 0], 1]
                u, most = uniform(stream(key, day, 8192 + b), i), curiosity * motivation[i]
                looks = u < most * r * part and u < most * (1.0 - np.exp(-r * part))  # few need the exponential
                if looks:
                    move(stage, entered, moves, moved, i, b, weighing_stage[0], k, day)
                    seekers[sought[0], 0], seekers[sought[0], 1] = i, b
                    sought[0] += 1
            if (due[h] or moved_on) and not looks and learning_rate[at] > 0.0:
                u, most = uniform(lessons[h], i), learning_rate[at] * salient[h] * part * stage_fit[at, 0]
                if u < most and u < 1.0 - np.exp(-most):  # which is below `most`: few need the exponential
                    move(stage, entered, moves, moved, i, letters[heeded[begin + h, 0], 1], learning_stage[at], k, day)
            if r > 0.0:
                evidence_for[p] += np.float32(r * part * stage_fit[at, 1])
            if s > 0.0:
                evidence_against[p] += np.float32(heavier * s * part)
            if activating[h] > 0.0:
                motivation[i] += (np.float32(1.0) - motivation[i]) * (np.float32(1.0) - raised[h])
            last_touch[p] = k
        for h in range(many):
            if remembered[h]:
                p = place[h]
                ad_memory[p] += (np.float32(1.0) - ad_memory[p]) * (np.float32(1.0) - slow[h])
                ad_glimpse[p] += (np.float32(1.0) - ad_glimpse[p]) * (np.float32(1.0) - fast[h])
        for h in range(many):
            if salient[h] > 0.0:
                p = place[h]
                awareness[p] += (np.float32(1.0) - awareness[p]) * (np.float32(1.0) - known[h])
    for n in range(sent[0]):
        load[letters[n, 0]] = 0
    sent[0] = 0


register(
    Mechanism(
        name="perception",
        phase="perceive",
        kernels=(notice,),
        params=PARAMS,
        columns=COLUMNS,
        tallies=TALLIES,
        responses=(Response("clutter", "awareness", -1), Response("negativity", "trust", -1)),
    )
)
