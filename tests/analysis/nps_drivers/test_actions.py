"""The lists that close the loop: order, owners, what is asked of whom, and what is at stake."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.analysis.nps_drivers import actions
from helpers.errors import InputError

AS_OF = date(2026, 9, 30)
DUE = {"detractors": 2, "passives": 30, "promoters": 14}
ACCOUNTED = pd.DataFrame({"status": ["to follow up", "too long ago"], "answers": [8, 3]})


def answered(*rows: tuple[str, str, float], **columns: Any) -> pd.DataFrame:
    """Customers with their category and score."""
    frame = pd.DataFrame(rows, columns=["customer_id", "category", "score"])
    given_ = {"account_id": "", "owner": "", "answered_on": pd.Timestamp("2026-09-01")}
    return frame.assign(**(given_ | columns))


def valued(basis: str = "spend", **customers: tuple[float, str | None]) -> pd.DataFrame:
    rows = [(name, value, pd.Timestamp(day) if day else pd.NaT) for name, (value, day) in customers.items()]
    frame = pd.DataFrame(rows, columns=["customer_id", "value", "last_order_on"])
    frame = frame.astype({"customer_id": "str", "value": float, "last_order_on": "datetime64[us]"})
    frame.attrs["basis"] = basis
    return frame


def plan(answers: pd.DataFrame, value: pd.DataFrame, **settings_: Any) -> actions.Actions:
    usual = {"business_model": "b2b", "due_in_days": DUE}
    return actions.plan_actions(answers, ACCOUNTED, value, AS_OF, **(usual | settings_))


ROWS = (("a", "promoters", 9.0), ("b", "detractors", 6.0), ("c", "detractors", 2.0), ("d", "passives", 7.0))


def test_detractors_come_first_the_most_valuable_on_top() -> None:
    made = plan(answered(*ROWS, ("e", "detractors", 5.0)), valued(b=(500, None), c=(20, None), a=(7, None)))
    assert made.answers["customer_id"].tolist() == ["b", "c", "e", "d", "a"]
    assert made.answers["priority"].tolist() == [1, 2, 3, 1, 1]
    assert made.answers["value_at_stake"].tolist() == [500, 20, 0, 0, 7]  # whoever is in no order spent nothing
    assert made.answers["due_in_days"].tolist() == [2, 2, 2, 30, 14]


def test_of_equal_value_the_unhappiest_detractor_and_the_happiest_promoter_come_first() -> None:
    rows = (("a", "detractors", 6.0), ("b", "detractors", 1.0), ("c", "promoters", 9.0), ("d", "promoters", 10.0))
    assert plan(answered(*rows), valued("")).answers["customer_id"].tolist() == ["b", "a", "d", "c"]


def test_of_equal_scores_the_latest_answer_comes_first_and_an_undated_one_last() -> None:
    days = pd.to_datetime(["2026-08-01", "2026-09-01", None]).astype("datetime64[us]")
    rows = [(name, "detractors", 3.0) for name in "abc"]
    assert plan(answered(*rows, answered_on=days), valued("")).answers["customer_id"].tolist() == ["b", "a", "c"]


def test_value_that_nobody_knows_is_blank() -> None:
    made = plan(answered(*ROWS), valued(""))
    assert made.answers["value_at_stake"].isna().all()
    assert made.by_group["value"].isna().all()
    assert made.basis == ""


def test_groups_come_with_their_counts_money_and_owner() -> None:
    made = plan(answered(*ROWS), valued(b=(500, None), c=(20, None)))
    rows = made.by_group.set_index("group")
    assert rows["customers"].to_dict() == {"detractors": 2, "passives": 1, "promoters": 1}
    assert rows["value"].to_dict() == {"detractors": 520, "passives": 0, "promoters": 0}
    assert rows["owner"].to_dict() == {
        "detractors": "account manager", "passives": "product team", "promoters": "account manager",
    }  # fmt: skip
    assert made.to_contact == 4


def test_an_account_counts_once_however_many_of_its_people_answered() -> None:
    rows = answered(*ROWS, account_id=["", "A", "A", ""])
    made = plan(rows, valued(A=(900, None), d=(5, None), b=(1, None)), by_account=True)
    assert made.answers.set_index("customer_id")["value_at_stake"].to_dict() == {"b": 900, "c": 900, "d": 5, "a": 0}
    assert made.by_group["value"].tolist() == [900, 5, 0]


def test_the_clients_own_owner_goes_before_the_role() -> None:
    made = plan(answered(*ROWS, owner=["", "Jones", " ", ""]), valued(""), owners=["detractors: service desk"])
    assert made.answers.set_index("customer_id")["owner"].to_dict() == {
        "b": "Jones", "c": "service desk", "d": "product team", "a": "account manager",
    }  # fmt: skip
    assert made.named_owners
    assert not plan(answered(*ROWS), valued("")).named_owners


def test_consumers_are_looked_after_by_customer_service() -> None:
    owners = plan(answered(*ROWS), valued(""), business_model="b2c").by_group["owner"].tolist()
    assert owners == ["customer service", "product team", "marketing"]


def test_the_quarter_that_bought_most_is_asked_to_be_a_reference() -> None:
    rows = [(name, "promoters", 9.0) for name in "abcdefgh"]
    worth = {name: (float(10 * i), None) for i, name in enumerate("abcdefgh")}  # a has bought nothing
    asks = plan(answered(*rows), valued(**worth)).answers.set_index("customer_id")["ask"]
    assert asks[asks == actions.REFERENCE].index.tolist() == ["h", "g"]
    assert set(asks) == {actions.REFERENCE, actions.TESTIMONIAL}
    assert set(plan(answered(*rows), valued("")).answers["ask"]) == {actions.TESTIMONIAL}


def test_consumers_who_bought_of_late_are_asked_for_a_review() -> None:
    rows = [("a", "promoters", 9.0), ("b", "promoters", 9.0), ("c", "promoters", 9.0)]
    value = valued(a=(1, "2026-07-02"), b=(1, "2026-07-01"))  # 90 days ago, and 91
    asks = plan(answered(*rows), value, business_model="b2c").answers.set_index("customer_id")["ask"]
    assert asks.to_dict() == {"a": actions.REVIEW, "b": actions.REFERRAL, "c": actions.REFERRAL}
    unknown = plan(answered(*rows), valued(""), business_model="b2c").answers["ask"]
    assert set(unknown) == {actions.REVIEW}


@pytest.mark.parametrize(
    ("owners", "said"),
    [
        (["detractor: sales"], 'owners has "detractor: sales", which names no owner of a list'),
        (["detractors"], 'owners has "detractors"'),
        (["detractors:"], "each with its owner"),
    ],
)
def test_an_owner_of_no_list_is_refused(owners: list[str], said: str) -> None:
    with pytest.raises(InputError) as error:
        plan(answered(*ROWS), valued(""), owners=owners)
    assert said in str(error.value)
    assert ('Did you mean "detractors: sales"?' in str(error.value)) == (owners == ["detractor: sales"])


def test_a_customer_given_twice_and_a_list_never_due_are_refused() -> None:
    with pytest.raises(InputError, match="more than one answer"):
        plan(answered(ROWS[0], ROWS[0]), valued(""))
    with pytest.raises(InputError, match="no day by which promoters are due"):
        plan(answered(*ROWS), valued(""), due_in_days={"detractors": 1, "passives": 1})


def test_nobody_to_contact_is_a_result_too() -> None:
    made = plan(answered(*ROWS).head(0), valued(a=(1, None)))
    assert made.to_contact == 0
    assert made.by_group["customers"].tolist() == [0, 0, 0]
    assert made.by_group["value"].isna().all()


def test_the_theme_nearest_to_a_comment_is_what_it_is_about() -> None:
    rows = answered(*ROWS, source="f", source_row=[7, 8, 9, 7]).assign(source=["f", "f", "f", "g"])
    comments = pd.DataFrame({"source": ["f", "f", "f"], "source_row": [9, 8, 7]}, index=[4, 5, 6])
    raised = pd.DataFrame({"place": [0, 0, 1], "theme": ["price", "late", "food"], "nearness": [0.2, 0.8, 0.1]})
    made = actions.add_themes(rows, comments, raised)
    assert made["theme"].tolist() == ["", "food", "late", ""]  # the last row is of another file
    assert made.drop(columns="theme").equals(rows)
    assert actions.add_themes(made, comments, raised.head(0))["theme"].tolist() == ["", "", "", ""]
    planned = plan(made, valued("")).answers.set_index("customer_id")["theme"]
    assert planned.to_dict() == {"a": "", "b": "food", "c": "late", "d": ""}
    assert set(plan(rows, valued("")).answers["theme"]) == {""}


@given(
    st.lists(
        st.tuples(st.sampled_from(actions.CATEGORIES), st.integers(0, 10), st.floats(0, 1e6) | st.none()), max_size=20
    )
)
@settings(max_examples=15, deadline=None)
def test_every_answer_has_a_place_and_value_adds_up(given_: list[tuple[str, int, float | None]]) -> None:
    rows = [(f"c{i}", category, float(score)) for i, (category, score, _) in enumerate(given_)]
    worth = {f"c{i}": (value, None) for i, (*_, value) in enumerate(given_) if value is not None}
    made = plan(answered(*rows), valued(**worth))
    assert sorted(made.answers["customer_id"]) == sorted(name for name, *_ in rows)
    assert made.by_group["customers"].sum() == len(rows)
    assert np.nansum(made.by_group["value"]) == pytest.approx(sum(value for value, _ in worth.values()))
    for _, listed in made.answers.groupby("category"):
        assert listed["priority"].tolist() == list(range(1, len(listed) + 1))
        assert listed["value_at_stake"].is_monotonic_decreasing
