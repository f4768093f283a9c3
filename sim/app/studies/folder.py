"""The server's folder of studies: one folder each, which holds the study's file, who made it, and the sweep's own folder.

    <studies>/price-and-talk/
        study.toml, scenario.toml    as given to `sim sweep`; the second only where the study starts from a case of one's own
        card.json                    title, size, factors, and a mark of the browser that made it
        .running, log.txt            the process' lock and what it said
        results/                     the sweep (see docs/sweeps.md)

Names come from titles and hold letters, digits and hyphens only, so that nobody reaches outside the folder.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from sim.app.studies import check, detached
from sim.app.studies.review import Review
from sim.experiments.sweep.folder import read_manifest
from sim.experiments.sweep.store import StoreError
from sim.files import write_folder
from sim.scenario import Scenario, load
from sim.version import model_version

CARD, RESULTS = "card.json", "results"
MOST_STUDIES, MOST_RUNNING = 100, 2
MOST_DISK = 4e9
"""Bytes that all studies of a server may take."""
LONGEST_SAID = 40
"""Letters of a name that is not known which a page repeats."""
STATUSES = ("ok", "failed", "waiting")
"""Of runs, in the journal."""
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?")
DESIGNED, RUNNING, STOPPING, STOPPED, FINISHED, FAILED = (
    "designed",
    "running",
    "stopping",
    "stopped",
    "finished",
    "failed",
)
WORKERS = max(1, (os.cpu_count() or 2) // 2)
"""Processes of one study: half the cores, so that two studies share the machine and pages stay quick."""


class StudyError(Exception):
    """Something cannot be done with a study. key: of the catalogue, under "study.refused"; details: what it names."""

    def __init__(self, key: str, **details: Any) -> None:
        super().__init__(key, details)
        self.key, self.details = key, details


@dataclass(frozen=True)
class Card:
    """A study as a list shows it.

    state: "designed" (never begun), "running", "stopping", "stopped", "finished" or "failed" (finished, but some runs failed).
    ok, failed, waiting: runs. seconds: mean of the last runs; workers: at a time. mine: whether this visitor may change it.
    said: last words of a process that ended before it was done. stale: it was begun with another version of the model, whose
    runs cannot be mixed with this one's.
    """

    name: str
    review: Review
    created: str
    state: str
    ok: int
    failed: int
    waiting: int
    seconds: float
    workers: int
    mine: bool
    said: str = ""
    stale: bool = False

    @property
    def done(self) -> int:
        """Runs that are over."""
        return self.ok + self.failed

    @property
    def rate(self) -> float:
        """Runs a second while it runs; 0: not known yet."""
        return self.workers / self.seconds if self.seconds else 0.0

    @property
    def left(self) -> float:
        """Seconds that the waiting runs will take; 0: not known yet."""
        return self.waiting * self.seconds / self.workers


class Studies:
    """All studies of a server, in one folder. shared: the server is reached by others, so only its maker may change a study."""

    def __init__(self, root: Path, shared: bool = False) -> None:
        self.root, self.shared = root, shared
        self._door = threading.Lock()

    # ------------------------------------------------------------------ looking

    def names(self) -> list[str]:
        """Every study, the newest first."""
        if not self.root.is_dir():
            return []
        found = [one for one in self.root.iterdir() if _is_study(one)]
        return [one.name for one in sorted(found, key=lambda one: (-(one / CARD).stat().st_mtime, one.name))]

    def place(self, name: str) -> Path:
        """The folder of a study. Raises StudyError if there is none of that name."""
        folder = self.root / name
        if not _is_study(folder) or folder.name != name:
            raise StudyError("unknown", name=name if len(name) <= LONGEST_SAID else f"{name[: LONGEST_SAID - 1]}…")
        return folder.absolute()

    def results(self, name: str) -> Path:
        """The sweep's own folder; there once the study was begun."""
        return self.place(name) / RESULTS

    def card(self, name: str, visitor: str = "") -> Card:
        """A study and how far it is. Raises StudyError if there is none of that name."""
        folder = self.place(name)
        table = self._table(folder)
        review = Review.of(table["review"])
        counts, seconds = _progress(folder / RESULTS)
        alive = detached.alive(folder)
        waiting = counts["waiting"] if sum(counts.values()) else review.runs
        done = counts["ok"] + counts["failed"]
        if alive:
            state = STOPPING if (folder / ".stopping").exists() else RUNNING
        elif waiting:
            state = STOPPED if (folder / detached.LOG).exists() else DESIGNED
        else:
            state = FAILED if counts["failed"] else FINISHED
        said = detached.last_words(folder) if state == STOPPED and not (folder / ".stopping").exists() else ""
        return Card(name, review, table["created"], state, counts["ok"], counts["failed"], waiting, seconds,
                    min(WORKERS, max(waiting + done, 1)), self._may(table, visitor), said,
                    bool(done) and state in (STOPPED, FAILED) and _is_stale(folder / RESULTS))  # fmt: skip

    def cards(self, visitor: str = "") -> list[Card]:
        """Every study, the newest first; one that cannot be read is left out."""
        found = []
        for name in self.names():
            try:
                found.append(self.card(name, visitor))
            except (StudyError, OSError, ValueError, TypeError, KeyError):
                continue
        return found

    def text(self, name: str) -> str:
        """The study's file."""
        return (self.place(name) / check.NAME).read_text("utf-8")

    def scenario_text(self, name: str) -> str:
        """The scenario's file beside it; empty where the study starts from a shipped one."""
        path = self.place(name) / check.OWN
        return path.read_text("utf-8") if path.is_file() else ""

    def command(self, name: str, out: str = "") -> list[str]:
        """Arguments of `sim` that compute a study; the folder of the results is that of this server unless told otherwise."""
        folder = self.place(name)
        return [
            "sweep",
            str(folder / check.NAME),
            "--out",
            out or str(folder / RESULTS),
            "--workers",
            str(WORKERS),
            "--yes",
        ]

    def _table(self, folder: Path) -> dict[str, Any]:
        table: dict[str, Any] = json.loads((folder / CARD).read_text("utf-8"))
        return table

    def _may(self, table: dict[str, Any], visitor: str) -> bool:
        return not self.shared or (bool(visitor) and table.get("maker") == _mark(visitor))

    # ------------------------------------------------------------------ changing

    def create(self, text: str, review: Review, own: Scenario | None = None, visitor: str = "") -> str:
        """Keep a study that was reviewed, and return its name. Raises StudyError if there is no room."""
        check.refuse(text, own)
        with self._door:
            names = self.names()
            if len(names) >= MOST_STUDIES:
                raise StudyError("too_many", most=MOST_STUDIES)
            name = _free(review.title, names)
            table = {
                "review": review.plain(),
                "created": datetime.now().isoformat(timespec="minutes"),
                "maker": _mark(visitor) if visitor else "",
            }

            def fill(folder: Path) -> None:
                check.write(folder, text, own)
                (folder / CARD).write_text(json.dumps(table, indent=1) + "\n", "utf-8")

            write_folder(self.root / name, fill, lambda _: False, "study")
        return name

    def copy(self, name: str, visitor: str = "") -> str:
        """A new study of the same file, not begun, for whoever asks; returns its name. Raises StudyError if there is no room."""
        review = self.card(name).review
        own = load(self.place(name) / check.OWN) if self.scenario_text(name) else None
        return self.create(self.text(name), review, own, visitor)

    def start(self, name: str, visitor: str = "", again: bool = False) -> None:
        """Begin a study or go on with it, in a process of its own. again: its failed runs too.

        Raises StudyError if it runs already, too many run, or the disk's share is used up.
        """
        folder = self._mine(name, visitor)
        with self._door:
            if detached.alive(folder):
                return
            if sum(detached.alive(self.root / one) for one in self.names()) >= MOST_RUNNING:
                raise StudyError("busy", most=MOST_RUNNING)
            card = self.card(name, visitor)
            share = card.review.disk * card.waiting / max(card.review.runs, 1)
            if self.size() + share > MOST_DISK:
                raise StudyError("full", most=f"{MOST_DISK / 1e9:.0f} GB")
            (folder / ".stopping").unlink(missing_ok=True)
            begun = (folder / RESULTS).is_dir()
            arguments = self.command(name) + ["--resume"] * begun + ["--retry-failed"] * (again and begun)
            try:
                detached.start(folder.resolve(), arguments)
            except detached.CannotStart as problem:
                raise StudyError("cannot_start", why=str(problem)) from None

    def stop(self, name: str, visitor: str = "", at_once: bool = False) -> None:
        """Let a study stop after the runs under way, or at once; it can go on later."""
        folder = self._mine(name, visitor)
        (folder / ".stopping").touch()
        if at_once:
            detached.end(folder)
        else:
            detached.interrupt(folder)

    def remove(self, name: str, visitor: str = "") -> None:
        """Delete a study with all its runs. Raises StudyError while it runs."""
        folder = self._mine(name, visitor)
        with self._door:
            if detached.alive(folder):
                raise StudyError("running", name=name)
            aside = self.root / f".removed-{time.time_ns()}"
            folder.rename(aside)
            shutil.rmtree(aside, ignore_errors=True)

    def _mine(self, name: str, visitor: str) -> Path:
        folder = self.place(name)
        if not self._may(self._table(folder), visitor):
            raise StudyError("not_yours", name=name)
        return folder

    def size(self) -> float:
        """Bytes that all studies take."""
        return float(sum(_sizes(self.root)))


