"""Posts: public talk that the platform shows to ties, and that some of them pass on, generation after generation.

A post is seen by each tie with chance organic_reach; one who sees it passes it on with chance

    virality * (t / mean t) * (1 + arousal * |tone|) * (bad if tone < 0)

(novel and arousing content is shared more, V07, S04). A person meets at most one post a night, the oldest, and passes a post
on once. Every share is logged with its parent, so cascade sizes, depths and structural virality can be compared with
published ones (V01-V03).
"""

from __future__ import annotations

import numpy as np

from sim.ahead import ask_for_ties
from sim.columns import Column
from sim.draws import stream, uniform
from sim.kernels import UNIT, kernel, rule
from sim.lists import PASS_ON, POST, errands_of, plan_errand, send
from sim.mechanism import Kind, Mechanism, Response, register
from sim.mechanisms.word_of_mouth import MEAN_TALKATIVENESS
from sim.params import Param
from sim.screens import collect, mark_nonzero, wipe

PARAMS = {
    "arousal": Param(0.7, 0, 10, "factor", "extra sharing of a post of full feeling", "V07: 1.7 times"),
    "bad": Param(1.3, 0, 10, "factor", "sharing of bad news relative to good", "S03, S04"),
    "persuasion": Param(0.5, 0, 20, "evidence", "evidence in a noticed post of full feeling, at full trust in reviews"),
    "showing": Param(1.0, 0, 10, "factor", "reach of public posts relative to the platform's organic reach"),
    "salience": Param(0.2, 0, 5, "exponent", "how much one noticed post makes the brand known"),
}

COLUMNS = {
    "seen_post": Column("int32", 0, 0, 2**31 - 1, "post met last night (its number + 1; 0: none)", "inbox"),
    "seen_from": Column("int32", -1, -1, 2**31 - 1, "whose sharing of it was seen", "inbox"),
    "passed_on": Column("int32", 0, 0, 2**31 - 1, "last post passed on (its number + 1)"),
}

TABLES = {
    "cascade_count": "cascades so far, one number",
    "cascade_brand": "brand of each cascade",
    "cascade_tone": "tone of each cascade, hundredths",
    "cascade_root": "who began each cascade (-1 - k: influencer k)",
    "cascade_day": "day each cascade began",
    "share_count": "shares so far, one number",
    "share_cascade": "cascade of each share",
    "share_row": "who shared",
    "share_parent": "whose sharing they had seen (-1: the root)",
}

TALLIES = {"posts": ("brand",), "shares": ("brand",)}


@rule
def sharing(virality, talk, tone, arousal, bad):
    """Chance that one who saw a post passes it on."""
    feeling = abs(tone) * 0.01
    return virality * talk / MEAN_TALKATIVENESS * (1.0 + arousal * feeling) * (bad if tone < 0 else 1.0)


@kernel
def scroll(lo, hi, day, key, seen_post, passed_on, cascade_brand, cascade_tone, pass_chance, talkativeness,
           trust_reviews, letters, effects, sent, errands, planned, load, mark, chosen, kind_post, arousal, bad,
           persuasion, salience):  # fmt: skip
    """Meet last night's post; perhaps pass it on."""
    today = stream(key, day, 0)
    wipe(mark)
    mark_nonzero(seen_post[lo:hi], mark)
    for n in range(collect(mark, hi - lo, chosen)):
        i = np.uint32(lo + chosen[n])
        c = seen_post[i] - 1
        seen_post[i] = 0
        b, tone = cascade_brand[c], cascade_tone[c]
        trust = trust_reviews[i] * UNIT
        load[i] += 1
        send(letters, effects, sent, i, b, kind_post, 1, 0, salience, persuasion * trust * max(tone, 0) * 0.01,
             persuasion * trust * max(-tone, 0) * 0.01, 0.0)  # fmt: skip
        if uniform(today, i) < sharing(pass_chance[0], talkativeness[i] * UNIT, tone, arousal, bad):
            passed_on[i] = c + 1
            plan_errand(errands, planned, i, b, PASS_ON, c)


@kernel
def publish(lo, hi, day, key, errands, planned, seen_from, cascade_count, cascade_brand, cascade_tone, cascade_root,
            cascade_day, share_count, share_cascade, share_row, share_parent, posts, shares):  # fmt: skip
    """Log tonight's new posts and shares, each share under its parent."""
    for n in range(planned[0]):
        i, b, act, value = errands[n, 0], errands[n, 1], errands[n, 2], errands[n, 3]
        if act == POST:
            c = cascade_count[0]
            cascade_brand[c], cascade_tone[c], cascade_root[c], cascade_day[c] = b, value, i, day
            cascade_count[0] = c + 1
            errands[n, 3] = c
            posts[b] += 1
        elif act == PASS_ON:
            s = share_count[0]
            by_influencer = cascade_root[value] < 0 and cascade_day[value] == day
            share_cascade[s], share_row[s] = value, i
            share_parent[s] = -1 if by_influencer else seen_from[i]
            share_count[0] = s + 1
            shares[b] += 1


@kernel(makes_arrays=True)
def show(lo, hi, day, key, errands, planned, tie_start, tie_to, reach_today, seen_post, seen_from, passed_on,
         showing):  # fmt: skip
    """Show tonight's posts and shares to ties; who meets several keeps the oldest, from the lowest row."""
    for act in (POST, PASS_ON):
        posters = errands_of(errands, planned, act)
        ask_for_ties(errands, posters, tie_start, tie_to)
        for n in posters:
            i, mark = errands[n, 0], errands[n, 3] + 1
            tonight = stream(key, day, i + 1)
            for at in range(tie_start[i], tie_start[i + 1]):
                j = tie_to[at]
                if uniform(tonight, j) >= showing * reach_today[0] or passed_on[j] == mark:
                    continue
                if seen_post[j] == 0 or mark < seen_post[j] or (mark == seen_post[j] and i < seen_from[j]):
                    seen_post[j] = mark
                    seen_from[j] = i


def setup(engine):
    """Room for cascades and shares; the engine makes more when it fills."""
    return dict(engine.cascades.tables)


def dusk(engine):
    """Make room for tomorrow's posts."""
    if engine.cascades.grow(engine.tables):
        engine.bind()


register(
    Mechanism(
        name="posts",
        phase="talk",
        kernels=(scroll,),
        spread=(publish, show),
        params=PARAMS,
        columns=COLUMNS,
        tables=TABLES,
        tallies=TALLIES,
        kinds=(Kind("post", "a public post by somebody one is tied to"),),
        setup=setup,
        dusk=dusk,
        off={"showing": 0.0},
        responses=(Response("arousal", "shares", 1),),
    )
)
