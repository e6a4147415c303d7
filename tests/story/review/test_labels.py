"""Figures of the review in readers' words."""

import pytest

from helpers.story.review import labels
from tests.story.word_checks import POUNDS


@pytest.mark.parametrize(
    ("unit", "x", "value", "change"),
    [
        ("share", 0.021, "2.1%", "+2.1"),
        ("share", 0.57, "57%", "+57.0"),
        ("money", 91.34, "£91", "+£91"),
        ("count", 3361.0, "3,361", "+3,361"),
        ("months", 4.25, "4.2", "+4.2"),
        ("share", float("nan"), "–", "–"),
    ],
)
def test_values_by_unit(unit: str, x: float, value: str, change: str) -> None:
    assert labels.kpi_value(unit, x, POUNDS) == value
    assert labels.kpi_change(unit, x, POUNDS) == change


def test_names() -> None:
    assert labels.kpi_label("cac_loaded") == "Full cost of winning a customer"
    assert labels.kpi_inside("some_new_figure") == "some new figure"
    assert labels.segmentation_label("rfm") == "Value segments"
    assert labels.segmentation_label("company_size") == "Company size"
