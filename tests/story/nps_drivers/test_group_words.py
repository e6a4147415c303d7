"""The narrators of groups of customers, at their branches."""

from helpers.story.nps_drivers import group_words as words
from tests.story.nps_drivers.course_samples import PAIRS, SEGMENTS, cells, groups
from tests.story.word_checks import Case, WordChecks

LIKE = (400, 200, 300)


CASES: dict[str, list[Case]] = {
    "by_group": [
        (lambda: words.by_group(groups(x={"Lost": (40, 5, 4)})), "few", ["gave 50 answers or more"]),
        (lambda: words.by_group(groups()), "few", ["No two groups"]),
        (
            lambda: words.by_group(groups(rfm_segment={"Lost": (100, 50, 90), "Champions": (110, 50, 90)})),
            "unclear",
            ["No group of the 2 compared scores clearly above or below the others."],
        ),
        (
            lambda: words.by_group(groups(rfm_segment=SEGMENTS)),
            "bad",
            [
                "Scores differ most by segment: “Lost” gives −25, “Champions” +62.",
                "Read the comments from “Lost” first",
            ],
        ),
        (
            lambda: words.by_group(groups(rfm_segment={"Promising": (200, 100, 100), "Champions": (300, 50, 50)})),
            "neutral",
            ["“Promising” gives +25"],
        ),
        (
            lambda: words.by_group(groups(rfm_segment={"(unknown)": (100, 100, 200), "Champions": (300, 50, 50)})),
            "bad",
            ["by segment: segment not known gives −25", "Look up who these customers are"],
        ),
        (
            lambda: words.by_group(groups(region={"Wales": (20, 20, 60), "A": LIKE, "B": LIKE, "C": LIKE})),
            "bad",
            ["“Wales” (region) scores −40, clearly below the +11 of all others.", "Read this group's comments first"],
        ),
        (
            lambda: words.by_group(groups(region={"(unknown)": (20, 20, 60), "A": LIKE, "B": LIKE, "C": LIKE})),
            "bad",
            ["Region not known scores −40, clearly below"],
        ),
        (
            lambda: words.by_group(groups(region={"Wales": (80, 20, 10), "A": LIKE, "B": LIKE, "C": LIKE})),
            "neutral",
            ["“Wales” (region) scores +64, clearly above the +11 of all others."],
        ),
    ],
    "heat": [
        (lambda: words.heat(cells(Shop={"a": (60, 0, 0)})), "few", ["too few answers to compare pairs"]),
        (lambda: words.heat(cells()), "few", ["too few answers"]),
        (
            lambda: words.heat(cells(**PAIRS)),
            "bad",
            [
                "“Lost” (segment) at “Web” scores −53, clearly below the +44 of all other answers.",
                "Ask these customers what goes wrong there",
            ],
        ),
        (
            lambda: words.heat(cells(a={"x": LIKE, "y": LIKE}, b={"x": LIKE, "y": (90, 0, 10)})),
            "neutral",
            ["“y” (segment) at “b” scores +80, clearly above"],
        ),
        (
            lambda: words.heat(cells(a={"x": LIKE, "y": LIKE}, b={"x": LIKE, "(unknown)": (20, 30, 90)})),
            "bad",
            ["Segment not known at “b” scores −50"],
        ),
        (
            lambda: words.heat(cells(a={"x": LIKE, "y": LIKE}, b={"x": LIKE, "y": LIKE})),
            "unclear",
            ["No pair of touchpoint and segment scores clearly above or below all other answers."],
        ),
        (
            lambda: words.heat(
                cells(
                    a={"x": LIKE, "y": LIKE}, b={"x": (9, 9, 30), "y": (0, 0, 0)}, c={"x": (9, 9, 30), "y": (0, 0, 0)}
                )
            ),
            "bad",
            ["“x” (segment) at the group not named scores −44"],
        ),
    ],
}


class TestGroupWords(WordChecks):
    module, cases = words, CASES
    not_for_the_cover = ("heat", "by_group")  # that the lost score low is no news
    limits = ("50",)

    def test_is_short(self) -> None:
        told = [tell() for cases in CASES.values() for tell, _, _ in cases]
        assert [s.text for s in told if len(s.text.split()) > 25 or len(s.action.split()) > 20] == []
