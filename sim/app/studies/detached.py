"""A study's own process: the command `sim sweep`, which neither a closed tab nor the end of the server stops.

The process holds a lock on a file in the study's folder for as long as it lives, however it ends: the lock is taken here
and inherited. So a study runs once at most, and any server, also one started later, knows whether it runs.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import sim

LOCK, LOG = ".running", "log.txt"
GENTLE = 10
"""Niceness of a study: whoever looks at a page goes first."""
_ours: list[subprocess.Popen[bytes]] = []
"""Processes that this server started and has not yet seen end."""


class CannotStart(Exception):
    """The process cannot be started, and why."""


def start(folder: Path, arguments: Sequence[str]) -> None:
    """Start `sim` with arguments, apart from this process. Raises CannotStart where it runs already or this system cannot."""
    if os.name != "posix":
        raise CannotStart("the app starts studies on Linux and macOS only; use the command shown")
    import fcntl

    handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _take(handle)
        with open(folder / LOG, "wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "sim", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=_environment(),
                start_new_session=True,
                pass_fds=(handle,),
            )
        _ours.append(process)
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(process.pid).encode(), 0)
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, process.pid, GENTLE)
    except BlockingIOError:
        raise CannotStart("it is running already") from None
    except OSError as problem:
        fcntl.flock(handle, fcntl.LOCK_UN)
        raise CannotStart(f"its process cannot be started: {problem.strerror}") from None
    finally:
        os.close(handle)


def _take(handle: int) -> None:
    """Lock; whoever only looks whether it is locked (`alive`) is waited for."""
    import fcntl

    for left in reversed(range(5)):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if not left:
                raise
            time.sleep(0.02)


def _environment() -> dict[str, str]:
    """This server's environment, with the model that it runs itself first on the path."""
    home = str(Path(sim.__file__).parents[1])
    paths = [home, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "COLUMNS": "160"}


def alive(folder: Path) -> bool:
    """Whether a study's process lives."""
    _ours[:] = [one for one in _ours if one.poll() is None]
    if os.name != "posix":
        return False
    import fcntl

    try:
        handle = os.open(folder / LOCK, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def interrupt(folder: Path) -> None:
    """Ask a study to stop after the runs under way, as Ctrl-C does."""
    _signal(folder, signal.SIGINT)


def end(folder: Path, patience: float = 5.0) -> None:
    """End a study at once and wait, at most `patience` seconds, until it is gone; the runs under way are lost."""
    if os.name == "posix":
        _signal(folder, signal.SIGKILL)
        until = time.monotonic() + patience
        while alive(folder) and time.monotonic() < until:
            time.sleep(0.02)


def _signal(folder: Path, what: signal.Signals) -> None:
    """Only while the lock is held, so that the number in it cannot be another process'."""
    if not alive(folder):
        return
    with contextlib.suppress(ValueError, OSError):
        number = int((folder / LOCK).read_text())
        if what == signal.SIGINT:
            os.kill(number, what)
        else:
            os.killpg(number, what)


def last_words(folder: Path, most: int = 4) -> str:
    """The last lines that the process said, without where the server keeps its files; empty where it said nothing."""
    try:
        text = (folder / LOG).read_text("utf-8", "replace")
    except OSError:
        return ""
    lines = [line.strip() for line in text.replace("\r", "\n").splitlines() if line.strip()]
    return "\n".join(lines[-most:]).replace(f"{folder}{os.sep}", "").replace(str(folder), "the study's folder")
