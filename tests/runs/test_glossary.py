"""Words that lead to the glossary, and the page they lead to."""

import re
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from helpers.runs.glossary import link_terms
from helpers.runs.preview_pages import Pages
from helpers.runs.preview_server import Site
from helpers.runs.render import Page, render_pages
from tests.runs.page_checks import check_page
from tests.runs.test_render import info, make


def linked(markup: str) -> list[tuple[str, str]]:
    """The words of a page that lead to the glossary, each with its entry."""
    soup = BeautifulSoup(markup, "html.parser")
    text = soup.get_text()
    terms = link_terms(soup)
    assert soup.get_text() == text, "what a page says stays"
    links = [(link.get_text(), str(link["href"])) for link in soup.select("a.term")]
    assert sorted(f"glossary.html#{term}" for term in terms) == sorted(href for _, href in links)
    return [(word, href.removeprefix("glossary.html#")) for word, href in links]


def prose(text: str) -> str:
    return f'<div class="prose"><p>{text}</p></div>'


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Churn rose, and churn will rise.", [("Churn", "churn")]),
        ("What churned, or churn-like, is no lifting of a/churn.", []),
        ("The NPS: a Net Promoter Score.", [("NPS", "net-promoter-score")]),
        (
            "Net revenue retention, not retention, has a 95% interval.",
            [
                ("Net revenue retention", "net-revenue-retention"),
                ("retention", "retention"),
                ("95% interval", "interval"),
            ],
        ),
        ("“Churn risk” and “the lift” are names; a lift is none.", [("lift", "lift")]),
        ("“Churn risk", []),
        ("<code>churn</code> <a href='#x'>lift</a> <em>margin</em>", [("margin", "margin")]),
        ("The passive are no passives.", [("passives", "passive")]),
    ],
)
def test_whole_words_of_the_text_are_found_once(text: str, found: list[tuple[str, str]]) -> None:
    assert linked(prose(text)) == found


def test_only_prose_and_statements_point_to_it() -> None:
    assert linked('<div class="prose"><h2>Churn</h2><ul><li>It is churn.</li></ul></div>') == [("churn", "churn")]
    assert linked('<div class="output"><table><tr><td><p>Churn</p></td></tr></table><p>Churn</p></div>') == []
    assert linked('<figure class="picture"><figcaption><p class="note">Churn</p></figcaption></figure>') == []
    assert linked('<div class="prose"><blockquote><p>Churn, a client says</p></blockquote></div>') == []
    said = '<div class="say"><p>Sales fell.</p><p class="say-action"><strong>Lift</strong> Ask after churn.</p></div>'
    assert linked(said) == [("churn", "churn")]
    cover = '<p class="lead-text">Churn rose.</p><li class="finding"><div><p>Churn fell.</p></div></li>'
    assert linked(cover) == [("Churn", "churn")]
    assert linked('<p class="lead-text">Churn rose.</p>') == []
    left_out = '<div class="prose"><ul class="skipped"><li><strong>Lift</strong> Needs a lift.</li></ul></div>'
    assert linked(left_out) == []


def report(folder: Path, texts: dict[str, list[str]], **changes: Any) -> dict[str, BeautifulSoup]:
    """The pages of a report, by file, of prose; the last text of each is said."""
    pages = []
    for name, (text, said) in texts.items():
        html = f'<div class="say say-good"><p>{said}</p></div>'
        cells = [
            new_markdown_cell(f"# Page {name}\n\n{text}"),
            new_code_cell("say()", outputs=[new_output("display_data", data={"text/html": html})]),
        ]
        pages.append(make(folder, name, cells))
    pages[0] = Page(pages[0].name, pages[0].notebook, "index.html")
    paths = render_pages(pages, info(**changes), folder / "out")
    assert {path.name: check_page(path) for path in paths} == {path.name: [] for path in paths}
    return {path.name: BeautifulSoup(path.read_text("utf-8"), "html.parser") for path in paths}


def test_links_land_on_the_entries_of_what_the_report_uses(tmp_path: Path) -> None:
    found = report(
        tmp_path, {"00_summary": ["Sales.", "Up."], "02_rfm": ["Of lift.", "A lift."], "03_x": ["a", "Churn."]}
    )
    assert [*found] == ["index.html", "02_rfm.html", "03_x.html", "glossary.html", "report.html"]
    entries = [str(entry["id"]) for entry in found["glossary.html"].select("dl > div")]
    assert entries == ["churn", "lift"]
    for page, whole in (("02_rfm.html", False), ("03_x.html", False), ("report.html", True)):
        for link in found[page].select("a.term"):
            file, _, anchor = str(link["href"]).partition("#")
            assert (file == "") == whole
            [entry] = found[file or page].find_all(id=anchor)
            assert entry.dt.get_text().casefold() == link.get_text().casefold()
    assert [len(found[page].select("a.term")) for page in found] == [0, 1, 1, 0, 2]
    for page in ("index.html", "glossary.html"):
        assert [a.get_text() for a in found[page].select(".side .pages a")][-2:] == [
            "Glossary",
            "Everything on one page",
        ]
    assert str(found["report.html"].select("article")[-1]["id"]) == "glossary"
    assert found["report.html"].select_one('.side a[href="#glossary"]')


def test_a_report_without_such_words_has_no_glossary(tmp_path: Path) -> None:
    found = report(tmp_path, {"00_summary": ["Sales.", "Up."], "02_rfm": ["Of “lift”.", "Lifted."]})
    assert [*found] == ["index.html", "02_rfm.html", "report.html"]
    assert not any(re.search("glossary", str(page.body)) for page in found.values())


def test_entries_speak_of_what_the_report_counts(tmp_path: Path) -> None:
    found = report(tmp_path, {"00_summary": ["The churn.", "Up."]}, unit="account")
    assert "The share of accounts, or" in found["glossary.html"].dd.get_text()


def test_a_preview_has_the_glossary_of_its_pages_as_they_are(tmp_path: Path) -> None:
    site = Site()
    pages = Pages(site, lambda name, seconds: None)
    pages.describe(info())

    def show(text: str) -> str:
        pages.read(make(tmp_path, "02_rfm", [new_markdown_cell(f"# Page\n\n{text}")]))
        while pages.render(idle=True):
            pass
        found = site.page("02_rfm.html")
        assert found
        return found[1]

    assert "glossary" not in show("Sales.").partition("<body")[2]
    assert site.page("glossary.html") is None
    assert '<a class="term" href="glossary.html#lift">' in show("A lift.")
    assert '<div id="lift">' in (site.page("glossary.html") or ("", ""))[1]
    show("Churn.")
    assert '<div id="churn">' in (site.page("glossary.html") or ("", ""))[1]
