"""Which sections of a page are shown: one with nothing to say leaves it, and those beyond the seventh fold away.

A section is a second-level heading and what follows it. The page is worked on as a tree of its blocks: prose, pictures
and outputs, one after another.
"""

import itertools
from html import escape

from bs4 import BeautifulSoup, Tag

from helpers.runs.fragment import HEADINGS, text_of
from helpers.story import fmt

_LEFT_OUT = "left-out"  # marks the block that names the sections which left
_HOW = "How to read this"
MOST_SHOWN = 7  # sections that a reader with four minutes will look through


def leave_out_sections(soup: BeautifulSoup, title: str) -> None:
    """Take out the sections that show nothing and only say so, and name them at the end of the page under `title`,
    those together that the same would bring (`data-needs` of its statement, else why its picture or table is empty).

    A section begins with a cell that holds one second-level heading and ends before the next cell with a heading as
    high. One of prose alone stays; one whose outputs are all blank leaves unnamed.
    """
    sections: list[list[Tag]] = []
    for block in soup.find_all(recursive=False):
        highest = block.find_all(["h1", "h2"]) if "prose" in block.get_attribute_list("class") else []
        if highest:
            sections.append([])
        if sections:
            sections[-1].append(block)
    missing: dict[str, list[str]] = {}
    for opening, *blocks in sections:
        headings = opening.find_all(["h1", "h2"])
        shown = [b for b in blocks if "prose" not in b.get_attribute_list("class") and not _is_blank(b)]
        reasons = [_reason(block) for block in shown]
        outputs = [block for block in blocks if "output" in block.get_attribute_list("class")]
        if len(headings) != 1 or headings[0].name != "h2" or not (shown or outputs) or not all(reasons):
            continue
        if reasons:
            why = next((reason for reason in reasons if reason.startswith("Needs ")), reasons[0])
            missing.setdefault(why, []).append(f"<strong>{escape(text_of(headings[0]))}</strong>")
        for block in (opening, *blocks):
            block.decompose()
    if missing:
        lines = "".join(f"<li>{' '.join(names)} {escape(why)}</li>" for why, names in missing.items())
        markup = f'<div class="prose {_LEFT_OUT}"><h2>{escape(title)}</h2><ul class="skipped">{lines}</ul></div>'
        soup.append(BeautifulSoup(markup, "html.parser"))


def _is_blank(block: Tag) -> bool:
    return not text_of(block) and not block.find("img") and block.name != "figure"


def _reason(block: Tag) -> str:
    """Why a block shows nothing; "" where it shows something."""
    needs = block.select_one("[data-needs]")
    if needs and text_of(needs) == text_of(block):
        return f"Needs {needs['data-needs']}."
    empty = block.find(class_="nothing")
    if empty and text_of(empty) == text_of(block):
        why = text_of(empty).partition("Nothing to show: ")[2] or text_of(empty)
        return why[:1].upper() + why[1:]
    return ""


def drop_empty(soup: BeautifulSoup) -> None:
    """Leave out that there is nothing to show (`p.nothing`) where a statement of the same section says why."""
    empty: list[Tag] = []
    said = False
    for tag in [*soup.find_all([*HEADINGS, "p", "div"]), None]:
        if tag is None or tag.name in HEADINGS:
            for part in empty if said else []:
                around = part.find_parent("div", class_="output")
                (around if around and text_of(around) == text_of(part) else part).decompose()
            empty, said = [], False
        elif "nothing" in tag.get_attribute_list("class"):
            empty.append(tag)
        elif "say" in tag.get_attribute_list("class"):
            said = True


def fold_sections(soup: BeautifulSoup, most: int = MOST_SHOWN) -> None:
    """Show `most` sections and put those after them, in their order, into one `<details>` that names them.

    What is not on the page (`leave_out_sections`) stays at its end, outside, and is one of those shown. For a page
    whose headings have their levels and words. A browser opens the fold for a link to a heading in it.
    """
    if len(soup.find_all("h2")) <= most:
        return
    for prose in soup.find_all(class_="prose", recursive=False):
        _split(soup, prose)
    last = soup.find(class_=_LEFT_OUT)
    blocks = [block for block in soup.find_all(recursive=False) if block is not last]
    so_far = itertools.accumulate(len(block.find_all("h2")) for block in blocks)
    beyond = [
        block
        for block, sections in zip(blocks, so_far, strict=True)
        if sections > most - bool(last) and not block.find("h1")
    ]
    names = [text_of(heading) for block in beyond for heading in block.find_all("h2")]
    if names:
        told = [f"<strong>More detail: {fmt.many(len(names), 'further section')}</strong>"]
        told += [f"<span>{escape(name)}</span>" for name in names]
        fold = beyond[0].wrap(soup.new_tag("details", attrs={"class": "further"}))
        fold.extend(beyond[1:])
        fold.insert(0, BeautifulSoup(f"<summary>{' '.join(told)}</summary>", "html.parser"))


def fold_method(soup: BeautifulSoup) -> None:
    """Put what a section says of its method, the prose between its heading and what it shows, into a `<details>`: the
    answer follows the question. A section of prose alone is its own answer and stays."""
    for prose in soup.find_all(class_="prose"):
        heading, shown = prose.find(["h2", "h3"], recursive=False), prose.find_next_sibling()
        if heading is None or heading.find_previous_sibling() or shown is None:
            continue
        told = heading.find_next_siblings()
        answered = {"output", "picture"} & set(shown.get_attribute_list("class"))
        if told and answered and not any(tag.name in HEADINGS for tag in told):
            fold = told[0].wrap(soup.new_tag("details", attrs={"class": "how"}))
            fold.extend(told[1:])
            fold.insert(0, BeautifulSoup(f"<summary>{_HOW}</summary>", "html.parser"))


def _split(soup: BeautifulSoup, prose: Tag) -> None:
    """Let every second-level heading of a cell begin a block of its own."""
    for heading in prose.find_all("h2", recursive=False)[::-1]:
        if heading.find_previous_sibling():
            rest = soup.new_tag("div", attrs={"class": "prose"})
            rest.extend([heading, *heading.next_siblings])
            prose.insert_after(rest)
