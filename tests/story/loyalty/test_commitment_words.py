"""The narrators of loyalty and commitment, at their branches."""

from math import nan

from helpers.story.loyalty import commitment_words as words
from tests.story.loyalty.commitment_samples import SUBSCRIBERS, USUAL, placed
from tests.story.word_checks import POUNDS, Case, WordChecks

CASES: dict[str, list[Case]] = {
    "groups": [
        (
            lambda: words.groups(placed(USUAL), POUNDS),
            "bad",
            [
                "Of 990 customers placed, 40% are loyal: they recommend us and keep buying. 100 are trapped: "
                "dissatisfied, yet keep buying, with 10% of spend.",
                "Call the trapped, biggest spenders first",
            ],
        ),
        (
            lambda: words.groups(placed(SUBSCRIBERS), POUNDS),
            "bad",
            ["40% are loyal: they recommend us and stay. 90 are trapped: dissatisfied, yet stay, with 9% of spend."],
        ),
        (
            lambda: words.groups(placed({**USUAL, "trapped": 1}), POUNDS),
            "neutral",
            ["1 is trapped: dissatisfied, yet keeps buying, with <1% of spend."],
        ),
        (
            lambda: words.groups(placed({"loyal": 950, "trapped": 50}, each=nan), POUNDS),
            "bad",
            ["50 are trapped: dissatisfied, yet keep buying. Call the trapped first"],
        ),
        (lambda: words.groups(placed({"loyal": 960, "trapped": 40}), POUNDS), "neutral", ["with 4% of spend"]),
        (lambda: words.groups(placed({"loyal": 50}), POUNDS), "good", ["100% are loyal", "Nobody is trapped."]),
        (
            lambda: words.groups(placed({"loyal": 49}), POUNDS),
            "few",
            ["Of 49 customers among buyers the answer is known"],
        ),
        (lambda: words.groups(placed({"gone": 1}), POUNDS), "few", ["Of 1 customer among subscribers"]),
        (lambda: words.groups(placed({"not placed": 90}), POUNDS), "few", ["Of 0 customers"]),
    ],
    "at_stake": [
        (
            lambda: words.at_stake(placed(USUAL), POUNDS),
            "neutral",
            [
                "150 customers recommend us but buy seldom or are late; 40 are dissatisfied and late with the "
                "next order.",
                "Ask those who recommend us what is in the way",
            ],
        ),
        (
            lambda: words.at_stake(placed(SUBSCRIBERS), POUNDS),
            "neutral",
            ["50 customers recommend us but no longer subscribe; 60 were dissatisfied and left."],
        ),
        (
            lambda: words.at_stake(placed({"seldom": 1, "at risk": 9}), POUNDS),
            "neutral",
            ["1 customer recommends us but buys seldom or is late; 9 are dissatisfied and late"],
        ),
        (
            lambda: words.at_stake(placed({"loyal": 1, "gone": 1, "left": 9}), POUNDS),
            "neutral",
            ["1 customer recommends us but no longer subscribes; 9 were dissatisfied and left."],
        ),
        (
            lambda: words.at_stake(placed({"committed": 10}), POUNDS),
            "neutral",
            ["10 customers recommend us but buy seldom or are late."],
        ),
        (
            lambda: words.at_stake(placed({"loyal": 5, "at risk": 10}), POUNDS),
            "neutral",
            ["All who recommend us keep buying; 10 are dissatisfied"],
        ),
        (
            lambda: words.at_stake(placed({"committed": 20, "at risk": 1, "left": 1}), POUNDS),
            "neutral",
            ["1 is dissatisfied and late with the next order; 1 was dissatisfied and left."],
        ),
        (lambda: words.at_stake(placed({"committed": 5, "at risk": 4}), POUNDS), "few", ["Hardly anyone who answered"]),
    ],
    "agreement": [
        (
            lambda: words.agreement(placed(USUAL)),
            "neutral",
            ["Promoters keep buying more often than detractors: 73% against 62%."],
        ),
        (
            lambda: words.agreement(placed({"loyal": 30, "committed": 60, "trapped": 60, "at risk": 30})),
            "neutral",
            ["Promoters keep buying less often than detractors: 33% against 67%."],
        ),
        (
            lambda: words.agreement(placed(SUBSCRIBERS)),
            "neutral",
            ["Promoters stay more often than detractors: 89% against 60%."],
        ),
        (
            lambda: words.agreement(placed({"loyal": 30, "committed": 30, "trapped": 29, "at risk": 30})),
            "unclear",
            ["What customers say hardly shows whether they keep buying: 50% of promoters do, 49% of detractors."],
        ),
        (lambda: words.agreement(placed({"loyal": 25, "trapped": 25})), "unclear", ["100% of promoters"]),
        (lambda: words.agreement(placed({"loyal": 24, "trapped": 90})), "few", ["Too few promoters or detractors"]),
        (lambda: words.agreement(placed({"loyal": 90, "trapped": 24})), "few", ["Too few promoters or detractors"]),
    ],
}


class TestCommitmentWords(WordChecks):
    module, cases = words, CASES
    counted = ("groups", "at_stake")


def test_findings_are_short() -> None:
    for cases in CASES.values():
        for tell, _, _ in cases:
            statement = tell()
            assert len(statement.action.split()) <= 20
            assert all(len(said.split()) <= 25 for said in statement.text.split(". "))
