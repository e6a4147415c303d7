"""Three methods asked the same question: which rating goes most with the score?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.analysis.nps_drivers.boosted import Boosted
from helpers.analysis.nps_drivers.ordinal import Ordinal

METHODS = ("lmg", "ordinal", "boosted")


@dataclass(frozen=True)
class Checks:
    """drivers, in the order of lmg: driver, lmg_rank, ordinal, ordinal_low, ordinal_high, ordinal_rank, boosted,
    boosted_low, boosted_high, boosted_rank; blanks for a driver that a method could not judge.

    first: the driver that each method names first, for the methods that could be asked. agreement: Kendall's W of the
    methods' ranks over the drivers that all of them judge, from 0 (none) to 1 (the same order)."""

    drivers: pd.DataFrame
    first: dict[str, str]
    agreement: float
    r_squared: float  # of the boosted model on held-out answers
    answers: int
    within_error: bool = False  # no method puts a driver that another names first clearly behind its own first

    @property
    def agree(self) -> bool:
        """Whether all methods name the same driver first."""
        return len(set(self.first.values())) == 1


def compare_methods(lmg: pd.DataFrame, ordinal: Ordinal, boosted: Boosted) -> Checks:
    """Ranks of the three methods side by side. lmg: driver, lmg, lmg_low, lmg_high (95% interval), one row a driver."""
    frame = lmg[["driver", "lmg", "lmg_low", "lmg_high"]]
    frame = frame.sort_values("lmg", ascending=False, kind="stable", ignore_index=True)
    frame["lmg_rank"] = frame["lmg"].rank(ascending=False, method="min").astype("int64")
    for other in (ordinal.drivers, boosted.drivers):
        frame = frame.merge(other, on="driver", how="left", validate="one_to_one")
    frame[["ordinal_rank", "boosted_rank"]] = frame[["ordinal_rank", "boosted_rank"]].astype("float64")
    first = {}
    for method in METHODS:
        ranked = frame.dropna(subset=[f"{method}_rank"])
        if len(ranked):
            first[method] = str(ranked["driver"].iloc[int(ranked[f"{method}_rank"].argmin())])
    ranks = frame[[f"{method}_rank" for method in first]].dropna()
    close = all(_not_behind(frame, method, driver) for method in first for driver in first.values())
    told = frame.drop(columns=["lmg", "lmg_low", "lmg_high"])
    agreement = _agreement(ranks.to_numpy(float))
    return Checks(told, first, agreement, boosted.r_squared, boosted.answers, within_error=close)


def _not_behind(frame: pd.DataFrame, method: str, driver: str) -> bool:
    """Whether the driver's interval reaches that of the method's first; not where the intervals are not known."""
    size = frame[method].abs()  # a driver counts by size, whatever its sign
    half = (frame[f"{method}_high"] - frame[f"{method}_low"]) / 2
    top, own = int(frame[f"{method}_rank"].argmin()), int((frame["driver"] == driver).argmax())
    return bool(size.iloc[own] + half.iloc[own] >= size.iloc[top] - half.iloc[top])


def _agreement(ranks: np.ndarray) -> float:
    """Kendall's coefficient of concordance W of ranks (drivers, methods), ranked anew among these drivers (Kendall and
    Babington Smith 1939, Annals of Math. Statistics 10); NaN with fewer than two drivers or methods."""
    n, methods = ranks.shape
    if n < 2 or methods < 2:
        return float("nan")
    sums = pd.DataFrame(ranks).rank(method="average").sum(axis=1)
    return float(12 * ((sums - sums.mean()) ** 2).sum() / (methods**2 * (n**3 - n)))
