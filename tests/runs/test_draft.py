"""`kit new`: real and made exports become parameter files that are right, or say where they are not sure."""

import os
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from helpers.data.client_data import open_data
from helpers.data.guess.head import find_last_day
from helpers.data.schema import TABLES
from helpers.errors import InputError
from helpers.runs.draft import check_slug, draft_client, refuse_existing, write_file
from helpers.runs.draft_head import Wishes
from helpers.runs.params import Params, read_params
from helpers.runs.project import Project
from tests.runs.conftest import Kit
from tests.runs.drafts import mapping, order_file, read_whole, uncommented, unsure, write


def truth(project: Project, name: str) -> Params:
    return read_params(project.root / "tests" / "params" / f"{name}.yaml", project.notebooks)


class TestRealData:
    """What `kit new` writes against what was written by hand, mapping by mapping."""

    def test_online_retail(self, drafted: Any, shared_data: Path, project: Project) -> None:
        draft, params = drafted(shared_data / "online_retail.csv.gz", slug="online-retail")
        by_hand = truth(project, "online_retail")
        assert mapping(params.data["orders"].parts[0]) == mapping(by_hand.data["orders"].parts[0])
        assert (params.client, params.as_of, params.currency) == (by_hand.client, by_hand.as_of, by_hand.currency)
        assert unsure(draft) == {"currency", "business_model"}
        assert dict(draft.doubts)["business_model"].endswith("runner-up: b2b")  # it is
        assert "# not used: Country" in draft.text

    def test_hillstrom(self, drafted: Any, shared_data: Path, project: Project) -> None:
        draft, params = drafted(shared_data / "hillstrom.csv.gz", slug="hillstrom", as_of=date(2008, 3, 20))
        by_hand, part = truth(project, "hillstrom"), params.data["exposures"].parts[0]
        assert mapping(part) == mapping(by_hand.data["exposures"].parts[0])
        assert (part.control, part.outcomes) == ("No E-Mail", ("visit", "conversion", "spend"))
        assert (params.client, params.as_of, params.currency) == (by_hand.client, by_hand.as_of, by_hand.currency)
        assert set(part.attributes) == {"zip_code"}  # its values are Urban, Rural …
        assert unsure(draft) == {"business_model", "exposures.zip_code"}

    def test_sfo_survey(self, drafted: Any, shared_data: Path, project: Project, tmp_path: Path) -> None:
        draft, params = drafted(*(shared_data / f"sfo_survey_{year}.csv" for year in (2017, 2018)), slug="sfo")
        by_hand = truth(project, "sfo_survey")
        assert (params.as_of, params.currency, params.business_model) == (by_hand.as_of, "USD", "b2c")
        for part, right in zip(params.data["surveys"].parts, by_hand.data["surveys"].parts, strict=True):
            by_name = {column: source for column, source in mapping(right).items() if column != "comment"}  # codes
            assert by_name.items() <= mapping(part).items()
            beyond = mapping(part).keys() - mapping(right).keys()
            number = right.set["wave"][-1]
            assert all(f"surveys {'12'['78'.index(number)]}.{column}" in unsure(draft) for column in beyond)
            block = {question for question in right.ratings.values() if question[:2] == "Q7" and question != "Q7ALL"}
            assert set(part.ratings.values()) == block
            assert (part.missing["score"], part.missing["ratings"]) == (["11"], ["0", "6"])
            assert part.set == right.set
        first, second = (part.ratings for part in params.data["surveys"].parts)
        assert first.keys() == second.keys()
        assert (first["walkways"], second["walkways"]) == ("Q7WALKWAYS", "Q7WALKWAY")
        data = open_data(params.data, params.as_of, tmp_path / "read")
        answers = data.tables["surveys"]
        counted = answers.group_by("wave").aggregate(
            n=answers.score.count(), promoters=(answers.score >= 9).sum(), detractors=(answers.score <= 6).sum()
        )
        found = counted.order_by("wave").execute().to_numpy().tolist()
        data.close()
        assert found == [["2017", 2_746, 1_436, 342], ["2018", 2_650, 1_268, 447]]

    def test_the_demo(self, drafted: Any, demo_data: Path, demo_params: Params) -> None:
        draft, params = drafted(*(demo_data / f"{table}.csv" for table in TABLES), slug="demo")
        assert (params.as_of, params.currency, params.business_model) == (date(2026, 9, 30), "GBP", "b2b")
        for table, spec in demo_params.data.items():
            right, part = spec.parts[0], params.data[table].parts[0]
            assert mapping(part) == mapping(right), table
            assert set(part.ratings.values()) == set(right.ratings.values())
            assert part.attributes == right.attributes
            assert part.missing == right.missing
            assert (part.control, part.outcomes) == (right.control, right.outcomes)
        assert unsure(draft) == {"currency", "business_model"}


