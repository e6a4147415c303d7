"""What customers bought in a period, by the segment they were in before it."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from ibis.expr.types import Table

from helpers.data.client_data import ClientData, open_data
from helpers.data.features.usual_outcomes import buyers_before, usual_outcomes
from helpers.data.spec import PartSpec, TableSpec

ORDERS = (
    "order_id,customer_id,ordered_at,amount\n"
    "1,A,2026-01-05,10\n2,A,2026-03-02 09:00,20\n3,A,2026-03-02,-5\n4,A,2026-03-31 23:00,1\n"
    "5,B,2026-01-05,10\n6,B,2026-03-01 23:00,7\n7,B,2026-04-01,7\n"
    "8,C,2026-03-05,10\n"
)
AFTER, UNTIL = date(2026, 3, 1), date(2026, 3, 31)
SEGMENTS = pd.DataFrame({"customer_id": ["A", "B"], "rfm_segment": ["Good", "Lost"]})


def read(folder: Path, orders: str = ORDERS) -> ClientData:
    (folder / "orders.csv").write_text(orders, "utf-8")
    specs = {"orders": TableSpec("orders", (PartSpec(str(folder / "orders.csv")),))}
    return open_data(specs, date(2026, 4, 30), folder / ".data")


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Table:
    """Those of `ORDERS`, read once."""
    return read(tmp_path_factory.mktemp("orders")).tables["orders"]


def test_customers_then_and_what_they_have_bought_since(orders: Table) -> None:
    """A bought for 20 and 1, the return is not taken off; B only before and after; C was no customer yet."""
    found = usual_outcomes(orders, SEGMENTS, AFTER, UNTIL)
    assert found.to_dict("list") == {"segment": ["Good", "Lost"], "spend": [21.0, 0.0], "ordered": [1.0, 0.0]}


def test_without_amounts_only_orders_are_told(tmp_path: Path) -> None:
    lines = [line.rpartition(",")[0] for line in ORDERS.splitlines() if not line.endswith("-5")]
    found = usual_outcomes(read(tmp_path, "\n".join(lines) + "\n").tables["orders"], SEGMENTS, AFTER, UNTIL)
    assert found.to_dict("list") == {"segment": ["Good", "Lost"], "ordered": [1.0, 0.0]}


def test_no_segments_tell_nothing(orders: Table) -> None:
    found = usual_outcomes(orders, SEGMENTS.head(0), AFTER, UNTIL)
    assert list(found) == ["segment"]
    assert found.empty


def test_buyers_as_they_stood_so_many_days_before(orders: Table) -> None:
    then = buyers_before(orders, UNTIL, 30)
    assert then.after == AFTER
    assert sorted(then.customers["customer_id"]) == ["A", "B"]
    assert set(then.gaps["customer_id"]) <= {"A", "B"}


@pytest.mark.parametrize(("days", "asked"), [(30, False), (9_999, True)])
def test_nobody_where_it_is_not_asked_or_nobody_had_ordered(orders: Table, days: float, asked: bool) -> None:
    then = buyers_before(orders, UNTIL, days, asked=asked)
    assert then.customers.empty
    assert then.gaps.empty
