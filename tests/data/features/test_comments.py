"""Comments out of the engine: which of them, what is known of each, and nothing that names a person."""

import ibis
import numpy as np
import pandas as pd
import pytest
from ibis.expr.types import Table

from helpers.data.features import comments
from helpers.data.features.comments import MOST_COMMENTS, mask_quotes, person_words, sample_comments
from helpers.data.reading import SOURCE, SOURCE_ROW


def answers(n: int, **columns: object) -> Table:
    frame = pd.DataFrame({SOURCE: "surveys.csv", SOURCE_ROW: np.arange(1, n + 1), "score": np.arange(n) % 11})
    frame["comment"] = [f"comment {i}" for i in range(n)]
    return ibis.memtable(frame.assign(**columns))


def test_each_comment_comes_with_what_is_known_of_it() -> None:
    table = answers(11, customer_id=[f"c{i}" for i in range(11)], wave=["2025.0", None] * 5 + ["2026.0"], delivery=4.0)
    heard = sample_comments(table, ["delivery", "absent"])
    frame = heard.comments.sort_values("source_row", ignore_index=True)
    assert frame.columns.tolist() == ["source", "source_row", "comment", "group", "customer_id", "wave", "delivery"]
    assert frame["group"].tolist() == ["detractors"] * 7 + ["passives"] * 2 + ["promoters"] * 2
    assert frame["wave"].dropna().tolist() == ["2025"] * 5 + ["2026"]
    assert frame["comment"].tolist() == [f"comment {i}" for i in range(11)]
    assert heard.total == 11


def test_waves_that_are_no_whole_numbers_stay() -> None:
    heard = sample_comments(answers(2, wave=["2.0", "2.1"]))
    assert sorted(heard.comments["wave"]) == ["2.0", "2.1"]


def test_blank_comments_do_not_count() -> None:
    heard = sample_comments(answers(5, comment=["a", "", "  ", None, "b"]))
    assert heard.total == 2
    assert sorted(heard.comments["comment"]) == ["a", "b"]


def test_answers_that_are_not_scored_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def group_of(table: Table) -> object:
        return ibis.cases((table.score >= 9, "promoters"), else_=ibis.null("string"))

    monkeypatch.setattr(comments, "group_of", group_of)
    heard = sample_comments(answers(11))
    assert (heard.total, set(heard.comments["group"])) == (2, {"promoters"})


def test_answers_without_comments() -> None:
    heard = sample_comments(answers(3).drop("comment"))
    assert (heard.total, len(heard.comments)) == (0, 0)
    assert {"comment", "group"} <= set(heard.comments.columns)


def test_a_sample_is_the_same_each_time_and_leans_to_no_end_of_the_file() -> None:
    table = answers(3_000)
    heard = sample_comments(table, most=300)
    assert heard.total == 3_000
    assert len(heard.comments) == 300
    again = sample_comments(table.order_by(ibis.desc(SOURCE_ROW)), most=300)
    pd.testing.assert_frame_equal(heard.comments, again.comments)
    assert 1_300 < heard.comments["source_row"].mean() < 1_700
    fewer = sample_comments(table, most=200)
    pd.testing.assert_frame_equal(fewer.comments, heard.comments.head(200))
    assert MOST_COMMENTS == 20_000


def test_a_long_comment_comes_cut() -> None:
    heard = sample_comments(answers(1, comment=["x" * 50_000]))
    assert heard.comments["comment"].str.len().tolist() == [5_000]


def test_words_that_mostly_stand_for_persons_are_told() -> None:
    texts = pd.Series(
        [
            "Thank you to Sandra for the delivery",
            "Sandra called back about the invoice",
            "the delivery came late",
            "Mrs Zybrotnik was rude",
            "the invoice is wrong, call 0171 234 5678",
        ]
    )
    found = person_words(texts)
    assert {"sandra", "zybrotnik"} <= found
    assert not found & {"delivery", "invoice", "late", "wrong", "rude"}
    assert "quarzel" in person_words(pd.Series(["the shop of Quarzel is slow"]), ["Ann Quarzel"])
    assert person_words(pd.Series([], dtype=str)) == set()


@pytest.mark.parametrize(("bills", "told"), [(2, True), (3, False)])
def test_a_word_is_a_persons_where_half_of_its_uses_are(bills: int, told: bool) -> None:
    texts = ["spoke to Mr Bill today", "call Mr Bill", *[f"the bill is wrong {'x' * i}" for i in range(bills)]]
    assert ("bill" in person_words(pd.Series(texts))) is told


def test_quotes_are_masked() -> None:
    quotes = pd.DataFrame({"theme": ["a"], "comment": ["Ask Ann Quarzel, ann@example.com or 0171 234 5678"]})
    shown = mask_quotes(quotes, ["Ann Quarzel"])["comment"].iloc[0]
    assert "Quarzel" not in shown
    assert "@" not in shown
    assert "5678" not in shown
    assert quotes["comment"].iloc[0].startswith("Ask Ann")
