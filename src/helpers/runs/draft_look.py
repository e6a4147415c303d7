"""Files and tables looked at, those that belong together as one, and each taken for a table or for none."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from helpers.data.guess.head import year_in
from helpers.data.guess.keys import customer_columns
from helpers.data.guess.parts import Part, guess_part, same_names
from helpers.data.guess.sampling import Sample
from helpers.data.guess.tables import TableFit, fit_tables
from helpers.data.guess.values import FileLook, look_at
from helpers.data.reading import list_files
from helpers.data.schema import TABLES
from helpers.data.spec import EVERYONE_ELSE, NOBODY, PartSpec
from helpers.errors import InputError
from helpers.runs.draft_sources import Sources


@dataclass(frozen=True)
class Understood:
    """One file, or several that are read as one, and what it was taken for."""

    samples: tuple[Sample, ...]
    frame: pd.DataFrame = field(repr=False)  # the samples' rows together
    source: str  # for the parameter file: a path from its folder, a glob or a URL; `${` begins a name
    shown: str  # for messages
    look: FileLook
    fits: tuple[TableFit, ...]
    part: Part
    said: tuple[str, ...] = ()  # columns that the user chose when asked

    @property
    def usable(self) -> bool:
        return self.fits[0].usable

    @property
    def rows(self) -> int:
        return sum(s.rows for s in self.samples)


def understand(sources: Sources) -> tuple[list[Understood], list[Understood], list[str]]:
    """Each file, or each group of files that differ only in a number, as the table it fits best; the files that are
    none; and what was left out, with why."""
    understood: list[Understood] = []
    others: list[Understood] = []
    left_out: list[str] = []
    unnamed: dict[str, list[Understood]] = {}  # of each workbook or database: what was found in it
    groups = [Looked.at(group) for group in _group(sources.samples)]
    customers = customer_columns([(group.frame, group.look, group.name) for group in groups])
    for group, customer in zip(groups, customers, strict=True):
        one = _place(group, customer, any(customers), sources)
        alone = len(group.samples) > 1 and one.fits[0].table == "surveys" and not one.part.source_of("wave")
        if alone and _years(group.samples):
            singles = [_place(Looked.at([sample]), customer, any(customers), sources) for sample in group.samples]
        else:
            singles = [one]
        for single in singles:
            if not single.samples[0].named:
                unnamed.setdefault(single.samples[0].source, []).append(single)
            else:
                (understood if single.usable else others).append(single)
    for found in unnamed.values():
        usable = [one for one in found if one.usable]
        nearest = [] if usable else [max(found, key=lambda one: max(fit.total for fit in one.fits))]
        others += nearest
        left_out += [f"{one.shown}: {why_none(one.fits)}" for one in found if not one.usable and one not in nearest]
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
class Looked:
    """A file, or several that are read as one, and what its columns look like."""

    samples: list[Sample]
    frame: pd.DataFrame
    look: FileLook

    @property
    def name(self) -> str:
        """The file's and the sheet's, without what follows a point."""
        return f"{self.samples[0].name.split('.')[0]} {self.samples[0].sheet}"

    @classmethod
    def at(cls, group: list[Sample]) -> "Looked":
        frame = pd.concat([s.frame for s in group], ignore_index=True) if len(group) > 1 else group[0].frame
        return cls(group, frame, look_at(frame))


def _place(group: Looked, customer: str, shared: bool, sources: Sources) -> Understood:
    first = group.samples[0]
    fits = fit_tables(group.look, group.name, customer, shared=shared)
    source, shown = first.source, first.shown
    if len(group.samples) > 1:
        shown = pattern_of([s.name for s in group.samples])
        source = f"{first.folder}/{shown}"
    part = guess_part(group.frame, group.look, fits[0])
    return Understood(tuple(group.samples), group.frame, sources.written(source), shown, group.look, tuple(fits), part)


def _group(samples: list[Sample]) -> list[list[Sample]]:
    """Files of one folder with the same columns whose names differ only in numbers, together; others alone."""
    groups: dict[Any, list[Sample]] = {}
    for i, sample in enumerate(samples):
        alone = sample.sheet or sample.table or "?" in sample.source
        groups.setdefault(i if alone else _like(sample), []).append(sample)
    made = []
    for group in groups.values():
        names = {s.name for s in group}
        matched = _matched(group[0].folder, pattern_of(sorted(names))) if len(group) > 1 else names
        made += [group] if matched == names else [[sample] for sample in group]
    return made


def _like(sample: Sample) -> Any:
    """What files and tables share that differ only in numbers."""
    return sample.folder, re.sub(r"\d+", "#", sample.table or sample.name), tuple(sample.frame.columns)


def _matched(folder: str, pattern: str) -> set[str]:
    with suppress(InputError):
        return {file.name for file in list_files(PartSpec(f"{folder}/{pattern}"))}
    return set()


def pattern_of(names: list[str]) -> str:
    """A glob for names that differ only in numbers: "orders_*.csv"."""
    pieces = [re.split(r"(\d+)", name) for name in names]
    columns = list(zip(*pieces, strict=False))
    return "".join(column[0] if len(set(column)) == 1 else "*" for column in columns)


def _years(group: list[Sample]) -> bool:
    years = [year_in(s.name) for s in group]
    return None not in years and len(set(years)) == len(years)


def no_header(look: FileLook) -> bool:
    """Whether a file has no row of names, so that reading has numbered its columns."""
    return all(re.fullmatch(r"column\d+", column.name) for column in look.columns)


def why_none(fits: Sequence[TableFit]) -> str:
    """What a file was nearest to, and what it lacks to be it."""
    best = max(fits, key=lambda fit: fit.total)
    if not best.matches and not best.proposals:
        return "it shows nothing of any table"
    found = ", ".join(f"{m.column} ({m.source})" for m in best.matches if m.column not in best.lacking) or "nothing"
    lacking = f"lacks {', '.join(best.lacking)}" if best.lacking else "shows too little of it"
    return f"it is nearest to {best.table}, of which it has {found}, but {lacking}"


def part_by_money(
    understood: Sequence[Understood], others: Sequence[Understood]
) -> tuple[list[Understood], list[Understood]]:
    """The same, with orders that hold no money among the others where there are orders that do."""

    def has_money(one: Understood) -> bool:
        return bool(one.part.source_of("amount") or one.part.source_of("unit_price"))

    orders = [one for one in understood if one.part.table == "orders"]
    poor = [one for one in orders if not has_money(one)]
    if len(poor) in (0, len(orders)):
        return list(understood), list(others)
    lacking = [replace(one, fits=(replace(one.fits[0], lacking=("amount",)), *one.fits[1:])) for one in poor]
    return [one for one in understood if id(one) not in {id(p) for p in poor}], [*others, *lacking]


def align(understood: list[Understood]) -> list[Understood]:
    """Ratings of several survey files under the same names; and no campaign held against everyone else where no table
    tells who that is."""
    if not {"customers", "orders"} & {u.part.table for u in understood}:
        alone = [u.part.control == EVERYONE_ELSE for u in understood]
        parts = [replace(u.part, control=NOBODY) if a else u.part for u, a in zip(understood, alone, strict=True)]
        understood = [replace(u, part=part) for u, part in zip(understood, parts, strict=True)]
    surveys = [u for u in understood if u.part.table == "surveys"]
    named = dict(zip((id(u) for u in surveys), same_names([u.part for u in surveys]), strict=True))
    return [replace(u, part=named.get(id(u), u.part)) for u in understood]
