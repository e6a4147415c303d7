"""Sentences about the stages of customers, their thresholds, and who comes back."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from helpers.story import fmt, verdicts
from helpers.story.fmt import Money
from helpers.story.phrases import quoted
from helpers.story.statement import KeyFigure, Statement

if TYPE_CHECKING:
    from helpers.analysis.lifecycle.groups import Lifecycle
    from helpers.analysis.lifecycle.retention import CohortTrend, Rates
    from helpers.analysis.lifecycle.survival import Survival
    from helpers.analysis.lifecycle.thresholds import Thresholds
    from helpers.analysis.lifecycle.transitions import Transitions

ORDERS = "orders"  # what brings these sections, where there are none
FEW = 50  # customers below which a group's share says little
LARGE = 100  # new customers in an average cohort, from which on their trend may stand on the cover
# Our own conventions: from so many percent of customers on, who are dormant or were lost, it is a concern, and from
# so many customers on a programme; newer customers come back otherwise from so many points on.
MANY_DORMANT, MANY_LOST, LEAST_CONCERN, CLEARLY = 20, 10, 10, 5
_A_YEAR = {"month": 12, "quarter": 4, "year": 1}


def answer(life: "Lifecycle", money: Money) -> Statement:
    """How many of those who bought are loyal or better, and how many are late with the next order; with their spend."""
    rows = _by(life.groups, "lifecycle_group")
    lead, active, loyal, high, dormant = rows.values()
    buyers = sum(int(row["customers"]) for row in (active, loyal, high, dormant))
    asleep, best = int(dormant["customers"]), int(loyal["customers"] + high["customers"])
    share, best_share = (asleep / buyers, best / buyers) if buyers else (0.0, 0.0)
    worth, bring = dormant["spend_share"], loyal["spend_share"] + high["spend_share"]
    noun, who, did = ("visit", "visitor", "visited") if life.of_visits else ("order", "buyer", "ordered")
    values = {"buyers": buyers, "dormant": asleep, "dormant_share": share, "loyal_or_better": best}
    values |= {"loyal_share": best_share, "dormant_spend_share": worth, "loyal_spend_share": bring}
    values |= {"dormant_spend": dormant["spend"], "leads": int(lead["customers"])}
    figures = [KeyFigure("Loyal or high-value customers", fmt.count(best), f"{fmt.share(best_share)} of {who}s")]
    if life.dormancy_known and asleep:
        figures.append(KeyFigure("Dormant customers", fmt.count(asleep), f"{fmt.share(share)} of {who}s"))
    if not buyers:
        return Statement("answer", "Nobody has bought.", "few", needs=ORDERS, values=values)
    if buyers < FEW:
        text = f"With {fmt.many(buyers, who)} there are too few to speak of groups."
        return Statement("answer", text, "few", headline=True, values=values)
    brings = f" and bring {fmt.share(bring)} of spend" if bring == bring else ""
    text = f"{fmt.count(best)} of {fmt.count(buyers)} {who}s are loyal or high-value{brings}"
    if best <= 1:
        text = f"{'One' if best else 'Nobody'} among {fmt.count(buyers)} {who}s is loyal yet"
        figures = []
    if not life.dormancy_known:
        text += "; who is dormant is not known."
        return Statement("answer", text, "unclear", headline=True, values=values, figures=tuple(figures))
    if asleep <= 1:
        text += f"; {'one' if asleep else 'nobody'} is late with the next {noun}."
        return Statement("answer", text, "good", headline=True, values=values, figures=tuple(figures))
    concern = verdicts.worth_saving(worth) if worth == worth else round(100 * share) >= MANY_DORMANT
    concern = concern and asleep >= LEAST_CONCERN
    spent = f", with {fmt.share(worth)} of spend," if worth == worth else ""
    late = f"are late with the next {noun}"
    told = f"{text}; {fmt.count(asleep)}{spent} {late}."
    if concern:
        told = f"{fmt.count(asleep)} of {fmt.count(buyers)} {who}s{spent} {late}; "
        told += f"{fmt.count(best)} are loyal or high-value{brings}." if best > 1 else "hardly anyone is loyal yet."
    return Statement(
        "answer",
        told,
        "bad" if concern else "neutral",
        action=f"Start with those who {did} most: ask why they stopped, and offer a way back.",
        headline=True,
        values=values,
        figures=tuple(figures),
    )


def stage_basis(life: "Lifecycle", reason: str = "") -> Statement:
    """What the stages are made from, where it is less than orders of which each customer's rhythm is known."""
    leads = int(life.groups["customers"].iloc[0])
    values = {"leads": leads}
    if leads == life.groups["customers"].sum():
        return Statement("stage_basis", "Nobody has bought.", needs=ORDERS, values=values)
    said = []
    if life.of_visits:
        said.append("There are no orders, so stages follow from days with a visit.")
    if leads:
        who = "browsers, known but never seen visiting" if life.of_visits else "leads, known but without an order"
        said.append(f"{fmt.many(leads, 'customer')} {'is' if leads == 1 else 'are'} {who}.")
    if reason:
        said.append(reason if reason.endswith(".") else f"{reason}.")
    return Statement("stage_basis", " ".join(said), values=values)


