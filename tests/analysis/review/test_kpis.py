"""Key figures of two reports: which are like, and which moved beyond chance."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from helpers.analysis.review.kpis import KEY, compare_kpis, gather_kpis
from tests.analysis.review.tables import customers, definitions

JUNE, SEPTEMBER = date(2026, 6, 30), date(2026, 9, 30)


def figure(
    value: float, kpi: str = "churn", segmentation: str = "all", segment: str = "All", **more: Any
) -> pd.DataFrame:
    row: dict[str, Any] = {
        "segmentation": segmentation,
        "segment": segment,
        "kpi": kpi,
        "value": value,
        "unit": "share",
    }
    row |= dict.fromkeys(("low", "high", "numerator", "denominator"), np.nan) | {"source": "roi_kpis"}
    return pd.DataFrame([row | {"period_first": pd.NaT, "period_last": pd.NaT} | more])


def share(count: int, of: int, **more: Any) -> pd.DataFrame:
    low, high = proportion_confint(count, of, method="wilson")
    return figure(count / of, low=low, high=high, numerator=count, denominator=of, **more)


def verdict(then: pd.DataFrame, now: pd.DataFrame, **more: Any) -> str:
    return str(compare_kpis(then, now, 92, **more).figures["verdict"].iloc[0])


@pytest.mark.parametrize(("kpi", "expected"), [("cltv", "rose"), ("gross_margin_value", "rose"), ("churn", "few")])
def test_few_are_customers_under_the_line_and_no_other_figure(kpi: str, expected: str) -> None:
    """A lifetime value is a year's margin by a churn of 0.2; that is not a fifth of a customer."""
    then, now = (figure(v, kpi=kpi, low=v - 1, high=v + 1, numerator=v / 5, denominator=0.2) for v in (100.0, 200.0))
    assert verdict(then, now) == expected


def test_a_share_by_hand_and_by_statsmodels() -> None:
    """200 of 1,000 and 250 of 1,000: 5 points more; Newcombe's interval."""
    found = compare_kpis(share(200, 1000), share(250, 1000), 92)
    row = found.figures.to_dict("records")[0]
    assert (row["then"], row["now"], row["verdict"], row["better"]) == (0.2, 0.25, "rose", "less")
    assert row["change"] == pytest.approx(0.05)
    assert np.isnan(row["change_share"])
    expected = confint_proportions_2indep(250, 1000, 200, 1000, compare="diff", method="newcomb")
    assert (row["low"], row["high"]) == pytest.approx(expected)
    assert (found.judged, found.days) == (1, 92)
    assert verdict(share(250, 1000), share(200, 1000)) == "fell"
    assert verdict(share(200, 1000), share(210, 1000)) == "unclear"


def test_money_changes_relative_to_then() -> None:
    then, now = (figure(v, unit="money", kpi="cac", low=v - 1, high=v + 1) for v in (50.0, 40.0))
    row = compare_kpis(then, now, 92).figures.to_dict("records")[0]
    assert (row["change"], row["change_share"], row["verdict"]) == (-10, pytest.approx(-0.2), "fell")
    hidden = compare_kpis(then, now, 92, with_money=False).figures.to_dict("records")[0]
    assert hidden["verdict"] == "currency"
    assert np.isnan([hidden["change"], hidden["change_share"], hidden["low"], hidden["high"]]).all()


def test_what_is_counted_is_not_judged() -> None:
    then, now = figure(300.0, kpi="customers", unit="count"), figure(900.0, kpi="customers", unit="count")
    found = compare_kpis(then, now, 92)
    assert (found.figures["verdict"].tolist(), found.judged) == (["counted"], 0)
    assert found.figures["change_share"].tolist() == [2.0]
    assert found.figures["better"].tolist() == [""]


@pytest.mark.parametrize(("of", "expected"), [(29, "few"), (30, "fell")])
def test_few_customers(of: int, expected: str) -> None:
    assert verdict(share(of - 1, of), share(1, 30)) == expected


def periods(last: str, days: int) -> dict[str, Any]:
    end = pd.Timestamp(last)
    return {"period_first": end - pd.Timedelta(days=days - 1), "period_last": end}


