"""What one notebook says as markup: checked, with headings, ids, tables and links set right for a report's pages.

The markup comes from nbconvert and is worked on as a tree. Refused with an InputError that names the cell: pictures
without alt text, scripts, and anything that would be loaded from outside the page.
"""

import base64
import itertools
import json
import re
import struct
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

from bs4 import BeautifulSoup, Tag

from helpers.errors import InputError

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_REFERENCES = ("id", "for", "headers", "aria-labelledby", "aria-describedby", "aria-controls")
_ACTIVE = ("script", "iframe", "object", "embed", "link", "base", "meta", "form", "audio", "video")
_PIXELS = {"": 1.0, "px": 1.0, "pt": 96 / 72, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4}
_REPORT = "report.html"
_FRAME_IDS = frozenset({"content"})  # taken by the page around the markup


@dataclass(frozen=True)
class Picture:
    """An image ready for its tag; width and height in CSS pixels, 0 when unknown; chart: its numbers as JSON, or "";
    narrow: the address of the same chart drawn for a phone, or ""."""

    source: str
    alt: str
    width: int
    height: int
    caption: str
    chart: str = ""
    narrow: str = ""


def read_picture(output: Mapping[str, Any], kind: str, where: str) -> Picture:
    """The image of type `kind` in a cell's output; raises InputError when it has no alt text."""
    facts = output["metadata"].get(kind, {})
    alt, title = (" ".join(str(facts.get(name) or "").split()) for name in ("alt", "title"))
    if not alt:
        raise InputError(
            "the picture has no alt text, so not every reader learns what it shows",
            where=where,
            mend=f'Draw it with helpers.story.chart.render, or give the output metadata {{"{kind}": {{"alt": "..."}}}}',
        )
    caption = narrow = ""
    if kind == "image/svg+xml":
        # The house's charts have their title drawn: printed again it would stand twice, but it belongs to the text.
        width, height = _svg_size(output["data"][kind])
        data = _encoded(output["data"][kind])
        if title and title.casefold() not in alt.casefold():
            alt = f"{title}{'' if title[-1] in '.?!:' else '.'} {alt}"
        narrow = f"data:{kind};base64,{_encoded(facts['narrow'])}" if facts.get("narrow") else ""
    else:
        data = "".join(output["data"][kind].split())
        width, height = _png_size(data) if kind == "image/png" else (0, 0)
        width, height = facts.get("width", width), facts.get("height", height)
        caption = title if title.casefold() not in alt.casefold() else ""
    chart = json.dumps(facts["chart"] | {"title": title}) if isinstance(facts.get("chart"), dict) else ""
    return Picture(f"data:{kind};base64,{data}", alt, width, height, caption, chart, narrow)


def _encoded(svg: str) -> str:
    return base64.b64encode(svg.encode()).decode()


def check_markup(html: str, where: str) -> str:
    """Pass markup on; raises InputError when it runs a script, loads something or has a picture without alt text."""
    for tag in BeautifulSoup(html, "html.parser").find_all(True):
        texts = {name: value if isinstance(value, str) else " ".join(value) for name, value in tag.attrs.items()}
        if tag.name in _ACTIVE or any(n.startswith("on") or _runs(v) for n, v in texts.items()):
            raise InputError(
                "the output needs a script or another page inside it to show, and a report page holds neither",
                where=where,
                mend="Show a chart or a table of helpers.story instead",
            )
        if tag.name == "img" and not texts.get("alt", "").strip():
            raise InputError("the picture has no alt text", where=where, mend="Describe what it shows in `alt`")
        loaded = [texts[n] for n in ("src", "srcset", "poster", "background") if n in texts]
        loaded += [texts[n] for n in ("href", "xlink:href") if n in texts and tag.name != "a"]
        css = texts.get("style", "") + (tag.get_text() if tag.name == "style" else "")
        if any(not address.strip().startswith(("data:", "#")) for address in loaded) or _loads(css):
            raise InputError(
                "the output loads a file or an address, but a page must open offline",
                where=where,
                mend="Keep the picture in the notebook's folder, or leave it out",
            )
    return html


