"""What `kit new` understood, for the terminal."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from helpers.runs.draft import Draft
from helpers.runs.draft_look import Understood
from helpers.runs.draft_text import NotPlaced
from helpers.runs.draft_update import Update

_SHOWN_RATINGS = _SHOWN_PLACES = 4
_SHOWN_FILES, _LISTED_FILES, _SHOWN_LINES = 20, 40, 8
_SHOWN_TRAITS = 20
_LONG_NAME = 24


def show_draft(draft: Draft, console: Console, written_to: str, next_steps: str) -> None:
    """Print the sources with their tables and mappings, the doubts, what was left out, and what to type next."""
    if draft.understood:
        console.print(_files(draft.understood))
    for one in draft.understood[:_SHOWN_FILES]:
        console.print()
        console.print(text_as_is(f"{one.part.table}: {one.shown}", "bold"))
        console.print(_mapping(one))
    _show_list(console, f'Unsure, and marked "unsure" in the file: {len(draft.doubts)}', [
        f"{where}: {doubt}" for where, doubt in _merged(draft.doubts)
    ])  # fmt: skip
    _show_list(console, "Proposed, not used", [
        f"{p.where}: {p.source}" + (f"; runner-up: {p.runner_up}" if p.runner_up else "") for p in draft.proposed
    ])  # fmt: skip
    _show_list(console, "Not placed, and written as comments", [_say_not_placed(one) for one in draft.not_placed])
    personal = [f"{name} ({one.shown})" for one in draft.understood for name in one.part.personal]
    _show_list(console, "Left out on purpose, being personal", personal)
    _show_list(console, "Not read", draft.left_out)
    console.print()
    console.print(text_as_is(f"Written to {written_to}"))
    if draft.secrets:
        needed = " and ".join(draft.secrets)
        console.print(text_as_is(f"No password is in it: set {needed} in the environment, as written in the URL"))
    console.print(text_as_is(f"Next: {next_steps}", "bold"))


def show_update(update: Update, draft: Draft, console: Console, path: str, changed: bool, next_steps: str) -> None:
    """Print what was renewed and added in a file, what has gone, and what was left as it was."""
    _show_list(console, "Renewed", update.renewed)
    _show_list(console, "New columns, added as comments", update.new_columns)
    _show_list(console, "Columns that are gone, left as they are", update.vanished)
    _show_list(console, "No file came for these, left as they are", update.unmatched)
    _show_list(console, "New files", update.added)
    _show_list(console, "To look at", update.notes)
    _show_list(console, "Not read", draft.left_out)
    console.print()
    console.print(text_as_is(f"Updated {path}" if changed else f"Nothing to change: {path} has all this already"))
    if draft.secrets:
        console.print(text_as_is(f"Set {' and '.join(draft.secrets)} in the environment, as written in the URL"))
    console.print(text_as_is(f"Next: {next_steps}", "bold"))


def text_as_is(text: str, style: str = "") -> Text:
    """Text as it is: a client's brackets are no markup, and nothing that cannot be printed reaches the terminal."""
    return Text("".join(c if c.isprintable() else " " for c in text), style=style)


def indented(text: str, by: int, style: str = "") -> Padding:
    return Padding(text_as_is(text, style), (0, 0, 0, by), expand=False)


def _files(understood: Sequence[Understood]) -> Table:
    files = Table("source", "table", "rows", "columns used", box=None, header_style="bold", pad_edge=False)
    files.columns[0].overflow = "fold"
    files.columns[2].justify = "right"
    for one in understood[:_LISTED_FILES]:
        files.add_row(
            text_as_is(one.shown),
            one.part.table,
            f"{one.rows:,}",
            f"{len(one.part.sources)} of {len(one.look.columns)}",
        )
    if len(understood) > _LISTED_FILES:
        files.add_row(f"and {len(understood) - _LISTED_FILES} more, in the file")
    return files


def _show_list(console: Console, title: str, lines: Sequence[str]) -> None:
    """A title with lines below it, the first few of many; nothing without a line."""
    if not lines:
        return
    console.print()
    console.print(text_as_is(title, "bold"))
    for line in lines[:_SHOWN_LINES]:
        console.print(indented(line, 2))
    if len(lines) > _SHOWN_LINES:
        console.print(indented(f"and {len(lines) - _SHOWN_LINES} more, in the file", 2))


def _say_not_placed(one: NotPlaced) -> str:
    lacks = f"lacks {', '.join(one.lacking)}" if one.lacking else "shows too little of it"
    near = f"nearest to {one.nearest}, {lacks}" if one.written.part.columns else one.why
    related = f"; {one.relation}" if one.relation else ""
    return f"{one.shown}: {near}{related}"


def _mapping(one: Understood) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    table.add_column()
    for name, source, mark in _rows(one):
        table.add_row(text_as_is("  " + name), text_as_is(source), text_as_is(mark, "yellow"))
    return table


def _rows(one: Understood) -> Iterator[tuple[str, str, str]]:
    part = one.part
    for match in part.columns:
        yield match.column, match.source, "unsure" if match.doubt else ""
    if part.ratings:
        sources = [m.source if len(m.source) <= _LONG_NAME else m.column for m in part.ratings]
        shown = sources if len(sources) <= _SHOWN_RATINGS else [*sources[: _SHOWN_RATINGS - 1], "…", sources[-1]]
        yield f"{len(sources)} ratings", ", ".join(shown), "unsure" if part.ratings_doubt else ""
    for trait in part.traits[:_SHOWN_TRAITS]:
        yield trait.kind, trait.source, "unsure" if trait.doubt else ""
    if len(part.traits) > _SHOWN_TRAITS:
        yield "attributes", f"and {len(part.traits) - _SHOWN_TRAITS} more, in the file", ""
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
