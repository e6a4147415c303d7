"""Recency, frequency and monetary value: a score for each, and the segment they put a customer in.

Method: Hughes (1994), Strategic Database Marketing, with one change. Cutting customers into equal fifths by
rank gives buyers with the very same history different scores; here a score counts how many customers are
strictly worse, so equal values always score the same. Where 65% bought once, all of them score 1 on frequency
and the second order already scores 4 of 5. Segment names follow the recency by frequency grid in common use.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.errors import InputError, ThinDataError

MEASURES = ("recency_days", "order_count", "spend")

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

    customers: the rows given, in their order, plus r_score, f_score, m_score (1..bins, bins is best) and
        rfm_segment
    segments: one row a segment that has customers, best first: rfm_segment, customers, customer_share (0-1),
        spend, spend_share (0-1; NaN where total spend is not positive), average_spend, median_recency_days,
        average_orders, action
    grid: bins x bins rows, empty cells too: r_score, f_score, rfm_segment, customers, average_spend (NaN
        where empty)
    concentration: customer_share, spend_share: what the biggest spenders bring, at 1, 5, 10, 20, 50 and 100%
        of customers. Net returns can lift spend_share above 1 on the way.
    """

    customers: pd.DataFrame
    segments: pd.DataFrame
    grid: pd.DataFrame
    concentration: pd.DataFrame
    bins: int


def score_rfm(customers: pd.DataFrame, bins: int = 5) -> Rfm:
    """Score every buyer on recency, frequency and spend, and name the segment.

    customers: one row a customer: customer_id (text), recency_days (days since the last order), order_count,
    spend (client's currency, net of returns; may be negative). Other columns are carried along.
    Raises InputError on an empty frame, absent columns, a customer twice, missing values, or bins outside
    2..10.
    """
    _check_bins(bins)
    _check_customers(customers)
    scored = customers.reset_index(drop=True).assign(
        r_score=lambda c: _score(-c["recency_days"].to_numpy(float), bins),
        f_score=lambda c: _score(c["order_count"].to_numpy(float), bins),
        m_score=lambda c: _score(c["spend"].to_numpy(float), bins),
    )
    cells = segment_grid(bins)
    # Looked up by position, as the grid is complete and sorted by r_score, f_score.
    position = (scored["r_score"] - 1) * bins + scored["f_score"] - 1
    scored["rfm_segment"] = cells["rfm_segment"].to_numpy()[position]
    return Rfm(
        customers=scored,
        segments=_sum_segments(scored),
        grid=_fill_grid(cells, scored),
        concentration=_measure_concentration(scored["spend"].to_numpy(float)),
        bins=bins,
    )


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


def _sum_segments(scored: pd.DataFrame) -> pd.DataFrame:
    segments = (
        scored.groupby("rfm_segment")
        .agg(
            customers=("customer_id", "size"),
            spend=("spend", "sum"),
            average_spend=("spend", "mean"),
            median_recency_days=("recency_days", "median"),
            average_orders=("order_count", "mean"),
        )
        .reindex([name for name in ACTIONS if name in set(scored["rfm_segment"])])
        .reset_index()
    )
    total = segments["spend"].sum()
    segments["customer_share"] = segments["customers"] / len(scored)
    segments["spend_share"] = segments["spend"] / total if total > 0 else np.nan
    segments["action"] = segments["rfm_segment"].map(ACTIONS)
    columns = ["rfm_segment", "customers", "customer_share", "spend", "spend_share", "average_spend"]
    return segments[[*columns, "median_recency_days", "average_orders", "action"]]


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


def _check_customers(customers: pd.DataFrame) -> None:
    _check_columns(customers, ["customer_id", *MEASURES])
    if customers.empty:
        raise ThinDataError("There are no customers to score", mend="Check the filters and the as-of date.")
    twice = int(customers["customer_id"].duplicated().sum())
    if twice:
        raise InputError(f"{twice} rows repeat a customer_id", where="RFM", mend="Give one row a customer.")
    for column in ["customer_id", *MEASURES]:
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
