"""Loyalty as two axes: what customers do, and what they say of us.

Behaviour without a good opinion is no loyalty (Dick and Basu 1994, "Customer Loyalty: Toward an Integrated Conceptual
Framework", J. Academy of Marketing Science 22(2)); customers who stay dissatisfied are held by something else, until it
gives way (Jones and Sasser 1995, "Why Satisfied Customers Defect", Harvard Business Review 73(6)). Opinion is the
latest answer to "would you recommend us?": on 0-10, 9 and 10 promoter, 7 and 8 passive, 0 to 6 detractor (Reichheld
2003); on another scale by the cuts of that.

Groups: loyal (keep buying, promoters), committed (promoters who do not keep buying), trapped (keep buying, detractors),
at risk (detractors who are late), left (detractors whose subscription has ended), dissatisfied (detractors with few
orders who are not late), undecided (passives), not placed (of whom no behaviour is known).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from helpers.errors import InputError

REGULAR, SELDOM, LATE, ENDED, UNKNOWN = "regular", "seldom", "late", "ended", "unknown"
DETRACTOR, PASSIVE, PROMOTER = "detractor", "passive", "promoter"
USUAL_CUTS = (0, 7, 9, 10)  # the lowest score, the lowest passive's, the lowest promoter's, the highest
ATTITUDES = (DETRACTOR, PASSIVE, PROMOTER)
GROUPS = ("loyal", "committed", "trapped", "at risk", "left", "dissatisfied", "undecided", "not placed")
_PLACES = {
    **{(REGULAR, PROMOTER): "loyal", (REGULAR, DETRACTOR): "trapped"},
    **{(behaviour, PROMOTER): "committed" for behaviour in (SELDOM, LATE, ENDED)},
    **{(LATE, DETRACTOR): "at risk", (ENDED, DETRACTOR): "left", (SELDOM, DETRACTOR): "dissatisfied"},
}


@dataclass(frozen=True)
class Commitment:
    """customers: a row a customer who answered: customer_id, score, behaviour (regular, seldom, late, ended, unknown),
        attitude (detractor, passive, promoter), commitment_group, spend (NaN where not known)
    groups: a row a group that has customers, in the order of GROUPS: commitment_group, customers, customer_share (of
        those placed; NaN for "not placed") with share_low and share_high (Wilson 95% interval), spend, spend_share (of
        the placed customers' spend), average_score, average_csat, average_ces
    cells: a row a place on the map, six of them: kept (regular or not), attitude, customers, customer_share (of those
        placed), gone (of them, late or ended)
    by_attitude: a row an attitude: attitude, customers (placed), kept (regular), kept_share, low, high (Wilson)
    difference: promoters' kept_share less detractors', with difference_low and difference_high (Newcombe 1998, method
        10); NaN where either has nobody
    """

    customers: pd.DataFrame
    groups: pd.DataFrame
    cells: pd.DataFrame
    by_attitude: pd.DataFrame
    difference: float
    difference_low: float
    difference_high: float
    placed: int
    known: int  # customers whose behaviour is known, whether they answered or not
    of_subscriptions: bool  # whether behaviour is that of subscribers
    loyal_score: int  # from which an opinion counts as high
    cuts: tuple[int, int, int, int] = USUAL_CUTS


def behaviour_of_rhythm(customers: pd.DataFrame, least_orders: int = 3) -> pd.DataFrame:
    """customer_id, behaviour: late where `is_late`, regular from `least_orders` on, else seldom.

    customers: as `Rhythm.customers`: customer_id, orders, is_late.
    """
    if least_orders < 2:
        raise InputError(f"{least_orders} orders are no loyalty", where="commitment_orders", allowed="2 or more")
    behaviour = np.select(
        [customers["is_late"].to_numpy(bool), (customers["orders"] >= least_orders).to_numpy()], [LATE, REGULAR], SELDOM
    )
    return pd.DataFrame({"customer_id": customers["customer_id"], "behaviour": pd.Series(behaviour, customers.index)})


def behaviour_of_subscriptions(customers: pd.DataFrame) -> pd.DataFrame:
    """customer_id, behaviour: regular while a subscription runs, ended after the last; unknown where `ended` is.

    customers: customer_id, ended (true, false or missing).
    """
    ended = customers["ended"].astype("boolean")
    behaviour = np.select([ended.isna(), ended.fillna(False).to_numpy(bool)], [UNKNOWN, ENDED], REGULAR)
    return pd.DataFrame({"customer_id": customers["customer_id"], "behaviour": pd.Series(behaviour, customers.index)})


def behaviour_of(rhythm: pd.DataFrame, subscribers: pd.DataFrame, least_orders: int = 3) -> pd.DataFrame:
    """customer_id, behaviour of every customer known: by the orders, and of who has none by the subscriptions.

    rhythm: as `Rhythm.customers`; subscribers: customer_id, ended (1, 0, or missing where not known).
    """
    by_orders = behaviour_of_rhythm(rhythm, least_orders)
    others = subscribers[~subscribers["customer_id"].isin(by_orders["customer_id"])]
    parts = [part for part in (by_orders, behaviour_of_subscriptions(others)) if len(part)]
    return pd.concat(parts, ignore_index=True) if parts else by_orders


def place_customers(
    attitudes: pd.DataFrame,
    behaviour: pd.DataFrame,
    spend: pd.DataFrame | None = None,
    *,
    loyal_score: int = 9,
    cuts: tuple[int, int, int, int] = USUAL_CUTS,
) -> Commitment:
    """Every customer who answered, by what the customer does and said last.

    attitudes: customer_id, score, csat, ces; one row a customer. behaviour: customer_id, behaviour; one row a
    customer. spend: customer_id, spend; customers not in it have spent nothing known. loyal_score: the score from which
    an opinion counts as high where scores go up to 10. cuts: the scale of the scores, see USUAL_CUTS.

    Where no customer answered, nobody is placed. Raises InputError for a customer twice or a score outside its scale.
    """
    _check(attitudes, behaviour, loyal_score, cuts)
    _, passive_from, promoter_from, highest = cuts
    high = loyal_score if highest == USUAL_CUTS[3] else promoter_from
    answered = attitudes.merge(behaviour, on="customer_id", how="left", validate="one_to_one")
    worth = spend if spend is not None else pd.DataFrame({"customer_id": pd.Series([], dtype="str"), "spend": []})
    answered = answered.merge(worth[["customer_id", "spend"]], on="customer_id", how="left", validate="one_to_one")
    answered["behaviour"] = answered["behaviour"].astype("str").fillna(UNKNOWN)
    score = answered["score"].to_numpy()
    attitude = np.select([score >= high, score < passive_from], [PROMOTER, DETRACTOR], PASSIVE)
    answered["attitude"] = pd.Series(attitude, dtype="str")
    answered["commitment_group"] = _groups_of(answered)
    placed = answered[answered["commitment_group"] != "not placed"]
    by_attitude = _by_attitude(placed)
    columns = ["customer_id", "score", "behaviour", "attitude", "commitment_group", "spend"]
    return Commitment(
        answered[columns].astype({"spend": "float64"}),
        _count_groups(answered, len(placed), float(placed["spend"].sum())),
        _cells(placed),
        by_attitude,
        *_difference(by_attitude),
        placed=len(placed),
        known=int((behaviour["behaviour"] != UNKNOWN).sum()),
        of_subscriptions=bool((behaviour["behaviour"] == ENDED).any()),
        loyal_score=high,
        cuts=cuts,
    )


def _check(attitudes: pd.DataFrame, behaviour: pd.DataFrame, loyal_score: int, cuts: tuple[int, ...]) -> None:
    if not 8 <= loyal_score <= 10:
        raise InputError(f"a score of {loyal_score} is asked for", where="commitment_score", allowed="8 to 10")
    for frame, what in ((attitudes, "answers"), (behaviour, "behaviour")):
        twice = int(frame["customer_id"].duplicated().sum())
        if twice:
            raise InputError(f"{twice} rows repeat a customer", where=what, mend="Give one row a customer.")
    scale = f"{cuts[0]} to {cuts[3]}"
    if not attitudes["score"].between(cuts[0], cuts[3]).all():
        raise InputError(f"a score is missing or outside {scale}", where="answers", allowed=scale)


def _groups_of(answered: pd.DataFrame) -> pd.Series:
    pairs = pd.MultiIndex.from_frame(answered[["behaviour", "attitude"]])
    group = pd.Series(_PLACES).reindex(pairs).fillna("undecided").to_numpy()
    return pd.Series(np.where(answered["behaviour"] == UNKNOWN, "not placed", group), dtype="str")


def _count_groups(answered: pd.DataFrame, placed: int, spent: float) -> pd.DataFrame:
    summed = answered.groupby("commitment_group").agg(
        customers=("customer_id", "size"),
        spend=("spend", lambda s: s.sum(min_count=1)),
        average_score=("score", "mean"),
        average_csat=("csat", "mean"),
        average_ces=("ces", "mean"),
    )
    summed = summed.reindex([g for g in GROUPS if g in summed.index]).reset_index()
    placed_group = (summed["commitment_group"] != "not placed").to_numpy()
    of = np.where(placed_group, placed, np.nan)
    summed["customer_share"] = summed["customers"] / of
    summed["share_low"], summed["share_high"] = _wilson(summed["customers"].to_numpy(), of)
    summed["spend_share"] = np.where(placed_group, summed["spend"] / spent if spent > 0 else np.nan, np.nan)
    columns = ["commitment_group", "customers", "customer_share", "share_low", "share_high", "spend", "spend_share"]
    return summed[[*columns, "average_score", "average_csat", "average_ces"]].astype(
        dict.fromkeys(["spend", "spend_share"], "float64")
    )


def _cells(placed: pd.DataFrame) -> pd.DataFrame:
    facts = placed.assign(
        kept=placed["behaviour"] == REGULAR, gone=placed["behaviour"].isin([LATE, ENDED]).astype("int64")
    )
    counted = facts.groupby(["kept", "attitude"]).agg(customers=("gone", "size"), gone=("gone", "sum"))
    places = pd.MultiIndex.from_product([[True, False], ATTITUDES], names=["kept", "attitude"])
    cells = counted.reindex(places, fill_value=0).astype("int64").reset_index()
    return cells.assign(customer_share=cells["customers"] / (len(placed) or np.nan))


def _by_attitude(placed: pd.DataFrame) -> pd.DataFrame:
    facts = placed.assign(kept=(placed["behaviour"] == REGULAR).astype("int64"))
    by_attitude = facts.groupby("attitude").agg(customers=("kept", "size"), kept=("kept", "sum"))
    by_attitude = by_attitude.reindex(list(ATTITUDES), fill_value=0).astype("int64")
    counted = by_attitude.rename_axis("attitude").reset_index()
    of = counted["customers"].where(counted["customers"] > 0).to_numpy(float)
    counted["kept_share"] = counted["kept"] / of
    counted["low"], counted["high"] = _wilson(counted["kept"].to_numpy(), of)
    return counted


def _wilson(count: np.ndarray, of: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    low, high = np.full(len(count), np.nan), np.full(len(count), np.nan)
    known = ~np.isnan(of)
    low[known], high[known] = proportion_confint(count[known], of[known], method="wilson")
    return low, high


def _difference(by_attitude: pd.DataFrame) -> tuple[float, float, float]:
    rows: dict[str, Any] = {str(r["attitude"]): r for r in by_attitude.to_dict("records")}
    good, bad = rows[PROMOTER], rows[DETRACTOR]
    if not good["customers"] or not bad["customers"]:
        return np.nan, np.nan, np.nan
    low, high = confint_proportions_2indep(
        good["kept"], good["customers"], bad["kept"], bad["customers"], method="newcomb", compare="diff"
    )
    return float(good["kept_share"] - bad["kept_share"]), float(low), float(high)
