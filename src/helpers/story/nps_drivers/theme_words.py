"""Sentences about what customers say in their own words: what goes with low scores, what with high ones, what grows."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from helpers.story import fmt, verdicts
from helpers.story.phrases import inside, quoted, wave_name
from helpers.story.statement import Statement

if TYPE_CHECKING:
    from helpers.analysis.comments.reading import Comments

_READ_FIRST = "Read these comments first, and fix what most of them name."
_NAME_CODES = "Ask whoever ran the survey what the codes mean; named in the parameter file, they become themes."
_DECLARE = "Read a few dozen by hand, and declare the themes you find in the parameter file."


def themes(result: "Comments", quotes: int = 0) -> Statement:
    """What the comments with the lowest scores are about, where they clearly score lower than other comments.

    quotes: how many are shown of each theme; with quotes the section has something to show even where comments are few.
    """
    values: dict[str, Any] = {"comments": result.read, "saying": result.saying, "least": result.least}
    if not result.read:
        return Statement("themes", "Nobody wrote a comment.", "few", needs="comments in the survey", values=values)
    if result.saying < result.least:
        return _few(result, quotes, values)
    frame = result.by_theme
    if frame.empty:
        return _no_themes(result, quotes, values)
    lower, most = _strongest(frame, "lower", "detractors"), frame.to_dict("records")[0]
    if lower is None:
        values |= {"share": most["share"], "theme_comments": most["comments"]}
        often = (
            f"the one named most is {quoted(most['theme'])}, in {fmt.share(most['share'])} of {_comments(most, frame)}"
        )
        if (frame["verdict"] == "few").all():
            text = f"No theme has the {fmt.count(result.least)} comments that a score takes; {often}."
        else:
            text = f"No theme goes with clearly lower scores; {often}."
        return Statement("themes", text, "unclear", values=values)
    coded = result.unnamed_codes and str(lower["theme"]).startswith("code ")
    return Statement(
        "themes",
        f"Unhappy customers write most about {quoted(lower['theme'])}: {_scored(lower, frame)}.",
        "bad",
        action=_NAME_CODES if coded else _READ_FIRST,
        headline=True,
        values=values | _values(lower),
    )


def theme_praise(result: "Comments") -> Statement:
    """What the comments with the highest scores are about; nothing where none clearly score higher, and above zero."""
    happy = result.by_theme[result.by_theme["nps"].round() > 0]
    higher = _strongest(happy, "higher", "promoters")
    if higher is None:
        return Statement("theme_praise", "")
    coded = result.unnamed_codes and str(higher["theme"]).startswith("code ")  # nobody could say it in their words
    return Statement(
        "theme_praise",
        f"Happy customers write most about {quoted(higher['theme'])}: {_scored(higher, result.by_theme)}.",
        "good",
        action="" if coded else "Keep it as it is, and tell new customers about it in these words.",
        values=_values(higher),
    )


def theme_trend(result: "Comments") -> Statement:
    """The theme whose share of comments has clearly changed most from the first wave to the last."""
    frame = result.by_theme
    if frame.empty or (frame["trend"] == "few").all():
        return Statement("theme_trend", "")
    seen = [fmt.share(a) != fmt.share(b) for a, b in zip(frame["share_first"], frame["share_last"], strict=True)]
    moved = frame.loc[frame["trend"].isin(["more", "less"]) & pd.Series(seen, frame.index, dtype=bool)]
    if moved.empty:
        return Statement("theme_trend", "")
    found = moved.iloc[moved["change"].abs().argmax()].to_dict()
    rose, complaint = found["trend"] == "more", found["verdict"] == "lower"
    first, last = wave_name(found["first_wave"]), wave_name(found["last_wave"])
    before, now = fmt.share(found["share_first"]), fmt.share(found["share_last"])
    where = f"{_comments(found, frame)} of {last}"
    text = f"{quoted(found['theme'])} is named {'more' if rose else 'less'} often: in {now} of {where}, "
    return Statement(
        "theme_trend",
        f"{text}{'up' if rose else 'down'} from {before} in {first}.",
        ("bad" if rose else "good") if complaint else "neutral",
        action="List what changed for customers between these waves, and ask those who wrote it." if rose else "",
        values={"share_first": found["share_first"], "share_last": found["share_last"], "change": found["change"]}
        | {"waves": [first, last]},
    )


def theme_rating(result: "Comments") -> Statement:
    """Which rating is clearly lower where the theme of the unhappy, or else the most frequent one, is named."""
    frame = result.by_theme
    lower = _strongest(frame, "lower", "detractors")
    found = lower if lower is not None else (frame.to_dict("records")[0] if len(frame) else None)
    if found is None or not found["driver"]:
        return Statement("theme_rating", "")
    low, high = found["driver_low"], found["driver_high"]
    side = verdicts.side_of_zero(low, high, _rating)
    if side == "unclear":
        return Statement("theme_rating", "")
    by = f"{_rating(abs(found['driver_difference']))} points {'lower' if side == 'below' else 'higher'}"
    return Statement(
        "theme_rating",
        f"Those who write about {quoted(found['theme'])} rate {inside(found['driver'])} {by} than other commenters.",
        aside=True,
        values={"difference": abs(found["driver_difference"])},
    )


def _few(result: "Comments", quotes: int, values: dict[str, Any]) -> Statement:
    said = "No comment says anything" if not result.saying else f"{fmt.many(result.saying, 'comment')} say something"
    said = said.replace("1 comment say ", "1 comment says ")
    needs = f"{fmt.many(result.least, 'comment')} that say something"
    text = f"{said}, too few to find themes in; read {'it' if result.saying == 1 else 'them'} one by one."
    text = text if result.saying else f"{said}: all are blank, symbols or words such as “none”."
    return Statement("themes", text, "few", needs="" if quotes and result.saying else needs, values=values)


def _no_themes(result: "Comments", quotes: int, values: dict[str, Any]) -> Statement:
    if result.other_languages == result.saying:
        text = f"The comments are in too many languages: in none of them there are {fmt.count(result.least)}."
        needs = f"{fmt.many(result.least, 'comment')} in one language"
        return Statement("themes", text, "few", needs="" if quotes else needs, values=values)
    text = f"The {fmt.many(result.saying, 'comment')} share no themes: what one half of them names, the other does not."
    return Statement("themes", text, "unclear", action=_DECLARE, values=values)


def _strongest(frame: pd.DataFrame, verdict: str, group: str) -> dict[str, Any] | None:
    """Of the themes that clearly score so, the one that most of the group name."""
    seen = [fmt.score(a) != fmt.score(b) for a, b in zip(frame["nps"], frame["others_nps"], strict=True)]
    clear = frame.loc[(frame["verdict"] == verdict) & pd.Series(seen, frame.index, dtype=bool)]
    return {str(k): v for k, v in clear.iloc[clear[group].argmax()].items()} if len(clear) else None


def _comments(theme: Mapping[Any, Any], frame: pd.DataFrame) -> str:
    """What a share is of: where themes are in several languages, the comments in that of this one."""
    return f"{theme['language']} comments" if frame["language"].nunique() > 1 else "comments"


def _scored(theme: Mapping[Any, Any], frame: pd.DataFrame) -> str:
    share, nps, others = fmt.share(theme["share"]), fmt.score(theme["nps"]), fmt.score(theme["others_nps"])
    return f"{share} of {_comments(theme, frame)}, whose writers score {nps}, the others {others}"


def _values(theme: dict[str, Any]) -> dict[str, Any]:
    return {name: theme[name] for name in ("share", "nps", "others_nps", "difference")} | {
        "theme": theme["theme"],
        "theme_comments": theme["comments"],
    }


def _rating(x: float) -> str:
    return fmt.number(x, 1)
