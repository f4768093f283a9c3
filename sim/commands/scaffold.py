"""`journeysim new-mechanism`: a small mechanism that works as it stands, to be changed into another, and its test."""

from __future__ import annotations

import keyword
import re
from pathlib import Path

from sim.commands.asked import told_plainly
from sim.commands.terminal import say
from sim.scenario.errors import ScenarioError

MECHANISM = '''"""Reminders: who knows a brand is reminded of it now and then, and then left in peace for a while.

On each day a consumer who knows brand b meets a reminder with chance

    reach * (1 - 2**(-days / rest)),

days since the last one. A reminder that is noticed makes the brand known by 1 - exp(-salience) of what is missing. Form
and numbers: assumed. With reach = 0, the default, nothing happens; a scenario that wants reminders says

    [world.mechanisms.{name}]
    reach = 0.05
"""

from __future__ import annotations

import numpy as np

from sim.columns import NEVER, Column
from sim.draws import stream, uniform
from sim.kernels import kernel, rule
from sim.lists import send
from sim.mechanism import Kind, Mechanism, Response, register
from sim.params import Param
from sim.stages import KNOWS

# Every number: default, lowest, highest, unit, meaning, source ("assumed" if none is given). Scenarios set it.
PARAMS = {{
    "reach": Param(0.0, 0, 1, "per day", "chance to meet a reminder, long after the last"),
    "rest": Param(7.0, 0.1, 365, "days", "time after a reminder in which half of that chance comes back"),
    "salience": Param(0.1, 0, 5, "exponent", "how much one noticed reminder makes the brand known"),
}}

# What has to be remembered of every consumer; only this file may write it. per="brand": one number for each brand.
COLUMNS = {{
    "{name}_on": Column("int16", NEVER, NEVER, 32767, "day of the last reminder of the brand", per="brand"),
}}


@rule
def chance(days, reach, rest):
    """Chance to meet a reminder today, so many days after the last."""
    return reach * (1.0 - 2.0 ** (-days / rest))


# The arguments are the wiring: the clock (lo, hi, day, key), then columns, parameters, tables and lists by their names.
@kernel
def remind(lo, hi, day, key, stage, stage_role, {name}_on, letters, effects, sent, load, kind_{name}, reach, rest,
           salience):  # fmt: skip
    """Send today's reminders; perception decides whether they are noticed."""
    if reach <= 0.0:
        return
    for b in range(stage.shape[0]):
        today = stream(key, day, b)  # a draw hangs on seed, mechanism, day, brand and consumer, never on order
        for i in range(lo, hi):
            if not stage_role[stage[b, i]] & KNOWS:
                continue
            days = float(day - np.int64({name}_on[b, i]))
            if uniform(today, i) < chance(days, reach, rest):
                {name}_on[b, i] = day
                load[i] += 1  # pushed messages compete for attention
                send(letters, effects, sent, i, b, kind_{name}, 1, 0, salience, 0.0, 0.0, 0.0)


register(
    Mechanism(
        name="{name}",
        phase="expose",
        kernels=(remind,),
        params=PARAMS,
        columns=COLUMNS,
        kinds=(Kind("{name}", "a reminder of the brand"),),
        off={{"reach": 0.0}},  # tested: with these values every result is as if the mechanism were not there
        responses=(Response("reach", "awareness", 1),),  # tested: more reach makes brands better known
    )
)
'''

