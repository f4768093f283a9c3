"""The headline figures of a run: the one list that comparisons, sweeps, curves, attribution and the app report.

from sim.experiments.figures import FIGURES, headline
headline(run)["profit"], FIGURES["profit"].label
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sim.answers import accounts, number, percent

if TYPE_CHECKING:
    from sim.results import Run

NAN = float("nan")
YEARLY_DISCOUNT = 0.12
"""Discount rate a year at which lifetime value is taken: that of Gupta, Lehmann & Stuart (2004)."""
DAYS_A_YEAR = 365.25


class Figure(NamedTuple):
    """One headline figure of the focal brand over a whole run.

    unit: "units", "people", "money" (the market's currency), "share" (0 to 1), "index" (0 to 1). scaled: True for a total,
    which grows with the number of real people and with the horizon; False for a mean or a ratio, which does not. better: +1 if
    more is better, -1 if less is, 0 if neither. meaning: one sentence.
    """

    name: str
    label: str
    unit: str
    scaled: bool
    better: int
    meaning: str

    def says(self, value: float, currency: str = "EUR") -> str:
        """The value as one would say it, with its unit.

        >>> FIGURES["share"].says(0.1423), FIGURES["profit"].says(-31500.0, "NOK"), FIGURES["trust"].says(0.5312)
        ('14.2 %', '-31,500 NOK', '0.531')
        """
        if value != value:
            return "no meaning"
        if self.unit == "share":
            return percent(value)
        if self.unit == "index":
            return f"{value:.3f}"
        return number(value) + {"money": f" {currency}", "units": " units", "people": " people"}[self.unit]


FIGURES: dict[str, Figure] = {
    one.name: one
    for one in (
        Figure("units", "sales", "units", True, 1, "Units of the brand sold in the run."),
        Figure("revenue", "revenue", "money", True, 1, "What buyers paid for them, promotions taken off."),
        Figure(
            "profit", "profit", "money", True, 1, "Gross margin less all marketing: media, influencers, programmes."
        ),
        Figure("spend", "marketing spend", "money", True, 0, "Media, influencers' fees, and the cost of programmes."),
        Figure("new_customers", "new customers", "people", True, 1, "People who bought the brand for the first time."),
        Figure(
            "customers", "customers at the end", "people", True, 1, "People at a stage that owns the brand, last day."
        ),
        Figure("share", "market share", "share", False, 1, "Share of all units sold in the run."),
        Figure("trust", "trust", "index", False, 1, "Mean trust in the brand on the last day, over everybody."),
        Figure(
            "satisfaction", "satisfaction", "index", False, 1, "Mean satisfaction of the brand's customers, last day."
        ),
        Figure(
            "cost_per_new_customer", "cost per new customer", "money", False, -1, "All marketing per new customer won."
        ),
        Figure(
            "lifetime_value",
            "lifetime value",
            "money",
            False,
            1,
            "Discounted gross margin that one new customer brings.",
        ),
    )
}
"""Name -> figure, in the order in which they are shown."""


def headline(run: Run) -> dict[str, float]:
    """Every headline figure of a run, in real people and money: name -> value, nan where it has no meaning."""
    facts = accounts(run)
    record = run.record
    satisfied = float(record.series["satisfaction"][-1, record.focal]) if record.days and facts["owners_end"] else NAN
    found = {
        "units": facts["units"],
        "revenue": facts["revenue"],
        "profit": facts["margin_after_marketing"],
        "spend": facts["spend"],
        "new_customers": facts["new_customers"],
        "customers": facts["owners_end"],
        "share": facts["share_units"],
        "trust": facts["trust_end"],
        "satisfaction": satisfied,
        "cost_per_new_customer": facts["cost_per_new_customer"],
        "lifetime_value": lifetime_value(run),
    }
    return {name: NAN if found[name] is None else float(found[name]) for name in FIGURES}


def lifetime_value(run: Run) -> float:
    """Discounted gross margin that a customer won brings, marketing not taken off, in money; nan if it cannot be told.

    g * (1 + u * r / (1 + i - r)): the margin g of the first purchase, then u repeat purchases a customer and day for as long as
    customers stay, a share r of them from one day to the next, discounted at i a day (Gupta, Lehmann & Stuart 2004, "Valuing
    Customers", J. Marketing Research 41:7-18; their rate of 12 % a year). g, u and r are means over the run: margin a unit,
    repeat purchases and departures from the stages that own the brand per customer and day. One r for all is cautious, since
    those who stay are the ones likely to stay (Fader & Hardie 2010, Marketing Science 29:85-93).

    nan without sales, customers or a single departure: then nothing is known of how long customers stay.
    """
    record, focal, owners = run.record, run.record.focal, run.path.owners
    first = float(record.series["purchases_first"][:, focal].sum())
    repeat = float(record.series["purchases_repeat"][:, focal].sum())
    customer_days = float(record.people[:-1, focal][:, :, owners].sum())
    elsewhere = [stage for stage in range(len(record.stages)) if stage not in set(owners)]
    left = float(record.transitions[:, focal][:, owners][:, :, elsewhere].sum())
    if not (first + repeat and customer_days and left):
        return NAN
    margin = float(record.series["margin"][:, focal].sum()) / ((first + repeat) * run.people_per_consumer)
    stays = 1 - min(left / customer_days, 1.0)
    discount = (1 + YEARLY_DISCOUNT) ** (1 / DAYS_A_YEAR) - 1
    return margin * (1 + repeat / customer_days * stays / (1 + discount - stays))
