"""Scores and drivers then and now: what came since against what was there."""

import numpy as np
import pandas as pd
import pytest

from helpers.analysis.nps_drivers.nps import compare_counts
from helpers.analysis.review.opinions import Opinions, compare_opinions

NONE = pd.DataFrame()


def nps(**groups: tuple[int, int, int]) -> pd.DataFrame:
    """Promoters, passives and detractors of groups named "grouping_group"."""
    names = [name.split("__") for name in groups]
    counts = pd.DataFrame(list(groups.values()), columns=["promoters", "passives", "detractors"])
    return counts.assign(grouping=[n[0] for n in names], group=[n[1] for n in names])


def compare(then: pd.DataFrame, now: pd.DataFrame, least: int = 50) -> Opinions:
    return compare_opinions(then, now, NONE, NONE, min_answers=least)


def test_the_answers_since_against_those_before_by_hand() -> None:
    """200, 120, 80 then is +30; of 100 since, 20, 30, 50 is -30."""
    found = compare(nps(all__all=(200, 120, 80)), nps(all__all=(220, 150, 130)))
    row = found.scores.to_dict("records")[0]
    assert (row["answers_then"], row["answers_since"], row["nps_then"], row["nps_since"]) == (400, 100, 30, -30)
    assert (row["difference"], row["verdict"]) == (-60, "fell")
    assert (found.then, found.now, found.since, found.replaced) == (400, 500, 100, False)


def test_the_interval_is_near_that_of_the_page_on_nps() -> None:
    """There errors add in squares around an adjusted score; here the two adjusted intervals are combined."""
    then, since = (200, 120, 80), (150, 120, 130)
    found = compare(nps(all__all=then), nps(all__all=tuple(a + b for a, b in zip(then, since, strict=True))))
    row = found.scores.iloc[0]
    counts = [np.array([side], float) for side in (then, since)]
    expected = compare_counts(counts[1], counts[0])
    assert (row["low"], row["high"]) == pytest.approx(
        (100 * float(expected[1][0]), 100 * float(expected[2][0])), abs=0.6
    )


def test_nothing_new_and_too_little() -> None:
    same = nps(all__all=(200, 120, 80))
    assert compare(same, same).scores["verdict"].tolist() == ["few"]
    assert compare(same, same).since == 0
    few = compare(same, nps(all__all=(220, 130, 99)))
    assert (few.since, few.scores["verdict"].tolist()) == (49, ["few"])
    assert compare(same, nps(all__all=(220, 135, 95))).scores["verdict"].tolist() == ["unclear"]


def test_another_survey_is_compared_as_it_stands() -> None:
    found = compare(nps(all__all=(200, 120, 80)), nps(all__all=(20, 30, 50)))
    assert (found.replaced, found.since) == (True, 100)
    assert found.scores[["nps_since", "verdict"]].iloc[0].tolist() == [-30, "fell"]


def test_groups_that_customers_move_between_are_left_out() -> None:
    then = nps(
        all__all=(300, 100, 100),
        rfm_segment__Best=(60, 0, 0),
        tier__A=(50, 0, 50),
        tier__B=(60, 40, 0),
        wave__1=(9, 0, 9),
        region__N=(90, 30, 30),
    )
    now = nps(
        all__all=(400, 150, 150),
        rfm_segment__Best=(90, 0, 0),
        tier__A=(49, 0, 99),
        tier__B=(160, 80, 0),
        wave__1=(9, 0, 9),
        region__N=(120, 90, 60),
    )
    assert compare(then, now).scores["group"].tolist() == ["all", "N"]


def test_all_comes_first_and_groups_are_corrected() -> None:
    then = nps(region__N=(90, 30, 30), all__all=(300, 100, 100), region__S=(90, 30, 30))
    now = nps(region__N=(120, 50, 60), all__all=(400, 150, 150), region__S=(130, 80, 60))
    found = compare(then, now).scores
    assert found["grouping"].tolist() == ["all", "region", "region"]
    assert (found["p_adjusted"] >= found["p_value"]).all()
    assert found["p_adjusted"].iloc[0] == found["p_value"].iloc[0]


@pytest.mark.parametrize("then", [NONE, pd.DataFrame({"grouping": ["all"], "nps": [3.0]}), nps(region__N=(9, 9, 9))])
def test_an_earlier_run_without_a_score(then: pd.DataFrame) -> None:
    assert compare(then, nps(all__all=(9, 9, 9), region__N=(9, 9, 9))).scores.empty


def drivers(**rows: tuple[float, float, int, int, float]) -> pd.DataFrame:
    """importance, half its interval, lowest and highest rank, performance (interval 0.1 either way)."""
    frame = pd.DataFrame(list(rows.values()), columns=["importance", "half", "rank_low", "rank_high", "performance"])
    frame = frame.assign(driver=list(rows), importance_low=frame["importance"] - frame["half"])
    frame = frame.assign(importance_high=frame["importance"] + frame["half"])
    return frame.assign(performance_low=frame["performance"] - 0.1, performance_high=frame["performance"] + 0.1)


def test_drivers_whose_intervals_overlap_have_not_changed() -> None:
    then = drivers(delivery=(0.5, 0.05, 1, 1, 3.5), prices=(0.3, 0.1, 2, 3, 3.0), range=(0.2, 0.1, 2, 3, 4.0))
    now = drivers(range=(0.3, 0.1, 2, 3, 4.0), delivery=(0.3, 0.05, 1, 3, 3.2), prices=(0.4, 0.1, 1, 2, 3.1))
    found = compare_opinions(NONE, NONE, then, now).drivers.set_index("driver")
    assert found["importance_verdict"].to_dict() == {"prices": "unclear", "delivery": "fell", "range": "unclear"}
    assert found["performance_verdict"].to_dict() == {"prices": "unclear", "delivery": "fell", "range": "unclear"}
    assert found.loc["delivery", "performance_change"] == pytest.approx(-0.3)
    # Two intervals of 0.1 either way make one of 0.1414.
    assert found.loc["delivery", "performance_high"] == pytest.approx(-0.3 + 0.02**0.5)
    assert found.loc["prices", ["rank_then", "rank_now", "rank_low_now", "rank_high_now"]].tolist() == [2, 1, 1, 2]


def test_drivers_of_one_report_only() -> None:
    assert compare_opinions(NONE, NONE, NONE, drivers(x=(1.0, 0.1, 1, 1, 3.0))).drivers.empty
