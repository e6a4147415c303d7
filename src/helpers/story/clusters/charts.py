"""Charts of the groups of customers that were found."""

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from helpers.story import fmt
from helpers.story.chart import (
    INK,
    MUTED,
    QUIET,
    SIZE,
    SMALL,
    Chart,
    accent,
    drawable,
    fit,
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
from helpers.story.chart_labels import column_heads
from helpers.story.chart_marks import tell
from helpers.story.clusters import titles
from helpers.story.colors import LINES
from helpers.story.headings import head
from helpers.story.terms import form_of, plain, printable
from helpers.story.verdicts import STABLE

if TYPE_CHECKING:
    from helpers.analysis.clusters.clusters import Clusters

_LEAST_SIZE = 6.5  # of a figure in a narrow cell
_TRIED = "How distinct and how lasting the groups are"
_FULL_SHADE = 2.0  # standard units from the average at which a cell has its deepest colour


def answer(clusters: "Clusters", money: fmt.Money | None = None) -> Chart:
    """What the groups are like; where there are none, how little any number of them would part customers."""
    return profiles(clusters, money) if clusters.k > 1 else _numbers_tried(clusters)


def choice(clusters: "Clusters") -> Chart:
    """How distinct and how stable the groups are for each number of groups, the chosen one marked."""
    return _numbers_tried(clusters) if clusters.k > 1 else nothing(_TRIED, "no groups were formed")


@picture()
def _numbers_tried(clusters: "Clusters") -> Chart:
    by_k = clusters.by_k.sort_values("k")
    if by_k.empty:
        return nothing(_TRIED, "too few customers to form groups")
    stable = f"stable from {fmt.number(STABLE, 2)}, the dashed line"
    marked = "the number chosen is marked" if clusters.k > 1 else "none was chosen"
    title, subtitle = head(titles.choice(clusters), _TRIED, f"By number of groups; 1 is best, {marked}; {stable}")
    figure = sheet(title, subtitle, 3.6)
    axes = figure.subplots(2, sharex=True)
    panels = (
        ("silhouette", "How clearly the groups are separated"),
        ("jaccard_min", "How well the weakest group comes back in new samples"),
    )
    chosen = by_k[by_k["chosen"]]
    for ax, (column, name) in zip(axes, panels, strict=True):
        (line,) = ax.plot(by_k["k"], by_k[column], color=QUIET, linewidth=2, marker="o", markersize=6)
        tell(line, [f"{fmt.count(k)} groups, {name}: {fmt.number(v, 2)}" for k, v in by_k[["k", column]].to_numpy()])
        ax.plot(chosen["k"], chosen[column], color=accent(), marker="o", markersize=11, linestyle="")
        for row in records(chosen.dropna(subset=[column])):
            note(
                ax,
                fmt.number(getattr(row, column), 2),
                row.k,
                getattr(row, column),
                0,
                10,
                ha="center",
                va="bottom",
                weight="bold",
            )
        ax.set_title(fit(name, _room() - 30, SIZE, bold=True), loc="left", fontsize=SIZE, weight="bold")
        ax.margins(x=0.06)
        ax.set_ylim(min(0, by_k[column].min(skipna=True) - 0.05) if by_k[column].notna().any() else 0, 1.4)
        ax.set_yticks([0, 0.5, 1], ["0", fmt.number(0.5), "1"])
        ax.tick_params(axis="y", labelcolor=MUTED)
        ax.grid(axis="y")
    axes[1].axhline(STABLE, color=MUTED, linewidth=1, linestyle=(0, (4, 3)))
    axes[1].set_xticks(by_k["k"], [fmt.count(k) for k in by_k["k"]])
    axes[1].set_xlabel("Number of groups")
    said = "; ".join(
        f"{fmt.count(r.k)} groups: silhouette {fmt.number(r.silhouette, 2)}, stability {fmt.number(r.jaccard_min, 2)}"
        for r in records(by_k)
    )
    taken = f"Chosen: {fmt.count(clusters.k)} groups." if clusters.k > 1 else "None was chosen."
    alt = f"How distinct and how stable the groups are. {taken} {said}."
    return render(figure, title, alt)


@picture()
def snake(clusters: "Clusters") -> Chart:
    """A line for each group over all measures, in standard units from the average customer."""
    topic = "The groups, measure by measure"
    groups, features = clusters.by_cluster, list(clusters.features)
    if clusters.k < 2 or groups.empty or not features:
        return nothing(topic, "no groups were formed")
    key = [("line", _line(i), fit(r.cluster, _room() - 60, lines=1)) for i, r in enumerate(records(groups))]
    rows = [plain(f) for f in features]
    reading = "Standard units from the average customer, the line in the middle"
    title, subtitle = head(titles.snake(clusters), topic, reading)
    figure = sheet(title, subtitle, rows_height(rows) + 0.3, key)
    ax = figure.subplots()
    z = groups[[f"{f}_z" for f in features]].to_numpy(float)
    places = np.arange(len(features))
    ax.axvline(0, color=MUTED, linewidth=1)
    for i, line in enumerate(z):
        (course,) = ax.plot(line, places, color=_line(i), linewidth=2.2, marker="o", markersize=7)
        name = groups["cluster"].iloc[i]
        tell(course, [f"{row}, {name}: {fmt.signed(x, fmt.number)}" for row, x in zip(rows, line, strict=True)])
    label_rows(ax, rows)
    reach = max(1.0, float(np.nanmax(np.abs(z))) if np.isfinite(z).any() else 1.0) * 1.08
    ax.set_xlim(-reach, reach)
    ax.grid(axis="x")
    ax.tick_params(axis="x", labelcolor=MUTED)
    said = []
    for name, line in zip(groups["cluster"], z, strict=True):
        told = ", ".join(f"{plain(f).lower()} {fmt.signed(x, fmt.number)}" for f, x in zip(features, line, strict=True))
        said.append(f"{name}: {told}")
    return render(figure, title, f"Distance from the average customer in standard units. {'; '.join(said)}.")


def _line(i: int) -> str:
    """A colour of its own for each of the first eight groups; a report seldom has more than six."""
    return LINES[i % len(LINES)]


@picture(wide=True)
def profiles(clusters: "Clusters", money: fmt.Money | None = None) -> Chart:
    """What sets each group apart: medians, and of a category the value that stands out with its share of the group,
    shaded by the distance from the average customer."""
    import seaborn as sns  # with all of scipy.stats: half of what a page without heat maps would import

    topic = "The typical customer of each group"
    groups, features = clusters.by_cluster, list(clusters.features)
    if groups.empty or not features:
        return nothing(topic, "no groups were formed")
    sides = sns.diverging_palette(*_hues(), s=90, l=50, sep=1, as_cmap=True)
    key = [
        ("bar", sides(0.0), "below the average customer"),
        ("bar", sides(1.0), "above"),
    ]
    z = groups[[f"{f}_z" for f in features]].to_numpy(float).clip(-_FULL_SHADE, _FULL_SHADE)
    texts = [[_typical(group, f, money) for f in features] for group in groups.to_dict("records")]
    down = [f"{r.cluster} ({fmt.share(r.customer_share)})" for r in records(groups)]
    across = [plain(f) for f in features]
    # The longer list runs down the page, where there is room, but for groups whose names would be cut short across.
    if len(down) < len(across) and _stand_whole(down):
        down, across = across, down
        z, texts = z.T, [list(column) for column in zip(*texts, strict=True)]
    left, rotation, tops = _column_heads(across)
    down = [fit(name, left, lines=6) for name in down]
    tall = 1.7 if rotation else 0.19 * max(t.count("\n") + 1 for t in tops)
    cell = (_room() - left) / len(across)
    texts = [[fit(text, cell - 4, lines=3) if " " in text else text for text in row] for row in texts]
    widest = max(text_width(line) for row in texts for text in row for line in text.split("\n"))
    size = max(_LEAST_SIZE, SMALL * min(1.0, (cell - 3) / widest))
    row_height = max(0.42, *(0.19 * (text.count("\n") + 1) + 0.12 for row in [down, *texts] for text in row))
    reading = "Typical value in each group (share of customers); stronger colour: further from average"
    title, subtitle = head(titles.profiles(clusters), topic, reading)
    figure = sheet(title, subtitle, tall + row_height * len(down) + 0.2, key)
    ax = figure.subplots()
    sns.heatmap(z, ax=ax, cmap=sides, vmin=-_FULL_SHADE, vmax=_FULL_SHADE, cbar=False, linewidths=2, linecolor="white")
    for (row, column), value in np.ndenumerate(z):
        shade = "white" if np.isnan(value) else sides((value / _FULL_SHADE + 1) / 2)
        note(ax, texts[row][column], column + 0.5, row + 0.5, 0, ha="center", color=text_on(shade), fontsize=size)
    ax.xaxis.tick_top()
    ax.set_xticks([i + 0.5 for i in range(len(tops))], tops, rotation=rotation, color=INK)
    ax.set_yticks([i + 0.5 for i in range(len(down))], down, rotation=0, ha="left", color=INK)
    ax.tick_params(axis="y", pad=max(text_width(line) for name in down for line in name.split("\n")) + 8)
    said = []
    for group in groups.to_dict("records"):
        values = ", ".join(f"{plain(f).lower()} {_typical(group, f, money)}" for f in features)
        said.append(f"{group['cluster']} ({fmt.share(group['customer_share'])} of customers): {values}")
    return render(figure, title, "Typical values by group. " + "; ".join(said) + ".")


def _stand_whole(names: list[str]) -> bool:
    """Whether the names can head columns level and uncut."""
    _, angle, heads = _column_heads(names)
    return not angle and not any(head.endswith("…") for head in heads)


def _column_heads(names: list[str]) -> tuple[float, float, list[str]]:
    """Points left for the rows' names, the heads' angle, and the heads."""
    longest = max(text_width(drawable(word)) for name in names for word in name.split() or ["-"])
    left = min(label_room(150.0), max(label_room(100.0), _room() - len(names) * (longest + 8)))
    return left, *column_heads(names, (_room() - left) / len(names) - 4)


def _typical(group: dict[Any, Any], feature: str, money: fmt.Money | None) -> str:
    if f"most_{feature}" in group:
        return f"{fmt.share(group[f'{feature}_share'])}: {printable(group[f'most_{feature}'])}"
    value = float(group[f"median_{feature}"])
    return fmt.MISSING if math.isnan(value) else form_of(feature, money)(value)


def _hues() -> tuple[float, float]:
    """Hues (HUSL degrees) for below and above average: orange and blue are told apart by all."""
    return 35, 240


def _room() -> float:
    """Points across the sheet, less a margin."""
    return points_across() - 12
