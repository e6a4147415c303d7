"""The narrators of the score's course, at their branches and for any course."""

import re
from math import nan

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.analysis.nps_drivers.waves import find_course
from helpers.story.nps_drivers import wave_words as words
from tests.analysis.nps_drivers.courses import counts_of
from tests.story.nps_drivers.course_samples import course, mixed, weighted
from tests.story.word_checks import Case, WordChecks, check_reads_well

TEN = (30, 34, 31, 36, 33, 35, 20, 31, 34, 31)
UP_AND_DOWN = (30, 31, 29, 30, 32, 30)
HUGE = 4_000_000


def weights_of(counts: pd.DataFrame, *shifts: float) -> pd.DataFrame:
    """Counts with weights that add `shifts` points to the waves' scores."""
    more = pd.Series(shifts) / 100 * 1300 / 2
    return counts.assign(
        weight_promoters=counts["promoters"] + more,
        weight_passives=counts["passives"].astype(float),
        weight_detractors=counts["detractors"] - more,
    )


CASES: dict[str, list[Case]] = {
    "trend": [
        (lambda: words.trend(course(40)), "few", ["no two survey waves with enough answers"]),
        (
            lambda: words.trend(course(48, 34, 33)),
            "bad",
            [
                "The score fell from +48 (2021) to +33 (2023), almost all of it from 2021 to 2022.",
                "List what changed for customers between 2021 and 2022, and ask recent detractors about it.",
            ],
        ),
        (lambda: words.trend(course(48, 40, 33)), "bad", ["to +33 (2023), most of it from 2021 to 2022."]),
        (lambda: words.trend(course(10, 40)), "good", ["The score rose from +10 (2021) to +40 (2022)."]),
        (
            lambda: words.trend(course(40, 10)),
            "bad",
            ["fell from +40 (2021) to +10 (2022). List what changed for customers between 2021 and 2022"],
        ),
        (
            lambda: words.trend(course(40, 19, 37)),
            "neutral",
            ["The score fell from +40 (2021) to +19 (2022) and rose again to +37 (2023)."],
        ),
        (
            lambda: words.trend(course(20, 50, 35)),
            "good",
            ["The score rose from +20 (2021) to +50 (2022) and fell again to +35 (2023)."],
        ),
        (lambda: words.trend(course(48, 20, 33)), "bad", ["and rose again to +33 (2023)"]),
        (
            lambda: words.trend(course(*TEN, start=2011)),
            "neutral",
            ["No clear trend from 2011 (+30) to 2020 (+31); the biggest clear step was −15 points, from 2016 to 2017."],
        ),
        (
            lambda: words.trend(course(*UP_AND_DOWN)),
            "unclear",
            ["shows no clear trend from 2021 (+30) to 2026 (+30), and no clear step between waves."],
        ),
        (
            lambda: words.trend(course(20, 22, 25, 28, 30, 32, 35)),
            "good",
            ["The score rose from +20 (2021) to +35 (2027), by about 2.5 points a year."],
        ),
        (
            lambda: words.trend(course(10, 13, 17, 27, 31, 35)),
            "good",
            ["rose from +10 (2021) to +35 (2026), by about 5.4 points a year."],
        ),
        (
            lambda: words.trend(course(48, 20, 22, 33)),
            "bad",
            ["fell from +48 (2021) to +33 (2024); the biggest step was −28 points, from 2021 to 2022."],
        ),
        (
            lambda: words.trend(course(33, 30, 31, 30, 29, 29, 28, 27, 27, 28, n=2000, start=2011)),
            "bad",
            ["The score is falling by about 0.6 points a year, though 2011 (+33) and 2020 (+28) do not clearly"],
        ),
        (
            lambda: words.trend(course(30, 31)),
            "unclear",
            ["did not clearly change from 2021 to 2022: the difference lies between −5 and +7 points (95% interval)."],
        ),
        # Millions of answers show even less than a point; the score reads the same and is not called a rise.
        (lambda: words.trend(course(1.6, 2.4, n=HUGE)), "neutral", ["stayed at +2 from 2021 to 2022", "less than a"]),
        (
            lambda: words.trend(course(48, 34, 33, names=["Q1 2024", "Q2 2024", "Q3 2024"], kind="quarter")),
            "bad",
            ["The score fell from +48 (Q1 2024) to +33 (Q3 2024), almost all of it from Q1 2024"],
        ),
    ],
    "weighted_trend": [
        (
            lambda: words.weighted_trend(
                find_course(weights_of(counts_of(40, 31), 4, 10).assign(weight_squares=1300.0))
            ),
            "neutral",
            ["Weighted to the population, the score moved by −3 points rather than −9."],
        ),
        (lambda: words.weighted_trend(weighted(40, 31, shift=4)), "neutral", ["the score moved by as much."]),
    ],
    "mix": [
        (
            lambda: words.mix(
                mixed({"North": (180, 90, 30), "South": (40, 20, 40)}, {"North": (120, 60, 20), "South": (60, 40, 100)})
            ),
            "neutral",
            ["Of the 22 points lost from 2021 to 2023, 15 come from who answered (by region)."],
        ),
        (
            lambda: words.mix(
                mixed(
                    {"North": (500, 90, 30), "South": (90, 50, 100)}, {"North": (900, 190, 300), "South": (10, 5, 15)}
                )
            ),
            "neutral",
            [
                "Who answered (by region) hides part of it: with the same mix, 30 points would have been lost from "
                "2021 to 2023, not 12."
            ],
        ),
        (
            lambda: words.mix(
                mixed({"North": (900, 90, 30), "South": (20, 20, 90)}, {"North": (300, 9, 3), "South": (400, 90, 900)})
            ),
            "neutral",
            ["explains all of the change from 2021 to 2023: with the same mix the score would have risen by"],
        ),
        (
            lambda: words.mix(
                mixed({"North": (900, 90, 30), "South": (20, 20, 90)}, {"North": (600, 60, 20), "South": (90, 90, 410)})
            ),
            "neutral",
            ["explains the change from 2021 to 2023: with the same mix the score would not clearly have changed."],
        ),
        (
            lambda: words.mix(
                mixed({"North": (50, 20, 30), "South": (50, 20, 30)}, {"North": (30, 20, 50), "South": (30, 20, 50)})
            ),
            "neutral",
            ["The mix of who answered (by region) does not explain the change from 2021 to 2023."],
        ),
    ],
}


