"""What customers are grouped by: how they order, and what the customer list says of them, in numbers and categories.

Attributes come as text, whatever they are. One is a number where at least 95% of its filled values can be read as one
(with a decimal point or comma, whichever reads more) and none begins with a zero that a number would not have, as
codes do ("0123"); the rest of its values are then blanks, and counted. Any other attribute is a category. Typed in the
engine; what comes back has a row a customer, and only the columns that are used.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
import numpy as np
import pandas as pd
from ibis.expr.types import Table, Value

from helpers.data.cleaning.casting import plain_number, repaired_number
from helpers.data.features.customers import CUSTOMER_FEATURES, customer_features, list_summary
from helpers.data.profiling.texts import looks_personal
from helpers.data.schema import TABLES, WITHHELD
from helpers.errors import InputError, ThinDataError, nearest

USUAL = ("recency_days", "order_count", "spend", "average_order_value")  # chosen where there are orders
LISTED = ("recency_days", "order_count", "spend", "tenure_months")  # the kit's own numbers of the customer list
MOST_CHOSEN = 8  # numbers of the list that are chosen unasked
MOST_CATEGORIES = 20  # different values of a category that customers can be grouped by
_READ = 0.95  # of the filled values of a number
_FILLED = 0.8  # of the customers; a number known of fewer is not chosen unasked


@dataclass(frozen=True)
class Measures:
    """What is known of each customer in the features used.

    customers: customer_id and the features, none missing: numbers, or text for a category; and spend, where it is
        known of all of them
    features: those used; chosen: whether the kit chose them; spare: numbers of the list that it did not choose
    from_orders, from_list: where the features come from
    rows_in: customers in what the features come from = rows of customers + left_out
    left_out: customers without a value in some feature; missing: by feature, the customers without a value in it
    unread: by feature, the values that are there and no number
    """

    customers: pd.DataFrame
    features: list[str]
    chosen: bool
    spare: list[str]
    from_orders: bool
    from_list: bool
    rows_in: int
    left_out: int
    missing: dict[str, int]
    unread: dict[str, int]


@dataclass(frozen=True)
class _Listed:
    """A column of the customer list: its value, typed; its kind; how many values are filled, read, different."""

    value: Value
    is_number: bool
    filled: int
    read: int
    distinct: int


def measure_customers(
    orders: Table, customers: Table, as_of: date, asked: Sequence[str] = (), places: Collection[str] = ()
) -> Measures:
    """The customers with the features asked for: CUSTOMER_FEATURES from orders, or columns of the customer list.

    Without any asked for: USUAL from orders, as far as known; where there are no orders the numbers of the list with
    more than two values, filled for four customers in five, at most MOST_CHOSEN, the kit's own first, and none of
    `places`, which are postcodes and the like. Raises InputError for a feature that nothing tells, and ThinDataError
    where there is none to choose or nobody with all of them.
    """
    bought = customer_features(orders, as_of)
    spare: list[str] = []
    listed: dict[str, _Listed] = {}
    features = list(dict.fromkeys(asked))
    if not features and len(bought):
        features = [f for f in USUAL if bought[f].notna().any()]
    else:
        listed = _type_columns(customers)
    if not features:
        chosen_of = {name: column for name, column in listed.items() if name not in places}
        features, spare = _choose(chosen_of, int(customers.count().execute()))
    _check_asked(features, bought, listed)
    by_order = [f for f in features if f in CUSTOMER_FEATURES and len(bought)]
    by_list = [f for f in features if f not in by_order]
    frames = []
    if by_order:
        frames.append(bought[["customer_id", *dict.fromkeys([*by_order, "spend"])]])
    if by_list:
        spend = ["spend"] if "spend" in listed and "spend" not in by_list and not by_order else []
        frames.append(_fetch(customers, as_of, listed, [*by_list, *spend]))
    whole = frames[0]
    if len(frames) == 2:
        whole = whole.merge(frames[1], on="customer_id", how="outer", validate="one_to_one")
    complete = whole[features].notna().all(axis=1)
    kept = whole[complete].reset_index(drop=True)
    if kept.empty:
        raise ThinDataError(f"No customer has a value in each of {', '.join(features)}")
    with_spend = "spend" in features or ("spend" in kept and bool(kept["spend"].notna().all()))
    return Measures(
        customers=kept[["customer_id", *dict.fromkeys([*features, *(["spend"] if with_spend else [])])]],
        features=features,
        chosen=not asked,
        spare=spare,
        from_orders=bool(by_order),
        from_list=bool(by_list),
        rows_in=len(whole),
        left_out=int((~complete).sum()),
        missing={f: int(n) for f in features if (n := whole[f].isna().sum())},
        unread={f: n for f in by_list if listed[f].is_number and (n := listed[f].filled - listed[f].read)},
    )


def count_choosable(customers: Table, places: Collection[str] = ()) -> int:
    """How many numbers of the customer list would be chosen to group customers by, none of `places` among them."""
    listed = {name: column for name, column in _type_columns(customers).items() if name not in places}
    return min(MOST_CHOSEN, len(_choose_names(listed, int(customers.count().execute()))))


def _type_columns(customers: Table) -> dict[str, _Listed]:
    """The columns of the list that may be features, by name: the kit's own numbers first, then attributes."""
    columns = customers.columns
    own = [c for c in LISTED if c in columns or (c == "recency_days" and "last_order_on" in columns)]
    attributes = [c for c in columns if c not in TABLES["customers"].column_names and not c.startswith("kit_")]
    values = {c: customers["last_order_on" if c not in columns else c] for c in own}
    texts = {a: customers[a].cast("string").strip().nullif("") for a in attributes}
    readings = {(a, mark): _number(texts[a], mark) for a in attributes for mark in ".,"}
    measures: dict[str, Any] = {"rows": customers.count()}
    for i, column in enumerate(own):
        measures |= {f"filled_{i}": values[column].count(), f"distinct_{i}": values[column].nunique()}
    for i, a in enumerate(attributes):
        measures |= {f"texts_{i}": texts[a].count(), f"kinds_{i}": texts[a].nunique()}
        measures |= {f"point_{i}": readings[a, "."].count(), f"comma_{i}": readings[a, ","].count()}
        measures |= {f"codes_{i}": texts[a].re_search(r"^0\d").sum()}
    found = customers.aggregate(**measures).execute().iloc[0].fillna(0).astype(int)
    listed = {}
    for i, column in enumerate(own):
        filled = found[f"filled_{i}"]
        listed[column] = _Listed(values[column], True, filled, filled, found[f"distinct_{i}"])
    for i, a in enumerate(attributes):
        mark = "," if found[f"comma_{i}"] > found[f"point_{i}"] else "."
        filled, read = found[f"texts_{i}"], max(found[f"comma_{i}"], found[f"point_{i}"])
        is_number = bool(filled and read >= _READ * filled and not found[f"codes_{i}"])
        value = readings[a, mark] if is_number else texts[a]
        listed[a] = _Listed(value, is_number, filled, read, found[f"kinds_{i}"])
    return listed


