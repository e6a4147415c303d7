"""Where a driver stands between the lines of importance and of performance, and whether that is clear."""

import numpy as np
import pandas as pd
import pytest

from helpers.analysis.nps_drivers.quadrants import guess_scales, place

IMPORTANCE, PERFORMANCE = np.array([0.4, 0.3, 0.2, 0.1]), np.array([0.2, 0.9, 0.3, 0.8])
NAMES = ["fix first", "keep up", "improve later", "good enough"]


def drawn(importance: np.ndarray, performance: np.ndarray, times: int = 100) -> tuple[np.ndarray, np.ndarray]:
    return np.tile(importance, (times, 1)), np.tile(performance, (times, 1))


def test_each_side_of_both_lines_has_its_name() -> None:
    assert place(IMPORTANCE, PERFORMANCE, drawn(IMPORTANCE, PERFORMANCE)) == (NAMES, ["clear"] * 4)


def test_what_lies_on_a_line_is_important_and_high() -> None:
    even, level = np.full(4, 0.25), np.full(4, 0.5)
    assert place(even, level, drawn(even, level))[0] == ["keep up"] * 4


@pytest.mark.parametrize(("agreeing", "verdict"), [(95, "clear"), (94, "unclear")])
@pytest.mark.parametrize("line", ["importance", "performance"])
def test_a_quadrant_is_clear_where_nearly_all_replicates_agree(agreeing: int, verdict: str, line: str) -> None:
    importance, performance = drawn(IMPORTANCE, PERFORMANCE)
    if line == "importance":
        importance[agreeing:, 0] = 0.24
    else:
        performance[agreeing:, 0] = 0.95
    names, verdicts = place(IMPORTANCE, PERFORMANCE, (importance, performance))
    assert names == NAMES
    assert verdicts == [verdict, *["clear"] * 3]


def test_without_replicates_nothing_is_clear() -> None:
    none = np.empty((0, 4))
    assert place(IMPORTANCE, PERFORMANCE, (none, none)) == (NAMES, ["unclear"] * 4)


@pytest.mark.parametrize(
    ("given", "scales"),
    [
        ([(1, 5), (2, 5)], [(1, 5), (1, 5)]),
        ([(1, 5), (2, 4)], [(1, 5), (1, 5)]),  # nobody gave the best mark
        ([(1, 5), (1, 7)], [(1, 5), (1, 7)]),  # two batteries
        ([(0, 10), (1, 10), (3, 9)], [(0, 10), (0, 10), (1, 9)]),
        ([(1, 10), (2, 9)], [(1, 10), (1, 10)]),
        ([(0, 100)], [(0, 100)]),
        ([(-2, 2)], [(-2, 2)]),
        ([(1, 6), (1, 7), (1, 5)], [(1, 7), (1, 7), (1, 5)]),
    ],
)
def test_scales_are_told_from_what_was_given(given: list[tuple], scales: list[tuple]) -> None:
    frame = pd.DataFrame(given, columns=["lowest", "highest"])
    found = guess_scales(frame)
    assert list(zip(found["scale_low"], found["scale_high"], strict=True)) == scales
