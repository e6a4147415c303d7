"""Labels of points keep clear of each other."""

import pandas as pd

from helpers.story import chart, chart_labels


def test_labels_of_crowded_points_keep_clear_of_each_other() -> None:
    """Fifteen drivers, the most there can be, in a crowd: no label on another, none outside the axes."""
    x = pd.Series([3.9 + 0.02 * (i % 4) + 0.05 * (i // 4) for i in range(15)])
    y = pd.Series([0.02 + 0.004 * i for i in range(15)])
    with chart.house_style():
        figure = chart.sheet("Crowd", body=4.7)
        ax = figure.subplots()
        ax.plot(x, y, "o")
        ax.margins(0.22, 0.16)
        chart_labels.place_labels(ax, x, y, [f"Driver number {i}" for i in range(15)], {})
        figure.draw_without_rendering()
        boxes = [text.get_window_extent() for text in ax.texts]
        area = ax.get_window_extent()
    overlaps = [(i, j) for i in range(15) for j in range(i) if chart_labels._overlap(boxes[i], boxes[j]) > 20]
    assert overlaps == []
    assert all(area.x0 - 3 <= b.x0 and b.x1 <= area.x1 + 3 for b in boxes)
