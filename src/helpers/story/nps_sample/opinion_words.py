"""Sentences about satisfaction, effort, and competitors' scores."""

from typing import TYPE_CHECKING, Any

from helpers.story import fmt, verdicts
from helpers.story.phrases import quoted, some
from helpers.story.statement import KeyFigure, Statement, Verdict
from helpers.story.terms import group_name

if TYPE_CHECKING:
    from helpers.analysis.nps_sample.benchmarks import Benchmarks
    from helpers.analysis.nps_sample.questions import Question

_CONTRARY = -0.1  # correlation with the score from which a question seems to be read the wrong way round


def satisfaction(question: "Question", beside: "Question", *, min_answers: int = 50) -> Statement:
    """The level and the course of satisfaction; `beside` is the question on effort."""
    return _level("satisfaction", "satisfaction", question, beside, min_answers)


def effort(question: "Question", beside: "Question", *, min_answers: int = 50) -> Statement:
    """The level and the course of effort; `beside` is the question on satisfaction."""
    return _level("effort", "effort", question, beside, min_answers)


def question_scales(csat: "Question", ces: "Question") -> Statement:
    """On which scales the questions were read, and what may be wrong with that."""
    asked = [q for q in (csat, ces) if q.reading.scale and q.whole.get("answers")]
    if not asked:
        return Statement("question_scales", "")
    names = {"csat": "satisfaction", "ces": "effort"}
    guessed = [q for q in asked if q.reading.guessed]
    outside = sum(int(q.whole["outside"]) for q in asked)
    contrary = [q for q in asked if _is_contrary(q)]
    values: dict[str, Any] = {"outside": outside, "scales": [[q.reading.low, q.reading.high] for q in asked]}
    if not contrary:
        scales = [f"{names[q.reading.measure]} from {_scale(q)}" for q in asked]
        text = f"{'The scales, judging by the answers' if guessed else 'The scales'}: {fmt.listing(scales)}."
        if outside:
            text += f" {fmt.many(outside, 'answer')} outside {'is' if outside == 1 else 'are'} left out."
        return Statement("question_scales", text, aside=True, values=values)
    which, scale = names[contrary[0].reading.measure], _scale(contrary[0])
    text = f"High answers on {which} ({scale}) go with low scores: the scale may run the other way."
    action = "Look up what a high answer on effort means, and set it in the parameter file."
    if which == "satisfaction":
        action = "Look up what a high answer on satisfaction means before quoting it."
    return Statement("question_scales", text, "unclear", action=action, values=values)


def competitors(result: "Benchmarks") -> Statement:
    """The score against those published, never without how each was made."""
    if result.scores.empty:
        return Statement(
            "competitors",
            "No competitor's score is declared.",
            "few",
            needs="competitors' scores with source and date, as benchmarks in the parameter file",
        )
    values: dict[str, Any] = {"ours": result.ours, "answers": result.answers}
    ours = f"{fmt.score(result.ours)} (own survey, {fmt.many(result.answers, 'answer')})"
    compared = result.compared.to_dict("records")
    values["theirs"] = [[r["nps"], r["answers"]] for r in result.scores.to_dict("records")]
    if not compared:
        return _not_ranked(result, ours, values)
    row = min(compared, key=lambda r: (_ORDER[r["verdict"]], -r["nps"]))
    made = f"{row['method']}, {row['source']}, {row['date']}"
    values |= {"rival": row["name"], "rival_nps": row["nps"], "side": row["verdict"]}
    values["date"] = [int(part) for part in str(row["date"]).split("-") if part.isdigit()]
    is_ = {"below": "is below", "unclear": "hardly differs from", "above": "is above"}[row["verdict"]]
    text = f"Our {ours} {is_} {quoted(row['name'])} at {fmt.score(row['nps'])} ({quoted(made)})."
    others = len(result.scores) - len(compared)
    if others:
        they = "another is" if others == 1 else f"{fmt.words(others)} others are"
        text += f" {they[:1].upper()}{they[1:]} not ranked."
        values["others"] = others
    verdict: Verdict = "unclear" if row["verdict"] == "unclear" else "neutral"
    return Statement("competitors", text, verdict, values=values)


_ORDER = {"below": 0, "unclear": 1, "above": 2}


