"""What is wrong with a setting or a file costs one line each, with the nearest right name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import Answer, write

from sim.results import Run


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("word_of_mouth.rte=1", "did you mean 'rate'"),
        ("word_of_moth.rate=1", "did you mean 'word_of_mouth'"),
        ("word_of_mouth.rate=often", "give a number from 0 to 20"),
        ("word_of_mouth.rate=-1", "give a number from 0 to 20"),
        ("word_of_mouth.rate", "give a path and a value"),
        ("word_of_mouth.rate=", "give a path and a value"),
        ("=3", "give a path and a value"),
        ("hearsay=1", "word_of_mouth.hearsay"),
        ("hersay", "give a path and a value"),
        ("word_of_mouth.hersay", "did you mean 'word_of_mouth.hearsay'"),
        ("plan.flights.0.weekli=3", "did you mean 'weekly'"),
        ("plan.flights.99.weekly=3", "there is no number 99"),
        ("world.brands.Fjort.price=3", "did you mean 'Fjord'"),
        ("world.market.consumers=3", "50"),
        ("world.market.category=on\noff", "one-off"),
    ],
)
def test_a_bad_setting_costs_one_line_with_the_nearest_name(
    ask: Callable[..., Answer], setting: str, said: str
) -> None:
    answer = ask("check", "launch", "--set", setting)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err
    assert "Traceback" not in answer.err
    if "\n" not in setting:
        assert len(answer.complaints) == 1


def test_settings_take_numbers_words_lists_and_dates(ask: Callable[..., Answer]) -> None:
    for setting in ("world.market.category=one-off", 'world.market.category="one-off"', "word_of_mouth.on=false",
                    "world.market.season=[1,1,1,1,1,1,1,1,1,1,1,1]", "plan.flights.0.from=2025-03-10"):  # fmt: skip
        answer = ask("check", "launch", "--set", setting)
        assert (answer.code, answer.err) == (0, ""), setting


def test_every_mistake_of_a_file_is_told_with_its_line(ask: Callable[..., Answer], tmp_path: Path) -> None:
    write(tmp_path / "bad.toml", '[horizon]\ndays = 0\n\n[world.markt]\npeople = 5\n\n[plan]\nposts_per_week = "a"\n')
    for command in ("check", "run", "day", "sources"):
        answer = ask(command, "bad.toml")
        assert (answer.code, answer.out) == (2, "")
        assert [line.split(": ")[0] for line in answer.complaints] == ["bad.toml:2", "bad.toml:4", "bad.toml:8"]
    missing = ask("run", "lunch")
    assert (missing.code, len(missing.complaints)) == (2, 1)
    assert "did you mean 'launch'" in missing.err


def test_what_only_shows_when_people_meet_is_told_too(ask: Callable[..., Answer], tmp_path: Path) -> None:
    crowded = ask("check", "minimal", "--set", "world.market.consumers=50", "--set", "world.peers.degree=40")
    assert (crowded.code, len(crowded.complaints)) == (2, 1)
    assert "24.5" in crowded.err
    ties = "\n".join(f"{n},{n + 1}" for n in range(80))
    text = '[world.market]\nconsumers = {}\npeople = 1000\n[world.peers]\nfile = "ties.csv"\n'
    write(tmp_path / "ties.csv", f"source,target\n{ties}\n")
    write(tmp_path / "many.toml", text.format(100))
    for command in (("check",), ("run", "--no-figures")):
        answer = ask(command[0], "many.toml", *command[1:])
        assert (answer.code, len(answer.complaints)) == (2, 1)
        assert "100 is more than the 81 people in 'ties.csv'" in answer.err
    write(tmp_path / "few.toml", text.format(60))
    assert ask("check", "few.toml").code == 0
    write(tmp_path / "ties.csv", "source,target\n1\n")
    broken = ask("run", "few.toml")
    assert (broken.code, len(broken.complaints)) == (2, 1)
    assert "ties.csv:2" in broken.err


def test_a_smaller_market_on_a_network_from_a_file(ask: Callable[..., Answer], tmp_path: Path) -> None:
    answer = ask("run", "physicians", "--consumers", "60", "--days", "10", "--no-figures", "--out", "part")
    assert (answer.code, answer.err) == (0, "")
    assert Run.load(tmp_path / "part").record.consumers == 60
    answer = ask("run", "physicians", "--consumers", "500")
    assert (answer.code, len(answer.complaints)) == (2, 1)
    assert "500 is more than the" in answer.err
