"""Scores on other scales and in words, ratings beyond theirs, weights: what is read, what is counted, what is kept."""

from itertools import cycle, islice
from pathlib import Path
from typing import Any

import ibis
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.data.cleaning.survey_values import ends_of_ratings
from helpers.data.client_data import ClientData
from helpers.data.spec import PartSpec
from helpers.errors import InputError
from tests.data.clients import aside, read


def part_of(folder: Path, name: str = "s", /, *, options: dict[str, Any] | None = None, **columns: Any) -> PartSpec:
    pd.DataFrame(columns).to_csv(folder / f"{name}.csv", index=False)
    return PartSpec(str(folder / f"{name}.csv"), **(options or {}))


def survey(folder: Path, *, options: dict[str, Any] | None = None, **columns: Any) -> ClientData:
    """Answers with the columns given, each with a number of its own so that none is a duplicate."""
    rows = max(len(values) for values in columns.values())
    full = {name: list(islice(cycle(values), rows)) for name, values in columns.items()}
    return read(folder, "surveys", part_of(folder, response_id=range(rows), options=options, **full))


def kept(data: ClientData) -> pd.DataFrame:
    return data.tables["surveys"].order_by("kit_file", "kit_row").execute()


def found(data: ClientData) -> dict[str, tuple[int, int]]:
    return {r["check"]: (r["rows_found"], r["rows_set_aside"]) for r in data.quality.to_dict("records")}


def accounted(data: ClientData) -> bool:
    row = data.received.iloc[0]
    return bool(row["rows_in"] == row["rows_kept"] + row["rows_set_aside"])


class TestScores:
    def test_a_score_is_on_0_to_10_where_nothing_is_said(self, tmp_path: Path) -> None:
        data = survey(tmp_path, score=[*range(11)])
        assert kept(data)["scale"].unique().tolist() == ["0-10"]
        assert found(data) == {}

    @pytest.mark.parametrize(
        ("scale", "name", "good", "bad"),
        [("1-10", "1-10", ["1", "10"], ["0", "11"]), ("1-5", "1-5", ["1", "5"], ["0", "6"]),
         ("stars", "1-5", ["★", "★★★★★", "4 stars", "4/5"], ["☆☆☆☆☆", "4/10"]), ("1-7", "1-7", ["1", "7"], ["0", "8"]),
         ("words", "1-5", ["Very likely", "neutral", "3"], ["who knows", "6"]),
         ("0-100", "0-100", ["0", "100", "85 %", "70"], ["101", "-1", "69.5"])],
    )  # fmt: skip
    def test_a_declared_scale(self, scale: str, name: str, good: list[str], bad: list[str], tmp_path: Path) -> None:
        data = survey(tmp_path, score=[*good, *bad], options={"scale": scale})
        assert len(kept(data)) == len(good)
        assert kept(data)["scale"].unique().tolist() == [name]
        low, high = name.split("-")
        assert set(aside(data)) <= {f"score is not a whole number from {low} to {high}", "score is not a number"}
        assert accounted(data)

    def test_texts_are_their_numbers(self, tmp_path: Path) -> None:
        data = survey(tmp_path, score=["10 - extremely likely", "0 (not at all likely)", "9/10", "7", "7 or 8", "4/5"])
        assert kept(data)["score"].tolist() == [10, 0, 9, 7]
        assert found(data)["score written with words or signs"] == (3, 0)
        assert aside(data) == {"score is not a number": 2}
        assert data.rejected("surveys")["score"].sort_values().tolist() == ["4/5", "7 or 8"]

    @pytest.mark.parametrize(
        ("scores", "scale", "values"),
        [
            ([1, 10, 9, 5], "1-10?", [1, 10, 9, 5]),
            ([1, 5, 4], "1-5?", [1, 5, 4]),
            (["★★★★", "★"], "stars?", [4, 1]),
            (["Sehr wahrscheinlich", "unwahrscheinlich"], "words?", [5, 2]),
            ([10, 55, 70, 85, 90, 100], "0-100?", [10, 55, 70, 85, 90, 100]),
        ],
    )
    def test_what_is_on_another_scale_is_kept_and_told(
        self, scores: list[Any], scale: str, values: list[int], tmp_path: Path
    ) -> None:
        data = survey(tmp_path, score=scores * 20)
        rows = kept(data)
        assert rows["scale"].unique().tolist() == [scale]
        assert rows["score"].tolist() == values * 20
        (told,) = [r for r in data.quality.to_dict("records") if "not declared" in r["check"]]
        assert told["rows_found"] == len(rows)
        assert f"needs “scale: {scale[:-1]}”" in told["handling"]
        assert accounted(data)

    def test_what_a_filter_leaves_out_and_codes_tell_nothing_of_the_scale(self, tmp_path: Path) -> None:
        scores = [0, *[1, 9, 10] * 20]
        assert kept(survey(tmp_path, score=scores))["scale"].unique().tolist() == ["0-10"]
        marked = {"score": scores, "test": ["yes", *["no"] * 60]}
        data = survey(tmp_path, options={"filter": {"test": ["no"]}}, **marked)
        assert kept(data)["scale"].unique().tolist() == ["1-10?"]
        data = survey(tmp_path, score=scores, options={"missing": {"score": ["0"]}})
        assert kept(data)["scale"].unique().tolist() == ["1-10?"]
        assert aside(data) == {"no score": 1}

    def test_each_part_has_its_own_scale(self, tmp_path: Path) -> None:
        old = part_of(tmp_path, "old", score=[1, 3, 5], options={"scale": "1-5"})
        new = part_of(tmp_path, "new", score=[0, 3, 10])
        data = read(tmp_path, "surveys", old, new)
        assert kept(data).groupby("scale")["score"].max().to_dict() == {"0-10": 10, "1-5": 5}

    def test_a_constant_score_is_not_looked_at(self, tmp_path: Path) -> None:
        data = survey(tmp_path, wave=["a"], options={"set": {"score": "9"}})
        assert kept(data)[["score", "scale"]].values.tolist() == [[9, "0-10"]]

    def test_scores_of_which_none_can_be_read(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="None of the 2 rows of surveys can be used: 2 have the fault"):
            survey(tmp_path, score=["abc", "xyz"])


