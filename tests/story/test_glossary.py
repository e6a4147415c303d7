"""The glossary's list: how an entry reads, and that the kit says every word it explains."""

import re

import pytest

from helpers.story.glossary import TERMS, Term
from tests.story.sentences import DOCUMENT

MOST_WORDS = 25  # of a sentence


def said() -> str:
    """What narrators and notebooks say, without headings and key figures."""
    lines = DOCUMENT.read_text("utf-8").splitlines()
    return "\n".join(line for line in lines if line.startswith("- ") and not line.startswith(("- **", "- *figure*")))


@pytest.mark.parametrize("term", TERMS, ids=[term.id for term in TERMS])
def test_a_term_is_explained_in_two_short_sentences(term: Term) -> None:
    for sentence in (term.what, term.reading):
        assert re.fullmatch(r"[A-Z][^.?!]*\.", sentence), "one sentence"
        assert len(sentence.split()) <= MOST_WORDS


def test_entries_have_ids_of_their_own_and_stand_in_order() -> None:
    ids = [term.id for term in TERMS]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", one) for one in ids)
    names = [term.name.casefold() for term in TERMS]
    assert names == sorted(names)


def test_a_spelling_counts_for_one_term_that_the_kit_uses() -> None:
    spellings = [spelling for term in TERMS for spelling in term.spellings]
    assert len(set(map(str.casefold, spellings))) == len(spellings)
    text = said().replace("#% interval", "95% interval")
    unused = [s for s in spellings if not re.search(rf"(?<![\w/-]){re.escape(s)}(?![\w/-])", text, re.IGNORECASE)]
    assert unused == [], "take out what no page says"
