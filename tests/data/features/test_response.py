"""Everyone who could have answered: from the list, the orders, or both."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from helpers.data.client_data import ClientData, open_data
from helpers.data.features.answers import NO_PURCHASE
from helpers.data.features.response import (
    BANDS,
    MOST_GROUPS,
    OTHERS,
    known_customers,
    last_answer_on,
    response_groupings,
    spend_bands,
)
from helpers.data.spec import PartSpec, TableSpec
from helpers.errors import InputError

AS_OF = date(2026, 9, 30)
FILES = {
    "customers": "customer_id,role,acquired_on,size,city\n"
    "1,Buyer,2024-01-01,1,Bath\n2,,2024-01-01,,a@b.com\n3,User,2026-08-01,20,Bath\n5,User,2026-08-01,3,\n",
    "orders": "order_id,customer_id,ordered_at,amount\n1,1,2025-01-01,30\n2,2,2026-08-02,10\n3,4,2026-08-03,5\n"
    "4,5,2025-08-03,7\n",
    "surveys": "customer_id,score,answered_at\n1,9,2026-07-31 18:00\n",
}
TRAITS = {"size": ("demographic", "size"), "city": ("geographic", "city")}


def read(folder: Path, *tables: str, **changes: str) -> ClientData:
    specs = {}
    for name in tables or FILES:
        (folder / f"{name}.csv").write_text(changes.get(name, FILES[name]), "utf-8")
        traits = TRAITS if name == "customers" and name not in changes else {}
        specs[name] = TableSpec(name, (PartSpec(str(folder / f"{name}.csv"), attributes=traits),))
    return open_data(specs, AS_OF, folder / ".data")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> ClientData:
    """All of `FILES`, read once."""
    return read(tmp_path_factory.mktemp("client"))


def test_the_list_and_buyers_who_are_not_on_it(client: ClientData) -> None:
    known = known_customers(client, pd.DataFrame(), AS_OF).set_index("customer_id")
    assert known["spend"].to_dict() == {"1": 30, "2": 10, "3": 0, "4": 5, "5": 7}
    assert known["role"].to_dict() == {
        **{"1": "Buyer", "2": "(unknown)", "3": "User"},
        **{"4": "(unknown)", "5": "User"},
    }
    assert known.loc["3", "spend_band"] == NO_PURCHASE
    # By the earlier of list and first order; the last answer is of 31 July.
    assert known["came_later"].to_dict() == {"1": False, "2": False, "3": True, "4": True, "5": False}
    assert response_groupings(known.reset_index()) == ["spend_band", "role"]


def test_value_segments_come_first(client: ClientData) -> None:
    segments = pd.DataFrame(
        {
            "customer_id": ["1", "4"],
            "spend": [9.0, 2.0],
            "tenure_days": [600, 3],
            "rfm_segment": ["Champions", "New customers"],
        }
    )
    known = known_customers(client, segments, AS_OF)
    assert known["rfm_segment"].tolist() == ["Champions", NO_PURCHASE, NO_PURCHASE, "New customers", NO_PURCHASE]
    assert known["spend"].tolist() == [9, 0, 0, 2, 0]
    assert known["came_later"].tolist() == [False, False, True, True, True]
    assert response_groupings(known) == ["rfm_segment", "spend_band", "role"]


def test_columns_asked_for_are_tidied(client: ClientData) -> None:
    known = known_customers(client, pd.DataFrame(), AS_OF, ["size", "city", "size"]).set_index("customer_id")
    assert response_groupings(known.reset_index()) == ["spend_band", "size", "city"]
    assert known["size"].tolist() == ["1", "(unknown)", "20", "(unknown)", "3"]
    assert known["city"].tolist() == ["Bath", "(withheld)", "Bath", "(unknown)", "(unknown)"]


def test_many_groups_become_one(tmp_path: Path) -> None:
    rows = [f"{i},town {i % 25:02}" for i in range(100)] + [f"{i},town 00" for i in range(100, 110)]
    data = read(tmp_path, "customers", customers="customer_id,role\n" + "\n".join(rows))
    counted = known_customers(data, pd.DataFrame(), AS_OF)["role"].value_counts()
    assert len(counted) == MOST_GROUPS
    assert counted.sum() == 110
    assert counted["town 00"] == 14
    assert counted[OTHERS] == 24


@pytest.mark.parametrize("column", ["city_", "name", "customer_id", "kit_row"])
def test_a_column_that_is_not_there_is_refused(client: ClientData, column: str) -> None:
    with pytest.raises(InputError, match="response_by") as refused:
        known_customers(client, pd.DataFrame(), AS_OF, [column])
    assert "role" in str(refused.value)


def test_orders_alone_a_list_alone_and_neither(tmp_path: Path) -> None:
    for folder in ("orders", "list", "none"):
        (tmp_path / folder).mkdir()
    buyers = known_customers(read(tmp_path / "orders", "orders"), pd.DataFrame(), AS_OF)
    assert buyers["customer_id"].tolist() == ["1", "2", "4", "5"]
    assert not buyers["came_later"].any(), "answers that are not there have no last day"
    assert response_groupings(buyers) == ["spend_band"]
    plain = read(tmp_path / "list", "customers", customers="customer_id,spend\n1,5\n2,\n")
    assert known_customers(plain, pd.DataFrame(), AS_OF)["spend"].tolist() == [5, 0]
    nobody = known_customers(read(tmp_path / "none", "surveys"), pd.DataFrame(), AS_OF)
    assert nobody.empty
    assert response_groupings(nobody) == []


def test_a_list_without_spend_has_no_bands(tmp_path: Path) -> None:
    data = read(tmp_path, "customers", customers="customer_id,name\n1,Ann\n2,Bob\n")
    known = known_customers(data, pd.DataFrame(), AS_OF)
    assert known["spend"].isna().all()
    assert response_groupings(known) == []


def test_fifths_of_buyers_are_of_one_size() -> None:
    spend = pd.Series([10.0] * 10 + [0.0, -5.0], index=range(5, 17))
    bands = spend_bands(spend)
    assert bands.value_counts().to_dict() == {**dict.fromkeys(BANDS, 2), NO_PURCHASE: 2}
    assert bands.tolist()[:3] == ["Top fifth by spend", "Top fifth by spend", "Second fifth"]
    assert bands.cat.categories.tolist() == [*BANDS, NO_PURCHASE]
    assert spend_bands(pd.Series([0.0, 0.0])).tolist() == [NO_PURCHASE] * 2
    assert spend_bands(pd.Series([3.0, 1.0, 2.0])).tolist() == ["Top fifth by spend", "Fourth fifth", "Second fifth"]


def test_the_day_of_the_last_answer(tmp_path: Path, client: ClientData) -> None:
    assert last_answer_on(client.tables["surveys"]) == pd.Timestamp("2026-07-31")
    undated = read(tmp_path, "surveys", surveys="customer_id,score\n1,9\n")
    assert last_answer_on(undated.tables["surveys"]) is None
