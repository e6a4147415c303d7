"""How far members of a campaign were like others before it, as they are and once weighted.

The standardised mean difference of Austin (2009, Statistics in Medicine 28): the difference of the two means over the
root of the mean of both variances. Below .1 it is held to be negligible; above .25 a comparison leans on its models
alone (Stuart 2010, Statistical Science 25). The spread is that before weighting on both sides, so that weights cannot
make a difference smaller by making the spread larger.
"""

import numpy as np
import pandas as pd

UNKNOWN = "(unknown)"  # the level of blanks
LEAST_LEVEL = 10  # customers of a level of a category; the rarer ones are not compared
NEGLIGIBLE = 0.1
LARGE = 0.25
BALANCE_COLUMNS = [
    *("covariate", "level", "members_mean", "others_mean", "weighted_mean", "difference", "weighted_difference"),
]


def levels_of(values: pd.Series) -> pd.Series:
    """A category's values as text, blanks as a level of their own."""
    return values.astype("object").where(values.notna() & (values != ""), UNKNOWN).astype(str)


def mean_difference(members: np.ndarray, others: np.ndarray, weights: np.ndarray | None = None) -> float:
    """The standardised mean difference; of the others weighted, where weights are given. 0 where nothing varies."""
    spread = np.sqrt((members.var(ddof=1) + others.var(ddof=1)) / 2)
    gap = float(members.mean() - np.average(others, weights=weights))
    return gap / float(spread) if spread > 0 else 0.0


def measure_balance(
    frame: pd.DataFrame, is_member: np.ndarray, weights: np.ndarray, numbers: list[str], categories: list[str]
) -> pd.DataFrame:
    """One row a number and a row a level of a category: BALANCE_COLUMNS, largest difference before weighting first.

    weights: (n,), of which those of the others count. Means are as they are; the differences of a number without
    negative values are those of logarithms of one plus it, as amounts and counts have long tails. Customers of whom a
    number is not known are not in its row. Levels with fewer than ten customers are left out.
    """
    rows = []
    for name in numbers:
        x = frame[name].to_numpy(dtype=float)
        known = ~np.isnan(x)
        if (known & is_member).sum() < 2 or (known & ~is_member).sum() < 2 or weights[known & ~is_member].sum() <= 0:
            continue
        shape = np.log1p(x) if x[known].min() >= 0 else x
        rows.append(_row(name, "", x, shape, known & is_member, known & ~is_member, weights))
    for name in categories:
        texts = levels_of(frame[name])
        counted = texts.value_counts()
        for level in sorted(counted[counted >= LEAST_LEVEL].index):
            x = (texts == level).to_numpy(dtype=float)
            rows.append(_row(name, level, x, x, is_member, ~is_member, weights))
    table = pd.DataFrame(rows, columns=BALANCE_COLUMNS)
    order = table["difference"].abs().sort_values(ascending=False, kind="stable").index
    return table.loc[order].reset_index(drop=True)


def _row(
    name: str, level: str, x: np.ndarray, shape: np.ndarray, members: np.ndarray, others: np.ndarray, w: np.ndarray
) -> tuple[str, str, float, float, float, float, float]:
    return (
        *(name, level, float(x[members].mean()), float(x[others].mean())),
        float(np.average(x[others], weights=w[others])),
        mean_difference(shape[members], shape[others]),
        mean_difference(shape[members], shape[others], w[others]),
    )
