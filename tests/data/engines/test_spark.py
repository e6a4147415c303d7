"""A local Spark does with values and tables what DuckDB does, down to the reasons for which rows are set aside."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import ibis
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from helpers.data.cleaning import casting
from helpers.data.client_data import ClientData, open_data
from helpers.data.engines import ENGINES, Engine, open_engine
from helpers.data.engines.dialect import java_format
from helpers.data.features import answer_waves
from helpers.data.features.accounts import roll_up_to_accounts
from helpers.data.features.answers import counts_by_two, latest_scores, nps_counts
from helpers.data.features.bands import with_tenure
from helpers.data.features.campaigns import campaign_customers, exposure_counts
from helpers.data.features.comments import sample_comments
from helpers.data.features.customers import customer_features, list_summary
from helpers.data.features.follow_up import find_follow_up, value_at_stake
from helpers.data.features.measures import measure_customers
from helpers.data.features.order_lines import monthly_orders
from helpers.data.features.ratings import rating_moments, rating_pairs, sample_ratings
from helpers.data.features.small_groups import withhold_small_groups
from helpers.data.features.subscriptions import subscription_totals
from helpers.data.features.usual_outcomes import usual_outcomes
from helpers.data.profiling.tables import profile_tables
from helpers.data.spec import EVERYONE_ELSE, EXCEL_SERIAL, PartSpec, Rule, TableSpec
from helpers.errors import InputError

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("spark")]  # one JVM is enough

QUICK = (
    "--conf spark.sql.codegen.wholeStage=false --conf spark.sql.codegen.factoryMode=NO_CODEGEN"
    " --conf spark.sql.adaptive.enabled=false --driver-java-options -XX:TieredStopAtLevel=1 pyspark-shell"
)
AS_OF = date(2026, 9, 30)
NUMBERS = """1|1.5|1,5|-3|+4|10d|0x1p3|1e5|1E-3|nan|inf|-inf|.5|5.|1_000|1.234,50|1,234.50|1'234.5|1 234,5|(5)|5-|€ 3
$1,200.00|GBP 5|5 EUR|kr 7|12%|1.2.3|17850.0|00123|17850.00|1.5 €|−3|abc|1,23,456|1.5.|1e400|1\u00a0234"""
DATES = """2024-01-03|2024-1-3|2024-01-03 10:00|2024-01-03T10:00:00|2024-01-03T10:00:00Z|2024-01-03 10:00:00+02:00
2024-01|2024-01-03 10:00:00.123456|2024|10:00|20240103|2024/01/03|2024-13-01|2024-02-30|0001-01-01|9999-12-31|1500-06-01
13/03/24|2024-01-03 10:00:00 +0000|3.1.2024|03.01.2024|03/01/2024|1/3/24|1/3/69|1/3/68|03-Jan-2024|3 January 2024
jan 3, 2024|03.01.2024 10:05|03.01.2024 10:05:06|1/3/2024 1:05 PM|1/3/2024 01:05:06 am|24|45000|45000.5|0.5
3000000|Infinity"""
FLAGS = "yes|NO|Ja|1|0|x|maybe| y|\tz | ä"


@pytest.fixture(scope="module", autouse=True)
def quick_spark() -> Iterator[None]:
    """Small tables are done before a compiler has looked at them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_SUBMIT_ARGS", QUICK)
        yield


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Engine]]:
    opened = {name: open_engine(name, tmp_path_factory.mktemp(name)) for name in ENGINES}
    yield opened
    for engine in opened.values():
        engine.close()


def test_values_are_read_alike(engines: dict[str, Engine]) -> None:
    texts = "|".join([NUMBERS, DATES, FLAGS]).replace("\n", "|").split("|")
    frame = pd.DataFrame({"place": range(len(texts)), "text": texts})
    forms = [*casting.DATE_FORMATS, *(f"%d.%m.%Y{time}" for time in casting.TIMES), "%m/%d/%Y %I:%M:%S %p"]
    read = {}
    for name, engine in engines.items():
        table = engine.bring(frame, "texts")
        text = casting.as_text(table.text)
        columns = {f"plain {mark}": casting.plain_number(text, mark) for mark in ".,"}
        columns |= {f"repaired {mark}": casting.repaired_number(text, mark) for mark in ".,"}
        columns |= {kind: casting.to_kind(text, kind) for kind in ("id", "flag", "date")}
        columns |= {
            f"date {i}": casting.to_kind(text, "date", (form,)) for i, form in enumerate([*forms, EXCEL_SERIAL])
        }
        columns["currency"] = casting.currency_of(None, [(text, ibis.literal(True))])
        read[name] = table.select("place", "text", **columns).order_by("place").execute()
    two_digits = forms.index("%d.%m.%y")  # Java wants both of a year's two digits
    read["duckdb"].loc[frame["text"] == "1.2.3", f"date {two_digits}"] = pd.NaT
    assert_frame_equal(read["spark"], read["duckdb"])
    counts = read["duckdb"].count()
    assert counts["plain ."] > 10 and counts["date"] > 8 and counts["flag"] > 6 and counts["currency"] > 4


