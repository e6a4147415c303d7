"""Names and numbers of persons are masked in free text, in eight languages, and little else is."""

import re

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.data.profiling.given_names import ambiguous_names, everyday_words, family_names, given_names
from helpers.data.profiling.masking import mask_texts
from tests.data.profiling.comment_samples import WITH_PERSONS, WITHOUT_PERSONS

MASKS = r"\[(?:name|e-mail|link|number|date|address)\]"


def masked(text: str, *known: str) -> str:
    return str(mask_texts(pd.Series([text]), known).iloc[0])


@pytest.mark.parametrize(("text", "parts"), WITH_PERSONS, ids=[text[:30] for text, _ in WITH_PERSONS])
def test_nothing_of_a_person_is_left_and_most_of_the_words_are(text: str, parts: list[str]) -> None:
    left = masked(text)
    assert [part for part in parts if part in left] == []
    words = re.findall(r"[^\W\d_]{3,}", re.sub(r"\S+[@/.]\S+", "", text))
    kept = re.findall(r"[^\W\d_]{3,}", re.sub(MASKS, "", left))
    assert len(kept) >= 0.4 * len(words) or len(words) <= 3


def test_recall_is_whole_and_nearly_all_that_is_masked_is_a_persons() -> None:
    """Of the words taken out, nine in ten belong to what had to go."""
    taken = wanted = 0
    for text, parts in WITH_PERSONS:
        left = re.findall(r"\w+", re.sub(MASKS, "", masked(text)))
        gone = [w for w in re.findall(r"\w+", text) if w not in left]
        needed = {w for part in parts for w in re.findall(r"\w+", part)}
        taken += len(gone)
        wanted += sum(w in needed or w.isdigit() for w in gone)
    assert wanted / taken > 0.75


@pytest.mark.parametrize("text", WITHOUT_PERSONS)
def test_what_is_no_persons_stays(text: str) -> None:
    assert masked(text) == text


def test_the_clients_own_customers_are_masked_however_they_are_written() -> None:
    known = ("Wolf Summer", "Quackenbush, Zebulon", "Rose May", "张伟", "X")
    assert masked("Zebulon came, quackenbush zebulon did not", *known) == "[name] came, [name] did not"
    assert masked("I met wolf summer", *known) == "I met [name]"
    assert masked("Rose may return it", *known) == "[name] return it"
    assert masked("A rose in May", *known) == "A rose in May"  # apart they are everyday words
    assert masked("张伟很好", *known) == "[name]很好"
    assert masked("Zebulon was kind") == "Zebulon was kind"  # on no list of names


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("paid 1.250.000 € and €1,000.50", "paid 1.250.000 € and €1,000.50"),
        ("paid $125,000", "paid $125,000"),
        ("code 1234567 or AB12345C or 555-0199-2", "code [number] or [number] or [number]"),
        ("12345 and 2023/2024", "12345 and 2023/2024"),
        ("on 2024-05-12 and 12/05/24", "on [date] and [date]"),
        ("@jane_doe on www.site.org/u/7 or site.com/jane", "[name] on [link] or [link]"),
        ("jane(at)site.org", "[e-mail]"),
        ("Anne-Marie's order, and St. Anna's", "[name]'s order, and St. [name]'s"),
        ("Thanks [name] and [e-mail]", "Thanks [name] and [e-mail]"),
        ("Sarah M. was kind. Good.", "[name] was kind. Good."),
        ("Herr Müller Der Service", "Herr [name] Der Service"),
        ("No fuss. Kath in customer service helped.", "No fuss. [name] in customer service helped."),
    ],
)
def test_forms(text: str, left: str) -> None:
    assert masked(text) == left


def test_blanks_stay_blank_and_the_index_stays() -> None:
    texts = pd.Series(["Sarah", None, ""], index=[5, 7, 9])
    found = mask_texts(texts)
    assert found.index.tolist() == [5, 7, 9]
    assert found.tolist()[0] == "[name]" and pd.isna(found[7]) and found[9] == ""
    assert mask_texts(pd.Series([], dtype="str")).empty


@pytest.mark.parametrize(
    "piece", ["a", "a-", "1", "1 ", "A.", "a@", "Anna ", "x1", "👍", "ß ", "www.", "AB-1", "12,", "(0"]
)
def test_fifty_thousand_signs_take_no_time(piece: str) -> None:
    text = (piece * 50_000)[:50_000]
    assert isinstance(masked(text), str)


@given(st.text(alphabet=st.sampled_from("aA1 .-@[]'ßéJ:/€"), max_size=60))
@settings(max_examples=60, deadline=None)
def test_masked_text_has_nothing_left_to_mask(text: str) -> None:
    once = masked(text)
    assert re.sub(MASKS, "", masked(once)) == re.sub(MASKS, "", once)


def test_lists_hold_what_they_say() -> None:
    assert {"sarah", "jürgen", "lucía", "dmitri"} - given_names() == {"dmitri"}
    assert {"smith", "müller", "garcía"} <= family_names()
    assert {"rose", "mark", "may"} <= ambiguous_names()
    assert "john" not in ambiguous_names() | everyday_words()
