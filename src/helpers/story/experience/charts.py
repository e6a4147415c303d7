"""Charts of what customers lived through beside what they answered, and of who is active."""

from typing import TYPE_CHECKING

from matplotlib.axes import Axes

from helpers.data.schema import UNKNOWN
from helpers.story import fmt
from helpers.story.chart import (
    BAD,
    GOOD,
    INK,
    MUTED,
    QUIET,
    TRACK,
    Chart,
    accent,
    in_words,
    label_rows,
    note,
    nothing,
    picture,
    records,
    render,
    rows_height,
    sheet,
)
from helpers.story.experience import titles
from helpers.story.experience.labels import attribute_label, measure_label
from helpers.story.headings import head
from helpers.story.terms import group_name, lower, natural_order, printable

if TYPE_CHECKING:
    from helpers.analysis.experience.activity import Activity
    from helpers.analysis.experience.expected import Expected
    from helpers.analysis.experience.links import Links
    from helpers.analysis.experience.touchpoints import Touchpoints
    from helpers.analysis.loyalty.differentiators import Differentiators

_MOST = 12
_TESTED = ("clear", "shared", "hidden", "unclear")
_ASKED = "customers were asked, so behaviour need not stand in for answers; the page on loyalty compares both"
_GROUPS = {"active": "Active", "passive": "Passive", "lost": "Lost"}


@picture()
def differences(links: "Links") -> Chart:
    """How far the NPS of customers with much of a measure lies from that of those with little, and how far among
    customers otherwise alike."""
    topic = "Difference in NPS, by what happened before the answer"
    shown = links.measures[links.measures["verdict"].isin(_TESTED)].head(_MOST)
    if shown.empty:
        return nothing(topic, "no measure is known of enough answers")
    rows = records(shown)
    names = [measure_label(r.family, r.subject) for r in rows]
    key = [("dot", accent(), "otherwise alike"), ("line", QUIET, "95% interval"), ("tick", INK, "plain difference")]
    reading = "Points between much (or any) and little (or none)"
    title, subtitle = head(titles.differences(shown), topic, reading)
    figure = sheet(title, subtitle, rows_height(names, 175, 0.36) + 0.25, key)
    ax = figure.subplots()
    label_rows(ax, names, 175)
    ax.axvline(0, color=MUTED, linewidth=1)
    for y, row in enumerate(rows):
        ax.plot([row.adjusted_low, row.adjusted_high], [y, y], color=QUIET, linewidth=4, solid_capstyle="round")
        ax.plot([row.difference], [y], color=INK, marker="|", markersize=12, markeredgewidth=2.2)
        clear = row.verdict in ("clear", "hidden")
        ax.plot([row.adjusted], [y], color=accent(), marker="o", markersize=9, mfc=accent() if clear else "white")
        _beside(ax, fmt.score(row.adjusted), y, 34)
    ax.grid(axis="x")
    ax.margins(x=0.06)
    ax.xaxis.set_major_formatter(lambda v, _: fmt.score(v))
    said = [
        f"{lower(name)} {fmt.score(r.adjusted)} ({fmt.interval(r.adjusted_low, r.adjusted_high, fmt.score)}), "
        f"plain {fmt.score(r.difference)}"
        for name, r in zip(names, rows, strict=True)
    ]
    return render(figure, title, f"{topic}, among customers otherwise alike: {'; '.join(said)}.")


@picture()
def touchpoint_pull(result: "Touchpoints") -> Chart:
    """What each touchpoint adds to the overall score, or takes from it."""
    topic = "What each touchpoint adds to the overall NPS"
    shown = result.touchpoints[result.touchpoints["verdict"] != "few"]
    if shown.empty:
        return nothing(topic, "no touchpoint is named by enough answers or events")
    shown = shown[shown["source"] == result.focus].head(_MOST)
    drags = bool((shown["pull"] < 0).any())  # what pulls down stands first, else what holds up
    shown = shown.sort_values("pull", ascending=drags, kind="stable")
    rows = records(shown)
    names = [f"{printable(r.touchpoint)} ({fmt.share(r.answer_share)})" for r in rows]
    used = "customers who used it, against others who buy alike" if result.is_equal else "customers who used it"
    what = used if result.focus == "used" else "answers about it"
    found = set(shown["verdict"])
    key = [
        *([("bar", BAD, "clearly scores lower")] if "below" in found else []),
        *([("bar", GOOD, "clearly scores higher")] if "above" in found else []),
        *([("bar", QUIET, "not clear")] if found - {"below", "above"} else []),
    ]
    claim = titles.touchpoint_pull(result, [str(r.touchpoint) for r in rows])
    title, subtitle = head(claim, topic, f"Points; share of {what} in brackets")
    figure = sheet(title, subtitle, rows_height(names, 170, 0.4) + 0.1, key)
    ax = figure.subplots()
    label_rows(ax, names, 170)
    colors = {"above": GOOD, "below": BAD}
    for y, row in enumerate(rows):
        ax.barh(y, row.pull, height=0.55, color=colors.get(row.verdict, QUIET))
        _beside(ax, fmt.signed(row.pull, fmt.number), y, 38)
    ax.axvline(0, color=MUTED, linewidth=1)
    ax.margins(x=0.1)
    ax.grid(axis="x")
    ax.xaxis.set_major_formatter(lambda v, _: fmt.signed(round(v, 2), lambda x: f"{x:g}".replace("-", "−")))
    said = [
        f"{name}: {fmt.signed(r.pull, fmt.number)}, NPS {fmt.score(r.nps)}" for name, r in zip(names, rows, strict=True)
    ]
    return render(figure, title, f"{topic}: {'; '.join(said)}.")


