"""The narrators of test planning, at their branches."""

from typing import ClassVar

from helpers.story.campaigns import planning_words as words
from tests.story.campaigns.planning_samples import BLANK, SPEND, UNKNOWN, known, pairs, plan
from tests.story.word_checks import Case, WordChecks


class TestPlanningWords(WordChecks):
    module = words
    cases: ClassVar[dict[str, list[Case]]] = {
        "past_tests": [
            (
                lambda: words.past_tests(pairs(0.5, 0.9, 1.37, 2.0, BLANK), plan(known()), "spend"),
                "unclear",
                [
                    "Not one of 5 pairs of segment and campaign could show a 20% rise in spend;",
                    "114% or more",
                ],
            ),
            (
                lambda: words.past_tests(pairs(0.2, 0.9), plan(known()), "spend"),
                "unclear",
                ["One of 2 pairs of segment and campaign could show", "55% or more"],
            ),
            (
                lambda: words.past_tests(pairs(0.1, 0.2, 0.9), plan(known()), "spend"),
                "unclear",
                ["Two of 3 pairs of segment and campaign could show"],
            ),
            (
                lambda: words.past_tests(pairs(0.9), plan(known()), "spend"),
                "unclear",
                ["The one pair of segment and campaign could not show a 20% rise"],
            ),
            (
                lambda: words.past_tests(pairs(BLANK, BLANK), plan(known()), "spend"),
                "unclear",
                ["Not one of 2 pairs of segment and campaign could show a 20% rise in spend."],
            ),
            (
                lambda: words.past_tests(pairs(0.1, 0.2), plan(known()), "spend"),
                "good",
                ["All 2 pairs of segment and campaign could show a 20% rise in spend."],
            ),
            (
                lambda: words.past_tests(pairs(0.1, metric="visit"), plan(known()), "spend"),
                "good",
                ["The one pair of segment and campaign could show a 20% rise in visit."],
            ),
            (lambda: words.past_tests(pairs(), plan(known()), "spend"), "few", ["No past campaign held customers out"]),
        ],
        "next_test": [
            (
                lambda: words.next_test(plan(known(), known(**SPEND))),
                "good",
                ["To show a 20% rise in spend, a test takes 3,5", "customers an arm; there are 20,000."],
            ),
            (
                lambda: words.next_test(plan(known())),
                "good",
                ["rise in conversion, a test takes 8,158 customers an arm"],
            ),
            (
                lambda: words.next_test(plan(known(customers=15_316))),
                "unclear",
                ["with new customers coming in, that is 365 days or more.", "Begin now"],
            ),
            (
                lambda: words.next_test(plan(known(customers=2_000), known("Lost", 50_000))),
                "unclear",
                ["a test takes 8,158 customers an arm; all 2,000 together show", "Test something bolder"],
            ),
            (
                lambda: words.next_test(plan(known(customers=20))),
                "unclear",
                ["a test takes 8,158 customers an arm"],
            ),
            (lambda: words.next_test(plan(known(**UNKNOWN))), "few", ["We cannot tell how large"]),
            (lambda: words.next_test(plan()), "few", ["We cannot tell how large"]),
        ],
        "tests_by_segment": [
            (
                lambda: words.tests_by_segment(plan(known(), known("Champions", 16_316), known("Lost", 900))),
                "neutral",
                ["One of 2 segments is large enough for a test of its own: “Champions”.", "Test “Champions” first"],
            ),
            (
                lambda: words.tests_by_segment(plan(known("Champions", 16_316), known("Lost", 90_000))),
                "neutral",
                ["Both segments are large enough for tests of their own; the largest is “Lost”."],
            ),
            (
                lambda: words.tests_by_segment(plan(known("Champions", 2_000), known("Lost", 900))),
                "unclear",
                ["No segment is large enough to show a 20% rise by itself; “Champions” comes nearest"],
            ),
            (
                lambda: words.tests_by_segment(plan(known("Lost", 900))),
                "unclear",
                ["The one segment is too small to show a 20% rise by itself; “Lost” comes nearest"],
            ),
            (lambda: words.tests_by_segment(plan(known())), "few", ["No segment has enough customers"]),
            (lambda: words.tests_by_segment(plan(known("Lost", **UNKNOWN))), "few", ["No segment has enough"]),
        ],
    }


def test_findings_and_actions_are_short() -> None:
    for one in (plan(known()), plan(known(customers=15_316)), plan(known(customers=2_000))):
        said = words.next_test(one)
        assert not said.headline  # the plan has the place there
        assert len(said.text.split()) <= 25
        assert len(said.action.split()) <= 20
