"""Members against everyone else: what is claimed, what is not, and that nobody is lost on the way."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from helpers.analysis.campaigns import members
from helpers.analysis.campaigns.lift import COLUMNS
from helpers.analysis.campaigns.members import CAPPED, Members, as_lift, compare_members, of_largest
from helpers.errors import InputError
from tests.analysis.campaigns.members_samples import MEASURES, NOBODY_ELSE, TRAITS, about, chosen


def compare(customers: pd.DataFrame, campaigns: pd.DataFrame | None = None, **more: Any) -> Members:
    shared = more.pop("shared", NOBODY_ELSE)
    measures = [m for m in MEASURES if m in customers]
    return compare_members(customers, about() if campaigns is None else campaigns, shared, measures, TRAITS, **more)


def row(result: Members, metric: str = "orders") -> pd.Series:
    found = result.effects[result.effects["metric"] == metric]
    assert len(found) == 1
    return found.iloc[0]


def verdicts(result: Members) -> set[str]:
    return set(result.effects["verdict"])


def test_the_truth_is_found_where_the_plain_difference_misses_it() -> None:
    result = compare(chosen(gain=1.0))
    assert result.effects["metric"].tolist() == ["spend", CAPPED, "orders", "conversion"]
    for metric, truth in {"orders": 1.0, "spend": 100.0}.items():
        found = row(result, metric)
        assert found["adjusted_low"] < truth < found["adjusted_high"]
        assert found["adjusted_low"] > 0
        assert found["naive_low"] > 1.5 * truth
        assert found["placebo_low"] < 0 < found["placebo_high"]
        assert found["verdict"] == "more"
        assert found["p_value"] < 0.001
        assert found["e_value"] > found["e_value_limit"] > 1
    assert row(result)["adjusted_lift"] * 100 == pytest.approx(row(result, "spend")["adjusted_lift"])


def test_a_campaign_that_does_nothing_or_harm() -> None:
    nothing = row(compare(chosen(gain=0.0)))
    assert nothing["verdict"] == "unclear"
    assert nothing["naive_low"] > 0
    assert nothing["e_value_limit"] == 1
    harmed = chosen(gain=0.0)
    harmed["orders"] *= np.where(harmed["arm"] == "invited", 0.3, 1.0)
    assert row(compare(harmed))["verdict"] == "less"


def test_everyone_is_accounted_for() -> None:
    customers = chosen()
    found = row(compare(customers, about(listed=(customers["arm"] == "invited").sum() + 12, twice=5, unknown=7)))
    assert found["listed"] == found["members"] + found["members_aside"] + found["not_compared"]
    known = found[["members", "others", "members_aside", "others_aside", "others_not_drawn"]].sum()
    assert known == len(customers)
    assert found["overlap_share"] == found["members"] / (found["members"] + found["members_aside"])
    assert found["cost"] == 2 * (customers["arm"] == "invited").sum()
    overlap = compare(customers).overlap
    assert overlap[["members", "others", "others_weighted"]].sum().tolist() == pytest.approx([1, 1, 1])


def test_the_naive_difference_is_one_of_means() -> None:
    """With Welch's variance, and the normal quantile: there are 50 on each side or more."""
    customers = chosen()
    found, is_member = row(compare(customers), "spend"), customers["arm"] == "invited"
    a, b = customers.loc[is_member, "spend"], customers.loc[~is_member, "spend"]
    assert found["naive_lift"] == pytest.approx(a.mean() - b.mean())
    error = (a.var() / len(a) + b.var() / len(b)) ** 0.5
    assert found["naive_high"] - found["naive_lift"] == pytest.approx(1.959964 * error)
    assert found["naive_lift"] - found["naive_low"] == pytest.approx(1.959964 * error)


def test_weighting_makes_members_and_others_alike() -> None:
    balanced = compare(chosen()).balance
    assert balanced["difference"].abs().max() > 0.5
    assert (balanced["weighted_difference"].abs() < 0.1).all()
    assert set(balanced["covariate"]) == {*MEASURES, *TRAITS}