def stage_thresholds(cuts: "Thresholds", *, of_visits: bool = False) -> Statement:
    """From which order on a customer is loyal, and how sure that is."""
    if cuts.table.empty:
        return Statement("stage_thresholds", "Nobody has bought.", "few", needs=ORDERS)
    row = _by(cuts.table, "threshold")["loyal_orders"]
    noun = "visit" if of_visits else "order"
    values: dict[str, Any] = {
        "loyal_orders": cuts.loyal_orders,
        "low": row["low"],
        "high": row["high"],
        "within": cuts.within_days,
    }
    nth = _nth(cuts.loyal_orders)
    if row["source"] == "set by hand":
        text = f"A customer counts as loyal from the {nth} {noun} on, as set for this client."
        return Statement("stage_thresholds", text, values=values)
    reached = cuts.next_order[cuts.next_order["order"] == cuts.loyal_orders]
    if row["source"] != "data" or reached.empty:
        text = f"Too few come back often enough to show after how many {noun}s a customer is loyal; the {nth} {noun} "
        return Statement("stage_thresholds", text + "is used, by convention.", "few", values=values)
    first, then = float(cuts.next_order["share"].iloc[0]), float(reached["share"].iloc[0])
    values |= {"after_first": first, "after_loyal": then}
    text = f"After a first {noun}, {fmt.share(first)} of customers make another within {fmt.days(cuts.within_days)}; "
    text += f"after the {nth}, {fmt.share(then)} do, and each {noun} after that adds only a little."
    if row["high"] >= 2 * row["low"] and row["high"] > row["low"] + 1:
        text += f" Anything from the {_nth(row['low'])} to the {_nth(row['high'])} {noun} would fit the data."
        return Statement("stage_thresholds", text, "unclear", values=values)
    if not verdicts.clearly_more(then, first):
        text = f"The chance of another {noun} hardly depends on how many came before: after the first "
        text += f"{fmt.share(first)} make another within {fmt.days(cuts.within_days)}, after the {nth} "
        return Statement("stage_thresholds", f"{text}{fmt.share(then)}.", "unclear", values=values)
    action = f"Carry new customers to the {nth} {noun}: reminders, bundles or a subscription until then."
    return Statement("stage_thresholds", text, action=action, values=values)