def _number(text: Value, mark: str) -> Value:
    return ibis.coalesce(plain_number(text, mark), repaired_number(text, mark))


def _choose_names(listed: dict[str, _Listed], rows: int) -> list[str]:
    return [c for c, v in listed.items() if v.is_number and v.distinct > 2 and v.filled >= _FILLED * rows > 0]


def _choose(listed: dict[str, _Listed], rows: int) -> tuple[list[str], list[str]]:
    usable = _choose_names(listed, rows)
    if not usable:
        raise ThinDataError(
            "There are no orders, and the customer list has no numbers in which customers differ",
            mend="Add orders, or a customer list with numbers such as spend, visits or income.",
        )
    return usable[:MOST_CHOSEN], usable[MOST_CHOSEN:]


def _check_asked(features: Sequence[str], bought: pd.DataFrame, listed: dict[str, _Listed]) -> None:
    known = [*(CUSTOMER_FEATURES if len(bought) else ()), *listed]
    for feature in features:
        told = feature in listed or feature in known
        if not told:
            why = " are told by orders, and there are none" if feature in CUSTOMER_FEATURES else ""
            hint = nearest(feature, known)
            raise InputError(
                f"{feature}{why}" if why else f'"{feature}" is not known of customers',
                where="clusters.features_used",
                allowed=", ".join(dict.fromkeys(known)) or "orders, or a customer list with attributes",
                mend=f'Did you mean "{hint}"?' if hint else "",
            )
        from_orders = len(bought) and feature in CUSTOMER_FEATURES
        if bought[feature].isna().all() if from_orders else not listed[feature].filled:
            raise InputError(
                f"{feature} is not known of any customer",
                where="clusters.features_used",
                mend="Leave it out." if not from_orders else "The orders do not tell it: leave it out.",
            )
        if not from_orders and not listed[feature].is_number and listed[feature].distinct > MOST_CATEGORIES:
            raise InputError(
                f"{feature} has {listed[feature].distinct:,} different values, too many to group customers by",
                where="clusters.features_used",
                allowed=f"numbers, and categories with up to {MOST_CATEGORIES} values",
                mend="Leave it out, or bring it into fewer categories under `values`.",
            )


def _fetch(customers: Table, as_of: date, listed: dict[str, _Listed], features: Sequence[str]) -> pd.DataFrame:
    summary = [f for f in features if f in ("recency_days", "order_count", "spend")]
    others = [f for f in features if f not in summary]
    frame = customers.select("customer_id", **{f: listed[f].value for f in others}).order_by("customer_id").execute()
    for feature in others:
        if listed[feature].is_number:
            frame[feature] = frame[feature].astype(float).replace([np.inf, -np.inf], np.nan)
        else:
            given = frame[feature].dropna()
            frame[feature] = frame[feature].mask(
                frame[feature].isin({t for t in set(given) if looks_personal(t)}), WITHHELD
            )
    if not summary:
        return frame
    told = list_summary(customers, as_of)[["customer_id", *summary]]
    return frame.merge(told, on="customer_id", how="left", validate="one_to_one")
