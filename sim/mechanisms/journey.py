"""The journey: a multi-state model with competing risks; the table of arrows is data.

From stage i, arrow j has the daily hazard

    h_j = rate_j * scale_j * exp(sum_k effect_jk * z_k)

on covariates z, scale_j being one of them, or 1. The chance that anything happens today is 1 - exp(-sum_j h_j), and which
arrow it is is drawn in proportion (Putter, Fiocco & Geskus 2007, Statistics in Medicine 26: multi-state models with
competing risks). Arrows marked by = "purchase" fire only through a purchase, arrows marked by = "message" only as a message is
noticed (perception). Covariates are in [0, 1] but for price_gap:

    motivation, trust, confidence (share of evidence that is not prior), awareness, satisfaction, habit,
    social_proof (share of friends who are customers x twice the own susceptibility, at most 1),
    fatigue (phi / (phi + 10)), price_gap (log of price after promotion over the reference price, within -1 and 1),
    promotion, unresolved (a complaint is open, or was answered in vain), surprise (the best promotion of a rival today),
    absence (1 - exp(-expected purchases missed / 2); subscribers miss none), dwell (days at the stage d: d / (d + 30)),
    departures (friends who left the brand lately, see social_proof), company (the friend who brought one to the brand is a
    customer still), vouched (having recommended the brand lately, see referral for both), liking (1 / (1 + exp(-taste)): how
    the brand would fare against buying nothing by taste alone),

and any other column by its name. A stage that does not know the brand is left only by people whom some message has reached.

Most people stay where they are, and most need no hazard to know it: an upper bound by
stage and four covariates (trust and liking, and awareness and motivation or satisfaction and habit, whichever bounds the
stage more closely) is compared first; only those whose draw lies below it see the full sum. The result is exact.
"""

from __future__ import annotations

import numpy as np

from sim.ahead import fetch, meanwhile
from sim.arrows import dawn, setup
from sim.columns import NEVER, Column
from sim.covariates import COVARIATES
from sim.draws import completed, stream
from sim.gather import gather
from sim.kernels import UNIT, expm, kernel, rule
from sim.lists import move
from sim.mechanism import Mechanism, Response, register
from sim.mechanisms.perception import confidence_of, trust_of
from sim.mechanisms.social_proof import departures_of
from sim.params import Param
from sim.scratch import scratch
from sim.screens import SCALE, collect, fill, is_among, mark_stages, stages_with, wipe
from sim.squeeze import AT_ONCE
from sim.stages import CONSIDERS, INTENDS, KNOWS, OWNS

PARAMS = {"pace": Param(1.0, 0, 10, "factor", "speed of every arrow that is not a purchase")}

COLUMNS = {
    "stage": Column(
        "int8", 0, 0, 127, "stage of the journey with each brand", per="brand", writers=("purchase", "perception")
    ),
    "entered": Column(
        "int16", 0, NEVER, 32767, "day of entering that stage", per="brand", writers=("purchase", "perception")
    ),
}

TABLES = {
    "stage_role": "role bits of each stage (sim.stages)",
    "weighing_stage": "stage of those who begin to weigh a brand (-1: none), one number",
    "learning_rate": "how readily a noticed message teaches the name at each stage (0: nothing to learn)",
    "learning_stage": "stage of those who have learned it there (-1: none)",
    "stage_fit": "how well messages suit each stage: aware, persuade, activate",
    "arrow_start": "first arrow out of each stage, (stages + 1)",
    "arrow_to": "where each arrow leads",
    "arrow_rate": "hazard of each arrow when all covariates are 0",
    "arrow_scale": "covariate that the hazard of each arrow is in proportion to (-1: none)",
    "term_start": "first term of each arrow, (arrows + 1)",
    "term_covariate": "covariate of each term",
    "term_effect": "coefficient of each term",
    "hazard_bound": "largest total hazard by brand, stage, two covariates in eighths, trust and liking in quarters",
    "bound_by_loyalty": "stages where those two are satisfaction and habit, not awareness and motivation, as bits",
    "stage_needs": "covariates that some arrow out of each stage depends on, as bits",
    "price_gap_today": "log of each brand's price after promotion over the reference price, within -1 and 1",
    "surprise_today": "best promotion of any rival today, per brand",
    "extra_covariates": "columns used as covariates beyond the usual ones, (extras, brand or 1, consumer)",
}

