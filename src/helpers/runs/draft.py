"""`kit new`: a client's files and databases looked at, understood, and written down as a parameter file to check.

What is understood is written; a file that is none of the tables stands in it as a comment, with what is known of it.
"""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.data.guess.head import Guess, find_last_day, guess_business_model, guess_currency, year_in
from helpers.data.guess.keys import customer_columns, strangers
from helpers.data.guess.parts import Part, guess_part, same_names
from helpers.data.guess.sampling import Sample, rows_by_day
from helpers.data.guess.tables import TableFit, fit_tables
from helpers.data.guess.values import Column, FileLook, look_at
from helpers.data.reading import list_files
from helpers.data.schema import TABLES
from helpers.data.spec import ROW_NUMBER, PartSpec
from helpers.errors import InputError
from helpers.runs.draft_sources import Sources, open_sources
from helpers.runs.draft_text import Line, NotPlaced, WrittenPart, write_draft

_CLOSE = 0.12  # a second table that fits almost as well is named
_LATE_ORDERS_DAYS = 31


@dataclass(frozen=True)
class Understood:
    """One file, or several that are read as one, and what it was taken for."""

    samples: tuple[Sample, ...]
    source: str  # for the parameter file: a path from its folder, a glob or a URL; `${` begins a name
    shown: str  # for messages
    look: FileLook
    fits: tuple[TableFit, ...]
    part: Part

    @property
    def rows(self) -> int:
        return sum(s.rows for s in self.samples)


@dataclass(frozen=True)
class Draft:
    path: Path  # where the parameter file goes
    text: str
    head: tuple[Line, ...]
    understood: tuple[Understood, ...]  # in the order of the file
    not_placed: tuple[NotPlaced, ...]  # files that are none of the tables
    doubts: tuple[tuple[str, str], ...]  # (where, what)
    left_out: tuple[str, ...]  # files, sheets and tables that were not used, each with why
    secrets: tuple[str, ...]  # names that the environment must have, since passwords are not written


@dataclass(frozen=True)
class Wishes:
    """What the user said instead of leaving it to the data."""

    name: str = ""
    as_of: date | None = None
    currency: str = ""


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


def draft_client(slug: str, arguments: Sequence[Path | str], params_dir: Path, wishes: Wishes) -> Draft:
    """Draft a client's parameter file from files and URLs.

    InputError names each source that is missing or unreadable.
    """
    with open_sources(slug, [str(argument) for argument in arguments], params_dir) as sources:
        understood, others, not_tables = _understand(sources)
        understood = _align(understood)
        as_of = _propose_as_of(understood, others, wishes)
    head = _head(slug, understood, as_of, wishes)
    tables: dict[str, list[WrittenPart]] = {}
    for one in understood:
        tables.setdefault(one.part.table, []).append(_written(one, understood))
    title = (
        f"Parameters of {head[0].value}, drafted by `kit new` from what the files look like. What it was not sure of "
        f'is marked "unsure"; look at those lines, then: kit check {slug}. docs/params.md explains every key.'
    )
    not_placed = [_not_placed(one) for one in others]
    text, doubts = write_draft(title, head, tables, _knobs(understood), not_placed)
    path = params_dir / f"{slug}.yaml"
    left_out = (*sources.left_out, *not_tables)
    return Draft(
        path, text, tuple(head), tuple(understood), tuple(not_placed), tuple(doubts), left_out, tuple(sources.secrets)
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
            mend="Choose another short name, or add --force to replace the file.",
        )


def _understand(sources: Sources) -> tuple[list[Understood], list[Understood], list[str]]:
    """Each file, or each group of files that differ only in a number, as the table it fits best; the files that are
    none; and what was left out, with why."""
    understood: list[Understood] = []
    others: list[Understood] = []
    left_out: list[str] = []
    unnamed: dict[str, list[Understood]] = {}  # of each workbook or database: what was found in it
    groups = [_Looked.at(group) for group in _group(sources.samples)]
    customers = customer_columns([(group.frame, group.look, group.name) for group in groups])
    for group, customer in zip(groups, customers, strict=True):
        one = _place(group, customer, any(customers), sources)
        alone = len(group.samples) > 1 and one.fits[0].table == "surveys" and not one.part.source_of("wave")
        if alone and _years(group.samples):
            singles = [_place(_Looked.at([sample]), customer, any(customers), sources) for sample in group.samples]
        else:
            singles = [one]
        for single in singles:
            if not single.samples[0].named:
                unnamed.setdefault(single.samples[0].source, []).append(single)
            else:
                (understood if single.fits[0].usable else others).append(single)
    for found in unnamed.values():
        usable = [one for one in found if one.fits[0].usable]
        nearest = [] if usable else [max(found, key=lambda one: max(fit.total for fit in one.fits))]
        others += nearest
        left_out += [
            f"{one.shown}: {_why_none(one.fits)}" for one in found if not one.fits[0].usable and one not in nearest
        ]
        chosen, same = _choose(usable)
        understood += chosen
        left_out += same
    order = list(TABLES)
    return sorted(understood, key=lambda u: order.index(u.part.table)), others, left_out


