"""Tables of a programme's scenarios and of where a budget should go."""

from typing import TYPE_CHECKING, Any

from helpers.story import fmt
from helpers.story.roi.cases import arm_name
from helpers.story.table import Form, Table, bracketed, frame_table, rows_of
from helpers.story.terms import plain, rounded

if TYPE_CHECKING:
    from helpers.analysis.roi.budget import Budget
    from helpers.analysis.roi.simulate import Outlook

_MOST_ROWS = 8


def scenarios(outlook: "Outlook", money: fmt.Money) -> Table:
    """Three places in the ranking of all simulated futures, and the inputs that are found about there."""
    labels = {
        "scenario": "Scenario",
        "net_gain": "Net gain",
        "roi": "Return",
        "lift": "Lift, each",
        "margin": "Margin",
        "cost": "Costs",
        "reach": "Reached",
        "duration": "Lift lasts",
    }
    formats: dict[str, Form] = {
        "scenario": plain,
        "net_gain": rounded(money),
        "roi": fmt.ratio,
        "lift": money,
        "margin": fmt.share,
        **dict.fromkeys(("cost", "reach", "duration"), lambda x: fmt.change(x - 1)),
    }
    note = (
        "A tenth of all simulated cases do worse than the pessimistic one, half do worse than the expected one, and a "
        "tenth do better than the optimistic one. Inputs are averages of the cases near each, since they rarely all go "
        "wrong at once. Costs, reach and duration are differences from what is expected."
    )
    if outlook.spreads:
        spreads = [f"{name} {fmt.share(spread)}" for name, spread in outlook.spreads.items()]
        note += f" Assumed to be off, in 95 of 100 cases, by at most: {fmt.listing(spreads)}."
    why = "there is neither a tested campaign with a cost nor a plan"
    return frame_table(outlook.scenarios, labels, formats, "Scenarios of the programme", note, nothing=why)


def budget(result: "Budget", money: fmt.Money) -> Table:
    """Who should be contacted first: what each unit of money earns, in that order."""
    shown = result.by_segment.head(_MOST_ROWS)
    several = shown["arm"].nunique() > 1
    if len(shown):
        taken = shown["order"] > 0
        shown = shown.assign(
            customers=shown["customers"].where(taken),
            budget=shown["budget"].where(taken),
            case=[_case(r, several, shown["segment"].nunique() > 1) for r in rows_of(shown)],
            profit=[
                bracketed(rounded(money)(r.expected_profit), fmt.interval(r.profit_low, r.profit_high, rounded(money)))
                if r.order
                else fmt.MISSING
                for r in rows_of(shown)
            ],
        )
    labels = {
        "case": "Segment",
        "available": "Can be reached",
        "cost_per_contact": "Cost, each",
        "lift_expected": "Lift expected, each",
        "profit_per_cost": f"Profit for each {money(1)}",
        "customers": "To contact",
        "budget": "Budget",
        "profit": "Profit expected (95% interval)",
    }
    formats: dict[str, Form] = {
        **dict.fromkeys(("available", "customers"), fmt.count),
        **dict.fromkeys(("cost_per_contact", "lift_expected", "profit_per_cost"), money),
        "budget": rounded(money),
    }
    amount = money(result.budget)
    title = f"Where the next {amount} would go" if result.suggested else f"Where {amount} should go"
    note = (
        "Profit: margin on the extra revenue, less the cost of contact. Segments' lifts are moved towards "
        "their action's average, as far as chance may explain the difference."
    )
    if len(result.by_segment) > len(shown):
        note += f" {fmt.count(len(shown))} of {fmt.count(len(result.by_segment))} rows are shown."
    return frame_table(
        shown, labels, formats, title, note, right=["profit"], nothing="no action was tested with its cost known"
    )


def _case(row: Any, several_arms: bool, several_segments: bool) -> str:
    """A segment, with the arm where there are several; the arm alone where all are of one segment."""
    arm = arm_name(row.campaign, row.arm)
    if not several_segments and several_arms:
        return arm
    return f"{row.segment}, {arm}" if several_arms else str(row.segment)
