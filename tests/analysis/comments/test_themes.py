"""Themes: planted topics are found again, and none where there are none."""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from helpers.analysis.comments import themes
from helpers.analysis.comments.naming import UNNAMED, name_theme, without_persons
from helpers.analysis.comments.themes import (
    HOLDS,
    LEAST_COMMENTS,
    MOST_REPEATED,
    MOST_THEMES,
    RAISED,
    REPEATED,
    Topics,
    find_topics,
)
from helpers.data.demo import words
from tests.analysis.comments.corpora import ENGLISH, FRENCH, GERMAN, POLISH, Corpus, make_corpus, make_noise


def agreement(topics: Topics, truth: np.ndarray) -> float:
    """The adjusted Rand index of each comment's nearest theme with what was planted."""
    told = topics.raised.any(axis=1)
    return adjusted_rand_score(truth[told], topics.nearness.argmax(axis=1)[told])


PARTS = {"fr": FRENCH, "de": GERMAN, "pl": POLISH, "en": ENGLISH}


@cache
def planted(language: str) -> tuple[Corpus, Topics]:
    """400 comments with planted topics, and what is found in them."""
    corpus = make_corpus(PARTS[language], 400)
    return corpus, find_topics(corpus.texts, language)


@pytest.mark.parametrize("language", ["fr", "de", "en"])
def test_planted_topics_are_found_in_each_language(language: str) -> None:
    corpus, topics = planted(language)
    assert abs(len(topics.names) - len(PARTS[language])) <= 1
    assert agreement(topics, corpus.topics) > 0.9
    assert topics.raised.any(axis=1).mean() > 0.7
    assert (topics.stability >= HOLDS).all()


def test_polish_topics_are_not_mixed_with_each_other() -> None:
    """They may be split: two ways to complain of an invoice."""
    corpus, topics = planted("pl")
    for theme in range(len(topics.names)):
        assert pd.Series(corpus.topics[topics.raised[:, theme]]).value_counts(normalize=True).iloc[0] > 0.95
    assert len({corpus.topics[raised][0] for raised in topics.raised.T}) == len(POLISH)


def test_the_demos_planted_drivers_are_found(demo_data: Path) -> None:
    """The topics that customers of the demo wrote of are those of its drivers, found again comment by comment."""
    comments = pd.read_csv(demo_data / "surveys.csv", dtype=str)["Comment"].dropna()
    first = {text: driver for driver, tones in words.COMMENTS.items() for tone in tones for text in tone}
    truth = np.array([next((d for text, d in first.items() if c.startswith(text)), "general") for c in comments])
    topics = find_topics(comments.tolist(), "en")
    assert agreement(topics, truth) > 0.85
    named = {pd.Series(truth[raised]).mode()[0] for raised in topics.raised.T}
    assert len(named) >= 5
    assert topics.raised.any(axis=1).mean() > 0.6


def test_words_at_random_have_no_themes() -> None:
    topics = find_topics(make_noise(200), "en")
    assert topics.names == []
    assert topics.raised.shape == (200, 0)
    assert len(topics.terms) == 0


@pytest.mark.parametrize("texts", [[], ["late"], ["late"] * 100, ["", "!!", "123"] * 30])
def test_nothing_to_compare_gives_nothing(texts: list[str]) -> None:
    assert find_topics(texts, "en").names == []
    assert find_topics(texts, "en").raised.shape == (len(texts), 0)


def test_the_order_of_comments_does_not_matter() -> None:
    corpus, forwards = planted("en")
    backwards = find_topics(corpus.texts[::-1], "en")
    assert forwards.names == backwards.names
    assert (forwards.raised == backwards.raised[::-1]).all()


def test_a_template_sent_by_hundreds_makes_no_theme_by_itself() -> None:
    template = "Sent by the automatic feedback robot of our procurement suite"
    topics = find_topics([*make_corpus(ENGLISH, 200).texts, *[template] * 200], "en")
    assert not [name for name in topics.names if "robot" in name or "procurement" in name]


CHOSEN = ["Room was dirty!", "too noisy at night", "<b>Wifi</b> slow 3", "Mrs Jones helped"]


def test_texts_from_a_list_are_themes_by_themselves() -> None:
    texts = [text for n, text in zip((40, 60, 50, 30), CHOSEN, strict=True) for _ in range(n)]
    topics = find_topics(texts, "en", hidden=["Jones"])
    assert topics.names == ["too noisy at night", "wifi slow", "room was dirty", UNNAMED]
    assert topics.raised.sum(axis=0).tolist() == [60, 50, 40, 30]
    assert topics.raised.any(axis=1).all()
    assert topics.terms["theme"].tolist() == topics.names


@pytest.mark.parametrize(("times", "found"), [(REPEATED - 1, 0), (REPEATED, 4)])
def test_texts_make_a_list_when_each_is_sent_often(times: int, found: int) -> None:
    assert len(find_topics(CHOSEN * times, "en").names) == found


def test_where_a_few_dozen_texts_come_over_and_over_each_comment_counts() -> None:
    ends = ["", " again", " since spring", " last week", " in town"]
    texts = [f"{text}{end}" for text in CHOSEN for end in ends] * 20
    assert len(set(texts)) > MOST_REPEATED
    topics = find_topics(texts, "en")
    assert all(any(word in " ".join(topics.names) for word in words) for words in (["dirty"], ["noisy"], ["wifi"]))


