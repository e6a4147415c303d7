"""Which attributes are numbers for the profile, and that what is stored stays text."""

from pathlib import Path

import pytest

from helpers.data.client_data import ClientData, open_data
from helpers.data.features.attributes import with_numbers
from helpers.data.profiling.tables import profile_tables
from helpers.data.spec import PartSpec, TableSpec
from tests.data.clients import AS_OF


def read(folder: Path, values: list[str], kind: str = "demographic") -> ClientData:
    rows = "\n".join(f"{i};{value}" for i, value in enumerate(values))
    (folder / "customers.csv").write_text(f"customer_id;income\n{rows}\n", "utf-8")
    part = PartSpec(str(folder / "customers.csv"), attributes={"income": (kind, "income")})
    return open_data({"customers": TableSpec("customers", (part,))}, AS_OF, folder / ".data")


PLAIN = [str(n) for n in range(15, 26)]


@pytest.mark.parametrize(
    ("values", "numbers"),
    [
        (PLAIN, True),
        ([*PLAIN, ""], True),
        ([f"{n},5" for n in range(11)], True),
        ([f"{n}.5" for n in range(11)], True),
        (PLAIN[:10] * 2, False),  # ten values may be codes
        ([*PLAIN, "none"], False),
        ([*PLAIN, "0123"], False),
        ([*PLAIN, "2079460001"], False),  # a telephone
        ([*[f"{n},5" for n in range(11)], "1.5"], False),
    ],
)
def test_an_attribute_is_a_number_where_it_is_nothing_else(tmp_path: Path, values: list[str], numbers: bool) -> None:
    data = read(tmp_path, values)
    assert with_numbers(data)["customers"].income.type().is_numeric() == numbers
    assert data.tables["customers"].income.type().is_string()


def test_postcodes_are_no_quantities(tmp_path: Path) -> None:
    assert with_numbers(read(tmp_path, PLAIN, "geographic"))["customers"].income.type().is_string()


def test_numbers_are_profiled_as_such(tmp_path: Path) -> None:
    columns = profile_tables(with_numbers(read(tmp_path, PLAIN))).columns.set_index("column")
    assert columns.loc["income", ["kind", "mean"]].tolist() == ["number", 20.0]
