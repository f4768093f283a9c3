"""Results: tables agree with the record and with each other, folders load to equal runs, figures add up by hand."""

from __future__ import annotations

import doctest
import json
import os
import subprocess
import sys
from pathlib import Path as FilePath
from types import SimpleNamespace

import numpy as np
import pytest
from make_record import CHANNELS, KINDS, STAGES, make_record, make_run, make_scenario

from sim import answers, results
from sim.answers import number, percent
from sim.results import SERIES, Path, Record, Run, declare_series, folder, series_meaning
from sim.results.record import REQUIRED_SERIES
from sim.scenario import Scenario

SCALE = 100.0  # people per consumer of the made-up runs


@pytest.fixture(scope="module")
def run() -> Run:
    return make_run(days=60, brands=3)


def tiny() -> Run:
    """Ten consumers, two days, two brands, every flow written by hand; each consumer stands for 10 people."""
    stages = ("unaware", "aware", "considering", "customer", "lapsed")
    people = np.zeros((3, 2, 1, 5), dtype=int)
    people[:, 0, 0] = [[6, 2, 0, 1, 1], [3, 4, 1, 1, 1], [3, 3, 1, 2, 1]]
    people[:, 1, 0] = [[10, 0, 0, 0, 0]] * 3
    transitions = np.zeros((2, 2, 5, 5), dtype=int)
    transitions[0, 0, 0, 1] = 3  # 3 get to know it
    transitions[0, 0, 1, 2] = 1  # 1 considers it
    transitions[1, 0, 1, 2] = 2
    transitions[1, 0, 2, 1] = 1  # 1 goes back
    transitions[1, 0, 2, 3] = 1  # 1 buys
    causes = np.zeros((2, 5, 5, 3), dtype=int)
    causes[0, 0, 1] = [2, 0, 1]
    causes[0, 1, 2] = [0, 3, 0]
    causes[0, 2, 1] = [0, 0, 1]
    causes[0, 2, 3] = [0, 1, 0]
    series = {name: np.zeros((2, 2)) for name in SERIES}
    series["purchases_first"][1, 0] = 1
    series["purchases_repeat"][:, 0] = [2, 1]
    series["purchases_repeat"][:, 1] = [3, 1]
    series["revenue"][:, 0] = [400, 400]
    series["revenue"][:, 1] = [900, 300]
    series["margin"][:, 0] = [160, 160]
    series["spend_media"][:, 0] = [50, 70]
    series["spend_influencers"][:, 0] = [0, 30]
    series["talk_positive"][:, 0] = [4, 2]
    series["talk_negative"][:, 0] = [1, 1]
    series["trust"][:, 0] = [0.5, 0.6]
    spend = np.zeros((2, 2, 1))
    spend[:, 0, 0] = [50, 70]
    touches = np.zeros((2, 2, 2, 5), dtype=int)
    touches[0, 0, 0, 0] = 4
    record = Record(
        days=2, dates=np.array(["2025-01-06", "2025-01-07"], "M8[D]"), brands=("Nordlys", "Aurora"), focal=0,
        segments=("all",), stages=stages, kinds=("television", "friend"), channels=("television",), people=people,
        transitions=transitions, causes=causes, delivered=touches, noticed=touches // 2, series=series,
        market={"motivation": np.array([0.2, 0.3])}, spend=spend,
    )  # fmt: skip
    return Run.of(make_scenario(record, 100, "Tiny"), 7, record)


