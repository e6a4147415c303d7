"""Next quarter's plan in words: how many actions, what they should bring, how they are measured, what is missing."""

from typing import TYPE_CHECKING, Any

from helpers.story import fmt
from helpers.story.fmt import Money
from helpers.story.phrases import quoted
from helpers.story.plan.actions import CALLS, MEMBERS, campaign_text
from helpers.story.statement import Statement

if TYPE_CHECKING:
    from helpers.analysis.plan.plan import Plan

_NEEDS = "customers with orders, a subscription or an answer to a survey"


def answer(plan: "Plan", money: Money) -> Statement:
    """How many actions there are to vote on, and what those that were measured should bring."""
    rows = plan.actions
    if rows.empty:
        text = (
            "Nothing in these data calls for an action yet: there is no campaign to repeat, and nobody is known to be "
            "late, unhappy or about to leave."
        )
        return Statement("answer", text, "few")
    many = len(rows)
    measured = rows[rows["expected"].notna() & (rows["kind"] != "stop") & (rows["evidence"] == plan.basis)]
    values: dict[str, Any] = {"actions": many, "measured": len(measured), "expected": plan.expected}
    values |= {"low": plan.low, "high": plan.high, "margin": plan.margin, "left_out": plan.left_out}
    actions = "One action" if many == 1 else f"{fmt.words(many).capitalize()} actions"
    if measured.empty:
        never = "its gain was never measured" if many == 1 else "none of the gains was ever measured"
        text = f"{actions} for next quarter; {never}, so try {'it' if many == 1 else 'them'} small first."
        if (rows["kind"] == "repeat").any():
            text = (
                f"{actions} for next quarter; past tests show what to repeat where a contact costs less than it earns."
            )
        elif (rows["kind"] == "stop").any():
            rest = "" if (rows["kind"] == "stop").all() else ", and no gain was ever measured"
            text = f"{actions} for next quarter; past campaigns show what not to repeat{rest}."
        return Statement(
            "answer",
            text,
            "unclear",
            action="Vote on each, and hold a random group out wherever customers are contacted.",
            headline=True,
            values=values,
        )
    costs = "before costs, which are not known" if measured["cost"].isna().any() else "after costs"
    tested = plan.basis == "random test"
    how = "tested at random should" if tested else "compared like for like may"
    which = "" if len(measured) == many and tested else f"; the {_few(len(measured))} {how} bring"
    only = measured.iloc[0].to_dict()
    if which and len(measured) == 1 and only["kind"] == "repeat":
        which = f"; repeating {campaign_text(only)} {'should' if tested else 'may'} bring"
    bring = which or (", expected to bring" if many == 1 else ", together expected to bring")
    return Statement(
        "answer",
        f"{actions} for next quarter{bring} {money(plan.expected)} of margin {costs}.",
        "good",
        action="Vote on each action"
        + (", and name an owner for those without one." if (rows["owner"] == "").any() else "."),
        headline=True,
        values=values,
    )


def gains(plan: "Plan", money: Money) -> Statement:
    """Which gains were measured and how, and which are not known."""
    rows = plan.actions
    if rows.empty:
        return Statement("gains", "There is no action whose gain could be estimated.", "few", needs=_NEEDS)
    known = rows.dropna(subset=["expected"]).to_dict("records")
    unknown = len(rows) - len(known)
    values: dict[str, Any] = {"known": len(known), "unknown": unknown, "margin": plan.margin}
    if not known and (rows["kind"] == "repeat").any():
        text = "What a repeat would gain is not known: neither the cost of a contact nor the margin is on record."
        return Statement("gains", text, "unclear", values=values)
    if not known:
        return Statement(
            "gains",
            "What the actions bring is not known: no test or like-for-like comparison has measured any of them.",
            "unclear",
            values=values,
        )
    best = known[0]
    values |= {"best": best["expected"], "low": best["low"], "high": best["high"]}
    basis = "By a random test" if best["evidence"] == "random test" else "By a comparison of like with like, not a test"
    does = "dropping {} should avoid a loss of" if best["kind"] == "stop" else "repeating {} should bring"
    several = len({row["campaign"] for row in known if row["arm"] == best["arm"]}) > 1 and best["arm"] != MEMBERS
    what = campaign_text(best) + (f" of {quoted(best['campaign'])}" if several else "")
    rest = f"; what {_few(unknown)} other{'s' if unknown > 1 else ''} would bring is not known" if unknown else ""
    return Statement(
        "gains",
        f"{basis}, {does.format(what)} {money(best['expected'])}{rest}.",
        "neutral",
        values=values,
    )


