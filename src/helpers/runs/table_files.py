"""A link beneath each table that saves it as CSV, from the page itself: what the table shows, and nothing else.

Numbers are plain ones where the cell says all of it ("£1.23m" is 1230000, "19%" is 0.19), so that a spreadsheet reckons
with them; the unit goes into the heading. What a spreadsheet would run as a formula is made harmless.
"""

import csv
import io
import re
from collections.abc import Iterator
from decimal import Decimal
from urllib.parse import quote

from bs4 import BeautifulSoup, Tag

from helpers.data.spreadsheets import safe_text
from helpers.runs.fragment import slug
from helpers.runs.table_cells import read_rows
from helpers.story import fmt

LARGEST = 200_000  # characters of a link; a larger table has its file beside the report only
_WORDS = "Download table (CSV)"
_SCALES = {"": 0, "%": -2, "k": 3, "m": 6, "bn": 9}
_NUMBER = re.compile(
    r"(?P<sign>[−+-]?)(?P<unit>(?:CN¥|[£$€¥₹]|[A-Z]{3} )?)(?P<figures>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?P<scale>%|k|m|bn|)"
)


def offer_tables(soup: BeautifulSoup, page: str) -> None:
    """Put the link beneath each table that is named; `page` begins the file's name."""
    for box in soup.find_all(class_="table-wrap"):
        table, name = box.find("table"), str(box["aria-label"])
        address = "data:text/csv;charset=utf-8," + (quote(_csv(table), safe="!'()*,/:;=?@$~") if table else "")
        if not table or len(address) > LARGEST:
            continue
        link = soup.new_tag(
            "a", attrs={"href": address, "download": f"{page}-{slug(name)[:60]}.csv", "aria-label": f"{_WORDS}: {name}"}
        )
        link.string = _WORDS
        line = soup.new_tag("p", attrs={"class": "table-file"})
        line.append(link)
        framed = box.find_parent("figure", class_="table")
        if framed:
            framed.append(line)
        else:
            box.insert_after(line)


def _csv(table: Tag) -> str:
    rows = list(_rows(table))
    width = max((len(row) for row in rows), default=0)
    units = [{unit for row in rows if column < len(row) and (unit := row[column][1])} for column in range(width)]
    told = [f" ({unit.strip()})" if len(own) == 1 and (unit := next(iter(own))) else "" for own in units]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    for number, row in enumerate(rows):
        words = [word + told[column] if number == 0 and word else word for column, (word, _) in enumerate(row)]
        writer.writerow([safe_text(word) for word in words])
    return "\ufeff" + text.getvalue()  # by which spreadsheets know that it is UTF-8


def _rows(table: Tag) -> Iterator[list[tuple[str, str]]]:
    """Each row's cells as (text, unit); headings within the table become a column in front."""
    rows = list(read_rows(table))
    grouped, group = any(row.is_group for row in rows), ""
    for row in rows:
        if row.is_group:
            group = row.cells[0].text
            continue
        head = [("Group" if row.is_head else group, "")] if grouped else []
        yield [*head, *(_plain(cell.text) if cell.is_number else (cell.text, "") for cell in row.cells)]


def _plain(text: str) -> tuple[str, str]:
    """A number as (figures, unit): ("−£1.5k") -> ("-1500", "£"); other text as it is, what is missing as nothing."""
    if text == fmt.MISSING:
        return "", ""
    found = _NUMBER.fullmatch(fmt.as_english(text))
    if not found or re.match(r"0\d", found["figures"]):  # "007" is a name
        return text, ""
    value = Decimal(found["figures"].replace(",", "")).scaleb(_SCALES[found["scale"]])
    return f"{'-' if found['sign'] in ('−', '-') else ''}{value:f}", found["unit"]
