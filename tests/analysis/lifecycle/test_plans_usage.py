"""Who pays without using."""

import math
from datetime import date

import pandas as pd

from helpers.analysis.lifecycle.plans_usage import find_silent

TODAY = date(2026, 9, 30)
GAPS = pd.DataFrame({"share": [0.5, 0.95], "days": [7.0, 40.0]})


def people(n: int, months: float = 12.0) -> pd.DataFrame:
    ids = [f"C{i}" for i in range(n)]
    start = pd.Series([pd.Timestamp("2025-09-30")] * n)
    return pd.DataFrame({"customer_id": ids, "running": 1, "started_on": start, "months": months})


def rhythm(*rows: tuple[str, float, bool]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["customer_id", "days_since", "is_late"])


def test_late_by_own_rhythm_and_never_used() -> None:
    found = find_silent(people(4), rhythm(("C0", 3, False), ("C1", 100, True)), GAPS, TODAY)
    assert found.known
    assert (found.late, found.never, found.covered_share) == (1, 2, 0.5)
    assert found.silent_since.to_dict() == {
        "C1": pd.Timestamp("2026-06-22"),
        "C2": pd.Timestamp("2025-09-30"),
        "C3": pd.Timestamp("2025-09-30"),
    }


def test_where_use_is_seldom_recorded_who_has_none_is_not_silent() -> None:
    found = find_silent(people(5), rhythm(("C0", 3, False), ("C1", 100, True)), GAPS, TODAY)
    assert not found.known
    assert "less than half" in found.reason
    assert (found.late, found.never) == (1, 0)


def test_the_new_have_time_to_begin() -> None:
    use = rhythm(("C0", 3, False))
    assert find_silent(people(2, 40 / 365.25 * 12), use, GAPS, TODAY).never == 0
    assert find_silent(people(2, 41 / 365.25 * 12), use, GAPS, TODAY).never == 1
    weekly = GAPS.assign(days=[1.0, 2.0])  # a month is left to them in any case
    assert find_silent(people(2, 30 / 365.25 * 12), use, weekly, TODAY).never == 0
    assert find_silent(people(2, 31 / 365.25 * 12), use, weekly, TODAY).never == 1


def test_who_has_left_is_not_silent() -> None:
    gone = people(2).assign(running=[0, 1])
    found = find_silent(gone, rhythm(("C0", 100, True), ("C1", 1, False)), GAPS, TODAY)
    assert found.silent_since.empty


def test_without_events_or_payers_nothing_is_known() -> None:
    found = find_silent(people(2), rhythm(), GAPS.head(0), TODAY, "nobody came twice")
    assert (found.known, found.reason) == (False, "nobody came twice")
    assert math.isnan(found.covered_share)
    nobody = find_silent(people(2).assign(running=0), rhythm(("C0", 1, False)), GAPS, TODAY)
    assert nobody.reason == "no event tells who uses"
    assert find_silent(people(2), rhythm(("C0", 1, False)), GAPS.head(0), TODAY).never == 0
