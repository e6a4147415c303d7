"""The narrators of whom to contact next, at their branches."""

from typing import ClassVar

from helpers.story.campaigns import uplift_words as words
from tests.story.campaigns.uplift_samples import BEST, LEAST, NOTHING, RATE, UNCLEAR, score, segment, uplift
from tests.story.word_checks import POUNDS, Case, WordChecks


class TestUpliftWords(WordChecks):
    module = words
    cases: ClassVar[dict[str, list[Case]]] = {
        "whom_next": [
            (
                lambda: words.whom_next(uplift(), "spend", POUNDS),
                "good",
                ["Ranked by what was known before", "80% of the extra spend of “Mail”.", "best-ranked half first"],
            ),
            (
                lambda: words.whom_next(uplift(scores=[score(ordering="segment")], half=1.2), "spend", POUNDS),
                "good",
                ["Ranked by segment", "half brings all of the extra spend"],
            ),
            (
                # A clear ordering by visits goes before an unclear one by revenue.
                lambda: words.whom_next(uplift(scores=[score(**UNCLEAR), score(**RATE)]), "spend", POUNDS),
                "good",
                ["80% of the extra visit of “Mail”."],
            ),
            (
                lambda: words.whom_next(uplift(scores=[score(**UNCLEAR)] * 2), "spend", POUNDS),
                "unclear",
                ["Not one of two orderings of customers beats chance", "a larger test may tell more"],
            ),
            (
                lambda: words.whom_next(uplift(scores=[score(**UNCLEAR)]), "spend", POUNDS),
                "unclear",
                ["The one ordering of customers does not beat chance"],
            ),
            (
                lambda: words.whom_next(uplift(scores=[score(low=0.001)]), "spend", POUNDS),  # printed as zero
                "unclear",
                ["does not beat chance"],
            ),
            (
                lambda: words.whom_next(uplift(scores=[score(lift=-1.0)]), "spend", POUNDS),
                "unclear",
                ["nobody to contact first"],
            ),
            (
                lambda: words.whom_next(uplift(segment("All customers", 2.0), scores=[]), "spend", POUNDS),
                "few",
                ["nothing is known of customers from before the campaigns"],
            ),
            (lambda: words.whom_next(NOTHING, "spend", POUNDS), "few", ["no campaign held out enough"]),
        ],
        "who_responds": [
            (
                lambda: words.who_responds(uplift(BEST, LEAST), "spend", POUNDS),
                "neutral",
                ["“Mail” changes spend most surely for “Champions”: +£20 a customer, against +£1 for “Lost”."],
            ),
            (
                # The greatest is less sure than the second, the smallest may be more than the last but one.
                lambda: words.who_responds(
                    uplift(segment("Few", 25.0, shrunk_low=1.0), BEST, LEAST, segment("Tiny", 0.5, shrunk_high=9.0)),
                    "spend",
                    POUNDS,
                ),
                "neutral",
                ["for “Champions”: +£20 a customer, against +£1 for “Lost”.", "Begin with “Champions”"],
            ),
            (
                lambda: words.who_responds(
                    uplift(
                        segment("Champions", 0.2, metric="visit"),
                        segment("Lost", -0.05, metric="visit"),
                        segment("Lost", 0.0, campaign="Autumn", metric="visit", p_alike=0.9),
                    ),
                    "spend",
                    POUNDS,
                ),
                "neutral",
                ["“Mail” in “Spring” changes visit most surely for “Champions”: +20.0 per 100 customers, against −5.0"],
            ),
            (
                lambda: words.who_responds(
                    uplift(BEST | {"p_alike": 0.05}, LEAST | {"p_alike": 0.05}), "spend", POUNDS
                ),
                "unclear",
                ["No segment clearly responds more than another"],
            ),
            (
                # Two arms: the p-value counts twice.
                lambda: words.who_responds(
                    uplift(*(r | {"arm": a, "p_alike": 0.03} for a in ("Mail", "Call") for r in (BEST, LEAST))),
                    "spend",
                    POUNDS,
                ),
                "unclear",
                ["No segment clearly responds"],
            ),
            (lambda: words.who_responds(NOTHING, "spend", POUNDS), "few", ["No two segments"]),
            (
                lambda: words.who_responds(
                    uplift(segment("All customers", 2.0, p_alike=float("nan"))), "spend", POUNDS
                ),
                "few",
                ["No two segments"],
            ),
        ],
    }


def test_findings_and_actions_are_short() -> None:
    said = words.whom_next(uplift(scores=[score(campaign="a"), score(campaign="b", **UNCLEAR)]), "spend", POUNDS)
    assert not said.headline  # the plan has the place there
    assert len(said.text.split()) <= 25
    assert len(said.action.split()) <= 20