_UPPER_QUARTER = np.float32(1.0986123)  # taste at which liking is 3/4
TOGETHER = 64  # people at one stage whose hazards are worked out in one go
_WIDE = 16  # and in steps of so many, the last of which may have places for nobody: loops without a rest stay wide
OFFERED = sum(1 << COVARIATES.index(name) for name in ("price_gap", "promotion", "surprise"))
TRUSTING = 1 << COVARIATES.index("trust") | 1 << COVARIATES.index("confidence")
BELONGING, TIRING, COMPLAINING, MISSING, DWELLING, PARTING, ACCOMPANIED, VOUCHING, LIKING = (
    1 << COVARIATES.index(name)
    for name in (
        "social_proof",
        "fatigue",
        "unresolved",
        "absence",
        "dwell",
        "departures",
        "company",
        "vouched",
        "liking",
    )
)
_USUAL = len(COVARIATES)
_SUBSCRIPTION = 2  # purchase's code of the category, which cannot be imported from there


@rule
def social_proof_of(owning, degree, susceptibility):
    """Share of friends who are customers, weighed by susceptibility."""
    if degree == 0:
        return 0.0
    return min(1.0, 2.0 * susceptibility * owning / degree)


@rule
def absence_of(days, rate):
    """How long the brand has not been bought, against the own rhythm."""
    return np.float32(1.0) - expm(np.float32(-0.5 * days * rate))


@rule
def vouched_of(days, standing):
    """How much having recommended a brand still binds."""
    return 2.0 ** (-days / standing)


@rule
def mark_those_near(luck, stage, awareness, motivation, satisfaction, habit, evidence_for, evidence_against, taste, prior_for,
                    prior_against, by_loyalty, bound, pace, code, most, mark):  # fmt: skip
    """Mark people whose draw lies below the largest hazard they could have.

    by_loyalty: bit k says that stage k is bounded by satisfaction and habit. In three passes, each of which is wide: where in
    the table everybody's bound is (code), the bounds (most; both with room for whole sixteens), the comparison.
    """
    eight, seven, three, half = np.float32(8.0), np.float32(7.0), np.float32(3.0), np.float32(0.0)
    for j in range(luck.size):
        at, loyal = np.uint32(np.uint8(stage[j])), is_among(by_loyalty, stage[j])
        liked, aware, used, felt = satisfaction[j], awareness[j], habit[j], motivation[j]
        row = np.int32(min((liked if loyal else aware) * eight, seven))
        column = np.int32(min((used if loyal else felt) * eight, seven))
        good, bad = evidence_for[j] + prior_for, evidence_against[j] + prior_against
        trust = np.uint32(three * good >= bad) + np.uint32(good >= bad) + np.uint32(good >= three * bad)  # its quarter
        likes = taste[j]
        liking = np.uint32(likes > -_UPPER_QUARTER) + np.uint32(likes > half) + np.uint32(likes > _UPPER_QUARTER)
        code[j] = at << np.uint32(10) | row << np.uint32(7) | column << np.uint32(4) | trust << np.uint32(2) | liking
    for j in range(luck.size, mark.size):
        code[j] = 0  # places for nobody, but in the table
    for start in range(0, luck.size, AT_ONCE):
        gather(bound, code, start, most)
    slack = np.float32(SCALE * pace)
    for j in range(luck.size):
        mark[j] = np.uint8(np.float32(luck[j]) < slack * most[j])


@rule
def add_hazards(totals, hazards, exponents, z, at, wide, pace, arrow_start, arrow_rate, arrow_scale, term_start, term_covariate,
                term_effect):  # fmt: skip
    """Work out the hazards of the arrows out of a stage for `wide` people, and add them to the totals."""
    for arrow in range(arrow_start[at], arrow_start[at + 1]):
        for n in range(wide):
            exponents[n] = np.float32(0.0)
        for term in range(term_start[arrow], term_start[arrow + 1]):
            effect, covariate = np.float32(term_effect[term]), np.uint64(term_covariate[term])
            for n in range(wide):
                exponents[n] += effect * z[covariate, n]
        rate, scale, row = np.float32(arrow_rate[arrow] * pace), arrow_scale[arrow], np.uint64(arrow)
        for n in range(wide):
            hazards[row, n] = rate * expm(exponents[n])
        if scale >= 0:
            for n in range(wide):
                hazards[row, n] *= z[scale, n]
        for n in range(wide):
            totals[n] += hazards[row, n]


@rule
def liking_of(taste):
    """How a brand would fare against buying nothing by taste alone, in (0, 1)."""
    return np.float32(1.0) / (np.float32(1.0) + expm(np.float32(-taste)))