class TestRatings:
    def test_a_mark_beyond_the_scale_is_a_blank(self, tmp_path: Path) -> None:
        data = survey(tmp_path, score=[9], a=[1, 2, 3, 4, 5] * 60 + [6], b=[5, 4, 3] * 100 + [99],
                      options={"ratings": {"a": "a", "b": "b"}})  # fmt: skip
        rows = kept(data)
        assert len(rows) == 301
        assert rows.iloc[300][["a", "b"]].isna().all()
        assert rows.iloc[:300][["a", "b"]].notna().all().all()
        assert found(data) == {"a is outside its scale of 1 to 5": (1, 0), "b is outside its scale of 1 to 5": (1, 0)}
        assert set(data.quality["handling"]) == {"left blank, the answer kept"}

    def test_a_rating_that_is_no_number_is_a_blank(self, tmp_path: Path) -> None:
        data = survey(tmp_path, score=[9, 8], a=["4", "n/a"], csat=["good", "5"], options={"ratings": {"a": "a"}})
        assert kept(data)["a"].fillna(0).tolist() == [4, 0]
        assert found(data) == {"csat is not a number": (1, 0), "a is not a number": (1, 0)}

    def test_yes_and_no_are_one_and_nought(self, tmp_path: Path) -> None:
        said = ["yes", "No", "oui", "nein", "1", "x", "n"]
        data = survey(tmp_path, score=[9], a=said, csat=said, options={"ratings": {"a": "a"}})
        for column in ("a", "csat"):
            assert kept(data)[column].fillna(-1).tolist() == [1, 0, 1, 0, 1, -1, -1]
        assert found(data) == {"csat is not a number": (2, 0), "a is not a number": (2, 0)}

    @staticmethod
    def ends(**ratings: list[float | None]) -> dict[str, tuple[int, int]]:
        return ends_of_ratings(ibis.memtable(pd.DataFrame(ratings)), list(ratings))

    @pytest.mark.parametrize(
        ("marks", "expected"),
        [
            ([1, 2, 3, 4, 5] * 40 + [6], (1, 5)),
            ([1, 2, 3, 4, 5] * 40 + [0], (1, 5)),
            ([1, 2, 3, 4, 5] * 40 + [-1], (1, 5)),
            ([1, 2, 3, 4, 5, 6, 7] * 40 + [9], (1, 7)),
            ([*range(1, 11)] * 40 + [11], (0, 10)),
            ([*range(11)] * 40 + [-9], (0, 10)),
            ([1, 2, 3, 4, 5] * 40 + [99] * 40, (1, 5)),  # a code, however frequent
        ],
    )
    def test_where_scales_end(self, marks: list[float], expected: tuple[int, int]) -> None:
        assert self.ends(a=list(marks)) == {"a": expected}

    @pytest.mark.parametrize(
        "marks",
        [
            [1, 2, 3, 4, 5] * 39 + [6],  # too few to tell
            [1, 2, 3, 4, 5] * 40,
            [1, 2, 3, 4, 5] * 40 + [6] * 40,  # a code or a mark; who knows
            [1, 2, 3, 4, 5] * 40 + [0] * 40,
            [-2, -1, 0, 1, 2] * 60,
            [10, 50, 90] * 90,
            [10, 9, 8] * 90 + [0],
            [None] * 300,
        ],
    )
    def test_what_may_be_a_mark_stays(self, marks: list[float | None]) -> None:
        assert self.ends(a=list(marks)) == {}

    def test_the_share_from_which_on_marks_are_not_slips(self) -> None:
        assert self.ends(a=[1.0, 2.0, 3.0, 4.0, 5.0] * 199 + [6.0] * 5) == {"a": (1, 5)}
        assert self.ends(a=[1.0, 2.0, 3.0, 4.0, 5.0] * 198 + [6.0] * 5) == {}

    def test_codes_are_told_where_four_in_five_ratings_are_none(self) -> None:
        marks: list[float | None] = [1, 2, 3, 4, 5] * 40
        assert self.ends(a=[*marks, *[99.0] * 50]) == {"a": (1, 5)}
        assert self.ends(a=[*marks, *[99.0] * 51]) == {}

    def test_a_battery_ends_at_a_mark_that_is_given(self) -> None:
        assert self.ends(a=[1.0, 2.0, 3.0, 4.0] * 60 + [6.0]) == {}  # of a scale to 7, perhaps
        assert self.ends(a=[1.0, 2.0, 3.0, 4.0] * 60 + [5.0, 6.0]) == {"a": (1, 5)}

    def test_a_rating_on_a_scale_of_its_own_is_left_alone(self) -> None:
        usual: list[float | None] = [1, 2, 3, 4, 5] * 40
        own: list[float | None] = [10, None] * 4 + [None] * 192
        assert self.ends(a=usual, b=usual, c=usual, d=usual, e=own) == {}

    def test_no_ratings(self) -> None:
        assert ends_of_ratings(ibis.memtable(pd.DataFrame({"score": [1]})), []) == {}


