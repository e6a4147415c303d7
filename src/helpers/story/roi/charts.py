"""Charts of campaigns: lift against control, and what a segment returned for its cost."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from helpers.story import fmt
from helpers.story.chart import (
    BAD,
    GOOD,
    INK,
    MUTED,
    WHITE_BACK,
    Chart,
    house_style,
    label_rows,
    note,
    nothing,
    records,
    render,
    rows_height,
    sheet,
)
from helpers.story.roi.outcomes import shown_outcome
from helpers.story.terms import lower, plain, rounded

if TYPE_CHECKING:
    from helpers.analysis.roi.experiments import Lift
    from helpers.analysis.roi.roi import Returns

Ends = tuple[float, float]
_VERDICTS = {"pays": GOOD, "loses": BAD}
_MOST_ROWS = 12  # more than a reader compares


@house_style()
def lift(lift: "Lift", outcome: str, form: Callable[[float], str]) -> Chart:
    """Lift of each arm over the control group with its 95% interval; the zero line means no effect.

    The rows of `outcome` are shown. form: writes one lift, e.g. `money` or `fmt.share`. Against everyone else it is a
    difference, neither better nor worse.
    """
    metric, form = shown_outcome(lift, outcome, form)
    title = f"{'Lift over the control group' if lift.tested else 'Contacted against not'}: {lower(plain(metric))}"
    shown = lift.by_arm[lift.by_arm["metric"] == metric]
    if shown.empty:
        return nothing(title, "no arm was measured against a control group")
    names = _names(shown)
    better, worse = ("better", "worse") if lift.tested else ("higher", "lower")
    key = [("dot", GOOD, better), ("dot", BAD, worse), ("dot", MUTED, "unclear: the interval crosses zero")]
    seen = {_side(r.low, r.high) for r in records(shown)}
    ends = _ends(shown["lift"], shown["low"], shown["high"])
    figure = sheet(
        title,
        "Difference per customer; lines: 95% interval" + _beyond(shown["low"], shown["high"], ends),
        rows_height(names, 150, 0.56) + 0.25,
        [k for k in key if k[1] in seen],
    )
    ax = figure.subplots()
    label_rows(ax, names, 150)
    ax.axvline(0, color=INK, linewidth=1.2)
    said = []
    for y, (name, row) in enumerate(zip(names, records(shown), strict=True)):
        _effect(ax, row.lift, row.low, row.high, y, _side(row.low, row.high), ends)
        between = fmt.interval(row.low, row.high, form)
        text = fmt.signed(row.lift, form) + (f" ({between})" if between != fmt.MISSING else "")
        if pd.notna(row.lift):
            _above(ax, text, y)
        said.append(f"{name} {text}")
    _amounts(ax, form, ends)
    return render(figure, title, f"{title}, per customer with 95% interval: {'; '.join(said)}.")


@house_style()
def returns(returns: "Returns", money: fmt.Money) -> Chart:
    """Incremental revenue of each segment with its interval, against its cost and what pays it back.

    Clear verdicts come first, then what cost most; of many rows the first twelve are drawn. What had nobody to compare
    with has nothing to draw.
    """
    shown = _by_weight(returns.by_segment.dropna(subset="incremental_revenue"))
    title = "Extra revenue and what it cost"
    if shown.empty:
        return nothing(title, "no campaign costs or results were given")
    shown, many = shown.head(_MOST_ROWS), len(shown)
    names = _names(shown, "segment")
    margin = f"extra revenue that pays the cost at {fmt.share(returns.margin)} margin"
    key = [
        ("dot", GOOD, "pays"),
        ("dot", BAD, "loses"),
        ("dot", MUTED, "unclear or planned"),
        ("tick", INK, margin),
    ]
    seen = {_VERDICTS.get(v, MUTED) for v in shown["verdict"]} | {INK}
    payback = shown["cost"] / returns.margin if returns.margin > 0 else shown["cost"] * float("nan")
    low, high = shown["incremental_low"], shown["incremental_high"]
    ends = _ends(shown["incremental_revenue"], low, high, payback)
    subtitle = "Over the control group; lines: 95% interval" + _beyond(low, high, ends)
    if many > len(shown):
        subtitle += f". {fmt.count(len(shown))} of {fmt.count(many)} rows: clear verdicts, then the costliest"
    figure = sheet(title, subtitle, rows_height(names, 150, 0.6) + 0.25, [k for k in key if k[1] in seen])
    ax = figure.subplots()
    label_rows(ax, names, 150)
    ax.axvline(0, color=MUTED, linewidth=0.8)
    said = []
    for y, (name, row) in enumerate(zip(names, records(shown), strict=True)):
        color = _VERDICTS.get(row.verdict, MUTED)
        _effect(ax, row.incremental_revenue, row.incremental_low, row.incremental_high, y, color, ends)
        if row.cost > 0:
            ax.plot([payback.iloc[y]] * 2, [y - 0.15, y + 0.15], color=INK, linewidth=2.4)
        paid = f" for {rounded(money)(row.cost)}" if row.cost > 0 else ""
        _above(ax, f"{rounded(money)(row.incremental_revenue)}{paid}: {row.verdict}", y)
        between = fmt.interval(row.incremental_low, row.incremental_high, money)
        said.append(
            f"{name}: extra revenue {money(row.incremental_revenue)} ({between}), cost {money(row.cost)}, {row.verdict}"
        )
    _amounts(ax, money, ends)
    return render(figure, title, f"Extra revenue with 95% interval against cost. {'; '.join(said)}.")


def _by_weight(returns: pd.DataFrame) -> pd.DataFrame:
    """Clear verdicts first, the most revenue on top; the others by cost, since their revenue is not known well."""
    rank = returns["verdict"].map({"pays": 0, "loses": 1}).fillna(2)
    weight = returns["cost"].where(rank == 2, returns["incremental_revenue"])
    order = returns.assign(rank=rank, weight=weight).sort_values(["rank", "weight"], ascending=[True, False])
    return returns.loc[order.index]


def _ends(points: "pd.Series[float]", low: "pd.Series[float]", high: "pd.Series[float]", *more: Any) -> Ends:
    """Where the axis ends: at all points and intervals, but those far wider than most are cut short."""
    reach = 4 * ((high - low) / 2).median()  # unknown where no interval is known; then the points decide
    lows, highs = low.clip(lower=points - reach), high.clip(upper=points + reach)
    values = pd.concat([points, lows, highs, *more]).dropna()
    least, most = min(values.min(), 0), max(values.max(), 0)
    room = 0.04 * (most - least) or 1
    return least - room, most + room


def _beyond(low: "pd.Series[float]", high: "pd.Series[float]", ends: Ends) -> str:
    return " (arrows: it goes on)" if (low < ends[0]).any() or (high > ends[1]).any() else ""


def _effect(ax: Axes, point: float, low: float, high: float, y: float, color: str, ends: Ends) -> None:
    """A dot on its interval, which ends in an arrow where the axis is too short for it."""
    shown = max(low, ends[0]), min(high, ends[1])
    ax.plot(shown, [y, y], color=color, linewidth=2.6, solid_capstyle="round")
    for end, marker, cut in ((ends[0], "<", low < ends[0]), (ends[1], ">", high > ends[1])):
        if cut:
            ax.plot([end], [y], color=color, marker=marker, markersize=8, clip_on=False)
    ax.plot([point], [y], color=color, marker="o", markersize=9)


def _above(ax: Axes, text: str, y: float) -> None:
    """What a row says, over its line and beginning at the axes' edge, so that rows can be read down."""
    note(ax, text, 0, y, 0, 8, va="bottom", xycoords=ax.get_yaxis_transform(), bbox=WHITE_BACK)


def _amounts(ax: Axes, form: Callable[[float], str], ends: Ends) -> None:
    ax.set_xlim(*ends)
    ax.xaxis.set_major_locator(MaxNLocator(4))
    ax.xaxis.set_major_formatter(lambda v, _: form(v))
    ax.grid(axis="x")


def _names(frame: pd.DataFrame, *leading: str) -> list[str]:
    """What tells the rows apart: segment, campaign and arm, as far as they differ."""
    parts = [c for c in (*leading, "campaign", "arm", "segment") if c in frame and frame[c].notna().any()]
    parts = list(dict.fromkeys(parts))
    telling = [c for c in parts if frame[c].nunique() > 1] or [c for c in parts if c == "arm"] or parts[:1]
    return [", ".join(str(v) for v in row if pd.notna(v)) for row in frame[telling].itertuples(index=False)]


def _side(low: float, high: float) -> str:
    return GOOD if low > 0 else BAD if high < 0 else MUTED
