"""The narrators of what campaigns earned and where, at their branches."""

import re
from math import nan
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.analysis.roi.returns import Returns
from helpers.analysis.roi.simulate import simulate_returns
from helpers.story import fmt
from helpers.story.phrases import quoted
from helpers.story.roi import words
from helpers.story.statement import Statement
from tests.story.roi.cases import (
    ALONE,
    BROKEN,
    FREE,
    LOSES,
    MATCHED,
    NO_CASES,
    PAYS,
    SERIES,
    UNCLEAR,
    UNKNOWN,
    case,
    plan,
    returns,
)
from tests.story.word_checks import POUNDS, Case, WordChecks, check_reads_well


def on_campaigns(*cases: dict[str, Any], money: fmt.Money = POUNDS) -> Statement:
    found = returns(*cases)
    return words.returns_on_campaigns(found, simulate_returns(found, draws=2_000), money)


def on_segments(found: Returns, money: fmt.Money) -> Statement:
    return words.returns_on_segments(found, NO_CASES, money)


def many(*cases: dict[str, Any]) -> Returns:
    """The cases, each of a segment of its own."""
    return returns(*[c | {"segment": f"S{i}"} for i, c in enumerate(cases)])


CASES: dict[str, list[Case]] = {
    "returns_on_campaigns": [
        (lambda: on_campaigns(), "few", ["No return can be shown, as no campaign with a control", "random tenth"]),
        (lambda: on_campaigns(ALONE | {"evidence": "none"}), "few", ["no campaign with a control group"]),
        (lambda: on_campaigns(ALONE), "few", ["as too little has been bought since the campaigns to compare"]),
        (lambda: on_campaigns(PAYS | SERIES), "few", ["as nobody was held out of a campaign at random"]),
        (lambda: on_campaigns(PAYS | BROKEN), "few", ["were not drawn at random", "Fix how customers are held out"]),
        (lambda: on_campaigns(FREE), "few", ["What the campaigns cost was not given", "what one contact cost"]),
        (lambda: on_campaigns(UNKNOWN), "few", ["too few customers to tell what they earned for each pound spent"]),
        # 7,000 of revenue are 3,500 of margin for 1,000.
        (
            lambda: on_campaigns(PAYS),
            "good",
            [
                "The campaigns earned £3.50 of margin for each pound spent.",
                "Repeat “Call”, again with a control group.",
            ],
        ),
        (lambda: on_campaigns(PAYS, money=fmt.Money("CHF")), "good", ["CHF 3.50 of margin for each CHF 1 spent"]),
        (
            lambda: on_campaigns(LOSES),
            "bad",
            ["lost money: they earned only £0.25 of margin for each pound spent.", "Stop “Post”, or make it cheaper."],
        ),
        (
            lambda: on_campaigns(case("Call", 1_000, -2_500, -1_500)),
            "bad",
            ["customers contacted bought no more than those left out"],
        ),
        (
            lambda: on_campaigns(PAYS, LOSES, case("E-mail", 9_000, 2_000, 24_000)),
            "unclear",
            [
                "of margin for each pound spent; they may yet have paid",
                "Repeat “Call”",
                "Stop “Post”",
            ],
        ),
        (
            lambda: on_campaigns(case("E-mail", 350, 200, 1_800)),
            "unclear",
            [
                "an estimated £1.43 of margin for each pound spent; together they may still have lost money",
                "Run them again",
            ],
        ),
        # What may as well have earned nothing has no figure.
        (
            lambda: on_campaigns(UNCLEAR),
            "unclear",
            ["Whether the campaigns earned anything is not clear", "Run them"],
        ),
        (lambda: on_campaigns(case("E-mail", 350, -9_000, 8_000)), "unclear", ["though chance may have hidden a gain"]),
        (
            lambda: on_campaigns(PAYS | MATCHED),
            "neutral",
            ["consistent with £3.50 of margin for each pound spent. Nobody was held out", "Hold a random tenth"],
        ),
        (lambda: on_campaigns(LOSES | MATCHED), "neutral", ["consistent with a loss on the campaigns. Nobody"]),
        (lambda: on_campaigns(UNCLEAR | MATCHED), "unclear", ["is not clear: nobody was held out"]),
        # The test counts, and the matched comparison beside it does not.
        (lambda: on_campaigns(PAYS, LOSES | MATCHED), "good", ["The tested campaigns earned £3.50 of margin"]),
    ],
    "which_paid": [
        (lambda: words.which_paid(NO_CASES), "few", []),
        (lambda: words.which_paid(returns(FREE, ALONE, PAYS | BROKEN)), "few", []),
        (lambda: words.which_paid(returns(UNCLEAR)), "unclear", ["For “E-mail” nobody can say."]),
        (
            lambda: words.which_paid(returns(LOSES, UNCLEAR, PAYS)),
            "neutral",
            ["“Call” paid. “Post” lost money. For “E-mail” nobody can say."],
        ),
        (lambda: words.which_paid(returns(LOSES)), "bad", ["“Post” lost money. Stop “Post”, or make it cheaper."]),
        (
            lambda: words.which_paid(returns(*[PAYS | {"arm": f"Arm {c}"} for c in "ABCDE"])),
            "good",
            ["“Arm A”, “Arm B” and three more paid."],
        ),
        (
            lambda: words.which_paid(returns(PAYS | MATCHED, LOSES | MATCHED)),
            "neutral",
            ["“Call” may have paid, though nobody was held out. “Post” may have lost money, though nobody"],
        ),
    ],
    "hangs_on_few": [
        (lambda: words.hangs_on_few(NO_CASES), "few", []),
        (lambda: words.hangs_on_few(returns(PAYS)), "few", []),
        (
            lambda: words.hangs_on_few(returns(PAYS | {"hangs_on": 1}, LOSES)),
            "unclear",
            ["known of “Call” depends on a h"],
        ),
    ],
    "returns_on_segments": [
        (lambda: on_segments(NO_CASES, POUNDS), "few", ["neither a measured campaign nor a plan"]),
        (lambda: on_segments(returns(PAYS), POUNDS), "few", ["cannot be matched", "Keep the customer"]),
        (lambda: words.returns_on_segments(NO_CASES, returns(PAYS), POUNDS), "few", ["cannot be matched"]),
        (lambda: words.returns_on_segments(plan(10, 40), returns(PAYS), POUNDS), "unclear", ["If the plan holds"]),
        (
            lambda: on_segments(plan(10, 40), POUNDS),
            "unclear",
            ["If the plan holds, it earns £2 of margin for each pound spent. It is an assumption", "random half"],
        ),
        (lambda: on_segments(plan(10, 10), POUNDS), "unclear", ["£0.50", "Do not run the plan"]),
        (lambda: on_segments(plan(10, 20), POUNDS), "unclear", ["earns £1 of", "Do not run the plan"]),
        (lambda: on_segments(plan(0, 20), POUNDS), "few", ["The plan has no cost"]),
        (
            lambda: on_segments(many(PAYS, UNCLEAR), POUNDS),
            "good",
            ["“Call” clearly paid only for “S0”.", "Repeat it for “S0” with “Call”, again with a control"],
        ),
        (
            lambda: on_segments(many(LOSES, LOSES), POUNDS),
            "bad",
            ["“Post” lost money for “S0” and “S1”.", "Leave out “S1” next time."],
        ),
        (
            lambda: on_segments(many(PAYS, *[LOSES] * 6), POUNDS),
            "neutral",
            ["“Call” clearly paid only for “S0”; “Post” lost money in six segments."],
        ),
        (
            lambda: on_segments(many(UNCLEAR, UNKNOWN, ALONE), POUNDS),
            "unclear",
            ["too few customers to tell where the campaigns paid", "contact more customers of each"],
        ),
        (lambda: on_segments(many(ALONE, ALONE), POUNDS), "few", ["In no segment was anybody left out"]),
        # A planned case beside measured ones is neither counted as measured nor as unclear.
        (
            lambda: on_segments(many(PAYS, PAYS, case("Plan", 10, nan, nan, basis="planned")), POUNDS),
            "good",
            ["“Call” clearly paid for “S0” and “S1”."],
        ),
        (
            lambda: on_segments(many(FREE, FREE), POUNDS),
            "few",
            ["was not given, or given as zero, so no return by segment"],
        ),
        (
            lambda: on_segments(
                returns(*[PAYS | {"segment": "S0", "arm": arm} for arm in "AB"], UNCLEAR | {"segment": "S1"}), POUNDS
            ),
            "good",
            ["Contact clearly paid only for “S0”."],
        ),
    ],
    "not_told": [
        (lambda: words.not_told(NO_CASES), "few", []),
        (lambda: words.not_told(returns(UNCLEAR)), "few", []),
        (lambda: words.not_told(many(PAYS, LOSES)), "few", []),
        (
            lambda: words.not_told(many(PAYS, UNCLEAR, UNKNOWN, ALONE, FREE)),
            "unclear",
            [
                "Of the 5 pairs of segment and campaign, 2 had too few customers to tell, 1 had nobody left out",
                "1 had no c",
            ],
        ),
        (
            lambda: words.not_told(many(PAYS, ALONE)),
            "few",
            ["Of the 2 pairs of segment and campaign, 1 had nobody left"],
        ),
    ],
}


