"""What in a column's values speaks against what its name says."""

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
        ("customers", "order_count", [i % 9 / 2 for i in range(N)], "it is no count: it holds fractions or is negative"),
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
