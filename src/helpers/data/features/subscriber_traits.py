"""What is known of subscribers besides their subscriptions: attributes at their start, and whether they use what they
pay for. Reduced in the engine to a row a customer."""

from datetime import date

import pandas as pd
from ibis.expr.types import Table

from helpers.data.client_data import ClientData
from helpers.data.features.attributes import with_numbers
from helpers.data.features.persons import withhold
from helpers.data.features.subscriptions import first_of_each

ADDONS = "add-ons"
# Kinds of events that are no use of a product: mail and letters, complaints and help, payments, the leaving itself.
_NO_USE = r"mail|letter|\bsms\b|bounce|unsubscri|ticket|complain|support|survey|payment|invoice|refund|churn|cancel"


def attributes_at_start(data: ClientData, as_of: date) -> pd.DataFrame:
    """customer_id, a row a subscriber in the order of their numbers, and what was known when each began.

    Of the first subscription: plan, monthly_fee, "add-ons" (yes or no) and its declared attributes; of the customers
    table its channel and declared attributes. Those that hold numbers are numbers. A column that both tables have is
    taken from the subscription.
    """
    typed = {**data.tables, **with_numbers(data)}
    subscriptions, customers = typed["subscriptions"], typed["customers"]
    own = ["plan", "monthly_fee", "addons", *data.attributes("subscriptions")]
    own = [c for c in dict.fromkeys(own) if c in subscriptions.columns]
    of_list = [c for c in ("channel", *data.attributes("customers")) if c in customers.columns and c not in own]
    rows = first_of_each(subscriptions, as_of, own)
    if of_list:
        listed = customers.select("customer_id", *of_list)
        rows = rows.left_join(listed, "customer_id").select("customer_id", *own, *of_list)
    frame = withhold(rows.order_by("customer_id").execute(), [*own, *of_list])
    if "addons" in frame:
        held = frame.pop("addons")
        if held.notna().any():  # a blank means none only where others have some
            frame[ADDONS] = held.notna().map({True: "yes", False: "no"})
    return frame


def usage_events(events: Table, kinds: str = "") -> Table:
    """The events that are use of a product, in the engine: of the kinds named (with commas between), in any case; by
    default all but mail, tickets, payments and the like."""
    kind = events.kind.strip().lower()
    named = [k.strip().lower() for k in kinds.split(",") if k.strip()]
    if named:
        return events.filter(kind.isin(named))
    return events.filter(~kind.re_search(_NO_USE).fill_null(False))
