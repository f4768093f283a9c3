"""`journeysim sources`: who set a number, and where it is from."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import Answer, write

from sim.mechanism import registry


def test_sources_know_who_set_a_number_and_where_it_is_from(ask: Callable[..., Answer], tmp_path: Path) -> None:
    text = (
        "[world.market]\npurchase_cycle = 40  # panel of 2019\npeople = 5000\n"
        '[[world.channels]]\nname = "search"\ncpm = 90\n'
        '[[world.journey.arrows]]\nfrom = "aware"\nto = "considering"\nrate = 0.002 # "#" by hand\n'
        "[world.mechanisms.word_of_mouth]\nrate = 0.5\n[world.mechanisms.reviews]\non = false\n"
    )
    write(tmp_path / "mine.toml", text)
    answer = ask("sources", "mine.toml", "--csv")
    assert (answer.code, answer.err) == (0, "")
    rows = {(row["part"], row["name"]): row for row in csv.DictReader(io.StringIO(answer.out))}

    def of(part: str, name: str) -> tuple[str, str, str]:
        row = rows[part, name]
        return row["value"], row["set_by"], row["source"]

    assert of("world.market", "purchase_cycle") == ("40.0", "mine.toml:2", "panel of 2019")
    assert of("world.market", "people") == ("5000", "mine.toml:3", "the scenario, without comment")
    assert of("channels", "search.cpm")[:2] == ("90.0", "mine.toml:6")
    assert of("channels", "search.trust") == ("0.47", "default", "Nielsen 2015: search engine ads 47 %")
    assert of("arrows", "aware>considering.rate") == ("0.002", "mine.toml:10", '"#" by hand')
    assert of("word_of_mouth", "rate")[:2] == ("0.5", "mine.toml:12")
    assert of("word_of_mouth", "hearsay")[1:] == ("default", registry()["word_of_mouth"].params["hearsay"].source)
    assert of("reviews", "on")[:2] == ("false", "mine.toml:14")
    assert ("reviews", "persuasion") not in rows
    assert rows["columns of need", "motivation"]["value"] == str(registry()["need"].columns["motivation"].default)
    assert all(row["source"] and row["set_by"] for row in rows.values())
    parameters = {(name, key) for name, one in registry().items() if name != "reviews" for key in one.params}
    assert parameters <= set(rows)


def test_named_sources_say_the_numbers_there_are() -> None:
    from sim.scenario.defaults import CHANNELS
    from sim.sources import CHANNEL_SOURCES

    shipped = {one.name: one for one in CHANNELS}
    for name, texts in CHANNEL_SOURCES.items():
        percent = float(texts["trust"].split()[-2])
        assert shipped[name].trust == pytest.approx(percent / 100), name


def test_sources_are_readable_tables(ask: Callable[..., Answer]) -> None:
    answer = ask("sources", "launch")
    assert answer.code == 0
    assert "word_of_mouth" in answer.out
    assert "2,000,000" in answer.out
    assert " set by the scenario, " in answer.out.splitlines()[-1]
