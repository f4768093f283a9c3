"""The study command: a classic adoption study, simulated on its real ties and set beside what was recorded."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sim.commands.asked import open_scenario, told_plainly
from sim.commands.terminal import console, say
from sim.files import refuse_unwritable


def study_physicians(runs: int, out: Path, settings: Sequence[str]) -> None:
    """Simulate the physicians of Medical Innovation, say how well the curve fits, and draw it."""
    with told_plainly():
        scenario = open_scenario("physicians", settings)
        refuse_unwritable(out / "adoption.png", "study")
    from sim import studies

    record = studies.read_physicians()
    with console().status("Simulating ...") as status:
        simulated = studies.simulate_adoption(
            scenario, scenario.focal, runs, lambda done: status.update(f"Simulated {done} of {runs} runs")
        )
    fit = studies.compare_adoption(record, simulated)
    contagion = [studies.contagion(record, months).effect for months in simulated[: min(runs, 10)]]
    real = studies.contagion(record)
    say(
        f"The mean of {runs} runs misses the recorded curve by {100 * fit.rmse:.1f} points on average; "
        f"{100 * fit.inside:.0f} % of the recorded months lie within 90 % of the runs."
    )
    say(f"Adopted after 17 months: simulated {100 * fit.adopted:.0f} %, recorded {100 * fit.adopted_recorded:.0f} %.")
    say(
        f"Effect of colleagues who adopted before (logit, periods and towns held): simulated "
        f"{sum(contagion) / len(contagion):+.2f}, recorded {real.effect:+.2f} (standard error {real.se:.2f})."
    )
    with told_plainly():
        out.mkdir(parents=True, exist_ok=True)
        studies.plot_adoption(fit).savefig(out / "adoption.png", dpi=120)
        fit.curve.to_csv(out / "adoption.csv", index=False)
    say(f"Picture and table: {out}")
