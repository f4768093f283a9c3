"""Writing files and folders so that a crash loses nothing, and saying which file is damaged where one is."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""Errors of a disk, or one's share of it, that takes no more."""


def write_whole(path: Path, text: str) -> None:
    """Write a text file whole or not at all: to a name of its own beside it, which then takes the file's place."""
    fresh = path.with_name(f".{path.name}.unfinished-{os.getpid()}")
    try:
        fresh.write_text(text, "utf-8")
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def write_folder(folder: Path, write: Callable[[Path], None], is_ours: Callable[[Path], bool], what: str) -> Path:
    """Write a folder whole or not at all, and return its path: `write` fills it under another name beside its place.

    A folder that `is_ours` is replaced. Raises FileExistsError if the place is taken by anything else but an empty folder
    (`what` it should be, a "run", is named then), and OSError with a sentence for a full disk.
    """
    place = folder.expanduser().absolute()
    refuse_other(place, is_ours, what)
    place.parent.mkdir(parents=True, exist_ok=True)
    mark = f"{os.getpid()}-{secrets.token_hex(4)}"
    fresh = place.with_name(f".{place.name}.unfinished-{mark}")
    fresh.mkdir()
    try:
        write(fresh)
        _put(fresh, place, place.with_name(f".{place.name}.replaced-{mark}"))
    except OSError as problem:
        if problem.errno not in FULL:
            raise
        raise OSError(
            problem.errno,
            f"the disk is full, and the {what} was not saved; make room, or choose another place",
            str(place),
        ) from None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return place


@contextmanager
def if_damaged(path: Path, again: str) -> Iterator[None]:
    """Raise ValueError with the file's name if what is read from it here is missing or makes no sense; `again`: what to do then.

    Whatever its reader raises is taken for damage, but for a file that one may not read (PermissionError).
    """
    try:
        yield
    except PermissionError:
        raise
    except Exception as problem:
        what = "missing" if isinstance(problem, FileNotFoundError) else "damaged"
        raise ValueError(f"'{path}' is {what}, so it cannot be read; {again}") from problem


def refuse_other(place: Path, is_ours: Callable[[Path], bool], what: str) -> None:
    """Raise FileExistsError if something that is not ours, or not an empty folder, is at this place."""
    if not place.exists() or is_ours(place):
        return
    if place.is_dir() and not any(place.iterdir()):
        return
    found = f"a folder that does not hold a {what}" if place.is_dir() else "a file"
    raise FileExistsError(
        f"cannot save the {what} to '{place}': {found} is there already. Nothing was changed; choose a new folder name"
    )


def refuse_unwritable(place: Path, what: str) -> None:
    """Raise OSError with a sentence if a folder could not be made at this place."""
    above = place.expanduser().absolute().parent
    while not above.exists():
        above = above.parent
    if not above.is_dir():
        raise NotADirectoryError(f"cannot save the {what} to '{place}': '{above}' is a file")
    if not os.access(above, os.W_OK | os.X_OK):
        raise PermissionError(f"cannot save the {what} to '{place}': no right to write in '{above}'")


def _put(fresh: Path, place: Path, aside: Path) -> None:
    """Swap the finished folder into its place; on failure put the old one back."""
    replacing = place.exists()
    if replacing:
        place.rename(aside)
    try:
        fresh.rename(place)
    except OSError:
        if replacing:
            aside.rename(place)
        raise
    if replacing:
        shutil.rmtree(aside, ignore_errors=True)
