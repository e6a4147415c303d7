"""The tables that the page on returns saves."""

from helpers.story.results import ResultTable, count, money, number, share, text

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
CAMPAIGN_LIFT = ResultTable(
    "campaign_lift",
    "an arm and metric",
    {
        "campaign": text(),
        "arm": text(),
        "metric": text("the outcome measured"),
        "n": count("customers in the arm"),
        "mean": number("a customer"),
        "control_n": count(),
        "control_mean": number(),
        "lift": number("`mean` less `control_mean`"),
        "low": number("Welch's 95% interval"),
        "high": number("Welch's 95% interval"),
        "p_value": share(),
        "p_adjusted": share("Holm"),
        "relative_lift": number("`lift` / `control_mean`"),
    },
    key=["campaign", "arm", "metric"],
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
    "verdict": text("pays, loses, unclear, no control (nobody to compare with), no cost given, planned"),
}
ROI_CAMPAIGNS = ResultTable(
    "roi_campaigns", "a campaign's arm, all its customers together", _RETURNS, key=["campaign", "arm"]
)
ROI = ResultTable(
    "roi",
    "a segment, campaign and arm",
    _RETURNS,
    key=["segment", "campaign", "arm"],
    about="Intervals are wide enough for all rows to hold together (Bonferroni).",
)
RESULTS = (BREAK_EVEN, CAMPAIGN_LIFT, ROI_CAMPAIGNS, ROI)
