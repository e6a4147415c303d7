"""Values that look like a person's are withheld, in a frame and in the engine."""

import ibis
import pandas as pd

from helpers.data.features.persons import withhold, withhold_in_engine

MIXED = ["ann@x.example", "Mail", None, "bob@x.example", "Mail"]
WITHHELD = ["(withheld)", "Mail", None, "(withheld)", "Mail"]


def test_what_looks_like_a_persons_is_withheld_and_nothing_else() -> None:
    frame = pd.DataFrame({"who": pd.array(MIXED, dtype="str"), "n": range(5), "other": pd.array(MIXED, dtype="str")})
    found = withhold(frame, ["who", "n"])
    assert found["who"].astype(object).where(found["who"].notna(), None).tolist() == WITHHELD
    assert found[["n", "other"]].equals(frame[["n", "other"]])
    assert list(found.columns) == ["who", "n", "other"]


def test_in_the_engine_all_persons_are_one() -> None:
    table = ibis.memtable(pd.DataFrame({"place": range(5), "kind": MIXED}))
    found = withhold_in_engine(table, "kind").order_by("place").execute()["kind"]
    assert found.astype(object).where(found.notna(), None).tolist() == WITHHELD
    assert withhold_in_engine(table.filter(table.kind == "Mail"), "kind").kind.count().execute() == 2