def test_a_date_format_that_java_lacks_is_refused() -> None:
    assert java_format("%d/%m/%Y %H:%M") == "d/M/yyyy H:m"
    assert java_format("%Y%m%dT%H%M") == "yyyyMMdd'T'HHmm"
    with pytest.raises(InputError, match="Spark does not read"):
        java_format("%A %d %B %Y")


def client(folder: Path) -> dict[str, TableSpec]:
    """Messy tables: every kind of rule, repair, code and mapping has a row that needs it."""
    (folder / "orders.csv").write_text(
        "no;who;day;worth;item\n"
        '1;A;05.01.2026;"1.234,50";x y\n2;A;06.01.2026;10 €;\n3;B;31.12.2026;5;z\n4;;07.01.2026;5;z\n5;C;bad;5;z\n'
        "6;C;08.01.2026;n/a;z\n7;C;08.01.2026;-3,5;z\n7;D;08.01.2026;3;z\n8;D;09.01.2026;4;z\n8;D;09.01.2026;4;z\n"
        "9;Z;10.01.2026;99999;z\n10;A;11.02.2026;7;w\n11;D;9.3.2026;1_0;v\n12;test;1.1.2026;1;v\n13;A\n",
        "utf-8",
    )
    (folder / "customers.csv").write_text(
        "customer_id,account_id,name,email,phone,acquired_on,acquisition_cost,consent,region\n"
        "A,K,Ann Lee,ann@x.example,+44 20 7946 0001,2024-03-01,10,no,North\n"
        "B,K,Ann  LEE,,,2023-03-01,5,yes,South\nC,,Cid,ANN@x.example ,,2025-01-01,,,South\n"
        "D,K,Dee,dee@x.example,020 7946 0001,2024-05-01,2.5,,North\nD,K,Dee,d@x.example,,,,,\n",
        "utf-8",
    )
    (folder / "answers.csv").write_text(
        "who,day,nps,food,price,said,w\nA,45000.5,9,Very good,5,Call me on 020 7946 0001,1\nB,45001,11,Good,0,,1\n"
        "A,45300,3,Bad,1,too dear,2\nC,45301,,Good,3,,1\nD,45302,7,Good,4,too dear,0.5\nA,45302,7.5,Bad,2,,1\n",
        "utf-8",
    )
    orders = PartSpec(
        str(folder / "orders.csv"),
        columns={"order_id": "no", "customer_id": "who", "ordered_at": "day", "amount": "worth", "product": "item"},
        missing={"amount": ["n/a"]},
        filter={"who": ["A", "B", "C", "D", "Z", ""]},
        rules=(Rule("amounts are below 5,000", "amount < 5000 AND length(order_id) < 9", "set_aside"),),
        severities={"unknown_customer": "set_aside"},
    )
    customers = PartSpec(
        str(folder / "customers.csv"), attributes={"region": ("geographic", "region")}, merge=("email", "phone")
    )
    answers = PartSpec(
        str(folder / "answers.csv"),
        columns={
            **{"response_id": "(row number)", "customer_id": "who", "answered_at": "day", "score": "nps"},
            **{"comment": "said", "weight": "w"},
        },
        ratings={"food": "food", "price": "price"},
        missing={"score": ["11"], "ratings": ["0"]},
        values={"food": {"Very good": "5", "Good": "4", "Bad": "1"}},
        date_format={"answered_at": (EXCEL_SERIAL,)},
    )
    (folder / "calls.csv").write_text(
        "customer_id,occurred_at,ended_at\nA,2026-01-05 10:00,2026-01-05 10:45\nB,2026-01-05 10:00,\n"
        "C,2026-01-05 10:00:00,2026-01-05 09:59:30\n",
        "utf-8",
    )
    (folder / "members.csv").write_text("customer_id,exposed_on,cost\nA,2026-01-06,1\nA,2026-02-01,2\n", "utf-8")
    parts = {"orders": orders, "customers": customers, "surveys": answers}
    (folder / "plans.csv").write_text(
        "customer_id,started_on,cancelled_on,tenure_months,churned\nA,2025-10-01,2026-01-01,,\nB,2025-03-01,,,\n"
        "C,,,5,no\nC,,,9,yes\n",
        "utf-8",
    )
    parts["subscriptions"] = PartSpec(str(folder / "plans.csv"))
    parts["events"] = PartSpec(str(folder / "calls.csv"), set={"kind": "call"})
    parts["exposures"] = PartSpec(str(folder / "members.csv"), control=EVERYONE_ELSE)
    return {name: TableSpec(name, (part,)) for name, part in parts.items()}


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, ClientData]]:
    folder = tmp_path_factory.mktemp("client")
    specs = client(folder)
    opened = {name: open_data(specs, AS_OF, folder / name, name) for name in ENGINES}
    yield opened
    for data in opened.values():
        data.close()


