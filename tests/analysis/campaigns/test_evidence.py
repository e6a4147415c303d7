"""Which kind of evidence leads, and which of the others agree with it."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.analysis.campaigns import evidence
from helpers.analysis.campaigns.evidence import KINDS, Evidence, rank_evidence
from helpers.errors import InputError


def row(method: str, estimate: float = 5, reach: float = 3, **more: Any) -> dict[str, Any]:
    told = {"campaign": "spring", "arm": "mail", "metric": "spend", "method": method, "estimate": estimate}
    return {**told, "low": estimate - reach, "high": estimate + reach, "ok": True, "why": "", **more}


def ranked(*rows: dict[str, Any]) -> Evidence:
    return rank_evidence(pd.DataFrame(rows))


def judged(*rows: dict[str, Any]) -> pd.Series:
    return ranked(*rows).by_campaign.iloc[0]


@pytest.mark.parametrize("first", range(len(KINDS) - 2))
def test_the_strongest_leads(first: int) -> None:
    found = ranked(*(row(kind, 5 + i) for i, kind in reversed(list(enumerate(KINDS[first:-1])))))
    assert found.by_campaign.iloc[0]["evidence"] == KINDS[first]
    assert found.by_campaign.iloc[0]["estimate"] == 5
    assert found.methods["method"].tolist() == list(KINDS[first:-1])
    assert found.methods["rank"].tolist() == list(range(1, len(KINDS) - first))
    assert found.methods["leads"].tolist() == [True] + [False] * (len(KINDS) - first - 2)


def test_what_is_not_ok_never_leads() -> None:
    found = judged(row(evidence.MATCHED, ok=False, why="too few alike"), row(evidence.SERIES, 9))
    assert (found["evidence"], found["estimate"], found["agreement"]) == ("interrupted series", 9, "alone")


@pytest.mark.parametrize("bound", ["low", "high"])
def test_nor_what_has_no_interval(bound: str) -> None:
    assert judged(row(evidence.RANDOM, **{bound: np.nan}), row(evidence.SERIES))["evidence"] == "interrupted series"


def test_before_and_after_leads_nothing() -> None:
    found = judged(row(evidence.BEFORE_AFTER), row(evidence.SERIES, ok=False, why="less than two years of sales"))
    assert (found["evidence"], found["why"]) == ("none", "less than two years of sales")
    assert np.isnan(found["estimate"])


@pytest.mark.parametrize(
    ("estimate", "reach", "agrees"),
    [(6, 1, "agree"), (11, 3, "agree"), (11, 2.9, "differ"), (1, 1, "agree"), (0.9, 1, "differ"), (-1, 9, "differ")],
)
def test_estimates_agree_that_have_one_sign_and_overlap(estimate: float, reach: float, agrees: str) -> None:
    """The first is 5, from 2 to 8: bounds that touch overlap."""
    found = ranked(row(evidence.MATCHED), row(evidence.DIFFERENCES, estimate, reach))
    assert found.methods["agrees"].tolist()[1:] == [agrees]
    assert found.by_campaign.iloc[0][["agreement", "others"]].tolist() == [agrees, 1]


@pytest.mark.parametrize(("low", "agrees"), [(-2, "agree"), (0, "agree"), (0.1, "differ")])
def test_what_neither_finds_clear_does_not_differ(low: float, agrees: str) -> None:
    """-1, from -4 to 2, beside 3, whose interval may hold nought."""
    found = ranked(row(evidence.MATCHED, -1), row(evidence.DIFFERENCES, 3, low=low, high=6))
    assert found.methods["agrees"].tolist()[1:] == [agrees]


def test_one_that_differs_is_told() -> None:
    found = judged(row(evidence.MATCHED), row(evidence.DIFFERENCES), row(evidence.SERIES, -9))
    assert (found["agreement"], found["others"]) == ("differ", 2)


def test_estimates_of_different_times_are_compared_by_the_day() -> None:
    """5 in 100 days is 2.5 in 50, and the other's interval from 2 to 3 is 4 to 6."""
    found = ranked(row(evidence.MATCHED, reach=0.5, days=100), row(evidence.SERIES, 2.5, 0.5, days=50))
    assert found.methods["agrees"].tolist()[1:] == ["agree"]
    assert ranked(row(evidence.MATCHED, reach=0.5), row(evidence.SERIES, 2.5, 0.5)).methods["agrees"][1] == "differ"


def test_only_estimates_of_the_same_metric_are_compared() -> None:
    found = judged(row(evidence.MATCHED), row(evidence.SERIES, -9, metric="orders"))
    assert (found["agreement"], found["others"]) == ("alone", 0)


def test_an_estimate_of_the_whole_campaign_stands_beside_each_arm() -> None:
    found = ranked(row(evidence.MATCHED), row(evidence.MATCHED, arm="call"), row(evidence.SERIES, arm=evidence.WHOLE))
    assert found.by_campaign["arm"].tolist() == ["mail", "call"]
    assert found.methods.groupby("arm")["method"].count().to_dict() == {"call": 2, "mail": 2}
    assert judged(row(evidence.SERIES, arm=evidence.WHOLE))["arm"] == evidence.WHOLE


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("ab"), st.sampled_from(KINDS), st.booleans()), unique_by=lambda t: t[:2], max_size=14
    )
)
def test_every_estimate_is_kept_and_at_most_one_leads(given_rows: list[tuple[str, str, bool]]) -> None:
    rows = [row(kind, campaign=campaign, ok=ok) for campaign, kind, ok in given_rows]
    found = rank_evidence(pd.DataFrame(rows, columns=list(row(KINDS[0]))))
    assert len(found.methods) == len(rows)
    assert len(found.by_campaign) == len({campaign for campaign, _, _ in given_rows})
    leads = found.methods[found.methods["leads"]]
    assert not leads["campaign"].duplicated().any()
    assert set(leads["campaign"]) == set(found.by_campaign.loc[found.by_campaign["evidence"] != "none", "campaign"])


