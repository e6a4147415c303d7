"""Lines of JSON over a socket: how a process asks the fork server for a child and learns what becomes of it."""

import contextlib
import json
import socket
from typing import Any

_PIECE = 65536


class Line:
    """One end of a connected socket; messages are JSON objects, one a line."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self._held = b""
        self.ended = False  # the other side has closed its end

    def fileno(self) -> int:
        return self.sock.fileno()

    def send(self, message: dict[str, Any]) -> None:
        """Raises OSError where the other side is gone."""
        self.sock.sendall(json.dumps(message).encode() + b"\n")

    def receive(self, wait_seconds: float | None = 0.0) -> list[dict[str, Any]]:
        """The messages that are there, or, where there is none, the first that comes in time; None waits for ever.

        Sets `ended` when the other side has closed.
        """
        self.sock.settimeout(wait_seconds)
        with contextlib.suppress(BlockingIOError, TimeoutError):
            while not self.ended:
                try:
                    piece = self.sock.recv(_PIECE)
                except ConnectionError:
                    piece = b""
                self.ended = not piece
                self._held += piece
                if b"\n" in piece:
                    break
        self.sock.settimeout(None)
        *whole, self._held = self._held.split(b"\n")
        return [json.loads(one) for one in whole]

    def close(self) -> None:
        self.sock.close()