def test_summary_by_hand() -> None:
    facts = tiny().summary()
    expected = {
        "units": 40, "revenue": 800, "market_units": 80, "share_units": 0.5, "share_value": 0.4,
        "new_customers": 10, "spend": 150, "cost_per_new_customer": 15, "spend_by_channel": {"television": 120,
        "influencers": 30}, "margin": 320, "margin_after_marketing": 170, "buyers": 30, "penetration": 0.3,
        "purchases_per_buyer": 4 / 3, "trust_start": 0.5, "trust_end": 0.6, "talk_ratio": 3, "talk_tone": 0.5,
        "owners_start": 10, "owners_end": 20, "people": 100,
        "funnel": {"unaware": 30, "aware": 30, "considering": 10, "customer": 20, "lapsed": 10},
        "moved_forward_by": {"friend": 4 / 7, "television": 2 / 7, "none": 1 / 7},
    }  # fmt: skip
    for name, value in expected.items():
        assert facts[name] == pytest.approx(value), name
    considering = facts["leaks"][0]
    assert considering["stage"] == "considering"
    assert considering["visits"] == considering["entered"] == 30
    assert considering["share_lost"] == pytest.approx(1 / 3)
    assert considering["lost_to"] == {"aware": 10}
    assert considering["forward"] == 10
    aware = next(leak for leak in facts["leaks"] if leak["stage"] == "aware")
    assert (aware["entered"], aware["visits"], aware["lost"]) == (40, 60, 0)
    assert facts["moved_forward_by_stage"]["unaware"] == pytest.approx({"television": 2 / 3, "none": 1 / 3})


def test_answer_says_the_figures() -> None:
    text = tiny().answer()
    assert "Nordlys sold 40 units for 800 EUR in 2 days: a share of 50 % of units and 40 % of money" in text
    assert "15 EUR per new customer" in text
    assert "of 30 visits to it 33 % ended in going back or leaving (to aware 33 %)" in text
    assert "friends (57 %), television (29 %)" in text
    assert "Mean trust rose from 0.50 to 0.60" in text


@pytest.mark.parametrize(
    ("start", "end", "ratio", "said"),
    [
        (0.5048, 0.4953, 199.7, "Mean trust stayed at 0.50 (0 to 1); people told 200 good things for every bad one."),
        (0.5048, 0.4948, 12_345.0, "Mean trust fell from 0.50 to 0.49 (0 to 1); people told 12,000 good things for"),
        (0.504, 0.506, 1.53, "Mean trust stayed at 0.51 (0 to 1); people told 1.5 good things for"),
        (0.5, 0.52, 0.034, "Mean trust rose from 0.50 to 0.52 (0 to 1); people told 0.034 good things for"),
    ],
)
def test_feelings_are_said_as_one_would_say_them(start: float, end: float, ratio: float, said: str) -> None:
    run = tiny()
    found = run.summary() | {"trust_start": start, "trust_end": end, "talk_ratio": ratio}
    assert answers._feelings(found).startswith(said)


@pytest.mark.parametrize("options", [{}, {"brands": 3, "days": 200}, {"nothing": True}, {"days": 0, "panel": 0}])
def test_answer_is_short_and_complete(options: dict) -> None:
    run = make_run(**{"days": 40, "consumers": 1000, **options})
    lines = run.answer().splitlines()
    assert 4 <= len(lines) <= 10
    assert all(line.endswith(".") and "nan" not in line for line in lines)
    json.dumps(run.summary(), allow_nan=False)


def test_stopped_run_says_so() -> None:
    record = make_record(days=20)
    record.stopped = True
    assert "stopped early, after 20 days" in Run.of(make_scenario(record, 1000, "x"), 1, record).answer()


def test_stages_hold_everybody_every_day(run: Run) -> None:
    totals = run.stages.groupby(["day", "brand"], observed=True)["people"].sum()
    assert (totals == 1_000_000).all()
    assert run.stages["day"].min() == -1
    assert str(run.stages["date"].min().date()) == "2025-01-05"


def test_transitions_explain_every_change_of_stages(run: Run) -> None:
    people = run.stages.groupby(["brand", "stage", "day"], observed=False)["people"].sum().unstack("day")
    moves = run.transitions
    came = moves.groupby(["brand", "to", "day"], observed=False)["people"].sum().unstack("day").fillna(0)
    left = moves.groupby(["brand", "from", "day"], observed=False)["people"].sum().unstack("day").fillna(0)
    change = people.diff(axis=1).iloc[:, 1:].to_numpy()
    np.testing.assert_allclose(change, came.to_numpy() - left.to_numpy())
    assert (moves["people"] > 0).all()


