"""Groups as they stood when the period began, and what of them is left out."""

from datetime import date

import pandas as pd
import pytest

from helpers.analysis.roi.groupings import (
    FIXED,
    NEW,
    NOT_KNOWN,
    START,
    TODAY,
    Grouping,
    codes_of,
    list_groupings,
    stages_at,
)

DAY = date(2025, 9, 30)
NONE = pd.DataFrame()
CUSTOMERS = pd.DataFrame(
    {
        "customer_id": ["old", "unknown", "new", "lead"],
        "first_on": pd.to_datetime(["2024-01-01", "2025-09-30", "2025-10-01", None]),
        "bought": [True, False, True, False],
        "before": [False, False, False, False],
    }
)


def named(grouping: Grouping) -> list[str]:
    names, codes = codes_of(grouping, CUSTOMERS, date(2025, 10, 1))
    return [names[c] if c >= 0 else "" for c in codes]


def test_customers_won_in_the_period_are_a_group_of_their_own() -> None:
    """The first day of the period is in it, the day before is not; today's segment of a new customer is not used."""
    segments = pd.Series({"old": "Champions", "new": "New customers", "lead": "Champions"})
    assert named(Grouping("rfm_segment", segments, START, ["Champions"])) == ["Champions", NOT_KNOWN, NEW, ""]
    assert named(Grouping("cluster", segments, TODAY, ["Champions", "New customers"])) == [
        *("Champions", NOT_KNOWN, "New customers", "")
    ]


def test_attributes_are_of_leads_too() -> None:
    assert named(Grouping("region", pd.Series({"old": "N", "lead": "S"}), FIXED, ["N", "S"])) == [
        *("N", NOT_KNOWN, NOT_KNOWN, "S")
    ]


def test_every_segmentation_there_is_of_two_groups_or_more() -> None:
    value = pd.DataFrame({"customer_id": ["a", "b"], "rfm_segment": ["Lost", "Champions"]})
    life = pd.DataFrame({"customer_id": ["a", "b"], "lifecycle_group": ["active", "active"]})
    clusters = pd.Series({"a": "x", "b": "y"})
    traits = pd.DataFrame({"customer_id": ["a", "b"], "region": ["N", "S"], "usual_channel": ["web", "shop"]})
    found = list_groupings(value, life, clusters, None, traits)
    assert [(g.name, g.moment) for g in found] == [("rfm_segment", START), ("cluster", START), ("region", FIXED)]
    assert found[0].order == ["Champions", "Lost"]
    later = list_groupings(NONE, NONE, None, clusters, NONE, value)
    assert [(g.name, g.moment) for g in later] == [("rfm_segment", TODAY), ("cluster", TODAY)]
    # Today's segments are not taken where there are those of the period's start.
    assert [g.moment for g in list_groupings(value, NONE, None, None, NONE, value)] == [START]
    assert list_groupings(NONE, NONE, None, None, NONE) == []


LIFE = pd.DataFrame(
    {
        "customer_id": ["late", "rich", "loyal", "loyal_later", "later"],
        "lifecycle_group": ["dormant", "high value", "loyal", "loyal", "active"],
        "first_on": pd.to_datetime(["2024-01-01"] * 4 + ["2026-01-01"]),
        "loyal_on": pd.to_datetime(["2024-02-01", "2024-02-01", "2025-09-30", "2025-10-01", None]),
        "high_value_on": pd.to_datetime(["2024-03-01", "2025-09-30", None, None, None]),
    }
)
RHYTHM = pd.DataFrame(
    {
        "customer_id": ["late", "rich", "loyal", "loyal_later"],
        "days_since": [50, 90, 91, 10],
        "is_late": [True, False, False, False],
    }
)


def test_stages_are_those_of_the_day() -> None:
    found = stages_at(LIFE, RHYTHM, DAY).set_index("customer_id")["lifecycle_group"]
    assert found.to_dict() == {"late": "dormant", "rich": "high value", "loyal": "loyal", "loyal_later": "active"}


@pytest.mark.parametrize(("source", "expected"), [("set by hand", "dormant"), ("data", "loyal")])
def test_days_that_the_client_set_decide_alone_who_is_dormant(source: str, expected: str) -> None:
    cuts = pd.DataFrame({"threshold": ["loyal_orders", "dormant_days"], "value": [3.0, 90.0], "source": source})
    found = stages_at(LIFE, RHYTHM, DAY, cuts).set_index("customer_id")["lifecycle_group"]
    assert found["loyal"] == expected
    assert found["rich"] == "high value"  # 90 days are not more than 90
    assert found["late"] == ("high value" if source == "set by hand" else "dormant")


def test_stages_of_others_than_buyers_are_not_put_together_again() -> None:
    assert stages_at(LIFE.assign(lifecycle_group="on trial"), RHYTHM, DAY).empty
    assert stages_at(NONE, RHYTHM, DAY).empty
    assert stages_at(LIFE, RHYTHM.head(0), DAY).empty
