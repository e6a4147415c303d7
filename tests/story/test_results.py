"""A result table is what its page declares: columns, kinds, bounds, and what tells its rows apart."""

from pathlib import Path

import pandas as pd
import pytest

from helpers.errors import InputError
from helpers.story import notebook
from helpers.story.results import ResultTable, check_result, count, date, declared, flag, points, share, text

TABLE = ResultTable(
    "groups",
    "a group",
    {"name": text(), "n": count(), "part": share(), "nps": points(), "since": date(), "big": flag()},
    key=["name"],
)
GOOD = pd.DataFrame(
    {
        "name": ["a", "b"],
        "n": [3, 0],
        "part": [0.0, 1 + 1e-12],
        "nps": [-100.0, 100.0],
        "since": pd.to_datetime(["2026-01-01", None]),
        "big": [True, False],
    }
)


@pytest.mark.parametrize(
    "frame",
    [
        GOOD,
        GOOD.assign(more="x"),
        GOOD.assign(n=[3.0, float("nan")], part=float("nan"), name=["a", None]),
        GOOD.assign(name=pd.Series(["a", "b"], dtype=object)),
    ],
    ids=["as declared", "a column more", "blanks", "texts as objects"],
)
def test_what_is_declared_passes_as_it_is(frame: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(check_result(frame, TABLE), frame)


@pytest.mark.parametrize(
    ("frame", "says"),
    [
        (GOOD.drop(columns=["n", "big"]), "lacks n, big"),
        (GOOD.assign(name=[1, 2]), 'has int64 in "name", which holds text'),
        (GOOD.assign(big=[0, 1]), 'has int64 in "big", which holds yes/no'),
        (GOOD.assign(since="2026-01-01"), 'in "since", which holds date'),
        (GOOD.assign(n=["3", "4"]), r'in "n", which holds numbers \(count\)'),
        (GOOD.assign(n=True), 'has bool in "n"'),
        (GOOD.assign(n=[3, -1]), 'has values from -1 to 3 in "n", a count of 0 or more'),
        (GOOD.assign(n=[0.5, 1]), 'has fractions in "n"'),
        (GOOD.assign(part=[-0.01, 1]), 'in "part", a share of 0 to 1'),
        (GOOD.assign(part=[0, 1.01]), 'in "part", a share of 0 to 1'),
        (GOOD.assign(nps=[0, 100.1]), 'in "nps", a points of -100 to 100'),
        (GOOD.assign(name="a"), "has several rows for one name"),
    ],
)
def test_what_is_not_is_refused_in_one_sentence(frame: pd.DataFrame, says: str) -> None:
    with pytest.raises(InputError, match=says) as caught:
        check_result(frame, TABLE)
    assert "docs/tables.md" in str(caught.value) and "\n" not in str(caught.value)


def test_a_table_without_rows_has_the_types_of_one_with_rows() -> None:
    empty = check_result(pd.DataFrame(columns=list(GOOD)), TABLE)
    assert empty.dtypes.astype(str).to_dict() == GOOD.dtypes.astype(str).to_dict()


def test_a_page_declares_its_own_and_an_analyst_nothing() -> None:
    assert "customers_rfm" in declared("02_rfm")
    for page in ("08_regions", "00_summary", "nothing", "08_fmt", "08_", "08_../rfm", "08_my.page"):
        assert declared(page) == {}


def test_saving_checks_what_the_page_declares(tmp_path: Path) -> None:
    segments = pd.DataFrame({"rfm_segment": ["Champions"], "customers": [3]})
    try:
        notebook.open_page("08_own", tmp_path)
        notebook.save_table("rfm_segments", segments)
        assert notebook.load_table("rfm_segments").equals(segments)
        notebook.open_page("02_rfm", tmp_path)
        with pytest.raises(InputError, match="lacks customer_share, spend"):
            notebook.save_table("rfm_segments", segments)
    finally:
        notebook._page = None
