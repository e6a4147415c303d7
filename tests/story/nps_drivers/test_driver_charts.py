"""Charts of what goes with the score."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
from matplotlib.text import Text

from helpers.analysis.nps_drivers.drivers import Drivers
from helpers.story import chart, chart_labels
from helpers.story.chart import Chart
from helpers.story.nps_drivers import driver_charts
from tests.story import samples
from tests.story.chart_checks import ChartChecks, Draw, ToldChart

CHARTS: dict[str, ToldChart] = {
    "importance": (
        lambda: driver_charts.importance(samples.DRIVERS),
        ["Wifi 57% (50% to 64%)", "Together they explain 35%", "2,410 answers"],
    ),
    "matrix": (
        lambda: driver_charts.matrix(samples.DRIVERS),
        [
            "Fix first: Wifi.",
            "Art: good enough (unclear), importance 9%, average rating 3.90",
            "Security wait: keep up, importance 34%",
        ],
    ),
}
NONE = replace(samples.DRIVERS, drivers=samples.DRIVERS.drivers.head(0))
EMPTY: dict[str, Draw] = {
    "importance": lambda: driver_charts.importance(NONE),
    "matrix": lambda: driver_charts.matrix(NONE),
}


def changed(**columns: object) -> Drivers:
    return replace(samples.DRIVERS, drivers=samples.DRIVERS.drivers.assign(**columns))


ODD: dict[str, Callable[[str], list[Chart]]] = {
    "importance": lambda text: [driver_charts.importance(changed(driver=[text, "b", "c"], group=["c", "b", text]))],
    "matrix": lambda text: [driver_charts.matrix(changed(driver=[text, "b", "c"]))],
}


class TestDriverCharts(ChartChecks):
    module, charts, empty, odd = driver_charts, CHARTS, EMPTY, ODD


def many(k: int) -> Drivers:
    """k drivers in a crowd, the first third important."""
    rows = pd.concat([samples.DRIVERS.drivers.head(1)] * k, ignore_index=True)
    importance = np.where(np.arange(k) < k // 3, 2.2, 0.4) / k + 0.01 * np.arange(k)[::-1]
    importance = importance / importance.sum()
    performance = 3.0 + (0.37 * np.arange(k)) % 1
    return replace(
        samples.DRIVERS,
        drivers=rows.assign(
            driver=[f"Driver number {i}" for i in range(k)],
            group=[f"Driver number {i}" for i in range(k)],
            importance=importance,
            performance=performance,
            performance_low=performance - 0.01,
            performance_high=performance + 0.01,
            importance_low=importance - 0.01,
            importance_high=importance + 0.01,
            quadrant="keep up",
        ),
    )


def test_drivers_like_another_say_so() -> None:
    assert "Security wait (like wifi) 34%" in driver_charts.importance(changed(group=["wifi", "wifi", "art"])).alt


def test_without_a_clear_quadrant_none_is_named_first() -> None:
    alt = driver_charts.matrix(changed(quadrant_verdict="unclear")).alt
    assert "No important rating is clearly below average." in alt
    assert "Wifi: fix first (unclear)" in alt


def test_ratings_that_explain_nothing_have_no_matrix() -> None:
    assert "explain nothing" in driver_charts.matrix(changed(importance=np.nan)).alt


def test_ratings_of_several_scales_stand_on_their_share_of_it(monkeypatch) -> None:
    labels = []
    monkeypatch.setattr(driver_charts, "place_labels", lambda ax, x, *_: labels.append((ax.get_xlabel(), x.tolist())))
    driver_charts.matrix(samples.DRIVERS)
    driver_charts.matrix(changed(scale_low=[1.0, 0.0, 1.0], scale_high=[5.0, 10.0, 5.0]))
    assert labels[0] == ("Average rating", [3.4, 4.2, 3.9])
    assert labels[1] == ("Average rating (share of its scale)", [0.6, 0.8, 0.725])


def test_of_many_drivers_the_important_are_named_and_no_label_covers_another(monkeypatch) -> None:
    drawn = []

    def place(ax, x, y, names, corners) -> None:
        chart_labels.place_labels(ax, x, y, names, corners)
        figure = ax.get_figure()
        figure.draw_without_rendering()
        drawn.append(
            ([t.get_text().replace("\n", " ") for t in ax.texts], [Text.get_window_extent(t) for t in ax.texts])
        )

    monkeypatch.setattr(driver_charts, "place_labels", place)
    with chart.house_style():
        for k in (10, 21):
            driver_charts.matrix(many(k))
    for (texts, boxes), named in zip(drawn, (10, 8), strict=True):
        assert sum(text.startswith("Driver") for text in texts) == named
        pairs = [(i, j) for i in range(len(boxes)) for j in range(i)]
        assert [p for p in pairs if chart_labels._overlap(boxes[p[0]], boxes[p[1]]) > 20] == []
