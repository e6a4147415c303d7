"""Values that look like a person's (an e-mail address, a telephone number) are withheld before anything is made of
them: whichever column they came in, they are nobody's business on a page."""

from collections.abc import Iterable

import pandas as pd
from ibis.expr.types import Table

from helpers.data.profiling.texts import looks_personal
from helpers.data.schema import WITHHELD


def withhold_in_engine(table: Table, column: str) -> Table:
    """The same rows, "(withheld)" where the column's value looks like a person's."""
    personal = _personal(table[[column]].distinct().execute()[column])
    return table.mutate(**{column: table[column].substitute(personal)}) if personal else table


def withhold(frame: pd.DataFrame, columns: Iterable[str]) -> pd.DataFrame:
    """The same of the text columns among these."""
    texts = {name: frame[name] for name in columns if pd.api.types.is_string_dtype(frame[name])}
    found = {name: _personal(values) for name, values in texts.items()}
    return frame.assign(**{name: texts[name].replace(personal) for name, personal in found.items() if personal})


def known_names(customers: Table) -> list[str]:
    """The different names of a customers table, in order; none where it has no names. For masking comments by."""
    if "name" not in customers.columns:
        return []
    names = customers.filter(customers.name.notnull()).select("name").distinct().order_by("name").execute()
    return names["name"].astype(str).tolist()


def _personal(values: pd.Series) -> dict[str, str]:
    return {value: WITHHELD for value in values.dropna().unique() if looks_personal(str(value))}
