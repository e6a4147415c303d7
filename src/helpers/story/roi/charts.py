"""Charts of campaigns: what a segment or an arm earned for its cost."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from helpers.analysis.roi.cases import EVERYONE
from helpers.story import fmt
from helpers.story.chart import (
    BAD,
    GOOD,
    INK,
    MUTED,
    WHITE_BACK,
    Chart,
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
)
from helpers.story.chart_text import size_within
from helpers.story.headings import head
from helpers.story.roi import titles
from helpers.story.roi.cases import arm_name
from helpers.story.terms import rounded

if TYPE_CHECKING:
    from helpers.analysis.roi.returns import Returns

Ends = tuple[float, float]
_VERDICTS = {"pays": GOOD, "loses": BAD}  # nothing weaker than a test has a colour
_MOST_ROWS = 12  # more than a reader compares


@picture()
def returns(returns: "Returns", money: fmt.Money) -> Chart:
    """Extra margin of each segment or arm with its interval, and a tick at its cost: right of the tick it paid.

    Clear verdicts come first, then what cost most; of many rows the first twelve are drawn. What had nobody to compare
    with has nothing to draw.
    """
    shown = _by_weight(returns.by_segment.dropna(subset="incremental_revenue"))
    topic = "Extra margin and what it cost"
    if shown.empty:
        return nothing(topic, "no campaign costs or results were given")
    shown, many = shown.head(_MOST_ROWS), len(shown)
    names = _names(shown, "segment")
    key = [
        ("dot", GOOD, "pays"),
        ("dot", BAD, "loses"),
        ("dot", MUTED, "not proven either way"),
        ("tick", INK, "cost"),
    ]
    seen = {_VERDICTS.get(v, MUTED) for v in shown["verdict"]} | ({INK} if (shown["cost"] > 0).any() else set())
    point, low, high = (returns.margin * shown[f"incremental_{end}"] for end in ("revenue", "low", "high"))
    ends = _ends(point, low, high, shown["cost"])
    reading = f"At {fmt.share(returns.margin)} margin; lines: 95% interval" + _beyond(low, high, ends)
    if many > len(shown):
        reading += f". {fmt.count(len(shown))} of {fmt.count(many)} rows: clear verdicts, then the costliest"
    title, subtitle = head(titles.returns(shown, names, returns.margin, money), topic, reading)
    figure = sheet(title, subtitle, rows_height(names, 150, 0.6) + 0.25, [k for k in key if k[1] in seen])
    ax = figure.subplots()
    label_rows(ax, names, 150)
    ax.axvline(0, color=MUTED, linewidth=0.8)
    said = []
    for y, (name, row) in enumerate(zip(names, records(shown), strict=True)):
        gained, least, most = point.iloc[y], low.iloc[y], high.iloc[y]
        _effect(ax, gained, least, most, y, _VERDICTS.get(row.verdict, MUTED), ends)
        if row.cost > 0:
            ax.plot([row.cost] * 2, [y - 0.15, y + 0.15], color=INK, linewidth=2.4)
        paid = f" for {rounded(money)(row.cost)}" if row.cost > 0 else ""
        _above(ax, f"{rounded(money)(gained)}{paid}: {row.verdict}", y)
        between = fmt.interval(least, most, money)
        said.append(f"{name}: extra margin {money(gained)} ({between}), cost {money(row.cost)}, {row.verdict}")
    _amounts(ax, money, ends)
    return render(figure, title, f"Extra margin with 95% interval against cost. {'; '.join(said)}.")


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
    size = size_within(text, points_across() - label_room(150) - 14)
    note(ax, text, 0, y, 0, 8, va="bottom", fontsize=size, xycoords=ax.get_yaxis_transform(), bbox=WHITE_BACK)


def _amounts(ax: Axes, form: Callable[[float], str], ends: Ends) -> None:
    ax.set_xlim(*ends)
    ax.xaxis.set_major_locator(MaxNLocator(4))
    ax.xaxis.set_major_formatter(lambda v, _: form(v))
    ax.grid(axis="x")


def _names(frame: pd.DataFrame, *leading: str) -> list[str]:
    """What tells the rows apart: segment, campaign and arm, as far as they differ."""
    if len(frame):
        frame = frame.assign(arm=[arm_name(r.campaign, r.arm) for r in records(frame)])
    parts = [c for c in (*leading, "campaign", "arm", "segment") if c in frame and frame[c].notna().any()]
    parts = list(dict.fromkeys(parts))
    telling = [c for c in parts if frame[c].nunique() > 1]
    if "arm" in telling and (frame.groupby("arm")["campaign"].nunique() <= 1).all():
        telling = [c for c in telling if c != "campaign"]
    if not telling and set(frame["segment"]) != {EVERYONE}:
        telling = ["segment"]
    telling = telling or [c for c in parts if c == "arm"] or parts[:1]
    return [", ".join(str(v) for v in row if pd.notna(v)) for row in frame[telling].itertuples(index=False)]
