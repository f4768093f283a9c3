"""What a word of mouth does to choice and to sales (facts W05, W13)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.evidence.choice import current_choice, shifted
from sim.evidence.experiment import Finding, Measure, beside, fact
from sim.evidence.interventions import louder
from sim.evidence.spending import advertise

if TYPE_CHECKING:
    from sim.evidence.lab import Lab

SETTLED = 182
"""Days the coffee market settles."""

EDGES = np.arange(0.0, 1.01, 0.1)
MIDDLES = (EDGES[1:] + EDGES[:-1]) / 2
"""Classes of prior probability."""


@fact(
    "W13",
    market="coffee",
    change="one friend's word for the brand, or one against it",
    control="the same consumers before they heard it",
    seeds=8,
    trivial="a bare logit: one word shifts every utility by a half, whoever hears it",
)
def one_message_by_prior(lab: Lab) -> Finding:
    """Shift of the probability to choose a brand after one message, by how probable it was before.

    The settled coffee market on day 182, familiar brands, which are those a consumer has used: probability to take the brand
    on an occasion, from the model's own utilities, before and after one friend's word of full feeling over an ordinary tie.
    Slope: of the positive shift on the prior, over tenths of the prior. A negative word's effect at middle to high priors
    (0.4 to 0.8) is compared with that at lower and at higher ones, and the tenth in which it is largest must lie from the middle
    (0.5) to there. Sizes are compared over priors below one half. Published: respondents resist bad word of brands they are
    very likely to choose, and good word has the greater effect below one half (East, Hammond & Lomax 2008).
    """
    curves = np.array(
        [_shifts(lab, seed) for seed in lab.seeds]
    )  # (seeds, good or bad, tenths), with sizes below 1/2 last
    shift = curves[:, :, :-1]

    def draw(axes):
        axes.plot(MIDDLES, 100 * shift[:, 0].mean(axis=0), "o-", label="a word for it")
        axes.plot(MIDDLES, 100 * shift[:, 1].mean(axis=0), "o-", label="a word against it")
        axes.axhline(0.0, color="0.5", linewidth=0.8)
        axes.set(xlabel="probability before", ylabel="shift, percentage points")
        axes.legend(frameon=False)

    return Finding(beside(_by_prior(curves), _by_prior(bare_logit(0.5)[None])), draw)


def bare_logit(step: float) -> np.ndarray:
    """What `_shifts` gives of a logit in which a word moves every utility by `step`, up or down: (2, tenths + 1)."""
    prior = np.linspace(0.0, 1.0, 1_002)[1:-1]
    after = [1.0 / (1.0 + (1.0 / prior - 1.0) * np.exp(-sign * step)) for sign in (1, -1)]
    tenth = np.searchsorted(EDGES, prior, side="right") - 1
    return np.array(
        [[*((now - prior)[tenth == k].mean() for k in range(10)), (now - prior)[prior < 0.5].mean()] for now in after]
    )


def _by_prior(curves: np.ndarray) -> list[Measure]:
    """The measures of W13 from shifts by prior, (seeds, good or bad, tenths and all below one half)."""
    shift, below, at = curves[:, :, :-1], curves[:, :, -1], MIDDLES
    slope = np.array([np.polyfit(at, one[0], 1)[0] for one in shift])
    peak = at[np.argmax(-shift[:, 1], axis=1)]
    lower, middle, higher = (-shift[:, 1, part].mean(axis=1) for part in (slice(0, 4), slice(4, 8), slice(8, 10)))
    rise = Measure.of_ratio("negative shift, middle to high priors against lower", middle, lower, low=1.0, sign=True)
    left = Measure.of_ratio("negative shift, near 1 against middle to high", higher, middle, high=1.0, sign=True)
    ratio = Measure.of_ratio(
        "size of positive to negative, prior below 1/2", below[:, 0], -below[:, 1], low=0.8, high=2.0
    )

    return [
        Measure("slope of the positive shift on the prior", slope, high=0.0, sign=True),
        rise,
        left,
        ratio,
        Measure("prior at which a negative word costs most", peak, low=0.5, high=0.8),
    ]


def _shifts(lab: Lab, seed: int) -> np.ndarray:
    """Mean shift after a good and a bad word by tenth of the prior, and over all priors below 1/2 last: (2, tenths + 1)."""
    engine = lab.live(lab.market("coffee", days=SETTLED), seed).engine
    choice = current_choice(engine)
    known = choice.familiar(engine)
    prior = choice.probability[known]
    word = choice.word_of_a_friend(engine, feeling=1.0)
    tenth = np.clip(np.searchsorted(EDGES, prior, side="right") - 1, 0, len(EDGES) - 2)
    found = np.zeros((2, len(EDGES)))
    for row, sign in enumerate((1, -1)):
        change = (shifted(choice, engine, sign * word) - choice.probability)[known]
        many = np.bincount(tenth, minlength=len(EDGES) - 1)
        found[row, :-1] = np.bincount(tenth, change, minlength=len(EDGES) - 1) / np.maximum(many, 1)
        found[row, -1] = change[prior < 0.5].mean()
    return found


START, SHOCK, WINDOW = 365, 28, 60
"""Day on which people begin to talk more, or the brand to spend more; days of it; days after it in which its effect is read."""

STEP = 0.5
"""Rise of either cause. (+10 % gives the same figures with wider intervals, as in A01.)"""


@fact(
    "W05",
    market="app, without sponsored posts",
    change="half as much talk and invitations again by everybody for four weeks; or half as much of the plan's media",
    control="as it is",
    seeds=40,
    quick=12,
)
def referrals_against_ads(lab: Lab) -> Finding:
    """Elasticity of sign-ups to word of mouth, and to paid media: all that a shock of four weeks brings in the 60 days after.

    The app in its second year, for the published site was established, and in all arms without sponsored posts, a few a week,
    whose luck would drown what the flights bring: from day 365 on, the chances to talk and to invite rise, for the focal brand's
    and the rival's customers alike; or the budgets of the plan do. Elasticity: extra first purchases from
    then until 60 days after the shock, over those of its four weeks in the control, by the relative rise of the cause: the
    cumulated response to an impulse, which is what the published vector autoregression gives. Published: 0.53 for referrals,
    some twenty times that of marketing events
    (Trusov, Bucklin & Pauwels 2009).
    """
    market = lab.market("app", {"plan.sponsorships": []}, days=START + SHOCK + WINDOW)
    control = lab.each(market, _sign_ups)
    talk = lab.each(market, _sign_ups, before=louder(1.0 + STEP, START, START + SHOCK))
    paid = lab.each(market, _sign_ups, before=advertise(1.0 + STEP, START, START + SHOCK))
    at_first, later = control.T
    more_talk, more_paid = talk.sum(axis=1) - at_first - later, paid.sum(axis=1) - at_first - later
    spoken = Measure.of_ratio("word of mouth", more_talk / STEP, at_first, low=0.2, high=0.8, published=0.53)
    bought = Measure.of_ratio("paid media", more_paid / STEP, at_first)
    ratio = Measure.of_ratio("word of mouth to paid media", more_talk, more_paid, low=5.0, published=20.0)

    def draw(axes):
        both = (spoken, bought)
        low, high = np.array([one.interval for one in both]).T
        mean = np.array([one.estimate for one in both])
        axes.errorbar([0, 1], mean, yerr=[mean - low, high - mean], fmt="o")
        axes.axhspan(0.2, 0.8, color="0.9", zorder=0)
        axes.set(xticks=[0, 1], xticklabels=["word of mouth", "paid media"], xlim=(-0.5, 1.5), ylabel="elasticity")

    return Finding([spoken, ratio, bought], draw)


def _sign_ups(life) -> tuple[float, float]:
    """First purchases during the shock, and in the days after it."""
    daily = life.daily_units(first_only=True)
    return float(daily[START : START + SHOCK].sum()), float(daily[START + SHOCK :].sum())
