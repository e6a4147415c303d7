"""Labels that keep clear of each other: beside the points of a scatter, and over narrow columns."""

from collections.abc import Mapping, Sequence
from itertools import product

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.transforms import Bbox

from helpers.story.chart import MUTED, QUIET, SMALL, WHITE_BACK, drawable, fit, text_width

_LINE = SMALL * 1.25  # height of one line of text, points
_DIRECTIONS = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))
_DISTANCES = (8, 16, 28, 44)  # points from the dot; from the third on a thin line leads to the label


def place_labels(
    ax: Axes, x: pd.Series, y: pd.Series, names: Sequence[str], corners: Mapping[tuple[int, int], str]
) -> None:
    """Write `corners` (text by (0|1, 0|1)) into the corners, then each name where it overlaps least, an empty one
    nowhere.

    Greedy, from the most crowded point on; the axes' limits must be final.
    """
    figure = ax.get_figure(root=True)
    assert figure is not None
    figure.draw_without_rendering()  # settles the layout, so that places on the page are known
    to_points = 72 / figure.dpi
    area = _scaled(ax.get_window_extent(), to_points)
    dots = ax.transData.transform(list(zip(x, y, strict=True))) * to_points
    taken = [Bbox.from_bounds(px - 5, py - 5, 10, 10) for px, py in dots]
    for (right, top), text in corners.items():
        ax.text(
            *(right, top), text, transform=ax.transAxes, color=MUTED, style="italic", fontsize=SMALL,
            ha="right" if right else "left", va="top" if top else "bottom",
        )  # fmt: skip
        width = text_width(text)
        taken.append(
            Bbox.from_bounds(area.x1 - width if right else area.x0, area.y1 - _LINE if top else area.y0, width, _LINE)
        )
    crowd = [sum((px - qx) ** 2 + (py - qy) ** 2 < 60**2 for qx, qy in dots) for px, py in dots]
    for index in sorted(range(len(names)), key=lambda i: -crowd[i]):
        if not names[index]:
            continue  # a dot whose name the chart keeps to itself
        label = fit(names[index], 100, lines=2)
        box, distance = _best(tuple(dots[index]), label, taken, area)
        taken.append(box)
        centre = ((box.x0 + box.x1) / 2 - dots[index][0], (box.y0 + box.y1) / 2 - dots[index][1])
        leader = {"arrowstyle": "-", "color": QUIET, "shrinkA": 0, "shrinkB": 4}
        ax.annotate(
            label,
            (x.iloc[index], y.iloc[index]),
            xytext=centre,
            textcoords="offset points",
            ha="center",
            va="center",
            fontsize=SMALL,
            linespacing=1.1,
            bbox=WHITE_BACK,
            arrowprops=leader if distance >= _DISTANCES[2] else None,
        )


def column_heads(names: Sequence[str], room: float) -> tuple[float, list[str]]:
    """The angle of columns' heads that have `room` points each, and the heads: level ones never break a word."""
    if max(text_width(drawable(word)) for name in names for word in name.split() or ["-"]) > room:
        return 90, [fit(name, 115, lines=2) for name in names]
    return 0, [fit(name, room, lines=6) for name in names]


def _best(dot: tuple[float, float], label: str, taken: list[Bbox], area: Bbox) -> tuple[Bbox, float]:
    lines = label.split("\n")
    width, height = max(text_width(line) for line in lines), _LINE * len(lines)
    choices = []
    for rank, (distance, (right, up)) in enumerate(product(_DISTANCES, _DIRECTIONS)):
        reach = distance if not (right and up) else distance * 0.7
        left = dot[0] + right * (reach + width / 2) - width / 2
        bottom = dot[1] + up * (reach + height / 2) - height / 2
        box = Bbox.from_bounds(left, bottom, width, height)
        inside = _overlap(box, area)
        cost = sum(_overlap(box, other) for other in taken) + 3 * (width * height - inside)
        choices.append((cost + 0.5 * rank, rank, box, distance))
    _, _, box, distance = min(choices, key=lambda choice: choice[:2])
    return box, distance


def _overlap(a: Bbox, b: Bbox) -> float:
    width = min(a.x1, b.x1) - max(a.x0, b.x0)
    height = min(a.y1, b.y1) - max(a.y0, b.y0)
    return max(width, 0) * max(height, 0)


def _scaled(box: Bbox, factor: float) -> Bbox:
    return Bbox(box.get_points() * factor)
