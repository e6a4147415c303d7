"""Values: dates and their formats, decimal marks, numbers, flags, and what is personal."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.data.guess.dates import to_moment
from helpers.data.guess.fits import control_arm, date_formats
from helpers.data.guess.values import Column, look_at, to_number
from helpers.data.spec import EXCEL_SERIAL as EXCEL


def column_of(*values: object, name: str = "x") -> Column:
    return look_at(pd.DataFrame({name: [None if v is None else str(v) for v in values]})).columns[0]


class TestDates:
    @pytest.mark.parametrize(
        ("values", "formats", "runner_up"),
        [
            (["2024-01-05", "2024-12-31"], ("",), ""),
            (["2024-01-05 08:26", "2024-12-31T10:00:00Z"], ("",), ""),
            (["05.01.2024", "06.02.2024"], ("%d.%m.%Y",), ""),  # points: the day is first, even if none is above 12
            (["5.1.24 8:05", "17.2.24 9:10"], ("%d.%m.%y %H:%M",), ""),
            (["01/17/2024", "02/03/2024"], ("%m/%d/%Y",), ""),
            (["17/01/2024", "02/03/2024"], ("%d/%m/%Y",), ""),
            (["1/17/2024 3:04 PM", "2/3/2024 11:00 AM"], ("%m/%d/%Y %I:%M %p",), ""),
            (["01/02/2024", "01/03/2024", "02/01/2024", "02/02/2024"], ("%m/%d/%Y",), "%d/%m/%Y"),  # by their order
            (["20240105", "20241231"], ("%Y%m%d",), ""),
            (["05-Jan-2024", "17-Feb-2024"], ("%d-%b-%Y",), ""),
            (["Jan 5, 2024", "Feb 17, 2024"], ("%b %d, %Y",), ""),
            (["2024/01/05", "2024/12/31"], ("%Y/%m/%d",), ""),
            (["17.01.2024", "18.01.2024", "2024-01-19"], ("%d.%m.%Y", ""), ""),  # two systems, one export
        ],
    )
    def test_formats(self, values: list[str], formats: tuple[str, ...], runner_up: str) -> None:
        dates = column_of(*values).dates
        assert dates is not None
        assert (dates.formats, dates.runner_up, dates.share) == (formats, runner_up, 1.0)

    def test_another_column_of_the_file_tells_the_order_of_day_and_month(self) -> None:
        frame = pd.DataFrame({"sent": ["01/02/2024", "03/02/2024"], "opened": ["05/02/2024", "27/02/2024"]})
        sent = look_at(frame).column("sent").dates
        assert sent is not None
        assert (sent.formats, sent.runner_up) == (("%d/%m/%Y",), "")

    @pytest.mark.parametrize(
        "values", [["12", "13"], ["a", "b"], ["2024-13-45"], ["99/99/2024"], ["1.234,50"], ["0611"]]
    )
    def test_what_is_no_date(self, values: list[str]) -> None:
        assert column_of(*values).dates is None

    def test_dates_in_a_few_rows_do_not_make_a_date_column(self) -> None:
        assert column_of("2024-01-05", *["x"] * 9).dates is None
        mostly = column_of(*["2024-01-05"] * 9, "soon").dates
        assert mostly is not None
        assert mostly.share == 0.9

    def test_spreadsheet_numbers(self) -> None:
        dates = date_formats(column_of("45000", "45001.5"))
        assert dates is not None
        assert dates.formats == (EXCEL,)
        assert str(to_moment("45000", EXCEL)) == "2023-03-15 00:00:00"
        assert date_formats(column_of("120", "130")) is None


class TestNumbers:
    @pytest.mark.parametrize(
        ("text", "decimal", "number"),
        [
            ("1.234,50 €", ",", 1234.5), ("12,5", ",", 12.5), ("1,234.50", ".", 1234.5), ("£ 3", ".", 3),
            ("EUR 1.000", ",", 1000), ("12.5-", ".", -12.5), ("(7)", ".", -7), ("1e3", ".", 1000), (".5", ".", 0.5),
            ("1 234,5", ",", 1234.5), ("x", ".", None), ("1,23", ".", None), ("1-2", ".", None), ("", ",", None),
        ],
    )  # fmt: skip
    def test_as_exports_write_them(self, text: str, decimal: str, number: float | None) -> None:
        assert to_number(text, decimal) == number

    @pytest.mark.parametrize(
        ("values", "decimal", "doubted"),
        [
            (["1,50", "12,00"], ",", False),
            (["1.50", "12.00"], ".", False),
            (["1.234,50", "7"], ",", False),
            (["1,234.50", "7"], ".", False),
            (["1.234", "2.500"], ".", True),
            (["1", "2"], ".", False),
            (["1,50", "2.50"], ".", True),
        ],
    )
    def test_decimal_mark_of_a_file(self, values: list[str], decimal: str, doubted: bool) -> None:
        look = look_at(pd.DataFrame({"x": values}))
        assert (look.decimal, bool(look.decimal_doubt)) == (decimal, doubted)

    def test_currency_by_signs_and_codes(self) -> None:
        assert column_of("1,50 €", "2,00 €").currency() == "EUR"
        assert column_of("$5", "$7.20").currency() == "USD"
        assert column_of("PLN 5", "PLN 7").currency() == "PLN"
        assert column_of("1) $100 - $200", "2) $200 - $350").currency() == "USD"
        assert column_of("5", "7").currency() == ""


class TestOthers:
    def test_shares_are_of_filled_values(self) -> None:
        column = column_of("1", "2", None, "", "x")
        assert (column.rows, column.filled, column.distinct) == (5, 3, 3)
        assert column.number_share == pytest.approx(2 / 3)

    def test_addresses_phones_and_flags(self) -> None:
        assert column_of("a@b.de", "c@d.org").email_share == 1
        assert column_of("+49 30 1234567", "0171/1234567").phone_share == 1
        assert column_of("12345", "0123").phone_share == 0
        assert column_of("ja", "Nein", "ja").flag_share == 1

    @pytest.mark.parametrize(
        ("arms", "control", "surely"),
        [
            (["Mens E-Mail", "Womens E-Mail", "No E-Mail"], "No E-Mail", True),
            (["Held out", "Catalogue"], "Held out", True),
            (["Kontrollgruppe", "Brief"], "Kontrollgruppe", True),
            (["holdout", "sms"], "holdout", True),
            (["ohne Brief", "Brief"], "ohne Brief", True),
            (["Northern", "Southern"], "", True),
            (["1", "0"], "0", False),
            (["A", "B"], "A", False),
            (["A", "B"], "", True),
        ],
    )
    def test_the_control_group(self, arms: list[str], control: str, surely: bool) -> None:
        assert control_arm(column_of(*arms), surely) == control


@given(st.lists(st.one_of(st.none(), st.text(max_size=12), st.dates().map(str), st.floats().map(str)), max_size=30))
def test_any_column_is_looked_at(values: list[str | None]) -> None:
    look = look_at(pd.DataFrame({"x": pd.Series(values, dtype="object")}))
    column = look.columns[0]
    shares = (column.number_share, column.email_share, column.flag_share, column.filled_share, column.unique_share)
    assert all(0 <= share <= 1 for share in shares)
    assert column.filled <= column.rows == len(values)
