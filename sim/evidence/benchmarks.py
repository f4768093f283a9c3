"""What a simulated series is measured against: textbook models, naive forecasts, and the errors of all of them.

Textbook: the Bass curve of first purchases (Bass 1969; fitted by nonlinear least squares, Srinivasan and Mason 1986), the
NBD-Dirichlet of brand buying (Goodhardt, Ehrenberg and Chatfield 1984) and the BG/NBD of repeat buying (Fader, Hardie and
Lee 2005). Naive: the last value, a straight line, the mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.evidence import statistics

Values = Sequence[float] | np.ndarray


@dataclass(frozen=True)
class Errors:
    """How far a forecast is off: `rmse` in units of the series; `mape`, mean absolute error over recorded, 0.1 is 10 %; `r2`.

    r2 is the share of the variance of the recorded values that the forecast reproduces: below 0 it is worse than their mean.
    """

    points: int
    rmse: float
    mape: float
    r2: float


def errors(recorded: Values, predicted: Values) -> Errors:
    """Errors of `predicted` against `recorded`, of the same length (1 or more); recorded values must not be 0."""
    truth, guess = np.asarray(recorded, float), np.asarray(predicted, float)
    if truth.shape != guess.shape or truth.size == 0:
        raise ValueError(
            f"recorded has {truth.size} values and predicted {guess.size}; give as many of each, at least one"
        )
    if not truth.all():
        raise ValueError("a recorded value is 0: its relative error has no meaning; leave it out")
    off = guess - truth
    spread = float(np.sum((truth - truth.mean()) ** 2))
    r2 = 1.0 - float(np.sum(off**2)) / spread if spread > 0 else float("nan")
    return Errors(truth.size, float(np.sqrt(np.mean(off**2))), float(np.mean(np.abs(off / truth))), r2)


# ------------------------------------------------------------------ naive forecasts


def last_value(past: Values, ahead: int) -> np.ndarray:
    """The last value for ever.

    >>> last_value([1, 4, 2], 3).tolist()
    [2.0, 2.0, 2.0]
    """
    return np.full(ahead, float(past[-1]))


def straight_line(past: Values, ahead: int, window: int = 5) -> np.ndarray:
    """On from the last value with the mean change of the last `window` periods (fewer where there are fewer).

    >>> straight_line([0, 1, 2, 4], 2, window=2).tolist()
    [5.5, 7.0]
    """
    steps = min(window, len(past) - 1)
    slope = (float(past[-1]) - float(past[-1 - steps])) / steps if steps else 0.0
    return float(past[-1]) + slope * np.arange(1, ahead + 1)


def mean_value(past: Values, ahead: int) -> np.ndarray:
    """The mean of what was seen.

    >>> mean_value([1, 2, 6], 2).tolist()
    [3.0, 3.0]
    """
    return np.full(ahead, float(np.mean(past)))


# ------------------------------------------------------------------ NBD-Dirichlet


@dataclass(frozen=True)
class Dirichlet:
    """The NBD-Dirichlet of a category over one period.

    mean: category purchases per household (M). shape: how alike households are in them (K of the NBD). shares: of each brand
    (the rest is other brands). loyalty: S, low where households keep to few brands.
    """

    mean: float
    shape: float
    shares: tuple[float, ...]
    loyalty: float

    def penetration(self) -> np.ndarray:
        """Share of households that buy each brand in the period."""
        return np.array([self._reached(share) for share in self.shares])

    def frequency(self) -> np.ndarray:
        """Purchases of each brand per household that buys it."""
        return self.mean * np.asarray(self.shares) / self.penetration()

    def duplication(self) -> np.ndarray:
        """Share of the row brand's buyers who also buy the column brand; the diagonal is 1."""
        one = self.penetration()
        both = np.array([[one[i] + one[j] - self._reached(a + b) if i != j else one[i] for j, b in enumerate(self.shares)]
                         for i, a in enumerate(self.shares)])  # fmt: skip
        return both / one[:, None]

    def category_penetration(self) -> float:
        """Share of households that buy the category at all."""
        return 1.0 - float((1 + self.mean / self.shape) ** -self.shape)

    def _reached(self, share: float) -> float:
        """Share of households that buy brands of this share together."""
        from scipy.special import gammaln

        n = np.arange(int(60 * max(self.mean, 1.0)) + 200)
        k, s = self.shape, self.loyalty
        log_bought = (
            gammaln(k + n) - gammaln(k) - gammaln(n + 1)
            + k * np.log(k / (k + self.mean)) + n * np.log(self.mean / (k + self.mean))
        )  # fmt: skip
        rest = s * (1 - share)
        log_none = gammaln(s) - gammaln(rest) + gammaln(rest + n) - gammaln(s + n)
        return 1.0 - float(np.exp(log_bought + log_none).sum())


def fit_nbd(penetration: float, mean: float) -> float:
    """Shape K of the NBD under which the share `penetration` of households makes the `mean` purchases of all."""
    from scipy.optimize import brentq

    if not 0 < penetration < 1 - np.exp(-mean):
        raise ValueError(
            f"{mean:g} purchases by {penetration:g} of households: allowed are shares below {1 - np.exp(-mean):.3g}"
        )
    return float(brentq(lambda k: 1 - (1 + mean / k) ** -k - penetration, 1e-4, 1e4))


