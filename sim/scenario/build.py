"""From plain data to a checked, complete scenario: every mistake at once, in words; defaults filled in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path as FilePath
from typing import Any

from pydantic import ValidationError

from sim.scenario.check import Registry, allowed, find_mistakes, focal_number, installed
from sim.scenario.defaults import merged_arrows, merged_channels, merged_stages
from sim.scenario.errors import Mistake, Path, ScenarioError, Sentence, dotted, meant, nearest
from sim.scenario.models import Journey, ScenarioFile, Table
from sim.scenario.read import Source


def build(source: Source, folder: FilePath, registry: Registry = installed) -> tuple[ScenarioFile, tuple[str, ...]]:
    """The complete scenario and notes on what was clipped. Raises ScenarioError with every mistake, in line order.

    `folder`: where relative file names start. `registry`: gives the mechanisms by name.
    """
    wrong: list[Mistake] = []
    reported: list[Path] = []
    try:
        file = ScenarioFile.model_validate(source.data, strict=True)
    except ValidationError as problem:
        wrong = field_mistakes(problem, source)
        file, reported = _repaired(source.data, problem)
    found, notes = find_mistakes(file, folder, registry)
    wrong += [source.located(one) for one in found if not _follows(one.path, reported)]
    if wrong:
        files = list(dict.fromkeys(one.file for one in wrong))
        raise ScenarioError(sorted(wrong, key=lambda one: (files.index(one.file), one.line or 0)))
    return _complete(file), tuple(notes)


def _follows(path: Path, reported: list[Path]) -> bool:
    """Whether what is said of a path may only follow from a bad field: in it, around it, or (of a date) in the horizon."""
    dated = path[-1:] in (("from",), ("to",), ("on",))
    return any(_same_place(path, one) or (dated and one[:1] == ("horizon",)) for one in reported)


def _same_place(one: Path, other: Path) -> bool:
    """Whether one path lies inside the other: what is said of a table may only follow from a bad field in it."""
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


def _complete(file: ScenarioFile) -> ScenarioFile:
    """The same scenario with everything said outright, so that reading it again changes nothing.

    The focal brand says so; channels and journey are the full tables; what the plan says of service, loyalty and
    referral is filled in from the focal brand's own; mechanism parameters are floats.
    """
    world, plan = file.world, file.plan
    focal = focal_number(file)
    brands = world.brands
    if not brands[focal].focal:
        brands = (*brands[:focal], brands[focal].model_copy(update={"focal": True}), *brands[focal + 1 :])
    journey = world.journey
    if journey.default or journey.remove:
        journey = Journey(default=False, stages=merged_stages(journey), arrows=merged_arrows(journey))
    filled = {
        key: getattr(brands[focal], key).model_copy(update={one: getattr(said, one) for one in said.model_fields_set})
        for key in ("service", "loyalty", "referral")
        if (said := getattr(plan, key)) is not None
    }
    events = tuple(one.model_copy(update={"set": _floats(one.set)}) if one.set else one for one in world.events)
    world = world.model_copy(
        update={
            "brands": brands,
            "channels": merged_channels(world.channels),
            "journey": journey,
            "events": events,
            "mechanisms": {name: _floats(values) for name, values in world.mechanisms.items()},
        }
    )
    return file.model_copy(update={"world": world, "plan": plan.model_copy(update=filled) if filled else plan})


def _floats(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: float(one) if type(one) is int else one for key, one in values.items()}


MOMENTS = {"date_wanted": "give_date", "moment_wanted": "give_moment"}
"""What our own checks of dates call a mistake, and the sentence on what to give."""


def show(value: Any) -> str:
    """A value as TOML would write it, short."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return Sentence("a_table")
    if isinstance(value, tuple | list):
        text = "[" + ", ".join(show(one) for one in value) + "]"
    else:
        text = repr(value) if isinstance(value, str) else f"{value:g}" if isinstance(value, float) else str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def field_mistakes(problem: ValidationError, source: Source, model: type[Table] = ScenarioFile) -> list[Mistake]:
    """Every mistake of a field once. `model`: what kind of file it is.

    A list whose values are mistaken is called too short by the reader, which counts only those that are right: that is left out.
    """
    errors = [one for one in problem.errors(include_url=False)
              if one["type"] != "too_short" or one["ctx"]["actual_length"] == len(one["input"])]  # fmt: skip
    return list(dict.fromkeys(field_mistake(one, source, model) for one in errors))


