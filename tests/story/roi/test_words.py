"""The narrators of segments' worth, campaigns, their returns and what a plan must bring, at their branches."""

import re
from dataclasses import replace
from math import nan
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.analysis.roi import roi
from helpers.analysis.roi.experiments import Lift
from helpers.analysis.roi.roi import Returns
from helpers.story.phrases import quoted
from helpers.story.roi import words
from tests.story.samples import scored
from tests.story.word_checks import POUNDS, Case, WordChecks, check_reads_well

SEGMENTS = scored({"Champions": (650, 25_000.0), "Lost": (600, 480.0), "New customers": (2, 91.0)}).segments


def lift(*arms: tuple[str, str, float, float, float]) -> Lift:
    frame = pd.DataFrame(arms, columns=["campaign", "arm", "lift", "low", "high"])
    return Lift(frame.assign(metric="net_spend", n=1_000, control_n=1_000), "Control")


def untested(*arms: tuple[str, str, float, float, float]) -> Lift:
    """The same against the customers who happened not to be contacted."""
    return Lift(lift(*arms).by_arm, "everyone else", tested=False)


def in_orders(found: Lift) -> Lift:
    return replace(found, by_arm=found.by_arm.assign(metric="orders"))


def tiny(found: Lift) -> Lift:
    """The same measured against 29 customers."""
    return replace(found, by_arm=found.by_arm.assign(control_n=29))


def case(arm: str, cost: float, low: float, high: float, **other: Any) -> dict[str, Any]:
    """One case of 100 customers; low and high bound the extra revenue of all of them, of margin 0.5."""
    middle = (low + high) / 2 if low == low else 0.0
    bounds = {"lift_low": low / 100, "lift_high": high / 100, "new_average_revenue": 10 + middle / 100}
    fixed = {"segment": "All customers", "campaign": "Spring", "customers": 100, "old_average_revenue": 10.0}
    return fixed | {"arm": arm, "cost": cost, "basis": "measured"} | bounds | other


def returns(*cases: dict[str, Any]) -> Returns:
    return roi.measure_returns(pd.DataFrame(cases, columns=roi.CASE_COLUMNS), 0.5)


def plan(cost: float, gain: float) -> Returns:
    segments = pd.DataFrame({"rfm_segment": ["Lost"], "customers": [100], "average_spend": [100.0]})
    return roi.measure_returns(roi.planned_cases(segments, gain / 100, cost), 0.5)


PAYS, LOSES = case("Call", 1_000, 5_000, 9_000), case("Post", 1_000, -500, 1_500)
UNCLEAR, UNKNOWN, FREE = (
    case("E-mail", 350, -9_000, 11_800),
    case("Fax", 100, nan, nan),
    case("Chat", 0, 1_000, 2_000),
)
ALONE = case("Text", 500, nan, nan, old_average_revenue=nan)  # nobody was left out to compare with
NO_CASES = returns()

