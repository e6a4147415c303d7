"""What goes with each theme: how those score who raise it, whether it is raised more than before, how they rate.

Every theme is compared with those who commented in the same language without raising it, so that how the speakers of a
language score is not taken for what the theme does. Scores: adjusted Wald (Rocks 2016, "Interval
Estimation for the Net Promoter Score", The American Statistician 70(4)): 3/4 is added to promoters and to detractors,
3 to n. Shares between waves: Agresti and Caffo (2000, The American Statistician 54(4)): one added to each side, two to
n.
Ratings: Welch's t. Of what is called clear, one in twenty at most is chance (Benjamini and Hochberg 1995), over all
themes, and over all themes and ratings.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.multitest import multipletests

Z_95 = 1.959963984540054
FALSE_SHARE = 0.05
LEAST_RATED = 30  # answers with the rating, on both sides
_SCORE = {"promoters": 1, "passives": 0, "detractors": -1}


def score_themes(raised: np.ndarray, group: pd.Series, least: int, among: np.ndarray | None = None) -> pd.DataFrame:
    """One row a theme: comments, share, promoters, passives, detractors, nps, nps_low, nps_high, others_nps,
    difference, difference_low, difference_high (points), p_value, verdict.

    raised: a row a comment that says something, a column a theme. group: promoters, passives or detractors. among: of
    the same shape, which comments a theme could be raised in, all if not given; share is of those. verdict:
    "lower" or "higher" where those who raise the theme clearly score so, "unclear", or "few" where either side has
    fewer than `least` comments; their score then is withheld, NaN.
    """
    score = group.map(_SCORE).to_numpy(dtype=float)
    among = np.ones_like(raised) if among is None else among
    counts = {name: (raised & (score == value)[:, None]).sum(axis=0) for name, value in _SCORE.items()}
    frame = pd.DataFrame(counts).astype("int64")
    n = frame.sum(axis=1).to_numpy()
    whole = {name: (among & (score == value)[:, None]).sum(axis=0) for name, value in _SCORE.items()}
    others = pd.DataFrame({name: whole[name] - frame[name] for name in _SCORE})
    frame.insert(0, "comments", n)
    frame.insert(1, "share", n / np.maximum(among.sum(axis=0), 1))
    mean, centre, error = _adjusted(frame)
    other_mean, other_centre, other_error = _adjusted(others)
    told = n >= least
    low, high = np.minimum(centre - Z_95 * error, mean), np.maximum(centre + Z_95 * error, mean)
    frame["nps"], frame["nps_low"], frame["nps_high"] = (
        np.where(told, 100 * np.clip(value, -1, 1), np.nan) for value in (mean, low, high)
    )
    frame[list(_SCORE)] = frame[list(_SCORE)].astype("Int64").mask(pd.Series(~told, frame.index))
    told = told & (others.sum(axis=1).to_numpy() >= least)
    frame["others_nps"] = np.where(told, 100 * other_mean, np.nan)
    spread = np.hypot(error, other_error)
    gap = centre - other_centre
    bounds = np.minimum(gap - Z_95 * spread, mean - other_mean), np.maximum(gap + Z_95 * spread, mean - other_mean)
    for name, value in zip(("", "_low", "_high"), (mean - other_mean, *bounds), strict=True):
        frame[f"difference{name}"] = np.where(told, 100 * np.clip(value, -2, 2), np.nan)
    frame["p_value"] = np.where(told, 2 * stats.norm.sf(np.abs(gap) / spread), np.nan)
    clear = _discoveries(frame["p_value"].to_numpy())
    side = np.where(frame["difference"] < 0, "lower", "higher")
    frame["verdict"] = np.where(~told, "few", np.where(clear, side, "unclear"))
    return frame


def compare_waves(
    raised: np.ndarray, wave: pd.Series, waves: Sequence[str], least: int, among: np.ndarray | None = None
) -> pd.DataFrame:
    """One row a theme: first_wave, last_wave, share_first, share_last, change, change_low, change_high (shares), trend.

    waves: in their order. The first and the last with `least` comments or more are compared; trend is "more", "less" or
    "unclear", and "few" where there are no two such waves, or fewer of the comments that the theme could be raised in.
    """
    sizes = wave.value_counts()
    told = [name for name in waves if sizes.get(name, 0) >= least]
    themes = raised.shape[1]
    if len(told) < 2:
        blank = {name: np.full(themes, np.nan) for name in ("share_first", "share_last", *_CHANGE)}
        return pd.DataFrame({"first_wave": "", "last_wave": "", **blank, "trend": "few"}, index=range(themes))
    among = np.ones_like(raised) if among is None else among
    first, last = told[0], told[-1]
    of = [(wave == name).to_numpy()[:, None] for name in (first, last)]
    (x, n), (y, m) = (((raised & rows).sum(axis=0), (among & rows).sum(axis=0)) for rows in of)
    known = np.minimum(n, m) >= least
    before, now = (x + 1) / (n + 2), (y + 1) / (m + 2)
    error = np.sqrt(before * (1 - before) / (n + 2) + now * (1 - now) / (m + 2))
    clear = _discoveries(np.where(known, 2 * stats.norm.sf(np.abs(now - before) / error), np.nan))
    frame = pd.DataFrame({"first_wave": first, "last_wave": last}, index=range(themes))
    frame["share_first"], frame["share_last"] = (a / np.maximum(b, 1) for a, b in ((x, n), (y, m)))
    frame["change"] = frame["share_last"] - frame["share_first"]
    frame["change_low"], frame["change_high"] = now - before - Z_95 * error, now - before + Z_95 * error
    told_of = ["share_first", "share_last", *_CHANGE]
    frame[told_of] = frame[told_of].where(pd.Series(known, frame.index))
    side = np.where(frame["change"] > 0, "more", "less")
    frame["trend"] = np.where(~known, "few", np.where(clear, side, "unclear"))
    return frame


def link_ratings(raised: np.ndarray, ratings: pd.DataFrame, among: np.ndarray | None = None) -> pd.DataFrame:
    """One row a theme: driver, driver_difference, driver_low, driver_high (in the rating's own unit); blank where no
    rating clearly differs between those who raise the theme and the others.

    The driver is the rating that is lower by the most standard deviations; where none is lower, the one higher by most.
    """
    themes, names = raised.shape[1], list(ratings.columns)
    among = np.ones_like(raised) if among is None else among
    difference, half, p_value, size = (np.full((themes, len(names)), np.nan) for _ in range(4))
    for j, name in enumerate(names):
        values = ratings[name].to_numpy(dtype=float)
        known = np.isfinite(values)
        spread = values[known].std(ddof=1) if known.sum() > 1 else 0.0
        if not spread > 0:
            continue
        for i in range(themes):
            theirs, others = values[known & raised[:, i]], values[known & among[:, i] & ~raised[:, i]]
            if min(len(theirs), len(others)) < LEAST_RATED or not max(theirs.std(), others.std()) > 0:
                continue
            tested = stats.ttest_ind(theirs, others, equal_var=False)
            bounds = tested.confidence_interval(0.95)
            difference[i, j] = theirs.mean() - others.mean()
            half[i, j] = (bounds.high - bounds.low) / 2
            p_value[i, j], size[i, j] = tested.pvalue, difference[i, j] / spread
    clear = _discoveries(p_value.ravel()).reshape(p_value.shape)
    size = np.where(clear, size, np.nan)
    rows = []
    for i in range(themes):
        order = np.argsort(size[i])  # what is not known comes last
        known = order[: np.isfinite(size[i]).sum()]
        if not len(known):
            rows.append(("", np.nan, np.nan, np.nan))
            continue
        j = known[0] if size[i, known[0]] < 0 else known[-1]
        d, h = difference[i, j], half[i, j]
        rows.append((str(names[j]), d, d - h, d + h))
    return pd.DataFrame(rows, columns=["driver", "driver_difference", "driver_low", "driver_high"])


_CHANGE = ("change", "change_low", "change_high")


def _adjusted(counts: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The score as a share, the adjusted score, and its standard error; NaN without answers."""
    p, d = counts["promoters"].to_numpy(dtype=float), counts["detractors"].to_numpy(dtype=float)
    n = p + counts["passives"].to_numpy(dtype=float) + d
    mean = np.divide(p - d, n, out=np.full(len(n), np.nan), where=n > 0)
    centre = (p - d) / (n + 3)
    error = np.sqrt(((p + d + 1.5) / (n + 3) - centre**2) / (n + 3))
    return mean, centre, error


def _discoveries(p_values: np.ndarray) -> np.ndarray:
    """Which are clear; what was not tested is not."""
    tested = np.isfinite(p_values)
    clear = np.zeros(len(p_values), dtype=bool)
    if tested.any():
        clear[tested] = multipletests(p_values[tested], FALSE_SHARE, method="fdr_bh")[0]
    return clear
