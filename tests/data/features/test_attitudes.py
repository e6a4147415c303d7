"""Of each customer the latest answer counts, and only what was said by the day of analysis."""

from datetime import date

import ibis
import pandas as pd

from helpers.data.cleaning.marking import empty_table
from helpers.data.features.attitudes import cuts_of, latest_attitudes
from helpers.data.reading import SOURCE, SOURCE_ROW

AS_OF = date(2026, 9, 30)
ANSWERS = pd.DataFrame(
    {
        "customer_id": ["a", "a", "b", "b", "c", None, "d", "d"],
        "answered_at": pd.to_datetime(
            ["2026-01-05", "2025-01-05", "2026-09-30", "2026-10-01", None, "2026-01-01", "2026-02-02", None]
        ),
        "score": [9.0, 2.0, 7.0, 1.0, 5.0, 10.0, 4.0, 8.0],
        "csat": [4.0, 1.0, None, 1.0, 3.0, 5.0, 2.0, 2.0],
        SOURCE: "f.csv",
        SOURCE_ROW: range(8),
    }
)


def test_the_latest_answer_by_the_day_of_analysis_counts() -> None:
    found = latest_attitudes(ibis.memtable(ANSWERS), AS_OF).set_index("customer_id")
    assert found["score"].to_dict() == {"a": 9, "b": 7, "c": 5, "d": 4}
    assert found["csat"].tolist()[:1] == [4.0]
    assert pd.isna(found.loc["b", "csat"])
    assert found["ces"].isna().all()
    assert found.loc["a", "answered_on"] == pd.Timestamp("2026-01-05")
    assert pd.isna(found.loc["c", "answered_on"])


def test_without_dates_the_last_row_counts() -> None:
    found = latest_attitudes(ibis.memtable(ANSWERS.drop(columns="answered_at")), AS_OF)
    assert found.set_index("customer_id")["score"].to_dict() == {"a": 2, "b": 1, "c": 5, "d": 8}


def test_anonymous_answers_and_none_give_no_customers() -> None:
    for table in (ibis.memtable(ANSWERS.drop(columns="customer_id")), empty_table("surveys")):
        assert latest_attitudes(table, AS_OF).empty


def test_one_scale_alone_tells_attitudes() -> None:
    mixed = ANSWERS.assign(scale=["1-5", *["0-10"] * (len(ANSWERS) - 1)])
    found = latest_attitudes(ibis.memtable(mixed), AS_OF)
    assert set(found["scale"]) == {"0-10"}
    fives = latest_attitudes(ibis.memtable(ANSWERS.assign(scale="1-5")), AS_OF)
    assert cuts_of(fives) == (1, 4, 5, 5)
    assert cuts_of(found) == cuts_of(fives.head(0)) == (0, 7, 9, 10)
    assert latest_attitudes(ibis.memtable(ANSWERS.assign(scale="1-5?")), AS_OF).empty
