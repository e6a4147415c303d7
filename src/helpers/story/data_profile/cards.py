"""Every column at a glance: a card each with its spread drawn small, its figures, and what is odd about it.

Drawn as one SVG path a column, without matplotlib: a hundred columns take no time and few bytes.
"""

from html import escape
from typing import Any

import pandas as pd

from helpers.story import fmt
from helpers.story.chart import accent
from helpers.story.colors import MUTED, RULE
from helpers.story.data_profile.oddities import oddity
from helpers.story.notebook import Html
from helpers.story.table import measure, rows_of
from helpers.story.terms import plain, printable

_WIDTH, _HEIGHT = 150, 44  # of a histogram, pixels
_IN_THE_FACTS = {"gaps", "high cardinality", "constant length", "unique", "empty"}  # alerts that the figures tell too
_VALUES = 4  # most frequent values shown
_STYLE = (
    ".cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(15.5rem,1fr));gap:0 1.75rem;margin:1rem 0 2rem;"
    "padding:0;list-style:none}.cards>li{padding:.8rem 0 .9rem;margin:0;border-top:1px solid %s;font-size:.875rem;"
    "line-height:1.45;break-inside:avoid;overflow-wrap:anywhere}.cards b{font-size:.9375rem}.cards p{margin:.2rem 0 0}"
    ".cards .kind,.cards .facts{color:%s}.cards svg{display:block;margin:.4rem 0 .1rem;max-width:100%%}"
    ".cards .bar{display:grid;grid-template-columns:minmax(0,1fr) 4.5rem;gap:.5rem;align-items:center;margin-top:.2rem}"
    ".cards .bar i{display:block;height:.6rem;background:%s}.cards .bar span{overflow:hidden;text-overflow:ellipsis;"
    "white-space:nowrap}"
)

_NAMES = (
    ".names{columns:13rem auto;column-gap:1.75rem;margin:.5rem 0 .75rem;padding:0;list-style:none;font-size:.875rem;"
    "line-height:1.45}.names li{margin:0 0 .2rem;break-inside:avoid;overflow-wrap:anywhere}.names span{color:%s}"
)


def column_cards(columns: pd.DataFrame, values: pd.DataFrame, alerts: pd.DataFrame) -> Html:
    """A card for each column, by table. The frames are data_columns, data_values and data_alerts."""
    if columns.empty:
        return Html('<p class="nothing">Every column. Nothing to show: no columns.</p>')
    parts = [f"<style>{_STYLE % (RULE, MUTED, accent())}</style>"]
    spread, told = _by_column(values), _by_column(alerts)
    for table, own in columns.groupby("table", sort=False):
        parts.append(f"<h3>{escape(plain(table))}, {fmt.many(own['rows'].iloc[0], 'row')}</h3>")
        cards = [_card(r, spread.get((r.table, r.column), []), told.get((r.table, r.column), [])) for r in rows_of(own)]
        notes = "; ".join(oddity(a) for a in told.get((table, ""), []) if a.severity == "note")
        if notes:
            parts.append(f'<p class="note">{_text(notes[:1].upper() + notes[1:])}.</p>')
        parts.append(f'<ul class="cards">{"".join(cards)}</ul>')
    return Html("".join(parts))


def unused_columns(unused: pd.DataFrame) -> Html:
    """The columns that came and were not used, by table, each with how far it is filled. The frame is data_unused."""
    if unused.empty:
        return Html('<p class="nothing">Columns not used. Nothing to show: every column is used.</p>')
    parts = [f"<style>{_NAMES % MUTED}</style>"]
    for table, own in unused.groupby("table", sort=False):
        n, received = fmt.count(len(own)), fmt.many(own["columns_received"].iloc[0], "column")
        parts.append(f"<h3>{escape(plain(table))}: {n} of {received} not used</h3>")
        names = [f"<li>{_text(r.column)} <span>{_held(r)}</span></li>" for r in rows_of(own)]
        parts.append(f'<ul class="names">{"".join(names)}</ul>')
        looked = own["looked_at"].max()
        if looked:
            parts.append(f'<p class="note">Filled and different values: of {fmt.many(looked, "row")} looked at.</p>')
    return Html("".join(parts))


def _by_column(frame: pd.DataFrame) -> dict[tuple[object, str], list[Any]]:
    """The frame's rows by table and column."""
    found: dict[tuple[object, str], list[Any]] = {}
    for r in rows_of(frame):
        found.setdefault((r.table, r.column), []).append(r)
    return found


def _held(r: Any) -> str:
    if not r.looked_at:
        return ""
    if not r.distinct:
        return "empty"
    return f"{fmt.share(r.filled_share)}, {fmt.many(r.distinct, 'value')}"