CASES: dict[str, list[Case]] = {
    "segment_value": [
        (lambda: words.segment_value(pd.DataFrame(), POUNDS), "few", ["No orders were scored"]),
        (lambda: words.segment_value(SEGMENTS.tail(2), POUNDS), "few", ["30 customers or more"]),
        # Two customers are no segment to compare with.
        (
            lambda: words.segment_value(SEGMENTS, POUNDS),
            "neutral",
            [
                "On average a customer in “Champions” has spent £25k, one in “Lost” £480.",
                "not what a campaign would add",
            ],
        ),
        (
            lambda: words.segment_value(SEGMENTS.assign(average_spend=[480.1, 480.2, 9.0]), POUNDS),
            "unclear",
            ["about £480 in every segment"],
        ),
        (
            lambda: words.segment_value(SEGMENTS.assign(average_spend=nan), POUNDS),
            "few",
            ["What customers paid was not"],
        ),
        (
            lambda: words.segment_value(SEGMENTS.assign(average_spend=[nan, 480.2, 9.0]), POUNDS),
            "few",
            ["none are compared"],
        ),
    ],
    "lift": [
        (lambda: words.lift(lift(), "net_spend", POUNDS), "few", ["No campaign with a control group"]),
        (
            lambda: words.lift(lift(("s", "Call", 0.77, 0.49, 1.05)), "net_spend", POUNDS),
            "good",
            ["“Call” raised net spend by £0.77 a customer (between £0.49 and £1.05). Bounds", "picked at random"],
        ),
        (
            lambda: words.lift(lift(("s", "Call", -0.77, -1.05, -0.49)), "net_spend", POUNDS),
            "bad",
            ["“Call” lowered net spend by £0.77 a customer (between £0.49 and £1.05)"],
        ),
        (
            lambda: words.lift(lift(("s", "Call", 0.77, 0.004, 1.5)), "net_spend", POUNDS),
            "unclear",
            ["For “Call” (between £0 and £1.50) no clear difference in net spend was found"],
        ),
        (
            lambda: words.lift(lift(("s", "A", 2.0, 1.0, 3.0), ("t", "B", -2.0, -3.0, -1.0)), "net_spend", POUNDS),
            "neutral",
            ["“A” in “s” raised", "“B” in “t” lowered"],
        ),
        (
            lambda: words.lift(lift(("s", "A", 2.0, 1.0, 3.0), ("s", "B", 1.0, nan, nan)), "net_spend", POUNDS),
            "good",
            ["For “B” there are too few customers, or too few with any net spend, to say"],
        ),
        (
            lambda: words.lift(tiny(lift(("s", "B", 1.0, 0.5, 1.5))), "net_spend", POUNDS),
            "few",
            ["too few customers"],
        ),
        (
            lambda: words.lift(lift(("s", "B", 1.0, nan, nan)), "net_spend", POUNDS),
            "few",
            ["too few customers"],
        ),
        (lambda: words.lift(untested(), "net_spend", POUNDS), "few", ["that takes orders, the date of contact"]),
        (
            lambda: words.lift(untested(("s", "A", 2.0, 1.0, 3.0), ("t", "B", -2.0, -3.0, -1.0)), "net_spend", POUNDS),
            "neutral",
            [
                "In “A” in “s”, net spend was £2 a customer higher than among customers who were not contacted (",
                "In “B” in “t”, net spend was £2 a customer lower than",
                "It is not a test: nobody was held out at random",
            ],
        ),
        (
            lambda: words.lift(untested(("s", "A", 0.77, -1.0, 3.0)), "net_spend", POUNDS),
            "unclear",
            ["For “A” (between −£1 and £3) no clear difference in net spend was found."],
        ),
        (
            lambda: words.lift(tiny(untested(("s", "A", 2.0, 1.0, 3.0))), "net_spend", POUNDS),
            "few",
            ["there are too few customers"],
        ),
        (
            lambda: words.lift(in_orders(untested(("s", "A", 2.0, 1.0, 3.0))), "spend", POUNDS),
            "neutral",
            ["orders were 2.00 a customer higher", "(between 1.00 and 3.00)"],
        ),
    ],
    "returns_on_campaigns": [
        (
            lambda: words.returns_on_campaigns(NO_CASES, POUNDS),
            "few",
            ["No return can be shown, as no campaign with a control group was supplied.", "Hold a random tenth"],
        ),
        (
            lambda: words.returns_on_campaigns(NO_CASES, POUNDS, tested=False),
            "few",
            ["as nobody was held out of a campaign at random.", "Hold a random tenth"],
        ),
        (
            lambda: words.returns_on_campaigns(returns(FREE), POUNDS),
            "few",
            ["extra revenue of the campaigns is £1,500", "was not given", "Find out what one contact cost"],
        ),
        (
            lambda: words.returns_on_campaigns(returns(PAYS, LOSES), POUNDS),
            "neutral",
            [
                "The campaigns cost £2,000 and brought an estimated £7,500 of extra revenue. At an assumed gross "
                "margin of 50%, that leaves 88% more than the cost.",
                "“Call” paid: it cost £1,000 and earned between £2,500 and £4,500 of margin.",
                "“Post” lost money: it cost £1,000 and earned between −£250 and £750 of margin.",
                "Repeat “Call”, again with a control group. Stop “Post”, or make it cheaper.",
            ],
        ),
        (lambda: words.returns_on_campaigns(returns(PAYS, FREE), POUNDS), "good", ["For “Chat” no cost was given."]),
        (
            lambda: words.returns_on_campaigns(returns(LOSES), POUNDS),
            "bad",
            ["that leaves 75% less than the cost", "Stop “Post”, or make it cheaper."],
        ),
        (
            lambda: words.returns_on_campaigns(returns(UNCLEAR), POUNDS),
            "unclear",
            [
                "Whether “E-mail” paid cannot be told: it cost £350 and earned between −£4,500 and £5,900 of margin.",
                "Run it again with larger groups",
            ],
        ),
        (lambda: words.returns_on_campaigns(returns(UNKNOWN), POUNDS), "few", ["reached too few customers to say"]),
        (
            lambda: words.returns_on_campaigns(returns(case("Call", 1_000, 1_500, 2_500)), POUNDS),
            "unclear",
            ["that just covers the cost"],
        ),
        (
            lambda: words.returns_on_campaigns(returns(case("Call", 1_000, -2_500, -1_500)), POUNDS),
            "bad",
            ["brought no extra revenue (an estimated −£2,000)", "leaves nothing to set", "between −£1,250 and −£750"],
        ),
        (
            lambda: words.returns_on_campaigns(returns(*[PAYS | {"arm": f"Arm {c}"} for c in "ABCDE"]), POUNDS),
            "good",
            ["“Arm B” paid: it", "“Arm C”, “Arm D” and “Arm E” paid too."],
        ),
        (lambda: words.returns_on_campaigns(returns(ALONE), POUNDS), "few", ["No return can be shown"]),
        (
            lambda: words.returns_on_campaigns(returns(ALONE, PAYS), POUNDS),
            "good",
            ["The campaigns cost £1,000", "For “Text” there is nobody to compare with.", "Repeat “Call”"],
        ),
    ],
    "returns_on_segments": [
        (lambda: words.returns_on_segments(NO_CASES, POUNDS), "few", ["neither a measured campaign nor a plan"]),
        (lambda: words.returns_on_segments(returns(PAYS), POUNDS), "few", ["cannot be matched", "Keep the customer"]),
        (
            lambda: words.returns_on_segments(plan(10, 40), POUNDS),
            "unclear",
            [
                "If the plan holds, £1,000 would bring £4,000 of extra revenue. At an assumed gross margin of 50%, "
                "that leaves 100% more than the cost. The plan is an assumption",
                "Test the plan on a random half",
            ],
        ),
        (lambda: words.returns_on_segments(plan(10, 10), POUNDS), "unclear", ["50% less", "Do not run the plan"]),
        (lambda: words.returns_on_segments(plan(10, 20), POUNDS), "unclear", ["just covers", "Do not run the plan"]),
        (lambda: words.returns_on_segments(plan(0, 20), POUNDS), "few", ["The plan has no cost"]),
        (
            lambda: words.returns_on_segments(
                returns(PAYS | {"segment": "Lost"}, UNCLEAR | {"segment": "At risk"}), POUNDS
            ),
            "good",
            [
                "It clearly paid for “Lost” with “Call”. For the one other pair of segment and campaign it cannot be",
                "Put the next budget on “Lost” with “Call” first, again with a control group.",
            ],
        ),
        (
            lambda: words.returns_on_segments(
                returns(LOSES | {"segment": "Lost"}, LOSES | {"segment": "At risk"}), POUNDS
            ),
            "bad",
            ["It clearly lost money for “Lost” and “At risk”.", "Leave out “Lost” next time."],
        ),
        (
            lambda: words.returns_on_segments(
                returns(PAYS | {"segment": "Lost"}, *[LOSES | {"segment": f"S{i}"} for i in range(6)]), POUNDS
            ),
            "neutral",
            ["It clearly lost money for “S0” with “Post”, “S1” with “Post”, “S2” with “Post”, “S3” with “Post” and"],
        ),
        (
            lambda: words.returns_on_segments(returns(UNCLEAR, UNKNOWN | {"segment": "Lost"}), POUNDS),
            "unclear",
            ["cannot be told for any of the 2 pairs", "contact more customers of each"],
        ),
        (
            lambda: words.returns_on_segments(
                returns(UNCLEAR, ALONE | {"segment": "Lost"}, ALONE | {"segment": "New"}), POUNDS
            ),
            "unclear",
            ["for the one pair of segment and campaign", "2 further pairs had nobody left out to compare with."],
        ),
        (
            lambda: words.returns_on_segments(returns(PAYS, ALONE | {"segment": "Lost"}), POUNDS),
            "good",
            ["for “All customers”. 1 further pair had nobody left out to compare with."],
        ),
        (
            lambda: words.returns_on_segments(returns(ALONE, ALONE | {"segment": "Lost"}), POUNDS),
            "few",
            ["In no segment was anybody left out"],
        ),
        # A planned case beside measured ones is neither counted as measured nor as unclear.
        (
            lambda: words.returns_on_segments(
                returns(
                    PAYS | {"segment": "Lost", "arm": "Call"},
                    PAYS | {"segment": "At risk"},
                    case("Plan", 10, nan, nan, basis="planned", segment="New"),
                ),
                POUNDS,
            ),
            "good",
            ["It clearly paid for “Lost” and “At risk”."],
        ),
        (
            lambda: words.returns_on_segments(returns(FREE, FREE | {"segment": "Lost"}), POUNDS),
            "few",
            ["was not given, so no return by segment"],
        ),
    ],
    "break_even": [
        (lambda: words.break_even(roi.break_even(SEGMENTS, 0, 0.5), 0.5, POUNDS), "few", ["cannot be worked out"]),
        (
            lambda: words.break_even(roi.break_even(SEGMENTS.head(1), 10, 0.5), 0.5, POUNDS),
            "few",
            ["raises revenue by £20 a customer. There are too few"],
        ),
        (
            lambda: words.break_even(roi.break_even(SEGMENTS, 10, 0.5), 0.5, POUNDS),
            "neutral",
            [
                "At £10 a customer and an assumed gross margin of 50%",
                "0.1% of what",
                "4.2% in “Lost”",
                "Start with “Champ",
            ],
        ),
        (
            lambda: words.break_even(roi.break_even(SEGMENTS.assign(average_spend=480.0), 10, 0.5), 0.5, POUNDS),
            "unclear",
            ["In every segment that is about 4.2%"],
        ),
    ],
}


