"""Scales: scores, batteries of ratings, labels in several languages, and codes for "no answer"."""

import pandas as pd
import pytest

from helpers.data.guess.scales import LABELS, codes_beyond, find_batteries, flag_map, label_steps, score_fit
from helpers.data.guess.values import Column, look_at


def columns_of(**values: list[object]) -> tuple[Column, ...]:
    return look_at(pd.DataFrame({name: pd.Series(v).astype(str) for name, v in values.items()})).columns


class TestScore:
    @pytest.mark.parametrize("code", [11, 99, -1, 999, "Blank", "keine Angabe"])
    def test_codes_for_no_answer_leave_it_a_score(self, code: object) -> None:
        (score,) = columns_of(x=[*range(11), 9, 10, 8] * 3 + [code] * 2)
        assert score_fit(score) == 1
        assert codes_beyond(score, 0, 10) == [str(code)]

    @pytest.mark.parametrize(
        "values",
        [[0, 1, 1, 0], [1, 2, 3, 4, 5], [100, 250, 300], ["a", "b"], [0.5, 3.2, 8.8], [30, 40, 9]],
    )
    def test_what_is_none(self, values: list[object]) -> None:
        assert score_fit(columns_of(x=values)[0]) < 1

    def test_a_rare_odd_number_is_no_code(self) -> None:
        (score,) = columns_of(x=[*range(11)] * 100 + [37])
        assert codes_beyond(score, 0, 10) == []


class TestBatteries:
    def test_a_battery_with_codes_that_vary_by_question(self) -> None:
        q = {f"Q7{n}": [1, 2, 3, 3, 4, 4, 4, 5, 5, 5] * 5 + [6] * k + [0] * 8 + ["4"] * (60 - k) for n, k in
             (("A", 1), ("B", 20), ("C", 50))}  # fmt: skip
        (battery,) = find_batteries(columns_of(**q))
        assert (battery.low, battery.high, battery.codes) == (1, 5, ("0", "6"))
        assert "up to 6" in battery.doubt

    def test_a_scale_of_six(self) -> None:
        marks = [1, 2, 3, 4, 5, 6] * 10
        (battery,) = find_batteries(columns_of(lieferung=marks, preis=marks, service=marks))
        assert (battery.low, battery.high, battery.codes) == (1, 6, ())

    @pytest.mark.parametrize(
        ("marks", "low", "high", "codes"),
        [
            ([1, 2, 3, 4, 5], 1, 5, ()),
            ([1, 2, 3, 4, 5, 9, 9], 1, 5, ("9",)),
            ([1, 2, 3, 4, 5, 99], 1, 5, ("99",)),
            ([1, 2, 3, 4, 5, 6, 7], 1, 7, ()),
            ([1, 2, 3, 4, 5, 6, 7, 8], 1, 7, ("8",)),
            ([*range(11)], 0, 10, ()),
            ([*range(1, 11), 11], 1, 10, ("11",)),
            ([1, 2, 3, 4, 5, 0, 0, 0], 1, 5, ("0",)),
            ([1, 1, 2, 3, 4, 5, 0], 0, 5, ()),  # as rare as the lowest mark: perhaps a mark
        ],
    )
    def test_scales(self, marks: list[int], low: int, high: int, codes: tuple[str, ...]) -> None:
        rated = marks * 12
        (battery,) = find_batteries(columns_of(sat_a=rated, sat_b=rated, sat_c=rated))
        assert (battery.low, battery.high, battery.codes) == (low, high, codes)

    def test_numbers_that_are_no_ratings(self) -> None:
        found = find_batteries(columns_of(qty=[1, 2, 30, 4] * 5, price=[1.5, 2.5, 3, 4] * 5, flag=[0, 1, 0, 1] * 5))
        assert found == []

    def test_question_columns_that_are_never_alone(self) -> None:
        marks = [1, 2, 3, 4, 5] * 10
        (battery,) = find_batteries(columns_of(price=marks, age=marks), never_alone={"age"})
        assert battery.columns == ("price",)


class TestLabels:
    @pytest.mark.parametrize(
        "labels",
        [
            ["Very satisfied", "Satisfied", "Neutral", "Dissatisfied", "Very dissatisfied"],
            ["Sehr zufrieden", "Zufrieden", "Teils/teils", "Unzufrieden", "Sehr unzufrieden"],
            ["Très satisfait", "Satisfait", "Neutre", "Insatisfait", "Très insatisfait"],
            ["MUY SATISFECHO", "satisfecho", "Ni satisfecho ni insatisfecho", "Insatisfecho", "Muy insatisfecho"],
            ["Molto soddisfatto", "Soddisfatto", "Neutrale", "Insoddisfatto", "Molto insoddisfatto"],
            ["Zeer tevreden", "Tevreden", "Neutraal", "Ontevreden", "Zeer ontevreden"],
            ["Muito satisfeito", "Satisfeito", "Neutro", "Insatisfeito", "Muito insatisfeito"],
            ["Bardzo zadowolony", "Zadowolony", "Neutralny", "Niezadowolony", "Bardzo niezadowolony"],
            ["Strongly agree", "Agree", "Neither agree nor disagree", "Disagree", "Strongly disagree"],
        ],
    )
    def test_eight_languages(self, labels: list[str]) -> None:
        (column,) = columns_of(x=[*labels, "N/A"])
        assert list(label_steps(column).items()) == list(zip(labels, [5, 4, 3, 2, 1], strict=True))
        (battery,) = find_batteries([column])
        assert battery.codes == ("N/A",)

    def test_every_label_has_a_step(self) -> None:
        assert set(LABELS.values()) == {1, 2, 3, 4, 5}

    def test_words_that_are_no_scale(self) -> None:
        assert label_steps(columns_of(x=["red", "good", "blue"])[0]) == {}

    def test_flags_of_other_languages(self) -> None:
        assert flag_map(columns_of(x=["Oui", "Non", "Oui"])[0]) == {"Oui": "yes", "Non": "no"}
