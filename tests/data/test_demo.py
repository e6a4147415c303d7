"""The demo client: the same seed gives the same bytes, the truth agrees with the files, and it can be found again.

What was planted is recovered here with pandas and scikit-learn alone, from the files as a client would hand them
over, so that a report that misses it is at fault and not the demo.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score

from helpers.data.client_data import ClientData
from helpers.data.demo import Planted, write_demo
from helpers.runs.params import Params
from tests.data.demo_files import read

pytestmark = pytest.mark.xdist_group("demo files")  # what these tests share is made in one process
FILES = [
    *("orders.csv", "customers.csv", "surveys.csv", "events.csv", "subscriptions.csv", "exposures.csv"),
    "showroom.csv",
]
TRUTH = ["planted.json", "planted_customers.csv"]
SCRIPT = '<script>alert("x")</script>'


@pytest.fixture(scope="module")
def planted(planted_demo: Planted) -> Planted:
    return planted_demo


@pytest.fixture(scope="module")
def orders(planted: Planted) -> pd.DataFrame:
    return read(planted, "orders.csv")


@pytest.fixture(scope="module")
def clean(orders: pd.DataFrame) -> pd.DataFrame:
    """The order lines that can be used: customer_id, at, amount, invoice."""
    lines = orders.drop_duplicates()
    lines = pd.DataFrame(
        {
            "customer_id": lines["CustomerCode"].str.strip(),
            "at": pd.to_datetime(lines["InvoiceDate"], format="%Y-%m-%d %H:%M", errors="coerce"),
            "quantity": pd.to_numeric(lines["Quantity"], errors="coerce"),
            "price": lines["UnitPrice"].astype(float),
            "cost": lines["LineCost"].astype(float),
            "invoice": lines["InvoiceNo"],
        }
    )
    lines = lines[(lines["customer_id"] != "") & (lines["price"] > 0)].dropna()
    return lines.assign(amount=lines["quantity"] * lines["price"])


@pytest.fixture(scope="module")
def buyers(clean: pd.DataFrame, planted: Planted) -> pd.DataFrame:
    """One row a buyer: recency (days), orders, spend, value (of an order), and the planted segment and stop."""
    sales = clean[clean["quantity"] > 0].groupby("customer_id")
    frame = pd.DataFrame(
        {
            "recency": (pd.Timestamp("2026-09-30") - sales["at"].max().dt.normalize()).dt.days,
            "orders": sales["invoice"].nunique(),
            "spend": sales["amount"].sum(),
        }
    )
    frame["value"] = frame["spend"] / frame["orders"]
    return frame.join(planted.customers.set_index("customer_id"), how="left", validate="one_to_one")


def test_the_same_seed_gives_the_same_bytes(planted: Planted, tmp_path: Path) -> None:
    write_demo(tmp_path / "again")
    for file in FILES + TRUTH:
        assert (tmp_path / "again" / file).read_bytes() == (planted.folder / file).read_bytes(), file
    assert {one.name for one in planted.folder.iterdir()} == {*FILES, *TRUTH}


def test_another_seed_gives_another_client_of_the_same_shape(planted: Planted, tmp_path: Path) -> None:
    other = write_demo(tmp_path, seed=1)
    assert (tmp_path / "orders.csv").read_bytes() != (planted.folder / "orders.csv").read_bytes()
    ours, theirs = (one.files.set_index("file")["rows"] for one in (planted, other))
    assert ((theirs / ours).between(0.9, 1.1)).all()
    assert other.segments["customers"].tolist() == planted.segments["customers"].tolist()


def test_sizes(planted: Planted, orders: pd.DataFrame) -> None:
    rows = planted.files.set_index("file")["rows"]
    assert rows.to_dict() == {file: len(read(planted, file)) for file in FILES}
    assert 115_000 < rows["orders.csv"] < 125_000
    assert 57_000 < rows["events.csv"] < 63_000
    assert (rows["customers.csv"], rows["surveys.csv"], rows["subscriptions.csv"]) == (5_024, 2_400, 380)
    customers = read(planted, "customers.csv")
    assert customers["AccountNo"].nunique() == 1_200
    assert customers["CustomerCode"].is_unique
    assert customers["CustomerCode"].str.fullmatch(r"\d{5}").all()
    assert (customers["CustomerCode"].str[0] == "0").mean() > 0.3
    for file in FILES:
        codes = set(read(planted, file)["CustomerCode"].str.strip()) - {""}
        assert codes <= set(customers["CustomerCode"]), file
    days = orders.loc[orders["InvoiceDate"].str.match("20"), "InvoiceDate"]
    assert (days >= "2023-10-01").all() and (days < "2026-10-01").all()


def test_planted_json_holds_the_same_truth(planted: Planted) -> None:
    truth = json.loads((planted.folder / "planted.json").read_text(encoding="utf-8"))
    for name in ("segments", "drivers", "lifts", "dirt", "files"):
        assert truth[name] == getattr(planted, name).to_dict(orient="records"), name
    assert truth["clean_orders"] == planted.clean_orders
    assert truth["members"] == planted.members
    listed = read(planted, "planted_customers.csv")
    pd.testing.assert_frame_equal(listed, planted.customers, check_dtype=False)
    by_segment = listed["segment"].value_counts()
    assert by_segment.to_dict() == {
        **planted.segments.set_index("segment")["customers"].to_dict(),
        "No orders": truth["contacts_without_orders"],
    }
    stopped = listed["stopped"].value_counts()
    assert truth["dormancy"]["at_once"] == stopped["at once"] == planted.segments["stopped_at_once"].sum()
    assert truth["dormancy"]["faded"] == stopped["faded"] == planted.segments["stopped_fading"].sum()
    assert truth["dormancy"]["stopped"] == stopped["faded"] + stopped["at once"]
    assert (listed["stopped_on"] != "").sum() == truth["dormancy"]["stopped"]


def test_dirt_is_as_counted(planted: Planted, orders: pd.DataFrame) -> None:
    customers, surveys = read(planted, "customers.csv"), read(planted, "surveys.csv")
    codes, products = orders["CustomerCode"], orders["Product"]
    emails = customers.loc[customers["Email"] != "", "Email"]
    found = {
        ("orders.csv", "exact_duplicates"): orders.duplicated().sum(),
        ("orders.csv", "without_customer"): (codes == "").sum(),
        ("orders.csv", "zero_price"): (orders["UnitPrice"].astype(float) == 0).sum(),
        ("orders.csv", "unreadable_date"): pd.to_datetime(orders["InvoiceDate"], errors="coerce").isna().sum(),
        ("orders.csv", "unreadable_quantity"): pd.to_numeric(orders["Quantity"], errors="coerce").isna().sum(),
        ("orders.csv", "blanks_around_customer"): (codes != codes.str.strip()).sum(),
        ("orders.csv", "blanks_around_product"): (products != products.str.strip()).sum(),
        ("customers.csv", "near_duplicate_people"): emails.str.casefold().duplicated().sum(),
        ("customers.csv", "missing_email"): (customers["Email"] == "").sum(),
        ("customers.csv", "script_in_name"): customers["ContactName"].str.contains(SCRIPT, regex=False).sum(),
        ("surveys.csv", "score_99"): (surveys["Q1_Recommend"] == "99").sum(),
        ("surveys.csv", "script_in_comment"): surveys["Comment"].str.contains(SCRIPT, regex=False).sum(),
        **{("surveys.csv", f"{one}_0"): (surveys[one] == "0").sum() for one in planted.drivers["question"]},
    }
    assert planted.dirt.set_index(["file", "kind"])["rows"].to_dict() == found
    assert found[("orders.csv", "exact_duplicates")] / len(orders) == pytest.approx(0.005, abs=0.0005)
    assert found[("orders.csv", "without_customer")] / len(orders) == pytest.approx(0.01, abs=0.0005)
    for file in ("events.csv", "exposures.csv", "subscriptions.csv", "surveys.csv", "customers.csv"):
        assert not read(planted, file).duplicated().any(), file


def test_people_entered_twice_share_account_and_address_and_never_order(planted: Planted, orders: pd.DataFrame) -> None:
    customers = read(planted, "customers.csv")
    extra = customers[~customers["CustomerCode"].isin(planted.customers["customer_id"])]
    key = ["AccountNo", customers["Email"].str.casefold().rename("email")]
    pairs = customers[customers["Email"] != ""].groupby(key)["CustomerCode"].agg(list)
    pairs = pairs[pairs.str.len() > 1]
    assert len(pairs) == len(extra) == 24
    assert all(len(set(pair) & set(extra["CustomerCode"])) == 1 for pair in pairs)
    assert not extra["CustomerCode"].isin(orders["CustomerCode"].str.strip()).any()


def test_clean_orders_add_up_to_the_stated_totals(planted: Planted, clean: pd.DataFrame) -> None:
    sold, returned = clean[clean["quantity"] > 0], clean[clean["quantity"] < 0]
    assert planted.clean_orders == {
        "lines": len(sold),
        "invoices": sold["invoice"].nunique(),
        "customers": sold["customer_id"].nunique(),
        "sales": pytest.approx(sold["amount"].sum(), abs=0.01),
        "return_lines": len(returned),
        "returns": pytest.approx(returned["amount"].sum(), abs=0.01),
    }
    assert 20e6 < planted.clean_orders["sales"] < 30e6  # three years of a wholesaler with 1,200 accounts
    assert 1 - clean["cost"].sum() / clean["amount"].sum() == pytest.approx(0.42, abs=0.005)


def test_trade_has_seasons_growth_and_quiet_weekends(clean: pd.DataFrame) -> None:
    sales = clean[clean["quantity"] > 0]
    by_year = sales.groupby(sales["at"].dt.year + (sales["at"].dt.month >= 10))["amount"].sum()
    assert by_year.is_monotonic_increasing
    by_month = sales.groupby(sales["at"].dt.month)["amount"].sum()
    assert by_month[[3, 4, 5]].min() > by_month[[7, 8, 12]].max()
    assert (sales["at"].dt.day_of_week >= 5).mean() < 0.08


def test_segments_are_found_by_clustering_what_they_do(buyers: pd.DataFrame) -> None:
    """k-means on the logarithms of recency, order count, spend and order value, as an analyst would do it."""
    features = np.log1p(buyers[["recency", "orders", "spend", "value"]])
    scaled = ((features - features.mean()) / features.std()).to_numpy()
    labels = {k: KMeans(k, n_init=5, random_state=0).fit_predict(scaled) for k in range(2, 7)}
    silhouettes = {k: silhouette_score(scaled, found, sample_size=2_000, random_state=0) for k, found in labels.items()}
    assert max(silhouettes, key=silhouettes.__getitem__) == 4
    assert adjusted_rand_score(buyers["segment"], labels[4]) > 0.85


def test_segments_behave_as_planted(buyers: pd.DataFrame, planted: Planted) -> None:
    """Fewer orders than planted: some joined late or stopped. Order values are the median of buyers' typical one."""
    median = buyers.groupby("segment")[["recency", "orders", "value"]].median()
    truth = planted.segments.set_index("segment")
    assert (median["value"] / truth["order_value_median"]).between(0.9, 1.15).all()
    assert (buyers.groupby("segment")["orders"].mean() / truth["orders_mean"]).between(0.85, 1.05).all()
    assert median["recency"].rank().to_dict() == {
        "Key account buyers": 1,
        "Regular restockers": 2,
        "Seasonal buyers": 3,
        "Trial buyers": 4,
    }


