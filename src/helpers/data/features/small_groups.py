"""Values of attributes that few customers have, put together so that nobody is recognised by belonging to them.

Every page that compares groups by an attribute then shows none of fewer than so many customers, and none that the rest
subtracted from the whole would give: a value that would stand alone is joined by the next smallest. Where that is a
large group, as beside one slip of the pen, the few count as not known instead: a typing error must not hide a region.
"""

from collections.abc import Iterable, Mapping

import ibis
import pandas as pd
from ibis.expr.types import Table

from helpers.data.features.attributes import MOST_CODES
from helpers.data.profiling.texts import NUMBER
from helpers.data.schema import WITHHELD

LARGE = 100  # customers of a group that is not withheld only to hide another
MOST_VALUES = 1_000  # a text of more different values is no grouping; pages do not show it by value


def withhold_small_groups(
    tables: Mapping[str, Table], columns: Mapping[str, Iterable[str]], least: int
) -> dict[str, Table]:
    """The same tables, "(withheld)" for each value of a text column of `columns` (by table) that fewer than `least`
    customers have (rows, where a table has no customers), and a blank where only a LARGE group could join it. Rows in =
    rows out; numbers and blanks stay as they are."""
    changed = dict(tables)
    for name, asked in columns.items():
        table = changed[name]
        for column in asked:
            if column in table.columns and table[column].type().is_string():
                sizes = _sizes(table, column)
                small, value = small_values(sizes, least), table[column]
                if small and sizes[small].max() >= max(least, LARGE):
                    few = sizes.index[sizes < least].tolist()
                    table = table.mutate(**{column: ibis.ifelse(value.isin(few), ibis.null("string"), value)})
                elif small:
                    table = table.mutate(**{column: ibis.ifelse(value.isin(small), WITHHELD, value)})
        changed[name] = table
    return changed


def small_values(sizes: pd.Series, least: int) -> list[str]:
    """The values to be put together, of `sizes` (customers by value): those of fewer than `least`, and as many of the
    next smallest as it takes for two values and `least` customers; of equals the first by name. All, where there are no
    more."""
    ranked = sizes.rename_axis("value").reset_index(name="n").sort_values(["n", "value"])
    n = int((ranked["n"] < least).sum())
    while 0 < n < len(ranked) and (n < 2 or ranked["n"].head(n).sum() < least):
        n += 1
    return ranked["value"].head(n).astype(str).tolist()


def _sizes(table: Table, column: str) -> pd.Series:
    """Customers by value; empty where the column is no grouping: a quantity as text, or of too many values."""
    known = table.filter(table[column].notnull())
    n = known.customer_id.nunique() if "customer_id" in table.columns else known.count()
    counted = known.group_by(value=known[column]).aggregate(n=n).limit(MOST_VALUES + 1).execute()
    sizes = counted.set_index("value")["n"].astype("int64")
    numbers = sum(NUMBER.fullmatch(str(value).strip()) is not None for value in sizes.index)
    is_quantity = numbers > MOST_CODES and numbers >= len(sizes) / 2
    return sizes.head(0) if is_quantity or len(sizes) > MOST_VALUES else sizes
