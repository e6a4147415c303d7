"""Sentences about subscribers: what they pay, how much of it stays, who leaves, when, and what is at risk."""

from math import isnan
from typing import TYPE_CHECKING

from helpers.story import fmt, verdicts
from helpers.story.fmt import Money
from helpers.story.lifecycle.plans_stages import stage_name
from helpers.story.phrases import inside, quoted
from helpers.story.statement import KeyFigure, Statement

if TYPE_CHECKING:
    from helpers.analysis.lifecycle.plans import Plans
    from helpers.analysis.lifecycle.plans_follow import Followed
    from helpers.analysis.lifecycle.plans_trials import Trials

_NEEDS = "subscriptions, with their start and end or their tenure"
_NEEDS_DATES = "the day each subscription started, and ended"
_FEW = 20  # customers who have left, below which nothing is said of when and why
_WORRYING = 0.9  # net revenue retention below this is a concern (our own convention: a tenth gone in a year)


def recurring(followed: "Followed", money: Money, *, leads: bool = True) -> Statement:
    """How many pay how much, and how many have left. leads: whether the cover's figures are of subscriptions."""
    plans = followed.plans
    if plans is None:
        return Statement("recurring", "No subscriptions were supplied.", "few", needs=_NEEDS)
    paying, fee, n = plans.paying, plans.monthly_fee, len(plans.customers)
    values = {"paying": paying, "monthly_fee": fee, "lapsed": plans.lapsed, "customers": n}
    known = paying + plans.lapsed
    share = plans.lapsed / known if known else float("nan")
    values |= {"lapsed_share": share, "known": known}
    if not known:
        text = f"{fmt.many(n, 'customer')} {'has' if n == 1 else 'have'} "
        text += "a subscription; its end is not recorded." if plans.unknown else "been on a trial; none pays."
        needs = "the end of each subscription" if plans.unknown else "subscriptions that are paid for"
        return Statement("recurring", text, "few", needs=needs, values=values)
    pays = f"{fmt.many(paying, 'customer')} {'pays' if paying == 1 else 'pay'} {money(fee)} a month"
    stays = f"{fmt.many(paying, 'customer')} {'has' if paying == 1 else 'have'} a subscription that runs"
    left = f"{fmt.count(plans.lapsed)} of {fmt.count(known)} ({fmt.share(share)}) have left"
    text = f"{pays if fee == fee else stays}; {left if plans.lapsed else 'nobody has left'}."
    return Statement(
        "recurring",
        text,
        headline=leads,
        values={**values, "churn": followed.churn, "months": followed.churn_months},
        figures=_figures(followed, plans, money, share) if leads else (),
    )


def _figures(followed: "Followed", plans: "Plans", money: Money, lapsed_share: float) -> tuple[KeyFigure, ...]:
    figures = [KeyFigure("Paying customers", fmt.count(plans.paying), "with a subscription that runs")]
    if plans.monthly_fee == plans.monthly_fee:
        told = "fees of all subscriptions that run"
        figures.insert(0, KeyFigure("Recurring revenue a month", money(plans.monthly_fee), told))
    if followed.churn == followed.churn:
        told = f"of customers, average of the last {fmt.many(followed.churn_months, 'month')}"
        return (*figures, KeyFigure("Churn a month", fmt.share(followed.churn, 1), told))
    return (*figures, KeyFigure("Churn", fmt.share(lapsed_share), "of all customers; when they left is not told"))


