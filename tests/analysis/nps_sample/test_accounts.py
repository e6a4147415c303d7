"""The score by account, role and revenue, and which accounts are silent."""

from math import isnan

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.analysis.nps_sample.accounts import Accounts, measure_accounts, read_roles
from helpers.errors import InputError

WEIGHTS = {"C-level": 4, "decision maker": 3, "influencer": 2, "end user": 1}
# account, role, answers, people, promoters, detractors
ANSWERS = pd.DataFrame(
    [
        ("A", "Director", 2, 1, 2, 0),
        ("A", "User", 4, 3, 1, 2),
        ("B", "User", 3, 2, 3, 0),
        ("C", "Director", 1, 1, 0, 1),
        ("D", "Gardener", 2, 1, 0, 2),
    ],
    columns=["account_id", "role", "answers", "people", "promoters", "detractors"],
)
CONTACTS = pd.DataFrame(
    [
        ("A", "Director", 1),
        ("A", "User", 3),
        ("B", "Director", 1),
        ("B", "User", 2),
        ("C", "Director", 1),
        ("D", "Gardener", 1),
        ("E", "User", 5),
    ],
    columns=["account_id", "role", "contacts"],
)
SPEND = pd.DataFrame({"account_id": ["A", "B", "C", "E"], "spend": [600.0, 300.0, 50.0, 50.0]})


def measure(
    answers: pd.DataFrame = ANSWERS, spend: pd.DataFrame = SPEND, weights: dict[str, float] | None = None
) -> Accounts:
    return measure_accounts(answers, CONTACTS, spend, WEIGHTS if weights is None else weights, 7)


def single(column: str) -> np.ndarray:
    """One value an answer: its score, its account or its role's weight."""
    rows = []
    for r in ANSWERS.itertuples():
        y = [1.0] * r.promoters + [-1.0] * r.detractors + [0.0] * (r.answers - r.promoters - r.detractors)
        w = {"Director": 3.0, "User": 1.0, "Gardener": 1.0}[str(r.role)]
        rows += [{"y": value, "account": r.account_id, "w": w} for value in y]
    return pd.DataFrame(rows)[column].to_numpy()


def test_four_ways_to_count() -> None:
    views = measure().views.set_index("view")
    assert views.index.tolist() == ["all answers", "account average", "by role", "by revenue"]
    # 6 promoters, 5 detractors, 12 answers; accounts' means 1/6, 1, -1, -1; roles' weights 3 * 2 - 1 + 3 - 3 - 2 of 18.
    assert views["nps"].tolist() == pytest.approx([100 / 12, -500 / 24, 300 / 18, 100 * (100 + 300 - 50) / 950])
    assert views["answers"].tolist() == [12, 12, 12, 10], "an account without revenue has no part in that view"
    assert views["accounts"].tolist() == [4, 4, 4, 3]
    assert views["change"].tolist() == pytest.approx((views["nps"] - 100 / 12).tolist())
    assert views.loc["all answers", ["change_low", "change_high"]].tolist() == [0, 0]


def test_intervals_take_accounts_as_drawn() -> None:
    """As statsmodels' least squares on a constant, with errors clustered by account."""
    views = measure().views.set_index("view")
    y, accounts, w = single("y"), single("account"), single("w")
    groups = {"groups": pd.factorize(accounts)[0]}
    by_view = {
        "all answers": sm.OLS(y, np.ones(12)).fit(cov_type="cluster", cov_kwds=groups, use_t=True),
        "by role": sm.WLS(y, np.ones(12), weights=w).fit(cov_type="cluster", cov_kwds=groups, use_t=True),
        "account average": sm.OLS(np.array([1 / 6, 1, -1, -1]), np.ones(4)).fit(),
    }
    for view, fit in by_view.items():
        low, high = 100 * fit.conf_int()[0]
        assert views.loc[view, "nps"] == pytest.approx(100 * fit.params[0])
        assert (views.loc[view, "nps_low"], views.loc[view, "nps_high"]) == pytest.approx(
            (max(low, -100), min(high, 100))
        )
    plain = sm.OLS(y, np.ones(12)).fit()
    effect = (by_view["all answers"].bse[0] / plain.bse[0]) ** 2
    assert views.loc["all answers", "design_effect"] == pytest.approx(effect)


def test_which_accounts_were_heard_from_and_through_whom() -> None:
    found = measure()
    assert (found.known, found.answered, found.answers, found.unplaced) == (5, 4, 12, 7)
    assert found.spend_share == pytest.approx(0.95)
    rows = found.heard.set_index("account_id")
    assert rows.index.tolist() == ["A", "B", "C", "E", "D"]
    assert rows["silent"].to_dict() == {"A": False, "B": True, "C": False, "E": False, "D": True}
    assert rows["decision_makers"].to_dict() == {"A": 1, "B": 1, "C": 1, "E": 0, "D": 0}
    assert rows["contacts_heard"].to_dict() == {"A": 4, "B": 2, "C": 1, "E": 0, "D": 1}
    assert isnan(rows.loc["E", "nps"])
    assert rows.loc["A", "nps"] == pytest.approx(100 / 6)
    assert found.silent["account_id"].tolist() == ["B", "D"]
    assert rows["spend_share"].sum() == pytest.approx(1)


