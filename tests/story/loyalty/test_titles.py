"""What the titles of the charts of loyalty say, and when they say nothing."""

from helpers.story.loyalty import differentiators_charts, titles
from tests.story.loyalty.commitment_samples import SUBSCRIBERS, USUAL, placed
from tests.story.loyalty.differentiator_samples import AGE, CITY, REGION, SIZE, SIZES, attributes
from tests.story.loyalty.habit_samples import PROMOTED, SPRING, habits
from tests.story.title_checks import TitleChecks, ToldTitle

CASES: dict[str, list[ToldTitle]] = {
    "commitment_map": [
        (lambda: titles.commitment_map(placed(USUAL)), "40% of customers are loyal, 10% stay though dissatisfied"),
        (lambda: titles.commitment_map(placed(SUBSCRIBERS)), "40% of customers are loyal, 9% stay though dissatisfied"),
        (lambda: titles.commitment_map(placed({"loyal": 50})), "100% of customers are loyal"),
        (lambda: titles.commitment_map(placed({"loyal": 49})), ""),
    ],
    "levels": [
        (
            lambda: titles.levels(attributes(SIZE, REGION), ["1-9", "250+"]),
            "88% of “250+” are still active, 61% of “1-9”",
        ),
        (
            lambda: titles.levels(attributes(AGE, outcome="subscription"), ["51 to 80", "18 to 35"]),
            "79% of “51 to 80” stay, 66% of “18 to 35”",
        ),
        (lambda: titles.levels(attributes(SIZE), ["1-9", "10-49"]), ""),
        (lambda: titles.levels(attributes(REGION), ["Wales", "Scotland"]), ""),
        (lambda: titles.levels(attributes(CITY), ["Bath", "York"]), ""),
    ],
    "habits": [
        (
            lambda: titles.habits(habits(SPRING, PROMOTED)),
            "25% of those who order often buy almost only in one season",
        ),
        (lambda: titles.habits(habits(PROMOTED)), "10% of those who order often buy almost only on promotion"),
        (
            lambda: titles.habits(habits(("promotion", "discount", 90), promotion_from="discount")),
            "10% of those who order often buy almost only at a discount",
        ),
        (
            lambda: titles.habits(habits(("category", "Pots", 600), SPRING)),
            "60% of those who order often take most from one category",
        ),
        (lambda: titles.habits(habits(("category", "Pots", 250), SPRING)), ""),
        (lambda: titles.habits(habits(PROMOTED, tested=(49, 0, 0))), ""),
        (lambda: titles.habits(habits()), ""),
    ],
}


class TestLoyaltyTitles(TitleChecks):
    module, cases = titles, CASES


def test_a_level_with_a_long_name_leaves_the_topic() -> None:
    long = "x" * 200
    sizes = SIZES.assign(level=SIZES["level"].replace("250+", long))
    chart = differentiators_charts.levels(attributes((*SIZE[:5], long, *SIZE[6:]), retention=sizes))
    assert chart.title == "Customers still active, by company size"
