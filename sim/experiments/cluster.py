"""Dask clusters as workers: one that runs elsewhere, or a small one of this machine on loopback.

Whoever reaches a Dask port can run code there. So everything started here listens on 127.0.0.1 only; for clusters of
several machines see docs/sweeps.md (a trusted network, TLS or SSH).
"""

from __future__ import annotations

import logging
import os
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Any

from sim.experiments.engines import EngineError, Workers

if TYPE_CHECKING:
    from distributed import Client

PATIENCE = 30
"""Seconds to wait for a scheduler, and then for its first worker."""
LONGEST_CHUNK = 16
AHEAD = 2


def connect(address: str, patience: float = PATIENCE) -> Workers:
    """The workers of a running Dask scheduler: "tcp://host:8786", "tls://host:8786" or the path of its scheduler file.

    Raises EngineError if Dask is not installed, nothing answers there, there are no workers, or theirs is another model.
    """
    distributed = _distributed()
    where: dict[str, Any] = {"address": address}
    if address.endswith(".json"):
        if not os.path.exists(address):
            raise EngineError(f"there is no scheduler file '{address}'; `dask scheduler --scheduler-file` writes one")
        where = {"scheduler_file": address}
    try:
        client = distributed.Client(**where, timeout=patience, set_as_default=False)
    except (OSError, TypeError, ValueError, RuntimeError) as problem:
        reason = " ".join(str(problem).split()) or type(problem).__name__
        raise EngineError(
            f"no Dask scheduler answers at {address} within {patience:g} s ({reason}); is one running there, and is it open "
            "to this machine?"
        ) from None
    try:
        return _workers(address, client, patience)
    except BaseException:
        client.close()
        raise


def start_here(slots: int) -> Workers:
    """A Dask cluster of this machine with `slots` worker processes, on loopback only."""
    distributed = _distributed()
    from sim.experiments.processes import _without_main, warm

    warm()
    with _without_main():
        cluster = distributed.LocalCluster(
            n_workers=slots,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            worker_dashboard_address="127.0.0.1:0",
            silence_logs=40,
        )
    client = distributed.Client(cluster, set_as_default=False)
    return _workers(f"dask:{slots}", client, PATIENCE, cluster)


def _distributed() -> Any:
    try:
        import distributed
    except ImportError:
        raise EngineError("a Dask cluster needs the package 'distributed': pip install 'journeysim[cluster]'") from None
    for name in ("distributed", "distributed.client"):  # what goes wrong is told in our words, not logged
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return distributed


def _workers(name: str, client: Client, patience: float, cluster: Any = None) -> Workers:
    from sim.version import model_version

    try:
        client.wait_for_workers(1, timeout=patience)
    except TimeoutError:
        raise EngineError(
            f"the cluster at {name} has no workers after {patience:g} s; start some with `dask worker`"
        ) from None
    try:
        models = client.run(_model)
    except Exception as problem:  # whatever hinders a worker from loading the package
        raise EngineError(
            f"workers at {name} cannot load journeysim ({problem}); install the same version there"
        ) from None
    ours = model_version()
    others = {where: model for where, model in models.items() if model != ours}
    if others:
        where, model = next(iter(others.items()))
        raise EngineError(
            f"{len(others)} of {len(models)} workers at {name} have another version of the model (worker {where}: {model}, "
            f"here: {ours}); install the same version there"
        )
    slots = sum(client.nthreads().values())

    def finish() -> None:
        client.close()
        if cluster is not None:
            cluster.close()

    def lost() -> str | None:
        if client.status == "running":
            return None
        return f"the cluster at {name} is gone (connection {client.status}); what is done is kept"

    def make() -> Executor:
        executor: Executor = client.get_executor(pure=False)
        return executor

    return Workers(name, slots, make, ahead=AHEAD, chunk=LONGEST_CHUNK, finish=finish, lost=lost)


def _model() -> str:
    """On a worker: the model's version."""
    os.environ.setdefault("NUMBA_NUM_THREADS", "1")
    from sim.version import model_version

    return model_version()
