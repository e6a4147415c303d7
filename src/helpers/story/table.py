"""What all tables share: a tidy frame in, one HTML table out, in the house's look.

Cells are text made by `fmt` before they reach great-tables, which escapes them: what a client's data holds
is shown, never run. The id of a table comes from its content, so that equal tables are equal bytes.
"""

import hashlib
import itertools
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from html import escape
from numbers import Real
from typing import Any

import pandas as pd
from great_tables import GT, loc, style

from helpers.story import fmt
from helpers.story.colors import INK, MUTED, RULE
from helpers.story.terms import printable
from helpers.story.units import in_unit

Form = Callable[[Any], str]

_PHONE, _GAP = 46, 3  # characters across a phone, and between columns
_WRAPS, _HEADING = 24, 13  # characters from which a text and a heading wrap there
_LEAST_BARS, _MOST_BARS = 3, 3  # rows that have shares to compare, and columns of such: more are a sheet of measures
_PROSE = 30  # characters from which a column is given room to wrap; shorter ones keep to one line


@dataclass(frozen=True)
class Table:
    """A finished table: its HTML, the same as plain text, and its caption."""

    html: str
    text: str
    title: str

    def _repr_html_(self) -> str:
        return self.html

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": self.text}


def frame_table(
    frame: pd.DataFrame,
    labels: Mapping[str, str],
    formats: Mapping[str, Form],
    title: str,
    note: str = "",
    group: str = "",
    right: Collection[str] = (),
    nothing: str = "no rows",
) -> Table:
    """A table of the frame's columns named in `labels`, in that order; the first one names the rows.

    labels: column -> heading; columns the frame lacks are passed over, since some are known only for some
    clients. formats: column -> how a value is written; others are written as they are. group: a column whose
    values become headings within the table. right: columns of written numbers that stand right, as all
    numeric columns with a format do. nothing: why there is nothing to show, where the frame has no rows.
    """
    title, note = in_unit(title), in_unit(note)
    labels = {column: in_unit(label) for column, label in labels.items()}
    columns = [c for c in labels if c in frame]
    if frame.empty or not columns:
        message = f"{title}. Nothing to show: {nothing}."
        return Table(f'<p class="nothing">{escape(message)}</p>', message, title)
    shown = pd.DataFrame({c: [_written(v, formats.get(c)) for v in frame[c]] for c in columns})
    numbers = {c for c in columns if c in formats and pd.api.types.is_numeric_dtype(frame[c])} | set(right)
    prose = [c for c in columns if shown[c].str.len().max() > _PROSE]
    if group:
        shown[group] = [_written(v, formats.get(group)) for v in frame[group]]
    text = f"{title}\n" + shown.rename(columns=dict(labels)).to_string(index=False)
    name = "t" + hashlib.sha256((text + note).encode()).hexdigest()[:10]
    # Great-tables reads "{{" in a heading as its notation for units, and then does not escape it.
    headings = {c: labels[c].replace("{{", "{ {").replace("95% ", "95%\u00a0") for c in columns}
    table = GT(shown, rowname_col=columns[0], groupname_col=group or None, id=name)
    table = table.fmt_passthrough(escape=True).tab_stubhead(headings[columns[0]]).tab_options(**_look(name))
    if len(columns) > 1:
        table = table.cols_label(cases={c: headings[c] for c in columns[1:]})
    for side, chosen in (("left", False), ("right", True)):
        aligned = [c for c in columns[1:] if (c in numbers) == chosen]
        table = table.cols_align(side, aligned) if aligned else table
    wide = style.css("white-space: normal; min-width: {};".format("11em" if len(prose) < 3 else "9em"))
    if columns[0] in prose:
        table = table.tab_style(wide, loc.stub())
    if prose[1:] or (prose and columns[0] not in prose):
        table = table.tab_style(wide, loc.body(columns=[c for c in prose if c != columns[0]]))
    html = _labelled(_scoped(_needed(table.as_raw_html()), name), [labels[c] for c in columns])
    shares = [labels[c] for c in columns[1:] if _is_share(frame[c], formats.get(c))]
    html = _barred(html, shares if len(shares) <= _MOST_BARS else [])
    return Table(_framed(html, title, note, _is_wide(shown[columns], headings)), text, title)


def bracketed(value: str, between: str) -> str:
    """A value with its interval in one cell: "+31 (+28 to +34)"; alone where the interval is not known."""
    return value if between == fmt.MISSING else f"{value} ({between})"


def rows_of(frame: pd.DataFrame) -> list[Any]:
    """The frame's rows with columns as attributes."""
    return list(frame.itertuples(index=False))


def measure(x: Any) -> str:
    """A number whose unit is not known: whole ones as counts, others with two decimals."""
    if isinstance(x, str):
        return x
    return fmt.count(x) if x % 1 == 0 else fmt.number(x, 2)


def percent(x: float) -> str:
    """A share with one decimal."""
    return fmt.share(x, 1)


