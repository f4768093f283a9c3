"""Referral programmes: a reward makes satisfied customers invite friends.

A customer with satisfaction above neutral invites one friend on a day with chance invite / 7 * appeal * (2 sat - 1), times
`zeal` for advocates, and times `example` for those who were invited themselves, to whom inviting seems the done thing
(Gershon & Jiang 2022, Referral contagion). He thinks of `minds` friends and invites the one whose taste the brand meets best:
those who know both bring people whom it suits (Schmitt, Skiera & Van den Bulte 2011, Journal of Marketing 75(1)).
The friend, if not yet a customer, gets a personal message the next day, and if he buys within `window` days the inviter is
paid. Invitations are personal and told through a tie: they work better per message than posts (V04), and as a friend's word
they can make one look at once (perception).

Who comes by an invitation has company: the inviter, as long as both stay customers. Company keeps people (covariate `company`
of the journey); when the inviter leaves it is over (social enrichment, Van den Bulte, Bayer, Skiera & Schmitt 2018, Journal of
Marketing Research 55(1)). And who recommends binds himself (Garnefeld, Eggert, Helm & Tax 2013, Journal of Marketing 77(4)):
covariate `vouched`, 1 on the day of an invitation, halved every `standing` days.
"""

from __future__ import annotations

import numpy as np

from sim.ahead import ask_for_ties
from sim.columns import NEVER, Column
from sim.draws import completed, pick, stream
from sim.kernels import UNIT, kernel
from sim.lists import INVITE, errands_of, moves_in_or_out, plan_errand, send
from sim.mechanism import Kind, Mechanism, Response, register
from sim.params import Param
from sim.screens import collect, fill, limit, mark_at_stages, mark_nonzero, stages_with, wipe
from sim.stages import OWNS, first_with

PARAMS = {
    "invite": Param(
        0.25, 0, 20, "per week", "invitations by a fully satisfied customer of a fully appealing programme", "R06"
    ),
    "zeal": Param(3.0, 0, 20, "factor", "how much more advocates invite", "L03"),
    "persuasion": Param(1.5, 0, 20, "evidence", "evidence in an invitation at full trust in friends"),
    "salience": Param(0.6, 0, 5, "exponent", "how much an invitation makes the brand known"),
    "activation": Param(0.25, 0, 5, "exponent", "how much an invitation raises need"),
    "minds": Param(2, 1, 20, "friends", "friends thought of, of whom the one is invited whom the brand suits best"),
    "example": Param(
        1.4,
        1,
        20,
        "factor",
        "how much more those invite who were invited themselves",
        "Gershon & Jiang 2022: 1.3 to 1.6",
    ),
    "window": Param(60.0, 1, 3650, "days", "days within which a purchase earns the reward"),
    "standing": Param(180.0, 1, 3650, "days", "days in which having recommended loses half its hold"),
}

COLUMNS = {
    "invited": Column("int32", 0, 0, 2**31 - 1, "who invited last night (row + 1; 0: none)", "inbox", "brand"),
    "invited_to": Column("uint8", 0, 0, 255, "brands that somebody invited to last night, one bit each", "inbox"),
    "referrer": Column("int32", -1, -1, 2**31 - 1, "who last invited this consumer to the brand", per="brand"),
    "invited_on": Column("int16", NEVER, NEVER, 32767, "day of that invitation", per="brand"),
    "vouched_on": Column("int16", NEVER, NEVER, 32767, "day of the own last invitation to a friend", per="brand"),
    "company": Column("int8", 0, 0, 1, "1: came by an invitation, and the inviter is a customer still", per="brand"),
}

TABLES = {
    "referral_appeal": "appeal of each brand's referral programme",
    "referral_reward": "what a customer brought in costs each brand",
    "advocate_stage": "stage of advocates (-1: none), one number",
}

TALLIES = {"invitations": ("brand",), "referred": ("brand",)}


@kernel
def open_invitation(lo, hi, day, key, invited_to, invited, referrer, invited_on, stage, stage_role, referral_appeal,
                    trust_friends, letters, effects, sent, mark, chosen, kind_referral, persuasion, salience,
                    activation):  # fmt: skip
    """Read last night's invitations."""
    wipe(mark)
    mark_nonzero(invited_to[lo:hi], mark)
    for n in range(collect(mark, hi - lo, chosen)):
        i = np.uint32(lo + chosen[n])
        for b in range(invited.shape[0]):
            if not invited_to[i] & (1 << b) or referral_appeal[b] <= 0.0:
                continue
            if not stage_role[stage[b, i]] & OWNS:
                referrer[b, i] = invited[b, i] - 1
                invited_on[b, i] = day
                trust = trust_friends[i] * UNIT
                send(letters, effects, sent, i, b, kind_referral, 1, 0, salience, persuasion * trust, 0.0, activation)
            invited[b, i] = 0
        invited_to[i] = 0


