"""Habits, attitudes, scales of scores and early events are told alike on DuckDB and on Spark."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from helpers.data.client_data import ClientData, open_data
from helpers.data.engines import ENGINES
from helpers.data.features.attitudes import latest_attitudes
from helpers.data.features.customer_traits import early_events, first_days
from helpers.data.features.habits import count_habits
from helpers.data.features.score_scales import group_of
from helpers.data.spec import PartSpec, TableSpec
from tests.data.engines.test_spark import QUICK

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("spark")]  # one JVM is enough
AS_OF = date(2026, 9, 30)
FILES = {
    "orders": [
        "order_id,customer_id,ordered_at,amount,promotion,category",
        "1,a,2025-02-01,10,SPRING,Pots",
        "1,a,2025-02-01,5,,Tools",
        "2,a,2026-02-03,20, no ,Tools",
        "3,b,2026-01-15,4,,",
        "4,b,2026-03-15,-4,,Pots",
    ],
    "surveys": ["customer_id,answered_at,score,csat", "a,2026-01-05,9,4", "a,2025-01-05,2,1", "b,,7,"],
    "stars": ["score,weight,food", *["★★★★,1,5"] * 150, *["4 stars,-1,4"] * 60, "x,0,3", "★★,heavy,6", "1/5,,n/a"],
    "events": ["customer_id,occurred_at,kind", "a,2025-01-01,visit", "a,2025-02-02,visit", "b,2026-09-01,mail"],
}


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, ClientData]]:
    folder = tmp_path_factory.mktemp("habits")
    specs = {}
    for name, lines in FILES.items():  # the files of a table are written before it is read
        path: Path = folder / f"{name}.csv"
        path.write_text("\n".join(lines), "utf-8")
        parts = (PartSpec(str(path)),)
        if name == "surveys":
            stars = PartSpec(
                str(folder / "stars.csv"), ratings={"food": "food"}, severities={"identical_lines": "note"}
            )
            parts = (*parts, stars)
        if name != "stars":
            specs[name] = TableSpec(name, parts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_SUBMIT_ARGS", QUICK)
        opened = {engine: open_data(specs, AS_OF, folder / engine, engine) for engine in ENGINES}
        yield opened
        for data in opened.values():
            data.close()


def frames(data: ClientData) -> list[pd.DataFrame]:
    orders, surveys, events = (data.tables[name] for name in ("orders", "surveys", "events"))
    habits = count_habits(orders, AS_OF)
    early = early_events(events, first_days(orders, AS_OF), AS_OF, days=30)
    return [habits.customers, habits.by_month, habits.by_category, latest_attitudes(surveys, AS_OF), early]


def test_engines_agree(read: dict[str, ClientData]) -> None:
    first, *others = (frames(data) for data in read.values())
    assert first[0][["customer_id", "orders", "favourite"]].astype(object).iloc[0].tolist() == ["a", 2, "Tools"]
    assert first[4]["visit (first 30 days)"].tolist() == [1.0, 0.0]
    for other in others:
        for expected, found in zip(first, other, strict=True):
            assert_frame_equal(found, expected, check_dtype=False)


def test_scores_and_their_faults_are_read_alike(read: dict[str, ClientData]) -> None:
    told = {}
    for engine, data in read.items():
        rows = data.tables["surveys"].order_by("kit_file", "kit_row").execute()
        kinds = data.tables["surveys"].mutate(group=group_of(data.tables["surveys"]))
        counts = kinds.group_by("scale", "group").aggregate(n=kinds.count()).execute()
        quality = data.quality[data.quality["table"] == "surveys"].set_index("check")["rows_found"]
        told[engine] = (
            rows[["score", "scale", "weight", "food"]].fillna(-1).values.tolist(),
            sorted(counts.fillna("").values.tolist()),
            quality.to_dict(),
        )
    first, *others = told.values()
    assert all(other == first for other in others)
    assert first[1] == [
        ["0-10", "detractors", 1],
        ["0-10", "passives", 1],
        ["0-10", "promoters", 1],
        ["stars?", "", 212],
    ]
    assert first[2]["food is outside its scale of 1 to 5"] == 1
    assert first[2]["weight is below zero"] == 60