def _choose(usable: list[Understood]) -> tuple[list[Understood], list[str]]:
    """Of a database's tables that look like the same table of the kit the best, and those that differ from it only
    in a number: another may hold the same rows once more. Sheets are all taken."""
    best: dict[str, Understood] = {}
    for one in usable:
        known = best.setdefault(one.part.table, one)
        if (one.fits[0].total, one.rows) > (known.fits[0].total, known.rows):
            best[one.part.table] = one
    chosen, left_out = [], []
    for one in usable:
        first, sample = best[one.part.table], one.samples[0]
        if not sample.table or _like(sample) == _like(first.samples[0]):
            chosen.append(one)
        else:
            told = f"looks like {one.part.table} too, as {first.samples[0].table} does"
            left_out.append(f"{one.shown}: {told}; to read both, name each: <URL>#{sample.table}")
    return chosen, left_out


@dataclass(frozen=True)
class _Looked:
    """A file, or several that are read as one, and what its columns look like."""

    samples: list[Sample]
    frame: pd.DataFrame
    look: FileLook

    @property
    def name(self) -> str:
        """The file's and the sheet's, without what follows a point."""
        return f"{self.samples[0].name.split('.')[0]} {self.samples[0].sheet}"

    @classmethod
    def at(cls, group: list[Sample]) -> "_Looked":
        frame = pd.concat([s.frame for s in group], ignore_index=True) if len(group) > 1 else group[0].frame
        return cls(group, frame, look_at(frame))


def _place(group: _Looked, customer: str, shared: bool, sources: Sources) -> Understood:
    first = group.samples[0]
    fits = fit_tables(group.look, group.name, customer, shared=shared)
    source, shown = first.source, first.shown
    if len(group.samples) > 1:
        shown = _pattern([s.name for s in group.samples])
        source = f"{first.folder}/{shown}"
    part = guess_part(group.frame, group.look, fits[0])
    return Understood(tuple(group.samples), sources.written(source), shown, group.look, tuple(fits), part)


def _group(samples: list[Sample]) -> list[list[Sample]]:
    """Files of one folder with the same columns whose names differ only in numbers, together; others alone."""
    groups: dict[Any, list[Sample]] = {}
    for i, sample in enumerate(samples):
        alone = sample.sheet or sample.table or "?" in sample.source
        groups.setdefault(i if alone else _like(sample), []).append(sample)
    made = []
    for group in groups.values():
        names = {s.name for s in group}
        matched = _matched(group[0].folder, _pattern(sorted(names))) if len(group) > 1 else names
        made += [group] if matched == names else [[sample] for sample in group]
    return made


def _like(sample: Sample) -> Any:
    """What files and tables share that differ only in numbers."""
    return sample.folder, re.sub(r"\d+", "#", sample.table or sample.name), tuple(sample.frame.columns)


def _matched(folder: str, pattern: str) -> set[str]:
    with suppress(InputError):
        return {file.name for file in list_files(PartSpec(f"{folder}/{pattern}"))}
    return set()


def _pattern(names: list[str]) -> str:
    """A glob for names that differ only in numbers: "orders_*.csv"."""
    pieces = [re.split(r"(\d+)", name) for name in names]
    columns = list(zip(*pieces, strict=False))
    return "".join(column[0] if len(set(column)) == 1 else "*" for column in columns)


def _years(group: list[Sample]) -> bool:
    years = [year_in(s.name) for s in group]
    return None not in years and len(set(years)) == len(years)


def _not_placed(one: Understood) -> NotPlaced:
    nearest = max(one.fits, key=lambda fit: fit.total)
    columns = tuple(nearest.matches) + tuple(nearest.proposals)
    known = tuple((column.name, _says(column)) for column in one.look.columns)
    return NotPlaced(one.shown, one.source, one.rows, nearest.table, _why_none(one.fits), columns, known)


def _says(column: Column) -> str:
    """A column in a few words: its kind, how many values it has."""
    if not column.filled:
        return "empty"
    kind = "dates" if column.dates else "numbers" if column.number_share > 0.9 else "texts"
    return f"{kind}, all different" if column.unique_share == 1 and column.filled > 1 else f"{column.distinct:,} {kind}"


def _why_none(fits: Sequence[TableFit]) -> str:
    """What a file was nearest to, and what it lacks to be it."""
    best = max(fits, key=lambda fit: fit.total)
    found = ", ".join(f"{m.column} ({m.source})" for m in best.matches if m.column not in best.lacking) or "nothing"
    lacking = f"lacks {', '.join(best.lacking)}" if best.lacking else "shows too little of it"
    return f"it is nearest to {best.table}, of which it has {found}, but {lacking}"


def _align(understood: list[Understood]) -> list[Understood]:
    """Ratings of several survey files under the same names."""
    surveys = [u for u in understood if u.part.table == "surveys"]
    named = dict(zip((id(u) for u in surveys), same_names([u.part for u in surveys]), strict=True))
    return [replace(u, part=named.get(id(u), u.part)) for u in understood]