def _look(name: str) -> dict[str, Any]:
    """The house's look in great-tables' own options; the page gives the font."""
    nowhere = ("column_labels_border_top", "stub_border", "table_border_top")
    return {
        **{f"{place}_style": "none" for place in nowhere},
        "table_font_names": "inherit",
        "table_font_size": "15px",
        "table_font_color": INK,
        "table_margin_left": "0",
        "table_border_bottom_color": MUTED,
        "table_border_bottom_width": "1px",
        "container_padding_y": "0",
        "container_overflow_x": "visible",
        "container_overflow_y": "visible",
        "column_labels_font_weight": "bold",
        "column_labels_font_size": "90%",
        "column_labels_border_bottom_color": MUTED,
        "column_labels_border_bottom_width": "1px",
        "column_labels_padding_horizontal": "10px",
        "row_group_font_weight": "bold",
        "row_group_padding": "14px",
        "row_group_padding_horizontal": "0",
        "row_group_border_top_style": "none",
        "row_group_border_bottom_color": RULE,
        "row_group_border_bottom_width": "1px",
        "table_body_hlines_color": RULE,
        "table_body_border_top_style": "none",
        "table_body_border_bottom_color": MUTED,
        "table_body_border_bottom_width": "1px",
        "data_row_padding": "6px",
        "data_row_padding_horizontal": "10px",
        "table_additional_css": [
            f"#{name} .gt_row {{ vertical-align: top; white-space: nowrap; }}",
            # Words begin and end where the page's text does.
            f"#{name} :is(tr > :first-child) {{ padding-left: 0; }}",
            f"#{name} :is(tr > :last-child) {{ padding-right: 0; }}",
            f"#{name} .gt_group_heading {{ padding-bottom: 4px; }}",
            f"#{name} .gt_col_heading {{ line-height: 1.25; }}",
        ],
    }


def _needed(html: str) -> str:
    """The table with the rules of its style sheet that its cells have a class for: most are for parts it lacks."""
    sheet, end, cells = html.partition("</style>")
    there = set(re.findall(r"gt_\w+", cells))
    kept = [line for line in sheet.splitlines() if not (named := _classes(line)) or named & there]
    return "\n".join(kept) + end + cells


def _classes(rule: str) -> set[str]:
    """What a rule on one line is for; a rule on several lines, or one for elements, is for all."""
    return set(re.findall(r"\.(gt_\w+)", rule.partition("{")[0])) if "{" in rule else set()


def _labelled(html: str, headings: list[str]) -> str:
    """Every cell with its column's heading, which stands before it where a phone shows a wide table row by row."""
    place = itertools.cycle(headings)
    return re.sub(
        r'<(t[dh]) ([^>]*class="[^"]*\bgt_row\b)',
        lambda cell: f'<{cell[1]} data-label="{escape(printable(next(place)))}" {cell[2]}',
        html,
    )


def _is_share(column: "pd.Series[Any]", form: Form | None) -> bool:
    """Whether bars help to compare the column: shares of at least three rows."""
    return form in (fmt.share, percent) and column.count() >= _LEAST_BARS and bool(column.dropna().between(0, 1).all())


def _barred(html: str, headings: list[str]) -> str:
    """The cells under the headings with their share for a style sheet to draw, as it is printed; the text stays."""
    for heading in headings:
        cell = re.escape(f'<td data-label="{escape(printable(heading))}" ')
        html = re.sub(rf"({cell})([^>]*>(?:&[lg]t;)?([\d.]+)%</td>)", r'\1style="--share: \3" \2', html)
    return html


def _is_wide(shown: pd.DataFrame, headings: Mapping[str, str]) -> bool:
    """Whether the table is wider than a phone, by the characters of its columns; long texts wrap."""
    widths = (max(shown[c].str.len().max(), min(len(headings[c]), _HEADING)) for c in headings if c in shown)
    return sum(min(width, _WRAPS) + _GAP for width in widths) > _PHONE


def _framed(table: str, title: str, note: str, wide: bool) -> str:
    """The table in a box of its own that scrolls sideways, also by keyboard, between its title and its note. On a phone
    a wide one stands row by row (class "stacks", see the page's style sheet)."""
    box = f'<div role="region" aria-label="{escape(title)}" tabindex="0" style="overflow-x:auto">{table}</div>'
    caption = f'<figcaption style="font-weight:600;color:{INK};margin:0 0 .25em">{escape(title)}</figcaption>'
    small = f'<p style="font-size:85%;color:{MUTED};margin:.4em 0 0">{escape(note)}</p>' if note else ""
    return f'<figure class="table{" stacks" if wide else ""}" style="margin:1.5em 0">{caption}{box}{small}</figure>'


def _scoped(html: str, name: str) -> str:
    """Two rules of great-tables' style sheet name bare elements and would restyle the page around."""
    cells, bare = "thead, tbody, tfoot, tr, td, th", "tr { background-color: transparent; }"
    html = html.replace(f"#{name} {cells} {{", f"#{name} :is({cells}) {{")
    return html.replace(f"\n {bare}", f"\n#{name} {bare}")


def _written(value: Any, form: Form | None) -> str:
    """One cell as text; what is missing is an en dash."""
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return fmt.MISSING
    if form:
        return printable(form(value))
    if isinstance(value, date):
        return fmt.day(value)
    return measure(value) if isinstance(value, Real) and not isinstance(value, bool) else printable(value)
