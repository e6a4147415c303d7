"""Charts of recommendation scores and of what goes with them."""

from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.ticker import MaxNLocator

from helpers.story import fmt
from helpers.story.chart import (
    BAD,
    GOOD,
    INK,
    MUTED,
    QUIET,
    RULE,
    TRACK,
    Chart,
    accent,
    house_style,
    in_words,
    label_rows,
    note,
    nothing,
    records,
    render,
    rows_height,
    sheet,
    span,
)
from helpers.story.chart_labels import place_labels
from helpers.story.terms import group_name, lower, natural_order, plain

if TYPE_CHECKING:
    from helpers.analysis.nps_drivers.drivers import Drivers
    from helpers.analysis.nps_drivers.nps import Nps


@house_style()
def interval(nps: "Nps", label: str) -> Chart:
    """One group's score with its 95% interval on the whole scale from -100 to +100."""
    title = f"Net Promoter Score: {label}"
    if not nps.n:
        return nothing(title, "no answers")
    between = fmt.interval(nps.low, nps.high, fmt.points)
    figure = sheet(title, f"From {fmt.many(nps.n, 'answer')}; band: 95% interval {between}", 1.0)
    ax = figure.subplots()
    ax.barh(0, 2, left=-1, height=0.5, color=TRACK)
    ax.barh(0, nps.high - nps.low, left=nps.low, height=0.5, color=accent(), alpha=0.4)
    ax.plot([0, 0], [-0.5, 0.5], color=MUTED, linewidth=1)
    ax.plot([nps.score, nps.score], [-0.5, 0.5], color=accent(), linewidth=4)
    place = {"ha": "center", "va": "bottom", "weight": "bold", "fontsize": 16}
    note(ax, fmt.points(nps.score), nps.score, 0.5, 0, 2, **place)
    ax.set_ylim(-0.6, 1.7)
    ax.set_xlim(-1.04, 1.04)
    ax.set_yticks([])
    ticks = [-1, -0.5, 0, 0.5, 1]
    ax.set_xticks(ticks, [fmt.points(t) for t in ticks])
    alt = (
        f"Net Promoter Score of {label}: {fmt.points(nps.score)} points, "
        f"95% interval {between}, from {fmt.many(nps.n, 'answer')}."
    )
    return render(figure, title, alt)


@house_style()
def groups(groups: pd.DataFrame, overall: "Nps | None" = None, weighted: bool = False, min_answers: int = 0) -> Chart:
    """Scores of the groups of one grouping with their intervals, and the whole sample as a line.

    groups: `NpsGroups.by_group` of one grouping (grouping, group, answers, nps, nps_low, nps_high in points).
    overall: the whole sample. weighted: show the weighted columns where they are known. Groups with fewer
    than `min_answers` get a hollow dot. Waves, and groups named by numbers, keep their order; others go from
    the highest score to the lowest.
    """
    title = f"Net Promoter Score by {lower(plain(groups['grouping'].iloc[0])) if len(groups) else 'group'}"
    if groups.empty:
        return nothing(title, "no answers in any group")
    column = "nps_weighted" if weighted and groups["nps_weighted"].notna().any() else "nps"
    in_order = natural_order(groups["group"], keep=groups["grouping"].iloc[0] == "wave")
    ranked = groups.sort_values(column, ascending=False, kind="stable")
    shown = groups.iloc[in_order] if in_order else ranked
    bounds = zip(shown[column + "_low"], shown[column + "_high"], strict=True)
    between = [fmt.interval(low, high, fmt.score) for low, high in bounds]
    said = [
        f"{group_name(r.group)} {fmt.score(getattr(r, column))} ({b}, {fmt.many(r.answers, 'answer')})"
        for r, b in zip(records(shown), between, strict=True)
    ]
    if len(shown) == 1:
        return in_words(title, f"There is only one group to show: {said[0]}.")
    names = [f"{group_name(r.group)} ({fmt.count(r.answers)})" for r in records(shown)]
    key = [("dot", accent(), "score"), ("line", QUIET, "95% interval")]
    if overall:
        key.append(("line", INK, f"all answers {fmt.points(overall.score)}"))
    few = (shown["answers"] < min_answers).tolist()
    subtitle = "Points from −100 to +100" + (", weighted" if column != "nps" else "") + "; answers in brackets"
    subtitle += f"; hollow: fewer than {fmt.count(min_answers)}" if any(few) else ""
    figure = sheet(title, subtitle, rows_height(names, 165, 0.36) + 0.25, key)
    ax = figure.subplots()
    label_rows(ax, names, 165)
    if overall:
        ax.axvline(overall.score * 100, color=INK, linewidth=1.4)
    for y, (row, hollow) in enumerate(zip(records(shown), few, strict=True)):
        score, low, high = (getattr(row, column + end) for end in ("", "_low", "_high"))
        ax.plot([low, high], [y, y], color=QUIET, linewidth=4, solid_capstyle="round")
        ax.plot(
            *([score], [y]), color=accent(), marker="o", markersize=9, markeredgewidth=1.6,
            markerfacecolor="white" if hollow else accent(),
        )  # fmt: skip
        note(ax, fmt.score(score), 1, y, 34, weight="bold", ha="right", xycoords=ax.get_yaxis_transform())
    ax.grid(axis="x")
    ax.margins(x=0.04)
    ax.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))
    ax.xaxis.set_major_formatter(lambda v, _: fmt.score(v))
    alt = f"{title}{'' if in_order else ', highest first'}: " + "; ".join(said) + "."
    if overall:
        alt += f" All answers: {fmt.points(overall.score)}."
    return render(figure, title, alt)


