"""Scores of groups of customers: which differ from all others, and none so small that its answers could be told.

Each group is tested against the rest of its grouping by the adjusted scores and variances of nps.py. All groups of all
groupings are looked at, so their p-values are corrected together by Benjamini and Hochberg (1995, Journal of the Royal
Statistical Society B 57): of the differences called clear one in twenty at most is expected to be none.
"""

from collections.abc import Collection
from dataclasses import dataclass
from math import nan
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from helpers.analysis.nps_drivers.nps import COUNTS, Nps, NpsGroups, compare_counts, score_groups, whole_sample
from helpers.analysis.nps_drivers.wave_names import order_waves

WITHHELD = "(withheld)"  # the name that groups too small to be shown have together
APART = ("all", "wave")  # everyone, and waves, are no groups of customers
_CELL = ["row", "column", "answers", "nps", "nps_low", "nps_high", "rest", "difference", "low", "high", "q", "verdict"]
_LEVEL = 0.05  # share of clear differences that may be none


@dataclass(frozen=True)
class Groups:
    """by_group: a group of a grouping: grouping, group, answers, promoters, passives, detractors, nps, nps_low,
        nps_high, nps_weighted, nps_weighted_low, nps_weighted_high, rest (score of the rest of its grouping),
        difference, low, high (points, from the rest, each by itself at 95%), p, q (Benjamini-Hochberg), verdict:
        "above", "below", "unclear", "withheld", or "" where nothing is compared
    grouping: the one whose groups differ most, or ""; lowest, highest: its groups furthest from the rest, "" where
        neither is clear
    compared: groups tested
    """

    by_group: pd.DataFrame
    grouping: str = ""
    lowest: str = ""
    highest: str = ""
    compared: int = 0

    def chosen(self) -> pd.DataFrame:
        """The rows of the grouping that differs most; where none clearly does, of the one with the smallest p."""
        rows = self.by_group[self.by_group["verdict"] != ""]
        ranked = rows.sort_values("p", kind="stable")["grouping"]
        return rows[rows["grouping"] == (self.grouping or (ranked.iloc[0] if len(ranked) else ""))]

    def scored(self) -> pd.DataFrame:
        """Every group with its score alone, without what it was compared with."""
        return self.by_group.drop(columns=["rest", "difference", "low", "high", "p", "q", "verdict"])

    def overall(self) -> Nps:
        """The score of all answers together."""
        return whole_sample(NpsGroups(self.by_group))

    def tested(self) -> pd.DataFrame:
        """The groups that were compared with the rest: grouping, group, answers, nps, rest, difference, low, high, p,
        q, verdict."""
        columns = ["grouping", "group", "answers", "nps", "rest", "difference", "low", "high", "p", "q", "verdict"]
        return self.by_group.loc[self.by_group["p"].notna(), columns].reset_index(drop=True)

    def row(self, group: str) -> dict[Any, Any]:
        """A group of the chosen grouping."""
        found = self.chosen()
        return found[found["group"] == group].to_dict("records")[0]


def withhold_small(by_group: pd.DataFrame, min_answers: int = 50, keep: Collection[str] = APART) -> pd.DataFrame:
    """Counts with the groups of fewer than `min_answers` put together as one "(withheld)" row a grouping, at its end.

    by_group: grouping, group and counts or sums, which are added up: promoters, passives and detractors, or answers.
    Where the row would hold a single group, which whoever knows the whole could subtract, or fewer than `min_answers`,
    the next smallest groups join it. Answers in = answers out. Groupings in `keep` stay as they are.
    """
    if by_group.empty:
        return by_group
    sums = by_group.select_dtypes("number").columns.tolist()
    size = by_group["answers"] if "answers" in by_group else by_group[COUNTS].sum(axis=1)
    hidden = pd.Series(False, by_group.index)
    for grouping, sizes in size.groupby(by_group["grouping"], sort=False):
        if grouping not in keep:
            hidden |= hidden.index.isin(_too_small(sizes, by_group.loc[sizes.index, "group"], min_answers))
    if not hidden.any():
        return by_group
    together = by_group[hidden].groupby("grouping", sort=False)[sums].sum().reset_index().assign(group=WITHHELD)
    order = {grouping: i for i, grouping in enumerate(by_group["grouping"].unique())}
    frame = pd.concat([by_group[~hidden], together], ignore_index=True)[by_group.columns]
    return frame.sort_values("grouping", key=lambda g: g.map(order), kind="stable", ignore_index=True)


