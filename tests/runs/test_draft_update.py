"""`kit new --update`: next quarter's files go into a client's file, and what was written by hand stays."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from helpers.runs.draft import draft_client
from helpers.runs.draft_head import Wishes
from helpers.runs.draft_update import Update, update_text, write_update
from helpers.runs.params import read_params
from helpers.runs.project import Project
from tests.runs.conftest import Kit
from tests.runs.drafts import write

BY_HAND = """# Acme's own file
client: Acme   # as they write it
as_of: 2026-06-30   # the end of Q2
currency: GBP
business_model: b2b
brand: {color: "#2f5d46"}

data:
  orders:   # corrected with Ann
    source: '../q2/orders_2026_q2.csv'
    columns: # hers
        order_id:   no
        customer_id: who   # not the payer
        ordered_at: day
        amount: net
    missing: {amount: [-1]}
    # not used: payer, till

  customers:
    - source: ../q2/crm.csv
      columns: {customer_id: "who", email: mail}
      attributes: {geographic: {region: area}}

rfm: {bins: 4}
# the end
"""
HEADER = "no,who,day,net,payer,till"


def order_lines(month: int, n: int = 60) -> list[str]:
    return [f"{month}{i},C{i % 20:02d},2026-{month:02d}-{1 + i % 28:02d},{i}.5,P{i % 9},1" for i in range(n)]


def crm(folder: Path, *more: str) -> Path:
    lines = [f"C{i:02d},a{i}@x.com,{['North', 'South'][i % 2]}" + "".join(f",{i % 3}" for _ in more) for i in range(20)]
    return write(folder, "crm.csv", ",".join(["who,mail,area", *more]), *lines)


@pytest.fixture
def by_hand(tmp_path: Path) -> Path:
    for folder in ("params", "q2", "q3"):
        (tmp_path / folder).mkdir()
    write(tmp_path / "q2", "orders_2026_q2.csv", HEADER, *order_lines(6))
    crm(tmp_path / "q2")
    path = tmp_path / "params" / "acme.yaml"
    path.write_text(BY_HAND, "utf-8")
    return path


@pytest.fixture
def updated(by_hand: Path, project: Project) -> Callable[..., Update]:
    """Updates the file as the command does."""

    def make(*sources: Path, **wishes: Any) -> Update:
        params = read_params(by_hand, project.notebooks)
        draft = draft_client("acme", sources, by_hand.parent, Wishes(**wishes))
        update = update_text(params, draft, as_of_said="as_of" in wishes)
        write_update(by_hand, update)
        read_params(by_hand, project.notebooks)
        return update

    return make


class TestWhatStays:
    def test_only_sources_and_the_day_change(self, by_hand: Path, updated: Callable[..., Update]) -> None:
        folder = by_hand.parent.parent / "q3"
        files = [write(folder, "orders_2026_q3.csv", HEADER, *order_lines(9)), crm(folder)]
        update = updated(*files)
        assert by_hand.read_text("utf-8") == (
            BY_HAND.replace("'../q2/orders_2026_q2.csv'", "../q3/orders_2026_q3.csv")
            .replace("../q2/crm.csv", "../q3/crm.csv")
            .replace("2026-06-30", "2026-09-28")
        )
        assert update.renewed == [
            "orders: orders_2026_q2.csv -> orders_2026_q3.csv", "customers: ../q2/crm.csv -> ../q3/crm.csv",
            "as_of: 2026-06-30 -> 2026-09-28",
        ]  # fmt: skip
        assert not (update.vanished or update.unmatched or update.added or update.new_columns)
        again = updated(*files)
        assert (again.renewed, again.text) == ([], update.text)

    def test_windows_line_ends_and_a_mark_at_the_start(self, by_hand: Path, updated: Callable[..., Update]) -> None:
        by_hand.write_bytes(b"\xef\xbb\xbf" + BY_HAND.replace("\n", "\r\n").encode())
        folder = by_hand.parent.parent / "q3"
        updated(write(folder, "orders_2026_q3.csv", HEADER + ",shop", *(f"{line},x" for line in order_lines(9))))
        content = by_hand.read_bytes()
        assert content.startswith(b"\xef\xbb\xbf# Acme's own file\r\n")
        assert content.count(b"\n") == content.count(b"\r\n")

    def test_a_day_that_is_not_later_stays(self, by_hand: Path, updated: Callable[..., Update]) -> None:
        folder = by_hand.parent.parent
        assert updated(folder / "q2/orders_2026_q2.csv", folder / "q2/crm.csv").text == BY_HAND

    def test_a_day_that_is_said(self, by_hand: Path, updated: Callable[..., Update]) -> None:
        update = updated(by_hand.parent.parent / "q2/orders_2026_q2.csv", as_of=date(2026, 5, 31))
        assert update.text == BY_HAND.replace("2026-06-30", "2026-05-31")

    def test_a_glob_that_takes_the_new_file_in_stays(self, by_hand: Path, updated: Callable[..., Update]) -> None:
        text = BY_HAND.replace("'../q2/orders_2026_q2.csv'", "../q2/orders_*.csv")
        by_hand.write_text(text, "utf-8")
        update = updated(write(by_hand.parent.parent / "q2", "orders_2026_q3.csv", HEADER, *order_lines(9)))
        assert update.text == text.replace("2026-06-30", "2026-09-28")

    def test_a_folder_in_the_environment_stays(
        self, by_hand: Path, updated: Callable[..., Update], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("ACME_DIR", "../q2")
        by_hand.write_text(BY_HAND.replace("'../q2/orders_2026_q2.csv'", "${ACME_DIR}/orders_2026_q2.csv"), "utf-8")
        update = updated(write(by_hand.parent.parent / "q2", "orders_2026_q3.csv", HEADER, *order_lines(9)))
        assert "    source: ${ACME_DIR}/orders_2026_q3.csv\n" in update.text

    def test_the_demo_client(self, demo_data: Path, project: Project, tmp_path: Path) -> None:
        """A file of six tables with comments of every kind: the sources alone change."""
        text = (project.params / "demo.yaml").read_text("utf-8").replace("../data/demo", "../last")
        for name in ("params", "last", "next"):
            (tmp_path / name).mkdir()
        for path in demo_data.glob("*.csv"):
            (tmp_path / "last" / path.name).symlink_to(path)
            (tmp_path / "next" / path.name).write_bytes(path.read_bytes())
        path = tmp_path / "params" / "demo.yaml"
        path.write_text(text, "utf-8")
        files = sorted(tmp_path.glob("next/[c-s]*.csv"))
        files = [file for file in files if f"/{file.name}" in text]
        draft = draft_client("demo", files, path.parent, Wishes())
        update = update_text(read_params(path, project.notebooks), draft, as_of_said=False)
        assert update.text == text.replace("../last", "../next")
        assert not update.unmatched
        assert not update.added

    def test_a_source_that_stands_elsewhere(self, by_hand: Path, updated: Callable[..., Update]) -> None:
        text = BY_HAND.replace("source: '../q2/orders_2026_q2.csv'", "source: &o ../q2/orders_2026_q2.csv")
        by_hand.write_text(text, "utf-8")
        update = updated(write(by_hand.parent.parent / "q3", "orders_2026_q3.csv", HEADER, *order_lines(9)))
        assert update.text == text.replace("2026-06-30", "2026-09-28")
        assert "is its next file; its `source` stands elsewhere" in update.notes[0]

    def test_without_a_date_the_day_stays(self, by_hand: Path, updated: Callable[..., Update]) -> None:
        update = updated(crm(by_hand.parent.parent / "q3"))
        assert update.text == BY_HAND.replace("../q2/crm.csv", "../q3/crm.csv")
        assert update.notes == ["as_of: 2026-06-30 stays, for no column in use holds a date; --as-of renews it"]


class TestColumns:
    def test_new_ones_are_added_as_comments_once(
        self, by_hand: Path, updated: Callable[..., Update], project: Project
    ) -> None:
        lines = [f"{line},SKU{i % 7},{i % 4}" for i, line in enumerate(order_lines(9))]
        path = write(by_hand.parent.parent / "q3", "orders_2026_q3.csv", HEADER + ",sku,mood", *lines)
        update = updated(path)
        assert update.new_columns == ["orders: sku (orders_2026_q3.csv)", "orders: mood (orders_2026_q3.csv)"]
        assert "        amount: net\n        # product_id: sku # new, not used\n    missing:" in update.text
        assert "    # not used: payer, till\n    # new, not used: mood\n" in update.text
        assert updated(path).text == update.text
        by_hand.write_text(update.text.replace("# product_id", "product_id"), "utf-8")
        columns = read_params(by_hand, project.notebooks).data["orders"].parts[0].columns
        assert columns["product_id"] == "sku"

    def test_ones_that_are_gone_are_told(self, by_hand: Path, updated: Callable[..., Update]) -> None:
        lines = [line.rpartition(",")[0] for line in order_lines(9)]
        path = write(by_hand.parent.parent / "q3", "orders_2026_q3.csv", "no,who,day,total,payer", *lines)
        update = updated(path)
        assert update.vanished == ["orders: net is not in orders_2026_q3.csv"]
        assert "        amount: net\n        # " not in BY_HAND
        assert YAML(typ="safe").load(update.text)["data"]["orders"]["columns"]["amount"] == "net"


class TestFiles:
    def test_parts_without_a_file_are_listed(self, by_hand: Path, updated: Callable[..., Update]) -> None:
        update = updated(write(by_hand.parent.parent / "q3", "orders_2026_q3.csv", HEADER, *order_lines(9)))
        assert [told.rpartition("/")[2] for told in update.unmatched] == ["crm.csv"]
        assert "../q2/crm.csv" in update.text

    def test_a_new_table(self, by_hand: Path, updated: Callable[..., Update], project: Project) -> None:
        answers = [f"C{i % 20:02d},2026-07-01,{[9, 10, 7, 3, 0, 8, 6][i % 7]}" for i in range(40)]
        survey = write(by_hand.parent.parent / "q3", "survey.csv", "who,answered,nps", *answers)
        update = updated(survey)
        assert update.added == ["survey.csv: a part of surveys"]
        assert list(read_params(by_hand, project.notebooks).data) == ["orders", "customers", "surveys"]
        assert update.text.endswith("\nrfm: {bins: 4}\n# the end\n")
        assert updated(survey).text == update.text

    def test_a_second_part(self, by_hand: Path, updated: Callable[..., Update], project: Project) -> None:
        """A table that is a mapping becomes a list, and what it said stays."""
        folder = by_hand.parent.parent
        before = read_params(by_hand, project.notebooks).data["orders"].parts[0]
        shop = [f"W{i},C{i % 20:02d},2026-09-{1 + i % 28:02d},{i}.25" for i in range(40)]
        new = write(folder / "q3", "webshop.csv", "order_id,customer_id,ordered_at,amount", *shop)
        update = updated(folder / "q2/orders_2026_q2.csv", folder / "q2/crm.csv", new)
        first, second = read_params(by_hand, project.notebooks).data["orders"].parts
        assert (first, Path(second.source).name) == (before, "webshop.csv")
        assert (
            "    - source: '../q2/orders_2026_q2.csv'\n      columns: # hers\n          order_id:   no\n" in update.text
        )
        assert updated(folder / "q2/orders_2026_q2.csv", folder / "q2/crm.csv", new).text == update.text

    def test_a_new_column_and_a_second_part(
        self, by_hand: Path, updated: Callable[..., Update], project: Project
    ) -> None:
        folder = by_hand.parent.parent
        lines = [f"{line},SKU{i % 7},{i % 4}" for i, line in enumerate(order_lines(9))]
        shop = [f"W{i},C{i % 20:02d},2026-09-{1 + i % 28:02d},{i}.25" for i in range(40)]
        files = [
            write(folder / "q3", "orders_2026_q3.csv", HEADER + ",sku,mood", *lines),
            write(folder / "q3", "webshop.csv", "order_id,customer_id,ordered_at,amount", *shop),
        ]
        update = updated(*files)
        assert updated(*files).text == update.text
        by_hand.write_text(update.text.replace("# product_id", "product_id"), "utf-8")
        first, second = read_params(by_hand, project.notebooks).data["orders"].parts
        assert (first.columns["product_id"], Path(second.source).name) == ("sku", "webshop.csv")

    def test_a_wave_is_a_part_of_its_own(self, by_hand: Path, updated: Callable[..., Update], project: Project) -> None:
        folder = by_hand.parent.parent
        text = BY_HAND.replace("\nrfm:", """
  surveys:
    - {source: ../q2/wave_2025.csv, columns: {score: nps}, set: {wave: "2025"}}
    - source: ../q2/wave_2026.csv
      columns: {score: nps}
      set: {wave: "2026"}

