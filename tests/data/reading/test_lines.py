"""Single rows of a text file by their number."""

import io
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.data.reading import lines as module
from helpers.data.reading import read_raw, rows_at
from helpers.data.reading.lines import copy_lines
from helpers.data.spec import PartSpec
from helpers.errors import InputError

HEADER = "id,name,amount"
NAMES = ("Zoë", "", '"a, b"', '" x "', '"say ""hi"""', "plain")
ROWS = [f"{i},{NAMES[i % 6]},{i * 2}" for i in range(60)]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=st.lists(st.text(alphabet="aé,\r", max_size=9), min_size=1, max_size=40),
    ends=st.booleans(),
    block=st.integers(1, 64),
    data=st.data(),
)
def test_the_lines_asked_for_are_copied(
    tmp_path: Path, lines: list[str], ends: bool, block: int, data: st.DataObject
) -> None:
    lines = [line.rstrip("\r") for line in lines] if ends else [*[line.rstrip("\r") for line in lines], "last"]
    path = tmp_path / "f.txt"
    path.write_bytes(("\n".join(lines) + "\n" * ends).encode())
    wanted = sorted(data.draw(st.sets(st.integers(1, len(lines)))))
    cut = data.draw(st.integers(0, len(wanted)))
    batches = [np.array(part, "int64") for part in (wanted[:cut], wanted[cut:])]
    out = io.BytesIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "BLOCK", block)
        copy_lines(path, iter(batches), out)
    assert out.getvalue().decode() == "".join(lines[n - 1] + "\n" for n in wanted)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("closed", [True, False])
@pytest.mark.parametrize(
    ("header", "first"), [(HEADER + "\n", 2), ("", 1), ("\ufeff" + HEADER + "\n", 2), ("\ufeff", 1)]
)
def test_rows_come_as_the_reader_sees_them(
    shared_con: Any, tmp_path: Path, newline: str, closed: bool, header: str, first: int
) -> None:
    text = header + "\n".join(ROWS) + "\n" * closed
    (tmp_path / "f.csv").write_bytes(text.replace("\n", newline).encode())
    part = PartSpec(str(tmp_path / "f.csv"), header_row=first - 1, delimiter=",")
    (raw,) = read_raw(shared_con, part, "l", trusting=True)
    assert raw.lines is not None
    assert (raw.sure, raw.rows) == (False, 60)
    numbers = [first, first + 4, first + 30, first + 59]
    wanted = shared_con.create_table("wanted", ibis.memtable({"kit_row": numbers}), temp=True, overwrite=True)
    found = rows_at(shared_con, raw, wanted, "at").order_by("kit_row").execute()
    whole = raw.table.order_by("kit_row").execute()
    expected = whole[whole["kit_row"].isin(numbers)].reset_index(drop=True)
    assert found[expected.columns].astype(object).fillna("").equals(expected.astype(object).fillna(""))
    assert found["kit_row"].tolist() == numbers


def test_a_file_that_changed_meanwhile_is_refused(shared_con: Any, tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text("\n".join([HEADER, *ROWS]) + "\n", "utf-8")
    (raw,) = read_raw(shared_con, PartSpec(str(path)), "c")
    path.write_text("\n".join([HEADER, *ROWS, "60,new,1"]) + "\n", "utf-8")
    with pytest.raises(InputError, match="changed while it was read"):
        rows_at(shared_con, raw, ibis.memtable({"kit_row": [2]}), "at")


def test_a_column_without_a_name_is_looked_at_first(shared_con: Any, tmp_path: Path) -> None:
    """Whether it holds anything decides whether it stays."""
    (tmp_path / "f.csv").write_text("a,b,\n" + "1,2,\n" * 40, "utf-8")
    (raw,) = read_raw(shared_con, PartSpec(str(tmp_path / "f.csv")), "n", trusting=True)
    assert raw.sure
