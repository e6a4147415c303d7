"""All comments of a survey: every one accounted for, whatever they are."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.analysis.comments import reading
from helpers.analysis.comments.quotes import pick_quotes
from helpers.analysis.comments.reading import CODED, DECLARED, FOUND, Comments, read_comments
from helpers.analysis.comments.themes import Topics
from helpers.errors import InputError
from tests.analysis.comments.corpora import ENGLISH, FRENCH, GERMAN, make_corpus, make_noise

GROUPS = np.array(["promoters", "passives", "detractors"], dtype=object)


def frame(texts: list[str], seed: int = 0) -> pd.DataFrame:
    return pd.DataFrame({"comment": texts, "group": GROUPS[np.random.default_rng(seed).integers(0, 3, len(texts))]})


@cache
def english() -> tuple[pd.DataFrame, Comments]:
    """300 comments, and how they are read."""
    comments = frame(make_corpus(ENGLISH, 300).texts)
    comments["customer_id"] = [f"c{i % 40}" for i in range(300)]
    comments["wave"] = "2026"
    return comments, read_comments(comments)


def check_account(found: Comments, comments: int) -> None:
    assert found.read == comments
    assert found.with_theme + found.without + found.other_languages + found.empty == comments
    assert found.saying == comments - found.empty
    assert found.coverage(comments + 7)["comments"].sum() == comments + 7
    assert found.raised["place"].nunique() == found.with_theme
    counts = found.raised["theme"].value_counts()
    assert dict(zip(found.by_theme["theme"], found.by_theme["comments"], strict=True)) == counts.to_dict()


def test_every_comment_is_in_one_place() -> None:
    texts = [*make_corpus(FRENCH, 300).texts, *["n/a", "😀", "-"] * 10, *make_corpus(GERMAN, 20).texts, *make_noise(30)]
    found = read_comments(frame(texts))
    check_account(found, 380)
    assert found.kind == FOUND
    assert found.empty == 30
    assert found.other_languages >= 20
    assert set(found.by_theme["language"]) == {"French"}
    assert found.languages["comments"].sum() == 350


def test_themes_of_a_mixed_corpus_are_no_languages() -> None:
    parts = {"French": FRENCH, "German": GERMAN, "English": ENGLISH}
    corpora = {name: make_corpus(words, 120) for name, words in parts.items()}
    found = read_comments(frame([text for corpus in corpora.values() for text in corpus.texts]))
    check_account(found, 360)
    assert found.languages.set_index("language")["comments"].to_dict() == dict.fromkeys(parts, 120)
    assert (found.by_theme.groupby("language").size() >= 2).all()
    assert found.by_theme["theme"].is_unique
    assert 0.1 < found.by_theme["share"].min() <= found.by_theme["share"].max() < 0.5


@pytest.fixture
def every_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Instead of themes that take time to find: one in each language, raised by every other comment."""

    def find(texts: list[str], language: str, **_: object) -> Topics:
        raised = np.arange(len(texts))[:, None] % 2 == 0
        terms = pd.DataFrame({"theme": [language], "term": [language], "weight": [1.0], "texts": [len(texts)]})
        return Topics([language], terms, raised, raised.astype(float), np.array([0.9]))

    monkeypatch.setattr(reading, "find_topics", find)


@pytest.mark.usefixtures("every_other")
def test_a_language_whose_speakers_score_low_makes_no_theme_low() -> None:
    comments = frame([*make_corpus(FRENCH, 240).texts, *make_corpus(GERMAN, 120).texts])
    comments["group"] = np.where(np.arange(360) < 240, "detractors", "promoters")
    by_theme = read_comments(comments).by_theme.set_index("language")
    assert by_theme["share"].tolist() == [0.5, 0.5]
    assert by_theme["others_nps"].to_dict() == {"French": -100, "German": 100}
    assert set(by_theme["verdict"]) == {"unclear"}


@pytest.mark.usefixtures("every_other")
@pytest.mark.parametrize(("of_german", "others"), [(49, 49), (50, 0)])
def test_a_language_needs_enough_comments(of_german: int, others: int) -> None:
    found = read_comments(frame([*make_corpus(FRENCH, 80).texts, *make_corpus(GERMAN, of_german).texts]))
    assert found.other_languages == others
    check_account(found, 80 + of_german)
    assert found.languages["comments"].tolist() == [80, of_german]


