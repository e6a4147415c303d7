"""Titles of the charts of who answered and how scores are counted: what each surely shows, or nothing."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from helpers.data.schema import UNKNOWN, WITHHELD
from helpers.story import fmt, verdicts
from helpers.story.nps_sample import account_words, opinion_words
from helpers.story.phrases import quoted, wave_name
from helpers.story.terms import group_name

if TYPE_CHECKING:
    from helpers.analysis.nps_sample.accounts import Accounts
    from helpers.analysis.nps_sample.benchmarks import Benchmarks
    from helpers.analysis.nps_sample.consumers import Beside
    from helpers.analysis.nps_sample.questions import Question
    from helpers.analysis.nps_sample.weights import Weighting

_LEAST = 30  # customers of a group, as in the sentence on who answered
_COUNTED = {"account average": "by account", "by role": "by role", "by revenue": "by revenue"}
_NARRATORS = {"csat": opinion_words.satisfaction, "ces": opinion_words.effort}
_GOOD = {"satisfaction": "are satisfied", "effort": "find it easy"}
_MOVED = {"satisfaction": "Satisfied answers", "effort": "“Easy” answers"}


def rates(shown: pd.DataFrame) -> str:
    """The groups that answered most and least, of those drawn, where the two are clearly apart."""
    known = shown[(shown["customers"] >= _LEAST) & ~shown["group"].isin([UNKNOWN, WITHHELD])]
    rows = known.sort_values("response_rate", kind="stable").to_dict("records")
    if len(rows) < 2 or not round(100 * rows[0]["rate_high"]) < round(100 * rows[-1]["rate_low"]):
        return ""
    most, least = (f"{fmt.share(row['response_rate'])} of {quoted(row['group'])}" for row in (rows[-1], rows[0]))
    return f"{most} answered, {least}"


def weights(result: "Weighting") -> str:
    """The score of the last wave with the survey weights and without, where they clearly move it; of all answers where
    there are no waves."""
    if not result.weighted:
        return ""
    last = result.by_wave.to_dict("records")[-1]
    weighted, plain = fmt.score(last["nps_weighted"]), fmt.score(last["nps"])
    unclear = verdicts.side_of_zero(last["change_low"], last["change_high"], fmt.score) == "unclear"
    if unclear or weighted == plain:
        return ""
    where = f"In {wave_name(group_name(last['wave']))} the" if result.waves else "The"
    return f"{where} score is {weighted} weighted, {plain} unweighted"


def questions(asked: "Sequence[Question]") -> str:
    """How the share of good answers moved from the first wave to the last, where all that clearly moved went the same
    way; the shares of all answers, where no waves are drawn."""
    told = [(q, _NARRATORS[q.reading.measure](q, q)) for q in asked if q.is_told]
    if any(q.is_mean or said.verdict == "few" for q, said in told):
        return ""  # an average is drawn as a share, and few answers say nothing
    if all(len(q.levels) < 3 for q, _ in told):
        levels = [f"{fmt.share(said.values['value'])} {_GOOD[said.key]}" for _, said in told]
        return fmt.listing(levels)
    moved = [(q, said) for q, said in told if said.verdict in ("good", "bad")]
    if len({said.verdict for _, said in moved}) != 1:
        return ""
    question, said = moved[0]
    before, now = (
        f"{fmt.share(said.values[when])} in {wave_name(group_name(wave))}"
        for when, wave in (("before", question.first_wave), ("now", question.last_wave))
    )
    return f"{_MOVED[said.key]} {'rose' if said.verdict == 'good' else 'fell'} from {before} to {now}"


def views(result: "Accounts") -> str:
    """The score by answer and the way of counting that clearly moves it most."""
    if result.answered < 2 or account_words.account_views(result).verdict != "neutral":
        return ""
    first, *others = result.views.to_dict("records")
    clear = [
        row
        for row in others
        if verdicts.side_of_zero(row["change_low"], row["change_high"], fmt.score) != "unclear"
        and fmt.score(row["nps"]) != fmt.score(first["nps"])
    ]
    if not clear:
        return ""
    top = max(clear, key=lambda row: abs(row["nps"] - first["nps"]))
    return f"Counted by answer the score is {fmt.score(first['nps'])}, {_COUNTED[top['view']]} {fmt.score(top['nps'])}"


def sides(result: "Beside") -> str:
    """What businesses and their consumers score, where the two are clearly apart."""
    said = account_words.business_and_consumers(result)
    if said.verdict != "neutral":
        return ""
    business, consumer = fmt.score(said.values["business"]), fmt.score(said.values["consumer"])
    return f"Businesses score {business}, their consumers {consumer}" if business != consumer else ""


def competitors(result: "Benchmarks") -> str:
    """Where the score stands beside a competitor's that was made alike, where the two are clearly apart."""
    said = opinion_words.competitors(result)
    if said.verdict != "neutral":
        return ""
    ours, theirs = fmt.score(said.values["ours"]), fmt.score(said.values["rival_nps"])
    if ours == theirs:
        return ""
    return f"Our {ours} is {said.values['side']} the {theirs} of {quoted(said.values['rival'])}"
