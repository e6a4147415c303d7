"""What texts look like: personal data and what only looks like it, numbers, dates, spellings."""

import pytest

from helpers.data.profiling.texts import describe_texts, heading_words, looks_personal, other_spellings, personal_kind

CARDS = ["4111 1111 1111 1111", "5500-0000-0000-0004", "340000000000009", "6011000000000004", "4012888888881881"]
IBANS = ["GB29 NWBK 6016 1331 9268 19", "DE89370400440532013000", "FR1420041010050500013M02606"]
DNI = [f"{n:08d}{'TRWAGMYFPDXBNJZSQVHLCKE'[n % 23]}" for n in range(12_345_670, 12_345_690)]


@pytest.mark.parametrize(
    ("heading", "values", "kind"),
    [
        ("contact", ["jo@example.com", "a.b@c.co.uk", "x+y@z.org"], "e-mail address"),
        ("field7", CARDS, "payment card number"),
        ("account", IBANS, "bank account number (IBAN)"),
        ("document", DNI, "national identity number"),
        ("ssn", [f"123-45-{n:04d}" for n in range(1, 15)], "national identity number"),
        ("contact", ["+44 20 7946 0958", "+49 30 1234567", "+1 212 555 0100"], "phone number"),
        ("contact", ["020 7946 0958", "0161 496 0000", "01632 960 961"], "phone number"),
        ("mobile_phone", ["07700900123", "07700900124", "7700900125"], "phone number"),
        ("where", ["12 High Street", "5a Mill Lane, York", "Hauptstraße 7"], "address"),
        ("home_address", ["Rose Cottage", "Old Mill", "The Barn"], "address"),
        ("ContactName", ["Ann Lee", "José Núñez", "Mary-Jane O'Neill"], "name of a person"),
        ("surname", ["Rose", "Lee", "O'Neill"], "name of a person"),
        ("date_of_birth", ["1980-01-02", "1975-11-30", "2001-05-06"], "date of birth"),
        ("ip", [f"192.168.1.{n}" for n in range(20)], "internet address of a person"),
    ],
)
def test_personal_data_are_told(heading: str, values: list[str], kind: str) -> None:
    found, share = personal_kind(heading, values)
    assert found == kind
    assert share >= 0.8


@pytest.mark.parametrize(
    ("heading", "values"),
    [
        ("order_number", ["2024-000-1234", "2024-000-1235", "2024-000-1236"]),  # looks like a phone
        ("invoice", ["0207946095", "0207946096", "0207946097"]),  # digits alone are no phone
        ("padded", ["00123456789", "00123456790", "000124-2024"]),
        ("product", ["Rose", "Basil", "Heather"]),
        ("product_name", ["Green Garden Hose", "Zinc Bowl", "Rose Bush"]),
        ("name", ["Smith Ltd", "Garden Shop", "Lee & Sons"]),  # companies
        ("name", ["Rose", "Basil", "Heather"]),  # one word each may be anything
        ("serial", ["4111111111111112", "4111111111111113", "4111111111111114"] * 3),  # fail Luhn
        ("ean", ["4006381333931", "4006381333948", "5901234123457", "9780201379624", "4012345678901"]),
        ("code", [f"{n:09d}" for n in range(100_000_000, 100_000_040)]),  # one in eleven passes by chance
        ("iban_like", ["GB00NWBK60161331926819", "DE00370400440532013000"]),
        ("version", ["1.2.3", "1.2.4", "2.0.0"]),
        ("city", ["Paris", "Rome", "Bath"]),
        ("price", ["12.50", "13.99", "0.10"]),
        ("empty", ["", " "]),
    ],
)
def test_what_only_looks_like_personal_data_is_not(heading: str, values: list[str]) -> None:
    assert personal_kind(heading, values) == ("", 0.0)


@pytest.mark.parametrize(
    "band",
    [
        *("100 000 - 250 000", "10 001 - 20 000", "0 - 50 000", "10.000 - 20.000", "€ 20 000 – 30 000", "20 000+"),
        *("1 000 000 - 5 000 000", "de 10 000 à 20 000 €", "more than 250 000", "10-49", "2026-09-30", "1’000"),
    ],
)
def test_a_band_of_numbers_is_nobodys(band: str) -> None:
    assert not looks_personal(band)


@pytest.mark.parametrize(
    "text",
    [
        *("Call 020 7946 0958", "ring +1 212 555 0100", "Tel. 0049 30 1234567", "+49 30 123 456", "Desk 0161 496 0000"),
        *("paid 10 000, then rang 020 7946 0958", "jo@example.com", "Shop of jo@example.com", "4111 1111 1111 1111"),
    ],
)
def test_what_is_a_persons_is_told_in_any_text(text: str) -> None:
    assert looks_personal(text)


def test_headings_are_split_into_words() -> None:
    assert heading_words("ContactName") == heading_words("contact_name") == heading_words("Contact-Name 2")


def test_spellings_of_one_category() -> None:
    rows, example = other_spellings(["Retail", "retail", "Retail ", "Hotel"], [90, 5, 3, 40])
    assert (rows, example) == (8, "“retail” for “Retail”")
    assert other_spellings(["Wholesale", "Wholesael", "Hotel"], [900, 3, 40]) == (3, "“Wholesael” for “Wholesale”")
    assert other_spellings(["UNITED KINGDOM", "UK", "u.k.", "ROME"], [90, 40, 2, 9]) == (
        42,
        "“UK” for “UNITED KINGDOM”",
    )
    assert other_spellings(["Germany", "Deutschland", "USA"], [3, 9, 90]) == (3, "“Germany” for “Deutschland”")


@pytest.mark.parametrize(
    ("values", "rows"),
    [
        (["Size 1", "Size 2"], [900, 3]),  # digits are meant
        (["UK", "US", "DE"], [50, 5, 3]),
        (["Plan", "Plin"], [900, 3]),  # too short to tell
        (["Womens E-Mail", "Mens E-Mail"], [900, 3]),
        (["Austria", "Australia"], [900, 3]),
        (["Northern", "Southern"], [900, 3]),
        (["colour", "color "], [50, 48]),  # both are in use: no slip, and no digit apart
    ],
)
def test_different_categories_are_not_slips(values: list[str], rows: list[int]) -> None:
    assert other_spellings(values, rows) == (0, "")


def test_shares_count_rows_not_values() -> None:
    facts = describe_texts("size", ["12", "1,250.5", "n/a", " x"], [50, 40, 6, 4], complete=True)
    assert facts["number_like_share"] == 0.9
    assert facts["padded_share"] == 0.04
    assert facts["date_like_share"] == 0
    dates = describe_texts("when", ["2024-01-02", "3/4/2024", "5 May 2023", "soon"], [1, 1, 1, 1], complete=True)
    assert dates["date_like_share"] == 0.75


def test_mentions_in_free_text_are_counted() -> None:
    said = ["Mail me at jo@example.com please", "Card 4111 1111 1111 1111 was charged", "Fine", "Order 123456789012345"]
    assert describe_texts("comment", said, [1] * 4, complete=False)["mention_share"] == 0.5
