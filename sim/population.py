"""Consumers and what they are like: segments, and traits drawn around their segment's means.

Share-like traits are Beta distributed around the segment's mean and stored as bytes; purchase rates are Gamma distributed
(the NBD of repeat buying); tastes are normal. Every draw is keyed by the consumer's row.

Friends are alike in nearly everything (McPherson, Smith-Lovin & Cook 2001, Annual Review of Sociology 27; in tastes: Lewis,
Gonzalez & Kaufman 2012, PNAS 109), and beyond their segment. So behind each trait of a consumer is a score

    sqrt(1 - w) * e_i + sqrt(w) * sum_j s_ij e_j / sqrt(sum_j s_ij**2),

e standard normal, j the friends of i, s the strengths of the ties and w the world's `peers.likeness`. The score is standard
normal for everybody whatever w: likeness changes who resembles whom, and no trait's distribution. At the default of 0.2
friends correlate at about 0.25, those with strong ties at 0.33 (assumed: what studies of friends' attitudes and habits report).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from math import erfc, lgamma, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.columns import Column
from sim.draws import key, normal, stream
from sim.kernels import kernel, rule
from sim.scenario.models import TRUST_SOURCES

if TYPE_CHECKING:
    from sim.peers import Ties
    from sim.scenario.models import Channel, Segment, World

_BETA = "Beta around the segment's mean; concentration: population.trait_concentration (assumed)"
_MEDIA = "Beta around the segment's mean (Metheringham 1964); concentration: population.media_concentration (assumed)"

TRAITS: dict[str, Column] = {
    "segment": Column("uint8", 0, 0, 255, "number of the consumer's segment", "trait", source="scenario"),
    "media_use": Column(
        "uint8", 0, 0, 1, "chance of being at a paid channel on a day", "trait", per="channel", source=_MEDIA
    ),
    "trust_ads": Column("uint8", 0, 0, 1, "trust in advertising", "trait", source="Nielsen 2015 (T02); " + _BETA),
    "trust_influencers": Column("uint8", 0, 0, 1, "trust in influencers", "trait", source="I08; " + _BETA),
    "trust_friends": Column("uint8", 0, 0, 1, "trust in people one knows", "trait", source="T01; " + _BETA),
    "trust_reviews": Column("uint8", 0, 0, 1, "trust in reviews by strangers", "trait", source="T02; " + _BETA),
    "trust_owned": Column("uint8", 0, 0, 1, "trust in what brands say themselves", "trait", source="T02; " + _BETA),
    "susceptibility": Column("uint8", 0, 0, 1, "how much other people's doings weigh", "trait", source=_BETA),
    "talkativeness": Column("uint8", 0, 0, 1, "readiness to talk about purchases", "trait", source="W15; " + _BETA),
    "impulsiveness": Column("uint8", 0, 0, 1, "readiness to buy on impulse", "trait", source=_BETA),
    "interest": Column(
        "uint8", 0, 0, 1, "rank of category use: 1 is the heaviest user", "trait", source="purchase rate"
    ),
    "attention": Column("float32", 3, 0, 1e4, "pushed messages a day that fill half the attention", "trait"),
    "price_sensitivity": Column("float32", 2.5, 0, 100, "weight of log relative price in choice", "trait"),
    "purchase_rate": Column(
        "float32",
        0,
        0,
        1e3,
        "category purchases a day",
        "trait",
        source="Gamma, NBD K = 0.78 (B02, Goodhardt et al. 1984)",
    ),
    "taste": Column("float32", 0, -20, 20, "lasting liking of a brand, utility", "trait", per="brand"),
}

# Means where a segment does not say: Nielsen 2015 as shares of people who trust (nielsen_trust.csv); influencers: Nielsen
# 2021 (I08, 23 %); "ads" is the plain mean of the paid formats of 2015.
TRUST_MEANS = {"ads": 0.5, "influencers": 0.23, "friends": 0.83, "reviews": 0.66, "owned": 0.70}

ATTENTION_SPREAD = 0.3
"""Log standard deviation of attention span inside a segment (assumed)."""

_STEPS = 4096
_ROOT_HALF = 0.5**0.5


@cache
def beta_table(mean: float, concentration: float) -> np.ndarray:
    """Bytes at 4,096 equally likely quantiles of a Beta with this mean (0 and 1 give constants)."""
    if mean <= 0.0 or mean >= 1.0:
        return np.full(_STEPS, 255 if mean >= 1.0 else 0, np.uint8)
    a, b = mean * concentration, (1 - mean) * concentration
    x = (np.arange(_STEPS) + 0.5) / _STEPS
    log_density = (a - 1) * np.log(x) + (b - 1) * np.log1p(-x) + lgamma(a + b) - lgamma(a) - lgamma(b)
    cumulative = np.cumsum(np.exp(log_density))
    at = (np.arange(_STEPS) + 0.5) / _STEPS
    quantiles = np.interp(at, cumulative / cumulative[-1], x)
    # A coarse grid misses some mass of U-shaped densities; shift so that the mean is the one asked for.
    values = np.clip(quantiles + (mean - quantiles.mean()), 0, 1)
    return np.round(values * 255).astype(np.uint8)


@cache
def gamma_table(shape: float) -> np.ndarray:
    """4,096 equally likely quantiles of a Gamma with mean 1."""
    log_x = np.linspace(-30.0, np.log(60.0 / min(shape, 1.0)), 20_000)
    log_density = shape * log_x - shape * np.exp(log_x)  # of log x, up to a constant
    cumulative = np.cumsum(np.exp(log_density - log_density.max()))
    at = (np.arange(_STEPS) + 0.5) / _STEPS
    values = np.exp(np.interp(at, cumulative / cumulative[-1], log_x))
    return (values / values.mean()).astype(np.float32)


@kernel
def draw_normals(root, layer, index, own):
    """One standard normal number for every consumer."""
    s = stream(root, layer, index)
    for i in range(own.size):
        own[i] = normal(s, i)


@kernel
def share_with_friends(own, start, to, strength, likeness, score):
    """Mix everybody's own number with those of friends, by tie strength; standard normal numbers remain so."""
    apart, together = sqrt(1.0 - likeness), sqrt(likeness)
    for i in range(own.size):
        total, squares = 0.0, 0.0
        for k in range(start[i], start[i + 1]):
            weight = float(strength[k])
            total += weight * own[to[k]]
            squares += weight * weight
        score[i] = apart * own[i] + together * total / sqrt(squares) if squares > 0.0 else own[i]


