"""What makes a customer buy: promotions, a season, or one category; named only where chance is no explanation.

A customer's orders are compared with the orders of all customers while this one was a customer, so that promotions of
other years or seasons not lived through count neither way. Where many follow a promotion or a season, all customers
together are no measure of chance any more; their share is then lowered to that of the customers who do not follow it.
The test is exact (`exact`), one-sided, one a customer and trigger. Only customers who could show a habit at all are
tested (Tarone 1990, Biometrics 46: with two orders hardly anyone can), and of those named a set share at most is named
wrongly (Benjamini and Hochberg 1995, J. Royal Statistical Society B 57(1)). A p-value counts as 1 unless the habit is
also strong enough to plan with, so that this holds of the customers named as they stand.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from statsmodels.stats.multitest import multipletests

from helpers.analysis.loyalty.exact import chance_of_as_many
from helpers.analysis.loyalty.seasons import (
    MIN_CUSTOMERS,
    MONTHS,
    Season,
    counts_in,
    find_seasons,
    sum_over,
    with_time_known,
)
from helpers.errors import InputError

PROMOTION, SEASON, CATEGORY = "promotion", "season", "category"
BUSY_MONTHS = 3
MANY = 6  # orders by which a customer who does not keep to a habit is told from one who does


@dataclass(frozen=True)
class Triggers:
    """customers: a row a buyer: customer_id, orders, spend, promotion_share (of orders), promotion_p,
        is_promotion_buyer, season (that suits the customer best), season_share (of the months with orders), season_p,
        is_seasonal_buyer, favourite_category, category_share (of the categories of each order), category_p,
        prefers_category; shares and p are NaN where they are not known, p also where nothing could be shown
    by_trigger: a row a trigger that the data tell of: trigger, tested (customers), customers, customer_share (of those
        tested), spend, spend_share (of all spend), overall_share (of everyone's orders)
    by_habit: a row a promotion, season or category somebody keeps to, most customers first: trigger, habit, customers,
        spend, spend_share
    busiest: the three months in which the trade as a whole is busiest, and busiest_share of the customers' months
    """

    customers: pd.DataFrame
    by_trigger: pd.DataFrame
    by_habit: pd.DataFrame
    busiest: str
    busiest_share: float
    history_months: int  # from the first month with an order to the last
    promotion_from: str  # "promotion", "discount" or ""
    least_orders: int  # the knobs, as given
    least_share: float
    least_category_share: float


def find_triggers(
    customers: pd.DataFrame,
    by_month: pd.DataFrame,
    by_category: pd.DataFrame,
    promotion_from: str = "promotion",
    *,
    least_orders: int = 3,
    least_share: float = 0.8,
    least_category_share: float = 0.5,
    false_share: float = 0.05,
) -> Triggers:
    """Who buys on promotion, in a season, or from one category.

    customers, by_month, by_category: as `features.habits.Habits` has them. least_orders: a customer with fewer orders
    (months with orders for a season, categories picked for a category) is not judged. least_share: of a customer's
    orders on promotion, or of the months in the season, from which it is a habit; least_category_share: the same for a
    category. false_share: of the customers named, how many may be named wrongly.

    Where nobody has bought, nobody has habits. Raises InputError for a knob out of bounds.
    """
    _check(least_orders, least_share, least_category_share, false_share)
    by_month = by_month.sort_values("month")
    customers = with_time_known(customers.reset_index(drop=True), by_month)
    found = customers[["customer_id", "orders", "spend"]]
    by_promotion = _promotion(customers, by_month, bool(promotion_from), least_orders, least_share)
    by_season = _season(customers, by_month, least_orders, least_share)
    by_category_ = _category(customers, by_category, least_orders)
    for trigger, name, part, least in (
        (PROMOTION, "is_promotion_buyer", by_promotion, least_share),
        (SEASON, "is_seasonal_buyer", by_season, least_share),
        (CATEGORY, "prefers_category", by_category_, least_category_share),
    ):
        named, part = _discoveries(part, trigger, least, false_share)
        found = found.join(part).assign(**{name: named})
    busiest, share = _busiest(by_month)
    return Triggers(
        found,
        _by_trigger(found, by_month, bool(promotion_from)),
        _by_habit(found, promotion_from),
        busiest,
        share,
        int(by_month["month"].max() - by_month["month"].min() + 1) if len(by_month) else 0,
        promotion_from,
        least_orders,
        least_share,
        least_category_share,
    )


def _check(least_orders: int, *shares: float) -> None:
    if least_orders < 2:
        raise InputError(f"{least_orders} orders make no habit", where="trigger_orders", allowed="2 or more")
    for share in shares:
        if not 0 < share <= 1:
            raise InputError(f"{share:g} is no share", where="triggers", allowed="more than 0, at most 1")


def _promotion(
    customers: pd.DataFrame, by_month: pd.DataFrame, known: bool, least_orders: int, least_share: float
) -> pd.DataFrame:
    if not known:
        return _unknown(len(customers), PROMOTION)
    since, until = customers["since"].to_numpy(), customers["until"].to_numpy()
    month = by_month["month"].to_numpy()
    kind, total = (sum_over(month, by_month[c].to_numpy(), since, until) for c in ("promoted", "orders"))
    k, n = customers["promoted"].to_numpy(), customers["orders"].to_numpy()
    kind = _of_others(k, n, kind, total, least_share)
    return _tested(PROMOTION, k, n, kind, total, n >= least_orders)


def _season(customers: pd.DataFrame, by_month: pd.DataFrame, least_orders: int, least_share: float) -> pd.DataFrame:
    """Each customer against the season he keeps to most, as many times as there are seasons (Bonferroni)."""
    months = customers[MONTHS].to_numpy().sum(axis=1)
    judged = months >= least_orders
    seasons = find_seasons(customers[judged], by_month, least_share)
    if not seasons:
        return _unknown(len(customers), SEASON).assign(season=pd.Series(None, range(len(customers)), dtype="str"))
    parts = []
    for season in seasons:
        k, n, kind, total = counts_in(season, customers, by_month)
        parts.append(_tested(SEASON, k, n, _of_others(k, n, kind, total, least_share), total, judged))
    shares = np.column_stack([part["season_share"] for part in parts])
    best = shares.argmax(axis=1)
    rows = np.arange(len(customers))
    p = np.column_stack([part["season_p"] for part in parts])[rows, best]
    names = np.array([season.name for season in seasons], dtype=object)[best]
    attainable = np.column_stack([part["attainable"] for part in parts])[rows, best]
    return pd.DataFrame(
        {
            "season": pd.Series(names, dtype="str"),
            "season_share": shares[rows, best],
            "season_p": np.minimum(p * len(seasons), 1.0),
            "attainable": attainable * len(seasons),
        }
    )


def _category(customers: pd.DataFrame, by_category: pd.DataFrame, least_orders: int) -> pd.DataFrame:
    """Each customer's favourite against all customers' picks, as many times as there are categories (Bonferroni)."""
    favourite = customers["favourite"].astype("str").reset_index(drop=True).rename("favourite_category")
    if by_category["category"].nunique() < 2:
        return _unknown(len(customers), CATEGORY).assign(favourite_category=favourite)
    picked = by_category.pivot_table(index="month", columns="category", values="picks", aggfunc="sum", fill_value=0)
    sums = np.vstack([np.zeros(picked.shape[1], int), picked.to_numpy(int).cumsum(axis=0)])
    month = picked.index.to_numpy()
    upto = np.searchsorted(month, customers["until"].to_numpy(), "right")
    since = np.searchsorted(month, customers["since"].to_numpy(), "left")
    column = picked.columns.get_indexer(pd.Index(favourite))  # -1 where there is none: its count is not used
    kind, total = sums[upto, column] - sums[since, column], (sums[upto] - sums[since]).sum(axis=1)
    k, n = customers["favourite_picks"].to_numpy(), customers["picks"].to_numpy()
    several = (customers["orders"].to_numpy() >= least_orders) & (n >= least_orders)
    part = _tested(CATEGORY, k, n, kind, total, several & (column >= 0))
    of = picked.shape[1]
    p, attainable = np.minimum(part["category_p"] * of, 1.0), part["attainable"] * of
    return part.assign(category_p=p, attainable=attainable, favourite_category=favourite)


def _of_others(k: np.ndarray, n: np.ndarray, kind: np.ndarray, total: np.ndarray, least_share: float) -> np.ndarray:
    """`kind` lowered to what it would be if all ordered as those who do not keep to it do, by one odds ratio.

    Those are the customers with MANY orders or more and a share below `least_share`: with so many, chance hardly ever
    lifts anyone above it. With few such customers `kind` stays as it is.
    """
    others = (n >= MANY) & (k < least_share * n - 1e-9)
    if others.sum() < MIN_CUSTOMERS:
        return kind
    expected = (n[others] * kind[others] / total[others]).sum()
    found, all_ = k[others].sum(), n[others].sum()
    if not 0 < found < expected:
        return kind
    ratio = found / (all_ - found) / (expected / (all_ - expected))
    lowered = np.rint(total * ratio * kind / (total - kind + ratio * kind)).astype(int)
    return np.maximum(lowered, k)


def _tested(
    trigger: str, k: np.ndarray, n: np.ndarray, kind: np.ndarray, total: np.ndarray, judged: np.ndarray
) -> pd.DataFrame:
    """share, p and the best p that this customer could have had; both NaN where the customer is not judged."""
    p, attainable = np.full(len(k), np.nan), np.full(len(k), np.nan)
    at = np.flatnonzero(judged)
    p[at] = chance_of_as_many(k[at], n[at], kind[at], total[at])
    attainable[at] = chance_of_as_many(np.minimum(n, kind)[at], n[at], kind[at], total[at])
    share = np.divide(k, n, out=np.full(len(k), np.nan), where=n > 0)
    return pd.DataFrame({f"{trigger}_share": share, f"{trigger}_p": p, "attainable": attainable})


def _unknown(rows: int, trigger: str) -> pd.DataFrame:
    return pd.DataFrame(np.nan, range(rows), [f"{trigger}_share", f"{trigger}_p", "attainable"])


def _discoveries(
    part: pd.DataFrame, trigger: str, least_share: float, false_share: float
) -> tuple[np.ndarray, pd.DataFrame]:
    """Whom the test names, and `part` without `attainable`, p kept of those who could have shown a habit only."""
    can_show = (part["attainable"] <= false_share).to_numpy()
    p = part[f"{trigger}_p"].where(can_show)
    named = np.zeros(len(part), dtype=bool)
    if can_show.any():
        strong = (part[f"{trigger}_share"] >= least_share - 1e-9).to_numpy()
        counted = np.where(strong, p.fillna(1.0), 1.0)[can_show]
        named[can_show] = multipletests(counted, alpha=false_share, method="fdr_bh")[0]
    return named, part.drop(columns="attainable").assign(**{f"{trigger}_p": p})


def _by_trigger(found: pd.DataFrame, by_month: pd.DataFrame, promotion_known: bool) -> pd.DataFrame:
    spent = float(found["spend"].sum())
    overall = by_month["promoted"].sum() / by_month["orders"].sum() if promotion_known and len(by_month) else np.nan
    rows = []
    for trigger, name in _NAMED.items():
        tested, named = int(found[f"{trigger}_p"].notna().sum()), found[name].to_numpy()
        spend = float(found.loc[named, "spend"].sum(min_count=1)) if named.any() else 0.0
        rows.append(
            {
                "trigger": trigger,
                "tested": tested,
                "customers": int(named.sum()),
                "customer_share": named.sum() / tested if tested else np.nan,
                "spend": spend if found["spend"].notna().any() else np.nan,
                "spend_share": spend / spent if spent > 0 else np.nan,
                "overall_share": overall if trigger == PROMOTION else np.nan,
            }
        )
    return pd.DataFrame(rows)


_NAMED = {PROMOTION: "is_promotion_buyer", SEASON: "is_seasonal_buyer", CATEGORY: "prefers_category"}


def _by_habit(found: pd.DataFrame, promotion_from: str) -> pd.DataFrame:
    spent = float(found["spend"].sum())
    parts = []
    for trigger, habit in ((PROMOTION, None), (SEASON, "season"), (CATEGORY, "favourite_category")):
        named = found[found[_NAMED[trigger]]]
        groups = named[habit] if habit else pd.Series(promotion_from, named.index, dtype="str")
        summed = named.groupby(groups.rename("habit"))["spend"].agg(
            customers="size", spend=lambda s: s.sum(min_count=1)
        )
        parts.append(summed.reset_index().assign(trigger=trigger))
    frame = pd.concat(parts, ignore_index=True)
    frame["spend_share"] = frame["spend"] / spent if spent > 0 else np.nan
    frame = frame.sort_values("customers", ascending=False, kind="stable", ignore_index=True)
    return frame[["trigger", "habit", "customers", "spend", "spend_share"]].astype(
        {"habit": "str", "customers": "int64", "spend": "float64", "spend_share": "float64"}
    )


def _busiest(by_month: pd.DataFrame) -> tuple[str, float]:
    """The three months in a row of the year in which most customers ordered, and their share of the customers'
    months; "" and NaN without orders."""
    if by_month.empty:
        return "", np.nan
    of_year = by_month.groupby(by_month["month"] % 12)["customers"].sum().reindex(range(12), fill_value=0).to_numpy()
    windows = [Season(start, BUSY_MONTHS) for start in range(12)]
    shares = [of_year[w.places].sum() / of_year.sum() for w in windows]
    best = int(np.argmax(shares))
    return windows[best].name, float(shares[best])
