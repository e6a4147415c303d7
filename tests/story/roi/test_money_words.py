"""The narrators of what a programme must earn and would gain, and of where a budget should go."""

from dataclasses import replace

import pandas as pd
import pytest

from helpers.analysis.roi.cash import explain_gain, project_cash
from helpers.analysis.roi.returns import break_even
from helpers.analysis.roi.simulate import simulate_programme
from helpers.story import fmt
from helpers.story.roi import money_words as words
from helpers.story.statement import Statement
from tests.story.roi.cases import FREE, LOSES, NO_CASES, PAYS, UNCLEAR, budget, case, outlook, programme
from tests.story.samples import scored
from tests.story.word_checks import POUNDS, Case, WordChecks

SEGMENTS = scored({"Champions": (650, 25_000.0), "Lost": (600, 480.0), "New customers": (2, 91.0)}).segments


def cash(*cases: dict, money: fmt.Money = POUNDS, **terms: float) -> Statement:
    planned = programme(*cases, **terms)
    return words.cash(planned, project_cash(planned), simulate_programme(planned, draws=2_000), money)


def gain(*cases: dict, **terms: float) -> Statement:
    planned = programme(*cases, **terms)
    return words.net_gain(planned, explain_gain(project_cash(planned)), POUNDS)


PLAN = case("Plan", 1_000, 6_000, 6_000, basis="planned", evidence="none")
NOTHING = outlook(FREE)
ALIKE = pd.DataFrame({"input": ["lift", "margin"], "swing": [2_000.2, 1_999.9]})
MAIL, CALL = ("Lost", "E-mail", 1.0, 3.0), ("Champions", "Call", 2.0, 4.0)