def test_a_theme_is_what_its_comments_say() -> None:
    _, topics = planted("fr")
    assert len(topics.names) <= MOST_THEMES
    assert len(set(topics.names)) == len(topics.names)
    assert topics.raised.sum(axis=0).min() >= LEAST_COMMENTS
    assert (topics.raised == (topics.nearness >= RAISED)).all()
    assert (np.diff(topics.raised.sum(axis=0)) <= 0).all()
    heaviest = topics.terms.groupby("theme")["weight"].max()
    assert (heaviest == 1).all()
    assert topics.terms["texts"].min() >= 2
    assert not topics.terms.duplicated(["theme", "term"]).any()
    assert any("coupure" in name for name in topics.names)


def test_a_person_names_no_theme() -> None:
    texts = [
        text.replace("helpline", "line of Kath").replace("courier", "Kath") for text in make_corpus(ENGLISH, 200).texts
    ]
    topics = find_topics(texts, "en", hidden={"kath"})
    assert topics.names
    assert not topics.terms["term"].str.contains("kath", case=False).any()


class TestNames:
    def test_a_pair_stands_for_its_words(self) -> None:
        terms = [("late", "late", 1.0), ("delivery", "delivery", 0.9), ("late delivery", "late delivery", 0.5)]
        assert name_theme([*terms, ("box", "box", 0.3)]) == "late delivery, box"
        assert name_theme([("late", "late", 1.0), ("delivery", "delivery", 0.9), ("late delivery", "x y", 0.49)]) == (
            "late, delivery"
        )

    def test_a_denied_word_says_so(self) -> None:
        assert name_theme([("answer", "answer", 1.0), ("¬answer", "no answer", 0.6)]) == "no answer"

    def test_a_pair_of_a_word_that_hardly_counts_is_not_taken(self) -> None:
        assert name_theme([("late", "late", 1.0), ("late so", "late so", 0.9), ("so", "so", 0.24)]) == "late"
        assert name_theme([("late", "late", 1.0), ("late so", "late so", 0.9), ("so", "so", 0.25)]) == "late so"

    def test_long_pairs_are_not_taken(self) -> None:
        terms = [("a", "a", 1.0), ("b", "b", 1.0), ("a b", "a is too b", 0.9)]
        assert name_theme(terms) == "a, b"

    def test_at_most_three_words(self) -> None:
        assert name_theme([(c, c, 1.0) for c in "abcd"]) == "a, b, c"
        assert name_theme([("a", "a", 1.0), ("b", "b", 0.25), ("c", "c", 0.24)]) == "a, b"
        terms = [("a", "a", 1.0), ("b", "b", 1.0), ("c", "c", 1.0), ("d", "d", 1.0), ("c d", "c d", 1.0)]
        assert name_theme(terms) == "a, b, c"

    def test_no_two_themes_have_one_name(self) -> None:
        terms = [("a", "a", 1.0), ("b", "b", 0.2)]
        assert name_theme(terms, ["a"]) == "a, b"
        assert name_theme(terms[:1], ["a", "a, more"]) == "a, more, more"

    def test_persons_are_left_out(self) -> None:
        terms = [("kath", "Kath", 1.0), ("call", "call", 0.5), ("kath call", "Kath's call", 0.5)]
        assert without_persons(terms, {"kath"}) == [("call", "call", 0.5)]
        assert name_theme(without_persons(terms[:1], {"kath"})) == UNNAMED


class TestTermsThatCount:
    def kept(self, texts: list[tuple[str, ...]]) -> list[str]:
        weighed = themes._weigh(texts)
        return [] if weighed is None else weighed[1].tolist()

    def test_a_term_in_more_than_half_of_the_comments_says_nothing(self) -> None:
        half = [("common", "x")] * 5 + [("y",)] * 5
        assert self.kept(half) == ["common", "x", "y"]
        assert self.kept([*half, ("common",)]) == ["x", "y"]

    @pytest.mark.parametrize(("comments", "least"), [(10, 2), (1_000, 2), (1_500, 3), (2_000, 4)])
    def test_a_term_is_in_two_comments_of_a_thousand(self, comments: int, least: int) -> None:
        rare = [("rare",)] * least + [("too rare",)] * (least - 1)
        others = [(f"word {i % 4}",) for i in range(comments - len(rare))]
        assert "rare" in self.kept([*rare, *others])
        assert "too rare" not in self.kept([*rare, *others])

    def test_rows_have_length_one(self) -> None:
        vectors, _ = themes._weigh([("a", "b")] * 3 + [("b", "c")] * 3 + [("d",)] * 6) or (None, None)
        assert vectors is not None
        assert np.allclose(vectors.power(2).sum(axis=1), 1)


def test_themes_are_matched_so_that_all_are_closest() -> None:
    agreed = themes._agreement(np.array([[1.0, 0], [1, 1]]), np.array([[1.0, 1], [2, 0]]))
    assert agreed == pytest.approx([1, 1])
    assert themes._agreement(np.array([[1.0, 0], [0, 1]]), np.array([[1.0, 1], [1, 0]])) == pytest.approx([1, 0.5**0.5])


@pytest.mark.parametrize(("stable", "kept"), [([0.9, 0.5], 2), ([0.9, 0.49], 1), ([0.6, 0.39], 0), ([0.5, 0.5], 0)])
def test_themes_must_hold_and_outweigh_those_that_do_not(
    monkeypatch: pytest.MonkeyPatch, stable: list[float], kept: int
) -> None:
    monkeypatch.setattr(themes, "_factorise", lambda vectors, k: np.eye(k))
    monkeypatch.setattr(themes, "_agreement", lambda one, other: np.array([*stable, *[0.0] * 9])[: len(one)])
    found, stability = themes._choose(themes.csr_matrix(np.ones((40, 40))), 8, np.random.default_rng(0))
    assert len(stability) == kept
    assert (0 if found is None else len(found)) == kept