class TestRoiWords(WordChecks):
    module, cases = words, CASES
    limits = ("30",)


money_bounds = st.floats(-1e5, 1e5).map(lambda x: round(x, 2))


@given(arms=st.lists(st.tuples(st.floats(1, 1e5), money_bounds, money_bounds), min_size=1, max_size=8))
@settings(deadline=None)
def test_returns_read_well_and_agree_with_their_verdicts(arms: list[tuple[float, float, float]]) -> None:
    cases = [case(f"Arm {i}", cost, min(a, b), max(a, b)) for i, (cost, a, b) in enumerate(arms)]
    result = returns(*cases)
    statement = words.returns_on_campaigns(result, POUNDS)
    check_reads_well(statement)
    for row in result.by_segment.to_dict("records"):
        name = quoted(row["arm"])
        assert (f"{name} paid: " in statement.text) <= (row["verdict"] == "pays")
        assert (f"{name} lost money: " in statement.text) <= (row["verdict"] == "loses")
        assert name in statement.text or "more" in statement.text


def test_a_campaign_is_named_only_where_there_are_several() -> None:
    arms = [("s", "Call", 2.0, 1.0, 3.0), ("s", "Post", 2.0, 1.0, 3.0)]
    assert " in “" not in words.lift(lift(*arms), "net_spend", POUNDS).text
    assert "“Call” in “t”" in words.lift(lift(*arms, ("t", *arms[0][1:])), "net_spend", POUNDS).text