def test_who_stopped_is_silent_since(buyers: pd.DataFrame) -> None:
    stopped = buyers[buyers["stopped"] != ""]
    since = (pd.Timestamp("2026-09-30") - pd.to_datetime(stopped["stopped_on"])).dt.days
    assert (stopped["recency"] >= since).all()
    steady = buyers[(buyers["stopped"] == "") & (buyers["segment"] == "Key account buyers")]
    assert steady["recency"].max() < since.min()


@pytest.mark.parametrize("outcome", ["conversion", "spend"])
def test_campaign_lift_lies_in_its_interval(planted: Planted, outcome: str) -> None:
    """Difference of means with Welch's variance, 95 %."""
    exposures = pd.read_csv(planted.folder / "exposures.csv", dtype={"CustomerCode": str})
    assert not exposures.duplicated(["Campaign", "CustomerCode"]).any()
    assert ((exposures["spend"] > 0) == (exposures["conversion"] == 1)).all()
    arms = exposures.groupby(["Campaign", "Group"])[outcome].agg(["mean", "var", "size"])
    clear = {}
    for truth in planted.lifts.itertuples():
        arm, control = arms.loc[(truth.campaign, truth.arm)], arms.loc[(truth.campaign, "Held out")]
        lift = arm["mean"] - control["mean"]
        reach = 1.96 * np.sqrt(arm["var"] / arm["size"] + control["var"] / control["size"])
        assert abs(lift - getattr(truth, f"{outcome}_lift")) < reach
        assert arm["size"] == truth.customers
        clear[truth.arm] = bool(abs(lift) > reach)
    assert clear == {"Email": False, "Email and call": True, "Catalogue": False}