rfm:""")  # fmt: skip
        by_hand.write_text(text, "utf-8")
        answers = [f"{i},{[9, 10, 7, 3, 0, 8, 6][i % 7]}" for i in range(40)]
        new = write(folder / "q3", "wave_2027.csv", "respondent_id,nps", *answers)
        updated(new)
        waves = [part.set for part in read_params(by_hand, project.notebooks).data["surveys"].parts]
        assert waves == [{"wave": "2025"}, {"wave": "2026"}, {"wave": "2027"}]

    def test_where_a_part_has_lost_its_file_a_new_one_is_only_a_comment(
        self, by_hand: Path, updated: Callable[..., Update]
    ) -> None:
        shop = [f"W{i},C{i % 20:02d},2026-09-{1 + i % 28:02d},{i}.25" for i in range(40)]
        path = write(by_hand.parent.parent / "q3", "new.csv", "Order No,Customer No,Order Date,Total", *shop)
        update = updated(path)
        assert update.added == ["new.csv: as a comment, nearest to orders"]
        assert YAML(typ="safe").load(update.text)["data"] == YAML(typ="safe").load(BY_HAND)["data"]
        assert updated(path).text == update.text

    def test_a_file_that_is_no_table(self, by_hand: Path, updated: Callable[..., Update]) -> None:
        path = write(by_hand.parent.parent / "q3", "weather.csv", "city,rain", *(f"b{i},{i}.5" for i in range(30)))
        update = updated(path)
        assert [told.split(":")[0] for told in update.added] == ["weather.csv"]
        assert YAML(typ="safe").load(update.text)["data"] == YAML(typ="safe").load(BY_HAND)["data"]
        assert updated(path).text == update.text


class TestCommand:
    def test_update(self, kit: Kit) -> None:
        (kit.root / "next.csv").write_text((kit.root / "orders.csv").read_text().replace("2026-0", "2027-0"))
        done = kit("new", "acme", "next.csv", "--update")
        assert (done.code, done.err) == (0, "")
        assert "orders: orders.csv -> next.csv" in done.out
        assert "Updated params/acme.yaml" in done.out
        assert "Nothing to change" in kit("new", "acme", "next.csv", "--update").out
        assert kit("check", "acme").code == 0

    @pytest.mark.parametrize(
        ("args", "message"),
        [
            (["new", "nobody", "orders.csv", "--update"], "There is no parameter file to update. Draft it first"),
            (["new", "acme", "orders.csv", "--update", "--force"], "take one of them"),
            (["new", "acme", "orders.csv", "--update", "--name", "X"], "leaves the head as it is"),
        ],
    )
    def test_refused(self, kit: Kit, args: list[str], message: str) -> None:
        before = (kit.root / "params/acme.yaml").read_bytes()
        done = kit(*args)
        assert (done.code, done.out) == (2, "")
        assert message in " ".join(done.err.replace("│", " ").split())
        assert (kit.root / "params/acme.yaml").read_bytes() == before
        assert not (kit.root / "params/nobody.yaml").exists()
