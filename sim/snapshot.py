"""A market as plain state and back: what `copy.deepcopy` and `pickle` keep of an engine, and what they make again.

Kept: every column, table, tally and series, each array once, so that what was shared stays shared. Made again: threads,
the day's lists, and the kernels' arguments. The copy lives the same days as the original, bit for bit.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from sim.mechanism import MechanismError, registry

if TYPE_CHECKING:
    from sim.engine import Engine


def state_of(engine: Engine) -> dict[str, Any]:
    """Everything that the days so far have left behind."""
    state = dict(vars(engine))
    del state["groups"], state["_crew"], state["totals"], state["hooks"]
    state["platform"] = dict(vars(engine.platform))
    state["_every"], state["mechanisms"] = list(engine._every), list(engine.mechanisms)
    return state


def restore(engine: Engine, state: dict[str, Any]) -> None:
    """Bring a bare engine to that state.

    Raises MechanismError if a mechanism it was built with is not registered here.
    """
    from sim.engine import Platform

    known = registry()
    missing = [name for name in state["_every"] if name not in known]
    if missing:
        raise MechanismError(
            f"this market needs mechanism '{missing[0]}', which is not registered; import its file first"
        )
    vars(engine).update(state)
    engine.platform = Platform.__new__(Platform)
    vars(engine.platform).update(state["platform"])
    engine._every = {name: known[name] for name in state["_every"]}
    engine.mechanisms = {name: known[name] for name in state["mechanisms"]}
    engine.cut()
    for name, total in state["tallies"].items():
        engine.tallies[name][...] = total
    engine.bind()
    engine._crew = ThreadPoolExecutor(engine.threads) if engine.threads > 1 and not engine.closed else None
