"""The parts of the documents that are made from the code: tables of mechanisms, columns, parameters and scenario keys.

In a document, what stands between `<!-- generated: NAME -->` and `<!-- end -->` belongs to this file: NAME is a key of
`PARTS`. `python -m sim.odd` writes these parts anew in a checkout; a test fails while one is out of date. The model is
described by the ODD protocol (Grimm et al. 2020, JASSS 23(2) 7, doi:10.18564/jasss.4259).
"""

from __future__ import annotations

import os
import pkgutil
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sim.mechanisms
import sim.running  # declares the series of the shipped mechanisms
from sim.columns import NEVER, Column
from sim.commands.day import first_sentence
from sim.evidence.kept import the_calibration, the_evidence, the_facts, the_sensitivity
from sim.evidence.markdown import table
from sim.evidence.sizes import the_sizes
from sim.evidence.studies import the_claims, the_series_errors
from sim.mechanism import PHASES, Mechanism, arguments, reads_and_writes, registry
from sim.mechanisms.influencers import TIERS
from sim.population import TRAITS, TRUST_MEANS
from sim.results import SERIES
from sim.scenario import ScenarioError, load, models
from sim.scenario.check import allowed
from sim.scenario.defaults import ARROWS, CHANNELS, STAGES
from sim.stages import CONSIDERS, INTENDS, KNOWS, OWNS, REFUSES, roles

MARKED = re.compile(r"(<!-- generated: ([a-z ]+) -->\n).*?(<!-- end -->)", re.DOTALL)
LISTS = ("letters", "errands", "moves", "orders", "seekers")
SHAPES = {"consumer": "N", "brand": "B x N", "channel": "C x N"}

MISTAKEN = """\
[world.market]
consumers = 10

[[plan.flights]]
chanel = "television"
weekly = -5

[[plan.flights]]
channel = "televison"
total = 20_000
stages = ["aware"]
"""

# Where each table of a scenario file stands, in the order of the reference.
PLACES: tuple[tuple[str, type[models.Table]], ...] = (
    ("top of the file", models.ScenarioFile),
    ("[horizon]", models.Horizon),
    ("[world.market]", models.Market),
    ("[world.population]", models.Population),
    ("[[world.segments]]", models.Segment),
    ("[[world.brands]]", models.Brand),
    ("service", models.Service),
    ("loyalty", models.Loyalty),
    ("referral", models.Referral),
    ("reaction", models.Reaction),
    ("[world.peers]", models.Peers),
    ("[[world.channels]]", models.Channel),
    ("[[world.influencers]]", models.Influencer),
    ("[world.platform]", models.Platform),
    ("[world.journey]", models.Journey),
    ("[[world.journey.stages]]", models.Stage),
    ("[[world.journey.arrows]]", models.Arrow),
    ("[[world.events]]", models.Event),
    ("[plan]", models.Plan),
    ("[[plan.flights]], [[world.flights]]", models.Flight),
    ("[[plan.spend]], [[world.spend]]", models.SpendFile),
    ("[[plan.sponsorships]], [[world.sponsorships]]", models.Sponsorship),
    ("[[plan.promotions]], [[world.promotions]]", models.Promotion),
    ("[[plan.prices]], [[world.prices]]", models.PriceMove),
)


def shipped_mechanisms() -> list[Mechanism]:
    """The mechanisms of this package in the order of the day; those of users stay out of its documents."""
    own = {module.name for module in pkgutil.iter_modules(sim.mechanisms.__path__)}
    return [one for name, one in registry().items() if name in own]


