"""Subscriptions as odd clients send them, from the file to the sentences: clear words, no traceback, nobody lost."""

from pathlib import Path

import pytest

from helpers.analysis.lifecycle import plans_frames, plans_revenue, plans_usage
from helpers.analysis.lifecycle.plans_follow import Followed, follow_subscribers
from helpers.analysis.rhythm import measure_rhythm
from helpers.data.features import subscriber_traits, subscription_revenue, subscriptions
from helpers.data.features.rhythm import gap_sums
from helpers.data.spec import PartSpec
from helpers.story import fmt
from helpers.story.lifecycle import plans_charts, plans_tables, plans_words
from tests.data.clients import AS_OF, read
from tests.story.word_checks import check_reads_well

HEAD = "customer_id,plan,trial_started_on,started_on,cancelled_on,monthly_fee\n"
POUNDS = fmt.Money("GBP")
CLIENTS = {
    "trials only": HEAD + "A,x,2026-09-20,,,5\nB,x,2025-01-01,,,5\n",
    "one": HEAD + "A,x,,2026-01-01,,5\n",
    "odd rows": HEAD
    + "A,x,,2026-03-01,2026-02-01,-5\nB,<b>x</b>,,2026-03-01,2027-01-01,1e9\nC,,,2026-12-01,,5\nD,,,2026-09-30,,0\n",
    "no fees": "customer_id,started_on,cancelled_on\n"
    + "".join(f"C{i},2025-0{i % 9 + 1}-01,{'2026-05-05' if i % 2 else ''}\n" for i in range(60)),
    "tenure": "customer_id,tenure_months,churned\n" + "".join(f"C{i},{i % 30},{i % 3 == 0}\n" for i in range(90)),
}
LEFT_OUT = {"odd rows": ["C"]}  # it begins after the report's day, and is counted among the rows set aside


def follow(folder: Path, text: str) -> tuple[Followed, list[str]]:
    (folder / "subscriptions.csv").write_text(text, "utf-8")
    data = read(folder, "subscriptions", PartSpec(str(folder / "subscriptions.csv")))
    table = data.tables["subscriptions"]
    people = subscriptions.subscriber_facts(table, AS_OF)
    months = subscription_revenue.monthly_revenue(table, AS_OF)
    window = plans_revenue.choose_window(months)
    kept = plans_revenue.measure_kept(subscription_revenue.kept_revenue(table, AS_OF, window))
    gaps = gap_sums(subscriber_traits.usage_events(data.tables["events"]), AS_OF)
    rhythm = measure_rhythm(gaps.customers)
    usage = plans_usage.find_silent(people, rhythm.customers, rhythm.gap_days, AS_OF, rhythm.reason)
    traits = subscriber_traits.attributes_at_start(data, AS_OF)
    sent = sorted({line.split(",")[0] for line in text.splitlines()[1:]})
    return follow_subscribers(people, traits, months, kept, usage, AS_OF), sent


@pytest.mark.parametrize("client", list(CLIENTS))
def test_odd_clients_are_told_in_clear_words(client: str, tmp_path: Path) -> None:
    found, sent = follow(tmp_path, CLIENTS[client])
    told = plans_frames.subscribers_table(found)
    assert sorted(told["customer_id"]) == [c for c in sent if c not in LEFT_OUT.get(client, [])]
    for name in ("recurring", "at_risk", "kept", "months", "thresholds"):
        check_reads_well(getattr(plans_words, name)(found, POUNDS))
    for name in ("basis", "staying", "hazard", "trials", "moves", "addons"):
        said = getattr(plans_words, name)(found)
        if said.text:
            check_reads_well(said)
    drawn = [plans_charts.groups(found, POUNDS), plans_charts.kept(found, POUNDS), plans_charts.months(found, POUNDS)]
    drawn += [plans_charts.staying(found), plans_charts.hazard(found), plans_charts.trials(found)]
    assert all("nan" not in chart.alt.lower() for chart in drawn)
    shown = [plans_tables.groups(found, POUNDS), plans_tables.staying(found), plans_tables.attributes(found)]
    assert all("nan" not in table.text.lower() and "<b>" not in table.html for table in shown)
