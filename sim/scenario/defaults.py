"""The market there is when a scenario says nothing: paid channels, journey stages and the arrows between them.

Trust in a channel's ads is the share of people who trust the format, Nielsen Global Trust in Advertising 2015. Costs
per thousand impressions of paid social, display and search follow from published click prices and click rates
(WordStream): CPM = price per click x click rate x 1000; the others are assumed. What one impression does is assumed
throughout: film makes known, an answer to a search makes act. `lasting` follows the ranges of weekly carry-over that Robyn
advises (A06): television 0.3-0.8, outdoor and print 0.1-0.4, digital 0-0.3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.scenario.models import Arrow, Channel, Stage

if TYPE_CHECKING:
    from sim.scenario.models import Journey
    from sim.scenario.values import Scenario

CHANNELS: tuple[Channel, ...] = (
    # Nielsen 2015: TV ads 63 %. CPM, awareness, persuasion, activation, use: assumed.
    Channel(
        name="television", cpm=12.0, trust=0.63, awareness=0.10, persuasion=0.05, activation=0.010,
        targets=("segment",), clutter=1.5, use=0.70, lasting=1.0,
    ),
    # Nielsen 2015: online video ads 48 %. CPM assumed.
    Channel(
        name="online_video", cpm=14.0, trust=0.48, awareness=0.09, persuasion=0.05, activation=0.015,
        targets=("segment", "lookalike"), clutter=1.2, use=0.55, lasting=0.1,
    ),
    # Nielsen 2015: social network ads 46 %. WordStream 2017: 1.72 a click x 0.9 % = 15.5 CPM.
    Channel(
        name="paid_social", cpm=15.0, trust=0.46, awareness=0.06, persuasion=0.04, activation=0.025,
        targets=("segment", "stage", "lookalike"), clutter=2.0, use=0.65,
    ),
    # Nielsen 2015: online banner ads 42 %. WordStream 2023: 0.58 a click x 0.46 % = 2.7 CPM.
    Channel(
        name="display", cpm=2.7, trust=0.42, awareness=0.02, persuasion=0.01, activation=0.010,
        targets=("segment", "stage", "lookalike"), clutter=3.0, use=0.60,
    ),
    # Nielsen 2015: billboards and other outdoor 56 %. CPM assumed. Everybody passes the same poster: no targeting.
    Channel(
        name="out_of_home", cpm=6.0, trust=0.56, awareness=0.05, persuasion=0.02, activation=0.005,
        targets=(), clutter=1.0, use=0.50, lasting=0.2,
    ),
    # Nielsen 2015: search engine ads 47 %. WordStream: 4.66 a click (2024) x 3.17 % (2018) = 148 CPM.
    Channel(
        name="search", type="search", cpm=150.0, trust=0.47, awareness=0.05, persuasion=0.06, activation=0.100,
        targets=("segment", "stage"), clutter=1.0, use=0.25,
    ),
)  # fmt: skip

STAGES: tuple[Stage, ...] = (
    # fit: how well what makes known, persuades, activates suits people there. Who never heard the name has no use for
    # an offer; who is about to choose needs no awareness film (assumed).
    Stage(name="unaware", knows=False, fit=(1.0, 0.3, 0.1)),
    Stage(name="aware", fit=(1.0, 0.8, 0.5)),
    Stage(name="considering", considers=True, fit=(0.6, 1.0, 0.8)),
    Stage(name="intending", considers=True, intends=True, fit=(0.3, 0.7, 1.0)),
    Stage(name="customer", owns=True, fit=(0.5, 0.5, 0.8)),
    Stage(name="loyal", owns=True, fit=(0.5, 0.4, 0.8)),
    Stage(name="advocate", owns=True, fit=(0.5, 0.4, 0.8)),
    Stage(name="lapsed", fit=(0.8, 0.6, 0.6)),
    Stage(name="rejecting", refuses=True, fit=(0.6, 0.3, 0.1)),
)


def _arrow(start: str, end: str, rate: float, scale: str | None = None, **effects: float) -> Arrow:
    return Arrow(from_=start, to=end, rate=rate, effects=effects, scale=scale)


def _purchase(start: str, end: str) -> Arrow:
    return Arrow(from_=start, to=end, rate=0.0, by="purchase")


ARROWS: tuple[Arrow, ...] = (
    # Rates and effects: assumed (the first three with D01, D02, A02 and A09 in view). A name is learned as a message is
    # noticed: what a period's messages add to those who know it is 1 - exp(-rate * messages) of those who did not (TRACKER:
    # Blattberg & Golanty 1978, J. Marketing Research 15(2); compared by Mahajan, Muller & Sharma 1984, Marketing Science 3(3)).
    Arrow(from_="unaware", to="aware", rate=4.0, by="message"),
    _arrow("aware", "unaware", 0.015, awareness=-12.0),
    # A brand is weighed if what it promises exceeds the cost of weighing it (Hauser & Wernerfelt 1990, J. Consumer Research
    # 16(4); Roberts & Lattin 1991, J. Marketing Research 28(4)), so taste decides here as it does in choice: 4 times liking
    # rises by 1 per unit of taste's utility where liking is 1/2.
    _arrow(
        "aware", "considering", 0.000011,
        motivation=3.0, trust=2.5, liking=4.0, social_proof=1.5, awareness=1.0, promotion=1.0,
    ),
    _purchase("aware", "customer"),  # on impulse
    _arrow("considering", "aware", 0.120, motivation=-3.0, trust=-1.0),
    _arrow(
        "considering", "intending", 0.004,
        motivation=2.0, trust=2.5, confidence=1.0, social_proof=1.0, price_gap=-1.5,
    ),
    _arrow("considering", "rejecting", 0.020, trust=-6.0, confidence=1.0),
    _arrow("intending", "considering", 0.020, surprise=1.5, trust=-1.0, price_gap=1.0),
    _purchase("intending", "customer"),
    _arrow("intending", "aware", 0.030, motivation=-2.5),  # abandoned
    _arrow("customer", "loyal", 0.00015, satisfaction=3.0, habit=2.5, trust=1.0),
    # Leaving is catching, less so for the loyal (Nitzan & Libai 2011); who was brought by a friend stays while the friend
    # does (Van den Bulte et al. 2018); who recommended it, too (Garnefeld et al. 2013). Sizes: assumed.
    _arrow("customer", "lapsed", 0.004, absence=2.0, satisfaction=-2.0, habit=-2.0, departures=1.0, company=-0.5, vouched=-0.5),
    # shops around
    _arrow(
        "customer", "considering", 0.002,
        surprise=2.0, price_gap=1.5, satisfaction=-1.5, habit=-1.5, departures=1.0, company=-0.5, vouched=-0.5,
    ),
    _arrow("customer", "rejecting", 0.003, unresolved=2.5, satisfaction=-4.0, trust=-2.0),
    _arrow("loyal", "advocate", 0.00005, satisfaction=3.0, trust=2.0, social_proof=0.5),
    _arrow("loyal", "lapsed", 0.002, absence=2.0, satisfaction=-2.0, habit=-2.0, departures=0.6, company=-0.5, vouched=-0.5),
    _arrow(
        "loyal", "considering", 0.0015,
        surprise=1.5, unresolved=1.5, satisfaction=-2.0, habit=-1.5, departures=0.6, company=-0.5, vouched=-0.5,
    ),
    _arrow("advocate", "loyal", 0.030, satisfaction=-2.0),
    _arrow("advocate", "rejecting", 0.002, unresolved=3.0, satisfaction=-4.0, trust=-2.0),  # let down
    _arrow(
        "lapsed", "considering", 0.00011, motivation=2.0, trust=1.5, liking=4.0, promotion=1.0, social_proof=1.0
    ),  # won back
    _purchase("lapsed", "customer"),  # comes back, as light buyers do
    _arrow("lapsed", "unaware", 0.002, awareness=-6.0),
    _arrow("rejecting", "aware", 0.0005, trust=3.0),  # forgiven
)  # fmt: skip


def merged_channels(given: tuple[Channel, ...]) -> tuple[Channel, ...]:
    """The default channels with what was given for them, then the new ones."""
    by_name = {one.name: one for one in given}
    defaults = tuple(_overlaid(one, by_name.pop(one.name, None)) for one in CHANNELS)
    return defaults + tuple(by_name.values())


def _overlaid(default: Channel, given: Channel | None) -> Channel:
    if given is None:
        return default
    said = {key: getattr(given, key) for key in given.model_fields_set}
    return default.model_copy(update=said)


def merged_stages(journey: Journey) -> tuple[Stage, ...]:
    """Default stages (if the journey starts from them), replaced by name, then the new ones."""
    by_name = {one.name: one for one in journey.stages}
    defaults = tuple(by_name.pop(one.name, one) for one in STAGES) if journey.default else ()
    return defaults + tuple(by_name.values())


def merged_arrows(journey: Journey) -> tuple[Arrow, ...]:
    """Default arrows (if the journey starts from them) without the removed, replaced by ends, then the new ones."""
    by_ends = {ends(one): one for one in journey.arrows if journey.default or ends(one) not in journey.remove}
    kept = [one for one in ARROWS if ends(one) not in journey.remove] if journey.default else []
    return tuple(by_ends.pop(ends(one), one) for one in kept) + tuple(by_ends.values())


def ends(arrow: Arrow) -> str:
    """An arrow's name: "aware>considering"."""
    return f"{arrow.from_}>{arrow.to}"


def channels(scenario: Scenario) -> tuple[Channel, ...]:
    """All paid channels of a scenario, in the order of their touch kinds: the six default ones, then new ones."""
    return scenario.world.channels


def stages(scenario: Scenario) -> tuple[Stage, ...]:
    """All stages of the journey of a scenario; people start in the first."""
    return scenario.world.journey.stages


def arrows(scenario: Scenario) -> tuple[Arrow, ...]:
    """All transitions of the journey of a scenario."""
    return scenario.world.journey.arrows