@kernel
def consider_inviting(lo, hi, day, key, referral_appeal, advocate_stage, stage, stage_role, satisfaction, vouched_on, referrer,
                      errands, planned, orders, ordered, invited_on, referred, luck, mark, chosen, invite, zeal, example,
                      window):  # fmt: skip
    """Customers decide to invite; purchases that an invitation led to are counted."""
    owners = stages_with(stage_role, OWNS)
    wipe(mark)
    for b in range(stage.shape[0]):
        if referral_appeal[b] <= 0.0:
            continue
        today, most = stream(key, day, b), invite / 7.0 * referral_appeal[b]
        fill(today, lo, luck)
        mark_at_stages(luck, stage[b, lo:hi], owners, limit(most * max(1.0, zeal) * example), mark)
        for n in range(collect(mark, hi - lo, chosen)):
            i = np.uint32(lo + chosen[n])
            keen = most * (2.0 * satisfaction[b, i] - 1.0) * (zeal if stage[b, i] == advocate_stage[0] else 1.0)
            u = completed(today, i, luck[chosen[n]])
            if u < keen * example and (u < keen or referrer[b, i] >= 0):  # example is 1 or more
                plan_errand(errands, planned, i, b, INVITE, 0)
                vouched_on[b, i] = day
    for n in range(ordered[0]):
        i, b, first = orders[n, 0], orders[n, 1], orders[n, 2]
        if first and invited_on[b, i] != NEVER and day - invited_on[b, i] <= window:
            referred[b] += 1


@kernel(makes_arrays=True)
def deliver(lo, hi, day, key, errands, planned, tie_start, tie_to, taste, invited, invited_to, invitations, minds):
    """Invitations reach friends; who gets several keeps the one from the highest row."""
    inviters = errands_of(errands, planned, INVITE)
    ask_for_ties(errands, inviters, tie_start, tie_to)
    for n in inviters:
        i, b = errands[n, 0], errands[n, 1]
        degree = tie_start[i + 1] - tie_start[i]
        if degree > 0:
            tonight, friend = stream(key, day, 64 + b), np.int64(-1)
            for nth in range(np.int64(minds)):
                other = tie_to[tie_start[i] + pick(tonight + np.uint64(nth) * np.uint64(0x632BE59BD9B4E019), i, degree)]
                if friend < 0 or taste[b, other] > taste[b, friend]:
                    friend = other
            invited[b, friend] = max(invited[b, friend], i + 1)
            invited_to[friend] |= np.uint8(1 << b)
            invitations[b] += 1


@kernel(makes_arrays=True)
def accompany(
    lo, hi, day, key, moves, moved, stage, stage_role, tie_start, tie_to, referrer, invited_on, company, window
):
    """Who came by an invitation has company from now on; who leaves ends it, the own and that of friends brought.

    Tonight's stages decide, so the order in which people came and left today does not matter.
    """
    known = moves_in_or_out(moves, moved, stage_role, OWNS)
    ask_for_ties(moves, known, tie_start, tie_to)
    for n in known:
        i, b = moves[n, 0], moves[n, 1]
        if stage_role[stage[b, i]] & OWNS:
            host, came = referrer[b, i], stage_role[moves[n, 3]] & OWNS != 0
            if came and host >= 0 and day - invited_on[b, i] <= window and stage_role[stage[b, host]] & OWNS:
                company[b, i] = 1
            continue
        company[b, i] = 0
        for at in range(tie_start[i], tie_start[i + 1]):
            if referrer[b, tie_to[at]] == i:
                company[b, tie_to[at]] = 0


def setup(engine):
    """The programmes as the plan has them."""
    names = [one.name for one in engine.stages]
    advocate = names.index("advocate") if "advocate" in names else first_with(engine.stages, OWNS)
    return {
        "referral_appeal": np.array([one.referral.appeal for one in engine.brands]),
        "advocate_stage": np.array([advocate], np.int64),
        "referral_reward": np.array([one.referral.reward for one in engine.brands]),
    }


@kernel
def dusk(day, key, referral_reward, referred, people_per_consumer, daily_spend_programmes):
    """Pay rewards for customers brought in."""
    for b in range(referred.size):
        daily_spend_programmes[day, b] += referral_reward[b] * referred[b] * people_per_consumer


register(
    Mechanism(
        name="referral",
        phase="live",
        kernels=(consider_inviting,),
        spread=(deliver, accompany),
        early=(("talk", open_invitation),),
        params=PARAMS,
        columns=COLUMNS,
        tables=TABLES,
        tallies=TALLIES,
        kinds=(
            Kind(
                "referral",
                "a friend's invitation under a referral programme",
                pushed=False,
                discussed=True,
                convinces=True,
            ),
        ),
        setup=setup,
        dusk=dusk,
        after=("loyalty",),
        off={"invite": 0.0},
        responses=(Response("invite", "invitations", 1),),
    )
)
