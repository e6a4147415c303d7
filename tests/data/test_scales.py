"""Scales of the recommendation score: their cuts, how a score in words is read, and when another than 0-10 is seen."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.data.answer_words import _LABELS, LABELS, fold
from helpers.data.scales import ALSO, SCALES, look_at_scores, read_score, say_doubt, scale_of


def counts(*marks: int, times: int = 1) -> dict[str, int]:
    return {text: n * times for text, n in Counter(map(str, marks)).items()}


def of_scale(low: int, high: int, answers: int = 2_000) -> dict[str, int]:
    return counts(*np.random.default_rng(5).integers(low, high + 1, answers).tolist())


@pytest.mark.parametrize(
    ("name", "cuts"),
    [("0-10", (0, 7, 9, 10)), ("1-10", (1, 7, 9, 10)), ("1-5", (1, 4, 5, 5)), ("1-7", (1, 6, 7, 7)),
     ("0-100", (0, 70, 90, 100))],
)  # fmt: skip
def test_published_cuts(name: str, cuts: tuple[int, ...]) -> None:
    scale = SCALES[name]
    assert (scale.low, scale.passive_from, scale.promoter_from, scale.high) == cuts


@pytest.mark.parametrize(
    ("text", "value", "top"),
    [
        ("10 - extremely likely", 10, 0),
        ("0 (not at all likely)", 0, 0),
        ("7: eher ja", 7, 0),
        ("3 points", 3, 0),
        ("Extremely likely (10)", 10, 0),
        ("sehr wahrscheinlich - 10", 10, 0),
        ("9/10", 9, 10),
        ("9.0 / 10", 9, 10),
        ("9 out of 10", 9, 10),
        ("8 von 10", 8, 10),
        ("4/5", 4, 5),
        ("85 %", 85, 100),
        ("★★★★", 4, 5),
        ("★★★☆☆", 3, 5),
        ("⭐️⭐️", 2, 5),
        ("4 stars", 4, 5),
        ("1 Stern", 1, 5),
        ("5 étoiles", 5, 5),
        ("2 gwiazdki", 2, 5),
        ("Very likely", 5, 5),
        ("SEHR WAHRSCHEINLICH", 5, 5),
        ("pas du tout probable", 1, 5),
        (" mało prawdopodobne ", 2, 5),
    ],
)
def test_a_text_that_is_one_number(text: str, value: int, top: int) -> None:
    found = read_score(text)
    assert found is not None
    assert (found.value, found.top) == (value, top)


@pytest.mark.parametrize(
    "text",
    ["9", "9.0", "-1", "7,5", "", "  ", "7 or 8", "less than 5", "10-9", "5 to 6", "-1 - none", "Q1: 9", "12/2024/1",
     "no idea", "=9+1", "<b>9</b>", "n/a", "x" * 50_000, "9" * 400, "1e400"],
)  # fmt: skip
def test_a_text_that_is_a_plain_number_or_none(text: str) -> None:
    assert read_score(text) is None


def test_labels_have_one_step_in_every_language() -> None:
    steps: dict[str, set[int]] = {}
    for line in _LABELS.strip().splitlines():
        scale = line.split("|")
        assert len(scale) in (4, 5), line
        for step, labels in enumerate(scale):
            for label in labels.split(";"):
                steps.setdefault(fold(label), set()).add(step)
    assert {label for label, found in steps.items() if len(found) > 1} == set()
    assert len(LABELS) == len(steps)


class TestRecognition:
    @pytest.mark.parametrize(("low", "high", "seen"), [(0, 10, "0-10"), (1, 10, "1-10?"), (1, 5, "1-5?"),
                                                       (1, 7, "1-7?"), (0, 100, "0-100?"), (0, 5, "1-5?"),
                                                       (1, 6, "1-6?"), (0, 1, "0-1?"), (0, 7, "0-10")])  # fmt: skip
    def test_a_scale_is_known_by_its_marks(self, low: int, high: int, seen: str) -> None:
        assert look_at_scores(of_scale(low, high)).scale == seen

    @pytest.mark.parametrize("scale", [*SCALES, *ALSO])
    def test_what_is_declared_holds(self, scale: str) -> None:
        assert look_at_scores(of_scale(1, 5), scale).scale == ALSO.get(scale, scale)

    def test_limits_are_those_of_chance(self) -> None:
        """Each at the last count that chance explains in more than one of a hundred cases, and at the next."""
        assert (2 / 3) ** 12 < 0.01 < (2 / 3) ** 11
        high = {"10": 500, "9": 500}
        assert look_at_scores({**high, "1": 11}).scale == "0-10"
        assert look_at_scores({**high, "1": 12}).scale == "1-10?"
        assert look_at_scores({**high, "1": 12, "0": 1}).scale == "0-10"
        assert look_at_scores({"9": 500, "1": 12}).scale == "0-10"  # nobody said 10 either
        assert 0.8**21 < 0.01 < 0.8**20
        assert look_at_scores({"5": 10, "3": 10}).scale == "0-10"
        assert look_at_scores({"5": 11, "3": 10}).scale == "1-5?"
        assert look_at_scores({"1": 20}).scale == "0-10"
        assert look_at_scores({"1": 11, "0": 10}).scale == "0-1?"
        assert 0.9**44 < 0.01 < 0.9**43
        assert look_at_scores({"7": 20, "3": 23}).scale == "0-10"
        assert look_at_scores({"7": 20, "3": 24}).scale == "1-7?"
        assert look_at_scores({"8": 20, "3": 24}).scale == "0-10"
        tens = {"50": 5, "60": 5, "70": 5, "80": 5}
        assert look_at_scores({**tens, "90": 5, "9": 100}).scale == "0-100?"
        assert look_at_scores({**tens, "90": 5, "9": 101}).scale == "0-10"
        assert look_at_scores({**tens, "99": 5, "9": 5}).scale == "0-10"  # four marks, and a code

    def test_a_slip_of_the_pen_does_not_hide_a_scale(self) -> None:
        assert look_at_scores({**of_scale(1, 5, 4_000), "6": 2}).scale == "1-5?"
        assert look_at_scores({**of_scale(1, 5, 4_000), "8": 40}).scale == "0-10"

    def test_the_same_score_throughout_is_one(self) -> None:
        assert look_at_scores({"10": 900}).scale == "0-10"
        assert look_at_scores({"0": 900}).scale == "0-10"
        assert look_at_scores({"5": 900}).scale == "1-5?"

    def test_what_the_client_mapped_has_no_zero_for_a_reason(self) -> None:
        steps = {"10": 300, "8": 300, "5": 300, "3": 300, "1": 300}
        assert look_at_scores(steps, mapped=True).scale == "0-10"
        assert look_at_scores(steps).scale == "1-10?"

    def test_stars_and_words(self) -> None:
        stars = look_at_scores({"★★★★": 7, "★": 2, "oddity": 1})
        assert (stars.scale, stars.numbers) == ("stars?", {"★★★★": "4", "★": "1"})
        words = look_at_scores({"Sehr wahrscheinlich": 5, "eher unwahrscheinlich": 3, "keine Angabe": 2})
        assert (words.scale, words.numbers["Sehr wahrscheinlich"], words.numbers["eher unwahrscheinlich"]) == (
            "words?",
            "5",
            "2",
        )
        assert look_at_scores({"4/5": 30, "5/5": 30}).scale == "1-5?"
        assert look_at_scores({"90%": 30, "50%": 30}).scale == "0-100?"
        assert look_at_scores({"6/7": 30, "2/7": 30}).scale == "1-7?"

    def test_words_among_numbers_are_no_numbers(self) -> None:
        found = look_at_scores({**of_scale(0, 10), "very likely": 5, "4/5": 3, "10 - extremely likely": 4, "9/10": 2})
        assert found.scale == "0-10"
        assert found.numbers == {"10 - extremely likely": "10", "9/10": "9"}
        assert look_at_scores({"very likely": 5, "4": 3}, "words").numbers == {"very likely": "5"}

    def test_nothing_at_all(self) -> None:
        assert look_at_scores({}).scale == "0-10"
        assert look_at_scores({"n/a": 30}).scale == "0-10"


@pytest.mark.parametrize("scale", ["1-10?", "1-5?", "1-7?", "0-100?", "stars?", "words?"])
def test_a_doubt_says_which_line_to_add(scale: str) -> None:
    why, mend = say_doubt(scale)
    assert f"“scale: {scale[:-1]}”" in mend
    assert why
    assert scale_of(scale).name == ALSO.get(scale[:-1], scale[:-1])


def test_a_doubt_about_a_scale_without_cuts() -> None:
    why, mend = say_doubt("1-6?")
    assert why == "the scores run from 1 to 6, on no scale with known cuts"
    assert "“values: score:”" in mend
    assert scale_of("1-6?").name == "0-10"


@settings(deadline=None)
@given(st.dictionaries(st.text(max_size=30), st.integers(1, 10_000), max_size=40), st.sampled_from([None, *SCALES]))
def test_any_texts_are_looked_at(texts: dict[str, int], declared: str | None) -> None:
    found = look_at_scores(texts, declared)
    assert set(found.numbers) <= set(texts)
    assert all(number.isdigit() for number in found.numbers.values())
    assert scale_of(found.scale) in SCALES.values()
