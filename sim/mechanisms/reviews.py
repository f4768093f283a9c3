"""Reviews: the very pleased and the very angry post stars; people who consider read the score and its volume.

After an experience a buyer writes with chance rate * (calm + (1 - calm) * |v|**2), v in [-1, 1] the satisfaction around
neutral, so that posted ratings are J-shaped although satisfaction is not (S02, Hu, Zhang & Pavlou 2009). Stars follow
satisfaction. A reader takes from a score of s stars and n reviews the evidence

    trust in reviews * (persuasion * n / (n + half_volume) * (s - expected) / 2 + popularity * log(1 + n / half_volume) / L),

L the same logarithm for the brand of the category with most reviews. The first term is what the reviews say, the second what
their number says: many reviews are a sign that many buy. Sales go with the logarithm of the number beside the mean (Chevalier
& Mayzlin 2006, J. Marketing Research 43(3); over all studies You, Vadakkepatt & Joshi 2015, J. Marketing 79(2)).
"""

from __future__ import annotations

import math

import numpy as np

from sim.draws import stream, uniform
from sim.kernels import UNIT, kernel, rule
from sim.lists import send
from sim.mechanism import Kind, Mechanism, Response, register
from sim.params import Param

PARAMS = {
    "rate": Param(0.08, 0, 1, "per purchase", "chance to write a review after an experience of full feeling"),
    "calm": Param(0.08, 0, 1, "share", "reviews that need no strong feeling", "S02"),
    "reading": Param(
        0.15, 0, 1, "per day", "chance that one who considers reads reviews, at full motivation", "T03, J03"
    ),
    "persuasion": Param(1.2, 0, 20, "evidence", "evidence in reading a score two stars off, at full volume and trust"),
    "popularity": Param(1.0, 0, 20, "evidence", "evidence in having most reviews of the category, at full trust"),
    "half_volume": Param(40.0, 0, 1e6, "reviews", "number of reviews that carries half the weight"),
    "expected": Param(3.4, 1, 5, "stars", "score that is neither good nor bad news"),
    "salience": Param(0.1, 0, 5, "exponent", "how much reading reviews keeps the brand in mind"),
}

TABLES = {
    "score_today": "mean stars of each brand, as readers find it today",
    "volume_today": "share of full weight that the number of reviews gives, per brand",
    "many_today": "logarithm of 1 + number of reviews / half_volume, relative to the most reviewed brand's, per brand",
}

TALLIES = {"stars": ("brand", "five"), "reviews": ("brand",)}


@rule
def writing(feeling, rate, calm):
    """Chance to write a review after an experience."""
    return rate * (calm + (1.0 - calm) * feeling * feeling)


@kernel
def read(lo, hi, day, key, seekers, sought, motivation, trust_reviews, score_today, volume_today, many_today, letters,
         effects, sent, kind_review, reading, persuasion, popularity, expected, salience):  # fmt: skip
    """People who consider look at the score."""
    for n in range(sought[0]):
        i, b = seekers[n, 0], seekers[n, 1]
        if volume_today[b] > 0.0 and uniform(stream(key, day, b), i) < reading * motivation[i]:
            news = persuasion * volume_today[b] * (score_today[b] - expected) * 0.5 + popularity * many_today[b]
            news *= trust_reviews[i] * UNIT
            send(letters, effects, sent, i, b, kind_review, 1, 0, salience, max(news, 0.0), max(-news, 0.0), 0.0)


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
    nothing = {name: np.zeros(len(brands)) for name in TABLES}
    return {**nothing, "_stars": stars}


def dawn(engine):
    """Publish the score with yesterday's reviews in it."""
    tables, params = engine.tables, engine.parameters["reviews"]
    nobody = params["rate"] == 0.0 and params["reading"] == 0.0  # a market without reviews has no score either
    for b, (one, two, three, four, five) in enumerate(tables["_stars"].tolist()):
        number = 0.0 if nobody else one + two + three + four + five
        weighed = one + 2 * two + 3 * three + 4 * four + 5 * five
        tables["score_today"][b] = weighed / max(number, 1e-9) if number > 0.0 else 0.0
        tables["volume_today"][b] = number / max(number + params["half_volume"], 1e-9)
        tables["many_today"][b] = math.log1p(number / max(params["half_volume"], 1e-9))
    tables["many_today"] /= max(tables["many_today"].max(), 1e-9)
    engine.series["score"][engine.day] = tables["score_today"]


def dusk(engine):
    """Add today's reviews, in real people."""
    engine.tables["_stars"] += engine.tallies["stars"] * engine.people_per_consumer


register(
    Mechanism(
        name="reviews",
        phase="live",
        kernels=(write,),
        params=PARAMS,
        tables=TABLES,
        tallies=TALLIES,
        kinds=(Kind("review", "reading reviews by strangers", pushed=False),),
        setup=setup,
        dawn=dawn,
        dusk=dusk,
        after=("experience",),
        off={"rate": 0.0, "reading": 0.0},
        responses=(Response("rate", "reviews", 1),),
        early=(("talk", read),),
    )
)
