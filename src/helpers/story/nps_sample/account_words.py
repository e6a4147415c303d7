"""Sentences about accounts: which were heard from, through whom, and what else the score could be."""

from math import isnan
from typing import TYPE_CHECKING, Any

from helpers.story import fmt, verdicts
from helpers.story.fmt import Money
from helpers.story.phrases import quoted, some
from helpers.story.statement import Statement, Verdict

if TYPE_CHECKING:
    from helpers.analysis.nps_sample.accounts import Accounts
    from helpers.analysis.nps_sample.consumers import Beside

_VIEWS = {
    "all answers": "by answer",
    "account average": "by account",
    "by role": "by role",
    "by revenue": "by revenue",
}


def accounts_heard(result: "Accounts") -> Statement:
    """How many accounts have answered, with how much of revenue."""
    if not result.answered:
        return Statement(
            "accounts_heard",
            "No answer belongs to an account, so nothing is said of accounts.",
            "few",
            needs="a customer list that says who belongs to which account, and customer numbers in the answers",
        )
    share = result.answered / result.known
    values: dict[str, Any] = {"answered": result.answered, "known": result.known, "share": share}
    of = f"{fmt.count(result.answered)} of {fmt.many(result.known, 'account')}"
    text = f"We have heard from {of} ({fmt.share(share)})"
    if result.spend_share == result.spend_share:
        text += f", which bring {fmt.share(result.spend_share)} of revenue"
        values["spend_share"] = result.spend_share
    text += "."
    if result.unplaced:
        values["unplaced"] = result.unplaced
        text += f" {fmt.many(result.unplaced, 'answer')} could not be placed in any account."
    return Statement("accounts_heard", text, values=values)


def silent_decision_makers(result: "Accounts", money: Money) -> Statement:
    """Accounts that answered, though nobody who decides did."""
    if not result.answered or not (result.heard["decision_makers"].any()):
        return Statement("silent_decision_makers", "")  # no accounts, or no role that is known to decide
    silent = result.silent
    share, spend = silent["spend_share"].sum(), silent["spend"].sum()
    listed = int((silent["decision_makers"] > 0).sum())
    values = {"silent": len(silent), "answered": result.answered, "share": share, "spend": spend, "listed": listed}
    if silent.empty:
        return Statement(
            "silent_decision_makers", "In every account that answered, a decision maker did.", "good", values=values
        )
    known = result.spend_share == result.spend_share
    one = len(silent) == 1
    text = (
        f"In {fmt.count(len(silent))} of {fmt.many(result.answered, 'account')} heard from, no decision maker answered"
    )
    if known:
        text += f"; {'it brings' if one else 'they bring'} {fmt.share(share)} of revenue ({money(spend)})"
    weight = share if known else len(silent) / result.answered
    verdict: Verdict = "bad" if verdicts.worth_saving(weight) else "neutral"
    first = ", the biggest accounts first" if known and not one else ""
    return Statement(
        "silent_decision_makers",
        f"{text}.",
        verdict,
        action=f"Ask their decision makers in person{first}; the list is saved with this report.",
        headline=verdict == "bad",
        values=values,
    )


def account_views(result: "Accounts") -> Statement:
    """The score counted by answer, by account, by role and by revenue, and which is clearly apart."""
    if result.answered < 2:
        return Statement("account_views", "")
    rows = result.views.to_dict("records")
    scores = [f"{fmt.score(r['nps'])} {_VIEWS[r['view']]}" for r in rows]
    values: dict[str, Any] = {r["view"]: r["nps"] for r in rows}
    sides = {r["view"]: verdicts.side_of_zero(r["change_low"], r["change_high"], fmt.score) for r in rows[1:]}
    text = f"The score is {fmt.listing(scores)}."
    gap = result.revenue_gap
    values |= {"revenue_gap": gap.score, "revenue_gap_low": gap.low, "revenue_gap_high": gap.high}
    revenue = verdicts.side_of_zero(gap.low, gap.high, fmt.score)
    if revenue != "unclear":
        text += f" High-revenue accounts are {'happier' if revenue == 'above' else 'less happy'} than the others."
    action = "First visit the accounts with high revenue and a low score." if revenue == "below" else ""
    unclear = all(side == "unclear" for side in sides.values())
    if unclear and revenue == "unclear":
        text = f"The score is {fmt.listing(scores)}; none is clearly apart."
    return Statement(
        "account_views",
        text,
        "unclear" if unclear and revenue == "unclear" else "neutral",
        action=action,
        values=values,
    )


def account_clustering(result: "Accounts") -> Statement:
    """What it does to the interval that answers of one account are alike."""
    rows = result.views.to_dict("records")
    effect = rows[0]["design_effect"] if rows else float("nan")
    if isnan(effect) or result.answered == result.answers:
        return Statement("account_clustering", "")  # one answer an account: there is nothing alike
    worth = result.answers / max(effect, 1.0)
    values = {"answers": result.answers, "effect": effect, "worth": worth}
    if round(effect, 2) <= 1:
        text = "Answers of one account are no more alike than those of several."
        return Statement("account_clustering", text, aside=True, values=values)
    return Statement(
        "account_clustering",
        f"Answers of one account are alike: the {fmt.many(result.answers, 'answer')} say as much as "
        f"{fmt.count(worth)} of separate accounts.",
        aside=True,
        values=values,
    )


def role_weights(result: "Accounts") -> Statement:
    """Roles that were not recognised, and so count once."""
    unknown = result.unknown_roles
    if not unknown or not result.answered:
        return Statement("role_weights", "")
    counted = result.roles.set_index("role")["answers"]
    answers = int(counted[unknown].sum())
    named = some([quoted(role) for role in unknown])
    is_ = "is not a role" if len(unknown) == 1 else "are not roles"
    count = "counts" if len(unknown) == 1 else "count"
    return Statement(
        "role_weights",
        f"{named} {is_} known here and {count} once ({fmt.many(answers, 'answer')}).",
        action="Give each role its weight under role weights in the parameter file.",
        aside=True,
        values={"answers": answers, "roles": len(unknown)},
    )


def business_and_consumers(result: "Beside", *, is_b2b2c: bool = True, min_businesses: int = 10) -> Statement:
    """What businesses say beside what their consumers say."""
    values: dict[str, Any] = {"both": result.both, "judged": result.judged, "warnings": result.warnings}
    if not is_b2b2c or result.both < min_businesses:
        return Statement(
            "business_and_consumers",
            "There are too few businesses that both they and their consumers answered for.",
            "few",
            needs=f"{fmt.count(min_businesses)} businesses where both they and their consumers answered, by account",
            values=values,
        )
    scores = dict(zip(result.by_side["side"], result.by_side["nps"], strict=True))
    values |= scores | {"difference": result.difference.score, "limit": min_businesses}
    side = verdicts.side_of_zero(result.difference.low, result.difference.high, fmt.score)
    business, consumer = fmt.score(scores["business"]), fmt.score(scores["consumer"])
    if side == "unclear" or business == consumer:
        text = f"Businesses and their consumers are not clearly apart: {business} and {consumer}."
    else:
        text = f"Businesses score {business}, their consumers {consumer}."
    action = ""
    if result.warnings:
        has, their = (
            ("1 business is", "its")
            if result.warnings == 1
            else (f"{fmt.count(result.warnings)} businesses are", "their")
        )
        text += f" {has} content while {their} consumers clearly are not."
        action = "Work with these businesses on what their consumers complain of, before their own scores follow."
    verdict: Verdict = "unclear" if side == "unclear" else "neutral"
    return Statement("business_and_consumers", text, verdict, action=action, values=values)