def number(value: Any) -> str:
    """A number as people write it.

    >>> number(0.35), number(1e5), number(NEVER), number(2.0)
    ('0.35', '100,000', 'never', '2')
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if value == NEVER:
        return "never"
    if abs(value) >= 1e9:
        return f"{value:.2g}"
    return f"{value:,.10g}"


def plain(text: str) -> str:
    """Text with what Markdown would take for markup made harmless; indented lines (equations) stay as they are."""
    lines = [line if line.startswith("    ") else re.sub(r"([*|<])", r"\\\1", line) for line in text.splitlines()]
    return "\n".join(lines)


# ---------------------------------------------------------------------- the model


def the_day() -> str:
    """What happens in a day, in order."""
    found = shipped_mechanisms()
    rows: list[tuple[str, ...]] = []
    rows += [("dawn", one.name, "dawn", first_sentence(_doc(one.dawn)), "", "") for one in found if one.dawn]
    for phase in PHASES:
        for one in found:
            rows += [_step(phase, one, kernel) for when, kernel in one.early if when == phase]
            if phase == "spread":
                rows += [_step(phase, one, kernel) for kernel in one.spread]
            elif one.phase == phase:
                rows += [_step(phase, one, kernel) for kernel in one.kernels]
    rows += [("dusk", one.name, "dusk", first_sentence(_doc(one.dusk)), "", "") for one in found if one.dusk]
    return table(("phase", "mechanism", "step", "what happens", "writes columns", "uses lists"), rows)


def _step(phase: str, one: Mechanism, kernel: Callable) -> tuple[str, ...]:
    written = reads_and_writes(replace(one, kernels=(kernel,), spread=(), early=()))[1]
    lists = (name for name in LISTS if name in arguments(kernel))
    name = getattr(kernel, "py_func", kernel).__name__
    return phase, one.name, name, first_sentence(_doc(kernel)), ", ".join(written), ", ".join(lists)


def _doc(call: Callable | None) -> str:
    return getattr(call, "py_func", call).__doc__ or ""


def the_traits() -> str:
    """What is fixed of a consumer."""
    rows = (
        (f"`{name}`", SHAPES[one.per], _type(one), one.meaning, one.source or "assumed") for name, one in TRAITS.items()
    )
    return table(("trait", "shape", "type", "meaning", "source"), rows)


def the_states() -> str:
    """What changes about a consumer, mechanism by mechanism."""
    rows = [
        (
            f"`{name}`",
            one.name,
            SHAPES[column.per],
            _type(column),
            _range(column),
            number(column.default),
            column.meaning,
        )
        for one in shipped_mechanisms()
        for name, column in one.columns.items()
    ]
    return table(("column", "owner", "shape", "type", "range", "day 0", "meaning"), rows)


def _type(column: Column) -> str:
    return f"{column.dtype} / 255" if column.is_share else column.dtype


def _range(column: Column) -> str:
    if column.kind == "inbox":
        return "inbox"
    if column.low == NEVER:
        return "a day, or never"
    return f"{number(column.low)} or more" if column.high >= 32767 else f"{number(column.low)} to {number(column.high)}"


def the_mechanisms() -> str:
    """One section a mechanism: theory and equation as its file says them, then its touch kinds, columns and parameters."""
    return "\n".join(line for one in shipped_mechanisms() for line in _section(one))


def _section(one: Mechanism) -> Iterator[str]:
    yield f"### {one.name}\n\nPhase `{one.phase}`; [source](../sim/mechanisms/{one.name}.py).\n"
    yield plain(one.doc.strip()) + "\n"
    if one.kinds:
        yield "Touch kinds: " + "; ".join(f"`{kind.name}` ({kind.meaning})" for kind in one.kinds) + ".\n"
    if one.columns:
        written = (
            ("`" + name + "`", column.meaning, ", ".join(column.writers)) for name, column in one.columns.items()
        )
        yield table(("column", "meaning", "also written by"), written)
    if one.params:
        yield _parameters(one)
    if one.off:
        values = ", ".join(f"`{name} = {number(value)}`" for name, value in one.off.items())
        yield f"Does nothing at {values}.\n"


def _parameters(one: Mechanism) -> str:
    rows = (
        (
            f"`{name}`",
            number(given.default),
            f"{number(given.low)} to {number(given.high)}",
            given.unit,
            given.meaning,
            given.source,
        )
        for name, given in one.params.items()
    )
    return table(("parameter", "default", "range", "unit", "meaning", "source"), rows)


def the_stages() -> str:
    """The default stages of the journey."""
    words = ((KNOWS, "knows"), (CONSIDERS, "considers"), (INTENDS, "intends"), (OWNS, "owns"), (REFUSES, "refuses"))
    rows = [
        (one.name, ", ".join(word for bit, word in words if bits & bit) or "none", *(number(fit) for fit in one.fit))
        for one, bits in zip(STAGES, roles(STAGES), strict=True)
    ]
    return table(("stage", "roles", "fit: aware", "fit: persuade", "fit: activate"), rows)


def the_arrows() -> str:
    """The default arrows of the journey."""
    rows = []
    for one in ARROWS:
        effects = ", ".join(f"{name} {value:+g}" for name, value in one.effects.items())
        rate = number(one.rate) + (f" x {one.scale}" if one.scale else "")
        hazard = {"purchase": "by purchase", "message": f"by message: {rate}"}.get(one.by, rate)
        rows.append((one.from_, one.to, hazard, effects))
    return table(("from", "to", "daily hazard at 0", "effects on its logarithm"), rows)


# ---------------------------------------------------------------------- the scenario file


def the_channels() -> str:
    """The default paid channels."""
    keys = ("name", "type", "cpm", "trust", "awareness", "persuasion", "activation", "clutter", "use", "targets")
    rows = (
        [", ".join(one.targets) or "none" if key == "targets" else number(getattr(one, key)) for key in keys]
        for one in CHANNELS
    )
    return table(keys, rows)


def the_tiers() -> str:
    """Size classes of influencers."""
    rows = ((name, number(one.followers), number(one.price), f"{one.engagement:.2%}") for name, one in TIERS.items())
    return table(("tier", "followers", "fee per 1,000 followers", "engagement"), rows)


def the_trust() -> str:
    """Mean trust by source where a segment does not say."""
    return table(("source", "mean trust"), ((name, number(value)) for name, value in TRUST_MEANS.items()))


def the_keys() -> str:
    """Every table and key of a scenario file."""
    lines = []
    for place, one in PLACES:
        title = place if place.startswith("top") else ", ".join(f"`{part}`" for part in place.split(", "))
        inside = " (inside a brand, or `[plan]`)" if place in ("service", "loyalty", "referral") else ""
        inside = " (inside a rival brand)" if place == "reaction" else inside
        lines.append(f"### {title}{inside}\n")
        if one.__doc__:
            lines.append(plain(one.__doc__.strip()) + "\n")
        lines.append(table(("key", "what", "default", "meaning"), _keys(one)))
    return "\n".join(lines)


def _keys(one: type[models.Table]) -> Iterator[tuple[str, str, str, str]]:
    schema = one.model_json_schema(by_alias=True)
    for name, info in one.model_fields.items():
        key = info.alias or name
        described = schema["properties"][key]
        given = "must be given" if info.is_required() else _default(info.get_default(call_default_factory=True))
        yield f"`{key}`", _wanted(described, schema.get("$defs", {})), given, info.description or _see(name)


def _see(name: str) -> str:
    """Of a table within a table: where to read on."""
    return "see below" if name not in ("title", "file") else ""


def _default(value: Any) -> str:
    if value is None or value in ((), {}, ""):
        return ""
    if isinstance(value, models.Table):
        return "its defaults"
    if isinstance(value, tuple):
        if len(value) > 3 and len(set(value)) == 1:
            return f"{number(value[0])} ({len(value)} times)"
        return (
            "one, with its defaults" if isinstance(value[0], models.Table) else ", ".join(number(one) for one in value)
        )
    return str(value).lower() if isinstance(value, bool) else number(value)


def _wanted(schema: Mapping[str, Any], parts: Mapping[str, Any]) -> str:
    """What may be given for a key, in words, from its JSON Schema."""
    if "$ref" in schema:
        return "a table"
    if "anyOf" in schema or "allOf" in schema:
        options = [one for one in schema.get("anyOf", schema.get("allOf", ())) if one.get("type") != "null"]
        return " or ".join(dict.fromkeys(_wanted(one, parts) for one in options))
    if "enum" in schema:
        return " or ".join(f'"{one}"' for one in schema["enum"])
    kind = schema.get("type")
    if kind == "array":
        items = schema.get("items") or (schema.get("prefixItems") or [{}])[0]
        many = schema.get("maxItems") if schema.get("maxItems") == schema.get("minItems") else None
        return f"{many} times {_wanted(items, parts)}" if many else f"a list: {_wanted(items, parts)}"
    if kind == "object":
        return "a table"
    if kind == "string":
        return "a date" if schema.get("format") == "date" else "text"
    if kind == "boolean":
        return "true or false"
    above = "exclusiveMinimum" in schema
    low = schema.get("exclusiveMinimum", schema.get("minimum"))
    return allowed(low, schema.get("maximum"), above, whole=kind == "integer").replace("2e+07", "20,000,000")


def the_mistakes() -> str:
    """A file with mistakes, and what is said of it."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "mistakes.toml")
        path.write_text(MISTAKEN, "utf-8")
        try:
            load(path)
        except ScenarioError as error:
            said = str(error).replace(f"{folder}{os.sep}", "")
    return f"```toml\n{MISTAKEN}```\n\n`journeysim check mistakes.toml` says\n\n```text\n{said}\n```\n"


