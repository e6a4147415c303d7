"""The narrator of gains, at its branches."""

import pytest

from helpers.story.nps_drivers import gain_words as words
from tests.story.nps_drivers.depth_samples import DELIVERY, NO_GAINS, PRICES, gains
from tests.story.word_checks import Case, WordChecks

CASES: dict[str, list[Case]] = {
    "gain": [
        (
            lambda: words.gain(gains((DELIVERY, 14, 13, 15), (PRICES, 8, 7, 9))),
            "neutral",
            [
                "Half a point more on delivery reliability would go with 13 to 15 more points of NPS, more than on any "
                "other rating.",
                "Try it with some customers first: the gain is expected, not yet a result.",
            ],
        ),
        (
            lambda: words.gain(gains((DELIVERY, 5, 3, 7), (PRICES, 4, 2, 6))),
            "neutral",
            ["with 3 to 7 more points of NPS, not clearly more than on prices."],
        ),
        (lambda: words.gain(gains((DELIVERY, 5, 4.8, 5.2))), "neutral", ["with about 5 more points of NPS."]),
        (
            lambda: words.gain(gains((DELIVERY, 1, 0.8, 1.2), rise=1)),
            "neutral",
            ["One point more", "about 1 more point "],
        ),
        (lambda: words.gain(gains((DELIVERY, 5, 3, 7), rise=0.3)), "neutral", ["0.3 points more on delivery"]),
        (lambda: words.gain(gains((DELIVERY, 5, 3, 7), rise=2)), "neutral", ["2 points more on delivery"]),
        (
            lambda: words.gain(gains((DELIVERY, 2, -1, 5), (PRICES, 1, 0.6, 1.4))),
            "neutral",
            ["Half a point more on prices would go with about 1 more point of NPS, not clearly more than on delivery"],
        ),
        (
            lambda: words.gain(gains((DELIVERY, 1, 0.3, 1.7), (PRICES, 0, -1, 1))),
            "unclear",
            ["Half a point more on any one rating would not clearly go with a higher score."],
        ),
        (
            lambda: words.gain(gains(("trust", 15, 14, 16), (DELIVERY, 14, 13, 15)), doubtful=["trust"]),
            "neutral",
            ["on delivery reliability would go with 13 to 15 more points of NPS, more than on any other driver."],
        ),
        (lambda: words.gain(gains(("trust", 15, 14, 16)), doubtful=["trust"]), "unclear", ["would not clearly"]),
        (lambda: words.gain(NO_GAINS), "few", ["too few ratings to say what a better one would bring"]),
        (lambda: words.gain(gains((DELIVERY, 5, 3, 7), answers=49)), "few", ["too few"]),
        (lambda: words.gain(gains((DELIVERY, 5, 3, 7), answers=50)), "neutral", ["Half"]),
    ],
}


class TestGainWords(WordChecks):
    module, cases = words, CASES


@pytest.mark.parametrize("case", CASES["gain"])
def test_findings_are_short(case: Case) -> None:
    statement = case[0]()
    assert len(statement.text.split()) <= 25
    assert len(statement.action.split()) <= 20


@pytest.mark.parametrize(("low", "high", "alone"), [(2, 6, False), (0, 2.9, True)])
def test_a_gain_is_the_greatest_only_where_no_other_may_be_as_large(low: float, high: float, alone: bool) -> None:
    found = words.gain(gains((DELIVERY, 5, 3, 7), (PRICES, 2, low, high)))
    assert ("not clearly more than on prices" in found.text) != alone
    assert not found.headline  # `driver_gap` is


@pytest.mark.parametrize(("chance", "verdict"), [(0.05, "few"), (0.0499, "neutral")])
def test_no_gain_is_named_where_chance_may_have_brought_it(chance: float, verdict: str) -> None:
    assert words.gain(gains((DELIVERY, 14, 13, 15)), chance=chance).verdict == verdict
