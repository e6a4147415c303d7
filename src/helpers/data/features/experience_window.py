"""Orders, events and subscriptions in the days before a moment, a row a customer and moment.

What a customer has none of is zero. What could not be measured is missing: a share of orders without orders, an average
of nothing. Days since the last order or event are counted up to the length of the window, which stands for "that long
or longer".
"""

from dataclasses import dataclass, field
from typing import Any

import ibis
import pandas as pd
from ibis.expr.types import Table

from helpers.data.features.order_lines import has_money, is_purchase, sum_by_order
from helpers.data.features.persons import withhold_in_engine

MEASURES = ("measure", "family", "subject")
MOST_KINDS = 8  # kinds of event, and touchpoints, that are counted apart: the most frequent ones
# Families of measures: orders, order_recency, spend, returns, discounts, event_recency, event (how many of one kind),
# value and minutes (of one kind, on average), variety (touchpoints used), subscription, subscription_months.
_KEY = ["customer_id", "until"]
_MONTH_DAYS = 365.25 / 12


@dataclass(frozen=True)
class Window:
    """days: its length; sources: which of orders and events tell; first_day, last_day: of the answers that have it
    whole; has_subscriptions: whether these have dates."""

    days: int
    sources: tuple[str, ...]
    first_day: pd.Timestamp
    last_day: pd.Timestamp
    has_subscriptions: bool = False


@dataclass(frozen=True)
class Measured:
    """values: customer_id, until and a column a measure; measures: MEASURES; touchpoints: touchpoint, measure (the
    column that counts its events), for touchpoints of events"""

    values: pd.DataFrame
    measures: pd.DataFrame
    touchpoints: pd.DataFrame
    kinds: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)


def measure_window(points: Table, tables: dict[str, Table], window: Window, like: Measured | None = None) -> Measured:
    """Of each point (customer_id, until, no pair twice) what lies in the days of the window before `until`.

    like: measure the same kinds of events and touchpoints as there; without it the most frequent of the table.
    """
    frame = run(points)
    rows: list[tuple[str, str, str]] = []
    kinds, places = (like.kinds, like.places) if like else ([], [])
    if "orders" in window.sources:
        frame = _joined(frame, _orders(points, tables["orders"], window.days))
        rows += _fill_orders(frame, tables["orders"], window.days)
    if "events" in window.sources:
        events = tables["events"]
        for column in ("kind", "touchpoint"):
            events = withhold_in_engine(events, column) if column in events.columns else events
        if not like:
            kinds, places = (_most_frequent(events, c) for c in ("kind", "touchpoint"))
        found = _events(points, events, window.days, kinds, places)
        frame = _joined(frame, found)
        rows += _fill_events(frame, events, window.days, kinds, places)
    if window.has_subscriptions:
        frame = _joined(frame, _subscriptions(points, tables["subscriptions"]))
        for name in ("subscription", "subscription_months"):
            frame[name] = frame[name].astype(float).fillna(0.0)
            rows.append((name, name, ""))
    touchpoints = [(place, f"touchpoint_{i}") for i, place in enumerate(places)]
    if like:
        frame = frame.reindex(columns=[*_KEY, *like.values.columns.drop(_KEY)])
        rows = [(str(m), str(f), str(s)) for m, f, s in like.measures.to_numpy()]
    return Measured(
        frame.sort_values(_KEY, kind="stable", ignore_index=True),
        pd.DataFrame(rows, columns=list(MEASURES)).astype("str"),
        pd.DataFrame(touchpoints, columns=["touchpoint", "measure"]).astype("str"),
        kinds,
        places,
    )


def run(rows: Table) -> pd.DataFrame:
    """The rows, with customer numbers and days of one type also where there is no row."""
    frame = rows.execute()
    numbers = frame["customer_id"] if len(frame) else pd.Series([], dtype="str")
    frame = frame.assign(customer_id=numbers)
    return frame.assign(until=pd.to_datetime(frame["until"]).astype("datetime64[us]")) if "until" in frame else frame


