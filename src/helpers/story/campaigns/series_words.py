"""Sentences about how members and others, and all sales, moved before and after a campaign."""

from typing import TYPE_CHECKING, Any

from helpers.analysis.campaigns.differences import ALIKE, APART
from helpers.story import fmt, verdicts
from helpers.story.campaigns.evidence_labels import form_of, reason
from helpers.story.fmt import Money
from helpers.story.phrases import quoted
from helpers.story.statement import Statement

if TYPE_CHECKING:
    from helpers.analysis.campaigns.differences import Differences
    from helpers.analysis.campaigns.interrupted import Interrupted

Row = dict[str, Any]
_NEEDS = "a list of a campaign's members with the day of each contact, and orders from well before it"
_NEEDS_WEEKS = "a campaign's first day, and two years of orders"


def series_difference(result: "Differences", metric: str, money: Money) -> Statement:
    """How much more those contacted changed than everyone else, of the campaign with most members."""
    key, form = "series_difference", form_of(metric, money)
    row = _largest(result)
    if not row:
        return Statement(key, "No campaign's members can be followed over time.", "few", needs=_NEEDS)
    who, values = quoted(row["campaign"]), {"metric": metric, **_record(row)}
    if row["estimate"] != row["estimate"]:
        text = f"Members of {who} and others cannot be followed over time: {reason(row['why'])}."
        return Statement(key, text, "few", needs=_NEEDS, values=values)
    side = verdicts.side_of_zero(row["low"], row["high"], form)
    if side == "unclear":
        what = "spending" if metric == "spend" else "orders"
        text = f"Members' {what} did not clearly change more or less than others' once {who} began."
        return Statement(key, text, "unclear", values=values)
    way = "more" if side == "above" else "less"
    did = f"spent {form(abs(row['estimate']))} each {way}"
    if metric != "spend":
        did = f"placed {form(abs(row['estimate']))} {'more' if side == 'above' else 'fewer'} orders each"
    text = f"Since {who} began, members have {did} than had they moved like others"
    text += ": a hint, not proof." if row["ok"] else f", but {reason(row['why'])}."
    return Statement(key, text, "neutral" if row["ok"] else "unclear", values=values)


def series_trends(result: "Differences") -> Statement:
    """Whether members and others moved alike before, of the campaign with most members."""
    key, row = "series_trends", _largest(result)
    if not row:
        return Statement(key, "Nothing is known of how members and others moved before.", "few", needs=_NEEDS)
    who, values = quoted(row["campaign"]), _record(row)
    if row["trends"] == APART:
        text = f"Members and others already moved apart before {who}, so their difference since is not credited to it."
        return Statement(key, text, "unclear", values=values)
    if row["trends"] == ALIKE:
        text = f"Before {who}, members and others moved alike, as far as we can see. They need not have done so since."
        return Statement(key, text, values=values)
    text = f"Too little is known of the time before {who} to tell whether members and others moved alike."
    return Statement(key, text, "few", values=values)


def series_drift(result: "Differences", metric: str, money: Money) -> Statement:
    """How much of the difference could come from a drift that the check on trends was too weak to see."""
    key, row = "series_drift", _largest(result)
    if not row or row["trends"] != ALIKE:
        return Statement(key, "")
    form = form_of(metric, money)
    values = {"metric": metric, "drift": row["drift"], **_record(row)}
    text = f"A drift too small to be seen before could explain up to {form(row['drift'])} of difference a customer"
    text += ", more than was found." if row["drift"] >= abs(row["estimate"]) else ", less than was found."
    return Statement(key, text, aside=True, values=values)


def series_course(result: "Interrupted", metric: str, money: Money) -> Statement:
    """Whether all sales left their course when a campaign began, of the one that can be judged best."""
    key, rows = "series_course", [_plain(row) for row in result.by_campaign.to_dict("records")]
    if not rows:
        text = "Sales cannot be compared with the first day of any campaign."
        return Statement(key, text, "few", needs=_NEEDS_WEEKS)
    judged = [row for row in rows if row["ok"]]
    row = max(judged or rows, key=lambda r: (r["effect"] == r["effect"], r["contacted"]))
    told = ("campaign", "weeks_before", "weeks_after", "effect", "low", "high", "placebos", "placebo_p", "ok", "why")
    who, values = quoted(row["campaign"]), {"metric": metric, **{name: row[name] for name in told}}
    if not row["ok"]:
        text = f"What all sales did after {who} began says nothing about it: {reason(row['why'])}."
        if row["effect"] != row["effect"]:
            return Statement(key, text, "few", needs=_NEEDS_WEEKS, values=values)
        return Statement(key, text, "unclear", values=values)
    form = money if metric == "spend" else fmt.count
    after = f"In the {fmt.many(row['weeks_after'], 'week')} after {who} began, all sales"
    side = verdicts.side_of_zero(row["low"], row["high"], form)
    if side == "unclear":
        text = f"{after} did not clearly leave the course they were on."
        return Statement(key, text, "unclear", values=values)
    amount = form(abs(row["effect"])) + ("" if metric == "spend" else " orders")
    way = "above" if side == "above" else "below"
    text = f"{after} lay {amount} {way} the course they were on: a hint, not proof."
    return Statement(key, text, values=values)


def _largest(result: "Differences") -> Row:
    """The row of the campaign with most members that has an estimate, else with most members."""
    rows = [_plain(row) for row in result.by_arm.to_dict("records")]
    return max(rows, key=lambda row: (row["estimate"] == row["estimate"], row["n"]), default={})


def _plain(row: Any) -> Row:
    return {str(name): value for name, value in row.items()}


def _record(row: Row) -> Row:
    told = ("campaign", "arm", "n", "control_n", "estimate", "low", "high", "trends", "trend_p", "ok", "why")
    return {name: row[name] for name in told}
