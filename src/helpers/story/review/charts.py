"""Pictures of the review: segments then and now, who moved where, and the market."""

from typing import TYPE_CHECKING

from matplotlib.axes import Axes

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
    drawable,
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
from helpers.story.chart_marks import tell
from helpers.story.headings import head
from helpers.story.review import titles
from helpers.story.review.labels import MEASURES, segment_label, segmentation_label
from helpers.story.terms import group_name, lower, printable

if TYPE_CHECKING:
    from helpers.analysis.review.market import Market
    from helpers.analysis.review.moves import Moves

_MOST = 12
_LABEL = 150  # points
_ORDER = ("lifecycle", "rfm", "clusters")  # those that claim least of ranks first


@picture()
def sizes(result: "Moves") -> Chart:
    """Customers of each segment now, as bars, and then, as ticks."""
    topic = "Customers by segment then and now"
    name = _shown(result)
    if not name:
        return nothing(topic, "no segments are made alike in two reports")
    found = result.segments[result.segments["segmentation"] == name].head(_MOST)
    rows = records(found)
    topic = f"{segmentation_label(name)} then and now"
    names = [segment_label(name, r.segment) for r in rows]
    said = [f"{n} {fmt.count(r.then)}, now {fmt.count(r.now)}" for n, r in zip(names, rows, strict=True)]
    if len(rows) == 1:
        return in_words(topic, f"There is only one group to show: {said[0]}.")
    clear = {"grew": accent(), "shrank": accent()}
    found_clear = any(r.verdict in clear for r in rows)
    key = [
        *([("bar", accent(), "now, clearly another size")] if found_clear else []),
        *([("bar", QUIET, "now")] if any(r.verdict not in clear for r in rows) else []),
        ("tick", INK, "last report"),
    ]
    title, subtitle = head(titles.sizes(found), topic, "Customers; the change beside the bar")
    figure = sheet(title, subtitle, rows_height(names, _LABEL, 0.38) + 0.1, key)
    ax = figure.subplots()
    label_rows(ax, names, _LABEL)
    for y, row in enumerate(rows):
        bars = ax.barh(y, row.now, height=0.55, color=clear.get(row.verdict, QUIET))
        (tick,) = ax.plot([row.then], [y], color=INK, marker="|", markersize=15, markeredgewidth=2.4)
        tell(
            [*bars, tick], [f"{names[y]}, now: {fmt.count(row.now)}", f"{names[y]}, last report: {fmt.count(row.then)}"]
        )
        note(ax, fmt.signed(row.net, fmt.count), max(row.now, row.then), y, 7)
    ax.margins(x=0.14)
    ax.set_xlim(left=0)
    ax.set_xticks([])
    return render(figure, title, f"{topic}: {'; '.join(said)}.")


@picture()
def flows(result: "Moves") -> Chart:
    """Of each segment of then, the shares that are now in which: rows add up to all of its customers."""
    topic = "Where customers of each segment are now"
    name = _shown(result)
    if not name:
        return nothing(topic, "no segments are made alike in two reports")
    pairs = result.flows[result.flows["segmentation"] == name]
    order = list(result.segments.loc[result.segments["segmentation"] == name, "segment"])
    ends = [s for s in [*order, "Not in this report"] if s in set(pairs["to_segment"])]
    begins = [s for s in [*order, "New since"] if s in set(pairs["from_segment"])][:_MOST]
    if len(begins) < 2 or len(ends) < 2:
        return nothing(topic, "there is one group only")
    ends = ends[:_MOST]
    shares = {(r.from_segment, r.to_segment): r.from_share for r in records(pairs)}
    names = [segment_label(name, s) for s in begins]
    body = rows_height(names, 120, 0.36) + 1.15
    reading = f"{segmentation_label(name)}: last report in rows, now in columns; per cent of the row"
    title, subtitle = head(titles.flows(result, name), topic, reading)
    figure = sheet(title, subtitle, body)
    ax = figure.subplots()
    label_rows(ax, names, 120)
    for y, begin in enumerate(begins):
        for x, end in enumerate(ends):
            share = shares.get((begin, end), 0.0)
            text = f"From {names[y]} to {segment_label(name, end)}: {fmt.share(share)}" if share >= 0.005 else ""
            _cell(ax, x, y, share, text, stayed=begin == end)
    ax.set_xlim(-0.5, len(ends) - 0.5)
    ax.xaxis.tick_top()
    ax.set_xticks(
        range(len(ends)),
        [_short(segment_label(name, end)) for end in ends],
        rotation=55,
        ha="left",
        rotation_mode="anchor",
    )
    said = []
    for begin, text in zip(begins, names, strict=True):
        own = sorted(((shares.get((begin, end), 0.0), end) for end in ends), reverse=True)[:2]
        parts = [f"{fmt.share(share)} in {segment_label(name, end)}" for share, end in own if share]
        said.append(f"of {text} {', '.join(parts)}")
    return render(figure, title, f"{topic}: {'; '.join(said)}.")


