"""Adoption on recorded ties: does the chance to adopt rise with the number of one's contacts who have?

Three studies from Valente (1995): a new drug among physicians of Illinois, hybrid corn among farmers of Brazilian villages,
family planning among women of Korean villages. Physicians and farmers are simulated on the ties they named. The Korean
nominations are not shipped: women are simulated on generated ties of the same number in villages of the same size.

Two parameters are fitted to new adopters in the first 60 % of the periods: the weight of advertising and the pace of the
journey. Held out are the rest of the curve, and all of the hazard ratios: the chance to adopt in a period with 1, 2, 3 or more
contacts who adopted before it, over that with none, among people who name anybody, stratified by period (Mantel and
Haenszel 1959), for calendar time alone makes both rise together.

Textbook: the Bass curve; it has no ties, so that in any one period all have the same chance, and every ratio is 1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING

import numpy as np

from sim.bass import fit_bass_sales
from sim.evidence.benchmarks import last_value, mantel_haenszel, straight_line
from sim.evidence.series import adoption, fitting, records, study
from sim.evidence.series.fitting import Fit, Knob
from sim.evidence.series.study import Forecast, Recorded, SeriesResult, SeriesStudy

if TYPE_CHECKING:
    from sim.peers import Ties
    from sim.scenario import Scenario

CONTACTS = ("1", "2", "3+")
KNOBS = (
    Knob("media", 0.005, 50.0, "impressions per person and week", "weight of advertising"),
    Knob("pace", 0.02, 6.0, "factor", "speed of the journey (journey.pace)"),
)
VILLAGES, KOREAN_WOMEN, NAMED = 25, 1047, 4.8
"""Korea: villages, women, and the mean number of women named (Valente 1995)."""
_VALENTE = "T. W. Valente (1995), Network Models of the Diffusion of Innovations, by way of the package netdiffuseR; "
_ROGERS = "E. M. Rogers, J. R. Ascroft and N. G. Röling (1970), Diffusion of Innovation in Brazil, Nigeria, and India"
_LICENCE = "MIT (package netdiffuseR)"


@dataclass(frozen=True)
class Setting:
    """One study of adoption. new: share of all who adopt in each period. names: who names whom (N, N), None where not shipped."""

    id: str
    title: str
    period: str
    first: int
    days: int
    new: np.ndarray
    names: np.ndarray | None
    knobs: tuple[Knob, ...]
    make: Callable[..., Scenario]
    seeds: tuple[int, ...]
    source: str

    @property
    def fitted(self) -> int:
        """Number of periods fitted on."""
        return study.first_part(len(self.new))


def settings() -> list[Setting]:
    """The three studies."""
    return [_physicians(), _farmers(), _korea()]


@cache
def setting(name: str) -> Setting:
    """One of them by its id."""
    return next(one for one in settings() if one.id == name)


def _physicians() -> Setting:
    from sim import studies

    record = studies.read_physicians()

    def make(visits: float, pace: float) -> Scenario:
        from sim.scenario import load

        made = load("physicians")
        weekly = {
            f"plan.flights.{n}.weekly": visits * float(one.weekly or 0) for n, one in enumerate(made.plan.flights)
        }
        return made.with_({**weekly, "journey.pace": pace})

    knobs = (
        Knob("visits", 0.05, 10.0, "factor", "weight of sales visits and journals, over the scenario's"),
        Knob("pace", 0.02, 3.0, "factor", "speed of the journey (journey.pace)"),
    )
    new = studies.adoption_curve(record.month)["new"].to_numpy()
    return Setting("physicians", "A new drug among 125 physicians, Illinois 1953-55", "month after the launch", 1,
                   studies.DAYS_PER_MONTH, new, record.names, knobs, make, tuple(range(1, 9)),
                   _VALENTE + "J. Coleman, E. Katz and H. Menzel (1966), Medical Innovation")  # fmt: skip


def _farmers() -> Setting:
    people = records.table("networks/farmers.csv")
    ties = records.table("networks/farmers_edges.csv")
    row = dict(zip(people["id"], range(len(people))))
    names = np.zeros((len(people), len(people)), bool)
    names[ties["source"].map(row), ties["target"].map(row)] = True
    first, periods = 1946, 20
    new = np.bincount(people["toa_year"] - first, minlength=periods + 1)[:periods] / len(people)

    def make(media: float, pace: float) -> Scenario:
        peers = {"file": "farmers_edges.csv", "nodes": "farmers.csv", "strength": 0.7}
        folder = records.FOLDER / "networks"
        return adoption.market(
            media, pace, periods, people=len(people), consumers=len(people), peers=peers, folder=folder
        )

    return Setting("farmers", "Hybrid corn among 692 farmers of 11 villages, Brazil 1946-65", "year", first,
                   adoption.DAYS_PER_YEAR, new, names, KNOBS, make, (1, 2, 3),
                   _VALENTE + _ROGERS)  # fmt: skip


def _korea() -> Setting:
    table = records.table("networks/korea.csv")
    periods = len(table)

    def make(media: float, pace: float) -> Scenario:
        peers = {"degree": NAMED, "community": round(KOREAN_WOMEN / VILLAGES), "inside": 1.0, "strength": 0.7}
        return adoption.market(media, pace, periods, people=KOREAN_WOMEN, consumers=KOREAN_WOMEN, peers=peers)

    return Setting("korea", "Family planning among 1,047 women of 25 villages, Korea 1963-72", "year",
                   int(table["year"].iloc[0]), adoption.DAYS_PER_YEAR, table["new_adopters"].to_numpy() / KOREAN_WOMEN, None,
                   KNOBS, make, (1, 2),
                   _VALENTE + "E. M. Rogers and D. L. Kincaid (1981), Communication Networks")  # fmt: skip


def adoption_periods(one: Setting, scenario: Scenario, seed: int, periods: int) -> tuple[np.ndarray, Ties]:
    """Period of each consumer's first purchase, 1 to `periods`, one more for later or never (N,); and the ties."""
    from sim.engine import Engine

    engine = Engine(scenario, seed=seed)
    first = np.full(engine.consumers, periods + 1)
    for day in range(periods * one.days):
        engine.step()
        bought = (engine.columns["last_bought"][0] == day) & (first > periods)
        first[bought] = day // one.days + 1
    engine.close()
    return first, engine.ties


