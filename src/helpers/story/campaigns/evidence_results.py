"""The table of all estimates of what a campaign changed, by strength of evidence."""

from helpers.story.results import ResultTable, count, flag, number, text

CAMPAIGN_EVIDENCE = ResultTable(
    "campaign_evidence",
    "a campaign's arm and method, the strongest kind of evidence first",
    about="Estimates are what a customer contacted brought more than without the campaign, in the metric's unit. Only "
    "those that are ok can be relied on, each as far as its kind goes: of the kinds, a random test alone is proof.",
    columns={
        "campaign": text(),
        "arm": text("blank where the estimate is of all that the campaign contacted"),
        "metric": text("spend, orders, or a declared outcome"),
        "method": text(
            "random test; random test, broken; matched comparison; difference in differences; interrupted series; "
            "before and after; none"
        ),
        "estimate": number("a customer contacted"),
        "low": number("95% interval"),
        "high": number("95% interval"),
        "days": number("for which it was followed, where known"),
        "rank": count("1 is the strongest kind that the campaign has"),
        "leads": flag("whether the campaign is judged by it"),
        "agrees": text("with the one that leads, in sign and interval: agree, differ; blank where not compared"),
        "ok": flag("whether the method's own checks hold"),
        "why": text("what is wrong, where they do not"),
    },
    key=["campaign", "arm", "metric", "method"],
)
RESULTS = (CAMPAIGN_EVIDENCE,)
