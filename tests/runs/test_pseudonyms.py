"""Numbers of customers become pseudonyms that join tables, differ by client, and need the salt."""

import hashlib
import hmac
from pathlib import Path

import pandas as pd

from helpers.runs.pseudonyms import make_key, pseudonyms_of, replace_identifiers, tables_of_persons

KEY = make_key("a long random salt", "acme")


def test_it_is_the_hmac_of_the_standard() -> None:
    """RFC 4231, test case 2: key "Jefe", data "what do ya want for nothing?", here its first ten bytes in base 32."""
    digest = bytes.fromhex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    assert hmac.new(b"Jefe", b"what do ya want for nothing?", hashlib.sha256).digest() == digest
    assert pseudonyms_of(pd.Series(["what do ya want for nothing?"]), b"Jefe").tolist() == ["lpomcrv7mb2u42qe"]


def test_the_same_number_is_the_same_everywhere_but_with_another_client_or_salt() -> None:
    numbers = pd.Series(["17850", "00123", "17850", None, ""])
    made = pseudonyms_of(numbers, KEY)
    assert made[0] == made[2] != made[1]
    assert pd.isna(made[3]) and made[4] == ""
    assert made.str.fullmatch("[a-z2-7]{16}")[:3].all()
    for key in (make_key("a long random salt", "other"), make_key("another random salt", "acme")):
        assert pseudonyms_of(numbers, key)[0] != made[0]


def test_a_million_numbers_are_a_million_pseudonyms() -> None:
    assert pseudonyms_of(pd.Series(range(100_000)).astype("str"), KEY).nunique() == 100_000


def test_a_table_without_rows_is_of_nobody(tmp_path: Path) -> None:
    for rows in (0, 1):
        pd.DataFrame({"customer_id": ["17850"]}).head(rows).to_parquet(tmp_path / f"rows_{rows}.parquet", index=False)
    assert tables_of_persons(tmp_path) == ["rows_1"]


def test_every_table_is_written_again_and_rows_set_aside_are_removed(tmp_path: Path) -> None:
    rows = pd.DataFrame({"customer_id": ["17850", "00123"], "account_id": ["=A", None], "spend": [1.5, -2.0]})
    for name, frame in (("customers_rfm", rows), ("rejected_orders", rows), ("nps", rows[["spend"]])):
        frame.to_parquet(tmp_path / f"{name}.parquet", index=False)
        frame.to_csv(tmp_path / f"{name}.csv", index=False)
    assert tables_of_persons(tmp_path) == ["customers_rfm", "rejected_orders"]
    before = (tmp_path / "nps.csv").stat().st_mtime_ns
    assert replace_identifiers(tmp_path, KEY) == ["customers_rfm", "rejected_orders"]
    assert (tmp_path / "nps.csv").stat().st_mtime_ns == before
    assert not list(tmp_path.glob("rejected_*"))
    made = pd.read_parquet(tmp_path / "customers_rfm.parquet")
    assert made["customer_id"].tolist() == pseudonyms_of(rows["customer_id"], KEY).tolist()
    assert made["spend"].tolist() == [1.5, -2.0] and pd.isna(made["account_id"][1])
    read = pd.read_csv(tmp_path / "customers_rfm.csv", dtype={"customer_id": str})
    assert read["customer_id"].tolist() == made["customer_id"].tolist()
    assert "17850" not in "".join(path.read_bytes().decode("latin1") for path in tmp_path.iterdir())
