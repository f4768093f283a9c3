"""The command line: what it answers, that mistakes cost one line each, and that Ctrl-C keeps what was done."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sim.cli import main
from sim.mechanism import registry, unregister
from sim.results import Run

ROOT = Path(__file__).parent.parent
HEAVY = ("numpy", "numba", "mesa", "pandas", "pyarrow", "matplotlib", "solara", "scipy")
SMALL = ("--consumers", "300", "--days", "12", "--no-figures")


@dataclass
class Answer:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str

    @property
    def complaints(self) -> list[str]:
        """Lines on stderr."""
        return self.err.splitlines()


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Answer]:
    """Run a command in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def asked(*words: str | Path) -> Answer:
        with pytest.raises(SystemExit) as left:
            main([str(word) for word in words])
        said = capsys.readouterr()
        return Answer(int(left.value.code or 0), said.out, said.err)

    return asked


@pytest.fixture
def forget() -> Iterator[None]:
    """Take mechanisms that a test brought in out of the registry again."""
    before = set(registry())
    yield
    for name in set(registry()) - before:
        unregister(name)


def write(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


# ------------------------------------------------------------------ help


def test_help_does_without_the_heavy_libraries() -> None:
    code = (
        "import sys\nfrom sim.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit as left:\n    assert not left.code, left.code\n"
        f"print('loaded:', *[name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.splitlines()[-1] == "loaded:"
    assert "new-mechanism" in done.stdout


def test_every_command_explains_itself_with_an_example(ask: Callable[..., Answer]) -> None:
    listed = ask("--help").out
    for name in ("run", "plot", "check", "schema", "scenarios", "day", "sources", "new-mechanism", "bench"):
        assert f" {name} " in listed
        assert f"journeysim {name}" in ask(name, "--help").out


def test_no_command_prints_help_and_version_prints_the_version(ask: Callable[..., Answer]) -> None:
    import sim

    assert "Usage: journeysim" in ask().out
    assert ask("--version").out == f"journeysim {sim.__version__}\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("rn",), "No such command 'rn'"),
        (("run",), "Missing argument 'FILE'"),
        (("run", "launch", "--consumer", "5"), "--consumers"),
        (("run", "launch", "--days", "many"), "--days"),
        (("run", "launch", "--threads", "0"), "--threads"),
        (("plot", "x", "--format", "gif"), "'png', 'svg', 'pdf'"),
    ],
)
def test_a_misused_command_costs_one_line(ask: Callable[..., Answer], words: tuple[str, ...], said: str) -> None:
    answer = ask(*words)
    assert (answer.code, answer.out, len(answer.complaints)) == (2, "", 1)
    assert said in answer.err


# ------------------------------------------------------------------ run and plot


def test_run_answers_keeps_everything_and_replaces_only_runs(ask: Callable[..., Answer], tmp_path: Path) -> None:
    answer = ask("run", "launch", *SMALL, "--panel", "5", "--seed", "3", "--set", "word_of_mouth.rate=0.7")
    assert (answer.code, answer.err) == (0, "")
    assert "in 12 days" in answer.out
    assert "Note: " in answer.out  # the flights that begin later are left out
    assert "Results in runs/launch-3" in answer.out
    assert "ns per consumer-day" in answer.out
    kept = Run.load(tmp_path / "runs" / "launch-3")
    assert (kept.seed, kept.record.days, kept.record.consumers, kept.record.stopped) == (3, 12, 300, False)
    assert kept.scenario.world.mechanisms["word_of_mouth"]["rate"] == 0.7
    assert kept.panel["consumer"].nunique() == 5
    assert not (tmp_path / "runs" / "launch-3" / "figures").exists()

    again = ask("run", "launch", *SMALL, "--days", "5", "--seed", "3", "--quiet")
    assert (again.code, again.out, again.err) == (0, "runs/launch-3\n", "")
    assert Run.load(tmp_path / "runs" / "launch-3").record.days == 5


