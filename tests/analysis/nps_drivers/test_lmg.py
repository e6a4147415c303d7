"""Shares of R-squared against every order tried, pingouin's definition, and Owen's value against its own orders."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.cluster import hierarchy

from helpers.analysis.nps_drivers import lmg, owen
from helpers.analysis.nps_drivers.lmg import draw_orders, johnson_weights, leave_variance, order_shares, shapley_shares
from helpers.analysis.nps_drivers.owen import count_models, group_alike, group_to_share, owen_shares


def correlations(k: int, seed: int = 0, shared: float = 0.8, rows: int = 300) -> np.ndarray:
    """Of k drivers of falling weight and a target, the target last."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, k)) + shared * rng.normal(size=(rows, 1))
    y = x @ (1 / np.arange(1, k + 1)) + 2 * rng.normal(size=rows)
    return np.corrcoef(np.column_stack([x, y]).T)


def r_squared(matrix: np.ndarray, members: list[int]) -> float:
    """Of the model with these drivers, solved on its own."""
    if not members:
        return 0.0
    with_target = matrix[members, -1]
    return float(with_target @ np.linalg.solve(matrix[np.ix_(members, members)], with_target))


def every_order(matrix: np.ndarray, orders: list[tuple[int, ...]]) -> np.ndarray:
    """The mean rise of each driver, by its definition."""
    shares = np.zeros(len(matrix) - 1)
    for order in orders:
        for place, driver in enumerate(order):
            after, before = (r_squared(matrix, list(order[:n])) for n in (place + 1, place))
            shares[driver] += after - before
    return shares / len(orders)


def in_groups(order: tuple[int, ...], groups: np.ndarray) -> bool:
    """Whether the order keeps each group together."""
    sequence = groups[list(order)]
    return int((np.diff(sequence) != 0).sum()) == len(set(groups.tolist())) - 1


@pytest.mark.parametrize("k", [1, 2, 3, 6])
def test_shapley_shares_are_the_mean_rise_over_every_order(k: int) -> None:
    matrices = np.array([correlations(k, seed) for seed in (1, 2, 3)])
    orders = list(permutations(range(k)))
    expected = np.array([every_order(matrix, orders) for matrix in matrices])
    assert shapley_shares(matrices) == pytest.approx(expected, abs=1e-12)
    assert order_shares(matrices, np.array(orders)) == pytest.approx(expected, abs=1e-12)


def test_matrices_are_worked_on_in_pieces_without_a_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    matrices = np.array([correlations(4, seed) for seed in range(7)])
    whole = shapley_shares(matrices)
    monkeypatch.setattr(lmg, "_AT_A_TIME", 40)
    assert shapley_shares(matrices) == pytest.approx(whole, abs=1e-14)


def test_every_model_leaves_what_its_own_regression_leaves() -> None:
    matrix = correlations(4)
    left = leave_variance(matrix[None])[:, 0]
    for model in range(16):
        members = [j for j in range(4) if model >> j & 1]
        assert left[model] == pytest.approx(1 - r_squared(matrix, members))


def test_twenty_drivers_are_exact() -> None:
    """Drivers in ten pairs that know nothing of each other: the shares are those of each pair alone."""
    pair = correlations(2, seed=4)
    matrix = np.eye(21)
    for i in range(0, 20, 2):
        matrix[i : i + 2, i : i + 2] = pair[:2, :2]
        matrix[i : i + 2, -1] = matrix[-1, i : i + 2] = pair[:2, -1] * 0.3
    alone = pair.copy()
    alone[:2, 2] = alone[2, :2] = pair[:2, -1] * 0.3
    assert shapley_shares(matrix[None])[0] == pytest.approx(np.tile(shapley_shares(alone[None])[0], 10), abs=1e-12)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 9), st.integers(0, 10_000), st.floats(0, 3))
def test_all_shares_sum_to_r_squared(k: int, seed: int, shared: float) -> None:
    matrix = correlations(k, seed, shared)
    whole = r_squared(matrix, list(range(k)))
    groups = np.unique(np.random.default_rng(seed).integers(0, k, k), return_inverse=True)[1]
    shapley, owens = shapley_shares(matrix[None])[0], owen_shares(matrix, groups)
    drawn = order_shares(matrix[None], draw_orders(groups, 6, seed))[0]
    johnson = johnson_weights(matrix[None])[0]
    for shares in (shapley, owens, drawn, johnson):
        assert shares.sum() == pytest.approx(whole, abs=1e-9)
        assert (shares >= 0).all()


