"""Chance and order: the same bits for any cutting of the work, and draws that no other mechanism can disturb."""

from __future__ import annotations

import numpy as np
import pytest
from make_market import build, busy, diary, differing

from sim import kernel
from sim.columns import Column
from sim.draws import stream, uniform
from sim.mechanism import PHASES, Mechanism, register, registry, unregister

NAMES = list(registry())
BUSY = busy()


@pytest.fixture(scope="module")
def plain_run(warm):
    return diary(BUSY, panel=50)


@pytest.mark.parametrize(("group", "threads"), [(257, 1), (1024, 1), (100, 2), (257, 3), (333, 2), (64, 3)])
def test_the_same_bits_for_any_group_size_and_thread_count(plain_run, group, threads):
    assert differing(plain_run, diary(BUSY, panel=50, group=group, threads=threads)) == []


@pytest.mark.parametrize("group", [None, 200])
def test_a_day_in_one_compiled_call_is_a_day_kernel_by_kernel(plain_run, group):
    assert differing(plain_run, diary(BUSY, panel=50, group=group, fused=False)) == []


def test_the_same_seed_gives_the_same_bits_and_another_seed_does_not(plain_run):
    assert differing(plain_run, diary(BUSY)) == []
    assert "column stage" in differing(plain_run, diary(BUSY, seed=12))


@kernel
def _peek(lo, hi, day, key, peeked, stage, motivation):
    today = stream(key, day, 0)
    for i in range(lo, hi):
        peeked[i] += np.float32(uniform(today, i) + stage[0, i] + motivation[i])


@pytest.mark.parametrize("phase", [phase for phase in PHASES if phase != "spread"])
def test_a_mechanism_that_only_looks_and_draws_changes_nothing_else(plain_run, phase):
    column = Column("float32", 0, 0, 1e9, "what a curious mechanism saw")
    register(Mechanism(name="curious", phase=phase, kernels=(_peek,), columns={"peeked": column}))
    try:
        found = diary(BUSY)
    finally:
        unregister("curious")
    assert found.pop("column peeked").any(), "the curious mechanism never ran"
    assert differing(plain_run, found) == []


@pytest.mark.parametrize("name", NAMES)
def test_draws_of_the_others_do_not_hang_on_a_mechanism(name):
    """The root of everybody's draws is the same with and without the mechanism, and no two mechanisms share one."""
    whole, part = build(BUSY, fused=False), build(BUSY, without=(name,))
    keys = {other: whole.key(other) for other in NAMES}
    assert len(set(keys.values())) == len(NAMES)
    assert all(part.key(other) == key for other, key in keys.items())
    handed = {(one.name, found.__name__): rest[0] for (_, one, found), (_, rest) in _calls(part)}
    assert all(root == keys[mechanism] for (mechanism, _), root in handed.items()), "a kernel was given another's draws"


def _calls(engine):
    plan = engine.schedule()
    ordered = [entry for entry in plan if entry[0] != "spread"] + [entry for entry in plan if entry[0] == "spread"]
    return zip(ordered, engine.groups[0].calls + engine.groups[0].spread, strict=True)


@pytest.mark.parametrize("name", [name for name, one in registry().items() if one.off])
def test_at_its_off_values_a_mechanism_might_as_well_not_be_there(warm, name):
    """Same bits as without it, in every column but its own."""
    one = registry()[name]
    calm = BUSY.with_("world.events", tuple(event for event in BUSY.world.events if event.kind != "set"))
    off = calm.with_({f"{name}.{key}": value for key, value in one.off.items()})
    own = {f"column {key}" for key in one.columns} | {f"tally {key}" for key in one.tallies}
    left = [key for key in differing(diary(off), diary(calm, without=(name,))) if key not in own]
    assert [key for key in left if key.startswith("column")] == [], f"{name} at {one.off} still acts"
