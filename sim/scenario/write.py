"""Writing a scenario as TOML, and as the canonical text whose hash tells scenarios apart."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path as FilePath
from typing import Any

from sim.scenario.models import ScenarioFile

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def to_toml(file: ScenarioFile) -> str:
    """The whole scenario, defaults included, as TOML that loads to an equal one."""
    lines: list[str] = []
    _table(lines, (), file.model_dump(by_alias=True, exclude_none=True))
    return "\n".join(lines).strip() + "\n"


def arms_to_toml(arms: Mapping[str, Mapping[str, Any]]) -> str:
    """The arms of a scenario, changes by dotted path, as further tables of its file; empty without any."""
    lines: list[str] = []
    for name, changes in arms.items():
        lines += ["", f"[arms.{_key(name)}]"]
        lines += [f"{_key(path.removeprefix('plan.'))} = {_value(value)}" for path, value in changes.items()]
    return "\n".join([*lines, ""]) if lines else ""


def _table(lines: list[str], at: tuple[str, ...], table: Mapping[str, Any]) -> None:
    """One table: its plain values, then the tables in it, then its lists of tables."""
    inner = {key: one for key, one in table.items() if isinstance(one, dict) and one}
    lists = {key: one for key, one in table.items() if isinstance(one, tuple) and one and isinstance(one[0], dict)}
    plain = [f"{_key(key)} = {_value(one)}" for key, one in table.items() if key not in inner and key not in lists]
    if at and (plain or not (inner or lists)):
        lines += ["", f"[{'.'.join(map(_key, at))}]"]
    lines += plain
    for key, one in inner.items():
        _table(lines, (*at, key), one)
    for key, tables in lists.items():
        for one in tables:
            lines += ["", f"[[{'.'.join(map(_key, (*at, key)))}]]"]
            lines += [f"{_key(name)} = {_value(value)}" for name, value in one.items()]


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    if isinstance(value, dict):
        inner = ", ".join(f"{_key(key)} = {_value(one)}" for key, one in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    return repr(value)


def fingerprint(file: ScenarioFile, folder: FilePath) -> str:
    """BLAKE2b of the scenario as JSON with sorted keys and floats by repr, 32 hex digits.

    Files it refers to count by what they contain, not by where they are.
    """
    tables = file.model_dump(mode="json", by_alias=True)
    peers = tables["world"]["peers"]
    for table, keys in (
        (peers, ("file", "nodes")),
        *((one, ("file",)) for half in ("world", "plan") for one in tables[half]["spend"]),
    ):
        for key in keys:
            if table[key] is not None:
                path = folder / table[key]
                state = path.stat()
                table[key] = _content(str(path), state.st_mtime_ns, state.st_size)
    text = json.dumps(tables, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return blake2b(text.encode(), digest_size=16).hexdigest()


@lru_cache(maxsize=64)
def _content(name: str, changed: int, size: int) -> str:
    """Hash of a file's bytes. `changed` and `size` are here so that an edited file is read anew."""
    with open(name, "rb") as file:
        return blake2b(file.read(), digest_size=16).hexdigest()
