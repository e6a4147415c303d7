"""Outcomes apart from drivers, by declaration, name and near-identity; their levels against scipy."""

from io import StringIO

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from helpers.analysis.nps_drivers.outcomes import measure_outcomes, part_outcomes
from helpers.errors import InputError


def alone(**correlations: float) -> pd.DataFrame:
    return pd.DataFrame(
        {"rating": list(correlations), "answers": 100, "correlation": list(correlations.values()), "distinct": 5}
    )


def roles(parted_ratings: pd.DataFrame) -> dict[str, tuple[str, str]]:
    return {r["rating"]: (r["role"], r["reason"]) for r in parted_ratings.to_dict("records")}


class TestPartOutcomes:
    def test_declared_before_name_before_near_identity(self) -> None:
        names = ["delivery", "overall", "q12", "loyalty", "prices"]
        told = part_outcomes(names, alone(delivery=0.6, overall=0.6, q12=0.91, loyalty=0.5), ["prices"], ["loyalty"])
        assert roles(told.ratings) == {
            "delivery": ("driver", ""),
            "overall": ("outcome", "name"),
            "q12": ("outcome", "same as the score"),
            "loyalty": ("driver", "declared"),
            "prices": ("outcome", "declared"),
        }
        assert told.drivers == ["delivery", "loyalty"]
        assert told.doubtful == []
        assert told.outcomes == ["overall", "q12", "prices"]

    def test_columns_asked_as_outcomes_stand_last_unless_declared(self) -> None:
        told = part_outcomes(["delivery"], alone(delivery=0.3), drivers=["ces"], asked=["csat", "ces"])
        assert roles(told.ratings)["csat"] == ("outcome", "asked as an outcome")
        assert told.drivers == ["delivery", "ces"]

    @pytest.mark.parametrize(("r", "role"), [(0.9, "driver"), (0.901, "outcome"), (-0.901, "outcome")])
    def test_near_identical_to_the_score(self, r: float, role: str) -> None:
        assert part_outcomes(["q1"], alone(q1=r)).ratings["role"].tolist() == [role]

    @pytest.mark.parametrize(
        ("name", "explained", "asked"), [("q1", 0.4999, False), ("q1", 0.5001, True), ("trust", 0.2499, False)]
    )
    def test_a_strong_driver_stays_one_and_is_asked_about(self, name: str, explained: float, asked: bool) -> None:
        told = part_outcomes([name], alone(**{name: explained**0.5})).ratings
        assert told["role"].tolist() == ["driver"]
        assert told["asked_about"].tolist() == [asked]
        assert told["explained_alone"].tolist() == pytest.approx([explained])
        assert part_outcomes([name], alone(**{name: explained**0.5})).doubtful == [name] * asked

    def test_arguable_names_are_asked_about_earlier_but_never_when_declared(self) -> None:
        r = alone(trust=0.2501**0.5)
        assert part_outcomes(["trust"], r).ratings["asked_about"].all()
        assert not part_outcomes(["trust"], r, drivers=["trust"]).ratings["asked_about"].any()

    @pytest.mark.parametrize(("answers", "role"), [(49, "driver"), (50, "outcome")])
    def test_few_answers_prove_nothing(self, answers: int, role: str) -> None:
        told = part_outcomes(["q1"], alone(q1=0.95).assign(answers=answers)).ratings
        assert told["role"].tolist() == [role]
        assert told["explained_alone"].isna().tolist() == [answers == 49]

    def test_names_that_are_none_are_refused_with_the_nearest(self) -> None:
        with pytest.raises(InputError, match=r'outcomes names "delivry".*Did you mean "delivery"'):
            part_outcomes(["delivery"], alone(), ["delivry"])
        with pytest.raises(InputError, match='drivers names "x"'):
            part_outcomes(["delivery"], alone(), drivers=["x"])
        with pytest.raises(InputError, match="since there are no ratings"):
            part_outcomes([], alone(), ["x"])
        with pytest.raises(InputError, match='"delivery" is declared as an outcome and as a driver'):
            part_outcomes(["delivery"], alone(), ["delivery"], ["delivery"])

    @given(st.lists(st.text(max_size=12), unique=True, max_size=8))
    def test_every_rating_is_a_driver_or_an_outcome(self, names: list[str]) -> None:
        told = part_outcomes(names, alone())
        assert sorted([*told.drivers, *told.outcomes]) == sorted(names)
        assert told.ratings["rating"].tolist() == names


