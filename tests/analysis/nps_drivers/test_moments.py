"""Sums of pairs, the correlations they give, and the nearest matrix where these contradict each other."""

import numpy as np
import pandas as pd
import pytest

from helpers.analysis.nps_drivers.moments import (
    SMALLEST,
    clip_correlations,
    collect_moments,
    collect_pairs,
    describe,
    nearest_correlation,
    stack,
)
from helpers.errors import InputError
from tests.analysis.nps_drivers.ratings import make_ratings


def blanked(rows: int = 200, k: int = 3, seed: int = 0) -> tuple[pd.DataFrame, list[str]]:
    """Made-up ratings of which each driver lacks a third."""
    frame, names = make_ratings(rows, k, seed)
    rng = np.random.default_rng(seed)
    return frame.assign(**{n: frame[n].where(rng.random(rows) > 1 / 3) for n in names}), names


def test_correlations_of_pairs_are_those_of_pandas() -> None:
    frame, names = blanked()
    sums = stack(collect_pairs(frame, "y", names, buckets=9), [*names, "y"])
    assert sums.cells.shape == (9, 4, 4, 4)
    found = describe(sums.cells.sum(axis=0)[None], in_pairs=True)
    assert found.correlations[0] == pytest.approx(frame[[*names, "y"]].corr().to_numpy())
    assert found.means[0] == pytest.approx(frame[[*names, "y"]].mean().to_numpy())
    assert sums.sizes.sum() == 200


def test_of_complete_rows_pairs_and_products_say_the_same() -> None:
    frame, names = make_ratings(60, 3, seed=1)
    frame["w"] = np.random.default_rng(1).uniform(0.1, 4, 60)
    of_kinds = []
    for collect in (collect_pairs, collect_moments):
        sums = stack(collect(frame, "y", names, weight="w", buckets=5), [*names, "y"])
        of_kinds.append((sums.sizes, describe(sums.cells, sums.in_pairs)))
    (sizes, pairs), (other_sizes, products) = of_kinds
    assert sizes == pytest.approx(other_sizes)
    assert pairs.correlations == pytest.approx(products.correlations)
    assert pairs.means == pytest.approx(products.means)


def test_a_row_without_the_target_counts_for_nothing() -> None:
    frame, names = blanked()
    without = frame.assign(y=frame["y"].where(frame.index >= 50))
    found = collect_pairs(without, "y", names).drop(columns="bucket")
    pd.testing.assert_frame_equal(found, collect_pairs(frame.iloc[50:], "y", names).drop(columns="bucket"))


def test_pairs_without_a_name_are_refused() -> None:
    frame, names = blanked()
    pairs = collect_pairs(frame, "y", names)
    with pytest.raises(InputError, match="no usable sum for 'd2' with 'd9'"):
        stack(pairs, ["d2", "d9"])
    with pytest.raises(InputError, match="'left_square' is missing"):
        stack(pairs.drop(columns="left_square"), names)
    one_way = pairs[~((pairs["left"] == "d1") & (pairs["right"] == "d0"))]
    with pytest.raises(InputError, match="no usable sum for 'd0' with 'd1'"):
        stack(one_way, names)
    with pytest.raises(InputError, match="'d0' cannot be a driver"):
        collect_pairs(frame, "y", ["d0", "d0"])


def test_a_constant_in_a_pair_has_no_correlation_there() -> None:
    frame = pd.DataFrame({"y": [1.0, 2, 3, 4, 5, 7], "a": [3.0, 3, 3, 4, 5, 6], "b": [1, 2, 4, np.nan, np.nan, np.nan]})
    found = describe(stack(collect_pairs(frame, "y", ["a", "b"]), ["a", "b", "y"]).cells, in_pairs=True)
    assert found.correlations[0, 0, 1] == 0
    assert not found.flat.any()
    assert np.isfinite(found.correlations).all()


def test_the_nearest_correlation_is_highams() -> None:
    # Higham (2002), section 4: the published answer for this matrix.
    asked = np.array([[1.0, 1, 0], [1, 1, 1], [0, 1, 1]])
    found = nearest_correlation(asked, smallest=0)
    assert found == pytest.approx(np.array([[1, 0.7607, 0.1573], [0.7607, 1, 0.7607], [0.1573, 0.7607, 1]]), abs=5e-5)


def test_a_repaired_matrix_can_be_inverted_and_a_good_one_is_left_alone() -> None:
    asked = np.array([[1.0, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]])
    for found in (nearest_correlation(asked), clip_correlations(asked[None])[0]):
        assert np.linalg.eigvalsh(found)[0] >= SMALLEST * 0.5
        assert np.diag(found) == pytest.approx(np.ones(3))
    nearest, near = nearest_correlation(asked, smallest=0), clip_correlations(asked[None], smallest=0)[0]
    assert np.linalg.norm(nearest - asked) <= np.linalg.norm(near - asked) + 1e-9
    good = np.corrcoef(np.random.default_rng(0).normal(size=(4, 50)))
    assert nearest_correlation(good) is good
    close = np.array([[1, 0.999], [0.999, 1]])  # eigenvalues .001 and 1.999: collinear, but of data
    assert nearest_correlation(close) is close
    assert nearest_correlation(np.array([[1, 0.99995], [0.99995, 1]]))[0, 1] == pytest.approx(1 - SMALLEST)
    both = clip_correlations(np.array([good[:3, :3], asked]))
    assert (both[0] == good[:3, :3]).all()
    assert both[1] != pytest.approx(asked)