class TestWaveWords(WordChecks):
    module, cases = words, CASES
    never_few = ("weighted_trend", "mix")
    counted = ("weighted_trend", "mix")
    limits = ("50", *(str(year) for year in range(2011, 2028)), "1", "2", "3")  # of years and quarters

    def test_is_short(self) -> None:
        told = [tell() for cases in CASES.values() for tell, _, _ in cases]
        assert [s.text for s in told if len(s.text.split()) > 25 or len(s.action.split()) > 20] == []


def test_a_long_name_is_told_from_the_sentence() -> None:
    named = words.trend(course(48, 33, names=["Autumn (new customers)", "x" * 50]))
    assert f"from +48 (“Autumn (new customers)”) to +33 (“{'x' * 39}…”)." in named.text


def test_where_there_is_nothing_to_add_nothing_is_said() -> None:
    assert words.weighted_trend(course(40, 30)).text == ""
    assert words.weighted_trend(course(40)).text == ""
    assert words.mix(mixed({}, {})).text == ""
    assert words.trend(find_course(counts_of(40).assign(passives=nan).head(0))).verdict == "few"


@given(st.lists(st.integers(-70, 70), min_size=2, max_size=8), st.sampled_from([100, 1_300, 200_000]))
@settings(deadline=None, max_examples=60)
def test_a_course_is_never_from_a_score_to_itself(scores: list[int], n: int) -> None:
    statement = words.trend(course(*scores, n=n))
    check_reads_well(statement)
    found = re.search(r"score (rose|fell) from (\S+) \(2021\) to (\S+) \(", statement.text)
    if found:
        verb, old, new = found.groups()
        a, b = (int(score.replace("−", "-")) for score in (old, new))
        assert (b > a) == (verb == "rose") and a != b
