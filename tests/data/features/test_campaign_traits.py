"""What was known of customers before a campaign."""

import ibis
import pandas as pd

from helpers.data.features.campaign_traits import with_traits

PEOPLE = ibis.memtable(
    pd.DataFrame(
        {
            "customer_id": ["1", "2", "3", "4"],
            "region": ["North", "South", "North", "South"],
            "channel": ["web", "web", "shop", "shop"],
            "role": ["buyer", "owner", "buyer", "owner"],
        }
    )
)


def members(**columns: list[object]) -> pd.DataFrame:
    frame = pd.DataFrame({"customer_id": ["1", "2", "3"], "arm": ["mail", "none", "mail"], "spend": [1.0, 0.0, 2.0]})
    frame = frame.assign(campaign="spring", control="none", exposed_on=pd.NaT, cost=1.0, segment=["A", "B", "A"])
    return frame.assign(**columns)


def test_attributes_and_what_was_bought_before_are_known() -> None:
    before = pd.DataFrame({"customer_id": ["1", "2", "9"], "recency_days": [5, 7, 9], "spend": [10.0, 20.0, 1.0]})
    frame, names = with_traits(members(pre_spend=[3.0, 4.0, 5.0]), {"spring": before}, PEOPLE, ["region"], ["spend"])
    assert names == ["segment", "pre_spend", "before_recency_days", "before_spend", "region"]
    assert len(frame) == 3
    assert frame["before_spend"].tolist()[:2] == [10.0, 20.0]
    assert frame["before_spend"].isna().tolist() == [False, False, True]
    assert frame["region"].tolist() == ["North", "South", "North"]


def test_each_campaign_has_what_was_known_before_it() -> None:
    rows = members(campaign=["spring", "autumn", "summer"], customer_id=["1", "1", "1"])
    told = {
        name: pd.DataFrame({"customer_id": ["1"], "spend": [money]})
        for name, money in (("spring", 5.0), ("autumn", 9.0))
    }
    frame, _ = with_traits(rows, told, PEOPLE, [], ["spend"])
    assert frame["before_spend"].tolist()[:2] == [5.0, 9.0]
    assert frame["before_spend"].isna().tolist() == [False, False, True]


def test_outcomes_channel_and_role_are_not_known_before() -> None:
    _, names = with_traits(members(), {}, PEOPLE, [], ["spend"])
    assert names == ["segment"]


def test_a_file_without_customer_numbers_tells_by_its_own_columns() -> None:
    """Numbers come as text; what never varies tells nothing."""
    own = members(customer_id=[None, None, None], recency=["10", "2", None], zip_code=["a", "b", "a"], same=["x"] * 3)
    frame, names = with_traits(own, {}, PEOPLE, ["region"], ["spend"])
    assert names == ["segment", "recency", "zip_code"]
    assert frame["recency"].tolist()[:2] == [10, 2]


def test_a_column_that_file_and_list_both_have_is_the_files() -> None:
    frame, names = with_traits(members(region=["East", "West", "East"]), {}, PEOPLE, ["region"], ["spend"])
    assert names == ["segment", "region"]
    assert frame["region"].tolist() == ["East", "West", "East"]
