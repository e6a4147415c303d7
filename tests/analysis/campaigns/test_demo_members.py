"""On the demo: the plain difference misses what the showroom days were made to bring, the comparison holds it."""

import json
from pathlib import Path

import pytest

from helpers.analysis.campaigns.members import compare_members
from helpers.data.client_data import ClientData
from helpers.data.features.campaign_history import campaign_history
from helpers.runs.params import Params


def test_what_was_planted_is_found(demo_params: Params, demo_data: Path, demo_client: ClientData) -> None:
    truth = json.loads((demo_data / "planted.json").read_text("utf-8"))["members"]
    history = campaign_history(demo_client, demo_params.as_of)
    assert history.campaigns[["campaign", "listed", "unknown"]].to_numpy().tolist() == [[truth["campaign"], 600, 0]]
    assert truth["members"] == 600
    told = (history.customers, history.campaigns, history.shared)
    result = compare_members(*told, history.measures, history.traits)
    rows = result.effects.set_index("metric")
    for metric, planted in {"spend": truth["spend_lift"], "orders": truth["orders_lift"]}.items():
        found = rows.loc[metric]
        assert found["adjusted_low"] < planted < found["adjusted_high"]
        assert found["naive_low"] > 2 * planted
        assert found["verdict"] == "more"
        assert found["placebo_low"] < 0 < found["placebo_high"]
    assert rows["cost"].unique().tolist() == [pytest.approx(600 * truth["cost"])]
    assert (result.balance["weighted_difference"].abs() < 0.1).all()
