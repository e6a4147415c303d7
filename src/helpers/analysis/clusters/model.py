"""A grouping that can be kept: written as a readable table, read again, and applied to next quarter's customers.

The table holds numbers and names only, never code: how each feature is treated, where each group's centre lies and, for
a mixture of normal distributions, how wide and how large each is. From it a scikit-learn pipeline is built again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.linalg import solve_triangular
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.pipeline import Pipeline

from helpers.analysis.clusters.grouping import nearest_centre
from helpers.analysis.clusters.space import Category, Number, Treatment
from helpers.errors import InputError

VERSION = 1  # raise when a table of this version would be read wrongly by older code
COLUMNS = ["part", "cluster", "feature", "setting", "value", "text"]
_NUMBER = ("log", "low", "high", "mean", "scale")


class NearestGroup(ClusterMixin, BaseEstimator):
    """Puts rows into the group whose centre is nearest, or, given spreads, into the most likely normal distribution.

    centres: (k, columns); weights: (k,) shares; covariances: (k, columns, columns).
    """

    def __init__(
        self, centres: np.ndarray, weights: np.ndarray | None = None, covariances: np.ndarray | None = None
    ) -> None:
        self.centres, self.weights, self.covariances = centres, weights, covariances

    def fit(self, X: np.ndarray, y: Any = None) -> "NearestGroup":
        return self

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def predict(self, X: np.ndarray) -> np.ndarray:
        if self.covariances is None or self.weights is None:
            return nearest_centre(X, self.centres)
        scores = np.empty((len(X), len(self.centres)))
        for i, (centre, weight, covariance) in enumerate(
            zip(self.centres, self.weights, self.covariances, strict=True)
        ):
            root = np.linalg.cholesky(covariance)
            away = solve_triangular(root, (X - centre).T, lower=True)
            scores[:, i] = np.log(weight) - np.log(np.diag(root)).sum() - 0.5 * (away**2).sum(axis=0)
        return np.asarray(scores.argmax(axis=1))


@dataclass(frozen=True)
class GroupModel:
    """names: of the groups 0..k-1; treatment: fitted; groups: who belongs where."""

    method: str
    names: list[str]
    treatment: Treatment
    groups: NearestGroup

    @property
    def features(self) -> list[str]:
        return list(self.treatment.used_)

    def pipeline(self) -> Pipeline:
        """Customers' features in, numbers of groups out; its steps are fitted."""
        return Pipeline([("treat", self.treatment), ("group", self.groups)])

    def to_frame(self) -> pd.DataFrame:
        """The table that `read_model` reads: part, cluster, feature, setting, value, text."""
        rows: list[dict[str, Any]] = [
            {"part": "about", "setting": "version", "value": VERSION},
            {"part": "about", "setting": "method", "text": self.method},
        ]
        rows += [{"part": "order", "feature": f, "value": i} for i, f in enumerate(self.features)]
        for n in self.treatment.numbers_:
            rows += [{"part": "number", "feature": n.name, "setting": s, "value": getattr(n, s)} for s in _NUMBER]
        for c in self.treatment.categories_:
            told = zip(c.values, c.shares, strict=True)
            rows += [
                {"part": "category", "feature": c.name, "setting": "share", "text": v, "value": s} for v, s in told
            ]
        for i, name in enumerate(self.names):
            rows += self._group_rows(i, name)
        frame = pd.DataFrame(rows, columns=COLUMNS)
        frame["value"] = frame["value"].astype(float)
        return frame.astype(dict.fromkeys(["part", "cluster", "feature", "setting", "text"], "str"))

    def _group_rows(self, i: int, name: str) -> list[dict[str, Any]]:
        columns, of = self.treatment.columns_, {"part": "cluster", "cluster": name}
        rows = [
            {**of, "feature": c, "setting": "centre", "value": x}
            for c, x in zip(columns, self.groups.centres[i], strict=True)
        ]
        if self.groups.weights is None or self.groups.covariances is None:
            return rows
        rows.append({**of, "setting": "weight", "value": self.groups.weights[i]})
        for a, column in enumerate(columns):
            rows += [
                {**of, "feature": column, "setting": "covariance", "text": other, "value": x}
                for other, x in zip(columns, self.groups.covariances[i][a], strict=True)
            ]
        return rows


def read_model(frame: pd.DataFrame) -> GroupModel:
    """The model that `to_frame` wrote; raises InputError where the table is none, or of a later version."""
    if set(COLUMNS) <= set(frame.columns) and not (frame["part"] == "cluster").any():
        raise InputError(
            "That report found no groups, so there are none to keep",
            where="clusters.keep",
            mend="Name a report that has groups, or leave `keep` out to look for them in today's data.",
        )
    if not set(COLUMNS) <= set(frame.columns):
        raise InputError(
            "This table is no saved model of customer groups",
            where="clusters.keep",
            mend="Name the folder of an earlier report, or its tables/cluster_model.parquet.",
        )
    about = frame[frame["part"] == "about"].set_index("setting")
    version = float(about["value"].get("version", np.nan))
    if version != VERSION:
        raise InputError(
            f"The saved groups are of version {version:g}, and this kit reads version {VERSION}",
            where="clusters.keep",
            mend="Find the groups anew with this kit.",
        )
    of: dict[Any, pd.DataFrame] = dict(iter(frame.groupby("part", sort=False)))
    numbers, categories = [], []
    if "number" in of:
        for name, rows in of["number"].groupby("feature", sort=False):
            s = rows.set_index("setting")["value"]
            low, high, mean, scale = (float(s[x]) for x in _NUMBER[1:])
            numbers.append(Number(str(name), bool(s["log"]), low, high, mean, scale))
    if "category" in of:
        for name, rows in of["category"].groupby("feature", sort=False):
            categories.append(Category(str(name), tuple(rows["text"]), tuple(rows["value"].astype(float))))
    features = [str(f) for f in of["order"].sort_values("value")["feature"]]
    treatment = Treatment(features)
    treatment.numbers_, treatment.categories_, treatment.left_out_ = numbers, categories, {}
    groups = of["cluster"]
    names = [str(n) for n in groups["cluster"].unique()]
    wide, k = len(treatment.columns_), len(names)
    centres = groups.loc[groups["setting"] == "centre", "value"].to_numpy(float).reshape(k, wide)
    weights = groups.loc[groups["setting"] == "weight", "value"].to_numpy(float)
    spreads = groups.loc[groups["setting"] == "covariance", "value"].to_numpy(float)
    mixture = NearestGroup(centres, weights, spreads.reshape(k, wide, wide)) if len(weights) else NearestGroup(centres)
    return GroupModel(str(about["text"]["method"]), names, treatment, mixture)


def open_kept(table: pd.DataFrame | None) -> GroupModel | None:
    """The model of a table, if there is one to keep."""
    return None if table is None else read_model(table)


def features_asked(kept: GroupModel | None, asked: Sequence[str]) -> list[str]:
    """The features to measure: those of the groups that are kept, else those asked for."""
    return kept.features if kept else list(asked)
