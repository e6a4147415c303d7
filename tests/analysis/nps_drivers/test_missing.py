"""Missing ratings: filled in as the theory of the normal distribution asks, pooled by Rubin's rules, and compared."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.analysis.nps_drivers.missing import BUCKETS, compare_ways, impute, pool
from helpers.errors import InputError
from tests.analysis.nps_drivers.ratings import make_ratings, measure


def blanked(rows: int = 600, k: int = 3, seed: int = 4, share: float = 0.3) -> tuple[pd.DataFrame, list[str]]:
    """Ratings blank at random, and those of d1 all the more where the score is high."""
    frame, names = make_ratings(rows, k, seed)
    rng = np.random.default_rng(seed)
    out = {n: frame[n].where(rng.random(rows) > share) for n in names}
    out["d1"] = out["d1"].where(frame["y"] < frame["y"].quantile(0.8))
    return frame.assign(**out, weight=1.0), names


def test_filling_in_gives_the_likelihoods_own_answer() -> None:
    # Anderson (1957), monotone blanks: with y known for all and x where y is low, the mean of x is that of its
    # regression on y at the mean of y, and its variance adds what the regression explains in all rows.
    rng = np.random.default_rng(8)
    y = rng.normal(size=20_000)
    x = 2 + 1.5 * y + rng.normal(size=20_000)
    seen = y < 0.5
    slope, cut = np.polyfit(y[seen], x[seen], 1)
    left = np.var(x[seen] - cut - slope * y[seen])
    mean, variance = cut + slope * y.mean(), slope**2 * y.var() + left
    filled = impute(np.column_stack([np.where(seen, x, np.nan), y]))
    assert np.mean([f[:, 0].mean() for f in filled]) == pytest.approx(mean, abs=0.03)
    assert np.mean([f[:, 0].var() for f in filled]) == pytest.approx(variance, rel=0.03)
    assert np.mean([np.corrcoef(f.T)[0, 1] for f in filled]) == pytest.approx(slope * y.std() / variance**0.5, abs=0.01)
    assert x[seen].mean() < mean - 0.3  # which those who answered do not tell


def test_what_was_given_stays_and_sets_differ() -> None:
    frame, names = blanked()
    values = frame[names].to_numpy()
    sets = impute(values, seed=1, count=3)
    given = ~np.isnan(values)
    for filled in sets:
        assert (filled[given] == values[given]).all()
        assert not np.isnan(filled).any()
    assert not np.allclose(sets[0], sets[1])
    assert (impute(values, seed=1, count=1)[0] == sets[0]).all()
    assert (impute(frame[["y"]].to_numpy())[0] == frame[["y"]].to_numpy()).all()


def test_pooling_by_hand() -> None:
    # Rubin (1987): within .04, between var(1, 2, 3) = 1 times 4/3; t on 2 (1 + .04 / (4/3))^2 = 2.1218 degrees.
    mean, half = pool(np.array([[1.0], [2.0], [3.0]]), np.array([0.04]))
    assert mean.tolist() == [2]
    assert half == pytest.approx(stats.t.ppf(0.975, 2.1218) * (0.04 + 4 / 3) ** 0.5)
    alike = pool(np.ones((5, 1)), np.array([0.04]))[1]
    assert alike == pytest.approx([1.959964 * 0.2], rel=1e-6)


def test_every_way_is_told_with_what_it_rests_on() -> None:
    frame, names = blanked()
    found = compare_ways(frame, "y", names)
    complete = frame.dropna()
    ways = found.ways.set_index("method")
    assert {m: part["answers"].iloc[0] for m, part in found.ways.groupby("method")} == {
        "complete": len(complete), "pairs": 600, "imputed": 600
    }  # fmt: skip
    expected = measure(complete, "y", names).drivers.set_index("driver")["lmg"]
    assert ways.loc["complete"].set_index("driver")["lmg"][names].tolist() == pytest.approx(expected[names].tolist())
    truth = measure(make_ratings(100_000, 3, 77)[0], "y", names).drivers.set_index("driver")["lmg"][names]
    imputed = ways.loc["imputed"].set_index("driver").loc[names]
    assert ((imputed["lmg_low"] < truth) & (truth < imputed["lmg_high"])).all()
    assert found.missing_share == pytest.approx(frame[names].isna().to_numpy().mean())
    assert (found.answers, found.agree_on_first) == (600, True)
    for _, part in found.ways.groupby("method"):
        assert sorted(part["rank"]) == [1, 2, 3]
        assert ((part["lmg_low"] <= part["lmg"]) & (part["lmg"] <= part["lmg_high"])).all()
    assert BUCKETS >= 30


def test_a_way_with_too_few_answers_is_left_out() -> None:
    frame, names = blanked(rows=120, share=0.5)
    assert len(frame.dropna()) < 50
    assert set(compare_ways(frame, "y", names).ways["method"]) == {"pairs", "imputed"}
    assert set(compare_ways(frame, "y", names, min_answers=5).ways["method"]) == {"complete", "pairs", "imputed"}
    flat = frame.assign(d2=frame["d2"].where(frame[["d0", "d1"]].isna().any(axis=1), 3.0))
    assert set(compare_ways(flat, "y", names, min_answers=5).ways["method"]) == {"pairs", "imputed"}


def test_where_nothing_is_missing_or_too_little_is_there_nothing_is_compared() -> None:
    frame, names = make_ratings(100, 3, seed=1)
    whole = frame.assign(weight=1.0)
    assert compare_ways(whole, "y", names).ways.empty
    rows, names = blanked()
    assert compare_ways(rows.head(49), "y", names).ways.empty
    assert compare_ways(rows, "y", names[:1]).ways.empty
    assert compare_ways(rows.head(0), "y", names).missing_share == 0
    with pytest.raises(InputError, match="no score"):
        compare_ways(rows.assign(y=np.nan), "y", names)


def test_weights_of_nothing_leave_answers_out() -> None:
    frame, names = blanked()
    weighted = frame.assign(weight=np.where(frame.index < 400, 2.0, 0.0))
    ours = compare_ways(weighted, "y", names).ways.query("method == 'pairs'")["lmg"].tolist()
    theirs = compare_ways(frame.head(400), "y", names).ways.query("method == 'pairs'")["lmg"].tolist()
    assert ours == pytest.approx(theirs)


def test_more_than_twenty_drivers_are_compared_in_groups() -> None:
    frame, names = make_ratings(400, 22, seed=2)
    rng = np.random.default_rng(2)
    rows = frame.assign(**{n: frame[n].where(rng.random(400) > 0.05) for n in names}, weight=1.0)
    found = compare_ways(rows, "y", names)
    assert len(found.ways) == 66
    assert found.agree_on_first
