"""Serves the pages of a preview on this machine only, and tells open pages when there are newer ones.

What is served are the pages that were put here, by their names, and nothing from the disk: no tables, no notebooks.
They get a script (`template/preview.js`) that asks for news and reloads; published pages hold none. Requests that name
another host are refused: a page of the web whose name was made to lead here (DNS rebinding) must not read a report.
"""

import contextlib
import json
import threading
from collections.abc import Callable, Iterable
from functools import partial
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from helpers.errors import InputError

HOST = "127.0.0.1"
_COVER, _ONE_FILE = "index.html", "report.html"
_SCRIPT, _EVENTS = "preview.js", "preview-events"
_STILL_HERE_SECONDS = 5.0  # after which a browser that has gone is noticed
_POLICY = "default-src 'none';"  # as pages begin theirs
_POLICY_SERVED = f"{_POLICY} script-src 'self'; connect-src 'self';"
_BARE = f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_POLICY} style-src 'unsafe-inline'">
<title>Preview</title></head>
<body style="font:16px/1.5 system-ui,sans-serif;margin:3rem">
<p>%s</p><p><a href="/">The report's cover</a></p></body></html>"""


class Site:
    """The pages of a preview as they stand, and what is said at their foot. For several threads."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._makers: dict[str, tuple[str, Callable[[], str]]] = {}  # by file: its version, and what makes it
        self._made: dict[str, tuple[str, str]] = {}  # by file: a version, and its HTML
        self._said = ("", False)
        self._count = 0
        self._begun = uuid4().hex[:8]  # no version is that of a preview before this one
        self.closed = False

    def put(self, file: str, make: Callable[[], str]) -> None:
        """Serve a page from now on, which is made when somebody asks for it."""
        with self._changed:
            self._makers[file] = (f"{self._begun}-{self._count}", make)
            self._tell()

    def keep(self, files: Iterable[str]) -> None:
        """Serve no other pages than these."""
        with self._changed:
            gone = set(self._makers) - set(files)
            for file in gone:
                del self._makers[file]
            if gone:
                self._tell()

    def files(self) -> set[str]:
        with self._changed:
            return set(self._makers)

    def say(self, text: str, wrong: bool) -> None:
        """What stands at the foot of all pages; "" = nothing."""
        with self._changed:
            if (text, wrong) != self._said:
                self._said = (text, wrong)
                self._tell()

    def close(self) -> None:
        with self._changed:
            self.closed = True
            self._tell()

    def page(self, file: str) -> tuple[str, str] | None:
        """A page's version and its HTML; None where there is no such page."""
        with self._changed:
            if file not in self._makers:
                return None
            version, make = self._makers[file]
            made = self._made.get(file)
        if made is None or made[0] != version:
            try:
                made = (version, make())
            except Exception:
                if made is None:
                    raise
                made = (version, made[1])  # the last good one stands
            with self._changed:
                self._made[file] = made
        return made

    def news(self, seen: int, wait_seconds: float) -> tuple[int, dict[str, Any]]:
        """How often anything has changed, and how it stands; waits while that is `seen`."""
        with self._changed:
            self._changed.wait_for(lambda: self._count != seen or self.closed, wait_seconds)
            pages = {file: version for file, (version, _) in self._makers.items()}
            return self._count, {"pages": pages, "text": self._said[0], "wrong": self._said[1]}

    def _tell(self) -> None:
        self._count += 1
        self._changed.notify_all()


def serve_report(report: Path, site: Site) -> None:
    """Serve the pages of a published report, as they are now: a run may put another one there."""
    for path in report.glob("*.html"):
        with contextlib.suppress(OSError):  # it is being put there
            if path.name == _ONE_FILE:
                continue
            site.put(path.name, partial(str, path.read_text("utf-8")))


class PreviewServer(ThreadingHTTPServer):
    """Serves a site on a port of this machine; 0 is any that is free. Raises InputError where it cannot be had."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, site: Site, port: int = 0) -> None:
        self.site = site
        try:
            super().__init__((HOST, port), _Handler)
        except OSError as error:
            raise InputError(
                f"The port {port} cannot be used: {error.strerror}",
                where="--port",
                mend="Leave it out to take a free one.",
            ) from None
        self.hosts = {f"{name}:{self.server_port}" for name in (HOST, "localhost")}

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.server_port}/"

    def __enter__(self) -> "PreviewServer":
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.site.close()
        self.shutdown()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that went away is nothing to tell of."""


class _Handler(BaseHTTPRequestHandler):
    server: PreviewServer
    server_version, sys_version = "kit", ""

    def do_GET(self) -> None:  # as http.server calls it
        if self.headers.get("Host", "").lower() not in self.server.hosts:
            self._answer(421, f"Open {escape(self.server.address)} on this machine.".encode())
            return
        asked = unquote(urlsplit(self.path).path).removeprefix("/")
        if asked == _EVENTS:
            self._tell_news()
        elif asked == _SCRIPT:
            script = Path(__file__).parent / "template" / _SCRIPT
            self._answer(200, script.read_bytes(), "text/javascript; charset=utf-8")
        else:
            self._show(asked or _COVER)

    do_HEAD = do_GET  # noqa: N815  # `_answer` leaves the content out

    def _show(self, file: str) -> None:
        found = self.server.site.page(file)
        if found is None:
            told = "There is no such page here."
            if file == _COVER:
                told = "The report is being made. This page will show it."
            elif file == _ONE_FILE:
                told = "A preview has the single pages; kit run makes the one file that holds them all."
            found = ("", _BARE % told)
        served = _with_script(file, *found).encode()
        self._answer(200 if found[0] or file == _COVER else 404, served, "text/html; charset=utf-8")

    def _answer(self, status: int, content: bytes, kind: str = "text/plain; charset=utf-8") -> None:
        self._begin(status, kind, {"Content-Length": str(len(content))})
        if self.command != "HEAD":
            self.wfile.write(content)

    def _begin(self, status: int, kind: str, more: dict[str, str]) -> None:
        self.send_response(status)
        headers = {"Content-Type": kind, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        headers |= {"X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer"}
        headers |= {"Cross-Origin-Resource-Policy": "same-origin"}
        for name, value in (headers | more).items():
            self.send_header(name, value)
        self.end_headers()

    def _tell_news(self) -> None:
        """Server-sent events: how things stand, again at each change, until the browser or the preview ends."""
        self._begin(200, "text/event-stream", {})
        seen, site = -1, self.server.site
        while self.command != "HEAD" and not site.closed:
            count, news = site.news(seen, _STILL_HERE_SECONDS)
            told = f"data: {json.dumps(news)}\n\n" if count != seen else ": still here\n\n"
            seen = count
            self.wfile.write(told.encode())
            self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:
        """The terminal is for what is made."""


def _with_script(file: str, version: str, html: str) -> str:
    script = f'<script src="/{_SCRIPT}" data-page="{escape(file)}" data-version="{version}"></script>'
    before, end, after = html.replace(_POLICY, _POLICY_SERVED, 1).rpartition("</body>")
    return f"{before}{script}{end}{after}"
