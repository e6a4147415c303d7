"""Scales of answers: the 0-10 score, batteries of ratings, labels such as "Muy satisfecho", and codes for no answer."""

from collections import Counter, defaultdict
from collections.abc import Container, Iterable
from dataclasses import dataclass

from helpers.data.answer_words import LABELS as LABELS
from helpers.data.answer_words import fold
from helpers.data.guess.names import question_block
from helpers.data.guess.values import NO, YES, Column
from helpers.data.scales import ALSO, DOUBTED, NO_ANSWER_CODES, SCALES, look_at_scores


@dataclass(frozen=True)
class Battery:
    """Questions that share a scale."""

    columns: tuple[str, ...]
    low: int
    high: int
    codes: tuple[str, ...]  # values that mean "no answer", as written
    doubt: str  # why the codes or the scale may be wrong; empty where they are plain


def score_fit(column: Column) -> float:
    """How well the values fit a 0-10 score, codes for "no answer" left out; 0 to 1."""
    inside = {v: n for v, n in column.whole.items() if 0 <= v <= 10}
    count = sum(inside.values())
    if not count or count < 0.7 * column.answered or sum(column.whole.values()) < 0.95 * column.answered:
        return 0.0
    if max(inside) <= 1:
        return 0.0
    return 1.0 if max(inside) >= 8 and len(inside) >= min(5, count) else 0.5 if max(inside) >= 8 else 0.25


def says_yes_or_no(column: Column) -> bool:
    """Whether the answers are "yes" and "no" in words; "y", "x" and 1 may be marks of something else."""
    words = {word for word in (*YES, *NO) if len(word) > 1 and not word.isdigit()}
    return column.distinct == 2 and {fold(text.strip()) for text in column.few} <= words


def seen_scale(column: Column) -> str:
    """The scale that a score with these values is on, as the parameter file calls it; empty where it is 0-10, or none
    that has known cuts."""
    name = look_at_scores(column.common).scale
    found = name.removesuffix(DOUBTED)
    return found if name != found and (found in SCALES or found in ALSO) else ""


def worded_share(column: Column) -> float:
    """How many of the answers are whole numbers from 0 to 10, be it in words: "10 - extremely likely", "9/10"."""
    numbers = look_at_scores(column.common).numbers
    worded = sum(column.common[text] for text, number in numbers.items() if int(number) <= 10)
    plain = sum(n for value, n in column.whole.items() if 0 <= value <= 10)
    return (worded + plain) / column.answered if worded and column.answered else 0.0


def codes_beyond(column: Column, low: int, high: int) -> list[str]:
    """Values beyond a scale that mean "no answer", as written: usual codes, words, and the number next to the top."""
    total = max(sum(column.common.values()), 1)
    codes = []
    for text, count in column.common.items():
        if text in column.no_answers:
            codes.append((0, text))
            continue
        try:
            value = int(text)
        except ValueError:
            continue
        common = count >= 0.005 * total
        if not low <= value <= high and (value in NO_ANSWER_CODES or (common and value in (low - 1, high + 1))):
            codes.append((value, text))
    return [text for _, text in sorted(codes)]


def label_steps(column: Column) -> dict[str, int]:
    """Label -> 5 (best) to 1, for a column whose answers are labels; empty for any other."""
    answers = [text for text in column.few if text not in column.no_answers]
    steps = {text: LABELS[fold(text.strip())] for text in answers if fold(text.strip()) in LABELS}
    if len(steps) < max(2, 0.8 * len(answers)) or not len(set(steps.values())) >= 2:
        return {}
    return dict(sorted(steps.items(), key=lambda item: -item[1]))


def flag_map(column: Column) -> dict[str, str]:
    """Value -> yes or no, for flags in other languages."""
    told = {text: "yes" if fold(text.strip()) in YES else "no" for text in column.few if fold(text.strip()) in YES | NO}
    return told if len(told) <= 6 else {}


def find_batteries(columns: Iterable[Column], never_alone: Container[str] = ()) -> list[Battery]:
    """Batteries of ratings among the columns, the biggest first.

    Questions with a shared beginning ("Q7…") make one battery when there are three or more of them; those whose
    headers share nothing are one battery where their answers share a scale, without the columns in `never_alone`.
    Labels count as a scale of 1 to 5.
    """
    rated = [c for c in columns if _may_be_rating(c)]
    by_block: dict[str, list[Column]] = defaultdict(list)
    for column in rated:
        by_block[question_block(column.name)].append(column)
    blocks = {block: found for block, found in by_block.items() if block and len(found) >= 3}
    batteries = [_as_battery(found) for found in blocks.values()]
    by_top: dict[int, list[Column]] = defaultdict(list)
    for column in rated:
        apart = question_block(column.name) in blocks or column.name in never_alone
        own = None if apart else _as_battery([column])
        if own and own.high >= 5 and len(own.codes) <= 3:
            by_top[own.high].append(column)
    batteries += [_as_battery(found) for found in by_top.values()]
    return sorted((b for b in batteries if b), key=lambda b: (-len(b.columns), b.columns))


