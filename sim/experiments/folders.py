"""A result on one plan as one folder: plain tables, words, pictures; whole or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sim
from sim.files import refuse_other, refuse_unwritable, write_folder
from sim.results.folder import write_json, write_scenario
from sim.version import model_version

if TYPE_CHECKING:
    from sim.scenario import Scenario

ABOUT = "about.json"


def about(what: str, scenario: Scenario, seeds: Iterable[int], settings: Mapping[str, Any]) -> dict[str, Any]:
    """What a result hangs on: its kind, the scenario's fingerprint, seeds, settings, versions, the date."""
    return {
        "format": form_of(what),
        "title": scenario.title,
        "created": date.today().isoformat(),
        "scenario_fingerprint": scenario.fingerprint(),
        "model_fingerprint": model_version(),
        "version": sim.__version__,
        "seeds": list(seeds),
        "settings": dict(settings),
    }


def save_folder(
    folder: str | os.PathLike[str],
    what: str,
    scenario: Scenario,
    facts: Mapping[str, Any],
    readme: str,
    write: Callable[[Path], None],
) -> Path:
    """Write a folder whole or not at all and return its path; `write` makes its tables and pictures.

    what: kind of result, such as "attribution". A folder of that kind is replaced. Raises FileExistsError for anything
    else.
    """

    def fill(place: Path) -> None:
        write(place)
        (place / "README.txt").write_text(readme, "utf-8")
        write_scenario(scenario, place)
        write_json(place / ABOUT, dict(facts))

    return write_folder(Path(folder), fill, lambda place: _is(place, what), what)


def refuse_place(place: Path, what: str) -> None:
    """Raise OSError with a sentence if a result of this kind could not be saved there."""
    refuse_other(place.expanduser().absolute(), lambda one: _is(one, what), what)
    refuse_unwritable(place, what)


def form_of(what: str) -> str:
    """Mark of a folder of this kind."""
    return f"journeysim {what} 1"


def _is(place: Path, what: str) -> bool:
    try:
        return bool(json.loads((place / ABOUT).read_text("utf-8"))["format"] == form_of(what))
    except (OSError, ValueError, KeyError, TypeError):
        return False