def _joined(frame: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    return frame.merge(found, on=_KEY, how="left", validate="one_to_one")


def _inside(points: Table, rows: Table, at: str, days: int) -> Table:
    """The rows of each point's customer that lie in its window, with `until`."""
    joined = points.inner_join(rows, "customer_id")
    return joined.filter(joined[at] < joined.until, joined[at] >= joined.until - ibis.interval(days=days))


def _orders(points: Table, orders: Table, days: int) -> pd.DataFrame:
    bought = orders.filter(is_purchase(orders))
    inside = _inside(points, sum_by_order(bought), "first_at", days)
    found = run(
        inside.group_by(_KEY).aggregate(
            orders=inside.count(), spend=inside.spend.sum(), last_order=inside.first_at.max()
        )
    )
    parts = {"discounted": _discounted(bought), "returns": _returned(orders)}
    for name, lines in parts.items():
        if lines is None:
            continue
        per_order = sum_by_order(lines, day=lines.ordered_at.truncate("D"))
        some = _inside(points, per_order, "day", days)
        counted = run(some.group_by(_KEY).aggregate(**{name: some.order_key.nunique()}))
        found = found.merge(counted, on=_KEY, how="outer", validate="one_to_one")
    return found


def _discounted(bought: Table) -> Table | None:
    """The lines bought at a discount or on a promotion; None where that is not told."""
    told = [c for c in ("discount", "promotion") if c in bought.columns]
    if not told:
        return None
    cheap = ibis.literal(False)
    if "discount" in told:
        cheap = cheap | (bought.discount > 0).fill_null(False)
    if "promotion" in told:
        cheap = cheap | bought.promotion.notnull()
    return bought.filter(cheap)


def _returned(orders: Table) -> Table | None:
    if has_money(orders):
        return orders.filter(orders.amount < 0)
    return orders.filter(orders.quantity < 0) if "quantity" in orders.columns else None


def _fill_orders(frame: pd.DataFrame, orders: Table, days: int) -> list[tuple[str, str, str]]:
    frame["orders"] = frame["orders"].astype(float).fillna(0.0)
    frame["days_since_order"] = _days_since(frame, "last_order", days)
    rows = [("orders", "orders", ""), ("days_since_order", "order_recency", "")]
    spend = frame.pop("spend").astype(float)
    if has_money(orders):
        # The engine may add in another order each time; at a hundredth of a penny, equal spend stays equal.
        frame["spend"] = spend.fillna(0.0).round(4)
        rows.append(("spend", "spend", ""))
    if "returns" in frame:
        frame["returns"] = frame["returns"].astype(float).fillna(0.0)
        rows.append(("returns", "returns", ""))
    if "discounted" in frame:
        bought = frame["orders"].where(frame["orders"] > 0)
        frame["discount_share"] = (frame.pop("discounted").astype(float).fillna(0.0) / bought).clip(upper=1.0)
        rows.append(("discount_share", "discounts", ""))
    return rows


def _days_since(frame: pd.DataFrame, last: str, days: int) -> pd.Series:
    ago = (frame["until"] - pd.to_datetime(frame.pop(last)).dt.normalize()).dt.days
    return ago.astype(float).fillna(float(days))


def _most_frequent(events: Table, column: str) -> list[str]:
    if column not in events.columns:
        return []
    known = events.filter(events[column].notnull())
    counted = known.group_by(column).aggregate(n=known.count()).order_by(ibis.desc("n"), column).limit(MOST_KINDS)
    return [str(value) for value in counted.execute()[column]]


def _events(points: Table, events: Table, days: int, kinds: list[str], places: list[str]) -> pd.DataFrame:
    inside = _inside(points, events, "occurred_at", days)
    measures: dict[str, Any] = {"last_event": inside.occurred_at.max()}
    for i, kind in enumerate(kinds):
        of_kind = inside.kind == kind
        measures[f"kind_{i}"] = inside.count(where=of_kind)
        measures |= {
            f"{name}_{i}": inside[column].mean(where=of_kind)
            for name, column in (("value", "value"), ("minutes", "duration_minutes"))
            if column in inside.columns
        }
    measures |= {f"touchpoint_{i}": inside.count(where=inside.touchpoint == p) for i, p in enumerate(places)}
    if places:
        measures["touchpoints_used"] = inside.touchpoint.nunique()
    return run(inside.group_by(_KEY).aggregate(**measures))


def _fill_events(
    frame: pd.DataFrame, events: Table, days: int, kinds: list[str], places: list[str]
) -> list[tuple[str, str, str]]:
    frame["days_since_event"] = _days_since(frame, "last_event", days)
    rows = [("days_since_event", "event_recency", "")]
    taken = {*frame.columns}
    for i, kind in enumerate(kinds):
        base = f"{'_'.join(kind.lower().split())}_events"
        name = base if base not in taken else f"{base}_{i}"
        taken.add(name)
        frame[name] = frame.pop(f"kind_{i}").astype(float).fillna(0.0)
        rows.append((name, "event", kind))
        for of in ("value", "minutes"):
            if f"{of}_{i}" in frame:
                average = frame.pop(f"{of}_{i}").astype(float)
                if average.notna().any():
                    frame[f"{name}_{of}"] = average
                    rows.append((f"{name}_{of}", of, kind))
    for i in range(len(places)):
        frame[f"touchpoint_{i}"] = frame[f"touchpoint_{i}"].astype(float).fillna(0.0)
    if places:
        frame["touchpoints_used"] = frame["touchpoints_used"].astype(float).fillna(0.0)
        rows.append(("touchpoints_used", "variety", ""))
    return rows


def _subscriptions(points: Table, subscriptions: Table) -> pd.DataFrame:
    """Whether one runs on that day, and for how many months the customer has had one by then."""
    started = subscriptions.filter(subscriptions.started_on.notnull())
    stop = started.cancelled_on if "cancelled_on" in started.columns else ibis.null("timestamp(6)")
    dated = started.select("customer_id", start=started.started_on.cast("timestamp(6)"), stop=stop.cast("timestamp(6)"))
    joined = points.inner_join(dated, "customer_id")
    joined = joined.filter(joined.start < joined.until)
    runs = joined.stop.isnull() | (joined.stop >= joined.until)
    found = joined.group_by(_KEY).aggregate(
        subscription=runs.cast("int64").max(), first=joined.start.min(), last=joined.stop.max()
    )
    frame = run(found)
    ended = pd.to_datetime(frame.pop("last")).where(frame["subscription"] == 0, frame["until"])
    months = (ended.fillna(frame["until"]) - pd.to_datetime(frame.pop("first"))).dt.days / _MONTH_DAYS
    return frame.assign(subscription_months=months.clip(lower=0).astype(float))
