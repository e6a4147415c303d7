"""A headless Chromium that opens pages, takes sizes and runs scripts in spite of a page's Content-Security-Policy.

Chromedriver is spoken to directly: WebDriver is HTTP with JSON, and five of its commands are all that is needed.
"""

import json
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from tests.servers import free_port, missing, running

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
# No sandbox: it refuses root, and the pages are our own. The rest keeps Chromium from talking to anybody.
_FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic"),
]
_PAINTED = """return new Promise(done => new PerformanceObserver(
  (entries, observer) => { observer.disconnect(); done(true); }).observe({type: 'paint', buffered: true}))"""


class Browser:
    """One tab."""

    def __init__(self, driver: str, session: str) -> None:
        self._session = f"{driver}/session/{session}"

    def resize(self, width: int, height: int = 900) -> None:
        """Set the size of what a page sees, in CSS pixels."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        _ask(f"{self._session}/goog/cdp/execute", {"cmd": "Emulation.setDeviceMetricsOverride", "params": size})

    def print(self, on: bool = True) -> None:
        """Show pages as they would be printed, until told otherwise."""
        media = {"media": "print" if on else ""}
        _ask(f"{self._session}/goog/cdp/execute", {"cmd": "Emulation.setEmulatedMedia", "params": media})

    def open(self, page: Path, fragment: str = "") -> None:
        """Open a page, at the id `fragment` if one is given."""
        self.visit(page.resolve().as_uri() + (f"#{fragment}" if fragment else ""))

    def visit(self, address: str) -> None:
        _ask(f"{self._session}/url", {"url": address})

    def press_enter(self) -> None:
        self.run(_PAINTED)  # keys pressed before that are dropped
        key = {"key": "Enter", "code": "Enter", "text": "\r", "windowsVirtualKeyCode": 13}
        for kind in ("keyDown", "keyUp"):
            _ask(
                f"{self._session}/goog/cdp/execute", {"cmd": "Input.dispatchKeyEvent", "params": {"type": kind, **key}}
            )

    def heard(self) -> list[tuple[str, str]]:
        """What the page gives to those who listen, in its order: role and name of all that has both."""
        tree = _ask(f"{self._session}/goog/cdp/execute", {"cmd": "Accessibility.getFullAXTree", "params": {}})
        nodes = [node for node in tree["nodes"] if not node["ignored"] and node.get("name", {}).get("value")]
        return [(node["role"]["value"], node["name"]["value"]) for node in nodes]

    def run(self, script: str, *values: Any) -> Any:
        """Run a function's body in the page; returns what it returns, or what its promise comes to."""
        return _ask(f"{self._session}/execute/sync", {"script": script, "args": values})


@contextmanager
def open_browser(profile: Path) -> Iterator[Browser]:
    """A browser with a profile of its own; skips the test, or in CI fails it, where Chromium is not installed."""
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if program is None or driver is None:
        missing("Chromium", "apt-get install chromium chromium-driver")
        return
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    options = {"binary": program, "args": [*_FLAGS, f"--user-data-dir={profile}"]}
    with running([driver, f"--port={port}"], "started successfully", signal.SIGTERM):
        wanted = {"capabilities": {"alwaysMatch": {"goog:chromeOptions": options}}}
        session = _ask(f"{address}/session", wanted)["sessionId"]
        try:
            yield Browser(address, session)
        finally:
            _ask(f"{address}/session/{session}", method="DELETE")  # ends Chromium too


def read_axe() -> str:
    """The source of axe; skips the test, or in CI fails it, where npm has not fetched it."""
    if not AXE.is_file():
        missing("axe-core", "npm ci --prefix tests/browser")
    return AXE.read_text("utf-8")


def _ask(address: str, body: dict[str, Any] | None = None, method: str = "POST") -> Any:
    data = json.dumps(body or {}).encode() if method == "POST" else None
    with urlopen(Request(address, data, {"Content-Type": "application/json"}, method=method), timeout=60) as answer:
        return json.load(answer)["value"]
