"""Everyone is at one stage, since the day that says so."""

from datetime import date
from math import nan

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import fisk

from helpers.analysis.lifecycle import groups
from helpers.analysis.lifecycle.thresholds import Thresholds
from helpers.errors import InputError

AS_OF = date(2026, 6, 30)
TODAY = pd.Timestamp(AS_OF)


def cuts(dormant_days: float = nan) -> Thresholds:
    return Thresholds(3, 5, 100.0, dormant_days, pd.DataFrame(), pd.DataFrame(), 90)


def day(text: str | None) -> pd.Timestamp:
    return pd.Timestamp(text) if text else pd.NaT


# customer, first, last, orders, spend, loyal on, high value on, usual gap, late
BUYERS = [
    ("dormant", "2025-01-01", "2025-06-30", 9, 900.0, "2025-02-01", "2025-04-01", 30.0, 0.97),
    ("high", "2025-01-01", "2026-06-20", 9, 900.0, "2025-02-01", "2025-04-01", 30.0, 0.2),
    ("loyal", "2025-01-01", "2026-06-20", 4, 50.0, "2025-03-01", None, 30.0, 0.89),
    ("new", "2026-06-01", "2026-06-01", 1, 10.0, None, None, nan, nan),
]
KNOWN = pd.DataFrame(
    {"customer_id": ["lead", "nobody", "high"], "known_on": [day("2026-01-05"), pd.NaT, day("2024-01-01")]}
)


def stage(
    rows: list[tuple] = BUYERS, known: pd.DataFrame = KNOWN, dormant_days: float = nan, of_visits: bool = False
) -> groups.Lifecycle:
    names = [
        "customer_id",
        "first_on",
        "last_on",
        "orders",
        "spend",
        "loyal_on",
        "high_value_on",
        "usual_gap_days",
        "late",
    ]
    frame = pd.DataFrame(rows, columns=names)
    for column in ("first_on", "last_on", "loyal_on", "high_value_on"):
        frame[column] = pd.to_datetime(frame[column])
    frame["is_late"] = frame["late"] >= 0.9
    return groups.group_customers(
        frame[["customer_id", "first_on", "last_on", "orders", "spend"]],
        frame[["customer_id", "loyal_on", "high_value_on"]],
        frame[["customer_id", "usual_gap_days", "late", "is_late"]],
        known,
        cuts(dormant_days),
        AS_OF,
        of_visits=of_visits,
    )


