"""The table on the next test, as the page saves it."""

from helpers.story.results import ResultTable, count, days, flag, number, text

TEST_PLAN = ResultTable(
    "test_plan",
    "a segment and an outcome that the next test could measure",
    {
        "segment": text("“All customers” is all of them"),
        "metric": text("the outcome"),
        "kind": text("rate (of 0 and 1) or amount; blank where too little is known"),
        "baseline": number("mean of customers who are not contacted, as long as outcomes are followed"),
        "sd": number("standard deviation of these"),
        "smallest_worthwhile": number("the lift worth finding, in the outcome's unit a customer"),
        "worthwhile_lift": number("the same, as a share of `baseline`"),
        "customers": count("there are today"),
        "needed_an_arm": count("customers in each of two equal arms"),
        "needed_contacted": count("with the share held out that the page was given"),
        "needed_held_out": count("with the share held out that the page was given"),
        "duration_days": days(
            "until the last outcome is in; blank where not in reach within two years, or where nobody says how long "
            "outcomes are followed"
        ),
        "possible": flag("with the customers there are"),
        "smallest_seen": number("lift that all customers of the segment could show, in the outcome's unit"),
        "smallest_seen_share": number("the same, as a share of `baseline`"),
        "followed_days": days("that outcomes are followed; blank where contacts have no date"),
        "verdict": text("possible, later (with new customers), too few, no room (to rise so far), not known"),
    },
    key=["segment", "metric"],
    about="Blank where fewer than 30 customers, or none with the outcome, tell what is usual.",
)
RESULTS = (TEST_PLAN,)
