"""The narrators of the plan, at their branches."""

from typing import ClassVar

import pytest

from helpers.analysis.plan.plan import Plan
from helpers.story.plan import words
from tests.story.plan.samples import CALL, COSTED, LATE, MATCHED, REPEAT, STOP, plan
from tests.story.word_checks import POUNDS, Case, WordChecks

FREE = REPEAT | {"cost": float("nan")}


class TestPlanWords(WordChecks):
    module = words
    counted = ("owners", "missing")
    cases: ClassVar[dict[str, list[Case]]] = {
        "answer": [
            (
                lambda: words.answer(plan(REPEAT, STOP, LATE, CALL), POUNDS),
                "good",
                ["Four actions for next quarter; repeating “Call” should bring £9,000 of margin after costs."],
            ),
            (
                lambda: words.answer(plan(REPEAT, REPEAT | {"id": "b"}), POUNDS),
                "good",
                ["Two actions for next quarter, together expected to bring £18k of margin after costs."],
            ),
            (
                # Weaker evidence is not added to stronger.
                lambda: words.answer(plan(REPEAT, MATCHED), POUNDS),
                "good",
                ["Two actions for next quarter; repeating “Call” should bring £9,000"],
            ),
            (
                lambda: words.answer(plan(MATCHED), POUNDS),
                "good",
                ["One action for next quarter; repeating “Fair” may bring £5,000"],
            ),
            (
                lambda: words.answer(plan(REPEAT), POUNDS),
                "good",
                ["One action for next quarter, expected to bring £9,000 of margin after costs."],
            ),
            (lambda: words.answer(plan(FREE), POUNDS), "good", ["of margin before costs, which are not known."]),
            (
                lambda: words.answer(plan(LATE, CALL), POUNDS),
                "unclear",
                ["Two actions for next quarter; none of the gains was ever measured", "hold a random group out"],
            ),
            (lambda: words.answer(plan(LATE), POUNDS), "unclear", ["One action for next quarter; its gain was never"]),
            (
                lambda: words.answer(plan(STOP), POUNDS),
                "unclear",
                ["One action for next quarter; past campaigns show what not to repeat."],
            ),
            (
                lambda: words.answer(plan(STOP, LATE), POUNDS),
                "unclear",
                ["past campaigns show what not to repeat, and no gain was ever measured."],
            ),
            (lambda: words.answer(plan(), POUNDS), "few", ["Nothing in these data calls for an action yet"]),
        ],
        "gains": [
            (
                lambda: words.gains(plan(REPEAT, LATE, CALL), POUNDS),
                "neutral",
                ["By a random test, repeating “Call” should bring £9,000; what two others would"],
            ),
            (
                lambda: words.gains(plan(MATCHED), POUNDS),
                "neutral",
                ["By a comparison of like with like, not a test, repeating “Fair” should bring £5,000."],
            ),
            (
                lambda: words.gains(plan(STOP, LATE), POUNDS),
                "neutral",
                [
                    "By a random test, dropping “Card” should avoid a loss of £2,000",
                    "what one other would bring is not known.",
                ],
            ),
            (lambda: words.gains(plan(LATE), POUNDS), "unclear", ["What the actions bring is not known"]),
            (lambda: words.gains(plan(), POUNDS), "few", ["no action"]),
        ],
        "measurement": [
            (
                lambda: words.measurement(plan(REPEAT, STOP, LATE, CALL)),
                "neutral",
                ["Two of three actions are run as random tests; the sharpest can show a rise of 46% or more."],
            ),
            (lambda: words.measurement(plan(LATE)), "neutral", ["The action is run as a random test"]),
            (
                lambda: words.measurement(plan(LATE | {"smallest_seen_share": float("nan")}, CALL)),
                "unclear",
                ["One of two actions is run as a random test; how small a rise it can show is not known."],
            ),
            (lambda: words.measurement(plan(CALL)), "unclear", ["No action is run as a test"]),
            (lambda: words.measurement(plan(STOP)), "few", ["no action to measure"]),
        ],
        "owners": [
            (lambda: words.owners(plan(REPEAT, LATE)), "neutral", ["One of two actions has no owner.", "“owners”"]),
            (lambda: words.owners(plan(LATE, LATE | {"id": "b"})), "neutral", ["Neither action has an owner."]),
            (lambda: words.owners(plan(LATE)), "neutral", ["The action has no owner."]),
            (lambda: words.owners(plan(REPEAT)), "good", ["Every action has an owner and a day."]),
            (lambda: words.owners(plan()), "few", ["no action to own"]),
        ],
        "missing": [
            (
                lambda: words.missing(plan(REPEAT, LATE, CALL, left_out=2)),
                "neutral",
                ["Still missing: the cost of a contact for two and a measured gain for two. Two further actions"],
            ),
            (
                lambda: words.missing(plan(LATE, margin=float("nan"))),
                "neutral",
                ["for one, a measured gain for one and the gross margin."],
            ),
            (lambda: words.missing(plan(LATE | COSTED)), "neutral", ["Still missing: a measured gain for one."]),
            (lambda: words.missing(plan(REPEAT, STOP)), "good", ["Costs, margin and gains are known for all actions."]),
            (lambda: words.missing(plan()), "few", ["no plan"]),
        ],
    }


@pytest.mark.parametrize("one", [plan(REPEAT, STOP, LATE, CALL), plan(FREE, LATE), plan(LATE, CALL), plan(LATE)])
def test_what_stands_on_the_cover_is_short(one: Plan) -> None:
    said = words.answer(one, POUNDS)
    assert said.headline
    assert len(said.text.split()) <= 25
    assert len(said.action.split()) <= 20


def test_a_plan_of_nothing_is_a_paragraph_of_its_page_and_not_of_the_cover() -> None:
    said = words.answer(plan(), POUNDS)
    assert (said.headline, said.needs) == (False, "")


def test_only_what_has_no_owner_asks_for_one() -> None:
    named = plan(REPEAT | {"owner": "Ann"}, STOP | {"owner": "Ben"})
    assert words.answer(named, POUNDS).action == "Vote on each action."
    one = plan(REPEAT | {"owner": "Ann"}, STOP | {"owner": ""})
    assert words.answer(one, POUNDS).action == "Vote on each action, and name an owner for those without one."
