"""What stands on which slide, taken from the pages as they were read: titles, pictures, tables, actions and notes.

A finding's slide has the picture or table that holds its figures, of the section that says it (`evidence`); a chapter's
slide has its first picture that no finding has shown, and what else the page says; tables that are on no slide are the
appendix.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from helpers.errors import InputError
from helpers.runs.formats.evidence import choose_shown
from helpers.runs.formats.page_parts import Grid, Picture, Section, plain, plain_text, read_sections
from helpers.runs.params_head import Slides
from helpers.runs.render import Chapter
from helpers.story.phrases import brief, shortened
from helpers.story.statement import VERDICT_WORDS
from helpers.story.summary.choice import Finding, choose_findings, is_of_plan
from helpers.story.summary.cover import MOST_OF_ACTION, MOST_WORDS
from helpers.story.summary.main_figure import main_figure

_MOST_POINTS = 3  # other statements beside a chapter's picture
_MOST_TABLES = 2  # of a page in the appendix
_METHOD = "How to read it: "


@dataclass(frozen=True)
class Slide:
    """A slide to be laid out; what is empty is not there.

    verdict: how the title is to be taken, in words; source: the page it is from; figure: set large beside the picture
    """

    title: str
    source: str = ""
    verdict: str = ""
    figure: str = ""
    action: str = ""
    points: tuple[str, ...] = ()
    shown: Picture | Grid | None = None
    notes: str = ""


@dataclass(frozen=True)
class Cover:
    """The cover's words: the finding that matters most, key figures (label, value with its change, note), what to do
    first (action, details), and what else was found."""

    title: str
    action: str
    figures: tuple[tuple[str, str, str], ...]
    first: tuple[tuple[str, str], ...]
    notes: str
    found: tuple[str, ...] = ()


@dataclass(frozen=True)
class Talk:
    cover: Cover | None
    findings: tuple[Slide, ...]
    chapters: tuple[Slide, ...]
    appendix: tuple[Slide, ...]


def plan_talk(chapters: Sequence[Chapter], findings: Sequence[Finding], wanted: Slides) -> Talk:
    """Put the pages' findings, pictures and tables on slides.

    chapters: the pages as they were read, the cover first; findings: what they said; wanted: which of them, those named
    and no others, and never what is skipped. Raises InputError where it names no page and no finding.
    """
    _check(wanted, findings, [chapter.page.name for chapter in chapters])
    pages = [chapter for chapter in chapters if chapter.page.file != "index.html"]
    pages = [page for page in pages if _short(page.page.name) not in wanted.skip]
    sections = {page.page.name: read_sections(page) for page in pages}
    used: list[Picture | Grid] = []
    told = []
    for finding in _chosen(findings, wanted):
        page = next((page for page in pages if page.page.name == finding["page"]), None)
        if page:
            slide = _finding_slide(finding, page, sections[page.page.name], used)
            used += [slide.shown] if slide.shown else []
            told.append(slide)
    said = {slide.title for slide in told}
    of_chapters = []
    for page in pages:
        of_page = _chapter_slide(page, sections[page.page.name], used, said)
        if of_page:
            used += [of_page.shown] if of_page.shown else []
            of_chapters.append(of_page)
    tables = [slide for page in pages for slide in _appendix(page, sections[page.page.name], used)]
    cover = next((chapter for chapter in chapters if chapter.page.file == "index.html"), None)
    return Talk(_read_cover(cover) if cover else None, tuple(told), tuple(of_chapters), tuple(tables))


def title_of(text: str) -> str:
    """A finding as the title of a slide: its first sentences, at most 25 words, without the last full stop."""
    return shortened(brief(plain(text), MOST_WORDS), MOST_WORDS).removesuffix(".")


def _check(wanted: Slides, findings: Sequence[Finding], pages: Sequence[str]) -> None:
    known = {_short(page) for page in pages} | {_name(finding) for finding in findings}
    for key, names in (("findings", wanted.findings), ("skip", wanted.skip)):
        for name in names:
            if name not in known:
                allowed = ", ".join(sorted({_short(page) for page in pages}))
                raise InputError(
                    f'no page and no finding of this report is called "{name}"',
                    where=f"deck.{key}",
                    allowed=f"{allowed}, or a finding of one, named in findings.json: {_name(findings[0])}"
                    if findings
                    else allowed,
                )


def _chosen(findings: Sequence[Finding], wanted: Slides) -> list[Finding]:
    kept = [f for f in findings if not {_short(f["page"]), _name(f)} & set(wanted.skip)]
    if wanted.findings:
        rank = {name: place for place, name in enumerate(wanted.findings)}
        named = [
            (rank.get(_name(f), rank.get(_short(f["page"]), -1)), f)
            for f in kept
            if f["text"] and (_name(f) in rank or (_short(f["page"]) in rank and f["headline"]))
        ]
        return [finding for _, finding in sorted(named, key=lambda one: one[0])]
    chosen = choose_findings(kept)
    return [f for f in (chosen.lead, *chosen.others) if f and not is_of_plan(f)]


def _finding_slide(
    finding: Finding, page: Chapter, sections: Sequence[Section], used: Sequence[Picture | Grid]
) -> Slide:
    text = plain(finding["text"])
    section = next((s for s in sections if any(said.text == text for said in s.said)), None)
    title = title_of(text)
    shown = choose_shown(title, section, sections, used) if section else None
    others = [said for said in section.said if said.text != text] if section else []
    return Slide(
        title,
        page.title,
        VERDICT_WORDS[finding["verdict"]],
        main_figure(finding | {"text": title}),
        _within(finding["action"], MOST_OF_ACTION),
        _points((said.text for said in others), 1),
        shown,
        _notes(section, text) if section else text,
    )


def _chapter_slide(
    page: Chapter, sections: Sequence[Section], used: Sequence[Picture | Grid], told: Iterable[str]
) -> Slide | None:
    """The first answer of a page that has a picture or table no finding has shown, and what else the page says."""
    answers = [
        (section, said)
        for section in sections
        for said in section.said
        if title_of(said.text) not in told and said.verdict != "few"
    ]
    shown = next(
        (
            (section, said, one)
            for section, said in answers
            if (one := choose_shown(title_of(said.text), section, (), used))
        ),
        None,
    )
    if not answers:
        return None
    picture: Picture | Grid | None = None
    section, said = answers[0]
    if shown:
        section, said, picture = shown
    open_first = sorted(answers, key=lambda one: one[0].folded)
    points = [other.text for _, other in open_first if other is not said]
    return Slide(
        title_of(said.text),
        page.title,
        VERDICT_WORDS[said.verdict],
        "",
        _within(said.action, MOST_OF_ACTION),
        _points(points, _MOST_POINTS),
        picture,
        _notes(section, said.text),
    )


def _appendix(page: Chapter, sections: Sequence[Section], used: Sequence[Picture | Grid]) -> list[Slide]:
    """A page's first tables that are on no other slide; the workbook has all."""
    left = [
        Slide(table.caption, page.title, shown=table, notes=_notes(section))
        for section in sections
        if not section.folded
        for table in section.tables
        if not any(table is one for one in used)
    ]
    return left[:_MOST_TABLES]


