"""`kit new`: real and made exports become parameter files that are right, or say where they are not sure."""

import io
import os
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.console import Console
from ruamel.yaml import YAML

from helpers.data.guess.head import find_last_day
from helpers.data.guess.parts import guess_part
from helpers.data.guess.tables import fit_tables
from helpers.data.guess.values import look_at
from helpers.data.schema import TABLES
from helpers.data.sources import ClientData, open_data
from helpers.errors import InputError
from helpers.runs.draft import Wishes, check_slug, draft_client, refuse_existing, write_file
from helpers.runs.draft_show import show_draft
from helpers.runs.draft_text import Line, WrittenPart, clean, scalar, write_draft
from helpers.runs.params import Params, read_params
from helpers.runs.project import Project
from tests.runs.conftest import Kit
from tests.runs.drafts import mapping, unsure, write


def truth(project: Project, name: str) -> Params:
    return read_params(project.root / "tests" / "params" / f"{name}.yaml", project.notebooks)


def read_whole(params: Params, folder: Path, aside: int = 0) -> ClientData:
    """Read the data as a run would; no more rows than `aside` may be set aside."""
    data = open_data(params.data, params.as_of, folder / "read")
    assert data.received["rows_set_aside"].sum() == aside, data.quality.to_string()
    return data


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
            assert mapping(right).items() <= mapping(part).items()
            beyond = mapping(part).keys() - mapping(right).keys()
            number = right.set["wave"][-1]
            assert all(f"surveys {'12'['78'.index(number)]}.{column}" in unsure(draft) for column in beyond)
            assert set(right.ratings.values()) <= set(part.ratings.values())
            assert set(part.ratings.values()) - set(right.ratings.values()) == {"Q7LTPARKING", "Q7RENTAL"}  # the block
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


