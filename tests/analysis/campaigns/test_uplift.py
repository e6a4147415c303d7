"""Uplift by segment and by features: Hillstrom's test, by hand, and on made customers whose uplift is known."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.analysis.campaigns.shrinkage import shrink
from helpers.analysis.campaigns.uplift import (
    LEAST_ARM,
    LEAST_ORDERED,
    curves_with_scores,
    measure_uplift,
    profit_by_segment,
)
from helpers.errors import InputError

FEATURES = ["recency", "history", "mens", "womens", "newbie", "channel"]


def made(sizes: dict[str, int], lifts: dict[str, float], seed: int = 1, arm: str = "mail") -> pd.DataFrame:
    """So many customers a segment on either side, spending 10 and its lift where contacted."""
    rng = np.random.default_rng(seed)
    rows = [
        pd.DataFrame({"segment": s, "arm": a, "spend": rng.normal(10 + (a == arm) * lifts[s], 4, n)})
        for s, n in sizes.items()
        for a in (arm, "none")
    ]
    return pd.concat(rows, ignore_index=True).assign(campaign="spring", control="none")


def test_hillstrom(shared_data: Path) -> None:
    """The women's mail can be aimed by what was known of customers, the men's cannot: Radcliffe (2008), "Hillstrom's
    MineThatData email analytics challenge: an approach using uplift modelling". Lifts: shared/data/README.md."""
    mail = pd.read_csv(shared_data / "hillstrom.csv.gz", usecols=["segment", "visit", "history_segment", *FEATURES])
    mail = mail.rename(columns={"segment": "arm", "history_segment": "segment"})
    mail = mail.assign(campaign="mail", control="No E-Mail")
    found = measure_uplift(mail, ["visit"], FEATURES)
    scores = found.scores.set_index(["arm", "ordering"])
    assert scores.loc["Womens E-Mail", "lift"].tolist() == pytest.approx([0.1514 - 0.10617] * 2, abs=1e-4)
    assert scores.loc["Mens E-Mail", "lift"].tolist() == pytest.approx([0.18276 - 0.10617] * 2, abs=1e-4)
    assert scores.loc[("Womens E-Mail", "features"), "low"] > 0
    assert scores.loc[("Mens E-Mail", "features"), "low"] < 0
    curve = found.curve.set_index(["arm", "ordering", "contacted_share"])["gain"]
    assert curve["Womens E-Mail", "features", 0.5] > 0.75 * curve["Womens E-Mail", "features", 1.0]
    by_segment = found.by_segment
    sizes = by_segment.groupby("arm")["customers"].sum()
    assert sizes.to_dict() == {"Mens E-Mail": 21_307, "Womens E-Mail": 21_387}
    assert set(by_segment.groupby("arm")["control_customers"].sum()) == {21_306}


def test_a_segment_by_hand() -> None:
    """Ten times [0, 2, 1] contacted against ten times [0, 0, 1] held out: 1 - 1/3, and Welch's interval of it."""
    values = {"mail": [0.0, 2.0, 1.0] * 10, "none": [0.0, 0.0, 1.0] * 10}
    rows = [pd.DataFrame({"arm": arm, "spend": spend}) for arm, spend in values.items()]
    frame = pd.concat(rows).assign(campaign="spring", control="none", segment="All customers")
    row = measure_uplift(frame, ["spend"]).by_segment.iloc[0]
    theirs = stats.ttest_ind(values["mail"], values["none"], equal_var=False).confidence_interval(0.95)
    assert (row["lift"], row["low"], row["high"]) == pytest.approx((2 / 3, theirs.low, theirs.high))
    assert (row["customers"], row["control_customers"], row["shrunk"]) == (30, 30, row["lift"])


def test_a_small_segment_does_not_lead_by_luck() -> None:
    frame = made({"big": 4_000, "large": 4_000, "small": LEAST_ARM}, {"big": 1.0, "large": 1.2, "small": 4.0})
    rows = measure_uplift(frame, ["spend"]).by_segment.set_index("segment")
    assert rows["lift"].idxmax() == "small"
    assert rows.loc["small", "own_weight"] < rows.loc["large", "own_weight"]
    assert rows.loc["small", "shrunk"] < rows.loc["small", "lift"]
    found = shrink(rows["lift"].to_numpy(), ((rows["high"] - rows["low"]) / 2 / 1.96).to_numpy())
    assert rows["shrunk"].tolist() == pytest.approx(found.values.tolist(), rel=0.05)


def test_segments_of_few_customers_or_none_that_vary_have_no_lift_of_their_own() -> None:
    sizes = {"big": 500, "few": LEAST_ARM - 1, "just": LEAST_ARM}
    frame = made(sizes, dict.fromkeys(sizes, 1.0))
    still = made({"still": 50}, {"still": 0.0}).assign(spend=0.0)
    rows = measure_uplift(pd.concat([frame, still]), ["spend"]).by_segment.set_index("segment")
    assert rows["lift"].isna().to_dict() == {"big": False, "just": False, "few": True, "still": True}
    assert rows["shrunk"].notna().all()
    assert rows.loc[["few", "still"], "own_weight"].tolist() == [0, 0]


def test_customers_in_are_customers_accounted_for() -> None:
    frame = made({"a": 150, "b": 40, "c": 3}, {"a": 1, "b": 0, "c": 0})
    frame.loc[::7, "spend"] = np.nan
    rows = measure_uplift(frame, ["spend"]).by_segment
    known = frame.dropna()
    assert rows["customers"].sum() == (known["arm"] == "mail").sum()
    assert rows["control_customers"].sum() == (known["arm"] == "none").sum()


