"""The published facts that no experiment measures, and why not: what the model lacks, or that nobody has got to it.

A test sees to it that every fact has either an experiment or a line here.
"""

from __future__ import annotations

from collections.abc import Mapping

LATER = "can be measured in the shipped markets; not done yet"
"""Why nothing but time is missing."""

UNTESTED: Mapping[str, str] = {
    "D05": LATER,
    "D06": LATER,
    "D07": LATER,
    "A07": "the half-life of television that A06 measures; not counted twice",
    "A15": "how good a message is enters as one number, so the comparison would be of two assumptions",
    "A16": "ads do not differ in brand building and activation beyond what their channels do",
    "A17": "people do not click; an ad moves what they know and want",
    "P02": "the elasticity that P01 measures; not counted twice",
    "P05": "no brand has sellers who speak to people",
    "W03": LATER,
    "W04": "the elasticities that W01 and W02 measure; not counted twice",
    "W06": LATER,
    "W08": LATER,
    "W10": "the share of talk that is public is a parameter set on it",
    "W14": LATER,
    "W16": LATER,
    "W20": LATER,
    "W21": "the shipped markets have too few brands for a correlation between them",
    "W22": "reviews do not follow earlier reviews: there is no herding to look for",
    "R04": "replications of R02 and R01, which are measured",
    "R06": LATER,
    "I07": "influence and susceptibility are drawn apart from each other and from who knows whom",
    "B09": LATER,
    "S04": "firms answer with or without skill, not with explanations or compensation; communities are not told apart",
    "S09": LATER,
    "S10": LATER,
    "T03": LATER,
    "L04": LATER,
    "L05": LATER,
    "Z01": "the survey that T01 measures; not counted twice",
    "Z02": "the searches that J01 measures; not counted twice",
    "Z03": "tried among the claims of the source articles, under many conditions",
    "Z04": "tried among the claims of the source articles, under many conditions",
    "Z05": "tried among the claims of the source articles, under many conditions",
    "Z06": "tried among the claims of the source articles, under many conditions",
    "Z07": "tried among the claims of the source articles, under many conditions",
}
"""Fact -> why it has no experiment."""
