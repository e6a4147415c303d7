"""The narrators of the Net Promoter Score and its drivers, at their branches and for any answers."""

import re
from math import nan

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.analysis.nps_drivers import nps
from helpers.analysis.nps_drivers.drivers import Drivers
from helpers.story.nps_drivers import words
from tests.story.word_checks import POUNDS, Case, WordChecks, check_reads_well


def weighted(plain: float, weight: float) -> nps.NpsGroups:
    row = {"grouping": "all", "group": "all", "nps": plain, "nps_weighted": weight}
    return nps.NpsGroups(pd.DataFrame([row | {"nps_weighted_low": weight - 2, "nps_weighted_high": weight + 2}]))


def waves(before: tuple[int, int, int], now: tuple[int, int, int]) -> nps.WaveChange:
    a, b = nps.score_counts(*before), nps.score_counts(*now)
    return nps.WaveChange("2025", "2026", a, b, nps.compare_groups(b, a))


def gap(**counts: tuple[int, int, int]) -> nps.Gap:
    rows = [("rfm_segment", f"({g})" if g in ("unknown", "withheld") else g, *n) for g, n in counts.items()]
    frame = pd.DataFrame(rows, columns=["grouping", "group", "promoters", "passives", "detractors"])
    return nps.widest_gap(nps.score_groups(frame))


def rated(r_squared: float, *rows: tuple[str, float, float], half: float = 0.0, answers: int = 500) -> Drivers:
    """Drivers by name, importance and rating; `half` is half the width of the interval of each share."""
    frame = pd.DataFrame(rows, columns=["driver", "importance", "performance"])
    frame["lmg"] = frame["importance"] * r_squared
    frame["lmg_low"], frame["lmg_high"] = frame["lmg"] - half, frame["lmg"] + half
    return Drivers(frame, r_squared, r_squared - 0.05, r_squared + 0.05, answers)


def answered(detractors: int, promoters: int, spend: float = 0.0, known: bool = True) -> pd.DataFrame:
    counts = [detractors, 5, promoters]
    return pd.DataFrame(
        {
            "group": ["detractors", "passives", "promoters"],
            "answers": counts,
            "customers": counts if known else [0, 0, 0],
            "spend": [spend, 1.0, 1.0],
        }
    )


DRIVERS = (("delivery_reliability", 0.5, 3.5), ("NPS_app", 0.3, 4.2), ("prices", 0.2, 4.0))

