"""The market as a mix modeller sees it: one row a week with sales, spend, impressions, prices and what else happened.

Columns, in whole weeks from the first day of the run (a rest of fewer than seven days is left out):

- `date`: first day of the week, as 2025-03-03
- `revenue` (money), `units`, `new_customers` (people), of the focal brand; `revenue_per_unit`
- `<channel>_spend` (money) and `<channel>_impressions` of every paid channel the brand uses; `influencers_spend` (fees)
- `price` (regular, money), `promotion` (share cut, mean of the week)
- `rival_price` (mean paid), `rival_spend` (all rivals, all channels), `season` (the category's demand, as the market has it)
- `event_<label>`, `launch_<brand>`: share of the week's days on which it was in force
- `email_touches`, `brand_post_touches`: what customers were sent. They follow sales, so no role below names them

The roles of the columns are told to each library in its own words (`Roles`): PyMC-Marketing's MMM, Meridian's CoordToColumns,
Robyn's robyn_inputs. Columns that never change are left out: no model can use them, and some refuse them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from sim.results import Run

WEEK = 7
INFLUENCERS = "influencers"
"""Name of the channel that fees for sponsored posts go through; its impressions are posts by influencers, paid or not."""
FEWEST_WEEKS = 4
"""Fewer rows are no series (assumed)."""
STILL = 1e-5
"""A column that moves by less than this share of its size never changes: a file holds seven digits."""


@dataclass(frozen=True)
class Roles:
    """Which column plays which part.

    channels: names of the paid channels; each has a column <name>_spend and <name>_impressions. controls: what else moves sales
    and is not the plan's media. treatments: what the plan decides besides media (price cuts). geo: column of the region, or None.
    """

    channels: tuple[str, ...]
    controls: tuple[str, ...]
    treatments: tuple[str, ...] = ()
    geo: str | None = None

    @property
    def spend(self) -> list[str]:
        """Columns with money by channel."""
        return [f"{one}_spend" for one in self.channels]

    @property
    def impressions(self) -> list[str]:
        """Columns with impressions by channel."""
        return [f"{one}_impressions" for one in self.channels]

    def told(self) -> dict[str, Any]:
        """The roles as each library's own arguments, ready to be passed on; plain data for a JSON file.

        pymc_marketing: of `MMM`. meridian: `coord_to_columns`, `media_to_channel`, `media_spend_to_channel` and `kpi_type` of
        `CsvDataLoader` or `DataFrameDataLoader`. robyn: of `robyn_inputs` (national tables only, as Robyn has no regions).
        """
        both = [*self.controls, *self.treatments]
        pymc: dict[str, Any] = {"date_column": "date", "target_column": "revenue", "channel_columns": self.spend}
        columns: dict[str, Any] = {
            "time": "date",
            "kpi": "units",
            "revenue_per_kpi": "revenue_per_unit",
            "media": self.impressions,
            "media_spend": self.spend,
        }
        if both:
            pymc["control_columns"] = both
        if self.controls:
            columns["controls"] = list(self.controls)
        if self.treatments:
            columns["non_media_treatments"] = list(self.treatments)
        if self.geo:
            pymc["dims"] = [self.geo]
            columns |= {"geo": self.geo, "population": "population"}
        told = {
            "pymc_marketing": pymc,
            "meridian": {
                "coord_to_columns": columns,
                "kpi_type": "non_revenue",
                "media_to_channel": dict(zip(self.impressions, self.channels)),
                "media_spend_to_channel": dict(zip(self.spend, self.channels)),
            },
        }
        if not self.geo:
            told["robyn"] = {
                "date_var": "date",
                "dep_var": "revenue",
                "dep_var_type": "revenue",
                "paid_media_spends": self.spend,
                "paid_media_vars": self.impressions,
                "context_vars": both,
            }
        return told


def column_name(name: str) -> str:
    """A name as a column that Python and R read alike: small letters, digits and underscores, a letter first.

    >>> column_name("Out of home"), column_name("2nd wave!")
    ('out_of_home', 'x2nd_wave')
    """
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") or "x"
    return plain if plain[0].isalpha() else f"x{plain}"


def weekly_table(run: Run) -> pd.DataFrame:
    """One row for each whole week of a run, columns as above: what a mix model of the focal brand is fitted to.

    Raises ValueError for a run shorter than four weeks, or one in which the brand spent nothing on media.
    """
    import pandas as pd

    weeks = whole_weeks(run.record.days)
    return pd.DataFrame(
        {"date": dates(run, weeks), **sales(run, weeks), **media(run, weeks), **surroundings(run, weeks)}
    )


def roles_of(table: pd.DataFrame) -> Roles:
    """Which columns of a weekly table or geo panel play which part, read off their names."""
    names = list(table.columns)
    known = ("price", "rival_price", "rival_spend", "season")
    return Roles(
        channels=tuple(name.removesuffix("_impressions") for name in names if name.endswith("_impressions")),
        controls=tuple(name for name in names if name in known or name.startswith(("event_", "launch_"))),
        treatments=tuple(name for name in names if name == "promotion"),
        geo="geo" if "geo" in names else None,
    )


def whole_weeks(days: int) -> int:
    """Whole weeks in a run. Raises ValueError if they are too few to be a series."""
    weeks = days // WEEK
    if weeks < FEWEST_WEEKS:
        raise ValueError(
            f"a weekly table needs {FEWEST_WEEKS * WEEK} days or more; this run has {days}. Mix models want a year or two"
        )
    return weeks


def by_week(values: np.ndarray, weeks: int) -> np.ndarray:
    """Days (days, ...) as weeks (weeks, 7, ...)."""
    return values[: weeks * WEEK].reshape(weeks, WEEK, *values.shape[1:])


def dates(run: Run, weeks: int) -> np.ndarray:
    """First day of each week, text such as 2025-03-03: the date format that all three libraries name."""
    return np.datetime_as_string(run.record.dates[: weeks * WEEK : WEEK], unit="D")


def sales(run: Run, weeks: int) -> dict[str, np.ndarray]:
    """What the focal brand sold each week, in real people, units and money; revenue_per_unit is the price where none was."""
    series, focal, scale = run.record.series, run.record.focal, run.people_per_consumer
    first, again = (by_week(series[f"purchases_{one}"][:, focal], weeks).sum(1) * scale for one in ("first", "repeat"))
    revenue = by_week(series["revenue"][:, focal], weeks).sum(1)
    price = by_week(series["price"][:, focal], weeks).mean(1)
    units = first + again
    return {
        "revenue": revenue,
        "units": units,
        "new_customers": first,
        "revenue_per_unit": np.where(units > 0, revenue / np.maximum(units, 1e-9), price),
    }


def media(run: Run, weeks: int) -> dict[str, np.ndarray]:
    """Spend and impressions of every channel that the focal brand paid for. Raises ValueError if there is none."""
    record, focal, scale = run.record, run.record.focal, run.people_per_consumer
    delivered = by_week(record.delivered[:, focal].sum(axis=2), weeks).sum(1) * scale
    spend = {name: by_week(record.spend[:, focal, c], weeks).sum(1) for c, name in enumerate(record.channels)}
    seen = {name: delivered[:, record.kinds.index(name)] for name in record.channels}
    spend[INFLUENCERS] = by_week(record.series["spend_influencers"][:, focal], weeks).sum(1)
    seen[INFLUENCERS] = delivered[:, record.kinds.index("influencer")]
    used = [name for name in spend if spend[name].any()]
    if not used:
        raise ValueError(f"{run.brand} spent nothing on media in these {weeks} weeks, so there is nothing to model")
    return {
        f"{column_name(name)}_{what}": values[name]
        for name in used
        for what, values in (("spend", spend), ("impressions", seen))
    }


def surroundings(run: Run, weeks: int) -> dict[str, np.ndarray]:
    """Prices, rivals, season, events and owned touches, week by week; what never changes is left out."""
    from sim.calendar import Calendar

    record, focal, scale = run.record, run.record.focal, run.people_per_consumer
    cut = Calendar(run.scenario).promotion[: record.days, focal]
    paid = record.series["price"]
    rivals = np.arange(len(record.brands)) != focal
    columns = {
        "price": by_week(paid[:, focal] / np.maximum(1.0 - cut, 1e-9), weeks).mean(1),
        "promotion": by_week(cut, weeks).mean(1),
        "season": by_week(record.market["season"], weeks).mean(1),
        **_events(run, weeks),
    }
    if rivals.any():
        columns["rival_price"] = by_week(paid[:, rivals].mean(axis=1), weeks).mean(1)
        columns["rival_spend"] = by_week(record.spend[:, rivals].sum(axis=(1, 2)), weeks).sum(1)
    for kind in ("email", "brand_post"):
        sent = record.delivered[:, focal, record.kinds.index(kind)].sum(axis=1)
        columns[f"{kind}_touches"] = by_week(sent, weeks).sum(1) * scale
    return {name: values for name, values in columns.items() if np.ptp(values) > STILL * np.abs(values).max()}


def _events(run: Run, weeks: int) -> dict[str, np.ndarray]:
    """Share of each week's days on which a dated event was in force; a launch is in force from its day on."""
    from sim.calendar import Calendar

    calendar = Calendar(run.scenario)
    spans = [(f"event_{column_name(one.label or one.kind)}", one.first, one.last) for one in calendar.events]
    spans += [
        (f"launch_{column_name(name)}", int(day), calendar.days)
        for name, day in zip(run.record.brands, calendar.launch)
        if day > 0
    ]
    columns: dict[str, np.ndarray] = {}
    for name, first, last in spans:
        days = np.zeros(weeks * WEEK)
        days[max(first, 0) : max(last, 0)] = 1.0
        columns[name] = np.maximum(columns.get(name, 0.0), by_week(days, weeks).mean(1))
    return columns
