"""What each customer did in some spans of days: orders, spend and events, reduced in the engine to a row a customer.

An order belongs to the span in which its first purchase lies, with all that was bought in it; returns are not taken
off. Spans may overlap. Both their days are included.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import ibis
import pandas as pd
from ibis.expr.types import Table

from helpers.data.features.customers import customer_features
from helpers.data.features.order_lines import has_money, is_purchase, sum_by_order

_YEAR = 365  # days
Spans = Mapping[str, tuple[date, date]]


def sum_spans(orders: Table, events: Table, spans: Spans) -> pd.DataFrame:
    """One row a customer with an order or event in any span: customer_id, and of each span orders_<name>,
    spend_<name> (NaN where the orders have no amounts) and events_<name>; sorted by customer_id."""
    frame = _run(_orders_in(orders, spans), spans, ("orders", "spend"))
    frame = frame.merge(_run(_events_in(events, spans), spans, ("events",)), on="customer_id", how="outer")
    counts = [f"{what}_{name}" for name in spans for what in ("orders", "events")]
    money = [f"spend_{name}" for name in spans]
    frame = frame.fillna(dict.fromkeys(counts, 0.0))
    frame[money] = frame[money].round(4).fillna(0.0) if has_money(orders) else frame[money]
    return frame.sort_values("customer_id", ignore_index=True)


def year_customers(orders: Table, day: date) -> pd.DataFrame:
    """Customers whose first order lies a year or more before the end of `day`, and who have ordered in that year:
    customer_id, recency_days, order_count and spend of the year (NaN where there are no amounts)."""
    ever = customer_features(orders, day, with_products=False)
    lately = customer_features(orders, day, months=12, with_products=False)
    known = set(ever.loc[ever["tenure_days"] >= _YEAR, "customer_id"])
    kept = lately[lately["customer_id"].isin(known)]
    return kept[["customer_id", "recency_days", "order_count", "spend"]].reset_index(drop=True)


def first_purchase_on(orders: Table) -> date | None:
    """The day of the first purchase; None without any."""
    first = orders.filter(is_purchase(orders)).aggregate(first=lambda t: t.ordered_at.min()).execute()["first"].iloc[0]
    return None if pd.isna(first) else pd.Timestamp(first).date()


def customer_attributes(customers: Table, names: list[str]) -> pd.DataFrame:
    """customer_id and the attributes named, as text; a customer once."""
    kept = [name for name in names if name in customers.columns]
    frame = customers.select("customer_id", *(customers[name].cast("string").name(name) for name in kept)).execute()
    return frame.dropna(subset=["customer_id"]).drop_duplicates("customer_id", ignore_index=True)


def _orders_in(orders: Table, spans: Spans) -> Table | None:
    if not spans:
        return None
    per_order = sum_by_order(_within(orders, "ordered_at", spans))
    bought = per_order.filter(per_order.first_at.notnull())
    measures: dict[str, Any] = {}
    for name, span in spans.items():
        inside = _inside(bought.first_at, span)
        measures |= {
            f"orders_{name}": bought.order_key.count(where=inside),
            f"spend_{name}": bought.spend.sum(where=inside),
        }
    return bought.group_by("customer_id").aggregate(**measures)


def _events_in(events: Table, spans: Spans) -> Table | None:
    if not spans:
        return None
    seen = _within(events, "occurred_at", spans)
    measures = {
        f"events_{name}": seen.customer_id.count(where=_inside(seen.occurred_at, s)) for name, s in spans.items()
    }
    return seen.group_by("customer_id").aggregate(**measures)


def _within(rows: Table, at: str, spans: Spans) -> Table:
    """The rows from the first day of all spans to the last."""
    first, last = min(span[0] for span in spans.values()), max(span[1] for span in spans.values())
    return rows.filter(_inside(rows[at], (first, last)), rows.customer_id.notnull())


def _inside(at: Any, span: tuple[date, date]) -> Any:
    begins, ends = (ibis.literal(pd.Timestamp(day).to_pydatetime()) for day in (span[0], span[1] + timedelta(days=1)))
    return (at >= begins) & (at < ends)


def _run(rows: Table | None, spans: Spans, measures: tuple[str, ...]) -> pd.DataFrame:
    columns = [f"{measure}_{name}" for name in spans for measure in measures]
    if rows is None:
        return pd.DataFrame({"customer_id": pd.Series(dtype="str")})
    frame = rows.execute()
    return frame.astype({"customer_id": "str", **dict.fromkeys(columns, "float64")})
