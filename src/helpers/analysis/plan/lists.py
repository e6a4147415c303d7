"""Which saved table lists the customers of an action, and which of its rows they are."""

import pandas as pd

EVERYONE = "All customers"
SEPARATOR = "; "  # between the segments of an action for several
# The column that names the segment of a row; of a yes or no, the rows that say yes.
COLUMNS = {
    "customers_rfm": "rfm_segment",
    "customers_lifecycle": "lifecycle_group",
    "nps_actions": "category",
    "subscribers_lifecycle": "at_risk",
    "accounts_heard": "silent",
}


def pick(table: pd.DataFrame, name: str, segment: str) -> pd.DataFrame:
    """The rows of the saved table `name` that an action for `segment` (or several, by SEPARATOR) is about."""
    if segment == EVERYONE or table.empty:
        return table
    values = table[COLUMNS[name]]
    if pd.api.types.is_bool_dtype(values):
        return table[values]
    return table[values.isin(segment.split(SEPARATOR))]


def join(segments: list[str]) -> str:
    return SEPARATOR.join(segments)
