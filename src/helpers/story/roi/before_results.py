"""The tables that the sections on before and after save."""

from helpers.story.results import ResultTable, count, money, number, text

ROI_BEFORE_AFTER = ResultTable(
    "roi_before_after",
    "a figure",
    {
        "metric": text("cltv, conversion, cac, churn, roi, retention, revenue …"),
        "before": number("in `unit`"),
        "after": number("in `unit`"),
        "change": number("`after` less `before`"),
        "change_share": number("`change` by `before`; blank unless that is above zero"),
        "low": number("95% interval of the change; blank for declared figures"),
        "high": number("95% interval of the change"),
        "verdict": text("better, worse, unclear, too few, declared"),
        "unit": text("money, share, ratio, count, points (−1 to 1); with “a month” where told for 30 days"),
        "basis": text("measured or declared"),
        "note": text("how it is counted"),
        "n_before": number("customers, or answers, it rests on"),
        "n_after": number(),
        "measured_before": number("what the data give, where the figure was declared"),
        "measured_after": number(),
    },
    key=["metric"],
)
ROI_CAME_ANYWAY = ResultTable(
    "roi_came_anyway",
    "a group of customers and a comparison",
    {
        "group": text("All customers, High-value customers, Other buyers, No purchase before"),
        "comparison": text("now, a period earlier, a year earlier; left to explain: now less the earlier one"),
        "customers": count(),
        "before": money("spend per customer"),
        "after": money("spend per customer"),
        "change": money("per customer"),
        "low": money("95% interval of the change"),
        "high": money(),
        "change_share": number("`change` by `before`; of what is left, in points of share"),
        "share_low": number("95% interval"),
        "share_high": number(),
        "verdict": text("of the share: above, below, unclear, too few"),
    },
    key=["group", "comparison"],
    about="High-value customers are the fifth of buyers who spent most before, chosen anew for each comparison.",
)
ROI_NAIVE_CAMPAIGNS = ResultTable(
    "roi_naive_campaigns",
    "a campaign's arm",
    {
        "campaign": text(),
        "arm": text(),
        "customers": count("contacted, with as many days on record before and after"),
        "before": money("spend per customer before the contact"),
        "after": money("spend per customer from the contact on"),
        "naive": money("`after` less `before`"),
        "naive_low": money("95% interval"),
        "naive_high": money(),
        "left_out_change": money("the same of the customers left out"),
        "lift": money("measured, as in `campaign_lift`"),
        "lift_low": money(),
        "lift_high": money(),
        "overstated": money("`naive` less `lift`"),
        "verdict": text("overstates, understates, within chance, too few"),
    },
    key=["campaign", "arm"],
)
RESULTS = (ROI_BEFORE_AFTER, ROI_CAME_ANYWAY, ROI_NAIVE_CAMPAIGNS)
