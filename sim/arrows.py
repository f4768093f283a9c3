"""A journey's arrows as tables of numbers, and bounds on the hazards they make: setup and dawn of the mechanism `journey`.

The bounds are by stage and by parts of four covariates, so that most people need no hazard to know that nothing happens to
them today. A covariate that is not among the four counts at its worst: with a large coefficient it loosens the bound of its
stage, and costs speed but never a result.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from sim.covariates import COVARIATES
from sim.stages import CONSIDERS, INTENDS, OWNS, REFUSES, first_with

_BINS = (8, 8, 4, 4)
"""Parts that two covariates, trust and liking are cut into; the kernel (`mark_those_near`) numbers them alike."""
_READ = {
    "arrow_start": np.int64,
    "arrow_rate": np.float64,
    "arrow_scale": np.int64,
    "term_start": np.int64,
    "term_covariate": np.int64,
    "term_effect": np.float64,
}
"""The tables that bounds follow from, and what their numbers are."""
_ROUNDING = 1e-6  # trust is worked out in single precision to find its part
_GAP, _PROMOTION, _SURPRISE = (COVARIATES.index(name) for name in ("price_gap", "promotion", "surprise"))


def setup(engine):
    """Flatten the table of arrows."""
    names = [one.name for one in engine.stages]
    extras = sorted({name for arrow in engine.arrows for name in arrow.effects} - set(COVARIATES))
    covariates = [*COVARIATES, *extras]
    start, to, rate, scale, term_start, covariate, effect = [0], [], [], [], [0], [], []
    for name in names:
        for arrow in engine.arrows:
            if arrow.from_ != name or arrow.by != "hazard":
                continue
            to.append(names.index(arrow.to))
            rate.append(arrow.rate)
            scale.append(-1 if arrow.scale is None else COVARIATES.index(arrow.scale))
            for term, size in arrow.effects.items():
                covariate.append(covariates.index(term))
                effect.append(size)
            term_start.append(len(covariate))
        start.append(len(to))
    taught = {arrow.from_: arrow for arrow in engine.arrows if arrow.by == "message"}
    wide = max((engine.columns[name].ndim for name in extras), default=1)
    shape = (len(extras), len(engine.brands) if wide == 2 else 1, engine.consumers if extras else 0)
    return {
        "stage_role": engine.stage_role,
        "weighing_stage": np.array([first_with(engine.stages, CONSIDERS, INTENDS | OWNS | REFUSES, -1)], np.int64),
        "learning_rate": np.array([taught[name].rate if name in taught else 0.0 for name in names]),
        "learning_stage": np.array(
            [names.index(taught[name].to) if name in taught else -1 for name in names], np.int64
        ),
        "stage_fit": np.array([one.fit for one in engine.stages], np.float64),
        "arrow_start": np.array(start, np.int64),
        "arrow_to": np.array(to, np.int64),
        "arrow_rate": np.array(rate, np.float64),
        "arrow_scale": np.array(scale, np.int64),
        "term_start": np.array(term_start, np.int64),
        "term_covariate": np.array(covariate, np.int64),
        "term_effect": np.array(effect, np.float64),
        "hazard_bound": np.full((len(engine.brands), len(names) * np.prod(_BINS)), np.inf, np.float32),
        "bound_by_loyalty": np.zeros(1, np.int64),
        "stage_needs": np.array([_needs(name, engine.arrows) for name in names], np.int64),
        "price_gap_today": np.zeros(len(engine.brands)),
        "surprise_today": np.zeros(len(engine.brands)),
        "extra_covariates": np.zeros(shape, np.float32),
        "_extras": extras,
        "_bounded_at": {},
        "_offers": [b""],
    }


def _needs(stage, arrows):
    """Which covariates the arrows out of a stage depend on, one bit each."""
    used = {term for arrow in arrows if arrow.from_ == stage for term in (*arrow.effects, arrow.scale)}
    return sum(1 << number for number, name in enumerate(COVARIATES) if name in used)


def dawn(engine):
    """Today's prices as covariates, and the bounds that follow from them."""
    tables = engine.tables
    for e, name in enumerate(tables["_extras"]):
        tables["extra_covariates"][e] = engine.columns[name]
    offers = b"".join(tables[name].tobytes() for name in ("price_today", "promotion_today", "available"))
    if offers == tables["_offers"][0]:
        return
    tables["_offers"][0] = offers
    offered = tables["promotion_today"] * (tables["available"] > 0)
    for b in range(len(engine.brands)):
        price = float(tables["price_today"][b]) * (1.0 - float(tables["promotion_today"][b]))
        tables["price_gap_today"][b] = np.clip(np.log(max(price, 1e-9) / tables["reference_price"][0]), -1.0, 1.0)
        tables["surprise_today"][b] = max((offered[r] for r in range(len(engine.brands)) if r != b), default=0.0)
        known = (tables["price_gap_today"][b], float(tables["promotion_today"][b]), tables["surprise_today"][b])
        if tables["_bounded_at"].get(b) != known:
            tables["hazard_bound"][b] = _closest_bounds(tables, known)
            tables["_bounded_at"][b] = known


