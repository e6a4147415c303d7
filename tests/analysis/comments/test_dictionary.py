"""Declared themes."""

import pytest

from helpers.analysis.comments.dictionary import plain_text, raise_declared, read_dictionary
from helpers.errors import InputError

THEMES = read_dictionary(["delivery: late, délai*, customer service", "Wi-Fi: wi-fi, wifi", "遅い: 遅い"])


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("It was LATE!", ["delivery"]),
        ("lately", []),
        ("Les delais sont longs", ["delivery"]),
        ("délais", ["delivery"]),
        ("their customer   service", ["delivery"]),
        ("their customer. Service", ["delivery"]),
        ("customers, service", []),
        ("the wi-fi and the wifi", ["Wi-Fi"]),
        ("late wifi", ["delivery", "Wi-Fi"]),
        ("配送が遅いです", ["遅い"]),
        ("", []),
    ],
)
def test_words_are_found_whatever_their_accents(text: str, named: list[str]) -> None:
    counts = raise_declared([text], THEMES)[0]
    assert [name for name, count in zip(THEMES, counts, strict=True) if count] == named


def test_different_words_are_counted() -> None:
    assert raise_declared(
        ["late, late and delays at customer service"], read_dictionary(["d: late, delay*, customer service"])
    )[0].tolist() == [3]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("late, delay", "declares no theme"),
        (": late", "declares no theme"),
        ("delivery:", "declares no theme"),
        ("delivery: , ,", "declares no theme"),
        ("delivery: *", "no word to look for"),
        ("delivery: la*te", "no word to look for"),
        ("delivery: late**", "no word to look for"),
        ("delivery: ***, late", "no word to look for"),
        ("delivery: !!", "no word to look for"),
    ],
)
def test_what_cannot_be_read_is_refused(line: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_dictionary([line])


def test_a_theme_is_declared_once() -> None:
    with pytest.raises(InputError, match="declared twice"):
        read_dictionary(["Delivery: late", "délivery: slow"])


def test_plain_text() -> None:
    assert plain_text("L'eau, encore!_x") == "l eau encore x"
