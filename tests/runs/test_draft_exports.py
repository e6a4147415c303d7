"""`kit new` on made exports: headers in several languages, dates, decimals and codes as clients write them."""

import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from ruamel.yaml import YAML

from helpers.data.spec import EVERYONE_ELSE, NOBODY
from tests.runs.drafts import days, mapping, read_whole, unsure, write


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
        assert draft.left_out == ("crm.xlsx, sheet Infos: it shows nothing of any table",)
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
        orders = pd.DataFrame({"OrderNo": range(40), "CustNo": [i % 7 for i in range(40)], "Total": [1.5, 2.5] * 20})
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
        assert params.knobs == {"campaigns": {"outcome": "revenue"}}
        assert {"exposures.control", "as_of"} <= unsure(draft)
        assert "runner-up: 1" in dict(draft.doubts)["exposures.control"]

    @pytest.mark.parametrize(
        ("name", "header", "told"),
        [
            ("list.csv", "CustomerCode,SentOn,Campaign", {"customer_id", "exposed_on", "campaign"}),
            ("mailing.csv", "customer_id,contact_date,campaign_name", {"customer_id", "exposed_on", "campaign"}),
            ("spring_mailing.csv", "CustomerCode,SentOn", {"customer_id", "exposed_on"}),
            ("kampagne.csv", "Kundennummer,Versanddatum", {"customer_id", "exposed_on"}),
        ],
    )
    def test_a_list_of_members_is_held_against_everyone_else(
        self, name: str, header: str, told: set[str], drafted: Any, tmp_path: Path
    ) -> None:
        customer = header.split(",")[0]
        orders = [f"{i},K{100 + i % 90},2026-0{1 + i % 6}-11,{5 + i % 40}.50" for i in range(300)]
        write(tmp_path, "orders.csv", f"OrderNo,{customer},OrderDate,Amount", *orders)
        rows = [f"K{100 + i},2026-03-0{1 + i % 4},Spring" for i in range(60)]
        write(tmp_path, name, header, *[row if header.count(",") == 2 else row[:-7] for row in rows])
        _, params = drafted(tmp_path)
        part = params.data["exposures"].parts[0]
        assert (part.control, set(part.columns)) == (EVERYONE_ELSE, told)
        read_whole(params, tmp_path)

    def test_a_list_of_members_alone_has_no_everyone_else(self, drafted: Any, tmp_path: Path) -> None:
        lines = [f"K{100 + i},2026-03-0{1 + i % 4},Spring" for i in range(60)]
        draft, params = drafted(write(tmp_path, "mailing.csv", "CustomerCode,SentOn,Campaign", *lines))
        assert params.data["exposures"].parts[0].control == NOBODY
        assert "control: nobody # no arm got nothing" in draft.text
        read_whole(params, tmp_path)

    def test_no_arm_is_taken_for_the_control_that_is_not_called_so(self, drafted: Any, tmp_path: Path) -> None:
        lines = [f"K{100 + i},2026-03-01,Spring,{'call' if i % 3 else 'mail'}" for i in range(60)]
        draft, params = drafted(write(tmp_path, "mailing.csv", "CustomerCode,SentOn,Campaign,Variant", *lines))
        assert params.data["exposures"].parts[0].control == NOBODY
        assert "exposures.control" in unsure(draft)
        read_whole(params, tmp_path)

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


class TestScales:
    @staticmethod
    def survey(folder: Path, question: str, scores: list[str]) -> Path:
        answers = [f"{i},K{i % 90},2025-03-{1 + i % 28:02d},{scores[i % len(scores)]},good" for i in range(240)]
        return write(folder, "survey.csv", f"Response ID,Customer ID,Date,{question},Remarks", *answers)

    @pytest.mark.parametrize(
        ("question", "scores", "scale", "kept"),
        [
            ("Likelihood to recommend", ["1", "4", "7", "8", "9", "10"], "1-10", 240),
            ("Weiterempfehlung", ["sehr wahrscheinlich", "eher unwahrscheinlich", "keine Angabe"], "words", 160),
            ("Recommend", ["★★★★★", "★★★★", "★"], "stars", 240),
            ("Would you recommend us?", ["1", "2", "3", "4", "5"], "1-5", 240),
            ("NPS", ["10 - extremely likely", "0 - not at all likely", "7", "8", "9"], None, 240),
            ("NPS", ["0", "1", "4", "7", "8", "9", "10"], None, 240),
        ],
    )
    def test_the_scale_of_a_score_is_named(
        self, question: str, scores: list[str], scale: str | None, kept: int, drafted: Any, tmp_path: Path
    ) -> None:
        draft, params = drafted(self.survey(tmp_path, question, scores))
        part = params.data["surveys"].parts[0]
        assert (part.columns["score"], part.scale) == (question, scale)
        assert (f"scale: {scale} # " in draft.text) == bool(scale)
        data = read_whole(params, tmp_path, aside=240 - kept)
        assert not data.quality["check"].str.contains("not declared").any()
