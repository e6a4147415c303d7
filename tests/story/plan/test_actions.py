"""Actions in words, and the plan as it is saved."""

import pandas as pd
import pytest

from helpers.analysis.plan.plan import make_plan
from helpers.story.plan.actions import action_text, measure_text, saved_actions, segment_text
from helpers.story.plan.results import ACTIONS
from helpers.story.results import check_result
from helpers.story.units import speak_of
from tests.analysis.plan.samples import everything
from tests.story.plan.samples import CALL, LATE, MATCHED, REPEAT, STOP, plan


def row(told: dict[str, object]) -> dict[object, object]:
    return dict(plan(told).actions.iloc[0])


def test_every_kind_of_action_has_words_of_twenty_at_most() -> None:
    given = make_plan(
        everything() | {"campaign_lift": pd.DataFrame()}, pd.Timestamp("2026-09-30").date(), owners={}, most=12
    )
    kinds = given.actions.to_dict("records")
    assert len(kinds) == 7
    for one in [*kinds, row(REPEAT), row(STOP)]:
        assert 3 <= len(action_text(one).split()) <= 20
        assert measure_text(one).endswith(".")


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (
            LATE,
            "Random test: 10 contacted, 10 held out. Shows a rise in conversion of 125% or more, so only a large one.",
        ),
        (LATE | {"smallest_seen_share": 0.5}, "Shows a rise in conversion of 50% or more."),
        (LATE | {"smallest_seen_share": 0.51}, "of 51% or more, so only a large one."),
        (LATE | {"smallest_seen_share": float("nan")}, "held out. The smallest rise it can show is not known."),
        (
            LATE | {"contacted": 20, "held_out": 0},
            "Too few for a test: how many of those contacted have ordered by the end of the quarter.",
        ),
        (CALL, "Everybody is called, so no test: the score of the called in the next survey."),
        (CALL | {"kind": "call_subscribers"}, "how many of the called still pay at the end of the quarter."),
        (CALL | {"kind": "ask_decision_makers"}, "how many of these accounts have answered by the end of the quarter."),
        (STOP, "Nothing to measure: the cost is saved."),
    ],
)
def test_how_it_is_measured(told: dict[str, object], said: str) -> None:
    assert measure_text(row(told)).endswith(said)


def test_segments_in_a_cell() -> None:
    assert segment_text(row(REPEAT)) == "Champions, Lost (200)"
    assert segment_text(row(REPEAT | {"contacted": 90, "held_out": 10})) == "Champions, Lost (100 of 200)"
    assert segment_text(row(CALL)) == "Detractors (5)"
    assert segment_text(row(MATCHED)) == "As last time (600)"
    assert segment_text(row(STOP)) == "–"


def test_the_saved_plan_is_what_is_declared() -> None:
    for one in (plan(REPEAT, STOP, LATE, CALL), plan()):
        saved = check_result(saved_actions(one), ACTIONS)
        assert list(saved)[:13] == [
            *("id", "segment", "action", "customers", "list", "cost", "expected", "low", "high", "measure"),
            *("owner", "due", "source"),
        ]
        assert not saved[["id", "segment", "action", "list", "measure", "owner", "source"]].isna().any(axis=None)


def test_with_accounts_the_plan_speaks_of_accounts() -> None:
    speak_of("account", "08_plan")
    try:
        assert "accounts drawn at random" in action_text(row(LATE | {"kind": "test"}))
    finally:
        speak_of("customer", "08_plan")
