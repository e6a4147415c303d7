"""The narrator of penalties and rewards, at its branches."""

from math import nan

from helpers.story.nps_drivers import penalty_words as words
from tests.story.nps_drivers.depth_samples import DELIVERY, NO_PENALTIES, PRICES, SUPPORT, penalties
from tests.story.word_checks import Case, WordChecks

BASIC = (DELIVERY, "basic", -1.2, 0.3, -0.5)
EXCITING = (PRICES, "excitement", -0.1, 0.9, 0.6)
EVEN = (SUPPORT, "performance", -0.5, 0.5, 0.0)
UNCLEAR = ("invoicing", "unclear", -0.1, 0.1, 0.0)
BLANK = ("range", "unclear", nan, nan, nan)
CASES: dict[str, list[Case]] = {
    "kinds": [
        (
            lambda: words.kinds(penalties(BASIC, EXCITING, EVEN)),
            "neutral",
            [
                "Delivery reliability must be right: a low rating costs 1.2 points of score. Prices can delight: a "
                "high rating brings 0.9 points of score.",
                "Bring delivery reliability up to standard everywhere before adding anything new.",
            ],
        ),
        (
            lambda: words.kinds(penalties(EXCITING, UNCLEAR)),
            "neutral",
            ["Prices can delight", "Make prices something customers talk about"],
        ),
        (lambda: words.kinds(penalties((DELIVERY, "basic", -0.4, -0.2, -1))), "neutral", ["a high one brings 0.0."]),
        (
            lambda: words.kinds(penalties(EVEN)),
            "neutral",
            ["Support counts both ways: a low rating costs points of score, a high one adds some."],
        ),
        (
            lambda: words.kinds(penalties(*[(name, *EVEN[1:]) for name in "abcde"])),
            "neutral",
            ["A, b, c and two more count both ways"],
        ),
        (lambda: words.kinds(penalties(UNCLEAR)), "unclear", ["or adds any when high"]),
        (lambda: words.kinds(penalties(BLANK)), "few", ["Too few ratings are low, or high"]),
        (lambda: words.kinds(NO_PENALTIES), "few", ["Too few ratings"]),
        (lambda: words.kinds(penalties(BASIC, answers=49)), "few", ["Too few"]),
        (lambda: words.kinds(penalties(BASIC, answers=50)), "neutral", ["must be right"]),
    ],
}


class TestPenaltyWords(WordChecks):
    module, cases = words, CASES
