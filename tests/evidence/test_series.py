"""Real series: textbook models against published numbers, recorded data against checksums, studies against themselves."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import numpy as np
import pytest

from sim.evidence import benchmarks, series
from sim.evidence.series import adoption, dirichlet, exposure, fitting, records, repeat, study

# ------------------------------------------------------------------ benchmarks


def test_dirichlet_gives_the_published_table() -> None:
    _, shares, truth = dirichlet.recorded()
    shape = benchmarks.fit_nbd(0.56, 1.456)
    assert shape == pytest.approx(0.78, abs=0.002)
    fitted = benchmarks.fit_dirichlet(1.456, shape, shares, truth[0])
    assert fitted.loyalty == pytest.approx(1.49, abs=0.02)
    # The guide of the R package NBDdirichlet prints, for S = 1.3: Colgate 0.20 and 1.82, Macleans 0.16 and 1.76.
    printed = benchmarks.Dirichlet(1.456, 0.7788, tuple(shares), 1.3)
    np.testing.assert_allclose(printed.penetration()[:2], [0.2001, 0.1569], atol=1e-4)
    np.testing.assert_allclose(printed.frequency()[:2], [1.8195, 1.7631], atol=1e-3)
    assert printed.category_penetration() == pytest.approx(0.56, abs=1e-3)
    # Duplication of purchase: proportional to the other brand's penetration (D about 1.25).
    shared = benchmarks.Dirichlet(1.456, 0.779, tuple(shares), 1.485)
    np.testing.assert_allclose(shared.duplication()[1, [0, 2, 7]], [0.252, 0.110, 0.023], atol=1.5e-3)


def test_bg_nbd_gives_the_published_parameters() -> None:
    found = repeat.textbook()
    assert (found.r, found.alpha, found.a, found.b) == pytest.approx((0.243, 4.414, 0.793, 2.426), abs=1e-3)


def test_bg_nbd_expectations_are_those_of_a_simulated_cohort() -> None:
    model = benchmarks.BgNbd(0.8, 20.0, 1.2, 3.0)  # rare enough that hardly anybody buys twice a day
    bought = model.cohort(people=30_000, days=210, seed=1)
    assert bought.sum() / 30_000 == pytest.approx(float(model.repeats([30])[0]), rel=0.02)
    assert bought.any(axis=1).mean() == pytest.approx(float(model.ever([30])[0]), rel=0.02)


def test_mantel_haenszel_by_hand() -> None:
    # Two strata with ratio 2 each, but of different base rates: 20/100 against 10/100, and 80/100 against 40/100.
    rows = [
        (1, 1, 0, 20),
        (0, 1, 0, 80),
        (1, 0, 0, 10),
        (0, 0, 0, 90),
        (1, 1, 1, 80),
        (0, 1, 1, 20),
        (1, 0, 1, 40),
        (0, 0, 1, 60),
    ]
    event, exposed, stratum = (np.repeat([row[n] for row in rows], [row[3] for row in rows]) for n in range(3))
    assert benchmarks.mantel_haenszel(event, exposed == 1, stratum) == pytest.approx(2.0)
    assert np.isnan(benchmarks.mantel_haenszel(event * 0, exposed == 1, stratum))


def test_errors_are_what_they_say() -> None:
    found = benchmarks.errors([1.0, 2.0, 3.0], [1.0, 2.0, 6.0])
    assert (found.points, found.rmse, found.mape) == pytest.approx((3, np.sqrt(3.0), 1 / 3))
    assert found.r2 == pytest.approx(1 - 9 / 2)
    with pytest.raises(ValueError, match="as many of each"):
        benchmarks.errors([1.0], [1.0, 2.0])
    with pytest.raises(ValueError, match="is 0"):
        benchmarks.errors([0.0], [1.0])


# ------------------------------------------------------------------ recorded data


def test_recorded_files_are_those_that_the_readme_lists() -> None:
    text = (records.FOLDER / "README.md").read_text("utf-8")
    listed = {name: digest for digest, name in re.findall(r"^([0-9a-f]{64})  (\S+)$", text, re.M)}
    present = {str(path.relative_to(records.FOLDER)) for path in records.FOLDER.rglob("*.csv")}
    assert set(listed) == present
    for name, digest in listed.items():
        assert hashlib.sha256((records.FOLDER / name).read_bytes()).hexdigest() == digest, name
    for folder in ("nordic", "cdnow", "networks"):
        assert (records.FOLDER / folder / "LICENSE").is_file()


def test_lengths_and_the_part_that_is_fitted_on() -> None:
    found = {one.id: (len(one.values), one.fitted) for one in adoption.recorded()}
    assert found["room_air_conditioners"] == found["clothes_dryers"] == (13, 8)
    assert found["color_televisions"] == (8, 5)
    assert found["internet_norway"] == (29, 17)
    assert found["mobile_denmark"] == (23, 14)
    assert repeat.recorded().shape == (2, 65)
    assert repeat.FITTED_WEEKS == 39
    assert records.table("cdnow/sample.csv")["customers"].sum() == 2357
    assert {one.id: len(one.new) for one in exposure.settings()} == {"physicians": 17, "farmers": 20, "korea": 10}


def test_hazard_ratios_of_the_record_are_recomputed() -> None:
    table = records.table("networks/hazard_ratios.csv")
    months = _recorded_periods("physicians")
    farmers = _recorded_periods("farmers")
    for name, first in (("physicians", months), ("farmers", farmers)):
        one = exposure.setting(name)
        assert one.names is not None
        found = exposure.hazard_ratios(one.names, first, len(one.new))
        np.testing.assert_allclose(found, table[table["study"] == name]["ratio"], atol=0.011)


def _recorded_periods(name: str) -> np.ndarray:
    if name == "physicians":
        from sim import studies

        return studies.read_physicians().month
    return records.table("networks/farmers.csv")["toa_year"].to_numpy() - 1945


# ------------------------------------------------------------------ studies


def test_every_study_has_a_fit_a_source_and_a_licence() -> None:
    every = series.every()
    assert len({one.id for one in every}) == len(every) == 22
    assert {one.family for one in every} == {"adoption", "repeat", "dirichlet", "exposure"}
    markets = {one.id for one in adoption.recorded()} | {repeat.MARKET, dirichlet.MARKET}
    for name in markets | {one.id for one in exposure.settings()}:
        found = fitting.stored(name)
        assert 2 <= len(found.parameters) <= 4
        assert found.evaluations > 0
        assert found.model
    assert all(one.source and one.licence for one in every)
    with pytest.raises(KeyError, match="--fit nothing"):
        fitting.stored("nothing")


def test_search_finds_a_minimum_and_is_repeatable() -> None:
    knobs = (fitting.Knob("a", 0.1, 10, "", ""), fitting.Knob("b", 1, 1000, "", ""))

    def loss(values: dict[str, float]) -> float:
        return float((np.log(values["a"]) - 0.5) ** 2 + (np.log(values["b"]) - 4) ** 2)

    first = fitting.search(loss, knobs, 16, 60)
    assert first == fitting.search(loss, knobs, 16, 60)
    assert (first[0]["a"], first[0]["b"]) == pytest.approx((np.exp(0.5), np.exp(4)), rel=0.05)


def test_a_quick_study_runs_and_is_deterministic(warm: None, tmp_path: Path) -> None:
    one = next(found for found in series.every() if found.id == "room_air_conditioners")
    first, again = one.run(quick=True), one.run(quick=True)
    assert first.rows == again.rows
    assert first.sentence == again.sentence
    kinds = {(row.part, row.kind) for row in first.rows}
    assert {(study.HELD_OUT, kind) for kind in ("simulated", "textbook", "naive")} <= kinds
    assert first.held_out("simulated").points == 5
    path = tmp_path / "one.png"
    series.picture(one, first).savefig(path)
    assert path.stat().st_size > 10_000


def test_chance_of_return_by_hand() -> None:
    days = np.zeros((2, 119), bool)  # day 1 to 119: with day 0 four months
    days[0, 34] = True  # the first comes back in month 1, and not again
    found = repeat.chance_of_return(days)
    # Month 1: one of two. Month 2: the first is one month away (no), the second two (no). Month 3: two and three away.
    np.testing.assert_allclose(found, [1 / 3, 0, 0])


def test_sentence_says_who_was_closer() -> None:
    truth = study.Recorded(np.arange(5), np.array([1.0, 2, 3, 4, 5]), "units", 3)
    models = [
        study.band("simulated", np.array([[1.0, 2, 3, 4, 6], [1.0, 2, 3, 4, 6]])),
        study.Forecast("Bass", "textbook", np.array([1.0, 2, 3, 4, 5])),
        study.Forecast("last value", "naive", np.array([np.nan, np.nan, np.nan, 3, 3])),
    ]
    found = study.judge("x", truth, models, lambda bias: "because", lambda axes: None, {}, 2, False)
    assert "off by 10 % on average (Bass 0 %, last value 32 %)" in found.sentence
    assert "closer than last value and further off than Bass" in found.sentence
    assert "11 % too high, because" in found.sentence
    assert found.inside == 0.5
