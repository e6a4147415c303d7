"""The table of outcomes."""

from helpers.story.nps_drivers import outcome_tables as tables
from tests.story.nps_drivers.depth_samples import NO_OUTCOMES, outcome, outcomes
from tests.story.table_checks import Make, ShownTable, TableChecks, read

TABLES: dict[str, ShownTable] = {
    "outcomes": (
        lambda: tables.outcomes(outcomes(outcome("csat", 4.04, (-0.21, -0.3, -0.12)), outcome("Q7ALL", 3.5))),
        [
            [
                *("Satisfaction", "900", "4.04 (3.99 to 4.09)", "4.25 to 4.04"),
                *("−0.21 (−0.30 to −0.12)", "0.62"),
            ],
            ["Q7ALL", "900", "3.50 (3.45 to 3.55)", "0.62"],
        ],
    )
}
EMPTY: dict[str, Make] = {"outcomes": lambda: tables.outcomes(NO_OUTCOMES)}


class TestOutcomeTables(TableChecks):
    module, tables, empty = tables, TABLES, EMPTY


def test_two_values_are_told_as_a_share_and_its_points() -> None:
    rows = read(tables.outcomes(outcomes(outcome("csat", 0.49, (-0.06, -0.1, -0.02)) | {"distinct": 2}))).rows
    assert rows[0][2] == "Average or share (95%\u00a0interval)"
    assert rows[1][2:5] == ["49% (44% to 54%)", "55% to 49%", "−6 (−10 to −2)"]
    assert rows[0][3] == "From 2024 to 2026"


def test_without_waves_nothing_is_said_of_change() -> None:
    head = read(tables.outcomes(outcomes(outcome("csat", 4)))).rows[0]
    assert head == ["Outcome", "Answers", "Average (95%\u00a0interval)", "Correlation with the score"]


def test_outcomes_of_different_waves_name_them() -> None:
    two = outcomes(outcome("csat", 4.04, (-0.21, -0.3, -0.12)), outcome("ces", 4.04, (-0.21, -0.3, -0.12)))
    two.by_outcome.loc[1, "first_wave"] = "2025"
    rows = read(tables.outcomes(two)).rows
    assert [rows[0][3], rows[2][3]] == ["First to last wave", "4.25 (2025) to 4.04 (2026)"]
