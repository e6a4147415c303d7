"""What `kit new` understood, for the terminal."""

from collections.abc import Iterator, Sequence

from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from helpers.runs.draft import Draft, Understood

_SHOWN_RATINGS = _SHOWN_PLACES = 4
_LONG_NAME = 24


def show_draft(draft: Draft, console: Console, written_to: str, next_steps: str) -> None:
    """Print the sources with their tables and mappings, the doubts, what was left out, and what to type next."""
    files = Table("source", "table", "rows", "columns used", box=None, header_style="bold", pad_edge=False)
    files.columns[0].overflow = "fold"
    files.columns[2].justify = "right"
    for one in draft.understood:
        files.add_row(
            _text(one.shown), one.part.table, f"{one.rows:,}", f"{len(one.part.sources)} of {len(one.look.columns)}"
        )
    console.print(files)
    for one in draft.understood:
        console.print()
        console.print(_text(f"{one.part.table}: {one.shown}", "bold"))
        console.print(_mapping(one))
    if draft.doubts:
        console.print()
        console.print(_text(f'Unsure, and marked "unsure" in the file: {len(draft.doubts)}', "bold"))
        for where, doubt in _merged(draft.doubts):
            console.print(Padding(Group(_text(f"{where}: {doubt}")), (0, 0, 0, 2)))
    personal = [f"{name} ({one.shown})" for one in draft.understood for name in one.part.personal]
    for title, names in (("Left out on purpose, being personal", personal), ("Not read", draft.left_out)):
        if names:
            console.print()
            console.print(_text(title, "bold"))
            for name in names:
                console.print(Padding(_text(name), (0, 0, 0, 2)))
    console.print()
    console.print(_text(f"Written to {written_to}"))
    if draft.secrets:
        needed = " and ".join(draft.secrets)
        console.print(_text(f"No password is in it: set {needed} in the environment, as written in the URL"))
    console.print(_text(f"Next: {next_steps}", "bold"))


def _mapping(one: Understood) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    table.add_column()
    for name, source, mark in _rows(one):
        table.add_row(_text("  " + name), _text(source), _text(mark, "yellow"))
    return table


def _rows(one: Understood) -> Iterator[tuple[str, str, str]]:
    part = one.part
    for match in part.columns:
        yield match.column, match.source, "unsure" if match.doubt else ""
    if part.ratings:
        sources = [m.source if len(m.source) <= _LONG_NAME else m.column for m in part.ratings]
        shown = sources if len(sources) <= _SHOWN_RATINGS else [*sources[: _SHOWN_RATINGS - 1], "…", sources[-1]]
        yield f"{len(sources)} ratings", ", ".join(shown), "unsure" if part.ratings_doubt else ""
    for trait in part.traits:
        yield trait.kind, trait.source, "unsure" if trait.doubt else ""
    if part.control:
        yield "control", part.control, "unsure" if part.control_doubt else ""
    if part.outcomes:
        yield "outcomes", ", ".join(part.outcomes), ""
    for column, codes in part.missing.items():
        yield "no answer", f"{', '.join(codes)} in {column}", "unsure" if column in part.missing_doubts else ""
    written = {form or "ISO" for formats in part.dates.values() for form in formats}
    if written - {"ISO"}:
        yield "dates", ", ".join(sorted(written)), "unsure" if part.dates_doubt else ""
    if part.decimal == "," or part.decimal_doubt:
        yield "decimal mark", part.decimal, "unsure" if part.decimal_doubt else ""


def _merged(doubts: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Doubts that several columns share, as one line."""
    places: dict[str, list[str]] = {}
    for where, doubt in doubts:
        places.setdefault(doubt, []).append(where)
    for doubt, at in places.items():
        named = at if len(at) <= _SHOWN_PLACES else [*at[: _SHOWN_PLACES - 1], f"{len(at) - _SHOWN_PLACES + 1} more"]
        yield ", ".join(named), doubt


def _text(text: str, style: str = "") -> Text:
    """Text as it is: a client's brackets are no markup, and nothing that cannot be printed reaches the terminal."""
    return Text("".join(c if c.isprintable() else " " for c in text), style=style)