def thresholds(followed: "Followed", money: Money) -> Statement:
    """From when on a customer is loyal or of high value, and why."""
    if followed.plans is None:
        return Statement("thresholds", "No subscriptions were supplied.", "few", needs=_NEEDS)
    found = followed.plans.thresholds
    months = fmt.many(found.loyal_months, "month")
    loyal = {
        "levels off": f"A customer is loyal after {months}: from then on the risk of cancelling hardly falls.",
        "usual": f"A customer is loyal after {months}, by convention: the data show no time when the risk levels off.",
        "set": f"A customer is loyal after {months}, as set for this report.",
    }[found.loyal_by]
    fee = money(found.high_value_fee)
    high = {
        "top fifth": f"High value starts at {fee} a month, which {fmt.share(found.high_value_share)} of payers reach.",
        "set": f"High value starts at {fee} a month, as set for this report.",
        "equal fees": "Fees differ too little to call some customers high-value.",
        "no fees": "No fee is known, so nobody is called high-value.",
    }[found.high_value_by]
    values = {"loyal_months": found.loyal_months, "high_value_fee": found.high_value_fee}
    values["high_value_share"] = found.high_value_share
    return Statement("thresholds", f"{loyal} {high}", values=values)


def basis(followed: "Followed") -> Statement:
    """What the figures leave out; nothing where they leave out nothing."""
    plans = followed.plans
    if plans is None:
        return Statement("basis", "")
    said = []
    if plans.without_fee and plans.monthly_fee == plans.monthly_fee:
        said.append(f"Revenue leaves out {fmt.many(plans.without_fee, 'paying customer')} whose fee is not known.")
    if plans.unknown and plans.paying + plans.lapsed:
        said.append(f"Of {fmt.many(plans.unknown, 'customer')} it is not recorded whether they have left.")
    if followed.months.empty and plans.paying + plans.lapsed:
        said.append(
            "Subscriptions have a tenure but no dates: churn by month, growth and net revenue retention need the day "
            "each started and ended."
        )
    return Statement("basis", " ".join(said), values={"without_fee": plans.without_fee, "unknown": plans.unknown})


def at_risk(followed: "Followed", money: Money, *, leads: bool = True) -> Statement:
    """The revenue of those who do not use, have cancelled to leave, or are far likelier than most to cancel."""
    plans = followed.plans
    if plans is None:
        return Statement("at_risk", "No subscriptions were supplied.", "few", needs=_NEEDS)
    n, fee, total = plans.at_risk, plans.fee_at_risk, plans.monthly_fee
    share = fee / total if total > 0 else n / plans.paying if plans.paying else float("nan")
    values = {"customers": n, "fee": fee, "fee_share": share, "silent": plans.silent, "leaving": plans.leaving}
    values |= {"risk_times": plans.risk_times, "average": plans.average_leave_share, "months": 12}
    values |= {"expected": plans.expected_fee_loss}
    if not plans.paying or (not n and isnan(plans.average_leave_share)):
        text = (
            "Nobody pays now, so nothing is at risk." if not plans.paying else "Nobody has left, so no risk is known."
        )
        return Statement("at_risk", text, "few", needs="customers who have left, and others who pay", values=values)
    has_fee = fee == fee
    pays = f" with {money(fee)} a month ({fmt.share(share)} of revenue)" if has_fee else f" ({fmt.share(share)})"
    told = KeyFigure("Revenue at risk a month", money(fee), _rule_brief(plans))
    figures = (told,) if leads and has_fee and n else ()
    if not n:
        times, average = _times(plans.risk_times), fmt.share(plans.average_leave_share)
        text = f"No paying customer is {times} as likely as the average to cancel within a year, which is {average}."
        if plans.expected_fee_loss == plans.expected_fee_loss:
            note = "expected to go within a year at the rates so far"
            lost = KeyFigure("Revenue at risk a month", money(plans.expected_fee_loss), note)
            figures = (lost,) if leads else ()
        return Statement("at_risk", text, "good", values=values, figures=figures)
    text = f"{fmt.many(n, 'subscriber')}{pays} {_rule(plans, n)}."
    concern = verdicts.worth_saving(share)
    return Statement(
        "at_risk",
        text,
        "bad" if concern else "neutral",
        action=_ACTIONS["silent" if plans.silent == n else "any"],
        headline=leads,
        values=values,
        figures=figures,
    )


_ACTIONS = {
    "silent": "Call the largest this week: ask what keeps them from using it, and help them start again.",
    "any": "Sort them by fee and call the first this week: ask what would make them stay.",
}