def _is_study(folder: Path) -> bool:
    """Whether a folder of the studies' is one: by its name, not by a link to elsewhere, with a card."""
    return bool(_NAME.fullmatch(folder.name)) and not folder.is_symlink() and (folder / CARD).is_file()


def _sizes(folder: Path) -> Iterator[int]:
    for above, _, files in os.walk(folder):
        for one in files:
            try:
                yield (Path(above) / one).lstat().st_size
            except OSError:
                continue


def _progress(results: Path) -> tuple[dict[str, int], float]:
    """Runs by status, and the mean seconds of the last hundred done; nothing where no sweep was begun yet."""
    try:
        return _counted(results, _stamp(results))
    except sqlite3.Error:  # the process is just making its tables
        return dict.fromkeys(STATUSES, 0), 0.0


def _stamp(results: Path) -> tuple[tuple[int, int], ...]:
    """What changes whenever a run is kept: time and size of the journal and of its log of changes."""
    found = []
    for name in ("runs.sqlite", "runs.sqlite-wal"):
        try:
            told = (results / name).stat()
            found.append((told.st_mtime_ns, told.st_size))
        except OSError:
            found.append((0, 0))
    return tuple(found)


@lru_cache(maxsize=4 * MOST_STUDIES)
def _counted(results: Path, stamp: tuple[tuple[int, int], ...]) -> tuple[dict[str, int], float]:
    """What `_progress` says, read once for each state of the journal, however many visitors look at the list."""
    counts = dict.fromkeys(STATUSES, 0)
    if stamp[0] == (0, 0):
        return counts, 0.0
    path = (results / "runs.sqlite").absolute()
    journal = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=1.0)
    try:
        counts |= dict(journal.execute("select status, count(*) from runs group by status").fetchall())
        mean = journal.execute(
            "select avg(seconds) from (select seconds from runs where status = 'ok' order by run desc limit 100)"
        ).fetchone()[0]
    finally:
        journal.close()
    return counts, float(mean or 0.0)


def _is_stale(results: Path) -> bool:
    """Whether a sweep was begun with another version of the model than this server's."""
    try:
        begun = str(read_manifest(results)["identity"]["model"])
    except (StoreError, KeyError):
        return False
    return begun != model_version()


def _mark(visitor: str) -> str:
    """A visitor's mark: who reads the folder cannot pass for them."""
    return blake2b(visitor.encode(), digest_size=12, person=b"journeysim").hexdigest()


def _free(title: str, taken: list[str]) -> str:
    """A name for a study: its title in letters, digits and hyphens, with a number where that is taken."""
    letters = re.sub(r"[^a-z0-9]+", "-", title.lower().encode("ascii", "ignore").decode()).strip("-")[:48].strip("-")
    start = letters or "study"
    return next(name for number in range(1, MOST_STUDIES + 2)
                if (name := start if number == 1 else f"{start}-{number}") not in taken)  # fmt: skip


def studies() -> Studies:
    """The studies of this server: in the folder JOURNEYSIM_STUDIES, else runs/studies where it was started."""
    root = Path(os.environ.get("JOURNEYSIM_STUDIES") or Path("runs", "studies"))
    return Studies(root, shared=os.environ.get("JOURNEYSIM_SHARED") == "1")
