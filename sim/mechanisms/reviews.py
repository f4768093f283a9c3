"""Reviews: the very pleased and the very angry post stars; people who consider read them.

After an experience a buyer writes with chance rate * (calm + (1 - calm) * |v|**2), v in [-1, 1] the satisfaction around
neutral, so that posted ratings are J-shaped although satisfaction is not (S02, Hu, Zhang & Pavlou 2009). Stars follow
satisfaction. A reader reads what some of them say, good ones and bad ones, and not their mean alone (Chevalier & Mayzlin 2006,
J. Marketing Research 43(3)): from n reviews of s stars each he takes

    trust in reviews * persuasion * n / (n + half_volume) * mean of max(0, s - expected) / 2

as evidence for the brand, and the mean of max(0, expected - s) / 2 as much against it, which perception gives greater weight.

Reviews also make brands known: where people read of one brand, others stand beside it, the more often the more is written of
them (the awareness effect of the number of reviews: Liu 2006, J. Marketing 70(3); Duan, Gu & Whinston 2008, Decision Support
Systems 45(4)). At each reading one review of the category is met by chance, each as likely as any other, with chance
`browsing`; if it is of another brand, the reader takes in that brand's score, too. So brands are added during active evaluation
(Court et al. 2009, McKinsey Quarterly), and sales go with the number of reviews beside their mean (You, Vadakkepatt & Joshi
2015, J. Marketing 79(2)).
"""

from __future__ import annotations

import numpy as np

from sim.draws import stream, uniform
from sim.kernels import UNIT, dot_of_five, kernel, rule, total
from sim.lists import send
from sim.mechanism import Kind, Mechanism, Response, register
from sim.params import Param
from sim.screens import collect, end_of_run, mark_the_motivated

PARAMS = {
    "rate": Param(0.08, 0, 1, "per purchase", "chance to write a review after an experience of full feeling"),
    "calm": Param(0.08, 0, 1, "share", "reviews that need no strong feeling", "S02, size assumed"),
    "reading": Param(
        0.15, 0, 1, "per day", "chance that one who considers reads reviews, at full motivation", "T03, J03"
    ),
    "persuasion": Param(1.2, 0, 20, "evidence", "evidence in reading reviews two stars off, at full volume and trust"),
    "browsing": Param(
        1.0, 0, 1, "chance", "to meet a review of any brand of the category beside those one came to read"
    ),
    "half_volume": Param(40.0, 0, 1e6, "reviews", "number of reviews that carries half the weight"),
    "expected": Param(3.4, 1, 5, "stars", "stars that are neither good nor bad news"),
    "salience": Param(0.1, 0, 5, "exponent", "how much reading reviews keeps the brand in mind"),
}

TABLES = {
    "score_today": "mean stars of each brand, as readers find it today",
    "volume_today": "share of full weight that the number of reviews gives, per brand",
    "praise_today": "evidence for each brand in its reviews, at full trust",
    "blame_today": "evidence against each brand in its reviews, at full trust",
    "met_today": "share of the category's reviews that are of this brand or of one before it, per brand",
    "stars_so_far": "reviews of each brand by their stars, in real people, up to yesterday, (brand, 5)",
}

TALLIES = {"stars": ("brand", "five"), "reviews": ("brand",)}


@rule
def writing(feeling, rate, calm):
    """Chance to write a review after an experience."""
    return rate * (calm + (1.0 - calm) * feeling * feeling)


