"""What in a column's values speaks against what its name says."""

from typing import Any

import pandas as pd
import pytest

from helpers.data.guess.fits import churn_map, value_fit
from helpers.data.guess.values import Column, look_at

N = 60


def column(values: list[object], name: str = "x") -> Column:
    return look_at(pd.DataFrame({name: [str(v) for v in values]})).columns[0]


@pytest.mark.parametrize(
    ("table", "name", "values", "against"),
    [
        ("orders", "customer_id", [1 + i % 5 for i in range(N)], "it holds only the marks 1 to 5"),
        ("orders", "customer_id", ["yes", "no"] * (N // 2), "it is yes or no"),
        ("orders", "customer_id", ["a", "b", "c"] * (N // 3), "it has only 3 different values"),
        ("orders", "amount", [9.5] * N, "it is the same in every row, so it measures nothing"),
        ("orders", "discount", [i % 5 / 10 for i in range(N)], "it holds shares, not money"),
        ("orders", "product_id", [9_000 + i for i in range(N)], "it differs in every row"),
        ("surveys", "score", [i % 31 for i in range(N)], "it goes beyond 0 to 10 (0 to 30)"),
        ("surveys", "score", [1 + i % 5 for i in range(N)], "its marks go from 1 to 5 only"),
        ("surveys", "wave", [i % 25 for i in range(N)], "its numbers are neither years nor numbers of waves"),
        ("surveys", "comment", ["by train", "by car"] * (N // 2), "its few texts are answers to choose from"),
        ("exposures", "campaign", [1 + i % 3 // 2 for i in range(N)], "it holds numbers, as a count of contacts does"),
        ("exposures", "campaign", ["yes", "no"] * (N // 2), "it is yes or no"),
        ("customers", "order_count", [1 + i for i in range(N)], "it numbers the rows"),
        (
            "customers",
            "order_count",
            [i % 9 / 2 for i in range(N)],
            "it is no count: it holds fractions or is negative",
        ),
        ("customers", "tenure_months", [i % 11 for i in range(N)], "it never exceeds 10, so it may be in years"),
        ("customers", "tenure_months", [20 * i for i in range(N)], "it goes up to 1180, too many for months"),
    ],
)
def test_what_speaks_against(table: str, name: str, values: list[object], against: str) -> None:
    fit = value_fit(table, name, column(values))
    assert fit.against == against
    assert fit.share < 0.6


@pytest.mark.parametrize(
    ("table", "name", "values"),
    [
        ("orders", "customer_id", [100 + i % 20 for i in range(N)]),
        ("orders", "amount", [i + 0.5 for i in range(N)]),
        ("orders", "discount", [0, 5, 2.5] * (N // 3)),
        ("surveys", "score", [10, 9, 7, 3, 8, 0] * (N // 6)),
        ("surveys", "score", [10, 9, 7, 3, 8, 99] * (N // 6)),
        ("surveys", "wave", [2024, 2025] * (N // 2)),
        ("exposures", "campaign", [18, 13, 8, 13] * (N // 4)),
        ("customers", "order_count", [1, 1, 2, 5] * (N // 4)),
        ("customers", "tenure_months", list(range(N))),
    ],
)
def test_what_nothing_speaks_against(table: str, name: str, values: list[object]) -> None:
    fit = value_fit(table, name, column(values))
    assert (fit.share >= 0.95, fit.against) == (True, "")


def test_a_header_says_the_unit_of_a_tenure() -> None:
    short = [i % 11 for i in range(N)]
    assert value_fit("customers", "tenure_months", column(short, "tenure_months")).share == 1
    assert value_fit("customers", "tenure_months", column(list(range(N)), "ANCIENNETE_ANNEES")).share == 0


def test_who_has_left_may_be_told_in_words() -> None:
    said = column(["Existing Customer"] * 5 + ["Attrited Customer"])
    assert churn_map(said) == {"Existing Customer": "no", "Attrited Customer": "yes"}
    assert value_fit("customers", "churned", said).share == 1
    assert churn_map(column(["red", "blue"] * 3)) == {}


@pytest.mark.parametrize(
    ("header", "values", "fits"),
    [
        ("Likelihood to recommend", range(20, 80, 3), True),  # a slider from 0 to 100
        ("NPS", range(20, 80, 3), False),  # may be the score of a shop
        ("Recommend", [1, 2, 3, 4, 5], True),
        ("Rating", [1, 2, 3, 4, 5], False),
        ("Recommend", ["★★★", "★"], True),
        ("Comment", ["very likely", "unlikely"], False),
        ("Recommend", ["10 - extremely likely", "9", "0 - not at all"], True),
        ("Recommend", ["sehr wahrscheinlich", "keine Angabe", "unwahrscheinlich"], True),
    ],
)
def test_a_score_on_another_scale_is_one_where_its_header_says_so(header: str, values: Any, fits: bool) -> None:
    frame = pd.DataFrame({header: [str(v) for v in values] * 30})
    assert (value_fit("surveys", "score", look_at(frame).column(header)).share == 1) == fits


@pytest.mark.parametrize(
    ("header", "values", "fits"),
    [
        ("nps", [4, 8, 10], 0.8),
        ("nps_score", [10], 0.8),
        ("nps", [8, 6], 0.8),
        ("nps", [6, 5], 0.0),
        ("points", [4, 8, 10], 0.2),
    ],
)
def test_a_column_called_nps_is_one_however_few_marks_were_given(header: str, values: list[int], fits: float) -> None:
    frame = pd.DataFrame({header: [str(v) for v in values] * 30})
    assert value_fit("surveys", "score", look_at(frame).column(header)).share == pytest.approx(fits, abs=0.1)


@pytest.mark.parametrize(
    ("values", "fits"), [(["yes", "no"], 1), (["Ja", "Nein"], 1), (["yes", "maybe"], 0), (["y", "n"], 0)]
)
def test_satisfied_or_not_is_satisfaction(values: list[str], fits: float) -> None:
    assert (
        value_fit("surveys", "csat", look_at(pd.DataFrame({"satisfied": values * 20})).column("satisfied")).share
        == fits
    )
