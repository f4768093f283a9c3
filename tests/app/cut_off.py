"""The app on a machine without any network but itself: run by `test_browser_offline.py` in a network namespace of its own.

python -m cut_off CHROMIUM    (in tests/app, within `unshare --net`) prints "shown" once the home page has drawn its chart.
"""

from __future__ import annotations

import errno
import fcntl
import os
import socket
import struct
import sys

from playwright.sync_api import sync_playwright
from ready import READY, address_of

from sim.app.served import Served

GET_FLAGS, SET_FLAGS, UP = 0x8913, 0x8914, 0x1
"""SIOCGIFFLAGS, SIOCSIFFLAGS and IFF_UP of Linux."""
ELSEWHERE = ("192.0.2.1", 443)
"""An address that belongs to nobody (RFC 5737)."""

PATIENCE = 120_000
"""Milliseconds for each step, on a machine that has other things to do."""


def loopback_up() -> None:
    """Let this machine speak to itself: a new namespace begins with loopback down."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        asked = fcntl.ioctl(one, GET_FLAGS, struct.pack("16sh14x", b"lo", 0))
        flags = struct.unpack("16sh14x", asked)[1]
        fcntl.ioctl(one, SET_FLAGS, struct.pack("16sh14x", b"lo", flags | UP))


def must_be_cut_off() -> None:
    """Leave with a reason if there is a way to anywhere else."""
    with socket.socket() as one:
        one.settimeout(5)
        problem = one.connect_ex(ELSEWHERE)
    if problem != errno.ENETUNREACH:
        sys.exit(f"the network is not cut: a connection to {ELSEWHERE[0]} ends with {os.strerror(problem)}")


def main() -> None:
    """Start the app, open its home page, wait for its chart."""
    loopback_up()
    must_be_cut_off()
    server = Served()
    try:
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=sys.argv[1], args=["--no-sandbox", "--disable-gpu"])
            page = browser.new_page()
            page.set_default_timeout(PATIENCE)
            page.goto(server.address + address_of(""), wait_until="domcontentloaded")
            page.wait_for_selector(READY[""])
            print("shown", page.inner_text("h1"))
            browser.close()
    finally:
        server.stop()


if __name__ == "__main__":
    main()
