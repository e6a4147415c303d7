"""Who promotes, is passive or detracts, each by the scale of the answer's own score; and which scale a page scores.

The cuts are those of `helpers.data.scales`. Scores on different scales are not compared, so a page scores one.
"""

from dataclasses import dataclass, field
from typing import Any

import ibis
from ibis.expr.types import Table

from helpers.data.scales import DEFAULT, DOUBTED, SCALES, Scale, say_doubt
from helpers.errors import ThinDataError

SCALE = "scale"


@dataclass(frozen=True)
class ScaleTold:
    """The scale that a page scores, and the answers that it leaves out because they are on another.

    answers: scored. others: answers by scale that was declared, not scored here. doubted: the same by a scale that
    seems to be another than 0-10 and was not declared.
    """

    scale: Scale
    answers: int
    others: dict[str, int] = field(default_factory=dict)
    doubted: dict[str, int] = field(default_factory=dict)

    @property
    def is_usual(self) -> bool:
        """Whether there is nothing to tell: all answers are on 0-10."""
        return self.scale.name == DEFAULT and not self.others and not self.doubted


def group_of(answers: Table) -> Any:
    """An expression of each answer's kind, "promoters", "passives" or "detractors", by the cuts of its scale; null
    where the scale is doubted and not declared. Answers without a column `scale` are on 0-10."""
    score = answers.score
    if SCALE not in answers.columns:
        return _by_cuts(score, SCALES[DEFAULT])
    cuts = [(answers[SCALE] == name, _by_cuts(score, scale)) for name, scale in SCALES.items()]
    return ibis.cases(*cuts, else_=ibis.null("string"))


def one_scale(answers: Table, min_answers: int = 50) -> tuple[Table, ScaleTold]:
    """The answers on the one scale that a page scores, and what was left out.

    That is 0-10 where it has `min_answers`, else the declared scale with most answers. Answers without a column
    `scale` are on 0-10. Raises ThinDataError where all answers are on a scale that seems to be another than 0-10 and
    was not declared, with what to write.
    """
    if SCALE not in answers.columns:
        return answers, ScaleTold(SCALES[DEFAULT], int(answers.count().execute()))
    counted = answers.group_by(SCALE).aggregate(n=answers.count()).order_by(ibis.desc("n"), SCALE).execute()
    counts = {str(name): int(n) for name, n in zip(counted[SCALE], counted["n"], strict=True)}
    doubted = {name: n for name, n in counts.items() if name.endswith(DOUBTED)}
    declared = {name: n for name, n in counts.items() if name not in doubted}
    if doubted and not declared:
        raise ThinDataError(say_doubts(doubted))
    most = max(declared, key=lambda name: declared[name], default=DEFAULT)
    chosen = DEFAULT if declared.get(DEFAULT, 0) >= min_answers else most
    others = {name: n for name, n in declared.items() if name != chosen}
    told = ScaleTold(SCALES[chosen], declared.get(chosen, 0), others, doubted)
    return (answers.filter(answers[SCALE] == chosen) if others or doubted else answers), told


def refuse_unscored(answers: Table) -> None:
    """Raise the ThinDataError of `one_scale` where it would: no answer's scale is known."""
    one_scale(answers)


def on_one_scale(answers: Table, min_answers: int = 50) -> Table:
    """The answers of `one_scale`; none where all are on a scale that is doubted."""
    try:
        return one_scale(answers, min_answers)[0]
    except ThinDataError:
        return answers.limit(0)


def say_doubts(doubted: dict[str, int]) -> str:
    """Why answers are not scored, and what to write: a sentence a scale."""
    told = []
    for name, n in doubted.items():
        why, mend = say_doubt(name)
        answers = f"{n:,} answer{'s are' if n != 1 else ' is'}"
        told.append(f"{answers} not scored: {why}. In the parameter file, that part of surveys needs {mend}")
    return ". ".join(told)


def _by_cuts(score: Any, scale: Scale) -> Any:
    cuts = ((score >= scale.promoter_from, "promoters"), (score >= scale.passive_from, "passives"))
    return ibis.cases(*cuts, else_="detractors")
