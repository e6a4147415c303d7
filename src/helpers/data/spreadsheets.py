"""Text that a spreadsheet would run as a formula, made harmless in what is written as CSV.

A cell or heading that begins with =, +, -, @, a tab or a line's end, or with the wide forms of these signs, gets an
apostrophe in front, which spreadsheets take as "this is text" (OWASP, CSV Injection). Plain numbers such as -12.50 stay
numbers. Line ends within a text become plain ones: a lone carriage return is not quoted by every writer, and would
start a row of its own. Parquet files keep the exact value.
"""

import re

import ibis
import pandas as pd
from ibis.expr.types import Table

_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER = "^[+-]?[0-9]+([.,][0-9]+)*([eE][+-]?[0-9]+)?$"


def safe_text(text: str) -> str:
    """`safe_frame` for one text."""
    runs = text.startswith(_RUNS) and not re.search(_NUMBER, text)
    plain = re.sub("\r\n?", "\n", text)
    return f"'{plain}" if runs else plain


def safe_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """The same rows and columns, with a leading apostrophe in each text and heading that a spreadsheet would run."""
    safe = {}
    for name, column in frame.items():
        if not (pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column)):
            text = column.astype("string")
            runs = text.str[:1].isin(_RUNS) & ~text.str.fullmatch(_NUMBER)
            plain = text.str.replace("\r\n?", "\n", regex=True)
            runs, ends = runs.fillna(False), (plain != text).fillna(False)
            column = column.astype(object).mask(ends, plain).mask(runs, "'" + plain)
        safe[safe_text(str(name))] = column
    return pd.DataFrame(safe, index=frame.index)


def safe_table(table: Table) -> Table:
    """`safe_frame` for rows that stay in their engine."""
    columns = {}
    for name, dtype in table.schema().items():
        value = table[name]
        if dtype.is_string():
            runs = value.substr(0, 1).isin(_RUNS) & ~value.re_search(_NUMBER)
            plain = value.replace("\r\n", "\n").replace("\r", "\n")
            value = runs.ifelse(ibis.literal("'") + plain, plain)
        columns[safe_text(name)] = value
    return table.select(**columns)
