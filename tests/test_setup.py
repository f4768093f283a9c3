"""The repository as a stranger finds it: no trace of one machine, versions that agree, licences beside their data."""

from __future__ import annotations

import gzip
import hashlib
import re
import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parent.parent
DATA = ROOT / "scenarios" / "data"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

# Written in pieces, so that this file does not find itself.
TRACES = {
    "a package registry": "pypi" + r"\.org|files\.python" + "hosted",
    "a folder of one machine": r"(?<![\w.])/(?:" + "root|work|home" + r")/\w",
    "an address in a private network": r"https?://" + r"(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.)",
    "a password in an address": r"https?://[^\s/@\"'<>]+:[^\s/@\"'<>]+@",
}


def _committed() -> list[Path]:
    """Committed files, or those that would be: tracked, and new ones that are not ignored."""
    git = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        found = subprocess.run(git, capture_output=True, check=True, text=True)
    except (FileNotFoundError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return [ROOT / name for name in found.stdout.split("\0") if name and (ROOT / name).is_file()]


def _text(path: Path) -> str:
    """The file's text; "" for pictures and other binary files."""
    content = path.read_bytes()
    if path.suffix == ".gz":
        content = gzip.decompress(content)
    return "" if b"\0" in content else content.decode("utf-8", errors="replace")


def test_no_committed_file_names_a_registry_or_a_machine() -> None:
    found = []
    for path in _committed():
        text = _text(path)
        for meaning, pattern in TRACES.items():
            for match in re.finditer(pattern, text):
                line = text.count("\n", 0, match.start()) + 1
                found.append(f"{path.relative_to(ROOT)}:{line}: {meaning}: {match.group()}")
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("--index-url https://" + "pypi" + ".org/simple", "a package registry"),
        ("open('/" + "root/x')", "a folder of one machine"),
        ("http://" + "10.0.0.3:8080", "an address in a private network"),
        ("https://" + "me:secret@host/simple", "a password in an address"),
    ],
)
def test_traces_are_recognised(text: str, meaning: str) -> None:
    assert [name for name, pattern in TRACES.items() if re.search(pattern, text)] == [meaning]


def test_versions_agree() -> None:
    import sim

    assert sim.__version__ == PROJECT["version"]
    citation = (ROOT / "CITATION.cff").read_text()
    assert re.search(r"^version: (\S+)$", citation, re.MULTILINE)[1] == PROJECT["version"]
    assert f"{PROJECT['version']}" in (ROOT / "CHANGELOG.md").read_text()


def test_importing_the_package_does_not_import_the_app() -> None:
    code = "import sim, sys; print('solara' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "False"


def test_every_direct_requirement_is_pinned_once_without_an_address() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pin = re.compile(
        r"([a-z0-9][a-z0-9._-]*)==([0-9][\w.]*)( ; [\w.]+ (?:==|!=) '\w+'(?: (?:and|or) [\w.]+ (?:==|!=) '\w+')*)?"
    )
    for line in lines:
        assert pin.fullmatch(line), line
    pinned = [line.split("==")[0] for line in lines]
    assert len(pinned) == len(set(pinned))
    wanted = PROJECT["dependencies"] + [one for extra in PROJECT["optional-dependencies"].values() for one in extra]
    names = {re.split(r"[\[<>=~! ;]", one)[0].lower().replace("_", "-") for one in wanted} - {PROJECT["name"]}
    assert not names - set(pinned)


def test_pins_of_the_app_are_the_ones_that_work_without_internet() -> None:
    pins = dict(line.split(" ;")[0].split("==") for line in (ROOT / "constraints.txt").read_text().splitlines())
    assert (pins["solara"], pins["solara-assets"]) == ("1.64.1", "1.58.2")
    assert pins["ipyvuetify"].startswith("1.")
    assert pins["ipyvue"].startswith("1.")


def test_licence_is_the_unchanged_apache_text() -> None:
    # The checksum of the text as the Apache Software Foundation publishes it.
    digest = hashlib.sha256((ROOT / "LICENSE").read_bytes()).hexdigest()
    assert digest == "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"


@pytest.mark.parametrize("folder", sorted(path.name for path in DATA.iterdir() if path.is_dir()))
def test_data_come_with_licence_and_attribution(folder: str) -> None:
    licence = (DATA / folder / "LICENSE").read_text()
    holder = re.search(r"^Copyright \(c\) (.+)$", licence, re.MULTILINE)
    assert holder
    assert "Permission is hereby granted" in licence
    assert holder[1] in (ROOT / "NOTICE").read_text()
    assert f"## {folder}\n" in (DATA / "README.md").read_text()


def test_data_are_the_files_that_the_readme_describes() -> None:
    readme = (DATA / "README.md").read_text()
    listed = dict(reversed(line.split("  ")) for line in re.findall(r"^[0-9a-f]{64}  \S+$", readme, re.MULTILINE))
    present = {str(path.relative_to(DATA)) for path in DATA.rglob("*") if path.suffix in {".csv", ".gz"}}
    assert set(listed) == present
    for name, digest in listed.items():
        assert hashlib.sha256((DATA / name).read_bytes()).hexdigest() == digest, name


def test_flagship_reads_what_its_comments_say() -> None:
    from sim.scenario.defaults import CHANNELS
    from sim.scenario.models import ScenarioFile

    flagship = ScenarioFile(**tomllib.loads((ROOT / "scenarios" / "flagship.toml").read_text()))
    market, (spend,) = flagship.world.market, flagship.plan.spend
    ties = pd.read_csv(ROOT / "scenarios" / flagship.world.peers.file)
    people = set(ties["source"]) | set(ties["target"])
    assert (len(people), len(ties)) == (market.consumers, 92_752)
    assert list(ties) == ["source", "target"]

    weeks = pd.read_csv(ROOT / "scenarios" / spend.file, parse_dates=[spend.date])
    assert weeks[spend.date].iloc[0].date() == flagship.horizon.start == date(2015, 11, 23)
    inside = weeks.iloc[: flagship.horizon.days // 7]
    cost = {channel.name: channel.cpm for channel in (*CHANNELS, *flagship.world.channels)}
    impressions = sum(
        spend.scale * inside[column].sum() / cost[channel] * 1000 for column, channel in spend.columns.items()
    )
    assert impressions / len(inside) / market.people == pytest.approx(1.6, abs=0.1)


def test_continuous_integration_script_is_executable_bash() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    subprocess.run(["bash", "-n", str(script)], check=True)
    assert "set -euo pipefail" in script.read_text()
