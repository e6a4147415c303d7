"""Which sources know a customer, and how far they agree on who a customer is."""

import ibis
import pandas as pd
from ibis.expr.types import Table


def customer_coverage(tables: dict[str, Table]) -> pd.DataFrame:
    """How many customers are known by which combination of tables: a column of true and false for each table with
    customer_id, and customers_known; the most frequent combination first. No rows where no table has customers."""
    named = {name: table for name, table in tables.items() if "customer_id" in table.columns}
    if not named:
        return pd.DataFrame(columns=["customers_known"])
    seen = [
        table.filter(table.customer_id.notnull())
        .select("customer_id")
        .distinct()
        .mutate(**{other: ibis.literal(int(other == name)) for other in named})
        for name, table in named.items()
    ]
    stacked = ibis.union(*seen) if len(seen) > 1 else seen[0]
    each = stacked.group_by("customer_id").aggregate(**{name: stacked[name].max() for name in named})
    frame = each.group_by(*named).aggregate(customers_known=each.count()).execute()
    frame[list(named)] = frame[list(named)].astype(bool)
    order = ["customers_known", *named]
    return frame.sort_values(order, ascending=False, kind="stable").reset_index(drop=True)


def key_matches(combinations: pd.DataFrame) -> pd.DataFrame:
    """How customers match between the customer list and each other table: table, customers, in_customers (how many
    of them the list knows) and listed (customers in the list). `combinations` as from `customer_coverage`; without a
    customers table among them there are no rows."""
    columns = ["table", "customers", "in_customers", "listed"]
    if "customers" not in combinations.columns:
        return pd.DataFrame(columns=columns)
    rows = []
    counts, listed = combinations["customers_known"], combinations["customers"]
    for name in combinations.columns[:-1].drop("customers"):
        here = combinations[name]
        both = int(counts[here & listed].sum())
        rows.append([name, int(counts[here].sum()), both, int(counts[listed].sum())])
    return pd.DataFrame(rows, columns=columns)
