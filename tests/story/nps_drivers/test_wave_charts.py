"""The picture of the score's course."""

from collections.abc import Callable

from helpers.analysis.nps_drivers.waves import find_course
from helpers.story.chart import Chart
from helpers.story.nps_drivers import wave_charts as charts
from tests.analysis.nps_drivers.courses import counts_of
from tests.story.chart_checks import ChartChecks, Draw, ToldChart
from tests.story.nps_drivers.course_samples import course, weighted

CHARTS: dict[str, ToldChart] = {
    "course": (
        lambda: charts.course(course(48, 34, 33)),
        ["Net Promoter Score by survey wave: 2021 +48 (+44 to +52, 1,300 answers); 2022 +34", "2023 +33 (+29 to +37"],
    ),
}
EMPTY: dict[str, Draw] = {"course": lambda: charts.course(find_course(counts_of(1).head(0)))}
ODD: dict[str, Callable[[str], list[Chart]]] = {
    "course": lambda text: [charts.course(course(48, 33, names=[text, "b"])), charts.course(course(48, names=[text]))]
}


class TestWaveCharts(ChartChecks):
    module, charts, empty, odd = charts, CHARTS, EMPTY, ODD


def test_weights_and_calendar_waves_are_told() -> None:
    assert charts.course(weighted(40, 31, shift=4)).alt.endswith("Weighted: 2021 +44; 2022 +35.")
    quarters = course(48, 33, names=["Q1 2024", "Q2 2024"], kind="quarter")
    assert charts.course(quarters).alt.startswith("Net Promoter Score by calendar quarter: ")
    assert "Net Promoter Score by calendar quarter. " in charts.course(quarters).svg


def test_many_waves_and_small_ones_can_be_drawn() -> None:
    counts = counts_of(*range(10, 50), n=60, start=1980)
    counts.loc[3, ["promoters", "passives", "detractors"]] = [3, 1, 1]
    chart = charts.course(find_course(counts), min_answers=50)
    assert chart.alt.count("answers)") == 40
    assert len(chart.svg) < 150_000


def test_answers_of_no_wave_are_told() -> None:
    counts = counts_of(48, 33, 30)
    counts.loc[2, "wave"] = None
    assert charts.course(find_course(counts)).alt.endswith("; 1,300 answers of no known wave left out.")


def test_one_wave_is_said_in_words() -> None:
    chart = charts.course(course(48))
    assert chart.svg == ""
    assert "only one wave to show: 2021 +48" in chart.alt