def test_tables_are_cleaned_alike(both: dict[str, ClientData]) -> None:
    duckdb, spark = both["duckdb"], both["spark"]
    for note in ("received", "quality"):
        assert_frame_equal(getattr(spark, note), getattr(duckdb, note))
    found = duckdb.quality.set_index("check")["rows_set_aside"]
    assert found["exact duplicate"] == found["amounts are below 5,000"] == found["ordered_at is not a date"] == 1
    assert (
        found["left out by the filter on who"] == found["no score"] == 2
        and found["same email or phone as an earlier customer"] == 2
    )
    for table in duckdb.supplied():
        place = ["kit_file", "kit_row"]
        kept = [data.tables[table].order_by(place).execute() for data in (spark, duckdb)]
        assert_frame_equal(kept[0], kept[1])
        assert_frame_equal(*(d.rejected(table).sort_values(place, ignore_index=True) for d in (spark, duckdb)))


def test_a_second_session_finds_what_the_first_has_kept(both: dict[str, ClientData], tmp_path: Path) -> None:
    spark = both["spark"]
    again = open_data(spark.specs, AS_OF, spark.engine.folder.parent, "spark")  # type: ignore[attr-defined]
    assert again.engine.folder == spark.engine.folder  # type: ignore[attr-defined]
    assert again.tables["orders"].count().execute() == spark.received.set_index("table").loc["orders", "rows_kept"]


def test_reductions_agree(both: dict[str, ClientData]) -> None:
    def reduced(data: ClientData) -> dict[str, pd.DataFrame]:
        orders, answers = data.tables["orders"], data.tables["surveys"]
        rolled = roll_up_to_accounts(data.tables, data.supplied())
        asked = replace(data, tables=data.tables | {"customers": data.tables["customers"].drop("consent")})
        listed = data.tables["customers"].mutate(order_count=2.0, last_order_on=data.tables["customers"].acquired_on)
        listed = listed.mutate(income=(listed.region == "North").ifelse("1,5", "20"))
        return {
            "no amounts": customer_features(orders.drop("amount"), AS_OF),
            "months without amounts": monthly_orders(orders.drop("amount")),
            "summary": list_summary(listed, AS_OF),
            "measures": measure_customers(orders, listed, AS_OF, ["order_count", "income", "region"]).customers,
            "features": customer_features(orders, AS_OF),
            "net": customer_features(orders, AS_OF, subtract_returns=True),
            "months": monthly_orders(orders),
            "moments": rating_moments(answers, "score", ["food", "price"], use_weights=True, buckets=3),
            "nps": nps_counts(answers, ["customer_id", "response_id"]),
            "answers by month": answer_waves.answers_by_month(answers),
            "tenure": with_tenure(answers.mutate(acquired_on=ibis.timestamp("2019-01-01"))).order_by("score").execute(),
            "waves": answer_waves.wave_counts(answer_waves.with_waves(answers, "quarter")),
            "cells": counts_by_two(answers, "customer_id", "response_id"),
            "pairs": rating_pairs(answers, "score", ["food", "price"], use_weights=True, buckets=3),
            "ratings": sample_ratings(answers, "score", ["food", "price"], use_weights=True),
            "follow up": find_follow_up(asked, AS_OF, days=10_000, ratings=["food", "price"]).answers,
            "accounted for": find_follow_up(data, AS_OF, days=100).accounted,
            "at stake": value_at_stake(data.tables, data.supplied(), AS_OF),
            "small groups": withhold_small_groups(data.tables, {"customers": ["region"]}, 9)["customers"]
            .group_by("region")
            .aggregate(n=lambda t: t.count())
            .order_by("region")
            .execute(),
            "latest": latest_scores(answers),
            "comments": sample_comments(answers, ["food"]).comments,
            "accounts": rolled["customers"].order_by("customer_id").execute(),
            "subscriptions": pd.DataFrame([subscription_totals(data.tables["subscriptions"], AS_OF)]),
            "campaign customers": campaign_customers(data, {}).sort_values("customer_id", ignore_index=True),
            "exposure counts": exposure_counts(data, AS_OF),
            "usual outcomes": usual_outcomes(
                data.tables["orders"],
                customer_features(data.tables["orders"], AS_OF)[["customer_id"]]
                .sort_values("customer_id", ignore_index=True)
                .assign(rfm_segment="All"),
                AS_OF - timedelta(days=90),
                AS_OF,
            ),
            "account orders": customer_features(rolled["orders"], AS_OF),
        }

    spark, duckdb = reduced(both["spark"]), reduced(both["duckdb"])
    for name, frame in duckdb.items():
        assert len(frame), name
        assert_frame_equal(spark[name], frame, obj=name)


def test_profiles_agree(both: dict[str, ClientData]) -> None:
    profiles = {name: profile_tables(data.supplied_tables()) for name, data in both.items()}
    spark, duckdb = profiles["spark"], profiles["duckdb"]
    assert len(duckdb.values) > 50 and len(duckdb.days) > 20
    for name in ("tables", "columns", "values", "days", "correlations"):
        assert_frame_equal(getattr(spark, name), getattr(duckdb, name), obj=name)


def test_an_engine_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"There is no engine called .*sparc.*Did you mean .*spark"):
        open_engine("sparc", tmp_path)
