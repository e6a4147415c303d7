"""The narrators of movement and of the test of scores, at their branches."""

from dataclasses import replace
from math import nan

from helpers.analysis.rfm.holdout import Holdout, no_holdout
from helpers.analysis.rfm.movement import Movement, no_movement
from helpers.story.rfm import movement_words as words
from tests.story.samples import HOLDOUT, MOVES
from tests.story.word_checks import POUNDS, Case, WordChecks


def netted(*net: int, new: int = 0, months: int = 6) -> Movement:
    """Nobody's rhythm is known; segments gained so many customers on balance."""
    by_segment = MOVES.by_segment.assign(net=net)
    unknown = dict.fromkeys(["became_late", "became_late_before", "became_late_now", "came_back"], nan)
    return replace(MOVES, by_segment=by_segment, new=new, months=months, **unknown)


def foretelling(area: float, low: float, **changes: object) -> Holdout:
    return replace(HOLDOUT, auc=area, auc_low=low, **changes)


CASES: dict[str, list[Case]] = {
    "moved": [
        (lambda: words.moved(no_movement(), POUNDS), "few", ["too short"]),
        (
            lambda: words.moved(MOVES, POUNDS),
            "neutral",
            [
                "Over the past 6 months 90 customers became late: they spent £300k in the period before, ",
                "before, £20k since. 12 came back.",
                "Start with those who became late last",
            ],
        ),
        (
            lambda: words.moved(replace(MOVES, became_late_now=300_000.0, came_back=0.0, months=1), POUNDS),
            "neutral",
            ["Over the past month 90 customers became late. Start"],
        ),
        (lambda: words.moved(replace(MOVES, with_spend=False), POUNDS), "neutral", ["became late. 12 came back."]),
        (
            lambda: words.moved(replace(MOVES, became_late=9.0), POUNDS),
            "neutral",
            ["“Champions” has grown by 90 customers on balance, to 980; 180 customers are new."],
        ),
        (lambda: words.moved(replace(MOVES, became_late=10.0), POUNDS), "neutral", ["10 customers became late"]),
        (
            lambda: words.moved(netted(10, -9, new=1), POUNDS),
            "neutral",
            ["has grown by 10", "to 980; 1 customer is new."],
        ),
        (
            lambda: words.moved(netted(9, -30), POUNDS),
            "neutral",
            ["“At risk” has shrunk by 30 customers on balance, to 520."],
        ),
        (lambda: words.moved(netted(9, -9), POUNDS), "unclear", ["no segment has grown or shrunk by ten customers"]),
    ],
    "foretold": [
        (lambda: words.foretold(no_holdout()), "few", ["too short"]),
        (
            lambda: words.foretold(HOLDOUT),
            "good",
            [
                "Scores of 6 months ago predicted orders well: of the 890 customers scored best, 90% have",
                "; of the 430 scored worst, 10%.",
            ],
        ),
        (lambda: words.foretold(foretelling(0.795, 0.7)), "good", ["orders well"]),
        (lambda: words.foretold(foretelling(0.794, 0.7)), "good", ["orders fairly"]),
        (lambda: words.foretold(foretelling(0.7, 0.6)), "good", ["orders fairly"]),
        (lambda: words.foretold(foretelling(0.69, 0.6)), "good", ["orders weakly"]),
        (lambda: words.foretold(foretelling(0.56, 0.506)), "good", ["orders weakly"]),
        (
            lambda: words.foretold(foretelling(0.56, 0.504)),
            "unclear",
            ["did not predict orders", "not to choose whom"],
        ),
        (
            lambda: words.foretold(foretelling(0.9, 0.8, customers=99, ordered=50)),
            "few",
            ["Of 99 customers", "50 have ordered"],
        ),
        (lambda: words.foretold(foretelling(0.9, 0.8, customers=100, ordered=80)), "good", ["well"]),
        (
            lambda: words.foretold(foretelling(0.9, 0.8, customers=100, ordered=81)),
            "few",
            ["81 have ordered since: too"],
        ),
        (lambda: words.foretold(foretelling(0.9, 0.8, ordered=19)), "few", ["19 have ordered since"]),
        (
            lambda: words.foretold(foretelling(nan, nan, ordered=1_320)),
            "few",
            ["All 1,320 customers scored 6 months ago"],
        ),
        (
            lambda: words.foretold(foretelling(nan, nan, ordered=0, months=1)),
            "few",
            ["Not one of 1,320", "1 month ago has ordered"],
        ),
    ],
}


class TestMovementWords(WordChecks):
    module, cases = words, CASES
