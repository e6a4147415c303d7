"""The narrators of value segments, at their branches."""

import re
from dataclasses import replace
from math import nan

import pandas as pd
import pytest

from helpers.analysis import rfm
from helpers.data.features.customers import Buyers
from helpers.story.rfm import words
from tests.story.samples import scored
from tests.story.word_checks import POUNDS, Case, WordChecks, sentences_of


def concentrated(hundredth: float, buyers: int = 3400) -> rfm.Rfm:
    frame = pd.DataFrame({"customer_share": [0.01, 0.2], "spend_share": [hundredth, 0.75]})
    return replace(scored({"Champions": (buyers, 10.0)}), concentration=frame)


def ranked(customers: dict[str, tuple[int, float]]) -> rfm.Rfm:
    """Nobody's own rhythm is known."""
    result = scored(customers)
    unknown = result.segments.assign(late_customers=nan, late_spend=nan)
    return replace(result, segments=unknown, with_rhythm=False)


def without_spend(result: rfm.Rfm, orders: dict[str, float] | None = None) -> rfm.Rfm:
    """The same customers where no amount is known; `orders` a customer, by segment."""
    unknown = result.segments.assign(spend=nan, spend_share=nan, average_spend=nan, late_spend=nan)
    if orders:
        each = unknown["rfm_segment"].map(orders)
        placed = each * unknown["customers"]
        unknown = unknown.assign(average_orders=each, order_share=placed / placed.sum())
    return replace(result, segments=unknown, concentration=result.concentration.head(0), with_spend=False)


def buyers(n: int, from_list: bool = True, never_bought: int = 0, not_known: int = 0) -> Buyers:
    return Buyers(pd.DataFrame({"customer_id": range(n)}), from_list, never_bought, not_known)


FIFTY = {"Champions": (20, 10.0), "Lost": (30, 10.0)}
CASES: dict[str, list[Case]] = {
    "basis": [
        (lambda: words.basis(scored(FIFTY), buyers(50, from_list=False)), "neutral", [" "]),
        (
            lambda: words.basis(without_spend(scored(FIFTY)), buyers(50, from_list=False)),
            "neutral",
            ["The orders have no amounts, so customers have two scores"],
        ),
        (
            lambda: words.basis(ranked(FIFTY), buyers(50)),
            "neutral",
            ["the customer list tells the last order, the number of orders and the spend of 50 customers. "],
        ),
        (
            lambda: words.basis(without_spend(ranked(FIFTY)), buyers(50, never_bought=1, not_known=7)),
            "neutral",
            [
                "the last order and the number of orders of 50 customers. It does not tell what they spent, so",
                "Left out: 1 customer without an order and 7 customers of whom a figure is missing.",
            ],
        ),
    ],
    "overview": [
        (
            lambda: words.overview(
                without_spend(scored({"Champions": (20, 1.0), "Lost": (80, 1.0)}), {"Champions": 6.0, "Lost": 1.0}),
                POUNDS,
            ),
            "neutral",
            ["“Champions” holds 20% of 100 buyers and has placed 60% of all orders, 6.0 a customer. Thank"],
        ),
        (
            lambda: words.overview(without_spend(scored(FIFTY)), POUNDS),
            "unclear",
            ["60% of all orders, no more than its number"],
        ),
        (
            lambda: words.overview(replace(without_spend(scored(FIFTY)), repeat_share=0.036), POUNDS),
            "neutral",
            ["Only 4% of 50 buyers have ordered twice, so segments mostly tell when customers came. Work on"],
        ),
        (lambda: words.overview(without_spend(scored({"Lost": (9, 1.0)})), POUNDS), "few", ["Only 9 customers bought"]),
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
        (lambda: words.concentration(without_spend(scored(FIFTY))), "few", ["is not known"]),
    ],
    "slipping": [
        (lambda: words.slipping(scored({"Champions": (200, 9.0)}), POUNDS), "good", ["No customer who ordered"]),
        (
            lambda: words.slipping(scored({"Champions": (200, 9.0), "At risk": (1, 9.0)}), POUNDS),
            "few",
            ["1 customer who ordered often is late with the next order, too few"],
        ),
        (
            lambda: words.slipping(scored({"At risk": (9, 9.0)}), POUNDS),
            "few",
            ["9 customers who ordered often are late with the next order, too few"],
        ),
        (
            lambda: words.slipping(
                scored({"Champions": (950, 10.0), "At risk": (40, 10.0), "Cannot lose them": (10, 10.0)}), POUNDS
            ),
            "bad",
            [
                "50 customers who ordered often have waited over twice their usual time for the next order.",
                "£500, 5% of all spend",
                "Sort them by spend",
            ],
        ),
        (
            lambda: words.slipping(scored({"Champions": (960, 10.0), "At risk": (40, 10.0)}), POUNDS),
            "neutral",
            ["4% of all spend"],
        ),
        (lambda: words.slipping(scored({"At risk": (40, 0.0)}), POUNDS), "neutral", ["spent £0."]),
        (
            lambda: words.slipping(without_spend(scored({"At risk": (40, 0.0)})), POUNDS),
            "neutral",
            ["usual time for the next order. Sort them by number of orders and call the first"],
        ),
        (
            lambda: words.slipping(ranked({"Champions": (60, 10.0), "At risk": (40, 10.0)}), POUNDS),
            "neutral",
            [
                "40 customers ordered more often than many others, but last ordered longer ago than most. "
                "Together they have spent £400, 40% of all spend. Whether they are late is not "
                "known: that takes three orders of each.",
                "Sort them by spend and ask",
            ],
        ),
        (
            lambda: words.slipping(without_spend(ranked({"Champions": (60, 10.0), "At risk": (40, 10.0)})), POUNDS),
            "neutral",
            ["longer ago than most. Whether", "Sort them by number of orders"],
        ),
        (
            lambda: words.slipping(without_spend(ranked({"Champions": (60, 1.0), "At risk": (1, 1.0)})), POUNDS),
            "few",
            ["1 customer ordered more often than many others, but last ordered longer ago than most. Whether"],
        ),
        (  # one with a rhythm tells nothing of the others
            lambda: words.slipping(replace(scored({"At risk": (3, 10.0)}), repeat_share=0.04), POUNDS),
            "few",
            ["3 customers ordered more often than many others, but last ordered longer ago than most."],
        ),
        (
            lambda: words.slipping(ranked({"Champions": (60, 10.0)}), POUNDS),
            "neutral",
            ["No customer who ordered more"],
        ),
    ],
}


class TestRfmWords(WordChecks):
    module, cases = words, CASES
    never_few = ("basis",)
    counted = ("basis", "concentration", "slipping")


@pytest.mark.parametrize("result", [scored(FIFTY), ranked(FIFTY)])
def test_without_spend_nothing_is_said_of_money(result: rfm.Rfm) -> None:
    rf = without_spend(result)
    told = [words.overview(rf, POUNDS), words.slipping(rf, POUNDS), words.concentration(rf)]
    for statement in told:
        for said in sentences_of(statement):
            assert not re.search("£|[Ss]pen[dt]", said), said


def test_with_orders_and_amounts_the_basis_goes_without_saying() -> None:
    assert words.basis(scored(FIFTY), buyers(50, from_list=False)).text == ""
