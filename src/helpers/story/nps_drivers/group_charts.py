"""Pictures of how groups of customers answer, and of pairs of groups."""

from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib import colors as mcolors
from matplotlib.patches import Rectangle

from helpers.data.schema import WITHHELD
from helpers.story import fmt
from helpers.story.chart import (
    BAD,
    GOOD,
    INK,
    MUTED,
    SMALL,
    TRACK,
    Chart,
    in_words,
    label_room,
    label_rows,
    note,
    nothing,
    picture,
    points_across,
    records,
    render,
    rows_height,
    sheet,
    text_on,
    text_width,
)
from helpers.story.chart_beside import put_aside
from helpers.story.chart_labels import column_heads
from helpers.story.chart_marks import tell
from helpers.story.headings import head
from helpers.story.nps_drivers import titles
from helpers.story.terms import group_name, lower, natural_order, plain

if TYPE_CHECKING:
    from helpers.analysis.nps_drivers.groups import Cells, Groups

_MIDDLE = "#d3dae1"
_MOST_ROWS, _LABEL = 16, 135
_LEAST_NAMED = 400  # points across, from which the parts are named over the bars instead of in a key
_BESIDE = 168  # points across the sheet that names and scores take from the bars


@picture()
def sentiment(result: "Groups") -> Chart:
    """Detractors, passives and promoters of each group of the grouping that differs most, detractors to the left of the
    middle and promoters to the right, passives across it; the scores at the end, bold where clearly different from the
    rest. Of many groups the highest and the lowest are drawn."""
    shown = result.chosen()
    topic = f"How groups answer, by {lower(plain(shown['grouping'].iloc[0])) if len(shown) else 'group'}"
    shown = shown[shown["answers"] > 0]
    if shown.empty:
        return nothing(topic, "no answers in any group")
    every, shown = len(shown), _in_order(shown)
    said = [
        f"{_name(r.group)} {fmt.score(r.nps)} ({fmt.interval(r.nps_low, r.nps_high, fmt.score)}, "
        f"{fmt.many(r.answers, 'answer')}, {fmt.share(r.detractors / r.answers)} detractors, "
        f"{fmt.share(r.promoters / r.answers)} promoters)"
        for r in records(shown)
    ]
    if len(shown) == 1:
        return in_words(topic, f"There is only one group to show: {said[0]}.")
    names = [f"{_name(r.group)} ({fmt.count(r.answers)})" for r in records(shown)]
    reading = "Shares of answers, how many in brackets; on the right the score"
    reading += ", bold: clearly apart from the rest" if shown["verdict"].isin(["above", "below"]).any() else ""
    reading += f"; the {len(shown)} furthest apart of {fmt.count(every)}" if len(shown) < every else ""
    key = [("bar", BAD, "detractors"), ("bar", _MIDDLE, "passives"), ("bar", GOOD, "promoters")]
    title, subtitle = head(titles.sentiment(result), topic, reading)
    named = points_across() < _LEAST_NAMED
    figure = sheet(title, subtitle, rows_height(names, _LABEL, 0.36) + (0.1 if named else 0.3), key if named else ())
    ax = figure.subplots()
    label_rows(ax, names, _LABEL)
    sides = [(shown[kind] + shown["passives"] / 2) / shown["answers"] for kind in ("detractors", "promoters")]
    points = (points_across() - label_room(_BESIDE)) / sum(side.max() for side in sides)  # of a whole bar
    for y, row in enumerate(records(shown)):
        parts = [n / row.answers for n in (row.detractors, row.passives, row.promoters)]
        left = -parts[0] - parts[1] / 2
        for part, (_, color, kind) in zip(parts, key, strict=True):
            bars = ax.barh(y, part, left=left, height=0.62, color=color)
            tell(bars, [f"{names[y]}, {kind}: {fmt.share(part)}" if part else ""])
            if part * points >= text_width(fmt.share(part)) + 3:
                place: dict[str, Any] = {"ha": "center", "color": text_on(color)}
                note(ax, fmt.share(part), left + part / 2, y, 0, **place)
            left += part
        clear = row.verdict in ("above", "below")
        style: dict[str, Any] = {
            "ha": "right",
            "weight": "bold" if clear else "normal",
            "color": INK if clear else MUTED,
        }
        note(ax, fmt.score(row.nps), 1, y, 36, xycoords=ax.get_yaxis_transform(), **style)
    if not named:
        put_aside(figure, key)
        for (_, color, kind), (side, align) in zip(key, ((-30, "right"), (0, "center"), (30, "left")), strict=True):
            style = {"ha": align, "color": color if kind != "passives" else MUTED}
            note(ax, kind, 0, 0, side, 24, **style)
    ax.axvline(0, color="white", linewidth=1)
    ax.margins(x=0.01)
    ax.set_xticks([])
    return render(figure, title, f"{topic}: {'; '.join(said)}.")


