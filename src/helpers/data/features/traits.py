"""By what customers can be reached, a row a customer: attributes of few values, where and what they usually buy."""

from collections.abc import Sequence

import ibis
import pandas as pd
from ibis.expr.types import Table

from helpers.data.features.order_lines import is_purchase
from helpers.data.profiling.texts import looks_personal
from helpers.data.schema import WITHHELD

MOST_VALUES = 20  # of an attribute by which customers are told apart
_OF_ORDERS = {"usual_channel": "channel", "usual_category": "category"}
_OF_LIST = {"acquired_through": "channel", "role": "role"}


def customer_traits(orders: Table, customers: Table, declared: Sequence[str], but: Sequence[str] = ()) -> pd.DataFrame:
    """customer_id and, as text, the declared attributes of two to twenty values (none of `but`), acquired_through and
    role of the list, and usual_channel and usual_category: where and what most of a customer's order lines were.

    Blanks where not known; values that look like a person's are withheld. Without any such attribute customer_id alone.
    """
    asked = {a: a for a in declared if a in customers.columns} | _OF_LIST
    columns = {name: customers[c].cast("string") for name, c in asked.items() if c in customers.columns}
    columns = {name: value for name, value in columns.items() if name not in but}
    frame = pd.DataFrame({"customer_id": pd.Series(dtype="str")})
    if columns:
        values = customers.select("customer_id", **columns)
        counts = values.aggregate([values[name].nunique().name(name) for name in columns]).execute().iloc[0]
        few = [name for name in columns if 1 < counts[name] <= MOST_VALUES]
        frame = values.select("customer_id", *few).order_by("customer_id").execute()
        for name in few:
            texts = frame[name].astype("str").str.strip()
            personal = {t for t in texts.dropna().unique() if looks_personal(t)}
            frame[name] = texts.mask(texts.isin(personal), WITHHELD).replace("", None)
    for name, column in _OF_ORDERS.items():
        if column in orders.columns and name not in but:
            usual = _usual(orders, column).rename(columns={column: name})
            if 1 < usual[name].nunique() <= MOST_VALUES:
                frame = frame.merge(usual, on="customer_id", how="outer", validate="one_to_one")
    return frame


def _usual(orders: Table, column: str) -> pd.DataFrame:
    """customer_id and the value that most of the customer's lines have; of equals the first by name."""
    bought = orders.filter(is_purchase(orders), orders[column].notnull())
    counted = bought.group_by("customer_id", column).aggregate(lines=bought.count())
    place = ibis.row_number().over(group_by="customer_id", order_by=[ibis.desc("lines"), column])
    ranked = counted.mutate(place=place)
    return ranked.filter(ranked.place == 0).select("customer_id", column).order_by("customer_id").execute()
