"""Numbers as text: known answers, what never may be printed, and that nothing but rounding is lost."""

import math
import re
from collections.abc import Callable, Iterator
from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.story import fmt

POUNDS = fmt.Money("GBP")

amounts = st.floats(min_value=-1e13, max_value=1e13)
anything = amounts | st.sampled_from([math.nan, math.inf, -math.inf])
shares = st.floats(min_value=0, max_value=1)

FORMS: dict[str, Callable[[float], str]] = {
    "count": fmt.count,
    "number": fmt.number,
    "share": fmt.share,
    "share_1": lambda x: fmt.share(x, 1),
    "change": fmt.change,
    "points": fmt.points,
    "ratio": fmt.ratio,
    "money": POUNDS,
    "exact": POUNDS.exact,
    "signed": lambda x: fmt.signed(x, POUNDS),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
class TestEveryForm:
    @given(x=anything)
    def test_never_prints_what_no_reader_knows(self, form: Callable[[float], str], x: float) -> None:
        text = form(x)
        assert not re.search(r"nan|inf|none|e[+-]?\d", text, re.I)
        assert "-" not in text, "a hyphen for a minus sign"
        assert (text == fmt.MISSING) == (not math.isfinite(x))

    @given(x=st.floats(min_value=-0.01, max_value=0.01))
    def test_zero_carries_no_sign(self, form: Callable[[float], str], x: float) -> None:
        text = form(x)
        if fmt.is_zero(text):
            assert not re.search(r"[+−]", text)

    @given(x=st.floats(min_value=1e-9, max_value=1e9))
    def test_a_fall_is_the_rise_with_a_minus(self, form: Callable[[float], str], x: float) -> None:
        text, negative = form(x), form(-x)
        if not re.search("[<>]", text):  # shares below 0 have no "<1%"
            assert negative in (text, "−" + text.removeprefix("+"))


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "£0"),
        (0.004, "£0"),
        (-0.004, "£0"),
        (49.9999, "£50"),
        (4.5, "£4.50"),
        (-4.5, "−£4.50"),
        (91.34, "£91.34"),
        (91, "£91"),
        (99.994, "£99.99"),
        (99.996, "£100"),
        (4567.8, "£4,568"),
        (9_999.4, "£9,999"),
        (9_999.5, "£10k"),
        (40_000, "£40k"),
        (45_678, "£45.7k"),
        (99_940, "£99.9k"),
        (99_950, "£100k"),
        (999_499, "£999k"),
        (999_500, "£1m"),
        (1_200_000, "£1.2m"),
        (1_234_567, "£1.23m"),
        (-1_234_567, "−£1.23m"),
        (20_000_000, "£20m"),
        (999_499_999, "£999m"),
        (999_500_000, "£1bn"),
        (2_345_600_000_000, "£2,346bn"),
    ],
)
def test_money_in_running_text(amount: float, text: str) -> None:
    assert POUNDS(amount) == text


@given(amount=amounts)
def test_money_keeps_three_figures(amount: float) -> None:
    """Read back, the text is the amount to half a unit of the third figure, and to half a penny."""
    found = re.fullmatch(r"(−?)£([\d,.]+)(bn|m|k|)", POUNDS(amount))
    assert found
    sign, figures, unit = found.groups()
    read = float(figures.replace(",", "")) * {"bn": 1e9, "m": 1e6, "k": 1e3, "": 1}[unit]
    read = -read if sign else read
    assert read == pytest.approx(amount, rel=0.005, abs=0.005001)


@given(amount=amounts)
def test_thousands_and_up_end_in_no_idle_zero(amount: float) -> None:
    assert not re.search(r"\.\d*0(k|m|bn)$", POUNDS(amount))


def test_exact_money_and_changes() -> None:
    assert POUNDS.exact(1_234_567.891) == "£1,234,567.89"
    assert POUNDS.exact(-0.001) == "£0.00"
    assert fmt.signed(0.77, POUNDS) == "+£0.77"
    assert fmt.signed(-0.77, POUNDS) == "−£0.77"
    assert fmt.signed(0.001, POUNDS) == "£0"


@pytest.mark.parametrize(("currency", "text"), [("USD", "$5"), ("EUR", "€5"), ("CHF", "CHF 5"), ("CNY", "CN¥5")])
def test_currencies(currency: str, text: str) -> None:
    assert fmt.Money(currency)(5) == text


@pytest.mark.parametrize(
    ("x", "decimals", "text"),
    [
        (0, 0, "0%"),
        (1e-300, 0, "<1%"),
        (0.005, 0, "<1%"),  # a half rounds to the even 0: not shown as none
        (0.0051, 0, "1%"),
        (0.5, 0, "50%"),
        (0.994, 0, "99%"),
        (0.995, 0, ">99%"),  # and to the even 100: not shown as all
        (0.999999, 0, ">99%"),
        (1, 0, "100%"),
        (1.2, 0, "120%"),
        (0.0004, 1, "<0.1%"),
        (0.9996, 1, ">99.9%"),
        (0.1234, 1, "12.3%"),
        (-0.2, 0, "−20%"),
    ],
)
def test_share(x: float, decimals: int, text: str) -> None:
    assert fmt.share(x, decimals) == text


@given(x=shares, decimals=st.integers(0, 2))
def test_share_says_none_and_all_only_when_it_is(x: float, decimals: int) -> None:
    text = fmt.share(x, decimals)
    assert (text == f"{0:.{decimals}f}%") == (x == 0)
    assert (text == f"{100:.{decimals}f}%") == (x == 1)


@given(a=shares, b=shares)
def test_a_larger_share_never_reads_as_smaller(a: float, b: float) -> None:
    def read(text: str) -> float:
        number = float(text.strip("<>%"))
        return number - 0.5 if text.startswith("<") else number + 0.5 if text.startswith(">") else number

    low, high = sorted((a, b))
    assert read(fmt.share(low)) <= read(fmt.share(high))


