"""Which picture or table stands beside a finding."""

from helpers.runs.formats.evidence import choose_shown, figures_of
from helpers.runs.formats.page_parts import Grid, Picture, Section
from helpers.runs.table_cells import Cell


def picture(title: str, alt: str = "", drawn: str = "") -> Picture:
    return Picture(title, "", alt, (), f"<svg><text>{drawn}</text></svg>".encode(), "image/svg+xml")


def table(*rows: tuple[str, ...], caption: str = "Table") -> Grid:
    body = tuple(tuple(Cell(text, number > 0) for number, text in enumerate(row)) for row in rows)
    return Grid(caption, tuple("Head" for _ in body[0]), body)


def section(*shows: Picture | Grid) -> Section:
    pictures = tuple(one for one in shows if isinstance(one, Picture))
    return Section("A question", "", pictures, tuple(one for one in shows if isinstance(one, Grid)), (), False)


WORTH, SHARES = picture("Champions are worth £17.3k"), picture("Champions", "19% of customers, 65% of spend")
TITLE = "Champions are 19% of 3,361 buyers and bring 65% of spend"


def test_small_counts_and_years_are_no_figures_to_look_for() -> None:
    said = "In 2026 12 of 3,361 buyers (<1%) spent £25.6k, +£39.42 each, −3 points, 5.4 times more"
    assert figures_of(said) == {"3,361", "<1%", "£25.6k", "+£39.42", "−3", "5.4 times"}


def test_it_is_the_picture_that_holds_the_figures() -> None:
    assert choose_shown(TITLE, section(WORTH, SHARES), (), ()) is SHARES
    drawn = picture("Champions", drawn="19%</text><text>65%, £16.5m")
    assert choose_shown(TITLE, section(WORTH, drawn), (), ()) is drawn


def test_a_table_holds_them_in_one_row() -> None:
    apart = table(("Lost", "19%", "2%"), ("Loyal", "4%", "65%"))
    together = table(("Lost", "2%", "1%"), ("Champions", "19%", "65%"))
    assert choose_shown(TITLE, section(WORTH, apart), (), ()) is WORTH
    assert choose_shown(TITLE, section(WORTH, apart, together), (), ()) is together
    assert choose_shown(TITLE, section(together, SHARES), (), ()) is SHARES


def test_one_figure_of_several_may_be_there_by_chance() -> None:
    assert choose_shown(TITLE, section(WORTH, picture("Answers", "65% answered")), (), ()) is WORTH
    only = picture("Loyal", "65% came back")
    assert choose_shown("65% came back", section(WORTH, only), (), ()) is only


def test_a_picture_of_another_section_serves_where_the_own_has_none() -> None:
    own, other = section(WORTH), section(SHARES)
    assert choose_shown(TITLE, own, (own, other), ()) is SHARES
    assert choose_shown(TITLE, own, (own, other), (SHARES,)) is WORTH


def test_of_a_long_table_the_rows_that_a_finding_names() -> None:
    others = [(f"Figure {n}", f"{n}.5%") for n in range(20)]
    ways = table(*others, ("Retention", "80%"), ("Retention of newly won customers", "27% (23% to 31%)"))
    own, other = section(WORTH), section(ways)
    shown = choose_shown("Only 27% of newly won customers bought again, against 80% of all", own, (own, other), ())
    assert isinstance(shown, Grid)
    assert [row[0].text for row in shown.rows] == ["Retention", "Retention of newly won customers"]
    assert shown.more == 20
    unnamed = table(*others, ("Lost", "80%"), ("Loyal", "27%"))
    title = "Only 27% of newly won customers bought again, against 80% of all"
    assert choose_shown(title, own, (own, section(unnamed)), ()) is WORTH


def test_without_figures_words_decide_else_the_first() -> None:
    driver, gap = picture("Scores go with delivery: 44%"), picture("Important, yet rated below average: delivery")
    own = section(driver, gap)
    assert choose_shown("Start with delivery: it goes with the score, yet is rated below average", own, (), ()) is gap
    assert choose_shown("Something else", own, (), ()) is driver
    assert choose_shown("Something else", section(table(("a", "1"))), (), ()) == table(("a", "1"))
    assert choose_shown("Something else", own, (), (driver, gap)) is None
