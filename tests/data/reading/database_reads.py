"""Reading from a database in a test: rows, types, and the one sentence of a refusal."""

import traceback
from typing import Any

import pytest

from helpers.data.reading.databases import read_database
from helpers.data.spec import PartSpec
from helpers.errors import InputError
from tests.servers import PASSWORD, QUOTED

OWN = {"kit_file", "kit_row", "kit_fault"}


def part(source: str, **asked: str) -> PartSpec:
    return PartSpec(source, **asked)  # type: ignore[arg-type]


def read(con: Any, source: str, **asked: str) -> list[dict[str, Any]]:
    raw = read_database(con, part(source, **asked), "raw")
    rows = con.con.execute("SELECT * FROM raw ORDER BY kit_row").to_arrow_table().to_pylist()
    assert raw.rows == len(rows) == raw.table.count().execute()
    assert [row["kit_row"] for row in rows] == list(range(1, len(rows) + 1))
    assert {row["kit_file"] for row in rows} == {raw.label}
    assert {row["kit_fault"] for row in rows} == {None}
    assert raw.table.columns[-3:] == ("kit_file", "kit_row", "kit_fault")
    return [{key: value for key, value in row.items() if key not in OWN} for row in rows]


def types(con: Any) -> dict[str, str]:
    described = con.con.execute("DESCRIBE raw").fetchall()
    return {name: kind for name, kind, *_ in described if name not in OWN}


def refusal(con: Any, source: str, **asked: str) -> str:
    """The one sentence of a refusal; nothing of the secret is in it, its traceback or what it carries."""
    with pytest.raises(InputError) as caught:
        read_database(con, part(source, **asked), "raw")
    error = caught.value
    whole = "".join(traceback.format_exception(error, chain=True))
    own = whole.replace(source, "") if "kit:" not in source else whole
    for secret in (PASSWORD, QUOTED, "hunter2"):
        assert secret not in own
    assert error.__cause__ is None
    assert "raw" not in con.list_tables()
    assert "\n" not in str(error)
    return str(error)
