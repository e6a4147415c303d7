"""Reading and cleaning: real exports give their known answers, broken ones one sentence, and no row is lost."""

import gzip
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.data import clean, repeats, sources, split
from helpers.data.sources import ClientData, open_data
from helpers.data.spec import PartSpec, TableSpec
from helpers.errors import InputError
from helpers.runs.params import read_params
from helpers.runs.project import Project

AS_OF = date(2026, 9, 30)
ORDERS = {"order_id": "no", "customer_id": "cust", "ordered_at": "day", "amount": "value"}


def read(folder: Path, table: str, *parts: PartSpec, as_of: date = AS_OF) -> ClientData:
    return open_data({table: TableSpec(table, parts, folder)}, as_of, folder / ".data")


def orders_from(folder: Path, text: str, name: str = "orders.csv", **options: object) -> ClientData:
    (folder / name).write_text(text, "utf-8")
    return read(folder, "orders", PartSpec(str(folder / name), columns=ORDERS, **options))  # type: ignore[arg-type]


def aside(data: ClientData) -> dict[str, int]:
    checks = data.quality[data.quality["rows_set_aside"] > 0]
    return dict(zip(checks["check"], checks["rows_set_aside"], strict=True))


@pytest.fixture(scope="module")
def online_retail(shared_data: Path, project: Project, tmp_path_factory: pytest.TempPathFactory) -> ClientData:
    params = read_params(project.root / "tests/params/online_retail.yaml", project.notebooks)
    return open_data(params.data, params.as_of, tmp_path_factory.mktemp("retail"))


class TestOnlineRetail:
    """UCI Online Retail; the known answers are those of the data's README."""

    def test_every_row_is_kept_or_set_aside(self, online_retail: ClientData) -> None:
        row = online_retail.received.iloc[0]
        assert row["rows_in"] == 541_909
        assert row["rows_kept"] + row["rows_set_aside"] == 541_909
        assert online_retail.quality["rows_set_aside"].sum() == row["rows_set_aside"]

    def test_traits_are_counted(self, online_retail: ClientData) -> None:
        found = online_retail.quality.set_index("check")["rows_found"]
        assert found["no customer_id"] == 135_080
        assert found["exact duplicate"] == 5_268
        assert found["price is zero or below"] == 2_517

    def test_purchases(self, online_retail: ClientData) -> None:
        orders = online_retail.tables["orders"]
        bought = orders.filter(orders.amount > 0)
        assert bought.count().execute() == 392_692
        assert bought.customer_id.nunique().execute() == 4_338
        assert bought.order_id.nunique().execute() == 18_532
        assert bought.amount.sum().execute() == pytest.approx(8_887_208.89, abs=0.005)

    def test_returns_are_kept_as_negative_amounts(self, online_retail: ClientData) -> None:
        orders = online_retail.tables["orders"]
        returned = orders.filter(orders.is_return)
        assert returned.count().execute() == 8_872
        assert returned.amount.sum().execute() == pytest.approx(-608_689.47, abs=0.005)

    def test_identifiers_are_text_without_a_decimal_tail(self, online_retail: ClientData) -> None:
        orders = online_retail.tables["orders"]
        assert orders.customer_id.re_search(r"^\d{5}$").all().execute()

    def test_with_duplicates_kept(self, shared_data: Path, tmp_path: Path) -> None:
        columns = {
            "order_id": "InvoiceNo",
            "customer_id": "CustomerID",
            "ordered_at": "InvoiceDate",
            "quantity": "Quantity",
            "unit_price": "UnitPrice",
        }
        part = PartSpec(
            str(shared_data / "online_retail.csv.gz"), columns=columns, severities={"identical_lines": "note"}
        )
        orders = read(tmp_path, "orders", part, as_of=date(2011, 12, 9)).tables["orders"]
        bought = orders.filter(orders.amount > 0)
        assert bought.count().execute() == 397_884
        assert bought.amount.sum().execute() == pytest.approx(8_911_407.90, abs=0.005)


def test_two_survey_years_are_one_table(shared_data: Path, project: Project, tmp_path: Path) -> None:
    params = read_params(project.root / "tests/params/sfo_survey.yaml", project.notebooks)
    data = open_data(params.data, params.as_of, tmp_path)
    counted = data.tables["surveys"].group_by("wave").aggregate(n=lambda t: t.count()).execute()
    assert dict(zip(counted["wave"], counted["n"], strict=True)) == {"2017": 2_746, "2018": 2_650}
    assert data.received["rows_in"].iloc[0] == 5_640
    assert aside(data) == {"no score": 244}


def test_equal_rows_are_not_duplicates_where_nothing_identifies_them(
    shared_data: Path, project: Project, tmp_path: Path
) -> None:
    params = read_params(project.root / "tests/params/hillstrom.yaml", project.notebooks)
    data = open_data(params.data, params.as_of, tmp_path)
    assert data.received["rows_kept"].iloc[0] == 64_000
    assert data.quality["handling"].str.contains("without an identifier").all()


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


BROKEN = {
    "empty file": ("", "0 bytes"),
    "header only": ("no,cust,day,value\n", "no rows below its header"),
    "column missing": ("no,customer,day,value\n1,7,2026-01-05,1\n", 'mapped to "cust", a column this source does not'),
    "no usable row": ("no,cust,day,value\n1,7,soon,1\n", "None of the 1 rows of orders can be used"),
    "ambiguous dates": ("no,cust,day,value\n1,7,05/01/2026,1\n", 'Allowed: "%d/%m/%Y" or "%m/%d/%Y"'),
}


