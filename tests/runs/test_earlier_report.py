"""Which earlier report a review compares with, and what of it may be compared."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from helpers.errors import InputError
from helpers.runs.earlier_report import EarlierReport, check_against, open_earlier
from helpers.runs.params import Params
from helpers.runs.pseudonyms import make_key, pseudonyms_of
from tests.runs.conftest import PARAMS, Kit
from tests.runs.params_text import Read

CLIENT = "Acme & Söhne"
SALT = '\nprivacy: {identifiers: pseudonyms, salt: "${KIT_SALT}"}\n'


def report(folder: Path, day: str, **record: Any) -> Path:
    """A published report with one table; what `record` names as None is left out of its run.json."""
    (folder / day / "tables").mkdir(parents=True)
    told = {"client": CLIENT, "as_of": day, "currency": "EUR", "unit": "customer", "identifiers": "as_given"} | record
    (folder / day / "run.json").write_text(json.dumps({k: v for k, v in told.items() if v is not None}), "utf-8")
    pd.DataFrame({"customer_id": ["007"], "spend": [1.5]}).to_parquet(folder / day / "tables" / "customers_rfm.parquet")
    return folder / day


@pytest.fixture
def acme(read: Read, tmp_path: Path) -> Params:
    params = read(PARAMS)
    for folder in ("notebooks", "params"):
        (tmp_path / folder).mkdir(exist_ok=True)
    return params


def opened(params: Params, run_dir: Path, against: str | None = "") -> EarlierReport:
    client: Any = SimpleNamespace(params=params, as_of=params.as_of)
    return open_earlier(client, str(run_dir), against)


class TestWhichOne:
    def test_the_last_of_an_earlier_day_and_not_of_the_same(self, acme: Params, tmp_path: Path) -> None:
        for day in ("2026-03-31", "2026-06-30", "2026-09-30", "2026-12-31"):
            report(tmp_path / "reports/acme", day)
        found = opened(acme, tmp_path / "reports/acme/.2026-09-30.77")
        assert (found.there, found.day, found.days) == (True, date(2026, 6, 30), 92)
        assert found.spans == {
            "since": (date(2026, 7, 1), date(2026, 9, 30)),
            "before": (date(2026, 3, 31), date(2026, 6, 30)),
        }
        assert opened(acme, tmp_path / "reports/acme/.2026-09-30.77", "latest").day == date(2026, 6, 30)

    def test_by_its_date_or_its_folder(self, acme: Params, tmp_path: Path) -> None:
        folder = report(tmp_path / "reports/acme", "2026-03-31")
        report(tmp_path / "reports/acme", "2026-06-30")
        run_dir = tmp_path / "reports/acme/draft"
        assert opened(acme, run_dir, "2026-03-31").day == date(2026, 3, 31)
        assert opened(acme, tmp_path / "elsewhere/run", str(folder)).day == date(2026, 3, 31)

    def test_the_cover_takes_the_one_that_the_review_compares_with(self, acme: Params, tmp_path: Path) -> None:
        for day in ("2026-03-31", "2026-06-30"):
            report(tmp_path / "reports/acme", day)
        run_dir = tmp_path / "reports/acme/draft"
        assert opened(acme, run_dir, None).day == date(2026, 6, 30)
        told = replace(acme, knobs={"review": {"against": "2026-03-31"}})
        assert opened(told, run_dir, None).day == date(2026, 3, 31)

    def test_none_yet(self, acme: Params, tmp_path: Path) -> None:
        found = opened(acme, tmp_path / "reports/acme/draft")
        assert (found.there, found.day, found.days, found.spans) == (False, None, 0, {})
        assert found.table("customers_rfm").empty
        assert found.tables(["nps"])["nps"].empty

    def test_a_day_and_a_year_apart(self, acme: Params, tmp_path: Path) -> None:
        report(tmp_path / "reports/acme", "2026-09-29")
        assert opened(acme, tmp_path / "reports/acme/draft").spans["since"] == (date(2026, 9, 30), date(2026, 9, 30))
        report(tmp_path / "reports/acme", "2025-09-30")
        assert opened(acme, tmp_path / "reports/acme/draft", "2025-09-30").days == 365

    def test_one_that_is_damaged_is_passed_over_for_the_one_before(self, acme: Params, tmp_path: Path) -> None:
        report(tmp_path / "reports/acme", "2026-03-31")
        (report(tmp_path / "reports/acme", "2026-06-30") / "run.json").write_text("{", "utf-8")
        assert opened(acme, tmp_path / "reports/acme/draft").day == date(2026, 3, 31)

    def test_a_client_may_change_its_name_but_not_its_file_as_well(self, acme: Params, tmp_path: Path) -> None:
        report(tmp_path / "reports/acme", "2026-06-30", client="Acme SE")
        assert opened(acme, tmp_path / "reports/acme/draft").there


class TestRefusals:
    @pytest.mark.parametrize(
        ("against", "said"),
        [
            ("2026-05-31", "There is no report of 2026-05-31 of this client. Allowed: 2026-06-30."),
            ("2026-09-30", "The report of 2026-09-30 is not earlier than this one, of 2026-09-30."),
            ("2026-12-31", "The report of 2026-12-31 is not earlier than this one"),
            ("nowhere", "There is no report in "),
            ("2026-02-01", "is damaged: its run.json cannot be read."),
            ("../reports/other/2026-06-30", "is of another client, Other Ltd."),
            ("../reports/acme/copy", "does not say of which day it is."),
        ],
    )
    def test_in_one_sentence(self, acme: Params, tmp_path: Path, against: str, said: str) -> None:
        own = tmp_path / "reports/acme"
        for day in ("2026-06-30", "2026-09-30", "2026-12-31"):
            report(own, day)
        (report(own, "2026-02-01") / "run.json").write_text("[]", "utf-8")
        report(tmp_path / "reports/other", "2026-06-30", client="Other Ltd")
        report(own, "copy", as_of=None)
        against = str((tmp_path / "params" / against).resolve()) if "/" in against else against
        with pytest.raises(InputError) as error:
            opened(acme, own / "draft", against)
        assert said in str(error.value).replace("2026-02-01, ", "").replace(", 2026-09-30, 2026-12-31", "")

    def test_before_any_work_is_done(self, kit: Kit) -> None:
        review = kit.root / "notebooks/07_review.ipynb"
        review.write_text(
            (kit.root / "notebooks/00_summary.ipynb")
            .read_text("utf-8")
            .replace("word: str", "against: str")
            .replace(", word", ", against")
            .replace(" [none | one]", ""),
            "utf-8",
        )
        refused = kit("run", "acme", "--against", "2026-06-30", "-q")
        assert refused.code == 2
        assert "There is no report of 2026-06-30 of this client. Allowed: none yet" in " ".join(refused.err.split())
        assert kit.last_good_stands()

    def test_without_a_page_on_the_review(self, kit: Kit) -> None:
        refused = kit("run", "acme", "--against", "2026-06-30")
        assert refused.code == 2
        assert "no page on the review" in refused.err

    def test_only_what_was_asked_for_is_checked(self, acme: Params, tmp_path: Path) -> None:
        check_against(acme, tmp_path / "reports/acme")


class TestWhatMayBeCompared:
    @pytest.mark.parametrize(
        ("record", "money"),
        [
            ({}, ""),
            ({"currency": "USD"}, "the earlier report is in USD, this one in EUR"),
            ({"currency": None}, "the earlier report does not say in which currency it is"),
        ],
    )
    def test_currencies(self, acme: Params, tmp_path: Path, record: dict[str, Any], money: str) -> None:
        report(tmp_path / "reports/acme", "2026-06-30", **record)
        assert opened(acme, tmp_path / "reports/acme/draft").no_money == money

    def test_units(self, acme: Params, tmp_path: Path) -> None:
        report(tmp_path / "reports/acme", "2026-06-30", unit="account")
        told = opened(acme, tmp_path / "reports/acme/draft").no_customers
        assert told == "the earlier report counts by account, this one by customer"

    def test_key_figures_of_the_cover(self, acme: Params, tmp_path: Path) -> None:
        figures = [{"label": "Spend", "value": "€1m", "note": ""}]
        folder = report(tmp_path / "reports/acme", "2026-06-30", cover=[*figures, {"label": "No value"}, 7])
        assert opened(acme, tmp_path / "reports/acme/draft").cover == (*figures,)
        told = json.loads((folder / "run.json").read_text("utf-8"))
        for record in (told | {"unit": "account"}, told | {"cover": None}, told | {"cover": "none"}):
            (folder / "run.json").write_text(json.dumps(record), "utf-8")
            assert opened(acme, tmp_path / "reports/acme/draft").cover == ()

    def test_pseudonyms_of_the_same_salt_are_the_same(
        self, read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("KIT_SALT", "a long random salt")
        params = read(PARAMS + SALT)
        (tmp_path / "notebooks").mkdir(exist_ok=True)
        report(tmp_path / "reports/acme", "2026-06-30", identifiers="pseudonyms")
        found = opened(params, tmp_path / "reports/acme/draft")
        own = found.own(pd.DataFrame({"customer_id": ["007"], "spend": [2.0]}))
        assert (
            own["customer_id"].tolist()
            == pseudonyms_of(pd.Series(["007"]), make_key("a long random salt", "acme")).tolist()
        )
        assert own["spend"].tolist() == [2.0]
        assert list(found.own_tables({"nps": pd.DataFrame({"nps": [1.0]})})["nps"]) == ["nps"]

    def test_pseudonyms_without_the_salt_cannot_be_followed(self, acme: Params, tmp_path: Path) -> None:
        report(tmp_path / "reports/acme", "2026-06-30", identifiers="pseudonyms")
        found = opened(acme, tmp_path / "reports/acme/draft")
        assert "has no salt" in found.no_customers
        frame = pd.DataFrame({"customer_id": ["007"]})
        assert found.own(frame) is frame


class TestTables:
    def test_missing_and_damaged_ones_have_no_rows(self, acme: Params, tmp_path: Path) -> None:
        folder = report(tmp_path / "reports/acme", "2026-06-30")
        (folder / "tables" / "nps.parquet").write_bytes(b"PAR1 and no more")
        found = opened(acme, tmp_path / "reports/acme/draft")
        assert found.damaged == ("nps",)
        tables = found.tables(["nps", "roi_kpis", "customers_rfm", None, "../../run"])  # type: ignore[list-item]
        assert {name: len(frame) for name, frame in tables.items()} == {
            **{"nps": 0, "roi_kpis": 0, "customers_rfm": 1, "../../run": 0}
        }

    def test_tables_alone_as_a_copy_has_them(self, acme: Params, tmp_path: Path) -> None:
        folder = report(tmp_path / "reports/acme", "2026-06-30")
        (folder / "run.json").unlink()
        found = opened(acme, tmp_path / "reports/acme/draft", "2026-06-30")
        assert (found.day, bool(found.no_money)) == (date(2026, 6, 30), True)
