"""Waves in the order of time, as their names tell it."""

from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.analysis.nps_drivers.wave_names import order_waves, wave_years

# Each in the order of time.
IN_ORDER = [
    ["2021", "2022", "2023"],
    ["Q4 2023", "Q1 2024", "Q2 2024", "Q3 2024"],
    ["2023-Q4", "2024-Q1", "2024Q2", "Q3/24"],
    ["4Q23", "1Q24", "2Q24"],
    ["T4 2023", "1. Quartal 2024", "2º Trimestre 2024", "Kwartał 3 2024"],
    ["H1 2023", "2H23", "1. Halbjahr 2024", "S2 2024"],
    ["Autumn 2024", "Spring 2025", "Summer 2025", "Fall 2025"],
    ["Herbst 2024", "Frühjahr 2025", "Été 2025", "Outono 2025"],
    ["Autumn 2024", "Winter 2024/25", "Spring 2025"],
    ["January 2025", "May 2025", "November 2025"],
    ["März 24", "Mai 24", "Dez. 24", "Jänner 25"],
    ["février 2024", "août 2024", "décembre 2024"],
    ["enero 2024", "agosto 2024", "diciembre 2024"],
    ["gennaio 2024", "giugno 2024", "ottobre 2024"],
    ["maart 2024", "mei 2024", "augustus 2024"],
    ["fevereiro 2024", "maio 2024", "outubro 2024"],
    ["styczeń 2024", "maj 2024", "październik 2024"],
    ["Dec-24", "Jan-25", "Feb '25"],
    ["2024-11", "2024-12", "2025-01"],
    ["11/2024", "12/2024", "01/2025"],
    ["2024-12-31", "2025-01-02", "2025-01-15"],
    ["31.12.2024", "02.01.2025", "15.01.2025"],
    ["2024-W09", "2024-W10", "KW 11 2024", "Week 12 2024"],
    ["Wave 8", "Wave 9", "Wave 10", "Wave 11"],
    ["wave_2", "wave_10"],
    ["Pulse #4", "Pulse #12"],
    ["First wave", "Second wave", "Third wave"],
    ["Welle I", "Welle II", "Welle III", "Welle IV", "Welle V", "Welle IX"],
    ["Baseline", "Midline", "Endline"],
    ["2023 wave 1", "2023 wave 2", "2024 wave 1"],
    ["Round 1 (2022)", "Round 2 (2022)", "Round 3 (2023)"],
    ["FY22", "FY23", "FY24"],
    ["FY2022/23", "FY2023/24"],
    ["2022/23", "2023/24", "2024/25"],
    ["202411", "202412", "202501"],
    ["9", "10", "11"],
    ["9.0", "10.0"],
    ["NPS survey 2023", "NPS survey 2024 (spring)", "NPS survey 2024 (autumn)"],
    ["Q1", "Q2", "Q3", "Q4"],
    ["January", "February", "March"],
]


@pytest.mark.parametrize("names", IN_ORDER, ids=lambda names: names[-1])
def test_names_that_tell_the_time_are_put_into_its_order(names: list[str]) -> None:
    assert order_waves(sorted(names)) == names
    assert order_waves([*names[1:], names[0]][::-1]) == names


@pytest.mark.parametrize(
    "names",
    [
        ["Pilot", "Main study", "Re-test"],
        ["Spring", "Autumn", "Winter"],  # of which year?
        ["2024", "Second"],
        ["2024 a", "2024 b"],
        ["November", "December", "January", "February"],  # round the turn of the year
        ["Q3", "Q4", "Q1"],
        ["32.13.2024", "y"],
    ],
)
def test_other_names_stay_as_they_came(names: list[str]) -> None:
    assert order_waves(names) == names


def test_winter_of_one_year_is_its_end_unless_the_waves_came_as_if_it_began_it() -> None:
    assert order_waves(["Winter 2024", "Spring 2024", "Summer 2024"]) == ["Winter 2024", "Spring 2024", "Summer 2024"]
    assert order_waves(["Winter 2024", "Summer 2024", "Spring 2024"]) == ["Spring 2024", "Summer 2024", "Winter 2024"]


def test_days_come_before_names_where_they_tell_all_apart() -> None:
    names = ["Wave 2", "Wave 1", "Wave 3"]
    assert order_waves(names, [10.0, 20.0, 30.0]) == names
    assert order_waves(names, [10.0, nan, 30.0]) == ["Wave 1", "Wave 2", "Wave 3"]
    assert order_waves(names, [10.0, 10.0, 30.0]) == ["Wave 1", "Wave 2", "Wave 3"]
    assert order_waves(["b", "a"], [1.0]) == ["b", "a"]


def test_when_a_wave_was_in_years() -> None:
    assert wave_years(["2023", "Q3 2024", "April 2025", "FY26"]) == [2023, 2024.5, 2025.25, 2026]
    assert wave_years(["2023", "Wave 3"]) == []
    assert wave_years(["2024-07-01"]) == pytest.approx([2024.5], abs=0.01)


@given(st.lists(st.text(max_size=20) | st.from_regex(r"(Q[1-4]|W\d+|May|Winter)? ?(20\d\d|'\d\d)", fullmatch=True)))
def test_every_name_is_in_the_order_once(names: list[str]) -> None:
    ordered = order_waves(names)
    assert sorted(ordered) == sorted(set(names))
