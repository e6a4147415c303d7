"""Competitors' scores in the parameter file: what is taken, what is refused, and the frame that a notebook gets."""

from contextvars import copy_context
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from helpers.runs.client import open_client
from helpers.runs.json_schema import make_schema
from helpers.runs.project import Project
from helpers.runs.yaml_tree import read_tree
from tests.runs.params_text import DATA, HEAD, Read, Refused

RIVAL = "name: Rival, nps: 32, source: Monitor, date: 2025-06"


def given(*lines: str) -> str:
    return HEAD + DATA + "benchmarks:\n" + "".join(f"  - {{{line}}}\n" for line in lines)


def test_scores_are_read_as_written(read: Read) -> None:
    found = read(
        given(f"{RIVAL}, answers: 800, scale: 0-10, method: panel", "name: B, nps: -12.5, source: c, date: 2024")
    )
    first, second = found.benchmarks
    assert (first.name, first.nps, first.answers, first.scale, first.method) == ("Rival", 32, 800, "0-10", "panel")
    assert (second.nps, second.answers, second.scale, second.method) == (-12.5, None, None, None)
    assert read(HEAD + DATA).benchmarks == ()
    assert read(HEAD + DATA + "benchmarks:\n").benchmarks == ()


@pytest.mark.parametrize(
    ("written", "day"),
    [("2024", date(2024, 12, 31)), ("2024-02", date(2024, 2, 29)), ("2024-02-03", date(2024, 2, 3))],
)
def test_a_date_is_the_last_day_that_it_may_mean(written: str, day: date, read: Read) -> None:
    (found,) = read(given(RIVAL.replace("2025-06", written))).benchmarks
    assert (found.date, found.day) == (written, day)


@pytest.mark.parametrize("score", ["-100", "100", "0.5"])
def test_scores_at_the_ends_are_taken(score: str, read: Read) -> None:
    assert read(given(RIVAL.replace("32", score))).benchmarks[0].nps == float(score)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (RIVAL.replace("32", "101"), "nps is 101, which is no Net Promoter Score. Allowed: -100 to 100."),
        (RIVAL.replace("32", "nan"), 'nps is "nan", which is no Net Promoter Score. Allowed: -100 to 100.'),
        (RIVAL.replace("32", "high"), 'nps is "high", which is not a number. Allowed: -100 to 100.'),
        (RIVAL.replace("32", ""), "nps is empty. Allowed: -100 to 100."),
        (RIVAL.replace("2025-06", "2025-13"), 'date is "2025-13", a date that is not in the calendar.'),
        (
            RIVAL.replace("2025-06", "June 2025"),
            'date is "June 2025", which is not a date. Allowed: like 2026, 2026-05 or 2026-05-31.',
        ),
        (
            RIVAL.replace("2025-06", ""),
            "date is empty: it is when the score was published: a day, a month or a year. "
            "Allowed: like 2026, 2026-05 or 2026-05-31.",
        ),
        (
            f"{RIVAL}, answers: 8e2",
            "answers is 8e2, which is not a number of answers. Allowed: a whole number from 1 on, without marks.",
        ),
        (
            f"{RIVAL}, answers: 0",
            "answers is 0, which is not a number of answers. Allowed: a whole number from 1 on, without marks.",
        ),
        (
            f"{RIVAL}, methods: panel",
            "methods is not a key here. Allowed: name, nps, source, date, answers, scale, method. "
            'Did you mean "method"?',
        ),
        (
            "name: Rival, nps: 32, date: 2025",
            "source is missing: it is who published the score, and where: a score without a source is hearsay.",
        ),
        (RIVAL.replace("Rival", "'  '"), "name is empty."),
    ],
)
def test_what_cannot_be_is_refused(line: str, sentence: str, refused: Refused) -> None:
    assert refused(given(line)) == f"line 9: benchmarks.{sentence}"


def test_the_same_score_twice_and_no_list_are_refused(refused: Refused) -> None:
    assert refused(given(RIVAL, RIVAL)).endswith('benchmarks has the same score of "Rival" twice. Keep one of them.')
    assert "benchmarks must be a list" in refused(HEAD + DATA + "benchmarks: 4\n")


def test_the_schema_knows_them(project: Project) -> None:
    validator = jsonschema.Draft7Validator(read_tree("schema.json", make_schema(project.notebooks)).values)
    right = given(f"{RIVAL}, answers: 800, method: panel", "name: B, nps: -12.5, source: c, date: 2024")
    assert list(validator.iter_errors(read_tree("x.yaml", right).values)) == []
    wrong = given(f"{RIVAL}, methods: panel")
    assert list(validator.iter_errors(read_tree("x.yaml", wrong).values))


CUSTOMERS = "customer_id,account_id,role\n1,A,Buyer\n2,A,Buyer\n3,A,User\n4,A,CEO\n"


def test_a_notebook_gets_a_frame_and_persons(tmp_path: Path, project: Project) -> None:
    for folder in ("params", "notebooks", "reports"):
        (tmp_path / folder).mkdir()
    (tmp_path / "params/c.csv").write_text(CUSTOMERS, "utf-8")
    text = given(f"{RIVAL}, answers: 800", "name: B, nps: 5, source: c, date: 2024, method: panel")
    text = text.replace("orders:\n    source: orders.csv", "customers:\n    source: c.csv") + "unit: account\n"
    (tmp_path / "params/acme.yaml").write_text(text, "utf-8")
    # In a context of its own: later tests speak of customers again.
    client = copy_context().run(open_client, str(tmp_path / "params/acme.yaml"), page="05_nps_sample")
    frame = client.benchmarks
    assert frame["answers"].tolist()[0] == 800
    assert frame["answers"].isna().tolist() == [False, True]
    assert frame["method"].tolist() == ["", "panel"]
    assert frame["date"].tolist() == ["2025-06", "2024"]
    assert client.table("customers").count().execute() == 1
    persons = client.persons.tables["customers"].order_by("customer_id").execute()
    assert persons["role"].tolist() == ["Buyer", "Buyer", "User", "CEO"]
    client.data.close()