def measurement(plan: "Plan") -> Statement:
    """How many actions are run as random tests, and which would show large rises only."""
    rows = plan.actions[plan.actions["kind"] != "stop"]
    if rows.empty:
        return Statement("measurement", "There is no action to measure.", "few", needs=_NEEDS)
    tests = rows[rows["held_out"] > 0]
    calls = int(rows["kind"].isin(CALLS).sum())
    values: dict[str, Any] = {"tests": len(tests), "calls": calls, "actions": len(rows)}
    if tests.empty:
        text = "No action is run as a test: everybody concerned is called, and the next survey or renewal will tell."
        return Statement("measurement", text, "unclear", values=values)
    sharp = tests.dropna(subset=["smallest_seen_share"]).sort_values("smallest_seen_share", kind="stable")
    run = f"{fmt.words(len(tests)).capitalize()} of {_actions(len(rows))}"
    if len(tests) == len(rows):
        run = {1: "The action", 2: "Both actions"}.get(len(rows), f"All {_actions(len(rows))}")
    is_run = "is run as a random test" if len(tests) == 1 else "are run as random tests"
    if sharp.empty:
        they = "it" if len(tests) == 1 else "they"
        text = f"{run} {is_run}; how small a rise {they} can show is not known."
        return Statement("measurement", text, "unclear", values=values)
    best = sharp.iloc[0].to_dict()
    values |= {"smallest": best["smallest_seen_share"], "segment": best["segment"]}
    return Statement(
        "measurement",
        f"{run} {is_run}; the sharpest can show a rise of {fmt.share(best['smallest_seen_share'])} or more.",
        "neutral",
        action="Draw who is held out before the first contact, and leave them alone until the day named.",
        values=values,
    )


def owners(plan: "Plan") -> Statement:
    """Which actions have nobody who answers for them."""
    rows = plan.actions
    if rows.empty:
        return Statement("owners", "There is no action to own.", "few", needs=_NEEDS)
    without = rows[rows["owner"] == ""]
    values = {"actions": len(rows), "without": len(without)}
    if without.empty:
        return Statement("owners", "Every action has an owner and a day.", "good", values=values)
    text = f"{fmt.words(len(without)).capitalize()} of {_actions(len(rows))} {_have(len(without))} no owner."
    if len(without) == len(rows):
        text = {1: "The action has no owner.", 2: "Neither action has an owner."}.get(
            len(rows), "No action has an owner."
        )
    return Statement(
        "owners",
        text,
        "neutral",
        action="Name one person for each, under “owners” in the parameter file.",
        values=values,
    )


def missing(plan: "Plan") -> Statement:
    """What would make the plan firmer: costs, a margin, tests."""
    rows = plan.actions
    if rows.empty:
        return Statement("missing", "There is no plan that more data could make firmer.", "few", needs=_NEEDS)
    contacts = rows[rows["kind"] != "stop"]
    free, unmeasured = int(contacts["cost"].isna().sum()), int(rows["expected"].isna().sum())
    values = {"without_cost": free, "unmeasured": unmeasured, "left_out": plan.left_out, "margin": plan.margin}
    lacking = []
    if free:
        lacking.append(f"the cost of a contact for {_few(free)}")
    if unmeasured:
        lacking.append(f"a measured gain for {_few(unmeasured)}")
    if plan.margin != plan.margin:
        lacking.append("the gross margin")
    left = fmt.words(plan.left_out).capitalize()
    more = f" {left} further action{'s' if plan.left_out > 1 else ''} did not fit." if plan.left_out else ""
    if not lacking:
        return Statement("missing", f"Costs, margin and gains are known for all actions.{more}", "good", values=values)
    return Statement("missing", f"Still missing: {fmt.listing(lacking)}.{more}", "neutral", values=values)


def _few(n: int) -> str:
    return fmt.words(n)


def _have(n: int) -> str:
    return "has" if n == 1 else "have"


def _actions(n: int) -> str:
    return f"{fmt.words(n)} {'action' if n == 1 else 'actions'}"
