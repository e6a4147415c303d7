"""What an order of each customer is worth: the Gamma-Gamma model where it may be used, and why not where it may not."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from helpers.analysis.clv import gamma_gamma
from helpers.analysis.clv.gamma_gamma import GammaGamma
from helpers.analysis.clv.histories import Floats

MOST_LINKED = 0.3  # rank correlation of frequency and value, by Cohen (1988) the least that is more than small
FEWEST = 30  # repeat customers, to tell how order values differ


@dataclass(frozen=True)
class OrderValues:
    """model: None where it is not used. reason: "" where values are known, also where all orders are worth the same;
    "amounts": orders have none; "few": fewer than 30 customers came back; "linked": customers who come more often spend
    more or less on an order than others, which the model excludes; "wide": a few large orders make so much of the sum
    that no mean can be told.
    link: Spearman's rank correlation between repeat orders and their mean value; same: the value where all are equal;
    kept_share: what returns leave of what was sold, 0-1."""

    model: GammaGamma | None
    reason: str
    link: float = float("nan")
    same: float = float("nan")
    kept_share: float = 1.0

    @property
    def known(self) -> bool:
        return not self.reason

    @property
    def shape(self) -> float:
        """p: how evenly a customer's orders are worth the same."""
        return self.model.p if self.model else float("inf")

    def expected(self, customers: pd.DataFrame, parameters: Floats | None = None) -> Floats:
        """Value of an order of each customer, after returns; NaN where values are not known."""
        if self.model is None:
            return np.full(len(customers), self.same * self.kept_share)
        x, mean = (customers[c].to_numpy(float) for c in ("repeat_orders", "mean_value"))
        at = self.model.parameters if parameters is None else parameters
        return gamma_gamma.order_value(at, np.where(mean > 0, x, 0), mean) * self.kept_share


def fit_values(customers: pd.DataFrame) -> OrderValues:
    """customers: one row a buyer: repeat_orders, mean_value (NaN without any, or where there are no amounts), spend and
    returned."""
    spent = float(customers["spend"].sum(min_count=1)) if len(customers) else float("nan")
    back = customers[customers["repeat_orders"] > 0]
    unknown, back = back["mean_value"].isna().any(), back[back["mean_value"] > 0]  # free orders tell no value
    if not spent > 0 or unknown:
        return OrderValues(None, "amounts")
    kept = max(0.0, 1 - float(customers["returned"].sum()) / spent)
    if len(back) < FEWEST:
        return OrderValues(None, "few", kept_share=kept)
    if back["mean_value"].nunique() < 2:
        return OrderValues(None, "", same=float(back["mean_value"].iloc[0]), kept_share=kept)
    link = 0.0
    if back["repeat_orders"].nunique() > 1:
        link = float(stats.spearmanr(back["repeat_orders"], back["mean_value"]).statistic)
    if round(abs(link), 2) > MOST_LINKED:
        return OrderValues(None, "linked", link, kept_share=kept)
    model = gamma_gamma.fit(back["repeat_orders"], back["mean_value"])
    if model.q <= 1:
        return OrderValues(None, "wide", link, kept_share=kept)
    return OrderValues(model, "", link, kept_share=kept)
