"""Who moved where: every customer is accounted for, and agreement is scikit-learn's."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from helpers.analysis.review.moves import GONE, NEW, adjusted_rand, find_moves
from tests.analysis.review.tables import customers, definitions

SAME = definitions(rfm="same", lifecycle="same", clusters="same")


def one(then: str, now: str, first: int = 0, **more: object) -> object:
    before, after = {"customers_rfm": customers(then)}, {"customers_rfm": customers(now, first=first)}
    return find_moves(before, after, more.pop("made", SAME), **more)  # type: ignore[arg-type]


def test_by_hand() -> None:
    """Five then, of whom c0 is gone; c5 is new: c1 A stays, c2 A to B, c3 B stays, c4 B to A."""
    found = find_moves({"customers_rfm": customers("AAABB")}, {"customers_rfm": customers("ABBAB", first=1)}, SAME)
    total = found.totals.to_dict("records")[0]
    counts = {k: total[k] for k in ("customers_then", "customers_now", "in_both", "stayed", "moved", "gone", "new")}
    assert counts == {
        **{"customers_then": 5, "customers_now": 5, "in_both": 4, "stayed": 2, "moved": 2, "gone": 1, "new": 1}
    }
    flows = found.flows.set_index(["from_segment", "to_segment"])
    assert flows["customers"].to_dict() == {
        **{("A", "A"): 1, ("A", "B"): 1, ("A", GONE): 1, ("B", "A"): 1, ("B", "B"): 1, (NEW, "B"): 1}
    }
    assert flows["from_share"]["A", "B"] == pytest.approx(1 / 3)
    a, b = (found.segments.set_index("segment").loc[name] for name in "AB")
    assert (a.then, a.now, a.stayed, a.arrived, a.left, a.gone, a.new, a.net) == (3, 2, 1, 1, 1, 1, 0, -1)
    assert (b.then, b.now, b.stayed, b.arrived, b.left, b.gone, b.new, b.net) == (2, 3, 1, 1, 1, 0, 1, 1)
    # Of A, among those in both: c1, c2 then and c1, c4 now.
    assert a.jaccard == pytest.approx(1 / 3)
    assert a.stayed_share == pytest.approx(1 / 3)


def test_all_are_accounted_for_whatever_happens() -> None:
    random = np.random.default_rng(1)
    for size in (1, 7, 500):
        letters = ["".join(random.choice(list("ABCD"), size)) for _ in range(2)]
        found = one(letters[0], letters[1], first=int(random.integers(0, size + 1)))
        totals = found.totals.iloc[0]
        assert totals["customers_then"] == totals["stayed"] + totals["moved"] + totals["gone"] == size
        assert totals["customers_now"] == totals["stayed"] + totals["moved"] + totals["new"] == size
        segments = found.segments
        assert (segments["then"] == segments[["stayed", "left", "gone"]].sum(axis=1)).all()
        assert (segments["now"] == segments[["stayed", "arrived", "new"]].sum(axis=1)).all()
        assert segments["left"].sum() == segments["arrived"].sum()
        if len(found.flows):
            assert found.flows.groupby("from_segment")["from_share"].sum().to_numpy() == pytest.approx(1.0)
            assert found.flows["customers"].sum() == size + totals["new"]


def test_agreement_is_that_of_scikit_learn() -> None:
    random = np.random.default_rng(2)
    a = random.integers(0, 4, 300)
    b = np.where(random.random(300) < 0.7, a, random.integers(0, 4, 300))
    table = pd.crosstab(a, b).to_numpy()
    assert adjusted_rand(table) == pytest.approx(adjusted_rand_score(a, b))
    assert adjusted_rand(np.array([[5, 0], [0, 3]])) == 1
    assert adjusted_rand(np.array([[9]])) == 1
    assert np.isnan(adjusted_rand(np.zeros((0, 0))))


def test_a_segment_grows_beyond_chance_or_not() -> None:
    grew = one("A" * 100 + "B" * 100, "A" * 70 + "B" * 130).segments.set_index("segment")
    assert grew["verdict"].to_dict() == {"B": "grew", "A": "shrank"}
    swapped = one("A" * 60 + "B" * 60, "A" * 50 + "B" * 10 + "A" * 12 + "B" * 48).segments
    assert set(swapped["verdict"]) == {"unclear"}
    few = one("A" * 29 + "B" * 30, "B" * 59).segments.set_index("segment")
    assert few["verdict"].to_dict() == {"B": "grew", "A": "few"}


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (definitions(rfm="other"), "it is other"),
        (definitions(rfm="unknown"), "it is unknown"),
        (definitions(), "nothing is known of its definition"),
    ],
)
def test_moves_between_unlike_segments_are_not_told_but_their_members_are_compared(
    made: pd.DataFrame, why: str
) -> None:
    found = one("A" * 40, "A" * 40, made=made)
    assert found.totals["reason"].tolist() == [why]
    assert found.flows.empty
    assert found.told.empty
    assert found.segments["verdict"].tolist() == [""]
    assert found.segments["jaccard"].tolist() == [1.0]


def test_renamed_segments_are_followed() -> None:
    made = definitions(rfm="renamed").assign(renamed=[{"Best": "A"}])
    then = {"customers_rfm": pd.DataFrame({"customer_id": ["c0", "c1"], "rfm_segment": ["Best", "B"]})}
    found = find_moves(then, {"customers_rfm": customers("AB")}, made)
    assert found.totals["stayed"].tolist() == [2]


def test_where_no_number_is_in_both_nothing_is_told_of_anybody() -> None:
    found = one("AB", "AB", first=10)
    assert found.totals["reason"].tolist() == ["no customer number of the earlier report is in this one"]
    assert found.segments["kept"].tolist() == ["", ""]
    other = one("AB", "AB", why_not="the earlier report counts by account, this one by customer")
    assert "by account" in other.totals["reason"][0]
    assert other.flows.empty
    assert other.segments["jaccard"].isna().all()


def test_without_an_earlier_report_there_is_nothing() -> None:
    found = find_moves({}, {"customers_rfm": customers("A")}, SAME)
    assert found.totals.empty
    assert found.flows.empty
    assert found.segments.empty
    assert find_moves({"customers_rfm": pd.DataFrame({"x": [1]})}, {"customers_rfm": customers("A")}, SAME).told.empty


def test_members_kept_are_named_by_hennigs_limits() -> None:
    kept = one("A" * 4 + "B" * 4, "A" * 3 + "B" * 5).segments.set_index("segment")
    assert kept["jaccard"].to_dict() == {"A": 0.75, "B": 0.8}
    assert set(kept["kept"]) == {"stable"}
    assert one("AAAB" * 5, "AABB" * 5).segments.set_index("segment")["kept"].to_dict() == {
        **{"A": "recognisable", "B": "changed"}
    }


def test_only_segments_whose_limits_stand_are_alike() -> None:
    moved = one("A" * 40, "B" * 40, made=definitions(rfm="shifted").assign(shifted_share=0.1))
    assert moved.alike.empty
    assert len(one("A" * 40, "B" * 40, made=definitions(rfm="shifted").assign(shifted_share=0.09)).alike) == 2
