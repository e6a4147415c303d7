"""How touchpoints score, and what each adds to the overall score."""

import numpy as np
import pandas as pd
import pytest

from helpers.analysis.experience.links import POINTS
from helpers.analysis.experience.touchpoints import Touchpoints, compare_touchpoints
from tests.analysis.experience.samples import MEASURES, make_answers

USED = pd.DataFrame({"touchpoint": ["Help desk", "Web shop"], "measure": ["ticket_events", "visit_events"]})


def asked(**counts: tuple[int, int, int]) -> pd.DataFrame:
    """Answers by touchpoint: so many promoters, passives, detractors."""
    rows = [
        (touchpoint, group)
        for touchpoint, n in counts.items()
        for group, many in zip(POINTS, n, strict=True)
        for _ in range(many)
    ]
    frame = pd.DataFrame(rows, columns=["touchpoint", "group"])
    return frame.assign(customer_id=[f"c{i}" for i in frame.index], score=5.0)


NO_USE = make_answers(0)


def told(frame: pd.DataFrame, least: int = 50) -> Touchpoints:
    return compare_touchpoints(frame, NO_USE, USED.head(0), MEASURES, min_answers=least)


def test_pull_is_what_the_score_would_lose() -> None:
    frame = asked(shop=(120, 50, 30), desk=(30, 20, 50), portal=(60, 20, 20))
    result = told(frame)
    rows = result.touchpoints.set_index("touchpoint")
    points = frame["group"].map(POINTS)
    for name in rows.index:
        without = points[frame["touchpoint"] != name].mean()
        assert rows.loc[name, "pull"] == pytest.approx(points.mean() - without)
        assert rows.loc[name, "others_nps"] == pytest.approx(without)
    assert rows.loc["desk", "nps"] == pytest.approx(-20)
    assert rows["verdict"].to_dict() == {"desk": "below", "shop": "above", "portal": "alike"}
    assert rows["answer_share"].sum() == pytest.approx(1)
    assert (rows["importance"].to_numpy()[:-1] >= rows["importance"].to_numpy()[1:]).all()
    assert (result.asked, result.used, result.focus) == (400, 0, "asked about")


def test_what_few_answers_name_is_not_judged() -> None:
    frame = asked(shop=(120, 50, 30), desk=(5, 9, 35))
    assert set(told(frame).touchpoints["verdict"]) == {"few"}
    assert told(frame).focus == ""
    assert set(told(frame, least=49).touchpoints["verdict"]) == {"above", "below"}


def test_one_touchpoint_alone_tells_nothing() -> None:
    result = told(asked(shop=(100, 50, 50)))
    assert result.touchpoints.empty
    assert result.asked == 0


def test_use_is_compared_with_others_who_buy_alike() -> None:
    answers = make_answers()
    result = compare_touchpoints(NO_USE.assign(touchpoint=[]), answers, USED, MEASURES)
    rows = result.touchpoints.set_index("touchpoint")
    has = answers["ticket_events"] > 0
    points = answers["group"].map(POINTS)
    assert rows.loc["Help desk", "nps"] == pytest.approx(points[has].mean())
    assert rows.loc["Help desk", "difference"] < points[has].mean() - points[~has].mean()
    assert rows.loc["Help desk", "verdict"] == "below"
    assert rows.loc["Help desk", "pull"] == pytest.approx(rows.loc["Help desk", "difference"] * has.mean())
    assert (result.used, result.focus, result.is_equal) == (len(answers), "used", True)
    plain = compare_touchpoints(NO_USE.assign(touchpoint=[]), answers, USED, MEASURES.tail(1))
    assert not plain.is_equal
    of_plain = plain.touchpoints.set_index("touchpoint").loc["Help desk", "difference"]
    assert of_plain == pytest.approx(points[has].mean() - points[~has].mean())


def test_a_touchpoint_that_everybody_uses_is_not_judged() -> None:
    answers = make_answers(300).assign(visit_events=1.0)
    result = compare_touchpoints(NO_USE.assign(touchpoint=[]), answers, USED.tail(1), MEASURES)
    assert result.touchpoints["verdict"].tolist() == ["few"]
    assert np.isnan(result.touchpoints["difference"].iloc[0])


def test_nothing_known() -> None:
    result = told(asked().astype({"touchpoint": "str"}))
    assert result.touchpoints.empty
    assert result.focus == ""
