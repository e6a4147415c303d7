"""Charts of members and everyone else: what the campaign changed, and whether both were alike."""

from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from helpers.analysis.campaigns.balance import NEGLIGIBLE
from helpers.analysis.campaigns.members import CLAIMS, of_largest
from helpers.story import fmt
from helpers.story.campaigns import titles
from helpers.story.campaigns.members_labels import METRICS, arm_name, form_of, shown_metric, trait_label
from helpers.story.chart import (
    INK,
    MUTED,
    QUIET,
    TRACK,
    WHITE_BACK,
    Chart,
    accent,
    label_rows,
    note,
    nothing,
    picture,
    records,
    render,
    rows_height,
    sheet,
)
from helpers.story.chart_marks import tell
from helpers.story.fmt import Money
from helpers.story.headings import head
from helpers.story.terms import lower, plain

if TYPE_CHECKING:
    from helpers.analysis.campaigns.members import Members

_MOST = 12
_NONE = "no campaign without a group held out could be compared"


@picture()
def members_lift(result: "Members", outcome: str, money: Money) -> Chart:
    """The plain difference of members and everyone else, and that among customers alike before, by campaign."""
    metric = shown_metric(result.effects, outcome)
    name = METRICS.get(metric) or plain(metric)
    topic = f"Members against others: {lower(name)}" if metric else "Members against others"
    shown = result.effects[(result.effects["metric"] == metric) & result.effects["naive_lift"].notna()].head(_MOST)
    if shown.empty:
        return nothing(topic, _NONE)
    form, rows = form_of(metric, money), records(shown)
    names = [arm_name(r) for r in rows]
    claimed = any(r.verdict in CLAIMS for r in rows)
    key = [
        ("tick", INK, "against everyone else"),
        *([("dot", accent(), "against customers alike before"), ("line", QUIET, "95% interval")] if claimed else []),
    ]
    claim = titles.members_lift(result, outcome, money)
    title, subtitle = head(claim, topic, "Difference a member, since the first day")
    figure = sheet(title, subtitle, rows_height(names, 150, 0.62) + 0.25, key)
    ax = figure.subplots()
    label_rows(ax, names, 150)
    ax.axvline(0, color=MUTED, linewidth=1)
    said = []
    for y, (name, row) in enumerate(zip(names, rows, strict=True)):
        ax.plot([row.naive_lift], [y], color=INK, marker="|", markersize=13, markeredgewidth=2.4)
        text = "nothing claimed"
        if row.verdict in CLAIMS:
            ax.plot([row.adjusted_low, row.adjusted_high], [y, y], color=QUIET, linewidth=4, solid_capstyle="round")
            ax.plot([row.adjusted_lift], [y], color=accent(), marker="o", markersize=9)
            text = fmt.signed(row.adjusted_lift, form)
        _above(ax, f"{text} (plainly {fmt.signed(row.naive_lift, form)})", y)
        between = fmt.interval(row.adjusted_low, row.adjusted_high, form) if row.verdict in CLAIMS else fmt.MISSING
        interval = f" ({between})" if between != fmt.MISSING else ""
        said.append(f"{name} {text}{interval}, against everyone else {fmt.signed(row.naive_lift, form)}")
    ax.grid(axis="x")
    ax.margins(x=0.08)
    ax.xaxis.set_major_locator(MaxNLocator(4))
    ax.xaxis.set_major_formatter(lambda v, _: form(v))
    return render(figure, title, f"{topic}, a member, among customers alike before: {'; '.join(said)}.")


