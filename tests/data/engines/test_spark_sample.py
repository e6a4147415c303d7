"""Answers are summed up alike on DuckDB and on Spark: by customer, account and wave."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from helpers.data.client_data import ClientData, open_data
from helpers.data.engines import ENGINES
from helpers.data.features.account_answers import account_answers, answers_by_side
from helpers.data.features.answer_sums import weight_sums
from helpers.data.features.question_sums import question_facts, question_sums
from helpers.data.spec import PartSpec, TableSpec
from tests.data.engines.test_spark import QUICK

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("spark")]  # one JVM is enough
AS_OF = date(2026, 9, 30)
FILES = {
    "customers": [
        "customer_id,account_id,role,acquired_on",
        "a,A,Hotel guest,2025-01-01",
        "b,A,Buyer,2026-09-01",
        "c,,,",
    ],
    "orders": ["order_id,customer_id,ordered_at,amount", "1,a,2025-02-01,10", "2,b,2026-09-02,20", "3,d,2026-01-01,4"],
    "surveys": [
        "customer_id,answered_at,score,csat,wave,weight",
        "a,2026-01-05,9,4,2026,1.5",
        "a,2025-01-05,2,1,2025,0",
        "b,2026-02-01,7,,2026,2",
        ",,10,5,,",
        "e,2026-02-01,6,9,2026,1",
    ],
}


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, ClientData]]:
    folder = tmp_path_factory.mktemp("sample")
    specs = {}
    for name, lines in FILES.items():
        path: Path = folder / f"{name}.csv"
        path.write_text("\n".join(lines), "utf-8")
        specs[name] = TableSpec(name, (PartSpec(str(path)),))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_SUBMIT_ARGS", QUICK)
        opened = {engine: open_data(specs, AS_OF, folder / engine, engine) for engine in ENGINES}
        yield opened
        for data in opened.values():
            data.close()


def frames(data: ClientData) -> list[pd.DataFrame]:
    surveys = data.tables["surveys"]
    placed = account_answers(data, surveys, "b2b2c", AS_OF)
    return [
        weight_sums(surveys),
        pd.DataFrame([question_facts(surveys, "csat")]),
        question_sums(surveys, "csat", 1, 5, 4, 5),
        *(placed.answers, placed.contacts, placed.spend.assign(unplaced=placed.unplaced)),
        answers_by_side(data, surveys, "b2b2c"),
    ]


def test_engines_agree(read: dict[str, ClientData]) -> None:
    first, *others = (frames(data) for data in read.values())
    assert first[0]["answers"].tolist() == [5, 1, 3, 1]
    assert first[-1].set_index("side")["answers"].to_dict() == {"consumer": 2, "business": 1}
    for other in others:
        for one, same in zip(first, other, strict=True):
            assert_frame_equal(one, same, check_dtype=False)
