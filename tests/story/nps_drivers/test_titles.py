"""What the titles of the charts of the score and its drivers say, and when they say nothing."""

import pandas as pd
import pytest

from helpers.analysis.nps_drivers.drivers import Drivers
from helpers.story.nps_drivers import driver_charts, group_charts, titles
from tests.story.nps_drivers.course_samples import PAIRS, SEGMENTS, cells, course, groups
from tests.story.nps_drivers.depth_samples import (
    DELIVERY,
    NO_CONTRASTS,
    NO_PENALTIES,
    PRICES,
    contrasts,
    gains,
    penalties,
    satisfied,
)
from tests.story.nps_drivers.test_contrast_words import LESS, MORE
from tests.story.nps_drivers.test_driver_words import EVERY, MIXED, ROWS, rated
from tests.story.nps_drivers.test_group_words import LIKE
from tests.story.nps_drivers.test_penalty_words import BASIC, EVEN, EXCITING, UNCLEAR
from tests.story.nps_drivers.test_theme_words import SAME
from tests.story.nps_drivers.theme_samples import LATE, NONE, STAFF, comments
from tests.story.title_checks import TitleChecks, ToldTitle


def answers(detractors: int, passives: int, promoters: int) -> pd.DataFrame:
    counts = [detractors, passives, promoters]
    return pd.DataFrame({"score": [3, 8, 9], "group": ["detractors", "passives", "promoters"], "answers": counts})


def named(first: str) -> Drivers:
    return rated(rows=((first, 0.5, "fix first"), *ROWS[1:]))


def gain(
    *rows: tuple[str, float, float, float],
    rise: float = 0.5,
    shown: int = 9,
    doubtful: tuple[str, ...] = (),
    chance: float = 0.0,
) -> str:
    found = gains(*rows, rise=rise)
    return titles.gain(found, found.drivers.head(shown), doubtful=doubtful, chance=chance, min_answers=50)


