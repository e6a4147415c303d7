"""The cover's links on paper."""

from bs4 import BeautifulSoup

from helpers.runs.formats.paper import PAGE_OF, drop_dead_links, name_pages

TARGETS = {"02_rfm": "02_rfm-at-0", "02_rfm-how-loyal": "02_rfm-at-2", "02_rfm-who": "02_rfm-at-1"}


def test_links_say_the_page_of_their_section_or_where_it_is_folded_away_that_of_its_chapter() -> None:
    ends = ("02_rfm-how-loyal", "02_rfm", "02_rfm-who-left", "03_own")
    soup = BeautifulSoup("".join(f'<a class="finding-more" href="#{end}">Title</a>' for end in ends), "html.parser")
    name_pages(soup, TARGETS)
    links = [(str(link["href"]), link.get_text().replace(PAGE_OF, "|")) for link in soup.find_all("a")]
    assert links == [
        ("#02_rfm-how-loyal", "page |02_rfm-at-2|"),
        ("#02_rfm", "page |02_rfm-at-0|"),
        ("#02_rfm", "page |02_rfm-at-0|"),
        ("#03_own", "Title"),
    ]


def test_links_to_what_is_not_printed_are_words_but_those_of_findings_lead_to_the_chapter() -> None:
    article = '<article class="chapter" id="02_rfm"><h3 id="02_rfm-how">How?</h3></article>'
    links = (
        '<a class="finding-more" href="#02_rfm-how">one</a><a class="finding-more" href="#02_rfm-how-loyal">two</a>'
        '<a href="#02_rfm-how-loyal">three</a><a class="finding-more" href="#03_own-why">four</a>'
    )
    assert drop_dead_links(links + article).removesuffix(article) == (
        '<a class="finding-more" href="#02_rfm-how">one</a><a class="finding-more" href="#02_rfm">two</a>threefour'
    )