def test_without_a_role_that_decides_nobody_is_silent() -> None:
    alike = ANSWERS.assign(role="User").groupby(["account_id", "role"], as_index=False).sum()
    assert measure_accounts(alike, CONTACTS.assign(role="User"), SPEND, WEIGHTS).silent.empty


def test_without_revenue_or_with_one_weight_a_view_is_left_out() -> None:
    found = measure(spend=SPEND.head(0), weights={"end user": 1, "decision maker": 1})
    assert found.views["view"].tolist() == ["all answers", "account average"]
    assert isnan(found.spend_share)
    assert isnan(found.revenue_gap.score)
    assert found.heard["spend"].isna().all()
    assert measure(spend=SPEND.assign(spend=-1.0)).views["view"].tolist()[-1] == "by role"


def test_nobody_answered() -> None:
    found = measure(ANSWERS.head(0))
    assert found.views.empty
    assert (found.answered, found.known) == (0, 5)
    nothing = measure_accounts(ANSWERS.head(0), CONTACTS.head(0), SPEND.head(0), WEIGHTS)
    assert nothing.known == 0
    assert nothing.roles.empty


def test_the_gap_of_revenue_is_against_the_average_account() -> None:
    found = measure()
    by = found.views.set_index("view")["nps"]
    assert found.revenue_gap.score == pytest.approx(by["by revenue"] - by["account average"])


ROLES = {
    "c-level": ["CEO", "cfo", "C-Level", "c_suite", "Chief Buyer", "Owner", "Managing Director", "President", "Board"],
    "decision maker": ["Decision maker", "decision-maker", "Director", "Head of IT", "VP Sales", "Vice President"],
    "influencer": ["Influencer", "Technical adviser", "advisor", "Consultant"],
    "end user": ["User", "End user", "end_user", "Buyer", "Purchasing", "Procurement lead", "Anwender"],
    "": ["Finance", "Dashboard", "", "Product owner", "Account manager", "Coordinator", "abcd"],
}


@pytest.mark.parametrize(("kind", "role"), [(kind, role) for kind, roles in ROLES.items() for role in roles])
def test_the_words_of_a_role_tell_its_influence(kind: str, role: str) -> None:
    row = read_roles([role], WEIGHTS).iloc[0]
    assert row["kind"] == kind
    assert row["weight"] == {**{k.lower(): v for k, v in WEIGHTS.items()}, "": 1}[kind]


def test_a_role_named_by_the_client_comes_first() -> None:
    found = read_roles(["Finance", "finance  ", "Buyer", "CEO"], {"Finance": 2.5, "end user": 0, "influencer": 2})
    assert found["weight"].tolist() == [2.5, 2.5, 0, 1]
    assert found["kind"].tolist() == ["finance", "finance", "end user", ""], "no weight is given for a C-level"
    assert measure().unknown_roles == ["Gardener"]
    assert measure(ANSWERS.replace("Gardener", "(withheld)")).unknown_roles == []


def test_a_role_named_by_the_client_keeps_its_kind() -> None:
    assert read_roles(["Director"], {"director": 9})["kind"].tolist() == ["decision maker"]


@pytest.mark.parametrize("weights", [{"end user": -1.0, "influencer": 2.0}, {"end user": 0.0}])
def test_weights_that_cannot_be_are_refused(weights: dict[str, float]) -> None:
    with pytest.raises(InputError, match="role_weights"):
        read_roles(["User"], weights)
    assert read_roles(["User"], {})["weight"].tolist() == [1]


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("ABCD"), st.sampled_from(["CEO", "User", "Gardener"]), st.integers(1, 5)),
        min_size=1,
        max_size=12,
        unique_by=lambda row: row[:2],
    )
)
def test_what_always_holds(rows: list[tuple[str, str, int]]) -> None:
    answers = pd.DataFrame(rows, columns=["account_id", "role", "answers"])
    answers = answers.assign(people=answers["answers"], promoters=answers["answers"] // 2, detractors=1)
    found = measure(answers)
    assert found.answers == answers["answers"].sum() == found.heard["answers"].sum()
    assert found.views["nps"].between(-100 - 1e-9, 100 + 1e-9).all()
    assert found.answered == answers["account_id"].nunique()
    assert set(found.silent["account_id"]) == set(answers["account_id"]) - set(
        answers.loc[answers["role"] == "CEO", "account_id"]
    )