class TestSeveralFiles:
    def test_files_that_differ_in_a_number_become_a_glob(self, drafted: Any, tmp_path: Path) -> None:
        draft, params = drafted(*(order_file(tmp_path, f"orders_{y}.csv", y) for y in (2023, 2024)))
        assert [p.source for p in params.data["orders"].parts] == [str(tmp_path / "orders_*.csv")]
        assert params.as_of == date(2024, 9, 11)
        assert draft.understood[0].rows == 60

    def test_not_where_the_glob_would_take_in_another_file(self, drafted: Any, tmp_path: Path) -> None:
        files = [order_file(tmp_path, f"orders_{y}.csv", y) for y in (2023, 2024)]
        order_file(tmp_path, "orders_old.csv", 2020)
        _, params = drafted(*files)
        assert [p.source for p in params.data["orders"].parts] == [str(path) for path in files]

    def test_survey_waves_by_year(self, drafted: Any, tmp_path: Path) -> None:
        files = []
        for year in (2023, 2024):
            lines = [f"{i},{[9, 10, 7, 3, 8, 0, 6][i % 7]}" for i in range(40 + year % 7)]
            files.append(write(tmp_path, f"survey_{year}.csv", "respondent_id,nps", *lines))
        _, params = drafted(*files)
        assert [p.set for p in params.data["surveys"].parts] == [{"wave": "2023"}, {"wave": "2024"}]
        assert params.as_of == date(2024, 12, 31)

    def test_two_files_that_look_like_customers(self, drafted: Any, tmp_path: Path) -> None:
        crm = write(tmp_path, "crm.csv", "customer_id,email,name", *(f"{i},a{i}@x.com,Ann {i}" for i in range(30)))
        news = write(tmp_path, "list.csv", "Customer No,E-Mail,opt_in", *(f"{i},a{i}@x.com,yes" for i in range(30)))
        draft, params = drafted(crm, news)
        assert len(params.data["customers"].parts) == 2
        assert "list.csv looks like customers too" in dict(draft.doubts)["customers 1"]

    def test_a_file_named_twice_or_copied(self, drafted: Any, tmp_path: Path) -> None:
        path = order_file(tmp_path, "orders.csv", 2024)
        copy = tmp_path / "orders copy.csv"
        copy.write_bytes(path.read_bytes())
        draft, params = drafted(path, tmp_path / "." / "orders.csv", copy)
        assert len(params.data["orders"].parts) == 1
        assert draft.left_out == (
            "orders.csv: named twice, read once", "orders copy.csv: the same bytes as orders.csv",
        )  # fmt: skip

    def test_a_folder(self, drafted: Any, tmp_path: Path) -> None:
        (tmp_path / "export").mkdir()
        order_file(tmp_path / "export", "orders.csv", 2024)
        _, params = drafted(tmp_path / "export")
        assert list(params.data) == ["orders"]