def days(n: int, pattern: str = "{day:02d}.{month:02d}.2024") -> list[str]:
    return [pattern.format(day=1 + i % 28, month=1 + (i // 28) % 12) for i in range(n)]


class TestMadeExports:
    def test_a_german_shop(self, drafted: Any, tmp_path: Path) -> None:
        lines = [f"K{i % 40:04d};{day};B{i // 2};Übertopf;{1 + i % 4};{i},50 €;{i * 2},00 €;030/{i:07d}"
                 for i, day in enumerate(days(120))]  # fmt: skip
        header = "Kundennummer;Bestelldatum;Bestellnr.;Artikelbezeichnung;Menge;Einzelpreis;Betrag;Telefon"
        draft, params = drafted(write(tmp_path, "shop.csv", header, *lines))
        part = params.data["orders"].parts[0]
        assert mapping(part) == {
            "order_id": "Bestellnr.", "customer_id": "Kundennummer", "ordered_at": "Bestelldatum", "amount": "Betrag",
            "quantity": "Menge", "unit_price": "Einzelpreis", "product": "Artikelbezeichnung",
        }  # fmt: skip
        assert (part.date_format, part.decimal, params.currency) == ({"all": ("%d.%m.%Y",)}, ",", "EUR")
        assert params.as_of == date(2024, 5, 8)
        assert unsure(draft) == {"business_model"}
        assert "# left out on purpose, being personal: Telefon" in draft.text
        orders = read_whole(params, tmp_path).tables["orders"]
        assert orders.amount.sum().execute() == sum(i * 2 for i in range(120))

    def test_a_french_workbook(self, drafted: Any, tmp_path: Path) -> None:
        customers = pd.DataFrame({
            "N° client": [f"C{i:04d}" for i in range(40)], "Nom": [f"Dupont {i}" for i in range(40)], "Prénom": "Jean",
            "Courriel": [f"j{i}@ex.fr" for i in range(40)], "Date d'inscription": ["17/03/2023", "28/02/2024"] * 20,
            "Ville": ["Lyon", "Paris"] * 20, "Consentement": ["Oui", "Non"] * 20, "Date de naissance": "12/03/1980",
        })  # fmt: skip
        with pd.ExcelWriter(tmp_path / "crm.xlsx") as book:
            pd.DataFrame({"Notes": ["à lire"]}).to_excel(book, sheet_name="Infos", index=False)
            customers.to_excel(book, sheet_name="Clients", index=False)
        draft, params = drafted(tmp_path / "crm.xlsx")
        assert read_whole(params, tmp_path).tables["customers"].consent.sum().execute() == 20
        part = YAML(typ="safe").load(draft.text)["data"]["customers"]
        assert part["sheet"] == "Clients"
        assert part["columns"] == {
            "customer_id": "N° client", "name": "Nom", "email": "Courriel", "acquired_on": "Date d'inscription",
            "consent": "Consentement",
        }  # fmt: skip
        assert "values" not in part  # reading knows Oui and Non
        assert part["attributes"] == {"geographic": {"ville": "Ville"}}
        assert part["date_format"] == "%d/%m/%Y"
        assert draft.left_out == (
            "crm.xlsx, sheet Infos: it is nearest to customers, of which it has nothing, but lacks customer_id",
        )
        assert "personal: Prénom, Date de naissance" in draft.text

    def test_a_spanish_survey_in_words(self, drafted: Any, tmp_path: Path) -> None:
        labels = ["Muy satisfecho", "Satisfecho", "Ni satisfecho ni insatisfecho", "Insatisfecho", "Muy insatisfecho"]
        header = "ID respuesta;Fecha;¿Qué probabilidad hay de que nos recomiende?;Atención;Entrega;Precio"
        answers = [f"{i};2025-03-{1 + i % 28:02d};{[9, 10, 7, 3, 99, 8, 0, 6][i % 8]};{labels[i % 5]};"
                   f"{[*labels, 'No sabe'][i % 6]};{labels[i % 3]}" for i in range(80)]  # fmt: skip
        draft, params = drafted(write(tmp_path, "encuesta.csv", header, *answers))
        part = YAML(typ="safe").load(draft.text)["data"]["surveys"]
        data = read_whole(params, tmp_path, aside=10)  # those whose score is 99
        assert data.tables["surveys"].entrega.max().execute() == 5
        assert part["columns"]["score"] == "¿Qué probabilidad hay de que nos recomiende?"
        assert part["ratings"] == {"atencion": "Atención", "entrega": "Entrega", "precio": "Precio"}
        assert part["missing"] == {"ratings": ["No sabe"], "score": [99]}
        assert part["values"]["entrega"] == dict(zip(labels, [5, 4, 3, 2, 1], strict=True))
        assert part["values"]["precio"] == dict(zip(labels[:3], [5, 4, 3], strict=True))

    def test_flags_that_reading_does_not_know(self, drafted: Any, tmp_path: Path) -> None:
        lines = [f"{i},a{i}@x.de,{['abonniert', 'abgemeldet'][i % 2]}" for i in range(30)]
        _, params = drafted(write(tmp_path, "kunden.csv", "Kundennummer,E-Mail,Newsletter", *lines))
        values = params.data["customers"].parts[0].values
        assert values == {"consent": {"abonniert": "yes", "abgemeldet": "no"}}
        assert read_whole(params, tmp_path).tables["customers"].consent.sum().execute() == 15

    def test_days_and_months_that_cannot_be_told(self, drafted: Any, tmp_path: Path) -> None:
        lines = [f"{i},{i % 9},{1 + i // 12}/{1 + i % 12}/2024,{i}.25" for i in range(60)]
        draft, params = drafted(write(tmp_path, "us.csv", "order_id,customer_id,order_date,total", *lines))
        assert params.data["orders"].parts[0].date_format == {
            "all": ("%m/%d/%Y",)
        }  # in this order, the rows are sorted
        assert {"orders.date_format", "as_of"} <= unsure(draft)
        assert 'runner-up: "%d/%m/%Y"' in draft.text

    def test_a_dutch_list_of_subscriptions(self, drafted: Any, tmp_path: Path) -> None:
        lines = [f'{i},{["Basis", "Plus"][i % 2]},{day},{["", "31-12-9999", day][i % 3]},"{["9,95", "19,95"][i % 2]}"'
                 for i, day in enumerate(days(60, "{day:02d}-{month:02d}-2024"))]  # fmt: skip
        header = "klantnummer,abonnement,startdatum,einddatum,maandbedrag"
        _, params = drafted(write(tmp_path, "abonnementen.csv", header, *lines))
        part = params.data["subscriptions"].parts[0]
        assert mapping(part) == {
            "customer_id": "klantnummer", "plan": "abonnement", "started_on": "startdatum", "cancelled_on": "einddatum",
            "monthly_fee": "maandbedrag",
        }  # fmt: skip
        assert part.missing == {"cancelled_on": ["31-12-9999"]}
        assert (part.date_format, part.decimal) == ({"all": ("%d-%m-%Y",)}, ",")
        read_whole(params, tmp_path)

    def test_spreadsheet_dates(self, drafted: Any, tmp_path: Path) -> None:
        path = write(tmp_path, "x.csv", "CustID,InvDate,Total", *(f"{i % 9},{45_000 + i},{i}.5" for i in range(60)))
        _, params = drafted(path)
        assert params.data["orders"].parts[0].date_format == {"all": ("excel",)}
        assert params.as_of == date(2023, 5, 13)
        read_whole(params, tmp_path)

    def test_a_log_of_events(self, drafted: Any, tmp_path: Path) -> None:
        kinds = ["page_view", "login", "click"]
        lines = [f"{i % 9},2024-01-{1 + i % 28:02d}T10:00:00Z,{kinds[i % 3]}" for i in range(60)]
        _, params = drafted(write(tmp_path, "log.csv", "user_id,timestamp,event", *lines))
        assert mapping(params.data["events"].parts[0]) == {
            "customer_id": "user_id", "occurred_at": "timestamp", "kind": "event",
        }  # fmt: skip

    def test_json_lines_and_parquet_and_zip(self, drafted: Any, tmp_path: Path) -> None:
        log = tmp_path / "log.jsonl"
        day = "2024-01-0{}T10:00:00Z"
        log.write_text(
            "".join(f'{{"user_id": "u{i}", "ts": "{day.format(1 + i % 9)}", "event": "login"}}\n' for i in range(9))
        )
        orders = pd.DataFrame({"OrderNo": range(40), "CustNo": [i % 7 for i in range(40)], "Total": 1.5})
        orders["OrderDate"] = pd.Timestamp("2024-02-03 10:00")
        orders.to_parquet(tmp_path / "orders.parquet")
        with zipfile.ZipFile(tmp_path / "clients.zip", "w") as archive:
            archive.writestr("clients.csv", "client_id;nom\n" + "".join(f"{i};Anne {i}\n" for i in range(30)))
        _, params = drafted(log, tmp_path / "orders.parquet", tmp_path / "clients.zip")
        assert mapping(params.data["events"].parts[0]) == {
            "customer_id": "user_id",
            "occurred_at": "ts",
            "kind": "event",
        }
        assert mapping(params.data["orders"].parts[0])["ordered_at"] == "OrderDate"
        assert params.data["orders"].parts[0].date_format == {}
        assert mapping(params.data["customers"].parts[0]) == {"customer_id": "client_id", "name": "nom"}
        assert params.as_of == date(2024, 2, 3)
        read_whole(params, tmp_path)

    def test_a_workbook_with_a_cover_sheet_and_a_header_further_down(self, drafted: Any, tmp_path: Path) -> None:
        rows = [["Sales report", None, None], [None, None, None], ["Customer ID", "Order date", "Amount"]]
        rows += [[f"C{i % 9}", f"2024-03-{1 + i % 28:02d}", i + 0.5] for i in range(40)]
        with pd.ExcelWriter(tmp_path / "sales.xlsx") as book:
            pd.DataFrame().to_excel(book, sheet_name="Cover", index=False)
            pd.DataFrame(rows).to_excel(book, sheet_name="Data", index=False, header=False)
        draft, params = drafted(tmp_path / "sales.xlsx")
        part = params.data["orders"].parts[0]
        assert (part.sheet, set(part.columns)) == ("Data", {"customer_id", "ordered_at", "amount"})
        assert draft.left_out == ("sales.xlsx, sheet Cover: has no rows",)
        read_whole(params, tmp_path)

    def test_a_campaign_of_zeros_and_ones(self, drafted: Any, tmp_path: Path) -> None:
        lines = [f"{i},{i % 2},{int(i % 5 == 0)},{(i % 5 == 0) * i}.5" for i in range(90)]
        draft, params = drafted(write(tmp_path, "ab.csv", "uid,treatment,converted,revenue", *lines))
        part = params.data["exposures"].parts[0]
        assert (part.control, part.outcomes) == ("0", ("converted", "revenue"))
        assert params.knobs == {"roi": {"outcome": "revenue"}}
        assert {"exposures.control", "as_of"} <= unsure(draft)
        assert "runner-up: 1" in dict(draft.doubts)["exposures.control"]

    def test_an_order_total_on_every_line(self, drafted: Any, tmp_path: Path) -> None:
        lines = [f"{i // 3},{i % 7},2024-01-11,{1 + i % 3},{2 + i % 4},{100 + i // 3}" for i in range(90)]
        header = "order_no,client_id,date,qty,price,order total"
        draft, params = drafted(write(tmp_path, "totals.csv", header, *lines))
        assert "amount" not in params.data["orders"].parts[0].columns
        assert '"order total" is the same on every line of an order' in draft.text

    def test_a_long_file_that_is_sorted_by_arm(self, drafted: Any, tmp_path: Path) -> None:
        lines = [f"{i},{'Brief' if i < 29_000 else 'Kontrollgruppe'},{i % 2}" for i in range(30_000)]
        _, params = drafted(write(tmp_path, "aktion.csv", "Kundennummer,Testgruppe,gekauft", *lines))
        part = params.data["exposures"].parts[0]
        assert (part.control, part.outcomes) == ("Kontrollgruppe", ("gekauft",))


class TestSeveralFiles:
    def orders(self, folder: Path, name: str, year: int) -> Path:
        lines = [f"{year}{i},{i % 7},{year}-0{1 + i % 9}-11,{i}.5" for i in range(30)]
        return write(folder, name, "order_id,customer_id,ordered_at,amount", *lines)

    def test_files_that_differ_in_a_number_become_a_glob(self, drafted: Any, tmp_path: Path) -> None:
        draft, params = drafted(*(self.orders(tmp_path, f"orders_{y}.csv", y) for y in (2023, 2024)))
        assert [p.source for p in params.data["orders"].parts] == [str(tmp_path / "orders_*.csv")]
        assert params.as_of == date(2024, 9, 11)
        assert draft.understood[0].rows == 60

    def test_not_where_the_glob_would_take_in_another_file(self, drafted: Any, tmp_path: Path) -> None:
        files = [self.orders(tmp_path, f"orders_{y}.csv", y) for y in (2023, 2024)]
        self.orders(tmp_path, "orders_old.csv", 2020)
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
        path = self.orders(tmp_path, "orders.csv", 2024)
        copy = tmp_path / "orders copy.csv"
        copy.write_bytes(path.read_bytes())
        draft, params = drafted(path, tmp_path / "." / "orders.csv", copy)
        assert len(params.data["orders"].parts) == 1
        assert draft.left_out == (
            "orders.csv: named twice, read once", "orders copy.csv: the same bytes as orders.csv",
        )  # fmt: skip

    def test_a_folder(self, drafted: Any, tmp_path: Path) -> None:
        (tmp_path / "export").mkdir()
        self.orders(tmp_path / "export", "orders.csv", 2024)
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


class TestRefused:
    @pytest.mark.parametrize(
        ("slug", "better"),
        [("acme ltd", "acme-ltd"), ("a/b", "a-b"), ("../x", "x"), (".hidden", "hidden"), ("acme.yaml", "acme")],
    )
    def test_short_names(self, slug: str, better: str) -> None:
        with pytest.raises(InputError, match="cannot be a client's short name") as error:
            check_slug(slug)
        assert f'Use "{better}' in str(error.value)

    def test_a_file_that_is_no_table(self, tmp_path: Path) -> None:
        shop = TestSeveralFiles().orders(tmp_path, "orders.csv", 2024)
        shelf = write(tmp_path, "weather.csv", "city,temperature,humidity", *(f"b{i},{i}.5,{i}" for i in range(30)))
        with pytest.raises(InputError) as error:
            draft_client("x", [shop, shelf], tmp_path, Wishes())
        message = str(error.value)
        assert "weather.csv: This is none of the tables: it is nearest to" in message
        assert "lacks" in message
        assert "Nothing was written" in message

    def test_a_survey_without_its_score(self, tmp_path: Path) -> None:
        lines = [f"{i},2024-01-05,{'good' if i % 2 else 'slow'} service and long text here" for i in range(30)]
        path = write(tmp_path, "survey.csv", "respondent_id,response_date,comment", *lines)
        with pytest.raises(InputError, match=r"nearest to surveys, of which it has response_id .* but lacks score"):
            draft_client("x", [path], tmp_path, Wishes())

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


class TestCommand:
    def test_new_then_check(self, kit: Kit) -> None:
        (kit.root / "export").mkdir()
        TestSeveralFiles().orders(kit.root / "export", "orders.csv", 2024)
        done = kit("new", "beta-shop", "export/orders.csv")
        assert (done.code, done.err) == (0, "")
        lines = done.out.splitlines()
        assert lines[-2:] == ["Written to params/beta-shop.yaml", "Next: kit check beta-shop, then kit run beta-shop"]
        assert "customer_id" in done.out
        text = (kit.root / "params/beta-shop.yaml").read_text("utf-8")
        assert text.startswith("# yaml-language-server: $schema=./schema.json\n")
        assert "    source: ../export/orders.csv\n" in text
        assert (kit.root / "params/schema.json").is_file()
        assert kit("check", "beta-shop").code == 0
        again = kit("new", "beta-shop", "export/orders.csv")
        assert (again.code, again.out) == (2, "")
        assert "params/beta-shop.yaml" in again.err.replace("\n", "")
        assert kit("new", "beta-shop", "export/orders.csv", "--force", "--name", "Beta [b]").code == 0
        assert 'client: "Beta [b]"' in (kit.root / "params/beta-shop.yaml").read_text("utf-8")

    @pytest.mark.parametrize(
        ("args", "message"),
        [
            (["new", "x"], "SOURCE"),
            (["new", "x", "order.csv"], 'Did you mean "orders.csv"?'),
            (["new", "x y", "orders.csv"], 'Use "x-y"'),
            (["new", "acme", "orders.csv"], "--force"),
            (["new", "x", "orders.csv", "--as-of", "31/12/2024"], "is not a day like 2026-09-30"),
            (["new", "x", "orders.csv", "--currency", "pounds"], "is not an ISO code"),
        ],
    )
    def test_refused(self, kit: Kit, args: list[str], message: str) -> None:
        before = {p.name for p in (kit.root / "params").iterdir()}
        done = kit(*args)
        assert (done.code, done.out) == (2, "")
        assert message in " ".join(done.err.replace("│", " ").split())
        assert {p.name for p in (kit.root / "params").iterdir()} == before

    def test_eighty_columns_are_enough(self, tmp_path: Path) -> None:
        marks = [",".join(str(1 + (i + k) % 5) for k in range(8)) + f",{[9, 10, 7, 3, 0][i % 5]}" for i in range(60)]
        questions = ",".join(f"How satisfied are you with number {k} of our services?" for k in range(8))
        path = write(tmp_path, "a file with quite a long name for a survey of 2024.csv", questions + ",nps", *marks)
        draft = draft_client("x", [path], tmp_path, Wishes())
        shown = io.StringIO()
        show_draft(draft, Console(width=80, file=shown), "params/x.yaml", "kit check x, then kit run x")
        lines = shown.getvalue().splitlines()
        assert max(map(len, lines)) <= 80
        assert "Next: kit check x, then kit run x" in lines
        assert [line for line in lines if line.startswith("  8 ratings")]
        assert len(lines) < 40


AWKWARD = st.sampled_from(
    ["${HOME}", "a: b", "# x", "- x", "null", "~", "true", "<<", "*a", "&a", "{x}", "[x]", "'", '"', "a\\b", "%", "@x",
     "x\u2028y", "é", "😀", "  x ", "=", "!tag", "|", ">", "0x1f", "1e3", ".inf", "?", "yes", "a,b", "Q7 #1", "\ufeffx"]
) | st.text(max_size=12)  # fmt: skip


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    table=st.sampled_from(list(TABLES)),
    extra=st.lists(AWKWARD.filter(str.strip), max_size=6, unique=True),  # reading names every column
    texts=st.lists(AWKWARD, min_size=3, max_size=6),
)
def test_whatever_the_columns_are_called_the_draft_is_read_as_it_was_meant(
    table: str, extra: list[str], texts: list[str], tmp_path: Path, project: Project
) -> None:
    """Awkward headers and values survive: what is read from the file is what was guessed."""
    texts = [t for t in texts if t.strip()] or ["x"]
    made: dict[str, list[str]] = {}
    for column in TABLES[table].columns:
        values = {"date": days(24, "2024-{month:02d}-{day:02d}"), "number": [str(i % 11) for i in range(24)]}
        made[column.name] = values.get(column.kind, [f"{i % 9}{texts[i % len(texts)]}" for i in range(24)])
    made |= {
        name: [str(1 + i % 5) if j % 2 else texts[i % len(texts)] for i in range(24)] for j, name in enumerate(extra)
    }
    if table == "exposures":
        made["arm"] = [texts[i % len(texts)] if i % 2 else "control" for i in range(24)]
    frame = pd.DataFrame(made)
    look = look_at(frame)
    fit = fit_tables(look, table)[0]
    part = guess_part(frame, look, fit)
    if not fit.usable:
        return
    head = [Line("client", texts[0], "x", False), Line("as_of", "2024-12-31", "\n# y", True),
            Line("currency", "EUR", "", False), Line("business_model", "b2c", "", False)]  # fmt: skip
    text, _ = write_draft("title", head, {part.table: [WrittenPart(part, "x.csv", "", 24)]}, {})
    path = tmp_path / "x.yaml"
    path.write_bytes(text.encode())
    read = read_params(path, project.notebooks)
    spec = read.data[part.table].parts[0]
    assert spec.columns == {m.column: m.source for m in part.columns}
    assert spec.ratings == {m.column: m.source for m in part.ratings}
    assert spec.attributes == {t.name: (t.kind, t.source) for t in part.traits}
    assert spec.values == part.values
    assert spec.missing == {column: list(codes) for column, codes in part.missing.items()}
    assert (spec.control or "", spec.outcomes) == (part.control, part.outcomes)
    assert read.client == texts[0].strip()


@given(st.text(max_size=20))
def test_any_text_is_quoted_so_that_it_is_read_back(text: str) -> None:
    def load(yaml: str) -> Any:
        return YAML(typ="safe", pure=True).load(yaml)

    kept = text.replace("${", "$${")
    assert str(load(f"a: {scalar(text)} # comment\n")["a"]) == kept or scalar(text).isdigit()
    assert str(load(f"[{scalar(text)}, x]\n")[0]) == kept or scalar(text).isdigit()
    assert len(clean(text).splitlines()) <= 1
