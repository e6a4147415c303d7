"""The narrator of three methods, at its branches."""

from helpers.story.nps_drivers import check_words as words
from tests.story.nps_drivers.depth_samples import DELIVERY, NO_CHECKS, PRICES, SUPPORT, checks
from tests.story.word_checks import Case, WordChecks

SAME = {"lmg": DELIVERY, "ordinal": DELIVERY, "boosted": DELIVERY}
CASES: dict[str, list[Case]] = {
    "methods": [
        (
            lambda: words.methods(checks(SAME)),
            "neutral",
            [
                "All three methods name delivery reliability first. The most flexible explains 42% of the differences "
                "in scores it has not seen."
            ],
        ),
        (
            lambda: words.methods(checks({"lmg": DELIVERY, "boosted": DELIVERY})),
            "neutral",
            ["Both methods name delivery reliability first."],
        ),
        (
            lambda: words.methods(checks(SAME | {"lmg": PRICES})),
            "unclear",
            [
                "The methods disagree on which comes first: prices and delivery reliability.",
                "Treat them as equally important",
            ],
        ),
        (
            lambda: words.methods(checks({"lmg": PRICES, "ordinal": DELIVERY, "boosted": SUPPORT})),
            "unclear",
            ["which comes first: prices, delivery reliability and support."],
        ),
        (
            lambda: words.methods(checks(SAME | {"lmg": PRICES}, within_error=True)),
            "unclear",
            ["The methods differ within their margins of error: prices and"],
        ),
        (lambda: words.methods(checks(SAME, 0.0149)), "unclear", ["says next to nothing about the score"]),
        (lambda: words.methods(checks(SAME, -0.03)), "unclear", ["says next to nothing"]),
        (lambda: words.methods(checks(SAME, 0.0151)), "neutral", ["explains 2% of"]),
        (lambda: words.methods(NO_CHECKS), "few", ["too few ratings to compare methods"]),
        (lambda: words.methods(checks(SAME, answers=49)), "few", ["too few"]),
        (lambda: words.methods(checks(SAME, answers=50)), "neutral", ["All three"]),
        (lambda: words.methods(checks(SAME, drivers=(DELIVERY,))), "few", ["too few"]),
        (lambda: words.methods(checks({"lmg": DELIVERY})), "few", ["too few"]),
    ],
}


class TestCheckWords(WordChecks):
    module, cases = words, CASES
