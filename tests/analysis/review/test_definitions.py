"""Whether segments were made alike: rules, limits, thresholds and centres."""

import numpy as np
import pandas as pd
import pytest

from helpers.analysis.review.definitions import compare_definitions
from tests.analysis.review.tables import CUTS, MODEL, RULES, THRESHOLDS, customers


def verdict(then: dict[str, pd.DataFrame], now: dict[str, pd.DataFrame]) -> tuple[str, str]:
    row = compare_definitions(then, now).to_dict("records")[0]
    return row["verdict"], row["why"]


def rfm(rules: pd.DataFrame = RULES, cuts: pd.DataFrame = CUTS, recency: float = 10.0) -> dict[str, pd.DataFrame]:
    scored = customers("Best", recency_days=recency, order_count=9.0, r_score=5, f_score=5)
    return {"customers_rfm": scored, "rfm_rules": rules, "rfm_cuts": cuts}


class TestValueSegments:
    def test_the_same(self) -> None:
        assert verdict(rfm(), rfm()) == ("same", "")

    def test_other_rules_other_measures_other_scores(self) -> None:
        rules = RULES.assign(rule=["r 5", "late yes", ""])
        assert verdict(rfm(rules), rfm()) == ("other", "the rules of the segments differ")
        cuts = CUTS.assign(metric=CUTS["metric"].replace("order_count", "margin"))
        assert verdict(rfm(cuts=cuts), rfm()) == ("other", "the segments rest on other measures")
        more = CUTS.assign(score=[7, 4, 5, 4])
        assert verdict(rfm(cuts=more), rfm()) == ("other", "the measures have another number of scores")

    def test_names_alone_are_another_matter(self) -> None:
        row = compare_definitions(rfm(RULES.replace("Best", "Champions")), rfm()).to_dict("records")[0]
        assert (row["verdict"], row["renamed"]) == ("renamed", {"Champions": "Best"})

    def test_a_version_that_did_not_save_them(self) -> None:
        old = {"customers_rfm": customers("AA")}
        assert verdict(old, rfm()) == ("unknown", "the earlier report did not save its rules")
        assert verdict(rfm(cuts=pd.DataFrame()), rfm())[0] == "unknown"

    @pytest.mark.parametrize(("others", "expected"), [(9, "same"), (10, "shifted")])
    def test_limits_that_moved(self, others: int, expected: str) -> None:
        """Of 100 customers so many score 5 today who have waited 40 days: the earlier limit gives them 4."""
        now = rfm()
        now["customers_rfm"] = pd.DataFrame(
            {
                "customer_id": [str(i) for i in range(100)],
                "rfm_segment": "Best",
                "recency_days": np.where(np.arange(100) < others, 40.0, 10.0),
                "order_count": 9.0,
                "r_score": 5,
                "f_score": 5,
            }
        )
        row = compare_definitions(rfm(), now).to_dict("records")[0]
        assert row["verdict"] == expected
        assert row["shifted_share"] == pytest.approx(others / 100)

    @pytest.mark.parametrize(("recency", "share"), [(30.0, 0.0), (31.0, 1.0)])
    def test_a_limit_belongs_to_its_own_score(self, recency: float, share: float) -> None:
        assert compare_definitions(rfm(), rfm(recency=recency))["shifted_share"].tolist() == [share]


class TestLifecycle:
    def lifecycle(self, **values: float) -> dict[str, pd.DataFrame]:
        frame = THRESHOLDS.set_index("threshold")
        for name, value in values.items():
            frame.loc[name, "value"] = value
        members = customers("AB", "lifecycle_group")
        return {"customers_lifecycle": members, "lifecycle_thresholds": frame.reset_index()}

    def test_the_same_also_where_a_rhythm_has_changed(self) -> None:
        assert verdict(self.lifecycle(dormant_days=300.0), self.lifecycle()) == ("same", "")

    @pytest.mark.parametrize(("spend", "expected"), [(50000.0, "shifted"), (50001.0, "other"), (35000.0, "shifted")])
    def test_within_what_the_data_leave_open_or_beyond(self, spend: float, expected: str) -> None:
        then = self.lifecycle(high_value_spend=spend)
        then["lifecycle_thresholds"] = then["lifecycle_thresholds"].assign(low=np.nan, high=np.nan)
        found = verdict(then, self.lifecycle())
        assert found[0] == expected
        if expected == "other":
            assert found[1] == "the spend that makes a customer of high value is now 42,000, not 50,001"

    def test_missing_thresholds(self) -> None:
        then = self.lifecycle()
        fewer = {**then, "lifecycle_thresholds": then["lifecycle_thresholds"].iloc[1:]}
        assert verdict(fewer, then) == ("other", "the groups rest on other thresholds")
        assert verdict({"customers_lifecycle": then["customers_lifecycle"]}, then)[0] == "unknown"


class TestClusters:
    def clusters(self, model: pd.DataFrame = MODEL) -> dict[str, pd.DataFrame]:
        return {"customers_clusters": customers("AB", "cluster"), "cluster_model": model}

    def test_the_same_model_kept(self) -> None:
        assert verdict(self.clusters(), self.clusters(MODEL.sample(frac=1, random_state=1))) == ("same", "")

    def test_found_anew_under_another_scale(self) -> None:
        """Centres at 8 and 12 by x, whichever mean and scale a model writes them with."""
        model = MODEL.copy()
        model.loc[2, "value"], model.loc[3, "value"] = 8.0, 1.0
        model.loc[[6, 8], "value"] = [0.0, 4.0]
        assert verdict(self.clusters(model), self.clusters())[0] == "shifted"

    @pytest.mark.parametrize(("moved", "expected"), [(0.98, "shifted"), (1.0, "other")])
    def test_half_the_way_to_the_neighbour_is_too_far(self, moved: float, expected: str) -> None:
        """A and B lie apart by (2, 2); A moved by (1, 1) lies half-way."""
        model = MODEL.copy()
        model.loc[[6, 7], "value"] += moved
        assert verdict(self.clusters(model), self.clusters())[0] == expected

    def test_other_groups_other_measures_no_model(self) -> None:
        assert verdict(self.clusters(MODEL.replace("A", "C")), self.clusters())[1].startswith(
            "the groups were formed anew"
        )
        assert (
            verdict(self.clusters(MODEL.replace("y", "z")), self.clusters())[1] == "the groups rest on other measures"
        )
        assert verdict({"customers_clusters": customers("A", "cluster")}, self.clusters())[0] == "unknown"


def test_what_one_report_lacks_is_not_compared() -> None:
    assert compare_definitions({}, rfm()).empty
    assert compare_definitions({"customers_rfm": pd.DataFrame()}, rfm()).empty
