"""The tables of the score's course that the page on recommendation saves."""

from helpers.story.results import Chart, ResultTable, count, flag, number, points, text

NPS_WAVES = ResultTable(
    "nps_waves",
    "a survey wave, in the order of time",
    {
        "wave": text("its name; a calendar month, quarter or year where answers have dates and no wave"),
        "answers": count(),
        "promoters": count(),
        "passives": count(),
        "detractors": count(),
        "nps": points(),
        "nps_low": points("adjusted Wald 95% interval"),
        "nps_high": points("adjusted Wald 95% interval"),
        "change": number("points, against the wave before; blank for the first"),
        "change_low": number("adjusted Wald 95% interval, each by itself"),
        "change_high": number("adjusted Wald 95% interval, each by itself"),
        "nps_weighted": points("blank without weights"),
        "nps_weighted_low": points("95% interval on the effective number of answers (Kish 1965)"),
        "nps_weighted_high": points("95% interval on the effective number of answers (Kish 1965)"),
        "judged": flag("has enough answers to be compared"),
    },
    key=["wave"],
    about="Waves stand in the order of their answers' dates, else of what their names tell, else as declared.",
    chart=Chart("line", "wave", ["nps"]),
)
NPS_TREND = ResultTable(
    "nps_trend",
    "a change between two waves with enough answers: from the first to the last, then each step",
    {
        "from_wave": text(),
        "to_wave": text(),
        "comparison": text("first to last, or step"),
        "change": number("points"),
        "low": number("95% interval; of the steps, together (Bonferroni)"),
        "high": number("95% interval; of the steps, together (Bonferroni)"),
        "verdict": text("rose or fell where the interval is beside zero, else unclear"),
    },
    key=["from_wave", "to_wave"],
    about="With two waves the only step is the first row.",
)
NPS_MIX = ResultTable(
    "nps_mix",
    "a grouping by which a clear change between two waves is parted",
    {
        "grouping": text(),
        "from_wave": text(),
        "to_wave": text(),
        "groups": count(),
        "change": number("points; composition + within"),
        "composition": number("points that come from who answered"),
        "composition_low": number("95% interval, all groupings together (Bonferroni)"),
        "composition_high": number("95% interval, all groupings together (Bonferroni)"),
        "within": number("points by which the groups' own scores changed"),
        "within_low": number("95% interval"),
        "within_high": number("95% interval"),
        "verdict": text("whether the score rose or fell by who answered, else unclear"),
    },
    key=["grouping"],
    about="Kitagawa (1955). Empty where nothing clearly changed, or no grouping was asked for in both waves.",
)
RESULTS = (NPS_WAVES, NPS_TREND, NPS_MIX)
