"""Titles of the charts of subscribers: what each surely shows, or nothing."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from helpers.story import fmt, verdicts
from helpers.story.fmt import Money
from helpers.story.lifecycle import plans_words as words
from helpers.story.lifecycle.plans_stages import stage_name
from helpers.story.phrases import quoted

if TYPE_CHECKING:
    from helpers.analysis.lifecycle.plans_follow import Followed

_LEAST = 20  # customers of a group, below which its share of fees may hang on one of them


def groups(followed: "Followed") -> str:
    """What the best subscribers pay beyond their number; else how many have left."""
    groups = followed.plans.groups.to_dict("records") if followed.plans else []
    rows = {str(row["lifecycle_group"]): row for row in groups}
    if high := rows.get("high value"):
        known = high["fee_share"] == high["fee_share"] and high["customers"] >= _LEAST
        if known and verdicts.clearly_more(high["fee_share"], high["customer_share"]):
            shares = f"{fmt.share(high['customer_share'])} of subscribers and {fmt.share(high['fee_share'])} of fees"
            return f"High-value customers are {shares}"
    lapsed = rows.get("lapsed")
    if lapsed and lapsed["customers"] >= _LEAST:
        return f"{fmt.share(lapsed['customer_share'])} of subscribers have lapsed"
    return ""


def staying(followed: "Followed", shown: Collection[object]) -> str:
    """How many stay: of the two groups that differ most where both are among those shown, else of all."""
    said = words.staying(followed)
    found = followed.attributes
    if said.verdict == "few" or found is None:
        return ""
    after = f"after {fmt.many(said.values['months'], 'month')}"
    if not found.best:
        return f"{fmt.share(said.values['share'])} of customers are still there {after}"
    top = found.tested.iloc[0]
    best, worst = fmt.share(top["best_share"]), fmt.share(top["worst_share"])
    if best == worst or not {top["best_group"], top["worst_group"]} <= set(shown):
        return ""
    return f"{best} of {quoted(top['best_group'])} are left {after}, {worst} of {quoted(top['worst_group'])}"


def hazard(followed: "Followed") -> str:
    """When the risk of cancelling is highest, where one stretch of time stands out."""
    said = words.hazard(followed)
    if said.verdict != "neutral":
        return ""
    when = stage_name(said.values["from"] - 1, said.values["to"])
    return f"The risk of cancelling peaks in {when}: {fmt.share(said.values['hazard'], 1)} a month"


def kept(followed: "Followed", money: Money) -> str:
    """What those who paid at the window's start pay now."""
    said = words.kept(followed, money)
    net = said.values.get("net", float("nan"))
    if said.verdict in ("few", "unclear") or net != net:
        return ""
    months = fmt.many(said.values["months"], "month")
    return f"Subscribers of {months} ago now pay {fmt.share(net)} of what they paid then"


def months(first: float, last: float, months: int, *, of_fees: bool, money: Money) -> str:
    """From the first month shown to the last, where they differ as printed."""
    form = money if of_fees else fmt.count
    before, now = form(round(first)), form(round(last))
    if before == now:
        return ""
    moved = "rose" if last > first else "fell"
    what = "Recurring revenue" if of_fees else "Paying customers"
    return f"{what} {moved} from {before} to {now} in {fmt.many(months, 'month')}"


def trials(followed: "Followed") -> str:
    """How many trials are paid for, and within what time."""
    said = words.trials(followed)
    if said.verdict != "neutral" or not said.values["paid"]:
        return ""
    paid, trials = fmt.share(said.values["share"]), fmt.count(said.values["trials"])
    return f"{paid} of {trials} trials are paid for within {fmt.days(said.values['days'])}"