def _card(r: Any, values: list[Any], alerts: list[Any]) -> str:
    lines = [f'<b>{_text(plain(r.column))}</b> <span class="kind">{_kind(r)}</span>', _picture(r, values)]
    ends = _ends(values)
    lines.append(f'<p class="facts">{_text("; ".join(_facts(r, bool(ends))))}</p>')
    lines += [f'<p class="facts">{_text(end)}</p>' for end in ends]
    odd = "; ".join(oddity(a) for a in alerts if a.alert not in _IN_THE_FACTS)
    if odd:
        lines.append(f"<p>{_text(odd[:1].upper() + odd[1:])}.</p>")
    return f"<li>{''.join(lines)}</li>"


def _kind(r: Any) -> str:
    return "free text" if r.role == "free text" else "identifier" if r.role == "identifier" else str(r.kind)


def _facts(r: Any, ends_told: bool) -> list[str]:
    said = [f"blank in {fmt.share(r.missing_share, 1)}" if r.missing else "never blank"]
    if r.kind != "yes/no":
        about = "" if r.distinct_exact else "about "
        said.append(f"{about}{fmt.many(r.distinct, 'different value')}")
    if r.kind == "date" and r.minimum:
        said.append(f"{fmt.day(pd.Timestamp(r.minimum))} to {fmt.day(pd.Timestamp(r.maximum))}")
    if r.kind == "number" and r.role == "measure" and r.distinct:
        said += [] if ends_told else [f"{_bound(r.minimum)} to {_bound(r.maximum)}"]
        if r.distinct == 2 and (r.minimum, r.maximum) == ("0", "1"):
            return [*said, f"{fmt.share(r.mean, 1)} are 1"]
        said.append(
            f"middle half {measure(_round(r.q25))} to {measure(_round(r.q75))}, median {measure(_round(r.q50))}"
        )
        said.append(f"average {measure(_round(r.mean))}")
        said += [f"{fmt.many(r.zeros, 'zero')}"] if r.zeros else []
        said += [f"{fmt.count(r.negatives)} below zero"] if r.negatives else []
    if r.kind == "text" and r.distinct and r.length_min == r.length_min:
        longest = fmt.many(r.length_max, "character")
        said.append(longest if r.length_min == r.length_max else f"{fmt.count(r.length_min)} to {longest}")
    return said


def _ends(values: list[Any]) -> list[str]:
    """The smallest and the largest values: "smallest: 0 (12 rows) · 1 · 2"."""
    said = []
    for end in ("smallest", "largest"):
        rows = [v for v in values if v.measure == end]
        told = [measure(_round(r.low)) + (f" ({fmt.many(r.rows, 'row')})" if r.rows > 1 else "") for r in rows]
        said += [f"{end}: {' · '.join(told)}"] if told else []
    return said


def _bound(text: str) -> str:
    return measure(_round(float(text.replace(",", ""))))


def _round(x: float) -> float:
    return round(x, 2) if abs(x) < 1000 else float(round(x))


def _picture(r: Any, values: list[Any]) -> str:
    bins = [v for v in values if v.measure == "bin"]
    shown = [v for v in values if v.measure == "value"][:_VALUES]
    if bins:
        return _histogram(bins)
    if r.kind in ("text", "yes/no") and shown:
        filled = max(r.rows - r.missing, 1)
        most = max(v.rows for v in shown)
        rows = [(v.value, v.rows, v.rows / most) for v in shown]
        return "".join(
            f'<div class="bar"><span>{_text(_flag(value, r.kind))} {fmt.share(n / filled)}</span>'
            f'<i style="width:{max(1, round(100 * length))}%"></i></div>'
            for value, n, length in rows
        )
    return ""


def _flag(value: str, kind: str) -> str:
    return {"true": "yes", "false": "no"}.get(value, value) if kind == "yes/no" else value


def _histogram(bins: list[Any]) -> str:
    peak = max(bins, key=lambda b: b.rows)
    most, width = float(peak.rows), _WIDTH / len(bins)
    path = []
    for i, n in enumerate(b.rows for b in bins):
        height = round(_HEIGHT * float(n) / most, 1) if most else 0
        if height or n:
            path.append(f"M{i * width:.1f} {_HEIGHT}v-{max(height, 1):g}h{width - 1:.1f}v{max(height, 1):g}")
    between = f"is from {measure(_round(peak.low))} to {measure(_round(peak.high))}"
    fullest = f"begins on {fmt.day(pd.Timestamp(peak.value))}" if peak.value else between
    alt = f"Histogram; the fullest bar {fullest}"
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT + 1}" width="{_WIDTH}" height="{_HEIGHT + 1}" role="img" '
        f'aria-label="{escape(alt)}"><path d="M0 {_HEIGHT + 0.5}h{_WIDTH}" stroke="{MUTED}"/>'
        f'<path d="{"".join(path)}" fill="{accent()}"/></svg>'
    )


def _text(text: object) -> str:
    return escape(printable(text))