def test_a_run_without_pictures_imports_nothing_that_it_does_not_need(tmp_path: Path) -> None:
    slow = ("pandas", "mesa", "matplotlib", "solara")
    words = ["run", "minimal", *SMALL, "--quiet"]
    code = (
        f"import sys\nfrom sim.cli import main\ntry:\n    main({words})\nexcept SystemExit:\n"
        f"    print('loaded:', *[name for name in {slow} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "loaded:"


def test_more_threads_give_the_same_result(ask: Callable[..., Answer], tmp_path: Path) -> None:
    for threads in "12":
        few = ("--consumers", "3000", "--days", "12", "--no-figures", "--quiet")
        assert ask("run", "minimal", *few, "--threads", threads, "--out", f"t{threads}").code == 0
    one, two = ((tmp_path / name / "daily.csv").read_bytes() for name in ("t1", "t2"))
    assert one == two


def test_plot_draws_a_saved_run_again(ask: Callable[..., Answer], tmp_path: Path) -> None:
    assert ask("run", "minimal", *SMALL, "--out", "mine").code == 0
    answer = ask("plot", "mine", "--format", "svg")
    assert (answer.code, answer.err) == (0, "")
    drawn = sorted((tmp_path / "mine" / "figures").iterdir())
    assert len(drawn) == 7
    assert {path.suffix for path in drawn} == {".svg"}
    for wrong in ("nowhere", "."):
        answer = ask("plot", wrong)
        assert (answer.code, len(answer.complaints)) == (2, 1)
        assert "holds no saved run" in answer.err


def test_results_are_never_written_over_something_else(ask: Callable[..., Answer], tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    write(tmp_path / "precious" / "thesis.txt", "years of work")
    for place, said in (("precious", "does not hold a run"), ("precious/thesis.txt", "a file is there"),
                        ("precious/thesis.txt/deeper", "is a file")):  # fmt: skip
        answer = ask("run", "launch", *SMALL, "--out", place)
        assert (answer.code, answer.out, len(answer.complaints)) == (2, "", 1)
        assert said in answer.err
    assert [path.name for path in tmp_path.rglob("*")] == ["precious", "thesis.txt"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_the_right_to_write_is_refused_before_the_run(
    ask: Callable[..., Answer], tmp_path: Path
) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    answer = ask("run", "launch", *SMALL, "--out", "closed/mine")
    assert (answer.code, len(answer.complaints)) == (2, 1)
    assert "no right to write" in answer.err


# ------------------------------------------------------------------ mistakes


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


# ------------------------------------------------------------------ looking


def test_check_says_what_is_in_a_fine_scenario(ask: Callable[..., Answer]) -> None:
    answer = ask("check", "launch")
    assert answer.code == 0
    assert answer.out.startswith("launch.toml: fine: 20,000 consumers, 3 segments, 4 brands, 365 days")
    assert "Note: " in ask("check", "flagship").out


def test_schema_goes_to_the_screen_or_a_file(ask: Callable[..., Answer], tmp_path: Path) -> None:
    shown = json.loads(ask("schema").out)
    assert "word_of_mouth" in shown["$defs"]["World"]["properties"]["mechanisms"]["properties"]
    assert ask("schema", "--out", "scenario.schema.json").code == 0
    assert json.loads((tmp_path / "scenario.schema.json").read_text("utf-8")) == shown
    answer = ask("schema", "--out", "no/such/folder.json")
    assert (answer.code, len(answer.complaints)) == (2, 1)


def test_scenarios_are_listed_with_their_questions(ask: Callable[..., Answer]) -> None:
    words = " ".join(ask("scenarios").out.split())
    for name in sorted(path.stem for path in (ROOT / "scenarios").glob("*.toml")):
        assert f"{name} " in words
    assert "How far does a new brand get in its first year" in words


def test_day_lists_every_kernel_with_what_it_reads_and_writes() -> None:
    import sim
    from sim.commands.day import measure, steps_of_day

    engine = sim.Engine(sim.load("launch").with_(consumers=500, days=6), fused=False)
    steps = steps_of_day(engine)
    kernels = [(one.phase, one.mechanism, one.kernel) for one in steps if one.phase not in ("dawn", "dusk")]
    assert kernels == [(phase, one.name, kernel.__name__) for phase, one, kernel in engine.schedule()]
    feel = next(one for one in steps if one.kernel == "feel")
    assert "last_purchase" in feel.reads
    assert feel.writes == ("motivation",)
    assert all(one.what for one in steps)
    (read,) = (one.mechanism for one in steps if "letters" in one.reads)
    assert read == "perception"
    assert {one.mechanism for one in steps if "letters" in one.writes} >= {"paid_media", "owned", "word_of_mouth"}
    cost = measure(engine)
    assert engine.day == 6
    assert set(cost) == {(one.phase, one.mechanism, one.kernel) for one in steps}
    assert all(value > 0 for value in cost.values())


def test_day_prints_times_if_asked(ask: Callable[..., Answer]) -> None:
    timed = ask("day", "launch", "--consumers", "500", "--time")
    assert timed.code == 0
    assert "nanoseconds per consumer-day" in timed.out
    assert "measured with 500 consumers on day 31 to 60" in timed.out
    plain = ask("day", "launch", "--no-time")
    assert plain.code == 0
    assert "nanoseconds" not in plain.out
    for name in registry():
        assert name in plain.out


# ------------------------------------------------------------------ sources


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


# ------------------------------------------------------------------ mechanisms of one's own


def test_a_new_mechanism_passes_its_own_test_and_takes_part(
    ask: Callable[..., Answer], tmp_path: Path, forget: None
) -> None:
    import importlib.util

    answer = ask("new-mechanism", "jingle", "--folder", "mine")
    assert (answer.code, answer.err) == (0, "")
    for file in ("jingle.py", "test_jingle.py"):
        assert max(map(len, (tmp_path / "mine" / file).read_text("utf-8").splitlines())) <= 120
    mine = ("--mechanism", "mine/jingle.py")
    assert ask("run", "launch", *SMALL, *mine, "--set", "jingle.reach=0.5", "--out", "with").code == 0
    run = Run.load(tmp_path / "with")
    assert run.touches.query("kind == 'jingle'")["delivered"].sum() > 0
    assert "jingle" in ask("day", "launch", "--no-time", *mine).out
    assert "jingle_on" in ask("sources", "launch", *mine).out

    spec = importlib.util.spec_from_file_location("test_jingle", tmp_path / "mine" / "test_jingle.py")
    assert spec
    assert spec.loader
    checks = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(checks)
    names = [name for name in vars(checks) if name.startswith("test_")]
    assert len(names) == 5
    for name in names:
        getattr(checks, name)()


def test_a_new_mechanism_needs_a_name_of_its_own(ask: Callable[..., Answer], tmp_path: Path) -> None:
    for name, said in (
        ("Jingle", "small letters"), ("two__lines", "small letters"), ("class", "small letters"),
        ("../up", "small letters"), ("need", "a mechanism already"), ("search", "a paid channel"),
        ("email", "a touch kind"), ("plan", "a key of"),
    ):  # fmt: skip
        answer = ask("new-mechanism", name, "--folder", "mine")
        assert (answer.code, answer.out, len(answer.complaints)) == (2, "", 1)
        assert said in answer.err
    assert not (tmp_path / "mine").exists()
    (tmp_path / "mine").mkdir()
    write(tmp_path / "mine" / "test_jingle.py", "precious")
    answer = ask("new-mechanism", "jingle", "--folder", "mine")
    assert (answer.code, len(answer.complaints)) == (2, 1)
    assert "is there already" in answer.err
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["test_jingle.py"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1\ny = = 2\n", "mine.py:2: SyntaxError"),
        ("import sim\nimport nosuchthing\n", "mine.py:2: ModuleNotFoundError: No module named 'nosuchthing'"),
        ("import sim\n", "'mine.py' registers no mechanism"),
        (
            "from sim import Mechanism\n\nMechanism(name='a', phase='night')\n",
            "mine.py:3: mechanism 'a': phase 'night'",
        ),
    ],
)
def test_a_bad_mechanism_file_costs_one_line(ask: Callable[..., Answer], tmp_path: Path, text: str, said: str) -> None:
    write(tmp_path / "mine.py", text)
    for command in ("run", "check", "day"):
        answer = ask(command, "launch", "--mechanism", "mine.py")
        assert (answer.code, answer.out, len(answer.complaints)) == (2, "", 1)
        assert said in answer.err


def test_a_kernel_that_cannot_be_compiled_or_wired_costs_one_line(
    ask: Callable[..., Answer], tmp_path: Path, forget: None
) -> None:
    head = "from sim import Mechanism, kernel, register\n\n\n@kernel\n"
    tail = "\n\n\nregister(Mechanism(name='{}', phase='need', kernels=(drift,), doc='Drift.'))\n"
    for name, kernel, said in (
        (
            "typed",
            "def drift(lo, hi, day, key, motivation):\n    motivation[lo] = 'much'",
            "a mechanism cannot be compiled",
        ),
        ("misspelt", "def drift(lo, hi, day, key, motivaton):\n    pass", "'motivation'"),
    ):
        write(tmp_path / f"{name}.py", head + kernel + tail.format(name))
        answer = ask("run", "launch", *SMALL, "--mechanism", f"{name}.py")
        unregister(name)
        assert (answer.code, answer.out, len(answer.complaints)) == (2, "", 1)
        assert said in answer.err


# ------------------------------------------------------------------ Ctrl-C


def test_ctrl_c_stops_after_the_day_keeps_it_and_leaves_with_130(tmp_path: Path) -> None:
    words = ["run", "launch", "--consumers", "20000", "--days", "7000", "--no-figures", "--out", "kept"]
    # A word on stdout after each day tells this test when the days have begun.
    code = (
        "import sys\nfrom sim.commands import run\nfrom sim.cli import main\n"
        "reached = run.Progress.reached\n"
        "run.Progress.reached = lambda self, done: (print('day', done, flush=True), reached(self, done))\n"
        f"main({words})\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert process.stdout
    try:
        while "day 5" not in process.stdout.readline():
            assert process.poll() is None, process.stderr and process.stderr.read()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=120)
    finally:
        process.kill()
    assert process.returncode == 130, err
    assert "Traceback" not in err
    run = Run.load(tmp_path / "kept")
    assert run.record.stopped
    assert 5 <= run.record.days < 7000
    assert f"Stopped after day {run.record.days} of 7000, 20,000 consumers" in out
    assert not [path for path in tmp_path.iterdir() if path.name != "kept"]


def test_ctrl_c_before_the_days_and_a_second_one_give_up_at_once() -> None:
    from sim.commands.run import Stop

    before, stop = signal.getsignal(signal.SIGINT), Stop()
    with stop.listening():
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        stop.in_days = True
        stop.after_day()
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            stop.after_day()
        with pytest.raises(SystemExit) as left:
            signal.raise_signal(signal.SIGINT)
    assert left.value.code == 130
    assert signal.getsignal(signal.SIGINT) is before
