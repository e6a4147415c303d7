"""The narrators of value segments, at their branches."""

from dataclasses import replace

import pandas as pd

from helpers.analysis import rfm
from helpers.story.rfm import words
from tests.story.samples import scored
from tests.story.word_checks import POUNDS, Case, WordChecks


def concentrated(hundredth: float, buyers: int = 3400) -> rfm.Rfm:
    frame = pd.DataFrame({"customer_share": [0.01, 0.2], "spend_share": [hundredth, 0.75]})
    return replace(scored({"Champions": (buyers, 10.0)}), concentration=frame)


CASES: dict[str, list[Case]] = {
    "overview": [
        (
            lambda: words.overview(scored({"Cannot lose them": (20, 900.0), "Lost": (80, 10.0)}), POUNDS),
            "neutral",
            [
                "The segment “Cannot lose them” holds 20% of 100 buyers and has brought 96% of spend, £900 a customer.",
                "Th",
            ],
        ),
        (
            lambda: words.overview(scored({"Lost": (60, 10.0), "Champions": (40, 10.0)}), POUNDS),
            "unclear",
            ["60% of spend, no more than its number"],
        ),
        (lambda: words.overview(scored({"Lost": (49, 10.0)}), POUNDS), "few", ["Only 49 customers bought"]),
        (lambda: words.overview(scored({"Lost": (1, 10.0)}), POUNDS), "few", ["Only 1 customer bought"]),
        (lambda: words.overview(scored({"Lost": (90, 0.0)}), POUNDS), "few", ["Spend adds up to nothing"]),
    ],
    "concentration": [
        (
            lambda: words.concentration(concentrated(0.0951)),
            "neutral",
            ["hundredth (34 customers) 10%", "would be felt", "one person who answers"],
        ),
        (lambda: words.concentration(concentrated(0.0949)), "neutral", ["9%. No handful of customers carries"]),
        (lambda: words.concentration(concentrated(0.2, 100)), "neutral", ["hundredth (1 customer) 20%"]),
        (lambda: words.concentration(concentrated(0.2, 99)), "few", ["With 99 buyers there is no saying"]),
        (lambda: words.concentration(scored({"Lost": (200, 0.0)})), "few", ["adds up to nothing"]),
    ],
    "slipping": [
        (lambda: words.slipping(scored({"Champions": (200, 9.0)}), POUNDS), "good", ["No customer who ordered"]),
        (
            lambda: words.slipping(scored({"Champions": (200, 9.0), "At risk": (1, 9.0)}), POUNDS),
            "few",
            ["1 customer who ordered often has gone quiet, too few"],
        ),
        (
            lambda: words.slipping(scored({"At risk": (9, 9.0)}), POUNDS),
            "few",
            ["9 customers who ordered often have gone quiet, too few"],
        ),
        (
            lambda: words.slipping(
                scored({"Champions": (950, 10.0), "At risk": (40, 10.0), "Cannot lose them": (10, 10.0)}), POUNDS
            ),
            "bad",
            ["50 customers who used to order often have gone quiet", "£500, 5% of all spend", "Sort them by spend"],
        ),
        (
            lambda: words.slipping(scored({"Champions": (960, 10.0), "At risk": (40, 10.0)}), POUNDS),
            "neutral",
            ["4% of all spend"],
        ),
        (lambda: words.slipping(scored({"At risk": (40, 0.0)}), POUNDS), "neutral", ["spent £0."]),
    ],
}


class TestRfmWords(WordChecks):
    module, cases = words, CASES
    counted = ("concentration", "slipping")
