"""`kit new --explain`: why a file was taken for its table, and each of its columns for what it is."""

from collections.abc import Iterator, Sequence

from rich.console import Console

from helpers.data.guess.matches import Evidence
from helpers.data.guess.tables import TableFit
from helpers.data.spec import ROW_NUMBER
from helpers.runs.draft import Draft
from helpers.runs.draft_look import Understood
from helpers.runs.draft_show import indented, text_as_is

_MOST_CANDIDATES = 4  # of one column
_LEAST_FIT = 0.1


def explain_draft(draft: Draft, console: Console) -> None:
    """Print for each file and each of its columns what was thought of, with what spoke for and against it."""
    console.print(text_as_is("A fit is 0 to 1, by the header and the values together.", "dim"))
    for one in (*draft.understood, *draft.others):
        console.print()
        taken = one.part.table if one.usable else "none of the tables"
        console.print(text_as_is(f"{one.shown}: {taken}", "bold"))
        for line in _why_table(one):
            console.print(indented(line, 2))
        silent = []
        for column in one.look.columns:
            candidates = _candidates(one, column.name)
            taken = _taken_for(one, column.name)
            if not candidates and not taken:
                silent.append(column.name)
                continue
            console.print(indented(f"{column.name} -> {taken or 'not used'}", 2))
            for line in candidates:
                console.print(indented(line, 6, "dim"))
        if silent:
            console.print(indented(f"like no column of a table: {', '.join(silent)}", 2))
    console.print()


def _why_table(one: Understood) -> Iterator[str]:
    best, *others = one.fits
    if one.usable:
        yield f"{best.table} ({best.total:.2f}): it has {_has(best)}"
    else:
        yield f"nearest is {best.table} ({best.total:.2f}): {_falls_short(best)}"
    if others:
        second = others[0]
        why = _falls_short(second) if not second.usable else f"it has {_has(second)}, which is a poorer fit"
        yield f"not {second.table} ({second.total:.2f}): {why}"


def _has(fit: TableFit) -> str:
    said = [f"{name} throughout {value}" for name, value in fit.constants]
    return ", ".join([*(m.column for m in fit.matches), *said]) or "nothing"


def _falls_short(fit: TableFit) -> str:
    lacks = f"it lacks {', '.join(fit.lacking)}" if fit.lacking else "it shows too little of it"
    return f"{lacks}; it has {_has(fit)}"


def _taken_for(one: Understood, source: str) -> str:
    """What a column is in the draft; an empty text where it is nothing."""
    part = one.part
    used = [m.column + (" (unsure)" if m.doubt else "") for m in part.columns if m.source == source]
    used += [f"rating {m.column}" for m in part.ratings if m.source == source]
    used += [f"{t.kind} attribute {t.name}" for t in part.traits if t.source == source]
    used += [f"outcome {source}" for name in part.outcomes if name == source]
    if not one.usable:
        used = []
    used += [f"proposed as {m.column}, not used" for m in part.proposals if m.source == source]
    if source in part.personal:
        used.append("left out, being personal")
    return ", ".join(used)


def _candidates(one: Understood, source: str) -> list[str]:
    """What a column was thought to be in the chosen table, the best first, and the best of the next table."""
    own = _of(one.fits[0].evidence, source)[:_MOST_CANDIDATES]
    lines = [_line(e) for e in own if e.fit >= _LEAST_FIT or e is own[0]]
    if len(one.fits) > 1:
        known = {e.column for e in own}
        other = [e for e in _of(one.fits[1].evidence, source) if e.column not in known and e.fit >= _LEAST_FIT]
        lines += [_line(e, f"{one.fits[1].table}.") for e in other[:1]]
    return lines


def _of(evidence: Sequence[Evidence], source: str) -> list[Evidence]:
    return sorted((e for e in evidence if e.source == source and source != ROW_NUMBER), key=lambda e: -e.fit)


def _line(evidence: Evidence, table: str = "") -> str:
    against = f"; but {evidence.against}" if evidence.against else ""
    return f"{evidence.fit:.2f} {table}{evidence.column}: {evidence.said_for}{against}"
