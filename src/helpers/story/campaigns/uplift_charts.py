"""Charts of whom to contact next: the Qini curve of an ordering, and what a contact adds in each segment."""

from typing import TYPE_CHECKING

from matplotlib.ticker import MaxNLocator

from helpers.story import fmt
from helpers.story.campaigns import titles
from helpers.story.campaigns.uplift_choice import (
    chosen_arm,
    chosen_ordering,
    curve_of,
    named,
    per_customer,
    segments_of,
    unit_of,
)
from helpers.story.chart import (
    INK,
    MUTED,
    QUIET,
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
    from helpers.analysis.campaigns.uplift import Uplift

_BY = {"segment": "by segment", "features": "by what was known before"}


@picture()
def qini(uplift: "Uplift", revenue: str, money: Money) -> Chart:
    """What contacting the best-ranked share would have brought, and what a random share would."""
    topic = "Extra outcome by the share of customers contacted"
    row = chosen_ordering(uplift, revenue, money)
    if row is None:
        return nothing(topic, "no test was large enough to rank customers by")
    form, unit = per_customer(row["metric"], revenue, money), unit_of(row["metric"], revenue)
    topic = f"Extra {lower(plain(row['metric']))} by the share of customers contacted"
    curve = curve_of(uplift, row)
    x = curve["contacted_share"]
    key = [
        ("line", accent(), f"ranked {_BY[row['ordering']]}"),
        ("line", QUIET, "95% interval"),
        ("line", INK, "drawn at random"),
    ]
    reading = f"{named(row, uplift.scores)}, {unit} of the whole campaign"
    title, subtitle = head(titles.qini(uplift, revenue, money), topic, reading)
    figure = sheet(title, subtitle, 3.1, key)
    ax = figure.subplots()
    ax.fill_between(x, curve["low"], curve["high"], color=QUIET, alpha=0.45, linewidth=0)
    ax.plot(x, curve["random"], color=INK, linewidth=1.4, linestyle=(0, (4, 3)))
    (line,) = ax.plot(x, curve["gain"], color=accent(), linewidth=2.6)
    tell(line, [f"{fmt.share(r.contacted_share)} contacted: {form(r.gain)}, at random {form(r.random)}"
                for r in records(curve)])  # fmt: skip
    ax.axhline(0, color=MUTED, linewidth=0.8)
    ax.set_xlim(0, 1)
    ax.xaxis.set_major_formatter(lambda v, _: fmt.share(v) if v else "0%")
    ax.yaxis.set_major_formatter(lambda v, _: form(v) if row["metric"] == revenue else _events(v))
    ax.yaxis.set_major_locator(MaxNLocator(5))
    ax.grid(axis="y")
    ax.set_xlabel("Share of customers contacted, best-ranked first")
    told = [records(curve)[place] for place in (len(curve) // 4, len(curve) // 2, -1)]
    said = "; ".join(
        f"{fmt.share(r.contacted_share)} contacted {form(r.gain)} ({fmt.interval(r.low, r.high, form)}), "
        f"at random {form(r.random)}"
        for r in told
    )
    return render(figure, title, f"{topic}, {named(row, uplift.scores)}, {unit}: {said}.")


@picture()
def by_segment(uplift: "Uplift", revenue: str, money: Money) -> Chart:
    """What a contact adds in each segment, drawn towards the campaign's lift, beside the plain difference."""
    topic = "What a contact adds, by segment"
    arm = chosen_arm(uplift, revenue)
    if arm is None:
        return nothing(topic, "no segment had enough customers on both sides of a test")
    form, unit = per_customer(arm["metric"], revenue, money), unit_of(arm["metric"], revenue)
    rows = records(segments_of(uplift, arm))
    names = [str(r.segment) for r in rows]
    key = [
        ("dot", accent(), "luck of small segments allowed for"),
        ("line", QUIET, "95% interval"),
        ("tick", INK, "plain difference"),
    ]
    reading = f"{plain(arm['metric'])}, {unit}; {named(arm, uplift.by_segment)}"
    title, subtitle = head(titles.by_segment(uplift, revenue, money), topic, reading)
    figure = sheet(title, subtitle, rows_height(names, 150, 0.36) + 0.3, key)
    ax = figure.subplots()
    label_rows(ax, names, 150)
    ax.axvline(0, color=MUTED, linewidth=1)
    for y, row in enumerate(rows):
        ax.plot([row.shrunk_low, row.shrunk_high], [y, y], color=QUIET, linewidth=4, solid_capstyle="round")
        ax.plot([row.lift], [y], color=INK, marker="|", markersize=12, markeredgewidth=2.2)
        ax.plot([row.shrunk], [y], color=accent(), marker="o", markersize=9)
        note(ax, fmt.signed(row.shrunk, form), row.shrunk, y, 0, 12, ha="center")
    ax.margins(x=0.06)
    ax.grid(axis="x")
    ax.xaxis.set_major_locator(MaxNLocator(5))
    ax.xaxis.set_major_formatter(lambda v, _: form(v))
    said = [
        f"{r.segment} {fmt.signed(r.shrunk, form)} ({fmt.interval(r.shrunk_low, r.shrunk_high, form)}), "
        f"plain {fmt.signed(r.lift, form)}"
        for r in rows
    ]
    return render(figure, title, f"{topic}, {reading}: {'; '.join(said)}.")


def _events(share: float) -> str:
    """Of 100 customers, on an axis: "10" where a value would be "10.3"."""
    each = round(100 * share, 6)
    return fmt.number(each, 0 if each == round(each) else 1)
