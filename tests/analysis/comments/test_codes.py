"""Comments that are codes."""

import numpy as np
import pytest

from helpers.analysis.comments.codes import find_codes


def test_codes_are_themes_most_frequent_first() -> None:
    codes = find_codes(["12"] * 30 + ["7.0"] * 40 + ["0"] * 50 + ["wifi"] * 20)
    assert codes is not None
    assert codes.names == ["code 7", "code 12", "wifi"]
    assert codes.raised.sum(axis=0).tolist() == [40, 30, 20]
    assert codes.unnamed == 2
    assert (~codes.raised.any(axis=1)).sum() == 50


def test_several_codes_in_one_cell() -> None:
    codes = find_codes(["12; 14"] * 30 + ["12,7"] * 30 + ["14|14"] * 20)
    assert codes is not None
    assert dict(zip(codes.names, codes.raised.sum(axis=0), strict=True)) == {"code 12": 60, "code 14": 50, "code 7": 30}


def test_a_name_with_a_comma_is_one_code() -> None:
    codes = find_codes(["Food, drinks"] * 30 + ["Toilets"] * 30)
    assert codes is not None
    assert codes.names == ["Food, drinks", "Toilets"]


def test_texts_are_no_codes() -> None:
    rng = np.random.default_rng(0)
    words = [f"word{chr(97 + i)}" for i in range(26)]
    assert find_codes([" ".join(rng.choice(words, 3)) for _ in range(500)]) is None  # hardly two alike
    assert find_codes(["the delivery was much too late"] * 300 + ["slow"] * 20) is None  # too long
    assert find_codes(["x" * 41] * 100) is None
    assert find_codes([]) is None


@pytest.mark.parametrize(("comments", "coded"), [(19, False), (20, True)])
def test_a_handful_is_not_judged(comments: int, coded: bool) -> None:
    assert (find_codes(["12"] * comments) is not None) is coded


@pytest.mark.parametrize(("distinct", "coded"), [(20, True), (21, False)])
def test_codes_are_used_again_and_again(distinct: int, coded: bool) -> None:
    texts = [str(100 + i % distinct) for i in range(200)]
    assert (find_codes(texts) is not None) is coded


@pytest.mark.parametrize(("single", "coded"), [(8, True), (9, False)])
def test_words_used_once_are_text(single: int, coded: bool) -> None:
    texts = ["price"] * (400 - single) + [f"other{'abcdefghij'[i]}" for i in range(single)]
    assert (find_codes(texts) is not None) is coded
    numbered = ["12"] * (400 - single) + [str(100 + i) for i in range(single)]
    assert find_codes(numbered) is not None


def test_at_most_two_hundred() -> None:
    assert find_codes([str(1000 + i % 200) for i in range(4_000)]) is not None
    assert find_codes([str(1000 + i % 201) for i in range(4_000)]) is None


@pytest.mark.parametrize(("words", "coded"), [(4, True), (5, False)])
def test_the_name_of_a_code_has_four_words(words: int, coded: bool) -> None:
    assert (find_codes([" ".join("abcde"[:words])] * 50) is not None) is coded


def test_half_in_numbers_are_codes_however_many_are_used_once() -> None:
    single = [f"other{'abcdefghij'[i]}" for i in range(9)]
    assert find_codes(["12"] * 200 + ["price"] * 191 + single) is not None
    assert find_codes(["12"] * 199 + ["price"] * 192 + single) is None
