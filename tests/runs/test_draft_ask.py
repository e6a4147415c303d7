"""`kit new` on a terminal: the doubts that matter most are asked, and what is answered is used."""

import io
import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from helpers.runs.draft import Draft, draft_client
from helpers.runs.draft_ask import MOST_QUESTIONS, Choice, Question
from helpers.runs.draft_head import Wishes
from helpers.runs.draft_prompt import ask_here
from tests.runs.conftest import Kit
from tests.runs.drafts import unsure, write

DAYS = [f"2024-03-{1 + i % 28:02d}" for i in range(100)]
SCORES = [9, 10, 7, 3, 0, 8, 6]


def two_amounts(folder: Path) -> Path:
    lines = [f"{i},C{i % 20},{day},{i}.5,{i * 1.2:.2f}" for i, day in enumerate(DAYS)]
    return write(folder, "sales.csv", "order_id,customer_id,ordered_at,net amount,gross amount", *lines)


def no_customer(folder: Path) -> Path:
    lines = [f"{i},C{i % 20:04d},{day},{i}.5" for i, day in enumerate(DAYS)]
    return write(folder, "till.csv", "order_id,ref,ordered_at,amount", *lines)


class Answers:
    """Answers questions by column, and keeps what was asked."""

    def __init__(self, **answers: str) -> None:
        self.answers, self.asked = answers, list[Question]()

    def __call__(self, question: Question) -> str:
        self.asked.append(question)
        return self.answers.get(question.column, question.choices[0].source)


def draft(answers: Callable[[Question], str] | None, *files: Path) -> Draft:
    return draft_client("acme", files, files[0].parent, Wishes(), answers)


class TestAnswers:
    def test_one_of_two_that_fit(self, tmp_path: Path) -> None:
        answers = Answers(amount="gross amount")
        made = draft(answers, two_amounts(tmp_path))
        (question,) = answers.asked
        assert (question.shown, question.meant) == ("sales.csv", "the amount of money")
        assert [choice.source for choice in question.choices] == ["net amount", "gross amount"]
        assert "amount: gross amount # as you said\n" in made.text
        assert unsure(made) == {"currency", "business_model"}

    def test_the_proposed_one(self, tmp_path: Path) -> None:
        made = draft(Answers(), two_amounts(tmp_path))
        assert "amount: net amount # as you said\n" in made.text
        assert "# not used: gross amount" in made.text

    def test_none_of_them(self, tmp_path: Path) -> None:
        made = draft(Answers(amount=""), two_amounts(tmp_path))
        assert "amount" not in {m.column for m in made.understood[0].part.columns}

    def test_the_one_that_a_file_lacks(self, tmp_path: Path) -> None:
        path = no_customer(tmp_path)
        assert draft(None, path).understood == ()
        made = draft(Answers(), path)
        assert [one.part.table for one in made.understood] == ["orders"]
        assert "customer_id: ref # as you said\n" in made.text
        refused = draft(Answers(customer_id=""), path)
        assert [one.nearest for one in refused.not_placed] == ["orders"]

    def test_no_more_than_three_and_what_matters_most_first(self, tmp_path: Path) -> None:
        for name in "abcd":
            (tmp_path / name).mkdir()
        answers = Answers()
        draft(answers, *(two_amounts(tmp_path / name) for name in "ab"), *(no_customer(tmp_path / n) for n in "cd"))
        columns = [question.column for question in answers.asked]
        assert len(columns) <= MOST_QUESTIONS
        assert columns == sorted(columns, key=["customer_id", "score", "amount"].index)

    def test_nothing_is_asked_where_nothing_is_doubtful(self, tmp_path: Path) -> None:
        lines = [f"{i},C{i % 20},{day},{i}.5" for i, day in enumerate(DAYS)]
        answers = Answers()
        draft(answers, write(tmp_path, "o.csv", "order_id,customer_id,ordered_at,amount", *lines))
        assert answers.asked == []


class TestPrompt:
    QUESTION = Question("a[b].csv", "orders", "amount", "the amount", (Choice("net [x]", "1, 2"), Choice("gross", "3")))

    @pytest.mark.parametrize(
        ("typed", "answer"), [("", "net [x]"), ("1", "net [x]"), ("2", "gross"), ("0", ""), ("7\nx\n2", "gross")]
    )
    def test_numbers(self, typed: str, answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
        console = Console(width=80, file=io.StringIO(), record=True)
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed + "\n"))
        assert ask_here(console)(self.QUESTION) == answer
        shown = console.export_text()
        assert "a[b].csv: which column is the amount?" in shown
        assert "  1  net [x]  (proposed): 1, 2" in shown


class TestCommand:
    @pytest.mark.parametrize(
        ("more", "said"), [((), "gross amount # as you said"), (("--yes",), "net amount # unsure: two columns fit")]
    )
    def test_on_a_terminal(self, kit: Kit, more: tuple[str, ...], said: str) -> None:
        two_amounts(kit.root)
        ours, theirs = pty.openpty()
        os.write(ours, b"2\n")  # waits in the terminal until it is asked for
        command = [sys.executable, "-m", "helpers", "new", "b", "sales.csv", *more]
        with subprocess.Popen(command, cwd=kit.root, stdin=theirs, stdout=theirs, stderr=theirs) as process:
            os.close(theirs)
            shown = b""
            try:
                while piece := os.read(ours, 4096):
                    shown += piece
            except OSError:  # Linux says so that the other end has closed
                pass
            assert process.wait(60) == 0
        os.close(ours)
        assert (b"which column is the amount of money?" in shown) == (not more)
        assert said in (kit.root / "params/b.yaml").read_text("utf-8")

    def test_without_a_terminal_nothing_is_asked(self, kit: Kit) -> None:
        two_amounts(kit.root)
        done = kit("new", "b", "sales.csv")
        assert (done.code, done.err) == (0, "")
        assert re.search(r"amount: net amount # unsure: two columns fit", (kit.root / "params/b.yaml").read_text())
