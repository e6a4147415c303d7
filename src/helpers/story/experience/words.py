"""Sentences about what customers lived through and what they answered: association, never more."""

from typing import TYPE_CHECKING, Any

from helpers.story import fmt, verdicts
from helpers.story.experience.labels import TROUBLE, before, ends, inside, kind_of_event
from helpers.story.phrases import quoted, some
from helpers.story.statement import Statement, Verdict

if TYPE_CHECKING:
    from helpers.analysis.experience.expected import Expected
    from helpers.analysis.experience.links import Links
    from helpers.analysis.experience.touchpoints import Touchpoints

_ANSWERS = "survey answers with customer numbers and dates"
_TESTED = ("clear", "shared", "hidden", "unclear")
_MOST_NAMED, _MOST_REASONS = 3, 2
_QUIET = ("order_recency", "event_recency")
_NO_ANSWERS = {
    "surveys": _ANSWERS,
    "customer_id": "the customer number of each answer",
    "answered_at": "the date of each answer",
    "history": "orders or events from the weeks before customers answered",
}


def strongest(links: "Links", days: int, reason: str = "") -> Statement:
    """The measure that goes with the score most, and whether the difference is its own."""
    tested = _tested(links)
    values: dict[str, Any] = {"answers": links.answers, "tested": len(tested), "days": days}
    if not tested:
        text = "No measure of what customers did is known of enough answers."
        return Statement("strongest", text, "few", needs=_NO_ANSWERS.get(reason, _ANSWERS), values=values)
    found = [row for row in tested if row["verdict"] in ("clear", "shared")]
    if not found:
        text = f"Of {fmt.words(len(tested))} measures of what customers did, none goes clearly with their score."
        if len(tested) == 1:
            text = "What customers did, in the one measure there is, does not go clearly with their score."
        return Statement("strongest", text, "unclear", values=values)
    own = [row for row in found if row["verdict"] == "clear"]
    top = max(own or found, key=lambda row: abs(row["difference"]))
    values |= {name: top[name] for name in ("measure", "nps_with", "nps_without", "difference", "adjusted")}
    much, little = ends(top["family"], top["subject"], top["split"])
    text = (
        f"Customers {much} {before(days)} have an NPS of {fmt.score(top['nps_with'])}, "
        f"customers {little} {fmt.score(top['nps_without'])}."
    )
    if fmt.score(top["nps_with"]) == fmt.score(top["nps_without"]):
        text = f"Customers {much} {before(days)} differ from customers {little} by less than a point."
    trouble = top["family"] == "event" and top["difference"] < 0
    verdict: Verdict = "bad" if trouble else "neutral"
    return Statement("strongest", text, verdict, action=_action(top), headline=True, values=values)


def beside(links: "Links") -> Statement:
    """Which differences are left among customers otherwise alike, which vanish, and which only then appear."""
    tested = _tested(links)
    named = {v: [row for row in tested if row["verdict"] == v] for v in _TESTED}
    values: dict[str, Any] = {f"{verdict}_measures": len(rows) for verdict, rows in named.items()}
    values["more"] = [max(len(rows) - _MOST_NAMED, 0) for rows in named.values()]
    if not tested:
        text = "There are too few answers to hold other measures equal."
        return Statement("beside", text, "few", needs=_ANSWERS, values=values)
    said = []
    if named["clear"]:
        said.append(f"Among customers otherwise alike, {_names(named['clear'])} still {_go(named['clear'])} the score.")
    if named["hidden"] and not said:
        said.append(_hidden(named["hidden"][0]))
        values["adjusted"] = named["hidden"][0]["adjusted"]
    gone = len(named["shared"])
    if gone and named["clear"]:
        others = f"{fmt.words(gone)} others do not" if gone > 1 else "one other does not"
        said = [f"{said[0][:-1]}; {others}."]
    elif gone and not said:
        names = _names(named["shared"])
        said.append(
            f"{names[:1].upper()}{names[1:]} {_go(named['shared'])} the score only together: among customers otherwise "
            "alike no difference is clear."
        )
    if not said:
        text = "Among customers otherwise alike, no measure goes clearly with the score."
        return Statement("beside", text, "unclear", values=values)
    verdict: Verdict = "neutral" if named["clear"] or named["hidden"] else "unclear"
    return Statement("beside", " ".join(said), verdict, values=values)


