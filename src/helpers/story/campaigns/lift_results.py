"""The tables that the sections on tests save."""

from helpers.story.results import ResultTable, count, flag, money, number, share, text

_LIFT = {
    "control": text("the arm that got nothing, “everyone else” or “nobody”"),
    "metric": text("the outcome measured"),
    "n": count("customers of the arm whose outcome is known"),
    "mean": number("a customer"),
    "control_n": count(),
    "control_mean": number(),
    "lift": number("by the method that `evidence` and `interval` name; blank where there is none to go by"),
    "low": number("95% interval"),
    "high": number("95% interval"),
    "p_value": share(),
    "p_adjusted": share("Holm, all comparisons of a campaign together"),
    "relative_lift": number("`lift` / `control_mean`"),
    "naive_lift": number("`mean` less `control_mean`"),
    "interval": text("Newcombe, Welch, bootstrap"),
    "customers": count("of the arm"),
    "cost": money("of them all"),
    "is_revenue": flag("whether the outcome is revenue"),
    "evidence": text(
        "random test; random test, broken; matched comparison; difference in differences; interrupted series; before "
        "and after; none"
    ),
}
CAMPAIGN_LIFT = ResultTable(
    "campaign_lift",
    "an arm and metric",
    {
        "campaign": text(),
        "arm": text(),
        **_LIFT,
        "sharpened": flag("whether what was bought before was taken out (CUPED); `lift` is then not `naive_lift`"),
        "detectable": number("the smallest lift that the test could have seen"),
        "hangs_on": count("of the largest customers, without whom the answer is another; 0 = none"),
    },
    key=["campaign", "arm", "metric"],
)
CAMPAIGN_LIFT_SEGMENTS = ResultTable(
    "campaign_lift_segments",
    "a segment and arm of a random test",
    {"campaign": text(), "segment": text("as it was before the campaign"), "arm": text(), **_LIFT},
    key=["campaign", "segment", "arm"],
    about="Intervals are wide enough for all rows of a campaign to hold together (Bonferroni).",
)
CAMPAIGN_CHECKS = ResultTable(
    "campaign_checks",
    "a check of a test",
    {
        "campaign": text(),
        "check": text("ratio, balance, largest customers, earlier purchases"),
        "arm": text("blank where the check is of the whole test"),
        "measure": text("the design, in percent; or what was compared"),
        "value": number("customers; standardised difference; how many the answer hangs on; share of variance foretold"),
        "p_value": share(),
        "passed": flag("of earlier purchases: whether they were used"),
    },
    key=["campaign", "check", "arm", "measure"],
)
RESULTS = (CAMPAIGN_LIFT, CAMPAIGN_LIFT_SEGMENTS, CAMPAIGN_CHECKS)
