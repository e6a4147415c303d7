"""The narrators of the lifecycle, at their branches."""

from dataclasses import replace
from math import nan

import pytest

from helpers.story.lifecycle import words
from tests.story.lifecycle.results import CUTS, LIFE, NO_MOVES, cuts, life, moves, rates, staying, trend
from tests.story.word_checks import POUNDS, Case, WordChecks

VISITS = life([20, 100, 60, 20, 120], of_visits=True)
_FEW = moves(0.0, 0.0, 0.0)
STILL = replace(_FEW, moves=_FEW.moves.assign(share=_FEW.moves["share"].where(_FEW.moves["to_status"] != "dormant", 0)))
CASES: dict[str, list[Case]] = {
    "answer": [
        (
            lambda: words.answer(LIFE, POUNDS),
            "bad",
            [
                "150 of 1,000 buyers, with 5% of spend, are late with the next order; 350 are loyal or high-value "
                "and bring 70%"
            ],
        ),
        (
            lambda: words.answer(life([0, 500, 300, 50, 150], [0.0, 50_000, 60_000, 84_000, 6_000]), POUNDS),
            "neutral",
            ["with 3% of spend, are late with the next order. Start with those who ordered most"],
        ),
        (
            lambda: words.answer(life([0, 500, 300, 50, 9], [0.0, 50_000, 60_000, 80_000, 10_000]), POUNDS),
            "neutral",
            ["; 9, with 5% of spend"],
        ),
        (
            lambda: words.answer(VISITS, POUNDS),
            "bad",
            ["120 of 300 visitors are late with the next visit; 80 are loyal or high-value."],
        ),
        (
            lambda: words.answer(life([0, 100, 60, 20, 30], of_visits=True), POUNDS),
            "neutral",
            ["30 are late with the next visit. Start with those who visited most"],
        ),
        (lambda: words.answer(life([0, 50, 1, 0, 30]), POUNDS), "bad", ["next order; hardly anyone is loyal yet."]),
        (lambda: words.answer(life([0, 50, 6, 2, 0]), POUNDS), "good", ["loyal or high-value; nobody is late"]),
        (
            lambda: words.answer(life([0, 50, 1, 0, 1]), POUNDS),
            "good",
            ["One among 52 buyers is loyal yet; one is late"],
        ),
        (
            lambda: words.answer(life([0, 1500, 0, 0, 0], known=False), POUNDS),
            "unclear",
            ["Nobody among 1,500 buyers is loyal yet; who is dormant is not known."],
        ),
        (lambda: words.answer(life([9, 30, 9, 5, 5]), POUNDS), "few", ["With 49 buyers there are too few"]),
        (lambda: words.answer(life([9, 1, 0, 0, 0]), POUNDS), "few", ["With 1 buyer there"]),
    ],
    "stage_basis": [
        (lambda: words.stage_basis(LIFE), "neutral", ["1,000 customers are leads, known but without an order."]),
        (
            lambda: words.stage_basis(life([1, 5, 5, 5, 5]), "The history is short"),
            "neutral",
            ["1 customer is", "is short."],
        ),
        (lambda: words.stage_basis(VISITS), "neutral", ["There are no orders, so", "20 customers are browsers"]),
    ],
    "stage_thresholds": [
        (
            lambda: words.stage_thresholds(CUTS),
            "neutral",
            [
                "After a first order, 58% of customers make another within 102 days; after the 5th, 90% do",
                "the 5th order:",
            ],
        ),
        (lambda: words.stage_thresholds(cuts(low=2, high=5)), "unclear", ["from the 2nd to the 5th order would fit"]),
        (lambda: words.stage_thresholds(cuts(low=2, high=3, loyal=3)), "neutral", ["after the 3rd, 75%"]),
        (
            lambda: words.stage_thresholds(replace(CUTS, next_order=CUTS.next_order.assign(share=0.851))),
            "unclear",
            ["hardly depends on how many came before: after the first 85% make another within 102 days, after the 5th"],
        ),
        (
            lambda: words.stage_thresholds(cuts("set by hand")),
            "neutral",
            ["loyal from the 5th order on, as set for this"],
        ),
        (lambda: words.stage_thresholds(cuts("convention", loyal=3)), "few", ["the 3rd order is used, by convention."]),
        (lambda: words.stage_thresholds(cuts(loyal=22), of_visits=True), "few", ["the 22nd visit is used"]),
        (lambda: words.stage_thresholds(cuts("set by hand", loyal=11)), "neutral", ["the 11th order"]),
        (lambda: words.stage_thresholds(cuts("set by hand", loyal=21)), "neutral", ["the 21st order"]),
    ],
    "rates": [
        (
            lambda: words.rates(rates()),
            "bad",
            [
                "Over the last year, 17% of the customers who were not dormant became so, and 12% of the dormant came",
                "back. Write to customers when an order is overdue",
            ],
        ),
        (
            lambda: words.rates(rates((9, 60), (0, 5))),
            "neutral",
            ["15% of the customers who were not dormant became so, and none of the dormant"],
        ),
        (lambda: words.rates(rates((0, 1000), (0, 9))), "neutral", ["Over the last year, nobody became dormant."]),
        (lambda: words.rates(rates((94, 1000), (5, 9))), "neutral", ["9% of"]),
        (
            lambda: words.rates(replace(rates((94, 1000)), periods=3)),
            "neutral",
            ["Over the last 3 quarters, 9% of"],
        ),
        (lambda: words.rates(rates((10, 100), (5, 9))), "bad", ["10% of"]),
        (lambda: words.rates(rates((20, 1000), (30, 90))), "good", ["33% of the dormant came back"]),
        (lambda: words.rates(replace(rates(), of_visits=True)), "bad", ["a visit is overdue"]),
        (
            lambda: words.rates(rates(None)),
            "neutral",
            ["57% of customers who bought in the 91 days before the last 91 have since come back."],
        ),
        (lambda: words.rates(rates((4, 49))), "neutral", ["57% of customers"]),
        (
            lambda: words.rates(rates(None, kept=(0, 60))),
            "neutral",
            ["Nobody who bought in the 91 days before the last 91 has since come back."],
        ),
        (lambda: words.rates(rates(None, kept=(9, 49))), "few", ["Too few customers bought in the 91 days"]),
    ],
    "cohorts": [
        (
            lambda: words.cohorts(trend(0.4, 0.2, -0.25, -0.15), "month"),
            "bad",
            [
                "Newer customers come back less: 20% bought again in the month after their first, against 40% of those "
                "who came earlier. Compare"
            ],
        ),
        (lambda: words.cohorts(trend(0.2, 0.4, 0.1, 0.3), "month"), "good", ["come back more: 40%"]),
        (
            lambda: words.cohorts(trend(0.2, 0.21, -0.1, 0.1), "year", of_visits=True),
            "unclear",
            ["Of earlier customers 20% visited again in the year after their first, of later ones 21%: no clear"],
        ),
        (lambda: words.cohorts(trend(0.2, 0.202, 0.001, 0.01), "year"), "unclear", ["no clear difference"]),
        (lambda: words.cohorts(trend(0.4, 0.2, -0.25, -0.15), "month", of_visits=True), "bad", ["what they first saw"]),
        (lambda: words.cohorts(trend(nan, nan, nan, nan), "month"), "few", ["too few cohorts"]),
        (lambda: words.cohorts(trend(0.0, 0.0, -0.1, 0.1), "month"), "few", ["Nobody bought again in the month after"]),
        (lambda: words.cohorts(trend(0.4, 0.2, -0.25, -0.15, 49), "month"), "few", ["too few cohorts"]),
    ],
    "stay": [
        (
            lambda: words.stay(staying()),
            "neutral",
            [
                "An estimated 76% of customers are still with us 12 months after their first order. Customers stay",
                "(90%)",
                "(60%)",
            ],
        ),
        (lambda: words.stay(staying(None), of_visits=True), "neutral", ["after their first visit."]),
        (lambda: words.stay(staying(p_value=0.05)), "unclear", ["makes no clear difference"]),
        (lambda: words.stay(staying((0.761, 0.762))), "unclear", ["makes little difference"]),
        (lambda: words.stay(staying(customers=98)), "unclear", ["makes little difference"]),
        (lambda: words.stay(staying(customers=49)), "few", ["Too few customers"]),
        (lambda: words.stay(staying(ended=9)), "few", ["Too few customers"]),
    ],
    "stage_moves": [
        (
            lambda: words.stage_moves(moves(), LIFE),
            "neutral",
            [
                "Each quarter, 8% of those at the stage “Active” fall dormant. The dormant rose from 12% to 18%",
                "they reach 22% in 4",
            ],
        ),
        (
            lambda: words.stage_moves(moves(0.18), LIFE),
            "neutral",
            ["stayed at 18% of all customers, leads among them, in 4 quarters"],
        ),
        (lambda: words.stage_moves(moves(later=0.18), LIFE), "neutral", ["they stay there in 4 quarters more"]),
        (
            lambda: words.stage_moves(moves(later=0.15), LIFE),
            "unclear",
            ["an average quarter's moves would lower that, so where it is heading is not clear."],
        ),
        (lambda: words.stage_moves(STILL, LIFE), "neutral", ["In 4 quarters nobody has fallen dormant"]),
        (lambda: words.stage_moves(NO_MOVES, LIFE), "few", ["The history is too short"]),
        (
            lambda: words.stage_moves(moves(), life([0, 60, 9, 9, 0], known=False)),
            "few",
            ["Nobody can be called late yet"],
        ),
    ],
}