def test_daily_scales_counts_but_not_money_or_means(run: Run) -> None:
    daily, series = run.daily, run.record.series
    assert list(daily.columns[:3]) == ["date", "day", "brand"]
    for name in series:
        table = daily.pivot(index="day", columns="brand", values=name)[list(run.record.brands)].to_numpy()
        np.testing.assert_allclose(table, series[name] * (SCALE if series_meaning(name).scaled else 1.0))
    unscaled = {name for name in REQUIRED_SERIES if not SERIES[name].scaled}
    money = {name for name in REQUIRED_SERIES if name.startswith("spend_")} | {"revenue", "margin", "price"}
    assert unscaled == money | {"awareness", "trust", "satisfaction", "habit", "score"}


def test_touches_spend_and_market_add_up(run: Run) -> None:
    assert run.touches["noticed"].sum() == run.record.noticed.sum() * SCALE
    assert run.touches["delivered"].sum() == run.record.delivered.sum() * SCALE
    assert run.spend["spend"].sum() == pytest.approx(run.record.spend.sum())
    by_day = run.spend.groupby(["day", "brand"], observed=False)["spend"].sum().to_numpy()
    np.testing.assert_allclose(by_day, run.daily["spend_media"])
    np.testing.assert_array_equal(run.market["motivation"], run.record.market["motivation"])


def test_panel_is_one_story_in_order(run: Run) -> None:
    story, log = run.panel, run.record.panel
    assert log is not None
    assert len(story) == len(log["touches"]["day"]) + len(log["moves"]["day"])
    place = list(zip(story["day"], story["consumer"], story["what"].cat.codes, strict=True))
    assert place == sorted(place)
    moves = story[story["what"] == "move"]
    assert moves["kind"].isna().all()
    assert moves[["from", "to", "cause"]].notna().all().all()
    assert story["noticed"].sum() == log["touches"]["noticed"].sum()


def test_replay_gives_final_stages(run: Run) -> None:
    log = run.record.panel
    assert log is not None
    now = {(int(c), b): int(s) for c, row in zip(*log["start"].values(), strict=True) for b, s in enumerate(row)}
    moves = log["moves"]
    for consumer, brand, target in zip(moves["consumer"], moves["brand"], moves["to"], strict=True):
        now[int(consumer), int(brand)] = int(target)
    for consumer in log["start"]["consumer"]:
        assert run.replay(int(consumer)) == [STAGES[now[int(consumer), brand]] for brand in range(3)]


def test_replay_refuses_what_it_cannot_know() -> None:
    run = make_run(days=60)
    log = run.record.panel
    assert log is not None
    with pytest.raises(ValueError, match=r"consumer -5 is not among the 40 followed; nearest are"):
        run.replay(-5)
    consumer = int(log["moves"]["consumer"][0])
    log["moves"]["from"][0] = STAGES.index("rejecting")
    with pytest.raises(ValueError, match="broken on day"):
        run.replay(consumer)
    with pytest.raises(ValueError, match="kept no panel"):
        make_run(days=5, panel=0).replay(1)


CASES = [
    {"days": 60, "brands": 3},
    {"days": 30, "panel": 0, "nothing": True},
    {"days": 0, "panel": 0},
    {"days": 10, "names": ('A "quoted" name, Ltd; ø / $', "B"), "brands": 2},
]


@pytest.mark.parametrize("options", CASES)
def test_saved_run_loads_equal(options: dict, tmp_path: FilePath) -> None:
    run = make_run(**options)
    place = run.save(tmp_path / "runs" / "one", figures=False)
    again = Run.load(place)
    assert again.record == run.record
    assert again.scenario == run.scenario
    assert again.metadata == run.metadata
    assert again.summary() == run.summary()
    assert (place / "answer.txt").read_text("utf-8").strip() == run.answer()
    readme = (place / "README.txt").read_text("utf-8")
    assert all(path.name in readme or path.name == "README.txt" for path in place.iterdir())


