"""When a process may be told to stop: Ctrl-C, SIGTERM, and the terminal that closes.

What they raise would come between any two steps: a worker begun and not yet noted, a report moved and `latest` not. So
those who start and publish hold it back, and take it where they wait.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

NUMBERS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


class HeldBack:
    """While entered, what tells the main thread to stop comes through only inside `taken`; the first is the one."""

    def __init__(self) -> None:
        self._before: dict[int, Any] = {}
        self._came: int | None = None
        self._open = False

    def __enter__(self) -> "HeldBack":
        if threading.current_thread() is threading.main_thread():
            self._before = {n: handler for n in NUMBERS if callable(handler := signal.getsignal(n))}
            for number in self._before:
                signal.signal(number, self._hear)
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        for number, handler in self._before.items():
            if signal.getsignal(number) == self._hear:  # else it has been obeyed
                signal.signal(number, handler)
        if self._came is not None and error is None:
            signal.raise_signal(self._came)

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Where the order to stop is obeyed: also one that came before."""
        self._open = True
        try:
            if self._came is not None:
                number, self._came = self._came, None
                self._before[number](number, None)
            yield
        finally:
            self._open = False

    def _hear(self, number: int, frame: Any) -> None:
        if self._open:
            self._before[number](number, frame)
        elif self._came is None:
            self._came = number


@contextmanager
def stopping_once() -> Iterator[None]:
    """Orders to stop are obeyed as `stop_once` does; those that this process was begun to ignore stay ignored."""
    before = {number: signal.getsignal(number) for number in NUMBERS}
    for number, handler in before.items():
        if handler in (signal.SIG_DFL, signal.default_int_handler):
            signal.signal(number, stop_once)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def stop_once(number: int, frame: object) -> None:
    """A handler that ends this process as told, and lets what that begins come to its end: more orders are ignored."""
    for other in NUMBERS:
        signal.signal(other, signal.SIG_IGN)
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    raise SystemExit(128 + number)