def curve(first: np.ndarray, periods: int) -> np.ndarray:
    """Share of all who adopt in each period, (periods,), from periods of adoption (N,)."""
    return np.bincount(first, minlength=periods + 2)[1 : periods + 1] / len(first)


def hazard_ratios(names: np.ndarray, first: np.ndarray, periods: int) -> np.ndarray:
    """Chance to adopt with 1, 2, 3 or more adopting contacts over that with none, stratified by period: (3,).

    names: (N, N), the row names the column. first: period of adoption (N,), more than `periods` for never. NaN: no contrast.
    """
    namers = np.flatnonzero(names.any(axis=1))
    count, when, event = [], [], []
    for period in range(2, periods + 1):
        rows = namers[first[namers] >= period]
        count.append(names[rows] @ (first < period).astype(np.int64))
        when.append(np.full(len(rows), period))
        event.append(first[rows] == period)
    contacts, period_of, adopts = np.minimum(np.concatenate(count), 3), np.concatenate(when), np.concatenate(event)
    found = []
    for number in (1, 2, 3):
        both = (contacts == 0) | (contacts == number)
        found.append(mantel_haenszel(adopts[both], contacts[both] == number, period_of[both]))
    return np.array(found)


def fit(one: Setting) -> Fit:
    """Find both parameters on new adopters in the first 60 % of the periods: least squares of the mean run."""
    k = one.fitted
    truth = one.new[:k]

    def loss(values: dict[str, float]) -> float:
        scenario = one.make(**values)
        mean = np.mean([curve(adoption_periods(one, scenario, seed, k)[0], k) for seed in one.seeds], axis=0)
        return float(np.sqrt(np.mean((mean - truth) ** 2)) / truth.mean())

    people = one.make(**{knob.name: knob.low for knob in one.knobs}).world.market.consumers
    return fitting.fit(
        loss,
        one.knobs,
        people,
        f"the first {k} of {len(one.new)} periods",
        draws=50,
        steps=30,
        starts=2,
        seeds=one.seeds,
    )


@cache
def _simulated(name: str, quick: bool) -> tuple[np.ndarray, np.ndarray]:
    """Cumulative adoption (runs, periods) and hazard ratios (runs, 3) of every shown run; small markets are run more often."""
    one = setting(name)
    scenario, periods = one.make(**fitting.stored(name).parameters), len(one.new)
    curves, ratios = [], []
    for seed in _seeds(quick):
        first, ties = adoption_periods(one, scenario, seed, periods)
        names = one.names if one.names is not None else _as_matrix(ties)
        curves.append(np.cumsum(curve(first, periods)))
        ratios.append(hazard_ratios(names, first, periods))
    return np.array(curves), np.array(ratios)