def test_a_saved_run_says_what_its_network_is_like(tmp_path: FilePath) -> None:
    """Degree, clustering, homophily and communities as a market of the same scenario and seed has them."""
    import networkx as nx

    from sim import Engine, load
    from sim.bridges.network import to_networkx

    scenario = load("launch").with_(consumers=300, days=1)
    run = Run.of(scenario, 3, make_record(days=1))
    again = Run.load(run.save(tmp_path / "run", figures=False))
    found = json.loads((tmp_path / "run" / "metadata.json").read_text("utf-8"))["network"]
    assert found == run.network == again.network
    graph = to_networkx(Engine(scenario, 3))
    for name, value in (
        ("degree_mean", 2 * graph.number_of_edges() / 300),
        ("clustering", nx.average_clustering(graph)),
        ("homophily", nx.attribute_assortativity_coefficient(graph, "segment")),
    ):
        assert found[name] == pytest.approx(value)
    circle = nx.get_node_attributes(graph, "community")
    members = [{i for i in graph if circle[i] == c} for c in sorted(set(circle.values()))]
    assert found["communities"] == len(members)
    assert found["ties_inside"] == pytest.approx(np.mean([circle[i] == circle[j] for i, j in graph.edges]))
    assert found["modularity"] == pytest.approx(nx.community.modularity(graph, members, weight=None))


def test_what_is_not_defined_of_a_network_is_none() -> None:
    from sim.results.network import measure
    from sim.ties import Ties

    alone = Ties(np.zeros(4, np.int64), np.empty(0, np.int32), np.empty(0, np.uint8), np.zeros(3, np.int32))
    found = measure(alone, np.zeros(3, np.uint8))
    assert (found["degree_mean"], found["clustering"], found["homophily"], found["communities"]) == (0, 0, None, None)


def test_a_folder_from_before_networks_were_measured_loads(tmp_path: FilePath) -> None:
    run = make_run(days=5)
    place = run.save(tmp_path / "run", figures=False)
    with np.load(place / "record.npz") as stored:
        arrays = {name: stored[name] for name in stored.files}
    facts, meanings = json.loads(str(arrays["facts"]))
    arrays["facts"] = np.array(json.dumps([facts | {"network": {}}, meanings]))
    np.savez_compressed(place / "record.npz", **arrays)
    metadata = json.loads((place / "metadata.json").read_text("utf-8"))
    del metadata["network"]
    folder.write_json(place / "metadata.json", metadata)
    again = Run.load(place)
    assert again.record == run.record
    assert again.network == {}


@pytest.mark.parametrize("damage", ["cut", "flipped", "not a zip", "empty", "gone", "a member less", "other shapes"])
def test_a_damaged_record_is_named(damage: str, tmp_path: FilePath) -> None:
    place = make_run(days=5).save(tmp_path / "run", figures=False)
    file = place / "record.npz"
    whole = file.read_bytes()
    with np.load(file) as stored:
        arrays = {name: stored[name] for name in stored.files}
    if damage in ("a member less", "other shapes"):
        np.savez(file, **{**arrays, "spend": arrays["spend"][1:]} if "shapes" in damage else _without(arrays, "spend"))
    elif damage == "gone":
        file.unlink()
    else:
        middle = len(whole) // 2
        flipped = whole[: middle - 99] + bytes(200) + whole[middle + 101 :]
        file.write_bytes({"cut": whole[:middle], "flipped": flipped, "not a zip": b"hello" * 99, "empty": b""}[damage])
    with pytest.raises(
        ValueError, match=r"record\.npz' is (damaged|missing), .*; run it again: its scenario\.toml"
    ) as told:
        Run.load(place)
    assert "pickle" not in str(told.value)


def _without(arrays: dict[str, np.ndarray], name: str) -> dict[str, np.ndarray]:
    return {key: values for key, values in arrays.items() if key != name}


