"""Documents that tell the truth: generated parts are up to date, code runs, links lead somewhere, every scenario is listed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.evidence.markdown import table
from sim.odd import MARKED, PARTS, PLACES, documents, number, plain, renewed
from sim.scenario import ScenarioError, load
from sim.scenario.models import ScenarioFile, Table
from sim.scenario.read import shipped

ROOT = Path(__file__).parents[1]
DOCUMENTS = documents(ROOT)
NAMES = [str(path.relative_to(ROOT)) for path in DOCUMENTS]
CODE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
# Smaller markets for the blocks that run shipped scenarios whole.
SMALLER = {'sim.load("launch")': 'sim.load("launch").with_(consumers=500, days=30)'}


def code_of(path: Path, language: str) -> list[str]:
    """The blocks of a document in one language."""
    return [text for tag, text in CODE.findall(path.read_text("utf-8")) if tag == language]


def anchor(heading: str) -> str:
    """What a link calls a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def test_generated_parts_are_up_to_date() -> None:
    # In a process of its own: mechanisms and series that other tests declare are not the package's.
    code = (
        "from pathlib import Path; from sim.odd import documents, renewed\n"
        "import sys; root = Path(sys.argv[1])\n"
        "print([str(p.relative_to(root)) for p in documents(root) if renewed(p.read_text('utf-8')) != p.read_text('utf-8')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(ROOT)], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]", "run `python -m sim.odd`"


def test_every_generated_part_has_its_place_and_is_filled() -> None:
    found = {name: text for path in DOCUMENTS for _, name, text in _parts(path)}
    programs = "".join(path.read_text("utf-8") for path in sorted((ROOT / "docs").glob("refresh*.py")))
    simulated = set(re.findall(r'"([a-z ]+)": the_\w+', programs))
    assert set(found) == set(PARTS) | simulated
    assert all(len(text) > 40 for text in found.values())


def _parts(path: Path) -> list[tuple[str, str, str]]:
    return [(one[1], one[2], one[0]) for one in MARKED.finditer(path.read_text("utf-8"))]


def test_only_marked_parts_are_renewed() -> None:
    text = "before\n<!-- generated: one -->\nold\n<!-- end -->\nbetween\n<!-- generated: two -->\nkept\n<!-- end -->\n"
    new = renewed(text, {"one": lambda: "new"})
    assert new == text.replace("old\n", "\nnew\n\n")
    assert renewed(new, {"one": lambda: "new"}) == new


def test_tables_and_texts_survive_markdown() -> None:
    assert table(("a", "b"), [("x | y", 1)]) == "| a | b |\n| --- | --- |\n| x \\| y | 1 |\n"
    assert plain("keep 2**3\n    2**3 | v\n") == "keep 2\\*\\*3\n    2**3 | v"
    assert [number(one) for one in (0.35, 1e5, -30_000, True, 1e-5)] == ["0.35", "100,000", "never", "True", "1e-05"]


def test_every_table_of_a_scenario_is_in_the_reference() -> None:
    def tables(one: type[Table]) -> set[type[Table]]:
        inner: set[Any] = set()
        for info in one.model_fields.values():
            for part in (info.annotation, *getattr(info.annotation, "__args__", ())):
                if isinstance(part, type) and issubclass(part, Table):
                    inner |= {part} | tables(part)
        return inner

    described = {one for _, one in PLACES}
    assert {one.__name__ for one in tables(ScenarioFile) - described} == {"World"}, "[world] is the sum of the others"
    missing = [
        f"{one.__name__}.{key}"
        for one in described
        for key, info in one.model_fields.items()
        if not info.description and one.__name__ not in ("ScenarioFile", "Plan")
    ]
    assert not missing, "a key without a meaning"


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_somewhere(name: str) -> None:
    path, broken = ROOT / name, []
    text = CODE.sub("", path.read_text("utf-8"))
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"https?:", target):
            continue
        file, _, heading = target.partition("#")
        where = (path.parent / file) if file else path
        known = (
            [anchor(one) for one in re.findall(r"^#+ (.+)$", where.read_text("utf-8"), re.MULTILINE)] if heading else []
        )
        if not where.exists() or (heading and heading not in known):
            broken.append(target)
    assert not broken