def set_headings(soup: BeautifulSoup, notebook: str) -> tuple[str, list[tuple[str, str]]]:
    """Check the headings, close gaps between levels, give each an id; returns the title and the sections (id, text).

    Raises InputError naming the notebook unless it has exactly one first-level heading, before all others.
    """
    headings = soup.find_all(HEADINGS)
    firsts = [heading for heading in headings if heading.name == "h1"]
    if len(firsts) != 1 or headings[0].name != "h1":
        found = ", ".join(f'"{text_of(heading)}"' for heading in firsts) or "none"
        raise InputError(
            f"the page needs exactly one `# ` heading, before all others; found: {found}",
            where=notebook,
            mend="Begin the notebook with `# Title` and use `## ` for its sections",
        )
    taken, level = _ids(soup) | _FRAME_IDS, 0
    sections = []
    for heading in headings:
        level = min(int(heading.name[1]), level + 1)
        heading.name = f"h{level}"
        if not heading.get("id"):
            heading["id"] = _free(slug(text_of(heading)), taken)
            taken.add(str(heading["id"]))
        if level == 2:
            sections.append((str(heading["id"]), text_of(heading)))
    return text_of(headings[0]), sections


def separate_ids(soup: BeautifulSoup) -> None:
    """Rename ids that outputs have in common, as tables do whose columns share a name."""
    taken = set(_FRAME_IDS)
    for number, output in enumerate(soup.select("div.output"), start=1):
        if _ids(output) & taken:
            prefix_ids(output, f"out-{number}-")
        taken |= _ids(output)


def prefix_ids(root: Tag, prefix: str) -> None:
    """Rename every id inside `root` and whatever refers to it there, styles included."""
    new = {name: prefix + name for name in _ids(root)}
    for tag in root.find_all(True):
        for name in set(_REFERENCES) & set(tag.attrs):
            value = tag[name]
            tag[name] = " ".join(new.get(part, part) for part in (value.split() if isinstance(value, str) else value))
        for name in {"href", "xlink:href"} & set(tag.attrs):
            target = str(tag[name])
            if target.startswith("#"):
                tag[name] = f"#{new.get(target[1:], target[1:])}"
        if tag.name == "style" and tag.string:
            tag.string = re.sub(r"#([\w-]+)", lambda found: _selector(new.get(found[1], found[1])), str(tag.string))


def wrap_tables(soup: BeautifulSoup) -> None:
    """Let wide tables scroll inside the page, with the keyboard too, while the headings within them stay in sight."""
    for table in soup.find_all("table"):
        if table.find_parent("table"):
            continue
        framed = table.find_parent("figure", class_="table")
        box = table.find_parent(class_="table-wrap") or (framed.find(role="region") if framed else None)
        if box is None:
            whole = table.parent if "gt_table" in table.get_attribute_list("class") else None  # with its style sheet
            box = (whole or table).wrap(soup.new_tag("div"))
        box.attrs.pop("style", None)  # how it scrolls is the page's to say
        box.attrs.update({"class": "table-wrap", "tabindex": "0", "role": "region"})
        for cell in table.find_all("th"):
            if not text_of(cell):
                cell.name = "td"  # as pandas writes corners: a heading that heads nothing
        across = table.find_all(class_=["gt_heading", "gt_group_heading"])
        for cell in across:
            text = soup.new_tag("span", attrs={"class": "stays"})
            text.extend(list(cell.contents))
            cell.append(text)
        for cell in _first_column(table):
            if not any(cell is other for other in across):
                cell["class"] = " ".join([*filter(None, cell.get_attribute_list("class")), "row-name"])


def _first_column(table: Tag) -> Iterator[Tag]:
    """The cells of the first column; a row has none where one from above spans it."""
    covered = 0
    for row in table.find_all("tr"):
        cell = row.find(["th", "td"])
        if cell and not covered:
            span = str(cell.get("rowspan", ""))
            covered = int(span) if span.isdigit() else 1
            yield cell
        covered = max(covered - 1, 0)


def name_tables(soup: BeautifulSoup, taken: set[str]) -> None:
    """Name each table's region by its caption, with the heading before it, or a number, where the name is taken.

    taken: the names so far, which gets the new ones: those who jump from region to region must know where they are.
    """
    for box in soup.find_all(class_="table-wrap"):
        framed, heading = box.find_parent("figure", class_="table"), box.find_previous(HEADINGS)
        caption = framed.figcaption if framed else box.find("caption") or box.find(class_="gt_title")
        place = text_of(heading) if heading else ""
        name = text_of(caption) if caption else f"Table: {place}" if place else "Table"
        more = [f"{name} ({place})"] if caption and place else []
        names = itertools.chain([name], more, (f"{name} ({number})" for number in itertools.count(2)))
        box["aria-label"] = next(name for name in names if name.casefold() not in taken)
        taken.add(str(box["aria-label"]).casefold())