def _too_small(sizes: pd.Series, names: pd.Series, min_answers: int) -> list[int]:
    """Places of the groups of one grouping that go into the withheld row."""
    ranked = sizes.sort_values(kind="stable")
    n = int((ranked < min_answers).sum())
    if n == 0:
        return []
    # A group that is withheld already (named by a person's) may be one group as well, and has no name to lose.
    withheld = names.index[names == WITHHELD].tolist()
    total = ranked.cumsum().to_numpy()
    while n < len(ranked) and (n < 2 or total[n - 1] < min_answers):
        n += 1
    return [*dict.fromkeys([*ranked.index[:n].tolist(), *withheld])]


def compare_groups(counts: pd.DataFrame, min_answers: int = 50) -> Groups:
    """Scores of all groups and how each differs from the rest of its grouping.

    counts: as for `score_groups`, small groups still apart: they are withheld here. Waves are put in their order, as
    far as their names tell it.
    """
    counts = _in_time(withhold_small(counts, min_answers))
    frame = score_groups(counts).by_group
    points = frame[COUNTS].to_numpy(float)
    rest = frame.groupby("grouping")[COUNTS].transform("sum").to_numpy(float) - points
    difference, low, high, p = compare_counts(points, rest)
    apart, withheld = frame["grouping"].isin(APART), frame["group"] == WITHHELD
    # A grouping of which all is one group compares nothing.
    alone = frame.groupby("grouping")["group"].transform("size") < 2
    tested = ~(apart | withheld | alone) & (frame["answers"] > 0)
    frame["rest"] = np.where(tested, frame["nps"] - 100 * difference, nan)
    frame["difference"], frame["low"], frame["high"] = (np.where(tested, 100 * x, nan) for x in (difference, low, high))
    frame["p"] = np.where(tested, p, nan)
    frame["q"] = nan
    if tested.any():
        frame.loc[tested, "q"] = stats.false_discovery_control(frame.loc[tested, "p"])
    clear = tested & (frame["q"] < _LEVEL) & (frame["difference"].round() != 0)
    side = np.where(frame["difference"] > 0, "above", "below")
    frame["verdict"] = np.select([clear, tested, withheld & ~alone], [side, "unclear", "withheld"], "")
    return Groups(frame, *_widest(frame[clear]), compared=int(tested.sum()))


def _in_time(counts: pd.DataFrame) -> pd.DataFrame:
    """The same rows, with the waves from the first to the last in the places that waves had."""
    waves = np.flatnonzero(counts["grouping"] == "wave")
    names = counts["group"].iloc[waves].tolist()
    order = np.arange(len(counts))
    order[waves] = [waves[names.index(name)] for name in order_waves(names)]
    return counts.iloc[order].reset_index(drop=True)


def _widest(clear: pd.DataFrame) -> tuple[str, str, str]:
    """The grouping with the widest gap between clear groups, and which they are; one with a clear group on each side
    comes before one with a clear group on one side."""
    best, found = (False, 0.0), ("", "", "")
    for grouping, members in clear.groupby("grouping", sort=False):
        below, above = members[members["difference"] < 0], members[members["difference"] > 0]
        low = str(below["group"].iloc[int(below["nps"].to_numpy().argmin())]) if len(below) else ""
        high = str(above["group"].iloc[int(above["nps"].to_numpy().argmax())]) if len(above) else ""
        both = bool(low and high)
        gap = above["nps"].max() - below["nps"].min() if both else members["difference"].abs().max()
        if (both, gap) > best:
            best, found = (both, gap), (str(grouping), low, high)
    return found


@dataclass(frozen=True)
class Cells:
    """Scores by two groupings.

    by_cell: row, column, answers, nps, nps_low, nps_high (points; NaN where nobody answered or the cell is withheld),
        rest (all other answers' score), difference, low, high (from it), q, verdict: "above", "below", "unclear",
        "withheld" or "none" (nobody answered). Answers of withheld cells are not told: 0.
    """

    rows: str
    columns: str
    by_cell: pd.DataFrame

    def table(self) -> pd.DataFrame:
        """by_cell with the names of both groupings, row_grouping and column_grouping."""
        return self.by_cell.assign(row_grouping=self.rows, column_grouping=self.columns)


