"""What members of a campaign bought before and since, and how they stood before it, is told alike on DuckDB and on
Spark."""

from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from helpers.data.client_data import open_data
from helpers.data.engines import ENGINES
from helpers.data.features.campaign_history import History, campaign_history
from helpers.data.features.campaign_periods import measure_periods
from helpers.data.features.campaigns import customers_before, gaps_before
from helpers.data.features.usual_outcomes import buyers_before
from helpers.data.spec import EVERYONE_ELSE, PartSpec, TableSpec
from tests.data.engines.test_spark import QUICK
from tests.data.features.test_campaign_history import AS_OF, CUSTOMERS, EVENTS, MEMBERS, ORDERS, TRAITS

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("spark")]  # one JVM is enough


def test_engines_agree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", QUICK)
    told: dict[str, History] = {}
    frames: dict[str, dict[str, pd.DataFrame]] = {}
    members = MEMBERS + "mailing,B,2026-03-12,1\n"
    for engine in ENGINES:
        specs = {}
        for name, text in {"orders": ORDERS, "customers": CUSTOMERS, "events": EVENTS, "exposures": members}.items():
            (tmp_path / f"{name}.csv").write_text(text, "utf-8")
            traits = {"attributes": TRAITS} if name == "customers" else {}
            control = EVERYONE_ELSE if name == "exposures" else None
            specs[name] = TableSpec(name, (PartSpec(str(tmp_path / f"{name}.csv"), control=control, **traits),))
        data = open_data(specs, AS_OF, tmp_path / engine, engine)
        told[engine] = campaign_history(data, AS_OF)
        course, then = measure_periods(data, AS_OF), buyers_before(data.tables["orders"], AS_OF, 30)
        frames[engine] = {"buyers": then.customers, "gaps of buyers": then.gaps}
        frames[engine] |= {name: getattr(course, name) for name in ("campaigns", "sums", "products", "days")}
        for what, of_campaign in {"before": customers_before(data), "gaps before": gaps_before(data)}.items():
            frames[engine] |= {f"{what} {campaign}": frame for campaign, frame in of_campaign.items()}
        data.close()
    first, *others = told.values()
    assert first.campaigns["campaign"].tolist() == ["fair", "mailing"]
    for other in others:
        assert other.measures == first.measures
        assert_frame_equal(other.customers, first.customers, check_dtype=False)
        assert_frame_equal(other.campaigns, first.campaigns)
        assert_frame_equal(other.shared, first.shared)
    alike, *others_alike = frames.values()
    assert all(len(frame) for frame in alike.values())
    assert {"before mailing", "gaps before fair"} <= set(alike)
    for found in others_alike:
        assert found.keys() == alike.keys()
        for name, frame in alike.items():
            assert_frame_equal(_in_order(found[name]), _in_order(frame), check_dtype=False, obj=name)


def _in_order(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.sort_values(list(frame.columns), ignore_index=True)
