"""The list of whom to contact in words: what to do, why, and nothing that a customer wrote."""

from dataclasses import replace

from helpers.story.nps_drivers import action_lists
from helpers.story.nps_drivers.action_results import NPS_ACTIONS
from helpers.story.results import check_result
from tests.story.nps_drivers.action_samples import planned


def test_every_answer_has_an_action_and_a_reason() -> None:
    made = planned(2, 2, 1)
    frame = made.answers.assign(
        worst=["prices", "", "", "", ""], worst_rating=[1.0] + [None] * 4,
        second=["delivery_speed", "", "", "", ""], second_rating=[2.5] + [None] * 4,
        ask_about=["", "", "prices", "", "NPS_app"], ask_rating=[None, None, 3.0, None, 1.0],
        touchpoint=["Web shop", "", "", "", ""], commented=[True, False, True, False, True],
        theme=["", "late delivery", "late delivery", "", "Staff"],
    )  # fmt: skip
    listed = action_lists.in_words(replace(made, answers=frame))
    assert listed["reason"].tolist() == [
        "Scored 3; rated prices 1 and delivery speed 2.5; asked about web shop; left a comment: read it first",
        "Scored 3; wrote about “late delivery”",
        "Scored 7; rated prices 3; wrote about “late delivery”",
        "Scored 7",
        "Scored 9; wrote about “Staff”",  # what a promoter rated low is no reason to invite
    ]
    assert listed["action"].tolist() == [
        action_lists.ASKS["call"], action_lists.ASKS["call"], "Ask what would have to change about prices.",
        action_lists.ASKS["question"], action_lists.ASKS["reference"],
    ]  # fmt: skip
    assert max(len(text.split()) for text in listed["action"]) <= 20
    assert listed["customer_id"].tolist() == made.answers["customer_id"].tolist()


def test_it_is_what_the_page_declares_for_any_client() -> None:
    for made in (planned(2, 2, 1), planned(2, basis="", business_model="b2c"), planned()):
        listed = action_lists.in_words(made)
        assert tuple(listed.columns) == tuple(NPS_ACTIONS.columns)
        assert len(check_result(listed, NPS_ACTIONS)) == made.to_contact