class TestAsOf:
    def test_a_few_absurd_days_are_not_the_last(self, drafted: Any, tmp_path: Path) -> None:
        lines = [f"{i},{i % 7},2024-0{1 + i % 9}-11,{i}.5" for i in range(400)]
        stray = ["901,1,2094-01-01,5.5", "902,1,9999-12-31,5.5"]
        draft, params = drafted(write(tmp_path, "o.csv", "order_id,customer_id,ordered_at,amount", *lines, *stray))
        assert params.as_of == date(2024, 9, 11)
        assert "9999-12-31, 2094-01-01" in dict(draft.doubts)["as_of"]

    def test_the_last_day_may_lie_beyond_the_sample(self, drafted: Any, tmp_path: Path) -> None:
        lines = [f"{i},{i % 70},2024-01-{1 + i % 28:02d},1.5" for i in range(25_000)]
        lines[20_001] = "20001,1,2024-02-02,1.5"
        _, params = drafted(write(tmp_path, "o.csv", "order_id,customer_id,ordered_at,amount", *lines))
        assert params.as_of == date(2024, 2, 2)

    def test_without_dates_the_day_of_the_file_not_today(self, drafted: Any, tmp_path: Path) -> None:
        crm = write(tmp_path, "crm.csv", "customer_id,email", *(f"{i},a{i}@x.com" for i in range(30)))
        saved = datetime(2021, 5, 6, 12, tzinfo=UTC).timestamp()
        os.utime(crm, (saved, saved))
        draft, params = drafted(crm)
        assert params.as_of == date(2021, 5, 6)
        assert "no file holds a date" in dict(draft.doubts)["as_of"]

    @pytest.mark.parametrize(("waves", "day"), [(("2021", "2023"), (2023, 12, 31)), (("Q1 2024", "now"), (2026, 5, 6))])
    def test_without_dates_the_end_of_the_last_waves_year(
        self, waves: tuple[str, str], day: tuple[int, int, int], drafted: Any, tmp_path: Path
    ) -> None:
        lines = [f"{i},{[9, 10, 7, 3, 8, 0, 6][i % 7]},{waves[i % 2]}" for i in range(60)]
        survey = write(tmp_path, "s.csv", "respondent_id,nps,wave", *lines)
        saved = datetime(2026, 5, 6, 12, tzinfo=UTC).timestamp()
        os.utime(survey, (saved, saved))
        assert drafted(survey)[1].as_of == date(*day)

    def test_as_told(self, drafted: Any, tmp_path: Path) -> None:
        crm = write(tmp_path, "crm.csv", "customer_id,email", *(f"{i},a{i}@x.com" for i in range(30)))
        draft, params = drafted(crm, name="Acme: Söhne #1", as_of=date(2022, 2, 2), currency="SEK")
        assert (params.client, params.as_of, params.currency) == ("Acme: Söhne #1", date(2022, 2, 2), "SEK")
        assert unsure(draft) == {"business_model"}

    @pytest.mark.parametrize(
        ("rows", "last", "strays"),
        [
            ([("2024-03-02", 5), ("2024-03-01", 5)], "2024-03-02", 0),
            ([("2024-03-02", 1)], "2024-03-02", 0),
            ([("2030-01-01", 1), ("2024-03-01", 5)], "2030-01-01", 0),  # of six rows, one is not few
            ([("2030-01-01", 1), ("2024-03-01", 50)], "2024-03-01", 1),
            ([("2024-06-01", 1), ("2024-03-01", 50)], "2024-06-01", 0),  # a quiet spring
            ([("2030-01-02", 40), ("2030-01-01", 40), ("2024-03-01", 500)], "2030-01-02", 0),
        ],
    )
    def test_stray_days(self, rows: list[tuple[str, int]], last: str, strays: int) -> None:
        found = find_last_day([(date.fromisoformat(day), n) for day, n in rows])
        assert found is not None
        assert (str(found.day), len(found.strays)) == (last, strays)


