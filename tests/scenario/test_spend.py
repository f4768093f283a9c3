"""Mistakes in spend files and edge lists are told with the line of the CSV, or of the scenario that names it."""

from textwrap import dedent

import pytest

from sim.scenario import ScenarioError, load

BASE = '[[world.brands]]\nname = "Nordlys"\n\n'
FIRST = BASE.count("\n") + 1
"""Line of the file on which the snippet of a test begins."""


def mistakes(tmp_path, text):
    path = tmp_path / "market.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load(path)
    return str(caught.value).replace(str(tmp_path) + "/", "").split("\n")


SPEND = dedent("""\
    [[plan.spend]]
    file = "spend.csv"
    columns = { tv = "television" }
    """)


@pytest.mark.parametrize(
    ("csv", "said"),
    [
        ("date,tv\n2025-01-06,5\n2025-01-13,x\n", "spend.csv:3: plan.spend[0]: column 'tv': 'x' is not a number"),
        (
            "date,tv\n2025-01-06,5\n2025-01-13,-3\n",
            "spend.csv:3: plan.spend[0]: column 'tv': -3 is not allowed; give a number from 0 to 1e+15",
        ),
        (
            "date,tv\n2025-01-06,5\n2025-01-13,1e308\n",
            "spend.csv:3: plan.spend[0]: column 'tv': 1e308 is not allowed; give a number from 0 to 1e+15",
        ),
        (
            "date,tv\n2025-01-06,5\n2025-01-13,\n",
            "spend.csv:3: plan.spend[0]: column 'tv': the cell is empty; write 0 for no spend",
        ),
        (
            "date,tv\n6.1.25,5\n2025-01-13,3\n",
            "spend.csv:2: plan.spend[0]: '6.1.25' is not a date; give one such as 2025-03-01",
        ),
        (
            "date,tv\n2025-01-06,5\n2025-01-06,3\n",
            "spend.csv:3: plan.spend[0]: 2025-01-06 is already on line 2; give each period one row",
        ),
        (
            "date,tv\n2025-01-06,5\n",
            "spend.csv:1: plan.spend[0]: needs two rows or more, or nobody knows how long a period is",
        ),
        (
            "date,tv\n2025-01-06,5\n2025-01-13,1,5\n",
            "spend.csv:3: plan.spend[0]: 3 fields where the header has 2, date,tv; write decimals with a point (1.5), and text "
            "that has a comma in double quotes",
        ),
        (
            "date,tv,note\n2025-01-06,5\n2025-01-13,3,\n",
            "spend.csv:2: plan.spend[0]: 2 fields where the header has 3, date,tv,note; give every column a value, "
            "0 for no spend",
        ),
        (
            "date,tv,tv\n2025-01-06,5,6\n2025-01-13,3,4\n",
            "spend.csv:1: plan.spend[0]: there are 2 columns 'tv'; give each its own name",
        ),
        (
            "date;tv\n2025-01-06;5,5\n2025-01-13;3\n",
            "spend.csv:1: plan.spend[0]: the columns are separated by semicolons; separate them by commas, and write decimals "
            "with a point",
        ),
        (
            "date,tvs\n2025-01-06,5\n2025-01-13,3\n",
            f"market.toml:{FIRST + 2}: plan.spend[0].columns.tv: 'spend.csv' has no column 'tv'; did you mean 'tvs'?",
        ),
        (
            "day,tv\n2025-01-06,5\n2025-01-13,3\n",
            f"market.toml:{FIRST}: plan.spend[0].date: 'spend.csv' has no column 'date'; there is day, tv",
        ),
        (
            "date,tv\n2023-01-02,5\n2023-01-09,3\n",
            f"market.toml:{FIRST + 1}: plan.spend[0].file: 'spend.csv' runs from 2023-01-02 to 2023-01-15, all outside "
            "the horizon (365 days from 2025-01-06)",
        ),
    ],
)
def test_spend_files(tmp_path, csv, said):
    (tmp_path / "spend.csv").write_text(csv)
    assert mistakes(tmp_path, BASE + SPEND) == [said]


def test_missing_files_are_named(tmp_path):
    (found,) = mistakes(tmp_path, BASE + SPEND)
    assert found.startswith(f"market.toml:{FIRST + 1}: plan.spend[0].file: there is no file 'spend.csv' in ")
    (found,) = mistakes(tmp_path, BASE + '[world.peers]\nfile = "ties.csv"\n')
    assert found.startswith(f"market.toml:{FIRST + 1}: world.peers.file: there is no file 'ties.csv' in ")