def compare_cells(counts: pd.DataFrame, rows: str, columns: str, min_answers: int = 50) -> Cells:
    """Scores of the groups of `rows` by those of `columns`, each cell against all other answers.

    counts: row, column, promoters, passives, detractors. Groups and cells below `min_answers` are withheld, and as many
    others as it takes so that none is known from the totals of its row and column.
    """
    if counts.empty:
        return Cells(rows, columns, pd.DataFrame(columns=_CELL))
    frame = counts.copy()
    for side in ("row", "column"):
        totals = frame.groupby(side, sort=False)[COUNTS].sum().reset_index().rename(columns={side: "group"})
        kept = withhold_small(totals.assign(grouping=side), min_answers)["group"]
        frame[side] = frame[side].where(frame[side].isin(kept), WITHHELD)
    frame = frame.groupby(["row", "column"], sort=False, as_index=False)[COUNTS].sum()
    grid = pd.MultiIndex.from_product([frame["row"].unique(), frame["column"].unique()], names=["row", "column"])
    frame = frame.set_index(["row", "column"]).reindex(grid, fill_value=0).reset_index()
    sizes = frame[COUNTS].sum(axis=1).to_numpy().reshape(frame["row"].nunique(), -1)
    hidden = _hide_cells(sizes, min_answers).ravel()
    scored = score_groups(frame.assign(grouping="", group="")).by_group
    points = frame[COUNTS].to_numpy(float)
    difference, low, high, p = compare_counts(points, points.sum(axis=0) - points)
    shown = ~hidden & (sizes.ravel() > 0)
    tested = shown & (points.sum() - points.sum(axis=1) >= max(min_answers, 1))
    rest = scored["nps"].to_numpy() - 100 * difference
    found = frame[["row", "column"]].assign(answers=np.where(hidden, 0, sizes.ravel()))
    for name in ("nps", "nps_low", "nps_high"):
        found[name] = scored[name].where(shown)
    for name, value in (("rest", rest), ("difference", 100 * difference), ("low", 100 * low), ("high", 100 * high)):
        found[name] = np.where(tested, value, nan)
    found["q"] = nan
    if tested.any():
        found.loc[tested, "q"] = stats.false_discovery_control(p[tested])
    clear = tested & (found["q"] < _LEVEL) & (found["difference"].round() != 0)
    found["verdict"] = "none"
    found.loc[shown, "verdict"] = "unclear"
    found.loc[hidden, "verdict"] = "withheld"
    found.loc[clear & (found["difference"] > 0), "verdict"] = "above"
    found.loc[clear & (found["difference"] < 0), "verdict"] = "below"
    return Cells(rows, columns, found)


def _hide_cells(sizes: np.ndarray, min_answers: int) -> np.ndarray:
    """Which cells of a table of counts to withhold: those from 1 to below `min_answers`, and others with few answers
    that it takes so that the totals of rows and columns determine none of them."""
    hidden = (sizes > 0) & (sizes < min_answers)
    while True:
        joined = next(
            (cells for row, column in _determined(hidden) if (cells := _to_join(sizes, hidden, row, column))), []
        )
        if not joined:  # what is still known is all there is in its row and column
            return hidden
        for cell in joined:
            hidden[cell] = True


def _to_join(sizes: np.ndarray, hidden: np.ndarray, row: int, column: int) -> list[tuple[int, int]]:
    """The cells that keep one from being known, at the cost of fewest answers: three that make a rectangle with it,
    or, where there is none, the smallest of its row and column."""
    open_ = (sizes > 0) & ~hidden
    rows, columns = (np.flatnonzero(side) for side in (sizes[:, column] > 0, sizes[row] > 0))
    corners = [
        [(row, int(j)), (int(i), column), (int(i), int(j))]
        for i in rows
        for j in columns
        if i != row and j != column and sizes[i, j]
    ]
    if corners:
        best = min(corners, key=lambda cells: sum(sizes[cell] for cell in cells if open_[cell]))
        return [cell for cell in best if open_[cell]]
    beside = [(int(i), column) for i in rows] + [(row, int(j)) for j in columns]
    beside = [cell for cell in beside if open_[cell]]
    return [min(beside, key=lambda cell: sizes[cell])] if beside else []


def _determined(hidden: np.ndarray) -> np.ndarray:
    """Places of the hidden cells that the totals give away: those on which all solutions of the equations agree."""
    places = np.argwhere(hidden)
    if not len(places):
        return places
    equations = np.zeros((sum(hidden.shape), len(places)))
    equations[places[:, 0], range(len(places))] = 1
    equations[hidden.shape[0] + places[:, 1], range(len(places))] = 1
    _, singular, directions = np.linalg.svd(equations)
    free = directions[(singular > 1e-9).sum() :]
    return places[(np.abs(free) < 1e-9).all(axis=0)]
