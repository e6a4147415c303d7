"""Cards: which attributes stand out, what to aim at, and lists for a customer database."""

import numpy as np
import pandas as pd
import pytest

from helpers.analysis.clusters.personas import (
    choose_objective,
    draw_personas,
    find_traits,
    list_for_crm,
    name_customers,
)

NAN = float("nan")


@pytest.mark.parametrize(
    ("late", "worth", "orders", "objective"),
    [
        (0.5, 2.0, 9, "win_back"),
        (0.5, 0.75, 9, "win_back"),
        (0.5, 0.74, 9, "let_go"),
        (0.5, NAN, 9, "win_back"),
        (0.49, 1.5, 9, "keep"),
        (NAN, 1.49, 9, "grow"),
        (NAN, 1.5, 1, "keep"),
        (NAN, 1.0, 1, "second_order"),
        (NAN, 0.3, 1, "second_order"),
        (NAN, 0.3, 1.5, "develop"),
        (NAN, 0.75, NAN, "grow"),
        (0.1, NAN, 4, "test"),
    ],
)
def test_the_aim_follows_from_worth_and_lateness(late: float, worth: float, orders: float, objective: str) -> None:
    assert choose_objective(late, worth, orders) == objective


def grouped(*sizes_held: tuple[str, int, int]) -> pd.DataFrame:
    """Of each group how many customers hold the value "x" of `trait`, and how many "y"."""
    parts = [pd.DataFrame({"cluster": c, "trait": ["x"] * a + ["y"] * b}) for c, a, b in sizes_held]
    return pd.concat(parts, ignore_index=True)


def test_a_trait_is_held_by_many_more_than_all_and_than_chance() -> None:
    found = find_traits(grouped(("A", 400, 100), ("B", 200, 300)), ["trait"])
    assert found.to_dict("records") == [
        {"cluster": "A", "attribute": "trait", "value": "x", "share": 0.8, "overall": 0.6},
        {"cluster": "B", "attribute": "trait", "value": "y", "share": 0.6, "overall": 0.4},
    ]
    assert find_traits(grouped(("A", 40, 10), ("B", 30, 20)), ["trait"]).empty  # a tenth more, but by chance
    assert find_traits(grouped(("A", 4_500, 500), ("B", 4_000, 1_000)), ["trait"]).empty  # no tenth more
    assert find_traits(grouped(("A", 400, 100)), ["trait"]).empty


def test_cards_name_lists_and_lose_nobody() -> None:
    customers = grouped(("A", 400, 100), ("B", 200, 300)).rename(columns={"trait": "channel"})
    customers["channel"] = customers["channel"].replace("y", "Shop")
    ids = [f"{i:04d}" for i in range(1000)]
    customers = customers.assign(customer_id=ids, silhouette=0.5)
    by_cluster = pd.DataFrame(
        {"cluster": ["A", "B"], "customer_share": 0.5, "spend_share": [0.9, 0.1], "median_order_count": [5, 1]}
    )
    traits = customers[["customer_id", "channel"]].sample(frac=1, random_state=0)
    late = pd.DataFrame({"customer_id": ids, "is_late": [False] * 500 + [True] * 300 + [False] * 200})
    own = customers.drop(columns="channel")
    cards = draw_personas(by_cluster, own, traits, late)
    told = cards.cards.set_index("cluster")
    assert told["late_share"].tolist() == [0, 0.6]
    assert told["worth"].tolist() == pytest.approx([1.8, 0.2])
    assert told["objective"].tolist() == ["keep", "let_go"]
    assert told["cluster_name"].tolist() == ["A, mostly x", "B, mostly shop"]
    assert told["channel"].tolist() == ["x", "Shop"]
    named = name_customers(own, cards, ["lost"])
    assert named["customer_id"].tolist() == [*ids, "lost"]
    assert named.iloc[-1][["cluster", "cluster_name", "silhouette"]].isna().all()
    crm = list_for_crm(named, cards)
    assert crm["customer_id"].tolist() == ids
    assert crm.iloc[0].tolist() == ["0000", "A, mostly x", "keep"]
    bare = draw_personas(by_cluster.drop(columns="spend_share").head(1), own, traits[["customer_id"]])
    assert bare.cards["objective"].tolist() == ["test"]
    assert list_for_crm(name_customers(own, bare), bare).empty
    assert np.isnan(bare.cards["late_share"]).all()


def test_brackets_are_told_with_what_there_are_so_many_of() -> None:
    customers = grouped(("A", 400, 100), ("B", 100, 400)).replace({"x": "10-49", "y": "Garden centre"})
    customers = customers.assign(customer_id=[str(i) for i in range(1000)]).rename(columns={"trait": "company_size"})
    by_cluster = pd.DataFrame({"cluster": ["A", "B"], "customer_share": 0.5})
    cards = draw_personas(by_cluster, customers[["customer_id", "cluster"]], customers.drop(columns="cluster")).cards
    assert cards["cluster_name"].tolist() == ["A, mostly company size 10-49", "B, mostly Garden centre"]
