"""The narrators of buying habits, at their branches."""

from helpers.story.loyalty import triggers_words as words
from tests.story.loyalty.habit_samples import ALL, POTS, PROMOTED, SPRING, WINTER, habits
from tests.story.word_checks import POUNDS, Case, WordChecks

CASES: dict[str, list[Case]] = {
    "season": [
        (
            lambda: words.season(habits(SPRING), POUNDS),
            "neutral",
            [
                "200 customers (25% of those who order often enough) buy almost only in one season, from February to "
                "May. They brought £10k, 10% of spend.",
                "in the weeks before February, and spare them offers after May.",
            ],
        ),
        (
            lambda: words.season(habits(*ALL), POUNDS),
            "neutral",
            ["280 customers (35%", "in one season, 200 of them from February to May.", "£14k, 14% of spend"],
        ),
        (
            lambda: words.season(habits(WINTER, money=False), POUNDS),
            "neutral",
            ["in one season, in December.", "before December, and spare them offers after December."],
        ),
        (lambda: words.season(habits(("season", "March", 1)), POUNDS), "neutral", ["1 customer (<1%", "enough) buys"]),
        (lambda: words.season(habits(), POUNDS), "neutral", ["No group of customers keeps to a season of its own."]),
        (lambda: words.season(habits(busiest_share=0.494), POUNDS), "neutral", ["No group"]),
        (
            lambda: words.season(habits(busiest_share=0.496), POUNDS),
            "neutral",
            ["The trade itself is seasonal: 50% of it falls in March to May, and no group of customers differs."],
        ),
        (lambda: words.season(habits(busiest_share=0.6, tested=(0, 0, 0)), POUNDS), "neutral", ["itself is seasonal"]),
        (
            lambda: words.season(habits(months=23), POUNDS),
            "few",
            ["The orders cover 23 months: who buys in one season"],
        ),
        (lambda: words.season(habits(months=0), POUNDS), "few", ["There are no orders, so no habits are known."]),
        (lambda: words.season(habits(months=1), POUNDS), "few", ["cover 1 month:"]),
        (lambda: words.season(habits(months=24), POUNDS), "neutral", ["No group"]),
        (lambda: words.season(habits(tested=(0, 49, 0)), POUNDS), "few", ["49 customers ordered often enough to show"]),
        (lambda: words.season(habits(tested=(0, 50, 0)), POUNDS), "neutral", ["No group"]),
    ],
    "promotion": [
        (
            lambda: words.promotion(habits(PROMOTED), POUNDS),
            "neutral",
            [
                "90 customers (10% of those who order often enough) buy almost only on promotion, as 8% of all orders "
                "are. They brought £4,500, 4% of spend.",
                "Offer half of them something new at full price",
            ],
        ),
        (
            lambda: words.promotion(habits(("promotion", "discount", 90), promotion_from="discount"), POUNDS),
            "neutral",
            ["buy almost only at a discount, as 8%"],
        ),
        (lambda: words.promotion(habits(PROMOTED, money=False), POUNDS), "neutral", ["as 8% of all orders are. Offer"]),
        (
            lambda: words.promotion(habits(), POUNDS),
            "neutral",
            ["Of all orders 8% came on promotion, and no customer buys on promotion more often than chance explains."],
        ),
        (lambda: words.promotion(habits(months=0), POUNDS), "few", ["There are no orders"]),
        (lambda: words.promotion(habits(promotion_from=""), POUNDS), "few", ["do not show which were on promotion"]),
        (lambda: words.promotion(habits(tested=(49, 0, 0)), POUNDS), "few", ["to show who buys on promotion, which"]),
        (lambda: words.promotion(habits(tested=(50, 0, 0)), POUNDS), "neutral", ["Of all orders"]),
    ],
    "category": [
        (
            lambda: words.category(habits(*ALL), POUNDS),
            "neutral",
            [
                "100 customers (10% of those who order often enough) put 50% of their choices or more into one "
                "category, most often “Pots” (60). They brought £5,000, 5% of spend.",
                "Show them what is new in their category first",
            ],
        ),
        (lambda: words.category(habits(POTS, money=False), POUNDS), "neutral", ["“Pots” (60). Show"]),
        (lambda: words.category(habits(), POUNDS), "neutral", ["No customer prefers one category by more than chance"]),
        (lambda: words.category(habits(months=0), POUNDS), "few", ["There are no orders"]),
        (lambda: words.category(habits(categories=False), POUNDS), "few", ["The orders do not show categories"]),
        (lambda: words.category(habits(tested=(0, 0, 49)), POUNDS), "few", ["to show who prefers a category, which"]),
        (lambda: words.category(habits(tested=(0, 0, 1)), POUNDS), "few", ["1 customer ordered"]),
    ],
}


class TestTriggersWords(WordChecks):
    module, cases = words, CASES
    counted = ("season", "promotion", "category")


def test_promotion_buyers_are_on_the_cover_where_they_weigh() -> None:
    weighty = words.promotion(habits(("promotion", "promotion", 90)), POUNDS)
    assert weighty.headline is False
    assert words.promotion(habits(("promotion", "promotion", 91)), POUNDS).headline is True
    assert words.promotion(habits(PROMOTED, money=False), POUNDS).headline is False


def test_findings_are_short() -> None:
    for cases in CASES.values():
        for tell, _, _ in cases:
            statement = tell()
            assert len(statement.action.split()) <= 20
            assert all(len(said.split()) <= 25 for said in statement.text.split(". "))
