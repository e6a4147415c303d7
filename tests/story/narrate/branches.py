"""What the tests of all narrators share: what a branch is, and what its statement must hold to."""

import re
from collections.abc import Callable, Iterable
from math import nan
from typing import Any

import numpy as np
import pandas as pd
import pytest

from helpers.analysis import rfm
from helpers.story import fmt
from helpers.story.statement import Statement

POUNDS = fmt.Money("GBP")
# What is told, its verdict, and what the text and the action must say; a file's CASES hold these by narrator.
Case = tuple[Callable[[], Statement], str, list[str]]


def scored(customers: dict[str, tuple[int, float]]) -> rfm.Rfm:
    """Segments by name: customers and average spend."""
    frame = pd.DataFrame([(s, n, a) for s, (n, a) in customers.items()], columns=["rfm_segment", "customers", "a"])
    frame = frame.rename(columns={"a": "average_spend"}).assign(spend=lambda f: f["customers"] * f["average_spend"])
    total = frame["spend"].sum()
    frame["customer_share"] = frame["customers"] / frame["customers"].sum()
    frame["spend_share"] = frame["spend"] / total if total > 0 else nan
    frame["action"] = "Thank them."
    top = {0.01: 0.15, 0.2: 0.75} if total > 0 else {0.01: nan, 0.2: nan}
    concentration = pd.DataFrame({"customer_share": list(top), "spend_share": list(top.values())})
    return rfm.Rfm(pd.DataFrame(), frame, pd.DataFrame(), concentration, 5)


SEGMENTS = scored({"Champions": (650, 25_000.0), "Lost": (600, 480.0), "New customers": (2, 91.0)}).segments


def branches_of(cases: dict[str, list[Case]]) -> list[Any]:
    """The cases as parameters of `Branches`, each with the narrator's name, its place and its verdict as id."""
    return [
        pytest.param(tell, verdict, parts, id=f"{name}-{i}-{verdict}")
        for name, branches in cases.items()
        for i, (tell, verdict, parts) in enumerate(branches)
    ]


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


class Branches:
    """What holds at every branch of every narrator; a subclass brings the branches of its file."""

    def test_says_what_it_should(self, tell: Callable[[], Statement], verdict: str, parts: list[str]) -> None:
        statement = tell()
        said = f"{statement.text} {statement.action}"
        assert statement.verdict == verdict, said
        for part in parts:
            assert part in said

    def test_reads_well(self, tell: Callable[[], Statement], verdict: str, parts: list[str]) -> None:
        check_reads_well(tell())

    def test_values_hold_every_number_printed(
        self, tell: Callable[[], Statement], verdict: str, parts: list[str]
    ) -> None:
        statement = tell()
        known = {text for x in leaves(statement.values) for text in printed(x)}
        # Rules' own limits, years and the number in "95% interval" are no findings; quoted names are the client's.
        known |= {"95", "20", "24", "30", "50", "2025", "2026", "100"}
        text = re.sub("“[^”]*”|[0-9]+ groups were asked for", "", statement.text)
        text = re.sub(r"of 1\)", "", text)
        numbers = [n.rstrip(".,") for n in re.findall(r"\d[\d.,]*", text)]
        assert [n for n in numbers if n not in known] == [], statement.values

    def test_advice_is_given_only_where_something_was_found(
        self, tell: Callable[[], Statement], verdict: str, parts: list[str]
    ) -> None:
        statement = tell()
        if statement.verdict == "bad":
            assert statement.action
            assert statement.headline or statement.key == "view_of_customers"
        assert not re.match(r"(Consider|Leverage|Monitor|Think)\b", statement.action)
