"""The narrator of what changed since an earlier extract, at its branches."""

from dataclasses import replace

from helpers.story import drift
from helpers.story.drift import describe_drift
from tests.story.samples import DRIFT
from tests.story.word_checks import Case, WordChecks

SAME = DRIFT.columns[DRIFT.columns["verdict"] == "same"]
NO_TABLES = DRIFT.tables.head(0)

CASES: dict[str, list[Case]] = {
    "describe_drift": [
        (lambda: describe_drift(replace(DRIFT, columns=SAME.head(0))), "few", ["nothing to compare"]),
        (lambda: describe_drift(replace(DRIFT, columns=SAME, tables=NO_TABLES)), "good", ["The 1 column"]),
        (
            lambda: describe_drift(replace(DRIFT, columns=SAME.assign(psi=0.15, psi_by_chance=0.2), tables=NO_TABLES)),
            "unclear",
            ["1 column may have, but the rows are few"],
        ),
        (
            lambda: describe_drift(DRIFT),
            "bad",
            ["“fax” in orders is gone. “area” in orders is now called “region”. ", "Ask whoever"],
        ),
        (
            lambda: describe_drift(replace(DRIFT, columns=DRIFT.columns.iloc[[1]], tables=NO_TABLES)),
            "neutral",
            ["Since the earlier extract “area” in orders is now called “region”."],
        ),
        (
            lambda: describe_drift(replace(DRIFT, columns=DRIFT.columns.iloc[[2]], tables=NO_TABLES)),
            "bad",
            ["is blank in 25% of rows, before in 0% and is spread differently (stability index 0.40)"],
        ),
    ],
}


class TestDrift(WordChecks):
    module, cases = drift, CASES
