"""The narrators of opinion, promised actions and the market, at their branches."""

from math import nan

from helpers.story.review import since_words as words
from tests.story.review.samples import (
    CALM,
    FEW_SCORE,
    HIT,
    MEASURED,
    NO_PERIODS,
    NORTH,
    ROSE,
    STEADY_DRIVER,
    THIN,
    UNKNOWN,
    WAITING,
    actions,
    market,
    opinions,
)
from tests.story.word_checks import POUNDS, Case, WordChecks

DONE = {"status": "done"}
CASES: dict[str, list[Case]] = {
    "promises": [
        (
            lambda: words.promises(actions({}, MEASURED, WAITING)),
            "bad",
            [
                "Of three promised actions one is on record as carried out; one is past the date with nothing",
                "Ask the owners of what is overdue",
            ],
        ),
        (
            lambda: words.promises(actions(MEASURED, DONE)),
            "good",
            ["Of two promised actions two are on record as carried out."],
        ),
        (
            lambda: words.promises(actions(WAITING, DONE)),
            "neutral",
            ["one is on record as carried out; one is not yet due."],
        ),
        (
            lambda: words.promises(actions(UNKNOWN, WAITING)),
            "unclear",
            ["Of two promised actions none is on record as carried out; of the rest nothing is known."],
        ),
        (lambda: words.promises(actions()), "few", ["promised no actions"]),
    ],
    "listed": [
        (
            lambda: words.listed(actions({}, MEASURED), POUNDS),
            "neutral",
            ["Customers listed for “Win back” have changed by £80 more a head than others; this does not show why."],
        ),
        (
            lambda: words.listed(
                actions({"difference": -2.0, "difference_low": -3.0, "difference_high": -1.0}, basis="orders"), POUNDS
            ),
            "neutral",
            ["changed by 2.0 fewer orders a head"],
        ),
        (lambda: words.listed(actions({"difference_low": -1.0}), POUNDS), "unclear", ["have not changed"]),
        (lambda: words.listed(actions({"before": 99.0}), POUNDS), "unclear", ["their changes do not compare"]),
        (lambda: words.listed(actions({"before": 401.0}), POUNDS), "unclear", ["their changes do not compare"]),
        (lambda: words.listed(actions({"others_before": 0.0}), POUNDS), "unclear", ["their changes do not compare"]),
        (lambda: words.listed(actions({"before": 400.0}), POUNDS), "neutral", ["£80 more a head"]),
        (lambda: words.listed(actions({"difference": nan}), POUNDS), "few", ["No list of the earlier report"]),
    ],
    "score": [
        (
            lambda: words.score(opinions({}, NORTH)),
            "bad",
            ["The 412 answers since have an NPS of +22, below the +31 of those before.", "latest detractors"],
        ),
        (lambda: words.score(opinions(ROSE)), "good", ["an NPS of +40, above the +31 of those before."]),
        (
            lambda: words.score(opinions({"verdict": "unclear"}, replaced=True, since=300)),
            "unclear",
            ["This report's survey has an NPS of +22, not clearly different from the +31 of the earlier one."],
        ),
        (lambda: words.score(opinions({"nps_since": 31.4})), "unclear", ["not clearly different"]),
        (lambda: words.score(opinions(FEW_SCORE, since=0)), "few", ["No answer has come since."]),
        (lambda: words.score(opinions(FEW_SCORE, since=9)), "few", ["Only 9 answers came since."]),
        (lambda: words.score(opinions()), "few", ["do not have a score"]),
    ],
    "drivers": [
        (
            lambda: words.drivers(opinions(drivers=[{}, STEADY_DRIVER])),
            "bad",
            ["Ratings of delivery reliability fell since the last report.", "Begin with delivery reliability"],
        ),
        (
            lambda: words.drivers(opinions(drivers=[{"performance_verdict": "rose"}])),
            "good",
            ["Ratings of delivery reliability rose"],
        ),
        (
            lambda: words.drivers(opinions(drivers=[STEADY_DRIVER | {"importance_verdict": "fell"}])),
            "neutral",
            ["Prices goes with the score less than last time."],
        ),
        (
            lambda: words.drivers(opinions(drivers=[STEADY_DRIVER | {"importance_verdict": "rose"}])),
            "neutral",
            ["with the score more"],
        ),
        (lambda: words.drivers(opinions(drivers=[STEADY_DRIVER])), "unclear", ["Of 1 driver none is rated"]),
        (lambda: words.drivers(opinions(drivers=[{}], since=0)), "few", ["are those of the earlier report"]),
        (lambda: words.drivers(opinions()), "few", ["Drivers cannot be compared"]),
    ],
    "market": [
        (
            lambda: words.market(market({}, HIT, CALM)),
            "bad",
            ["“Florist” was hit most: sales per customer fell 30% short of what is usual, and more than elsewhere."],
        ),
        (lambda: words.market(market({}, HIT | {"measure": "bought"})), "bad", ["the share who bought fell 30% short"]),
        (lambda: words.market(market({}, CALM)), "unclear", ["No segment was hit more than the rest"]),
        (lambda: words.market(market(THIN)), "few", ["too few customers"]),
        (lambda: words.market(market(periods=NO_PERIODS)), "few", ["There is no earlier report."]),
    ],
    "market_whole": [
        (
            lambda: words.market_whole(market({}, HIT)),
            "neutral",
            ["Over all customers sales per customer were 9% above what is usual for the season."],
        ),
        (
            lambda: words.market_whole(market({"measure": "bought", "change": -0.05, "verdict": "fell"})),
            "neutral",
            ["the share who bought was 5% below"],
        ),
        (
            lambda: words.market_whole(market({"verdict": "unclear"})),
            "unclear",
            ["Sales per customer stayed at what is usual"],
        ),
        (lambda: words.market_whole(market({"change": 0.001})), "unclear", ["stayed at what is usual"]),
        (lambda: words.market_whole(market()), "neutral", []),
    ],
}


class TestSinceWords(WordChecks):
    module, cases = words, CASES
    never_few = ("market_whole",)


def test_findings_are_short() -> None:
    for cases in CASES.values():
        for tell, _, _ in cases:
            statement = tell()
            assert len(statement.action.split()) <= 20
            assert len(statement.text.split()) <= 25
