"""The narrators of what goes with the score, at their branches."""

from collections.abc import Sequence
from dataclasses import replace
from math import nan
from typing import Any

import pandas as pd
import pytest

from helpers.analysis.nps_drivers.agreement import Agreement
from helpers.analysis.nps_drivers.drivers import Drivers
from helpers.story.nps_drivers import driver_words as words
from helpers.story.statement import Statement
from tests.story.word_checks import Case, WordChecks

Row = tuple[str, float, str]
ROWS: tuple[Row, ...] = (
    ("delivery_reliability", 0.5, "fix first"),
    ("NPS_app", 0.3, "keep up"),
    ("prices", 0.2, "good enough"),
)
APART = ((1, 1), (2, 2), (3, 3))
MIXED = ((1, 2), (1, 2), (3, 3))


def rated(
    r_squared: float = 0.4, rows: Sequence[Row] = ROWS, ranks: Sequence[tuple[float, float]] = APART, **more: object
) -> Drivers:
    """Drivers by name, importance and quadrant, with their ranks."""
    frame = pd.DataFrame(rows, columns=["driver", "importance", "quadrant"])
    frame["quadrant_verdict"] = more.pop("clear", "clear")
    frame["group"] = more.pop("group", frame["driver"])
    frame["rank_low"], frame["rank_high"] = ([float(r[i]) for r in ranks[: len(frame)]] for i in (0, 1))
    return Drivers(frame, r_squared, r_squared - 0.05, r_squared + 0.05, **{"answers": 500, "asked": 3, **more})


def covered(*why: str) -> pd.DataFrame:
    names = ["wifi", "art", "food_stalls", "signs"][: len(why)]
    return pd.DataFrame({"driver": names, "why_not": why, "used": [not w for w in why]})


def agree(firsts: list[str], methods: int = 2, most: int = 0, moved: str = "") -> Agreement:
    frame = pd.DataFrame({"method": "lmg", "driver": ["wifi", "art"], "importance": 0.5, "rank": [1.0, 2.0]})
    return Agreement(frame, methods, firsts, most, moved)