def test_every_shipped_scenario_is_listed() -> None:
    listed = re.findall(r"^\| \[(\w+)\.toml\]", (ROOT / "scenarios" / "README.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(shipped())


def test_the_readme_prints_the_answer_that_the_launch_gives() -> None:
    answer = sim.run(sim.load("launch")).answer()
    assert answer in (ROOT / "README.md").read_text("utf-8"), "results changed: run `python docs/refresh.py`"


def test_every_document_is_linked_from_the_readme_or_from_one_that_is() -> None:
    seen, waiting = set(), [ROOT / "README.md"]
    while waiting:
        path = waiting.pop()
        seen.add(path)
        links = re.findall(r"\]\(([^)#\s]+\.md)", path.read_text("utf-8"))
        waiting += [
            one for one in ((path.parent / link).resolve() for link in links) if one not in seen and one.exists()
        ]
    assert set(DOCUMENTS) <= seen


def test_cited_facts_are_listed() -> None:
    listed = set(re.findall(r"^\| ([A-Z]\d\d) \|", (ROOT / "docs" / "sources.md").read_text("utf-8"), re.MULTILINE))
    source = "".join(path.read_text("utf-8") for path in sorted((ROOT / "sim").rglob("*.py")))
    cited = set(re.findall(r"(?<![\w#])([A-Z]\d\d)\b", source))
    assert cited <= listed, f"not in docs/sources.md: {sorted(cited - listed)}"


def test_pictures_are_small_enough_and_shown() -> None:
    shown = "".join(path.read_text("utf-8") for path in DOCUMENTS)
    for path in (ROOT / "docs" / "images").iterdir():
        assert path.stat().st_size < 200_000, path.name
        assert f"images/{path.name}" in shown, path.name


# docs/mesa.md is run by tests/mesa/test_interventions.py
@pytest.mark.parametrize(
    "name", [name for name in NAMES if "```python" in (ROOT / name).read_text("utf-8") and "mesa" not in name]
)
def test_python_in_documents_runs_block_after_block(name: str, tmp_path: Path) -> None:
    script = ""
    for number_, block in enumerate(code_of(ROOT / name, "python"), 1):
        for whole, small in SMALLER.items():
            block = block.replace(f"{whole}.with_", whole + ".with_" if "consumers=" in block else f"{small}.with_")
            block = re.sub(rf"{re.escape(whole)}(?!\.with_)", small, block)
        file = tmp_path / f"block_{number_}.py"
        file.write_text(block, "utf-8")
        script += f"exec(compile(open({str(file)!r}).read(), {str(file)!r}, 'exec'), names)\n"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", f"names = {{'__name__': 'document'}}\n{script}"], capture_output=True,
                          text=True, cwd=tmp_path, env=environment, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_scenario_examples_in_the_reference_are_allowed(tmp_path: Path) -> None:
    blocks = code_of(ROOT / "docs" / "scenarios.md", "toml")
    assert len(blocks) >= 6
    (tmp_path / "spend.csv").write_text("week,tv,social\n2025-01-06,10,20\n2025-01-13,0,30\n", "utf-8")
    for number_, block in enumerate(blocks):
        if "chanel" in block:
            continue  # the example of mistakes
        path = tmp_path / f"example_{number_}.toml"
        path.write_text(block, "utf-8")
        try:
            load(path)
        except ScenarioError as error:
            raise AssertionError(f"{block}\n{error}") from None


@pytest.mark.parametrize("name", NAMES)
def test_commands_in_documents_exist_with_their_options(name: str) -> None:
    import typer

    from sim.cli import app

    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    text = (ROOT / name).read_text("utf-8")
    for line in re.findall(
        r"(?:^|[\s`/])journeysim ((?:[a-z][a-z-]*)(?: [^`\n#]*)?)", "\n".join(b for _, b in CODE.findall(text))
    ):
        words = line.split()
        assert words[0] in commands, f"{name}: journeysim {line}"
        command = commands[words[0]]
        if hasattr(command, "commands"):
            assert words[1] in command.commands, f"{name}: journeysim {line}"
            command = command.commands[words[1]]
        known = {option for one in command.params for option in (*one.opts, *one.secondary_opts)} | {"--help"}
        assert {word for word in words if word.startswith("--")} <= known, f"{name}: journeysim {line}"