TEST = '''"""The mechanism {name}: its rule by hand, what it may write, that off is absent, which way it works."""

from __future__ import annotations
{paths}
import numpy as np
import pytest

import sim
from sim.contracts import faults
from sim.mechanism import registry
{imports}

def market(days: int = 30, without: tuple[str, ...] = (), **parameters: float) -> sim.Engine:
    changes = {{f"{name}.{{key}}": value for key, value in parameters.items()}}
    engine = sim.Engine(sim.load("launch").with_(changes, consumers=1000, days=days), without=without)
    for _ in range(days):
        engine.step()
    return engine


def delivered(engine: sim.Engine) -> int:
    """Reminders on the last day lived, all brands."""
    kind = [one.name for one in engine.kinds].index("{name}")
    return int(engine.tallies["delivered"][:, kind].sum())


def test_chance_by_hand() -> None:
    chance = getattr({name}.chance, "py_func", {name}.chance)
    assert chance(0, 0.5, 7.0) == 0.0
    assert chance(7, 0.5, 7.0) == pytest.approx(0.25)
    assert chance(1e6, 0.5, 7.0) == 0.5


def test_it_writes_only_what_it_may() -> None:
    assert faults(registry()["{name}"]) == []


def test_off_is_as_good_as_absent() -> None:
    off, absent = market(reach=0.0), market(without=("{name}",))
    for column in off.columns:
        np.testing.assert_array_equal(off.columns[column], absent.columns[column], column)


def test_on_the_first_day_everybody_who_knows_is_reached_where_reach_is_full() -> None:
    engine = market(days=1, reach=1.0)
    reminded = engine.columns["{name}_on"] == 0
    assert reminded.sum() == delivered(engine) > 0
    assert delivered(market(days=1, reach=0.0)) == 0


def test_more_reach_makes_brands_better_known() -> None:
    little, much = (market(reach=reach).columns["awareness"].mean() for reach in (0.01, 0.3))
    assert much > little
'''

IN_CHECKOUT = "from sim.mechanisms import {name}\n"
PATHS = """
import sys
from pathlib import Path
"""
BESIDE = """
sys.path.insert(0, str(Path(__file__).parent))
import {name}
"""


def write_mechanism(name: str, folder: Path | None) -> None:
    """Write a new mechanism file and its test, and say how to go on."""
    with told_plainly():
        _check_name(name)
        rule_file, test_file = _files(name, folder)
        for file in (rule_file, test_file):
            if file.exists():
                raise ScenarioError(f"'{file}' is there already; nothing was written. Choose another name")
        imports, paths = (IN_CHECKOUT, "") if folder is None else (BESIDE, PATHS)
        test = TEST.format(name=name, imports=imports.format(name=name), paths=paths)
        for file, text in ((rule_file, MECHANISM.format(name=name)), (test_file, test)):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
    here = Path.cwd()
    rule_file, test_file = (
        one.relative_to(here) if one.is_relative_to(here) else one for one in (rule_file, test_file)
    )
    use = "" if folder is None else f" --mechanism {rule_file}"
    say(f"Mechanism: {rule_file}")
    say(f"Its test:  {test_file}")
    print(f"\nTry it:    journeysim run launch{use} --set {name}.reach=0.2")
    print(f"Test it:   python -m pytest {test_file}")
    print("Then change the file into what you want to know about; the test beside it shows what to check.")


def _check_name(name: str) -> None:
    """Raise ScenarioError unless the name can be a mechanism's, a column's, a touch kind's and a file's."""
    from sim.mechanism import registry
    from sim.scenario.defaults import CHANNELS
    from sim.scenario.models import ScenarioFile

    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name) or keyword.iskeyword(name):
        raise ScenarioError(
            f"'{name}' cannot be a mechanism's name; give small letters, digits and single underscores, such as jingle"
        )
    every = registry()
    for what, names in (
        ("a mechanism", every),
        ("a touch kind", {kind.name for one in every.values() for kind in one.kinds}),
        ("a paid channel", {one.name for one in CHANNELS}),
        ("a key of scenario files", ScenarioFile.model_fields),
    ):
        if name in names:
            raise ScenarioError(f"'{name}' is {what} already; choose another name")


def _files(name: str, folder: Path | None) -> tuple[Path, Path]:
    """Where the mechanism and its test go. Raises ScenarioError outside a checkout without a folder."""
    if folder is not None:
        return folder / f"{name}.py", folder / f"test_{name}.py"
    import sim

    root = Path(sim.__file__).parent.parent
    if not (root / "pyproject.toml").is_file() or not (root / "tests").is_dir():
        raise ScenarioError("journeysim is installed here, not checked out: say where to write with --folder DIR")
    return root / "sim" / "mechanisms" / f"{name}.py", root / "tests" / "mechanisms" / f"test_{name}.py"
