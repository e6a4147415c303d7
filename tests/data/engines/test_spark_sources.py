"""Sources in Spark, in a local one inside this process: every type, every refusal, and a client of several sources."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import ibis
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from helpers.data.client_data import open_data
from helpers.data.engines import Engine, open_engine
from helpers.data.features.customers import customer_features
from helpers.data.guess.sampling import rows_by_day
from helpers.data.guess.sampling_databases import sample_database
from helpers.data.reading.warehouses import read_warehouse
from helpers.data.spec import PartSpec, TableSpec
from helpers.errors import InputError

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("spark")]

AS_OF = date(2026, 9, 30)
ORDERS = {"order_id": "no", "customer_id": "cust", "ordered_at": "day", "amount": "value"}


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = open_engine("spark", tmp_path_factory.mktemp("spark"))
    session = engine.con._session
    session.sql("""
        CREATE OR REPLACE TEMP VIEW typed AS SELECT 1Y AS i, CAST(12.34 AS DECIMAL(9, 2)) AS d,
        CAST(12 AS DECIMAL(20, 0)) AS w, 0.5D AS f, 'Zoë' AS t, true AS b, DATE '2026-01-05' AS day,
        TIMESTAMP_NTZ '2026-01-05 10:00:00.123456' AS at, TIMESTAMP '2026-01-05 10:00:00+02' AS zoned, X'01FF' AS raw,
        array(1, 2) AS list, named_struct('a', 1) AS struct, map('k', 2) AS map, INTERVAL '2' DAY AS took
    """)
    session.sql("CREATE OR REPLACE TEMP VIEW blank AS SELECT 1 AS a WHERE false")
    session.sql("""
        CREATE OR REPLACE TEMP VIEW shop_orders AS
        SELECT concat('A', id) AS no, CAST(id % 7 AS INT) AS cust, TIMESTAMP '2026-01-05' + make_dt_interval(id % 90)
            AS day, CAST(id * 1.25 - 5 AS DECIMAL(9, 2)) AS value FROM range(1, 500)
        UNION ALL SELECT 'A7', 0, TIMESTAMP '2026-01-12', 3.75 UNION ALL SELECT 'B1', NULL, TIMESTAMP '2026-01-12', 1
        UNION ALL SELECT 'B2', 1, TIMESTAMP '2027-01-01', 1
    """)
    yield engine
    for view in ("typed", "blank", "shop_orders"):
        session.catalog.dropTempView(view)


def test_types(spark: Engine) -> None:
    raw = read_warehouse(spark, PartSpec("spark://", table="Typed"), "types")
    (row,) = raw.table.to_pyarrow().to_pylist()
    assert {key: str(value) for key, value in row.items() if not key.startswith("kit_")} == {
        **{"i": "1", "d": "12.34", "w": "12", "f": "0.5", "t": "Zoë", "b": "True", "day": "2026-01-05"},
        **{"at": "2026-01-05 10:00:00.123456", "zoned": "2026-01-05 08:00:00", "raw": "01ff", "list": "[1,2]"},
        **{"struct": '{"a":1}', "map": '{"k":2}', "took": "INTERVAL '2' DAY"},
    }
    assert isinstance(row["d"], float)
    assert (raw.label, raw.rows, row["kit_file"]) == ("spark: Typed", 1, "spark: Typed")


@pytest.mark.parametrize("rows", [2, 0])
def test_a_frame_is_handed_over_with_its_types_also_without_rows(spark: Engine, rows: int) -> None:
    days = pd.to_datetime(["2026-01-05", "2026-01-06"]).astype("datetime64[us]")
    frame = pd.DataFrame({"n": [1, 2], "name": ["x", "Zoë"], "share": [0.5, 1.0], "at": days}).head(rows)
    types = {"n": "int64", "name": "string", "share": "float64", "at": "timestamp(6)"}
    handed = ibis.memtable(frame, schema=ibis.schema(types))
    found = spark.con.execute(handed.filter(handed.at >= ibis.timestamp("2026-01-01")).order_by("n"))
    assert_frame_equal(found, frame, check_dtype=bool(rows))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"table": "shop_order"}, 'There is no table "shop_order". Allowed: blank, shop_orders, typed. Did you mean'),
        ({"table": "nowhere.orders"}, "The table cannot be read: [SCHEMA_NOT_FOUND]"),
        ({"table": "blank"}, "The table has no rows"),
        ({"query": "SELECT a FROM blank"}, "The query has no rows"),
        ({"query": "SELECT nope FROM blank"}, "with name `nope` cannot be resolved. Did you mean"),
        ({"query": "SELECT 1 AS a, 2 AS A"}, 'Two columns are called "A"'),
        ({"query": "DROP VIEW blank"}, "not a SELECT"),
        ({"query": "SELECT 1; SELECT 2"}, "several statements"),
    ],
)
def test_what_cannot_be_read_is_said(spark: Engine, asked: dict[str, str], said: str, capfd: Any) -> None:
    with pytest.raises(InputError) as caught:
        read_warehouse(spark, PartSpec("spark://", **asked), f"refused_{abs(hash(said))}")  # type: ignore[arg-type]
    assert said in str(caught.value)
    assert str(caught.value).startswith("spark: ")
    assert "\n" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert "Traceback" not in capfd.readouterr().err


def test_a_client_of_a_spark_table_and_a_file(spark: Engine, tmp_path: Path) -> None:
    """The same rows by file, read by DuckDB, give the same counts and features."""
    (tmp_path / "more.csv").write_text("no,cust,day,value\nC1,3,2026-02-01,10\nC2,x,2026-02-02,nope\n")
    file = PartSpec(str(tmp_path / "more.csv"), columns=ORDERS)
    frame = spark.con.table("shop_orders").order_by("no", "value").execute()
    frame.to_csv(tmp_path / "shop.csv", index=False)
    counts = ["rows_in", "rows_kept", "rows_set_aside"]
    found = []
    for source in (PartSpec("spark://", table="shop_orders"), PartSpec(str(tmp_path / "shop.csv"))):
        part = PartSpec(source.source, table=source.table, columns=ORDERS)
        data = open_data({"orders": TableSpec("orders", (part, file))}, AS_OF, tmp_path / f"data_{len(found)}")
        features = customer_features(data.tables["orders"], AS_OF)
        reasons = data.rejected("orders")["reason"].value_counts().sort_index().to_dict()
        found.append((data.received[counts].iloc[0].to_dict(), data.quality, features, reasons))
        data.close()
    assert found[0][0] == found[1][0] == {"rows_in": 504, "rows_kept": 499, "rows_set_aside": 5}
    pd.testing.assert_frame_equal(found[0][1], found[1][1])
    pd.testing.assert_frame_equal(found[0][2], found[1][2])
    assert found[0][3] == found[1][3]
    assert len(found[0][2]) == 7


def test_a_spark_that_cannot_be_reached(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        open_engine("sc://127.0.0.1:1/;token=hunter2", tmp_path)
    assert str(caught.value).startswith("sc: 127.0.0.1: Spark cannot be reached")
    assert "hunter2" not in str(caught.value)


class TestSamples:
    """What `kit new` looks at of a warehouse: nothing is copied, and the days are counted there."""

    def test_a_table(self, spark: Engine) -> None:
        (sample,), left_out = sample_database(None, lambda url: spark, "spark://", "shop_orders", "new_0")
        assert (sample.rows, len(sample.frame), left_out) == (502, 502, [])
        assert list(sample.frame.columns) == ["no", "cust", "day", "value"]
        assert (sample.shown, sample.name, sample.named, sample.saved_on) == (
            "spark: shop_orders", "shop_orders", True, None,
        )  # fmt: skip
        days = rows_by_day(sample, "day", ("",))
        assert days[:2] == [(date(2027, 1, 1), 1), (date(2026, 4, 4), 5)]
        assert sum(rows for _, rows in days) == 502

    def test_a_long_table_is_sampled_the_same_each_time(self, spark: Engine) -> None:
        spark.con._session.sql("CREATE OR REPLACE TEMP VIEW long AS SELECT id AS no FROM range(100000)")
        (first,), _ = sample_database(None, lambda url: spark, "spark://", "long", "new_0")
        (second,), _ = sample_database(None, lambda url: spark, "spark://", "long", "new_0")
        assert first.rows == 100_000
        assert 15_000 < len(first.frame) <= 20_000
        assert set(first.frame["no"]) == set(second.frame["no"])
        spark.con._session.catalog.dropTempView("long")

    def test_every_table(self, spark: Engine) -> None:
        samples, left_out = sample_database(None, lambda url: spark, "spark://", "", "new_0")
        assert {s.table for s in samples} == {"shop_orders", "typed"}
        assert not any(s.named for s in samples)
        assert left_out == ["spark: blank: has no rows"]

    def test_a_table_that_is_not_there(self, spark: Engine) -> None:
        with pytest.raises(InputError, match='Did you mean "shop_orders"'):
            sample_database(None, lambda url: spark, "spark://", "shop_order", "new_0")


ALONE = """
import os, sys
from pathlib import Path
from helpers.data.engines import open_engine
from helpers.errors import InputError
try:
    con = open_engine("spark", Path(sys.argv[1])).con
except InputError as error:
    sys.exit(str(error))
print(con.sql("SELECT 1 AS a").execute().a[0])
"""


class TestTerminal:
    """What a local Spark, started in a process of its own, puts on the terminal."""

    def start(self, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("SPARK_", "PYSPARK_"))}
        command = [sys.executable, "-c", ALONE, str(folder)]
        return subprocess.run(command, env=kept | environment, capture_output=True, text=True, check=False, timeout=240)

    def test_nothing_where_all_is_well(self, tmp_path: Path) -> None:
        done = self.start(tmp_path)
        assert (done.returncode, done.stdout, done.stderr) == (0, "1\n", "")

    def test_what_is_wrong_where_it_cannot_start(self, tmp_path: Path) -> None:
        done = self.start(tmp_path, JAVA_HOME=str(tmp_path / "no java"))
        assert done.returncode == 1
        assert "no java/bin/java: No such file or directory" in done.stderr
        assert "Spark cannot be started" in done.stderr
        assert "A local Spark needs Java 17 or later" in done.stderr
        assert "Traceback" not in done.stderr
