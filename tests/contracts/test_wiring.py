"""Every mechanism is wired by name, says what its numbers mean, and writes only what is its own."""

from __future__ import annotations

import re

import numpy as np
import pytest
from make_market import busy

from sim import Engine, kernel
from sim.columns import Column
from sim.contracts import declared_columns, faults
from sim.mechanism import CLOCK, Mechanism, MechanismError, arguments, register, registry, unregister, wire

NAMES = list(registry())
BUSY = busy()


def _kernels(one: Mechanism):
    return (*one.kernels, *one.spread, *(found for _, found in one.early))


@pytest.mark.parametrize("name", NAMES)
def test_every_argument_of_every_kernel_is_wired(name):
    engine = Engine(BUSY, fused=False)
    scheduled = [found for _, one, found in engine.schedule() if one.name == name]
    assert len(scheduled) == len(_kernels(registry()[name])), "a kernel is missing from the day"
    for _, one, found in engine.schedule():
        if one.name == name:
            assert arguments(found)[: len(CLOCK)] == CLOCK


@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_argument_name_says_mechanism_kernel_argument_and_nearest(name):
    one = registry()[name]
    for found in _kernels(one):
        right = next((word for word in arguments(found)[len(CLOCK) :] if len(word) > 4), None)
        if right is None:
            continue
        known = dict.fromkeys(arguments(found), 0)
        known[right + "x"] = known.pop(right)
        with pytest.raises(MechanismError) as caught:
            wire(one, found, known)
        for part in (f"'{name}'", f"'{found.__name__}'", f"'{right}'", f"'{right}x'"):
            assert part in str(caught.value), f"the message does not name {part}: {caught.value}"


def test_a_misspelt_argument_is_refused_when_the_market_is_built():
    @kernel
    def drift(lo, hi, day, key, motivaton):
        motivaton[lo:hi] *= np.float32(0.5)

    register(Mechanism(name="misspelt", phase="need", kernels=(drift,)))
    try:
        with pytest.raises(MechanismError, match=r"'misspelt', kernel 'drift'.*'motivaton'.*'motivation'"):
            Engine(BUSY, fused=False)
    finally:
        unregister("misspelt")


def test_a_kernel_without_the_clock_is_refused():
    def drift(day, lo, hi, key):
        pass

    with pytest.raises(MechanismError, match="lo, hi, day, key"):
        wire(registry()["need"], drift, {})


@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_says_what_it_is(name):
    one = registry()[name]
    assert one.doc.strip(), f"{name} has no docstring with its theory"
    for key, param in one.params.items():
        for what in ("unit", "meaning", "source"):
            assert getattr(param, what), f"{name}.{key} lacks its {what}"
        assert param.low < param.high, f"{name}.{key} cannot be varied"
    for key, column in one.columns.items():
        assert column.meaning, f"column {key} has no meaning"
        assert column.low <= column.default <= column.high, f"default of column {key} lies outside its range"
    for key, meaning in one.tables.items():
        assert meaning, f"table {key} has no meaning"
    for response in one.responses:
        assert response.parameter in one.params
        assert response.sign in (-1, 1)


def test_parameters_that_kernels_borrow_are_named_with_their_owner():
    for one in registry().values():
        for found in _kernels(one):
            for word in arguments(found):
                owner, _, key = word.partition("__")
                if key:
                    assert key in registry()[owner].params, f"{one.name}.{found.__name__} asks for unknown {word}"


@pytest.mark.parametrize("name", NAMES)
def test_source_writes_only_what_the_mechanism_owns(name):
    assert faults(registry()[name]) == []


@kernel
def _greedy(lo, hi, day, key, stage, trust_friends):
    for i in range(lo, hi):
        stage[0, i] = 1
    trust_friends[lo] += 1


@kernel
def _by_slice(lo, hi, day, key, awareness):
    mine = awareness[0, lo:hi]
    for i in range(mine.size):
        mine[i] = np.float32(0.0)


@kernel
def _by_other_name(lo, hi, day, key, awareness):
    mine = awareness
    mine[0, lo] = np.float32(0.0)


@kernel
def _by_row(lo, hi, day, key, awareness):
    awareness[0][lo] = np.float32(0.0)


@kernel
def _by_method(lo, hi, day, key, awareness):
    awareness.fill(np.float32(0.0))