class TestStages:
    def test_each_is_at_one(self) -> None:
        found = stage().customers.set_index("customer_id")
        assert found["lifecycle_group"].to_dict() == {
            "dormant": "dormant",
            "high": "high value",
            "lead": "lead",
            "loyal": "loyal",
            "new": "active",
            "nobody": "lead",
        }

    def test_since_when(self) -> None:
        since = stage().customers.set_index("customer_id")["since"]
        assert since["high"] == pd.Timestamp("2025-04-01")
        assert since["loyal"] == pd.Timestamp("2025-03-01")
        assert since["new"] == pd.Timestamp("2026-06-01")
        assert since["lead"] == pd.Timestamp("2026-01-05")
        assert pd.isna(since["nobody"])
        assert pd.Timestamp("2025-07-30") < since["dormant"] < TODAY

    def test_days_set_by_hand_decide_alone(self) -> None:
        by_ten = stage(dormant_days=10).customers.set_index("customer_id")
        assert by_ten.loc[["new", "high", "loyal"], "lifecycle_group"].tolist() == ["dormant", "high value", "loyal"]
        assert by_ten.loc["new", "since"] == pd.Timestamp("2026-06-12")
        by_nine = stage(dormant_days=9).customers.set_index("customer_id")
        assert by_nine.loc["high", "lifecycle_group"] == "dormant", "ten days are more than nine"
        assert by_nine.loc["high", "since"] == TODAY

    def test_visits_have_names_of_their_own(self) -> None:
        found = stage(of_visits=True)
        assert found.groups["lifecycle_group"].tolist() == ["browser", "active", "loyal", "high activity", "dormant"]
        assert found.groups["customers"].tolist() == [2, 1, 1, 1, 1]
        assert found.groups["action"].notna().all()

    def test_sums(self) -> None:
        found = stage().groups.set_index("lifecycle_group")
        assert found.index.tolist() == ["lead", "active", "loyal", "high value", "dormant"]
        assert found["customers"].tolist() == [2, 1, 1, 1, 1]
        assert found["customer_share"].tolist() == pytest.approx([2 / 6, 1 / 6, 1 / 6, 1 / 6, 1 / 6])
        assert found["spend_share"].tolist() == pytest.approx([0, 10 / 1860, 50 / 1860, 900 / 1860, 900 / 1860])
        assert found.loc["loyal", ["median_orders", "median_days_since"]].tolist() == [4, 10]

    def test_without_amounts_nothing_is_said_of_money(self) -> None:
        found = stage([(*row[:4], nan, *row[5:]) for row in BUYERS]).groups
        assert found[["spend", "spend_share"]].isna().all(axis=None)

    def test_whether_dormancy_can_be_known(self) -> None:
        nobody_judged = [(*row[:8], nan) for row in BUYERS]
        assert stage().dormancy_known
        assert not stage(nobody_judged).dormancy_known
        assert stage(nobody_judged, dormant_days=30).dormancy_known

    def test_tables_of_other_customers_are_refused(self) -> None:
        frame = stage().customers
        totals = frame[["customer_id", "first_on", "last_on", "orders", "spend"]]
        reached = frame[["customer_id", "loyal_on", "high_value_on"]].iloc[1:]
        rhythm = frame[["customer_id"]].assign(usual_gap_days=1.0, late=0.0, is_late=False)
        with pytest.raises(InputError, match="not of the same customers"):
            groups.group_customers(totals, reached, rhythm, KNOWN, cuts(), AS_OF)


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.integers(0, 400), st.floats(0, 1), st.booleans()), min_size=1, max_size=30
    ),
    st.integers(0, 10),
)
def test_customers_in_are_customers_out(rows: list[tuple[int, int, float, bool]], leads: int) -> None:
    made = [
        (
            f"c{i}",
            TODAY - pd.Timedelta(days=since + span),
            TODAY - pd.Timedelta(days=since),
            1 + span,
            1.0,
            TODAY - pd.Timedelta(days=since) if reached else pd.NaT,
            pd.NaT,
            max(1.0, since / 2),
            late,
        )
        for i, (span, since, late, reached) in enumerate(rows)
    ]
    known = pd.DataFrame({"customer_id": [f"l{i}" for i in range(leads)], "known_on": pd.NaT})
    found = stage(made, known.astype({"known_on": "datetime64[us]", "customer_id": "str"}))
    assert found.customers["customer_id"].nunique() == len(found.customers) == len(rows) + leads
    assert found.groups["customers"].sum() == len(rows) + leads
    bought = found.customers[found.customers["orders"] > 0]
    assert (bought["since"] >= bought["first_on"]).all() and (bought["since"] <= TODAY).all()


class TestOverdue:
    def overdue(self, waited: int, usual: float, late: float, pace: pd.DataFrame | None = None) -> pd.Timestamp:
        last = pd.Series([TODAY - pd.Timedelta(days=waited)])
        return groups.overdue_days(last, pd.Series([usual]), pd.Series([late]), TODAY, pace=pace).iloc[0]

    @pytest.mark.parametrize(("usual", "shape"), [(20.0, 2.5), (7.0, 4.0), (90.0, 1.5)])
    def test_is_the_quantile_of_a_log_logistic_wait(self, usual: float, shape: float) -> None:
        waited = int(fisk.ppf(0.97, shape, scale=usual))
        overdue = self.overdue(waited, usual, fisk.cdf(waited, shape, scale=usual))
        exact = np.ceil(fisk.ppf(0.9, shape, scale=usual) - 1e-6)
        assert overdue == TODAY - pd.Timedelta(days=waited) + pd.Timedelta(days=exact)

    def test_just_overdue_is_today(self) -> None:
        assert self.overdue(50, 20, 0.9) == TODAY

    def test_who_is_not_late_has_no_day(self) -> None:
        assert pd.isna(self.overdue(50, 20, 0.899))

    def test_certainty_is_no_error(self) -> None:
        assert TODAY - pd.Timedelta(days=480) < self.overdue(500, 20, 1.0) < TODAY - pd.Timedelta(days=450)

    def test_a_wait_below_the_usual_gap_is_overdue_today_at_most(self) -> None:
        assert self.overdue(5, 20, 0.95) == TODAY

    def test_a_slow_season_passes_slowly(self) -> None:
        pace = pd.DataFrame({"month": range(1, 13), "pace": [2.0 if m in (1, 2) else 0.1 for m in range(1, 13)]})
        busy = pd.Series([pd.Timestamp("2025-12-31")])
        found = groups.overdue_days(busy, pd.Series([30.0]), pd.Series([0.99]), TODAY, pace=pace).iloc[0]
        assert pd.Timestamp("2026-01-15") < found < pd.Timestamp("2026-03-01")
