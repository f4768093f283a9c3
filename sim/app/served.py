"""The app in a process of its own, for what looks at it from outside: tests in a browser, the benchmark, the README's picture."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from sim.app.serve import HOST, free_port


class Served:
    """The app on a port of this machine.

    folder: where it is started. options: of `journeysim app`, such as "--inside". environment: variables it has besides ours.

    Raises RuntimeError with its words if it does not start.
    """

    def __init__(
        self, port: int | None = None, folder: Path | None = None, options: Sequence[str] = (), **environment: str
    ) -> None:
        self.port = port or free_port(HOST, 0)
        self.address = f"http://{HOST}:{self.port}"
        # Not a pipe: nobody reads it meanwhile, and once full it would stop the server.
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 (closed by `stop`)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "sim", "app", "--port", str(self.port), *options],
            cwd=folder,
            env={**os.environ, **environment},
            stdout=self._said,
            stderr=subprocess.STDOUT,
        )
        for _ in range(900):
            try:
                urllib.request.urlopen(self.address + "/readyz", timeout=1).read()
                return
            except OSError:
                if self.process.poll() is not None:
                    raise RuntimeError(self.stop()) from None
                time.sleep(0.1)
        self.stop()
        raise RuntimeError("the app did not start within 90 seconds")

    def stop(self) -> str:
        """End it as Ctrl-C does; what it printed."""
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        with self._said as said:
            said.seek(0)
            return said.read().decode(errors="replace")
