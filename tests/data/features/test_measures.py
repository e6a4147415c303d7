"""What customers are grouped by: numbers and categories of the customer list, beside measures of their orders."""

from datetime import date
from pathlib import Path

import ibis
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ibis.expr.types import Table

from helpers.data.cleaning.marking import empty_table
from helpers.data.features.measures import MOST_CATEGORIES, MOST_CHOSEN, Measures, measure_customers
from helpers.data.schema import WITHHELD
from helpers.errors import InputError, ThinDataError

AS_OF = date(2026, 9, 30)
NO_ORDERS = empty_table("orders")


def listed(**columns: object) -> Table:
    """A customer list; attributes are text, as the client's tables have them."""
    frame = pd.DataFrame(columns)
    return ibis.memtable(frame.assign(customer_id=[f"{i:04d}" for i in range(len(frame))], kit_row=1))


def texts(values: object) -> list[str]:
    return [str(v) for v in values]  # type: ignore[attr-defined]


def measured(customers: Table, *asked: str, orders: Table = NO_ORDERS) -> Measures:
    return measure_customers(orders, customers, AS_OF, asked)


def order_lines(customers: list[str], amounts: list[float] | None = None) -> Table:
    n = len(customers)
    frame = pd.DataFrame(
        {
            "customer_id": customers,
            "ordered_at": pd.to_datetime(["2026-09-01"] * n) + pd.to_timedelta(np.arange(n), "D"),
            "is_return": False,
        }
    )
    return ibis.memtable(frame.assign(amount=amounts) if amounts else frame)


def test_attributes_are_numbers_where_nearly_all_can_be_read_as_one() -> None:
    income = [*texts(range(10, 105)), "n/a", "?", "unknown", "-", "none"]
    found = measured(listed(income=income), "income")
    assert found.unread == {"income": 5}
    assert found.missing == {"income": 5}
    assert (found.rows_in, found.left_out, len(found.customers)) == (100, 5, 95)
    assert found.customers["income"].tolist() == [float(n) for n in range(10, 105)]
    # One more that is no number, and it is a category: of too many values to group by.
    with pytest.raises(InputError, match="income has 99 different values, too many to group customers by"):
        measured(listed(income=[*income[:94], "x", *income[95:99], "x"]), "income")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (["1,5", "2,25", "30"], [1.5, 2.25, 30]),
        (["1.5", "2.25", "30"], [1.5, 2.25, 30]),
        (["$1,500", "$ 20", "3"], [1500, 20, 3]),
        (["1e3", "-4", " 7 "], [1000, -4, 7]),
    ],
)
def test_numbers_are_read_as_clients_write_them(written: list[str], read: list[float]) -> None:
    found = measured(listed(x=written), "x")
    assert found.customers["x"].tolist() == read


def test_codes_that_begin_with_a_zero_are_no_numbers() -> None:
    assert measured(listed(area=["0123", "4567", "0123"]), "area").customers["area"].tolist() == [
        "0123",
        "4567",
        "0123",
    ]
    assert measured(listed(share=["0.5", "0", "0.25"]), "share").customers["share"].tolist() == [0.5, 0, 0.25]


def test_the_kits_own_numbers_are_features_too() -> None:
    customers = listed(
        last_order_on=pd.to_datetime(["2026-09-20", "2026-09-30 23:00", None, "2026-10-05"], format="mixed"),
        order_count=[3.0, 1.0, 0.0, 2.0],
        spend=[30.0, 5.0, 0.0, 9.0],
        tenure_months=[7.0, 8.0, 9.0, 1.0],
    )
    assert measured(customers).features == ["order_count", "spend", "tenure_months"]  # last orders of three of four
    named = measured(customers, "recency_days", "tenure_months")
    assert named.customers["recency_days"].tolist() == [10, 0]  # not ordered, and after the report's day
    assert named.missing == {"recency_days": 2}
    assert not named.chosen
    assert (named.from_orders, named.from_list) == (False, True)


