"""The tables on whom to contact next, as the page saves them."""

from helpers.story.results import ResultTable, count, number, share, text

CAMPAIGN_UPLIFT = ResultTable(
    "campaign_uplift",
    "a segment in a campaign's arm, for each outcome, greatest drawn lift first",
    {
        "campaign": text(),
        "arm": text(),
        "metric": text("the outcome measured"),
        "segment": text("before the campaign"),
        "customers": count("in the arm"),
        "control_customers": count("held out"),
        "lift": number("mean less the mean of those held out; blank with fewer than 30 customers on either side"),
        "low": number("Welch's 95% interval of this segment alone"),
        "high": number("Welch's 95% interval of this segment alone"),
        "shrunk": number("the lift drawn towards the campaign's, as far as chance explains the difference"),
        "shrunk_low": number("95% interval"),
        "shrunk_high": number("95% interval"),
        "own_weight": share("of the segment's own lift in `shrunk`"),
        "p_alike": share("p-value of the test that all segments of the arm have one lift"),
    },
    key=["campaign", "arm", "metric", "segment"],
    about="Random tests only.",
)
CAMPAIGN_QINI = ResultTable(
    "campaign_qini",
    "a share of customers contacted, for each campaign, arm, outcome and ordering",
    {
        "campaign": text(),
        "arm": text(),
        "metric": text("the outcome measured"),
        "ordering": text("segment, or features known before the campaign"),
        "contacted_share": share("the best-ranked"),
        "gain": number("extra outcome for each customer of the whole campaign"),
        "random": number("the same of a share drawn at random"),
        "low": number("95% interval of `gain`"),
        "high": number("95% interval of `gain`"),
        "qini": number("mean gap between `gain` and `random` over all shares; the same on each row of an ordering"),
        "qini_low": number("95% interval, wide enough for all orderings together"),
        "qini_high": number("95% interval, wide enough for all orderings together"),
    },
    key=["campaign", "arm", "metric", "ordering", "contacted_share"],
    about="Random tests only. Each customer is ranked by a model that has not seen that customer.",
)
RESULTS = (CAMPAIGN_UPLIFT, CAMPAIGN_QINI)
