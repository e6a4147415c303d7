"""What differs between files and waves: filled columns and numbers that restart."""

import ibis
import pandas as pd

from helpers.data.profiling.by_source import filled_by_source, repeated_numbers
from helpers.data.profiling.tables import profile_tables


def answers(numbers: list[int], waves: list[str], files: list[str]) -> dict[str, ibis.Table]:
    frame = pd.DataFrame({"response_id": [str(n) for n in numbers], "score": 9, "kit_file": files, "wave": waves})
    frame["state"] = [None if wave == "2018" else "CA" for wave in waves]
    frame["comment"] = frame["state"]
    return {"surveys": ibis.memtable(frame)}


def test_rows_filled_by_wave_and_file() -> None:
    tables = answers([1, 2, 3, 1, 2], ["2017"] * 3 + ["2018"] * 2, ["a.csv"] * 3 + ["b.csv"] * 2)
    found = filled_by_source(tables, profile_tables(tables).columns)
    assert set(found["column"]) == {"state"}  # every answer has a score, and a blank comment is an answer too
    assert found[["grouping", "group", "rows", "filled"]].to_numpy().tolist() == [
        ["wave", "2017", 3, 3],
        ["wave", "2018", 2, 0],
        ["file", "a.csv", 3, 3],
        ["file", "b.csv", 2, 0],
    ]


def test_one_file_and_one_wave_have_nothing_to_compare() -> None:
    tables = answers([1, 2, 3], ["2017"] * 3, ["a.csv"] * 3)
    tables["surveys"] = tables["surveys"].mutate(state=ibis.cases((tables["surveys"].response_id == "1", "CA")))
    assert filled_by_source(tables, profile_tables(tables).columns).empty


def test_numbers_that_restart_in_each_wave() -> None:
    restarting = answers([1, 2, 3, 1, 2], ["2017"] * 3 + ["2018"] * 2, ["a.csv"] * 5)
    assert repeated_numbers(restarting).to_numpy().tolist() == [["surveys", "response_id", 4, "wave"]]
    by_file = answers([1, 2, 3, 1, 2], ["2017"] * 5, ["a.csv"] * 3 + ["b.csv"] * 2)
    assert repeated_numbers(by_file)["within"].tolist() == ["file"]
    twice = answers([1, 2, 2, 1, 2], ["2017"] * 3 + ["2018"] * 2, ["a.csv"] * 5)
    assert repeated_numbers(twice).to_numpy().tolist() == [["surveys", "response_id", 5, ""]]
    assert repeated_numbers(answers([1, 2, 3, 4, 5], ["2017"] * 5, ["a.csv"] * 5)).empty
    orders = {"orders": ibis.memtable(pd.DataFrame({"order_id": ["1", "1"], "customer_id": ["a", "a"]}))}
    assert repeated_numbers(orders).empty  # an order has several lines
