"""The narrators of value segments, at their branches."""

import re
from dataclasses import replace
from math import nan

import pandas as pd
import pytest

from helpers.analysis import rfm
from helpers.analysis.rhythm import Rhythm
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
    unknown = result.segments.assign(**dict.fromkeys([c for c in result.segments if "late" in c], nan))
    return replace(result, segments=unknown, with_rhythm=False, why="unknown")


def nobody_late(why: str, **changes: object) -> rfm.Rfm:
    result = scored(FIFTY)
    on_time = result.segments.assign(**dict.fromkeys([c for c in result.segments if "late" in c], 0.0))
    return replace(result, segments=on_time, why=why, **changes)


def rhythm(known_of_all: bool = True) -> Rhythm:
    return Rhythm(pd.DataFrame(), pd.DataFrame(), 30.0, True, known_of_all)


def cut(recency: float, orders: float, metric: str = "order_count", alike: str = "") -> rfm.Rfm:
    """The best scores begin there; `alike`: all customers have one value of it."""
    frame = pd.DataFrame(
        {
            "metric": ["recency_days"] * 2 + [metric] * 2,
            "score": [5, 1] * 2,
            "low": [0, recency + 1, orders, 1],
            "high": [recency, 900, 99, orders - 1],
            "customers": 9,
        }
    )
    frame = frame[(frame["metric"] != alike) | (frame["score"] == 5)]
    return replace(scored(FIFTY), cuts=frame)


def without_spend(result: rfm.Rfm, orders: dict[str, float] | None = None) -> rfm.Rfm:
    """The same customers where no amount is known; `orders` a customer, by segment."""
    unknown = result.segments.assign(**dict.fromkeys([c for c in result.segments if "spend" in c], nan))
    if orders:
        each = unknown["rfm_segment"].map(orders)
        placed = each * unknown["customers"]
        unknown = unknown.assign(average_orders=each, order_share=placed / placed.sum())
    return replace(result, segments=unknown, concentration=result.concentration.head(0), with_spend=False)