def test_a_damaged_table_is_named(tmp_path: FilePath) -> None:
    place = make_run(days=5).save(tmp_path / "run", figures=False)
    (place / "panel_moves.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(ValueError, match=r"panel_moves\.parquet' is damaged"):
        Run.load(place)


def test_record_without_cascades_loads_equal(tmp_path: FilePath) -> None:
    run = make_run(days=10)
    run.record.cascades = None
    run.record.stopped = True
    assert Run.load(run.save(tmp_path / "run", figures=False)).record == run.record


def test_saved_tables_open_without_us(run: Run, tmp_path: FilePath) -> None:
    import pandas as pd

    place = run.save(tmp_path / "run", figures=False)
    stages = pd.read_parquet(place / "stages.parquet")
    assert stages["people"].sum() == run.stages["people"].sum()
    assert sorted(stages["stage"].unique()) == sorted(STAGES)
    daily = pd.read_csv(place / "daily.csv", parse_dates=["date"])
    for name in run.record.series:
        np.testing.assert_array_equal(daily[name], run.daily[name])
    assert daily["brand"].tolist() == run.daily["brand"].tolist()
    moves = pd.read_parquet(place / "panel_moves.parquet")
    assert moves["cause"].notna().all()
    assert len(pd.read_parquet(place / "cascades.parquet")) == 200


def test_save_takes_the_scenarios_files_along(tmp_path: FilePath) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "spend.csv").write_text("date,tv\n2025-01-06,100\n2025-01-13,200\n")
    record = make_record(days=14)
    scenario = Scenario.make(
        folder=source,
        horizon={"days": 14},
        plan={"spend": [{"file": "spend.csv", "columns": {"tv": "television"}}]},
    )
    run = Run.of(scenario, 1, record)
    place = run.save(tmp_path / "run", figures=False)
    os.remove(source / "spend.csv")
    again = Run.load(place.rename(tmp_path / "moved")).scenario
    assert (again.folder / again.plan.spend[0].file).read_text().startswith("date,tv")


def _content(place: FilePath) -> dict[str, bytes]:
    return {str(path.relative_to(place)): path.read_bytes() for path in place.rglob("*") if path.is_file()}


def test_failure_midway_leaves_the_old_folder(tmp_path: FilePath, monkeypatch: pytest.MonkeyPatch) -> None:
    place = make_run(days=5).save(tmp_path / "run", figures=False)
    before = _content(place)
    other = make_run(days=6, seed=2)

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(folder, "write_scenario", fail)  # after the tables, before the summary
    with pytest.raises(OSError, match="disk full"):
        other.save(place, figures=False)
    assert _content(place) == before
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_failure_while_swapping_puts_the_old_folder_back(tmp_path: FilePath, monkeypatch: pytest.MonkeyPatch) -> None:
    place = make_run(days=5).save(tmp_path / "run", figures=False)
    before = _content(place)
    rename = FilePath.rename

    def stubborn(self: FilePath, target: FilePath) -> FilePath:
        if ".unfinished-" in self.name:
            raise OSError("no")
        return rename(self, target)

    monkeypatch.setattr(FilePath, "rename", stubborn)
    with pytest.raises(OSError, match="no"):
        make_run(days=6).save(place, figures=False)
    assert _content(place) == before
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_saving_replaces_a_run_and_nothing_else(tmp_path: FilePath) -> None:
    one, two = make_run(days=5), make_run(days=6, seed=2)
    place = one.save(tmp_path / "run", figures=False)
    two.save(place, figures=False)
    assert Run.load(place).record == two.record
    mine = tmp_path / "mine"
    mine.mkdir()
    one.save(mine, figures=False)  # an empty folder may be filled
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "thesis.txt").write_text("years of work")
    with pytest.raises(FileExistsError, match="does not hold a run"):
        one.save(precious, figures=False)
    with pytest.raises(FileExistsError, match="a file is there already"):
        one.save(precious / "thesis.txt", figures=False)
    assert (precious / "thesis.txt").read_text() == "years of work"
    with pytest.raises(FileNotFoundError, match="does not hold a saved run"):
        Run.load(precious)


