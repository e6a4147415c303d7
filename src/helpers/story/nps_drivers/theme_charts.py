"""The chart of what customers say."""

from typing import TYPE_CHECKING

from helpers.story import fmt
from helpers.story.chart import (
    BAD,
    GOOD,
    MUTED,
    QUIET,
    Chart,
    label_rows,
    note,
    nothing,
    picture,
    records,
    render,
    rows_height,
    sheet,
)
from helpers.story.headings import head
from helpers.story.nps_drivers import titles

if TYPE_CHECKING:
    from helpers.analysis.comments.reading import Comments

MOST_THEMES = 8  # bars; the table of results has all
_COLORS = {"lower": BAD, "higher": GOOD}


@picture()
def themes(result: "Comments") -> Chart:
    """Share of comments that name each theme, coloured by how those score who name it."""
    topic = "What comments are about"
    shown = result.by_theme.head(MOST_THEMES)
    if shown.empty:
        return nothing(topic, "no theme was found in the comments")
    labels = [str(r.theme) for r in records(shown)]
    verdicts = set(shown["verdict"])
    key = [
        *([("bar", BAD, "clearly lower scores than other comments")] if "lower" in verdicts else []),
        *([("bar", GOOD, "clearly higher scores")] if "higher" in verdicts else []),
        *([("bar", QUIET, "no clear difference")] if verdicts - {"lower", "higher"} else []),
    ]
    of = f"{fmt.many(result.saying, 'comment')} that say something"
    of = "the comments in the theme's language" if shown["language"].nunique() > 1 else of
    title, subtitle = head(titles.themes(result, len(shown)), topic, f"Share of {of}; a comment may name several")
    figure = sheet(title, subtitle, rows_height(labels, 170, 0.38) + 0.22, key)
    ax = figure.subplots()
    label_rows(ax, labels, 170)
    said, across = [], ax.get_yaxis_transform()
    for y, row in enumerate(records(shown)):
        ax.barh(y, row.share, height=0.56, color=_COLORS.get(row.verdict, QUIET))
        note(ax, fmt.share(row.share), row.share, y)
        scored = row.nps == row.nps
        score = fmt.score(row.nps) if scored else "too few"
        note(ax, score, 1, y, 52, ha="right", xycoords=across, weight="bold" if scored else "normal")
        told = f"NPS {fmt.score(row.nps)}" if scored else "too few to score"
        said.append(f"{row.theme}: {fmt.share(row.share)}, {fmt.many(row.comments, 'comment')}, {told}")
    note(ax, "NPS", 1, -0.62, 52, 4, ha="right", va="bottom", xycoords=across, color=MUTED)
    ax.axvline(0, color=MUTED, linewidth=0.8)
    ax.set_xlim(0, max(shown["share"].max() * 1.16, 1e-9))
    ax.set_xticks([])
    return render(figure, title, f"{topic}, by share of comments: {'; '.join(said)}.")
