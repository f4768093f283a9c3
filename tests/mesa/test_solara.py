"""SolaraViz with a market, without a browser: its own buttons and sliders are found in the page and used."""

from __future__ import annotations

import pytest

from sim.market import Market

solara = pytest.importorskip("solara")
vuetify = pytest.importorskip("ipyvuetify")


def test_step_and_reset_build_the_market_that_is_asked_for() -> None:
    from mesa.visualization import Slider, SolaraViz

    first = Market("launch", rng=5, consumers=200, days=4)
    shown = solara.reactive(first)
    params = first.model_params(
        scenario={"type": "Select", "label": "scenario", "value": "launch", "values": ["launch", "minimal"]},
        consumers=Slider("consumers", 200, 100, 1000, 100),
    )

    @solara.component
    def Page() -> None:
        with solara.AppLayout():
            SolaraViz(shown, model_params=params)

    _, page = solara.render(Page(), handle_error=False)

    def press(label: str) -> None:
        page.find(vuetify.Btn, children=[label]).widget.click()

    press("Step")
    press("Step")
    assert shown.value is first
    assert first.day == 2
    press("Reset")
    assert (shown.value is first, shown.value.day, len(shown.value.agents), shown.value.days) == (False, 0, 200, 4)
    assert (shown.value.engine.seed, shown.value.scenario.title) == (5, first.scenario.title)

    page.find(vuetify.Slider, label="consumers").widget.v_model = 300
    page.find(vuetify.Select, label="scenario").widget.v_model = "minimal"
    press("Reset")
    assert (len(shown.value.agents), shown.value.scenario.title) == (300, "One brand, one channel")
    for _ in range(4):
        press("Step")
    assert not shown.value.running
    assert page.find(vuetify.Btn, children=["Step"]).widget.disabled
    page.close()