def _not_ranked(result: "Benchmarks", ours: str, values: dict[str, Any]) -> Statement:
    rows = result.scores.to_dict("records")
    scores = [f"{quoted(r['name'])} {fmt.score(r['nps'])}" for r in rows]
    why = sorted({reason for r in rows for reason in r["why_not"].split("; ")})
    values["years"] = 2
    return Statement(
        "competitors",
        f"Our {ours} is not ranked against {some(scores, 3)}: {fmt.listing(why)}.",
        "unclear",
        action="Ask the publishers how they asked, whom, and how many answered.",
        values=values,
    )


def _level(key: str, what: str, question: "Question", beside: "Question", min_answers: int) -> Statement:
    reading, whole = question.reading, question.whole
    if not reading.answers and beside.reading.answers:
        return Statement(key, "")  # the other question was asked, and this one was not
    if not reading.answers:
        return Statement(key, f"The survey does not ask about {what}.", "few", needs=f"a question on {what}")
    if not reading.scale:
        text = f"The answers do not reveal the scale of {what}, so no level is given."
        return Statement(key, text, "few", needs=f"the scale of {what}, set in the parameter file")
    n = int(whole["answers"])
    if n < min_answers:
        text = f"{fmt.many(n, 'answer')} on {what}: too few for a level."
        return Statement(key, text, "few", needs=f"{fmt.many(min_answers, 'answer')} on {what}", values={"n": n})
    value = whole["mean"] if question.is_mean else whole["share"]
    values: dict[str, Any] = {"value": value, "answers": n, "cuts": [reading.good_low, reading.good_high, reading.high]}
    form = _average if question.is_mean else fmt.share
    text = f"{_said(question, form(value))} ({_cut(question)}; {fmt.many(n, 'answer')})"
    course, verdict = _course(question, values)
    if _is_contrary(question):  # `question_scales` says why: up may be down
        verdict = "unclear"
    latest, of = value, fmt.many(n, "answer")
    if "now" in values:
        latest, of = values["now"], group_name(question.last_wave)
    figure = KeyFigure(_LABELS[reading.measure], form(latest), f"{_cut(question)}, {of}")
    action = f"Ask customers of the last wave what made {_WORSE[reading.measure]}." if verdict == "bad" else ""
    return Statement(key, f"{text}{course}.", verdict, action=action, values=values, figures=(figure,))


_LABELS = {"csat": "Satisfied customers", "ces": "Easy to deal with"}
_WORSE = {"csat": "them less satisfied", "ces": "it harder"}


def _is_contrary(question: "Question") -> bool:
    """Whether high answers go with low scores, though they should mean satisfaction or ease."""
    return question.score_correlation <= _CONTRARY and question.reading.asks != "effort"


def _said(question: "Question", level: str) -> str:
    if question.is_mean:
        return {"csat": f"Satisfaction averages {level}", "ces": f"Effort averages {level}"}[question.reading.measure]
    if question.reading.asks == "satisfaction":
        return f"{level} of answers are satisfied"
    return f"{level} of answers say it {'took little effort' if question.reading.asks == 'effort' else 'was easy'}"


def _cut(question: "Question") -> str:
    reading = question.reading
    if question.is_mean:
        return f"of {fmt.count(reading.high)}"
    return f"{fmt.count(reading.good_low)} to {fmt.count(reading.good_high)} of {fmt.count(reading.high)}"


def _course(question: "Question", values: dict[str, Any]) -> tuple[str, Verdict]:
    """How it moved from the first wave to the last, and whether that is good."""
    if not question.first_wave:
        return "", "neutral"
    names = question.first_wave, question.last_wave
    column = "mean" if question.is_mean else "share"
    levels = question.levels.set_index("wave")[column]
    form = _average if question.is_mean else fmt.share
    before, now = (form(levels[name]) for name in names)
    values |= {"before": levels[names[0]], "now": levels[names[1]]}
    values |= {"change": question.change, "low": question.change_low, "high": question.change_high}
    side = verdicts.side_of_zero(
        question.change_low, question.change_high, _average if question.is_mean else fmt.points
    )
    shown = [quoted(group_name(name)) for name in names]
    if side == "unclear" or before == now:
        return f", without a clear change from {shown[0]} to {shown[1]}", "unclear" if side == "unclear" else "neutral"
    better = (side == "above") != (question.is_mean and question.reading.asks == "effort")
    moved = "up" if side == "above" else "down"
    return f", {moved} from {before} in {shown[0]} to {now} in {shown[1]}", "good" if better else "bad"


def _scale(question: "Question") -> str:
    return f"{fmt.count(question.reading.low)} to {fmt.count(question.reading.high)}"


def _average(x: float) -> str:
    return fmt.number(x, 1)
