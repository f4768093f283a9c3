"""Owned touchpoints: the site and the shop that considering people seek out, e-mail with consent, the brand's own posts.

People who consider or intend look things up of their own accord: each day they visit the site with chance `visits` x
motivation, and the shop with chance `shops` x motivation x availability. What is sought is always noticed (J04: two thirds of
touchpoints in active evaluation are consumer-driven). E-mail goes to customers who gave consent, `emails_per_week` of the
brand; posts and community reach customers by the platform's organic reach (X03), at most one of the two on a day.
"""

from __future__ import annotations

import numpy as np

from sim.draws import completed, stream, uniform
from sim.kernels import UNIT, kernel, rule
from sim.lists import send
from sim.mechanism import Kind, Mechanism, Response, register
from sim.mechanisms.shelf import newly_seen
from sim.params import Param
from sim.scratch import scratch
from sim.screens import collect, end_of_run, fill, limit, mark_at_stages, mark_the_motivated, stages_with, wipe
from sim.squeeze import AT_ONCE
from sim.stages import OWNS

PARAMS = {
    "visits": Param(
        0.25,
        0,
        1,
        "per day",
        "chance to visit a considered brand's site, at full motivation",
        "assumed, J03, J04 in view",
    ),
    "shops": Param(0.12, 0, 1, "per day", "chance to look at it in a shop, at full motivation", "assumed, J02 in view"),
    "site_evidence": Param(0.5, 0, 10, "evidence", "evidence in a visit to a fully convincing site, at full trust"),
    "shop_evidence": Param(0.4, 0, 10, "evidence", "evidence in seeing a product of full quality in a shop"),
    "email_activation": Param(0.06, 0, 5, "exponent", "need raised by one noticed e-mail"),
    "email_evidence": Param(0.04, 0, 5, "evidence", "evidence in one noticed e-mail at full trust"),
    "post_evidence": Param(0.05, 0, 5, "evidence", "evidence in one noticed post of the brand at full trust"),
    "sending": Param(1.0, 0, 10, "factor", "pressure of e-mail, posts and community relative to the brands' own"),
    "salience": Param(0.1, 0, 5, "exponent", "how much an owned touchpoint keeps the brand in mind"),
}

TABLES = {
    "site_quality": "how convincing each brand's site is",
    "quality_shown": "quality of each brand as a visitor can see it",
    "email_consent": "share of customers who allow e-mail, per brand",
    "emails_a_day": "e-mails a day to a customer with consent, per brand",
    "posts_a_day": "the brand's own posts a day",
    "community_strength": "strength of each brand's community of customers",
}


@kernel
def look(lo, hi, day, key, seekers, sought, motivation, trust_owned, site_quality, quality_shown, available, stage, stage_role,
         letters, effects, sent, mark, chosen, kind_website, kind_shop, shelf__sight, shelf__salience, visits, shops,
         site_evidence, shop_evidence, salience):  # fmt: skip
    """Visits by those who consider."""
    first = 0
    while first < sought[0]:
        b, end = seekers[first, 1], end_of_run(seekers, first, sought[0], hi - lo)
        people = seekers[first:end, 0]
        first = end
        mark_the_motivated(stream(key, day, b * 8), people, motivation, visits, mark)
        for n in range(collect(mark, people.size, chosen)):
            i = people[chosen[n]]
            told = site_evidence * trust_owned[i] * UNIT * site_quality[b]
            send(letters, effects, sent, i, b, kind_website, 1, 0, salience, told, 0.0, 0.0)
        mark_the_motivated(stream(key, day, b * 8 + 1), people, motivation, shops * available[b], mark)
        beside_it = stream(key, day, b * 8 + 6)
        for n in range(collect(mark, people.size, chosen)):
            i = people[chosen[n]]
            seen = shop_evidence * (2.0 * quality_shown[b] - 1.0)
            send(letters, effects, sent, i, b, kind_shop, 1, 0, salience, max(seen, 0.0), max(-seen, 0.0), 0.0)
            other = newly_seen(uniform(beside_it, i), shelf__sight, available, stage, stage_role, i)
            if other >= 0:
                send(letters, effects, sent, i, other, kind_shop, 1, 1 + b, shelf__salience, 0.0, 0.0, 0.0)


