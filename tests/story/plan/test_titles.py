"""What the title of the plan's chart says, and when it says nothing."""

from typing import Any

from helpers.story.plan import charts, titles
from tests.story.plan.samples import MATCHED, REPEAT, STOP, plan
from tests.story.title_checks import TitleChecks, ToldTitle
from tests.story.word_checks import POUNDS


def gains(row: dict[str, Any]) -> str:
    return titles.gains(plan(row).actions.to_dict("records")[0], POUNDS)


CASES: dict[str, list[ToldTitle]] = {
    "gains": [
        (lambda: gains(REPEAT), "Repeating “Call” should bring £9,000"),
        (lambda: gains(MATCHED), "Repeating “Fair” may bring £5,000"),
        (lambda: gains(STOP), "Dropping “Card” should avoid a loss of £2,000"),
        (lambda: gains(REPEAT | {"low": -1.0}), ""),
        (lambda: gains(REPEAT | {"low": 0.001}), ""),
    ],
}


class TestPlanTitles(TitleChecks):
    module, cases = titles, CASES


def test_a_campaign_with_a_long_name_leaves_the_topic() -> None:
    assert charts.gains(plan(REPEAT | {"arm": "x" * 200}), POUNDS).title == "What the measured actions should bring"
