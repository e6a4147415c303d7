"""Sentences about opinion, promised actions and the market since the earlier report."""

from typing import TYPE_CHECKING, Any

from helpers.story import fmt
from helpers.story.fmt import Money
from helpers.story.phrases import inside, quoted, some
from helpers.story.review.words import EARLIER
from helpers.story.statement import Statement

if TYPE_CHECKING:
    from helpers.analysis.review.actions import Actions
    from helpers.analysis.review.market import Market
    from helpers.analysis.review.opinions import Opinions

_MEASURES = {"sales": "sales per customer", "bought": "the share who bought", "visits": "visits per customer"}
_INNER = str.maketrans("“”", "‘’")  # quotation marks within others


def promises(result: "Actions") -> Statement:
    """How many actions are on record as carried out, and how many are overdue."""
    rows = result.actions
    if rows.empty:
        text = "The earlier report promised no actions."
        return Statement("promises", text, "few", needs="a plan of actions in the earlier report")
    status = rows["status"].value_counts()
    overdue, nothing, waiting = (int(status.get(name, 0)) for name in ("overdue", "nothing", "not due"))
    kept = int(status.get("done", 0) + status.get("measured", 0))
    values: dict[str, Any] = {"actions": len(rows), "kept": kept, "overdue": overdue, "nothing": nothing}
    values["waiting"] = waiting
    of = f"{fmt.words(len(rows))} promised action{'s' if len(rows) > 1 else ''}"
    count = "none is" if not kept else f"{fmt.words(kept)} {'is' if kept == 1 else 'are'}"
    text = f"Of {of} {count} on record as carried out"
    if overdue:
        some = "all" if overdue == len(rows) > 1 else fmt.words(overdue)
        text += f"; {some} {'is' if overdue == 1 else 'are'} past the date with nothing on record."
        action = "Ask the owners of what is overdue whether it was carried out, postponed or dropped."
        return Statement("promises", text, "bad", action=action, headline=True, values=values)
    if kept == len(rows):
        return Statement("promises", f"{text}.", "good", headline=True, values=values)
    left = len(rows) - kept
    values["left"] = left
    tail = (
        f"; {fmt.words(left)} {'is' if left == 1 else 'are'} not yet due."
        if waiting == left
        else "; of the rest nothing is known."
    )
    return Statement("promises", text + tail, "unclear" if not kept else "neutral", values=values)


def listed(result: "Actions", money: Money) -> Statement:
    """What the customers of a list have done since, against others; described, not explained."""
    known = result.actions[result.actions["difference"].notna()]
    if known.empty:
        needs = "a plan of actions with lists of customers in the earlier report"
        return Statement("listed", "No list of the earlier report can be followed.", "few", needs=needs)
    # Customers who bought twice as much as others, or half, move by more, or less, with every season.
    ratio = known["before"] / known["others_before"].where(known["others_before"] > 0)
    known = known[ratio.between(0.5, 2.0)]
    if known.empty:
        text = "Customers on the lists bought so much more, or less, than others that their changes do not compare."
        return Statement("listed", text, "unclear")
    clear = known[(known["difference_low"] > 0) | (known["difference_high"] < 0)]
    values: dict[str, Any] = {"lists": len(known), "clear": len(clear)}
    if clear.empty:
        text = "Customers on the lists have not changed what they buy differently from all others."
        return Statement("listed", text, "unclear", values=values)
    row = clear.sort_values("difference", key=abs, ascending=False, kind="stable").to_dict("records")[0]
    form = money if result.basis == "spend" else fmt.number
    by = form(abs(row["difference"]))
    values |= {"difference": row["difference"], "listed": row["listed"]}
    unit = "" if result.basis == "spend" else " orders"
    more = "more" if row["difference"] > 0 else "less" if result.basis == "spend" else "fewer"
    text = (
        f"Customers listed for {quoted(row['action'].translate(_INNER))} have changed by {by} "
        f"{more}{unit} a head than others; this does not show why."
    )
    return Statement("listed", text, values=values)


def score(result: "Opinions") -> Statement:
    """What the answers since say, against those before."""
    values: dict[str, Any] = {"then": result.then, "now": result.now, "since": result.since}
    rows = result.scores[result.scores["grouping"] == "all"].to_dict("records")
    if not rows:
        return Statement(
            "score", "Both reports do not have a score.", "few", needs="a score in both reports", values=values
        )
    row = rows[0]
    if row["verdict"] == "few":
        text = f"Only {fmt.many(result.since, 'answer')} came since." if result.since else "No answer has come since."
        return Statement("score", text, "few", needs="more answers since the earlier report", values=values)
    values |= {"nps_since": row["nps_since"], "nps_then": row["nps_then"], "difference": row["difference"]}
    now, then = fmt.score(row["nps_since"]), fmt.score(row["nps_then"])
    what = "This report's survey has" if result.replaced else f"The {fmt.many(result.since, 'answer')} since have"
    before = "the earlier one" if result.replaced else "those before"
    if row["verdict"] == "unclear" or now == then:
        text = f"{what} an NPS of {now}, not clearly different from the {then} of {before}."
        return Statement("score", text, "unclear", values=values)
    side = "above" if row["verdict"] == "rose" else "below"
    text = f"{what} an NPS of {now}, {side} the {then} of {before}."
    if side == "above":
        return Statement("score", text, "good", headline=True, values=values)
    action = "Read what the latest detractors wrote, and call those of the largest accounts."
    return Statement("score", text, "bad", action=action, headline=True, values=values)


