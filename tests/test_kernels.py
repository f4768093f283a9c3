"""For which processor kernels are compiled, and which of them count references to arrays."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numba.core.runtime import _nrt_python, rtsys

import sim
from sim.engine import Engine
from sim.kernels import features_for, kernel, rule
from sim.mechanisms.perception import trust_of

ASK = (
    "import sim.kernels, numba.core.registry as r; print(r.cpu_target.target_context.codegen().magic_tuple()[2][-20:])"
)


def test_wide_vectors_where_the_processor_does_not_slow_down_for_them():
    wide = features_for("-amx,+avx512vbmi2,+sse2")
    assert wide == "-amx,+avx512vbmi2,+sse2,-prefer-256-bit"
    assert features_for("+sse2,+avx512f,-avx512vbmi2") is None
    assert features_for("") is None


@pytest.mark.parametrize("said", ["+sse2", "+sse2,+sse4.2"])
def test_what_the_user_says_of_the_processor_stands(said):
    environment = os.environ | {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": said}
    seen = subprocess.run([sys.executable, "-c", ASK], env=environment, capture_output=True, text=True, check=True)
    assert seen.stdout.strip() == said


def _compiled():
    """(name, said to make arrays, what it calls, whether it returns something) of every rule and kernel of the package."""
    for path in Path(sim.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            said = [ast.unparse(one) for one in getattr(node, "decorator_list", [])]
            if isinstance(node, ast.FunctionDef) and any(one.split("(")[0] in ("rule", "kernel") for one in said):
                calls = {ast.unparse(one.func) for one in ast.walk(node) if isinstance(one, ast.Call)}
                returns = any(isinstance(one, ast.Return) and one.value for one in ast.walk(node))
                yield node.name, any("makes_arrays=True" in one for one in said), calls, returns


def test_whoever_is_handed_an_array_that_a_rule_made_counts_it_too():
    """Without counting it would never be freed."""
    found = list(_compiled())
    handing = {name for name, makes, _, returns in found if makes and returns}
    assert {"errands_of", "moves_in_or_out"} <= handing
    assert not [name for name, makes, calls, _ in found if calls & handing and not makes]


def _make_and_sum(n):
    return np.ones(n).sum()


def _look_into(array):
    return array[0]


def _add(x, y):
    return x + y


def test_references_are_counted_for_users_and_for_those_who_say_that_they_make_arrays(monkeypatch):
    assert kernel(_make_and_sum)(3) == rule(_make_and_sum)(3) == 3.0
    for function in (_make_and_sum, _look_into, _add):
        monkeypatch.setattr(function, "__module__", "sim.mechanisms.need")
    assert kernel(makes_arrays=True)(_make_and_sum)(3) == rule(makes_arrays=True)(_look_into)(np.ones(2)) + 2.0 == 3.0
    made = kernel(_make_and_sum), rule(_look_into), rule(_add)
    assert [one.targetoptions["_nrt"] for one in made] == [False, False, True]


OWN = """
from sim.kernels import kernel, rule

@rule
def twice(x):
    return 2.0 * x

@kernel
def double(lo, hi, trust):
    for i in range(lo, hi):
        trust[i] = twice(trust[i])
"""
USE = """
import importlib.util, sys
import numpy as np
spec = importlib.util.spec_from_file_location(sys.argv[1], "own.py")
module = sys.modules[sys.argv[1]] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
trust = np.ones(2, np.float32)
module.double(0, 2, trust)
print(trust.tolist())
"""


def test_a_mechanism_file_of_ones_own_can_be_loaded_under_another_name(tmp_path):
    """As `--mechanism` and a test that imports it do in turn: the cache would ask for the first name."""
    (tmp_path / "own.py").write_text(OWN)
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path / "cache"), "PYTHONPATH": os.pathsep.join(sys.path)}
    for name in ("journeysim_own_d3a5e40d", "own", "journeysim_own_d3a5e40d"):
        command = [sys.executable, "-c", USE, name]
        seen = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert (seen.stdout, seen.stderr) == ("[2.0, 2.0]\n", "")


def test_rules_of_numbers_can_be_asked_of_arrays_of_them():
    r, s = np.array([0.0, 3.0]), np.array([0.0, 1.0])
    assert trust_of(r, s, 1.0, 1.0).tolist() == [trust_of(0.0, 0.0, 1.0, 1.0), trust_of(3.0, 1.0, 1.0, 1.0)]
    assert rule(makes_arrays=True)(_add)(r, s).tolist() == [0.0, 4.0]


@pytest.mark.parametrize("name", ["flagship", "launch", "coffee", "ebike", "app", "crisis", "feed_change"])
def test_a_day_leaves_no_memory_behind(name):
    """A function that does not count references and yet makes arrays, or is handed one, would never free them."""
    engine = Engine(sim.load(name).with_(consumers=400), panel=20)
    _nrt_python.memsys_enable_stats()
    try:
        before = rtsys.get_allocation_stats()
        for _ in range(30):
            engine.step()
        after = rtsys.get_allocation_stats()
    finally:
        _nrt_python.memsys_disable_stats()
    assert after.mi_alloc - before.mi_alloc == after.mi_free - before.mi_free
    assert after.mi_alloc > before.mi_alloc, "nights make lists"
