"""Words and progress on the terminal. Where output goes to a file or a pipe, there is no progress and no wrapping."""

from __future__ import annotations

import shutil
import sys
import textwrap
from types import TracebackType
from typing import Any

WIDEST = 100


def say(text: str) -> None:
    """Print sentences, wrapped to the terminal if it is one."""
    if sys.stdout.isatty():
        width = min(shutil.get_terminal_size().columns, WIDEST)
        text = "\n".join(textwrap.fill(line, width) for line in text.splitlines())
    print(text, flush=True)


def warn(text: str) -> None:
    """Print a line on stderr."""
    print(text, file=sys.stderr, flush=True)


def console(widest: int | None = None) -> Any:
    """A rich console on stdout; wide enough for whole tables where output goes to a file."""
    from rich.console import Console

    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 160
    return Console(width=min(width, widest) if widest else width, highlight=False)


class Progress:
    """One line on stderr that says what is going on, how far it is and how long it will take; gone at the end."""

    def __init__(self, quiet: bool) -> None:
        self.quiet = quiet
        self._shown: Any = None
        self._task: Any = None

    def __enter__(self) -> Progress:
        if not self.quiet and sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import Progress as Shown
            from rich.progress import SpinnerColumn, TextColumn

            self._shown = Shown(
                SpinnerColumn(),
                TextColumn("{task.description}"),
                TextColumn("{task.fields[note]}", style="dim"),
                _time_left(),
                console=Console(stderr=True),
                transient=True,
            )
            self._shown.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown:
            self._shown.stop()

    def begin(self, what: str, total: int | None = None) -> None:
        """Start on something; `total`: days to live, if it is that."""
        if self._shown:
            if self._task is not None:
                self._shown.remove_task(self._task)
            self._task = self._shown.add_task(what, total=total, note="")

    def note(self, text: str) -> None:
        """Add a word on how it goes."""
        if self._shown:
            self._shown.update(self._task, note=text)

    def reached(self, done: int) -> None:
        """So many days are done."""
        if self._shown:
            self._shown.update(self._task, completed=done)


def _time_left() -> Any:
    """For days: a bar, days done and the time left; for anything else the time it has taken."""
    from rich.progress import BarColumn, ProgressColumn, Task
    from rich.text import Text

    bar = BarColumn(bar_width=30)

    class TimeLeft(ProgressColumn):
        max_refresh = 0.1

        def render(self, task: Task) -> Any:
            if task.total is None:
                return Text(f"{task.elapsed or 0:.0f} s", style="dim")
            from rich.table import Table

            left = task.time_remaining
            words = f"{task.completed:.0f} of {task.total:.0f}" + ("" if left is None else f", {span(left)} left")
            row = Table.grid(padding=(0, 1))
            row.add_row(bar.render(task), Text(words))
            return row

    return TimeLeft()


def span(seconds: float) -> str:
    """A span of time as one says it: 42 s, 3 min 5 s, 2 h 10 min."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
