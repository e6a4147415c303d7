"""The tables of campaigns whose members are compared with everyone else."""

from helpers.story.results import ResultTable, count, money, number, share, text

CAMPAIGN_MEMBERS = ResultTable(
    "campaign_members",
    "a campaign's arm and metric, where nobody was held out",
    about="Lifts and the placebo are a member, in the metric's unit: money of spend, orders, a share of conversion "
    "(had an order since). Adjusted: members against others who were alike before, by a doubly robust estimate with "
    "cross-fitting. Blank where it was not made, or where nothing is claimed for the reason given as verdict.",
    columns={
        "campaign": text(),
        "arm": text(),
        "metric": text("spend, spend_capped (the largest cut at the 99th percentile), orders, conversion"),
        "listed": count("members of the campaign"),
        "members": count("compared"),
        "others": count("compared"),
        "members_aside": count("like whom there is nobody else"),
        "others_aside": count("unlike any member"),
        "not_compared": count("listed and not known as customers the day before, or in several arms"),
        "others_not_drawn": count("of a very large number of others"),
        "members_mean": number(),
        "naive_lift": number("against everyone else"),
        "naive_low": number("95% interval"),
        "naive_high": number("95% interval"),
        "adjusted_lift": number("against customers alike before"),
        "adjusted_low": number("95% interval"),
        "adjusted_high": number("95% interval"),
        "p_value": number("of the adjusted lift, two-sided"),
        "placebo": number("the same of as many days before the campaign; should be none"),
        "placebo_low": number("95% interval"),
        "placebo_high": number("95% interval"),
        "e_value": number("risk ratio that something unseen would need to explain the lift away"),
        "e_value_limit": number("the same of the interval's nearer end; 1 where the interval holds none"),
        "overlap_share": share("of members like whom there are others"),
        "others_effective": number("others of equal weight that would say as much"),
        "largest_difference": number("of a trait after weighting, in standard deviations"),
        "cost": money("of all members"),
        "verdict": text(
            "more, less, unclear; or why nothing is claimed: broken, unbalanced, few, rare, nobody else, no history, "
            "early, spread, entangled"
        ),
    },
    key=["campaign", "arm", "metric"],
)
CAMPAIGN_BALANCE = ResultTable(
    "campaign_balance",
    "a trait known before a campaign, largest difference first, where nobody was held out",
    about="Differences are in standard deviations; of amounts and counts, of the logarithms of one plus them.",
    columns={
        "campaign": text(),
        "arm": text(),
        "covariate": text("a measure the day before, or an attribute"),
        "level": text("of an attribute that is no number; else blank"),
        "members_mean": number("of those compared; of a level, the share"),
        "others_mean": number(),
        "weighted_mean": number("of others, weighted"),
        "difference": number("members less others"),
        "weighted_difference": number("members less others, weighted"),
    },
    key=["campaign", "arm", "covariate", "level"],
)
RESULTS = (CAMPAIGN_MEMBERS, CAMPAIGN_BALANCE)
