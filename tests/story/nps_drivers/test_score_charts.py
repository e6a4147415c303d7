"""The picture of the answers that make the score."""

from collections.abc import Callable

import pandas as pd

from helpers.story.chart import Chart
from helpers.story.nps_drivers import score_charts as charts
from tests.story.chart_checks import ChartChecks, Draw, ToldChart

KINDS = ["detractors"] * 7 + ["passives"] * 2 + ["promoters"] * 2
ANSWERS = [10, 0, 0, 0, 0, 0, 30, 0, 20, 40, 100]
SCORES = pd.DataFrame({"score": [float(s) for s in range(11)], "group": KINDS, "answers": ANSWERS})
STARS = pd.DataFrame({"score": [1.0, 2, 3, 4, 5], "group": [*KINDS[4:7], "passives", "promoters"], "answers": 20})
FINE = pd.DataFrame({"score": [x / 2 for x in range(40)], "group": (KINDS * 4)[:40], "answers": 5})

CHARTS: dict[str, ToldChart] = {
    "score_distribution": (
        lambda: charts.score_distribution(SCORES),
        [
            "Answers by score: 200 answers, detractors (0 to 6) 20%, passives (7 to 8) 10%, promoters (9 to 10) 70%.",
            "Most frequent score: 10 (50%)",
        ],
    ),
}
EMPTY: dict[str, Draw] = {"score_distribution": lambda: charts.score_distribution(SCORES.head(0))}
ODD: dict[str, Callable[[str], list[Chart]]] = {
    "score_distribution": lambda text: [charts.score_distribution(SCORES, wave=text)]
}


class TestScoreCharts(ChartChecks):
    module, charts, empty, odd = charts, CHARTS, EMPTY, ODD


def test_other_scales_are_drawn_as_they_are() -> None:
    assert "passives (4) 20%, promoters (5) 20%" in charts.score_distribution(STARS, "2024").alt
    assert charts.score_distribution(STARS, "2024").alt.startswith("Answers by score, 2024: ")
    assert "Answers by score, 2024." in charts.score_distribution(STARS, "2024").svg
    assert charts.score_distribution(FINE.sort_values("group", ignore_index=True)).svg
    only = charts.score_distribution(SCORES[SCORES["group"] == "promoters"].reset_index(drop=True))
    assert "200 answers" not in only.alt and "140 answers, promoters (9 to 10) >" not in only.alt
    assert "promoters (9 to 10) 100%" in only.alt