@picture(wide=True)
def heat(result: "Cells") -> Chart:
    """Scores by two groupings, a cell a pair: the further from all other answers, the deeper its colour. The grouping
    with more groups stands in rows; groups without a single cell to show are left out."""
    topic = f"Score by {lower(plain(result.rows or 'touchpoint'))} and {lower(plain(result.columns or 'segment'))}"
    cells = result.by_cell
    shown = cells[cells["nps"].notna()]
    if len(shown) < 2:
        return nothing(topic, "too few answers for each pair")
    cells = cells[cells["row"].isin(shown["row"]) & cells["column"].isin(shown["column"])]
    if cells["column"].nunique() > cells["row"].nunique():
        cells = cells.rename(columns={"row": "column", "column": "row"})
    rows, columns = (_axis(cells, side) for side in ("row", "column"))
    slot = (points_across() - label_room(105) - 15) / len(columns)
    angle, heads = column_heads([_name(c) for c in columns], slot - 5)
    tall = 1.7 if angle else 0.2 * max(head.count("\n") + 1 for head in heads) + 0.1
    labels = [_name(r) for r in rows]
    reading = "Net Promoter Score; bold: clearly apart from all other answers; –: too few answers"
    title, subtitle = head(titles.heat(result), topic, reading)
    figure = sheet(
        title,
        subtitle,
        rows_height(labels, 105, 0.44) + tall,
        [("bar", BAD, "below the others"), ("bar", GOOD, "above")],
    )
    ax = figure.subplots()
    label_rows(ax, labels, 105)
    widest = max(shown["difference"].abs().max(), 1) if shown["difference"].notna().any() else 1
    said = []
    for cell in records(cells):
        x, y = columns.index(cell.column), rows.index(cell.row)
        told = cell.nps == cell.nps
        color = _shade(cell.difference / widest) if told and cell.difference == cell.difference else TRACK
        face = color if told else "white"
        edge = "white" if told else TRACK
        ax.add_patch(Rectangle((x - 0.48, y - 0.46), 0.96, 0.92, facecolor=face, edgecolor=edge, linewidth=1))
        bold = cell.verdict in ("above", "below")
        text = fmt.score(cell.nps) if told else fmt.MISSING
        style: dict[str, Any] = {"ha": "center", "weight": "bold" if bold else "normal", "fontsize": SMALL}
        note(ax, text, x, y, 0, color=text_on(color) if told else MUTED, **style)
        if told:
            said.append(f"{_name(cell.row)}, {_name(cell.column)} {fmt.score(cell.nps)}")
    ax.set_xlim(-0.5, len(columns) - 0.5)
    ax.set_xticks(range(len(columns)), heads, rotation=angle)
    ax.xaxis.tick_top()
    ax.tick_params(axis="x", labelcolor=INK)
    return render(figure, title, f"{topic}: {'; '.join(said)}.")


def _in_order(groups: pd.DataFrame) -> pd.DataFrame:
    """Groups named by numbers in their order, others from the highest score to the lowest; what is withheld last."""
    last = groups["group"] == WITHHELD
    named, rest = groups[~last], groups[last]
    if len(named) > _MOST_ROWS:
        ranked = named.sort_values("nps", ascending=False, kind="stable")
        half = _MOST_ROWS // 2
        return pd.concat([ranked.head(half), ranked.tail(half)])
    order = natural_order(named["group"])
    ranked = named.iloc[order] if order else named.sort_values("nps", ascending=False, kind="stable")
    return pd.concat([ranked, rest])


def _axis(cells: pd.DataFrame, side: str) -> list[str]:
    """The names along one side: by their numbers, else by the answers shown, most first; what is withheld last."""
    sizes = cells.groupby(side, sort=False)["answers"].sum()
    names = sizes.sort_values(ascending=False, kind="stable").index.tolist()
    order = natural_order(names)
    names = [names[i] for i in order] if order else names
    return sorted(names, key=lambda name: name == WITHHELD)


def _shade(part: float) -> str:
    """From the colour of what is bad through a pale middle to that of what is good, for -1 to 1."""
    end = mcolors.to_rgb(GOOD if part > 0 else BAD)
    share = 0.75 * min(abs(part), 1)
    middle = mcolors.to_rgb("#f3f5f7")
    red, green, blue = (m + share * (e - m) for m, e in zip(middle, end, strict=True))
    return mcolors.to_hex((red, green, blue))


def _name(group: str) -> str:
    return "Small groups" if group == WITHHELD else group_name(group)
