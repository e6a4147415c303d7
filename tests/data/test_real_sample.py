"""The survey of San Francisco airport, weighted: the known answers of the data's README."""

from pathlib import Path

import pytest

from helpers.analysis.nps_sample.weights import weigh_answers
from helpers.data.client_data import open_data
from helpers.data.features.answer_sums import count_answers, weight_sums
from helpers.runs.params import read_params
from helpers.runs.project import Project


def test_the_airports_weights(shared_data: Path, project: Project, tmp_path: Path) -> None:
    params = read_params(project.root / "tests/params/sfo_survey.yaml", project.notebooks)
    data = open_data(params.data, params.as_of, tmp_path)
    surveys = data.tables["surveys"]
    found = weigh_answers(weight_sums(surveys)).by_wave.set_index("wave")
    assert found["answers"].to_dict() == {"all": 5_396, "2017": 2_746, "2018": 2_650}
    assert found.loc[["2017", "2018"], "nps"].round(2).tolist() == [39.84, 30.98]
    assert found.loc[["2017", "2018"], "nps_weighted"].round(2).tolist() == [40.40, 35.11]
    assert found["design_effect"].between(1, 1.3).all()
    assert count_answers(surveys)["promoters"] == 1_436 + 1_268
    assert found.loc["2018", "change_low"] == pytest.approx(2.75, abs=0.005)
    data.close()