def test_showroom_days_brought_orders_of_their_own(planted: Planted, clean: pd.DataFrame) -> None:
    """What they brought, a member, is what is planted; take it away and nothing of them is left."""
    invited = pd.read_csv(planted.folder / "showroom.csv", dtype={"CustomerCode": str})
    truth = planted.members
    brought = clean[clean["invoice"].str.startswith("SHW")]
    assert invited["CustomerCode"].is_unique
    assert truth["members"] == len(invited) == 600
    assert brought["customer_id"].isin(invited["CustomerCode"]).all()
    assert brought.groupby("customer_id")["invoice"].nunique().eq(1).all()
    assert brought["at"].between("2026-07-06", "2026-09-30").all()
    assert truth["orders"] == brought["invoice"].nunique()
    assert truth["orders_lift"] == pytest.approx(brought["invoice"].nunique() / 600, abs=1e-5)
    assert truth["spend_lift"] == pytest.approx(brought["amount"].sum() / 600, abs=1e-3)
    assert set(invited["Cost"]) == {truth["cost"]}


def test_who_was_invited_had_bought_more_before(planted: Planted, clean: pd.DataFrame) -> None:
    """The planted bias: most of the plain difference was there before the first day."""
    invited = set(pd.read_csv(planted.folder / "showroom.csv", dtype=str)["CustomerCode"])
    sales = clean[clean["quantity"] > 0]
    spend = {
        when: sales[sales["at"].between(first, last)].groupby("customer_id")["amount"].sum()
        for when, (first, last) in {
            "before": ("2025-07-06", "2026-07-06"),
            "since": ("2026-07-06", "2026-10-01"),
        }.items()
    }
    everyone = planted.customers["customer_id"]
    means = {
        when: amount.reindex(everyone).fillna(0).groupby(everyone.isin(invited).to_numpy()).mean()
        for when, amount in spend.items()
    }
    assert means["before"][True] > 4 * means["before"][False]
    assert means["since"][True] - means["since"][False] > 4 * float(planted.members["spend_lift"])


