"""How much of a score's change between two waves comes of who answered, and how much of a change within groups.

The decomposition of Kitagawa (1955, "Components of a Difference Between Two Rates", Journal of the American Statistical
Association 50), which is Oaxaca and Blinder's with both waves' means as reference: the shares of answers by group
change at the groups' average score (composition), and the groups' scores change at their average share (within). The
two sum to the change. Intervals by the delta method: shares are multinomial, scores of groups independent of them.
"""

from dataclasses import dataclass
from math import nan

import numpy as np
import pandas as pd
from scipy import stats

from helpers.analysis.nps_drivers.nps import COUNTS, standard_error
from helpers.analysis.nps_drivers.waves import judge

_MOST_UNKNOWN = 0.2  # of a wave's answers without a group, beyond which it was not asked rather than not answered
_LEAST_IN_BOTH = 0.8  # of a wave's answers in groups that answered in both
_COLUMNS = [
    "grouping",
    "from_wave",
    "to_wave",
    "groups",
    "change",
    "composition",
    "composition_low",
    "composition_high",
]
_COLUMNS += ["within", "within_low", "within_high", "verdict"]


@dataclass(frozen=True)
class Mix:
    """by_grouping: a grouping: grouping, from_wave, to_wave, groups, change, composition, composition_low,
        composition_high, within, within_low, within_high (points), verdict ("rose", "fell" or "unclear" by who
        answered); the intervals of composition hold together at 95% (Bonferroni), those of within one by one
    best: the grouping whose composition is clear and explains most, or ""
    """

    from_wave: str
    to_wave: str
    change: float
    by_grouping: pd.DataFrame
    best: str = ""


def decompose(
    shares_before: np.ndarray, scores_before: np.ndarray, shares_now: np.ndarray, scores_now: np.ndarray
) -> tuple[float, float]:
    """What of the change of a mean comes of composition, and what of change within groups, in the unit of the scores;
    arrays of one length, shares each summing to 1."""
    composition = ((shares_now - shares_before) * (scores_before + scores_now) / 2).sum()
    within = ((scores_now - scores_before) * (shares_before + shares_now) / 2).sum()
    return float(composition), float(within)


def explain_change(cells: pd.DataFrame, from_wave: str, to_wave: str, unknown: str = "(unknown)") -> Mix:
    """The change of the score between two waves, parted by each grouping.

    cells: grouping, group, wave, promoters, passives, detractors. A group that answered in one of the waves only is
    taken to have scored the same in the other, so that its coming or going is composition. Groupings that one of the
    waves did not ask for, whose groups are largely others, or with one group, explain nothing and are left out.
    """
    rows = []
    for grouping, members in cells[cells["wave"].isin([from_wave, to_wave])].groupby("grouping", sort=False):
        named_by = members.groupby(["wave", "group"])[COUNTS].sum()
        names = members["group"].unique()
        before, now = (
            named_by.reindex(pd.MultiIndex.from_product([[wave], names]), fill_value=0).to_numpy(float)
            for wave in (from_wave, to_wave)
        )
        if len(names) > 1 and _is_comparable(before, now, names == unknown):
            named = {"grouping": grouping, "from_wave": from_wave, "to_wave": to_wave, "groups": len(names)}
            rows.append(named | _parts(before, now))
    if not rows:
        return Mix(from_wave, to_wave, nan, pd.DataFrame(columns=_COLUMNS))
    frame = pd.DataFrame(rows)
    z_all, z_one = stats.norm.isf(0.025 / len(rows)), stats.norm.isf(0.025)
    for part, z in (("composition", z_all), ("within", z_one)):
        error = frame.pop(f"{part}_error")
        frame[f"{part}_low"], frame[f"{part}_high"] = frame[part] - z * error, frame[part] + z * error
    bounds = zip(frame["composition_low"], frame["composition_high"], strict=True)
    frame["verdict"] = [judge(low, high) for low, high in bounds]
    clear = frame[frame["verdict"] != "unclear"]
    widest = int(clear["composition"].abs().to_numpy().argmax()) if len(clear) else 0
    best = str(clear["grouping"].iloc[widest]) if len(clear) else ""
    return Mix(from_wave, to_wave, float(frame["change"].iloc[0]), frame[_COLUMNS], best)


def _is_comparable(before: np.ndarray, now: np.ndarray, unknown: np.ndarray) -> bool:
    """Whether both waves know the groups, and largely the same ones."""
    sizes = np.column_stack([before.sum(axis=1), now.sum(axis=1)])
    if not sizes.sum(axis=0).all():
        return False
    shares = sizes / sizes.sum(axis=0)
    in_both = shares[(sizes > 0).all(axis=1)].sum(axis=0)
    return bool((shares[unknown].sum(axis=0) <= _MOST_UNKNOWN).all() and (in_both >= _LEAST_IN_BOTH).all())


def _parts(before: np.ndarray, now: np.ndarray) -> dict[str, float]:
    """change, composition, within and the errors of both, in points, from counts (groups, 3) of two waves."""
    (p0, s0, v0, n0), (p1, s1, v1, n1) = _shares(before), _shares(now)
    gone, new = n1 * p1 == 0, n0 * p0 == 0
    s1, s0 = np.where(gone, s0, s1), np.where(new, s1, s0)
    composition, within = decompose(p0, s0, p1, s1)
    step, middle = p1 - p0, (p0 + p1) / 2
    # Derivatives by each group's score in each wave; the score of a group that answered once counts for both.
    once = gone | new
    variance = np.where(gone, v0, np.where(new, v1, (v0 + v1) / 4))
    by_scores = (step**2 * variance).sum()
    of_composition = by_scores + _spread((s0 + s1) / 2, p0, n0) + _spread((s0 + s1) / 2, p1, n1)
    by_scores = (middle**2 * np.where(once, 0, v0 + v1)).sum()
    of_within = by_scores + _spread((s1 - s0) / 2, p0, n0) + _spread((s1 - s0) / 2, p1, n1)
    parts = {"change": composition + within, "composition": composition, "within": within}
    errors = {"composition_error": np.sqrt(of_composition), "within_error": np.sqrt(of_within)}
    return {name: 100 * float(x) for name, x in (parts | errors).items()}


def _shares(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """Of each group its share of answers, its score as a share, the score's variance (adjusted Wald, so that it is
    never zero), and the number of all answers."""
    n = counts.sum(axis=1)
    score = np.divide(counts[:, 0] - counts[:, 2], n, out=np.zeros(len(n)), where=n > 0)
    variance = standard_error(counts[:, 0] + 0.75, counts[:, 1] + 1.5, counts[:, 2] + 0.75) ** 2
    return n / n.sum(), score, variance, float(n.sum())


def _spread(values: np.ndarray, shares: np.ndarray, n: float) -> float:
    """Variance of the mean of values over n answers spread over groups with these shares."""
    return float((shares * (values - (shares * values).sum()) ** 2).sum()) / n