def _rule(plans: "Plans", n: int) -> str:
    be = "is" if n == 1 else "are"
    if plans.silent == n:
        return "no longer uses what is paid for" if n == 1 else "no longer use what they pay for"
    if plans.leaving == n:
        return f"{'has' if n == 1 else 'have'} cancelled for a later day"
    if not plans.silent and not plans.leaving:
        return f"{be} at least {_times(plans.risk_times)} as likely as average to cancel within a year"
    kinds = ["silent"] * bool(plans.silent) + ["leaving"] * bool(plans.leaving)
    if plans.silent + plans.leaving < n:
        kinds.append(f"{_times(plans.risk_times)} as likely as average to cancel")
    return f"{be} {' or '.join([', '.join(kinds[:-1]), kinds[-1]]) if kinds[1:] else kinds[0]}"


def _rule_brief(plans: "Plans") -> str:
    kinds = ["not using"] * bool(plans.silent) + ["cancelled for later"] * bool(plans.leaving)
    if plans.silent + plans.leaving < plans.at_risk:
        kinds.append(f"{_times(plans.risk_times)} as likely as average to cancel within a year")
    return f"customers {' or '.join(kinds)}"


def _times(x: float) -> str:
    return "twice" if x == 2 else f"{fmt.number(x, 0 if x % 1 == 0 else 1)} times"


def staying(followed: "Followed", *, leads: bool = True) -> Statement:
    """How many stay a year, and the attribute that sets them apart most."""
    found, hazard = followed.attributes, followed.hazard
    if found is None or hazard is None:
        needs = "how long each customer has stayed, and whether each has left" if followed.plans else _NEEDS
        return Statement("staying", "How long customers stay is not recorded.", "few", needs=needs)
    at = found.horizon_months
    whole = found.curves.curves[found.curves.curves["grouping"] == "all"]
    share = float(whole.loc[whole["months"] == at, "survival"].iloc[0])
    values = {"customers": hazard.customers, "ended": hazard.ended, "months": at, "share": share}
    after = "a year" if at == 12 else fmt.many(at, "month")
    if hazard.ended < _FEW:
        who = f"{fmt.many(hazard.ended, 'customer')} {'has' if hazard.ended == 1 else 'have'}"
        text = f"{f'Only {who}' if hazard.ended else 'Nobody has'} left, so we cannot tell how long customers stay."
        return Statement("staying", text, "few", needs="more customers who have left", values=values)
    stays = f"{fmt.share(share)} of customers stay {after}"
    if not found.best:
        text = f"{stays}; no attribute on record clearly sets apart those who leave."
        return Statement("staying", text, "unclear", values=values)
    top = found.tested.iloc[0]
    best, worst = fmt.share(top["best_share"]), fmt.share(top["worst_share"])
    name = inside(found.best)
    return Statement(
        "staying",
        f"{stays}. What sets them apart most is {name}: {best} with {quoted(top['best_group'])}, {worst} with "
        f"{quoted(top['worst_group'])}.",
        action=f"Start with {quoted(top['worst_group'])}: ask why they leave, and test a remedy on a random half.",
        headline=leads,
        values={**values, "best_share": top["best_share"], "worst_share": top["worst_share"]},
    )