CASES: dict[str, list[ToldTitle]] = {
    "score_distribution": [
        (
            lambda: titles.score_distribution(answers(20, 20, 60)),
            "60% of those who answered are promoters, 20% detractors",
        ),
        (lambda: titles.score_distribution(answers(9, 9, 31)), ""),
        (lambda: titles.score_distribution(answers(0, 0, 0)), ""),
    ],
    "course": [
        (lambda: titles.course(course(48, 34, 33), 50), "The score fell from +48 (2021) to +33 (2023)"),
        (lambda: titles.course(course(10, 40), 50), "The score rose from +10 (2021) to +40 (2022)"),
        (
            lambda: titles.course(course(40, 19, 37), 50),
            "The score fell from +40 to +19 and rose again to +37",
        ),
        (
            lambda: titles.course(course(20, 50, 35), 50),
            "The score rose from +20 to +50 and fell again to +35",
        ),
        (lambda: titles.course(course(33, 33), 50), ""),
        (lambda: titles.course(course(33.1, 33.4, n=4_000_000), 50), ""),
        (lambda: titles.course(course(40), 50), ""),
    ],
    "sentiment": [
        (
            lambda: titles.sentiment(groups(rfm_segment=SEGMENTS)),
            "The score is +62 among “Champions”, −25 among “Lost”",
        ),
        (
            lambda: titles.sentiment(groups(region={"Wales": (20, 20, 60), "A": LIKE, "B": LIKE, "C": LIKE})),
            "The score is −40 among “Wales”, +11 among all others",
        ),
        (lambda: titles.sentiment(groups(x={"(unknown)": (100, 100, 200), "Champions": (300, 50, 50)})), ""),
        (lambda: titles.sentiment(groups(x={"Lost": (100, 50, 90), "Champions": (110, 50, 90)})), ""),
        (lambda: titles.sentiment(groups(x={"Lost": (40, 5, 4)})), ""),
        (lambda: titles.sentiment(groups()), ""),
    ],
    "heat": [
        (lambda: titles.heat(cells(**PAIRS)), "“Lost” at “Web”: score −53, all other answers +44"),
        (lambda: titles.heat(cells(Shop={"a": (60, 30, 30), "b": (60, 30, 30)})), ""),
        (lambda: titles.heat(cells()), ""),
    ],
    "importance": [
        (
            lambda: titles.importance(rated()),
            "Scores go most with delivery reliability: 50% of what the ratings explain",
        ),
        (lambda: titles.importance(rated(ranks=MIXED)), ""),
        (lambda: titles.importance(rated(0.014)), ""),
        (lambda: titles.importance(rated(0.4, ROWS[:1])), ""),
        (lambda: titles.importance(rated(answers=49)), ""),
    ],
    "matrix": [
        (lambda: titles.matrix(rated()), "Important, yet rated below average: delivery reliability"),
        (
            lambda: titles.matrix(rated(0.4, [(n, i, "fix first") for n, i, _ in ROWS[:2]])),
            "Important, yet rated below average: delivery reliability and NPS app",
        ),
        (lambda: titles.matrix(rated(0.4, ROWS[1:])), "No important rating is below the average rating"),
        (lambda: titles.matrix(rated(clear=["unclear", "clear", "clear"], ranks=EVERY)), ""),
        (lambda: titles.matrix(rated(answers=49)), ""),
    ],
    "themes": [
        (
            lambda: titles.themes(comments(LATE, STAFF), 8),
            "Comments on “late delivery, courier” score −17, all other comments +22",
        ),
        (lambda: titles.themes(comments(STAFF, LATE), 1), ""),
        (lambda: titles.themes(comments(STAFF, SAME), 8), ""),
        (lambda: titles.themes(NONE, 8), ""),
    ],
    "gain": [
        (
            lambda: gain((DELIVERY, 14, 13, 15), (PRICES, 8, 7, 9)),
            "Half a point more on delivery reliability would go with +14 points of NPS",
        ),
        (
            lambda: gain((DELIVERY, 1, 0.8, 1.2), rise=1),
            "One point more on delivery reliability would go with +1 point of NPS",
        ),
        (
            lambda: gain(("trust", 15, 14, 16), (DELIVERY, 14, 13, 15), doubtful=("trust",)),
            "Half a point more on delivery reliability would go with +14 points of NPS",
        ),
        (lambda: gain((DELIVERY, 2, -1, 5), (PRICES, 4, 3, 5), shown=1), ""),
        (lambda: gain((DELIVERY, 14, 13, 15), chance=0.2), ""),
        (lambda: gain((DELIVERY, 1, 0.3, 1.7)), ""),
    ],
    "satisfied": [
        (
            lambda: titles.satisfied(satisfied((DELIVERY, 0.3, 0.25, 0.35), (PRICES, 0.1, 0.05, 0.15))),
            "A high overall satisfaction goes most closely with delivery reliability",
        ),
        (lambda: titles.satisfied(satisfied((DELIVERY, 0.22, 0.15, 0.29), (PRICES, 0.18, 0.1, 0.26))), ""),
        (lambda: titles.satisfied(satisfied((DELIVERY, 0.4, 0.3, 0.5))), ""),
        (lambda: titles.satisfied(satisfied()), ""),
    ],
    "contrast": [
        (
            lambda: titles.contrast(penalties(BASIC, EVEN)),
            "A low rating of delivery reliability costs 1.2 points of score",
        ),
        (lambda: titles.contrast(penalties(EXCITING)), "A high rating of prices brings 0.9 points of score"),
        (
            lambda: titles.contrast(penalties(EVEN)),
            "A low rating of support costs 0.5 points, a high one adds 0.5",
        ),
        (lambda: titles.contrast(penalties(UNCLEAR, EVEN)), ""),
        (lambda: titles.contrast(penalties(UNCLEAR)), ""),
        (lambda: titles.contrast(NO_PENALTIES), ""),
    ],
    "slopes": [
        (
            lambda: titles.slopes(contrasts(MORE, LESS)),
            "A point of delivery reliability goes with 1.10 of score for “250+”, 0.40 elsewhere",
        ),
        (
            lambda: titles.slopes(contrasts(LESS)),
            "A point of prices goes with 0.10 of score for “North”, 0.50 elsewhere",
        ),
        (lambda: titles.slopes(contrasts((*MORE[:5], False), LESS)), ""),
        (lambda: titles.slopes(contrasts(("region", "North", DELIVERY, 0.501, 0.499, True))), ""),
        (lambda: titles.slopes(NO_CONTRASTS), ""),
    ],
}


class TestNpsTitles(TitleChecks):
    module, cases = titles, CASES


@pytest.mark.parametrize("name", ["x" * 200, "how satisfied were you with each of the many things we asked you about"])
def test_a_question_for_a_name_leaves_the_topic(name: str) -> None:
    drivers = named(name)
    drivers = Drivers(
        drivers.drivers.assign(importance_low=0.1, importance_high=0.6), 0.4, 0.35, 0.45, answers=500, asked=3
    )
    assert driver_charts.importance(drivers).title == "How much goes with each rating"
    segments = {name: (300, 50, 50), "Lost": (100, 100, 200)}
    assert group_charts.sentiment(groups(region=segments)).title == "How groups answer, by region"
