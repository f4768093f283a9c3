"""`journeysim evidence`: what it prints, what it writes, and that stopping it loses nothing that was done."""

from __future__ import annotations

import json

import pytest

from sim.cli import main
from sim.evidence import battery
from sim.evidence.battery import HOLDS, Figure, Verdict

FOUND = Verdict("P01", HOLDS, (Figure("elasticity", -2.0, (-2.5, -1.5), -4.0, -1.2, -2.6, "", False),), "", False,
                1.0, 5000, 4)  # fmt: skip


def leave(arguments: list[str]) -> int:
    """Exit code of a command."""
    with pytest.raises(SystemExit) as left:
        main(arguments)
    return int(left.value.code or 0)


@pytest.fixture
def answered(monkeypatch):
    """A battery that finds P01 at once."""
    monkeypatch.setattr(battery, "run", lambda order, workers: (one for one in [FOUND]))


def test_prints_verdicts_and_writes_page_table_and_data(answered, tmp_path, capsys):
    assert leave(["evidence", "--facts", "P01", "--out", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    assert "P01" in printed
    assert "holds" in printed
    assert "tier 1: must hold: 1 of 1 hold" in printed
    assert {one.name for one in tmp_path.iterdir()} == {"evidence.html", "evidence.csv", "evidence.json"}


def test_stopping_keeps_what_is_done(monkeypatch, tmp_path, capsys):
    def stopped(order, workers):
        yield FOUND
        raise KeyboardInterrupt

    monkeypatch.setattr(battery, "run", stopped)
    facts = ["P01", next(id for id in battery.experiments() if id != "P01")]
    assert leave(["evidence", "--facts", ",".join(facts), "--out", str(tmp_path)]) == 130
    assert "1 of 2 were not reached" in capsys.readouterr().out
    written = json.loads((tmp_path / "evidence.json").read_text("utf-8"))
    assert [one["id"] for one in written["facts"]] == ["P01"]
    assert written["unfinished"] == 1


def test_an_experiment_that_breaks_costs_none_of_the_others(monkeypatch, tmp_path):
    def breaks(order, workers):
        yield FOUND
        raise ZeroDivisionError("in an experiment")

    monkeypatch.setattr(battery, "run", breaks)
    facts = ["P01", next(id for id in battery.experiments() if id != "P01")]
    with pytest.raises(ZeroDivisionError, match="in an experiment"):
        leave(["evidence", "--facts", ",".join(facts), "--out", str(tmp_path)])
    written = json.loads((tmp_path / "evidence.json").read_text("utf-8"))
    assert ([one["id"] for one in written["facts"]], written["unfinished"]) == (["P01"], 1)


def test_a_place_that_cannot_be_written_is_told_before_anything_is_measured(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(battery, "run", lambda order, workers: pytest.fail("measured"))
    (tmp_path / "taken").write_text("")
    assert leave(["evidence", "--facts", "P01", "--out", str(tmp_path / "taken" / "x")]) == 2
    assert "'" + str(tmp_path / "taken") + "' is a file" in " ".join(capsys.readouterr().err.split("\n"))


def test_what_was_found_is_printed_even_if_the_disk_is_full(answered, monkeypatch, tmp_path, capsys):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sim.evidence.page.write_whole", full)
    assert leave(["evidence", "--facts", "P01", "--out", str(tmp_path)]) == 2
    printed = capsys.readouterr()
    assert "P01" in printed.out
    assert "No space left on device. Make room or choose another with --out" in " ".join(printed.err.split("\n"))


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["--facts", "P99"], "there is no fact or theme 'P99'"),
        (["--facts", "D06"], "fact 'D06' has no experiment: can be measured"),
        (["--seeds", "1"], "--seeds"),
    ],
)
def test_mistakes_are_one_line_and_code_2(asked, told, tmp_path, capsys):
    assert leave(["evidence", *asked, "--out", str(tmp_path / "new")]) == 2
    said = capsys.readouterr().err
    assert told in said
    assert len(said.strip().splitlines()) == 1
    assert not (tmp_path / "new").exists()


def test_lists_every_fact(capsys):
    assert leave(["evidence", "--list"]) == 0
    assert capsys.readouterr().out.count("\n") >= 133


def test_an_empty_list_of_facts_is_not_all_facts(answered, tmp_path, capsys):
    assert leave(["evidence", "--facts", " , ", "--out", str(tmp_path)]) == 2
    assert "names no fact" in capsys.readouterr().err
