"""A real Dask scheduler and workers for tests: processes of their own, on loopback only."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent


class Servers:
    """A scheduler and its workers; `address` is where the scheduler listens."""

    def __init__(self, folder: Path, workers: int = 2) -> None:
        self.folder = folder
        self.file = folder / "scheduler.json"
        self.processes: list[subprocess.Popen[bytes]] = []
        self.scheduler = self._start("scheduler", "--port", "0", "--scheduler-file", str(self.file))
        deadline = time.monotonic() + 200
        while not self.file.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(0.1)
        import json

        self.address = json.loads(self.file.read_text())["address"]
        self.workers = [self.add_worker() for _ in range(workers)]

    def add_worker(self) -> subprocess.Popen[bytes]:
        """One more worker process, without a nanny: what is killed stays dead."""
        return self._start("worker", self.address, "--nthreads", "1", "--no-nanny")

    def _start(self, what: str, *options: str) -> subprocess.Popen[bytes]:
        command = [
            sys.executable, "-m", "dask", what, *options, "--host", "127.0.0.1", "--dashboard-address", "127.0.0.1:0",
        ]  # fmt: skip
        if what == "worker":
            command += ["--local-directory", str(self.folder)]
        path = os.pathsep.join([os.getcwd(), str(HERE), os.environ.get("PYTHONPATH", "")])
        log = open(self.folder / f"{what}-{len(self.processes)}.log", "wb")  # noqa: SIM115
        environment = {**os.environ, "PYTHONPATH": path, "NUMBA_NUM_THREADS": "1"}
        self.processes.append(subprocess.Popen(command, stdout=log, stderr=log, env=environment, cwd=self.folder))
        return self.processes[-1]

    def close(self) -> None:
        """End every process started here."""
        for one in self.processes:
            one.kill()
        for one in self.processes:
            one.wait()
