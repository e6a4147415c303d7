"""kit check: what the data can carry, what changed since an earlier extract, and a column that was there before."""

import json
import re
from pathlib import Path

import pandas as pd
import pytest

from helpers.data.client_data import open_data
from helpers.runs.earlier import extract_of
from helpers.runs.params import read_params
from tests.runs.conftest import AS_OF, ORDERS, PARAMS, Kit


def save_extract(kit: Kit, day: str) -> None:
    """What a report of that day would have saved of the present data."""
    params = read_params(kit.root / "params/acme.yaml", kit.root / "notebooks")
    data = open_data(params.data, params.as_of, kit.root / ".read")
    extract = extract_of(data)
    data.close()
    folder = kit.reports / day / "tables"
    folder.mkdir(parents=True, exist_ok=True)
    frames = {"data_columns": extract.columns, "data_values": extract.values, "data_received": extract.received}
    for name, frame in frames.items():
        frame.to_parquet(folder / f"{name}.parquet")
    (kit.reports / day / "run.json").write_text(json.dumps({"inputs": []}), "utf-8")


def dearer(text: str) -> str:
    """The same orders with a value that is a hundred times as large, and no order numbers."""
    rows = [line.split(",") for line in text.splitlines()]
    return "\n".join(",".join([row[1], row[2], row[3].replace(".5", "00")]) for row in rows) + "\n"


def test_what_the_data_can_carry(kit: Kit) -> None:
    done = kit("check", "acme")
    assert (done.code, done.err) == (0, "")
    assert "Value segments" in done.out and "NPS by group" in done.out
    assert "nps_groups" not in done.out
    assert "12 buyers" not in done.out
    assert "thin" in done.out and "4 buyers in 25 cells" in done.out


def test_scores_on_a_scale_that_is_not_declared(kit: Kit) -> None:
    (kit.root / "answers.csv").write_text("n,score\n" + "".join(f"{i},{1 + i % 5}\n" for i in range(40)), "utf-8")
    text = PARAMS.replace("data:\n", "data:\n  surveys:\n    source: ../answers.csv\n")
    kit.params(text)
    said = "40 answers are not scored: no score is above 5, as on a scale from 1 to 5."
    assert said in " ".join(kit("check", "acme").out.split())
    kit.params(text.replace("answers.csv\n", "answers.csv\n    scale: 1-5\n"))
    assert "not scored" not in kit("check", "acme").out


def test_another_parameter_file_is_an_extract(kit: Kit) -> None:
    (kit.root / "before.csv").write_text(ORDERS, "utf-8")
    kit.params(PARAMS.replace("orders.csv", "before.csv"), "before")
    (kit.root / "orders.csv").write_text(dearer(ORDERS), "utf-8")
    kit.params(PARAMS.replace("order_id: no, ", ""))
    done = kit("check", "acme", "--against", "before")
    assert (done.code, done.err) == (0, "")
    assert "Compared with before: Since the earlier extract" in done.out
    told = {tuple(line.split()[1:3]) for line in done.out.splitlines() if line.startswith(" Orders")}
    assert ("order_id", "gone") in told


def test_a_former_report_is_an_extract(kit: Kit) -> None:
    save_extract(kit, "2026-06-30")
    done = kit("check", "acme", "--against", "2026-06-30")
    assert (done.code, done.err) == (0, "")
    assert "Compared with 2026-06-30: The 4 columns are spread as in the earlier extract." in done.out


def test_an_extract_that_is_not_there(kit: Kit) -> None:
    save_extract(kit, "2026-06-30")
    done = kit("check", "acme", "--against", "2026-03-31")
    assert done.code == 1
    assert 'There is no earlier extract "2026-03-31". Allowed: latest, ' in done.err
    assert "2026-06-30" in done.err


def test_a_report_without_a_profile(kit: Kit) -> None:
    (kit.reports / "2026-06-30" / "tables").mkdir(parents=True)
    done = kit("check", "acme", "--against", "2026-06-30")
    assert done.code == 1
    assert "holds no profile of its data" in done.err


@pytest.mark.parametrize("command", ["check", "run"])
def test_a_column_renamed_since_the_last_report(kit: Kit, command: str) -> None:
    record = kit.reports / AS_OF / "run.json"
    record.write_text(json.dumps({"inputs": [{"columns": ["no", "customer ", "day", "value"]}]}), "utf-8")
    (kit.root / "orders.csv").write_text(ORDERS.replace("customer", "Customer_Id"), "utf-8")
    done = kit(command, "acme")
    assert done.code == 1
    assert f'"customer" was there on {AS_OF}, the nearest now is "Customer_Id"' in done.err


def test_a_column_no_report_knew(kit: Kit) -> None:
    kit.params(PARAMS.replace("customer_id: customer", "customer_id: client"))
    done = kit("check", "acme")
    assert done.code == 1
    assert 'mapped to "client", a column this source does not have' in done.err
    assert "was there" not in done.err


def test_a_report_records_the_columns_it_read(published: tuple[Path, object]) -> None:
    record = json.loads((published[0] / "reports/acme" / AS_OF / "run.json").read_text("utf-8"))
    assert [source["columns"] for source in record["inputs"]] == [["no", "customer", "day", "value"]]
    assert pd.api.types.is_integer(record["inputs"][0]["rows"])


def test_a_client_without_money_is_told_nothing_of_it(kit: Kit) -> None:
    kit.params(PARAMS.replace(", amount: value", ""))
    done = kit("check", "acme")
    assert (done.code, done.err) == (0, "")
    assert "4 buyers in 25 cells" in done.out
    assert not re.search("spen[dt]|amount|currenc|EUR|€|sales", done.out)


def test_a_list_without_identifiers_is_not_joined(kit: Kit) -> None:
    (kit.root / "members.csv").write_text("age\n31\n", "utf-8")
    kit.params(PARAMS + "  customers: {source: ../members.csv, columns: {customer_id: (row number)}}\n")
    done = kit("check", "acme")
    assert done.code == 1
    assert "has no identifier, only row numbers, so it cannot be joined to orders" in done.err


def test_members_of_a_campaign_are_no_test(kit: Kit) -> None:
    (kit.root / "mailing.csv").write_text("customer,sent\n001,2026-03-01\n", "utf-8")
    kit.params(
        PARAMS + "  exposures:\n    source: ../mailing.csv\n"
        "    columns: {customer_id: customer, exposed_on: sent}\n    control: everyone else\n"
    )
    done = kit("check", "acme")
    assert (done.code, done.err) == (0, "")
    assert "This is not a test: the others were not held out at random" in " ".join(done.out.split())
