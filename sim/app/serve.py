"""Starting the app: one process, the pinned scripts of the page from this machine, no word to anybody else.

`start()` is what `journeysim app` calls. The page's scripts and fonts come from the package solara-assets; what is missing
there is refused, never fetched. Visitors' browsers may talk to the server from its own pages only.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import socket
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

HERE = Path(__file__).parent
HOST, PORT = "127.0.0.1", 8765
LONGEST_MESSAGE = 2_000_000
"""Bytes of one message from a browser; the largest honest one is a scenario file (`uploads.LARGEST`)."""
SETTINGS = {
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False",
    "SOLARA_THEME_SHOW_BANNER": "False",
    "SOLARA_THEME_TITLE": "Journeysim",
    "SOLARA_THEME_LOADER": "plain",
    # A lost session loses nothing: the address holds the plan, so the page may come back by itself.
    "SOLARA_THEME_FORCE_REFRESH": "True",
    "SOLARA_STATE_AUTO_REMOUNT": "True",
    "SOLARA_MODE": "production",
    # Walk only parts of a page in which something changed: half the server's work of a lever move.
    "REACTON_FAST": "1",
    "SOLARA_ASSETS_FONTAWESOME_ENABLED": "False",
    "SOLARA_ASSETS_EXTRA_LOCATIONS": str(HERE / "assets"),
    "SOLARA_KERNEL_CULL_TIMEOUT": "2h",
    "SOLARA_KERNEL_MAX_PER_SESSION": "20",
    "SOLARA_SESSION_HTTP_ONLY": "True",
    "SOLARA_APP": "sim.app.shell",
}
WANTED = {"solara": "1.64.1", "solara-assets": "1.58.2", "ipyvuetify": "1.", "ipyvue": "1."}
"""Packages of the page and how their versions must begin: other generations show a blank page without internet."""
SCRIPTS = (
    "@widgetti/solara-vuetify-app@10.1.1/dist/main8.css",
    "@widgetti/solara-vuetify-app@10.1.1/dist/fonts.css",
    "@widgetti/solara-vuetify-app@10.1.1/dist/solara-vuetify-app8.min.js",
    "echarts@5.4.0/dist/echarts.min.js",
    "requirejs@2.3.6/require.js",
)


class AppError(Exception):
    """The app cannot start: says what is missing and how to get it."""


def check_installed() -> Path:
    """Folder of the page's scripts. Raises AppError naming what is missing or of the wrong generation."""
    wrong = []
    for package, beginning in WANTED.items():
        try:
            found = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            wrong.append(f"{package} is not installed")
            continue
        if not found.startswith(beginning):
            wrong.append(f"{package} is {found}, the app needs {beginning}{'x' if beginning.endswith('.') else ''}")
    if wrong:
        raise AppError(f"the app cannot start: {'; '.join(wrong)}. Install them with: pip install 'journeysim[app]'")
    folder = Path(os.environ.get("SOLARA_ASSETS_PROXY_CACHE_DIR") or Path(sys.prefix) / "share/solara/cdn")
    missing = [one for one in SCRIPTS if not (folder / one).is_file()]
    if missing:
        raise AppError(
            f"the app cannot start: its page needs {', '.join(missing)} in '{folder}'. "
            "Install them again with: pip install --force-reinstall solara-assets==1.58.2"
        )
    return folder


