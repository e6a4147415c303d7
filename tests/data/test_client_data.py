"""Reading and cleaning: what is kept, what is set aside under which reason, and no row is lost."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.data.cleaning import keeping, marking, repeats
from helpers.data.spec import PartSpec
from helpers.errors import InputError
from tests.data.clients import GOOD, ORDERS, aside, orders_from, read


def test_each_fault_sets_a_row_aside_under_its_own_reason(tmp_path: Path) -> None:
    data = orders_from(
        tmp_path,
        "no,cust,day,value\n"
        "1,00123,2026-01-05,10\n"
        "1,00123,2026-01-05,10\n"  # exact duplicate
        "2,,2026-01-05,10\n"  # no customer
        "3,7,31/02/2025,10\n"  # no date
        "4,7,2026-01-05,12 pcs\n"  # no number
        "5,7,2026-01-05,0\n"  # no sale
        "6,7,2026-10-01,10\n"  # after the report's date
        "7, 7.0 ,2026-09-30 23:59:59,-4\n"  # a return on the last day
        "8,7,2026-01-05,\n",  # no amount
    )
    assert aside(data) == {
        "exact duplicate": 1,
        "no customer_id": 1,
        "ordered_at is not a date": 1,
        "amount is not a number": 1,
        "no amount": 1,
        "dated after 2026-09-30": 1,
        "price is zero or below": 1,
    }
    kept = data.tables["orders"].order_by("order_id").execute()
    assert kept["customer_id"].tolist() == ["00123", "7"]
    assert kept["is_return"].tolist() == [False, True]


def test_rejected_rows_come_back_as_they_came(tmp_path: Path) -> None:
    data = orders_from(tmp_path, "no,cust,day,value\n1,7,2026-01-05,10\n2,7, not a day ,12 pcs\n")
    row = data.rejected("orders").iloc[0]
    assert (row["no"], row["day"], row["value"]) == ("2", " not a day ", "12 pcs")
    assert (row["kit_file"], row["kit_row"]) == ("orders.csv", 3)  # the header is row 1
    assert row["reason"] in ("ordered_at is not a date", "amount is not a number")


def test_missing_codes_and_score_range(tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_text("id,score,food\n1,9,5\n2,99,4\n3,12,3\n4,7.5,2\n5,0,0\n", "utf-8")
    part = PartSpec(
        str(tmp_path / "s.csv"),
        columns={"response_id": "id"},
        ratings={"food": "food"},
        missing={"score": ["99"], "ratings": ["0"]},
    )
    data = read(tmp_path, "surveys", part)
    assert aside(data) == {"no score": 1, "score is not a whole number from 0 to 10": 2}
    kept = data.tables["surveys"].order_by("response_id").execute()
    assert kept["score"].tolist() == [9, 0]
    assert kept["food"].isna().tolist() == [False, True]


def test_filter_and_decimal_comma_and_date_format(tmp_path: Path) -> None:
    data = orders_from(
        tmp_path,
        "no;cust;day;value;land\n1;7;05.01.2026;1.234,50;DE\n2;7;06.01.2026;1,00;FR\n",
        filter={"land": ["DE"]},
        date_format={"all": ("%d.%m.%Y",)},
        decimal=",",
    )
    kept = data.tables["orders"].execute()
    assert kept["amount"].tolist() == [1234.5]
    assert kept["ordered_at"].tolist() == [pd.Timestamp("2026-01-05")]
    assert aside(data) == {"left out by the filter on land": 1}


def test_a_filter_names_its_column_as_a_mapping_does(tmp_path: Path) -> None:
    text = "no,cust,day,value,Land \n1,7,2026-01-05,1,DE\n2,7,2026-01-05,2,FR\n"
    data = orders_from(tmp_path, text, filter={"land": ["DE"]})
    assert data.tables["orders"].execute()["amount"].tolist() == [1]
    with pytest.raises(InputError, match=r'The filter names "lnd", a column this source does not have.*Did you mean'):
        orders_from(tmp_path, text, filter={"lnd": ["DE"]})


def test_excel_and_parquet_read_like_csv(tmp_path: Path) -> None:
    frame = pd.DataFrame({"no": ["1", "2"], "cust": ["00123", "7"], "day": ["2026-01-05"] * 2, "value": [10.5, -2]})
    frame.to_excel(tmp_path / "o.xlsx", index=False)
    frame.to_parquet(tmp_path / "o.parquet", index=False)
    for name in ("o.xlsx", "o.parquet"):
        kept = read(tmp_path, "orders", PartSpec(str(tmp_path / name), columns=ORDERS)).tables["orders"].execute()
        assert sorted(kept["customer_id"]) == ["00123", "7"]
        assert sorted(kept["amount"]) == [-2, 10.5]


def test_a_glob_reads_all_files(tmp_path: Path) -> None:
    for i in (1, 2):
        (tmp_path / f"orders_{i}.csv").write_text(f"no,cust,day,value\n{i},7,2026-01-05,{i}\n", "utf-8")
    data = read(tmp_path, "orders", PartSpec(str(tmp_path / "orders_*.csv"), columns=ORDERS))
    assert data.received["files"].iloc[0] == "orders_1.csv, orders_2.csv"
    assert data.inputs["rows"].tolist() == [1, 1]


def test_a_changed_file_is_read_again_and_an_unchanged_one_is_not(tmp_path: Path) -> None:
    text = "no,cust,day,value\n1,7,2026-01-05,10\n"
    orders_from(tmp_path, text).close()
    current = tmp_path / ".data" / "current.json"
    built = current.stat().st_mtime_ns
    orders_from_again = read(tmp_path, "orders", PartSpec(str(tmp_path / "orders.csv"), columns=ORDERS))
    orders_from_again.close()
    assert current.stat().st_mtime_ns == built
    data = orders_from(tmp_path, text + "2,7,2026-01-05,10\n")
    assert data.received["rows_in"].iloc[0] == 2
    assert len([p for p in (tmp_path / ".data").iterdir() if p.is_dir() and p.name != "overflow"]) == 1


cell = st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"]), max_size=12)
row = st.tuples(cell, cell, cell, cell)


@settings(max_examples=14, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(row, min_size=1, max_size=4) | st.lists(row, min_size=9, max_size=20))
def test_no_row_is_lost_whatever_it_holds(tmp_path: Path, rows: list[tuple[str, ...]]) -> None:
    """An example costs a whole reading, so they are few, and every second one is of many rows."""
    frame = pd.DataFrame([*rows, ("1", "7", "2026-01-05", "10")], columns=list(ORDERS.values()))
    frame.to_csv(tmp_path / "o.csv", index=False, quoting=1)
    data = read(tmp_path, "orders", PartSpec(str(tmp_path / "o.csv"), columns=ORDERS))
    received = data.received.iloc[0]
    data.close()
    assert received["rows_in"] == len(frame)
    assert received["rows_kept"] + received["rows_set_aside"] == len(frame)
    assert received["rows_kept"] >= 1


def test_columns_named_like_our_own_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "o.csv").write_text("source,reason,no,cust,day,value\nweb,x,1,7,2026-01-05,10\nweb,y,2,,2026-01-05,1\n")
    data = read(tmp_path, "orders", PartSpec(str(tmp_path / "o.csv"), columns={**ORDERS, "channel": "Source"}))
    assert data.tables["orders"].execute()["channel"].tolist() == ["web"]
    row = data.rejected("orders").iloc[0]
    assert (row["source"], row["reason"], row["reason (as received)"]) == ("web", "no customer_id", "y")


def test_a_row_that_cannot_be_read_is_set_aside_as_it_came(tmp_path: Path) -> None:
    data = orders_from(tmp_path, 'no,cust,day,value\n1,7,2026-01-05,10\n2,"7,2026-01-05,10\n3,8\nTotal,,,10\n')
    assert data.received["rows_in"].iloc[0] == 4
    rejected = data.rejected("orders").sort_values("kit_row")
    assert rejected["kit_row"].tolist() == [3, 4, 5]
    assert rejected["kit_line"].iloc[0] == '2,"7,2026-01-05,10'
    assert set(data.rejects) == {"orders"}


def test_rows_know_their_place_in_their_file(tmp_path: Path) -> None:
    """Good files are read by several threads at once, and their rows are not numbered on the way."""
    for name, rows in (("a", 200_000), ("b", 150_000)):
        lines = [f"{i + 2},{name}{i % 7},2026-01-05,{'bad' if i % 50_000 == 49_999 else 10}\n" for i in range(rows)]
        (tmp_path / f"orders_{name}.csv").write_text("no,cust,day,value\n" + "".join(lines), "utf-8")
    data = read(tmp_path, "orders", PartSpec(str(tmp_path / "orders_*.csv"), columns=ORDERS))
    orders = data.tables["orders"]
    assert orders.count().execute() == 349_993
    assert (orders.order_id.cast("int64") == orders.kit_row).all().execute()
    counted = orders.kit_file.value_counts(name="n").execute().set_index("kit_file")["n"]
    assert counted.to_dict() == {"orders_a.csv": 199_996, "orders_b.csv": 149_997}
    rejected = data.rejected("orders")
    assert (rejected["no"].astype(int) == rejected["kit_row"]).all()
    assert sorted(rejected.groupby("kit_file")["no"].size()) == [3, 4]


def test_equal_rows_of_two_files_are_duplicates(tmp_path: Path) -> None:
    """Monthly exports overlap."""
    lines = [f"{i},{i % 7},2026-01-05,10\n" for i in range(60)]
    (tmp_path / "orders_1.csv").write_text("no,cust,day,value\n" + "".join(lines[:40]), "utf-8")
    (tmp_path / "orders_2.csv").write_text("no,cust,day,value\n" + "".join(lines[30:]), "utf-8")
    data = read(tmp_path, "orders", PartSpec(str(tmp_path / "orders_*.csv"), columns=ORDERS))
    assert aside(data) == {"exact duplicate": 10}
    assert set(data.rejected("orders")["kit_file"]) == {"orders_2.csv"}
    assert sorted(data.tables["orders"].order_id.execute().astype(int)) == list(range(60))


def test_equal_rows_are_found_range_by_range(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeats, "HASHES_AT_A_TIME", 9)
    data = orders_from(tmp_path, "\n".join(["no,cust,day,value", *GOOD, *GOOD[10:40], GOOD[12]]) + "\n")
    assert aside(data) == {"exact duplicate": 31}
    assert sorted(data.rejected("orders")["kit_row"]) == list(range(82, 113))


def test_rows_that_share_a_hash_are_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hash of 64 bits can meet another; here every second row does."""
    for module in (marking, keeping):
        monkeypatch.setattr(module, "hash_row", lambda raw: raw["no"].cast("int64") % 2)
    lines = [f"{i},{i % 7},2026-01-05,{'bad' if i == 5 else 10}\n" for i in range(40)]
    data = orders_from(tmp_path, "no,cust,day,value\n" + "".join([*lines, lines[3], lines[5]]))
    assert aside(data) == {"exact duplicate": 2, "amount is not a number": 1}
    rejected = data.rejected("orders").sort_values("kit_row")
    assert rejected[["no", "kit_row", "value"]].values.tolist() == [["5", 7, "bad"], ["3", 42, "10"], ["5", 43, "bad"]]
    assert data.tables["orders"].count().execute() == 39


