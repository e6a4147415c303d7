"""What is known of customers besides what they buy: declared attributes, and what they did soon after they began.

Visits, opened mails and the like are counted in the first days of each customer only. Counted over all time they would
tell who stayed rather than who was to stay: whoever has gone visits no more. Reduced in the engine to a row a customer.
"""

from datetime import date, timedelta

import ibis
import pandas as pd
from ibis.expr.types import Table

from helpers.data.client_data import ClientData
from helpers.data.features.attributes import with_numbers
from helpers.data.features.order_lines import is_purchase
from helpers.data.features.persons import withhold, withhold_in_engine
from helpers.data.features.subscriber_traits import attributes_at_start

_LISTED = ("channel", "role", "consent", "acquisition_cost")
_MOST_KINDS = 8


def customer_traits(data: ClientData) -> pd.DataFrame:
    """customer_id and each attribute of the customers table, a row a customer: channel, role, consent, the cost of
    winning the customer, and what is declared; those that hold numbers as numbers.

    A value that looks like a person's (an e-mail address, a telephone number) is "(withheld)".
    """
    customers = {**data.tables, **with_numbers(data)}["customers"]
    names = [c for c in dict.fromkeys((*_LISTED, *data.attributes("customers"))) if c in customers.columns]
    return withhold(customers.select("customer_id", *names).order_by("customer_id").execute(), names)


def first_days(orders: Table, as_of: date) -> Table:
    """customer_id, began_at: of each buyer, in the engine, the first purchase by the end of `as_of`."""
    before = ibis.literal(pd.Timestamp(as_of + timedelta(days=1)).to_pydatetime())
    bought = orders.filter(orders.ordered_at < before, is_purchase(orders))
    return bought.group_by("customer_id").aggregate(began_at=bought.ordered_at.min())


def early_events(events: Table, began: Table, as_of: date, days: int = 90) -> pd.DataFrame:
    """customer_id and a column a kind of event ("visit (first 90 days)"): how many there were in the `days` after each
    began; the eight most frequent kinds, those that look like a person's as one.

    Only customers whose first days lie whole within what the events cover have a row; one without events has zeros.
    began: customer_id, began_at.
    """
    before = ibis.literal(pd.Timestamp(as_of + timedelta(days=1)).to_pydatetime())
    events = withhold_in_engine(events.filter(events.occurred_at < before), "kind")
    found = events.group_by("kind").aggregate(n=events.count()).order_by(ibis.desc("n"), "kind").execute()
    kinds = [str(kind) for kind in found["kind"].head(_MOST_KINDS)]
    covered = events.aggregate(first=events.occurred_at.min(), last=events.occurred_at.max()).execute().iloc[0]
    if not kinds:
        return pd.DataFrame({"customer_id": pd.Series([], dtype="str")})
    window = ibis.interval(days=days)
    first, last = (ibis.literal(pd.Timestamp(x).floor("D").to_pydatetime()) for x in covered)
    followed = began.filter(began.began_at >= first, began.began_at + window <= last + ibis.interval(days=1))
    joined = events.inner_join(followed, "customer_id")
    early = joined.filter(joined.occurred_at >= joined.began_at, joined.occurred_at < joined.began_at + window)
    counted = early.group_by("customer_id").aggregate(
        **{f"kind_{i}": (early.kind == kind).sum() for i, kind in enumerate(kinds)}
    )
    all_ = followed.left_join(counted, "customer_id")
    columns = {f"{kind} (first {days} days)": all_[f"kind_{i}"].fill_null(0) for i, kind in enumerate(kinds)}
    frame = all_.select("customer_id", **columns).order_by("customer_id").execute()
    return frame.astype(dict.fromkeys(columns, "float64"))


def all_traits(data: ClientData, as_of: date, *, days: int = 90) -> pd.DataFrame:
    """customer_id and everything known of customers that may go with staying: of the customers table, of the first
    subscription where there are no orders, and events of the first `days` after each began.

    A customer begins with the first order, or where there are none with the first subscription.
    """
    orders, events, subscriptions = (data.tables[name] for name in ("orders", "events", "subscriptions"))
    parts = [customer_traits(data)]
    supplied = data.supplied()
    began: Table | None = first_days(orders, as_of)
    if "orders" not in supplied and "subscriptions" in supplied:
        parts.append(attributes_at_start(data, as_of))
        began = _first_starts(subscriptions)
    if "events" in supplied and began is not None:
        parts.append(early_events(events, began, as_of, days))
    frame = parts[0]
    for part in parts[1:]:
        new = [c for c in part.columns if c == "customer_id" or c not in frame.columns]
        frame = frame.merge(part[new], on="customer_id", how="outer", validate="one_to_one")
    return frame


def _first_starts(subscriptions: Table) -> Table | None:
    if "started_on" not in subscriptions.columns:
        return None
    dated = subscriptions.filter(subscriptions.started_on.notnull())
    return dated.group_by("customer_id").aggregate(began_at=dated.started_on.min())