def hazard(followed: "Followed") -> Statement:
    """In which stretch of a customer's time the risk of cancelling is highest."""
    found = followed.hazard
    if found is None or found.peak < 0:
        n = found.ended if found else 0
        text = f"{'Only ' + fmt.count(n) if n else 'No'} cancellation{'s have' if n > 1 else ' has'} a known date."
        needs = "more customers whose end and time are known" if followed.plans else _NEEDS
        return Statement("hazard", text, "few", needs=needs, values={"ended": n})
    row = found.stages.iloc[found.peak]
    values = {"hazard": row["hazard"], "monthly": found.monthly, "low": row["low"], "high": row["high"]}
    values |= {"from": int(row["from_months"]) + 1, "to": int(row["to_months"])}
    each, usual = fmt.share(row["hazard"], 1), fmt.share(found.monthly, 1)
    if not found.peak_is_clear or each == usual:
        text = f"No time stands out: in an average month {usual} of customers cancel, early or late."
        return Statement("hazard", text, "unclear", values=values)
    when = stage_name(row["from_months"], row["to_months"])
    one = row["to_months"] - row["from_months"] == 1
    text = (
        f"The risk of cancelling is highest in {when}: {each} leave{'' if one else ' in each'}, against {usual} in an "
    )
    return Statement(
        "hazard",
        f"{text}average month.",
        action="Speak to every customer before that time is up: ask whether they got what they came for.",
        values=values,
    )


def kept(followed: "Followed", money: Money, *, leads: bool = True) -> Statement:
    """Net and gross revenue retention, or customers kept where no fee is known."""
    found = followed.kept
    if found is None:
        text = "Without dates we cannot say how much revenue customers keep bringing."
        return Statement("kept", text, "few", needs=_NEEDS_DATES if followed.plans else _NEEDS)
    values = {"months": found.months, "customers": found.customers, "lost": found.lost, "churn": found.churn}
    values |= {"net": found.net, "gross": found.gross, "revenue_churn": found.revenue_churn}
    values |= {"start": found.start_mrr, "end": found.end_mrr, "more": found.expansion_mrr}
    ago = "a year ago" if found.months == 12 else f"{fmt.many(found.months, 'month')} ago"
    if not found.enough:
        text = f"Only {fmt.many(found.customers, 'customer')} paid {ago}, too few to tell what customers keep paying."
        return Statement("kept", text, "few", needs="a longer history of subscriptions", values=values)
    if not found.any_cancelled and not found.lost:
        text = f"Of the {fmt.count(found.customers)} customers of {ago} none has left, or the data hold only those who "
        return Statement("kept", f"{text}stayed.", "unclear", values=values)
    net = fmt.share(found.net)
    gone = f"{fmt.share(found.churn)} of them have left" if found.lost else "none of them has left"
    if isnan(found.net):
        text = f"Of the {fmt.count(found.customers)} customers who paid {ago}, {fmt.share(found.churn)} have left."
        return Statement("kept", text, values=values)
    bad = round(found.net, 2) < _WORRYING
    text = f"Subscribers of {ago} now pay {net} of what they paid then; {gone}."
    return Statement(
        "kept",
        text,
        "bad" if bad else "good" if round(found.net, 2) >= 1 else "neutral",
        action="Ask the last ten who left why they went, and what would have kept them." if bad else "",
        headline=leads or bad,
        values=values,
        figures=(KeyFigure("Net revenue retention", net, f"what subscribers of {ago} pay now, of what they paid"),)
        if leads
        else (),
    )


def months(followed: "Followed", money: Money) -> Statement:
    """How recurring revenue has moved, and the churn of customers beside that of revenue."""
    table, n = followed.months, followed.churn_months
    if len(table) < 2 or not n or isnan(followed.churn):
        text = "There is no month before this one to compare with."
        return Statement("months", text, "few", needs=_NEEDS_DATES if followed.plans else _NEEDS)
    now, then = table.iloc[-1], table.iloc[-1 - min(n, len(table) - 1)]
    of, form = ("mrr", money) if now["mrr"] == now["mrr"] else ("active", fmt.count)
    values = {"now": now[of], "then": then[of], "months": n}
    values |= {"churn": followed.churn, "mrr_churn": followed.mrr_churn}
    what = "Recurring revenue" if of == "mrr" else "Paying customers"
    # Compared as printed, in whole units.
    first, last = form(round(then[of])), form(round(now[of]))
    span = "a year" if n == 12 else fmt.many(n, "month")
    moved = "unchanged from" if first == last else "up from" if now[of] > then[of] else "down from"
    be = "is" if of == "mrr" else "number"
    text = f"{what} {be} {last}{' a month' if of == 'mrr' else ''}, {moved} {first} {span} before. "
    text += f"In an average month {fmt.share(followed.churn, 1)} of customers left"
    text += f" and {fmt.share(followed.mrr_churn, 1)} of revenue." if not isnan(followed.mrr_churn) else "."
    return Statement("months", text, values=values)


