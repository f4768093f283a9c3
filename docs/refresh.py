"""Make the pictures of the documents, and the figures in them that need simulation, anew: python docs/refresh.py.

Takes about ten minutes, most of them for the pages on comparing plans and on attribution. Run it after a change that alters
results. Tables that come from the code alone are made by `python -m sim.odd`, which this calls too.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import numpy as np
import refresh_compare
import refresh_effects
import refresh_sweeps
from draw_day import draw_day

import sim
from sim.answers import number, percent
from sim.evidence.markdown import table
from sim.experiments.figures import FIGURES
from sim.experiments.verdicts import gap_says
from sim.odd import PARTS, renew
from sim.plots import journey_flow, stages_over_time
from sim.results import Run
from sim.scenario.read import shipped
from sim.studies import compare_adoption, read_physicians, simulate_adoption

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs" / "images"


# ---------------------------------------------------------------------- figures of the shipped scenarios


def minimal(run: Run) -> str:
    known = 1 - run.summary()["funnel"]["unaware"] / run.summary()["people"]
    return f"{percent(known)} of people know the brand at the end"


def launch(run: Run) -> str:
    told = run.summary()
    silent = sim.run(run.scenario.with_("plan.flights.0.weekly", 0)).summary()
    change = silent["new_customers"] / told["new_customers"] - 1
    return (
        f"{percent(told['penetration'])} of people have bought it by the end, at {number(told['cost_per_new_customer'])} EUR "
        f"each; without television {percent(-change)} fewer"
    )


def crisis(run: Run) -> str:
    better = sim.run(run.scenario.with_({"world.brands.Fjord.transparency": 0.9}))
    focal = run.record.focal
    trust, mended = (one.record.series["trust"][:, focal] for one in (run, better))
    refuses = run.record.stages.index("rejecting")
    lost, saved = (one.record.people[-1, focal, :, refuses].sum() * one.people_per_consumer for one in (run, better))
    return (
        f"mean trust {trust[181]:.2f} on day 181, {trust[192:].min():.2f} at its lowest after; {number(lost)} people reject the "
        f"brand at the end, {number(saved)} if it is open, trust then {mended[-1]:.2f} against {trust[-1]:.2f}"
    )


def feed_change(run: Run) -> str:
    before = sim.run(sim.load("launch"))
    shares = []
    for kind in ("brand_post", "influencer"):
        at = run.record.kinds.index(kind)
        seen, was = (one.record.delivered[150:, run.record.focal, at].sum() for one in (run, before))
        shares.append(percent(seen / was))
    units, was = (_units(one)[150:, run.record.focal].sum() for one in (run, before))
    return (
        f"after day 150, {shares[0]} of the brand posts and {shares[1]} of the influencer posts that are seen in launch; "
        f"sales {100 * (units / was - 1):+.1f} %"
    )


def coffee(run: Run) -> str:
    engine = sim.Engine(run.scenario)
    for _ in range(run.record.days):
        engine.step()
    quarter = 91
    buyers = (engine.columns["last_bought"] >= run.record.days - quarter).sum(axis=1)
    bought = _units(run)[-quarter:].sum(axis=0)
    order = np.argsort(-buyers)
    reach = ", ".join(percent(buyers[b] / engine.consumers) for b in order)
    often = ", ".join(f"{bought[b] / buyers[b]:.1f}" for b in order)
    return f"last quarter, largest brand first: bought by {reach} of people; purchases per buyer {often}"


def ebike(run: Run) -> str:
    followed = sim.run(run.scenario, panel=15_000)
    log, record = followed.record.panel["moves"], followed.record
    began, days = {}, []
    for day, who, brand, to in zip(log["day"], log["consumer"], log["brand"], log["to"], strict=True):
        if brand == record.focal and record.stages[to] == "considering":
            began.setdefault(who, day)
        elif brand == record.focal and record.stages[to] == "customer" and who in began:
            days.append(day - began.pop(who))
    leak = run.summary()["leaks"][0]
    read = run.record.delivered[:, run.record.focal, run.record.kinds.index("review")].sum() * run.people_per_consumer
    return (
        f"most are lost at {leak['stage']} ({percent(leak['share_lost'])} of visits); half of the buyers take "
        f"{np.median(days):.0f} days or more from considering to buying; {number(read)} looks at its reviews"
    )


def app(run: Run) -> str:
    none = sim.run(run.scenario.with_({"plan.referral.reward": 0.0, "plan.referral.appeal": 0.0}))
    told, without = run.summary(), none.summary()
    referred = run.record.series["referred"][:, run.record.focal].sum() * run.people_per_consumer
    more, cost = told["new_customers"] - without["new_customers"], told["spend"] - without["spend"]
    return (
        f"{number(referred)} subscribers came by invitation, {number(more)} more than without the programme, at "
        f"{number(cost / more)} {run.currency} for each of these; a new subscriber costs "
        f"{number(told['cost_per_new_customer'])} on the whole"
    )


def flagship(run: Run) -> str:
    columns = dict(run.scenario.plan.spend[0].columns)
    told = run.summary()
    parts = []
    for column, channel in columns.items():
        rest = {key: value for key, value in columns.items() if key != column}
        less = sim.run(run.scenario.with_("plan.spend.0.columns", rest)).summary()
        gain, spent = told["margin"] - less["margin"], told["spend_by_channel"][channel]
        parts.append((gain / spent, channel.replace("_", " "), told["moved_forward_by"].get(channel, 0.0)))
    text = ", ".join(f"{channel} {gain:.2f} ({percent(last)})" for gain, channel, last in sorted(parts, reverse=True))
    return f"margin added by one EUR (in brackets: share of forward moves by last touch): {text}"


def physicians(run: Run) -> str:
    found = simulate_adoption(run.scenario, run.scenario.focal, runs=20)
    fit = compare_adoption(read_physicians(), found)
    return (
        f"mean of 20 seeds: {percent(fit.adopted)} have adopted after 17 months, {percent(fit.adopted_recorded)} in the record; "
        f"the curves differ by {100 * fit.rmse:.0f} points (root mean square)"
    )


def plans(run: Run) -> str:
    found = sim.compare(run.scenario, seeds=6)
    said = [
        f"{arm} {gap_says(FIGURES['profit'], found.rows[arm, 'profit'].interval.mean, found.currency)} of profit "
        f"({found.rows[arm, 'profit'].verdict})"
        for arm in found.others
    ]
    return f"against film, over six seeds: {'; '.join(said)}"


def _units(run: Run) -> np.ndarray:
    return run.record.series["purchases_first"] + run.record.series["purchases_repeat"]


LOOK: dict[str, tuple[str, Callable[[Run], str]]] = {
    "minimal": ("share of people aware", minimal),
    "launch": ("penetration, cost per new customer, effect of leaving out a channel", launch),
    "crisis": ("trust and people rejecting around day 182, for a secretive and an open brand", crisis),
    "feed_change": ("brand posts and influencer posts seen, sales after day 150", feed_change),
    "plans": ("what each plan adds to film, and through whom: `journeysim compare plans --why`", plans),
    "coffee": ("penetration and purchases per buyer by brand, last quarter", coffee),
    "ebike": ("funnel losses, days from considering to buying, reviews read", ebike),
    "app": ("new subscribers through referral, cost per subscriber", app),
    "flagship": ("true incremental return by channel beside last touch", flagship),
    "physicians": ("simulated beside recorded adoption", physicians),
}
"""What to look at in each shipped scenario, and the function that finds it in a run."""


def the_scenarios() -> str:
    """The table of shipped scenarios, each run as it is."""
    rows, missing = [], set(shipped()) ^ set(LOOK)
    if missing:
        raise SystemExit(f"docs/refresh.py knows other scenarios than there are: {', '.join(sorted(missing))}")
    for name, (look, find) in LOOK.items():
        scenario = sim.load(name)
        sim.run(scenario.with_(days=2))  # so that no time is spent on loading kernels
        started = perf_counter()
        run = sim.run(scenario)
        seconds = perf_counter() - started
        rows.append((f"[{name}.toml]({name}.toml)", scenario.question, look, find(run), f"{seconds:.1f} s"))
    return table(("file", "question", "what to look at", "expected", "run time"), rows) + f"\n{_machine()}"


def _machine() -> str:
    return (
        f"Expected figures and run times are written by `python docs/refresh.py`, here with Python {platform.python_version()} "
        f"on one of {os.cpu_count()} cores of a {platform.machine()} server: seconds of `sim.run` with kernels in the cache. The "
        "command adds two to five seconds for start-up and pictures. Figures are of the scenario's own seed.\n"
    )


# ---------------------------------------------------------------------- figures of the README


def the_answer() -> str:
    """What the launch answers."""
    return f"```text\n{sim.run(sim.load('launch')).answer()}\n```\n"


def main() -> None:
    """Everything: tables, figures, pictures."""
    IMAGES.mkdir(exist_ok=True)
    run = sim.run(sim.load("launch"))
    for name, figure in (("journey", journey_flow(run)), ("stages", stages_over_time(run)), ("day", draw_day())):
        figure.savefig(IMAGES / f"{name}.png", dpi=100)
        print(IMAGES / f"{name}.png")
    for path in (*refresh_compare.draw(), *refresh_effects.draw(), *refresh_sweeps.draw()):
        print(path)
    simulated = {"launch answer": the_answer, "scenarios": the_scenarios}
    of_pages = refresh_compare.PARTS | refresh_effects.PARTS | refresh_sweeps.PARTS
    for path in renew(ROOT, PARTS | simulated | of_pages):
        print(path)


if __name__ == "__main__":
    main()
