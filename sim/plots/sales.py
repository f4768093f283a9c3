"""Sales beside the money spent on them, and the brands' shares of the market."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from sim.answers import kind_label, number, percent, summarise
from sim.plots import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.results import Run


def sales_and_spend(run: Run) -> Figure:
    """Units sold (first and repeat purchases) with revenue, above the money spent by channel, on one time axis."""
    record, focal, scale = run.record, run.record.focal, run.people_per_consumer
    edges, period = style.bins(record.days)
    figure, free = style.new_figure(
        run,
        _sales_finding(run),
        f"Units sold and money spent on marketing per {period}, by channel; totals of the whole run at the right"
        + ("" if edges[-1] == record.days else "; the incomplete last period is left out"),
    )
    room = free - 0.055 - 0.1
    upper = style.add_axes(figure, 0.075, 0.1 + room * 0.57, 0.735, room * 0.43)
    lower = style.add_axes(figure, 0.075, 0.1, 0.735, room * 0.45)
    style.label_y(upper, f"units sold per {period}")
    style.label_y(lower, f"{run.currency} spent per {period}")
    if not record.days:
        style.note(upper, "No day was simulated.")
        return figure
    dates = record.dates[0] + edges.astype("timedelta64[D]")
    sales = {
        "repeat purchases": (record.series["purchases_repeat"][:, focal] * scale, "#56B4E9"),
        "first purchases": (record.series["purchases_first"][:, focal] * scale, "#0072B2"),
    }
    money = {name: record.spend[:, focal, i] for i, name in enumerate(record.channels)}
    money |= {name: record.series[f"spend_{name}"][:, focal] for name in ("influencers", "programmes")}
    colours = dict(zip(money, style.CHANNEL_COLOURS * (1 + len(money) // len(style.CHANNEL_COLOURS))))
    spent = {kind_label(name): (m, colours[name]) for name, m in money.items() if m.any()}
    for axes, layers, empty in (
        (upper, sales, f"{style.cut(run.brand)} sold nothing."),
        (lower, spent, "No money was spent on marketing."),
    ):
        _stack(axes, layers, edges, dates, empty)
        style.date_axis(axes, np.arange(dates[0], dates[-1] + np.timedelta64(1, "D")))
        style.count_axis(axes)
    upper.tick_params(axis="x", labelbottom=False)
    upper.xaxis.get_offset_text().set_visible(False)
    revenue = float(record.series["revenue"][:, focal].sum())
    style.beside(upper, 0.08, f"revenue in all\n{number(revenue)} {run.currency}", 10, style.MUTED, share=True)
    return figure


def _sales_finding(run: Run) -> str:
    facts = summarise(run)
    name, money = style.cut(run.brand), run.currency
    if not facts["units"]:
        return f"{name} sold nothing" + (
            f" for {number(facts['spend'])} {money} of marketing" if facts["spend"] else ""
        )
    found = f"{name} sold {number(facts['units'])} units"
    if not facts["spend"]:
        return f"{found} without spending on marketing"
    found += f" with {number(facts['spend'])} {money} of marketing"
    cost = facts["cost_per_new_customer"]
    return found + (f": {number(cost)} {money} per new customer" if cost is not None else ", none to new customers")


def _stack(
    axes: Axes, layers: dict[str, tuple[np.ndarray, str]], edges: np.ndarray, dates: np.ndarray, empty: str
) -> None:
    """Stacked bars without gaps, one layer per name, with name and total at the right."""
    base = np.zeros(len(edges) - 1)
    texts, colours = [], []
    for name, (daily, colour) in layers.items():
        top = base + style.per_bin(daily, edges)
        axes.fill_between(
            dates, np.append(base, base[-1]), np.append(top, top[-1]), step="post", color=colour, linewidth=0
        )
        texts.append(f"{style.cut(name, 18)}  {style.short(float(daily.sum()))}")
        colours.append(colour)
        base = top
    highest = float(base.max()) if layers else 0.0
    axes.set_ylim(0, style.nice_top(highest))
    if highest == 0:
        axes.set_yticks([0])
        style.note(axes, empty)
        return
    # Names in the order of the layers, from the top of the panel down, so that small layers are named as well.
    places = [0.97 - 0.098 * rank for rank in range(len(texts))]
    for y, text, colour in zip(places, reversed(texts), reversed(colours)):
        style.beside(axes, y, "■", 8, colour, size=14, share=True)
        style.beside(axes, y, text, 25, style.INK, share=True)


def market_share(run: Run) -> Figure:
    """Each brand's share of units sold over time; with a single brand, the share of people who are its customers."""
    record = run.record
    if len(record.brands) == 1:
        return _only_brand(run)
    window = min(28, max(record.days // 4, 1))
    units = style.moving_sum(record.series["purchases_first"] + record.series["purchases_repeat"], window)
    every = units.sum(axis=1, keepdims=True)
    share = np.divide(units, every, out=np.full_like(units, np.nan), where=every > 1e-6)
    figure, free = style.new_figure(
        run, _share_finding(run), f"Share of all units sold in the market over the last {window} days, by brand"
    )
    axes = style.add_axes(figure, 0.075, 0.1, 0.715, free - 0.055 - 0.1)
    style.label_y(axes, "share of units sold")
    axes.set_ylim(0, min(style.nice_top(float(np.nanmax(share)) if not np.isnan(share).all() else 1.0), 1.0))
    style.percent_axis(axes)
    if not record.days:
        style.note(axes, "No day was simulated.")
        return figure
    style.date_axis(axes, record.dates)
    if np.isnan(share).all():
        style.note(axes, "Nobody bought anything.")
        return figure
    _share_lines(run, axes, share)
    return figure


def _share_lines(run: Run, axes: Axes, share: np.ndarray) -> None:
    colours = style.brand_colours(run)
    texts, ends = [], []
    for brand, colour in enumerate(colours):
        focal = brand == run.record.focal
        dash = "-" if focal else style.RIVAL_DASHES[brand % len(style.RIVAL_DASHES)]
        width, mark = 3.0 if focal else 1.8, "o" if run.record.days == 1 else None
        axes.plot(
            run.record.dates,
            share[:, brand],
            color=colour,
            linewidth=width,
            linestyle=dash,
            zorder=2 + focal,
            marker=mark,
        )
        known = share[~np.isnan(share[:, brand]), brand]
        name = run.record.brands[brand]
        ends.append(float(known[-1]))
        texts.append(f"{style.cut(name, 20)}  {percent(known[-1])}")
    style.label_ends(axes, ends, texts, colours)


def _share_finding(run: Run) -> str:
    facts, name = summarise(run), style.cut(run.brand)
    if facts["share_units"] is None:
        return "Nobody bought anything, so there are no shares"
    record = run.record
    units = (record.series["purchases_first"] + record.series["purchases_repeat"])[-facts["recent_days"] :].sum(axis=0)
    if not units.sum():
        return f"{name} had {percent(facts['share_units'])} of all units; nothing was sold at the end"
    rank = 1 + int((units > units[record.focal]).sum())
    period = "the whole run" if facts["recent_days"] == facts["days"] else f"the last {facts['recent_days']} days"
    return f"{name} holds {percent(facts['share_units_recent'])} of units in {period}, number {rank} of {len(units)}"


def _only_brand(run: Run) -> Figure:
    record = run.record
    people = record.people[:, record.focal].sum(axis=1)
    share = people[:, run.path.owners].sum(axis=1) / people[0].sum()
    name = style.cut(run.brand)
    figure, free = style.new_figure(
        run,
        f"{name} is the only brand here; {percent(share[-1])} of people are its customers at the end",
        "Share of people who are customers (a market share would be 100 % throughout)",
    )
    axes = style.add_axes(figure, 0.075, 0.1, 0.715, free - 0.055 - 0.1)
    style.label_y(axes, "share of people who are customers")
    axes.set_ylim(0, min(style.nice_top(float(share.max())), 1.0))
    style.percent_axis(axes)
    if record.days:
        dates = np.concatenate([record.dates[:1] - np.timedelta64(1, "D"), record.dates])
        style.date_axis(axes, dates)
        axes.plot(dates, share, color=style.BRAND_COLOURS[0], linewidth=3)
    label = f"{style.cut(name, 20)}  {percent(share[-1])}"
    style.label_ends(axes, [float(share[-1])], [label], [style.BRAND_COLOURS[0]])
    return figure