def test_an_ordering_by_segment_beats_chance_where_segments_differ_and_only_there() -> None:
    apart = measure_uplift(made({"a": 600, "b": 600}, {"a": 3.0, "b": 0.0}), ["spend"])
    alike = measure_uplift(made({"a": 600, "b": 600}, {"a": 1.0, "b": 1.0}), ["spend"])
    assert apart.scores["ordering"].tolist() == ["segment"]
    assert apart.scores["low"].iloc[0] > 0
    assert apart.by_segment["p_alike"].iloc[0] < 1e-6
    assert alike.scores["low"].iloc[0] <= 0
    # All of a lift of 1.5 comes from the better half: 1.5 / 4.
    assert apart.scores["qini"].iloc[0] == pytest.approx(1.5 / 4, abs=0.1)


def test_does_not_depend_on_the_order_of_the_rows() -> None:
    frame = made({"a": 150, "b": 150}, {"a": 3.0, "b": 0.0}).assign(customer_id=lambda f: f.index.astype(str))
    mixed = frame.sample(frac=1, random_state=3)
    for one, other in ((frame, mixed), (frame.drop(columns="customer_id"), mixed.drop(columns="customer_id"))):
        pd.testing.assert_frame_equal(measure_uplift(one, ["spend"]).scores, measure_uplift(other, ["spend"]).scores)


@pytest.mark.parametrize(("n", "ordered"), [(LEAST_ORDERED, 1), (LEAST_ORDERED - 1, 0)])
def test_too_few_customers_are_not_ordered(n: int, ordered: int) -> None:
    frame = made({"a": 50, "b": n - 50}, {"a": 1.0, "b": 0.0})
    found = measure_uplift(frame, ["spend"])
    assert (len(found.scores), len(found.by_segment)) == (ordered, 2)


def test_one_segment_is_no_ordering_and_features_may_still_be() -> None:
    frame = made({"All customers": 300}, {"All customers": 1.0}).assign(age=np.arange(600) % 77)
    assert measure_uplift(frame, ["spend"]).scores.empty
    assert measure_uplift(frame, ["spend"], ["age"]).scores["ordering"].tolist() == ["features"]


def test_intervals_hold_for_all_orderings_together() -> None:
    """Of two orderings each needs 97.5 %."""
    frame = made({"a": 200, "b": 200}, {"a": 1.0, "b": 0.0}).assign(customer_id=lambda f: f.index.astype(str))
    alone = measure_uplift(frame, ["spend"]).scores.iloc[0]
    among = measure_uplift(frame, ["spend"], ["segment"]).scores.iloc[0]
    width = (among["high"] - among["low"]) / (alone["high"] - alone["low"])
    assert width == pytest.approx(stats.norm.ppf(0.9875) / stats.norm.ppf(0.975), rel=1e-6)


def test_no_control_and_no_customers_give_no_rows() -> None:
    frame = made({"a": 200}, {"a": 1.0})
    for rows in (frame.head(0), frame[frame["arm"] == "mail"], frame[frame["arm"] == "none"]):
        found = measure_uplift(rows, ["spend"])
        assert found.by_segment.empty
        assert found.scores.empty
        assert found.curve.empty


def test_curves_carry_the_coefficient_of_their_ordering() -> None:
    found = measure_uplift(made({"a": 200, "b": 200}, {"a": 3.0, "b": 0.0}), ["spend"])
    told = curves_with_scores(found)
    assert len(told) == len(found.curve)
    assert set(told["qini"]) == set(found.scores["qini"])
    assert set(told["qini_low"]) == set(found.scores["low"])


def test_profit_by_hand() -> None:
    """A margin of 0.4 on 10 more, at a cost of 1: 3; break-even at 1 / 0.4 = 2.5."""
    rows = pd.DataFrame({"segment": list("abc"), "shrunk": [10.0, 2.0, -5.0]})
    rows = rows.assign(shrunk_low=[2.6, 1.0, -9.0], shrunk_high=[17.4, 3.0, -1.0])
    found = profit_by_segment(rows, 0.4, 1.0)
    assert found["break_even_lift"].tolist() == [2.5] * 3
    assert found["profit"].tolist() == pytest.approx([3.0, -0.2, -3.0])
    assert found["profit_low"].tolist() == pytest.approx([0.04, -0.6, -4.6])
    assert found["verdict"].tolist() == ["pays", "unclear", "loses"]


def test_profit_of_nothing_is_unclear() -> None:
    rows = pd.DataFrame({"shrunk": [0.0], "shrunk_low": [0.0], "shrunk_high": [0.0]})
    assert profit_by_segment(rows, 1.0, 0.0)["verdict"].tolist() == ["unclear"]


@pytest.mark.parametrize(("margin", "cost"), [(0.0, 1.0), (1.01, 1.0), (0.4, -0.01)])
def test_impossible_margins_and_costs_are_refused(margin: float, cost: float) -> None:
    with pytest.raises(InputError, match="margin"):
        profit_by_segment(pd.DataFrame({"shrunk": [1.0]}), margin, cost)


def test_what_is_missing_is_named() -> None:
    with pytest.raises(InputError, match="'age' is missing"):
        measure_uplift(made({"a": 5}, {"a": 0.0}), ["spend"], ["age"])
    with pytest.raises(InputError, match="confidence"):
        measure_uplift(made({"a": 5}, {"a": 0.0}), ["spend"], confidence=1.0)
