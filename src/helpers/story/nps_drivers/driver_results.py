"""The tables about drivers of the score."""

from helpers.story.results import Chart, ResultTable, count, flag, number, share, text

NPS_DRIVERS = ResultTable(
    "nps_drivers",
    "a driver, most important first",
    {
        "driver": text(),
        "lmg": share("of the score's variance; they sum to R-squared. Beyond 20 drivers Owen's value"),
        "lmg_low": number("95% interval"),
        "lmg_high": number("95% interval"),
        "rank_low": number("best rank by `lmg` that it may have"),
        "rank_high": number("worst"),
        "importance": share("`lmg` / R-squared"),
        "importance_low": number("95% interval"),
        "importance_high": number("95% interval"),
        "johnson": number("Johnson's relative weight (2000)"),
        "relative_weight": number("the same"),
        "performance": number("mean rating"),
        "performance_low": number("95% interval"),
        "performance_high": number("95% interval"),
        "performance_share": number("mean rating as a share of its scale"),
        "scale_low": number("worst mark of the scale, as guessed from the answers"),
        "scale_high": number("best mark"),
        "quadrant": text("fix first, keep up, improve later or good enough"),
        "quadrant_verdict": text("clear or unclear"),
        "group": text("the most important of the drivers that customers rate like this one"),
        "correlation": number("with the score"),
        "coefficient": number("standardised"),
        "answers": number("that give the rating"),
    },
    key=["driver"],
    chart=Chart("bar", "driver", ["importance"]),
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
        "lowest": number("rating given"),
        "highest": number("rating given"),
        "used": flag("as a driver"),
        "why_not": text("blank where it is"),
    },
    key=["driver"],
)
NPS_DRIVER_MISSING = ResultTable(
    "nps_driver_missing",
    "a driver, by a way to treat ratings not given",
    {
        "method": text("complete: answers that give all; pairs: by two ratings; imputed: filled in"),
        "answers": count("that it rests on"),
        "driver": text(),
        "lmg": number("as in `nps_drivers`"),
        "lmg_low": number("95% interval"),
        "lmg_high": number("95% interval"),
        "rank": count(),
    },
    key=["method", "driver"],
    about="Without rows where no rating is missing. From 5,000 answers at most.",
)
NPS_DRIVER_METHODS = ResultTable(
    "nps_driver_methods",
    "a driver, by a way to reckon its importance; the page's own first",
    {
        "method": text("lmg or owen; johnson; complete, pairs or imputed, as in `nps_driver_missing`"),
        "driver": text(),
        "importance": share("of what the method explains"),
        "rank": number(),
    },
    key=["method", "driver"],
)
RESULTS = (NPS_DRIVERS, NPS_DRIVER_COVERAGE, NPS_DRIVER_MISSING, NPS_DRIVER_METHODS)
