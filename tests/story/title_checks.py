"""What holds of every title that says what its chart shows."""

import re
from collections.abc import Callable
from types import ModuleType
from typing import Any, ClassVar

from helpers.story.headings import MOST_LETTERS, MOST_WORDS
from tests.story.chapters import functions_of

# How a title is told, and what it says: "" where the picture surely shows nothing.
ToldTitle = tuple[Callable[[], str], str]


class TitleChecks:
    """The checks of one module's titles; a subclass names the module and brings each title's branches."""

    module: ClassVar[ModuleType]
    cases: ClassVar[dict[str, list[ToldTitle]]]

    def pytest_generate_tests(self, metafunc: Any) -> None:
        if "tell" in metafunc.fixturenames:
            branches = [(f"{name}-{i}", case) for name, cases in self.cases.items() for i, case in enumerate(cases)]
            metafunc.parametrize(("tell", "claim"), [c for _, c in branches], ids=[name for name, _ in branches])

    def test_every_title_is_tried_with_a_claim_and_without(self) -> None:
        assert set(self.cases) == functions_of(self.module)
        claims = {name: [claim for _, claim in cases] for name, cases in self.cases.items()}
        assert [name for name, said in claims.items() if not any(said) or all(said)] == []

    def test_says_what_is_surely_shown(self, tell: Callable[[], str], claim: str) -> None:
        assert tell() == claim
        if claim:
            check_title(claim)


def check_title(title: str) -> None:
    """A title of a chart, whether it claims something or names its topic, in the words of the kit."""
    assert len(title) <= MOST_LETTERS, title
    assert len(title.split()) <= MOST_WORDS, title
    assert not title.endswith((".", ":", ";", ",")), title
    assert title[0] in "“£$€+−<>" or title[0].isupper() or title[0].isdigit(), title
    assert not re.search(r"\b(nan|NaN|None|inf|NaT)\b|–|_|  ", title), title
    assert title.count("“") == title.count("”"), title
    assert not re.search(r"\b1 (customers|answers|points|months|days|orders)\b", title), title
    assert not re.search(r"from (\S+) to \1\b", title), title