def trouble(links: "Links") -> Statement:
    """Whether tickets, complaints and the like go with a lower score; nothing where none is known."""
    found = [row for row in _tested(links) if row["family"] == "event" and TROUBLE.search(row["subject"])]
    if not found:
        return Statement("trouble", "", values={})
    top = min(found, key=lambda row: row["adjusted"])
    values = {name: top[name] for name in ("measure", "nps_with", "nps_without", "difference", "adjusted")}
    values |= {"low": top["adjusted_low"], "high": top["adjusted_high"]}
    much, little = ends(top["family"], top["subject"], top["split"])
    by = fmt.many(abs(round(top["adjusted"])), "point")
    if top["verdict"] in ("clear", "hidden"):
        less = top["adjusted"] < 0
        text = f"Customers {much} score {by} {'lower' if less else 'higher'} than customers otherwise alike {little}."
        action = f"Call customers {much} within days, and see how they answer next." if less else ""
        return Statement("trouble", text, "bad" if less else "neutral", action=action, values=values)
    between = fmt.interval(top["adjusted_low"], top["adjusted_high"], fmt.score)
    noun = kind_of_event(top["subject"])
    text = (
        f"{noun[:1].upper()}{noun[1:]} do not clearly go with a lower score: the difference is {between} points among "
        "customers otherwise alike."
    )
    return Statement("trouble", text, "unclear", aside=True, values=values)


def answers_used(accounted: dict[str, int], days: int, reason: str = "") -> Statement:
    """How many answers are set beside what came before them, and why the others are not."""
    values: dict[str, Any] = {**accounted, "days": days}
    used, total = accounted["used"], accounted["answers"]
    if not used:
        needs = _NO_ANSWERS.get(reason, _ANSWERS)
        return Statement("answers_used", "No answer can be used.", "few", needs=needs, values=values)
    if used == total:
        return Statement("answers_used", f"All {fmt.count(total)} answers are used.", aside=True, values=values)
    why = {
        "other_scale": "on another scale",
        "without_customer": "without a customer number",
        "without_date": "without a date",
        "not_covered": f"with no record of the {fmt.days(days)} before",
        "unknown": "of customers of whom nothing else is known",
        "not_drawn": "left out of a fixed sample, which is large enough",
    }
    most = sorted((name for name in why if accounted[name]), key=lambda name: -accounted[name])
    rest = sum(accounted[name] for name in most[_MOST_REASONS:])
    parts = [f"{fmt.count(accounted[name])} {why[name]}" for name in most[:_MOST_REASONS]]
    parts += [f"{fmt.count(rest)} for other reasons"] if rest else []
    values["rest"] = rest
    text = f"{fmt.count(used)} of {fmt.count(total)} answers are used; left out are {fmt.listing(parts)}."
    return Statement("answers_used", text, aside=True, values=values)


def touchpoints(result: "Touchpoints", days: int) -> Statement:
    """The touchpoint that pulls the score down most, or else the one that holds it up, or that all are alike."""
    rows = result.touchpoints.to_dict("records")
    judged = [row for row in rows if row["verdict"] != "few"]
    values: dict[str, Any] = {"touchpoints": len(judged), "days": days}
    if not judged:
        named = "answers that name the touchpoint they are about, or events that do"
        needs = named if result.asked + result.used else _ANSWERS
        text = "No touchpoint is named by enough answers or events."
        return Statement("touchpoints", text, "few", needs=needs, values=values)
    clear = [row for row in judged if row["verdict"] in ("below", "above") and row["source"] == result.focus]
    if not clear:
        low, high = (f(row["nps"] for row in judged) for f in (min, max))
        values |= {"lowest": low, "highest": high}
        between = fmt.interval(low, high, fmt.score)
        text = f"No touchpoint stands out: scores of {between} differ no more than by chance."
        if fmt.score(low) == fmt.score(high):
            text = f"No touchpoint stands out: all score {fmt.score(low)}."
        return Statement("touchpoints", text, "unclear", values=values)
    below = [row for row in clear if row["verdict"] == "below"]
    top = max(below or clear, key=lambda row: row["importance"])
    kept = ("touchpoint", "nps", "others_nps", "answer_share", "difference", "pull")
    values |= {name: top[name] for name in kept}
    name, share = quoted(top["touchpoint"]), fmt.share(top["answer_share"])
    if top["source"] == "used":
        more = "higher" if top["difference"] > 0 else "lower"
        by = fmt.many(abs(round(top["difference"])), "point")
        others = "others who buy alike" if result.is_equal else "others"
        text = f"Customers who used {name} score {by} {more} than {others}; {share} used it."
    else:
        what = "pulls the score down" if below else "holds the score up"
        text = (
            f"{name} {what} most: {fmt.score(top['nps'])} against {fmt.score(top['others_nps'])} elsewhere, "
            f"in {share} of answers."
        )
    action = f"Begin with {name}: ask the customers who scored it low what went wrong." if below else ""
    good: Verdict = "neutral" if top["source"] == "used" else "good"
    return Statement("touchpoints", text, "bad" if below else good, action=action, values=values)


