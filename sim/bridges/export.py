"""Folders to hand out: the tables of a simulated market, how to read them, and, in a folder of its own, the sealed truth.

    DIR/README.txt      what the columns are, and how PyMC-Marketing, Meridian and Robyn read them
    DIR/weekly.csv      the weekly table, or geo.csv, the geo panel
    DIR/columns.json    the columns' roles as each library's own arguments
    DIR/sealed/         truth.json, truth.csv, truth_weekly.csv: what each channel really did

Hand out everything but `sealed`; open it when the models are fitted. Nothing outside it says what is true.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.bridges.weekly import Roles, roles_of, weekly_table
from sim.files import write_whole

if TYPE_CHECKING:
    import pandas as pd

    from sim.bridges.geo import Panel
    from sim.bridges.truth import Truth
    from sim.results import Run

SEALED = "sealed"

README = """{title}
{brand} and its rivals in a simulated market: {people:,.0f} people, money in {currency}, {weeks} weeks from {start}.
One row of {table} for each {row}.

{columns}

columns.json has these roles as each library's own arguments:

  PyMC-Marketing    table = pandas.read_csv("{table}", parse_dates=["date"])
                    MMM(**columns["pymc_marketing"], adstock=..., saturation=...).fit(X=table.drop(columns="revenue"),
                    y=table["revenue"])
  Meridian          CoordToColumns(**columns["meridian"]["coord_to_columns"]); the rest goes to CsvDataLoader
{robyn}
What each channel really did is in the folder {sealed}. Open it when your models are fitted.
"""
ROBYN = """  Robyn             do.call(robyn_inputs, c(list(dt_input = read.csv("{table}")), columns$robyn, ...)) in R, with
                    columns <- jsonlite::fromJSON("columns.json")
"""

MEANINGS = {
    "geo": "region",
    "date": "first day of the week",
    "population": "people who live in the region",
    "revenue": "what buyers paid, money",
    "units": "units sold",
    "new_customers": "people who bought for the first time",
    "revenue_per_unit": "money a unit; the price where none was sold",
    "price": "regular price, money",
    "promotion": "temporary price cut, share of the price, mean of the week",
    "season": "the category's demand index, as the market has it: better than any real proxy; leave it out to make it harder",
    "rival_price": "what buyers of other brands pay, mean of brands, money",
    "rival_spend": "media spend of all other brands, money",
    "email_touches": "e-mails that customers got; they follow sales, so they are no control",
    "brand_post_touches": "own posts that customers saw; they follow sales, so they are no control",
}


def export_weekly(run: Run, folder: str | os.PathLike[str], truth: Truth | None = None) -> Path:
    """Write the weekly table of a run, its roles and a README, and the sealed truth if given; returns the folder.

    Files of these names are replaced, each whole or not at all; others are left alone.
    Raises ValueError as `weekly_table` does, OSError where the folder cannot be written.
    """
    return _written(Path(folder), "weekly.csv", "week", weekly_table(run), run, truth)


def export_geo(panel: Panel, folder: str | os.PathLike[str], truth: Truth | None = None) -> Path:
    """Write a geo panel, its roles and a README, and the sealed truth (of the nation) if given; returns the folder."""
    return _written(Path(folder), "geo.csv", "region and week", panel.table, panel.run, truth)


def _written(folder: Path, name: str, row: str, table: pd.DataFrame, run: Run, truth: Truth | None) -> Path:
    folder = folder.expanduser()
    roles = roles_of(table)
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / name, csv_text(table))
    write_whole(folder / "columns.json", _json(roles.told()))
    market = run.scenario.world.market
    readme = README.format(
        title=run.scenario.title,
        brand=run.brand,
        people=market.people,
        currency=market.currency,
        weeks=table["date"].nunique(),
        start=table["date"].iloc[0],
        table=name,
        row=row,
        columns="\n".join(f"{one:28}{meaning(one, roles)}" for one in map(str, table)),
        robyn="" if roles.geo else ROBYN.format(table=name),
        sealed=f"{SEALED}/" if truth else f"{SEALED}/ (not made this time)",
    )
    write_whole(folder / "README.txt", readme)
    if truth is not None:
        seal(truth, folder / SEALED)
    return folder


def seal(truth: Truth, folder: Path) -> None:
    """Write the truth: all of it as JSON, a table of channels, a table of channels and weeks."""
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / "truth.json", _json(truth.told()))
    write_whole(folder / "truth.csv", csv_text(truth.table))
    write_whole(folder / "truth_weekly.csv", csv_text(truth.weekly))


def meaning(column: str, roles: Roles) -> str:
    """What a column holds, in words."""
    if column in roles.spend:
        return "money spent"
    if column in roles.impressions:
        return "messages that reached people, noticed or not"
    if column.startswith(("event_", "launch_")):
        return "share of the week's days on which it was in force"
    return MEANINGS[column]


def csv_text(table: pd.DataFrame) -> str:
    """A table as CSV text; seven digits of a number are more than any model uses."""
    return table.to_csv(index=False, float_format="%.7g", lineterminator="\n")


def _json(data: dict[str, Any]) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"