def drivers(result: "Opinions") -> Statement:
    """Which driver is rated otherwise, or weighs more or less, than then."""
    rows = result.drivers
    if rows.empty or not result.since:
        text = (
            "The drivers of the score are those of the earlier report." if len(rows) else "Drivers cannot be compared."
        )
        needs = "more answers since the earlier report" if len(rows) else "drivers of the score in both reports"
        return Statement("drivers", text, "few", needs=needs)
    weights = rows[rows["importance_verdict"] != "unclear"]
    levels = rows[rows["performance_verdict"] != "unclear"]
    values: dict[str, Any] = {"drivers": len(rows), "weights": len(weights), "levels": len(levels)}
    if weights.empty and levels.empty:
        text = f"Of {fmt.many(len(rows), 'driver')} none is rated, or weighs, clearly differently from last time."
        return Statement("drivers", text, "unclear", values=values)
    fell = levels[levels["performance_verdict"] == "fell"]
    if len(fell):
        names = [inside(name) for name in fell["driver"]]
        values["more"] = max(len(names) - 3, 0)
        text = f"Ratings of {some(names, 3)} fell since the last report."
        return Statement(
            "drivers", text, "bad", action=f"Begin with {names[0]}: ask what changed.", headline=True, values=values
        )
    names = [inside(name) for name in levels["driver"]]
    values["more"] = max(len(names) - 3, 0)
    if names:
        return Statement("drivers", f"Ratings of {some(names, 3)} rose since the last report.", "good", values=values)
    row = weights.to_dict("records")[0]
    weighs = "more" if row["importance_verdict"] == "rose" else "less"
    return Statement(
        "drivers", f"{inside(row['driver']).capitalize()} goes with the score {weighs} than last time.", values=values
    )


def market(result: "Market") -> Statement:
    """Which segment was hit most, against its own past and the rest."""
    rows = result.changes
    if rows.empty or not (rows["verdict"] != "few").any():
        text = result.periods.reason or "There are too few customers to compare with a year ago."
        needs = result.periods.needs or "more customers of over a year"
        return Statement("market", text, "few", needs=needs if result.periods.needs or EARLIER else EARLIER)
    tested = rows[(rows["segmentation"] != "all") & (rows["verdict"] != "few")]
    hit = result.hit
    values: dict[str, Any] = {"tested": tested["segment"].nunique(), "hit": hit["segment"].nunique()}
    if hit.empty:
        text = "No segment was hit more than the rest, in sales, buyers or visits, beyond chance."
        return Statement("market", text, "unclear", values=values)
    row = hit.to_dict("records")[0]
    values["change"] = row["change"]
    name = quoted(row["segment"])
    what = _MEASURES[row["measure"]]
    fall = fmt.share(abs(row["change"]))
    text = f"{name} was hit most: {what} fell {fall} short of what is usual, and more than elsewhere."
    action = f"Ask customers of {name} what changed for them, and hold back what they no longer buy."
    return Statement("market", text, "bad", action=action, headline=True, values=values)


def market_whole(result: "Market") -> Statement:
    """How all customers did against the year before; nothing where there is no comparison."""
    rows = result.changes[(result.changes["segmentation"] == "all") & (result.changes["measure"] != "visits")]
    rows = rows[rows["verdict"] != "few"]
    if rows.empty:
        return Statement("market_whole", "")
    row = rows.to_dict("records")[0]
    values = {"change": row["change"], "plain": row["plain_change"]}
    what = _MEASURES[row["measure"]]
    opening = what[:1].upper() + what[1:]
    if row["verdict"] in ("unclear", "one customer") or fmt.is_zero(fmt.change(row["change"])):
        return Statement("market_whole", f"{opening} stayed at what is usual for the season.", "unclear", values=values)
    side = "above" if row["change"] > 0 else "below"
    verb = "was" if row["measure"] == "bought" else "were"
    by = fmt.share(abs(row["change"]))
    text = f"Over all customers {what} {verb} {by} {side} what is usual for the season."
    return Statement("market_whole", text, values=values)