class TestWeights:
    def test_an_answer_without_a_usable_weight_is_kept(self, tmp_path: Path) -> None:
        data = survey(tmp_path, score=[9, 8, 7, 6, 5], weight=["1.5", "0", "-2", None, "heavy"])
        assert kept(data)["weight"].fillna(-1).tolist() == [1.5, 0, -1, -1, -1]
        assert found(data) == {"weight is zero": (1, 0), "weight is below zero": (1, 0), "no weight": (1, 0),
                               "weight is not a number": (1, 0)}  # fmt: skip
        assert set(data.quality["handling"]) == {"kept, counts only where answers are not weighted"}

    def test_negative_weights_can_still_be_set_aside(self, tmp_path: Path) -> None:
        data = survey(tmp_path, score=[9, 8], weight=[1, -2], options={"severities": {"negative_weight": "set_aside"}})
        assert aside(data) == {"weight is below zero": 1}
        assert accounted(data)


def test_comments_are_read_as_they_are(tmp_path: Path) -> None:
    comments = [
        "x" * 50_000,
        "👍🏽 naïve — “ok”",
        "<b>bold</b><script>",
        "=1+1",
        "@SUM(A1)",
        'a "quoted", line\nand another',
    ]
    data = survey(tmp_path, score=[9], comment=comments)
    assert kept(data)["comment"].tolist() == comments


def test_a_wave_without_ratings(tmp_path: Path) -> None:
    data = survey(tmp_path, score=[9, 8], wave=["1", "2"], a=["5", None], options={"ratings": {"a": "a"}})
    assert kept(data).groupby("wave")["a"].count().to_dict() == {"1": 1, "2": 0}


SCORES = st.sampled_from(
    [
        "0",
        "1",
        "5",
        "9",
        "10",
        "11",
        "-1",
        "99",
        "7.5",
        "",
        "9/10",
        "10 - great",
        "★★★",
        "very likely",
        "80 %",
        "n/a",
        "?",
    ]
) | st.text(max_size=6)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    scores=st.lists(SCORES, min_size=1, max_size=60),
    scale=st.sampled_from([None, "0-10", "1-5", "words", "0-100"]),
    weights=st.lists(st.sampled_from(["1", "0", "-1", "", "x"]), min_size=1, max_size=5),
)
def test_answers_in_are_answers_accounted_for(
    tmp_path: Path, scores: list[str], scale: str | None, weights: list[str]
) -> None:
    """Whatever comes: each row is kept or set aside with a reason, and none is kept without a score on its scale."""
    columns = {"score": ["9", *scores, "4"], "weight": weights, "a": ["5", "x", ""]}
    data = survey(tmp_path, options={"ratings": {"a": "a"}, "scale": scale}, **columns)
    rows = kept(data)
    assert data.received["rows_in"].iloc[0] == max(len(scores) + 2, len(weights), 3)
    assert accounted(data)
    assert data.quality["rows_set_aside"].sum() == len(data.rejected("surveys"))
    assert rows["score"].between(0, 100).all()
    assert not (rows["weight"] < 0).any()
    assert rows["scale"].nunique() == 1
