"""Studies of the app: kept in one folder, computed by a process of their own, stopped, killed and gone on with."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import sim
from sim.app.panels.study_words import factor_words
from sim.app.studies import Card, Studies, StudyError, detached, studies
from sim.app.studies.folder import DESIGNED, FINISHED, RUNNING, STOPPED
from sim.app.studies.review import Review, review
from sim.app.words import Words
from sim.experiments.sweep.results import Sweep

REPO = Path(__file__).parents[2]
SERVER = """
import sys
from pathlib import Path
from sim.app.studies import Studies, detached
detached.GENTLE = 0
Studies(Path(sys.argv[1])).start(sys.argv[2])
"""
TEXT = """
title = "Price & talk: does it pay?"
scenario = "minimal"
consumers = 400
days = {days}
seeds = 2
outputs = ["units", "profit"]

[design]
kind = "latin_hypercube"
points = {points}

[[factors]]
name = "talk"
path = "word_of_mouth.rate"
range = [0.1, 1.0]

[[factors]]
name = "money"
path = "plan.flights.0.weekly"
range = [0, 20000]
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studies]:
    """An empty folder of studies, whose processes need not stand back for others, and end with the test."""
    monkeypatch.setattr(detached, "GENTLE", 0)
    found = Studies(tmp_path / "studies")
    yield found
    for name in found.names():
        detached.end(found.place(name))


def made(place: Studies, points: int = 4, days: int = 20, visitor: str = "") -> str:
    """A study that was reviewed and kept."""
    text = TEXT.format(points=points, days=days)
    return place.create(text, review(text), visitor=visitor)


def wait(place: Studies, name: str, until: Callable[[Card], bool], seconds: float = 240) -> Card:
    """The study's card as soon as something holds of it."""
    end = time.monotonic() + seconds
    while not until(card := place.card(name)):
        assert time.monotonic() < end, (card, detached.last_words(place.place(name)))
        time.sleep(seconds / 12_000)  # a look reads the whole journal, which takes from what a long study needs
    return card


def test_a_study_is_kept_under_a_name_that_cannot_leave_the_folder(place: Studies) -> None:
    name, other = made(place), made(place)
    assert (name, other) == ("price-talk-does-it-pay", "price-talk-does-it-pay-2")
    card = place.card(name)
    assert (card.state, card.review.runs, card.waiting, card.done) == (DESIGNED, 8, 8, 0)
    assert [name for name, _ in card.review.factors] == ["talk", "money"]
    said = {
        language: [factor_words(values, Words(language)) for _, values in card.review.factors]
        for language in ("en", "nl")
    }
    assert said == {"en": ["0.1 to 1", "0 to 20,000"], "nl": ["0,1 tot 1", "0 tot 20.000"]}
    assert set(place.names()) == {name, other}
    outside = place.root.parent / "outside"
    outside.mkdir()
    (outside / "card.json").write_text("{}")
    (place.root / "link").symlink_to(outside)
    for bad in ("../outside", "..", "", "a/b", "link", "UPPER", "no-such", ".", "a" * 200):
        with pytest.raises(StudyError, match="unknown"):
            place.card(bad)
    place.remove(other)
    assert place.names() == [name]


@pytest.mark.parametrize(
    ("points", "days"), [(40, 150), pytest.param(2_500, 2, marks=pytest.mark.slow)], ids=["80 runs", "5,000 runs"]
)
def test_killed_and_gone_on_with_it_has_every_row_once_and_the_numbers_of_one_unbroken(
    place: Studies, points: int, days: int
) -> None:
    name, runs = made(place, points=points, days=days), 2 * points
    place.start(name)
    place.start(name)  # a second press changes nothing
    # The process is slow to begin and may be quick then: it is killed before half way, as a crash of the machine would.
    wait(place, name, lambda card: card.done >= 0.4 * runs, seconds=max(240, points))
    number = int((place.place(name) / detached.LOCK).read_text())
    os.killpg(number, signal.SIGKILL)
    card = wait(place, name, lambda card: card.state == STOPPED)
    assert 0.4 * runs <= card.done < runs
    later = Studies(place.root)  # another server finds it as it is
    assert later.card(name).state == STOPPED
    later.start(name)
    wait(later, name, lambda card: card.state == FINISHED, seconds=max(240, points))
    found = Sweep.load(later.results(name)).runs
    assert len(found) == runs
    assert len(found[["point", "seed"]].drop_duplicates()) == runs
    assert set(found["status"]) == {"ok"}
    unbroken = sim.sweep(place.place(name) / "study.toml", place.root / "unbroken", workers="inline").runs
    pd.testing.assert_frame_equal(found, unbroken)


def test_a_study_outlives_its_server_stops_when_asked_and_says_so(place: Studies) -> None:
    name = made(place, points=400, days=150)
    # Begun by a server that ends at once: the study lives on.
    subprocess.run([sys.executable, "-c", SERVER, str(place.root), name], cwd=REPO, check=True)
    card = wait(place, name, lambda card: card.done > 3)
    assert card.state == RUNNING
    assert card.rate > 0 < card.left
    with pytest.raises(StudyError, match="running"):
        place.remove(name)
    place.stop(name)
    card = wait(place, name, lambda card: card.state == STOPPED)
    assert card.waiting > 0
    assert card.said == ""
    place.remove(name)
    assert place.names() == []


def test_what_a_process_said_last_is_told_without_the_servers_paths(place: Studies) -> None:
    name = made(place)
    (place.place(name) / "study.toml").write_text("scenario = 'launch'\n")
    place.start(name)
    card = wait(place, name, lambda card: card.state == STOPPED)
    assert "design" in card.said
    assert str(place.root) not in card.said


