"""Spans of days and the customers of a year are told alike on DuckDB and on Spark."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from helpers.data.client_data import ClientData, open_data
from helpers.data.engines import ENGINES
from helpers.data.features.review_periods import customer_attributes, first_purchase_on, sum_spans, year_customers
from helpers.data.spec import PartSpec, TableSpec
from tests.data.engines.test_spark import QUICK

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("spark")]  # one JVM is enough
AS_OF = date(2026, 9, 30)
FILES = {
    "orders": [
        "order_id,customer_id,ordered_at,amount",
        *("1,a,2025-06-01 10:00,10", "1,a,2025-06-01 10:00,5", "2,a,2026-07-01 00:00,20", "3,b,2026-09-30 23:59,4"),
        *("4,b,2026-08-01,-4", "5,c,2024-01-01,7", "6,a,2026-06-30 23:59,3"),
    ],
    "events": ["customer_id,occurred_at,kind", "a,2026-07-01,visit", "d,2026-09-30,mail", "a,2025-01-01,visit"],
    "customers": ["customer_id,region", "a,N", "b,S", "c,"],
}
SPANS = {"now": (date(2026, 7, 1), AS_OF), "before": (date(2026, 4, 1), date(2026, 6, 30))}


def told(data: ClientData) -> list[pd.DataFrame]:
    orders = data.tables["orders"]
    frames = [sum_spans(orders, data.tables["events"], SPANS), year_customers(orders, date(2026, 6, 30))]
    frames += [customer_attributes(data.tables["customers"], ["region"]).sort_values("customer_id", ignore_index=True)]
    return [*frames, pd.DataFrame({"first": [first_purchase_on(orders)]})]


def test_alike_on_both_engines(tmp_path: Path) -> None:
    specs = {}
    for name, lines in FILES.items():
        (tmp_path / f"{name}.csv").write_text("\n".join(lines), "utf-8")
        attributes = {"region": ("geographic", "region")} if name == "customers" else {}
        specs[name] = TableSpec(name, (PartSpec(str(tmp_path / f"{name}.csv"), attributes=attributes),))
    frames = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_SUBMIT_ARGS", QUICK)
        for engine in ENGINES:
            data = open_data(specs, AS_OF, tmp_path / engine, engine)
            frames[engine] = told(data)
            data.close()
    first, *others = frames.values()
    assert first[0].set_index("customer_id").loc["a", ["spend_now", "spend_before"]].tolist() == [20, 3]
    assert len(first[1]) == 1
    for other in others:
        for one, two in zip(first, other, strict=True):
            assert_frame_equal(one, two, check_dtype=False)
