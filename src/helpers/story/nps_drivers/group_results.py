"""The tables of scores by group that the page on recommendation saves."""

from helpers.story.results import ResultTable, count, number, points, share, text

NPS = ResultTable(
    "nps",
    'a group; the whole sample has `grouping` "all"',
    {
        "grouping": text("what the group is one of: wave, touchpoint, segment, an attribute"),
        "group": text('"(unknown)" where it is not known, "(withheld)" for those too small to be shown, together'),
        "answers": count(),
        "promoters": count("scores of 9 and 10 on a 0-10 scale"),
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
NPS_GROUPS = ResultTable(
    "nps_groups",
    "a group with enough answers, compared with the rest of its grouping",
    {
        "grouping": text(),
        "group": text(),
        "answers": count(),
        "nps": points(),
        "rest": points("score of the rest of its grouping"),
        "difference": number("`nps` less `rest`, in points"),
        "low": number("adjusted Wald 95% interval, each by itself"),
        "high": number("adjusted Wald 95% interval, each by itself"),
        "p": share("two-sided, of no difference"),
        "q": share("p corrected for all groups of all groupings (Benjamini and Hochberg 1995)"),
        "verdict": text("above or below the rest where q is under 5%, else unclear"),
    },
    key=["grouping", "group"],
)
NPS_CELLS = ResultTable(
    "nps_cells",
    "a pair of groups, such as a touchpoint and a segment",
    {
        "row_grouping": text(),
        "row": text(),
        "column_grouping": text(),
        "column": text(),
        "answers": count("0 where withheld"),
        "nps": points("blank where withheld, or nobody answered"),
        "nps_low": points("adjusted Wald 95% interval"),
        "nps_high": points("adjusted Wald 95% interval"),
        "rest": points("score of all other answers"),
        "difference": number("`nps` less `rest`, in points"),
        "low": number("adjusted Wald 95% interval, each by itself"),
        "high": number("adjusted Wald 95% interval, each by itself"),
        "q": share("corrected for all pairs (Benjamini and Hochberg 1995)"),
        "verdict": text("above, below or unclear; withheld; none where nobody answered"),
    },
    key=["row", "column"],
    about="Pairs with too few answers are withheld, and as many others as keeps them from being found by subtraction.",
)
RESULTS = (NPS, NPS_GROUPS, NPS_CELLS)