@picture()
def members_balance(result: "Members") -> Chart:
    """How far members were from others in what was known before, as they are and once weighted."""
    shown = of_largest(result, result.balance).head(_MOST)
    topic = "What members and others were like before"
    if shown.empty:
        return nothing(topic, _NONE)
    rows = records(shown)
    names = [trait_label(r.covariate, r.level) for r in rows]
    key = [
        ("tick", INK, "as they are"),
        ("dot", accent(), "weighted"),
        ("bar", TRACK, f"negligible: up to {fmt.number(NEGLIGIBLE)}"),
    ]
    reading = f"{arm_name(rows[0])}: difference from others, in standard deviations"
    title, subtitle = head(titles.members_balance(result), topic, reading)
    figure = sheet(title, subtitle, rows_height(names, 185, 0.32) + 0.25, key)
    ax = figure.subplots()
    label_rows(ax, names, 185)
    ax.axvspan(-NEGLIGIBLE, NEGLIGIBLE, color=TRACK, linewidth=0)
    ax.axvline(0, color=MUTED, linewidth=1)
    for y, row in enumerate(rows):
        ax.plot([row.difference, row.weighted_difference], [y, y], color=QUIET, linewidth=1)
        ax.plot([row.difference], [y], color=INK, marker="|", markersize=11, markeredgewidth=2.2)
        ax.plot([row.weighted_difference], [y], color=accent(), marker="o", markersize=7)
    ax.margins(x=0.06)
    ax.xaxis.set_major_locator(MaxNLocator(5))
    ax.xaxis.set_major_formatter(lambda v, _: fmt.signed(v, fmt.number))
    said = [
        f"{lower(name)} {fmt.signed(r.difference, _two)}, weighted {fmt.signed(r.weighted_difference, _two)}"
        for name, r in zip(names, rows, strict=True)
    ]
    return render(figure, title, f"{topic}. {reading}: {'; '.join(said)}.")


@picture()
def members_overlap(result: "Members") -> Chart:
    """How likely members and others were to be in the campaign, by what was known before."""
    shown = of_largest(result, result.overlap)
    topic = "How likely members and others were to be chosen"
    if shown.empty:
        return nothing(topic, _NONE)
    key = [("bar", QUIET, "others"), ("line", accent(), "members"), ("line", INK, "others, weighted")]
    what = f"{arm_name(records(shown)[0])}: share of customers"
    reading = f"{what}, by how likely each was to be a member"
    title, subtitle = head(titles.members_overlap(result), topic, reading)
    figure = sheet(title, subtitle, 2.4, key)
    ax = figure.subplots()
    edges = [*shown["low"], shown["high"].iloc[-1]]
    middle = (shown["low"] + shown["high"]) / 2
    bars = ax.bar(
        *(middle, shown["others"]), width=shown["high"] - shown["low"], color=QUIET, edgecolor="white", linewidth=0.6
    )  # fmt: skip
    ax.stairs(shown["others_weighted"], edges, color=INK, linewidth=1.4)
    ax.stairs(shown["members"], edges, color=accent(), linewidth=2.6)
    ax.set_xlim(0, 1)
    # Most others are hardly likely to be members; the bars of the rest would not be seen beside them.
    top = 1.3 * max(shown["members"].max(), shown["others_weighted"].max())
    ax.set_ylim(0, top)
    for x, height in zip(middle, shown["others"], strict=True):
        if height > top:
            note(ax, f"{fmt.share(height)} of others", x, top, 14, -9, va="top")
    ax.xaxis.set_major_formatter(lambda v, _: fmt.share(v))
    ax.tick_params(axis="x", pad=7)  # clear of the other axis's zero
    ax.yaxis.set_major_locator(MaxNLocator(4))
    ax.yaxis.set_major_formatter(lambda v, _: fmt.share(v))
    ax.grid(axis="y")
    steps = [
        f"{fmt.share(r.low)} to {fmt.share(r.high)}: members {fmt.share(r.members)}, others {fmt.share(r.others)}, "
        f"weighted {fmt.share(r.others_weighted)}"
        for r in records(shown)
    ]
    tell(bars, steps)
    there = shown[["members", "others"]].max(axis="columns") > 0
    said = [step for step, is_there in zip(steps, there, strict=True) if is_there]
    return render(figure, title, f"{topic}. {reading}: {'; '.join(said)}.")


def _two(x: float) -> str:
    return fmt.number(x, 2)


def _above(ax: Axes, text: str, y: float) -> None:
    """What a row says, over its marks and beginning at the axes' edge."""
    note(ax, text, 0, y, 0, 9, va="bottom", xycoords=ax.get_yaxis_transform(), bbox=WHITE_BACK)
