"""The survey of San Francisco airport, weighted: the known answers of the data's README."""

from collections.abc import Callable

import pytest

from helpers.analysis.nps_sample.weights import weigh_answers
from helpers.data.client_data import ClientData
from helpers.data.features.answer_sums import count_answers, weight_sums


def test_the_airports_weights(real_data: Callable[[str], ClientData]) -> None:
    surveys = real_data("sfo_survey").tables["surveys"]
    found = weigh_answers(weight_sums(surveys)).by_wave.set_index("wave")
    assert found["answers"].to_dict() == {"all": 5_396, "2017": 2_746, "2018": 2_650}
    assert found.loc[["2017", "2018"], "nps"].round(2).tolist() == [39.84, 30.98]
    assert found.loc[["2017", "2018"], "nps_weighted"].round(2).tolist() == [40.40, 35.11]
    assert found["design_effect"].between(1, 1.3).all()
    assert count_answers(surveys)["promoters"] == 1_436 + 1_268
    assert found.loc["2018", "change_low"] == pytest.approx(2.75, abs=0.005)
