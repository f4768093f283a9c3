"""`journeysim check`, `schema`, `scenarios` and `day`: what there is, without a run."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from command_line import ROOT, Answer

from sim.mechanism import registry


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
