"""Charts of tests: the lift of each arm over those left out, and of one arm by group of customers."""

from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from helpers.analysis.campaigns.segments import LEAST_ARM
from helpers.story import fmt, verdicts
from helpers.story.campaigns import titles
from helpers.story.campaigns.outcomes import Form, answer_of, lift_form
from helpers.story.chart import (
    BAD,
    GOOD,
    INK,
    MUTED,
    WHITE_BACK,
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
from helpers.story.terms import lower, plain

if TYPE_CHECKING:
    from helpers.analysis.campaigns.lift import Lift
    from helpers.analysis.campaigns.segments import SegmentLift

Ends = tuple[float, float]
_MOST_ROWS = 12  # more than a reader compares
_COLORS = {"up": GOOD, "down": BAD}


@picture()
def lift(found: "Lift", money: fmt.Money) -> Chart:
    """The lift of each arm in the outcome with its interval, the largest first; of many arms the best and the worst.

    The zero line means no difference; arms without a lift are not drawn.
    """
    topic = f"Lift over those left out: {lower(plain(found.outcome))}"
    rows = found.by_arm[(found.by_arm["metric"] == found.outcome) & found.by_arm["lift"].notna()]
    if rows.empty:
        return nothing(topic, "no arm was measured against customers left out at random")
    colors = pd.Series([_COLORS.get(answer_of(r, money), MUTED) for r in rows.to_dict("records")], index=rows.index)
    ordered = rows.assign(color=colors).sort_values("lift", ascending=False, kind="stable")
    shown = pd.concat([ordered.head(_MOST_ROWS // 2), ordered.tail(_MOST_ROWS // 2)])
    shown = ordered if len(ordered) <= _MOST_ROWS else shown
    form = lift_form(found.outcome, float(shown["control_mean"].iloc[0]), money)
    more = f". The best and the worst of {fmt.count(len(ordered))} arms" if len(ordered) > len(shown) else ""
    return _draw(shown, _names(shown), titles.lift(found, shown, money), topic, form, more)


@picture()
def segment_lift(found: "SegmentLift", money: fmt.Money) -> Chart:
    """The lift of one arm by group, with intervals that hold together, and a line where all together are: of the arm
    whose groups differ most for their errors. Groups of under 30 customers on either side are left out."""
    topic = "Lift by group of customers"
    if found.interaction.empty:
        return nothing(topic, "no two groups are large enough to compare")
    first = records(found.interaction.sort_values("p_value", kind="stable"))[0]
    rows = found.by_segment[(found.by_segment["campaign"] == first.campaign) & (found.by_segment["arm"] == first.arm)]
    large = rows[["n", "control_n"]].min(axis="columns") >= LEAST_ARM
    rows = rows[rows["low"].notna() & large].sort_values("lift", ascending=False, kind="stable")
    form = lift_form(rows["metric"].iloc[0], float(rows["control_mean"].mean()), money)
    sides = [verdicts.side_of_zero(low, high, form) for low, high in zip(rows["low"], rows["high"], strict=True)]
    rows = rows.assign(color=[{"above": GOOD, "below": BAD}.get(side, MUTED) for side in sides])
    shown = pd.concat([rows.head(_MOST_ROWS // 2), rows.tail(_MOST_ROWS // 2)]) if len(rows) > _MOST_ROWS else rows
    many = found.interaction[["campaign", "arm"]].drop_duplicates()
    name = f"{first.arm}, {first.campaign}" if many["campaign"].nunique() > 1 else str(first.arm)
    topic = f"{topic}: {lower(plain(rows['metric'].iloc[0]))}, {name}"
    more = ". Dashed: all groups together"
    claim, names = titles.segment_lift(found, money), [str(s) for s in shown["segment"]]
    return _draw(shown, names, claim, topic, form, more, level=first.lift)


def _draw(
    shown: pd.DataFrame, names: list[str], claim: str, topic: str, form: Form, more: str, level: float | None = None
) -> Chart:
    key = [("dot", GOOD, "better"), ("dot", BAD, "worse"), ("dot", MUTED, "unclear: may be chance")]
    seen = set(shown["color"])
    ends = _ends(shown["lift"], shown["low"], shown["high"])
    beyond = " (arrows: it goes on)" if (shown["low"] < ends[0]).any() or (shown["high"] > ends[1]).any() else ""
    reading = f"Difference per customer; lines: 95% interval{beyond}{more}"
    title, subtitle = head(claim, topic, reading)
    figure = sheet(title, subtitle, rows_height(names, 150, 0.56) + 0.25, [k for k in key if k[1] in seen])
    ax = figure.subplots()
    label_rows(ax, names, 150)
    ax.axvline(0, color=INK, linewidth=1.2)
    if level is not None:
        ax.axvline(level, color=MUTED, linewidth=1.2, linestyle=(0, (4, 3)))
    said = []
    for y, (name, row) in enumerate(zip(names, records(shown), strict=True)):
        _mark(ax, row.lift, row.low, row.high, y, row.color, ends)
        between = fmt.interval(row.low, row.high, form)
        text = fmt.signed(row.lift, form) + (f" ({between})" if between != fmt.MISSING else "")
        note(ax, text, 0, y, 0, 8, va="bottom", xycoords=ax.get_yaxis_transform(), bbox=WHITE_BACK)
        said.append(f"{name} {text}")
    ax.set_xlim(*ends)
    ax.xaxis.set_major_locator(MaxNLocator(4))
    ax.xaxis.set_major_formatter(lambda v, _: form(v))
    ax.grid(axis="x")
    return render(figure, title, f"{topic}, per customer with 95% interval: {'; '.join(said)}.")


def _ends(points: "pd.Series[float]", low: "pd.Series[float]", high: "pd.Series[float]") -> Ends:
    """Where the axis ends: at all points and intervals, but those far wider than most are cut short."""
    reach = 4 * ((high - low) / 2).median()  # unknown where no interval is known; then the points decide
    values = pd.concat([points, low.clip(lower=points - reach), high.clip(upper=points + reach)]).dropna()
    least, most = min(values.min(), 0), max(values.max(), 0)
    room = 0.04 * (most - least) or 1
    return least - room, most + room


def _mark(ax: Axes, point: float, low: float, high: float, y: float, color: str, ends: Ends) -> None:
    """A dot on its interval, which ends in an arrow where the axis is too short for it."""
    ax.plot((max(low, ends[0]), min(high, ends[1])), [y, y], color=color, linewidth=2.6, solid_capstyle="round")
    for end, marker, cut in ((ends[0], "<", low < ends[0]), (ends[1], ">", high > ends[1])):
        if cut:
            ax.plot([end], [y], color=color, marker=marker, markersize=8, clip_on=False)
    ax.plot([point], [y], color=color, marker="o", markersize=9)


def _names(frame: pd.DataFrame) -> list[str]:
    """The arm, with its campaign where there are several."""
    several = frame["campaign"].nunique() > 1
    return [f"{r.arm}, {r.campaign}" if several else str(r.arm) for r in records(frame)]