class TestLifecycleWords(WordChecks):
    module, cases = words, CASES
    never_few = ("stage_basis",)
    counted = ("stage_basis", "rates")
    not_for_the_cover = ("rates", "cohorts")  # the answer has who is dormant; small cohorts come and go


HEADLINES = [(n, i, case) for n, cases in CASES.items() for i, case in enumerate(cases)]


@pytest.mark.parametrize("case", [c for *_, c in HEADLINES], ids=[f"{n}-{i}" for n, i, _ in HEADLINES])
def test_what_is_on_the_cover_is_short(case: Case) -> None:
    said = case[0]()
    if said.headline:
        assert len(said.text.split()) <= 25, said.text
    assert len(said.action.split()) <= 20, said.action


def test_newer_customers_are_on_the_cover_where_many_differ_clearly() -> None:
    many = trend(0.4, 0.35, -0.08, -0.02, 600)  # of six cohorts
    assert words.cohorts(many, "month").headline
    assert not words.cohorts(replace(many, customers=599), "month").headline
    assert not words.cohorts(replace(many, late=0.36), "month").headline
    assert words.cohorts(replace(many, late=0.45, low=0.02, high=0.08), "month").headline


def test_nobody_was_dormant_to_come_back() -> None:
    found = rates((94, 1000))
    table = found.table.assign(value=found.table["value"].where(found.table["rate"] != "revival"))
    assert words.rates(replace(found, table=table)).text.endswith("9% of the customers who were not dormant became so.")


def test_figures_for_the_cover() -> None:
    labels = [f.label for f in words.answer(LIFE, POUNDS).figures]
    assert labels == ["Loyal or high-value customers", "Dormant customers"]
    assert [f.value for f in words.rates(rates()).figures] == ["57%"]
    assert [f.label for f in words.answer(life([0, 99, 5, 5, 0], known=False), POUNDS).figures] == [
        "Loyal or high-value customers"
    ]