@kernel
def read(lo, hi, day, key, seekers, sought, motivation, trust_reviews, volume_today, praise_today, blame_today, met_today,
         letters, effects, sent, mark, chosen, kind_review, reading, browsing, salience):  # fmt: skip
    """People who consider a brand read of it, and come upon another."""
    first = 0
    while first < sought[0]:
        b, end = seekers[first, 1], end_of_run(seekers, first, sought[0], hi - lo)
        people = seekers[first:end, 0]
        first = end
        if volume_today[b] <= 0.0:
            continue
        mark_the_motivated(stream(key, day, b), people, motivation, reading, mark)
        upon = stream(key, day, 128 + b)
        for n in range(collect(mark, people.size, chosen)):
            i = people[chosen[n]]
            trust, luck, other = trust_reviews[i] * UNIT, uniform(upon, i), 0
            while other < met_today.size and luck >= browsing * met_today[other]:
                other += 1
            praise, blame = trust * praise_today[b], trust * blame_today[b]
            send(letters, effects, sent, i, b, kind_review, 1, 0, salience, praise, blame, 0.0)
            if other < met_today.size and other != b:
                praise, blame = trust * praise_today[other], trust * blame_today[other]
                send(letters, effects, sent, i, other, kind_review, 1, 0, salience, praise, blame, 0.0)


@kernel
def write(lo, hi, day, key, orders, ordered, satisfaction, stars, reviews, rate, calm):
    """Buyers review yesterday's experience."""
    for n in range(ordered[0]):
        i, b = orders[n, 0], orders[n, 1]
        feeling = 2.0 * satisfaction[b, i] - 1.0
        if uniform(stream(key, day, 64 + b), i) < writing(feeling, rate, calm):
            stars[b, min(4, int(5.0 * satisfaction[b, i]))] += 1
            reviews[b] += 1


def setup(engine):
    """Reviews there were before the first day."""
    brands = engine.brands
    stars = np.zeros((len(brands), 5))
    for b, brand in enumerate(brands):
        low = min(4, int(brand.score))
        stars[b, low - 1] = brand.reviews * (low + 1 - brand.score)
        stars[b, low] = brand.reviews * (brand.score - low)
    nothing = {name: np.zeros(len(brands)) for name in TABLES if name.endswith("_today")}
    return {**nothing, "stars_so_far": stars}


@kernel(makes_arrays=True)
def dawn(day, key, stars_so_far, score_today, volume_today, praise_today, blame_today, met_today, daily_score, rate, reading,
         persuasion, half_volume, expected):  # fmt: skip
    """Publish the score with yesterday's reviews in it."""
    brands, nobody = score_today.size, rate == 0.0 and reading == 0.0  # without reviews there is no score either
    stars, good, bad = np.empty(5), np.empty(5), np.empty(5)
    for s in range(5):
        above = (s + 1 - expected) / 2
        stars[s], good[s], bad[s] = s + 1, max(above, 0.0), max(-above, 0.0)
    number = np.zeros(brands)
    for b in range(brands):
        written = stars_so_far[b] * (0.0 if nobody else 1.0)
        for s in range(5):
            number[b] += written[s]
        shares = written / max(number[b], 1e-9)
        score_today[b] = dot_of_five(written, stars, brands) / max(number[b], 1e-9)
        volume_today[b] = number[b] / max(number[b] + half_volume, 1e-9)
        praise_today[b] = persuasion * volume_today[b] * dot_of_five(shares, good, brands)
        blame_today[b] = persuasion * volume_today[b] * dot_of_five(shares, bad, brands)
        daily_score[day, b] = score_today[b]
    met, every = 0.0, max(total(number), 1e-9)
    for b in range(brands):
        met += number[b]
        met_today[b] = met / every


@kernel
def dusk(day, key, stars, stars_so_far, people_per_consumer):
    """Add today's reviews, in real people."""
    for b in range(stars.shape[0]):
        for s in range(5):
            stars_so_far[b, s] += stars[b, s] * people_per_consumer


register(
    Mechanism(
        name="reviews",
        phase="live",
        kernels=(write,),
        params=PARAMS,
        tables=TABLES,
        tallies=TALLIES,
        kinds=(Kind("review", "reading reviews by strangers", pushed=False, convinces=True),),
        setup=setup,
        dawn=dawn,
        dusk=dusk,
        after=("experience",),
        off={"rate": 0.0, "reading": 0.0},
        responses=(Response("rate", "reviews", 1),),
        early=(("talk", read),),
    )
)