class TestNeverAllOrNothing:
    """A file that is none of the tables stands in the draft as a comment that can be put to use."""

    WEATHER = ("city,temperature,humidity", *(f"b{i},{i}.5,{i}" for i in range(30)))

    def test_what_is_understood_is_written_and_the_rest_a_comment(self, drafted: Any, tmp_path: Path) -> None:
        shelf = write(tmp_path, "weather.csv", *self.WEATHER)
        draft, params = drafted(order_file(tmp_path, "orders.csv", 2024), shelf)
        assert list(params.data) == ["orders"]
        assert [one.shown for one in draft.not_placed] == ["weather.csv"]
        assert "# weather.csv, 30 rows, was not placed: " in draft.text
        assert "city (texts, all different), temperature (numbers, all different)" in draft.text.replace("\n  # ", " ")

    def test_nothing_understood(self, kit: Kit) -> None:
        write(kit.root, "weather.csv", *self.WEATHER)
        done = kit("new", "b", "weather.csv", "--as-of", "2024-05-06")
        assert done.code == 2
        assert done.err == "None of the sources is a table of the kit: params/b.yaml holds what is known of them.\n"
        assert "Not placed, and written as comments" in done.out
        text = (kit.root / "params/b.yaml").read_text("utf-8")
        assert YAML(typ="safe").load(text)["data"] is None
        checked = kit("check", "b")
        assert checked.code == 2
        assert "data is empty. Allowed: orders" in checked.err
        assert kit("new", "b", "weather.csv").code == 2  # and is not replaced

    def test_some_understood(self, kit: Kit) -> None:
        write(kit.root, "weather.csv", *self.WEATHER)
        done = kit("new", "b", "orders.csv", "weather.csv")
        assert (done.code, done.err) == (
            0, "Warning: weather.csv was not placed, and stands in params/b.yaml as a comment.\n",
        )  # fmt: skip

    def test_a_survey_without_its_score(self, drafted: Any, tmp_path: Path) -> None:
        lines = [f"{i},2024-01-05,{'good' if i % 2 else 'slow'} service and long text here" for i in range(30)]
        path = write(tmp_path, "survey.csv", "respondent_id,response_date,comment", *lines)
        draft = draft_client("x", [path], tmp_path / "params", Wishes())
        assert (draft.not_placed[0].nearest, draft.not_placed[0].lacking) == ("surveys", ("score",))
        assert "  #     # score: COLUMN # lacking\n  #     response_id: respondent_id\n" in draft.text

    def test_comments_can_be_put_to_use(self, drafted: Any, tmp_path: Path, project: Project) -> None:
        """Without the first sign of its lines each block is a part, beside another of its table or alone."""
        files = [
            order_file(tmp_path, "orders.csv", 2024),
            write(tmp_path, "order_items.csv", "order_id,sku,colour", *(f"2024{i},S{i % 7},red" for i in range(30))),
            write(tmp_path, "stock.csv", "sku,stock", *(f"S{i},{i}" for i in range(7))),
            write(tmp_path, "survey.csv", "respondent_id,comment", *(f"{i},long text {i}" for i in range(30))),
            write(tmp_path, "poll.csv", "response_id,comment", *(f"{i},long text {i}" for i in range(30))),
            write(tmp_path, "k.csv", "campaign_id,note", *(f"K{i},x" for i in range(8))),
        ]
        draft, _ = drafted(*files)
        assert len(draft.not_placed) == 5
        draft.path.write_text(uncommented(draft.text), "utf-8")
        params = read_params(draft.path, project.notebooks)
        read = {Path(part.source).name for spec in params.data.values() for part in spec.parts}
        assert read == {path.name for path in files}
        assert params.data["orders"].parts[1].columns == {"order_id": "order_id", "product_id": "sku"}

    def test_proposals_can_be_put_to_use(self, drafted: Any, tmp_path: Path, project: Project) -> None:
        lines = [f"{i},{i % 7},2024-0{1 + i % 9}-11,{i}.5,{i % 3},{i % 5}" for i in range(60)]
        header = "order_id,customer_id,ordered_at,amount,product type,product info"
        draft, params = drafted(write(tmp_path, "orders.csv", header, *lines))
        assert draft.proposed
        text = re.sub(r"(?m)^( +)# (\w+: .* # proposed, not used)", r"\1\2", draft.text)
        draft.path.write_text(text, "utf-8")
        more = read_params(draft.path, project.notebooks).data["orders"].parts[0].columns
        added = {one.where.removeprefix("orders."): one.source for one in draft.proposed}
        assert more == {**params.data["orders"].parts[0].columns, **added}

    def test_the_key_that_a_file_shares_with_a_table(self, drafted: Any, tmp_path: Path) -> None:
        draft, _ = drafted(
            write(tmp_path, "campaigns.csv", "household_id,campaign_id", *(f"H{i % 60},K{i % 8}" for i in range(200))),
            write(tmp_path, "hh.csv", "household_id,age,income", *(f"H{i},{i},{i}" for i in range(60))),
            write(tmp_path, "campaign_descriptions.csv", "campaign_id,type,start", *(f"K{i},A,{i}" for i in range(8))),
        )
        (one,) = draft.not_placed
        assert one.relation == "it describes the campaign_id of campaigns.csv"
        assert "join them first, or read them by a `query`" in draft.text.replace("\n    # ", " ")

    def test_files_that_share_no_customer_are_told_once(self, kit: Kit) -> None:
        customers = [f"Z{i},z{i}@x.com" for i in range(30)]
        write(kit.root, "crm.csv", "customer_id,email", *customers)
        order_file(kit.root, "sales.csv", 2024)
        done = kit("new", "b", "sales.csv", "crm.csv")
        assert done.code == 0
        assert done.err.count("no two files have a customer in common") == 1
        assert (kit.root / "params/b.yaml").read_text("utf-8").count("no two files have") == 1

    def test_orders_without_money_are_not_mixed_with_others(self, drafted: Any, tmp_path: Path) -> None:
        """`kit check` would refuse both together, for nothing could be said of money."""
        lines = [f"{i % 7},2024-03-{1 + i % 28:02d},item {i % 4}" for i in range(200)]
        baskets = write(tmp_path, "baskets.csv", "customer_id,ordered_at,product", *lines)
        draft, params = drafted(order_file(tmp_path, "orders.csv", 2024), baskets)
        assert [Path(part.source).name for part in params.data["orders"].parts] == ["orders.csv"]
        assert [(one.shown, one.lacking) for one in draft.not_placed] == [("baskets.csv", ("amount",))]
        read_whole(params, tmp_path)

    def test_a_product_bought_twice_is_no_duplicate(self, drafted: Any, tmp_path: Path) -> None:
        lines = [f"{i % 9},2024-03-{1 + i % 28:02d},item {i % 4}" for i in range(200)]
        path = write(tmp_path, "baskets.csv", "Member_number,Date,itemDescription", *lines)
        _, params = drafted(path)
        assert params.data["orders"].parts[0].severities == {"identical_lines": "note"}
        assert read_whole(params, tmp_path).tables["orders"].count().execute() == 200


