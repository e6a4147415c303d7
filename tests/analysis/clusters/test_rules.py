"""Rules that put customers into groups, counted by hand, and the customers in the middle."""

import numpy as np
import pandas as pd
import pytest

from helpers.analysis.clusters import rules as module
from helpers.analysis.clusters.rules import Condition, find_rules, find_typical
from tests.analysis.clusters.makers import RFM, make_customers


def test_rules_find_planted_limits_and_are_counted_over_all() -> None:
    rng = np.random.default_rng(0)
    orders, spend = rng.integers(1, 9, 600), rng.uniform(0, 1000, 600)
    plan = rng.choice(["gold", "o'basic"], 600)
    kind = np.where(orders < 4, "few", np.where(plan == "gold", "many, gold", "many, basic"))
    customers = pd.DataFrame({"order_count": orders, "spend": spend, "plan": plan})
    customers = customers.assign(customer_id=[f"{i:03d}" for i in range(600)])
    found = find_rules(
        customers, ["order_count", "spend", "plan"], pd.Series(kind), ["few", "many, gold", "many, basic"]
    )
    table = found.table
    assert table["rule"].tolist() == [
        "order_count < 4",
        "order_count >= 4 AND plan = 'gold'",
        "order_count >= 4 AND plan <> 'gold'",
    ]
    assert table["customers"].tolist() == [int((kind == n).sum()) for n in table["cluster"]]
    assert (table[["precision", "coverage"]] == 1).all(axis=None)
    assert found.fidelity > 0.99
    assert str(Condition("plan", value="o'basic")) == "plan = 'o''basic'"


def test_every_customer_meets_exactly_one_rule_and_shares_are_counted() -> None:
    customers = make_customers()
    rng = np.random.default_rng(1)
    names = customers["kind"].map({0: "a", 1: "b", 2: "c"}).where(rng.uniform(size=300) < 0.9, "a")
    found = find_rules(customers, RFM, names, ["a", "b", "c"])
    met = np.array([np.logical_and.reduce([c.met(customers) for c in r.conditions]) for r in found.rules])
    assert (met.sum(axis=0) == 1).all()
    assert [r.customers for r in found.rules] == met.sum(axis=1).tolist()
    for rule, who in zip(found.rules, met, strict=True):
        assert rule.precision == pytest.approx((names[who] == rule.cluster).mean())
        assert rule.coverage == pytest.approx(who[names == rule.cluster].mean())
    assert 0.8 < found.fidelity < 0.97
    order = [r.cluster for r in found.rules]
    assert order == sorted(order)


@pytest.mark.parametrize(
    ("threshold", "whole", "cut"), [(2.5, True, 3), (2.0, True, 3), (1234.5, False, 1230), (0.12345, False, 0.123)]
)
def test_limits_are_rounded_to_what_a_person_would_type(threshold: float, whole: bool, cut: float) -> None:
    assert module._round_cut(threshold, whole) == cut


def test_one_group_has_no_rules() -> None:
    customers = make_customers((10, 10, 10))
    found = find_rules(customers, RFM, pd.Series(["All customers"] * 30), ["All customers"])
    assert found.table.empty
    assert np.isnan(found.fidelity)


def test_typical_customers_are_those_nearest_to_the_middle() -> None:
    X = np.array([[0.0], [1], [2], [3], [4], [5], [6], [50], [52]])
    ids = pd.Series(list("abcdefgxy"))
    found = find_typical(X, ids, pd.Series(["A"] * 7 + ["B"] * 2), ["B", "A", "nobody"])
    assert found["customer_id"].tolist() == ["x", "y", "d", "c", "e", "b", "f"]
    assert found["rank"].tolist() == [1, 2, 1, 2, 3, 4, 5]
    assert found["distance"].tolist() == [1, 1, 0, 1, 1, 2, 2]