def reword(soup: BeautifulSoup, words: Callable[[str], str]) -> None:
    """Put the notebook's prose in other words; outputs, code and what links lead to stay."""
    for text in [text for prose in soup.select("div.prose") for text in prose.find_all(string=True)]:
        if not text.find_parent("code") and (said := words(str(text))) != str(text):
            text.replace_with(said)


def keep_signs(soup: BeautifulSoup) -> None:
    """Keep a minus with its amount: a line may break between "−" and "£"."""
    for text in soup.find_all(string=re.compile(r"−\D")):
        if text.find_parent("style") is None:
            text.replace_with(re.sub(r"−(?=[^\d\s])", "−\u2060", str(text)))


@dataclass(frozen=True)
class Target:
    """A page that links can lead to."""

    name: str
    file: str
    ids: frozenset[str]


def relink(soup: BeautifulSoup, here: str, targets: Iterable[Target], in_one_file: bool) -> None:
    """Point links at the report's pages and headings; a link that leads nowhere, or outside, stays as its text.

    here: the name of the page that `soup` is. in_one_file: pages are chapters `#name`, and their ids start with it.
    """
    by_name = {target.name: target for target in targets}
    by_file = {file: t for t in by_name.values() for file in (t.file, f"{t.name}.html", f"{t.name}.ipynb")}
    for link in soup.find_all("a", href=True):
        file, _, fragment = str(link["href"]).partition("#")
        target = by_file.get(unquote(file).removeprefix("./")) if file else by_name[here]
        anchor = _anchor(fragment, target.ids) if target else ""
        if target is None:
            outside = re.match(r"(?!mailto:)[a-z+]+:", file) is not None
            if outside and text_of(link) not in (file, file.split("//")[-1]):
                link.append(f" ({file})")  # a page holds no address that can be followed, but the source stays named
            dead = file.endswith((".html", ".ipynb")) and file != _REPORT
            if outside or dead or (in_one_file and not file.startswith("mailto:")):
                link.unwrap()
        elif target.name == here and not anchor and not file:
            link.unwrap()
        elif target.name == here and anchor:
            link["href"] = f"#{anchor}"  # gets its prefix together with the ids
        elif in_one_file:
            link["href"] = f"#{target.name}-{anchor}" if anchor else f"#{target.name}"
        else:
            link["href"] = f"{target.file}#{anchor}" if anchor else target.file


def text_of(tag: Tag) -> str:
    """The text inside a tag on one line."""
    return " ".join(tag.get_text().split())


def _svg_size(svg: str) -> tuple[int, int]:
    try:
        root = ElementTree.fromstring(svg)
    except ElementTree.ParseError:
        return 0, 0
    sizes = []
    for side in ("width", "height"):
        found = re.fullmatch(r"\s*([\d.]+)\s*(\w*)\s*", root.get(side, ""))
        sizes.append(float(found[1]) * _PIXELS.get(found[2], 0) if found else 0)
    if not all(sizes):
        box = re.findall(r"-?[\d.]+", root.get("viewBox", ""))
        sizes = [float(box[2]), float(box[3])] if len(box) == 4 else [0, 0]
    return round(sizes[0]), round(sizes[1])


def _png_size(data: str) -> tuple[int, int]:
    head = base64.b64decode(data[:32])  # the signature, then the chunk that begins with both sizes
    width, height = struct.unpack(">II", head[16:24]) if head.startswith(b"\x89PNG") else (0, 0)
    return width, height


def _runs(value: str) -> bool:
    return re.match(r"\s*(javascript|vbscript):", value, re.IGNORECASE) is not None


def _loads(css: str) -> bool:
    return re.search(r"@import|url\((?!\s*['\"]?\s*(?:data:|#))", css, re.IGNORECASE) is not None


def _ids(root: Tag) -> set[str]:
    return {str(tag["id"]) for tag in root.find_all(id=True)}


def _selector(name: str) -> str:
    """An id as CSS wants it: a digit in front is escaped."""
    return "#" + re.sub(r"^(\d)", r"\\3\1 ", name)


def _anchor(fragment: str, ids: frozenset[str]) -> str:
    """The id that a link's fragment means, also as Jupyter writes it (`#Who-buys?`); "" when there is none."""
    wanted = unquote(fragment)
    return next((name for name in (wanted, slug(wanted)) if name in ids), "")


def slug(text: str) -> str:
    """Text as an id, or a part of a file's name: words in small letters, joined by hyphens."""
    plain = re.sub(r"['’]", "", unicodedata.normalize("NFKC", text).casefold())
    return re.sub(r"[\W_]+", "-", plain).strip("-") or "section"


def _free(wanted: str, taken: set[str]) -> str:
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted}-{number}"
    return name
