"""Segment maps: total, disjoint, honest; and refused by the name of what is wrong."""

import itertools

import numpy as np
import pandas as pd
import pytest

from helpers.analysis.rfm import Settings, map_of, plans, score_rfm
from helpers.analysis.rfm.maps import FIFTHS, SegmentMap, apply_map, claims_absence, read_map, stretch
from helpers.analysis.rfm.segments import Rfm
from helpers.errors import InputError

SHIPPED = {
    "five": plans.FIVE,
    "eight": plans.EIGHT,
    "eleven": plans.ELEVEN,
    "positions": plans.POSITIONS,
    "on time": plans.ON_TIME,
    "on time without spend": plans.ON_TIME_WITHOUT_SPEND,
}


def everyone(levels: dict[str, int]) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """A customer for every combination of scores and facts."""
    rows = np.array(list(itertools.product(*(range(1, levels[m] + 1) for m in "rfm"), (0, 1), (0, 1))))
    return dict(zip("rfm", rows.T[:3], strict=True)), {"late": rows[:, 3], "once": rows[:, 4]}


def fits(rules: SegmentMap, scores: dict[str, int], facts: dict[str, int]) -> str:
    """The definition, rule by rule."""
    for rule in rules.rules:
        in_scores = all(low <= scores[m] <= high for m, (low, high) in rule.scores.items())
        if in_scores and all(bool(facts[fact]) == told for fact, told in rule.facts.items()):
            return rule.segment
    raise AssertionError("a hole")


@pytest.mark.parametrize("lines", SHIPPED.values(), ids=SHIPPED)
def test_every_customer_is_in_exactly_one_segment_and_none_on_time_in_one_of_absence(lines: tuple[str, ...]) -> None:
    rules = read_map(lines)
    scores, facts = everyone(FIFTHS)
    found = apply_map(rules, scores, FIFTHS, facts)
    for i, code in enumerate(found):
        here = {m: int(scores[m][i]) for m in "rfm"}, {fact: int(facts[fact][i]) for fact in facts}
        assert rules.segments[code] == fits(rules, *here)
        if not facts["late"][i]:
            assert not claims_absence(rules.segments[code]), rules.segments[code]
    assert set(found) == set(range(len(rules.segments)))  # each segment has somebody


def test_five_eight_and_eleven_segments_ship_each_with_a_plan() -> None:
    assert [len(read_map(plans.BY_NUMBER[n]).segments) for n in (5, 8, 11)] == [5, 8, 11]
    for lines in SHIPPED.values():
        for rule in read_map(lines).rules:
            assert 0 < len(rule.action.split()) <= 20, rule.segment
            assert plans.objective_of(rule.segment)
    assert [plans.propose_segments(n) for n in (1, 799, 800, 1_099, 1_100)] == [5, 5, 8, 8, 11]


@pytest.mark.parametrize("levels", [2, 3, 4, 5, 7, 10])
def test_other_numbers_of_scores_are_stretched_onto_five(levels: int) -> None:
    scores = np.arange(1, levels + 1)
    nearest = [int(1 + 4 * (s - 1) / (levels - 1) + 0.5) for s in scores]
    assert stretch(scores, levels, 5).tolist() == nearest
    many = {"r": levels, "f": 4, "m": 2}
    given, facts = everyone(many)
    rules = read_map(plans.ELEVEN)
    found = apply_map(rules, given, many, facts)
    fifths = {m: stretch(given[m], many[m], 5) for m in "rfm"}
    assert found.tolist() == apply_map(rules, fifths, FIFTHS, facts).tolist()


def test_a_map_of_ones_own_speaks_of_its_own_scores() -> None:
    rules = read_map(
        ["Best: r 8-10, f 3 | Thank them.", "Late ones:late yes", "Everyone else:"], {"r": 10, "f": 3, "m": 4}
    )
    assert rules.segments == ["Best", "Late ones", "Everyone else"]
    assert [rule.action for rule in rules.rules] == ["Thank them.", plans.action_of("x", late=True), ""]
    scores = {"r": np.array([8, 7, 10, 9]), "f": np.array([3, 3, 2, 3]), "m": np.array([1, 1, 1, 4])}
    facts = {"late": np.array([1, 1, 0, 0]), "once": np.zeros(4, int)}
    assert apply_map(rules, scores, rules.levels, facts).tolist() == [0, 1, 2, 0]


