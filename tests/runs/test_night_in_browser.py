"""The night's page as Chromium shows it: sorted, filtered, narrow, without its script, and to those who cannot see."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from helpers.runs.job import FAILED, UNCHANGED, Outcome
from helpers.runs.night import Night
from tests.browser.chromium import Browser, read_axe
from tests.runs.night_reports import CHANGED, COVER, MADE, add_report, figures
from tests.runs.test_in_browser import AXE, DESK, PHONE, WIDTHS

pytestmark = pytest.mark.slow
SHOWN = """return [...document.querySelectorAll('tbody tr')].filter(row => row.checkVisibility())
  .map(row => row.querySelector('th a, th').firstChild.textContent)"""
CLICK = """const button = [...document.querySelectorAll('thead button')].find(b => b.textContent === arguments[0]);
button.click();
return [...document.querySelectorAll('th[aria-sort]')].map(h => [h.textContent, h.getAttribute('aria-sort')])"""
TYPE = """const field = document.querySelector(arguments[0]);
field.value = arguments[1];
field.dispatchEvent(new Event('input'));
field.dispatchEvent(new Event('change'));
return document.querySelector('#shown').textContent"""
LONG = [(f"A figure of the cover with a long name, number {n}", f"£{n}.25m") for n in range(12)]


@pytest.fixture
def night(tmp_path: Path) -> Path:
    """Six clients, of whom one failed, one is unchanged, one thin and one was never made."""
    thin = [{"title": "Who recommends us", "status": "skipped", "reason": "there are 12 answers"}]
    add_report(tmp_path, "acme", "2026-06-30", cover=figures(("Spend", "£8.62m")))
    add_report(tmp_path, "acme", findings=CHANGED, rows=90)
    add_report(tmp_path, "beta", cover=figures(("Spend", "£980k"), *COVER[1:]), rows=1_000)
    add_report(tmp_path, "client10", cover=figures(("Spend", "£1.2bn"), ("Retention", "<1%")), steps=thin, rows=None)
    add_report(tmp_path, "client9", cover=figures(*COVER[1:], ("Members", "7")), rows=200)
    add_report(tmp_path, "Zeta", cover=figures(*COVER), rows=50)
    run = Night(tmp_path, ["acme", "beta", "new"], asked=3)
    run.record("Zeta", Outcome(FAILED, "orders.csv: it is empty (0 bytes). The report of 2026-09-30 still stands."))
    run.record("beta", Outcome(UNCHANGED, MADE))
    run.record("acme", Outcome("published"))
    run.write()
    return tmp_path / "index.html"


@pytest.fixture
def wide(tmp_path: Path) -> Path:
    """Clients with many figures, long names and long messages."""
    for n in range(5):
        add_report(tmp_path, f"c{n}" * 20, client="Wholesale" * 8, cover=figures(*LONG), findings=CHANGED)
    run = Night(tmp_path, [])
    run.record("c0" * 20, Outcome(FAILED, "/a/very/long/path" * 15 + ": it is empty."))
    run.write()
    return tmp_path / "index.html"


def test_a_header_sorts_and_sorts_the_other_way(night: Path, browser: Browser) -> None:
    browser.resize(DESK)
    browser.open(night)
    written = ["Zeta", "Acme", "Beta", "Client10", "Client9", "new"]
    assert browser.run(SHOWN) == written
    assert browser.run(CLICK, "Client") == [["Client", "ascending"]]
    assert browser.run(SHOWN) == ["Acme", "Beta", "Client9", "Client10", "new", "Zeta"]
    assert browser.run(CLICK, "Client") == [["Client", "descending"]]
    assert browser.run(SHOWN) == ["Zeta", "new", "Client10", "Client9", "Beta", "Acme"]
    assert browser.run(CLICK, "Spend") == [["Spend", "descending"]]  # as they count, not as they are spelt
    assert browser.run(SHOWN) == ["Client10", "Zeta", "Acme", "Beta", "Client9", "new"]  # not known: last
    browser.run(CLICK, "Spend")
    assert browser.run(SHOWN) == ["Beta", "Zeta", "Acme", "Client10", "Client9", "new"]
    browser.run(CLICK, "Rows read")
    assert browser.run(SHOWN) == ["Beta", "Client9", "Acme", "Zeta", "Client10", "new"]
    browser.run(CLICK, "Status")
    assert browser.run(SHOWN) == ["Zeta", "new", "Client10", "Acme", "Client9", "Beta"]


def test_a_header_is_a_button_by_key(night: Path, browser: Browser) -> None:
    browser.open(night)
    browser.run("document.querySelector('thead button').focus()")
    browser.press_enter()
    assert browser.run(SHOWN)[0] == "Acme"


def test_it_filters_by_words_and_status(night: Path, browser: Browser) -> None:
    browser.resize(DESK)
    browser.open(night)
    assert browser.run(TYPE, "#words", "CLIENT recommends") == "1 of 6 shown"
    assert browser.run(SHOWN) == ["Client10"]
    assert browser.run(TYPE, "#words", "nobody") == "0 of 6 shown"
    browser.run(TYPE, "#words", "")
    offered = browser.run("return [...document.querySelectorAll('#status option')].map(o => o.textContent)")
    assert offered == ["All (6)", "Failed (1)", "Never made (1)", "Thin (1)", "Published (2)", "Unchanged (1)"]
    for status, names in [
        ("failed", ["Zeta"]),
        ("thin", ["Client10"]),
        ("unchanged", ["Beta"]),
        ("never made", ["new"]),
    ]:
        browser.run(TYPE, "#status", status)
        assert browser.run(SHOWN) == names
    assert browser.run(TYPE, "#status", "") == "6 shown"


def test_what_is_shown_stays_when_the_page_is_loaded_again(night: Path, browser: Browser) -> None:
    browser.open(night)
    browser.run(TYPE, "#words", "e")
    browser.run(TYPE, "#status", "published")
    browser.run(CLICK, "Client")
    browser.run(CLICK, "Client")
    assert browser.run(SHOWN) == ["Client9", "Acme"]
    kept = browser.run("return location.hash")
    browser.open(night.with_name("index.json"))
    browser.open(night, kept[1:])
    assert browser.run(SHOWN) == ["Client9", "Acme"]
    browser.open(night.with_name("index.json"))
    browser.open(night, "status=nonsense&sort=99+falls")  # an old link
    assert len(browser.run(SHOWN)) == 6


def test_a_phone_sorts_by_a_list(night: Path, browser: Browser) -> None:
    browser.resize(PHONE)
    browser.open(night)
    option = "return [...document.querySelectorAll('#order option')].find(o => o.textContent === arguments[0]).value"
    browser.run(TYPE, "#order", browser.run(option, "Client, Z to A"))
    assert browser.run(SHOWN)[:2] == ["Zeta", "new"]
    browser.run(TYPE, "#order", "")
    assert browser.run(SHOWN) == ["Zeta", "Acme", "Beta", "Client10", "Client9", "new"]


def test_ages_are_those_of_when_it_is_read(tmp_path: Path, browser: Browser) -> None:
    made = datetime.now(UTC) - timedelta(days=5, hours=1)
    add_report(tmp_path, "acme", finished_at=made.isoformat())
    Night(tmp_path, []).write()
    page = tmp_path / "index.html"
    text = page.read_text("utf-8")
    assert ">5 days ago<" in text
    page.write_text(text.replace(">5 days ago<", ">2 minutes ago<"), "utf-8")  # written long before it is read
    browser.open(page)
    assert browser.run("return document.querySelector('.age').textContent") == "5 days ago"


@pytest.mark.parametrize("width", [DESK, PHONE])
@pytest.mark.parametrize("page", ["night", "wide"])
def test_it_fits_and_axe_finds_nothing(request: pytest.FixtureRequest, browser: Browser, page: str, width: int) -> None:
    browser.resize(width)
    browser.open(request.getfixturevalue(page))
    (_, room, needed), table = browser.run(WIDTHS)
    assert needed <= room
    if width == PHONE or page == "night":
        assert table[2] <= table[1]
    browser.run(read_axe())
    assert browser.run(AXE) == []


def test_without_its_script_all_stands_there(night: Path, browser: Browser) -> None:
    page = night.with_name("plain.html")
    text = night.read_text("utf-8")
    page.write_text(text.replace("script-src 'sha256-", "script-src 'sha256-A"), "utf-8")  # the browser refuses it
    for width in (DESK, PHONE):
        browser.resize(width)
        browser.open(page)
        assert browser.run("return document.querySelectorAll('button').length") == 0
        assert browser.run("return document.querySelector('.controls').checkVisibility()") is False
        assert browser.run(SHOWN) == ["Zeta", "Acme", "Beta", "Client10", "Client9", "new"]
        assert browser.run(WIDTHS)[0][2] <= width
