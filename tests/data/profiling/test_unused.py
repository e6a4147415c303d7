"""Columns that came and were not used: by file, part and database, held against what was mapped."""

from pathlib import Path

import ibis
import pandas as pd

from helpers.data.client_data import open_data
from helpers.data.profiling.unused import unused_columns
from helpers.runs.params import read_params
from helpers.runs.project import Project

HEAD = "client: Acme\nas_of: 2026-09-30\ncurrency: EUR\nbusiness_model: b2c\ndata:\n"


def unused_of(project: Project, folder: Path, data: str) -> pd.DataFrame:
    path = folder / "acme.yaml"
    path.write_text(HEAD + data, "utf-8")
    opened = open_data(read_params(path, project.notebooks).data, pd.Timestamp("2026-09-30").date(), folder / "run")
    try:
        return unused_columns(opened)
    finally:
        opened.close()


def test_what_no_mapping_names_is_listed(project: Project, tmp_path: Path) -> None:
    lines = ["Customer,ordered_at,amount,Country,Till,Void,Kept"]
    lines += [f"c{i},2026-01-{1 + i % 28:02d},5,{'UK' if i % 2 else ''},{i % 3},,yes" for i in range(60)]
    (tmp_path / "orders.csv").write_text("\n".join(lines), "utf-8")
    mapping = "{source: orders.csv, columns: {customer_id: customer}, filter: {Kept: [yes]}}"
    found = unused_of(project, tmp_path, f"  orders: {mapping}\n").set_index("column")
    assert found.index.tolist() == ["Country", "Till", "Void"]
    assert found["columns_received"].tolist() == [7, 7, 7]
    assert found["filled_share"].tolist() == [0.5, 1, 0]
    assert found["distinct"].tolist() == [1, 3, 0]
    assert found["looked_at"].tolist() == [60, 60, 60]


def test_a_column_counts_in_the_part_that_does_not_name_it(project: Project, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("score,x,y\n9,1,2\n", "utf-8")
    (tmp_path / "b.csv").write_text("score,x,Y\n8,1,2\n", "utf-8")
    parts = "    - {source: a.csv, ratings: {wifi: x}}\n    - {source: b.csv}\n"
    found = unused_of(project, tmp_path, f"  surveys:\n{parts}")
    assert found[["column", "columns_received", "files"]].to_numpy().tolist() == [["y", 3, 2], ["x", 3, 1]]


def test_a_database_is_not_looked_at_again(project: Project, tmp_path: Path) -> None:
    con = ibis.duckdb.connect(tmp_path / "shop.duckdb")
    con.raw_sql(
        "CREATE TABLE sold AS SELECT 'c' AS customer_id, DATE '2026-01-01' AS ordered_at, 5 AS amount, 1 AS till"
    )
    con.disconnect()
    found = unused_of(project, tmp_path, "  orders: {source: 'duckdb://shop.duckdb', table: sold}\n")
    assert found["column"].tolist() == ["till"]
    assert found["looked_at"].tolist() == [0]
    assert found["filled_share"].isna().all()


def test_nothing_is_listed_where_all_is_used(project: Project, tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text("customer_id,ordered_at,amount\nc,2026-01-01,5\n", "utf-8")
    assert unused_of(project, tmp_path, "  orders: {source: orders.csv}\n").empty