EVERY = [(1, 3), (1, 3), (1, 3)]
UNKNOWN = [(nan, nan)] * 3
SEVEN = [(name, 1 / 7, "keep up") for name in ("a", "b", "c", "d", "e", "f", "g")]
CASES: dict[str, list[Case]] = {
    "drivers": [
        (lambda: words.drivers(rated(answers=49)), "few", ["49 answers rate what", "than the 50 needed"]),
        (lambda: words.drivers(rated(answers=0)), "few", ["No answer rates what was asked"]),
        (lambda: words.drivers(rated(answers=1)), "few", ["1 answer rates what was asked"]),
        (lambda: words.drivers(rated(nan, [], answers=60, asked=70)), "few", ["60 answers to 70 ratings are too few"]),
        (lambda: words.drivers(rated(nan, [], asked=0)), "few", ["No aspect was rated by enough customers"]),
        (
            lambda: words.drivers(rated(nan, [], asked=1, left_out={"a": "all alike"})),
            "few",
            ["No aspect was rated by enough customers"],
        ),
        (lambda: words.drivers(rated(0.4, ROWS[:1])), "few", ["Only delivery reliability is rated"]),
        (
            lambda: words.drivers(rated()),
            "neutral",
            [
                "Scores go most closely with delivery reliability: 50% of what the ratings explain.",
                "50% of what the ratings explain",
            ],
        ),
        (
            lambda: words.drivers(rated(ranks=MIXED)),
            "unclear",
            [
                "most closely with delivery reliability and NPS app; which of them comes first is not clear",
            ],
        ),
        (lambda: words.drivers(rated(ranks=UNKNOWN)), "unclear", ["No rating clearly goes more closely"]),
        (lambda: words.drivers(rated(ranks=EVERY)), "unclear", ["No rating clearly"]),
        (
            lambda: words.drivers(rated(0.4, SEVEN, [*[(1, 6)] * 6, (7, 7)])),
            "unclear",
            ["a, b, c and three more; which"],
        ),
        (lambda: words.drivers(rated(0.014)), "unclear", ["next to nothing", "no driver", "own words"]),
        (lambda: words.drivers(rated(p_value=0.05)), "unclear", ["no more", "than chance may bring (40%", "no driver"]),
        (lambda: words.drivers(rated(p_value=0.0499)), "neutral", ["50% of what the ratings explain"]),
    ],
    "driver_explained": [
        (lambda: words.driver_explained(rated()), "neutral", ["a large part", "(40%)"]),
    ],
    "driver_basis": [
        (lambda: words.driver_basis(rated()), "neutral", []),
        (
            lambda: words.driver_basis(rated(rest_on="pairs", shares="owen")),
            "neutral",
            ["Many of the 500 answers lack a rating"],
        ),
    ],
    "driver_groups": [
        (
            lambda: words.driver_groups(rated(group=["NPS_app", "NPS_app", "prices"])),
            "neutral",
            ["rate delivery reliability and NPS app alike, so read their shares together: 80%."],
        ),
    ],
    "driver_coverage": [
        (
            lambda: words.driver_coverage(covered("", "too few answers", 'a copy of "wifi"')),
            "neutral",
            ['Two ratings are left out: art (too few answers); food stalls (a copy of "wifi").'],
        ),
        (lambda: words.driver_coverage(covered("", "all alike")), "neutral", ["1 rating is left out"]),
        (
            lambda: words.driver_coverage(covered("", 'a copy of "Preis der Ware"')),
            "neutral",
            ['art (a copy of "Preis der Ware").'],
        ),
        (
            lambda: words.driver_coverage(covered("", "all alike"), ["2021", "2023"]),
            "neutral",
            ["art (all alike). Nobody gave ratings in “2021” and “2023”."],
        ),
        (
            lambda: words.driver_coverage(covered(""), ["a", "b", "c", "d", "e"]),
            "neutral",
            ["Nobody gave ratings in “a”, “b”, “c” and two more."],
        ),
    ],
    "driver_gap": [
        (lambda: words.driver_gap(rated(answers=49)), "few", ["too few ratings"]),
        (lambda: words.driver_gap(rated(0.4, ROWS[:1])), "few", ["too few ratings"]),
        (lambda: words.driver_gap(rated(0.014)), "unclear", ["set no priorities"]),
        (lambda: words.driver_gap(rated(p_value=0.2)), "unclear", ["set no priorities"]),
        (
            lambda: words.driver_gap(rated()),
            "bad",
            [
                "Start with delivery reliability: it goes closely with the score, yet is rated below average.",
                "went wro",
            ],
        ),
        (
            lambda: words.driver_gap(rated(0.4, [(n, i, "fix first") for n, i, _ in ROWS[:2]])),
            "bad",
            ["Start with delivery reliability and NPS app: they go closely with the score, yet are rated"],
        ),
        (
            lambda: words.driver_gap(rated(clear=["unclear", "clear", "clear"])),
            "unclear",
            ["Delivery reliability may matter and be rated below average, but that is not clear."],
        ),
        (
            lambda: words.driver_gap(rated(0.4, ROWS[1:], clear="unclear")),
            "unclear",
            ["No rating that goes closely with the score is clearly above or below the average rating."],
        ),
        (
            lambda: words.driver_gap(rated(0.4, ROWS[1:])),
            "good",
            ["No rating that goes closely", "Keep up NPS app before"],
        ),
    ],
    "driver_methods": [
        (lambda: words.driver_methods(agree([], 0)), "few", ["too few ratings to compare"]),
        (
            lambda: words.driver_methods(agree(["wifi"])),
            "neutral",
            ["Two other calculations put wifi first too, and"],
        ),
        (lambda: words.driver_methods(agree(["wifi"], 1)), "neutral", ["Another calculation puts wifi first too"]),
        (lambda: words.driver_methods(agree(["wifi"], most=1)), "neutral", ["moves by more than one place"]),
        (
            lambda: words.driver_methods(agree(["wifi"], most=3, moved="art")),
            "neutral",
            ["wifi first too; art moves most, by three places."],
        ),
        (
            lambda: words.driver_methods(agree(["wifi", "art"])),
            "unclear",
            ["Other calculations put another rating first: wifi and art."],
        ),
    ],
}


class TestDriverWords(WordChecks):
    module, cases = words, CASES
    never_few = ("driver_explained", "driver_basis", "driver_groups", "driver_coverage")
    counted = ("driver_explained", "driver_basis", "driver_groups", "driver_coverage")


@pytest.mark.parametrize(
    "tell",
    [case[0] for name in ("drivers", "driver_explained", "driver_gap", "driver_methods") for case in CASES[name]],
)
def test_findings_and_their_actions_are_short(tell) -> None:
    statement = tell()
    assert len(statement.text.split()) <= 25 or statement.verdict == "few"
    assert len(statement.action.split()) <= 20


@pytest.mark.parametrize(
    "statement",
    [
        words.driver_explained(rated(nan, [])),
        words.driver_explained(rated(p_value=0.05)),
        words.driver_basis(rated(nan, [])),
        words.driver_groups(rated()),
        words.driver_groups(rated(group=["NPS_app", "NPS_app", "prices"], shares="owen")),
        words.driver_coverage(covered("", "")),
        words.driver_coverage(covered("too few answers")),
    ],
)
def test_what_has_nothing_to_add_says_nothing(statement: Statement) -> None:
    assert statement.text == ""


def test_a_question_in_full_is_cut_where_it_is_named() -> None:
    question = "how_satisfied_were_you_with_the_speed_of_our_delivery_to_your_door"
    said = words.drivers(rated(0.4, [(question, 0.6, "keep up"), *ROWS[1:]])).text
    assert "most closely with how satisfied were you with the …: 60%" in said


def test_without_a_place_to_start_what_may_come_first_is_to_be_tried() -> None:
    def untold(**columns: Any) -> str:
        found = rated(**columns)
        return words.drivers(replace(found, drivers=found.drivers.assign(quadrant="keep up"))).action

    assert untold(ranks=MIXED).startswith("Improve delivery reliability or NPS app for some customers first")
    assert untold(ranks=EVERY).startswith("Improve what is cheapest for")
