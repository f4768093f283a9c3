"""`journeysim app`: serve the app from this machine."""

from __future__ import annotations

from sim.commands.terminal import warn


def serve_app(host: str, port: int, open_browser: bool, inside: bool = False) -> int:
    """Serve until Ctrl-C; the exit code is 0 then, and 2 where the app cannot start. inside: see `sim.app.serve.start`."""
    from sim.app.serve import AppError, start

    try:
        start(host, port, open_browser, inside)
    except AppError as problem:
        warn(f"journeysim app: {problem}")
        return 2
    except KeyboardInterrupt:
        pass
    return 0
