"""The page, the table and the axis: what a reader sees of a verdict."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from sim.evidence.axis import axis, in_words
from sim.evidence.battery import HOLDS, MISSES, NOT_YET, Figure, Order, Verdict, plain, read
from sim.evidence.page import command, counts, markdown, page, table, write

GOOD = Figure("elasticity", -2.0, (-2.5, -1.5), -4.0, -1.2, -2.62, "", False)
BAD = Figure("ratio <b>", 5.0, (4.0, 6.0), None, 2.0, None, "times", True)
SHOWN = Figure("shown", 1.0, (0.5, 1.5), None, None, None, "", False)


VERDICTS = [Verdict("P01", HOLDS, (GOOD, SHOWN), "", False, 1.0, 5000, 4, "<svg></svg>")]


class Reader(HTMLParser):
    """Collects ids and what would be loaded from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.loads: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.ids += [given["id"]] if given.get("id") else []
        self.loads += [given["src"]] if "src" in given else []
        self.loads += [given["href"]] if tag == "link" else []
        self.links += [given["href"][1:]] if given.get("href", "").startswith("#") else []


def test_page_is_one_file_with_a_section_a_fact():
    text = page(VERDICTS, Order(tuple(one.id for one in VERDICTS)))
    reader = Reader()
    reader.feed(text)
    assert not reader.loads, "nothing is loaded from elsewhere"
    assert set(reader.links) == {one.id for one in VERDICTS} <= set(reader.ids)


@pytest.mark.parametrize("verdict", [MISSES, NOT_YET])
def test_page_gives_the_reason_as_text_not_as_markup(verdict):
    text = page([Verdict("P01", verdict, (BAD,), "because of <this>", True, 1.0, 5000, 4)], Order(("P01",)))
    assert "because of &lt;this&gt;" in text
    assert "ratio &lt;b&gt;" in text
    assert f">{verdict}</span>" in text


def test_page_says_that_it_was_stopped():
    assert "3 facts and studies were not reached" in page(VERDICTS, Order(()), unfinished=3)


def test_command_repeats_the_verdict():
    assert command(VERDICTS[0], Order((), quick=True)) == "journeysim evidence --facts P01 --consumers 5000 --quick"
    assert command(VERDICTS[0], Order((), seeds=9)).endswith("--seeds 9")


def test_axis_puts_the_simulated_figure_in_or_out_of_the_band():
    drawn = axis(GOOD)
    assert 'class="met"' in drawn
    assert 'class="published"' in drawn
    assert 'class="missed"' in axis(BAD)
    assert in_words(GOOD) == ("elasticity: simulated -2 (95 % interval -2.5 to -1.5), band -4 to -1.2, published -2.62")
    unbounded = Figure("one seed", 1.0, (float("-inf"), float("inf")), 0.0, None, None, "", False)
    assert "inf" not in axis(unbounded)


def test_table_has_a_row_a_measure():
    rows = list(csv.DictReader(table(VERDICTS).splitlines()))
    assert [row["fact"] for row in rows][:2] == ["P01", "P01"]
    assert rows[0]["estimate"] == "-2.0"
    assert rows[0]["outcome"] == "met"


def test_written_files_are_whole(tmp_path):
    place = write(tmp_path / "new", VERDICTS, Order(()))
    assert sorted(one.name for one in place.parent.iterdir()) == ["evidence.csv", "evidence.html", "evidence.json"]
    facts = json.loads((place.parent / "evidence.json").read_text("utf-8"))["facts"]
    assert facts[0]["measures"][0]["estimate"] == -2.0
    assert "| P01 (t1, calibrated) |" in markdown(facts)


def test_counts_are_by_core_tier_and_role():
    found = {one.group: one for one in counts([plain(one) for one in VERDICTS])}
    assert (found["calibrated facts"].hold, found["calibrated facts"].tried) == (1, 1)
    assert found["tier 1, calibrated"].words == "1 of 1 hold"
    assert "core facts" not in found, "a group without facts is not counted"


def test_a_pass_that_a_trivial_model_makes_too_is_counted_apart():
    trivial = replace(GOOD, trivial=-2.5)
    passed = Verdict("P01", HOLDS, (trivial, SHOWN), "", False, 1.0, 5000, 4)
    assert passed.trivial
    assert trivial.remark == "a trivial model meets it too"
    assert not Verdict("P01", HOLDS, (trivial, GOOD), "", False, 1.0, 5000, 4).trivial, "one measure tells them apart"
    (found,) = (one for one in counts([plain(passed)]) if one.group == "tier 1: must hold")
    assert found.words == "1 of 1 hold (1 where a trivial model does too)"
    assert 'class="trivial"' in axis(trivial)


def test_what_is_kept_is_read_as_it_was():
    rows = json.loads(json.dumps([plain(one) for one in VERDICTS]))
    assert [read(row).figures for row in rows] == [one.figures for one in VERDICTS]


def test_the_table_has_the_bands_that_were_judged_and_what_was_not():
    text = markdown([plain(one) for one in VERDICTS])
    assert "elasticity **-2**: -4 to -1.2; not judged: 10 to 20 times the elasticity of ads" in text
    assert "shown" not in text