def field_mistake(error: Mapping[str, Any], source: Source, model: type[Table] = ScenarioFile) -> Mistake:
    """One mistake of a field's type, range or name, in a sentence. `model`: what kind of file it is."""
    at: Path = tuple(error["loc"])
    kind, value = error["type"], error["input"]
    place = source.place(at)
    if kind == "extra_forbidden":
        known = _schema_at(model, at[:-1]).get("properties", {})
        inside = [key for key in known if at[-1] in _schema_at(model, (*at[:-1], key)).get("properties", {})]
        hint = Sentence("belongs", path=dotted((*at[:-1], inside[0]))) if inside else nearest(at[-1], known)
        return Mistake(at[:-1], Sentence("not_a_key", name=at[-1], hint=hint), *place)
    if kind == "missing" and isinstance(at[-1], str):
        return Mistake(at[:-1], Sentence("missing", name=at[-1]), *place)
    if kind in ("too_short", "too_long", "missing"):
        list_at = at[:-1] if kind == "missing" else at
        wanted = _length(_schema_at(model, list_at))
        return Mistake(list_at, Sentence("length", count=len(value), wanted=wanted), *place)
    if kind == "tuple_type" and isinstance(value, dict):
        return Mistake(at, Sentence("tables", path=dotted(at)), *place)
    if kind.endswith("_wanted") and kind not in MOMENTS:
        return Mistake(at, f"{show(value)} is not allowed; {error['msg']}", *place)
    return Mistake(at, Sentence("not_allowed", value=show(value), wanted=_wanted(error, _schema_at(model, at))), *place)


def _wanted(error: Mapping[str, Any], node: Mapping[str, Any]) -> Sentence:
    """What to give instead, by what the schema says."""
    kind, value = error["type"], error["input"]
    if kind in MOMENTS or kind.startswith("date"):
        return Sentence(MOMENTS.get(kind, "give_date"))
    if "enum" in node:
        names = [str(one) for one in node["enum"]]
        return Sentence("give_one_of", names=", ".join(names), hint=meant(value, names))
    if node.get("type") in ("string", "boolean", "array", "object"):
        return Sentence(f"give_{node['type']}")
    low = node.get("minimum", node.get("exclusiveMinimum"))
    above, whole = "exclusiveMinimum" in node, node.get("type") == "integer"
    return Sentence("give", what=allowed(low, node.get("maximum"), above, whole))


def _length(node: Mapping[str, Any]) -> str:
    low, high = node.get("minItems"), node.get("maxItems")
    return str(low) if low == high else Sentence("span", low=low, high=high)


@cache
def _schema(model: type[Table]) -> dict[str, Any]:
    return model.model_json_schema(by_alias=True)


def _schema_at(model: type[Table], path: Path) -> dict[str, Any]:
    """What the schema says of the value at a path; empty where it says nothing."""
    node = _resolved(model, _schema(model))
    for step in path:
        if isinstance(step, int):
            inner = node.get("prefixItems", ())
            node = inner[step] if step < len(inner) else node.get("items", {})
        else:
            node = node.get("properties", {}).get(step) or node.get("additionalProperties") or {}
        node = _resolved(model, node if isinstance(node, dict) else {})
    return node


def _resolved(model: type[Table], node: dict[str, Any]) -> dict[str, Any]:
    """Follow references, and of alternatives take the one that is not null."""
    while "$ref" in node or "anyOf" in node:
        if "anyOf" in node:
            node = next(one for one in node["anyOf"] if one.get("type") != "null")
        else:
            node = _schema(model)["$defs"][node["$ref"].rsplit("/", 1)[1]]
    return node


_NO_DAY = date.max
_PLACEHOLDERS: dict[str, Any] = {
    "from": _NO_DAY, "to": _NO_DAY, "on": _NO_DAY, "rate": 0.0, "price": 1.0, "kind": "trend", "columns": {},
}  # fmt: skip
_ARROWS: Path = ("world", "journey", "arrows")
_DECIDES = "kind"
"""The key on which it hangs what the other keys of its table mean."""


def _repaired(data: dict[str, Any], problem: ValidationError) -> tuple[ScenarioFile, list[Path]]:
    """A scenario without its bad fields, so that the other checks can run too, and the paths not to speak of again.

    A bad value gives way to the field's default; where there is none, to something of its type that nobody speaks of.
    """
    reported: list[Path] = []
    data = _copied(data)
    while True:
        for error in problem.errors(include_url=False):
            at: Path = tuple(error["loc"])
            if error["type"] == "missing" and isinstance(at[-1], str):
                reported.append(at[:-1] if at[-1] == _DECIDES else at)
                _parent_of(data, at)[at[-1]] = _placeholder(at)
                continue
            while isinstance(at[-1], int) and len(at) > 1:
                at = at[:-1]  # one bad element spoils its list
            reported.append(at)
            _parent_of(data, at).pop(at[-1], None)
        try:
            return ScenarioFile.model_validate(data, strict=True), reported
        except ValidationError as next_problem:
            problem = next_problem


def _placeholder(at: Path) -> Any:
    """A value for a required field that is missing. The ends of arrows are names, those of other tables are days."""
    return "" if at[:3] == _ARROWS and at[-1] in ("from", "to") else _PLACEHOLDERS.get(str(at[-1]), "")


def _parent_of(data: dict[str, Any], at: Path) -> Any:
    """The table around a path; an empty one where an earlier repair took it away."""
    node: Any = data
    for step in at[:-1]:
        try:
            node = node[step]
        except (KeyError, IndexError, TypeError):
            return {}
    return node if isinstance(node, dict) else {}


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(one) for key, one in value.items()}
    return tuple(_copied(one) for one in value) if isinstance(value, tuple) else value
