"""Rules by which a customer relationship system puts customers into the groups, and how often they are right.

A shallow decision tree (CART, Breiman et al. 1984) learns the groups from the features in their own units; each of its
leaves is a rule. Thresholds are rounded to what a person would type, and the rules are counted as rounded. `fidelity`
is the share of customers, unseen by the tree, whom it puts into their group.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.tree import DecisionTreeClassifier

from helpers.analysis.clusters.grouping import sample
from helpers.analysis.clusters.methods import rule_accuracy
from helpers.analysis.clusters.space import split_kinds

_LEARNT_FROM = 10_000  # customers
_DEPTH = 4  # questions at most
_LEAST = 0.01  # of customers in a leaf
_TYPICAL = 5


@dataclass(frozen=True)
class Condition:
    """A number from `low` on and below `high`, or a category that is (or is not) `value`."""

    feature: str
    low: float = -np.inf
    high: float = np.inf
    value: str = ""
    holds: bool = True

    def met(self, customers: pd.DataFrame) -> np.ndarray:
        values = customers[self.feature]
        if self.value:
            return np.asarray((values.to_numpy() == self.value) == self.holds)
        numbers = values.to_numpy(float)
        return np.asarray((numbers >= self.low) & (numbers < self.high))

    def __str__(self) -> str:
        """As a system reads it: `order_count >= 3 AND order_count < 10`, `plan <> 'basic'`."""
        if self.value:
            return f"{self.feature} {'=' if self.holds else '<>'} '{self.value.replace(chr(39), 2 * chr(39))}'"
        low = [f"{self.feature} >= {self.low:.15g}"] if np.isfinite(self.low) else []
        high = [f"{self.feature} < {self.high:.15g}"] if np.isfinite(self.high) else []
        return " AND ".join(low + high)


@dataclass(frozen=True)
class Rule:
    """One way into a group. customers: who meet it; precision: share of them in the group; coverage: of the group."""

    cluster: str
    conditions: tuple[Condition, ...]
    customers: int
    precision: float
    coverage: float


@dataclass(frozen=True)
class Rules:
    """rules: by group in the order given, widest first; every customer meets exactly one. fidelity: share 0-1."""

    rules: list[Rule]
    fidelity: float

    @property
    def table(self) -> pd.DataFrame:
        """cluster, rule (text), customers, precision, coverage."""
        rows = [
            {
                "cluster": r.cluster,
                "rule": " AND ".join(map(str, r.conditions)) or "all customers",
                "customers": r.customers,
                "precision": r.precision,
                "coverage": r.coverage,
            }
            for r in self.rules
        ]
        return pd.DataFrame(rows, columns=["cluster", "rule", "customers", "precision", "coverage"])


def find_rules(
    customers: pd.DataFrame, features: Sequence[str], clusters: pd.Series, order: Sequence[str], seed: int = 0
) -> Rules:
    """Rules that put customers into their groups.

    customers: one row each with the features (numbers or text, none missing); clusters: their groups' names, in the
    same order; order: all names, as they shall stand. With a single group there is nothing to tell: no rules.
    """
    names = clusters.to_numpy(dtype=object)
    if len(set(names)) < 2:
        return Rules([], np.nan)
    numbers, categories = split_kinds(customers, list(features))
    questions = [(f, v) for f in categories for v in sorted(customers[f].unique())]
    # In a fixed order, so that the same customers give the same rules.
    rows = customers["customer_id"].argsort(kind="stable").to_numpy()
    rows = rows[sample(len(rows), _LEARNT_FROM, seed)]
    some = customers.iloc[rows]
    X = np.hstack(
        [some[numbers].to_numpy(float), *[(some[f].to_numpy() == v)[:, None].astype(float) for f, v in questions]]
    )
    labels = pd.Categorical(names[rows], categories=list(order)).codes
    tree = DecisionTreeClassifier(
        max_depth=_DEPTH,
        max_leaf_nodes=2 * len(order) + 2,
        min_samples_leaf=max(2, int(_LEAST * len(some))),
        random_state=0,
    ).fit(X, labels)
    leaves = _leaves(tree, numbers, questions, some)
    found = [_count(order[tree.classes_[code]], conditions, customers, names) for code, conditions in leaves]
    place = {name: i for i, name in enumerate(order)}
    found.sort(key=lambda r: (place[r.cluster], -r.coverage))
    return Rules([r for r in found if r.customers], rule_accuracy(X, labels, _DEPTH))


def _leaves(
    tree: DecisionTreeClassifier, numbers: list[str], questions: list[tuple[str, str]], customers: pd.DataFrame
) -> list[tuple[int, tuple[Condition, ...]]]:
    """The class and the conditions of each leaf; leaves side by side of the same class are one."""
    whole = [bool((customers[f].to_numpy(float) % 1 == 0).all()) for f in numbers]
    inner = tree.tree_

    def walk(node: int, conditions: dict[object, Condition]) -> list[tuple[int, dict[object, Condition]]]:
        left, right = int(inner.children_left[node]), int(inner.children_right[node])
        if left < 0:
            return [(int(inner.value[node][0].argmax()), conditions)]
        j = int(inner.feature[node])
        if j < len(numbers):
            cut = _round_cut(float(inner.threshold[node]), whole[j])
            own = conditions.get(j, Condition(numbers[j]))
            below = Condition(numbers[j], own.low, min(own.high, cut))
            above = Condition(numbers[j], max(own.low, cut), own.high)
            sides = walk(left, conditions | {j: below}), walk(right, conditions | {j: above})
        else:
            feature, value = questions[j - len(numbers)]
            no, yes = Condition(feature, value=value, holds=False), Condition(feature, value=value)
            # Who is one value need not be told which others he is not.
            others = {key: c for key, c in conditions.items() if c.feature != feature}
            sides = walk(left, conditions | {j: no}), walk(right, others | {j: yes})
        if len(sides[0]) == len(sides[1]) == 1 and sides[0][0][0] == sides[1][0][0]:
            return [(sides[0][0][0], conditions)]
        return sides[0] + sides[1]

    return [(code, tuple(conditions.values())) for code, conditions in walk(0, {})]


def _round_cut(threshold: float, whole: bool) -> float:
    """Values up to the threshold lie below the cut: of whole numbers the next one, else three figures."""
    if whole:
        return float(np.floor(threshold) + 1)
    return float(f"{threshold:.3g}")


def _count(name: str, conditions: tuple[Condition, ...], customers: pd.DataFrame, names: np.ndarray) -> Rule:
    met = np.ones(len(customers), dtype=bool)
    for condition in conditions:
        met &= condition.met(customers)
    own = names == name
    both = int((met & own).sum())
    return Rule(name, conditions, int(met.sum()), both / max(int(met.sum()), 1), both / max(int(own.sum()), 1))


def find_typical(
    coordinates: np.ndarray, customer_ids: pd.Series, clusters: pd.Series, order: Sequence[str]
) -> pd.DataFrame:
    """The customers nearest to the middle of their group: cluster, rank (1 is nearest), customer_id, distance.

    coordinates: (n x columns) of the customers, in the order of the ids; distance in standard units.
    """
    frames = []
    names, ids = clusters.to_numpy(dtype=object), customer_ids.to_numpy(dtype=object)
    for name in order:
        rows = np.flatnonzero(names == name)
        if not len(rows):
            continue
        own = coordinates[rows]
        away = np.sqrt(((own - own.mean(axis=0)) ** 2).sum(axis=1))
        near = np.argpartition(away, min(_TYPICAL, len(away)) - 1)[:_TYPICAL]
        near = near[np.lexsort((ids[rows[near]].astype(str), away[near]))]
        told = {
            "cluster": name,
            "rank": range(1, len(near) + 1),
            "customer_id": ids[rows[near]],
            "distance": away[near],
        }
        frames.append(pd.DataFrame(told))
    return pd.concat(frames, ignore_index=True).astype({"customer_id": "str", "cluster": "str"})
