"""Which model made a result: one fingerprint of every source file that a number can hang on.

The package's version says which release is installed; in a checkout it stays while the model is edited. Two results are of one
model if their scenario, seed and `model_version` agree.
"""

from __future__ import annotations

import io
import tokenize
from collections.abc import Iterator
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

    Of what the files say to Python when it is first asked for (a sixth of a second): comments, blank lines and docstrings make no
    other model, any other word does. Mechanism files from elsewhere, and scenarios with the files they read, have hashes of
    their own.
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
            digest.update("\0".join(_meant(path.read_bytes())).encode())
    return digest.hexdigest()


def _meant(source: bytes) -> Iterator[str]:
    """Words of a source that Python acts on, with where lines end and blocks begin and end.

    Left out are comments, blank lines and lines that are nothing but a string. Words, not the syntax tree: the tree has other
    fields in other versions of Python, and a study may be gone on with on another.
    """
    line: list[tokenize.TokenInfo] = []
    for token in tokenize.tokenize(io.BytesIO(source).readline):
        if token.type in (tokenize.INDENT, tokenize.DEDENT):
            yield tokenize.tok_name[token.type]
        elif token.type == tokenize.NEWLINE:
            if any(one.type != tokenize.STRING for one in line):
                yield from (one.string for one in line)
                yield "\n"
            line = []
        elif token.type not in (tokenize.ENCODING, tokenize.COMMENT, tokenize.NL, tokenize.ENDMARKER):
            line.append(token)
