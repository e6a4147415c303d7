"""A client of one table, made of a file by a test, and what was set aside of it."""

from datetime import date
from pathlib import Path

from helpers.data.client_data import ClientData, open_data
from helpers.data.spec import PartSpec, TableSpec

AS_OF = date(2026, 9, 30)
ORDERS = {"order_id": "no", "customer_id": "cust", "ordered_at": "day", "amount": "value"}
GOOD = [f"{i},{i % 7},2026-01-05,{i % 5 + 1}" for i in range(80)]


def read(folder: Path, table: str, *parts: PartSpec, as_of: date = AS_OF) -> ClientData:
    return open_data({table: TableSpec(table, parts)}, as_of, folder / ".data")


def orders_from(folder: Path, text: str, name: str = "orders.csv", **options: object) -> ClientData:
    (folder / name).write_text(text, "utf-8")
    return read(folder, "orders", PartSpec(str(folder / name), columns=ORDERS, **options))  # type: ignore[arg-type]


def aside(data: ClientData) -> dict[str, int]:
    checks = data.quality[data.quality["rows_set_aside"] > 0]
    return dict(zip(checks["check"], checks["rows_set_aside"], strict=True))
