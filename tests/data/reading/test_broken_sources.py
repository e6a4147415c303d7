"""Broken sources get one sentence, and files that only look whole are read with care."""

import gzip
from pathlib import Path

import pandas as pd
import pytest

from helpers.data.cleaning import client_tables
from helpers.data.spec import PartSpec
from helpers.errors import InputError
from tests.data.clients import GOOD, ORDERS, aside, orders_from, read

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
    careful_read = client_tables._read_part
    monkeypatch.setattr(client_tables, "_read_part", lambda *given, trusting: careful_read(*given, trusting=False))
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
