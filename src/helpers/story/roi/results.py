"""The tables that the page on returns saves."""

from helpers.story.results import Chart, ResultTable, count, flag, money, number, share, text
from helpers.story.roi import before_results, kpi_results

BREAK_EVEN = ResultTable(
    "break_even",
    "a value segment",
    {
        "segment": text(),
        "customers": count(),
        "average_spend": money("a customer"),
        "cost": money("of a programme for all of them"),
        "break_even_lift": money("rise in revenue per customer whose margin pays the cost"),
        "break_even_share": number("the same, as a share of `average_spend`"),
    },
    key=["segment"],
)
_RETURNS = {
    "segment": text(),
    "campaign": text(),
    "arm": text(),
    "basis": text("measured or planned"),
    "customers": count(),
    "old_average_revenue": money("a customer; blank where nobody was left out to compare with"),
    "new_average_revenue": money("a customer"),
    "incremental_revenue": money(),
    "incremental_low": money("95% interval"),
    "incremental_high": money("95% interval"),
    "cost": money(),
    "roi": number("what is left after the cost, as a ratio to the cost: 9.0 is 900%"),
    "roi_low": number(),
    "roi_high": number(),
    "roi_at_margin": number("the same on the margin of the extra revenue"),
    "roi_at_margin_low": number(),
    "roi_at_margin_high": number(),
    "break_even_lift": money("a customer"),
    "verdict": text(
        "pays, loses, unclear (random tests); consistent with paying, consistent with a loss (matched comparisons); no "
        "control (nobody to compare with), test broken, not tested, no cost given, planned"
    ),
    "evidence": text("how the lift was measured"),
    "control_customers": count("customers compared with; blank for plans"),
    "confidence": share("of the intervals"),
    "cost_assumed": flag("whether the cost is that of the parameter file"),
    "hangs_on": count("the fewest of the largest customers without whom the lift is another; 0 = it hangs on none"),
    "roi_simulated_low": number("95% interval of `roi_at_margin`, the margin and assumed costs uncertain too"),
    "roi_simulated_high": number(),
    "pays_chance": share("of simulated returns above zero"),
}
ROI_CAMPAIGNS = ResultTable(
    "roi_campaigns", "a campaign's arm, all its customers together", _RETURNS, key=["campaign", "arm"]
)
ROI = ResultTable(
    "roi",
    "a segment, campaign and arm",
    _RETURNS,
    key=["segment", "campaign", "arm"],
    about="Intervals are wide enough for all rows of a campaign to hold together (Bonferroni).",
)
ROI_CASH = ResultTable(
    "roi_cash",
    "a month of the programme; 0 is what is paid before the first",
    {
        "month": count(),
        "revenue": money("extra revenue"),
        "cost_of_goods": money(),
        "contact_cost": money(),
        "one_off_cost": money(),
        "monthly_cost": money(),
        "flow": money("revenue less all costs"),
        "cumulated": money("all flows so far"),
        "discounted": money("the flow in today's money"),
        "discounted_cumulated": money(),
    },
    key=["month"],
    chart=Chart("line", "month", ["discounted_cumulated"]),
)
_INPUT = "a share of what is expected"
ROI_SCENARIOS = ResultTable(
    "roi_scenarios",
    "a scenario of the programme",
    {
        "scenario": text("pessimistic, expected, optimistic"),
        "quantile": share("of all simulated net gains that lie below"),
        "net_gain": money("over the horizon, in today's money"),
        "roi": number("net gain over all that is spent, as a ratio"),
        "lift": money("revenue per customer contacted, on average in the draws about there"),
        "margin": share("of revenue"),
        "cost": number(_INPUT),
        "reach": number(_INPUT),
        "duration": number(_INPUT),
    },
    key=["scenario"],
    chart=Chart("bar", "scenario", ["net_gain"]),
)
ROI_TORNADO = ResultTable(
    "roi_tornado",
    "an input of the programme's net gain, the one that matters most first",
    {
        "input": text("lift, margin, cost, reach, duration"),
        "expected": number(),
        "at_low": number("the input's 10th percentile"),
        "at_high": number("the input's 90th percentile"),
        "net_gain_low": money("with the input at its 10th percentile, all others as expected"),
        "net_gain_high": money("with the input at its 90th percentile"),
        "swing": money("the difference of both, without sign"),
    },
    key=["input"],
    chart=Chart("bar", "input", ["swing"]),
)
ROI_WATERFALL = ResultTable(
    "roi_waterfall",
    "a step from the programme's extra revenue to its net gain",
    {
        "step": text(),
        "amount": money("what the step adds or takes away; all but the last add up to the last"),
        "running": money("what is left after the step"),
    },
    key=["step"],
    chart=Chart("bar", "step", ["amount"]),
)
ROI_BUDGET = ResultTable(
    "roi_budget",
    "a segment, campaign and arm that money can be spent on",
    {
        "segment": text(),
        "campaign": text(),
        "arm": text(),
        "available": count("customers who can be contacted"),
        "cost_per_contact": money(),
        "lift": money("revenue a customer, as measured"),
        "lift_expected": money("drawn towards the arm's average"),
        "lift_error": money("standard error of `lift_expected`"),
        "profit_per_contact": money("margin on `lift_expected` less the cost"),
        "profit_per_cost": number("profit for each unit of money"),
        "customers": count("to contact"),
        "budget": money(),
        "expected_margin": money(),
        "expected_profit": money(),
        "profit_low": money("95% interval"),
        "profit_high": money("95% interval"),
        "order": count("1 = first; 0 = not taken"),
    },
    key=["segment", "campaign", "arm"],
)
RESULTS = (
    *(BREAK_EVEN, ROI_CAMPAIGNS, ROI, ROI_CASH, ROI_SCENARIOS, ROI_TORNADO, ROI_WATERFALL, ROI_BUDGET),
    *kpi_results.RESULTS,
    *before_results.RESULTS,
)
