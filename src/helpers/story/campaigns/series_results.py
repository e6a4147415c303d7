"""The table of what those contacted, and everyone else, bought before and after a campaign."""

from helpers.story.results import ResultTable, count, number, text

CAMPAIGN_PERIODS = ResultTable(
    "campaign_periods",
    "a campaign's arm and period, where nobody was held out",
    about="Periods are counted from the campaign's first day: weeks, or four or thirteen weeks where it was followed "
    "for long. What was bought is in the client's currency where orders have amounts, else a number of orders.",
    columns={
        "campaign": text(),
        "arm": text("those contacted; everyone else"),
        "period": number("0 begins on the campaign's first day, -1 is the one before"),
        "days": count("of the period that are known; the last one may be short"),
        "customers": count("all of the arm, whether they bought or not"),
        "mean": number("bought per customer and whole period"),
        "low": number("95% interval"),
        "high": number("95% interval"),
    },
    key=["campaign", "arm", "period"],
)
RESULTS = (CAMPAIGN_PERIODS,)