def _closest_bounds(tables, known):
    """The bounds of each stage by whichever pair of covariates bounds it more closely; the first call fixes the pairs."""
    arrows = tuple(tables[name].tobytes() for name in _READ)
    by_mind, by_loyalty = (
        _bounds(arrows, known, pair) for pair in (("awareness", "motivation"), ("satisfaction", "habit"))
    )
    if not tables["_bounded_at"]:
        closer = by_loyalty.mean(axis=1) < by_mind.mean(axis=1)
        tables["bound_by_loyalty"][0] = sum(1 << stage for stage in np.flatnonzero(closer[:32]).tolist())
    chosen = [tables["bound_by_loyalty"][0] >> stage & 1 for stage in range(len(by_mind))]
    return np.where(np.array(chosen, bool)[:, None], by_loyalty, by_mind).ravel()


@lru_cache(maxsize=64)
def _bounds(arrows, known, pair):
    """Largest total hazard at each stage, by parts of a pair, of trust and of liking, (stages, 1024); infinite: no bound.

    Remembered, because markets that differ in seed or media only have the same: a tenth of the time of a small market's year.
    arrows: bytes of the tables of `_READ`.
    """
    tables = {name: np.frombuffer(one, kind) for (name, kind), one in zip(_READ.items(), arrows)}
    stages = tables["arrow_start"].size - 1
    bound = np.zeros((stages, *_BINS))
    fixed = dict(zip((_GAP, _PROMOTION, _SURPRISE), known))
    axes = [COVARIATES.index(name) for name in (*pair, "trust", "liking")]
    low = [np.arange(parts) / parts - _ROUNDING for parts in _BINS]
    high = [np.arange(1, parts + 1) / parts + _ROUNDING for parts in _BINS]
    for at in range(stages):
        for arrow in range(tables["arrow_start"][at], tables["arrow_start"][at + 1]):
            exponent = np.zeros(_BINS)
            for term in range(tables["term_start"][arrow], tables["term_start"][arrow + 1]):
                covariate, effect = tables["term_covariate"][term], tables["term_effect"][term]
                if covariate in axes:
                    axis = axes.index(covariate)
                    exponent += _along(axis, np.maximum(effect * low[axis], effect * high[axis]))
                elif covariate in fixed:
                    exponent += effect * fixed[covariate]
                elif covariate >= len(COVARIATES):
                    exponent += np.inf
                else:
                    exponent += max(effect, 0.0)
            scale = tables["arrow_scale"][arrow]
            most = max(fixed.get(scale, 1.0), 0.0)
            if scale in axes:
                most = _along(axes.index(scale), high[axes.index(scale)])
            bound[at] += tables["arrow_rate"][arrow] * most * np.exp(exponent)
    found = (bound.reshape(stages, -1) * (1.0 + 1e-6)).astype(np.float32)
    found.flags.writeable = False
    return found


def _along(axis, values):
    """Values that vary along one of the bounds' axes, ready to be spread over the others."""
    return values.reshape([-1 if one == axis else 1 for one in range(len(_BINS))])
