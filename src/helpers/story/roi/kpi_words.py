"""Sentences about what a customer of each group is worth, who stayed, which targets are missed, and what to do."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from helpers.story import fmt, verdicts
from helpers.story.fmt import Money
from helpers.story.phrases import quoted
from helpers.story.roi.kpi_terms import NO_GROUPS, form_of, main_grouping, said, segment_name, times
from helpers.story.statement import KeyFigure, Statement
from helpers.story.terms import rounded

if TYPE_CHECKING:
    from helpers.analysis.roi.kpis import Kpis
    from helpers.analysis.roi.targets import Targets

_GROUPS = "groups of customers: orders to score, or attributes in the customer list"
_BUY = "Spend on winning customers of the kinds that stay and bring most: the groups below show which."
_SAVE = "Cut the dearest ways of winning customers until one brings more than it costs."
_WAIT = "Spend no more on winning customers until those won lately have paid for themselves."
_DOING = {"merge": "merging", "split": "splitting", "drop": "dropping"}
_WORDS = {"tenure": "have left since joining", "subscriptions": "left {time}"}


def worth(found: "Kpis", money: Money) -> Statement:
    """What customers have brought, or will, as a multiple of what winning one cost: those won in the period before,
    where they are known, as the average customer may be of another kind. Without costs, the value alone; without what
    tells who stays, what a customer brought."""
    seen, value, ratio = (found.overall(kpi) for kpi in ("won_to_cac", "gross_margin_value", "cltv_cac"))
    if pd.notna(seen["value"]):
        return _paid_back(found, seen)
    if pd.isna(value["value"]):
        return _brought(found, money)
    each, amount = float(value["value"]), rounded(money)
    values: dict[str, Any] = {"gross_margin_value": each, "low": value["low"], "high": value["high"]}
    pace, period = _pace(found), found.period
    values |= {"months": period.years * 12, "days": period.days} if pace else {}
    if float(value["high"]) < 0:
        text = f"Customers bring no gross margin: what they buy costs more than they pay, {_of_revenue(found)}."
        action = "Check the costs of the order lines first; if they hold, raise prices before winning more customers."
        return Statement("worth", text, "bad", action, headline=True, values=values | {"margin": abs(found.margin)})
    if pd.isna(ratio["value"]):
        start = f"{pace}a customer" if pace else "A customer"
        text = f"{start} brings {amount(each)} of gross margin within five years; {_unknown_cost(ratio['note'])}."
        action = "Keep what winning each customer cost in the customer list: it tells what may be spent on the next."
        return Statement("worth", text, "unclear", action, headline=True, values=values | {"years": 5})
    many, low, high = (float(ratio[c]) for c in ("value", "low", "high"))
    values |= {"cltv_cac": many, "ratio_low": low, "ratio_high": high, "years": 5}
    side = verdicts.side_of_zero(low - 1, high - 1, times)
    note = "gross margin of five years, by what winning one cost"
    figure = KeyFigure("Value to cost of winning a customer", f"{times(many)} times", note)
    if side == "unclear":
        text = "Whether a customer brings more within five years than winning one costs is not clear."
        return Statement("worth", text, "unclear", _WAIT, headline=True, values=values)
    only, verdict, action = ("only ", "bad", _SAVE) if side == "below" else ("", "good", _BUY)
    start = f"{pace}a customer" if pace else "A customer"
    text = f"{start} brings {only}{times(many)} times what winning one costs, as gross margin within five years."
    of_sale: Any = verdict
    return Statement("worth", text, of_sale, action, headline=True, values=values, figures=(figure,))


def _of_revenue(found: "Kpis") -> str:
    return f"by {fmt.share(abs(found.margin))} of revenue"


def _unknown_cost(why: str) -> str:
    return "winning one is on record as free" if "zero" in why else "what winning one costs is not known"


def _pace(found: "Kpis") -> str:
    """What is carried forward over years, where it is less than a year: "At the pace of the last 6 months, "."""
    period = found.period
    return f"At the pace of the last {period.time.removeprefix('in ')}, " if period.first and period.years < 1 else ""


def _paid_back(found: "Kpis", seen: "pd.Series[Any]") -> Statement:
    many, low, high = (float(seen[c]) for c in ("value", "low", "high"))
    ages = found.period.years * 12
    since = f"{fmt.number(ages, 0)} to {fmt.number(2 * ages, 0)} months ago"
    values = {"won_to_cac": many, "low": low, "high": high, "months": ages, "months_before": 2 * ages}
    side = verdicts.side_of_zero(low - 1, high - 1, times)
    if side == "unclear":
        text = f"Whether customers won {since} have brought what winning them cost is not clear."
        return Statement("worth", text, "unclear", _WAIT, headline=True, values=values)
    note = f"gross margin so far of customers won {since}"
    figure = KeyFigure("Earned by a customer won, to cost", f"{times(many)} times", note)
    only = "only " if side == "below" else ""
    text = (
        f"Customers won {since} have so far brought {only}{times(many)} times what winning them cost, in gross margin."
    )
    if side == "below":
        return Statement("worth", text, "bad", _WAIT, headline=True, values=values, figures=(figure,))
    return Statement("worth", text, "good", _BUY, headline=True, values=values, figures=(figure,))


def _brought(found: "Kpis", money: Money) -> Statement:
    brought = found.overall("revenue_per_customer")
    if pd.isna(brought["value"]):
        text = f"We cannot tell what a customer brings: {brought['note']}."
        return Statement("worth", text, "few", needs="what customers paid, of 30 customers or more")
    each, period = float(brought["value"]), found.period
    why = found.no_retention or found.overall("gross_margin_value")["note"]
    text = f"A customer brought {rounded(money)(each)} of revenue {period.time}. What one is worth is not known: {why}."
    values = {"revenue_per_customer": each, "months": period.years * 12, "days": period.days, "least": 30}
    return Statement("worth", text, "few", values=values)


def newly_won(found: "Kpis") -> Statement:
    """How those won in the period before differ from the average customer, whom the figures of value are of."""
    own, everyone = found.overall("won_retention"), found.overall("retention")
    if pd.isna(own["value"]) or pd.isna(everyone["value"]):
        return Statement("newly_won", "", "few")
    share, all_of = fmt.share(own["value"]), fmt.share(everyone["value"])
    period = found.period
    stayed = "stayed" if period.basis in _WORDS else f"bought again {period.time}"
    values: dict[str, Any] = {"won_retention": own["value"], "retention": everyone["value"]}
    values |= {"months": period.years * 12, "days": period.days}
    if share == all_of or not (own["high"] < everyone["low"] or own["low"] > everyone["high"]):
        text = "Newly won customers do not clearly stay less often, or more often, than the average customer."
        return Statement("newly_won", text, "unclear", values=values)
    if own["value"] > everyone["value"]:
        text = f"{share} of newly won customers {stayed}, against {all_of} of all customers."
        return Statement("newly_won", text, "good", values=values)
    text = f"Only {share} of newly won customers {stayed}, against {all_of} of all customers."
    action = "Give new customers a reason for a second order before winning more of the same kind."
    return Statement("newly_won", text, "bad", action, headline=True, values=values)


def groups_apart(found: "Kpis", money: Money) -> Statement:
    """The groups whose customers are worth most and least, where their intervals are apart."""
    name = main_grouping(found)
    if not name:
        text = "Customers are in no groups, so none can be compared."
        return Statement("groups_apart", text, "few", needs=_GROUPS)
    known = found.table.dropna(subset=["value", "low", "high"])
    known = known[(known["segmentation"] == name) & ~known["segment"].isin(NO_GROUPS)]
    of_value, of_revenue = (known[known["kpi"] == kpi] for kpi in ("gross_margin_value", "revenue_per_customer"))
    rows, verb = (of_value, "is worth {} within five years") if len(of_value) > 1 else (of_revenue, "brought {}")
    if len(rows) < 2:
        text = "No two groups have enough customers, so none are compared by what a customer brings."
        return Statement("groups_apart", text, "few", needs="two groups of 30 customers or more, and what they paid")
    ranked = rows.sort_values("value", ascending=False, kind="stable").to_dict("records")
    top, low = ranked[0], ranked[-1]
    amount = rounded(money)
    values = {"top": top["value"], "low": low["value"], "top_low": top["low"], "low_high": low["high"], "years": 5}
    if not top["low"] > low["high"] or amount(top["value"]) == amount(low["value"]):
        text = "No two groups clearly differ in what a customer is worth."
        return Statement("groups_apart", text, "unclear", values=values)
    first, last = (quoted(segment_name(r["segment"])) for r in (top, low))
    text = f"A customer of {first} {verb.format(amount(top['value']))}, one of {last} {amount(low['value'])}."
    return Statement("groups_apart", text, values=values)


def lost_revenue(found: "Kpis") -> Statement:
    """Whether those who left were large or small customers: churn of customers beside that of revenue."""
    left, lost = found.overall("churn"), found.overall("revenue_churn")
    if pd.isna(left["value"]):
        return Statement("lost_revenue", "", "few")
    share, of_revenue, period = fmt.share(left["value"]), fmt.share(lost["value"]), found.period
    values = {"churn": left["value"], "revenue_churn": lost["value"], "months": period.years * 12, "days": period.days}
    head = f"{share} of customers {_WORDS.get(period.basis, 'did not buy again {time}').format(time=period.time)}"
    if pd.isna(lost["value"]):
        return Statement("lost_revenue", f"{head}.", values=values)
    apart = left["low"] > lost["high"] or lost["low"] > left["high"]
    if not apart or share == of_revenue:
        text = f"{head}; whether they were larger or smaller than the others is not clear."
        return Statement("lost_revenue", text, "unclear", values=values)
    if lost["value"] > left["value"]:
        text = f"{head}, and with them went {of_revenue} of revenue: larger customers leave more often."
        action = "Call the largest customers who left, and ask the largest who stay what they miss."
        return Statement("lost_revenue", text, "bad", action, values=values)
    text = f"{head}, and with them went {of_revenue} of revenue: mostly smaller customers leave."
    return Statement("lost_revenue", text, values=values)


def under_target(judged: "Targets", money: Money) -> Statement:
    """Which groups miss their target, the one furthest from it named; against the average where there is no target."""
    table = judged.judged
    if table.empty or (table["verdict"] == "too few").all():
        text = "No group could be compared with a target or with the average customer."
        needs = "targets in the parameter file, and groups of 30 customers or more"
        return Statement("under_target", text, "few", needs=needs)
    own = table[table["verdict"] == "misses"].reset_index(drop=True)
    values: dict[str, Any] = {"missed": len(own), "judged": int((table["verdict"] != "too few").sum())}
    if own.empty and judged.targets and not (table["verdict"] == "unclear").any():
        text = "Every group that can be judged reaches its target."
        return Statement("under_target", text, "good", values=values)
    if own.empty:
        text = f"No group is clearly {'under its target' if judged.targets else 'worse than the average customer'}."
        return Statement("under_target", text, "unclear", values=values)
    off = (own["value"] - own["against"]).abs() / own["against"].abs().where(own["against"] != 0)
    worst = own.to_dict("records")[int(off.fillna(0).to_numpy().argmax())]
    form = form_of(worst["kpi"], money)
    values |= {"value": worst["value"], "against": worst["against"]}
    whom = "of all customers" if worst["segmentation"] == "everyone" else f"of {quoted(segment_name(worst['segment']))}"
    measured = f"{said(worst['kpi'])} {whom}, {form(worst['value'])}"
    if judged.targets:
        head = (
            "One target is clearly missed:"
            if len(own) == 1
            else f"{_many(len(own))} targets are clearly missed, most by"
        )
        text = f"{head} {measured} instead of {form(worst['against'])}."
        action = "Set out what the group lacks, or change a target that was set too high."
        return Statement("under_target", text, "bad", action, headline=True, values=values)
    head = "One figure is clearly" if len(own) == 1 else f"{_many(len(own))} figures are clearly"
    text = f"{head} worse than the average customer's; furthest off is {measured} against {form(worst['against'])}."
    return Statement("under_target", text, values=values)


def advice(advice: pd.DataFrame, found: "Kpis") -> Statement:
    """What is proposed: how many groups to merge, split or drop."""
    if not found.segmentations:
        return Statement("advice", "Customers are in no groups, so nothing is proposed.", "few", needs=_GROUPS)
    own = advice[advice["advice"] != "watch"]
    if own.empty:
        text = "Nothing is clear enough to merge, split or drop a group."
        return Statement("advice", text, "unclear", values={"proposals": 0})
    counts = {kind: int((own["advice"] == kind).sum()) for kind in ("merge", "split", "drop")}
    parts = [f"{_DOING[kind]} {fmt.words(n)}" for kind, n in counts.items() if n]
    text = f"The figures suggest {fmt.listing(parts)}; the table names each group, and why."
    return Statement("advice", text, action="Decide on each with those who use the groups.", values=counts)


def definitions(found: "Kpis") -> Statement:
    """What the figures rest on: the margin, the discount, and whose value it is."""
    if found.is_empty:
        return Statement("definitions", "", "few")
    margin, discount = fmt.share(found.margin), fmt.share(found.discount_rate)
    told = "as the costs of the order lines show" if found.margin_known else "an assumption"
    text = (
        f"Gross margin is {margin} of revenue after returns, {told}; later money is discounted by {discount} a year. "
        "The value of a customer is an average over old and new customers; those newly won may bring less."
    )
    if found.period.first and found.period.years < 1:
        text += " The period is shorter than a year, so a season may sway it."
    values = {"margin": found.margin, "discount_rate": found.discount_rate}
    return Statement("definitions", text, aside=True, values=values)


def _many(n: int) -> str:
    return fmt.words(n).capitalize()
