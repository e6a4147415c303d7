"""The engine that databases are read into."""

from collections.abc import Iterator
from typing import Any

import ibis
import pytest


@pytest.fixture
def con() -> Iterator[Any]:
    con = ibis.duckdb.connect()
    yield con
    con.disconnect()
