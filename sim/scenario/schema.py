"""The JSON Schema of a scenario file, for editors that complete and check TOML (`#:schema scenario.schema.json`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.scenario.check import Registry, installed
from sim.scenario.models import ScenarioFile, World


def schema(registry: Registry = installed) -> dict[str, Any]:
    """Every table and key of a scenario file with type, range, default and meaning, mechanism parameters included."""
    found = ScenarioFile.model_json_schema(by_alias=True)
    found["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    found["title"] = "Scenario"
    found["properties"]["extends"] = {
        "type": "string",
        "description": "Another scenario this one starts from: a file beside this one, or a shipped scenario's name.",
    }
    found["properties"]["replace"] = {
        "type": "array",
        "items": {"type": "string"},
        "description": 'Parts of the extended file to drop before merging, such as ["plan.flights"].',
    }
    plan = found["$defs"]["Plan"]
    found["properties"]["arms"] = {
        "type": "object",
        "description": "Further plans by name, each said as what differs from [plan]; `journeysim compare` runs them.",
        "additionalProperties": {
            "type": "object",
            "properties": {"title": {"type": "string", "description": "What the arm is called."}, **plan["properties"]},
            "patternProperties": {r"^.+\..+$": {"description": "One value of the plan by its path, in quotes."}},
            "additionalProperties": False,
        },
    }
    found["$defs"]["World"]["properties"]["mechanisms"] = {
        "type": "object",
        "description": World.model_fields["mechanisms"].description,
        "properties": {name: _mechanism(one.params) for name, one in registry().items()},
        "additionalProperties": False,
    }
    return found


def _mechanism(params: Mapping[str, Any]) -> dict[str, Any]:
    """The table of one mechanism."""
    table: dict[str, Any] = {"on": {"type": "boolean", "default": True, "description": "false switches it off."}}
    for name, one in params.items():
        unit = f" [{one.unit}]" if one.unit else ""
        table[name] = {
            "type": "number",
            "minimum": one.low,
            "maximum": one.high,
            "default": one.default,
            "description": f"{one.meaning}{unit}. Source: {one.source}.",
        }
    return {"type": "object", "properties": table, "additionalProperties": False}
