"""`kit new`: a client's files and databases looked at, understood, and written down as a parameter file to check.

What is understood is written; a file that is none of the tables stands in it as a comment, with what is known of it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from helpers.data.guess.head import year_in
from helpers.data.guess.values import Column
from helpers.errors import InputError
from helpers.runs.draft_ask import Ask, ask_doubts
from helpers.runs.draft_head import Wishes, head_lines, money_outcome, propose_as_of
from helpers.runs.draft_keys import nothing_shared, of_others, relation
from helpers.runs.draft_look import Understood, align, no_header, part_by_money, understand, why_none
from helpers.runs.draft_sources import open_sources
from helpers.runs.draft_text import Line, NotPlaced, Proposed, WrittenPart, write_draft

_NO_HEADER = "; no row names its columns, so they are numbered"
_CLOSE = 0.12  # a second table that fits almost as well is named


@dataclass(frozen=True)
class Draft:
    path: Path  # where the parameter file goes
    text: str
    head: tuple[Line, ...]
    understood: tuple[Understood, ...]  # in the order of the file
    others: tuple[Understood, ...]  # files that are none of the tables
    not_placed: tuple[NotPlaced, ...]  # the same, as they are written
    doubts: tuple[tuple[str, str], ...]  # (where, what)
    proposed: tuple[Proposed, ...]  # columns too doubtful to be used
    warnings: tuple[str, ...]  # of the files together
    left_out: tuple[str, ...]  # files, sheets and tables that were not used, each with why
    secrets: tuple[str, ...]  # names that the environment must have, since passwords are not written


def check_slug(slug: str) -> None:
    """Refuse a client's short name that would make a poor file name."""
    if re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_\-]*", slug):
        return
    better = re.sub(r"[^a-z0-9]+", "-", slug.casefold().removesuffix(".yaml")).strip("-")
    raise InputError(
        f"\"{slug}\" cannot be a client's short name: it names the parameter file and the report's folder",
        allowed='letters, digits, "-" and "_"',
        mend=f'Use "{better}", and give the full name with --name.' if better else "",
    )


def draft_client(
    slug: str, arguments: Sequence[Path | str], params_dir: Path, wishes: Wishes, ask: Ask | None = None
) -> Draft:
    """Draft a client's parameter file from files and URLs; `ask` answers what matters most and is not sure.

    InputError names each source that is missing or unreadable.
    """
    with open_sources(slug, [str(argument) for argument in arguments], params_dir) as sources:
        understood, others, not_tables = understand(sources)
        if ask:
            understood, others = ask_doubts(understood, others, ask)
        understood, others = part_by_money(understood, others)
        understood = align(understood)
        as_of = propose_as_of(understood, others, wishes)
    head = head_lines(slug, understood, as_of, wishes)
    tables = _written(understood)
    title = (
        f"Parameters of {head[0].value}, drafted by `kit new` from what the files look like. What it was not sure of "
        f'is marked "unsure"; look at those lines, then: kit check {slug}. docs/params.md explains every key.'
    )
    not_placed = [not_placed_part(one, understood) for one in others]
    alone = nothing_shared(understood)
    written = write_draft(title, head, tables, money_outcome(understood), not_placed, alone)
    return Draft(
        path=params_dir / f"{slug}.yaml",
        text=written.text,
        head=tuple(head),
        understood=tuple(understood),
        others=tuple(others),
        not_placed=tuple(not_placed),
        doubts=tuple(written.doubts),
        proposed=tuple(written.proposed),
        warnings=(alone,) if alone else (),
        left_out=(*sources.left_out, *not_tables),
        secrets=tuple(sources.secrets),
    )


def write_file(path: Path, text: str, force: bool) -> None:
    """Write the parameter file; an existing one is refused unless `force`."""
    refuse_existing(path, force)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w" if force else "x", encoding="utf-8", newline="\n") as stream:
        stream.write(text)


def refuse_existing(path: Path, force: bool) -> None:
    if path.exists() and not force:
        raise InputError(
            "This client has a parameter file already, and it is left as it is",
            where=str(path),
            mend="Choose another short name, add --update to renew its sources, or --force to replace the file.",
        )


def _written(understood: Sequence[Understood]) -> dict[str, list[WrittenPart]]:
    """The parts of each table, with what makes the table itself doubtful."""
    tables: dict[str, list[Understood]] = {}
    for one in understood:
        tables.setdefault(one.part.table, []).append(one)
    strange = {id(one) for one in of_others(understood)}
    return {table: [_written_part(one, same, id(one) in strange) for one in same] for table, same in tables.items()}


def _written_part(one: Understood, same: Sequence[Understood], strange: bool) -> WrittenPart:
    """A file as a part of its table, of which `same` are the files."""
    part, doubts = one.part, []
    second = next((fit for fit in one.fits[1:] if fit.usable), None)
    if second and one.fits[0].total - second.total < _CLOSE:
        doubts.append(f"it may be another table; runner-up: {second.table}")
    if strange:
        doubts.append("none of its customers is in the other files; is it another client's?")
    if len(same) > 1 and part.table == "customers" and one is same[0]:
        doubts.append(f"{same[1].shown} looks like customers too; a customer in both counts once, as here")
    constants = dict(part.constants)
    if part.table == "surveys" and len(same) > 1 and not part.source_of("wave"):
        years = [year_in(s.name) for u in same for s in u.samples]
        constants |= {"wave": str(year_in(one.samples[0].name))} if None not in years else {}
    first = one.samples[0]
    return WrittenPart(part, one.source, first.sheet, one.rows, "; ".join(doubts), constants, first.table, one.said)


def not_placed_part(one: Understood, understood: Sequence[Understood]) -> NotPlaced:
    """A file that is none of the tables, as a part of the nearest one with all that may be meant."""
    nearest, first = one.fits[0], one.samples[0]
    part = replace(one.part, columns=(*one.part.columns, *one.part.proposals), proposals=(), unused=())
    return NotPlaced(
        shown=one.shown,
        why=why_none(one.fits) + (_NO_HEADER if no_header(one.look) else ""),
        lacking=nearest.lacking,
        known=tuple((column.name, _says(column)) for column in one.look.columns),
        relation=relation(one, understood),
        written=WrittenPart(part, one.source, first.sheet, one.rows, "", dict(part.constants), first.table, one.said),
    )


def _says(column: Column) -> str:
    """A column in a few words: its kind, how many values it has."""
    if not column.filled:
        return "empty"
    kind = "dates" if column.dates else "numbers" if column.number_share > 0.9 else "texts"
    return f"{kind}, all different" if column.unique_share == 1 and column.filled > 1 else f"{column.distinct:,} {kind}"