def test_clients_names_keep_the_sentence_whole() -> None:
    """Line breaks and control characters from an export end in one blank; markup is escaped where it is shown."""
    statement = words.lift(lift(("s", "Call\n\x00<b>", 2.0, 1.0, 3.0)), "net_spend", POUNDS)
    assert statement.text.startswith("“Call <b>” raised")


def test_an_unclear_return_is_no_key_figure() -> None:
    assert [f.label for f in words.returns_on_campaigns(returns(PAYS), POUNDS).figures] == ["Return on campaigns"]
    assert words.returns_on_campaigns(returns(UNCLEAR), POUNDS).figures == ()


@pytest.mark.parametrize("bounds", [(2.0, 1.0, 3.0), (-2.0, -3.0, -1.0), (0.1, -1.0, 1.0), (nan, nan, nan)])
def test_a_comparison_with_everyone_else_is_never_told_as_what_the_campaign_did(bounds: tuple[float, ...]) -> None:
    compared = untested(("s", "A", *bounds))
    statement = words.lift(compared, "net_spend", POUNDS)
    said = f"{statement.text} {statement.action}"
    assert "not a test" in said
    assert not re.search("raised|lowered|lift|earned|paid|proof|proves|because|picked at random", said)
    assert statement.verdict not in ("good", "bad")
    assert words.returns_on_campaigns(NO_CASES, POUNDS, tested=compared.tested).verdict == "few"
