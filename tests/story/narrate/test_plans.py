"""The narrator of what a plan must bring to pay, at its branches."""

import pytest

from helpers.analysis.roi import roi
from helpers.story import narrate
from tests.story.narrate.branches import POUNDS, SEGMENTS, Branches, Case, branches_of

CASES: dict[str, list[Case]] = {
    "break_even": [
        (lambda: narrate.break_even(roi.break_even(SEGMENTS, 0, 0.5), 0.5, POUNDS), "few", ["cannot be worked out"]),
        (
            lambda: narrate.break_even(roi.break_even(SEGMENTS.head(1), 10, 0.5), 0.5, POUNDS),
            "few",
            ["raises revenue by £20 a customer. There are too few"],
        ),
        (
            lambda: narrate.break_even(roi.break_even(SEGMENTS, 10, 0.5), 0.5, POUNDS),
            "neutral",
            [
                "At £10 a customer and an assumed gross margin of 50%",
                "0.1% of what",
                "4.2% in “Lost”",
                "Start with “Champ",
            ],
        ),
        (
            lambda: narrate.break_even(roi.break_even(SEGMENTS.assign(average_spend=480.0), 10, 0.5), 0.5, POUNDS),
            "unclear",
            ["In every segment that is about 4.2%"],
        ),
    ],
}


@pytest.mark.parametrize(("tell", "verdict", "parts"), branches_of(CASES))
class TestBranches(Branches):
    pass