def _written(one: Understood, everything: list[Understood]) -> WrittenPart:
    part, doubts = one.part, []
    second = next((fit for fit in one.fits[1:] if fit.usable), None)
    if second and one.fits[0].total - second.total < _CLOSE:
        doubts.append(f"it may be another table; runner-up: {second.table}")
    same = [u for u in everything if u.part.table == part.table and u is not one]
    if one in _of_others(everything):
        doubts.append("none of its customers is in the other files; is it another client's?")
    if same and part.table == "customers" and one is next(u for u in everything if u.part.table == "customers"):
        doubts.append(f"{same[0].shown} looks like customers too; a customer in both counts once, as here")
    constants = dict(part.constants)
    years = [year_in(s.name) for u in (one, *same) for s in u.samples]
    if part.table == "surveys" and same and not part.source_of("wave") and None not in years:
        constants["wave"] = str(year_in(one.samples[0].name))
    first = one.samples[0]
    return WrittenPart(part, one.source, first.sheet, one.rows, "; ".join(doubts), constants, first.table)


def _of_others(everything: list[Understood]) -> list[Understood]:
    """Files whose customers are in no other, where others share theirs."""
    keyed = [(u, u.part.source_of("customer_id")) for u in everything]
    keyed = [(u, key) for u, key in keyed if key and key != ROW_NUMBER]
    values = [pd.concat([s.frame[key] for s in u.samples]) for u, key in keyed]
    alone = strangers(values)
    return [keyed[i][0] for i in alone] if len(alone) < len(keyed) else []


def _propose_as_of(understood: list[Understood], others: list[Understood], wishes: Wishes) -> Guess:
    """The last day in the data, stray days left aside; else the year in a file's name, else the file's own day."""
    if wishes.as_of:
        return Guess(str(wishes.as_of), "as you said; every age and recency is counted back from its end", sure=True)
    found: list[tuple[date, Understood, str, tuple[date, ...]]] = []
    for one in understood:
        column = TABLES[one.part.table].date_column
        if column not in one.part.dates:
            continue
        source = one.part.source_of(column)
        days: dict[date, int] = {}
        for sample in one.samples:
            for day, rows in rows_by_day(sample, source, one.part.dates[column]):
                days[day] = days.get(day, 0) + rows
        last = find_last_day(sorted(days.items(), reverse=True))
        if last:
            found.append((last.day, one, source, last.strays))
    acting = [f for f in found if f[1].part.table != "customers"] or found
    if acting:
        return _explain_last_day(acting)
    looked = [s for one in (*understood, *others) for s in one.samples]
    years = [year for s in looked if (year := year_in(s.name))]
    if years:
        return Guess(f"{max(years)}-12-31", "no file holds a date; this is the end of the year in a file's name")
    saved_on = [(saved, s.name) for s in looked if (saved := s.saved_on)]
    if not saved_on:
        raise InputError(
            "No source holds a date, and a report needs the day to look back from", where="kit new",
            mend="Say it: --as-of 2026-09-30.",
        )  # fmt: skip
    newest, file = max(saved_on)
    return Guess(str(newest), f"no file holds a date; this is the day {file} was last saved")


def _explain_last_day(found: list[tuple[date, Understood, str, tuple[date, ...]]]) -> Guess:
    day, one, source, _ = max(found, key=lambda f: f[0])
    why, doubts = f"the last day in the data ({one.shown}, {source})", []
    strays = [stray for f in found for stray in f[3]]
    if strays:
        shown = ", ".join(map(str, strays[:3])) + (" …" if len(strays) > 3 else "")
        doubts.append(f"a few rows are dated far later and were not counted ({shown})")
    if one.part.dates_doubt:
        doubts.append("day and month may be swapped")
    orders = [f[0] for f in found if f[1].part.table == "orders"]
    if orders and (day - max(orders)).days > _LATE_ORDERS_DAYS:
        doubts.append(f"orders end earlier; runner-up: {max(orders)}")
    return Guess(str(day), "; ".join([why, *doubts]), sure=not doubts)


def _head(slug: str, understood: list[Understood], as_of: Guess, wishes: Wishes) -> list[Line]:
    name = wishes.name or " ".join(word[:1].upper() + word[1:] for word in re.split(r"[-_]+", slug) if word) or slug
    looks, parts = [u.look for u in understood], [u.part for u in understood]
    currency = Guess(wishes.currency, "as you said", True) if wishes.currency else guess_currency(looks, parts)
    model = guess_business_model(parts)
    return [
        Line("client", name, "the name the report shows", False),
        Line("as_of", as_of.value, as_of.why, not as_of.sure),
        Line("currency", currency.value, currency.why, not currency.sure),
        Line("business_model", model.value, model.why, not model.sure),
    ]


def _knobs(understood: list[Understood]) -> dict[str, dict[str, str]]:
    """The return is computed from the outcome called spend; where money has another name, say which."""
    for one in understood:
        money = [
            name for name in one.part.outcomes
            if max(one.look.column(name).numbers, default=0) > 1 and one.look.column(name).distinct > 10
        ]  # fmt: skip
        if money and "spend" not in one.part.outcomes:
            return {"roi": {"outcome": money[0]}}
    return {}