@pytest.mark.parametrize(("text", "says"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_gets_one_sentence(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(InputError) as caught:
        orders_from(tmp_path, text)
    assert says in str(caught.value)
    assert "orders.csv" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not list((tmp_path / ".data").glob("*-*"))


def test_a_column_that_was_renamed_is_suggested(tmp_path: Path) -> None:
    with pytest.raises(InputError, match='Did you mean "customer"'):
        orders_from(tmp_path, "no,customer,day,value\n1,7,2026-01-05,1\n", name="o.csv").close()


def test_a_file_that_is_no_spreadsheet_is_refused(tmp_path: Path) -> None:
    (tmp_path / "o.xlsx").write_bytes(b"not a workbook")
    with pytest.raises(InputError, match="cannot be read"):
        read(tmp_path, "orders", PartSpec(str(tmp_path / "o.xlsx"), columns=ORDERS))


def test_a_cut_archive_is_refused(tmp_path: Path) -> None:
    packed = gzip.compress(b"no,cust,day,value\n" + b"1,7,2026-01-05,10\n" * 5_000)
    (tmp_path / "o.csv.gz").write_bytes(packed[: len(packed) // 2])
    with pytest.raises(InputError, match=r"o\.csv\.gz: This file cannot be read"):
        read(tmp_path, "orders", PartSpec(str(tmp_path / "o.csv.gz"), columns=ORDERS))


def test_a_missing_file_names_its_neighbours(tmp_path: Path) -> None:
    (tmp_path / "orders_2026.csv").write_text("a\n1\n", "utf-8")
    with pytest.raises(InputError, match=r'Did you mean "orders_2026\.csv"'):
        read(tmp_path, "orders", PartSpec(str(tmp_path / "orders_2025.csv"), columns=ORDERS))


def test_a_control_arm_must_exist(tmp_path: Path) -> None:
    (tmp_path / "e.csv").write_text("arm,spend\nmail,1\nnone,0\n", "utf-8")
    part = PartSpec(str(tmp_path / "e.csv"), control="No mail", outcomes=("spend",))
    with pytest.raises(InputError, match="Allowed: mail, none"):
        read(tmp_path, "exposures", part)


cell = st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"]), max_size=12)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(cell, cell, cell, cell), min_size=1, max_size=12))
def test_no_row_is_lost_whatever_it_holds(tmp_path: Path, rows: list[tuple[str, ...]]) -> None:
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


GOOD = [f"{i},{i % 7},2026-01-05,{i % 5 + 1}" for i in range(80)]


@pytest.mark.parametrize(
    "odd",
    [
        ['80,"two\nlines",2026-01-05,3'],
        ["80,7,2026-01-05"],
        ["80,7,2026-01-05,3,4"],
        [",,,"],
        [""],
        ["80,7,2026-01-05,3,", "", '81,"7,2026-01-05,3'],
        ['80,"7" x,2026-01-05,3'],
        ["Total,,,240"],
        ["", '80,"two\nlines",2026-01-05,3', ",,,"],
    ],
)
@pytest.mark.parametrize("place", [30, 80])
def test_a_file_that_only_looks_whole_is_read_with_care(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, odd: list[str], place: int
) -> None:
    """Reading that trusts a file until it knows better comes to the same as reading that looks first."""
    text = "\n".join(["no,cust,day,value", *GOOD[:place], *odd, *GOOD[place:], GOOD[3]]) + "\n"
    trusting = orders_from(tmp_path, text)
    careful_read = sources._read_part
    monkeypatch.setattr(sources, "_read_part", lambda *given, trusting: careful_read(*given, trusting=False))
    (tmp_path / "careful").mkdir()
    careful = orders_from(tmp_path / "careful", text)
    assert aside(trusting) == aside(careful)
    for name in ("received", "quality"):
        pd.testing.assert_frame_equal(getattr(trusting, name), getattr(careful, name))
    frames = [
        (data.tables["orders"].order_by("kit_row").execute(), data.rejected("orders").sort_values("kit_row"))
        for data in (trusting, careful)
    ]
    for one, other in zip(*frames, strict=True):
        pd.testing.assert_frame_equal(one.reset_index(drop=True), other.reset_index(drop=True))


def test_equal_rows_are_found_range_by_range(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeats, "HASHES_AT_A_TIME", 9)
    data = orders_from(tmp_path, "\n".join(["no,cust,day,value", *GOOD, *GOOD[10:40], GOOD[12]]) + "\n")
    assert aside(data) == {"exact duplicate": 31}
    assert sorted(data.rejected("orders")["kit_row"]) == list(range(82, 113))


def test_rows_that_share_a_hash_are_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hash of 64 bits can meet another; here every second row does."""
    for module in (clean, split):
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


def test_a_row_number_stands_in_for_an_identifier(shared_data: Path, tmp_path: Path) -> None:
    part = PartSpec(
        str(shared_data / "hillstrom.csv.gz"),
        columns={"arm": "segment", "customer_id": "(row number)"},
        control="No E-Mail",
        outcomes=("visit",),
    )
    exposures = read(tmp_path, "exposures", part).tables["exposures"]
    assert exposures.customer_id.nunique().execute() == 64_000
