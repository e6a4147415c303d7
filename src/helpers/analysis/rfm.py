"""Recency, frequency and monetary value: a score for each, and the segment they put a customer in.

Method: Hughes (1994), Strategic Database Marketing, with one change. Cutting customers into equal fifths by
rank gives buyers with the very same history different scores; here a score counts how many customers are
strictly worse, so equal values always score the same. Where 65% bought once, all of them score 1 on frequency
and the second order already scores 4 of 5. Segment names follow the recency by frequency grid in common use.

Scores are ranks among the client's customers. Whether somebody is late is a matter of that customer's own rhythm: late
is who has waited more than twice as long as between orders before, with three orders or more to tell it by.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.errors import InputError, ThinDataError

MEASURES = ("recency_days", "order_count")  # and spend, where it is known
LATE = 2  # times the days between a customer's own orders
_RHYTHM_ORDERS = 3

# Best to worst, with what to do about each.
ACTIONS = {
    "Champions": "Reward them, show them new products first and ask for referrals.",
    "Loyal customers": "Offer the next product up and ask for reviews.",
    "Potential loyalists": "Invite them into a membership and suggest what similar customers buy next.",
    "New customers": "Help them succeed with the first order and set up the second.",
    "Promising": "Remind them of the brand and give a small reason to order again.",
    "Needs attention": "Send an offer with an end date, built on what they bought before.",
    "About to sleep": "Show them popular products and reconnect before the habit is gone.",
    "At risk": "Write personally, solve what went wrong and offer a way back.",
    "Cannot lose them": "Call them, learn why they stopped and win them back before a competitor does.",
    "Hibernating": "Keep them in low-cost mailings and offer products outside their last category.",
    "Lost": "Try one win-back message, then stop spending on them.",
}

# Rows are recency 5 (bought last) down to 1, columns frequency 1 up to 5.
_GRID = (
    ("New customers", "Potential loyalists", "Potential loyalists", "Champions", "Champions"),
    ("Promising", "Potential loyalists", "Potential loyalists", "Loyal customers", "Loyal customers"),
    ("About to sleep", "About to sleep", "Needs attention", "Loyal customers", "Loyal customers"),
    ("Hibernating", "Hibernating", "At risk", "At risk", "Cannot lose them"),
    ("Lost", "Lost", "At risk", "At risk", "Cannot lose them"),
)
_TOP_SHARES = (0.01, 0.05, 0.1, 0.2, 0.5, 1.0)


@dataclass(frozen=True)
class Rfm:
    """Scores and segments of the customers who bought.

    customers: the rows given, in their order, plus r_score, f_score, m_score (1..bins, bins is best; NaN where spend
        is not known) and rfm_segment
    segments: one row a segment that has customers, best first: rfm_segment, customers, customer_share (0-1),
        spend, spend_share (0-1; NaN where total spend is not positive), average_spend, median_recency_days,
        average_orders, order_share (0-1, of all orders), late_customers, late_spend, action
    grid: bins x bins rows, empty cells too: r_score, f_score, rfm_segment, customers, average_spend (NaN
        where empty)
    concentration: customer_share, spend_share: what the biggest spenders bring, at 1, 5, 10, 20, 50 and 100%
        of customers. Net returns can lift spend_share above 1 on the way. No rows where spend is not known
    with_spend: whether spend is known; if not, all that is of spend is NaN, and there are two scores instead of three
    with_rhythm: whether the days between the orders of any customer with three or more are known; if not, nobody is
        known to be late (NaN)
    repeat_share: share of the customers with a second order, 0-1
    """

    customers: pd.DataFrame
    segments: pd.DataFrame
    grid: pd.DataFrame
    concentration: pd.DataFrame
    bins: int
    with_spend: bool = True
    with_rhythm: bool = True
    repeat_share: float = float("nan")


def score_rfm(customers: pd.DataFrame, bins: int = 5) -> Rfm:
    """Score every buyer on recency, frequency and, where it is known, spend, and name the segment.

    customers: one row a customer: customer_id (text), recency_days (days since the last order), order_count,
    spend (client's currency, net of returns; may be negative; not known where the column is absent or NaN throughout),
    days_between_orders where known. Other columns are carried along.
    Raises InputError on an empty frame, absent columns, a customer twice, missing values, or bins outside
    2..10.
    """
    _check_bins(bins)
    with_spend = _is_told(customers, "spend")
    _check_customers(customers, [*MEASURES, "spend"] if with_spend else MEASURES)
    regular = customers[customers["order_count"] >= _RHYTHM_ORDERS]
    with_rhythm = len(regular) > 0 and _is_told(regular, "days_between_orders")
    scored = customers.reset_index(drop=True)
    scored = scored if with_spend else scored.assign(spend=np.nan)
    scored = scored.assign(
        r_score=_score(-scored["recency_days"].to_numpy(float), bins),
        f_score=_score(scored["order_count"].to_numpy(float), bins),
        m_score=_score(scored["spend"].to_numpy(float), bins) if with_spend else np.nan,
    )
    cells = segment_grid(bins)
    # Looked up by position, as the grid is complete and sorted by r_score, f_score.
    position = (scored["r_score"] - 1) * bins + scored["f_score"] - 1
    scored["rfm_segment"] = cells["rfm_segment"].to_numpy()[position]
    return Rfm(
        customers=scored,
        segments=_sum_segments(scored, with_rhythm),
        grid=_fill_grid(cells, scored),
        concentration=_measure_concentration(scored["spend"].to_numpy(float)).iloc[: None if with_spend else 0],
        bins=bins,
        with_spend=with_spend,
        with_rhythm=with_rhythm,
        repeat_share=float((scored["order_count"] > 1).mean()),
    )


def _is_told(customers: pd.DataFrame, column: str) -> bool:
    return column in customers.columns and (customers.empty or bool(customers[column].notna().any()))


def segment_grid(bins: int = 5) -> pd.DataFrame:
    """The segment of every cell: r_score, f_score, rfm_segment; bins x bins rows in that order.

    The names are set on a 5 x 5 grid. Other numbers of scores are stretched onto it linearly (1 to 1, bins
    to 5, the rest to the nearest), so with fewer than five some names are never used. Raises InputError
    outside 2..10.
    """
    _check_bins(bins)
    rows = [
        (r, f, _GRID[5 - _to_fifths(r, bins)][_to_fifths(f, bins) - 1])
        for r in range(1, bins + 1)
        for f in range(1, bins + 1)
    ]
    return pd.DataFrame(rows, columns=["r_score", "f_score", "rfm_segment"])


def _score(values: np.ndarray, bins: int) -> np.ndarray:
    """1 + floor(bins x share of customers strictly below); larger is better. Whole-number arithmetic."""
    # Sums of money carry noise in the last digits: 0.1 + 0.2 and 0.3 are one value here.
    values = np.round(values, 6)
    worse = np.searchsorted(np.sort(values), values, side="left")
    return 1 + bins * worse // len(values)


def _to_fifths(score: int, bins: int) -> int:
    """1..bins onto 1..5, halves rounded up, in whole numbers so that no score sits on a rounding error."""
    return 1 + (8 * (score - 1) + (bins - 1)) // (2 * (bins - 1))


def _sum_segments(scored: pd.DataFrame, with_rhythm: bool) -> pd.DataFrame:
    late = pd.Series(np.nan, index=scored.index)
    if with_rhythm:
        known = scored["order_count"] >= _RHYTHM_ORDERS
        late = (known & (scored["recency_days"] > LATE * scored["days_between_orders"])).astype(float)
    segments = (
        scored.assign(late=late, late_spend=late * scored["spend"])
        .groupby("rfm_segment")
        .agg(
            customers=("customer_id", "size"),
            spend=("spend", _known_sum),
            average_spend=("spend", "mean"),
            median_recency_days=("recency_days", "median"),
            average_orders=("order_count", "mean"),
            orders=("order_count", "sum"),
            late_customers=("late", _known_sum),
            late_spend=("late_spend", _known_sum),
        )
        .reindex([name for name in ACTIONS if name in set(scored["rfm_segment"])])
        .reset_index()
    )
    total = segments["spend"].sum()
    segments["customer_share"] = segments["customers"] / len(scored)
    segments["spend_share"] = segments["spend"] / total if total > 0 else np.nan
    segments["order_share"] = segments["orders"] / segments["orders"].sum()
    segments["action"] = segments["rfm_segment"].map(ACTIONS)
    columns = ["rfm_segment", "customers", "customer_share", "spend", "spend_share", "average_spend"]
    more = ["median_recency_days", "average_orders", "order_share", "late_customers", "late_spend", "action"]
    return segments[[*columns, *more]]


def _known_sum(values: pd.Series) -> float:
    """NaN where nothing is known."""
    return float(values.sum(min_count=1))


def _fill_grid(cells: pd.DataFrame, scored: pd.DataFrame) -> pd.DataFrame:
    found = (
        scored.groupby(["r_score", "f_score"])
        .agg(customers=("customer_id", "size"), average_spend=("spend", "mean"))
        .reset_index()
    )
    grid = cells.merge(found, on=["r_score", "f_score"], how="left", validate="one_to_one")
    return grid.assign(customers=grid["customers"].fillna(0).astype("int64"))


def _measure_concentration(spend: np.ndarray) -> pd.DataFrame:
    """The Lorenz curve read from the top; straight between customers: 1% of 80 is 0.8 of the first."""
    brought = np.concatenate([[0.0], np.cumsum(np.sort(spend)[::-1])])
    reached = np.arange(len(spend) + 1) / len(spend)
    share = np.interp(_TOP_SHARES, reached, brought)
    total = brought[-1]
    return pd.DataFrame({"customer_share": _TOP_SHARES, "spend_share": share / total if total > 0 else np.nan})


def _check_bins(bins: int) -> None:
    if isinstance(bins, bool) or not isinstance(bins, int | np.integer) or not 2 <= bins <= 10:
        raise InputError(f"bins is {bins!r}", where="RFM", allowed="a whole number from 2 to 10")


def _check_customers(customers: pd.DataFrame, measures: Sequence[str]) -> None:
    _check_columns(customers, ["customer_id", *measures])
    if customers.empty:
        raise ThinDataError("There are no customers to score", mend="Check the filters and the as-of date.")
    twice = int(customers["customer_id"].duplicated().sum())
    if twice:
        raise InputError(f"{twice} rows repeat a customer_id", where="RFM", mend="Give one row a customer.")
    for column in ["customer_id", *measures]:
        values = customers[column]
        if column != "customer_id" and not pd.api.types.is_numeric_dtype(values):
            raise InputError(f"{column} holds {values.dtype} values", where="RFM", allowed="numbers")
        gaps = values.isna() if column == "customer_id" else ~np.isfinite(values.to_numpy(float, na_value=np.nan))
        missing = int(np.sum(gaps))
        if missing:
            raise InputError(
                f"{column} is missing for {missing} of {len(customers)} customers",
                where="RFM",
                mend="Score only customers who have bought.",
            )


def _check_columns(customers: pd.DataFrame, needed: Sequence[str]) -> None:
    absent = [column for column in needed if column not in customers.columns]
    if absent:
        raise InputError(
            f"the customers lack {', '.join(absent)}",
            where="RFM",
            mend=f"Columns given: {', '.join(map(str, customers.columns)) or 'none'}.",
        )