def rates(found: "Rates") -> Statement:
    """How many fell dormant of late against those who woke up; where that is not known, how many came back."""
    rows = _by(found.table.drop(columns="definition"), "rate")
    done, overdue = ("visited", "a visit") if found.of_visits else ("bought", "an order")
    values: dict[str, Any] = {**rows, "window_days": found.window_days, "periods": found.periods}
    kept, days = rows["retention"], fmt.count(found.window_days)
    if not rows["repeat_purchase"]["denominator"]:
        return Statement("rates", "Nobody has bought.", "few", needs=ORDERS, values=values)
    told = kept["denominator"] >= FEW
    figure = KeyFigure("Retention", fmt.share(kept["value"]), f"of customers, over {days} days")
    figures = (figure,) if told else ()
    if rows.get("churn", {"denominator": 0})["denominator"] < FEW:
        text = f"Too few customers {done} in the {days} days before the last {days} to say how many came back."
        if told:
            who = f"{fmt.share(kept['value'])} of customers" if kept["numerator"] else "Nobody"
            text = f"{who} who {done} in the {days} days before the last {days} "
            text += f"{'have' if kept['numerator'] else 'has'} since come back."
        return Statement("rates", text, "neutral" if told else "few", values=values, figures=figures)
    lost, woken, share = int(rows["churn"]["numerator"]), int(rows["revival"]["numerator"]), rows["churn"]["value"]
    back = rows["revival"]["value"]
    span = fmt.many(found.periods, found.unit) if found.periods < _A_YEAR[found.unit] else "year"
    text = f"Over the last {span}, {fmt.share(share)} of the customers who were not dormant became so"
    if not lost:
        text = f"Over the last {span}, nobody became dormant"
    elif back == back:
        text += f", and {fmt.share(back) if woken else 'none'} of the dormant came back"
    concern = round(100 * share) >= MANY_LOST and lost > woken and lost >= LEAST_CONCERN
    return Statement(
        "rates",
        f"{text}.",
        "bad" if concern else "good" if woken > lost else "neutral",
        action=f"Write to customers when {overdue} is overdue, not months later." if concern else "",
        values=values,
        figures=figures,
    )


def cohorts(trend: "CohortTrend", unit: str, *, of_visits: bool = False) -> Statement:
    """Whether later customers come back as earlier ones did."""
    values = {"early": trend.early, "late": trend.late, "cohorts": trend.cohorts, "customers": trend.customers}
    values |= {"low": trend.low, "high": trend.high, "period": trend.period}
    done = "visited" if of_visits else "bought"
    if trend.early != trend.early or trend.customers < FEW:
        text = "There are too few cohorts to compare customers who came early with those who came late."
        return Statement("cohorts", text, "few", needs="" if trend.cohorts else ORDERS, values=values)
    if not trend.early and not trend.late:
        text = f"Nobody {done} again in the {unit} after the first."
        return Statement("cohorts", text, "few", needs="customers who come back", values=values)
    side = verdicts.side_of_zero(trend.low, trend.high, fmt.share)
    early, late = fmt.share(trend.early), fmt.share(trend.late)
    if side == "unclear" or early == late:
        text = f"Of earlier customers {early} {done} again in the {unit} after their first, of later ones {late}: no "
        text += "clear difference."
        return Statement("cohorts", text, "unclear", values=values)
    worse = side == "below"
    text = f"Newer customers come back {'less' if worse else 'more'}: {late} {done} again in the {unit} after their "
    text += f"first, against {early} of those who came earlier."
    action = "Compare where the newer customers came from and what they first bought with those who stayed."
    if of_visits:
        action = "Compare where the newer customers came from and what they first saw with those who stayed."
    clear = abs(round(100 * trend.late) - round(100 * trend.early)) >= CLEARLY
    return Statement(
        "cohorts",
        text,
        "bad" if worse else "good",
        action=action if worse else "",
        headline=clear and trend.customers >= LARGE * trend.cohorts,
        values=values,
    )


