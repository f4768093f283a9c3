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


def test_it_is_that_of_the_installed_package_and_a_run_bears_it() -> None:
    assert model_version() == fingerprint_of(Path(sim.__file__).parent)
    run = sim.run(sim.load("minimal").with_(consumers=200, days=3))
    assert run.metadata["model_fingerprint"] == model_version()