# ---------------------------------------------------------------------- results


def the_series() -> str:
    """The daily figures of a run."""
    rows = ((f"`{name}`", one.label, one.unit, "yes" if one.scaled else "") for name, one in SERIES.items())
    return table(("series", "what", "unit", "counts, scaled to real people"), rows)


PARTS: dict[str, Callable[[], str]] = {
    "day": the_day,
    "traits": the_traits,
    "states": the_states,
    "mechanisms": the_mechanisms,
    "stages": the_stages,
    "arrows": the_arrows,
    "channels": the_channels,
    "tiers": the_tiers,
    "trust": the_trust,
    "keys": the_keys,
    "mistakes": the_mistakes,
    "series": the_series,
    "facts": the_facts,
    "evidence": the_evidence,
    "calibration": the_calibration,
    "sensitivity": the_sensitivity,
    "sizes": the_sizes,
    "real series": the_series_errors,
    "claims": the_claims,
}
"""Name of a generated part -> the function that writes it."""


def renewed(text: str, parts: Mapping[str, Callable[[], str]] = PARTS) -> str:
    """A document with those of its generated parts that are in `parts` written anew; others stay as they are."""

    def part(found: re.Match[str]) -> str:
        if found[2] not in parts:
            return found[0]
        return f"{found[1]}\n{parts[found[2]]().rstrip()}\n\n{found[3]}"

    return MARKED.sub(part, text)


def renew(folder: Path, parts: Mapping[str, Callable[[], str]] = PARTS) -> list[Path]:
    """Write the generated parts of a checkout's documents anew; returns the files that changed."""
    changed = []
    for path in documents(folder):
        before = path.read_text("utf-8")
        after = renewed(before, parts)
        if after != before:
            path.write_text(after, "utf-8")
            changed.append(path)
    return changed


def documents(folder: Path) -> list[Path]:
    """The documents of a checkout that may have generated parts."""
    return [folder / "README.md", folder / "scenarios" / "README.md", *sorted((folder / "docs").glob("*.md"))]


if __name__ == "__main__":
    for changed_file in renew(Path(__file__).parent.parent):
        print(changed_file)
