"""What customers are grouped by: how they order, and what the customer list says of them, in numbers and categories.

Attributes come as text, whatever they are. One is a number where at least 95% of its filled values can be read as one
(with a decimal point or comma, whichever reads more) and none begins with a zero that a number would not have, as
codes do ("0123"); the rest of its values are then blanks, and counted. Any other attribute is a category. Typed in the
engine; what comes back has a row a customer, and only the columns that are used.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import ibis
import numpy as np
import pandas as pd
from ibis.expr.types import Table, Value

from helpers.data.cleaning.casting import plain_number, repaired_number
from helpers.data.features.behaviour import customer_answers, customer_behaviour
from helpers.data.features.customers import CUSTOMER_FEATURES, customer_features, list_summary
from helpers.data.profiling.texts import looks_personal
from helpers.data.schema import TABLES, WITHHELD
from helpers.errors import InputError, ThinDataError, nearest

USUAL = ("recency_days", "order_count", "spend", "average_order_value")  # chosen where there are orders
LISTED = ("recency_days", "order_count", "spend", "tenure_months")  # the kit's own numbers of the customer list
MOST_CHOSEN = 8  # numbers of the list that are chosen unasked
MOST_CATEGORIES = 20  # different values of a category that customers can be grouped by
_OTHERS = ("subscriptions", "events", "surveys")
_ANSWERS = ("recommendation", "csat", "ces")  # asked of customers, not seen
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
    unplaced: customer_id of those left out
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
    unplaced: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Listed:
    """A column of the customer list: its value, typed; its kind; how many values are filled, read, different."""

    value: Value
    is_number: bool
    filled: int
    read: int
    distinct: int


def measure_customers(
    orders: Table,
    customers: Table,
    as_of: date,
    asked: Sequence[str] = (),
    places: Collection[str] = (),
    others: Mapping[str, Table] | None = None,
) -> Measures:
    """The customers with the features asked for: CUSTOMER_FEATURES from orders, what `others` tell of behaviour and
    answers (tables subscriptions, events, surveys; see `behaviour`), or columns of the customer list.

    Without any asked for, behaviour comes first: USUAL from orders, as far as known; where there are no orders what
    subscriptions and events tell; else the numbers of the list with more than two values, filled for four customers in
    five, the kit's own first, and none of `places`, which are postcodes and the like; last what customers answered. At
    most MOST_CHOSEN, and one only as long as four customers in five have them all. Raises InputError for a feature that
    nothing tells, and ThinDataError where there is none to choose or nobody with all of them.
    """
    bought = customer_features(orders, as_of)
    tables = {name: table for name, table in (others or {}).items() if name in _OTHERS}
    features = list(dict.fromkeys(asked))
    chosen, spare = not features, list[str]()
    done = pd.DataFrame()
    listed: dict[str, _Listed] = {}
    if chosen and len(bought):
        features = [f for f in USUAL if bought[f].notna().any()]
    elif chosen or not set(features) <= set(CUSTOMER_FEATURES) or not len(bought):
        done = _done(tables, as_of)
        listed = _type_columns(customers)
    if not features:
        told = {name: column for name, column in listed.items() if name not in places}
        features, spare = _choose(done, told, int(customers.count().execute()))
    _check_asked(features, bought, listed, done)
    by_order = [f for f in features if f in CUSTOMER_FEATURES and len(bought)]
    by_doing = [f for f in features if f not in by_order and f in done]
    by_list = [f for f in features if f not in by_order and f not in by_doing]
    frames = []
    if by_order:
        frames.append(bought[["customer_id", *dict.fromkeys([*by_order, "spend"])]])
    if by_doing:
        frames.append(done[["customer_id", *by_doing]])
    if by_list:
        spend = ["spend"] if "spend" in listed and "spend" not in by_list and not by_order else []
        frames.append(_fetch(customers, as_of, listed, [*by_list, *spend]))
    whole = frames[0]
    for frame in frames[1:]:
        whole = whole.merge(frame, on="customer_id", how="outer", validate="one_to_one")
    if chosen:
        kept = _known_together(whole, features)
        features, spare = kept, [*[f for f in features if f not in kept], *spare]
    complete = whole[features].notna().all(axis=1)
    kept_rows = whole[complete].reset_index(drop=True)
    if kept_rows.empty:
        raise ThinDataError(f"No customer has a value in each of {', '.join(features)}")
    with_spend = "spend" in features or ("spend" in kept_rows and bool(kept_rows["spend"].notna().all()))
    return Measures(
        customers=kept_rows[["customer_id", *dict.fromkeys([*features, *(["spend"] if with_spend else [])])]],
        features=features,
        chosen=chosen,
        spare=spare,
        from_orders=bool(by_order),
        from_list=bool(by_list),
        rows_in=len(whole),
        left_out=int((~complete).sum()),
        missing={f: int(n) for f in features if (n := whole[f].isna().sum())},
        unread={
            f: n for f in features if f in by_list and listed[f].is_number and (n := listed[f].filled - listed[f].read)
        },
        unplaced=whole.loc[~complete, "customer_id"].astype(str).tolist(),
    )


def _done(tables: Mapping[str, Table], as_of: date) -> pd.DataFrame:
    """What customers have done and answered besides ordering, see `behaviour`; no rows where nothing tells."""
    frame = customer_behaviour(tables, as_of)
    if "surveys" in tables:
        frame = frame.merge(customer_answers(tables["surveys"], as_of), on="customer_id", how="outer")
    return frame


def _known_together(whole: pd.DataFrame, features: Sequence[str]) -> list[str]:
    """The features, one after the other, as long as four customers in five have a value in all of them."""
    kept = list(features[:1])
    for feature in features[1:]:
        if whole[[*kept, feature]].notna().all(axis=1).mean() >= _FILLED:
            kept.append(feature)
    return kept


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


def _choose(done: pd.DataFrame, listed: dict[str, _Listed], rows: int) -> tuple[list[str], list[str]]:
    """The features chosen, and those that were left: behaviour, else the list's numbers, else answers."""
    varying = [str(c) for c in done.columns if c != "customer_id" and done[c].nunique() > 2]
    known = [c for c in varying if done[c].notna().mean() >= _FILLED]
    acts = [c for c in known if c not in _ANSWERS]
    usable = acts or _choose_names(listed, rows) or known
    if not usable:
        raise ThinDataError(
            "There are no orders, and the customer list has no numbers in which customers differ",
            mend="Add orders, or a customer list with numbers such as spend, visits or income.",
        )
    return usable[:MOST_CHOSEN], usable[MOST_CHOSEN:]


def _check_asked(features: Sequence[str], bought: pd.DataFrame, listed: dict[str, _Listed], done: pd.DataFrame) -> None:
    doings = [str(c) for c in done.columns if c != "customer_id"]
    known = [*(CUSTOMER_FEATURES if len(bought) else ()), *doings, *listed]
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
        if feature in doings and not from_orders:
            continue
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
