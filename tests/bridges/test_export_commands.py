"""`journeysim export ...`: what it writes, what it says, and that mistakes cost one line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import sim
from sim.cli import main

SMALL = ("--consumers", "300", "--days", "35")


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable:
    """Run a command in an empty folder: exit code, what it said, what it complained of."""
    monkeypatch.chdir(tmp_path)

    def asked(*words: str | Path) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main([str(word) for word in words])
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out, said.err

    return asked


def test_weekly_writes_what_is_handed_out_and_what_is_kept_back(ask: Callable, tmp_path: Path) -> None:
    code, said, wrong = ask("export", "weekly", "launch", *SMALL, "--seeds", "2", "--out", "class")
    assert (code, wrong) == (0, "")
    assert "keep it back until the models are fitted" in said
    assert {one.name for one in (tmp_path / "class").iterdir()} == {
        "weekly.csv",
        "columns.json",
        "README.txt",
        "sealed",
    }
    assert json.loads((tmp_path / "class/sealed/truth.json").read_text("utf-8"))["seeds"] == [7, 8]
    code, said, _ = ask("export", "weekly", "launch", *SMALL, "--no-truth", "--set", "plan.flights.0.weekly=0")
    assert code == 0
    written = tmp_path / "exports" / "launch-7-weekly"
    assert not (written / "sealed").exists()
    assert "television_spend" not in pd.read_csv(written / "weekly.csv")


def test_geo_events_and_network(ask: Callable, tmp_path: Path) -> None:
    code, said, _ = ask(
        "export", "geo", "launch", *SMALL, "--regions", "3", "--by", "chance", "--no-truth", "--out", "g"
    )
    assert code == 0
    assert "3 regions" in said
    assert pd.read_csv(tmp_path / "g/geo.csv")["geo"].nunique() == 3
    assert ask("export", "events", "launch", *SMALL, "--panel", "20", "--out", "log.csv")[0] == 0
    assert pd.read_csv(tmp_path / "log.csv")["case:concept:name"].nunique() == 20
    code, said, _ = ask("export", "network", "launch", "--consumers", "300", "--graphml", "--out", "net")
    assert code == 0
    assert {one.name for one in (tmp_path / "net").iterdir()} == {"ties.csv", "people.csv", "network.graphml"}
    peers = {"world.peers.file": str(tmp_path / "net/ties.csv"), "world.peers.nodes": str(tmp_path / "net/people.csv")}
    again = sim.Engine(sim.load("launch").with_({"consumers": 300, **peers}))
    assert f"{again.ties.ties:,} ties of 300 consumers" in said


def test_a_saved_run_is_exported_as_it_was_run(ask: Callable, tmp_path: Path) -> None:
    run = sim.run(sim.load("launch").with_(consumers=300, days=35), seed=5, panel=10)
    run.save(tmp_path / "saved", figures=False)
    assert ask("export", "weekly", "saved", "--no-truth", "--out", "w")[0] == 0
    assert ask("export", "weekly", "launch", *SMALL, "--seed", "5", "--no-truth", "--out", "v")[0] == 0
    assert (tmp_path / "w/weekly.csv").read_text("utf-8") == (tmp_path / "v/weekly.csv").read_text("utf-8")
    assert ask("export", "events", "saved", "--out", "log.csv")[0] == 0
    assert pd.read_csv(tmp_path / "log.csv")["case:concept:name"].nunique() == 10
    code, _, wrong = ask("export", "weekly", "saved", "--seed", "3")
    assert code == 2
    assert "cannot be changed" in wrong


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("weekly", "launch", "--days", "20", "--consumers", "300"), "28 days or more"),
        (("weekly", "lunch"), "did you mean 'launch'?"),
        (("geo", "launch", "--regions", "190", "--consumers", "300"), "can be parted into 2 to 150"),
        (("geo", "launch", "--by", "moon"), "'community', 'chance'"),
        (("events", "launch", "--brand", "Fjard", *SMALL), "did you mean 'Fjord'?"),
        (("weekly", "."), "a folder without a saved run"),
        (("weekly", "launch", *SMALL, "--out", "taken"), "it is a file"),
    ],
)
def test_a_mistake_costs_one_line_and_writes_nothing(
    ask: Callable, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    (tmp_path / "taken").write_text("mine", "utf-8")
    code, out, wrong = ask("export", *words)
    assert (code, out, wrong.count("\n")) == (2, "", 1)
    assert said in wrong
    assert [one.name for one in tmp_path.iterdir()] == ["taken"]


def test_ctrl_c_ends_an_export_with_a_word_and_writes_nothing(
    ask: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sim.bridges.truth.true_effects", stopped)
    code, _, wrong = ask("export", "weekly", "launch", *SMALL, "--out", "class")
    assert (code, wrong) == (130, "Stopped before it was written.\n")
    assert not (tmp_path / "class").exists()


@pytest.mark.parametrize("name", ["weekly", "geo", "events", "network"])
def test_every_export_explains_itself_with_an_example(ask: Callable, name: str) -> None:
    assert f"journeysim export {name}" in ask("export", name, "--help")[1]