class TestRoiWords(WordChecks):
    module, cases = words, CASES
    not_for_the_cover = ("which_paid",)


money_bounds = st.floats(-1e5, 1e5).map(lambda x: round(x, 2))
tested_arms = st.lists(st.tuples(st.floats(1, 1e5), money_bounds, money_bounds), min_size=1, max_size=8)


@given(arms=tested_arms, evidence=st.sampled_from(["random test", "matched comparison"]))
@settings(deadline=None, max_examples=25)
def test_returns_read_well_and_agree_with_their_verdicts(arms: list[tuple[float, float, float]], evidence: str) -> None:
    cases = [case(f"Arm {i}", cost, min(a, b), max(a, b), evidence=evidence) for i, (cost, a, b) in enumerate(arms)]
    found = returns(*cases)
    simulated = simulate_returns(found, draws=500)
    for statement in (words.returns_on_campaigns(found, simulated, POUNDS), words.which_paid(found)):
        check_reads_well(statement)
        assert len(statement.text.split()) <= 25 or statement.key == "which_paid"
        assert len(statement.action.split()) <= 20
    text = words.which_paid(found).text
    for row in found.by_segment.to_dict("records"):
        if row["verdict"] in ("pays", "loses") and quoted(row["arm"]) in text:
            part = next(part for part in re.split("[;.] ", text) if quoted(row["arm"]) in part)
            assert {"pays": " paid", "loses": "lost money"}[row["verdict"]] in part
    total = words.returns_on_campaigns(found, simulated, POUNDS)
    if evidence == "matched comparison":
        assert total.verdict in ("neutral", "unclear")
    else:
        assert (total.verdict == "good") == (round(simulated.low, 2) > 0)
        assert (total.verdict == "bad") == (round(simulated.high, 2) < 0)