def test_without_orders_numbers_that_differ_are_chosen_the_kits_own_first() -> None:
    n = 20
    customers = listed(
        vip=["0", "1"] * (n // 2),  # two values
        same=["5"] * n,
        city=["Rome", "Bonn"] * (n // 2),
        rare=["3", *[None] * 4, *texts(range(15))],  # 16 of 20 are four fifths
        rarer=["3", *[None] * 5, *texts(range(14))],
        spend=np.arange(n, dtype=float),
        **{f"n{i}": texts(range(n)) for i in range(9)},
    )
    found = measured(customers)
    assert found.features == ["spend", "rare", *[f"n{i}" for i in range(MOST_CHOSEN - 2)]]
    assert found.spare == [f"n{i}" for i in range(MOST_CHOSEN - 2, 9)]
    assert found.chosen
    without = measure_customers(NO_ORDERS, customers, AS_OF, places=["rare", "n0"])
    assert without.features == ["spend", *[f"n{i}" for i in range(1, MOST_CHOSEN)]]
    with pytest.raises(ThinDataError, match=r"no numbers in which customers differ\. Add orders"):
        measured(listed(city=["Rome", "Bonn"] * 10))
    with pytest.raises(ThinDataError, match="no numbers in which customers differ"):
        measured(empty_table("customers"))


def test_with_orders_their_usual_measures_are_chosen() -> None:
    customers = listed(income=texts(range(4)))
    found = measured(customers, orders=order_lines(["0000", "0001", "0001"], [5.0, 6.0, 7.0]))
    assert found.features == ["recency_days", "order_count", "spend", "average_order_value"]
    assert (found.from_orders, found.from_list, found.rows_in) == (True, False, 2)
    # Without amounts, what there is.
    found = measured(customers, orders=order_lines(["0000", "0001", "0001"]))
    assert found.features == ["recency_days", "order_count"]
    assert found.customers.columns.tolist() == ["customer_id", "recency_days", "order_count"]


def test_orders_and_list_are_joined_by_customer_and_nobody_is_lost() -> None:
    customers = listed(income=["10", "20", None], gender=["f", "m", "m"])
    found = measured(
        customers, "order_count", "income", "gender", orders=order_lines(["0001", "0001", "0002", "9"], [1] * 4)
    )
    # Known: 0000 to 0002 by the list, 9 by orders. 0000 has no order, 0002 no income, 9 is not in the list.
    assert (found.rows_in, found.left_out) == (4, 3)
    assert found.missing == {"order_count": 1, "income": 2, "gender": 1}
    assert found.customers.to_dict("records") == [
        {"customer_id": "0001", "order_count": 2, "income": 20.0, "gender": "m", "spend": 2.0}
    ]
    # A number of the list that orders tell as well is told by orders.
    both = listed(order_count=[9.0, 9.0, 9.0])
    assert measured(both, "order_count", orders=order_lines(["0001", "0001"], [1, 1])).customers[
        "order_count"
    ].tolist() == [2]


def test_spend_is_carried_along_where_everybody_has_it() -> None:
    customers = listed(spend=[1.0, 2.0, 3.0], visits=["1", "2", "3"])
    assert measured(customers, "visits").customers["spend"].tolist() == [1, 2, 3]
    some = listed(spend=[1.0, None, 3.0], visits=["1", "2", "3"])
    assert "spend" not in measured(some, "visits").customers


def test_what_looks_like_a_persons_is_no_name_of_a_category() -> None:
    found = measured(listed(by=["ann@quackenbush.example", "desk", "desk"]), "by")
    assert found.customers["by"].tolist() == [WITHHELD, "desk", "desk"]


@pytest.mark.parametrize(
    ("asked", "orders", "said"),
    [
        ("incme", NO_ORDERS, 'incme" is not known of customers. Allowed: income, blank, many. Did you mean "income"?'),
        ("product_count", NO_ORDERS, "product_count are told by orders, and there are none"),
        (
            "product_count",
            order_lines(["0001"], [1.0]),
            "product_count is not known of any customer. The orders do not",
        ),
        ("spend", order_lines(["0001"]), "spend is not known of any customer. The orders do not tell it"),
        ("blank", NO_ORDERS, "blank is not known of any customer. Leave it out"),
        ("many", NO_ORDERS, f"many has {MOST_CATEGORIES + 1} different values, too many"),
    ],
)
def test_what_cannot_be_a_feature_is_refused(asked: str, orders: Table, said: str) -> None:
    n = MOST_CATEGORIES + 1
    customers = listed(
        income=texts(range(n)), blank=pd.Series([None] * n, dtype="string"), many=[f"c{i}" for i in range(n)]
    )
    with pytest.raises(InputError, match=r"clusters\.features_used") as refused:
        measured(customers, asked, orders=orders)
    assert said in str(refused.value)


def test_nobody_with_all_features_is_too_few() -> None:
    with pytest.raises(ThinDataError, match="No customer has a value in each of a, b"):
        measured(listed(a=["1", None], b=[None, "2"]), "a", "b")


@given(
    values=st.lists(
        st.tuples(*[st.one_of(st.none(), st.integers(-5, 5).map(str), st.just("?"))] * 2), min_size=1, max_size=30
    ),
    ordered=st.sets(st.integers(0, 40), max_size=10),
)
@settings(max_examples=25, deadline=None)
def test_rows_in_are_grouped_or_left_out(values: list[tuple[str | None, str | None]], ordered: set[int]) -> None:
    frame = pd.DataFrame(values, columns=["a", "b"]).astype("string")
    customers = listed(a=frame["a"], b=frame["b"])
    orders = order_lines([f"{i:04d}" for i in sorted(ordered)], [1.0] * len(ordered)) if ordered else NO_ORDERS
    asked = ["a", "b", *(["order_count"] if ordered else [])]
    try:
        found = measured(customers, *asked, orders=orders)
    except InputError:
        return
    known = {f"{i:04d}" for i in range(len(values))} | ({f"{i:04d}" for i in ordered})
    assert found.rows_in == len(known) == len(found.customers) + found.left_out
    assert set(found.customers["customer_id"]) <= known
    assert found.customers["customer_id"].is_unique
    assert not found.customers[asked].isna().any(axis=None)
    assert max(found.missing.values(), default=0) <= found.left_out <= sum(found.missing.values())


def test_mall_customers_are_read_from_their_file(shared_data: Path) -> None:
    mall = pd.read_csv(shared_data / "mall_customers.csv", dtype=str)
    names = {
        "Gender": "gender",
        "Age": "age",
        "Annual Income (k$)": "income",
        "Spending Score (1-100)": "spending_score",
    }
    found = measured(ibis.memtable(mall.rename(columns={"CustomerID": "customer_id", **names})))
    assert found.features == ["age", "income", "spending_score"]
    assert (found.rows_in, found.left_out, found.unread) == (200, 0, {})