def test_impossible_input() -> None:
    with pytest.raises(InputError, match="'why' is missing"):
        rank_evidence(pd.DataFrame([row(evidence.RANDOM)]).drop(columns="why"))
    with pytest.raises(InputError, match="'a hunch' is unknown"):
        ranked(row("a hunch"))
    with pytest.raises(InputError, match="\"random test\" of campaign 'spring' is given twice"):
        ranked(row(evidence.RANDOM), row(evidence.RANDOM))


def test_lifts_become_estimates() -> None:
    lift = pd.DataFrame(
        {
            "campaign": ["test", "test", "list", "poll"],
            "arm": ["mail", "mail", "contacted", "mail"],
            "metric": ["visit", "spend", "spend", "visit"],
            "lift": [0.1, 5, 3, 0.2],
            "low": [0, 1, np.nan, 0.1],
            "high": [0.2, 9, np.nan, 0.3],
            "evidence": ["random test", "random test", "matched comparison", "none"],
        }
    )
    found = evidence.rows_of_lift(lift, "spend").set_index("campaign")
    assert found["metric"].to_dict() == {"test": "spend", "list": "spend", "poll": "visit"}
    assert found["ok"].to_dict() == {"test": True, "list": False, "poll": False}
    assert found.loc["list", "why"] == "too few customers"
    broken = lift.assign(low=np.nan, evidence=evidence.BROKEN)
    assert set(evidence.rows_of_lift(broken, "spend")["why"]) == {"not as drawn"}
    nothing = lift.assign(low=np.nan, mean=0.0, control_mean=0.0)
    assert set(evidence.rows_of_lift(nothing, "spend")["why"]) == {"rare"}
    assert found.loc["test", ["estimate", "method"]].tolist() == [5, "random test"]


def test_differences_become_two_estimates() -> None:
    by_arm = pd.DataFrame(
        {
            "campaign": "list", "arm": ["mail", "call"], "days": 70, "estimate": [3.0, np.nan], "low": [1.0, np.nan],
            "high": [5.0, np.nan], "ok": [True, False], "why": ["", "too few customers"],
            "change": [8.0, np.nan], "change_low": [6.0, np.nan], "change_high": [10.0, np.nan],
        }
    )  # fmt: skip
    found = evidence.rows_of_differences(by_arm, "spend").set_index(["arm", "method"])
    assert found.loc[("mail", "difference in differences"), ["estimate", "low", "high", "ok"]].tolist() == [
        3,
        1,
        5,
        True,
    ]
    assert found.loc[("mail", "before and after"), ["estimate", "low", "high", "ok"]].tolist() == [8, 6, 10, False]
    assert found.loc[("call", "before and after"), "why"] == "too few customers"
    assert found["days"].eq(70).all()


def test_a_series_becomes_an_estimate_per_customer_contacted() -> None:
    series = pd.DataFrame(
        {
            "campaign": ["all"], "estimate": [2.0], "estimate_low": [-1.0], "estimate_high": [5.0], "days": [56],
            "ok": [False], "why": ["less than two years of sales"], "low": [-100.0], "high": [500.0],
        }
    )  # fmt: skip
    found = evidence.rows_of_series(series, "spend").iloc[0]
    assert found[["arm", "method", "estimate", "low", "high", "days"]].tolist() == [
        "",
        "interrupted series",
        2,
        -1,
        5,
        56,
    ]


def test_members_become_a_matched_comparison() -> None:
    effects = pd.DataFrame(
        {
            "campaign": ["list", "list", "old"], "arm": "contacted", "metric": ["spend", "orders", "spend"],
            "adjusted_lift": [4.0, 1.0, np.nan],
            "adjusted_low": [2.0, 0.5, np.nan], "adjusted_high": [6.0, 1.5, np.nan],
            "verdict": ["more", "unclear", "unbalanced"],
        }
    )  # fmt: skip
    found = evidence.rows_of_members(effects, "spend")
    assert found["campaign"].tolist() == ["list", "old"]
    assert found["ok"].tolist() == [True, False]
    assert found["why"].tolist() == ["", "unbalanced"]
    assert found.iloc[0][["method", "estimate", "low", "high"]].tolist() == ["matched comparison", 4, 2, 6]
    assert evidence.rows_of_members(effects, "orders")["ok"].tolist() == [True]


def test_estimates_are_gathered_and_the_first_of_a_kind_stands() -> None:
    matched, lift = (
        pd.DataFrame([row(evidence.MATCHED, 4)]),
        pd.DataFrame([row(evidence.MATCHED, 5), row(evidence.RANDOM)]),
    )
    found = evidence.gather(matched, pd.DataFrame(), lift)
    assert found[["method", "estimate"]].to_numpy().tolist() == [["matched comparison", 4], ["random test", 5]]
    assert rank_evidence(evidence.gather()).methods.empty


def test_no_evidence_is_told_only_where_there_is_no_other() -> None:
    nothing = [row(evidence.NONE, campaign=c, ok=False) for c in ("list", "poll")]
    found = evidence.gather(pd.DataFrame(nothing), pd.DataFrame([row(evidence.SERIES, campaign="list")]))
    assert found[["campaign", "method"]].to_numpy().tolist() == [["poll", "none"], ["list", "interrupted series"]]