def _may_be_rating(column: Column) -> bool:
    if label_steps(column):
        return True
    if column.distinct > 16 or not column.whole or sum(column.whole.values()) < 0.98 * column.answered:
        return False
    inside = [v for v in column.whole if 0 <= v <= 11]
    return (
        column.filled_share >= 0.02
        and max(inside, default=0) >= 3
        and all(0 <= v <= 11 or v in NO_ANSWER_CODES for v in column.whole)
    )


def _as_battery(columns: list[Column]) -> Battery | None:
    """The scale the columns share, without those that do not fit it; None where there is none."""
    labelled = [c for c in columns if label_steps(c)]
    if len(labelled) * 2 > len(columns):
        codes = sorted({text for c in labelled for text in c.no_answers})
        return Battery(tuple(c.name for c in labelled), 1, 5, tuple(codes), "")
    pooled: Counter[int] = Counter()
    for column in columns:
        pooled.update(column.whole)
    rare = {v for v, n in pooled.items() if n <= 0.0005 * sum(pooled.values())}  # slips of the pen
    scale = _find_scale(Counter({v: n for v, n in pooled.items() if v not in rare}), columns)
    if scale is None:
        return None
    low, high, doubt = scale
    fitting = [c for c in columns if max((v for v in c.whole if v <= 11), default=0) <= high + 4 and not label_steps(c)]
    codes = sorted({text for c in fitting for text in c.no_answers})
    numbers = {v for v in pooled if not low <= v <= high and v not in rare}
    numeric = {t for c in fitting for t in c.common if (v := _whole(t)) is not None and v in numbers}
    in_order = sorted(numeric, key=lambda text: (float(text), text))
    return Battery(tuple(c.name for c in fitting), low, high, (*in_order, *codes), doubt)


def _find_scale(pooled: Counter[int], columns: list[Column]) -> tuple[int, int, str] | None:
    """The lowest and highest mark of a scale, and why it is doubted."""
    usual = [v for v in pooled if 0 <= v <= 11 and v not in NO_ANSWER_CODES]
    top = max((v for v in usual if v <= 10), default=0)
    if top == 10 and sum(v in pooled for v in range(11)) >= 7:
        return (0 if 0 in pooled else 1), 10, ""
    for high in _tops(pooled, columns):
        beyond = sorted(v for v in usual if v > high)
        seen = sum(v in pooled for v in range(1, high + 1))
        if high not in pooled or seen < 0.7 * high or any(v > high + 4 or v >= 10 for v in beyond):
            continue
        if beyond and high == 4:
            continue
        return _with_zero(pooled, high, beyond)
    return None


def _tops(pooled: Counter[int], columns: list[Column]) -> tuple[int, ...]:
    """The ends of a scale to try, the likeliest first: odd ones are usual, and 6 beside 5 is rather a code."""
    if _six_is_a_mark(pooled, columns):
        return 6, 5, 4
    return (7, 5, 4) if {6, 7} <= pooled.keys() else (5, 4)


def _with_zero(pooled: Counter[int], high: int, beyond: list[int]) -> tuple[int, int, str]:
    low, doubt = 1, ""
    if 0 in pooled and pooled[0] <= pooled[1]:
        low = 1 if beyond else 0
        taken, other = ("a code for no answer", "the lowest mark")[:: 1 if beyond else -1]
        doubt = f"0 taken as {taken}; runner-up: {other}"
    if beyond:
        codes = " and ".join(map(str, beyond))
        doubt = f"{codes} taken as no answer; runner-up: a scale that goes up to {max(beyond)}"
    return low, high, doubt


def _six_is_a_mark(pooled: Counter[int], columns: list[Column]) -> bool:
    """Whether 6 is the end of a scale of six: its share then varies little from question to question."""
    if max((v for v in pooled if v <= 11), default=0) != 6 or 0 in pooled:
        return False
    shares = [c.whole.get(6, 0) / max(sum(c.whole.values()), 1) for c in columns]
    return max(shares) <= 3 * min(shares) + 0.05


def _whole(text: str) -> int | None:
    try:
        return int(float(text))
    except (ValueError, OverflowError):
        return None
