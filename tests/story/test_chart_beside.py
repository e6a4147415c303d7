"""Lines are named where they end, apart from each other, and their colours mean the same to all who ask."""

import re

import pytest

from helpers.story import chart
from helpers.story.chart_beside import _spread
from tests.story.chart_room import crowded

KEY = [("line", chart.INK, "orders that came"), ("line", chart.GOOD, "forecast"), ("tick", chart.BAD, "first day")]


@chart.picture()
def lines(gap: float, told: bool = True) -> chart.Chart:
    figure = chart.sheet("Two lines", body=2.0, key=KEY, beside=told)
    ax = figure.subplots()
    ax.set_xlabel("Week")
    ax.yaxis.set_major_formatter(lambda v, _: f"{v:.0f}")
    for (_, color, _), end in zip(KEY[:2], (100, 100 + gap), strict=True):
        ax.plot([0, 1, 2], [0, 50, end], color=color)
    return chart.render(figure, "Two lines", "To 100 and 150.")


def heights(svg: str) -> dict[str, float]:
    return {text: float(y) for y, text in re.findall(r'<text[^>]*? y="([\d.]+)"[^>]*>([^<]+)<', svg)}


def test_each_name_stands_where_its_line_ends_and_not_in_the_key() -> None:
    made = lines(50)
    assert heights(made.svg)["forecast"] < heights(made.svg)["orders that came"] - 20, (
        "the higher line, the higher name"
    )
    assert re.findall(r'<text[^>]*fill="#1b6f95"[^>]*>([^<]*)', made.svg) or chart.GOOD in made.svg
    assert crowded(made.svg) == crowded(made.narrow) == []
    assert "first day" in made.svg, "no line that ends: it stays in the key"


@pytest.mark.parametrize("gap", [0.0, 0.5, -0.5])
def test_names_of_lines_that_end_together_do_not_touch(gap: float) -> None:
    svg = lines(gap).svg
    assert abs(heights(svg)["forecast"] - heights(svg)["orders that came"]) >= 11
    assert crowded(svg) == []


def test_a_phone_has_no_room_for_that_and_keeps_its_key() -> None:
    with_names, with_key = lines(50), lines(50, told=False)
    assert with_names.narrow == with_key.narrow
    assert with_names.svg != with_key.svg


@pytest.mark.parametrize("points", [1, 2])
def test_a_line_of_a_point_or_two_has_its_name_as_well(points: int) -> None:
    """A programme of one month has two points."""

    @chart.picture()
    def short() -> chart.Chart:
        figure = chart.sheet("Short", body=2.0, key=KEY, beside=True)
        ax = figure.subplots()
        ax.axhline(0, color=chart.INK)
        for (_, color, _), end in zip(KEY[:2], (1, 2), strict=True):
            ax.plot(range(points), [0, end][-points:], color=color)
        return chart.render(figure, "Short", "To 1 and 2.")

    assert {"forecast", "orders that came"} <= set(heights(short().svg))
    assert crowded(short().svg) == []


def test_pointing_and_slides_know_what_the_lines_are() -> None:
    with_names, with_key = lines(50), lines(50, told=False)
    said = [re.findall("<title>([^<]*)", made.svg) for made in (with_names, with_key)]
    assert said[0] == said[1] and "Week 2: orders that came 100; forecast 150" in said[0]
    assert with_names.data["panels"] == with_key.data["panels"]


def test_places_stay_where_they_may_and_part_evenly() -> None:
    assert _spread([100, 50], [12, 12]) == [100, 50]
    assert _spread([50, 50], [12, 12]) == [56, 44]
    three = _spread([50, 50, 49], [12, 24, 12])
    assert three[0] - three[1] >= 17.8 and three[1] - three[2] >= 17.8
