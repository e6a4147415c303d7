"""What holds of every narrator, at every one of its branches: what it says, and how it reads."""

import functools
import re
from collections.abc import Callable, Iterable, Sequence
from types import ModuleType
from typing import Any, ClassVar

import numpy as np

from helpers.runs.formats.deck_page import READABLE, fitting_lines
from helpers.runs.formats.slides import title_of
from helpers.story import fmt
from helpers.story.statement import Statement
from tests.story.chapters import functions_of
from tests.story.sentences import lines_of, listed

POUNDS = fmt.Money("GBP")
MOST_WORDS = 35  # of a sentence, anywhere
TITLE_WIDTH = 11.93 * 914_400  # of a slide of the kit's own, in English metric units
Tell = Callable[[], Statement]
# A branch of a narrator: what is told, its verdict, and what the text and the action must say.
Case = tuple[Tell, str, list[str]]


def sentences_of(statement: Statement) -> list[str]:
    figures = [part for f in statement.figures for part in (f.label, f.value, f.note)]
    return [text for text in (statement.text, statement.action, *figures) if text]


def check_reads_well(statement: Statement) -> None:
    for text in sentences_of(statement):
        assert not re.search(r"\b(nan|NaN|None|inf|null|NA|NaT|True|False)\b", text), text
        assert not re.search(r"[A-Za-z]_[A-Za-z]|[{}\[\]]|–", text), text
        assert not re.search(r"  |\s[.,;:]|\.\.|,,|\(\)", text), text
        assert not re.search(r"\b1 (customers|answers|rows|tables|columns|months|detractors|promoters|pairs)\b", text)
        assert not re.search(r"(?<![\w\d])-\d|−0(?![.\d])|\+0(?![.\d])", text), text
        assert not re.search(r"(\S+) to \1 (points|%)", text.replace("by about 1 point (95%", "")), text
        assert not re.search(r"\b(drives?|because of|leads to|results? in|Jaccard|silhouette|p-value|R²)\b", text), text
        assert not re.search(r"\b(cause|impact|effect)s?\b", text.replace("not what causes it", "")), text
        assert not re.search(r"from (\S+)(?: \(\w+\))? to \1[ ,.]", text), text
    for text in (statement.text, statement.action):
        if text:
            assert text[0] in "“" or text[0].isupper() or text[0].isdigit(), text
            assert text.endswith("."), text
            assert text.count("“") == text.count("”"), text
    assert len(statement.text) < 700
    for sentence in re.split(r"(?<=[.?!])\s+(?=[A-Z“\d£])", f"{statement.text} {statement.action}"):
        assert len(sentence.split()) <= MOST_WORDS, sentence
    if statement.headline:  # the title of a slide
        lines = fitting_lines(title_of(statement.text), READABLE, TITLE_WIDTH, bold=True)
        assert lines <= 2, title_of(statement.text)
    assert statement.main in statement.text, "what is set large on the cover stands in the sentence"
    if statement.needs:  # stands on the page as "Needs two survey waves."
        assert statement.verdict == "few"
        assert statement.needs[0].islower() or statement.needs[0].isdigit(), statement.needs
        assert not re.search(r"\.$|_|\b1 [a-z]+s\b|nan", statement.needs), statement.needs


def leaves(value: Any) -> Iterable[float]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for part in value:
            yield from leaves(part)
    elif isinstance(value, int | float | np.number) and value == value:
        yield float(value)


def printed(x: float) -> set[str]:
    """All the ways a value may stand in a sentence, without sign and unit."""
    texts = [fmt.count(x), *[fmt.number(x, d) for d in (0, 1, 2)], fmt.share(abs(x)), fmt.share(abs(x), 1)]
    texts += [fmt.points(x), fmt.points(x / 100), fmt.ratio(x), POUNDS(x), fmt.words(round(abs(x)))]
    return {re.sub(r"[^\d.,]", "", text) for text in texts}


@functools.cache
def _told(tell: Tell) -> Statement:
    """Of each branch once."""
    return tell()


class WordChecks:
    """The checks of one module's narrators; a subclass names the module and brings each narrator's branches.

    never_few: those that have something to say of any data. counted: those of plain facts, which have no "unclear",
    since what is counted has no interval. not_for_the_cover: what is bad there is said on its page only. limits:
    the rules' own numbers, which are no findings.
    """

    module: ClassVar[ModuleType]
    cases: ClassVar[dict[str, list[Case]]]
    never_few: ClassVar[Sequence[str]] = ()
    counted: ClassVar[Sequence[str]] = ()
    not_for_the_cover: ClassVar[Sequence[str]] = ()
    limits: ClassVar[Sequence[str]] = ()

    def pytest_generate_tests(self, metafunc: Any) -> None:
        """Each branch is a test of its own, named by the narrator, its place and its verdict."""
        if "tell" in metafunc.fixturenames:
            branches = [(f"{name}-{i}-{c[1]}", c) for name, cases in self.cases.items() for i, c in enumerate(cases)]
            metafunc.parametrize(("tell", "verdict", "parts"), [c for _, c in branches], ids=[n for n, _ in branches])

    def test_every_narrator_is_tried_at_every_kind_of_branch(self) -> None:
        assert set(self.cases) == functions_of(self.module)
        told = {name: {verdict for _, verdict, _ in cases} for name, cases in self.cases.items()}
        never_few = {name for name, verdicts in told.items() if "few" not in verdicts}
        assert never_few == set(self.never_few), 'a case of "few" is missing, or never_few is wrong'
        counted = {name for name, verdicts in told.items() if "unclear" not in verdicts}
        assert counted == set(self.counted), 'a case of "unclear" is missing, or counted is wrong'

    def test_is_known_by_its_narrators_name(self) -> None:
        keys = {name: {_told(tell).key for tell, _, _ in cases} for name, cases in self.cases.items()}
        assert keys == {name: {name.removeprefix("describe_")} for name in self.cases}

    def test_tells_its_branch_and_reads_well(self, tell: Tell, verdict: str, parts: list[str]) -> None:
        statement = _told(tell)
        said = f"{statement.text} {statement.action}"
        assert statement.verdict == verdict, said
        for part in parts:
            assert part in said
        check_reads_well(statement)
        assert set(lines_of(statement)) <= listed(), "make docs lists it in docs/sentences.md: read it there"
        self.check_values_hold_every_number_printed(statement)
        self.check_advice_is_given_only_where_something_was_found(statement)

    def check_values_hold_every_number_printed(self, statement: Statement) -> None:
        known = {text for x in leaves(statement.values) for text in printed(x)}
        # The number in "95% interval" is no finding; quoted names are the client's.
        known |= {"95", *self.limits}
        text = re.sub("“[^”]*”|[0-9]+ groups were asked for", "", statement.text)
        text = re.sub(r"of 1\)", "", text)
        numbers = [n.rstrip(".,") for n in re.findall(r"\d[\d.,]*", text)]
        unknown = [n for n in numbers if n not in known]
        assert unknown == [], f"put into values what the sentence prints; there is {statement.values}"

    def check_advice_is_given_only_where_something_was_found(self, statement: Statement) -> None:
        if statement.verdict == "bad":
            assert statement.action
            assert statement.headline or statement.key in self.not_for_the_cover
        assert not re.match(r"(Consider|Leverage|Monitor|Think)\b", statement.action)
