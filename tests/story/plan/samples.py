"""Plans for the tests of what the page shows and says."""

from math import nan
from typing import Any

import pandas as pd

from helpers.analysis.plan.measured import EVIDENCE
from helpers.analysis.plan.plan import COLUMNS, NUMBERS, Plan

REPEAT: dict[str, Any] = {
    **{"id": "repeat-1", "kind": "repeat", "campaign": "Spring", "arm": "Call", "segment": "Champions; Lost"},
    **{"customers": 200, "list": "customers_rfm", "contacted": 180, "held_out": 20, "cost": 360.0},
    **{"expected": 9_000.0, "low": 6_000.0, "high": 12_000.0, "evidence": "random test", "metric": "conversion"},
    **{"duration_days": 60, "smallest_seen_share": 0.46, "owner": "Ann", "source": "06_campaigns"},
}
STOP: dict[str, Any] = {
    **{
        "id": "stop-1",
        "kind": "stop",
        "campaign": "Spring",
        "arm": "Card",
        "segment": "",
        "customers": nan,
        "list": "",
    },
    **{"contacted": 0, "held_out": nan, "cost": 0.0, "expected": 2_000.0, "low": 1_000.0, "high": 3_000.0},
    **{"evidence": "random test", "owner": "Ann", "source": "06_campaigns"},
}
LATE: dict[str, Any] = {
    **{"id": "win-back-1", "kind": "win_back", "segment": "At risk", "customers": 20, "list": "customers_rfm"},
    **{"contacted": 10, "held_out": 10, "at_stake": 4_000.0, "evidence": "none", "metric": "conversion"},
    **{"smallest_seen_share": 1.25, "duration_days": nan, "source": "02_rfm"},
}
CALL: dict[str, Any] = {
    **{"id": "call-1", "kind": "call_detractors", "segment": "detractors", "customers": 5, "list": "nps_actions"},
    **{"contacted": 5, "held_out": 0, "at_stake": 900.0, "evidence": "none", "owner": "sales"},
    **{"source": "05_nps_drivers"},
}
# A list of members that somebody chose, compared with like customers: no saved table has them.
MATCHED: dict[str, Any] = REPEAT | {
    **{"id": "repeat-2", "campaign": "Fair", "arm": "contacted", "segment": "", "customers": nan, "list": ""},
    **{"contacted": 300, "held_out": 300, "expected": 5_000.0, "evidence": "matched comparison"},
}
COSTED: dict[str, Any] = {"cost": 30.0, "break_even": 7.5}


def plan(*rows: dict[str, Any], margin: float = 0.4, left_out: int = 0) -> Plan:
    told = [{"owner": "", "due": pd.Timestamp("2026-12-31")} | row | {"rank": i} for i, row in enumerate(rows, start=1)]
    frame = pd.DataFrame(told, columns=COLUMNS)
    frame[NUMBERS] = frame[NUMBERS].astype("float64")
    sums = frame[frame["expected"].notna() & (frame["kind"] != "stop")]
    basis = min(sums["evidence"], key=EVIDENCE.index, default="")
    sums = sums[sums["evidence"] == basis]
    total = [float(sums[end].sum()) if len(sums) else nan for end in ("expected", "low", "high")]
    return Plan(frame, left_out, *total, margin, basis)
