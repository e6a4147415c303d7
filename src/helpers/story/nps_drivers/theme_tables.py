"""Tables of what customers say: each theme with what goes with it, and typical comments."""

from typing import TYPE_CHECKING

import pandas as pd

from helpers.story import fmt
from helpers.story.table import Form, Table, bracketed, frame_table, rows_of
from helpers.story.terms import lower, plain

if TYPE_CHECKING:
    from helpers.analysis.comments.reading import Comments

_MOST = 12
_WHO = {"promoters": "Promoter", "passives": "Passive", "detractors": "Detractor"}


def themes(result: "Comments", total: int) -> Table:
    """Each theme with the score of those who name it, its course and the rating that goes with it; how every comment
    was
    accounted for stands below. total: comments there are, of which those read are a sample."""
    title, shown = "Themes of the comments", result.by_theme.head(_MOST)
    rows = rows_of(shown)
    languages = shown["language"].nunique() > 1
    shown = shown.assign(
        named=[bracketed(fmt.share(r.share), fmt.count(r.comments)) for r in rows],
        score=[bracketed(fmt.score(r.nps), fmt.interval(r.nps_low, r.nps_high, fmt.score)) for r in rows],
        others=[fmt.score(r.others_nps) for r in rows],
        course=[f"{fmt.share(r.share_first)} to {fmt.share(r.share_last)}" for r in rows],
        rating=[_rated(r.driver, r.driver_difference) for r in rows],
    )
    labels = {"theme": "Theme", "named": "Share of comments (number)", "score": "NPS (95% interval)"}
    labels |= {"others": "NPS of other comments"}
    labels |= {"language": "Language"} if languages else {}
    if len(rows) and rows[0].first_wave:
        labels |= {"course": f"Share, {rows[0].first_wave} to {rows[0].last_wave}"}
    labels |= {"rating": "Rating that differs most"} if (shown["driver"] != "").any() else {}
    note = _account(result, total, len(result.by_theme) - len(shown))
    note += " Shares and comparisons are among the comments in the theme's language." if languages else ""
    right = ["named", "score", "others", "course"]
    return frame_table(shown, labels, {}, title, note, right=right, nothing="no theme was found in the comments")


def quotes(quotes: pd.DataFrame) -> Table:
    """Typical comments in customers' words, masked before. quotes: theme, comment, group, wave where it is known."""
    labels = {"comment": "Comment", "group": "Who wrote it", "wave": "Wave"}
    formats: dict[str, Form] = {"group": lambda g: _WHO.get(g, plain(g)), "theme": lambda t: t or "All comments"}
    note = "Customers' names, addresses and numbers are masked; people may still be recognised by what they tell."
    nothing = "no comments were asked for, or none is short enough to be quoted"
    return frame_table(quotes, labels, formats, "In customers' words", note, group="theme", nothing=nothing)


def _rated(driver: str, difference: float) -> str:
    if not driver:
        return fmt.MISSING
    return f"{plain(driver)} {fmt.signed(difference, lambda x: fmt.number(x, 1))}"


def _account(result: "Comments", total: int, more: int) -> str:
    """Where every comment went: "Of 1,000 comments 700 name a theme …"."""
    parts = [
        (result.with_theme, "name a theme or several", "names a theme or several"),
        (result.without, "none of them", "none of them"),
        (result.other_languages, "are in languages with too few comments", "is in a language with too few comments"),
        (result.empty, "say nothing", "says nothing"),
    ]
    kept = [(n, one if n == 1 else many) for n, many, one in parts if n or many.startswith("name")]
    said = fmt.listing([f"{fmt.count(n)} {what}" for n, what in kept])
    text = f"Of {fmt.many(result.read, 'comment')} {said}."
    if total > result.read:
        text = f"{fmt.many(result.read, 'comment')} of {fmt.count(total)} were read, a sample by chance. " + text
    if more > 0:
        text += f" {fmt.many(more, 'more theme')} {'is' if more == 1 else 'are'} in the table of results."
    if result.unnamed_codes:
        text += (
            f" {fmt.many(result.unnamed_codes, 'code')} {lower('have' if result.unnamed_codes > 1 else 'has')} no name."
        )
    return text