@house_style()
def score_distribution(scores: pd.DataFrame) -> Chart:
    """How many answered each score from 0 to 10, coloured by what the score counts as.

    scores: score (0-10), answers.
    """
    title = "Answers by score"
    answers = scores.groupby("score")["answers"].sum().reindex(range(11), fill_value=0)
    total = answers.sum()
    if not total:
        return nothing(title, "no answers")
    figure = sheet(title, f"Share of {fmt.many(total, 'answer')}; 10: would certainly recommend", 2.9)
    ax = figure.subplots()
    said = []
    for name, first, last, color in (
        ("Detractors", 0, 6, BAD),
        ("Passives", 7, 8, QUIET),
        ("Promoters", 9, 10, GOOD),
    ):
        part = answers.loc[first:last]
        ax.bar(part.index, part, width=0.8, color=color)
        for score, n in zip(range(first, last + 1), part, strict=True):
            if n:
                note(ax, fmt.share(n / total), score, n, 0, 3, ha="center", va="bottom")
        share = fmt.share(part.sum() / total)
        ax.plot([first - 0.4, last + 0.4], [answers.max() * 1.17] * 2, color=color, linewidth=3)
        middle = (first + last) / 2
        note(
            ax,
            f"{name}\n{share}",
            middle,
            answers.max() * 1.17,
            0,
            4,
            ha="center",
            va="bottom",
            weight="bold",
        )
        said.append(f"{name.lower()} ({first} to {last}) {share}")
    ax.set_xticks(range(11), [fmt.count(s) for s in range(11)])
    ax.set_yticks([])
    ax.axhline(0, color=MUTED, linewidth=0.8)
    ax.set_xlabel("Score")
    most = int(answers.to_numpy().argmax())
    alt = (
        f"{fmt.many(total, 'answer')} by score: {', '.join(said)}. Most frequent score: "
        f"{fmt.count(most)} ({fmt.share(answers[most] / total)})."
    )
    return render(figure, title, alt)


@house_style()
def importance(drivers: "Drivers") -> Chart:
    """How much of the differences in the score goes with each driver, with 95% intervals."""
    title = "How much goes with each rating"
    shown = drivers.drivers
    if shown.empty:
        return nothing(title, "no drivers were rated")
    names = [plain(d) for d in shown["driver"]]
    known = shown["lmg_low"].notna().any()
    digits = 0 if shown["lmg"].max() >= 0.1 else 1
    subtitle = f"Share of the differences in score; together {fmt.share(drivers.r_squared)}"
    figure = sheet(title, subtitle + ("; lines: 95% interval" if known else ""), rows_height(names, 160, 0.36))
    ax = figure.subplots()
    label_rows(ax, names, 160)
    said = []
    for y, (name, row) in enumerate(zip(names, records(shown), strict=True)):
        ax.barh(y, row.lmg, height=0.56, color=accent())
        span(ax, row.lmg_low, row.lmg_high, y, INK, 1.8)
        note(ax, fmt.share(row.lmg, digits), max(v for v in (row.lmg, row.lmg_high) if v == v), y)
        said.append(
            f"{name} {fmt.share(row.lmg, 1)}" + (f" ({fmt.interval(row.lmg_low, row.lmg_high, _one)})" if known else "")
        )
    ax.axvline(0, color=MUTED, linewidth=0.8)
    ax.set_xlim(left=0)
    ax.set_xticks([])
    alt = (
        f"Share of the differences in the score that goes with each rating, from "
        f"{fmt.many(drivers.answers, 'answer')}: {'; '.join(said)}. Together {fmt.share(drivers.r_squared)}."
    )
    return render(figure, title, alt)


@house_style()
def matrix(drivers: "Drivers") -> Chart:
    """Importance against performance: what matters and is rated low comes first."""
    title = "Importance and average rating"
    shown = drivers.drivers
    if shown.empty:
        return nothing(title, "no drivers were rated")
    even, middle = 1 / len(shown), shown["performance"].mean()
    figure = sheet(title, "Lines: the average rating, and an even share of importance", 4.7)
    ax = figure.subplots()
    first = (shown["importance"] >= even) & (shown["performance"] < middle)
    ax.axhline(even, color=RULE, linewidth=1.2)
    ax.axvline(middle, color=RULE, linewidth=1.2)
    for rows, color in ((shown[~first], MUTED), (shown[first], BAD)):
        ax.plot(rows["performance"], rows["importance"], color=color, marker="o", markersize=9, linestyle="")
    ax.margins(0.22, 0.16)
    ax.set_xlabel("Average rating")
    ax.set_ylabel("Importance (share of what ratings explain)")
    ax.xaxis.set_major_formatter(lambda v, _: fmt.number(v, 1))
    ax.yaxis.set_major_formatter(lambda v, _: fmt.share(v) if v >= 0 else "")
    ax.tick_params(axis="y", labelcolor=MUTED)
    corners = {(0, 1): "Improve first", (1, 1): "Keep it up", (0, 0): "Improve later", (1, 0): "Good enough"}
    place_labels(ax, shown["performance"], shown["importance"], [plain(d) for d in shown["driver"]], corners)
    said = "; ".join(
        f"{plain(r.driver)}: importance {fmt.share(r.importance)}, average rating {fmt.number(r.performance, 2)}"
        for r in records(shown)
    )
    low = fmt.listing([plain(d) for d in shown.loc[first, "driver"]])
    lead = f"Important and rated below average: {low}." if low else "No important rating is below average."
    return render(figure, title, f"Importance against average rating. {lead} {said}.")


def _one(x: float) -> str:
    return fmt.share(x, 1) if x >= 0 else fmt.number(x * 100, 1) + "%"