@rule
def step_of(score):
    """Which of the equally likely quantiles a standard normal score belongs to."""
    return min(np.int64(0.5 * erfc(-score * _ROOT_HALF) * _STEPS), _STEPS - 1)


@kernel
def set_bytes(column, segment, tables, score):
    """Set one share-like trait of every consumer from its segment's quantile table."""
    for i in range(column.size):
        column[i] = tables[segment[i], step_of(score[i])]


@kernel
def set_rates(segment, rates, rate_table, score, purchase_rate, interest):
    """Set purchase rate and interest (its rank)."""
    for i in range(segment.size):
        step = step_of(score[i])
        purchase_rate[i] = rates[segment[i]] * rate_table[step]
        interest[i] = np.uint8(step * 256 // _STEPS)


@kernel
def set_skewed(column, segment, means, spread, score):
    """Set a log-normal trait around the segment's mean."""
    for i in range(segment.size):
        column[i] = means[segment[i]] * np.exp(spread * score[i] - 0.5 * spread * spread)


@kernel
def set_tastes(segment, means, spread, score, taste):
    """Set the personal taste for one brand around the segment's mean."""
    for i in range(segment.size):
        taste[i] = means[segment[i]] + spread * score[i]


def media_means(segments: tuple[Segment, ...], channels: tuple[Channel, ...]) -> np.ndarray:
    """Mean media use, shape (segments, channels): what a segment says, else the channel's own default."""
    return np.array([[one.media.get(channel.name, channel.use) for channel in channels] for one in segments])


def draw_traits(
    world: World, channels: tuple[Channel, ...], columns: Mapping[str, np.ndarray], ties: Ties, seed: int
) -> None:
    """Fill the trait columns of all consumers in place; `columns["segment"]` must be set.

    Traits are the same for the same seed, ties and segments, whatever the plan.
    """
    root = key(seed, "population")
    segments, population = world.segments, world.population
    segment = columns["segment"]
    own, score = np.empty((2, segment.size), np.float32)

    def scores(layer: int, index: int) -> np.ndarray:
        draw_normals(root, layer, index, own)
        share_with_friends(own, ties.start, ties.to, ties.strength, world.peers.likeness, score)
        return score

    def draw(column: np.ndarray, means: Any, index: int, concentration: float = population.trait_concentration) -> None:
        tables = np.stack([beta_table(float(mean), concentration) for mean in means])
        set_bytes(column, segment, tables, scores(0, index))

    media = media_means(segments, channels)
    for c in range(len(channels)):
        draw(columns["media_use"][c], media[:, c], c, population.media_concentration)
    for number, source in enumerate(TRUST_SOURCES):
        draw(columns[f"trust_{source}"], [one.trust.get(source, TRUST_MEANS[source]) for one in segments], 60 + number)
    for number, trait in enumerate(("susceptibility", "talkativeness", "impulsiveness")):
        draw(columns[trait], [getattr(one, trait) for one in segments], 80 + number)

    shares = np.array([one.share for one in segments])
    relative = np.array([one.purchase_rate for one in segments])
    rates = (relative / (relative * shares).sum() * shares.sum() / world.market.purchase_cycle).astype(np.float32)
    rate_table = gamma_table(population.rate_shape)
    set_rates(segment, rates, rate_table, scores(0, 101), columns["purchase_rate"], columns["interest"])
    sensitivity = np.array([one.price_sensitivity for one in segments], np.float32)
    set_skewed(columns["price_sensitivity"], segment, sensitivity, population.sensitivity_spread, scores(0, 102))
    attention = np.array([one.attention for one in segments], np.float32)
    set_skewed(columns["attention"], segment, attention, ATTENTION_SPREAD, scores(0, 103))
    tastes = np.array([[one.taste.get(brand.name, 0.0) for brand in world.brands] for one in segments], np.float32)
    for b in range(len(world.brands)):
        set_tastes(segment, tastes[:, b], population.taste_spread, scores(b, 104), columns["taste"][b])
