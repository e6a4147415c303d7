"""How a text file is split into fields: found from its first lines, never left to the engine's own guess.

Every delimiter is tried and scored as in van den Burg, Nazábal and Sutton, "Wrangling messy CSV files by detecting
row and type patterns" (Data Mining and Knowledge Discovery 33, 2019): rows should have the same number of fields,
and fields should look like numbers, dates, words or identifiers. Commas inside "1.234,50" lose on both counts.
"""

import csv
import re
from collections import Counter
from dataclasses import dataclass

HEAD = 1 << 18  # characters looked at
RECORDS = 400
DELIMITERS = (",", ";", "\t", "|", "^", "~", "\x1f", "\x01", "§", "¦")
BLANKS = "blanks"  # fields stand apart by one or more blanks or tabs
ONE_COLUMN = "\x1e"  # what no text holds
_KNOWN = re.compile(
    r"""\s*(?:
      [-+(]?\s*[$€£¥%]?\s*\d+(?:[.,' \u00a0]\d{3})*(?:[.,]\d+)?(?:[eE][-+]?\d+)?\s*[$€£¥%)-]?  # a number
    | \d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:[AaPp][Mm]|Z|[-+]\d{2}:?\d{2})?)?
    | \d{1,2}:\d{2}(?::\d{2})?
    | [\w.+-]+@[\w.-]+
    | https?://\S+
    | [\w./\\#&+%-]+                                                                       # an identifier or a word
    | \w[^;|\t^~,:"\x01\x1e\x1f§¦]*                                                        # words
    )?\s*""",
    re.X,
)
_NUMBER = re.compile(r"[-+(]?[$€£¥]?\s*\d[\d.,' \u00a0]*(?:[eE][-+]?\d+)?\s*[$€£¥%)-]?")
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[ T].*)?|\d{1,2}[ -]\w{3,9}[ -]\d{2,4}(?: .*)?|\d{1,2}:\d{2}.*")
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True)
class Dialect:
    delimiter: str  # one character, BLANKS or ONE_COLUMN
    quote: str = '"'
    escape: str = '"'  # what stands before a quote inside quotes: the quote itself, or a backslash


@dataclass(frozen=True)
class Layout:
    dialect: Dialect
    header: list[str] | None  # the cells as they came; None where the file has no header
    header_row: int  # 1-based; 0 where the file has no header
    lines_above: int  # physical lines before the first row of data
    width: int  # fields of a row


def sniff_layout(head: str, whole: bool, delimiter: str | None = None, header_row: int | None = None) -> Layout:
    """Dialect and header of a text from its beginning. `whole` says that `head` is all of it.

    `delimiter` and `header_row` (1-based, 0 for none) are taken as given where they are not None.
    """
    if not whole:
        head = head[: max(head.rfind("\n"), head.rfind("\r")) + 1] or head
    declared = re.match(r'\ufeff?"?sep=(.)"?\r?\n', head)
    if declared and not delimiter:
        delimiter = declared.group(1)
    dialect = _dialect(head.lstrip("\ufeff"), delimiter)
    records = split_records(head.lstrip("\ufeff"), dialect)
    rows = [cells for cells, _ in records]
    if header_row is None:
        at = find_header(rows[1:]) if declared else find_header(rows)
        at = at + 1 if declared and at is not None else at
    else:
        at = header_row - 1 if 0 < header_row <= len(rows) else None
    below = rows[at + 1 :] if at is not None else rows
    widths = Counter(len(cells) for cells in below if any(c.strip() for c in cells))
    header = rows[at] if at is not None else None
    usual = widths.most_common(1)[0][0] if widths else 1
    width = max(usual, len(header)) if header else usual
    lines_above = records[at][1] if at is not None else (1 if declared else 0)
    return Layout(dialect, header, 0 if at is None else at + 1, lines_above, width)


