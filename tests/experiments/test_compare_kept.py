"""A comparison kept in a folder and read again, its pictures, and the command that makes it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from make_market import busy

import sim
from sim import Comparison
from sim.cli import main
from sim.plots.comparison import draw_comparison

MORE = {"plan.flights.0.weekly": 9000.0}
PLANS = """\
title = "A small market"
[horizon]
days = 20
[world.market]
consumers = 300
[[world.brands]]
name = "Ny"
known = 0.5
buyers = 0.2
[[plan.flights]]
channel = "television"
weekly = 100
[arms.more]
"flights.0.weekly" = 9000
[arms.none]
flights = []
"""


@pytest.fixture(scope="module")
def found():
    market = busy(days=20, consumers=300)
    return sim.compare({"today $5": market, "more/feeds": MORE, "none": {"plan.flights": []}}, seeds=4, why=2)


@pytest.fixture
def plans(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("plans.toml").write_text(PLANS, "utf-8")
    return tmp_path


def asked(*arguments: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(list(arguments))
    return int(left.value.code or 0)


def test_a_kept_comparison_is_read_as_it_was(found, tmp_path):
    place = found.save(tmp_path / "kept", figures=False)
    again = Comparison.load(place)
    assert again.answer() == found.answer()
    assert (again.seeds, list(again.arms), again.rule) == (found.seeds, list(found.arms), found.rule)
    assert all(again.arms[arm] == found.arms[arm] for arm in found.arms)
    for name in ("differences", "outcomes", "runs", "build_up", "consumers", "timing", "parts"):
        assert getattr(again, name).equals(getattr(found, name)), name
    facts = json.loads((place / "comparison.json").read_text("utf-8"))
    assert len(facts["verdicts"]) == len(found.rows)
    assert found.save(place, figures=False) == place  # in the place of the earlier one


def test_a_damaged_comparison_is_named(found, tmp_path):
    place = found.save(tmp_path / "kept", figures=False)
    (place / "arrays.npz").write_bytes(b"half a file")
    with pytest.raises(ValueError, match=r"arrays\.npz' is damaged, .*; compare the plans"):
        Comparison.load(place)


def test_a_sequential_comparison_keeps_its_rule(tmp_path):
    market = busy(days=10, consumers=100)
    found = sim.compare({"a": market, "b": MORE}, seeds=4, until="50%", on="units", cap=6)
    place = found.save(tmp_path / "kept", figures=False)
    json.loads((place / "comparison.json").read_text("utf-8"), parse_constant=pytest.fail)  # no Infinity, no NaN
    again = Comparison.load(place)
    assert again.rule == found.rule
    assert again.differences.equals(found.differences)


def test_other_folders_are_left_alone(found, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear", "utf-8")
    with pytest.raises(FileExistsError, match="a folder that does not hold a comparison is there already"):
        found.save(tmp_path / "mine")
    with pytest.raises(FileNotFoundError, match="does not hold a saved comparison"):
        Comparison.load(tmp_path / "mine")
    assert [one.name for one in tmp_path.iterdir()] == ["mine"]


def test_every_picture_is_drawn_for_every_plan(found, tmp_path):
    names = {path.stem for path in draw_comparison(found, tmp_path)}
    assert names == {
        *("01_profit_by_seed", "02_sales_by_seed", "03_all_figures", "04_build_up"),
        *(f"{what}_{number}" for what in ("05_where_from", "06_who") for number in (1, 2)),
    }
    assert all((tmp_path / f"{name}.png").read_bytes()[:4] == b"\x89PNG" for name in names)


def test_one_seed_and_no_difference_can_be_drawn(tmp_path):
    market = busy(days=10, consumers=100)
    alone = sim.compare({"a": market, "same": {"title": "x"}}, seeds=1)
    assert len(draw_comparison(alone, tmp_path)) == 5


def test_the_command_compares_the_arms_of_a_file(plans, capsys):
    assert asked("compare", "plans.toml", "--seeds", "3", "--no-figures") == 0
    told = capsys.readouterr().out
    assert "more against plan: 3 markets under the same luck" in told
    assert "none: sales" in told
    found = Comparison.load("runs/compare-plans")
    assert list(found.arms) == ["plan", "more", "none"]
    assert np.isfinite(found.differences["low"]).sum() > 10


def test_the_command_takes_a_choice_of_arms_and_changes(plans, capsys):
    asked("compare", "plans.toml", "--arms", "more,plan", "--seeds", "2", "--consumers", "100", "--days", "9",
          "--set", "word_of_mouth.rate=0.5", "--out", "here", "-q", "--no-figures")  # fmt: skip
    assert capsys.readouterr().out == "here\n"
    found = Comparison.load("here")
    assert list(found.arms) == ["more", "plan"]
    assert found.scenario.horizon.days == 9
    assert found.arms["plan"].world.mechanisms["word_of_mouth"]["rate"] == 0.5


def test_the_command_compares_files(plans, capsys):
    Path("other.toml").write_text('extends = "plans.toml"\n[plan]\nemails_per_week = 7\n', "utf-8")
    assert asked("compare", "plans.toml", "other.toml", "--seeds", "2", "--no-figures") == 0
    assert list(Comparison.load("runs/compare-plans-other").arms) == ["plans", "other"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["minimal"], "has no arms to compare; write them under [arms.NAME]"),
        (["plans.toml", "--arms", "mroe"], "there is no arm 'mroe'; did you mean 'more'?"),
        (["plans.toml", "minimal"], "arms 'plans' and 'minimal' differ in more than the plan: "),
        (
            ["plans.toml", "plans.toml"],
            "two plans would be called 'plans', after their files; give each file a name of its own",
        ),
        (["plans.toml", "minimal", "--arms", "x"], "--arms chooses among the arms of one file; give one file with it"),
        (["plans.toml", "--on", "profits"], "--on: there is no figure 'profits'; did you mean 'profit'?"),
        (["plans.toml", "--until-width", "soon"], "'soon' is not a width; give"),
        (["plans.toml", "--workers", "procesess:2"], "there is no engine 'procesess:2'"),
        (["plans.toml", "--out", "plans.toml/x"], "cannot save the comparison to 'plans.toml/x': "),
        (["plan.toml"], "there is no scenario file 'plan.toml'; did you mean 'plans.toml'?"),
    ],
)
def test_mistakes_get_one_message(plans, capsys, arguments, said):
    assert asked("compare", *arguments) == 2
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") == 1
    assert not Path("runs").exists()


def test_what_was_found_is_told_even_if_the_disk_is_full(plans, capsys, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device", "arrays.npz")

    monkeypatch.setattr("sim.experiments.kept.np.savez_compressed", full)
    assert asked("compare", "plans.toml", "--seeds", "2", "--no-figures") == 2
    told = capsys.readouterr()
    assert "none: sales" in told.out
    assert told.err.startswith("cannot use '")
    assert (
        "compare-plans': the disk is full, and the comparison was not saved; make room, or choose another" in told.err
    )
    assert list(Path("runs").iterdir()) == []


def test_a_lab_that_is_not_used_costs_nothing():
    probe = "import sys, sim.cli; print([name for name in ('numpy', 'pandas', 'numba') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True).stdout == "[]\n"