def buyers(n: int, from_list: bool = True, never_bought: int = 0, not_known: int = 0, before_window: int = 0) -> Buyers:
    return Buyers(pd.DataFrame({"customer_id": range(n)}), from_list, never_bought, not_known, before_window)


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
            lambda: words.basis(scored(FIFTY), buyers(50, from_list=False, before_window=1)),
            "neutral",
            ["Left out: 1 customer whose last order is older than the months looked at."],
        ),
        (
            lambda: words.basis(ranked(FIFTY), buyers(50)),
            "neutral",
            ["the customer list gives the last order, the number of orders and the spend of 50 customers. "],
        ),
        (
            lambda: words.basis(without_spend(ranked(FIFTY)), buyers(50, never_bought=1, not_known=7)),
            "neutral",
            [
                "the last order and the number of orders of 50 customers. It does not say what they spent, so",
                "Left out: 1 customer without an order and 7 customers with a missing figure.",
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
            ["60% of all orders: no segment clearly"],
        ),
        (
            lambda: words.overview(replace(without_spend(scored(FIFTY)), repeat_share=0.036), POUNDS),
            "neutral",
            ["Only 4% of 50 buyers have ordered twice, so segments mostly show when customers came. Work on"],
        ),
        (
            lambda: words.overview(replace(without_spend(scored(FIFTY)), repeat_share=0.0), POUNDS),
            "neutral",
            ["Not one of 50 buyers has ordered twice"],
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
            ["60% of spend: no segment clearly"],
        ),
        (  # not the one with most spend, if it is most of the customers too
            lambda: words.overview(scored({"Everyone else": (79, 9.0), "Gold": (21, 21.0)}), POUNDS),
            "neutral",
            ["“Gold” holds 21% of 100 buyers and has brought 38% of spend, £21 a customer."],
        ),
        (lambda: words.overview(scored({"Lost": (49, 10.0)}), POUNDS), "few", ["Only 49 customers bought"]),
        (lambda: words.overview(scored({"Lost": (1, 10.0)}), POUNDS), "few", ["Only 1 customer bought"]),
        (lambda: words.overview(scored({"Lost": (90, 0.0)}), POUNDS), "few", ["Spend adds up to nothing"]),
    ],
    "concentration": [
        (
            lambda: words.concentration(concentrated(0.0951)),
            "neutral",
            ["hundredth (34 customers) 10%", "would be felt", "one person responsible"],
        ),
        (lambda: words.concentration(concentrated(0.0949)), "neutral", ["9%. No handful of customers carries"]),
        (
            lambda: words.concentration(concentrated(0.2, 100)),
            "neutral",
            ["hundredth (1 customer) 20%. Losing this one"],
        ),
        (
            lambda: words.concentration(concentrated(0.2, 5_000)),
            "neutral",
            ["(50 customers)", "one person responsible"],
        ),
        (
            lambda: words.concentration(concentrated(0.2, 5_100)),
            "neutral",
            ["Losing them", "Look at these customers every"],
        ),
        (lambda: words.concentration(concentrated(0.2, 99)), "few", ["With 99 buyers we cannot say"]),
        (lambda: words.concentration(scored({"Lost": (200, 0.0)})), "few", ["adds up to nothing"]),
        (lambda: words.concentration(without_spend(scored(FIFTY))), "few", ["is not known"]),
    ],
    "slipping": [
        (
            lambda: words.slipping(nobody_late("size"), POUNDS),
            "good",
            ["No regular customer is late with the next order."],
        ),
        (lambda: words.slipping(scored({"Lost": (1, 9.0)}), POUNDS), "few", ["1 regular customer is late", "too few"]),
        (
            lambda: words.slipping(scored({"Lost": (9, 9.0)}), POUNDS),
            "few",
            ["9 regular customers are late", "too few"],
        ),
        (
            lambda: words.slipping(late_among(50, 1000), POUNDS),
            "bad",
            ["50 customers with three orders or more are late", "; they have spent £500, 5% of all spend."],
        ),
        (
            lambda: words.slipping(late_among(44, 1000), POUNDS),
            "neutral",
            ["£440, 4% of all spend. Approach the biggest"],
        ),
        (lambda: words.slipping(scored({"At risk": (40, 0.0)}), POUNDS), "neutral", ["they have spent £0."]),
        (
            lambda: words.slipping(without_spend(scored({"At risk": (40, 0.0)})), POUNDS),
            "neutral",
            ["are late with the next one. Approach those with most orders"],
        ),
        (lambda: words.slipping(ranked(FIFTY), POUNDS), "neutral", ["We cannot tell whether anyone is late"]),
    ],
    "naming": [
        (lambda: words.naming(ranked(FIFTY), rhythm()), "few", ["We cannot tell", "call nobody lost"]),
        (
            lambda: words.naming(replace(ranked(FIFTY), why="own"), rhythm()),
            "few",
            ["50 buyers fall into 2 segments."],
        ),
        (
            lambda: words.naming(nobody_late("on time", cuts=cut(27, 9).cuts.assign(high=27.0)), rhythm()),
            "neutral",
            ["Everyone has ordered within 27 days and nobody is late: recency does not separate", "orders and spend"],
        ),
        (
            lambda: words.naming(
                without_spend(nobody_late("on time", cuts=cut(27, 9).cuts.assign(high=1.0))), rhythm()
            ),
            "neutral",
            ["within 1 day and", "segments follow orders."],
        ),
        (lambda: words.naming(nobody_late("size"), rhythm()), "neutral", ["Nobody is late, judged by the usual time"]),
        (
            lambda: words.naming(nobody_late("size"), rhythm(False)),
            "neutral",
            ["too few orders cannot be judged yet"],
        ),
        (lambda: words.naming(scored({"Lost": (1, 9.0)}), rhythm()), "neutral", ["1 is late by their own"]),
        (lambda: words.naming(scored(FIFTY), rhythm(False)), "neutral", ["50 are late", "cannot be judged"]),
    ],
    "scales": [
        (
            lambda: words.scales(cut(25, 18)),
            "neutral",
            ["a last order at most 25 days ago for recency, and 18 orders or more for frequency"],
        ),
        (lambda: words.scales(cut(0, 1)), "neutral", ["a last order on the last day for recency, and 1 order or more"]),
        (
            lambda: words.scales(cut(1, 2.5, "orders_per_year")),
            "neutral",
            ["at most 1 day ago", "2.5 orders a year or"],
        ),
        (
            lambda: words.scales(cut(9, 2, alike="order_count")),
            "few",
            ["alike in the number of orders, which does not"],
        ),
        (
            lambda: words.scales(replace(scored(FIFTY), cuts=cut(9, 2).cuts.drop_duplicates("metric"))),
            "few",
            ["alike in the day of the last order and the number of orders, which do not part them"],
        ),
    ],
}


def late_among(late: int, all_customers: int) -> rfm.Rfm:
    """So many of all are late, with three orders or more; everyone has spent ten."""
    result = scored({"Champions": (all_customers - late, 10.0), "At risk": (late, 10.0)})
    only = {
        c: result.segments[c].where(result.segments["rfm_segment"] == "At risk", 0.0)
        for c in result.segments
        if "late" in c
    }
    return replace(result, segments=result.segments.assign(**only))


class TestRfmWords(WordChecks):
    module, cases = words, CASES
    never_few = ("basis",)
    counted = ("basis", "concentration", "slipping", "naming", "scales")
    not_for_the_cover = ("slipping",)  # the lifecycle's answer has all who are late


@pytest.mark.parametrize("result", [scored(FIFTY), ranked(FIFTY)])
def test_without_spend_nothing_is_said_of_money(result: rfm.Rfm) -> None:
    rf = without_spend(result)
    told = [words.overview(rf, POUNDS), words.slipping(rf, POUNDS), words.concentration(rf)]
    for statement in told:
        for said in sentences_of(statement):
            assert not re.search("£|[Ss]pen[dt]", said), said


def test_with_orders_and_amounts_the_basis_goes_without_saying() -> None:
    assert words.basis(scored(FIFTY), buyers(50, from_list=False)).text == ""


@pytest.mark.parametrize("cases", CASES.values(), ids=CASES)
def test_sentences_are_short_and_so_are_actions(cases: list[Case]) -> None:
    for tell, _, _ in cases:
        statement = tell()
        assert len(statement.action.split()) <= 20
        assert not statement.headline or len(statement.text.split()) <= 25
        for sentence in re.split(r"(?<=[.:]) ", statement.text):
            assert len(sentence.split()) <= 25, sentence