def test_signed_forms() -> None:
    assert [fmt.points(x) for x in (0.3984, 0, -0.3, 0.004, -0.004)] == ["+40", "0", "−30", "0", "0"]
    assert [fmt.change(x) for x in (0.08, -0.08, 0.001, 12.5)] == ["+8%", "−8%", "0%", "+1,250%"]
    assert [fmt.ratio(x) for x in (9.0, -0.2, -0.001)] == ["900%", "−20%", "0%"]


def test_counts_agree_with_their_nouns() -> None:
    assert fmt.many(1, "customer") == "1 customer"
    assert fmt.many(0, "customer") == "0 customers"
    assert fmt.many(1.2, "customer") == "1 customer"  # as printed
    assert fmt.many(1200, "reply", "replies") == "1,200 replies"
    assert fmt.days(1.4) == "1 day"
    assert fmt.days(45) == "45 days"
    assert [fmt.words(n) for n in (0, 1, 12, 13)] == ["no", "one", "twelve", "13"]


def test_listings() -> None:
    assert fmt.listing([]) == ""
    assert fmt.listing(["a"]) == "a"
    assert fmt.listing(["a", "b"]) == "a and b"
    assert fmt.listing(["a", "b", "c"]) == "a, b and c"


def test_dates() -> None:
    assert fmt.day(date(2026, 9, 30)) == "30 September 2026"
    assert fmt.month(pd.Timestamp(2026, 9, 30)) == "September 2026"
    assert fmt.day(None) == fmt.day(pd.NaT) == fmt.month(pd.NaT) == "–"


def test_intervals_need_both_ends() -> None:
    assert fmt.interval(0.22, 0.37) == "22% to 37%"
    assert fmt.interval(-0.1, 0.05, fmt.points) == "−10 to +5"
    assert fmt.interval(math.nan, 0.37) == fmt.interval(0.2, math.inf) == "–"


@pytest.mark.parametrize(
    ("n", "text"),
    [(0, "0 bytes"), (999, "999 bytes"), (1000, "1.0 kB"), (999_940, "999.9 kB"), (999_960, "1.0 MB"), (3e9, "3.0 GB")],
)
def test_sizes(n: float, text: str) -> None:
    assert fmt.size(n) == text


class TestALocale:
    @pytest.fixture(autouse=True)
    def english_again(self) -> Iterator[None]:
        yield
        fmt.use_locale("")

    @pytest.mark.parametrize(
        ("locale", "texts"),
        [  # as Unicode's CLDR has them
            ("de-DE", ["1.234.567", "1.234,6", "0,1%", "<0,1%", "£1,23m", "£1.234", "£4,50", "£1.234,50", "+0,5%"]),
            ("fr-FR", ["1\u202f234\u202f567", "1\u202f234,6", "0,1%", "<0,1%", "£1,23m", "£1\u202f234", "£4,50"]),
            ("de-CH", ["1’234’567", "1’234.6", "0.1%", "<0.1%", "£1.23m", "£1’234", "£4.50"]),
            ("en-GB", ["1,234,567", "1,234.6", "0.1%", "<0.1%", "£1.23m", "£1,234", "£4.50"]),
            ("", ["1,234,567", "1,234.6", "0.1%", "<0.1%", "£1.23m", "£1,234", "£4.50"]),
        ],
    )
    def test_has_its_own_marks(self, locale: str, texts: list[str]) -> None:
        fmt.use_locale(locale)
        printed = [fmt.count(1234567), fmt.number(1234.56), fmt.share(0.001, 1), fmt.share(0.0001, 1)]
        printed += [POUNDS(1234567), POUNDS(1234), POUNDS(4.5), POUNDS.exact(1234.5), fmt.change(0.005, 1)]
        assert printed[: len(texts)] == texts

    def test_is_read_back(self) -> None:
        english = "Of 1,234,567 in 2025, £1.23m. Then 5, 6 and 7.5%."
        assert fmt.as_english(english) == english
        fmt.use_locale("de-DE")
        text = "Of 1.234.567 in 2025, £1,23m. Then 5, 6 and 7,5%."
        assert fmt.as_english(text) == english
        assert fmt.is_zero(POUNDS(0.0))

    @pytest.mark.parametrize(
        ("english", "german"),
        [
            ("1,234 answers of 1,234,567 (4.5%), in 2025.", "1.234 answers of 1.234.567 (4,5%), in 2025."),
            ("£1,234.50, £12.5k and ±0.65; 5, 6 and 7.", "£1.234,50, £12,5k and ±0,65; 5, 6 and 7."),
            ("1,2,3 and 12,34, version 1.2.3, 10.000.", "1,2,3 and 12,34, version 1.2.3, 10,000."),
        ],
    )
    def test_is_given_to_what_was_written_in_english(self, english: str, german: str) -> None:
        assert fmt.in_marks(english) == english
        fmt.use_locale("de-DE")
        assert fmt.in_marks(english) == german

    @given(amounts)
    def test_is_read_back_whatever_the_number(self, x: float) -> None:
        fmt.use_locale("de-DE")
        german = [fmt.number(x, 2), POUNDS(x), POUNDS.exact(x), fmt.change(x, 1)]
        read = [fmt.as_english(text) for text in german]
        fmt.use_locale("")
        assert read == [fmt.number(x, 2), POUNDS(x), POUNDS.exact(x), fmt.change(x, 1)]

    def test_that_nobody_knows_is_an_error(self) -> None:
        for name in ("xx-YY", "german", "de_DE?", ""):
            with pytest.raises(ValueError):  # Babel's own words
                fmt.marks_of(name)