def test_subscriptions_hang_together(planted: Planted) -> None:
    plans = read(planted, "subscriptions.csv").merge(planted.customers, left_on="CustomerCode", right_on="customer_id")
    assert len(plans) == 380
    assert plans["segment"].isin(["Key account buyers", "Regular restockers"]).all()
    cancelled = plans[plans["Cancelled"] != ""]
    assert 60 < len(cancelled) < 160
    assert (cancelled["Cancelled"] > cancelled["Started"]).all()
    assert (plans["TrialStart"] < plans["Started"]).all()
    assert (plans.loc[plans["stopped"] != "", "Cancelled"] != "").all()
    assert (plans["MonthlyFee"].astype(float) > 0).all()


def test_the_parameter_file_reads_the_demo_to_the_stated_totals(
    planted: Planted, demo_params: Params, demo_client: ClientData
) -> None:
    """The example that others copy: every table is read, and what it sets aside is what was planted."""
    orders = demo_client.tables["orders"].select("amount").execute()["amount"]
    received = demo_client.received.set_index("table")
    aside = demo_client.quality.groupby("table")["rows_set_aside"].sum()
    dirt = planted.dirt.set_index("kind")["rows"]
    assert orders[orders > 0].sum() == pytest.approx(planted.clean_orders["sales"], abs=0.01)
    assert orders[orders < 0].sum() == pytest.approx(planted.clean_orders["returns"], abs=0.01)
    spoilt = ["exact_duplicates", "without_customer", "zero_price", "unreadable_date", "unreadable_quantity"]
    assert aside["orders"] == dirt[spoilt].sum()
    assert aside["surveys"] == dirt["score_99"]
    assert received["rows_set_aside"].drop(["orders", "surveys"]).eq(0).all()
    assert demo_client.ratings() == [
        "delivery_reliability",
        "product_range",
        "ordering_ease",
        "prices",
        "support",
        "invoicing",
    ]
    assert contrast_with_white(demo_params.brand.color) >= 4.5  # WCAG 2.1, AA


def contrast_with_white(color: str) -> float:
    channels = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    return 1.05 / (float(np.dot(linear, [0.2126, 0.7152, 0.0722])) + 0.05)