CASES: dict[str, list[Case]] = {
    "break_even": [
        (lambda: words.break_even(break_even(SEGMENTS, 0, 0.5), 0.5, POUNDS), "few", ["cannot be worked out"]),
        (
            lambda: words.break_even(break_even(SEGMENTS.head(1), 10, 0.5), 0.5, POUNDS),
            "few",
            ["A programme pays for itself once each customer contacted spends £20 more."],
        ),
        (
            lambda: words.break_even(break_even(SEGMENTS, 10, 0.5), 0.5, POUNDS),
            "neutral",
            ["spends £20 more.", "Start with “Champions”, who need to change least, and hold a random tenth"],
        ),
        (
            lambda: words.break_even(break_even(SEGMENTS.assign(average_spend=480.0), 10, 0.5), 0.5, POUNDS),
            "unclear",
            ["No segment has a lower hurdle"],
        ),
    ],
    "cash": [
        (lambda: cash(FREE), "few", []),
        # A year of 3,500 of margin less 1,000, and 500 before it: 2,000 without discounting.
        (
            lambda: cash(PAYS, monthly=0.0, rate=0.0),
            "good",
            [
                "Repeating what paid, at its size, would gain £2,000 over 12 months, in today's money.",
                "It pays for itself by month 3.",
            ],
        ),
        (lambda: cash(PAYS, one_off=0.0, months=1), "good", ["over 1 month, in today's money."]),
        (lambda: cash(UNCLEAR, one_off=0.0), "unclear", ["Repeating what was tested, at its size, would gain"]),
        (
            lambda: cash(LOSES, monthly=0.0, rate=0.0),
            "bad",
            ["Repeating what was tested, at its size, would lose £1,250 over 12 months", "Do not run it as it stands."],
        ),
        (lambda: cash(PLAN, monthly=0.0, rate=0.0), "unclear", ["The plan, if it holds, would gain £1,500"]),
        (lambda: cash(PAYS, one_off=2_500, monthly=0.0, rate=0.0), "unclear", ["would just cover its cost over 12"]),
    ],
    "next_budget": [
        (lambda: words.next_budget(budget(), POUNDS), "few", ["No action was tested with its cost known"]),
        (
            lambda: words.next_budget(budget(MAIL, CALL, amount=29.0), POUNDS),
            "good",
            ["A budget of £29 should earn most in “Lost”: £3 of margin beyond each pound spent.", "Use “E-mail” there"],
        ),
        # 100 for 300 and 200 for 400: 700 for 300.
        (
            lambda: words.next_budget(budget(MAIL, CALL), POUNDS),
            "good",
            ["The next £1,000 should earn most in “Lost” and “Champions”: £2.33", "the action that the table names"],
        ),
        (
            lambda: words.next_budget(budget(("All customers", "E-mail", 1.0, 3.0)), POUNDS),
            "good",
            ["The next £1,000 should earn most with “E-mail”: £3 of", "Hold a random tenth of customers out again."],
        ),
        (lambda: words.next_budget(budget(MAIL, error=9.0), POUNDS), "unclear", ["should earn most in “Lost”"]),
        (
            lambda: words.next_budget(budget(*[(f"S{i}", "E-mail", 1.0, 3.0) for i in range(5)]), POUNDS),
            "good",
            ["in “S0”, “S1” and three more: £3"],
        ),
        (
            lambda: words.next_budget(budget(("Lost", "E-mail", 1.0, -0.5)), POUNDS),
            "bad",
            ["In no segment is a contact expected to earn back its cost.", "Spend nothing on these actions."],
        ),
        (
            lambda: words.next_budget(budget(("Lost", "Visit", 90.0, 100.0), amount=50.0), POUNDS),
            "few",
            ["A budget of £50 does not pay for one contact."],
        ),
    ],
    "budget_assumptions": [
        (lambda: words.budget_assumptions(budget(), POUNDS), "few", []),
        (
            lambda: words.budget_assumptions(budget(MAIL), POUNDS),
            "neutral",
            ["nobody is contacted twice", "part in it."],
        ),
        (
            lambda: words.budget_assumptions(budget(MAIL, amount=500.0), POUNDS),
            "neutral",
            ["£400 of the budget has nothing left to earn."],
        ),
    ],
    "what_matters": [
        (lambda: words.what_matters(NOTHING, POUNDS), "few", ["no programme whose gain"]),
        (
            lambda: words.what_matters(outlook(UNCLEAR), POUNDS),
            "neutral",
            ["Most depends on the lift per customer: it moves the net gain by", "Test with larger groups"],
        ),
        (
            lambda: words.what_matters(outlook(PLAN), POUNDS),
            "neutral",
            ["Most depends on the lift", "nobody has measured"],
        ),
        (
            lambda: words.what_matters(outlook(case("Call", 1_000, 7_000, 7_000)), POUNDS),
            "neutral",
            ["Most depends on how long the lift lasts", "Follow the next campaign's customers for longer"],
        ),
        (
            lambda: words.what_matters(replace(NOTHING, tornado=ALIKE), POUNDS),
            "unclear",
            ["No input stands out"],
        ),
    ],
    "scenarios": [
        (lambda: words.scenarios(NOTHING, POUNDS), "few", ["no programme to draw scenarios for"]),
        (lambda: words.scenarios(outlook(PLAN), POUNDS), "unclear", ["Nothing of the plan was measured"]),
        (
            lambda: words.scenarios(outlook(PAYS), POUNDS),
            "good",
            ["Even in the pessimistic case the programme gains £"],
        ),
        (lambda: words.scenarios(outlook(LOSES), POUNDS), "bad", ["Even in the optimistic case the programme loses £"]),
        (
            lambda: words.scenarios(outlook(UNCLEAR), POUNDS),
            "unclear",
            ["either way: the chance that the programme pays"],
        ),
    ],
    "net_gain": [
        (lambda: gain(FREE), "few", ["no programme whose revenue"]),
        (
            lambda: gain(PAYS, monthly=0.0, rate=0.0),
            "neutral",
            ["Of £7,000 of extra revenue £2,000 is left as net gain; cost of goods takes the largest part."],
        ),
        (
            lambda: gain(LOSES),
            "neutral",
            ["Of £500 of extra revenue nothing is left as net gain; cost of contacts takes"],
        ),
        (
            lambda: gain(case("Call", 1_000, -900, 100)),
            "unclear",
            ["no extra revenue, so all that is spent on it is lost"],
        ),
    ],
}


class TestMoneyWords(WordChecks):
    module, cases = words, CASES
    counted = ("budget_assumptions",)
    not_for_the_cover = ("scenarios",)


@pytest.mark.parametrize("headline", [True, False])
def test_the_hurdle_is_the_answer_where_nothing_was_measured(headline: bool) -> None:
    assert NO_CASES.by_segment.empty
    told = words.break_even(break_even(SEGMENTS, 10, 0.5), 0.5, POUNDS, headline=headline)
    assert told.headline == headline


def test_findings_are_short() -> None:
    for cases in CASES.values():
        for tell, _, _ in cases:
            statement = tell()
            assert len(statement.action.split()) <= 20, statement.action
            assert statement.aside or len(statement.text.split()) <= 25, statement.text


def test_an_input_is_named_with_what_would_narrow_it() -> None:
    assert set(words._NARROW) == set(words.INPUT_NAMES)
    tornado = pd.DataFrame({"input": ["margin", "cost"], "swing": [9.0, 2.0]})
    told = words.what_matters(replace(NOTHING, tornado=tornado), POUNDS)
    assert told.text == "Most depends on the margin: it moves the net gain by £9."
    assert told.action.startswith("Work out the margin")