@picture()
def fifths(result: "Expected") -> Chart:
    """Held-out answers in fifths by what behaviour let expect of them, and what they said."""
    topic = "Expected and actual NPS of answers not seen before"
    shown = result.check.fifths
    if shown.empty:
        return nothing(topic, "there are too few answers to try a model on")
    rows = records(shown)
    key = [("dot", accent(), "actual NPS"), ("line", QUIET, "95% interval"), ("tick", INK, "expected")]
    names = ["Lowest fifth expected", "Second", "Third", "Fourth", "Highest fifth expected"][: len(rows)]
    title, subtitle = head(titles.fifths(result), topic, "Answers of customers the model did not know")
    figure = sheet(title, subtitle, rows_height(names, 150, 0.38) + 0.25, key)
    ax = figure.subplots()
    label_rows(ax, names, 150)
    for y, row in enumerate(rows):
        ax.plot([row.low, row.high], [y, y], color=QUIET, linewidth=4, solid_capstyle="round")
        ax.plot([row.actual], [y], color=accent(), marker="o", markersize=9)
        ax.plot([row.expected], [y], color=INK, marker="|", markersize=13, markeredgewidth=2.4)
        _beside(ax, fmt.score(row.actual), y, 34)
    ax.grid(axis="x")
    ax.margins(x=0.06)
    ax.xaxis.set_major_formatter(lambda v, _: fmt.score(v))
    said = [
        f"{lower(name)} {fmt.score(r.expected)} expected, {fmt.score(r.actual)} actual"
        for name, r in zip(names, rows, strict=True)
    ]
    return render(figure, title, f"{topic}: {'; '.join(said)}.")


@picture()
def silent(result: "Expected") -> Chart:
    """The expected NPS of the silent, all and by group, beside that of recent answers."""
    topic = "Expected NPS of customers who have not answered"
    if result.groups.empty:
        return nothing(topic, "what silent customers would say cannot be told from what they did")
    rows = records(result.groups.head(_MOST))
    names = [
        f"{'All silent' if r.grouping == 'all' else group_name(printable(r.group))} ({fmt.count(r.silent_customers)})"
        for r in rows
    ]
    key = [("dot", accent(), "silent, expected"), ("line", QUIET, "95% interval"), ("tick", INK, "recent answers")]
    title, subtitle = head(titles.silent(result), topic, "How many are silent in brackets")
    figure = sheet(title, subtitle, rows_height(names, 165, 0.38) + 0.25, key)
    ax = figure.subplots()
    label_rows(ax, names, 165)
    for y, row in enumerate(rows):
        ax.plot([row.low, row.high], [y, y], color=QUIET, linewidth=4, solid_capstyle="round")
        ax.plot([row.expected_nps], [y], color=accent(), marker="o", markersize=9)
        ax.plot([row.answered_nps], [y], color=INK, marker="|", markersize=13, markeredgewidth=2.4)
        _beside(ax, fmt.score(row.expected_nps), y, 34)
    ax.grid(axis="x")
    ax.margins(x=0.06)
    ax.xaxis.set_major_formatter(lambda v, _: fmt.score(v))
    said = [
        f"{name} {fmt.score(r.expected_nps)} ({fmt.interval(r.low, r.high, fmt.score)}), "
        f"recent answers {fmt.score(r.answered_nps)}"
        for name, r in zip(names, rows, strict=True)
    ]
    return render(figure, title, f"{topic}: {'; '.join(said)}.")


