"""What the server refuses: foreign names and sites, and scripts that are not on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from apart import run_apart

from sim.app import serve
from sim.app.serve import AppError, Gate, check_installed, free_port
from sim.app.theme import DARK
from sim.app.unknown import unknown_page


def asked(gate: Gate, path: str, kind: str = "http", **headers: str) -> int | str:
    """Status of a request, or "passed" if it went on to the app."""
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    raw = [(key.encode(), value.encode()) for key, value in headers.items()]
    run_apart(gate({"type": kind, "path": path, "headers": raw}, receive, send))
    first = sent[0]
    return first.get("status", first.get("code", 0)) if first["type"] != "passed" else "passed"


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    (tmp_path / "scripts" / "echarts@1").mkdir(parents=True)
    (tmp_path / "scripts" / "echarts@1" / "x.js").write_text("")
    (tmp_path / "secret").write_text("")

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "passed"})

    return Gate(app, tmp_path / "scripts", "127.0.0.1", ["", "whatif"])


def test_only_this_machine_by_name(gate: Gate) -> None:
    assert asked(gate, "/", host="localhost:8765") == "passed"
    assert asked(gate, "/", host="127.0.0.1:8765") == "passed"
    assert asked(gate, "/", host="evil.example") == 403
    assert asked(gate, "/") == 403
    gate.local = False
    assert asked(gate, "/", host="intranet.example") == "passed"


def test_no_other_site_speaks_to_the_server(gate: Gate) -> None:
    kernel = "/jupyter/api/kernels/1/channels"
    assert asked(gate, kernel, "websocket", host="localhost:1", origin="http://localhost:1") == "passed"
    assert asked(gate, kernel, "websocket", host="localhost:1", origin="http://evil.example") == 4403
    assert asked(gate, kernel, "websocket", host="localhost:1", origin="http://localhost:2") == 4403
    assert asked(gate, "/", host="localhost:1", origin="https://evil.example") == 403


def test_an_unknown_address_is_answered_with_a_way_back(gate: Gate) -> None:
    assert asked(gate, "/whatif", host="localhost") == "passed"
    assert asked(gate, "/static/main.js", host="localhost") == "passed"
    assert asked(gate, "/no-such-page", host="localhost") == 404
    assert asked(gate, "/no-such-page", host="evil.example") == 403
    page = unknown_page("s=abc-_1&x=2", "journeysim-theme=dark; journeysim-language=da", "nl")
    assert '<html lang="da">' in page
    assert 'href="/?s=abc-_1"' in page
    assert DARK.page in page
    hostile = unknown_page('s="><script>', "\x00=;;", "xx")
    assert '<html lang="en">' in hostile
    assert 'href="/"' in hostile
    assert "script" not in hostile


@pytest.mark.parametrize("path", ["lodash@4/lodash.js", "../secret", "echarts@1/../../secret", "echarts@1", ""])
def test_scripts_that_are_not_here_are_not_fetched(gate: Gate, path: str) -> None:
    assert asked(gate, f"/_solara/cdn/{path}", host="localhost") == 404
    assert asked(gate, "/_solara/cdn/echarts@1/x.js", host="localhost") == "passed"


def test_a_missing_or_wrong_package_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("solara")
    assert check_installed().is_dir()
    monkeypatch.setenv("SOLARA_ASSETS_PROXY_CACHE_DIR", str(tmp_path))
    with pytest.raises(AppError, match=r"its page needs .*echarts"):
        check_installed()
    monkeypatch.setattr(serve, "WANTED", {"solara": "9.", "no-such-package": ""})
    with pytest.raises(AppError, match=r"the app needs 9.x; no-such-package is not installed"):
        check_installed()


def test_a_taken_port_is_told() -> None:
    import socket

    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(AppError, match="Choose another with --port"):
            free_port("127.0.0.1", other.getsockname()[1])
    assert free_port("127.0.0.1", 0) > 0