def held_out(result: "Expected") -> Statement:
    """Whether behaviour tells the score of customers whose answers the model has not seen."""
    check = result.check
    values: dict[str, Any] = {
        "answers": check.answers,
        "skill": check.skill,
        "low": check.low,
        "high": check.high,
        "error": check.error,
        "error_of_mean": check.error_of_mean,
        "later_skill": check.later_skill,
    }
    if not check.model:
        text = f"{fmt.many(check.answers, 'answer')} can be used, too few to try a model on."
        needs = "200 answers of customers whose orders or events are known" if check.answers else _ANSWERS
        return Statement("held_out", text, "few", needs=needs, values=values)
    if not check.beats_mean:
        text = "Behaviour does not predict the score: on answers it had not seen, no model beat the average of all."
        action = "Ask customers instead of computing their opinion: behaviour cannot stand in for an answer."
        return Statement("held_out", text, "unclear", action=action, values=values)
    few = "it tells groups apart, not single customers" if check.skill < 0.3 else "it also tells many customers apart"
    text = f"Tested on customers set aside, behaviour explains {fmt.share(check.skill)} of the differences in score: "
    text += f"{few}."
    return Statement("held_out", text, values=values)


def silent(result: "Expected") -> Statement:
    """The expected NPS of customers who have not answered, against that of those who have."""
    values: dict[str, Any] = {"silent": result.silent}
    if not result.silent:
        text = "Every customer known has answered."
        needs = "customers who have not answered" if result.check.answers else _ANSWERS
        return Statement("silent", text, "few", needs=needs, values=values)
    if result.groups.empty:
        text = "What silent customers did does not reveal what they would say."
        needs = "behaviour that predicts the score of held-out answers" if result.check.answers else _ANSWERS
        return Statement("silent", text, "few", needs=needs, values=values)
    row = result.groups.to_dict("records")[0]
    values |= {str(name): row[name] for name in row if name not in ("grouping", "group")}
    who = f"{fmt.many(result.silent, 'customer')} who never answered"
    if result.silent == 1:
        who = "1 customer who never answered"
    expected, answered = fmt.score(row["expected_nps"]), fmt.score(row["answered_nps"])
    side = verdicts.side_of_zero(row["gap_low"], row["gap_high"], fmt.score)
    between = fmt.interval(row["low"], row["high"], fmt.score)
    opening = f"Judging by what they do, the {who} would score {expected} ({between})"
    if side == "unclear" or expected == answered:
        text = f"{opening}, not clearly different from the {answered} of recent answers."
        return Statement("silent", text, "unclear", values=values)
    text = f"{opening}, {'below' if side == 'below' else 'above'} the {answered} of recent answers."
    action = (
        "Ask a random few hundred of the silent: the survey hears the happier customers."
        if side == "below"
        else "Invite the silent too: the survey hears the unhappier customers."
    )
    return Statement("silent", text, "bad" if side == "below" else "good", action=action, values=values)


def silent_groups(result: "Expected") -> Statement:
    """Of which group the silent are expected to score lowest, and of which highest; nothing with fewer than two."""
    rows = [row for row in result.groups.to_dict("records") if row["grouping"] != "all"]
    if len(rows) < 2:
        return Statement("silent_groups", "", values={})
    lowest, highest = (f(rows, key=lambda row: row["expected_nps"]) for f in (min, max))
    values = {
        "lowest": lowest["expected_nps"],
        "highest": highest["expected_nps"],
        "silent_customers": lowest["silent_customers"],
    }
    low, high = fmt.score(lowest["expected_nps"]), fmt.score(highest["expected_nps"])
    if lowest["high"] >= highest["low"] or low == high:
        text = "What is expected of the silent does not differ clearly between groups of customers."
        return Statement("silent_groups", text, "unclear", values=values)
    text = (
        f"Of the silent, {quoted(lowest['group'])} should score lowest at {low} "
        f"({fmt.many(lowest['silent_customers'], 'customer')}), {quoted(highest['group'])} highest at {high}."
    )
    return Statement("silent_groups", text, values=values)


def _tested(links: "Links") -> list[dict[Any, Any]]:
    return [row for row in links.measures.to_dict("records") if row["verdict"] in _TESTED]


def _names(rows: list[dict[Any, Any]]) -> str:
    return some([inside(row["family"], row["subject"]) for row in rows], _MOST_NAMED)


def _go(rows: list[dict[Any, Any]]) -> str:
    """Names of measures are plurals or amounts ("support tickets", "spend")."""
    plural = len(rows) > 1 or inside(rows[0]["family"], rows[0]["subject"]).split()[-1].endswith("s")
    return "go with" if plural else "goes with"


def _hidden(row: dict[Any, Any]) -> str:
    much, little = ends(row["family"], row["subject"], row["split"])
    more = "higher" if row["adjusted"] > 0 else "lower"
    by = fmt.many(abs(round(row["adjusted"])), "point")
    return (
        f"Among customers otherwise alike, those {much} score {by} {more} than customers {little}, which totals hide."
    )


def _action(row: dict[Any, Any]) -> str:
    if row["family"] == "event" and row["difference"] < 0:
        return f"Call customers with {kind_of_event(row['subject'])} within days, and see how they answer next."
    if row["family"] in _QUIET and row["difference"] < 0:
        return "Ask customers who have gone quiet what is missing; do not wait for the next survey."
    if row["difference"] > 0:
        return "Ask the others what holds them back, and test one change with some of them first."
    return "Ask these customers what goes wrong, and test one change with some of them first."
