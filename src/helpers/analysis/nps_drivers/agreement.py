"""Whether other ways of reckoning put drivers in the same order."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.analysis.nps_drivers.drivers import Drivers
from helpers.analysis.nps_drivers.missing import COMPLETE, PAIRS, MissingWays


@dataclass(frozen=True)
class Agreement:
    """shares: method, driver, importance (share of what the method explains), rank; the method of the page first,
    drivers in the order of its ranks."""

    shares: pd.DataFrame
    methods: int  # beside the page's own
    firsts: list[str]  # drivers that some method puts first, the page's own first
    most_moved: int  # ranks between the page's own and the one furthest from it
    moved: str  # the driver that moves most; empty where none does


def importance_by(method: str, drivers: pd.Series, shares: pd.Series) -> pd.DataFrame:
    """One method's answer for `compare`: method, driver, importance; negative shares count as none."""
    positive = shares.clip(lower=0)
    total = positive.sum()
    importance = positive / total if total > 0 else positive * np.nan
    return pd.DataFrame({"method": method, "driver": drivers.to_numpy(), "importance": importance.to_numpy(float)})


def standard_methods(found: Drivers, ways: MissingWays) -> list[pd.DataFrame]:
    """The page's own importance, Johnson's weights, and the other ways to treat missing answers."""
    table = found.drivers
    own = importance_by(found.shares, table["driver"], table["lmg"])
    others = [importance_by("johnson", table["driver"], table["johnson"])]
    here = COMPLETE if found.rest_on == "complete" else PAIRS
    for method, part in ways.ways.groupby("method", sort=False):
        if method != here:
            others.append(importance_by(str(method), part["driver"], part["lmg"]))
    return [own, *others]


def compare(methods: Sequence[pd.DataFrame]) -> Agreement:
    """How far the methods agree; each as `importance_by` gives, the page's own first, of the same drivers."""
    own = methods[0].sort_values("importance", ascending=False, kind="stable")
    order = own["driver"].tolist()
    parts = []
    for method in methods:
        part = method.set_index("driver").loc[order].reset_index()
        part["rank"] = part["importance"].rank(ascending=False, method="first")
        parts.append(part[["method", "driver", "importance", "rank"]])
    shares = pd.concat(parts, ignore_index=True)
    ranks = np.array([part["rank"].to_numpy(float) for part in parts])
    if not order or np.isnan(ranks).all():
        return Agreement(shares, len(methods) - 1, [], 0, "")
    moved = np.nanmax(np.abs(ranks - ranks[0]), axis=0)
    firsts = [order[int(np.nanargmin(rank))] for rank in ranks if not np.isnan(rank).all()]
    most = int(moved.max())
    return Agreement(
        shares, len(methods) - 1, list(dict.fromkeys(firsts)), most, order[int(moved.argmax())] if most else ""
    )