def test_who_raises_a_theme_is_scored() -> None:
    corpus = make_corpus(ENGLISH, 400)
    comments = frame(corpus.texts)
    comments.loc[corpus.topics == "delivery", "group"] = "detractors"
    comments["wave"] = np.where(np.arange(400) < 200, "2025", "2026")
    comments["delivery"] = np.where(corpus.topics == "delivery", 2.0, 4.0) + np.tile([0, 0.5], 200)
    found = read_comments(comments, ratings=["delivery", "absent"])
    top = found.by_theme.sort_values("difference").iloc[0]
    assert "delivery" in top["theme"] or "parcel" in top["theme"]
    assert top["verdict"] == "lower"
    assert top["driver"] == "delivery"
    assert top["driver_difference"] == pytest.approx(-2, abs=0.3)
    assert (top["first_wave"], top["last_wave"]) == ("2025", "2026")
    declared = read_comments(comments, declared=["late: late"], waves=["2026", "2025"])
    assert declared.by_theme["first_wave"].iloc[0] == "2026"
    assert found.by_theme["comments"].is_monotonic_decreasing


def test_declared_themes_are_looked_for_and_no_others() -> None:
    texts = ["La livraison est en retard", "Lieferung zu spät", "late!", "ok", "😀", "price"] * 20
    found = read_comments(frame(texts), declared=["delivery: late, retard*, spät*", "nothing: xyz", "fine: ok"])
    check_account_of_declared(found)
    assert found.kind == DECLARED
    assert found.by_theme["theme"].tolist() == ["delivery", "fine", "nothing"]
    assert found.by_theme["comments"].tolist() == [60, 20, 0]
    assert (found.empty, found.without, found.other_languages) == (20, 20, 0)


def check_account_of_declared(found: Comments) -> None:
    assert found.with_theme + found.without + found.empty == found.read


def test_codes_are_themes_as_they_are() -> None:
    found = read_comments(frame(["12", "wifi", "0", "102"] * 60))
    assert found.kind == CODED
    assert sorted(found.by_theme["theme"]) == ["code 102", "code 12", "wifi"]
    assert (found.read, found.empty, found.with_theme, found.unnamed_codes) == (240, 60, 180, 2)
    assert found.by_theme["stability"].isna().all()


def test_odd_comments_are_read_without_a_stir() -> None:
    odd = [
        *("=HYPERLINK('http://x')", "<script>alert(1)</script>", "\x00\x01", "a" * 50_000, "late delivery " * 4_000),
        *(
            "{{7*7}}",
            "'; DROP TABLE",
            "\u202ereversed",
            "👩‍👩‍👧",
            "   ",
            "None",
            "NaN",
            "水水水",
            "%s %d",
            "\\",
            "_" * 99,
        ),
    ]
    found = read_comments(frame(odd * 10))
    assert found.with_theme + found.without + found.other_languages + found.empty == len(odd) * 10
    only = read_comments(frame(["😀", "👍👍", "❤️"] * 30))
    assert (only.empty, only.saying, len(only.by_theme)) == (90, 0, 0)


@pytest.mark.parametrize("comments", [0, 1, 12])
def test_few_comments_hold_no_themes(comments: int) -> None:
    found = read_comments(frame(make_corpus(FRENCH, comments).texts))
    assert len(found.by_theme) == 0
    assert found.other_languages == comments
    assert found.coverage(comments)["comments"].sum() == comments


@settings(max_examples=12, deadline=None)
@given(st.lists(st.sampled_from(["late", "n/a", "12", "😀", "prix trop cher", "zu spät geliefert", ""]), max_size=80))
def test_comments_in_are_comments_accounted_for(texts: list[str]) -> None:
    for declared in ([], ["late: late, spät*"]):
        found = read_comments(frame(texts), declared=declared, least=10)
        assert found.with_theme + found.without + found.other_languages + found.empty == len(texts)
        assert found.by_theme["comments"].max() <= found.with_theme if len(found.by_theme) else True


