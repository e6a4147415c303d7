"""`kit new` on what it is not made for: many files, many columns, no header, other scripts; and what it explains."""

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from helpers.runs.draft import draft_client
from helpers.runs.draft_explain import explain_draft
from helpers.runs.draft_head import Wishes
from tests.runs.conftest import Kit
from tests.runs.drafts import order_file, read_whole, write


def sales(folder: Path, name: str, header: str, n: int = 60) -> Path:
    return write(folder, name, header, *(f"{i},C{i % 20:02d},2024-03-{1 + i % 28:02d},{i}.5" for i in range(n)))


class TestMany:
    def test_files_of_one_kind(self, drafted: Any, tmp_path: Path) -> None:
        (tmp_path / "export").mkdir()
        for number in range(70):  # more than are counted at once
            order_file(tmp_path / "export", f"orders_{number:03d}.csv", 1950 + number)
        draft, params = drafted(tmp_path / "export")
        assert (len(params.data["orders"].parts), draft.understood[0].rows) == (1, 70 * 30)
        assert params.as_of == date(2019, 9, 11)

    def test_files_of_many_kinds(self, kit: Kit) -> None:
        (kit.root / "export").mkdir()
        for number in range(45):
            name = "abcdefghij"[number // 10] + "klmnopqrst"[number % 10]
            sales(kit.root / "export", f"{name}.csv", f"order_id,customer_id,ordered_at,{name}xx amount")
        done = kit("new", "b", "export")
        assert (done.code, done.err) == (0, "")
        assert "and 5 more, in the file" in done.out
        assert len(done.out.splitlines()) < 250

    def test_columns(self, drafted: Any, tmp_path: Path) -> None:
        names = [f"x{i} status" for i in range(600)]
        lines = [f"C{i}," + ",".join(str((i * j) % 7) for j in range(600)) for i in range(40)]
        draft, params = drafted(write(tmp_path, "wide.csv", "customer_id," + ",".join(names), *lines))
        assert list(params.data) == ["customers"]
        assert draft.text.count("\n") < 700


class TestPoorHeaders:
    @pytest.mark.parametrize(
        "header",
        ["单号,客户编号,订单日期,金额", "رقم,العميل,التاريخ,المبلغ", "V1,V2,V3,V4", "1001,C17,2024-03-05,19.90"],
    )
    def test_what_is_not_understood_is_said_in_one_line(self, kit: Kit, header: str) -> None:
        sales(kit.root, "x.csv", header)
        done = kit("new", "b", "x.csv")
        text = (kit.root / "params/b.yaml").read_text("utf-8")
        assert len(done.err.splitlines()) <= 1
        if done.code:
            assert done.err == "None of the sources is a table of the kit: params/b.yaml holds what is known of them.\n"
            assert "as_of: 2024-03-28" in text
        numbered = header.startswith("1")
        assert ("no row names its columns, so they are numbered" in text.replace("\n  # ", " ")) == numbered
        assert all(name in text for name in (["column1", "column4"] if numbered else header.split(",")))

    def test_one_row(self, drafted: Any, tmp_path: Path) -> None:
        path = write(tmp_path, "o.csv", "order_id,customer_id,ordered_at,amount", "1,C1,2024-03-05,19.90")
        _, params = drafted(path)
        assert params.as_of == date(2024, 3, 5)
        read_whole(params, tmp_path)

    def test_another_client_among_them(self, drafted: Any, tmp_path: Path) -> None:
        header = "order_id,customer_id,ordered_at,amount"
        ours = [sales(tmp_path, "shop.csv", header), sales(tmp_path, "web.csv", header.replace("amount", "total"))]
        lines = [f"{i},Z{i % 20:02d},2024-03-{1 + i % 28:02d},{i}.5" for i in range(60)]
        draft, _ = drafted(*ours, write(tmp_path, "theirs.csv", header.replace("amount", "value"), *lines))
        assert {where: what for where, what in draft.doubts if "another client's" in what} == {
            "orders 3": "none of its customers is in the other files; is it another client's?"
        }


class TestExplain:
    def explained(self, *files: Path) -> list[str]:
        draft = draft_client("x", files, files[0].parent, Wishes())
        shown = io.StringIO()
        explain_draft(draft, Console(width=80, file=shown))
        return shown.getvalue().splitlines()

    def test_every_column_with_what_spoke_for_it_and_against(self, tmp_path: Path) -> None:
        lines = [f"{i},C{i % 20},2024-03-{1 + i % 28:02d},{i}.5,{i * 1.2:.2f},a{i % 3}" for i in range(100)]
        header = "order_id,customer_id,ordered_at,net amount,gross amount,xyz"
        shown = self.explained(write(tmp_path, "sales.csv", header, *lines))
        assert "sales.csv: orders" in shown
        assert [line for line in shown if line.startswith("  orders (")]
        assert [line for line in shown if line.startswith("  not ")]
        at = shown.index("  net amount -> amount (unsure)")
        assert shown[at + 1].startswith("      1.00 amount: its name says ")
        assert "  gross amount -> not used" in shown
        assert "  like no column of a table: xyz" in shown

    def test_a_file_that_is_no_table(self, tmp_path: Path) -> None:
        lines = [f"{i},some long text number {i}" for i in range(30)]
        shown = self.explained(write(tmp_path, "survey.csv", "respondent_id,comment", *lines))
        assert "survey.csv: none of the tables" in shown
        assert [line for line in shown if line.startswith("  nearest is surveys (") and "it lacks score" in line]

    def test_a_survey_of_97_columns(self, shared_data: Path) -> None:
        shown = self.explained(shared_data / "sfo_survey_2017.csv")
        assert max(map(len, shown)) <= 80
        assert len(shown) < 100

    def test_the_file_is_written_as_usual(self, kit: Kit) -> None:
        assert kit("new", "a", "orders.csv").code == 0
        done = kit("new", "b", "orders.csv", "--explain")
        assert (done.code, done.err) == (0, "")
        assert done.out.index("customer -> customer_id") < done.out.index("Written to params/b.yaml")
        texts = [(kit.root / f"params/{name}.yaml").read_text("utf-8").partition("as_of:")[2] for name in "ab"]
        assert texts[0] == texts[1]