CASES: dict[str, list[Case]] = {
    "level": [
        (
            lambda: words.level(nps.score_counts(600, 200, 200)),
            "good",
            ["+40 (95% interval", "1,000 answers", "rs o"],
        ),
        (lambda: words.level(nps.score_counts(200, 200, 600)), "bad", ["−40", "detractors outnumber promoters"]),
        (lambda: words.level(nps.score_counts(34, 34, 32)), "unclear", ["+2", "neither promoters nor"]),
        (
            lambda: words.level(nps.score_counts(49, 0, 0), group="Lapsed customers"),
            "few",
            ["Lapsed customers gave 49 answers, fewer than the 50", "Collect 1 more answer before"],
        ),
        (lambda: words.level(nps.score_counts(50, 0, 0)), "good", ["50 answers"]),
        (lambda: words.level(nps.score_counts(1, 0, 0)), "few", ["gave 1 answer,", "Collect 49 more answers"]),
    ],
    "weighting": [
        (
            lambda: words.weighting(weighted(35.5, 37.8)),
            "neutral",
            ["With the survey weights the score is +38 (95% interval +36 to +40), without them +36."],
        ),
        (lambda: words.weighting(weighted(35.4, 34.8)), "neutral", ["it stays at +35"]),
    ],
    "trend": [
        (lambda: words.trend(None), "few", ["no two survey waves with enough answers"]),
        (
            lambda: words.trend(waves((400, 300, 300), (600, 200, 200))),
            "good",
            ["rose from +10 (2025) to +40 (2026), by 23 to 37 points (95% interval)"],
        ),
        (
            lambda: words.trend(waves((600, 200, 200), (400, 300, 300))),
            "bad",
            ["fell from +40 (2025) to +10 (2026), by 23 to 37 points", "List what changed"],
        ),
        (
            lambda: words.trend(waves((400, 300, 300), (410, 300, 290))),
            "unclear",
            ["did not clearly change from 2025 to 2026: the difference lies between −5 and +9 points"],
        ),
        # Half a million answers show even less than a point; the score reads the same and is not called a rise.
        (
            lambda: words.trend(waves((205_000, 100_000, 195_000), (207_300, 100_000, 192_700))),
            "good",
            ["rose from +2 (2025) to +3 (2026), by about 1 point (95%"],
        ),
        (
            lambda: words.trend(waves((2_019_000, 1_000_000, 1_941_000), (2_061_000, 1_000_000, 1_938_500))),
            "neutral",
            ["stayed at +2", "less than a point"],
        ),
    ],
    "by_group": [
        (lambda: words.by_group(gap(Lost=(40, 5, 4), Champions=(40, 5, 50))), "few", ["gave 50 answers or more"]),
        (
            lambda: words.by_group(gap(Lost=(100, 50, 90), Champions=(110, 50, 90))),
            "unclear",
            ["their 95% intervals overlap"],
        ),
        (
            lambda: words.by_group(gap(Lost=(100, 100, 200), Champions=(300, 50, 50))),
            "bad",
            ["by segment: “Lost” scores −25, “Champions” +62", "Read the comments from “Lost” first"],
        ),
        (
            lambda: words.by_group(gap(Promising=(200, 100, 100), Champions=(300, 50, 50))),
            "neutral",
            ["“Promising” scores +25"],
        ),
        (
            lambda: words.by_group(gap(unknown=(100, 100, 200), Champions=(300, 50, 50))),
            "bad",
            ["segment not known scores −25", "Look up who these customers are"],
        ),
        (
            lambda: words.by_group(gap(withheld=(100, 100, 200), Champions=(300, 50, 50))),
            "bad",
            ["by segment: one named by what looks like a person's scores −25", "Read the comments from it first"],
        ),
    ],
    "drivers": [
        (lambda: words.drivers(rated(0.4, *DRIVERS, answers=49)), "few", ["49 answers rate", "the 50 needed"]),
        (lambda: words.drivers(rated(0.4, *DRIVERS, answers=1)), "few", ["1 answer rates everything asked"]),
        (lambda: words.drivers(rated(nan, answers=500)), "few", ["No aspect was rated by enough customers"]),
        (
            lambda: words.drivers(rated(0.4, *DRIVERS)),
            "neutral",
            [
                "most closely with delivery reliability (50% of what the ratings explain), clearly ahead of NPS app "
                "(30%) and prices (20%). In 500 complete answers the ratings account for a large part",
                "not what causes it",
                "Try one visible improvement in delivery reliability with some",
            ],
        ),
        (
            lambda: words.drivers(rated(0.4, *DRIVERS, half=0.05)),
            "unclear",
            ["NPS app (30%) and prices (20%), but which of them comes first is not clear"],
        ),
        (lambda: words.drivers(rated(0.4, *DRIVERS, half=nan)), "unclear", ["comes first is not clear"]),
        (
            lambda: words.drivers(rated(0.014, *DRIVERS)),
            "unclear",
            ["next to nothing", "no driver", "own words"],
        ),
        (
            lambda: words.drivers(rated(0.4, DRIVERS[0])),
            "neutral",
            ["delivery reliability (50% of what the ra"],
        ),
    ],
    "driver_gap": [
        (lambda: words.driver_gap(rated(0.4, *DRIVERS, answers=49)), "few", ["too few ratings"]),
        (lambda: words.driver_gap(rated(0.4, DRIVERS[0])), "few", ["too few ratings"]),
        (lambda: words.driver_gap(rated(0.014, *DRIVERS)), "unclear", ["set no priorities"]),
        (
            lambda: words.driver_gap(rated(0.4, *DRIVERS)),
            "bad",
            ["yet rated below average: delivery reliability (3.50).", "rated delivery reliability low what went wrong"],
        ),
        (
            lambda: words.driver_gap(rated(0.4, ("wifi", 0.6, 4.5), ("signs", 0.4, 3.5))),
            "good",
            ["No rating that goes closely", "Keep up wifi before"],
        ),
    ],
    "actions": [
        (
            lambda: words.actions(answered(383, 898, 1_800_000.0), POUNDS),
            "neutral",
            [
                "383 customers are detractors and 898 customers are promoters. The detractors have spent £1.8m so far.",
                "this week, the biggest spenders first. Ask",
            ],
        ),
        (
            lambda: words.actions(answered(1, 1, 50.0), POUNDS),
            "neutral",
            [
                "1 customer is a detractor and 1 customer is a promoter. The detractor has spent £50",
                "detractors this week.",
            ],
        ),
        (lambda: words.actions(answered(3, 0), POUNDS), "neutral", ["no customers are promoters."]),
        (lambda: words.actions(answered(0, 3), POUNDS), "good", ["No customer is a detractor", "Invite the"]),
        (
            lambda: words.actions(answered(789, 3, known=False), POUNDS),
            "few",
            ["789 detractors answered, but the answers carry no customer number", "Send the customer number"],
        ),
    ],
}


class TestNpsDriversWords(WordChecks):
    module, cases = words, CASES
    never_few = ("weighting",)
    counted = ("weighting", "actions")
    limits = ("50", "2025", "2026")


counts = st.tuples(*[st.integers(0, 3_000)] * 3).filter(lambda c: sum(c) > 0)


@given(before=counts, now=counts)
@settings(deadline=None)
def test_a_trend_is_never_from_a_score_to_itself(before: tuple[int, int, int], now: tuple[int, int, int]) -> None:
    statement = words.trend(waves(before, now))
    check_reads_well(statement)
    found = re.search(r"(rose|fell) from (\S+) \(2025\) to (\S+) \(2026\)", statement.text)
    if found:
        verb, old, new = found.groups()
        a, b = (int(score.replace("−", "-")) for score in (old, new))
        assert (b > a) == (verb == "rose") and a != b
        assert statement.verdict == ("good" if verb == "rose" else "bad")


@given(answers=counts)
@settings(deadline=None)
def test_a_level_reads_well_for_any_answers(answers: tuple[int, int, int]) -> None:
    result = nps.score_counts(*answers)
    statement = words.level(result)
    check_reads_well(statement)
    if "promoters outnumber detractors" in statement.text:
        assert result.low > 0 and result.n >= 50


def test_without_weights_nothing_is_said_about_them() -> None:
    assert words.weighting(weighted(35.5, nan)).text == ""
