"""Charts of campaigns: lift against control, and what a segment returned for its cost."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.ticker import MaxNLocator

from helpers.story import fmt
from helpers.story.charts.base import (
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
from helpers.story.terms import plain

if TYPE_CHECKING:
    from helpers.analysis.roi import Returns

_VERDICTS = {"pays": GOOD, "loses": BAD}


@house_style()
def campaign_lift(by_arm: pd.DataFrame, metric: str, form: Callable[[float], str]) -> Chart:
    """Lift of each arm over the control group with its 95% interval; the zero line means no effect.

    by_arm: `Lift.by_arm`; the rows of `metric` are shown. form: writes one lift, e.g. `money` or `fmt.share`.
    """
    title = f"Lift over the control group: {_lower(plain(metric))}"
    shown = by_arm[by_arm["metric"] == metric]
    if shown.empty:
        return nothing(title, "no arm was measured against a control group")
    names = _names(shown)
    key = [
        ("dot", GOOD, "better"),
        ("dot", BAD, "worse"),
        ("dot", MUTED, "unclear: the interval crosses zero"),
    ]
    seen = {_side(r.low, r.high) for r in records(shown)}
    figure = sheet(
        title,
        "Difference per customer; lines: 95% interval",
        rows_height(names, 150, 0.5) + 0.25,
        [k for k in key if k[1] in seen],
    )
    ax = figure.subplots()
    label_rows(ax, names, 150)
    ax.axvline(0, color=INK, linewidth=1.2)
    said = []
    for y, (name, row) in enumerate(zip(names, records(shown), strict=True)):
        color = _side(row.low, row.high)
        ax.plot([row.low, row.high], [y, y], color=color, linewidth=2.6, solid_capstyle="round")
        ax.plot([row.lift], [y], color=color, marker="o", markersize=9)
        between = fmt.interval(row.low, row.high, form)
        text = _signed(row.lift, form) + (f" ({between})" if between != fmt.MISSING else "")
        if pd.notna(row.lift):
            note(ax, text, row.lift, y, 0, 8, ha="center", va="bottom", bbox=WHITE_BACK)
        said.append(f"{name} {text}")
    ax.margins(x=0.1)
    ax.xaxis.set_major_locator(MaxNLocator(4))
    ax.xaxis.set_major_formatter(lambda v, _: form(v))
    ax.grid(axis="x")
    return render(figure, title, f"{title}, per customer with 95% interval: {'; '.join(said)}.")


@house_style()
def segment_returns(returns: "Returns", money: fmt.Money) -> Chart:
    """Incremental revenue of each segment with its interval, against its cost and what pays it back."""
    title = "Did the extra revenue pay for the campaign?"
    shown = returns.by_segment
    if shown.empty:
        return nothing(title, "no campaign costs or results were given")
    names = _names(shown, "segment")
    margin = f"extra revenue that pays the cost at {fmt.share(returns.margin)} margin"
    key = [
        ("dot", GOOD, "pays"),
        ("dot", BAD, "loses"),
        ("dot", MUTED, "unclear or planned"),
        ("tick", INK, margin),
    ]
    seen = {_VERDICTS.get(v, MUTED) for v in shown["verdict"]} | {INK}
    figure = sheet(
        title,
        "Extra revenue over the control group; lines: 95% interval",
        rows_height(names, 150, 0.62) + 0.25,
        [k for k in key if k[1] in seen],
    )
    ax = figure.subplots()
    label_rows(ax, names, 150)
    ax.axvline(0, color=MUTED, linewidth=0.8)
    said = []
    for y, (name, row) in enumerate(zip(names, records(shown), strict=True)):
        color = _VERDICTS.get(row.verdict, MUTED)
        ax.plot(
            [row.incremental_low, row.incremental_high],
            [y, y],
            color=color,
            linewidth=2.6,
            solid_capstyle="round",
        )
        ax.plot([row.incremental_revenue], [y], color=color, marker="o", markersize=9)
        if row.cost > 0 and returns.margin > 0:
            ax.plot([row.cost / returns.margin] * 2, [y - 0.17, y + 0.17], color=INK, linewidth=2.4)
        paid = f" for {money(row.cost)}" if row.cost > 0 else ""
        text = f"{money(row.incremental_revenue)} extra revenue{paid}: {row.verdict}"
        note(ax, text, 0, y, 0, 9, va="bottom", xycoords=ax.get_yaxis_transform(), bbox=WHITE_BACK)
        between = fmt.interval(row.incremental_low, row.incremental_high, money)
        said.append(
            f"{name}: extra revenue {money(row.incremental_revenue)} ({between}), cost {money(row.cost)}, {row.verdict}"
        )
    ax.margins(x=0.1)
    ax.xaxis.set_major_locator(MaxNLocator(4))
    ax.xaxis.set_major_formatter(lambda v, _: money(v))
    ax.grid(axis="x")
    return render(figure, title, f"Extra revenue with 95% interval against cost. {'; '.join(said)}.")


def _names(frame: pd.DataFrame, *leading: str) -> list[str]:
    """What tells the rows apart: segment, campaign and arm, as far as they differ."""
    parts = [c for c in (*leading, "campaign", "arm", "segment") if c in frame and frame[c].notna().any()]
    parts = list(dict.fromkeys(parts))
    telling = [c for c in parts if c in ("arm", *leading) or frame[c].nunique() > 1]
    return [", ".join(str(v) for v in row if pd.notna(v)) for row in frame[telling].itertuples(index=False)]


def _side(low: float, high: float) -> str:
    return GOOD if low > 0 else BAD if high < 0 else MUTED


def _signed(x: float, form: Callable[[float], str]) -> str:
    text = form(x)
    return "+" + text if x > 0 and not text.startswith("+") else text


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