@pytest.mark.parametrize(
    ("text", "options", "kept"),
    [
        ('no,cust,day,value\n1,7,2026-01-05,"1.234,50"\n2,7,2026-01-05,"-3,20 €"\n', {}, [1234.5, -3.2]),
        ('no,cust,day,value\n1,7,2026-01-05,"1,234.50"\n2,7,2026-01-05,£7\n', {}, [1234.5, 7]),
        ("no,cust,day,value\n1,7,2026-01-05,(12.50)\n2,7,2026-01-05,3-\n", {}, [-12.5, -3]),
        (
            "no;cust;day;value\n1;7;05.01.2026;1,5\n2;7;31.1.2026 9h;2\n",
            {"date_format": {"all": ("%d.%m.%Y",)}},
            [1.5],
        ),
        ("no,cust,day,value\n1,7,45000,1\n2,7,45000.75,2\n", {"date_format": {"ordered_at": ("excel",)}}, [1, 2]),
        ("no,cust,day,value\n1,7,31/01/2026,1\n2,7,01/02/2026 8:30,2\n", {}, [1, 2]),
        ("no,cust,day,value\n1,7,01/31/2026,1\n2,7,02/01/2026,2\n", {}, [1, 2]),
        ("no,cust,day,value\n1,7,2026-01-05,ten\n2,7,2026-01-05,11\n", {"values": {"amount": {"Ten": "10"}}}, [10, 11]),
        (
            "no,cust,day,value\n1,7,2026-01-05,NA\n2,7,NA,11\n3,7,2026-01-05,5\n",
            {"missing": {"all": ["NA"]}},
            [5],
        ),
    ],
)
def test_values_as_clients_write_them(tmp_path: Path, text: str, options: dict[str, Any], kept: list[float]) -> None:
    amounts = orders_from(tmp_path, text, **options).tables["orders"].order_by("order_id").amount.execute()
    assert amounts.tolist() == pytest.approx(kept)
