"""What a journey's hazards may depend on; `sim.mechanisms.journey` says what each of them means.

This file imports nothing, so that scenarios can be checked without the mechanisms.
"""

COVARIATES: tuple[str, ...] = (
    "motivation",
    "trust",
    "confidence",
    "awareness",
    "satisfaction",
    "habit",
    "social_proof",
    "fatigue",
    "price_gap",
    "promotion",
    "unresolved",
    "surprise",
    "absence",
    "dwell",
    "departures",
    "company",
    "vouched",
    "liking",
)
"""Covariates in the order in which kernels keep them: shares in [0, 1], except price_gap (log price over reference price)."""

SHARES: tuple[str, ...] = tuple(name for name in COVARIATES if name != "price_gap")
"""Covariates that a hazard may be in proportion to."""