def _notes(section: Section, text: str = "") -> str:
    """What a speaker wants to know: the whole statement, how to read the picture, its numbers with their intervals."""
    told = [text, f"{_METHOD}{section.prose}" if section.prose else "", *(p.alt for p in section.pictures)]
    told += [said.text for said in section.said if said.text != text]
    return "\n\n".join(dict.fromkeys(filter(None, map(plain, told))))


def _read_cover(chapter: Chapter) -> Cover:
    soup = chapter.soup
    lead = soup.find(class_="lead")
    title = soup.find(class_="lead-text") or soup.find("h1")
    action = lead.select_one(".finding-action span") if lead else None
    figures = []
    for figure in soup.select(".figure"):
        label, value, note = (figure.find(class_=f"figure-{part}") for part in ("label", "value", "note"))
        figures.append((plain_text(label), plain_text(value), plain_text(note)))
    steps = soup.select(".first > li")
    first = [(plain_text(step.p), " · ".join(plain_text(span) for span in step.find_all("span"))) for step in steps]
    return Cover(
        plain_text(title).removesuffix(".") or chapter.title,
        plain_text(action),
        tuple(figures),
        tuple(first),
        "\n\n".join(plain_text(p) for p in soup.select(".finding-text")),
        tuple(filter(None, (_ended(plain_text(p)) for p in soup.select(".finding-text")))),
    )


def _points(texts: Iterable[str], most: int) -> tuple[str, ...]:
    """The first statements that are short enough, each to an end: one that is cut in its middle says something else."""
    return tuple(filter(None, map(_ended, texts)))[:most]


def _ended(text: str) -> str:
    """As many sentences as are short together, else the clauses before a semicolon that are; "" where none is."""
    text = brief(plain(text), MOST_WORDS)
    while len(text.split(" ")) > MOST_WORDS:
        text = text.rpartition("; ")[0]
    return text if not text or text.endswith((".", "!", "?", "…", "”")) else f"{text}."


def _within(text: str, most: int) -> str:
    return shortened(brief(plain(text), most), most)


def _name(finding: Finding) -> str:
    return f"{_short(finding['page'])}.{finding['key']}"


def _short(page: str) -> str:
    return page.partition("_")[2]
