"""Who answered, and the score reweighted to all customers, against samplics and by hand."""

from math import isnan

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from helpers.analysis.nps_sample.response import (
    COLUMNS,
    MIN_CELL,
    Response,
    collapse_cells,
    measure_response,
    wilson,
    withheld,
)
from helpers.errors import InputError
from tests.analysis.nps_sample.test_estimates import I, Y

GROUP = {1.0: "promoters", 0.0: "passives", -1.0: "detractors"}
# 36 of 100 customers of group a answered, and 24 of 60 of group b: the answers of test_estimates.
KNOWN = pd.DataFrame(
    {
        "customer_id": [f"c{i:03}" for i in range(160)],
        "segment": np.where(I < 36, "a", "b").tolist() + ["a"] * 64 + ["b"] * 36,
        "spend": [10.0] * 60 + [5.0] * 100,
        "came_later": False,
    }
)
LATEST = pd.DataFrame({"customer_id": KNOWN["customer_id"].head(60), "group": [GROUP[y] for y in Y]})
COUNTS = {"answers": 75, "anonymous": 5}


def measure(known: pd.DataFrame = KNOWN, latest: pd.DataFrame = LATEST, **options: int) -> Response:
    groupings = [c for c in known.columns if c not in ("customer_id", "spend", "came_later")]
    return measure_response(known, latest, COUNTS, groupings, **options)


def test_the_reweighted_score_is_that_of_samplics() -> None:
    """samplics 0.6.0: TaylorEstimator of the mean, strata a and b, weights 100/36 and 60/24, finite populations; the
    bounds by its standard errors (0.0866121, 0.0857523 without strata) and t on 58 and 59 degrees of freedom."""
    found = measure()
    assert (found.reweighted.score, found.reweighted.se) == pytest.approx((15.1041667, 8.6611217), abs=1e-6)
    assert (found.reweighted.low, found.reweighted.high) == pytest.approx((-2.2329521, 32.4412854), abs=1e-6)
    assert (found.finite.score, found.finite.se) == pytest.approx((15, 8.5752320), abs=1e-6)
    assert (found.finite.low, found.finite.high) == pytest.approx((-2.1589997, 32.1589997), abs=1e-6)
    assert found.change.score == pytest.approx(0.1041667, abs=1e-6)
    assert found.design_effect == pytest.approx(60 * (100**2 / 36 + 60**2 / 24) / 160**2)
    assert (found.by, found.cells, found.collapsed) == ("segment", 2, 0)


def test_shares_of_customers_and_of_spend() -> None:
    found = measure()
    assert (found.customers, found.answered, found.rate) == (160, 60, 0.375)
    assert found.spend_share == pytest.approx(600 / 1100)
    rows = found.groups.set_index("group")
    assert list(found.groups.columns) == [*COLUMNS, "cell"]
    assert rows.loc["all", ["customers", "answered", "response_rate"]].tolist() == [160, 60, 0.375]
    assert rows.loc["a", ["customers", "answered", "response_rate"]].tolist() == [100, 36, 0.36]
    assert (rows.loc["a", "rate_low"], rows.loc["a", "rate_high"]) == pytest.approx(
        proportion_confint(36, 100, method="wilson")
    )
    assert rows.loc["a", "heard_spend_share"] == pytest.approx(360 / 680)
    assert rows.loc["b", "spend_share"] == pytest.approx(420 / 1100)
    assert rows["cell"].to_dict() == {"all": "", "a": "a", "b": "b"}
    assert rows.loc[["a", "b"], "customer_share"].sum() == pytest.approx(1)
    assert rows.loc[["a", "b"], "answered_share"].sum() == pytest.approx(1)


def test_every_answer_is_accounted_for() -> None:
    strangers = pd.DataFrame({"customer_id": ["x", "y"], "group": "passives"})
    found = measure(latest=pd.concat([LATEST, strangers], ignore_index=True))
    assert (found.answered, found.strangers, found.anonymous) == (60, 2, 5)
    assert found.once.clusters == 60, "a stranger stands for nobody on the list"


def test_who_came_after_the_last_answer_is_left_out_unless_heard_from() -> None:
    found = measure(KNOWN.assign(came_later=KNOWN.index.isin([0, 150, 151])))
    assert (found.customers, found.answered, found.later) == (158, 60, 2)
    assert found.groups["customers"].iloc[0] == 158


def test_what_the_client_says_of_the_population_and_of_invitations() -> None:
    found = measure(population=400, invited=300)
    assert (found.customers, found.answered, found.rate) == (400, 60, 0.15)
    assert found.invited_rate == 0.25
    assert found.finite.se == pytest.approx(found.once.se * np.sqrt(1 - 60 / 400))
    everyone = measure_response(KNOWN.head(0), LATEST, COUNTS, [], population=60)
    assert everyone.finite.se == 0
    assert everyone.rate == 1


@pytest.mark.parametrize(("name", "value"), [("population", 159), ("invited", 74)])
def test_sizes_that_cannot_be_are_refused(name: str, value: int) -> None:
    with pytest.raises(InputError, match=f"nps_sample.{name}"):
        measure(**{name: value})
    measure(**{name: value + 1})