@pytest.mark.parametrize(
    ("then", "now", "expected"),
    [
        (periods("2026-06-30", 91), periods("2026-09-30", 91), "season"),
        (periods("2025-09-30", 91), periods("2026-09-30", 91), "rose"),
        (periods("2025-09-02", 91), periods("2026-09-30", 91), "rose"),  # 28 days apart in the year
        (periods("2025-08-20", 91), periods("2026-09-30", 91), "season"),  # 41
        (periods("2026-06-30", 365), periods("2026-09-30", 365), "rose"),  # holds all seasons
        (periods("2026-06-30", 349), periods("2026-09-30", 349), "season"),
        (periods("2026-06-30", 350), periods("2026-09-30", 350), "rose"),
        (periods("2026-06-30", 90), periods("2026-09-30", 365), "period"),
        (periods("2025-09-30", 100), periods("2026-09-30", 90), "rose"),
        (periods("2025-09-30", 101), periods("2026-09-30", 90), "period"),
        (periods("2026-01-05", 91), periods("2025-12-20", 91), "rose"),  # either side of New Year
    ],
)
def test_unlike_periods_are_not_compared(then: dict[str, Any], now: dict[str, Any], expected: str) -> None:
    assert verdict(share(200, 1000, **then), share(300, 1000, **now)) == expected


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (definitions(rfm="same"), "rose"),
        (definitions(rfm="renamed"), "rose"),
        (definitions(rfm="other"), "unlike"),
        (definitions(rfm="unknown"), "unlike"),
        (definitions(rfm="shifted").assign(shifted_share=0.1), "unlike"),
        (definitions(rfm="shifted").assign(shifted_share=0.09), "rose"),
        (definitions(rfm="shifted").assign(shifted_share=np.nan), "rose"),
        (definitions(lifecycle="other"), "rose"),
    ],
)
def test_figures_of_unlike_segments_are_not_judged(made: pd.DataFrame, expected: str) -> None:
    then, now = (share(n, 1000, segmentation="rfm", segment="Best") for n in (200, 300))
    assert verdict(then, now, definitions=made) == expected


def test_what_one_report_lacks() -> None:
    now = pd.concat([share(2, 50), share(2, 50, kpi="new_one")])
    then = pd.concat([share(2, 50), share(2, 50, kpi="old_one")])
    found = compare_kpis(then, now, 92).figures.set_index("kpi")["verdict"]
    assert found.to_dict() == {"churn": "unclear", "new_one": "new", "old_one": "gone"}
    assert compare_kpis(then.head(0), now, 92).figures.empty


def test_many_figures_are_corrected_for_their_number() -> None:
    """One share of p = 0.03 alone moved; among forty that did not, chance may do it."""
    alone = compare_kpis(share(200, 1000), share(240, 1000), 92).figures
    assert alone["p_value"].iloc[0] == pytest.approx(0.031, abs=0.002)
    assert alone["verdict"].tolist() == ["rose"]
    others = [share(200, 1000, kpi=f"kpi {i}") for i in range(40)]
    many = compare_kpis(pd.concat([share(200, 1000), *others]), pd.concat([share(240, 1000), *others]), 92)
    assert many.moved.empty
    assert many.judged == 41


def test_moved_begins_with_all_customers() -> None:
    both = [pd.concat([share(n, 1000, segmentation="rfm"), share(m, 1000)]) for n, m in ((200, 200), (500, 260))]
    assert compare_kpis(*both, 92).moved["segmentation"].tolist() == ["all", "rfm"]


