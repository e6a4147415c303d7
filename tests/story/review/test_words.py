"""The narrators of the review, at their branches."""

from helpers.analysis.review.advice import Advice
from helpers.story.review import words
from tests.story.review.samples import (
    ACTIVE,
    CALM,
    CAME,
    COUNTED,
    DORMANT,
    FELL,
    FEW_SCORE,
    HIT,
    JUNE,
    KEPT,
    NO_PERIODS,
    RETENTION,
    ROSE,
    SAME_SPREAD,
    SLEEP,
    SPEND,
    STEADY,
    THIN,
    UNCLEAR,
    WENT,
    advice,
    definitions,
    drift,
    kpis,
    market,
    moves,
    opinions,
)
from tests.story.word_checks import POUNDS, Case, WordChecks

QUIET = (kpis(UNCLEAR), moves(STEADY), opinions(), market(CALM))
NOTHING = (kpis(), moves(), opinions(FEW_SCORE), market(THIN))
CASES: dict[str, list[Case]] = {
    "answer": [
        (
            lambda: words.answer(kpis({}), moves(DORMANT, ACTIVE), opinions({}), market({}, HIT), JUNE, 92),
            "bad",
            [
                "Since 30 June 2026 four things have changed: churn of customers rose, the NPS fell, sales of "
                "“Florist” fell and the group “dormant” grew.",
                "Begin with churn of customers: ask those who serve these customers what happened.",
            ],
        ),
        (
            lambda: words.answer(QUIET[0], moves(DORMANT, ACTIVE), QUIET[2], QUIET[3], JUNE, 92),
            "bad",
            ["one thing has changed: the group “dormant” grew."],
        ),
        (
            lambda: words.answer(kpis(RETENTION), moves(ACTIVE), opinions(ROSE), QUIET[3], JUNE, 92),
            "neutral",
            ["three things have changed: retention of customers rose, the NPS rose and the group “active” shrank."],
        ),
        (
            lambda: words.answer(
                QUIET[0], moves(ACTIVE, definition="shifted", shifted_share=0.4), *QUIET[2:], JUNE, 92
            ),
            "unclear",
            ["nothing has changed by more than chance explains"],
        ),
        (lambda: words.answer(*QUIET, JUNE, 92), "unclear", ["Since 30 June 2026 nothing has changed"]),
        (lambda: words.answer(*NOTHING, JUNE, 92), "few", ["nothing can be compared"]),
        *[
            (lambda i=i: words.answer(*NOTHING[:i], QUIET[i], *NOTHING[i + 1 :], JUNE, 92), "unclear", ["has changed"])
            for i in (0, 1, 3)
        ],
        (lambda: words.answer(*QUIET, None, 0), "few", ["This is the first report of this client"]),
    ],
    "figures": [
        (
            lambda: words.figures(kpis({}, UNCLEAR), POUNDS),
            "bad",
            [
                "Churn of customers rose to 21% since the last report, more than chance explains.",
                "Find out what lies behind churn of customers",
            ],
        ),
        (lambda: words.figures(kpis(RETENTION), POUNDS), "good", ["Retention of customers rose to 58%"]),
        (lambda: words.figures(kpis(FELL), POUNDS), "bad", ["Retention of customers fell to 42%"]),
        (
            lambda: words.figures(kpis(SPEND), POUNDS),
            "bad",
            ["Spend a year per customer of “Champions” fell to £7,000"],
        ),
        (lambda: words.figures(kpis({"now": 0.1704}), POUNDS), "bad", ["rose slightly, to 17%"]),
        (lambda: words.figures(kpis(UNCLEAR, UNCLEAR), POUNDS), "unclear", ["Of 2 figures judged none has moved"]),
        (lambda: words.figures(kpis(UNCLEAR), POUNDS), "unclear", ["The one figure judged has not moved"]),
        (lambda: words.figures(kpis(COUNTED), POUNDS), "few", ["No figure of the two reports can be judged"]),
        (lambda: words.figures(kpis(), POUNDS), "few", ["no earlier figures"]),
    ],
    "not_judged": [
        (
            lambda: words.not_judged(kpis({}, COUNTED, COUNTED, COUNTED | {"verdict": "season"})),
            "neutral",
            ["3 of 4 figures are not judged: 2 only counted and 1 of another season."],
        ),
        (lambda: words.not_judged(kpis(COUNTED)), "neutral", ["1 of 1 figure is not judged: 1 only counted."]),
        (lambda: words.not_judged(kpis({})), "neutral", []),
    ],
    "moved": [
        (
            lambda: words.moved(moves(DORMANT, flows=[WENT, CAME, KEPT])),
            "bad",
            ["94 customers have become dormant since; 11 have come back.", "the shorter the wait"],
        ),
        (lambda: words.moved(moves(DORMANT, flows=[WENT])), "bad", ["dormant since; none has come back."]),
        (
            lambda: words.moved(moves(DORMANT, flows=[WENT | {"customers": 1}, CAME])),
            "good",
            ["1 customer has become dormant since; 11 have come back."],
        ),
        (
            lambda: words.moved(moves(ACTIVE, flows=[KEPT], segmentation="rfm")),
            "neutral",
            ["Of 1,407 customers in both reports 307 have moved between value segments."],
        ),
        (
            lambda: words.moved(moves(DORMANT, flows=[WENT | {"customers": 9}], moved=1)),
            "unclear",
            ["1 has moved between lifecycle groups"],
        ),
        (
            lambda: words.moved(moves(ACTIVE, reason="the rules of the segments differ")),
            "few",
            ["Moves are not shown: the rules of the segments differ."],
        ),
        (lambda: words.moved(moves()), "few", ["nobody to follow"]),
    ],
    "sizes": [
        (
            lambda: words.sizes(moves(DORMANT, ACTIVE)),
            "neutral",
            ["The group “active” shrank most, by 155 customers to 435."],
        ),
        (lambda: words.sizes(moves(STEADY, STEADY)), "unclear", ["Of 2 segments none grew or shrank"]),
        (lambda: words.sizes(moves(STEADY)), "unclear", ["The one segment compared did not"]),
        (lambda: words.sizes(moves()), "few", [""]),
    ],
    "limits": [
        (
            lambda: words.limits(
                definitions(
                    ("rfm", "shifted", "limits moved", 0.385),
                    ("lifecycle", "shifted", "thresholds have moved within what the data leave open", float("nan")),
                    ("clusters", "other", "the groups were formed anew and differ", float("nan")),
                )
            ),
            "neutral",
            [
                "Of value segments, 38% of customers would score differently by the earlier limits; lifecycle groups: ",
                "behavioural segments: the groups were formed anew and differ.",
            ],
        ),
        (
            lambda: words.limits(definitions(("rfm", "renamed", "", 0.0))),
            "neutral",
            ["Value segments have new names for the same rules."],
        ),
        (lambda: words.limits(definitions(("rfm", "same", "", 0.0))), "neutral", []),
    ],
    "same": [
        (
            lambda: words.same(moves(DORMANT, ACTIVE)),
            "neutral",
            ["One of 2 segments holds largely other customers", "Make new lists of these segments"],
        ),
        (lambda: words.same(moves(DORMANT, STEADY)), "good", ["All of 2 segments hold largely the same customers"]),
        (lambda: words.same(moves(ACTIVE)), "neutral", ["No segment kept most of its members"]),
        (lambda: words.same(moves()), "few", ["No segment can be looked up"]),
    ],
    "drifted": [
        (
            lambda: words.drifted(drift({}, SAME_SPREAD)),
            "neutral",
            ["The spread of customers by days since last order has clearly changed (index 0.48)."],
        ),
        (
            lambda: words.drifted(drift({"psi": 0.15, "verdict": "some change"}, {"column": "spend", "psi": 0.2})),
            "neutral",
            ["by spend has clearly changed (index 0.20), and so has one more."],
        ),
        (lambda: words.drifted(drift(SAME_SPREAD)), "good", ["In 1 measure customers are spread as before"]),
        (lambda: words.drifted(drift({"verdict": "few"})), "few", ["No measure of customers can be compared"]),
        (lambda: words.drifted(drift()), "few", ["No measure"]),
    ],
    "advised": [
        (
            lambda: words.advised(advice(("Lost", "merge", ""), ("Gone", "merge", ""), ("A", "watch", ""))),
            "neutral",
            ["“Lost” and “Gone” are too small, now as before.", "Merge them"],
        ),
        (lambda: words.advised(advice(("Lost", "merge", ""))), "neutral", ["“Lost” is too small", "Merge it"]),
        (
            lambda: words.advised(advice(*[(name, "watch", "") for name in "ABCDE"])),
            "neutral",
            ["Watch “A”, “B”, “C” and two more; the table says why."],
        ),
        (lambda: words.advised(advice(("A", "split", ""))), "neutral", ["Split “A”; the table says why."]),
        (lambda: words.advised(Advice(advice().segments, compared=False)), "few", ["No segment can be judged"]),
        (lambda: words.advised(advice()), "good", ["Every segment is large enough"]),
    ],
}


class TestReviewWords(WordChecks):
    module, cases = words, CASES
    never_few = ("not_judged", "limits")
    not_for_the_cover = ("figures",)  # the answer tells it there
    counted = ("not_judged", "limits", "same", "drifted", "advised")
    limits = ("2026",)  # the year of the earlier report


def test_findings_are_short() -> None:
    for cases in CASES.values():
        for tell, _, _ in cases:
            statement = tell()
            assert len(statement.action.split()) <= 20
            assert len(statement.text.split()) <= 25 or statement.aside


def test_without_an_earlier_report_every_section_but_the_first_leaves() -> None:
    told = [words.figures(kpis(), POUNDS), words.moved(moves()), words.sizes(moves()), words.same(moves())]
    told += [words.advised(Advice(advice().segments, compared=False))]
    assert {one.needs for one in [*told, words.drifted(drift())]} == {words.EARLIER}
    assert market(periods=NO_PERIODS).periods.needs == words.EARLIER
    assert SLEEP


def test_the_first_report_has_no_advice_by_two_reports() -> None:
    assert words.advised(Advice(advice().segments, compared=False)).needs == words.EARLIER
