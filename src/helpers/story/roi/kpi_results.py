"""The tables of key figures and of proposals that the page on returns saves."""

from helpers.story.results import ResultTable, date, number, text

ROI_KPIS = ResultTable(
    "roi_kpis",
    "a segment and key figure",
    {
        "segmentation": text("the column by which customers are grouped; everyone: all of them"),
        "segment": text("groups of behaviour as they stood when the period began; “New in the period”: won in it"),
        "kpi": text(
            "customers (who bought), members (of the group, by whom money is divided), new_customers, leads, revenue, "
            "average_order, revenue_per_customer, margin (a share of revenue), margin_per_customer, conversion, "
            "retention, churn, revenue_churn, cac, cac_loaded, cltv, gross_margin_value (of five years, discounted), "
            "cltv_cac (that by cac_loaded), payback_months, roi; of those won in the period before: won_value, "
            "won_retention, won_to_cac"
        ),
        "value": number("in `unit`; blank where not known, see `note`"),
        "low": number("95% interval, where the figure is an estimate"),
        "high": number("95% interval"),
        "numerator": number("what was counted"),
        "denominator": number("what it was divided by; blank where the figure counts"),
        "unit": text("with its time"),
        "period_first": date("blank where nothing is dated"),
        "period_last": date(),
        "note": text("why there is no value, or what it rests on"),
    },
    key=["segmentation", "segment", "kpi"],
)
ROI_SEGMENT_ADVICE = ResultTable(
    "roi_segment_advice",
    "a proposal for a segment, or for several to be merged",
    {
        "segmentation": text(),
        "segment": text("several, with “ + ” between, where they are to be merged"),
        "advice": text("merge, split, drop or watch"),
        "why": text(),
        "kpi": text("the figure that decided"),
        "value": number("the segment's; of segments to merge, how far apart they may be at most"),
        "against": number("the limit, target or average"),
    },
)
RESULTS = (ROI_KPIS, ROI_SEGMENT_ADVICE)
