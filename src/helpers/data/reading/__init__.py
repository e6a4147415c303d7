"""Reads what clients send into the engine as it came: columns as text, every row with its source and number.

Import from here; the modules inside are private.
"""

from helpers.data.reading.columns import FAULT, LINE, SOURCE, SOURCE_ROW, union_by_name
from helpers.data.reading.files import list_files, sha256_of
from helpers.data.reading.parts import RawFile, read_raw, rows_at, rows_in_order
from helpers.data.reading.sample import sample_raw

__all__ = [
    "FAULT",
    "LINE",
    "SOURCE",
    "SOURCE_ROW",
    "RawFile",
    "list_files",
    "read_raw",
    "rows_at",
    "rows_in_order",
    "sample_raw",
    "sha256_of",
    "union_by_name",
]