@picture()
def activity(result: "Activity", *, asked: bool = False) -> Chart:
    """Customers and spend by activity."""
    topic = "Active, passive and lost customers"
    shown = result.groups[result.groups["activity"].isin(list(_GROUPS))]
    if asked or shown.empty or not result.known:
        return nothing(topic, _ASKED if asked else "of nobody is it known what they do")
    rows = records(shown)
    names = [f"{_GROUPS[r.activity]} ({fmt.count(r.customers)})" for r in rows]
    has_spend = bool(shown["spend_share"].notna().any())
    key = [("bar", accent(), "customers"), ("bar", QUIET, "spend")] if has_spend else [("bar", accent(), "customers")]
    of = f"{fmt.many(result.known, 'customer')} who can be placed"
    title, subtitle = head(titles.activity(result), topic, f"Share of {of}")
    figure = sheet(title, subtitle, rows_height(names, 120, 0.56), key if has_spend else ())
    ax = figure.subplots()
    label_rows(ax, names, 120)
    for y, row in enumerate(rows):
        _bar(ax, y - (0.19 if has_spend else 0), row.customer_share, accent())
        if has_spend:
            _bar(ax, y + 0.19, row.spend_share, QUIET)
    ax.set_xlim(0, 1)
    ax.set_xticks([])
    said = [
        f"{lower(name)} {fmt.share(r.customer_share)}"
        + (f" of customers, {fmt.share(r.spend_share)} of spend" if has_spend else "")
        for name, r in zip(names, rows, strict=True)
    ]
    return render(figure, title, f"{topic}, of {of}: {'; '.join(said)}.")


def _bar(ax: Axes, y: float, share: float, color: str) -> None:
    ax.barh(y, 1, height=0.32, color=TRACK)
    ax.barh(y, share, height=0.32, color=color)
    note(ax, fmt.share(share), 1, y)


@picture()
def active_levels(result: "Differentiators", *, asked: bool = False) -> Chart:
    """How many are active, by the levels of the attribute that sets them apart most."""
    topic = "Share of active customers"
    tested = result.effects[result.effects["verdict"].isin(["differentiator", "slight", "unclear"])]
    if asked or tested.empty:
        return nothing(topic, _ASKED if asked else "no attribute is known of enough customers")
    attribute = tested["attribute"].iloc[0]
    topic = f"{topic}, by {lower(attribute_label(attribute))}"
    shown = result.retention[(result.retention["attribute"] == attribute) & (result.retention["level"] != UNKNOWN)]
    if tested["kind"].iloc[0] == "category":
        order = natural_order(shown["level"])
        shown = shown.iloc[order] if order else shown.sort_values("retained_share", ascending=False, kind="stable")
    rows = records(shown.head(_MOST))
    names = [f"{_level(r.level)} ({fmt.count(r.customers)})" for r in rows]
    told = [f"{fmt.share(r.retained_share)} ({fmt.interval(r.low, r.high)})" for r in rows]
    said = [f"{name} {share}" for name, share in zip(names, told, strict=True)]
    if len(rows) == 1:
        return in_words(topic, f"There is only one group to show: {said[0]}.")
    overall = fmt.share(result.retained_share)
    key = [("dot", accent(), "share"), ("line", QUIET, "95% interval"), ("line", INK, f"all compared {overall}")]
    of = "Of active and passive customers; how many in brackets"
    title, subtitle = head(titles.active_levels(result, [str(r.level) for r in rows]), topic, of)
    figure = sheet(title, subtitle, rows_height(names, 165, 0.36) + 0.25, key)
    ax = figure.subplots()
    label_rows(ax, names, 165)
    ax.axvline(result.retained_share, color=INK, linewidth=1.4)
    for y, row in enumerate(rows):
        ax.plot([row.low, row.high], [y, y], color=QUIET, linewidth=4, solid_capstyle="round")
        ax.plot([row.retained_share], [y], color=accent(), marker="o", markersize=9)
        _beside(ax, fmt.share(row.retained_share), y, 38)
    ax.grid(axis="x")
    ax.margins(x=0.06)
    ax.xaxis.set_major_formatter(lambda v, _: fmt.share(v) if 0 <= v <= 1 else "")
    return render(figure, title, f"{topic}: {'; '.join(said)}. All compared: {overall}.")


def _beside(ax: Axes, text: str, y: float, dx: float) -> None:
    """A bold number at the end of a row."""
    note(ax, text, 1, y, dx, weight="bold", ha="right", xycoords=ax.get_yaxis_transform())


def _level(level: str) -> str:
    return "All others" if level == "(all others)" else group_name(printable(level))