def test_two_rules_may_make_one_segment() -> None:
    rules = read_map(["Best: r 5", "Rest: f 1-4", "Best: f 5"])
    assert rules.segments == ["Best", "Rest"]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["Best: r 5"], "no rule for customers with r 1. Allowed"),
        (["A: f 3-5", "B: f 1-2, late no"], "no rule for customers with f 1, late yes"),
        (["A: r 1-4", "B: late yes", "C: r 5"], None),
        (["All:", "Best: r 5"], 'rule "Best: r 5" never applies'),
        (["A: r 1-3", "B: r 4-5", "C:"], 'rule "C" never applies'),
        (["Lost: r 1", "Rest:"], '"Lost" is called absent, but its rule may take customers who are on time'),
        (["About to sleep: r 1, late no", "Rest:"], '"About to sleep" is called absent'),
        (["Gone quiet: late yes", "Rest:"], None),
        (["Best r 5"], '"Best r 5" names no segment'),
        ([": r 5"], "names no segment"),
        (["Best: r 6", "Rest:"], '"Best" asks for r 6. Allowed: r 1 to 5'),
        (["Best: r 0-3", "Rest:"], "asks for r 0-3"),
        (["Best: r 4-3", "Rest:"], "asks for r 4-3"),
        (["Best: r 4, r 5", "Rest:"], '"Best" names r twice'),
        (["Best: lat yes", "Rest:"], 'asks for "lat yes".*Did you mean "late"'),
        (["Best: late maybe", "Rest:"], 'asks for "late maybe"'),
        (["Best: spend 4", "Rest:"], 'asks for "spend 4"'),
        ([], "has no rules"),
    ],
)
def test_what_is_wrong_with_a_map_is_named(lines: list[str], said: str | None) -> None:
    if said is None:
        assert read_map(lines).segments
        return
    with pytest.raises(InputError, match=said):
        read_map(lines)


@pytest.mark.parametrize(
    "name", ["Lost", "at-risk accounts", "Hibernating", "Lapsed VIPs", "Win back", "Can lose", "Dormant"]
)
def test_names_of_absence_are_known(name: str) -> None:
    assert claims_absence(name)


@pytest.mark.parametrize("name", ["Champions", "Closest", "Glossy", "Repeat buyers", "Fewer orders, earlier", "Risky"])
def test_other_names_claim_nothing(name: str) -> None:
    assert not claims_absence(name)


def saved(lines: tuple[str, ...] = (), scales: tuple[str, ...] = (), bins: int = 5) -> Rfm:
    """A scoring of sixty customers, a third of them late."""
    n = np.arange(60)
    customers = pd.DataFrame({"customer_id": n.astype(str), "recency_days": n * 9, "order_count": n % 6 + 1})
    customers = customers.assign(spend=10.0 + n * 7 % 60, tenure_days=700)
    rhythm = pd.DataFrame({"customer_id": n.astype(str), "late": n / 60, "is_late": n > 40})
    return score_rfm(customers, rhythm, Settings(bins, scales=scales, segment_map=lines))


@pytest.mark.parametrize("number", ["5", "8", "11"])
@pytest.mark.parametrize("bins", [3, 5, 10])
def test_a_shipped_map_is_known_again_from_its_rules(number: str, bins: int) -> None:
    scored = saved((number,), bins=bins)
    again = map_of(scored.rules, scored.cuts)
    assert again == scored.segment_map


def test_a_map_of_ones_own_is_known_again_with_its_numbers_of_scores() -> None:
    lines = ("Core: r 7-10, f 3, late no | Write.", "Big: m 4-8", "Others:")
    scored = saved(lines, ("recency: 10 scores", "frequency: 2, 4", "monetary: 8 scores"))
    again = map_of(scored.rules, scored.cuts)
    assert again is not None and scored.segment_map is not None
    assert again.levels == scored.segment_map.levels == {"r": 10, "f": 3, "m": 8}
    assert [(r.segment, r.said) for r in again.rules] == [(r.segment, r.said) for r in scored.segment_map.rules]


def test_what_saved_nothing_had_no_map() -> None:
    assert map_of(pd.DataFrame(), pd.DataFrame()) is None