@kernel
def seek(lo, hi, day, key, stage, stage_role, seekers, sought, mark, chosen):
    """List the people who consider a brand today without owning it: they look, read and ask of their own accord."""
    considering = stages_with(stage_role, CONSIDERS | INTENDS) & ~stages_with(stage_role, OWNS)
    n = 0
    for b in range(stage.shape[0]):
        mark_stages(stage[b, lo:hi], considering, mark)
        for found in range(collect(mark, hi - lo, chosen)):
            seekers[n, 0], seekers[n, 1] = lo + chosen[found], b
            n += 1
    sought[0] = n


@kernel
def progress(lo, hi, day, key, stage, entered, stage_role, arrow_start, arrow_to, arrow_rate, arrow_scale, term_start,
             term_covariate, term_effect, hazard_bound, bound_by_loyalty, stage_needs, price_gap_today, promotion_today,
             surprise_today, extra_covariates, motivation, evidence_for, evidence_against, awareness, satisfaction, habit,
             friends_owning, farewells, last_farewell, company, vouched_on, category_code, tie_start, susceptibility, fatigue,
             complaint, last_bought, purchase_rate, last_touch, taste, moves, moved, luck, mark, chosen, near, near_marks,
             ahead, perception__prior_for, perception__prior_against, social_proof__memory, referral__standing,
             pace):  # fmt: skip
    """Draw today's moves."""
    brands, rows, by_loyalty = stage.shape[0], hi - lo, np.uint32(bound_by_loyalty[0])
    near_rows, near_brands, near_luck, order = near
    near_stages, here, moving = near_marks
    today, most = scratch(brands, np.uint64), scratch(mark.size, np.float32)
    z = scratch((_USUAL + extra_covariates.shape[0], TOGETHER), np.float32)
    hazards, leaving = scratch((arrow_to.size, TOGETHER), np.float32), scratch(TOGETHER + AT_ONCE, np.int32)
    people, brand_of, drawn = scratch(TOGETHER, np.uint32), scratch(TOGETHER, np.uint32), scratch(TOGETHER, np.float32)
    exponents, totals, due = scratch(TOGETHER, np.float32), scratch(TOGETHER, np.float32), scratch(TOGETHER, np.uint8)
    for k in range(z.shape[0]):
        for n in range(TOGETHER):
            z[k, n] = np.float32(0.0)
    prior_for, prior_against = np.float32(perception__prior_for), np.float32(perception__prior_against)
    wipe(mark)
    many = 0  # of all brands, so that those at one stage are worked out together: what a stage costs by itself is paid once
    for b in range(brands):
        today[b] = stream(key, day, b)
        fill(today[b], lo, luck)
        mark_those_near(luck, stage[b, lo:hi], awareness[b, lo:hi], motivation[lo:hi], satisfaction[b, lo:hi],
                        habit[b, lo:hi], evidence_for[b, lo:hi], evidence_against[b, lo:hi], taste[b, lo:hi],
                        prior_for, prior_against, by_loyalty, hazard_bound[b], pace, chosen, most, mark)  # fmt: skip
        for found in range(collect(mark, rows, chosen)):
            j = np.uint32(chosen[found])
            near_rows[many], near_brands[many], near_luck[many] = lo + j, b, luck[j]
            near_stages[many] = np.uint8(stage[b, lo + j])
            many += 1
    whole = (many + 15) // 16 * 16
    for n in range(whole):
        moving[n] = 0
    for at in range(stage_role.size):
        if arrow_start[at] == arrow_start[at + 1]:
            continue
        needs = stage_needs[at]
        for n in range(whole):
            here[n] = np.uint8(near_stages[n] == at)
        for n in range(many, whole):
            here[n] = 0
        there = collect(here, many, order)  # so few need what follows that only they ask for it
        if needs & BELONGING:
            for n in range(there):
                c = order[n]
                fetch(friends_owning, near_brands[c] * stage.shape[1] + near_rows[c])
                fetch(tie_start, near_rows[c])
        if needs & (PARTING | ACCOMPANIED | VOUCHING):
            for n in range(there):
                c = order[n]
                place = near_brands[c] * stage.shape[1] + near_rows[c]
                fetch(farewells, place)
                fetch(last_farewell, place)
                fetch(company, place)
                fetch(vouched_on, place)
        for begin in range(0, there, TOGETHER):
            some = min(TOGETHER, there - begin)
            for n in range(some):
                c = order[begin + n]
                meanwhile(ahead, n, 4)
                i, b = np.uint32(near_rows[c]), np.uint32(near_brands[c])
                people[n], brand_of[n], drawn[n] = i, b, np.float32(near_luck[c])
                z[0, n], z[3, n], z[4, n], z[5, n] = motivation[i], awareness[b, i], satisfaction[b, i], habit[b, i]
            if needs & TRUSTING:
                for n in range(some):
                    i, b = people[n], brand_of[n]
                    r, s = evidence_for[b, i], evidence_against[b, i]
                    z[1, n] = trust_of(r, s, prior_for, prior_against)
                    z[2, n] = confidence_of(r, s, prior_for, prior_against)
            if needs & BELONGING:
                for n in range(some):
                    i, b = people[n], brand_of[n]
                    degree = tie_start[i + np.uint32(1)] - tie_start[i]
                    z[6, n] = social_proof_of(friends_owning[b, i], degree, susceptibility[i] * UNIT)
            if needs & TIRING:
                for n in range(some):
                    i, b = people[n], brand_of[n]
                    z[7, n] = fatigue[b, i] / (fatigue[b, i] + 10.0)
            if needs & OFFERED:
                for n in range(some):
                    b = brand_of[n]
                    z[8, n], z[9, n], z[11, n] = price_gap_today[b], promotion_today[b], surprise_today[b]
            if needs & COMPLAINING:
                for n in range(some):
                    z[10, n] = 1.0 if complaint[brand_of[n], people[n]] != 0 else 0.0
            if needs & MISSING:
                subscribed = category_code[0] == _SUBSCRIPTION and stage_role[at] & OWNS
                for n in range(some):
                    i, b = people[n], brand_of[n]
                    z[12, n] = 0.0
                    if last_bought[b, i] != NEVER and not subscribed:
                        z[12, n] = absence_of(day - last_bought[b, i], purchase_rate[i])
            if needs & DWELLING:
                for n in range(some):
                    i, b = people[n], brand_of[n]
                    z[13, n] = (day - entered[b, i]) / (day - entered[b, i] + 30.0)
            if needs & PARTING:
                for n in range(some):
                    i, b = people[n], brand_of[n]
                    z[14, n] = 0.0
                    if farewells[b, i] > 0:
                        z[14, n] = departures_of(farewells[b, i], day - last_farewell[b, i], social_proof__memory)
            if needs & ACCOMPANIED:
                for n in range(some):
                    z[15, n] = company[brand_of[n], people[n]]
            if needs & VOUCHING:
                for n in range(some):
                    i, b = people[n], brand_of[n]
                    z[16, n] = 0.0
                    if vouched_on[b, i] != NEVER:
                        z[16, n] = vouched_of(day - vouched_on[b, i], referral__standing)
            if needs & LIKING:
                for n in range(some):
                    z[17, n] = liking_of(taste[brand_of[n], people[n]])
            for e in range(extra_covariates.shape[0]):
                for n in range(some):
                    z[_USUAL + e, n] = extra_covariates[e, brand_of[n] % extra_covariates.shape[1], people[n]]
            wide = -(-some // _WIDE) * _WIDE
            for n in range(wide):
                totals[n] = np.float32(0.0)
            add_hazards(totals, hazards, exponents, z, at, wide, pace, arrow_start, arrow_rate, arrow_scale, term_start,
                        term_covariate, term_effect)  # fmt: skip
            if not stage_role[at] & KNOWS:
                for n in range(some):  # no message ever came: nobody learns of a brand from nothing
                    totals[n] = totals[n] if z[3, n] > np.float32(0.0) else np.float32(0.0)
            # Six in seven are gone without the rest of their draw, which costs as much as their hazards.
            for n in range(some):
                due[n] = np.uint8(drawn[n] < np.float32(SCALE) * totals[n])
            for n in range(some, wide):
                due[n] = 0
            for found in range(collect(due, some, leaving)):
                n = leaving[found]
                c = order[begin + n]
                chance = 1.0 - np.exp(-float(totals[n]))  # which is below the total hazard
                u = completed(today[brand_of[n]], people[n], near_luck[c])
                if u >= chance:
                    continue
                left, arrow = u / chance * totals[n], arrow_start[at]
                while arrow < arrow_start[at + 1] - 1 and left >= hazards[arrow, n]:
                    left -= hazards[arrow, n]
                    arrow += 1
                moving[c], near_luck[c] = 1, arrow
    for found in range(collect(moving, many, order)):  # by brand and row; nobody's move changes another's hazards
        n = order[found]
        i, b = np.uint32(near_rows[n]), np.uint32(near_brands[n])
        move(stage, entered, moves, moved, i, b, arrow_to[near_luck[n]], last_touch[b, i], day)


register(
    Mechanism(
        name="journey",
        phase="decide",
        kernels=(progress,),
        early=(("need", seek),),
        params=PARAMS,
        columns=COLUMNS,
        tables=TABLES,
        setup=setup,
        dawn=dawn,
        responses=(Response("pace", "moves", 1),),
    )
)