@pytest.mark.parametrize("groups", [[0, 1, 0, 2, 1, 0], [0, 0, 1, 1, 1, 1], [0, 1, 1, 2, 3, 3]])
def test_owens_value_is_the_mean_rise_over_orders_that_keep_groups_together(groups: list[int]) -> None:
    matrix, labels = correlations(6, seed=7), np.array(groups)
    orders = [order for order in permutations(range(6)) if in_groups(order, labels)]
    expected = every_order(matrix, orders)
    assert owen_shares(matrix, labels) == pytest.approx(expected, abs=1e-12)
    assert owen_shares(matrix, labels) != pytest.approx(shapley_shares(matrix[None])[0], abs=1e-4)


@pytest.mark.parametrize("groups", [np.arange(5), np.zeros(5, dtype=int)])
def test_owens_value_of_single_drivers_or_of_one_group_is_shapleys(groups: np.ndarray) -> None:
    matrix = correlations(5, seed=3)
    assert owen_shares(matrix, groups) == pytest.approx(shapley_shares(matrix[None])[0], abs=1e-12)


def test_a_groups_share_is_that_of_the_group_as_one_player() -> None:
    """Owen (1977): the game between groups is Shapley's, whatever happens within."""
    matrix, labels = correlations(5, seed=5), np.array([0, 0, 1, 2, 2])
    members = [np.flatnonzero(labels == g).tolist() for g in range(3)]
    expected = np.zeros(3)
    for order in permutations(range(3)):
        for place, group in enumerate(order):
            joined = [[d for g in order[:n] for d in members[g]] for n in (place, place + 1)]
            expected[group] += (r_squared(matrix, joined[1]) - r_squared(matrix, joined[0])) / 6
    shares = owen_shares(matrix, labels)
    assert [shares[m].sum() for m in members] == pytest.approx(expected)


def test_where_models_are_too_many_orders_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    matrix, labels = correlations(8, seed=5), np.array([0, 0, 0, 1, 1, 2, 2, 2])
    exact = owen_shares(matrix, labels)
    monkeypatch.setattr(owen, "MOST_MODELS", count_models(labels) - 1)
    drawn = owen_shares(matrix, labels)
    assert 0 < np.abs(drawn - exact).max() < 0.002
    assert drawn.sum() == pytest.approx(exact.sum())


def test_drawn_orders_keep_groups_together_and_come_with_their_reverse() -> None:
    labels = np.array([0, 1, 0, 2, 1, 2, 2])
    orders = draw_orders(labels, 200)
    assert all(in_groups(tuple(order), labels) for order in orders)
    assert (orders[1::2] == orders[::2, ::-1]).all()
    assert len(draw_orders(labels, 3)) == 3
    # Each driver is as often first as its group is, times once in its group.
    first = np.bincount(draw_orders(labels, 6_000)[:, 0], minlength=7) / 6_000
    assert first == pytest.approx([1 / 6, 1 / 6, 1 / 6, 1 / 9, 1 / 6, 1 / 9, 1 / 9], abs=0.02)


def test_like_drivers_are_grouped_at_seven_tenths() -> None:
    among = np.eye(5)
    for i, j, r in ((0, 2, 0.7), (1, 3, -0.7), (3, 4, 0.69)):
        among[i, j] = among[j, i] = r
    assert group_alike(among).tolist() == [0, 1, 0, 1, 2]
    among[0, 2] = among[2, 0] = 0.699
    assert group_alike(among).tolist() == [0, 1, 2, 1, 3]
    assert group_alike(np.ones((1, 1))).tolist() == [0]


def test_groups_to_share_are_cut_until_the_models_are_few() -> None:
    assert count_models(np.array([0, 0, 1])) == 2 * 4 + 2 * 2
    rng = np.random.default_rng(0)
    topics = np.repeat(np.arange(8), 5)
    x = rng.normal(size=(2_000, 8))[:, topics] + 0.3 * rng.normal(size=(2_000, 40))
    assert (group_to_share(np.corrcoef(x.T)) == topics).all()  # alike, and few models already
    # Drivers too far apart to be alike: the finest cut with few models, as that of like drivers is finer still.
    loose = np.corrcoef((rng.normal(size=(2_000, 8))[:, topics] + 1.5 * rng.normal(size=(2_000, 40))).T)
    alike, cut = group_alike(loose), group_to_share(loose)
    assert count_models(alike) > owen.MOST_MODELS >= count_models(cut)
    tree = owen._link(loose)
    finer = [hierarchy.fcluster(tree, m, "maxclust") - 1 for m in range(cut.max() + 2, alike.max() + 2)]
    assert min(count_models(labels) for labels in finer) > owen.MOST_MODELS
    # Where no cut has few models, drivers stay in their groups and orders are drawn.
    none_alike = np.eye(60)
    assert group_to_share(none_alike).tolist() == list(range(60))
