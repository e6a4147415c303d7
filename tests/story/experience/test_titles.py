"""What the titles of the charts of experience say, and when they say nothing."""

from dataclasses import replace
from typing import Any

from helpers.story.experience import charts, titles
from tests.story.experience.samples import (
    ALL,
    DESK,
    FIFTHS,
    LESS_USE,
    NO_MODEL,
    ORDERS,
    PORTAL,
    QUIET,
    REGION,
    SHOP,
    SIZE,
    SPEND,
    TICKETS,
    VALUE,
    active,
    apart,
    expected,
    links,
    point,
    touchpoints,
)
from tests.story.title_checks import TitleChecks, ToldTitle

UNCLEAR: dict[str, Any] = {"gap_low": -20.0, "gap_high": 2.0}
BELOW: dict[str, Any] = {"fifths": FIFTHS.assign(high=60.0)}


def differences(*rows: dict[str, Any]) -> str:
    return titles.differences(links(*rows).measures)


def pull(*rows: dict[str, Any], drawn: tuple[str, ...] = ("Help desk", "Shop", "Hotline", "Portal")) -> str:
    return titles.touchpoint_pull(touchpoints(*rows), drawn)


CASES: dict[str, list[ToldTitle]] = {
    "differences": [
        (lambda: differences(SPEND, ORDERS), "Customers who ordered most score 12 points higher like-for-like"),
        (lambda: differences(QUIET), "Customers who ordered longest ago score 12 points lower like-for-like"),
        (
            lambda: differences(TICKETS | {"verdict": "hidden", "adjusted": -1.2}),
            "Customers with support tickets score 1 point lower like-for-like",
        ),
        (lambda: differences(ORDERS | {"adjusted": 0.3}), ""),
        (lambda: differences(SPEND), ""),
    ],
    "touchpoint_pull": [
        (lambda: pull(DESK, SHOP), "“Help desk” scores −10, against +33 elsewhere"),
        (lambda: pull(LESS_USE), "Customers who used “Hotline” score +20, others who buy alike +30"),
        (
            lambda: titles.touchpoint_pull(replace(touchpoints(LESS_USE), is_equal=False), ("Hotline",)),
            "Customers who used “Hotline” score +20, others +30",
        ),
        (lambda: pull(DESK, SHOP, drawn=("Shop",)), ""),
        (lambda: pull(point("Shop", nps=30.2, others_nps=30.1, verdict="above")), ""),
        (lambda: pull(PORTAL), ""),
    ],
    "fifths": [
        (lambda: titles.fifths(expected()), "The fifth of whom least was expected scores −10, the highest +46"),
        (lambda: titles.fifths(expected(**BELOW)), ""),
        (lambda: titles.fifths(expected(beats_mean=False)), ""),
        (lambda: titles.fifths(expected(**NO_MODEL)), ""),
    ],
    "silent": [
        (
            lambda: titles.silent(expected(ALL)),
            "Customers who never answered would score +15, below the +33 of recent answers",
        ),
        (
            lambda: titles.silent(expected(ALL | {"expected_nps": 40.0, "gap_low": 2.0, "gap_high": 12.0})),
            "Customers who never answered would score +40, above the +33 of recent answers",
        ),
        (lambda: titles.silent(expected(ALL | UNCLEAR)), ""),
        (lambda: titles.silent(expected()), ""),
    ],
    "activity": [
        (
            lambda: titles.activity(active(active=300, passive=500, lost=200, not_known=9)),
            "30% of customers are active, 50% passive and 20% lost",
        ),
        (lambda: titles.activity(active(active=9, passive=9)), ""),
        (lambda: titles.activity(active()), ""),
    ],
    "active_levels": [
        (
            lambda: titles.active_levels(apart(SIZE), ["big", "small"]),
            "60% of “big” are active, 20% of “small”",
        ),
        (
            lambda: titles.active_levels(apart(VALUE), ["90 to 400", "1 to 9"]),
            "60% with “90 to 400” are active, 20% with “1 to 9”",
        ),
        (lambda: titles.active_levels(apart(SIZE), ["big", "(unknown)"]), ""),
        (lambda: titles.active_levels(apart(SIZE | {"best_level": "(all others)"}), ["(all others)", "small"]), ""),
        (lambda: titles.active_levels(apart(REGION), ["big", "small"]), ""),
        (lambda: titles.active_levels(apart(), []), ""),
    ],
}


class TestExperienceTitles(TitleChecks):
    module, cases = titles, CASES


def test_a_touchpoint_with_a_long_name_leaves_the_topic() -> None:
    chart = charts.touchpoint_pull(touchpoints(DESK | {"touchpoint": "x" * 200}, SHOP))
    assert chart.title == "What each touchpoint adds to the overall NPS"