def test_only_so_many_run_and_are_kept(place: Studies, monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.app.studies import folder

    name = made(place)
    monkeypatch.setattr(folder, "MOST_RUNNING", 0)
    with pytest.raises(StudyError, match="busy"):
        place.start(name)
    monkeypatch.setattr(folder, "MOST_RUNNING", 2)
    monkeypatch.setattr(folder, "MOST_DISK", 10)
    with pytest.raises(StudyError, match="full"):
        place.start(name)
    monkeypatch.setattr(folder, "MOST_STUDIES", 1)
    with pytest.raises(StudyError, match="too_many"):
        made(place)
    assert place.card(name).state == DESIGNED


def test_on_a_shared_server_only_its_maker_may_change_a_study(tmp_path: Path) -> None:
    place = Studies(tmp_path, shared=True)
    name = made(place, visitor="one browser")
    assert place.card(name, "one browser").mine
    assert not place.card(name, "another").mine
    assert not place.card(name).mine
    actions: list[Callable[..., Any]] = [place.start, place.stop, place.remove]
    for action in actions:
        with pytest.raises(StudyError, match="not_yours"):
            action(name, "another")
    assert "one browser" not in (tmp_path / name / "card.json").read_text()


REFUSED = {
    "../launch": ('scenario = "../launch"', "starts from"),
    "another file": ('scenario = "/etc/passwd"', "starts from"),
    "own case": ('scenario = "scenario.toml"', "open it as your case"),
    "code": ('scenario = "minimal"\nmechanisms = ["a.py"]', "cannot bring code"),
    "rows": ('scenario = "minimal"\n[design]\nkind = "list"\nfile = "/etc/passwd"', "cannot name other files"),
    "network": ('scenario = "minimal"\n[changes]\n"world.peers.file" = "/etc/passwd"', "cannot name other files"),
    "network as a factor": (
        'scenario = "minimal"\n[[factors]]\npath = \'world.peers."file"\'\nlevels = ["/etc/passwd"]',
        "cannot vary the file",
    ),
    "network within": (
        'scenario = "minimal"\n[[factors]]\npath = "world.peers"\nlevels = [{ file = "/etc/passwd" }]',
        "cannot name other files",
    ),
    "not TOML": ("scenario = ", "not a study file"),
    "seeds": ('scenario = "minimal"\nseeds = 90000', "seeds are too many"),
    "size": ("#" * 120_000, "too large"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_study_that_reaches_outside_is_refused(case: str) -> None:
    text, words = REFUSED[case]
    assert words in "\n".join(map(str, review(text).mistakes))


DESIGN = """
scenario = "minimal"
seeds = 1
[design]
kind = "latin_hypercube"
points = {points}
[[factors]]
path = "{path}"
"""


@pytest.mark.parametrize(
    ("points", "path", "values", "words"),
    [
        (30_000, "word_of_mouth.rate", "range = [0.1, 1]", "30,000 runs"),
        (4, "world.market.consumers", "range = [100, 5000000]", "5,000,000 consumers are too many"),
        (4, 'world."market".consumers', "levels = [100, 5000000]", "5,000,000 consumers are too many"),
        (4, "world.market.consumers", "levels = [100, 90000]", "consumer-days is too large"),
        (4, "horizon.days", "levels = [100, 2000]", "2,000 days are too many"),
        (20_000, "world.market.consumers", "levels = [100, 60000]", "too much for the app"),
    ],
)
def test_more_than_a_shared_machine_gives_is_refused(points: int, path: str, values: str, words: str) -> None:
    text = DESIGN.format(points=points, path=path.replace('"', '\\"')) + values
    assert words in "\n".join(map(str, review(text).mistakes))


def test_a_review_is_kept_as_plain_data(place: Studies) -> None:
    told = review(TEXT.format(points=4, days=20))
    assert Review.of(told.plain()) == told
    assert (told.kind, told.points, told.seeds, told.consumers, told.days) == ("latin_hypercube", 4, 2, 400, 20)


def test_a_study_of_another_model_version_is_not_mixed_but_copied(place: Studies) -> None:
    from sim.experiments.sweep.folder import begin
    from sim.experiments.sweep.runner import cells
    from sim.experiments.sweep.store import Store
    from sim.experiments.sweep.study import load_study

    pytest.importorskip("solara", reason="the app needs: pip install 'journeysim[app]'")
    from sim.app.panels.study_run import ways

    name = made(place)
    folder = place.results(name)
    folder.mkdir()
    study = load_study(place.place(name) / "study.toml")
    with Store(folder, ()) as store:
        begin(folder, study)
        store.plan(cells(study))
        store.keep(0, {"units": 1.0, "profit": 2.0}, b"", 20, 0.1, "here")
    (place.place(name) / detached.LOG).touch()
    card = place.card(name)
    assert (card.state, card.stale, ways(card)) == (STOPPED, False, ["resume", "copy"])
    manifest = folder / "manifest.json"
    manifest.write_text(manifest.read_text().replace(study.identity["model"], "another"))
    card = place.card(name)
    assert (card.stale, ways(card)) == (True, ["copy"])
    copied = place.card(place.copy(name))
    assert (copied.state, copied.review, copied.waiting) == (DESIGNED, card.review, 8)


def test_the_environment_says_where_studies_are_and_who_may_change_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JOURNEYSIM_STUDIES", raising=False)
    monkeypatch.delenv("JOURNEYSIM_SHARED", raising=False)
    assert (studies().root, studies().shared) == (Path("runs", "studies"), False)
    monkeypatch.setenv("JOURNEYSIM_STUDIES", str(tmp_path))
    monkeypatch.setenv("JOURNEYSIM_SHARED", "1")
    assert (studies().root, studies().shared) == (tmp_path, True)
