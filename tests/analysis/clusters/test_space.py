"""Features made comparable: logarithms, outliers, categories, and measures that tell the same."""

import numpy as np
import pandas as pd
import pytest

from helpers.analysis.clusters.space import Treatment, fit_number


def test_a_category_counts_as_much_as_one_number() -> None:
    customers = pd.DataFrame({"visits": [0.0, 1, 2, 3], "city": ["a", "a", "b", "c"]})
    treatment = Treatment(["city", "visits"]).fit(customers)
    X, logged = treatment.transform(customers), [n.name for n in treatment.numbers_ if n.log]
    # Numbers first. Shares are 1/2, 1/4, 1/4: variances of 1/4, 3/16, 3/16 add up to 5/8.
    assert X[:, 0] == pytest.approx(np.array([-1.5, -0.5, 0.5, 1.5]) / np.sqrt(1.25))
    ones = np.array([[1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]])
    assert X[:, 1:] == pytest.approx((ones - [0.5, 0.25, 0.25]) / np.sqrt(5 / 8))
    assert X.var(axis=0)[1:].sum() == pytest.approx(1)
    assert logged == []


def test_features_are_taken_as_logs_from_a_skew_of_one_on() -> None:
    ranks = np.arange(40.0)
    features = pd.DataFrame({"below": ranks**2.5, "above": ranks**2.8, "returns": -(ranks**4)})
    assert features.skew().round(2).tolist() == [0.91, 1.04, -1.45]
    customers = features.assign(returned=ranks**4 - 9)
    treatment = Treatment(list(customers), alike=1.1).fit(customers)
    X, logged = treatment.transform(customers), [n.name for n in treatment.numbers_ if n.log]
    assert logged == ["above", "returned"]
    signed = np.sign(ranks**4 - 9) * np.log1p(np.abs(ranks**4 - 9))
    assert X[:, 3] == pytest.approx((signed - signed.mean()) / signed.std())
    assert X[:, 0] == pytest.approx((ranks**2.5 - np.mean(ranks**2.5)) / np.std(ranks**2.5))


def test_values_out_of_all_proportion_are_drawn_in_where_they_are_few() -> None:
    values = np.random.default_rng(0).normal(100, 10, 500)
    values[7] = 1e9
    number = fit_number(pd.Series(values, name="spend"))
    assert not number.log, "one outlier makes no skew"
    assert number.tamed == 1
    q25, q75 = np.quantile(values, [0.25, 0.75])
    assert number.high == pytest.approx(q75 + 3 * (q75 - q25))
    assert number.low == -np.inf
    assert number.treat(pd.Series(values))[7] == pytest.approx((number.high - number.mean) / number.scale)
    # From one customer in fifty on they are a group, and stay where they are.
    values[:9] = 1e9
    assert fit_number(pd.Series(values)).tamed == 9
    values[:10] = 1e9
    assert fit_number(pd.Series(values)).tamed == 0
    low = fit_number(pd.Series([-1e9, *np.arange(200.0)]))
    assert (low.tamed, np.isfinite(low.low), low.high) == (1, True, np.inf)


def test_where_most_are_the_same_the_others_are_measured_among_themselves() -> None:
    values = pd.Series([0.0] * 900 + list(np.linspace(1, 5, 99)) + [1e9])
    number = fit_number(values, log=False)
    assert number.tamed == 1
    assert 5 < number.high < 20
    assert number.treat(values)[:900].std() == 0
    rare = fit_number(pd.Series([0.0] * 99 + [1.0]))
    assert (rare.tamed, rare.scale) == (0, pytest.approx(np.log(2) * np.sqrt(0.01 * 0.99)))


def test_measures_that_tell_nearly_the_same_are_left_out_and_named() -> None:
    rng = np.random.default_rng(0)
    a = rng.normal(size=4_000)
    customers = pd.DataFrame({"a": a, "b": -2 * a + 1, "c": rng.normal(size=4_000), "d": a + rng.normal(0, 0.6, 4_000)})
    treatment = Treatment(["a", "b", "c", "d"]).fit(customers)
    assert treatment.left_out_ == {"b": ("a", pytest.approx(-1.0))}
    assert treatment.used_ == treatment.columns_ == ["a", "c", "d"]
    r = float(np.corrcoef(a, customers["d"])[0, 1])  # about .86
    assert Treatment(["a", "d"], alike=r + 1e-6).fit(customers).used_ == ["a", "d"]
    assert Treatment(["a", "d"], alike=r - 1e-6).fit(customers).used_ == ["a"]
    assert Treatment(["a", "b"], alike=1.01).fit(customers).used_ == ["a", "b"]


def test_measures_that_only_groups_make_alike_are_both_kept() -> None:
    rng = np.random.default_rng(0)
    kind = np.repeat([0.0, 20.0], 200)
    customers = pd.DataFrame({"a": kind + rng.normal(size=400), "b": kind + rng.normal(size=400)})
    assert customers.corr().loc["a", "b"] > 0.98
    assert Treatment(["a", "b"]).fit(customers).used_ == ["a", "b"]


def test_a_value_that_was_not_there_before_is_none_of_those_that_were() -> None:
    treatment = Treatment(["tier"]).fit(pd.DataFrame({"tier": ["gold", "basic"]}))
    assert treatment.columns_ == ["tier: basic", "tier: gold"]
    scale = np.sqrt(0.5)
    assert treatment.transform(pd.DataFrame({"tier": ["new", "gold"]})) == pytest.approx(
        np.array([[-0.5, -0.5], [-0.5, 0.5]]) / scale
    )
