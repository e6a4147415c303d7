"""The tables on what stands around the shares of drivers: outcomes, other methods, asymmetry, gain, groups."""

from helpers.story.results import Chart, ResultTable, count, flag, number, share, text

NPS_RATING_ROLES = ResultTable(
    "nps_rating_roles",
    "a rating asked",
    {
        "rating": text(),
        "role": text("driver or outcome"),
        "reason": text("declared, name, same as the score, asked as an outcome; empty where it is a driver unasked"),
        "explained_alone": share("of the score's variance that goes with this rating alone; blank for few answers"),
        "asked_about": flag("the page asks whether it is an outcome"),
    },
    key=["rating"],
)
SURVEY_OUTCOMES = ResultTable(
    "survey_outcomes",
    "an outcome asked beside the score",
    {
        "outcome": text(),
        "answers": count(),
        "mean": number("of an outcome with two values the share with the higher one, 0 to 1"),
        "low": number("95% interval of the mean"),
        "high": number("95% interval of the mean"),
        "distinct": count("different values given"),
        "first_wave": text("the first with enough answers; empty where there are no two"),
        "last_wave": text(),
        "first_mean": number(),
        "last_mean": number(),
        "change": number("last less first"),
        "change_low": number("Welch 95% interval"),
        "change_high": number("Welch 95% interval"),
        "correlation": number("with the score"),
    },
    key=["outcome"],
)
NPS_DRIVER_CHECKS = ResultTable(
    "nps_driver_checks",
    "a driver, in the order of `lmg`",
    {
        "driver": text(),
        "lmg_rank": count(),
        "ordinal": number("change of the probability of promoting for one standard deviation of the rating"),
        "ordinal_low": number("95% interval"),
        "ordinal_high": number("95% interval"),
        "ordinal_rank": count("by size; blank where the ordinal model could not judge it"),
        "boosted": number("fall in R-squared on held-out answers when its ratings are shuffled"),
        "boosted_low": number("95% interval"),
        "boosted_high": number("95% interval"),
        "boosted_rank": count(),
    },
    key=["driver"],
)
NPS_DRIVER_KINDS = ResultTable(
    "nps_driver_kinds",
    "a driver",
    {
        "driver": text(),
        "kind": text("basic, performance, excitement or unclear"),
        "low_up_to": number("the highest rating that counts as low"),
        "high_from": number("the lowest rating that counts as high"),
        "low_share": share("of answers"),
        "high_share": share("of answers"),
        "penalty": number("points of score for a low rating against one between"),
        "penalty_low": number("interval that holds for all drivers together at 95%"),
        "penalty_high": number("the same"),
        "reward": number("points of score for a high rating against one between"),
        "reward_low": number("the same"),
        "reward_high": number("the same"),
        "asymmetry": number("reward less penalty in log-odds, each per point of rating; below zero: basic"),
        "asymmetry_low": number("the same"),
        "asymmetry_high": number("the same"),
    },
    key=["driver"],
)
NPS_GAIN = ResultTable(
    "nps_gain",
    "a driver, greatest gain first",
    {
        "driver": text(),
        "rise": number("points of rating, none above the top of its scale"),
        "answers_changed": count("rated below the top, in the sample looked at"),
        "changed_share": share("of all answers"),
        "nps_change": number("points of NPS, over all answers"),
        "low": number("95% interval"),
        "high": number("95% interval"),
        "nps_change_among": number("points of NPS, over those who rated it below the top"),
        "among_low": number("95% interval"),
        "among_high": number("95% interval"),
    },
    key=["driver"],
    about="An association carried over to a change that nobody has tried yet.",
    chart=Chart("bar", "driver", ["nps_change"]),
)
NPS_DRIVER_CONTRASTS = ResultTable(
    "nps_driver_contrasts",
    "a driver in a group, the surest difference first",
    {
        "grouping": text(),
        "group": text(),
        "driver": text(),
        "answers": count("of the group"),
        "slope": number("points of score a point of rating, other ratings being equal"),
        "slope_low": number("95% interval"),
        "slope_high": number("95% interval"),
        "slope_others": number("among all other answers of the grouping"),
        "difference": number(),
        "low": number("95% interval"),
        "high": number("95% interval"),
        "p_value": number("Wald test with HC3 errors"),
        "p_adjusted": number("Benjamini–Hochberg, over the whole table"),
        "clear": flag("`p_adjusted` is .05 or less"),
    },
    key=["grouping", "group", "driver"],
)
OUTCOME_DRIVERS = ResultTable(
    "outcome_drivers",
    "a driver of the two-valued outcome, largest share first",
    {
        "driver": text(),
        "share": share("of McFadden's R-squared; they sum to it"),
        "share_low": share("95% interval"),
        "share_high": share("95% interval"),
        "importance": share("`share` / R-squared"),
        "mean_with": number("average rating where the outcome has its higher value"),
        "mean_without": number("average rating where it has its lower value"),
    },
    key=["driver"],
)
RESULTS = (
    *(NPS_RATING_ROLES, SURVEY_OUTCOMES, NPS_DRIVER_CHECKS, NPS_DRIVER_KINDS),
    *(NPS_GAIN, NPS_DRIVER_CONTRASTS, OUTCOME_DRIVERS),
)
