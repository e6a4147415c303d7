"""Orders to stop: held back while something must not be cut in two, obeyed once, and the first is the one."""

import signal
from collections.abc import Iterator

import pytest

from helpers.runs.stops import NUMBERS, HeldBack, stopping_once

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="signals as Linux and macOS have them")


@pytest.fixture(autouse=True)
def _handlers() -> Iterator[None]:
    before = {number: signal.signal(number, signal.default_int_handler) for number in NUMBERS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_an_order_that_comes_meanwhile_is_obeyed_where_it_is_taken() -> None:
    steps = []
    with stopping_once(), pytest.raises(SystemExit) as stop, HeldBack() as stops:
        signal.raise_signal(signal.SIGTERM)
        steps.append("held back")
        with stops.taken():
            steps.append("never")
    assert steps == ["held back"]
    assert stop.value.code == 143


def test_an_order_comes_through_at_once_where_it_is_taken() -> None:
    steps = []
    with stopping_once(), HeldBack() as stops, pytest.raises(KeyboardInterrupt):
        with stops.taken():
            signal.raise_signal(signal.SIGINT)
            steps.append("never")
        steps.append("never")
    assert steps == []


def test_an_order_that_nobody_took_is_obeyed_at_the_end() -> None:
    steps = []
    with stopping_once(), pytest.raises(SystemExit) as stop:
        with HeldBack():
            signal.raise_signal(signal.SIGHUP)
            steps.append("held back")
        steps.append("never")
    assert steps == ["held back"]
    assert stop.value.code == 129


def test_what_stopping_begins_is_not_stopped_again() -> None:
    with stopping_once():
        try:
            with HeldBack() as stops, stops.taken():
                signal.raise_signal(signal.SIGTERM)
        except SystemExit:
            for number in NUMBERS:
                signal.raise_signal(number)
    with pytest.raises(KeyboardInterrupt):  # as before
        signal.raise_signal(signal.SIGTERM)


def test_what_a_process_was_begun_to_ignore_stays_ignored() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does
    with stopping_once(), HeldBack() as stops, stops.taken():
        signal.raise_signal(signal.SIGHUP)
