"""Traits: every number and group of a customer list, and nothing that names or numbers a person."""

import pandas as pd
import pytest

from helpers.data.guess.parts import Part, guess_part
from helpers.data.guess.tables import fit_tables
from helpers.data.guess.values import look_at

N = 60
LIST = {
    "customer_id": [f"K{100 + i}" for i in range(N)],
    "age": [20 + i % 40 for i in range(N)],
    "sex": ["f", "m"] * 30,
}


def part_of(columns: dict[str, list[object]], name: str = "customers") -> Part:
    frame = pd.DataFrame(columns).astype(str)
    look = look_at(frame)
    return guess_part(frame, look, fit_tables(look, name)[0])


def test_numbers_and_groups_that_nothing_claims() -> None:
    part = part_of({**LIST, "Annual Income (k$)": [15 + i for i in range(N)], "wishes": ["a", "b", "c"] * 20})
    assert {t.source: t.kind for t in part.traits} == {
        "age": "demographic", "sex": "demographic", "Annual Income (k$)": "demographic", "wishes": "behavioural",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("Payer Name", [f"Ann {i}" for i in range(N)]),
        ("CC Number", [f"3.56033E+{i % 9}" for i in range(N)]),
        ("Phone", ["030 1234567"] * N),
        ("Street address", ["Mill Road 1", "Mill Road 2"] * 30),
        ("date of birth", ["1980-02-03", "1990-02-03"] * 30),
        ("Surname", ["Dorrit", "Sandvoss"] * 30),
        ("Note", ["call back", "nice"] * 30),
        ("Card Last4", [f"{1000 + i % 7}" for i in range(N)]),
        ("account manager", ["Ann", "Bo"] * 30),
    ],
)
def test_what_names_a_person_is_no_trait(name: str, values: list[object]) -> None:
    assert name not in {t.source for t in part_of({**LIST, name: values}).traits}


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("constant", [1] * N),
        ("RowNumber", list(range(1, N + 1))),
        ("token", [f"x{i}y" for i in range(N)]),
        ("seen", ["2024-01-05", "2024-02-05"] * 30),
    ],
)
def test_what_tells_no_customers_apart_is_no_trait(name: str, values: list[object]) -> None:
    assert name not in {t.source for t in part_of({**LIST, name: values}).traits}


def test_a_place_in_an_address_is_a_trait() -> None:
    part = part_of({**LIST, "Default Address Country": ["GB", "FR"] * 30})
    assert ("Default Address Country", "geographic") in {(t.source, t.kind) for t in part.traits}


def test_the_amount_is_quantity_times_price() -> None:
    """Of three columns called so the one is taken that the arithmetic tells."""
    lines: dict[str, list[object]] = {
        "customer_no": [f"K{i % 20}" for i in range(N)], "order_no": [f"R{i // 2}" for i in range(N)],
        "order date": [f"2024-03-{1 + i % 28:02d}" for i in range(N)], "qty": [1 + i % 3 for i in range(N)],
        "unit price": [5 + i % 4 for i in range(N)], "total": [99 + i // 2 for i in range(N)],
        "net amount": [(1 + i % 3) * (5 + i % 4) for i in range(N)],
    }  # fmt: skip
    assert part_of(lines, "export").source_of("amount") == "net amount"
    wrong = {**lines, "net amount": [3 * i for i in range(N)]}
    assert part_of(wrong, "export").source_of("amount") == ""  # none is, and quantity and price say it