LEVELS = pd.read_csv(
    StringIO(
        "rating,wave,answers,mean,sd\ncsat,,300,4.0,0.9\ncsat,w1,100,4.2,0.8\ncsat,w2,49,4,1\ncsat,w3,151,3.9,0.95"
    )
).fillna({"wave": ""})


class TestMeasureOutcomes:
    def test_level_and_change_are_those_of_student_and_welch(self) -> None:
        row = measure_outcomes(["csat"], LEVELS, alone(csat=0.6), ["w1", "w2", "w3"]).by_outcome.iloc[0]
        low, high = stats.t.interval(0.95, 299, 4.0, 0.9 / np.sqrt(300))
        assert (row["low"], row["high"]) == pytest.approx((low, high))
        a, b = 0.8**2 / 100, 0.95**2 / 151
        freedom = (a + b) ** 2 / (a**2 / 99 + b**2 / 150)
        half = stats.t.ppf(0.975, freedom) * np.sqrt(a + b)
        assert (row["change_low"], row["change_high"]) == pytest.approx((-0.3 - half, -0.3 + half))
        tested = stats.ttest_ind_from_stats(3.9, 0.95, 151, 4.2, 0.8, 100, equal_var=False)
        assert (tested.pvalue < 0.05) == (row["change_high"] < 0)
        assert (row["first_wave"], row["last_wave"], row["correlation"]) == ("w1", "w3", 0.6)

    def test_waves_with_few_answers_are_passed_over(self) -> None:
        row = measure_outcomes(["csat"], LEVELS, alone(csat=0.6), ["w1", "w2"]).by_outcome.iloc[0]
        assert row["first_wave"] == ""
        assert row[["first_mean", "change", "change_low"]].isna().all()
        at_least_49 = measure_outcomes(["csat"], LEVELS, alone(csat=0.6), ["w1", "w2"], min_answers=49).by_outcome
        assert at_least_49["last_wave"].tolist() == ["w2"]

    def test_an_outcome_nobody_rated_keeps_its_row(self) -> None:
        found = measure_outcomes(["csat", "ces"], LEVELS, alone(csat=0.6)).by_outcome
        assert found["answers"].tolist() == [300, 0]
        assert found.loc[1, ["mean", "low", "correlation"]].isna().all()
        assert measure_outcomes([], LEVELS, alone()).by_outcome.empty

    def test_one_answer_has_no_interval_and_equal_answers_have_one_of_no_width(self) -> None:
        levels = pd.DataFrame({"rating": "csat", "wave": ["", "w1", "w2"], "answers": [1, 60, 60], "mean": 4.0})
        row = measure_outcomes(["csat"], levels.assign(sd=[np.nan, 0.0, 0.0]), alone(), ["w1", "w2"]).by_outcome.iloc[0]
        assert np.isnan(row["low"])
        assert (row["change_low"], row["change_high"]) == (0, 0)

    def test_of_two_values_the_level_is_the_share_of_the_higher(self) -> None:
        levels = pd.DataFrame({"rating": "x", "wave": [""], "answers": [100], "mean": [1.3], "sd": [0.46]})
        r = alone(x=0.1).assign(distinct=2, least=1.0, most=2.0)
        row = measure_outcomes(["x"], levels, r).by_outcome.iloc[0]
        assert row["mean"] == pytest.approx(0.3)
        low, high = stats.t.interval(0.95, 99, 0.3, 0.046)
        assert (row["low"], row["high"]) == pytest.approx((low, high))

    def test_the_two_valued_outcome_that_most_answered(self) -> None:
        levels = pd.DataFrame({"rating": ["x", "y", "z"], "wave": "", "answers": [90, 80, 100], "mean": 1.0, "sd": 0.5})
        r = alone(x=0.1, y=0.1, z=0.1).assign(distinct=[2, 2, 3], least=0.0, most=1.0)
        assert measure_outcomes(["x", "y", "z"], levels, r).two_valued == "x"
        assert measure_outcomes(["z"], levels, r).two_valued == ""
