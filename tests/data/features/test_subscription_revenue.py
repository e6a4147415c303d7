"""Recurring revenue by month and what customers of a window keep paying, counted by hand."""

import math
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from ibis.expr.types import Table

from helpers.data.cleaning.marking import empty_table
from helpers.data.features.subscription_revenue import MONTHLY, kept_revenue, monthly_revenue
from helpers.data.features.subscriptions import subscriber_facts
from helpers.data.spec import PartSpec
from tests.data.clients import AS_OF, read

HEAD = "customer_id,plan,started_on,cancelled_on,monthly_fee\n"
# A stays and moves up in August, B leaves in August and is back in September, C comes in August with two, gives one up,
# D begins and ends within July.
ROWS = (
    "A,x,2026-07-01,2026-08-10,10\nA,y,2026-08-10,,25\nB,x,2026-07-31,2026-08-31,20\nB,x,2026-09-02,,20\n"
    "C,x,2026-08-05,,30\nC,z,2026-08-05,2026-09-01,5\nD,x,2026-07-02,2026-07-20,99\n"
)


def table(folder: Path, text: str) -> Table:
    (folder / "subscriptions.csv").write_text(text, "utf-8")
    return read(folder, "subscriptions", PartSpec(str(folder / "subscriptions.csv"))).tables["subscriptions"]


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Table:
    """Those of `ROWS`, read once."""
    return table(tmp_path_factory.mktemp("rows"), HEAD + ROWS)


def test_months_by_hand(rows: Table) -> None:
    months = monthly_revenue(rows, AS_OF).set_index("month")
    assert months.index.tolist() == [pd.Timestamp(f"2026-{m:02d}-01") for m in (7, 8, 9)]
    assert months["started"].tolist() == [2, 1, 0]
    assert months["cancelled"].tolist() == [0, 1, 0]
    assert months["returned"].tolist() == [0, 0, 1]
    assert months["active"].tolist() == [2, 2, 3]
    assert months["new_mrr"].tolist() == [30, 35, 0]
    assert months["expansion_mrr"].tolist() == [0, 15, 0]
    assert months["cancelled_mrr"].tolist() == [0, 20, 0]
    assert months["contraction_mrr"].tolist() == [0, 0, 5]
    assert months["returned_mrr"].tolist() == [0, 0, 20]
    assert months["mrr"].tolist() == [30, 60, 75]
    assert months["churn"].tolist()[1:] == [0.5, 0]
    assert months["mrr_churn"].tolist()[1:] == pytest.approx([20 / 30, 5 / 60])
    assert math.isnan(months["churn"].iloc[0])
    assert not months["partial"].any()


def test_the_last_month_agrees_with_the_subscribers(rows: Table) -> None:
    for as_of in (date(2026, 9, 30), date(2026, 8, 12), date(2026, 9, 1)):
        last = monthly_revenue(rows, as_of).iloc[-1]
        people = subscriber_facts(rows, as_of)
        assert last["active"] == (people["running"] > 0).sum()
        assert last["mrr"] == pytest.approx(people["monthly_fee"].sum())
        assert last["partial"] == (as_of.day != 30)


def test_kept_by_hand(rows: Table) -> None:
    assert kept_revenue(rows, AS_OF, 1) == {
        **{"months": 1, "customers": 2, "lost": 0, "start_mrr": 60, "expansion_mrr": 0},
        **{"contraction_mrr": 5, "cancelled_mrr": 0},
    }
    found = kept_revenue(rows, date(2026, 8, 31), 1)
    assert (found["customers"], found["lost"], found["start_mrr"]) == (2, 1, 30)
    assert (found["expansion_mrr"], found["cancelled_mrr"]) == (15, 20)


def test_without_fees_customers_are_counted_and_money_is_not_known(tmp_path: Path) -> None:
    rows = table(tmp_path, "customer_id,started_on,cancelled_on\nA,2026-07-01,\nB,2026-07-01,2026-09-10\n")
    months = monthly_revenue(rows, AS_OF)
    assert months["active"].tolist() == [2, 2, 1]
    assert months[["mrr", "new_mrr", "mrr_churn"]].isna().all().all()
    kept = kept_revenue(rows, AS_OF, 2)
    assert (kept["customers"], kept["lost"]) == (2, 1)
    assert math.isnan(kept["start_mrr"])


def test_without_dates_there_are_no_months(tmp_path: Path) -> None:
    rows = table(tmp_path, "customer_id,tenure_months,churned,monthly_fee\nA,3,no,5\n")
    assert monthly_revenue(rows, AS_OF).empty
    assert list(monthly_revenue(empty_table("subscriptions"), AS_OF).columns) == list(MONTHLY)
    assert kept_revenue(empty_table("subscriptions"), AS_OF, 12)["customers"] == 0
