"""The tables that the page on recommendation saves."""

from helpers.story.results import ResultTable, count, number, points, share, text

NPS = ResultTable(
    "nps",
    'a group; the whole sample has `grouping` "all"',
    {
        "grouping": text("what the group is one of: wave, touchpoint, segment, an attribute"),
        "group": text(),
        "answers": count(),
        "promoters": count("scores of 9 and 10"),
        "passives": count("7 and 8"),
        "detractors": count("0 to 6"),
        "nps": points(),
        "nps_low": points("adjusted Wald 95% interval"),
        "nps_high": points("adjusted Wald 95% interval"),
        "nps_weighted": points("blank without weights"),
        "nps_weighted_low": number("95% interval, in points"),
        "nps_weighted_high": number("95% interval, in points"),
    },
    key=["grouping", "group"],
)
NPS_DRIVERS = ResultTable(
    "nps_drivers",
    "a driver, most important first",
    {
        "driver": text(),
        "lmg": share("of the score's variance; they sum to R-squared"),
        "lmg_low": number("95% interval"),
        "lmg_high": number("95% interval"),
        "importance": share("`lmg` / R-squared"),
        "performance": number("mean rating"),
        "correlation": number("with the score"),
        "coefficient": number("standardised"),
        "relative_weight": number("Johnson (2000)"),
    },
    key=["driver"],
)
NPS_DRIVER_COVERAGE = ResultTable(
    "nps_driver_coverage",
    "a rating asked",
    {
        "driver": text(),
        "answers": count(),
        "answered_share": share("of all answers"),
        "mean": number(),
        "distinct": count("different ratings given"),
    },
    key=["driver"],
)
CUSTOMERS_NPS = ResultTable(
    "customers_nps",
    "a customer who answered",
    {
        "customer_id": text(),
        "score": number("0 to 10, of the latest answer"),
        "group": text("detractors, passives or promoters"),
    },
    key=["customer_id"],
    about="The list to call, ask and invite.",
)
RESULTS = (NPS, NPS_DRIVERS, NPS_DRIVER_COVERAGE, CUSTOMERS_NPS)
