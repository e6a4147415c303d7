"""The tables of members and everyone else."""

from typing import ClassVar

from helpers.story.campaigns import members_tables as tables
from tests.story.campaigns.members_samples import AGE, BROKEN, CAPPED, ORDERS, RATE, SIZE, UNCLEAR, members, not_made
from tests.story.table_checks import Make, ShownTable, TableChecks
from tests.story.word_checks import POUNDS

TABLES: dict[str, ShownTable] = {
    "members_lifts": (
        lambda: tables.members_lifts(
            members({}, CAPPED, ORDERS, RATE, BROKEN | {"campaign": "Mailing"}, not_made("few", campaign="Visit")),
            POUNDS,
        ),
        [
            ["Fair: 600 members, 4,000 others, 12 members set aside"],
            ["Spend", "+£1,383 (£1,177 to £1,589)", "+£244 (£97 to £392)", "More"],
            ["Spend, the largest capped", "+£245 (£97 to £392)"],
            ["Orders", "+1.67 (1.51 to 1.82)", "+0.46 (0.39 to 0.54)", "More"],
            ["Ordered at least once", "+57.3 points (53.7 to 60.9)", "+15.4 points (12.2 to 18.5)"],
            ["Spend", "+£1,383 (£1,177 to £1,589)", "–", "Not claimed: they differed before"],
            ["Spend", "–", "Too few"],
        ],
    ),
    "members_checks": (
        lambda: tables.members_checks(members({}, UNCLEAR | {"campaign": "Mailing"}, RATE), POUNDS),
        [
            ["Spend", "−£16 (−£161 to £128)", "0.07", "1.5 (1.3)", "More"],
            ["Spend", "−£16 (−£161 to £128)", "0.07", "–", "Not clear"],
            ["Ordered at least once", "0.0 points (−2.4 to 2.4)"],
        ],
    ),
    "members_traits": (
        lambda: tables.members_traits(members({}, traits=({}, AGE, SIZE, SIZE | {"level": "(unknown)"})), POUNDS),
        [
            ["Spend in the year before", "£6,685", "£1,138", "£7,306", "+1.60", "+0.04"],
            ["Days since the last order", "6,685", "1,138", "−0.90", "−0.10"],
            ["Company size: 10-49", "40%", "30%", "41%", "+0.21", "−0.02"],
            ["Company size: Not known", "40%"],
        ],
    ),
}


class TestMembersTables(TableChecks):
    module, tables = tables, TABLES
    empty: ClassVar[dict[str, Make]] = {
        "members_lifts": lambda: tables.members_lifts(members(), POUNDS),
        "members_checks": lambda: tables.members_checks(members(not_made("few")), POUNDS),
        "members_traits": lambda: tables.members_traits(members(traits=()), POUNDS),
    }