def stay(found: "Survival", *, of_visits: bool = False) -> Statement:
    """How many are left a year after the first order, and whether groups differ in that."""
    noun = "visit" if of_visits else "order"
    if found.curves.empty:
        return Statement("stay", "Nobody has bought.", "few", needs=ORDERS)
    curve = found.curves[found.curves["grouping"] == "all"]
    total = found.medians.to_dict("records")[0]
    values: dict[str, Any] = {"customers": total["customers"], "ended": total["ended"]}
    month = min(12, int(curve["months"].max()))
    if total["customers"] < FEW or total["ended"] < 10 or not month:
        text = "Too few customers are known to have stopped to say how long customers stay."
        return Statement("stay", text, "few", values=values, needs="customers who are known to have stopped")
    left = curve[curve["months"] == month].to_dict("records")[0]
    values |= {"left": left["survival"], "low": left["low"], "high": left["high"], "months": month}
    text = (
        f"An estimated {fmt.share(left['survival'])} of customers are still with us {fmt.many(month, 'month')} after "
    )
    text += f"their first {noun}."
    parted = found.medians[found.medians["grouping"] != "all"]
    if not found.degrees:
        return Statement("stay", text, "neutral", values=values)
    if found.p_value >= 0.05:
        return Statement("stay", f"{text} Where they came from makes no clear difference.", "unclear", values=values)
    large = parted.loc[parted["customers"] >= FEW, "group"]
    at = found.curves[(found.curves["months"] == month) & found.curves["group"].isin(large)]
    ranked = at.sort_values("survival").to_dict("records")
    if len(ranked) < 2 or fmt.share(ranked[0]["survival"]) == fmt.share(ranked[-1]["survival"]):
        return Statement("stay", f"{text} Where they came from makes little difference.", "unclear", values=values)
    worst, best = ranked[0], ranked[-1]
    values |= {"best": best["survival"], "worst": worst["survival"]}
    text += f" Customers stay most often if they came from {quoted(best['group'])} ({fmt.share(best['survival'])}), "
    text += f"least often from {quoted(worst['group'])} ({fmt.share(worst['survival'])})."
    return Statement("stay", text, "neutral", values=values)


def stage_moves(found: "Transitions", life: "Lifecycle") -> Statement:
    """How many fall dormant from one period to the next, how the dormant have grown, and where that heads."""
    values: dict[str, Any] = {"periods": found.periods, "periods_ahead": found.periods_ahead}
    if not found.periods:
        text = "The history is too short to see customers move between stages."
        known = life.groups["customers"].sum() > life.groups["customers"].iloc[0]
        needs = "a longer history of orders or visits" if known else ORDERS
        return Statement("stage_moves", text, "few", values=values, needs=needs)
    if not life.dormancy_known:
        text = "Nobody can be called late yet, so these moves leave out who falls dormant."
        return Statement("stage_moves", text, "few", values=values)
    dormant = _by(found.heading, "status")["dormant"]
    before, now, later = dormant["before"], dormant["now"], dormant["later"]
    between = (found.moves["from_status"] == "active") & (found.moves["to_status"] == "dormant")
    falls = float(found.moves.loc[between, "share"].sum())
    values |= {"before": before, "now": now, "later": later, "falls": falls}
    periods, ahead = (fmt.many(n, found.unit) for n in (found.periods, found.periods_ahead))
    rose, rises = (round(100 * b) - round(100 * a) for a, b in ((before, now), (now, later)))
    if fmt.is_zero(fmt.share(falls)) and fmt.is_zero(fmt.share(now)):
        text = f"In {periods} nobody has fallen dormant; all other moves are customers becoming loyal."
        return Statement("stage_moves", text, values=values)
    changed = f"{'rose' if rose > 0 else 'fell'} from {fmt.share(before)} to {fmt.share(now)}"
    if fmt.share(before) == fmt.share(now):
        changed = f"stayed at {fmt.share(now)}"
    text = f"Each {found.unit}, {fmt.share(falls)} of those at the stage “Active” fall dormant. The dormant {changed} "
    text += f"of all customers{', leads among them,' if life.groups['customers'].iloc[0] else ''} in {periods}"
    if rose * rises < 0:
        text += (
            f"; an average {found.unit}'s moves would {'raise' if rises > 0 else 'lower'} that, so where it is heading "
        )
        text += "is not clear."
        return Statement("stage_moves", text, "unclear", values=values)
    reach = f"reach {fmt.share(later)}" if rises else "stay there"
    text += f". If nothing changes and nobody new comes, they {reach} in {ahead} more."
    return Statement("stage_moves", text, values=values)


def _by(table: pd.DataFrame, name: str) -> dict[str, dict[str, Any]]:
    """The rows of a table by the column that names them."""
    return {str(row[name]): {str(k): v for k, v in row.items()} for row in table.to_dict("records")}


def _nth(n: float) -> str:
    number = int(n)
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
