"""Which table a file is: exports of well-known systems, and what a file that is none of the tables is told."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.data.guess.parts import Part, guess_part
from helpers.data.guess.tables import fit_tables
from helpers.data.guess.values import look_at

N = 60
DAY = [f"2024-0{1 + i % 9}-03" for i in range(N)]
EXPORTS: dict[str, tuple[str, dict[str, object], dict[str, str]]] = {
    "a web shop": (
        "orders",
        {
            "Name": [f"#{i}" for i in range(N)], "Email": [f"a{i % 20}@x.com" for i in range(N)],
            "Paid at": [f"{day} 10:00:00 +0000" for day in DAY], "Subtotal": [f"{i}.00" for i in range(N)],
            "Shipping": "4.90", "Taxes": "1.50", "Total": [f"{i}.40" for i in range(N)],
            "Lineitem quantity": [1 + i % 3 for i in range(N)], "Lineitem price": [f"{5 + i % 4}.50" for i in range(N)],
            "Lineitem sku": [f"MUG-{i % 5}" for i in range(N)], "Billing Street": "Road 1", "Phone": "+44 20 1234567",
        },
        {"order_id": "Name", "customer_id": "Email", "ordered_at": "Paid at", "quantity": "Lineitem quantity",
         "unit_price": "Lineitem price", "product_id": "Lineitem sku"},
    ),
    "an ERP system": (
        "orders",
        {
            "KUNNR": [f"{i % 9:010d}" for i in range(N)], "BELNR": [4_900_000_000 + i for i in range(N)], "BUDAT": DAY,
            "WRBTR": [f"{i},50" for i in range(N)], "WAERS": "EUR", "MATNR": [f"M{i % 7}" for i in range(N)],
        },
        {"customer_id": "KUNNR", "order_id": "BELNR", "ordered_at": "BUDAT", "amount": "WRBTR", "product_id": "MATNR",
         "currency": "WAERS"},
    ),
    "a survey suite": (
        "surveys",
        {
            "StartDate": [f"{day} 10:00:00" for day in DAY], "EndDate": [f"{day} 10:05:00" for day in DAY],
            "ResponseId": [f"R_{i}x" for i in range(N)], "Q1_NPS_GROUP": ["Promoter", "Passive"] * (N // 2),
            "Q1": [[10, 7, 3, 9, 8, 0, 5, 6][i % 8] for i in range(N)], "Q2_1": [1 + i % 5 for i in range(N)],
            "Q2_2": [1 + (i * 2) % 5 for i in range(N)], "Q2_3": [1 + (i + 2) % 5 for i in range(N)],
        },
        {"response_id": "ResponseId", "answered_at": "EndDate", "score": "Q1"},
    ),
    "a payment service": (
        "subscriptions",
        {
            "id": [f"sub_{i}" for i in range(N)], "Customer ID": [f"cus_{i}" for i in range(N)], "Plan": "Pro",
            "Quantity": 1, "Currency": "usd", "Amount": ["29.00", "59.00"] * (N // 2), "Start (UTC)": DAY,
            "Canceled At (UTC)": [DAY[i] if i % 3 else None for i in range(N)],
        },
        {"customer_id": "Customer ID", "plan": "Plan", "started_on": "Start (UTC)", "monthly_fee": "Amount",
         "cancelled_on": "Canceled At (UTC)"},
    ),
    "web analytics": (
        "events",
        {"user_pseudo_id": [f"{i % 9}.{i % 5}" for i in range(N)], "event_timestamp": DAY,
         "event_name": ["page_view", "purchase"] * (N // 2), "device": ["mobile", "desktop"] * (N // 2)},
        {"customer_id": "user_pseudo_id", "occurred_at": "event_timestamp", "kind": "event_name"},
    ),
    "a newsletter list": (
        "customers",
        {"E-Mail": [f"a{i}@x.com" for i in range(N)], "Opt-in": ["yes", "no"] * (N // 2), "Anmeldedatum": DAY},
        {"customer_id": "E-Mail", "email": "E-Mail", "consent": "Opt-in", "acquired_on": "Anmeldedatum"},
    ),
}  # fmt: skip


def understand(columns: dict[str, object], name: str = "export") -> Part:
    frame = pd.DataFrame(columns).astype(object).map(lambda v: None if pd.isna(v) else str(v))
    look = look_at(frame)
    fit = fit_tables(look, name)[0]
    assert fit.usable, fit
    return guess_part(frame, look, fit)


@pytest.mark.parametrize("export", EXPORTS)
def test_exports_of_well_known_systems(export: str) -> None:
    table, columns, mapping = EXPORTS[export]
    part = understand(columns)
    assert part.table == table
    assert {m.column: m.source for m in part.columns}.items() >= mapping.items()


def test_what_is_sure_is_right_and_the_rest_is_doubted() -> None:
    """No guess without a doubt may be outside the expected mapping."""
    for table, columns, mapping in EXPORTS.values():
        part = understand(columns)
        sure = {m.column: m.source for m in part.columns if not m.doubt}
        beyond = {c: s for c, s in sure.items() if mapping.get(c) != s}
        assert not beyond.keys() - {"discount", "quantity"}, (table, beyond)


def test_an_identifier_by_e_mail_is_doubted() -> None:
    part = understand(EXPORTS["a newsletter list"][1])
    assert [m.doubt for m in part.columns if m.column == "customer_id"] == [
        "no number identifies a customer, so the e-mail address does"
    ]


def test_two_candidates_name_the_runner_up() -> None:
    part = understand(
        {
            "customer_id": [f"{i % 9}" for i in range(N)],
            "order date": DAY,
            "invoice date": DAY,
            "total": ["2.50", "3.50"] * (N // 2),
        }
    )
    when = next(m for m in part.columns if m.column == "ordered_at")
    assert {when.source, when.runner_up} == {"order date", "invoice date"}
    assert when.doubt == "two columns fit"


@pytest.mark.parametrize(
    ("columns", "nearest", "lacking"),
    [
        ({"customer": [1, 2, 1], "total": ["1.5", "2.5", "3.5"]}, "orders", ["ordered_at"]),
        ({"respondent_id": [1, 2, 3], "comment": ["good service", "bad", "slow"]}, "surveys", ["score"]),
        (
            {"plan": ["a", "b", "a"], "customer_no": [1, 2, 2], "monthly fee": [1, 2, 2]},
            "subscriptions",
            ["started_on or tenure_months with churned"],
        ),
    ],
)
def test_what_a_file_lacks(columns: dict[str, list[object]], nearest: str, lacking: list[str]) -> None:
    fits = fit_tables(look_at(pd.DataFrame(columns).astype(str)), "file")
    assert not [fit for fit in fits if fit.usable and fit.table == nearest]
    near = next(fit for fit in fits if fit.table == nearest)
    assert list(near.lacking) == lacking


CELLS = st.one_of(st.none(), st.text(max_size=8), st.integers(-99, 99).map(str), st.dates().map(str))


@settings(max_examples=60, deadline=None)
@given(
    names=st.lists(st.text(max_size=10) | st.sampled_from(["NPS", "Kundennr", "Datum", "arm"]), min_size=1, max_size=6),
    rows=st.integers(0, 12),
    data=st.data(),
)
def test_any_frame_is_understood_somehow(names: list[str], rows: int, data: st.DataObject) -> None:
    values = [data.draw(st.lists(CELLS, min_size=rows, max_size=rows)) for _ in names]
    frame = pd.DataFrame({i: pd.Series(v, dtype="object") for i, v in enumerate(values)})
    frame.columns = names  # twice the same among them
    look = look_at(frame)
    for fit in fit_tables(look, "x"):
        part = guess_part(frame.loc[:, ~frame.columns.duplicated()], look, fit) if fit.matches else None
        assert part is None or part.sources <= set(names)
