"""A result of the lab as one folder: plain tables, words, a picture; whole or not at all."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sim
from sim.kernels import fingerprint

if TYPE_CHECKING:
    from sim.scenario import Scenario

ABOUT = "about.json"


def about(form: str, scenario: Scenario, seeds: Iterable[int], settings: Mapping[str, Any]) -> dict[str, Any]:
    """What a result hangs on: its form, the scenario's fingerprint, seeds, settings, versions, the date."""
    return {
        "format": form,
        "title": scenario.title,
        "created": date.today().isoformat(),
        "scenario_fingerprint": scenario.fingerprint(),
        "model_fingerprint": fingerprint(),
        "version": sim.__version__,
        "seeds": list(seeds),
        "settings": dict(settings),
    }


def save_folder(
    folder: str | os.PathLike[str],
    scenario: Scenario,
    facts: Mapping[str, Any],
    readme: str,
    write: Callable[[Path], None],
) -> Path:
    """Write a folder beside its place, then put it there; `write` makes its tables and pictures. Returns the place.

    A folder of the same format is replaced. Raises FileExistsError if anything else is there already.
    """
    place = Path(folder).expanduser().absolute()
    refuse_if_taken(place, str(facts["format"]))
    place.parent.mkdir(parents=True, exist_ok=True)
    mark = f"{os.getpid()}-{secrets.token_hex(4)}"
    fresh, aside = (place.with_name(f".{place.name}.{word}-{mark}") for word in ("unfinished", "replaced"))
    fresh.mkdir()
    try:
        write(fresh)
        (fresh / "README.txt").write_text(readme, "utf-8")
        (fresh / "scenario.toml").write_text(scenario.to_toml(), "utf-8")
        (fresh / ABOUT).write_text(json.dumps(facts, indent=2) + "\n", "utf-8")
        _put(fresh, place, aside)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return place


def refuse_if_taken(place: Path, form: str) -> None:
    """Raise FileExistsError if something other than an empty folder or a result of this form is at this place."""
    if not place.exists() or (place.is_dir() and not any(place.iterdir())) or _form_of(place) == form:
        return
    what = "a folder that holds something else" if place.is_dir() else "a file"
    raise FileExistsError(
        f"cannot save to '{place}': {what} is there already. Nothing was changed; choose a new folder name"
    )


def _form_of(place: Path) -> str | None:
    try:
        return str(json.loads((place / ABOUT).read_text("utf-8"))["format"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


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
