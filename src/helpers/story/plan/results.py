"""The table that the page with the plan saves."""

from helpers.story.results import ResultTable, count, date, days, money, number, text

ACTIONS = ResultTable(
    "actions",
    "an action of next quarter's plan, first the one to do first",
    {
        "id": text("stays the same from quarter to quarter for the same action and segments"),
        "segment": text(
            "several are parted by “; ”; “All customers” is every row of `list`; blank for what is stopped"
        ),
        "action": text("what to do"),
        "customers": count("rows of `list` that are of the segment; blank without a list"),
        "list": text("the saved table that lists the customers; blank where none does"),
        "cost": money("of those contacted; blank where not known"),
        "expected": money("margin on extra revenue less the cost; blank where neither test nor matching measured it"),
        "low": money("95% interval"),
        "high": money("95% interval"),
        "measure": text("how it will be measured"),
        "owner": text("who answers for it; blank where nobody is named"),
        "due": date(),
        "source": text("the page it comes from"),
        "rank": count("1 is first"),
        "kind": text("what sort of action: repeat, stop, win_back, call_detractors and so on"),
        "campaign": text("that is repeated or stopped"),
        "arm": text("that is repeated or stopped"),
        "contacted": count("customers"),
        "held_out": count("customers, at random"),
        "at_stake": money("what these customers bring a year; blank where not known"),
        "break_even": money("extra revenue a customer that pays the contact; blank where cost or margin is not known"),
        "evidence": text("random test, matched comparison, difference in differences, or none"),
        "metric": text("outcome by which it is measured"),
        "duration_days": days("of the test; blank where not known"),
        "smallest_seen_share": number("smallest rise that the test shows, as a share of what is usual"),
    },
    key=["id"],
    todo=True,
)
RESULTS = (ACTIONS,)