@pytest.mark.parametrize(
    ("low", "high", "side"),
    [(0.01, 2, 1), (0.004, 2, 0), (0.005001, 2, 1), (-1, -0.01, -1), (-1, -0.004, 0), (-1, 1, 0), (nan, nan, 0)],
)
def test_a_return_that_prints_as_the_cost_itself_is_none(low: float, high: float, side: int) -> None:
    assert words.clearly(low, high) == side


def test_a_campaign_is_named_only_where_arms_of_one_name_are_in_several() -> None:
    assert " in “" not in words.which_paid(returns(PAYS, LOSES | {"campaign": "Autumn"})).text
    twice = words.which_paid(returns(PAYS, LOSES | {"arm": "Call", "campaign": "Autumn"})).text
    assert twice == "“Call” in “Spring” paid. “Call” in “Autumn” lost money."


def test_clients_names_keep_the_sentence_whole() -> None:
    """Line breaks and control characters from an export end in one blank; markup is escaped where it is shown."""
    assert words.which_paid(returns(PAYS | {"arm": "Call\n\x00<b>"})).text == "“Call <b>” paid."


def test_an_unclear_return_is_no_key_figure() -> None:
    assert [(f.label, f.value) for f in on_campaigns(PAYS).figures] == [("Return on campaigns", "250%")]
    assert on_campaigns(UNCLEAR).figures == ()
    assert on_campaigns(PAYS | MATCHED).figures == ()


@pytest.mark.parametrize("bounds", [(5_000, 9_000), (-500, 1_500), (-9_000, 11_800), (nan, nan)])
def test_a_comparison_with_everyone_else_is_never_told_as_what_the_campaign_did(bounds: tuple[float, float]) -> None:
    compared = returns(case("Call", 1_000, *bounds) | MATCHED)
    for statement in (
        words.returns_on_campaigns(compared, simulate_returns(compared, draws=500), POUNDS),
        words.which_paid(compared),
    ):
        said = f"{statement.text} {statement.action}".replace("may have paid", "").replace("may have lost money", "")
        assert not any(word in said for word in ("earned £", " paid.", " paid;", "lost money", "raised", "proof"))
        assert statement.verdict not in ("good", "bad")


def test_what_is_told_of_the_demo_fits_the_cover() -> None:
    """Names as long as the demo's."""
    arms = [PAYS | {"arm": "Email and call", "campaign": "Spring restock 2026"}]
    arms += [LOSES | {"arm": "Catalogue", "campaign": "Autumn catalogue 2025"}]
    for statement in (
        on_campaigns(*arms),
        on_segments(many(*[a | {"arm": "Email and call"} for a in arms]), POUNDS),
    ):
        assert len(statement.text.split()) <= 25
        assert len(statement.action.split()) <= 20