def trials(followed: "Followed") -> Statement:
    """The share of trials that are paid for, and how soon."""
    found: Trials = followed.trials
    values = {"trials": found.trials, "paid": found.paid, "share": found.paid_share, "days": found.days}
    values |= {"median_days": found.median_days, "open": found.open, "low": found.low, "high": found.high}
    if found.trials < 20:
        who = f"Only {fmt.many(found.trials, 'trial')} {'is' if found.trials == 1 else 'are'}"
        text = f"{who if found.trials else 'No trial is'} on record."
        needs = "the start of each trial, paid for or not" if followed.plans else _NEEDS
        return Statement("trials", text, "few", needs=needs, values=values)
    if found.only_paid:
        text = f"All {fmt.count(found.trials)} trials on record were paid for, so the others seem to be missing. "
        soon = f"Half were paid for after {fmt.days(found.median_days)} or less."
        return Statement("trials", text + soon, "unclear", values=values)
    if not found.paid:
        return Statement("trials", f"Not one of {fmt.count(found.trials)} trials has been paid for.", values=values)
    within, half = fmt.days(found.days), fmt.days(found.median_days)
    text = f"{fmt.share(found.paid_share)} of {fmt.count(found.trials)} trials are paid for within {within}, half of "
    text += f"these within {half}."
    action = "Write to those on trial before that day: most who pay have decided by then."
    return Statement("trials", text, action=action, values=values)


def moves(followed: "Followed") -> Statement:
    """Customers who moved to dearer or cheaper subscriptions, or took more beside."""
    plans = followed.plans
    n = len(plans.customers) if plans else 0
    values = {"customers": n, "upgraded": followed.upgraded, "downgraded": followed.downgraded, "added": followed.added}
    if not followed.upgraded + followed.downgraded + followed.added:
        text = "Every customer has had one subscription only." if n else "No subscriptions were supplied."
        needs = "each plan a customer has had, with its dates" if plans else _NEEDS
        return Statement("moves", text, "few", needs=needs, values=values)
    up, down, more = followed.upgraded, followed.downgraded, followed.added
    text = (
        f"{fmt.many(up, 'customer')} of {fmt.count(n)} {'has' if up == 1 else 'have'} moved to a more expensive plan "
    )
    text += f"and {fmt.count(down)} to a cheaper one"
    text += f"; {fmt.count(more)} {'has' if more == 1 else 'have'} added another." if more else "."
    return Statement("moves", text, values=values)


def addons(followed: "Followed") -> Statement:
    """Whether those who began with add-ons stay longer."""
    tested = followed.attributes.tested if followed.attributes else None
    row = tested[tested["attribute"] == "add-ons"] if tested is not None else None
    if row is None or row.empty:
        return Statement("addons", "")
    found = row.iloc[0]
    of = {found["best_group"]: found["best_share"], found["worst_group"]: found["worst_share"]}
    assert followed.attributes is not None
    after = fmt.many(followed.attributes.horizon_months, "month")
    values = {"with": of["yes"], "without": of["no"], "months": followed.attributes.horizon_months}
    yes, no = fmt.share(of["yes"]), fmt.share(of["no"])
    if found["verdict"] == "unclear" or yes == no:
        text = f"Customers who began with add-ons stay about as long as others: {yes} and {no} after {after}."
        return Statement("addons", text, "unclear", values=values)
    more = "more" if of["yes"] > of["no"] else "less"
    text = (
        f"Customers who began with add-ons stay {more} often than others: {yes} against {no} after {after}. That is an "
    )
    return Statement("addons", f"{text}association: it does not show that add-ons keep them.", values=values)
