"""A warehouse of each kind, stood in for."""

from pathlib import Path
from typing import Any

import pytest
from ibis.common.exceptions import IbisError

from helpers.data.engines import dialect, warehouse
from tests.data.engines.stand_ins import Shop, StandIn


@pytest.fixture(params=["snowflake", "bigquery"])
def shop(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    shop = Shop(request.param, tmp_path / "shop.duckdb")
    monkeypatch.setattr(warehouse, "connect", shop.connect)

    def engine_of(expression: Any) -> str:
        try:
            backend = expression.get_backend()
        except IbisError:
            return "duckdb"
        return shop.kind if isinstance(backend, StandIn) else "duckdb"

    monkeypatch.setattr(dialect, "engine_of", engine_of)
    return shop