def test_what_is_missing_or_unknown_is_refused() -> None:
    with pytest.raises(InputError, match="'group' is missing"):
        read_comments(pd.DataFrame({"comment": ["a"]}))
    with pytest.raises(InputError, match="'fans' is no group"):
        read_comments(pd.DataFrame({"comment": ["a"], "group": ["fans"]}))
    with pytest.raises(InputError, match="declares no theme"):
        read_comments(frame(["a"]), declared=["late"])


class TestQuotes:
    def test_quotes_are_of_the_theme_of_different_people_and_unlike(self) -> None:
        comments, found = english()
        quotes = pick_quotes(found, comments, 2)
        assert quotes.columns.tolist() == ["theme", "comment", "group", "wave"]
        assert quotes["theme"].value_counts().to_dict() == dict.fromkeys(found.by_theme["theme"], 2)
        assert quotes["comment"].str.split().str.len().between(6, 40).all()
        raised = found.raised.assign(comment=comments["comment"].to_numpy()[found.raised["place"]])
        assert set(zip(quotes["theme"], quotes["comment"], strict=True)) <= set(
            zip(raised["theme"], raised["comment"], strict=True)
        )
        for _, pair in quotes.groupby("theme"):
            one, other = (set(text.lower().strip(".!").split()) for text in pair["comment"])
            assert len(one & other) < 0.6 * min(len(one), len(other))

    def test_nobody_is_quoted_twice_for_a_theme(self) -> None:
        comments, found = english()
        of_one = comments.assign(customer_id="only one")
        assert pick_quotes(found, of_one, 2)["theme"].value_counts().max() == 1
        assert pick_quotes(found, comments.assign(customer_id=None), 2)["theme"].value_counts().min() == 2

    def test_none_where_none_were_asked_for_and_none_of_codes(self) -> None:
        comments, found = english()
        assert len(pick_quotes(found, comments, 0)) == 0
        coded = frame(["12", "14"] * 50)
        assert len(pick_quotes(read_comments(coded), coded, 2)) == 0
        nothing = frame([])
        assert len(pick_quotes(read_comments(nothing), nothing, 2)) == 0

    def test_of_few_comments_the_lowest_scorers_are_quoted(self) -> None:
        comments = pd.DataFrame(
            {
                "comment": ["All went very well this time, thanks", "ok", "You never sent what I ordered in May"],
                "group": ["promoters", "detractors", "detractors"],
            }
        )
        quotes = pick_quotes(read_comments(comments), comments, 1)
        assert quotes.to_dict("records") == [{"theme": "", "comment": comments["comment"][2], "group": "detractors"}]

    def test_short_comments_are_quoted_where_there_are_no_longer_ones(self) -> None:
        comments = pd.DataFrame({"comment": ["too slow"] * 60, "group": "detractors"})
        quotes = pick_quotes(read_comments(comments, declared=["speed: slow"]), comments, 2)
        assert quotes["comment"].tolist() == ["too slow"]
        one_word = pd.DataFrame({"comment": ["slow"] * 60, "group": "detractors"})
        assert len(pick_quotes(read_comments(one_word, declared=["speed: slow"]), one_word, 2)) == 0

    @pytest.mark.parametrize(("words", "quoted"), [(5, False), (6, True), (40, True), (41, False)])
    def test_quotes_are_of_a_length_that_is_read(self, words: int, quoted: bool) -> None:
        text = "slow " + " ".join("abcdefghijklmnopqrstuvwxyz"[i % 26] * (2 + i // 26) for i in range(words - 1))
        comments = frame([text, *["slow but they did call me back"] * 59])
        quotes = pick_quotes(read_comments(comments, declared=["speed: slow"]), comments, 5)
        assert (text in quotes["comment"].tolist()) is quoted

    @pytest.mark.parametrize(("shared", "quotes"), [(5, 2), (6, 1)])
    def test_a_quote_that_says_the_same_adds_nothing(self, shared: int, quotes: int) -> None:
        words = ["slow", "van", "man", "can", "pan", "ban", "tan", "ran", "fan", "dan"]
        other = [*words[:shared], *[word + "x" for word in words[shared:]]]
        comments = frame([" ".join(words), " ".join(other)] * 30)
        assert len(pick_quotes(read_comments(comments, declared=["speed: slow"]), comments, 5)) == quotes
