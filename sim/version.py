"""Which model made a result: one fingerprint of every source file that a number can hang on.

The package's version says which release is installed; in a checkout it stays while the model is edited. Two results are of one
model if their scenario, seed and `model_version` agree.
"""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from pathlib import Path

__all__ = ["model_version"]

NOT_THE_MODEL = frozenset({"app", "benchmarks", "bridges", "commands", "evidence", "plots"})
"""Folders of the package that show, judge or hand on what was computed, and can change no number in it."""
ONLY_SPEAK = frozenset(
    {"__main__.py", "bench.py", "cli.py", "cli_effects.py", "cli_export.py", "cli_lab.py", "odd.py"}
    | {"picture.py", "pictures.py", "sources.py", "words.py"}
)
"""Names of files, wherever they are, that say or draw what others computed, or start them."""


@cache
def model_version() -> str:
    """Fingerprint of the model's source, 16 hexadecimal digits: mechanisms, engine, scenarios, books, figures, experiments.

    Of the files as they are when it is first asked for (a few milliseconds). A comment counts too: it cannot be told from what
    matters without reading as Python does, and asking once too often for a new run is the safe side. Mechanism files from
    elsewhere, and scenarios with the files they read, have hashes of their own.
    """
    return fingerprint_of(Path(__file__).parent)


def fingerprint_of(package: Path) -> str:
    """Fingerprint of the model in a copy of this package."""
    folders = [one for one in package.iterdir() if one.is_dir() and one.name not in NOT_THE_MODEL]
    found = [*package.glob("*.py"), *(path for one in folders for path in one.rglob("*.py"))]
    digest = blake2b(digest_size=8)
    for path in sorted(found, key=lambda path: path.relative_to(package).as_posix()):
        if path.name not in ONLY_SPEAK:
            digest.update(path.relative_to(package).as_posix().encode() + b"\0")
            digest.update(path.read_bytes())
    return digest.hexdigest()