@rule
def settle(today, luck, consent, lo, customers, many, mail, post, meet, agreeing, mailed, met):
    """What each of some customers gets: mailed (0, 1), met (0 nothing, 1 the community, 2 a post); one draw settles both.

    luck: the first bits of that draw.

    Branch-free, because who gets what is as hard to guess for a processor as for anybody.
    """
    wipe(mailed)
    wipe(met)
    for n in range(many):
        i = np.uint64(lo + customers[n])
        u = completed(today, i, luck[customers[n]])
        mailed[n] = np.uint8((u < mail) & (uniform(consent, i) < agreeing))
        left = u / mail if u < mail else (u - mail) / (1.0 - mail)  # uniform again, whether there was mail or not
        met[n] = np.uint8(left < post) + np.uint8(left < meet)


@kernel
def hear_from_brand(lo, hi, day, key, stage, stage_role, trust_owned, email_consent, emails_a_day, posts_a_day,
                    community_strength, reach_today, letters, effects, sent, load, luck, mark, chosen, kind_email,
                    kind_brand_post, kind_community, sending, email_activation, email_evidence, post_evidence,
                    salience):  # fmt: skip
    """E-mail, posts and community for customers."""
    owners = stages_with(stage_role, OWNS)
    customers = scratch(mark.size + AT_ONCE, np.int32)
    mailed, met = scratch(mark.size, np.uint8), scratch(mark.size, np.uint8)
    for b in range(stage.shape[0]):
        mail = min(1.0, sending * emails_a_day[b])
        post = sending * posts_a_day[b] * reach_today[0]
        meet = min(1.0, post + sending * community_strength[b] * reach_today[0])
        if mail <= 0.0 and meet <= 0.0:
            continue
        today, consent = stream(key, day, b * 8 + 2), stream(key, 0, b * 8 + 5)
        fill(today, lo, luck)
        mark_at_stages(luck, stage[b, lo:hi], owners, limit(mail + (1.0 - mail) * meet), mark)
        many = collect(mark, hi - lo, customers)
        settle(today, luck, consent, lo, customers, many, mail, post, meet, email_consent[b], mailed, met)
        for n in range(collect(mailed, many, chosen)):
            i = np.uint32(lo + customers[chosen[n]])
            load[i] += 1
            send(letters, effects, sent, i, b, kind_email, 1, 0, salience, email_evidence * (trust_owned[i] * UNIT), 0.0,
                 email_activation)  # fmt: skip
        for n in range(collect(met, many, chosen)):
            i, posted = np.uint32(lo + customers[chosen[n]]), met[chosen[n]] > 1
            load[i] += posted
            told = (1.0 if posted else 2.0) * post_evidence * (trust_owned[i] * UNIT)
            send(letters, effects, sent, i, b, kind_brand_post if posted else kind_community, 1, 0, salience, told, 0.0,
                 0.0)  # fmt: skip


def setup(engine):
    """What each brand's own touchpoints are like."""
    return {
        "site_quality": np.array([one.site for one in engine.brands]),
        "quality_shown": np.array([one.quality for one in engine.brands]),
        "email_consent": np.array([one.consent for one in engine.brands]),
        "emails_a_day": np.array([min(1.0, one.emails_per_week / 7.0) for one in engine.brands]),
        "posts_a_day": np.array([one.posts_per_week / 7.0 for one in engine.brands]),
        "community_strength": np.array([one.community for one in engine.brands]),
    }


register(
    Mechanism(
        name="owned",
        phase="expose",
        kernels=(look, hear_from_brand),
        params=PARAMS,
        tables=TABLES,
        kinds=(
            Kind("email", "an e-mail from the brand to a customer", ad=True),
            Kind("website", "a visit to the brand's site", pushed=False),
            Kind("shop", "a look at the product in a shop", pushed=False),
            Kind("community", "an exchange in the brand's community", pushed=False),
            Kind("brand_post", "a post by the brand itself"),
        ),
        setup=setup,
        off={"visits": 0.0, "shops": 0.0, "sending": 0.0},
        responses=(Response("site_evidence", "trust", 1),),
    )
)
