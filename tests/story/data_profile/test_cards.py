"""Cards of columns: their figures, their pictures' words, and that a client's text is shown and never run."""

import re
from html.parser import HTMLParser

import ibis
import pandas as pd

from helpers.analysis.data_profile import alerts, breaks
from helpers.data.profiling.tables import profile_columns
from helpers.story.data_profile import cards
from tests.story import samples

EVIL = '<script>alert("1")</script>'
FRAME = pd.DataFrame(
    {
        "order_id": [f"o{i}" for i in range(200)],
        "amount": [float(i) for i in range(199)] + [9_000.0],
        "region": ["North"] * 120 + [EVIL] * 80,
        "day": pd.Timestamp("2026-01-01") + pd.to_timedelta(range(200), unit="D"),
        "email": [f"p{i}@example.com" for i in range(200)],
        "active": [True] * 150 + [False] * 50,
        "blank": [None] * 200,
    }
)


def shown() -> str:
    found = profile_columns("orders", ibis.memtable(FRAME))
    changes = breaks.find_changes(found.tables, found.days)
    told = alerts.find_alerts(found.columns, found.tables, found.correlations, [changes])
    return cards.column_cards(found.columns, found.values, told).html


def text_of(html: str) -> str:
    parts: list[str] = []
    parser = HTMLParser()
    parser.handle_data = parts.append  # type: ignore[method-assign]
    parser.feed(html)
    return " ".join(" ".join(parts).split())


def test_cards_show_figures_values_and_oddities() -> None:
    text = text_of(shown())
    assert "Orders, 200 rows" in text
    assert "Amount number never blank; 200 different values; middle half 49.75 to 149.25" in text
    assert "smallest: 0 · 1 · 2 largest: 9,000 · 198 · 197" in text
    assert "1 value far from most others" in text
    assert "North 60%" in text
    assert "yes 75% no 25%" in text
    assert "1 January 2026 to 19 July 2026" in text
    assert "Blank text blank in 100.0%" in text
    assert "nan" not in text.lower()


def test_a_column_of_zeros_and_ones_is_told_by_its_share_of_ones() -> None:
    found = profile_columns("exposures", ibis.memtable(pd.DataFrame({"visit": [0, 0, 0, 1] * 50})))
    text = text_of(cards.column_cards(found.columns, found.values, samples.ALERTS.head(0)).html)
    assert "2 different values; 0 to 1; 25.0% are 1" in text
    assert "median" not in text


def test_no_value_of_a_person_or_code_is_shown() -> None:
    html = shown()
    assert "example.com" not in html
    assert "o17" not in html
    assert "Looks like an e-mail address" in html


def test_text_from_data_is_shown_not_run_and_pictures_have_words() -> None:
    html = shown()
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    labels = re.findall(r"<svg [^>]*aria-label=\"([^\"]+)\"", html)
    assert len(labels) == html.count("<svg") == 2
    assert "Histogram; the fullest bar begins on 1 January 2026" in labels
    assert not re.search(r"https?:|url\(|@import", html)


def test_many_columns_are_few_bytes() -> None:
    assert len(shown()) < 12_000


def test_no_columns_say_so() -> None:
    empty = pd.DataFrame()
    assert "Nothing to show" in cards.column_cards(empty, empty, empty).html


def test_unused_columns_are_named_with_how_far_they_are_filled() -> None:
    frame = pd.DataFrame(
        {
            "table": ["orders", "orders", "surveys"],
            "column": ["Country", EVIL, "Q17"],
            "columns_received": [8, 8, 97],
            "filled_share": [0.5, 0.0, float("nan")],
            "distinct": [38.0, 0.0, float("nan")],
            "looked_at": [1_000, 1_000, 0],
        }
    )
    html = cards.unused_columns(frame).html
    text = text_of(html)
    assert "Orders: 2 of 8 columns not used" in text
    assert "Country 50%, 38 values" in text
    assert f"{EVIL} empty" in text and "<script" not in html
    assert text.endswith("Q17") and "nan" not in text
    assert "of 1,000 rows looked at" in text
    assert "every column is used" in cards.unused_columns(frame.head(0)).html
