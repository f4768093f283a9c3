"""A visitor of the app without a browser: speaks the widget protocol over a WebSocket, as a page in a browser does.

    async with Visitor(address) as one:
        await one.open("whatif")                      # what a browser does after the page's scripts are loaded
        await one.send(one.find("groups"), "move", {"key": "digital", "value": 9000.0})
        await one.until(lambda: not one.find("tiles").state["pending"], "an answer")

It keeps the state of every widget that the server made and draws nothing, so thirty of them fit beside the server. Like
somebody who looks at a browser it finds only what is on the page: a widget is made, and hears nothing yet, a while before that.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import struct
import uuid
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

PATIENCE = 20.0
"""Seconds after which what was waited for counts as lost."""
SHORT = 200
"""Characters of a text that is counted when it is shown."""
NESTED = "IPY_MODEL_"
"""How a widget's state names another one: this and its number."""
THEMES = {"light": {"primary": "#0B5C8A"}, "dark": {"primary": "#60A5FA"}}


class Lost(RuntimeError):
    """The server did not do what was waited for, or closed the connection."""


@dataclass
class Widget:
    """One widget of the page: its number and state, and how often each of its flags was raised and each short text shown."""

    number: str
    state: dict[str, Any] = field(default_factory=dict)
    raised: Counter[str] = field(default_factory=Counter)
    shown: Counter[str] = field(default_factory=Counter)

    def update(self, state: dict[str, Any]) -> None:
        """Take over what the server says."""
        self.raised.update(name for name, value in state.items() if value is True)
        self.shown.update(value for value in state.values() if isinstance(value, str) and len(value) < SHORT)
        self.state.update(state)

    @property
    def children(self) -> list[str]:
        """Numbers of the widgets in this one."""
        inside = self.state.get("children") or ()
        return [one.removeprefix(NESTED) for one in inside if isinstance(one, str) and one.startswith(NESTED)]


class Visitor:
    """One browser tab with its own cookie.

    address: of the server, "http://host:port". bytes: received over the WebSocket so far.
    """

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self.address, self.host, self.port = address, parts.hostname or "localhost", parts.port or 80
        self.bytes = 0
        self.widgets: dict[str, Widget] = {}
        self._root = ""
        self._shown: dict[str, None] | None = None
        self._news = asyncio.Event()
        self._gone = False

    async def __aenter__(self) -> Visitor:
        from websockets.asyncio.client import connect

        cookie = await asyncio.to_thread(self._page)
        self._session, self._control = uuid.uuid4().hex, uuid.uuid4().hex
        place = f"ws://{self.host}:{self.port}/jupyter/api/kernels/{uuid.uuid4()}/channels?session_id={self._session}"
        self._socket = await connect(
            place, additional_headers={"Cookie": cookie}, origin=self.address, max_size=None, ping_interval=None  # type: ignore[arg-type]
        )  # fmt: skip
        self._reader = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *problem: object) -> None:
        self._reader.cancel()
        with suppress(Exception, asyncio.CancelledError):
            await self._reader
        await self._socket.close()

    def _page(self) -> str:
        """Fetch the page; the cookie it sets."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=PATIENCE)
        try:
            connection.request("GET", "/")
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise Lost(f"the page answers {answer.status}")
            return (answer.getheader("set-cookie") or "").partition(";")[0]
        finally:
            connection.close()

    async def open(self, path: str) -> None:
        """Have the server draw a page, such as "whatif?s=...", for the first time."""
        await self._tell("comm_open", {"comm_id": self._control, "target_name": "solara.control", "data": {}})
        run = {"method": "run", "args": {"path": path, "appName": None, "themes": THEMES, "dark": False}}
        await self._tell("comm_msg", {"comm_id": self._control, "data": run})
        await self.until(lambda: bool(self._root), "a page")

    async def send(self, widget: Widget, event: str, data: Any = None) -> None:
        """Say that something happened in the browser. What follows is drawn later, also after the server says it is idle."""
        content = {"event": event, "data": data}
        await self._tell("comm_msg", {"comm_id": widget.number, "data": {"method": "custom", "content": content}})

    def find(self, *names: str) -> Widget:
        """The last widget on the page that has all these properties. Raises Lost if there is none."""
        found = self.seek(*names)
        if found is None:
            raise Lost(f"the page has nothing with {', '.join(names)}")
        return found

    def seek(self, *names: str) -> Widget | None:
        """The same, or None."""
        return next((one for one in self.page() if all(name in one.state for name in names)), None)

    def page(self) -> list[Widget]:
        """What is on the page, the last first."""
        if self._shown is None:
            self._shown, ahead = {}, [self._root]
            while ahead:
                number = ahead.pop()
                if number in self.widgets and number not in self._shown:
                    self._shown[number] = None
                    ahead += self.widgets[number].children
        return [self.widgets[number] for number in self._shown]

    async def until(self, test: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
        """Wait until something is so. what: for people. Raises Lost if it is not in time, or the connection ends."""
        end = asyncio.get_running_loop().time() + patience
        while not test():
            left = end - asyncio.get_running_loop().time()
            if self._gone or left <= 0:
                why = "the server closed the connection" if self._gone else f"it did not come in {patience:.0f} seconds"
                raise Lost(f"waited for {what}: {why}")
            self._news.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), left)

    async def _tell(self, kind: str, content: dict[str, Any]) -> None:
        header = {
            "msg_id": uuid.uuid4().hex,
            "msg_type": kind,
            "username": "",
            "session": self._session,
            "date": datetime.now(UTC).isoformat(),
            "version": "5.2",
        }
        message: dict[str, Any] = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
        message |= {"channel": "shell", "buffers": []}
        await self._socket.send(json.dumps(message))

    async def _read(self) -> None:
        try:
            async for raw in self._socket:
                self.bytes += len(raw)
                self._take(json.loads(raw if isinstance(raw, str) else _first_part(raw)))
                self._news.set()
        finally:
            self._gone = True
            self._news.set()

    def _take(self, message: dict[str, Any]) -> None:
        kind, content = message["header"]["msg_type"], message["content"]
        if kind in ("comm_open", "comm_close"):
            self._shown = None
        if kind == "comm_open":
            number = content["comm_id"]
            self.widgets[number] = Widget(number, dict(content["data"].get("state", {})))
        elif kind == "comm_close":
            self.widgets.pop(content["comm_id"], None)
        elif kind == "comm_msg":
            data = content["data"]
            if data.get("method") == "finished":
                self._root, self._shown = data["widget_id"], None
            elif data.get("method") == "update" and content["comm_id"] in self.widgets:
                self.widgets[content["comm_id"]].update(data["state"])
                if "children" in data["state"]:
                    self._shown = None


def _first_part(raw: bytes) -> bytes:
    """The JSON of a message with binary parts: their number, where each begins (big-endian), then the parts."""
    parts = struct.unpack("!i", raw[:4])[0]
    begins = [*struct.unpack(f"!{parts}I", raw[4 : 4 * (parts + 1)]), len(raw)]
    return raw[begins[0] : begins[1]]