def fit_dirichlet(mean: float, shape: float, shares: Values, penetration: Values) -> Dirichlet:
    """The Dirichlet with the loyalty S whose penetrations are closest to those of the first brands, weighted by share.

    shares: of every brand. penetration: of the first brands, as many as are to be fitted on.
    """
    from scipy.optimize import minimize_scalar

    every, known = tuple(float(share) for share in shares), np.asarray(penetration, float)

    def miss(log_s: float) -> float:
        guess = Dirichlet(mean, shape, every[: len(known)], float(np.exp(log_s))).penetration()
        return float(np.sum(np.asarray(every[: len(known)]) * (guess - known) ** 2))

    best = minimize_scalar(miss, bounds=(np.log(0.05), np.log(50.0)), method="bounded", options={"xatol": 1e-6})
    return Dirichlet(mean, shape, every, float(np.exp(best.x)))


# ------------------------------------------------------------------ BG/NBD


@dataclass(frozen=True)
class BgNbd:
    """Repeat buying until a silent end (Fader, Hardie and Lee 2005, Marketing Science 24(2)).

    Customers buy at Gamma(r, alpha) rates and drop out after any purchase with Beta(a, b) chances; times are in weeks.
    """

    r: float
    alpha: float
    a: float
    b: float

    def repeats(self, weeks: Values) -> np.ndarray:
        """Expected repeat purchases per customer within so many weeks of the first (their equation 9)."""
        from scipy.special import hyp2f1

        t, r, alpha, a, b = np.asarray(weeks, float), self.r, self.alpha, self.a, self.b
        still = (alpha / (alpha + t)) ** r * hyp2f1(r, b, a + b - 1, t / (alpha + t))
        return (a + b - 1) / (a - 1) * (1 - still)

    def ever(self, weeks: Values) -> np.ndarray:
        """Share of customers with a repeat purchase within so many weeks of the first."""
        return 1 - (self.alpha / (self.alpha + np.asarray(weeks, float))) ** self.r

    def cohort(self, people: int, days: int, seed: int) -> np.ndarray:
        """Whether each of simulated customers buys again on each day after the first purchase, bool (people, days)."""
        rng = np.random.Generator(np.random.PCG64(seed))
        rate, leave = rng.gamma(self.r, 1 / self.alpha, people), rng.beta(self.a, self.b, people)
        bought, now = np.zeros((people, days), bool), np.zeros(people)
        here = np.arange(people)
        while here.size:
            now[here] += 7 * rng.exponential(1 / np.maximum(rate[here], 1e-12))
            here = here[now[here] < days]
            bought[here, now[here].astype(int)] = True
            here = here[rng.random(here.size) >= leave[here]]
        return bought


def bg_nbd_log_likelihood(
    model: BgNbd, frequency: np.ndarray, recency: np.ndarray, observed: np.ndarray, customers: np.ndarray
) -> float:
    """Log likelihood of customers with so many repeats, the last after `recency` of `observed` weeks (their equation 6)."""
    from scipy.special import betaln, gammaln

    r, alpha, a, b = model.r, model.alpha, model.a, model.b
    x = frequency
    common = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + betaln(a, b + x) - betaln(a, b)
    alive = -(r + x) * np.log(alpha + observed)
    gone = np.log(a) - np.log(b + np.maximum(x, 1) - 1) - (r + x) * np.log(alpha + recency)
    both = np.where(x > 0, np.logaddexp(alive, gone), alive)
    return float(np.sum(customers * (common + both)))


def fit_bg_nbd(frequency: Values, recency: Values, observed: Values, customers: Values) -> BgNbd:
    """The BG/NBD of greatest likelihood; each row is `customers` people with the same history. All of one length."""
    from scipy.optimize import minimize

    rows = [np.asarray(one, float) for one in (frequency, recency, observed, customers)]

    def cost(logs: np.ndarray) -> float:
        return -bg_nbd_log_likelihood(BgNbd(*np.exp(logs)), *rows)

    options = {"maxiter": 4000, "maxfev": 4000, "xatol": 1e-8, "fatol": 1e-8}
    return BgNbd(*(float(one) for one in np.exp(minimize(cost, np.zeros(4), method="Nelder-Mead", options=options).x)))


# ------------------------------------------------------------------ hazard ratios


def mantel_haenszel(event: np.ndarray, exposed: np.ndarray, stratum: np.ndarray) -> float:
    """Risk ratio of the exposed against the others, stratified (Mantel and Haenszel 1959, in the form for risks).

    All (n,): whether the event happened, whether exposed, and the stratum. NaN where no unexposed event can be compared.
    """
    groups, number = np.unique(stratum, return_inverse=True)

    def count(of: np.ndarray) -> np.ndarray:
        sides = [np.bincount(number[of & (exposed == side)], minlength=len(groups)) for side in (False, True)]
        return np.column_stack(sides)

    above, below = statistics.mantel_haenszel(count(event >= 1), count(event >= 0))
    return above / below if below > 0 else float("nan")