def _seeds(quick: bool) -> tuple[int, ...]:
    """More runs than elsewhere: a hundred people are few."""
    return tuple(range(101, 105 if quick else 131))


def _as_matrix(ties: Ties) -> np.ndarray:
    """Everybody names all to whom he is tied, bool (N, N)."""
    names = np.zeros((ties.consumers, ties.consumers), bool)
    names[np.repeat(np.arange(ties.consumers), ties.degree), ties.to] = True
    return names


def run_curve(name: str, quick: bool) -> SeriesResult:
    """Adopters so far with the stored parameters, judged on the last 40 % of the periods."""
    one, kept = setting(name), fitting.stored(name)
    n, k = len(one.new), one.fitted
    runs, _ = _simulated(name, quick)
    truth, ahead, nothing = np.cumsum(one.new), n - k, np.full(k, np.nan)
    bass = fit_bass_sales(one.new[:k], 1.0)
    forecasts = [
        study.band("simulated", runs),
        Forecast("Bass", "textbook", np.cumsum(bass.sales(n))),
        Forecast("last value", "naive", np.concatenate([nothing, last_value(truth[:k], ahead)])),
        Forecast("straight line", "naive", np.concatenate([nothing, straight_line(truth[:k], ahead)])),
    ]
    series = Recorded(np.arange(one.first, one.first + n), truth, "share who have adopted", k)
    drawing = study.draw_curve(series, forecasts, one.period, percent=True)
    return study.judge(f"{name}_adoption", series, forecasts, partial(_why_curve, one), drawing, kept.parameters, len(runs),
                       fitting.is_stale(kept))  # fmt: skip


def _why_curve(one: Setting, bias: float) -> str:
    early, late = one.new[: one.fitted].sum(), one.new[one.fitted :].sum()
    seen = f"{100 * early:.0f} % had adopted when fitting ended and {100 * late:.0f} % came after"
    if abs(bias) < 0.02:
        return f"though only {seen}"
    if bias > 0:
        return f"because adoption slowed down in the record ({seen}) more than in the model"
    return f"because adoption kept up in the record ({seen}) better than in the model"


def run_ratios(name: str, quick: bool) -> SeriesResult:
    """Hazard ratios with the stored parameters; nothing was fitted on them."""
    one, kept = setting(name), fitting.stored(name)
    rows = records.table("networks/hazard_ratios.csv")
    rows = rows[rows["study"] == name]
    recorded, low, high = (rows[column].to_numpy(float) for column in ("ratio", "low", "high"))
    _, runs = _simulated(name, quick)
    usable = runs[np.isfinite(runs).all(axis=1)]
    forecasts = [study.band("simulated", usable), Forecast("Bass (no ties)", "textbook", np.ones(len(CONTACTS)))]
    series = Recorded(CONTACTS, recorded, "chance to adopt over that of people with no adopting contact", 0, low, high)
    drawing = study.draw_groups(series, forecasts, "contacts who have adopted before")
    return study.judge(f"{name}_contagion", series, forecasts, partial(_why_ratios, one), drawing, kept.parameters, len(usable),
                       fitting.is_stale(kept))  # fmt: skip


def _why_ratios(one: Setting, bias: float) -> str:
    made = "" if one.names is not None else " (on generated ties)"
    if abs(bias) < 0.1:
        return f"and the recorded contagion comes out of talk and example{made}, with nothing fitted to it"
    if bias > 0:
        return f"because friends who own a thing weigh alike in every simulated market, whatever the study{made}"
    return f"because in the model media reach those without adopting contacts nearly as well as the others{made}"


def studies() -> list[SeriesStudy]:
    """A curve and a table of hazard ratios for each study."""
    found = []
    for one in settings():
        found.append(
            SeriesStudy(f"{one.id}_adoption", one.title, "exposure", one.source, _LICENCE, partial(run_curve, one.id))
        )
        title = f"Contagion: {one.title[0].lower()}{one.title[1:]}"
        found.append(
            SeriesStudy(f"{one.id}_contagion", title, "exposure", one.source, _LICENCE, partial(run_ratios, one.id))
        )
    return found
