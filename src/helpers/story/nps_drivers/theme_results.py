"""The tables of what customers say."""

from helpers.story.results import Chart, ResultTable, count, number, points, share, text

THEMES = ResultTable(
    "themes",
    "a theme of the comments, the one named most first",
    {
        "theme": text("in customers' words, as declared, or the code"),
        "comments": count("that name it; a comment may name several"),
        "share": share("of the comments that say something, in the theme's language"),
        "nps": points("of those who name it; blank with fewer than `min_answers` comments"),
        "nps_low": points("adjusted Wald 95% interval"),
        "nps_high": points("adjusted Wald 95% interval"),
        "language": text("blank where themes are declared or coded"),
        "promoters": count(),
        "passives": count(),
        "detractors": count(),
        "others_nps": points("of those who commented in its language without naming it"),
        "difference": number("`nps` − `others_nps`, in points"),
        "difference_low": number("95% interval"),
        "difference_high": number("95% interval"),
        "p_value": number("of the difference, not corrected"),
        "verdict": text("lower, higher, unclear or few; after Benjamini and Hochberg (1995) over all themes"),
        "first_wave": text("blank without two waves of `min_answers` comments"),
        "last_wave": text(),
        "share_first": share("of the first wave's comments"),
        "share_last": share("of the last wave's"),
        "change": number("of the share, from 0 to 1"),
        "change_low": number("95% interval, Agresti and Caffo (2000)"),
        "change_high": number("95% interval"),
        "trend": text("more, less, unclear or few; corrected likewise"),
        "driver": text("the rating that differs most, where one clearly does"),
        "driver_difference": number("of its mean, between those who name the theme and the others"),
        "driver_low": number("95% interval, Welch"),
        "driver_high": number("95% interval"),
        "stability": share("cosine with the theme that halves of the comments find in its place"),
    },
    key=["theme"],
    about="From at most 20,000 comments, chosen by a hash. No comment is in it.",
    chart=Chart("bar", "theme", ["share"]),
)
THEME_TERMS = ResultTable(
    "theme_terms",
    "a word or a pair of words of a theme that was found",
    {
        "theme": text(),
        "term": text("as most people wrote it"),
        "weight": share("of the theme's heaviest term"),
        "texts": count("different comments that hold it"),
    },
    key=["theme", "term"],
)
THEME_COVERAGE = ResultTable(
    "theme_coverage",
    "what became of comments",
    {
        "state": text("with_theme, without (a theme), other_languages (with too few comments), empty, not_read"),
        "comments": count("they sum to all comments"),
    },
    key=["state"],
)
RESULTS = (THEMES, THEME_TERMS, THEME_COVERAGE)