BAD = [_greedy, _by_slice, _by_other_name, _by_row, _by_method]


@pytest.mark.parametrize("bad", BAD, ids=lambda found: found.__name__)
def test_a_kernel_that_writes_what_is_not_its_own_is_caught_with_file_and_line(bad):
    said = faults(Mechanism(name="bad", phase="need", kernels=(bad,), doc="Bad."))
    assert said, f"nothing was said about {bad.__name__}"
    for sentence in said:
        assert re.match(r"test_wiring\.py:\d+: 'bad' writes ", sentence), sentence
    if bad is _greedy:
        assert len(said) == 2
        assert any("'stage'" in one and "'journey'" in one for one in said), "the owner of stage is not named"
        assert any("trait 'trust_friends'" in one for one in said), "the trait is not named"
        line = bad.py_func.__code__.co_firstlineno + 3
        assert any(f":{line}:" in one for one in said), f"line {line} is not named in {said}"


def _dice(lo, hi, day, key, motivation):
    motivation[lo] = np.random.random()  # noqa: NPY002


def _watch(lo, hi, day, key, motivation):
    motivation[lo] = time.time()  # noqa: F821


@pytest.mark.parametrize("bad", [_dice, _watch], ids=lambda found: found.__name__)
def test_a_kernel_with_its_own_chance_or_clock_is_caught(bad):
    said = faults(Mechanism(name="need", phase="need", kernels=(bad,), doc="Bad."))
    assert len(said) == 1
    assert "draw from sim.draws instead" in said[0]


def test_kernels_change_only_what_their_mechanism_may_write():
    """The same on live columns: what each kernel of each mechanism really changed on each of 12 days.

    Kernels of the night, some of which pass at the same time, change no table or tally of others either.
    """
    engine = Engine(busy(consumers=250), group=1000, fused=False)
    columns = declared_columns()
    for day in range(12):
        for hook in engine.hooks["dawn"]:
            before = {name: column.copy() for name, column in engine.columns.items()}
            hook(engine)
            _only_own(hook.calls[0][1], before, engine, columns, "at dawn")
        if engine._rewire:
            engine.bind()
        engine._clear()
        group = engine.groups[0]
        plan = engine.schedule()
        ordered = [entry for entry in plan if entry[0] != "spread"] + [entry for entry in plan if entry[0] == "spread"]
        for (phase, one, found), (call, rest) in zip(ordered, group.calls + group.spread, strict=True):
            before = {name: column.copy() for name, column in engine.columns.items()}
            theirs = _of_others(one, engine)
            call(group.lo, group.hi, day, *rest)
            _only_own(one, before, engine, columns, f"in {found.__name__}")
            changed = [
                name for name, was, now in zip(theirs, theirs.values(), _of_others(one, engine).values()) if was != now
            ]
            assert phase != "spread" or not changed, (
                f"{one.name} changed {changed} of others at night in {found.__name__}"
            )
        engine.totals.add_up()
        for hook in engine.hooks["dusk"]:
            before = {name: column.copy() for name, column in engine.columns.items()}
            hook(engine)
            _only_own(hook.calls[0][1], before, engine, columns, "at dusk")
        engine.day += 1


def _of_others(one, engine):
    """Bytes of every table and tally that other mechanisms own."""
    others = [other for other in engine.mechanisms.values() if other is not one]
    named = {name: engine.tables[name].tobytes() for other in others for name in other.tables}
    return named | {name: engine.totals.part(0)[name].tobytes() for other in others for name in other.tallies}


def _only_own(one, before, engine, columns, where):
    for name, earlier in before.items():
        if np.array_equal(earlier, engine.columns[name]):
            continue
        owner, column = columns[name]
        may = column.kind == "inbox" or owner == one.name or one.name in column.writers
        may = may and column.kind != "trait"
        assert may, f"{one.name} changed {column.kind} '{name}' of {owner} {where}"


def test_a_column_or_touch_kind_has_one_owner():
    with pytest.raises(MechanismError, match="'stage' belongs to 'journey'"):
        register(Mechanism(name="thief", phase="need", columns={"stage": Column("int8", 0, 0, 9, "mine")}))
    with pytest.raises(MechanismError, match="'word_of_mouth'"):
        register(Mechanism(name="thief", phase="need", kinds=registry()["word_of_mouth"].kinds))
    assert "thief" not in registry()
