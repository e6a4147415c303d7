"""Tables of who answered, of how roles count, of satisfaction and of competitors' scores."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from helpers.story import fmt
from helpers.story.nps_sample.charts import MEASURES, grouping_name, in_order
from helpers.story.table import Form, Table, bracketed, frame_table, rows_of
from helpers.story.terms import group_name

if TYPE_CHECKING:
    from helpers.analysis.nps_sample.accounts import Accounts
    from helpers.analysis.nps_sample.benchmarks import Benchmarks
    from helpers.analysis.nps_sample.questions import Question
    from helpers.analysis.nps_sample.response import Response

_KINDS = {"c-level": "C-level", "decision maker": "Decision maker", "influencer": "Influencer", "end user": "End user"}


def response(result: "Response") -> Table:
    """Every group but the fifths of spend beside value segments: how many of its customers answered, and its score."""
    groups = result.groups
    hidden = ["all", "spend_band"] if result.by not in ("", "spend_band") else ["all"]
    kept = groups[~groups["grouping"].isin(hidden)]
    parts = [in_order(part) for _, part in kept.groupby("grouping", sort=False)]
    shown = pd.concat(parts, ignore_index=True) if parts else kept
    rows = rows_of(shown)
    shown = shown.assign(
        group=[group_name(r.group) for r in rows],
        grouping=[f"By {grouping_name(r.grouping)}" for r in rows],
        heard=[f"{fmt.count(r.answered)} of {fmt.count(r.customers)}" for r in rows],
        rate=[bracketed(fmt.share(r.response_rate), fmt.interval(r.rate_low, r.rate_high)) for r in rows],
        score=[bracketed(fmt.score(r.nps), fmt.interval(r.nps_low, r.nps_high, fmt.score)) for r in rows],
    )
    labels = {"group": "Group", "heard": "Answered", "rate": "Share (95% interval)", "score": "NPS (95% interval)"}
    note = "Each customer counts once, by the latest answer. Groups with too few answers show no score."
    if result.collapsed:
        told = "group answered" if result.collapsed == 1 else "groups answered"
        note += f" {fmt.count(result.collapsed)} {told} too seldom to be weighted without others that answer alike."
    if shown["nps"].isna().all():
        labels.pop("score")
    right = ["heard", "rate", "score"]
    why = "no groups of customers are known"
    return frame_table(shown, labels, {}, "Who answered", note, "grouping", right, why)


def roles(result: "Accounts") -> Table:
    """What each role was taken for, and how much its answers count."""
    rows = rows_of(result.roles)
    shown = result.roles.assign(
        role=[group_name(r.role) or "Not known" for r in rows],
        kind=[_KINDS.get(r.kind, r.kind[:1].upper() + r.kind[1:]) or "Not recognised" for r in rows],
        weight=[fmt.number(r.weight, 0 if r.weight % 1 == 0 else 1) for r in rows],
    )
    labels = {
        "role": "Role",
        "kind": "Counted as",
        "weight": "Weight",
        "contacts": "People",
        "answers": "Answers",
    }
    formats: dict[str, Form] = {"contacts": fmt.count, "answers": fmt.count}
    note = "The weights are a convention, set under role weights; a role that is not recognised counts once."
    return frame_table(shown, labels, formats, "How roles count", note, right=["weight"], nothing="no role is known")


def questions(asked: "Sequence[Question]") -> Table:
    """Satisfaction and effort by wave, with the definition of what counts as good."""
    known = [q.levels for q in asked if len(q.levels)]
    levels = pd.concat(known, ignore_index=True) if known else pd.DataFrame(columns=["wave", "outside"])
    rows = rows_of(levels)
    shown = levels.assign(
        wave=["All answers" if r.wave == "all" else group_name(r.wave) for r in rows],
        measure=[f"{MEASURES[r.measure]}: {r.definition}" for r in rows],
        good=[bracketed(fmt.share(r.share), fmt.interval(r.share_low, r.share_high)) for r in rows],
        average=[bracketed(fmt.number(r.mean, 2), fmt.interval(r.mean_low, r.mean_high, _two)) for r in rows],
    )
    labels = {
        "wave": "Wave",
        "answers": "Answers",
        "good": "Good answers (95% interval)",
        "average": "Average (95% interval)",
    }
    outside = int(shown.loc[shown["wave"] == "All answers", "outside"].sum()) if len(shown) else 0
    note = f"Left out: {fmt.many(outside, 'answer')} outside the scale." if outside else ""
    formats: dict[str, Form] = {"answers": fmt.count}
    right = ["good", "average"]
    why = "neither was asked on a scale that can be told"
    return frame_table(shown, labels, formats, "Satisfaction and effort by wave", note, "measure", right, why)


def competitors(result: "Benchmarks") -> Table:
    """Published scores, how each was made, and why it is not ranked where it is not."""
    scores = result.scores
    rows = rows_of(scores)
    shown = scores.assign(
        score=[bracketed(fmt.score(r.nps), fmt.interval(r.nps_low, r.nps_high, fmt.score)) for r in rows],
        source=[f"{r.source}, {r.date}" for r in rows],
        made=[_made(r.method, r.answers) for r in rows],
        ranked=[_RANKED[r.verdict] if r.verdict else f"Not ranked: {r.why_not}" for r in rows],
    )
    labels = {"name": "Competitor", "score": "NPS", "source": "Source", "made": "Method", "ranked": "Our score"}
    note = (
        f"Ours is {fmt.score(result.ours)}, from {fmt.many(result.answers, 'answer')} of our own survey. In brackets, "
        "the widest 95% interval that fits the published score and its number of answers."
    )
    return frame_table(shown, labels, {}, "Published scores", note, right=["score"], nothing="none is declared")


_RANKED = {"above": "Above", "below": "Below", "unclear": "Not clearly apart"}


def _made(method: str, answers: float) -> str:
    told = method or "Method not stated"
    return f"{told}; {fmt.many(answers, 'answer')}" if answers == answers else f"{told}; answers not stated"


def _two(x: float) -> str:
    return fmt.number(x, 2)
