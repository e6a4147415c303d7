"""Figures read back as they were printed, and what changed from one to another."""

import pytest

from helpers.story.printed import say_change, sort_value


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        ("£8.62m", "£9.24m", "+7%"),
        ("CHF 120k", "CHF 90k", "−25%"),
        ("999", "1,200", "+20%"),
        ("58%", "61%", "+3 points"),
        ("62%", "61%", "−1 point"),
        ("5.1%", "5.3%", "+0.2 points"),
        ("−3", "+4", "+7 points"),
        ("+33", "+27", "−6 points"),
        ("0", "+4", "+4 points"),
        ("5.4 times", "5.9 times", "+9%"),
        ("3,361", "3,362", ""),  # a change that prints as none
        ("<1%", "3%", ""),  # not known how much
        ("£3", "€3.10", ""),
        ("3 months", "90 days", ""),
        ("–", "5%", ""),
        ("none", "some", ""),
        ("0", "5", ""),
    ],
)
def test_what_changed(before: str, now: str, said: str) -> None:
    assert say_change(before, now) == said


def test_sorted_by_what_they_stand_for() -> None:
    texts = ["−£2k", "−3", "<1%", "61", "£999", "£1.2k", "£1.2m", "£1.2bn"]
    values = [sort_value(text) for text in texts]
    assert values == sorted(values, key=lambda v: v or 0)
    assert values[-2:] == [1.2e6, 1.2e9]
    assert sort_value("12 months") == 12  # m is not million here
    assert sort_value("–") is None