def split_records(head: str, dialect: Dialect) -> list[tuple[list[str], int]]:
    """The first records of a text as cells, each with the number of physical lines up to its end."""
    lines = re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", head)[: 20 * RECORDS]
    if dialect.delimiter == BLANKS:
        return [(line.split(), i) for i, line in enumerate(lines[:RECORDS], start=1)]
    delimiter = dialect.delimiter
    if len(delimiter) > 1:
        delimiter = "\x1f"
        lines = [line.replace(dialect.delimiter, delimiter) for line in lines]
    reader = csv.reader(
        lines,
        delimiter=delimiter,
        quotechar=dialect.quote or None,
        quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
        doublequote=dialect.escape == dialect.quote,
        escapechar=None if dialect.escape == dialect.quote else dialect.escape,
    )
    records: list[tuple[list[str], int]] = []
    try:
        for cells in reader:
            records.append((cells, reader.line_num))
            if len(records) >= RECORDS:
                break
    except csv.Error:  # a cell longer than the module allows: what was read before it must do
        pass
    return records


def find_header(rows: list[list[str]]) -> int | None:
    """Which of the first rows names the columns; None where the very first already holds data.

    Title lines above a header have fewer cells filled than the rows below. A first full row that holds numbers
    or dates where the rows below hold the same is data.
    """
    filled = [sum(1 for c in cells if c.strip()) for cells in rows]
    usual = Counter(len(cells) for cells, n in zip(rows, filled, strict=True) if n).most_common(1)
    if not usual:
        return None
    width = usual[0][0]
    below = sorted(n for cells, n in zip(rows, filled, strict=True) if n and len(cells) >= width)
    typical = below[len(below) // 2]
    for at, cells in enumerate(rows[:100]):
        if filled[at] == 0 or (width > 1 and filled[at] < max(2, 0.6 * typical)) or len(cells) < 0.6 * width:
            continue
        if at + 1 < len(rows) and _is_title(at, rows, filled, typical):
            continue
        return None if _is_data(cells, rows[at + 1 :]) else at
    return 0 if filled[0] else None


def _is_title(at: int, rows: list[list[str]], filled: list[int], typical: int) -> bool:
    """A line of "label, value" pairs above a wider table is no header: the next full row is text and wider."""
    if filled[at] >= 0.8 * typical:
        return False
    for later in range(at + 1, min(at + 6, len(rows))):
        if filled[later] > filled[at] and filled[later] >= typical and not _is_data(rows[later], rows[later + 1 :]):
            return not any(_is_value(c) for c in rows[later] if c.strip())
    return False


def _is_value(cell: str) -> bool:
    cell = cell.strip()
    return bool(_NUMBER.fullmatch(cell) or _DATE.fullmatch(cell))


def _is_data(cells: list[str], below: list[list[str]]) -> bool:
    values = [i for i, c in enumerate(cells) if _is_value(c)]
    labels = [i for i, c in enumerate(cells) if c.strip() and i not in values]
    if not values or (labels and all(_YEAR.fullmatch(cells[i].strip()) for i in values)):
        return False
    sample = [row for row in below if len(row) == len(cells)][:50]
    for i in labels:  # a word above numbers or dates is a name
        column = [row[i] for row in sample if row[i].strip()]
        if len(column) > 1 and sum(map(_is_value, column)) > 0.8 * len(column):
            return False
    if not sample:
        return len(values) * 2 > len(values) + len(labels)
    same = 0
    for i in values:
        column = [row[i] for row in sample if row[i].strip()]
        same += bool(column) and sum(map(_is_value, column)) > 0.5 * len(column)
    return same * 2 > len(values) and (not labels or len(values) > 1 or len(cells) <= 2)


def _dialect(head: str, delimiter: str | None) -> Dialect:
    if delimiter in (" ", BLANKS) or (delimiter and delimiter.strip(" ") == ""):
        return Dialect(BLANKS, "", "")
    escape = _escape(head)
    best, best_score = Dialect(delimiter or ONE_COLUMN, '"', escape), 0.0
    quotes = ['"'] + (["'"] if _single_quoted(head) else [])
    for quote in quotes:
        for candidate in [delimiter] if delimiter else DELIMITERS:
            if candidate not in head:
                continue
            dialect = Dialect(candidate, quote, quote if escape == '"' else escape)
            score = _score([cells for cells, _ in split_records(head, dialect)])
            if _is_prose(head, candidate):
                score *= 0.4
            if score > best_score * 1.001:
                best, best_score = dialect, score
    if delimiter is None and best_score < 0.75 and _is_blank_separated(head):
        return Dialect(BLANKS, "", "")
    return best if delimiter or best_score > 0.3 else Dialect(ONE_COLUMN, '"', escape)


def _is_prose(head: str, delimiter: str) -> bool:
    """Commas in sentences are followed by a blank, and the header above a column of sentences has none."""
    first = next((line for line in head.splitlines() if line.strip()), "")
    return delimiter not in first and head.count(delimiter + " ") > 0.8 * head.count(delimiter)


def _score(rows: list[list[str]]) -> float:
    """Between 0 and 1: how alike the rows are in shape, times how many cells look like something known."""
    rows = [cells for cells in rows if cells]
    if not rows:
        return 0.0
    patterns = Counter(map(len, rows))
    width, count = patterns.most_common(1)[0]
    if width == 1:
        width, count = max(((w, n) for w, n in patterns.items() if w > 1), default=(1, 0), key=lambda p: p[1])
    if width == 1 or count < min(2, len(rows)):
        return 0.0
    share = count / len(rows)
    header = next((cells for cells in rows if len(cells) >= max(2, 0.6 * width)), [])
    above = next((i for i, cells in enumerate(rows) if len(cells) >= max(2, 0.6 * width)), 0)
    if above and any(len(re.findall(r"[;|\t^~,]", "".join(cells))) >= 2 for cells in rows[:above]):
        share *= 0.6  # lines above the first row of this width hold another delimiter
    cells = [c for row in [header, *rows][:RECORDS] for c in row]
    known = sum(1 for c in cells if len(c) < 200 and _KNOWN.fullmatch(c)) / len(cells)
    alike = sum(n * n for n in patterns.values()) / len(rows) ** 2
    return (0.5 * share + 0.5 * alike) * (0.15 + 0.85 * known) * (width - 0.5) / width


def _escape(head: str) -> str:
    """A backslash where quotes inside quotes are written so, as MySQL does; otherwise the quote itself."""
    inner = len(re.findall(r'(?<!\\)\\"(?![,;|\t^~\r\n]|$)', head))
    return "\\" if inner > head.count('""') / 2 and inner else '"'


def _single_quoted(head: str) -> bool:
    """Whether fields stand in single quotes; an apostrophe in a word is none."""
    opened = len(re.findall(r"(?:^|[,;|\t^~])'", head, re.M))
    whole = len(re.findall(r"(?:^|(?<=[,;|\t^~]))'[^'\n]*(?:''[^'\n]*)*'(?=[,;|\t^~\r\n]|$)", head, re.M))
    double = len(re.findall(r'(?:^|[,;|\t^~])"', head, re.M))
    return whole >= max(2, 0.9 * opened, 0.5 * head.count("\n")) and opened > double


def _is_blank_separated(head: str) -> bool:
    rows = [line.split() for line in re.split(r"[\r\n]+", head)[:RECORDS] if line.strip()]
    if len(rows) < 3 or '"' in head:
        return False
    widths = Counter(map(len, rows[1:]))
    width, count = widths.most_common(1)[0]
    if width < 2 or count < len(rows) - 1 or len(rows[0]) not in (width, width - 1):
        return False
    numeric = sum(all(_is_value(row[i]) for row in rows[1:]) for i in range(width))
    return numeric * 2 >= width
