"""The few doubts that matter most, asked of whoever drafts: which column is the customer, the score, the amount.

Asked is only where something hangs on it: a column that is used though another came near, the one column that a file
lacks to be a table, the money that orders lack. An answer is used as if it had been sure.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from helpers.data.guess.matches import Evidence, Match
from helpers.data.guess.parts import guess_part
from helpers.data.guess.tables import LEAST_TOTAL
from helpers.data.schema import TABLES
from helpers.data.spec import ROW_NUMBER
from helpers.runs.draft_look import Understood

MOST_QUESTIONS = 3
_MOST_CHOICES = 5
_LEAST_FIT = 0.2  # of a column that is offered
_MATTERS = ("customer_id", "score", "amount")  # the most first; then the date
_MEANT = {
    "customer_id": "the customer",
    "score": 'the 0-10 answer to "would you recommend us?"',
    "amount": "the amount of money",
}


@dataclass(frozen=True)
class Choice:
    source: str  # a column of the file
    says: str  # what speaks for it, and against


@dataclass(frozen=True)
class Question:
    """Which of a file's columns is meant; the first choice is the proposed one."""

    shown: str  # the file
    table: str
    column: str
    meant: str
    choices: tuple[Choice, ...]


Ask = Callable[[Question], str]  # the source of a choice; "" where it is none of them


def ask_doubts(
    understood: Sequence[Understood], others: Sequence[Understood], ask: Ask
) -> tuple[list[Understood], list[Understood]]:
    """The files with the answers to at most three questions in them; an answer may make a file a table, or none."""
    everything = [*understood, *others]
    asked = [(i, column) for i, one in enumerate(everything) for column in _doubtful(one)]
    asked.sort(key=lambda at: (_rank(at[1]), -everything[at[0]].rows))
    for i, column in asked[:MOST_QUESTIONS]:
        question = _question(everything[i], column)
        everything[i] = answer_with(everything[i], column, ask(question))
    order = list(TABLES)
    usable = sorted((one for one in everything if one.usable), key=lambda u: order.index(u.part.table))
    return usable, [one for one in everything if not one.usable]


def answer_with(one: Understood, column: str, source: str) -> Understood:
    """The file with `source` as `column` of its table, or without the column where `source` is empty."""
    fit = one.fits[0]
    kept = [m for m in fit.matches if m.column != column and m.source != source]
    lost = [m.column for m in fit.matches if m.source == source and m.column != column]
    lacking = [name for name in fit.lacking if _first_word(name) != column]
    if source:
        kept.append(Match(column, source))
    needed = {c.name for c in TABLES[fit.table].columns if c.required}
    lacking += [name for name in [*lost, *([] if source else [column])] if name in needed]
    names = TABLES[fit.table].column_names
    fit = replace(
        fit,
        matches=tuple(sorted(kept, key=lambda m: names.index(m.column))),
        proposals=tuple(m for m in fit.proposals if m.column != column and m.source != source),
        lacking=tuple(dict.fromkeys(lacking)),
        total=max(fit.total, LEAST_TOTAL),
    )
    said = (*one.said, column) if source else one.said
    part = guess_part(one.frame, one.look, fit)
    settled = [
        replace(m, source=source, doubt="", runner_up="") if source and m.column == column else m for m in part.columns
    ]
    return replace(one, fits=(fit, *one.fits[1:]), part=replace(part, columns=tuple(settled)), said=said)


def _doubtful(one: Understood) -> list[str]:
    """The columns of a file that are worth a question."""
    fit = one.fits[0]
    matters = [*_MATTERS, TABLES[fit.table].date_column]
    if one.usable:
        moneyless = fit.table == "orders" and not {"amount", "unit_price"} & {m.column for m in one.part.columns}
        money = [m.column for m in one.part.proposals if moneyless and m.column == "amount"]
        return [m.column for m in one.part.columns if m.column in matters and m.doubt and m.runner_up] + money
    proposed = {m.column for m in fit.proposals}
    lacks = [_first_word(name) for name in fit.lacking]
    return [name for name in lacks if len(lacks) == 1 and name in matters and name in proposed]


def _question(one: Understood, column: str) -> Question:
    fit = one.fits[0]
    match = next(m for m in (*one.part.columns, *fit.proposals) if m.column == column)
    told = {e.source: e for e in fit.evidence if e.column == column}
    ranked = sorted(told.values(), key=lambda e: -e.fit)
    offered = [match.source, match.runner_up, *(e.source for e in ranked if e.fit >= _LEAST_FIT)]
    names = list(dict.fromkeys(name for name in offered if name))[:_MOST_CHOICES]
    choices = tuple(Choice(name, _says(told.get(name), one, name)) for name in names)
    date = column == TABLES[fit.table].date_column
    meant = "the day it happened" if date else _MEANT[column]
    return Question(one.shown, fit.table, column, meant, choices)


def _says(evidence: Evidence | None, one: Understood, name: str) -> str:
    if name == ROW_NUMBER:
        return "each row counts as a customer"
    values = ", ".join(value.strip()[:16] for value in list(one.look.column(name).common)[:3])
    against = f"; but {evidence.against}" if evidence and evidence.against else ""
    return f"{values}{against}"


def _first_word(lacking: str) -> str:
    return lacking.split(" ")[0]


def _rank(column: str) -> int:
    return _MATTERS.index(column) if column in _MATTERS else len(_MATTERS)
