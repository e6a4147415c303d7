"""The language of comments, of every length and in any mix."""

import numpy as np
import pytest

from helpers.analysis.comments import languages
from helpers.analysis.comments.languages import find_languages
from tests.analysis.comments.corpora import ENGLISH, FRENCH, GERMAN, POLISH, make_corpus

SENTENCES = {
    "en": "The delivery arrived a week late and nobody told us.",
    "fr": "Le conseiller n'a pas rappelé malgré plusieurs appels.",
    "de": "Die Rechnung stimmt nicht und niemand geht ans Telefon.",
    "es": "La factura llegó tarde y nadie contesta el teléfono.",
    "it": "La consegna è arrivata in ritardo e nessuno risponde.",
    "nl": "De levering kwam te laat en niemand neemt de telefoon op.",
    "pt": "A entrega chegou atrasada e ninguém atende o telefone.",
    "pl": "Dostawa się spóźniła i nikt nie odbiera telefonu.",
    "sv": "Leveransen kom för sent och ingen svarar i telefonen.",
    "ru": "Доставка опоздала на неделю, и никто не отвечает.",
    "ja": "配送が一週間遅れて、電話に誰も出ません。",
}


@pytest.mark.parametrize("code", SENTENCES)
def test_a_corpus_of_one_language_is_told(code: str) -> None:
    assert set(find_languages([SENTENCES[code]] * 20)) == {code}


def test_languages_of_a_mixed_corpus_are_told_apart() -> None:
    parts = {"fr": FRENCH, "de": GERMAN, "pl": POLISH, "en": ENGLISH}
    corpora = {code: make_corpus(words, 150).texts for code, words in parts.items()}
    texts = [text for corpus in corpora.values() for text in corpus]
    truth = np.repeat(list(corpora), 150)
    assert (find_languages(texts) == truth).mean() > 0.995


def test_short_comments_follow_the_corpus() -> None:
    short = ["prix", "ok super", "site", "service client", "bug"]
    assert set(find_languages([*make_corpus(FRENCH, 100).texts, *short])[-5:]) == {"fr"}
    assert set(find_languages([*make_corpus(ENGLISH, 100).texts, "price", "ok super", "site"])[-3:]) == {"en"}


def test_a_short_comment_that_clearly_leans_is_not_given_to_the_main_language() -> None:
    mixed = make_corpus(FRENCH, 100).texts + make_corpus(GERMAN, 60).texts
    assert find_languages([*mixed, "Rechnung falsch"])[-1] == "de"
    assert find_languages([*mixed, "facture fausse"])[-1] == "fr"


def test_one_comment_in_a_foreign_script_is_not_forced_into_the_corpus() -> None:
    found = find_languages([*make_corpus(ENGLISH, 200).texts, SENTENCES["ru"], SENTENCES["ja"]])
    assert found[-2:].tolist() == ["ru", "ja"]


def test_what_has_no_letters_has_no_language() -> None:
    assert find_languages(["", "😀😀", "12 345", "-", "https://example.com/a", "[name]"]).tolist() == [""] * 6
    assert find_languages([]).tolist() == []


def test_addresses_and_markup_do_not_tell() -> None:
    texts = make_corpus(FRENCH, 50).texts
    assert find_languages([*texts, '<a href="https://the-best-and-only.example.com">eau trouble</a>'])[-1] == "fr"


class TestWhatDecides:
    """With likelihoods that the texts name: "en9 fr4 …" is 9 for English and 4 for French."""

    @pytest.fixture(autouse=True)
    def told(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def read(texts: list[str]) -> np.ndarray:
            scores = np.full((len(texts), len(languages.LANGUAGES)), -99.0)
            for row, text in zip(scores, texts, strict=True):
                for word in text.split():
                    code, ups = word.partition("x")[0], word.count("x")
                    row[list(languages.LANGUAGES).index(code)] = ups
            return scores

        monkeypatch.setattr(languages, "_log_likelihoods", read)

    def find(self, corpus: dict[str, int], text: str) -> str:
        """The language of a text in a corpus of so many long comments of each language."""
        texts = [f"{code}{'x' * 50}  it pl nl pt" for code, n in corpus.items() for _ in range(n)]
        return find_languages([*texts, text])[-1]

    @staticmethod
    def text(words: int, **ups: int) -> str:
        said = [f"{code}{'x' * n}" for code, n in ups.items()]
        return " ".join([*said, *["sv"] * (words - len(said))])

    @pytest.mark.parametrize(("words", "lead", "code"), [(3, 3, "en"), (3, 4, "fr"), (4, 1, "fr")])
    def test_a_short_text_must_lean(self, words: int, lead: int, code: str) -> None:
        assert self.find({"en": 51, "fr": 50}, self.text(words, en=10, fr=10 + lead)) == code

    @pytest.mark.parametrize(("lead", "code"), [(20, "en"), (21, "ru")])
    def test_a_foreign_text_must_lean_more(self, lead: int, code: str) -> None:
        assert self.find({"en": 60}, self.text(4, en=10, ru=10 + lead)) == code

    @pytest.mark.parametrize(("french", "code"), [(4, "en"), (5, "fr")])
    def test_a_language_of_the_corpus_is_in_five_long_texts(self, french: int, code: str) -> None:
        assert self.find({"en": 60, "fr": french}, self.text(4, en=10, fr=15)) == code

    @pytest.mark.parametrize(("french", "code"), [(19, "en"), (20, "fr")])
    def test_and_in_one_of_fifty(self, french: int, code: str) -> None:
        assert self.find({"en": 980, "fr": french}, self.text(4, en=10, fr=20)) == code

    def test_the_mix_weighs(self) -> None:
        assert self.find({"en": 900, "fr": 100}, self.text(4, en=10, fr=12)) == "en"
        assert self.find({"en": 500, "fr": 500}, self.text(4, en=10, fr=12)) == "fr"

    @pytest.mark.parametrize(("words", "code"), [(4, "en"), (5, "fr")])
    def test_texts_of_five_words_tell_the_corpus(self, words: int, code: str) -> None:
        texts = [self.text(5, en=9)] * 20 + [self.text(words, fr=9)] * 20
        assert find_languages([*texts, self.text(4, en=10, fr=12)])[-1] == code

    @pytest.mark.parametrize(("long", "code"), [(4, "fr"), (5, "en")])
    def test_where_few_are_long_all_tell(self, long: int, code: str) -> None:
        texts = [self.text(5, en=9)] * long + [self.text(4, fr=9)] * 40
        assert find_languages([*texts, self.text(4, en=10, fr=12)])[-1] == code
