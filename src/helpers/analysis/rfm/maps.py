"""Segment maps: ordered rules on scores and facts, the first that fits names the segment.

A rule is a line such as "Champions: r 4-5, f 4-5, late no | Reward them." Before the colon stands the segment, then
what its customers must be: `r`, `f` and `m` are scores, `late` and `once` are facts (late by the customer's own rhythm;
ordered once only), and after a bar what to do. A rule without conditions takes everyone who is left.

Scores are ranks, and somebody is always last. So a name that claims absence may only be given to customers who are
late.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from helpers.analysis.rfm import plans
from helpers.errors import InputError, nearest

FIFTHS = {"r": 5, "f": 5, "m": 5}
_FACTS = ("late", "once")
_ABSENCE = re.compile(
    r"\b(about to sleep|asleep|sleep(ing|er)?s?|at[ -]risk|los[et]|losing|cannot lose|hibernat\w*|dormant|laps\w+|quiet"
    r"|churn\w*|inactive|gone|win[ -]?back|slipping|fading|absent|left us|drifting)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Rule:
    """What a segment's customers must be; a measure or fact that is not named may be anything."""

    segment: str
    scores: dict[str, tuple[int, int]]  # r, f, m: lowest and highest score
    facts: dict[str, bool]  # late, once
    action: str
    said: str  # the conditions as written


@dataclass(frozen=True)
class SegmentMap:
    """Rules in their order; `levels` are the scores of r, f and m that they speak of."""

    rules: tuple[Rule, ...]
    levels: dict[str, int]

    @property
    def segments(self) -> list[str]:
        """The segments in the order of their first rules."""
        return list(dict.fromkeys(rule.segment for rule in self.rules))

    def uses(self, condition: str) -> bool:
        return any(condition in rule.scores or condition in rule.facts for rule in self.rules)


def read_map(lines: Sequence[str], levels: dict[str, int] | None = None) -> SegmentMap:
    """A map from its rules, checked: every customer falls in exactly one segment, whatever the scores and facts.

    levels: how many scores r, f and m have; five where not given, onto which others are stretched. Raises InputError
    naming the rule that cannot be read, that never applies, or that may say of customers on time that they are gone,
    or the scores that no rule takes.
    """
    asked = levels or FIFTHS
    found = SegmentMap(tuple(_read_rule(line, asked) for line in lines), asked)
    if not found.rules:
        raise InputError("The segment map has no rules", where="rfm.rules", mend="Write one, or leave `rules` out.")
    _check_names(found)
    _check_cover(found)
    return found


def apply_map(
    rules: SegmentMap, scores: dict[str, np.ndarray], levels: dict[str, int], facts: dict[str, np.ndarray]
) -> np.ndarray:
    """For each customer the place of the segment in `rules.segments`.

    scores: r, f and m from 1 to `levels`, stretched onto the scores of the map. facts: late and once, of 0 and 1.
    """
    segments = rules.segments
    names = np.array([segments.index(rule.segment) for rule in rules.rules])
    table = names[_first_rules(rules)]
    place = [
        stretch(np.arange(1, levels[m] + 1), levels[m], rules.levels[m])[scores[m] - 1] - 1 if m in scores else 0
        for m in FIFTHS
    ]
    flags = [facts[fact].astype(np.intp) for fact in _FACTS]
    return table[*place, *flags]


def stretch(scores: np.ndarray, levels: int, onto: int) -> np.ndarray:
    """1..levels onto 1..onto, halves rounded up, in whole numbers so that no score sits on a rounding error."""
    return 1 + (2 * (onto - 1) * (scores - 1) + (levels - 1)) // (2 * (levels - 1))


def claims_absence(segment: str) -> bool:
    """Whether a segment's name says that its customers are gone or going."""
    return bool(_ABSENCE.search(segment))


def _first_rules(rules: SegmentMap) -> np.ndarray:
    """The first rule that fits, by r, f, m, late, once; -1 where none does."""
    shape = (*(rules.levels[m] for m in FIFTHS), 2, 2)
    first = np.full(shape, -1)
    for place in reversed(range(len(rules.rules))):
        rule = rules.rules[place]
        taken = [slice(low - 1, high) for low, high in (rule.scores.get(m, (1, rules.levels[m])) for m in FIFTHS)]
        told = [slice(int(rule.facts[f]), int(rule.facts[f]) + 1) if f in rule.facts else slice(None) for f in _FACTS]
        first[*taken, *told] = place
    return first


def _read_rule(line: str, levels: dict[str, int]) -> Rule:
    head, _, action = line.partition("|")
    segment, colon, conditions = head.rpartition(":") if ":" in head else (head, "", "")
    segment = " ".join(segment.split())
    if not colon or not segment:
        raise _refusal(f'The rule "{line}" names no segment', 'a line like "Champions: r 4-5, f 4-5, late no"')
    scores: dict[str, tuple[int, int]] = {}
    facts: dict[str, bool] = {}
    for condition in filter(None, (part.strip() for part in conditions.split(","))):
        name, _, value = condition.partition(" ")
        if name in scores or name in facts:
            raise _refusal(f'The rule "{segment}" names {name} twice', "each of r, f, m, late and once one time")
        if name in _FACTS and value in ("yes", "no"):
            facts[name] = value == "yes"
        elif name in FIFTHS and (span := re.fullmatch(r"(\d+)(?:\s*-\s*(\d+))?", value)):
            scores[name] = int(span[1]), int(span[2] or span[1])
            if not 1 <= scores[name][0] <= scores[name][1] <= levels[name]:
                raise _refusal(f'The rule "{segment}" asks for {condition}', f"{name} 1 to {levels[name]}")
        else:
            hint = nearest(name, [*FIFTHS, *_FACTS])
            mend = f'Did you mean "{hint}"?' if hint and hint != name else ""
            allowed = "r, f and m with scores like 4-5; late and once with yes or no"
            raise _refusal(f'The rule "{segment}" asks for "{condition}"', allowed, mend)
    said = ", ".join(" ".join(part.split()) for part in conditions.split(",") if part.strip())
    return Rule(segment, scores, facts, action.strip() or plans.action_of(segment, facts.get("late", False)), said)


def _check_names(rules: SegmentMap) -> None:
    for rule in rules.rules:
        if claims_absence(rule.segment) and not rule.facts.get("late", False):
            raise _refusal(
                f'The segment "{rule.segment}" is called absent, but its rule may take customers who are on time',
                "such names with `late yes` only",
                f'Write "{rule.segment}: late yes, …", or give it another name.',
            )


def _check_cover(rules: SegmentMap) -> None:
    first = _first_rules(rules)
    idle = [rule for place, rule in enumerate(rules.rules) if not (first == place).any()]
    if idle:
        said = f"{idle[0].segment}: {idle[0].said}".rstrip(": ")
        raise _refusal(f'The rule "{said}" never applies: those before it take all of its customers', "", "Move it up.")
    hole = np.argwhere(first < 0)
    if len(hole):
        said = ", ".join(
            f"{name} {value + 1 if name in FIFTHS else ('no', 'yes')[value]}"
            for name, value in zip((*FIFTHS, *_FACTS), hole[0].tolist(), strict=True)
            if rules.uses(name)
        )
        raise _refusal(
            f"The segment map has no rule for customers with {said}",
            "rules that take every customer",
            "End it with a rule without conditions, like “Everyone else:”.",
        )


def _refusal(what: str, allowed: str, mend: str = "") -> InputError:
    return InputError(what, where="rfm.rules", allowed=allowed, mend=mend)
