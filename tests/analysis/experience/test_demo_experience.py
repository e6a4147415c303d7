"""On the demo, what was planted is found: busy buyers are happier, and a ticket alone is no sign of a bad mood."""

import pandas as pd
import pytest

from helpers.analysis.experience.expected import Expected, expect_scores
from helpers.analysis.experience.links import Links, find_links
from helpers.data.client_data import ClientData
from helpers.data.features.experience import Experience, measure_experience
from helpers.runs.params import Params


@pytest.fixture
def lived(demo_params: Params, demo_client: ClientData) -> Experience:
    return measure_experience(demo_client, demo_params.as_of)


def test_what_was_planted_is_found(lived: Experience, demo_params: Params) -> None:
    assert sum(list(lived.accounted.values())[1:]) == lived.accounted["answers"]
    found: Links = find_links(lived.answers, lived.measures)
    rows = found.measures.set_index("measure")
    # Key accounts and restockers order most and were planted in the best mood, trial buyers least and in the worst.
    assert rows.loc["orders", "low"] > 20
    # Who stopped, or has faded, was planted in a worse mood, and ordered longest ago.
    assert rows.loc["days_since_order", "high"] < -20
    # Tickets come with being busy: more of them go with a higher score, and not among customers otherwise alike.
    assert rows.loc["ticket_events", "low"] > 0
    assert rows.loc["ticket_events", "verdict"] == "shared"
    told: Expected = expect_scores(lived.answers, lived.silent, list(lived.measures["measure"]))
    assert told.check.beats_mean
    assert told.check.later_skill > 0
    # Trial buyers and those who never order answer least, so the silent are less happy than the answers say.
    assert told.groups.iloc[0]["gap_high"] < 0
    folder = demo_params.data["orders"].parts[0].source.rsplit("/", 1)[0]
    planted = pd.read_csv(f"{folder}/planted_customers.csv", dtype=str).set_index("customer_id")["segment"]
    by_segment = told.customers.groupby(planted.reindex(told.customers["customer_id"]).to_numpy())["expected_score"]
    means = by_segment.mean()
    assert means["Key account buyers"] > means["Regular restockers"] > means["Trial buyers"]
