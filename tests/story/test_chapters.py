"""Every chapter of the story is tried: its charts, its tables and its words, each by the checks of their kind."""

import importlib
import inspect
from types import ModuleType

import pytest

from tests.story.chapters import STORY, TESTS, chapters, functions_of, modules_of
from tests.story.chart_checks import ChartChecks
from tests.story.table_checks import TableChecks
from tests.story.title_checks import TitleChecks
from tests.story.word_checks import WordChecks

# What a module's functions give, and the checks that hold for it.
KINDS = {"Chart": ChartChecks, "Table": TableChecks, "Statement": WordChecks}
TITLES = "titles"  # what modules end in that say what charts show: plain text
ALL = [(chapter, module) for chapter in chapters() for module in modules_of(chapter)]


def gives(module: ModuleType) -> set[str]:
    """What the public functions of a module give, by name."""
    returns = [inspect.signature(getattr(module, name)).return_annotation for name in functions_of(module)]
    return {getattr(given, "__name__", str(given)) for given in returns} & set(KINDS)


def checks_of(tests: ModuleType) -> set[tuple[type, ModuleType]]:
    """The kinds of checks that a test file applies, and to which modules."""
    classes = [c for _, c in inspect.getmembers(tests, inspect.isclass) if c.__name__.startswith("Test")]
    kinds = [*KINDS.values(), TitleChecks]
    return {(kind, c.module) for c in classes for kind in kinds if issubclass(c, kind)}


@pytest.mark.parametrize("chapter", chapters())
def test_a_chapter_has_a_folder_of_tests(chapter: str) -> None:
    missing = f"add src/helpers/story/{chapter}/__init__.py: one line on what the page is about"
    assert (STORY / chapter / "__init__.py").is_file(), missing
    assert (TESTS / chapter / "__init__.py").is_file(), f"add tests/story/{chapter}/, as tests/story/rfm/ is"
    assert list((TESTS / chapter).glob("test_*.py")), f"tests/story/{chapter}/ has no tests"


@pytest.mark.parametrize(("chapter", "name"), ALL, ids=["/".join(m) for m in ALL])
def test_what_a_page_shows_and_says_is_tried(chapter: str, name: str) -> None:
    """A module gives things of one kind, and the test file of its name applies the checks of that kind to it."""
    module = importlib.import_module(f"helpers.story.{chapter}.{name}")
    kinds = gives(module)
    assert len(kinds) <= 1
    if name.split("_")[-1] in ("charts", "tables", "words"):
        assert kinds
    if kinds or name.split("_")[-1] == TITLES:
        checks = KINDS[kinds.pop()] if kinds else TitleChecks
        mend = f"apply {checks.__name__} to it in tests/story/{chapter}/test_{name}.py, as tests/story/rfm/ does"
        assert (TESTS / chapter / f"test_{name}.py").is_file(), mend
        tests = importlib.import_module(f"tests.story.{chapter}.test_{name}")
        assert (checks, module) in checks_of(tests), mend