def test_without_customers_there_is_nothing_to_compare() -> None:
    nobody = measure_response(KNOWN.head(0), LATEST.head(0), {"answers": 9, "anonymous": 9}, [])
    assert not nobody.is_told
    assert isnan(nobody.rate)
    assert isnan(nobody.finite.se)
    assert isnan(nobody.once.score)
    assert nobody.views.empty
    assert nobody.groups.empty
    asked = measure_response(KNOWN.head(0), LATEST.head(0), {"answers": 9, "anonymous": 9}, [], invited=90)
    assert asked.is_told
    assert asked.invited_rate == 0.1


def test_one_group_is_not_reweighted() -> None:
    found = measure(KNOWN.assign(segment="a"))
    assert (found.by, found.cells) == ("", 0)
    assert isnan(found.reweighted.score)
    assert found.views["view"].tolist() == ["each customer once", "finite population"]
    assert measure().views["view"].tolist() == ["each customer once", "finite population", "reweighted"]


def test_a_customer_twice_is_refused() -> None:
    with pytest.raises(InputError, match="more than once"):
        measure(pd.concat([KNOWN, KNOWN.head(1)]))
    with pytest.raises(InputError, match="more than once"):
        measure(latest=pd.concat([LATEST, LATEST.head(1)]))


def people(**groups: tuple[int, int]) -> pd.DataFrame:
    """Customers by group: how many, and how many of them answered."""
    rows = [(g, 1.0 if i < r else np.nan) for g, (n, r) in groups.items() for i in range(n)]
    return pd.DataFrame(rows, columns=["g", "y"])


def test_thin_groups_join_the_group_that_answers_alike() -> None:
    thin = MIN_CELL - 1
    cells = collapse_cells(people(a=(100, 50), b=(100, 20), c=(80, thin)), "g")
    assert cells == {"a": "a", "b": "b + c", "c": "b + c"}
    assert set(collapse_cells(people(a=(100, 50), b=(100, 20), c=(80, MIN_CELL)), "g").values()) == {"a", "b", "c"}
    assert set(collapse_cells(people(a=(9, 2), b=(9, 3)), "g").values()) == {"b + a"}


def test_collapsed_groups_are_counted() -> None:
    # Group c is thin, and answers like b.
    split = KNOWN.assign(segment=np.where(KNOWN.index.isin([40, 41, 130, 131]), "c", KNOWN["segment"]))
    found = measure(split)
    assert (found.cells, found.collapsed) == (2, 1)
    assert found.groups.set_index("group").loc["c", "cell"] == found.groups.set_index("group").loc["b", "cell"]


def test_a_group_of_one_mind_adds_no_error_of_its_own() -> None:
    latest = LATEST.assign(group=np.where(KNOWN["segment"].head(60) == "b", "promoters", LATEST["group"]))
    assert measure(latest=latest).reweighted.se > 0


def test_scores_of_few_are_withheld_with_a_second_group() -> None:
    answered = pd.Series([10, 60, 70], index=["a", "b", "c"])
    assert withheld(answered, 50).tolist() == [True, True, False], "b would give a away"
    assert withheld(answered, 10).tolist() == [False, False, False]
    assert withheld(answered, 61).tolist() == [True, True, False]
    assert withheld(pd.Series([0, 60], index=["a", "b"]), 50).tolist() == [True, False]
    assert withheld(pd.Series([10], index=["a"]), 50).tolist() == [True]
    rows = measure(min_answers=30).groups.set_index("group")
    assert rows["nps"].isna().to_dict() == {"all": False, "a": True, "b": True}
    assert measure(min_answers=20).groups["nps"].notna().all()


def test_one_customer_gives_no_interval_and_two_of_one_mind_do() -> None:
    one = measure_response(KNOWN.head(0), LATEST.head(1), COUNTS, [])
    assert one.once.score == 100
    assert isnan(one.once.low)
    two = measure_response(KNOWN.head(0), LATEST.iloc[[0, 3]], COUNTS, [])
    assert (two.once.score, two.once.high) == (100, 100)
    assert two.once.low < 40


def test_wilson_of_none_is_not_known() -> None:
    low, high = wilson(np.array([0.0, 0.0]), np.array([0.0, 5.0]))
    assert isnan(low[0])
    assert (low[1], high[1]) == pytest.approx(proportion_confint(0, 5, method="wilson"))


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from([-1.0, 0.0, 1.0, np.nan])), min_size=3, max_size=90))
def test_what_always_holds(rows: list[tuple[str, float]]) -> None:
    frame = pd.DataFrame(rows, columns=["segment", "y"])
    known = frame.assign(customer_id=[f"c{i}" for i in frame.index], spend=1.0, came_later=False)
    latest = known[known["y"].notna()].assign(group=lambda f: f["y"].map(GROUP))
    found = measure(known[["customer_id", "segment", "spend", "came_later"]], latest[["customer_id", "group"]])
    parts = found.groups[found.groups["grouping"] == "segment"]
    assert parts["customers"].sum() == len(frame)
    assert parts["answered"].sum() == found.answered == len(latest)
    assert set(found.groups.loc[found.groups["cell"] != "", "cell"]) == set(found.groups["cell"]) - {""}
    if found.by:
        assert -100 - 1e-9 <= found.reweighted.score <= 100 + 1e-9
        assert found.change.score == pytest.approx(found.reweighted.score - found.once.score, abs=1e-9)