def free_port(host: str, wanted: int) -> int:
    """The wanted port if nobody listens there (0 asks for any). Raises AppError if it is taken or not allowed."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, wanted))
        except OSError as problem:
            raise AppError(
                f"the app cannot listen on {host}, port {wanted}: {problem.strerror}. Choose another with --port"
            ) from None
        return int(probe.getsockname()[1])


def start(host: str = HOST, port: int = PORT, open_browser: bool = False, inside: bool = False) -> None:
    """Serve until Ctrl-C; inside: Mesa's page for modellers in place of the app, on this machine only.

    Raises AppError if packages, scripts or the port are missing, or others are to be let inside.
    """
    if inside and host not in Gate.LOOPBACK:
        raise AppError(
            f"--inside is for this machine only, whose visitors may ask for any number of days; leave out --host {host}"
        )
    scripts = check_installed()
    port = free_port(host, port)
    for name, value in SETTINGS.items():
        os.environ.setdefault(name, value)
    if inside:  # the app's style sheet is not made for Mesa's page
        os.environ |= {"SOLARA_APP": "sim.app.modellers", "SOLARA_ASSETS_EXTRA_LOCATIONS": ""}
    # Where others come in, a study belongs to the browser that made it (see studies/folder.py).
    os.environ.setdefault("JOURNEYSIM_SHARED", "0" if host in Gate.LOOPBACK else "1")
    import uvicorn

    from sim.app import plans
    from sim.app.jobs import desk
    from sim.app.state import State

    address = f"http://{'localhost' if host in ('127.0.0.1', '::1') else host}:{port}"
    app = guarded(scripts, host)
    if not inside:
        desk.start()
        plans.today(State())  # loads what every case needs, while no visitor waits for it
    try:
        print(f"Journeysim is at {address}   (Ctrl-C stops it)", flush=True)
        if open_browser:
            import webbrowser

            webbrowser.open(address)
        uvicorn.run(
            app,
            host=host,
            port=port,
            log_level="warning",
            ws_max_size=LONGEST_MESSAGE,
            ws_per_message_deflate=host not in Gate.LOOPBACK,  # nothing is gained by packing what does not travel
            timeout_graceful_shutdown=2,
        )
    finally:
        desk.stop()


def guarded(scripts: Path, host: str) -> Any:
    """The app as uvicorn serves it, behind `Gate`."""
    import solara.server.starlette as server

    from sim.app.pages import pages

    return Gate(server.app, scripts, host, [one.path for one in pages()])


class Gate:
    """What comes before every request: nothing is fetched from elsewhere, and no foreign page may speak to the server.

    scripts: folder of the page's scripts; what is not there is not found. host: where the server listens. On a loopback
    address only requests to this machine by name are answered, so that a foreign name pointed here finds nobody. pages:
    addresses of pages, without their slash.
    """

    FRAMEWORK = frozenset({"_solara", "jupyter", "static", "readyz", "resourcez", "favicon.ico"})

    LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
    HEADERS = (
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
        (b"x-frame-options", b"SAMEORIGIN"),
    )

    def __init__(self, app: Any, scripts: Path, host: str, pages: Collection[str] = ("",)) -> None:
        self.app, self.scripts, self.local = app, scripts.resolve(), host in self.LOOPBACK
        self.known = self.FRAMEWORK.union(pages)

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Answer one request, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        reason = self.refusal(scope)
        if reason is None and scope["type"] == "http" and self.unknown(scope["path"]):
            from sim.app.unknown import unknown_page

            headers = _headers(scope)
            page = unknown_page(
                scope.get("query_string", b"").decode("latin-1"),
                headers.get("cookie", ""),
                headers.get("accept-language", ""),
            )
            await self._answer(send, 404, page, b"text/html; charset=utf-8")
        elif reason is None:
            await self.app(scope, receive, _with_headers(send, self.HEADERS) if scope["type"] == "http" else send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 4403})
        else:
            await self._answer(send, *reason)

    async def _answer(self, send: Any, status: int, text: str, kind: bytes = b"text/plain; charset=utf-8") -> None:
        headers = [(b"content-type", kind), *self.HEADERS]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": text.encode()})

    def unknown(self, path: str) -> bool:
        """Whether an address is neither a page nor a part of the framework."""
        return path.strip("/").split("/")[0] not in self.known

    def refusal(self, scope: dict[str, Any]) -> tuple[int, str] | None:
        """Status and reason why a request is not answered, or None."""
        headers = _headers(scope)
        host = headers.get("host", "")
        if self.local and (urlsplit(f"//{host}").hostname or "") not in self.LOOPBACK:
            return 403, "This server answers on this machine only."
        origin = headers.get("origin")
        if origin and origin != "null" and urlsplit(origin).netloc != host:
            return 403, "Requests from other sites are not answered."
        path = scope["path"]
        if path.startswith("/_solara/cdn/"):
            wanted = (self.scripts / path.removeprefix("/_solara/cdn/")).resolve()
            if not (wanted.is_relative_to(self.scripts) and wanted.is_file()):
                return 404, "Not found."
        if path.startswith(("/resourcez", "/_solara/api/evict", "/_solara/auth")):
            return 404, "Not found."
        return None


def _headers(scope: dict[str, Any]) -> dict[str, str]:
    """Headers of a request by their names in small letters."""
    return {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in scope["headers"]}


def _with_headers(send: Any, more: tuple[tuple[bytes, bytes], ...]) -> Any:
    async def sending(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", ()), *more]}
        await send(message)

    return sending