def test_members_like_whom_there_is_nobody_are_set_aside() -> None:
    customers = chosen()
    giants = customers["arm"].eq("invited") & (customers.index < 400)
    customers.loc[giants, ["window_orders", "window_spend"]] = [500.0, 5e4]
    found = row(compare(customers))
    assert found["members_aside"] >= giants.sum()
    assert found["overlap_share"] < 1
    assert found["others_aside"] > 0


def test_who_is_hardly_certain_or_unlike_is_compared() -> None:
    """Members up to .9 and up to the most likely of the others, others from the least likely member on up to .9."""
    is_member = np.array([True] * 5 + [False] * 5)
    likely = np.array([0.2, 0.5, 0.9, 0.91, 0.95, 0.1, 0.2, 0.3, 0.9, 0.97])
    kept = members._overlapping(likely, is_member)
    assert kept.tolist() == [True, True, True, False, False, False, True, True, True, False]
    kept = members._overlapping(likely, np.array([True] * 5 + [False] * 3 + [True] * 2))
    assert kept.tolist() == [True, False, False, False, False, False, True, True, False, False]
    assert not members._overlapping(np.array([0.95, 0.5]), np.array([True, False])).any()


def test_something_unseen_is_found_out_by_the_placebo() -> None:
    """It made members buy more before as well, so the difference since is not claimed."""
    result = compare(chosen(gain=0.0, hidden=1.5))
    found = row(result)
    assert found["verdict"] == "broken"
    assert found["adjusted_low"] > 0
    assert found["placebo_low"] > 0
    told = as_lift(result).set_index("metric").loc["orders"]
    assert told["evidence"] == "none"
    assert told[["lift", "low", "high", "p_value", "control_mean", "relative_lift"]].isna().all()
    assert told["naive_lift"] == found["naive_lift"]


def test_members_picked_for_the_weeks_before_are_not_believed() -> None:
    assert row(compare(chosen(late=1.0)))["verdict"] == "broken"


def test_without_earlier_orders_there_is_no_placebo() -> None:
    found = row(compare(chosen(), about(has_earlier=False)))
    assert np.isnan(found["placebo"])
    assert found["verdict"] == "more"


@pytest.mark.parametrize(
    ("more", "verdict"),
    [
        ({"days": 6}, "early"),
        ({"days": 7}, ""),
        ({"has_orders": False}, "no history"),
        ({"spread_days": 15}, ""),
        ({"spread_days": 16}, "spread"),
        ({"spread_days": 14, "days": 20}, ""),
        ({"spread_days": 15, "days": 20}, "spread"),
    ],
)
def test_what_makes_a_comparison_impossible(more: dict[str, Any], verdict: str) -> None:
    result = compare(chosen(600), about(**more))
    assert (verdicts(result) == {verdict}) == bool(verdict)
    if verdict:
        assert result.balance.empty
        assert result.effects["adjusted_lift"].isna().all()
        assert result.effects["naive_lift"].notna().all()


@pytest.mark.parametrize(
    ("shares", "entangled"),
    [((0.5, 0.25), True), ((0.49, 0.0), False), ((0.5, 0.26), False), ((1.0, 1.0), False), ((1.0, 0.0), True)],
)
def test_two_campaigns_of_the_same_members_cannot_be_told_apart(shares: tuple[float, float], entangled: bool) -> None:
    shared = pd.DataFrame([("Fair", "Mailing", *shares)], columns=list(NOBODY_ELSE.columns))
    assert ("entangled" in verdicts(compare(chosen(600), shared=shared))) == entangled
    others = shared.assign(campaign="Another")
    assert "entangled" not in verdicts(compare(chosen(600), shared=others))


@pytest.mark.parametrize(("kept", "few"), [(49, True), (50, False)])
def test_too_few_members(kept: int, few: bool) -> None:
    customers = chosen(pull=0.0)
    is_member = customers["arm"] == "invited"
    customers = customers[~is_member | (is_member.cumsum() <= kept)]
    found = row(compare(customers))
    assert (found["verdict"] == "few") == few
    assert found["members"] + found["members_aside"] == kept


