"""What is wrong with text that is not TOML, and how to mend it."""

from __future__ import annotations

import re
import tomllib
from ast import literal_eval

from sim.scenario.errors import Path, Sentence, dotted
from sim.scenario.lines import find_lines

_POSITION = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")
_REOPENED = re.compile(r"(?:mutate immutable namespace|declare) (\(.*\))")


def explain(problem: tomllib.TOMLDecodeError, text: str) -> tuple[str, int]:
    """The reader's problem with a text in words, and the line it is on."""
    found = _POSITION.search(str(problem))
    line = int(found.group(1)) if found and found.group(1) else text.count("\n") + 1
    reason = _POSITION.sub("", str(problem))
    mended = _reopened(reason, text.splitlines()[: line - 1])
    return mended or f"this is not TOML: {reason[:1].lower()}{reason[1:]}", line


def _reopened(reason: str, above: list[str]) -> str:
    """What to do where a table is added to that the lines above have closed; empty if that is not the problem."""
    found = _REOPENED.search(reason)
    if not found:
        return ""
    path: Path = literal_eval(found.group(1))
    try:
        lines = find_lines("\n".join(above)) if tomllib.loads("\n".join(above)) else {}
    except tomllib.TOMLDecodeError:
        return ""
    for length in range(1, len(path) + 1):
        name, line = dotted(path[:length]), lines.get(path[:length])
        opening = line and re.search(
            rf"(?<![\w-]){re.escape(str(path[length - 1]))}[\"']?\s*=\s*([\[{{])", above[line - 1]
        )
        if opening and opening.group(1) == "{":
            closed = f"'{name}' is written in braces on line {line}, so it cannot be added to below"
            return f"{closed}; write [{name}] there, and its keys on the lines under it"
        if opening:
            closed = f"'{name}' is written in brackets on line {line}, so it cannot be added to below"
            return f"{closed}; give each of its tables a header [[{name}]] instead"
    if (*path, 0) in lines:
        return f"'{dotted(path)}' {Sentence('tables', path=dotted(path))}"
    return (
        f"there is already a table [{dotted(path)}] on line {lines[path]}; put all its keys there"
        if path in lines
        else ""
    )
