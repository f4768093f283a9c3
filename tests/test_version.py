"""The model's version is of every file that a number can hang on, and of no other."""

from pathlib import Path

import pytest

import sim
from sim.version import fingerprint_of, model_version

FILES = ("answers.py", "calendar.py", "mechanisms/owned.py", "scenario/read.py", "experiments/figures.py",
         "experiments/attribution/rules.py", "cli.py", "app/serve.py", "plots/sales.py",
         "experiments/response/words.py")  # fmt: skip


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A small copy of the package."""
    for name in FILES:
        place = tmp_path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes((Path(sim.__file__).parent / name).read_bytes())
    return tmp_path


@pytest.mark.parametrize("name", FILES)
def test_what_a_number_can_hang_on_makes_another_model_and_the_rest_does_not(package: Path, name: str) -> None:
    before = fingerprint_of(package)
    (package / name).write_text((package / name).read_text() + "CHANGED = 1\n")
    assert (fingerprint_of(package) != before) == (FILES.index(name) < FILES.index("cli.py"))


PLAIN = """RATE = 0.5


def hazard(days):
    if days > 7:
        return RATE
    return 0.0
"""
WORDED = '''"""What it is about."""
# Where from.

RATE = 0.5  # a day
"""Chance a day."""


def hazard(days):
    """Chance of it
    after some days."""
    # A week first.
    if days > 7:

        return RATE
    return 0.0
'''


def test_what_is_only_said_about_the_model_makes_no_other(package: Path) -> None:
    (package / "calendar.py").write_text(PLAIN)
    before = fingerprint_of(package)
    (package / "calendar.py").write_text(WORDED)
    assert fingerprint_of(package) == before


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("RATE = 0.5", "RATE = 0.6"),
        ("RATE = 0.5", 'RATE = "0.5"'),
        ("    return 0.0", "        return 0.0"),
        ("days > 7", "days >7.0"),
        ("return RATE", 'return "RATE"'),
        ("def hazard(days):", "@cached\ndef hazard(days):"),
    ],
)
def test_what_python_acts_on_makes_another(package: Path, was: str, becomes: str) -> None:
    (package / "calendar.py").write_text(PLAIN)
    before = fingerprint_of(package)
    assert was in PLAIN
    (package / "calendar.py").write_text(PLAIN.replace(was, becomes))
    assert fingerprint_of(package) != before


def test_it_is_that_of_the_installed_package_and_a_run_bears_it() -> None:
    assert model_version() == fingerprint_of(Path(sim.__file__).parent)
    run = sim.run(sim.load("minimal").with_(consumers=200, days=3))
    assert run.metadata["model_fingerprint"] == model_version()
