"""Sentences about what tests of campaigns changed, for whom, and how far the tests can be trusted."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from helpers.analysis.campaigns.checks import Checks
from helpers.analysis.campaigns.leverage import FEW
from helpers.analysis.campaigns.lift import RANDOM, Lift
from helpers.analysis.campaigns.segments import LEAST_ARM, SegmentLift
from helpers.story import fmt, verdicts
from helpers.story.campaigns.outcomes import answer_of, level_form, lift_form
from helpers.story.fmt import Money
from helpers.story.phrases import inside, quoted, some
from helpers.story.statement import Statement, Verdict

Row = dict[Any, Any]
_CAMPAIGN = "campaigns, with customers left out of them at random"
_HEAVY = 0.1  # of all that both arms add up to, from which one customer is worth a word


def lift(found: Lift, money: Money) -> Statement:
    """The arm that raised the outcome most; or lowered it; or that nothing clear was found."""
    arms, answers = _answers(found, money)
    tested = [arm for arm in arms if answers[_key(arm)] != "alone"]
    if not tested:
        text = "Nobody was left out of a campaign at random, so none has a measured lift."
        return Statement("lift", text, "few", needs=_CAMPAIGN)
    by_answer = {
        answer: [a for a in tested if answers[_key(a)] == answer] for answer in dict.fromkeys(answers.values())
    }
    what = inside(found.outcome)
    values: dict[str, Any] = {"metric": found.outcome, "arms": len(tested)}
    values["answers"] = {answer: len(rows) for answer, rows in by_answer.items() if rows}
    if up := by_answer.get("up"):
        best = max(up, key=lambda arm: arm["lift"])
        return Statement(
            "lift",
            f"{_raised(best, arms, 'raised', what, money)}.",
            "good",
            action="Extend it while a contact costs less than it earns, and keep leaving some customers out.",
            headline=True,
            values=values | _told(best),
        )
    if down := by_answer.get("down"):
        worst = min(down, key=lambda arm: arm["lift"])
        return Statement(
            "lift",
            f"{_raised(worst, arms, 'lowered', what, money)}.",
            "bad",
            action=f"Stop {_who(worst, arms)} until it is known why {what} fell.",
            headline=True,
            values=values | _told(worst),
        )
    if hangs := by_answer.get("hangs"):
        few = "one customer" if all(a["hangs_on"] == 1 for a in hangs) else "a handful of customers"
        text = f"The lift of {some([_who(a, arms) for a in hangs], 2)} in {what} depends on {few}."
        action = "Check their orders before building on it."
        return Statement("lift", text, "unclear", action, headline=True, values=values)
    if unclear := by_answer.get("unclear"):
        return _nothing_clear(unclear, arms, what, money, values)
    if by_answer.get("broken"):
        text = "Judging by its arms, no test was drawn at random, so no result is read."
        return Statement("lift", text, "unclear", "Find out how customers came into each arm.", values=values)
    if all(arm["mean"] == 0 == arm["control_mean"] for arm in tested):
        text = f"Nobody in the tests has brought any {what} so far, so what they changed is not known yet."
        return Statement("lift", text, "few", "Look again once customers have had time to buy.", values=values)
    text = f"Too few customers were contacted or left out to tell what the campaigns changed in {what}."
    return Statement("lift", text, "few", "Run the next test with more customers in each arm.", values=values)


def _nothing_clear(unclear: Sequence[Row], arms: Sequence[Row], what: str, money: Money, values: Row) -> Statement:
    """No lift was found, and how large one would have had to be: of the test that could see most."""
    finest = min(unclear, key=lambda arm: arm["detectable"] if arm["detectable"] == arm["detectable"] else float("inf"))
    seen = _seen(finest, money)
    who = _who(finest, arms) if len(unclear) == 1 else f"No arm of {fmt.words(len(unclear))}"
    text = f"{who} made {'no' if len(unclear) == 1 else 'a'} clear difference to {what}"
    text += f"; lifts under {_each(seen)} are too small for such a test to see." if seen else "."
    action = "Size the next test for the smallest lift that would pay."
    return Statement(
        "lift", text, "unclear", action, headline=True, values=values | _told(finest) | {"unclear": len(unclear)}
    )


def other_arms(found: Lift, money: Money) -> Statement:
    """What else was tested, beside the arm that `lift` names: grouped, with the worst by name."""
    arms, answers = _answers(found, money)
    first = lift(found, money).values
    rest = [a for a in arms if answers[_key(a)] != "alone" and _key(a) != (first.get("campaign"), first.get("arm"))]
    if not rest or not {"up", "down"} & set(answers.values()):
        return Statement("other_arms", "", "few")
    by_answer = {answer: [a for a in rest if answers[_key(a)] == answer] for answer in dict.fromkeys(answers.values())}
    what = inside(found.outcome)
    values: dict[str, Any] = {"counts": {answer: len(rows) for answer, rows in by_answer.items()}}
    said = []
    if up := by_answer.get("up"):
        said.append(f"{some([_who(a, arms) for a in up], 3)} raised {what} too.")
    down = by_answer.get("down", [])
    if down and "up" in answers.values():
        worst = min(down, key=lambda arm: arm["lift"])
        values |= _told(worst)
        said.append(f"{_raised(worst, arms, 'lowered', what, money)}.")
        down = [a for a in down if a is not worst]
    if down:
        said.append(f"{some([_who(a, arms) for a in down], 3)} lowered it too.")
    if hangs := by_answer.get("hangs"):
        said.append(f"The lift of {some([_who(a, arms) for a in hangs], 3)} depends on a handful of customers.")
    if unclear := by_answer.get("unclear"):
        said.append(f"For {some([_who(a, arms) for a in unclear], 3)} no clear difference was found.")
    for answer, why in (
        ("few", "has too few customers to tell"),
        ("broken", "was not drawn at random and is not read"),
    ):
        if rows := by_answer.get(answer):
            why = (
                why
                if len(rows) == 1
                else why.replace("has", "have").replace("was", "were").replace("is not", "are not")
            )
            said.append(f"{some([_who(a, arms) for a in rows], 3)} {why}.")
    harm = values.get("arm")
    verdict: Verdict = "bad" if harm else "neutral" if up or down else "unclear"
    action = f"Stop {_named(values)} until it is known why {what} fell." if harm else ""
    return Statement("other_arms", " ".join(said), verdict, action, headline=bool(harm), values=values)


def among_arms(found: Lift, money: Money) -> Statement:
    """Campaigns with several arms and nobody left out: which arm brought more, not what either brought."""
    rows = list(found.between.to_dict("records"))
    if not rows:
        return Statement("among_arms", "", "few")
    what = inside(found.outcome)
    known = [row for row in rows if min(row["n"], row["reference_n"]) >= LEAST_ARM and row["low"] == row["low"]]
    clear = [row for row in known if _side(row, found.outcome, money) != "unclear" and row["p_adjusted"] < 0.05]
    campaigns = sorted({row["campaign"] for row in rows})
    alone = f"Nobody was left out of {some([quoted(c) for c in campaigns], 2)}"
    values: dict[str, Any] = {"campaigns": campaigns, "compared": len(known)}
    if not known:
        return Statement(
            "among_arms", f"{alone}, and its arms have too few customers to compare.", "few", values=values
        )
    if not clear:
        text = f"{alone}; between its arms no clear difference in {what} was found."
        return Statement("among_arms", text, "unclear", values=values)
    most = max(clear, key=lambda row: abs(row["difference"]))
    better, other = (most["arm"], most["reference"]) if most["difference"] > 0 else (most["reference"], most["arm"])
    by = lift_form(found.outcome, most["reference_mean"], money)(abs(most["difference"]))
    return Statement(
        "among_arms",
        f"{alone}; among its arms, {what} was {_each(by)} higher with {quoted(better)} than with {quoted(other)}.",
        action="Leave some customers out next time: only then do we know what a campaign brings.",
        values=values | {"difference": most["difference"], "arm": better, "reference": other},
    )


def for_whom(found: SegmentLift, money: Money) -> Statement:
    """Whether the lift differs between groups; a difference in clarity is no difference."""
    if found.by_segment.empty:
        text = "There is no test whose customers can be grouped as they stood before it."
        return Statement(
            "for_whom",
            text,
            "few",
            needs="customers left out at random, purchases before, and the customer number and date of each contact",
        )
    tests = found.interaction.to_dict("records")
    what = inside(found.by_segment["metric"].iloc[0])
    if not tests:
        text = f"No two groups have {LEAST_ARM} customers or more both contacted and left out, so none are compared."
        return Statement("for_whom", text, "few", values={"least": LEAST_ARM})
    differing = [test for test in tests if test["differs"]]
    segments = max(test["segments"] for test in tests)
    if not differing:
        return Statement(
            "for_whom",
            f"Nothing shows that the lift in {what} differed between groups: chance alone explains such differences.",
            "unclear",
            action="Choose whom to contact by what they are worth and what it costs.",
            values={"tests": len(tests), "segments": segments},
        )
    first = min(differing, key=lambda test: test["p_value"])
    rows = found.by_segment
    best = rows[(rows["campaign"] == first["campaign"]) & (rows["arm"] == first["arm"])].set_index("segment")
    top = best.loc[first["best"]]
    several = found.interaction[["campaign", "arm"]].drop_duplicates()
    who = _who(first, several.to_dict("records"))
    by = lift_form(top["metric"], top["control_mean"], money)(top["lift"])
    return Statement(
        "for_whom",
        f"The lift of {who} differed between groups: surest in {quoted(first['best'])}, at {_each(by)}, "
        f"least in {quoted(first['worst'])}.",
        "good" if top["lift"] > 0 else "neutral",
        action=f"Contact {quoted(first['best'])} first next time, leaving some of each group out.",
        headline=True,
        values={
            "best": first["best"],
            "worst": first["worst"],
            "lift": top["lift"],
            "p_adjusted": first["p_adjusted"],
            "arm": first["arm"],
            "campaign": first["campaign"],
        },
    )


def trust(checks: Checks) -> Statement:
    """Whether the arms are as large, and were as alike before, as a random draw would make them."""
    tests = len(checks.ratios)
    if not tests:
        text = "There is no test to check."
        return Statement("trust", text, "few", needs=_CAMPAIGN)
    broken = checks.broken
    values = {"tests": tests, "broken": broken, "measures": int(checks.balance["measure"].nunique())}
    if broken:
        odd = set(checks.ratios.loc[checks.ratios["broken"].astype(bool), "campaign"])
        why = "as large as" if set(broken) <= odd else "alike before as"
        return Statement(
            "trust",
            f"The arms of {some([quoted(c) for c in broken], 2)} are not {why} a random draw would make them, so we "
            "conclude nothing from it.",
            "bad",
            action="Find out how customers came into each arm, and repeat the test.",
            headline=True,
            values=values,
        )
    which = "the test" if tests == 1 else f"all {fmt.words(tests)} tests" if tests > 2 else "both tests"
    alike = ", and were as alike before," if values["measures"] else ""
    text = f"The arms of {which} are as large{alike} as a random draw would make them."
    return Statement("trust", text, values=values)


def accounted(counts: pd.DataFrame) -> Statement:
    """Where the rows of the campaign lists went. counts: as from `exposure_counts`."""
    if counts.empty:
        return Statement("accounted", "", "few", aside=True)
    told = {str(c): int(counts[c].sum()) for c in counts.columns if c != "campaign"}
    rows, used = fmt.count(told["rows"]), fmt.count(told["used"])
    away = []
    if told["repeated"]:
        away.append(f"{fmt.count(told['repeated'])} repeat a customer of the same arm and count once")
    if told["set_aside"]:
        away.append(f"{fmt.count(told['set_aside'])} are set aside, of customers in several arms of one campaign")
    text = f"Each of the {rows} rows of the campaign lists is a customer in one arm."
    if away:
        text = f"Of {rows} rows of the campaign lists, {used} are customers in one arm. {'; '.join(away)}."
    if told["undated"] or told["future"]:
        odd = told["undated"] + told["future"]
        told["odd"] = odd
        text += f" The day of contact is missing, or lies after this report's date, in {fmt.count(odd)}."
    return Statement("accounted", text, aside=True, values=told)


def few_customers(found: Lift, money: Money) -> Statement:
    """Whether an answer hangs on a few customers with very large outcomes."""
    rows = list(found.leverage.to_dict("records"))
    if found.by_arm.empty or not (found.by_arm["evidence"] == RANDOM).any():
        return Statement("few_customers", "There is no test to check.", "few", needs=_CAMPAIGN)
    if not rows:
        text = "What was measured is yes or no, so no customer weighs more than another."
        return Statement("few_customers", text, "few", needs="an amount measured for each customer, such as spend")
    hangs = [row for row in rows if row["hangs_on"]]
    heavy = [row for row in rows if row["largest_share"] >= _HEAVY]
    what = inside(found.outcome)
    if not hangs and not heavy:
        text = f"No result depends on a few customers: it stays the same without those with the most {what}."
        return Statement("few_customers", text, values={"arms": len(rows), "few": FEW})
    first = max(heavy or hangs, key=lambda row: row["largest_share"])
    form = lift_form(found.outcome, first["largest"], money)
    values = {k: first[k] for k in ("campaign", "arm", "largest", "largest_share", "lift", "lift_without", "hangs_on")}
    if heavy:
        whole, without = form(first["lift"]), form(first["lift_without"])
        text = f"One customer with {form(first['largest'])} weighs on {_who(first, rows)}: "
        text += (
            f"without that one the lift is {without}, not {whole}."
            if whole != without
            else "the lift is as large without."
        )
    else:
        n = first["hangs_on"]
        many = f"{fmt.words(n)} customer{'s' if n > 1 else ''}"
        text = f"The answer on {_who(first, rows)} would change without the {many} with the most {what}."
    action = "Check the largest orders: a mistyped amount or a trade customer does not belong in a test."
    return Statement("few_customers", text, "unclear", action, headline=bool(heavy), values=values)


def sharper(found: Lift) -> Statement:
    """What was gained by taking out of the outcome what customers had bought before."""
    rows = found.gains[found.gains["metric"] == found.outcome]
    if found.by_arm.empty or not (found.by_arm["evidence"] == RANDOM).any():
        return Statement("sharper", "There is no test to sharpen.", "few", needs=_CAMPAIGN)
    if rows.empty:
        text = "What customers bought before the tests is not known, so it cannot sharpen them."
        needs = "an amount measured for each customer, and purchases before the campaigns"
        return Statement("sharper", text, "few", needs=needs)
    best = rows.sort_values("gain").to_dict("records")[-1]
    what, gain = inside(found.outcome), fmt.share(max(best["gain"], 0.0))
    values = {"campaign": best["campaign"], "gain": max(best["gain"], 0.0), "metric": found.outcome}
    if best["used"]:
        many = rows["campaign"].nunique() > 1
        where = f" in {quoted(best['campaign'])}" if many else ""
        text = (
            f"Earlier purchases predict {gain} of the variance of {what}{where}; taking that out narrows the interval."
        )
        return Statement("sharper", text, "good", values=values)
    some_part = f"{gain} of" if gain not in ("0%", "<1%") else "next to nothing of"
    text = f"Earlier purchases predict {some_part} the variance of {what} at best, too little to sharpen a test."
    return Statement("sharper", text, values=values)


def _answers(found: Lift, money: Money) -> tuple[list[Row], dict[tuple[Any, Any], str]]:
    """The rows of the outcome, and what each says."""
    rows = found.by_arm[found.by_arm["metric"] == found.outcome].to_dict("records")
    return list(rows), {_key(row): answer_of(row, money) for row in rows}


def _key(row: Row) -> tuple[Any, Any]:
    return row["campaign"], row["arm"]


def _who(row: Row, rows: Sequence[Row]) -> str:
    """An arm, with its campaign where there are several."""
    several = len({r["campaign"] for r in rows}) > 1
    return quoted(row["arm"]) + (f" in {quoted(row['campaign'])}" if several else "")


def _named(values: Row) -> str:
    return quoted(values["arm"])


def _raised(row: Row, rows: Sequence[Row], verb: str, what: str, money: Money) -> str:
    """“Call” raised spend by £1.90 a customer, from £3.10 among those left out at random"""
    metric, level = row["metric"], row["control_mean"]
    by = lift_form(metric, level, money)(abs(row["lift"]))
    start = level_form(metric, level, money)(level)
    return f"{_who(row, rows)} {verb} {what} by {_each(by)}, from {start} among those left out at random"


def _each(amount: str) -> str:
    """A lift in money or in number is one a customer; one in a rate is of all."""
    return amount if amount.endswith(" points") else f"{amount} a customer"


def _told(row: Row) -> dict[str, Any]:
    kept = ("campaign", "arm", "lift", "low", "high", "control_mean", "detectable", "p_adjusted", "interval")
    return {column: row[column] for column in kept}


def _seen(row: Row, money: Money) -> str:
    if row["detectable"] != row["detectable"]:
        return ""
    return lift_form(row["metric"], row["control_mean"], money)(row["detectable"])


def _side(row: Row, metric: str, money: Money) -> str:
    return verdicts.side_of_zero(row["low"], row["high"], lift_form(metric, row["reference_mean"], money))