class TestRefused:
    @pytest.mark.parametrize(
        ("slug", "better"),
        [("acme ltd", "acme-ltd"), ("a/b", "a-b"), ("../x", "x"), (".hidden", "hidden"), ("acme.yaml", "acme")],
    )
    def test_short_names(self, slug: str, better: str) -> None:
        with pytest.raises(InputError, match="cannot be a client's short name") as error:
            check_slug(slug)
        assert f'Use "{better}' in str(error.value)

    @pytest.mark.parametrize("text", ["", "customer_id,ordered_at,amount\n"])
    def test_files_without_rows(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "e.csv").write_text(text)
        with pytest.raises(InputError, match=r"e\.csv"):
            draft_client("x", [tmp_path / "e.csv"], tmp_path, Wishes())

    def test_an_existing_file_is_left_as_it_is(self, tmp_path: Path) -> None:
        (tmp_path / "acme.yaml").write_text("mine")
        with pytest.raises(InputError, match="--force"):
            refuse_existing(tmp_path / "acme.yaml", force=False)
        with pytest.raises(InputError, match="--force"):
            write_file(tmp_path / "acme.yaml", "new", force=False)
        assert (tmp_path / "acme.yaml").read_text() == "mine"
        write_file(tmp_path / "acme.yaml", "new", force=True)
        assert (tmp_path / "acme.yaml").read_text() == "new"
