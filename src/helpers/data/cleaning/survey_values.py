"""Scores and ratings of a survey as they come: on which scale the score is, which texts are numbers, and which ratings
are on no scale.

A fault of a rating, of satisfaction, effort or the weight is that value's alone: it becomes a blank and is counted, and
the answer stays.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import ibis
import pandas as pd
from ibis.expr.types import BooleanValue, Table, Value

from helpers.data.cleaning.casting import FALSE, TRUE
from helpers.data.cleaning.row_rules import NOTE, Check, severity_of
from helpers.data.scales import DEFAULT, DOUBTED, ScoreLook, look_at_scores, say_doubt
from helpers.data.spec import PartSpec

SCALE = "scale"  # the column of surveys that names the scale of the score
MOST_TEXTS = 1_000  # different texts of a score that are looked at, the most frequent first
IN_WORDS = "kit_in_words"  # whether a score was not a plain number
NOT_DECLARED = "scale of the score not declared"  # begins what is said of scores on a scale that was recognised
BLANKED = "left blank, the answer kept"
UNWEIGHTED = "kept, counts only where answers are not weighted"
_FEWEST, _RARE, _MOSTLY = 200, 0.005, 0.8
_TOPS = (5, 7, 10)
_MARK = 1  # letters


def look_at_score_column(rows: Table, column: str, part: PartSpec, left_out: Sequence[str]) -> ScoreLook:
    """On which scale the scores of a part are, and which of their texts are numbers.

    `column` has the scores as text or number, blanks for no answer; `left_out` are columns of what is no answer at all.
    Where the client set a constant nothing is looked at.
    """
    if "score" in part.set:
        return ScoreLook(part.scale or DEFAULT, {})
    kept = rows.filter(~ibis.or_(*[rows[c].fill_null(False) for c in left_out])) if left_out else rows
    texts = kept.select(text=kept[column].cast("string")).filter(lambda t: t.text.notnull())
    counted = texts.group_by("text").aggregate(n=texts.count()).order_by(ibis.desc("n"), "text").limit(MOST_TEXTS)
    found = counted.execute()
    counts = {str(text): int(n) for text, n in zip(found["text"], found["n"], strict=True)}
    return look_at_scores(counts, part.scale, mapped="score" in part.values)


def read_scores(rows: Table, column: str, part: PartSpec, left_out: Sequence[str]) -> tuple[Table, PartSpec]:
    """The rows with texts such as "9/10" in `column` as the numbers they stand for, and IN_WORDS where one was; and
    the part as if it had said which scale its score is on. See `look_at_score_column`."""
    look = look_at_score_column(rows, column, part, left_out)
    part = replace(part, scale=look.scale)
    if not look.numbers or not rows[column].type().is_string():
        return rows.mutate(**{IN_WORDS: ibis.literal(False)}), part
    text = rows[column]
    numbers = ibis.cases(*[(text == came, number) for came, number in look.numbers.items()], else_=text)
    return rows.mutate(**{IN_WORDS: text.isin(list(look.numbers)).fill_null(False), column: numbers}), part


def survey_checks(rows: Table, part: PartSpec) -> list[Check]:
    """What is noted of answers that are kept: a score on a scale that nobody declared, and weights of zero."""
    checks = []
    if (part.scale or DEFAULT).endswith(DOUBTED):
        why, mend = say_doubt(str(part.scale))
        told = f"not scored: the parameter file needs {mend}"
        checks.append(Check(f"{NOT_DECLARED}: {why}", rows.score.notnull(), NOTE, told))
    if "weight" in rows.columns:
        checks.append(Check("weight is zero", rows.weight == 0, NOTE, UNWEIGHTED))
    return checks


@dataclass(frozen=True)
class Fault:
    """Values of a column that are no answer."""

    column: str
    found: BooleanValue
    said: str
    severity: str = NOTE
    done: str = BLANKED


def own_faults(part: PartSpec, columns: Collection[str]) -> list[str]:
    """The columns of a survey whose faults are the value's alone, and not the answer's."""
    return [c for c in ("csat", "ces", "weight", *part.ratings) if c in columns]


def yes_or_no(part: PartSpec, columns: Collection[str]) -> list[str]:
    """The columns of a survey whose answers may be "yes" and "no": ratings and satisfaction."""
    return [c for c in ("csat", *part.ratings) if c in columns]


def said_yes(text: Value) -> Value:
    """1 for "yes", 0 for "no", in the languages of flags; null for all else. Marks such as "x" or "n" are no words."""
    yes, no = ([word for word in words if len(word) > _MARK] for words in (TRUE, FALSE))
    lower = text.lower()
    return ibis.cases((lower.isin(yes), 1.0), (lower.isin(no), 0.0), else_=ibis.null("float64"))


def value_faults(rows: Table, part: PartSpec, columns: Collection[str]) -> list[Fault]:
    """The faults of `own_faults`.

    `rows` has the columns typed, and beside them as kit_text_… what they came as, and as kit_plain_… the numbers of
    those that are plain ones.

    Ratings: see `ends_of_ratings`. A weight below zero becomes a blank, unless the part sets its answers aside.
    """
    faults = []
    for column in own_faults(part, columns):
        unread = rows[f"kit_text_{column}"].notnull() & rows[column].isnull()
        done = BLANKED if column != "weight" else UNWEIGHTED
        faults.append(Fault(column, unread, f"{column} is not a number", done=done))
    ratings = [c for c in part.ratings if c in columns]
    # Plain numbers tell it as well as all that can be read as one, and several times as fast.
    ends = ends_of_ratings(rows.select(**{c: rows[f"kit_plain_{c}"] for c in ratings}), ratings) if ratings else {}
    for rating, (low, high) in ends.items():
        outside = (rows[rating] < low) | (rows[rating] > high)
        faults.append(Fault(rating, outside, f"{rating} is outside its scale of {low} to {high}"))
    if "weight" in columns:
        severity = severity_of("negative_weight", part)
        done = UNWEIGHTED if severity == NOTE else ""
        faults.append(Fault("weight", rows.weight < 0, "weight is below zero", severity, done))
        faults.append(Fault("weight", rows.kit_text_weight.isnull(), "no weight", done=UNWEIGHTED))
    return faults


def without_faults(rows: Table, faults: Sequence[Fault]) -> Table:
    """The rows with a blank in place of each faulty value, and a column for each fault, in their order: where it is."""
    rows = rows.mutate(**{fault_column(i): fault.found.fill_null(False) for i, fault in enumerate(faults)})
    faulty: dict[str, list[Any]] = {}
    for i, fault in enumerate(faults):
        faulty.setdefault(fault.column, []).append(rows[fault_column(i)])
    blank = {c: ibis.or_(*found).ifelse(ibis.null("float64"), rows[c]) for c, found in faulty.items()}
    return rows.mutate(**blank)


def fault_column(i: int) -> str:
    return f"kit_fault_{i}"


def ends_of_ratings(rows: Table, ratings: Sequence[str]) -> dict[str, tuple[int, int]]:
    """The lowest and highest mark of each rating that has values beyond them.

    A battery goes up to 5, 7 or 10: to the first of them that no more than 1 in 200 of all its ratings exceed, with at
    least as many on the mark itself. What few give beyond it, and few of one rating, is no answer: a 6 among marks of 1
    to 5. So is what lies below 0 or above 10, a code such as 99, where four in five ratings do not. So is a 0 that is
    as rare, where marks end at 5 or 7; where it is not rare, it may be a mark or a code, which only the client can
    tell. Nothing is said of fewer than 200 ratings.
    """
    if not ratings:
        return {}
    edges = [("above", edge) for top in _TOPS for edge in (top - 1, top)] + [("below", 1), ("below", 0)]
    measures: dict[str, Any] = {}
    for i, rating in enumerate(ratings):
        value = rows[rating]
        measures[f"n_{i}"] = value.count()
        for side, edge in edges:
            measures[f"{side}_{edge}_{i}"] = (value > edge if side == "above" else value < edge).sum()
    found = rows.aggregate(**measures).execute().iloc[0].fillna(0).astype(int)
    names = ["n", *dict.fromkeys(f"{side}_{edge}" for side, edge in edges)]
    counts = pd.DataFrame(
        {name: [found[f"{name}_{i}"] for i in range(len(ratings))] for name in names}, index=list(ratings)
    )
    inside = counts["n"] - counts["above_10"] - counts["below_0"]
    counts, inside = counts[inside >= _MOSTLY * counts["n"]], inside[inside >= _MOSTLY * counts["n"]]
    if inside.sum() < _FEWEST:
        return {}
    beyond = {top: counts[f"above_{top}"] - counts["above_10"] for top in _TOPS}
    rare = _RARE * inside.sum()
    at = {top: (counts[f"above_{top - 1}"] - counts[f"above_{top}"]).sum() for top in _TOPS}
    top = next((top for top in _TOPS if beyond[top].sum() <= rare and at[top] >= beyond[top].sum()), 10)
    zeros = counts["below_1"] - counts["below_0"]
    low = 1 if zeros.sum() <= rare and top < 10 else 0
    ends = {}
    for rating in counts.index:
        few = max(1.0, _RARE * inside[rating])
        high = top if beyond[top][rating] <= few else 10
        least = low if zeros[rating] <= few else 0
        outside = counts.loc[rating, "above_10"] + counts.loc[rating, "below_0"] + beyond[high][rating]
        if outside + (zeros[rating] if least == 1 else 0):
            ends[str(rating)] = (least, high)
    return ends