@pytest.mark.parametrize(
    ("members_who_buy", "others_who_buy", "rare"), [(9, 10, True), (10, 10, False), (30, 9, True), (0, 20, False)]
)
def test_hardly_anybody_has_ordered_since(members_who_buy: int, others_who_buy: int, rare: bool) -> None:
    """Zeros alone have no spread to judge by."""
    customers = chosen(pull=0.0)
    kept = row(compare(customers))
    assert kept["members_aside"] + kept["others_aside"] < 5
    is_member = customers["arm"] == "invited"
    middle = customers["window_orders"].between(1, 3)
    number = np.where(is_member, (is_member & middle).cumsum(), (~is_member & middle).cumsum())
    buys = middle & (number <= np.where(is_member, members_who_buy, others_who_buy))
    customers["orders"] = customers["conversion"] = buys.astype(float)
    customers["spend"] = customers["orders"] * 100
    assert (row(compare(customers))["verdict"] == "rare") == rare


def test_a_handful_nobody_and_everybody() -> None:
    customers = chosen(300)
    five = customers[(customers["arm"] != "invited") | ((customers["arm"] == "invited").cumsum() <= 5)]
    assert verdicts(compare(five)) == {"few"}
    everybody = compare(customers.assign(arm="invited"))
    assert verdicts(everybody) == {"nobody else"}
    assert everybody.effects["naive_lift"].isna().all()
    assert (everybody.effects["members_mean"] > 0).any()
    nobody = compare(customers[customers["arm"] != "invited"])
    assert verdicts(nobody) == {"few"}
    assert nobody.effects["arm"].tolist() == [""] * 4
    empty = compare(customers.iloc[:0])
    assert set(empty.effects["verdict"]) == {"nobody else"}
    assert as_lift(empty)["evidence"].eq("none").all()


def test_without_any_campaign() -> None:
    result = compare(pd.DataFrame(columns=["campaign", "arm", "customer_id", "cost", *TRAITS]), about().iloc[:0])
    assert result.effects.empty
    assert list(result.effects.columns) == members.EFFECT_COLUMNS
    assert as_lift(result).empty
    assert of_largest(result, result.balance).empty


def test_new_customers_alone_have_nobody_like_them() -> None:
    """Members who have never bought, among others who all have: nothing is claimed."""
    customers = chosen(pull=0.0)
    new = customers["arm"] == "invited"
    for column in ("window_orders", "window_spend", "earlier_window_orders", "earlier_window_spend"):
        customers[column] = np.where(new, 0.0, customers[column].clip(lower=1))
    customers["recency_days"] = customers["recency_days"].fillna(50).where(~new)
    assert verdicts(compare(customers)) <= {"few", "unbalanced"}


def test_without_amounts_orders_alone_are_compared() -> None:
    customers = chosen().drop(columns=["spend", "window_spend", "earlier_window_spend"])
    result = compare(customers)
    assert result.effects["metric"].tolist() == ["orders", "conversion"]
    assert verdicts(result) == {"more"}


def test_one_giant_order_makes_spend_unclear_and_capped_spend_not() -> None:
    customers = chosen(gain=1.0)
    usual = customers.index[(customers["arm"] == "invited") & (customers["window_orders"] == 1)][0]
    customers.loc[usual, "spend"] = 1e6
    result = compare(customers)
    assert row(result, "spend")["verdict"] == "unclear"
    assert row(result, CAPPED)["verdict"] == "more"
    assert row(result, CAPPED)["adjusted_low"] < 100 < row(result, CAPPED)["adjusted_high"]


def test_spend_is_cut_at_the_larger_side_of_both() -> None:
    """The 99th percentile of members, who spend more, and not that of all."""
    frame = pd.DataFrame({"spend": [*np.arange(101.0), *np.arange(0, 202, 2.0)], "orders": 1.0})
    capped = members._outcomes(frame, np.arange(202) > 100)[CAPPED]
    assert capped.max() == pytest.approx(198)
    assert capped.iloc[:101].max() == 100