@picture()
def market(result: "Market") -> Chart:
    """Sales of each group over what is usual, with intervals; those hit stand out."""
    topic = "Sales against what is usual"
    told = result.changes[result.changes["verdict"] != "few"]
    if told.empty:
        return nothing(topic, result.periods.reason.rstrip(".").lower() or "there are too few customers")
    measure = told["measure"].iloc[0]
    topic = f"{MEASURES[measure]} against what is usual"
    shown = told[told["measure"] == measure]
    others = shown[shown["segmentation"] != "all"].sort_values("change", kind="stable").head(_MOST)
    rows = [*records(shown[shown["segmentation"] == "all"]), *records(others)]
    names = [group_name(printable(r.segment)) for r in rows]
    called = [lower(n) if r.segmentation == "all" else n for n, r in zip(names, rows, strict=True)]
    said = [
        f"{n} {fmt.change(r.change)} ({fmt.interval(r.low, r.high, fmt.change)})"
        for n, r in zip(called, rows, strict=True)
    ]
    if len(rows) == 1:
        return in_words(topic, f"There is only one group to show: {said[0]}.")
    colors = {"hit": BAD, "fell": BAD, "rose": GOOD}
    found = {r.verdict for r in rows}
    key = [
        *([("dot", BAD, "clearly below")] if found & {"hit", "fell"} else []),
        *([("dot", GOOD, "clearly above")] if "rose" in found else []),
        *([("dot", MUTED, "not clear")] if found - set(colors) else []),
        ("line", QUIET, "95% interval"),
    ]
    most = "; the lowest groups" if len(others) < (shown["segmentation"] != "all").sum() else ""
    title, subtitle = head(titles.market(others), topic, f"Change on the year over that of a year ago{most}")
    figure = sheet(title, subtitle, rows_height(names, _LABEL, 0.36) + 0.3, key)
    ax = figure.subplots()
    label_rows(ax, names, _LABEL)
    ax.axvline(0, color=MUTED, linewidth=1)
    for y, row in enumerate(rows):
        ax.plot([row.low, row.high], [y, y], color=QUIET, linewidth=4, solid_capstyle="round")
        ax.plot([row.change], [y], color=colors.get(row.verdict, MUTED), marker="o", markersize=9)
        note(ax, fmt.change(row.change), 1, y, 44, weight="bold", ha="right", xycoords=ax.get_yaxis_transform())
    ax.grid(axis="x")
    ax.margins(x=0.06)
    ax.xaxis.set_major_formatter(lambda v, _: fmt.change(v))
    ax.locator_params(axis="x", nbins=5)
    return render(figure, title, f"{topic}: {'; '.join(said)}.")


def _shown(result: "Moves") -> str:
    told = set(result.told["segmentation"])
    return next((name for name in _ORDER if name in told), "")


def _cell(ax: Axes, x: int, y: int, share: float, text: str, *, stayed: bool) -> None:
    color = accent() if stayed else BAD
    ax.barh(y, 0.94, left=x - 0.47, height=0.9, color=TRACK)
    shade = min(0.12 + 0.6 * share, 0.6) if share else 0.0
    tell(ax.barh(y, 0.94, left=x - 0.47, height=0.9, color=color, alpha=shade), [text])
    if share >= 0.005:
        ax.text(x, y, fmt.share(share).rstrip("%"), ha="center", va="center_baseline", fontsize=10.5, color=INK)


def _short(name: str, most: int = 18) -> str:
    text = drawable(name)
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