class TestGathering:
    def test_rates_recurring_revenue_and_segments(self) -> None:
        rates = pd.DataFrame(
            {
                "rate": ["retention", "second_order"],
                **{"value": [0.57, 0.5], "low": [0.55, 0.4], "high": [0.59, 0.6], "numerator": [1161.0, np.nan]},
                "denominator": [2034.0, 100.0],
                "definition": [
                    "customers who bought in the last 91 days, of those who bought in the 91 days before",
                    "",
                ],
            }
        )
        recurring = pd.DataFrame({"figure": ["recurring_revenue", "trial_lag_days"], "value": [14599.0, 30.0]})
        buyers = customers(
            "AAAB",
            spend=[900.0, 300.0, 100.0, 800.0],
            tenure_days=[364, 365, 365, 730],
            is_late=[True, False, False, False],
        )
        tables = {"lifecycle_rates": rates, "recurring_revenue": recurring, "customers_rfm": buyers}
        found = gather_kpis(tables, SEPTEMBER).set_index(KEY)
        retention = found.loc[("all", "All customers", "retention")]
        assert (retention["denominator"], retention["period_last"]) == (2034, pd.Timestamp("2026-09-30"))
        assert retention["period_first"] == pd.Timestamp("2026-04-02")  # 182 days with the last
        assert ("all", "All customers", "second_order") not in found.index
        assert found.loc[("all", "All customers", "recurring_revenue"), "value"] == 14599
        # Yearly: 300, 100, 400; of the first less than a year is known.
        assert found.loc[("all", "All customers", "yearly_spend"), "value"] == pytest.approx(800 / 3)
        row = found.loc[("rfm", "A", "yearly_spend")]
        half = 1.959964 * np.std([100, 300], ddof=1) / np.sqrt(2)
        assert (row["value"], row["low"], row["high"]) == pytest.approx((200, 200 - half, 200 + half))
        assert ("rfm", "B", "yearly_spend") not in found.index  # one customer has no spread
        assert found.loc[("rfm", "B", "customers"), "value"] == 1
        assert not any(kpi == "late_share" for *_, kpi in found.index)

    def test_late_customers_where_the_lifecycle_does_not_tell(self) -> None:
        found = gather_kpis({"customers_rfm": customers("AAB", is_late=[True, False, False])}, JUNE).set_index("kpi")
        assert found.loc["late_share", ["value", "numerator", "denominator"]].tolist() == pytest.approx([1 / 3, 1, 3])
        assert "yearly_spend" not in found.index

    def test_a_figure_is_compared_with_one_of_the_same_table(self) -> None:
        """Churn of the page on returns and that of the lifecycle are two figures; where an older report has only the
        latter, the latter is compared."""
        own = share(10, 100, kpi="churn", segment="All customers", segmentation="everyone").assign(unit="in 12 months")
        rates = pd.DataFrame({"rate": ["churn"], "value": [0.3], "low": [0.28], "high": [0.32]})
        now = gather_kpis({"roi_kpis": own, "lifecycle_rates": rates}, SEPTEMBER)
        assert now["unit"].tolist() == ["share", "share"]
        assert now["segmentation"].tolist() == ["all", "all"]
        with_both = compare_kpis(now, now, 92).figures
        assert with_both["now"].tolist() == [0.1]
        older = compare_kpis(gather_kpis({"lifecycle_rates": rates}, JUNE), now, 92).figures
        assert older[["then", "now", "verdict"]].to_numpy().tolist() == [[0.3, 0.3, "unclear"]]

    @pytest.mark.parametrize(
        ("kpi", "unit"),
        [
            ("churn", "share"),
            ("members", "count"),
            ("cltv_cac", "ratio"),
            ("payback_months", "months"),
            ("cac", "money"),
        ],
    )
    def test_kinds_of_figures_by_their_names(self, kpi: str, unit: str) -> None:
        frame = figure(5.0, kpi=kpi, segmentation="rfm_segment").assign(unit="with its time")
        found = gather_kpis({"roi_kpis": frame}, JUNE)
        assert found[["segmentation", "unit"]].to_numpy().tolist() == [["rfm", unit]]

    @pytest.mark.parametrize(
        "tables",
        [
            {},
            {"roi_kpis": pd.DataFrame({"kpi": ["x"]}), "lifecycle_rates": pd.DataFrame({"rate": ["churn"]})},
            {"customers_rfm": pd.DataFrame({"customer_id": ["1"]}), "recurring_revenue": pd.DataFrame()},
        ],
    )
    def test_tables_of_an_older_version(self, tables: dict[str, pd.DataFrame]) -> None:
        assert gather_kpis(tables, JUNE).empty


def test_a_shop_without_subscribers_has_no_figures_of_them() -> None:
    none = pd.DataFrame({"figure": ["paying_customers", "recurring_revenue"], "value": [0.0, 0.0]})
    assert gather_kpis({"recurring_revenue": none}, date(2026, 9, 30)).empty