def test_records_that_do_not_fit_are_refused() -> None:
    good = make_record(days=5, panel=0)
    given = {name: getattr(good, name) for name in good.__dataclass_fields__}
    with pytest.raises(ValueError, match=r"Record.people has shape \(5, 1, 2, 9\).*\(6, 1, 2, 9\)"):
        Record(**{**given, "people": good.people[1:]})
    with pytest.raises(ValueError, match=r"Record.focal is 1; allowed is 0 to 0"):
        Record(**{**given, "focal": 1})
    with pytest.raises(ValueError, match=r"Record\.series lacks trust"):
        Record(**{**given, "series": {k: v for k, v in good.series.items() if k != "trust"}})
    with pytest.raises(ValueError, match=r"Record\.panel lacks moves, start"):
        Record(**{**given, "panel": {"touches": {}}})
    with pytest.raises(ValueError, match="different length"):
        Record(**{**given, "cascades": {**(good.cascades or {}), "size": np.ones(3)}})
    assert Record(**given) == good
    assert Record(**{**given, "stopped": True}) != good


def test_series_meaning_is_declared_once() -> None:
    assert series_meaning("ad_stock").scaled is False
    declare_series("wish_stock", "0 to 1", False, "stock of wishes")
    declare_series("wish_stock", "0 to 1", False, "stock of wishes")
    with pytest.raises(ValueError, match="already means"):
        declare_series("wish_stock", "people", True, "stock of wishes")


def test_loading_brings_the_meaning_of_series_along(tmp_path: FilePath) -> None:
    record = make_record(days=5)
    record.series["told"] = np.ones((5, 1))
    declare_series("told", "people", True, "people told by friends")
    place = Run.of(make_scenario(record, 1_000_000, "x"), 1, record).save(tmp_path / "run", figures=False)
    code = f"from sim.results import Run; print(Run.load({str(place)!r}).daily['told'].sum())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert float(done.stdout) == 5 * SCALE


def test_path_places_default_and_added_stages() -> None:
    path = Path(STAGES)
    assert [STAGES[i] for i in path.order] == list(STAGES[:7])
    assert [STAGES[i] for i in path.lost] == ["lapsed", "rejecting"]
    assert [STAGES[i] for i in path.owners] == ["customer", "loyal", "advocate"]
    every = sum(path.mask(direction).astype(int) for direction in ("forward", "back", "lost", "return"))
    np.testing.assert_array_equal(every, 1 - np.eye(9, dtype=int))
    trial = SimpleNamespace(name="trial", knows=True, considers=True, intends=True, owns=False, refuses=False)
    banned = SimpleNamespace(name="banned", knows=True, considers=False, intends=False, owns=False, refuses=True)
    longer = Path((*STAGES, "trial", "banned"), [trial, banned])
    names = [longer.stages[i] for i in longer.order]
    assert names.index("intending") < names.index("trial") < names.index("customer")
    assert longer.direction(3, 9) == "forward"
    assert longer.direction(4, 10) == "lost"
    assert longer.direction(7, 0) == "back"
    with pytest.raises(ValueError, match="direction 'up' is unknown"):
        path.mask("up")


@pytest.mark.parametrize(
    ("value", "text"), [(999_999, "1,000,000"), (123_456, "123,500"), (0.1234, "0.123"), (-5_200_000, "-5.2 million")]
)
def test_numbers_in_words(value: float, text: str) -> None:
    assert number(value) == text


def test_shares_in_percent() -> None:
    assert [percent(s) for s in (0, 1, 0.2, 0.1999, 0.05)] == ["0 %", "100 %", "20 %", "20 %", "5 %"]


def test_examples_in_the_docstrings_hold() -> None:
    assert [doctest.testmod(module).failed for module in (answers, results.path)] == [0, 0]


def test_import_is_light() -> None:
    code = (
        "import sys, sim.results; print([m for m in ('pandas', 'matplotlib', 'pyarrow', 'mesa') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_made_up_record_is_consistent() -> None:
    record = make_record(days=30, brands=2)
    moved = record.transitions.sum(axis=2, dtype=int) - record.transitions.sum(axis=3, dtype=int)
    np.testing.assert_array_equal(np.diff(record.people.sum(axis=2), axis=0), moved)
    np.testing.assert_array_equal(record.causes.sum(axis=3), record.transitions.sum(axis=0))
    assert record == make_record(days=30, brands=2)
    assert (record.kinds, record.channels) == (KINDS, CHANNELS)
