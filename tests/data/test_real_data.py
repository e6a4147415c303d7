"""Real exports, read and cleaned, give their known answers."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from helpers.analysis.rfm import score_rfm
from helpers.analysis.roi.groupings import list_groupings
from helpers.analysis.roi.kpis import Period, measure_kpis
from helpers.data.client_data import ClientData
from helpers.data.features.customers import look_back
from helpers.data.features.segment_kpis import choose_window, period_customers
from helpers.data.spec import PartSpec
from tests.data.clients import aside, read


@pytest.fixture(scope="module")
def online_retail(real_data: Callable[[str], ClientData]) -> ClientData:
    return real_data("online_retail")


class TestOnlineRetail:
    """UCI Online Retail; the known answers are those of the data's README."""

    def test_every_row_is_kept_or_set_aside(self, online_retail: ClientData) -> None:
        row = online_retail.received.iloc[0]
        assert row["rows_in"] == 541_909
        assert row["rows_kept"] + row["rows_set_aside"] == 541_909
        assert online_retail.quality["rows_set_aside"].sum() == row["rows_set_aside"]

    def test_traits_are_counted(self, online_retail: ClientData) -> None:
        found = online_retail.quality.set_index("check")["rows_found"]
        assert found["no customer_id"] == 135_080
        assert found["exact duplicate"] == 5_268
        assert found["price is zero or below"] == 2_517

    def test_purchases(self, online_retail: ClientData) -> None:
        orders = online_retail.tables["orders"]
        bought = orders.filter(orders.amount > 0)
        assert bought.count().execute() == 392_692
        assert bought.customer_id.nunique().execute() == 4_338
        assert bought.order_id.nunique().execute() == 18_532
        assert bought.amount.sum().execute() == pytest.approx(8_887_208.89, abs=0.005)

    def test_returns_are_kept_as_negative_amounts(self, online_retail: ClientData) -> None:
        orders = online_retail.tables["orders"]
        returned = orders.filter(orders.is_return)
        assert returned.count().execute() == 8_872
        assert returned.amount.sum().execute() == pytest.approx(-608_689.47, abs=0.005)

    def test_key_figures_of_the_last_half_year(self, online_retail: ClientData) -> None:
        """The file covers a year and nine days, so the period is six months; its sums were taken from the file with
        pandas, and the segments of the map account for all of them."""
        as_of = date(2011, 12, 9)
        window = choose_window(online_retail, as_of)
        assert (str(window.first), str(window.before), window.months) == ("2011-06-10", "2010-12-10", 6)
        people = period_customers(online_retail, window)
        past = look_back(online_retail.tables["orders"], as_of, window.months).customers
        groups = list_groupings(score_rfm(past).customers, pd.DataFrame(), None, None, pd.DataFrame())
        period = Period(window.basis, window.first, window.last, window.before, window.began)
        found = measure_kpis(people, period, groups, margin=0.4)
        assert found.overall("revenue")["value"] == pytest.approx(5_355_819.61, abs=0.01)
        assert found.overall("revenue_churn")["denominator"] == pytest.approx(3_220_732.91, abs=0.01)
        assert found.overall("customers")["value"] == 3_486
        assert found.overall("retention")[["numerator", "denominator"]].tolist() == [1_870, 2_648]
        for kpi in ("customers", "new_customers", "revenue"):
            assert found.of("rfm_segment", kpi)["value"].sum() == pytest.approx(found.overall(kpi)["value"], abs=0.01)

    def test_identifiers_are_text_without_a_decimal_tail(self, online_retail: ClientData) -> None:
        orders = online_retail.tables["orders"]
        assert orders.customer_id.re_search(r"^\d{5}$").all().execute()

    def test_with_duplicates_kept(self, shared_data: Path, tmp_path: Path) -> None:
        columns = {
            "order_id": "InvoiceNo",
            "customer_id": "CustomerID",
            "ordered_at": "InvoiceDate",
            "quantity": "Quantity",
            "unit_price": "UnitPrice",
        }
        part = PartSpec(
            str(shared_data / "online_retail.csv.gz"), columns=columns, severities={"identical_lines": "note"}
        )
        orders = read(tmp_path, "orders", part, as_of=date(2011, 12, 9)).tables["orders"]
        bought = orders.filter(orders.amount > 0)
        assert bought.count().execute() == 397_884
        assert bought.amount.sum().execute() == pytest.approx(8_911_407.90, abs=0.005)


def test_two_survey_years_are_one_table(real_data: Callable[[str], ClientData]) -> None:
    data = real_data("sfo_survey")
    counted = data.tables["surveys"].group_by("wave").aggregate(n=lambda t: t.count()).execute()
    assert dict(zip(counted["wave"], counted["n"], strict=True)) == {"2017": 2_746, "2018": 2_650}
    assert data.received["rows_in"].iloc[0] == 5_640
    assert aside(data) == {"no score": 244}


def test_equal_rows_are_not_duplicates_where_nothing_identifies_them(
    real_data: Callable[[str], ClientData],
) -> None:
    data = real_data("hillstrom")
    assert data.received["rows_kept"].iloc[0] == 64_000
    assert data.quality["handling"].str.contains("without an identifier").all()


def test_a_row_number_stands_in_for_an_identifier(shared_data: Path, tmp_path: Path) -> None:
    part = PartSpec(
        str(shared_data / "hillstrom.csv.gz"),
        columns={"arm": "segment", "customer_id": "(row number)"},
        control="No E-Mail",
        outcomes=("visit",),
    )
    exposures = read(tmp_path, "exposures", part).tables["exposures"]
    assert exposures.customer_id.nunique().execute() == 64_000