def test_each_arm_is_compared_with_the_same_others() -> None:
    customers = chosen()
    invited = customers.index[customers["arm"] == "invited"]
    customers.loc[invited[::2], "arm"] = "called"
    result = compare(customers)
    spend = result.effects[result.effects["metric"] == "spend"]
    assert spend["arm"].tolist() == ["called", "invited"]
    assert (spend["members"] + spend["members_aside"]).sum() == len(invited)
    assert set(of_largest(result, result.balance)["arm"]) == {spend.sort_values("members")["arm"].iloc[-1]}


def test_of_very_many_others_a_part_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(members, "MOST_OTHERS", 500)
    customers = chosen()
    found = row(compare(customers))
    others = (customers["arm"] != "invited").sum()
    assert found["others"] + found["others_aside"] == 500
    assert found["others_not_drawn"] == others - 500
    assert found["adjusted_low"] < 1 < found["adjusted_high"]


def test_the_same_seed_gives_the_same_answer() -> None:
    first, again, other = (compare(chosen(600), seed=seed).effects for seed in (0, 0, 1))
    pd.testing.assert_frame_equal(first, again)
    assert first["adjusted_lift"].iloc[0] != other["adjusted_lift"].iloc[0]


def test_confidence_widens_both_intervals() -> None:
    wide, usual = (row(compare(chosen(600), confidence=c)) for c in (0.99, 0.95))
    for of in ("naive", "adjusted"):
        assert wide[f"{of}_low"] < usual[f"{of}_low"]
        assert wide[f"{of}_high"] > usual[f"{of}_high"]


def test_rows_of_the_table_of_lifts() -> None:
    result = compare(chosen())
    told = as_lift(result)
    assert told["metric"].tolist() == ["spend", "orders", "conversion"]
    assert told["is_revenue"].tolist() == [True, False, False]
    spend, found = told.iloc[0], row(result, "spend")
    assert spend["evidence"] == "matched comparison"
    assert (spend["lift"], spend["low"], spend["high"]) == tuple(
        found[["adjusted_lift", "adjusted_low", "adjusted_high"]]
    )
    assert spend["mean"] - spend["control_mean"] == pytest.approx(spend["lift"])
    assert spend["relative_lift"] == pytest.approx(spend["lift"] / spend["control_mean"])
    assert spend["customers"] == found["members"] + found["members_aside"]
    # Holm's: the smallest of three counts three times, the next twice.
    smallest = told.sort_values("p_value")
    assert smallest["p_adjusted"].iloc[0] == pytest.approx(3 * smallest["p_value"].iloc[0])
    assert smallest["p_adjusted"].iloc[1] >= 2 * smallest["p_value"].iloc[1]
    assert told["control"].unique().tolist() == [members.OTHERS]
    assert told["interval"].unique().tolist() == ["doubly robust"]
    assert set(COLUMNS) <= set(told.columns)


@pytest.mark.parametrize(
    ("largest", "effective", "low", "before", "verdict"),
    [
        (0.25, 50.0, 1.0, (-1.0, 1.0), "more"),
        (0.251, 50.0, 1.0, (-1.0, 1.0), "unbalanced"),
        (0.25, 49.9, 1.0, (-1.0, 1.0), "few"),
        (0.1, 50.0, 0.0, (0.0, 1.0), "unclear"),
        (0.1, 50.0, 1.0, (0.01, 1.0), "broken"),
        (0.1, 50.0, 1.0, (-1.0, -0.01), "broken"),
        (0.1, 50.0, 1.0, None, "more"),
    ],
)
def test_verdicts_at_their_limits(
    largest: float, effective: float, low: float, before: tuple[float, float] | None, verdict: str
) -> None:
    effect = members.adjusted.Effect(2.0, 1.0, low, 4.0)
    tried = members.adjusted.Effect(0.0, 1.0, *before) if before else None
    assert members._verdict(effect, tried, largest, effective) == verdict
    assert members._verdict(replace(effect, low=-4.0, high=-1.0), None, 0.0, 50.0) == "less"


def test_bad_input_is_refused() -> None:
    with pytest.raises(InputError, match="confidence 1 is impossible"):
        compare(chosen(100), confidence=1)
    twice = pd.concat([chosen(100), chosen(100)])
    with pytest.raises(InputError, match="twice in one arm"):
        compare(twice)
