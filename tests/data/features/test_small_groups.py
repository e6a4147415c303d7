"""Values of attributes that few customers have are put together, and no subtraction brings them back."""

from collections import Counter

import ibis
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.data.features.small_groups import MOST_VALUES, small_values, withhold_small_groups
from helpers.data.schema import WITHHELD


def people(**towns: int) -> pd.DataFrame:
    names = [town for town, n in towns.items() for _ in range(n)]
    frame = pd.DataFrame({"customer_id": [f"c{i}" for i in range(len(names))], "town": pd.Series(names, dtype="str")})
    return frame.assign(age=range(len(names)))


def shown(frame: pd.DataFrame, least: int = 5) -> Counter[str]:
    tables = withhold_small_groups({"customers": ibis.memtable(frame)}, {"customers": ["town", "age", "shoe"]}, least)
    return Counter(tables["customers"].execute()["town"].fillna("").tolist())


def test_small_values_become_one_group() -> None:
    assert shown(people(A=9, B=5, C=4, D=1)) == {"A": 9, "B": 5, WITHHELD: 5}


def test_a_value_alone_is_joined_by_the_next_smallest() -> None:
    """Else whoever knows the whole could subtract."""
    assert shown(people(A=9, B=5, C=4)) == {"A": 9, WITHHELD: 9}
    assert shown(people(A=9, B=6, C=1, D=1)) == {"A": 9, WITHHELD: 8}  # 2 would be too few still


def test_a_slip_of_the_pen_hides_no_large_group() -> None:
    assert shown(people(A=300, B=100, C=4)) == {"A": 300, "B": 100, "": 4}
    assert shown(people(A=300, B=99, C=4)) == {"A": 300, WITHHELD: 103}
    assert shown(people(A=300, B=100, C=3, D=2)) == {"A": 300, "B": 100, WITHHELD: 5}


def test_without_small_values_nothing_changes() -> None:
    assert shown(people(A=5, B=5)) == {"A": 5, "B": 5}
    assert shown(people(A=1, B=1), least=1) == {"A": 1, "B": 1}
    assert shown(people(A=4)) == {WITHHELD: 4}


def test_customers_are_counted_and_not_rows() -> None:
    frame = pd.concat([people(A=6, B=6), people(A=0, C=1).loc[[0] * 9].assign(customer_id="x")])
    assert shown(frame) == {"B": 6, WITHHELD: 15}  # of equals the first by name joins
    assert shown(frame.drop(columns="customer_id")) == {"A": 6, "B": 6, "C": 9}


def test_numbers_and_texts_that_are_no_grouping_stay() -> None:
    frame = people(A=9, B=1)
    made = withhold_small_groups({"customers": ibis.memtable(frame)}, {"customers": ["age"]}, 5)["customers"].execute()
    assert made["age"].tolist() == list(range(10))
    many = people(**{f"t{i}": 1 for i in range(MOST_VALUES + 1)})
    assert shown(many)["t0"] == 1
    assert shown(many.iloc[1:]) == {WITHHELD: MOST_VALUES}


def test_quantities_written_as_text_stay_and_codes_do_not() -> None:
    ages = people(**{str(age): 2 for age in range(20, 31)}, unknown=1)
    assert shown(ages)["20"] == 2
    assert shown(ages[ages["town"] != "20"]) == {WITHHELD: 21}  # ten numbers may be codes


@pytest.mark.parametrize("least", [0, 1])
def test_it_can_be_switched_off(least: int) -> None:
    assert small_values(pd.Series({"A": 1, "B": 1}), least) == []


@given(st.dictionaries(st.sampled_from("ABCDEFGH"), st.integers(1, 12), min_size=1), st.integers(0, 10))
def test_no_group_is_small_and_none_is_told_by_the_rest(sizes: dict[str, int], least: int) -> None:
    gone = small_values(pd.Series(sizes, dtype="int64"), least)
    assert all(n >= least for value, n in sizes.items() if value not in gone)
    if gone and len(gone) < len(sizes):
        assert len(gone) >= 2
        assert sum(sizes[value] for value in gone) >= least
    assert bool(gone) == any(n < least for n in sizes.values())
