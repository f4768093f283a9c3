"""Consumers and what they are like: segments, and traits drawn around their segment's means.

Share-like traits are Beta distributed around the segment's mean and stored as bytes; purchase rates are Gamma distributed
(the NBD of repeat buying); tastes are normal. Every draw is keyed by the consumer's row.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from math import lgamma
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.columns import Column
from sim.draws import bits, key, normal, stream
from sim.kernels import kernel
from sim.scenario.models import TRUST_SOURCES

if TYPE_CHECKING:
    from sim.scenario.models import Channel, Segment, World

_BETA = "Beta around the segment's mean; concentration: population.trait_concentration (assumed)"

TRAITS: dict[str, Column] = {
    "segment": Column("uint8", 0, 0, 255, "number of the consumer's segment", "trait", source="scenario"),
    "media_use": Column(
        "uint8", 0, 0, 1, "chance of being at a paid channel on a day", "trait", per="channel", source=_BETA
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

_STEPS = 4096


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
def draw_bytes(column, segment, tables, root, index):
    """Draw one share-like trait for every consumer from its segment's quantile table."""
    s = stream(root, 0, index)
    for i in range(column.size):
        column[i] = tables[segment[i], bits(s, i) >> np.uint64(52)]


@kernel
def draw_scales(segment, rates, rate_table, sensitivity, spread, attention, concentration, root, purchase_rate,
                interest, price_sensitivity, attention_out):  # fmt: skip
    """Draw purchase rate, interest (its rank), price sensitivity and attention span."""
    s_rate, s_price, s_attention = stream(root, 0, 101), stream(root, 0, 102), stream(root, 0, 103)
    for i in range(segment.size):
        g = segment[i]
        step = bits(s_rate, i) >> np.uint64(52)
        purchase_rate[i] = rates[g] * rate_table[step]
        interest[i] = np.uint8(step >> np.uint64(4))
        price_sensitivity[i] = sensitivity[g] * np.exp(spread * normal(s_price, i) - 0.5 * spread * spread)
        attention_out[i] = attention[g] * np.exp(concentration * normal(s_attention, i) - 0.5 * concentration**2)


@kernel
def draw_tastes(segment, means, spread, root, taste):
    """Draw personal taste for each brand around the segment's mean."""
    for b in range(taste.shape[0]):
        s = stream(root, b, 104)
        for i in range(segment.size):
            taste[b, i] = means[segment[i], b] + spread * normal(s, i)


def media_means(segments: tuple[Segment, ...], channels: tuple[Channel, ...]) -> np.ndarray:
    """Mean media use, shape (segments, channels): what a segment says, else the channel's own default."""
    return np.array([[one.media.get(channel.name, channel.use) for channel in channels] for one in segments])


def draw_traits(world: World, channels: tuple[Channel, ...], columns: Mapping[str, np.ndarray], seed: int) -> None:
    """Fill the trait columns of all consumers in place; `columns["segment"]` must be set.

    Traits are the same for the same seed, row and segment, whatever the plan.
    """
    root = key(seed, "population")
    segments, population = world.segments, world.population
    segment = columns["segment"]
    alike = population.trait_concentration

    def draw(column: np.ndarray, means: Any, index: int) -> None:
        draw_bytes(column, segment, np.stack([beta_table(float(mean), alike) for mean in means]), root, index)

    media = media_means(segments, channels)
    for c in range(len(channels)):
        draw(columns["media_use"][c], media[:, c], c)
    for number, source in enumerate(TRUST_SOURCES):
        draw(columns[f"trust_{source}"], [one.trust.get(source, TRUST_MEANS[source]) for one in segments], 60 + number)
    for number, trait in enumerate(("susceptibility", "talkativeness", "impulsiveness")):
        draw(columns[trait], [getattr(one, trait) for one in segments], 80 + number)

    shares = np.array([one.share for one in segments])
    relative = np.array([one.purchase_rate for one in segments])
    rates = relative / (relative * shares).sum() * shares.sum() / world.market.purchase_cycle
    draw_scales(
        segment,
        rates.astype(np.float32),
        gamma_table(population.rate_shape),
        np.array([one.price_sensitivity for one in segments], np.float32),
        population.sensitivity_spread,
        np.array([one.attention for one in segments], np.float32),
        0.3,
        root,
        columns["purchase_rate"],
        columns["interest"],
        columns["price_sensitivity"],
        columns["attention"],
    )
    tastes = np.array([[one.taste.get(brand.name, 0.0) for brand in world.brands] for one in segments], np.float32)
    draw_tastes(segment, tastes, population.taste_spread, root, columns["taste"])
