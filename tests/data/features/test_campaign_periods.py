"""The sums of what was bought before and after campaigns, held against the same sums made row by row."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers.data.client_data import ClientData, open_data
from helpers.data.features.campaign_periods import CampaignPeriods, measure_periods
from helpers.data.spec import EVERYONE_ELSE, NOBODY, PartSpec, TableSpec
from tests.data.clients import AS_OF

LATER = date(2027, 12, 31)
ORDERS = (
    "order_id,customer_id,ordered_at,amount\n"
    "1,A,2026-02-09,10\n2,A,2026-02-24,20\n3,A,2026-03-02 18:00,30\n4,A,2026-03-05,-5\n"
    "5,B,2026-02-16,40\n6,B,2026-03-01 23:00,50\n7,B,2026-03-11,60\n"
    "8,C,2026-02-10,70\n8,C,2026-02-10,5\n9,D,2026-02-23,80\n10,D,2026-03-09,90\n11,E,2026-03-10,100\n"
)
MEMBERS = "campaign,customer_id,exposed_on\nspring,A,2026-03-02 12:00\nspring,C,2026-03-04\n"


def client(folder: Path, orders: str = ORDERS, members: str = MEMBERS, control: str = EVERYONE_ELSE) -> ClientData:
    specs = {}
    for name, text in {"orders": orders, "exposures": members}.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
        options = {"control": control} if name == "exposures" else {}
        specs[name] = TableSpec(name, (PartSpec(str(folder / f"{name}.csv"), **options),))
    return open_data(specs, LATER, folder / ".data")


def totals(found: CampaignPeriods, arm: str) -> list[float]:
    own = found.sums[found.sums["arm"] == arm].sort_values("period")
    return own["total"].tolist()


def test_periods_are_weeks_from_the_first_day(tmp_path: Path) -> None:
    """Orders go from 9 February to 11 March: three weeks before 2 March, and ten days after, the last week short."""
    found = measure_periods(client(tmp_path), AS_OF)
    told = found.campaigns.iloc[0]
    assert told[["period_days", "before", "after", "followed_days", "contacted"]].tolist() == [7, 3, 2, 10, 2]
    assert (str(told["first_on"].date()), str(told["last_on"].date())) == ("2026-03-02", "2026-03-04")
    assert sorted(set(zip(found.sums["period"], found.sums["days"], strict=True))) == [
        (-3, 7), (-2, 7), (-1, 7), (0, 7), (1, 3),
    ]  # fmt: skip
    assert totals(found, "contacted") == [85, 0, 20, 30, 0]
    assert totals(found, EVERYONE_ELSE) == [0, 40, 130, 0, 150]
    assert found.sums.groupby("arm")["customers"].first().to_dict() == {"contacted": 2, EVERYONE_ELSE: 2}
    products = found.products.set_index(["arm", "period", "other"])["product"]
    assert products[("contacted", -3, -3)] == 10**2 + 75**2
    assert products[("contacted", -3, -1)] == 10 * 20
    assert products[(EVERYONE_ELSE, -1, 1)] == 50 * 60 + 80 * 90
    assert products[(EVERYONE_ELSE, -3, 1)] == 0


def test_the_business_is_told_by_day(tmp_path: Path) -> None:
    data = client(tmp_path)
    found = measure_periods(data, AS_OF)
    days = found.days.set_index("day")["value"]
    assert days[pd.Timestamp("2026-02-10")] == 75
    assert days.sum() == 555
    assert found.metric == "spend"
    earlier = measure_periods(data, pd.Timestamp("2026-03-01").date())
    assert earlier.days["day"].max() == pd.Timestamp("2026-03-01")
    assert earlier.campaigns["after"].tolist() == [0]
    assert earlier.sums.empty


@pytest.mark.parametrize(
    ("first", "last", "span"),
    [
        ("2026-01-05", "2026-05-31", [7, 8, 13, 91]),
        ("2026-01-05", "2026-06-01", [28, 2, 4, 92]),
        ("2023-01-01", "2026-08-26", [28, 8, 7, 178]),
        ("2023-01-01", "2027-02-28", [28, 13, 13, 364]),
        ("2023-01-01", "2027-03-01", [91, 8, 5, 365]),
        ("2026-03-02", "2026-03-20", [7, 0, 3, 19]),
        ("2026-01-05", "2026-03-02", [7, 8, 1, 1]),
        ("2026-01-05", "2026-03-01", [7, 8, 0, 0]),
    ],
)
def test_periods_are_as_long_as_the_time_that_was_followed(
    first: str, last: str, span: list[int], tmp_path: Path
) -> None:
    """Ninety-one days are thirteen weeks; a campaign on the first or the last day of the data has one side only."""
    orders = f"customer_id,ordered_at,amount\nA,{first},1\nB,{first},1\nB,{last},1\n"
    found = measure_periods(client(tmp_path, orders), LATER)
    assert found.campaigns[["period_days", "before", "after", "followed_days"]].iloc[0].tolist() == span
    assert found.sums.empty == (0 in span)


def test_who_is_in_two_arms_is_in_neither(tmp_path: Path) -> None:
    members = "customer_id,arm,exposed_on\nA,mail,2026-03-02\nA,call,2026-03-02\nB,mail,2026-03-02\nC,call,2026-03-02\n"
    found = measure_periods(client(tmp_path, members=members), AS_OF)
    assert found.sums.groupby("arm")["customers"].first().to_dict() == {"call": 1, EVERYONE_ELSE: 1, "mail": 1}


def test_campaigns_to_all_have_no_arms(tmp_path: Path) -> None:
    found = measure_periods(client(tmp_path, members="campaign,exposed_on\nspring,2026-03-02\n", control=NOBODY), AS_OF)
    assert found.campaigns[["campaign", "control", "contacted"]].to_numpy().tolist() == [["spring", NOBODY, 1]]
    assert found.sums.empty
    assert found.products.empty


def test_without_amounts_orders_are_counted(tmp_path: Path) -> None:
    orders = "customer_id,ordered_at\nA,2026-02-09\nA,2026-02-09\nB,2026-02-10\nB,2026-03-03\n"
    found = measure_periods(client(tmp_path, orders), AS_OF)
    assert found.metric == "orders"
    assert totals(found, EVERYONE_ELSE) == [1, 0, 0, 1]


def test_without_a_day_there_are_no_periods(tmp_path: Path) -> None:
    found = measure_periods(client(tmp_path, members="campaign,customer_id\nspring,A\n"), AS_OF)
    assert (len(found.campaigns), len(found.sums), len(found.days)) == (0, 0, 0)


def test_sums_are_those_of_the_rows(tmp_path: Path) -> None:
    """Every customer counts once a campaign, and what they bought adds up to the orders of these days."""
    rng = np.random.default_rng(3)
    people = [f"c{i}" for i in range(60)]
    frame = pd.DataFrame(
        {
            "customer_id": rng.choice(people, 600),
            "ordered_at": pd.Timestamp("2025-06-01") + pd.to_timedelta(rng.integers(0, 400, 600), unit="D"),
            "amount": rng.integers(1, 90, 600),
        }
    )
    frame["order_id"] = range(600)
    first = pd.DataFrame(
        {"customer_id": people, "ordered_at": pd.Timestamp("2025-05-31"), "amount": 1, "order_id": people}
    )
    frame = pd.concat([frame, first], ignore_index=True)
    members = "campaign,customer_id,exposed_on\n" + "".join(
        f"one,c{i},2026-03-0{1 + i % 3}\ntwo,c{i + 20},2026-05-01\n" for i in range(25)
    )
    found = measure_periods(client(tmp_path, frame.to_csv(index=False), members), AS_OF)
    assert found.sums.groupby(["campaign", "period"])["customers"].sum().eq(60).all()
    for told in found.campaigns.itertuples():
        day = frame["ordered_at"] - told.first_on
        gone = day.dt.days // told.period_days
        wanted = frame[gone.between(-told.before, told.after - 1)].groupby(gone)["amount"].sum()
        own = found.sums[found.sums["campaign"] == told.campaign].groupby("period")["total"].sum()
        pd.testing.assert_series_equal(own, wanted.astype("float64"), check_names=False, check_index_type=False)
