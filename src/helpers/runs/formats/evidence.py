"""Which picture or table shows what a finding says: the one in which its figures or its words are to be seen."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from helpers.runs.formats.page_parts import Grid, Picture, Section, plain
from helpers.story import fmt

_FIGURE = re.compile(
    r"(?<![\w.,%])[<>]?[+−]?(?:[£$€¥₹]|CN¥|[A-Z]{3} )?\d+(?:,\d{3})*(?:\.\d+)?(?:bn|[km])?%?(?: times)?(?![\w%])"
)
_COMMON = re.compile(r"\d{1,2}|(?:19|20)\d\d")  # small counts and years stand everywhere
_WORD = re.compile(r"[^\W\d_]{3,}")
_EVERYWHERE = frozenset({"all", "and", "are", "but", "each", "for", "from", "has", "not", "than", "that", "the", "who"})
_ENOUGH = 2  # figures, or words, of a finding that are not seen together by chance
_FEW = 8  # rows: of a longer table only those are shown that a finding speaks of


def choose_shown(
    title: str, section: Section, page: Sequence[Section], used: Sequence[Picture | Grid]
) -> Picture | Grid | None:
    """What stands beside a finding, given as the title of its slide; nothing that is on a slide already.

    The picture of its section that holds most of its figures, where that is two of them or all; else such a table,
    which holds them in one row. Else such a picture of the page's other sections, or the rows of a table of the page
    that are named as the finding says it and have its figures. Else of its section's pictures the one whose title says
    most of its words, or what comes first: its numbers may be what the finding sums up.
    """
    own, beyond = _left(section.shows(), used), [other for other in page if other is not section]
    elsewhere = _left([picture for other in beyond for picture in other.pictures], used)
    drawn = [one for one in own if isinstance(one, Picture)]
    wanted = figures_of(title)
    if wanted:
        for shows in (drawn, own, elsewhere):
            found = _holding(wanted, shows)
            if found:
                return found
        tables = [table for other in page for table in other.tables if not any(table is one for one in used)]
        rows = next(filter(None, (_rows_about(title, table) for table in tables)), None)
        if rows:
            return rows
    said = _words_of(title)
    return max(drawn, key=lambda one: len(said & _words_of(one.title)), default=next(iter(own), None))


def figures_of(text: str) -> set[str]:
    """The figures of a text as printed, but those that stand everywhere."""
    found = _FIGURE.findall(fmt.as_english(plain(text)))
    return {figure for figure in found if not _COMMON.fullmatch(figure)}


def _words_of(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold())) - _EVERYWHERE


def _left(shows: Sequence[Picture | Grid], used: Sequence[Picture | Grid]) -> list[Picture | Grid]:
    return [one for one in shows if not any(one is other for other in used)]


def _holding(wanted: set[str], shows: Sequence[Picture | Grid]) -> Picture | Grid | None:
    """The first that holds as many as any, if that is enough."""
    held = [(max((len(wanted & figures_of(text)) for text in _glances(one)), default=0), one) for one in shows]
    most = max((count for count, _ in held), default=0)
    return next(one for count, one in held if count == most) if most >= min(_ENOUGH, len(wanted)) else None


def _glances(shown: Picture | Grid) -> Iterator[str]:
    """What is read at one glance: a picture with its words, a row of a table."""
    if isinstance(shown, Grid):
        yield from (" | ".join([shown.caption, *(cell.text for cell in row)]) for row in shown.rows)
        return
    words = [shown.title, shown.subtitle, shown.alt]
    if shown.kind == "image/svg+xml":
        words += re.findall(r">([^<>]+)<", shown.image.decode("utf-8"))
    yield " | ".join(words)


def _rows_about(title: str, grid: Grid) -> Grid | None:
    """A table for what a finding says: its rows with the finding's figures, one of them named in its words."""
    wanted, said = figures_of(title), _words_of(title)
    held = [
        (number, wanted & figures_of(" | ".join(cell.text for cell in row[1:]))) for number, row in enumerate(grid.rows)
    ]
    rows = [number for number, figures in held if figures]
    named = any(len(said & _words_of(grid.rows[number][0].text)) >= _ENOUGH for number in rows)
    if not named or len({figure for _, figures in held for figure in figures}) < min(_ENOUGH, len(wanted)):
        return None
    if len(grid.rows) <= _FEW:
        return grid
    return replace(grid, rows=tuple(grid.rows[n] for n in rows), groups=frozenset(), more=len(grid.rows) - len(rows))
