"""Mesa's page for modellers: a market of one's own, with days, stages and controls; nothing that runs code."""

from __future__ import annotations

import pytest

from sim.app.serve import AppError, start

solara = pytest.importorskip("solara")
vuetify = pytest.importorskip("ipyvuetify")


def test_days_are_lived_and_controls_build_the_next_market() -> None:
    from sim.app.modellers import CONSUMERS, Page, controls, stages_today
    from sim.market import Market

    @solara.component
    def Whole() -> None:
        with solara.AppLayout():
            Page()

    _, page = solara.render(Whole(), handle_error=False)
    labels = {one.widget.label for one in page.find(vuetify.Slider)}
    assert {"consumers", "seed", "how often friends talk"} <= labels
    page.find(vuetify.Btn, children=["Step"]).widget.click()
    page.close()

    given = {name: one["value"] if isinstance(one, dict) else one.value for name, one in controls().items()}
    market = Market(**given)  # as Reset builds it
    market.run_for(3)
    (axes,) = stages_today(market).axes
    assert axes.get_title() == f"Where people stand with {market.focal.name} on day 3"
    assert sum(bar.get_width() for bar in axes.patches) == CONSUMERS


def test_others_are_not_let_inside() -> None:
    with pytest.raises(AppError, match=r"--inside is for this machine only.*leave out --host 0\.0\.0\.0"):
        start("0.0.0.0", 0, inside=True)
