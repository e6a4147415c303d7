"""The scorecard of a segmentation: each criterion at its limits, and what cannot be known."""

import numpy as np
import pandas as pd
import pytest

from helpers.analysis import scorecard as module
from helpers.analysis.scorecard import (
    CRITERIA,
    explained_variance,
    label_earlier,
    score_segmentation,
    score_segmentations,
    segments_of,
    tabulate,
    with_earlier_segments,
)
from helpers.errors import InputError

N = 300


def planted(gap: float = 6.0, seed: int = 0) -> tuple[pd.Series, pd.DataFrame]:
    """Three segments of a hundred, `gap` apart in both measures."""
    rng = np.random.default_rng(seed)
    index = pd.Index([f"{i:03d}" for i in range(N)], name="customer_id")
    kind = np.repeat([0, 1, 2], 100)
    measures = pd.DataFrame(
        {"spend": gap * kind + rng.normal(size=N), "visits": gap * (kind == 1) + rng.normal(size=N)}
    )
    return pd.Series(np.array(["a", "b", "c"])[kind], index=index), measures.set_index(index)


def verdicts(card: module.Scorecard) -> dict[str, str]:
    return card.rows.set_index("criterion")["verdict"].to_dict()


def test_a_good_segmentation_is_good_in_all_respects() -> None:
    labels, measures = planted()
    later = pd.DataFrame({"orders": labels.map({"a": 0.0, "b": 4, "c": 20})})
    channel = pd.DataFrame({"channel": labels.map({"a": "shop", "b": "web", "c": "web"}), "sex": "f"})
    card = score_segmentation(labels, measures, earlier=labels, outcomes=later, attributes=channel)
    assert card.rows["criterion"].tolist() == list(CRITERIA)
    assert set(verdicts(card).values()) == {"good"}
    values = card.rows.set_index("criterion")["value"]
    assert values["predictive"] == pytest.approx(1)
    assert values["substantial"] == pytest.approx(1 / 3)
    # The shop tells one segment, the web leaves two to be guessed: (1 + 1 + 0) / 3 right, half way from a third to all.
    assert values["actionable"] == pytest.approx(0.5, abs=0.02)
    assert (card.twins, card.coarse, card.segments) == ([], False, 3)


def test_what_cannot_be_known_is_said_to_be_so() -> None:
    labels, measures = planted()
    card = score_segmentation(labels, measures[[]])
    told = card.rows.set_index("criterion")
    assert told.loc[["predictive", "distinctive", "actionable", "stable"], "verdict"].eq("unknown").all()
    assert told["why"].to_dict() == {
        "predictive": "no later orders",
        "distinctive": "no measures",
        "actionable": "no attributes",
        "substantial": "",
        "stable": "no measures",
        "number": "right",
    }
    later = pd.DataFrame({"orders": labels.map({"a": 0.0, "b": 4, "c": 20})})
    assert score_segmentation(labels, measures, outcomes=later).rows.loc[0, "why"] == "no earlier segments"
    with pytest.raises(InputError, match="no customer is in a segment"):
        score_segmentation(labels.head(0), measures)


def test_too_many_segments_have_twins_and_too_few_leave_differences_inside() -> None:
    labels, measures = planted()
    half = labels.where((np.arange(N) % 2 == 0) | (labels != "a"), "a2")
    card = score_segmentation(half, measures)
    assert card.twins == [("a", "a2")]
    assert card.rows.iloc[-1].tolist() == ["number", 4.0, "poor", "over"]
    whole = score_segmentation(labels.where(labels == "none", "all"), measures)
    assert whole.coarse
    assert whole.rows.iloc[-1].tolist() == ["number", 1.0, "poor", "under"]
    assert verdicts(whole)["distinctive"] == "unknown"
    at_random = pd.Series(np.random.default_rng(0).permutation(labels.to_numpy()), index=labels.index)
    assert score_segmentation(at_random, measures).coarse
    assert verdicts(score_segmentation(at_random, measures))["distinctive"] == "poor"
    assert verdicts(score_segmentation(at_random, measures))["stable"] == "poor"


@pytest.mark.parametrize(
    ("value", "limits", "verdict"),
    [
        (0.13, (0.02, 0.13), "good"),
        (0.125, (0.02, 0.13), "fair"),
        (0.0149, (0.02, 0.13), "poor"),
        (0.25, (0.25, 0.5), "fair"),
    ],
)
def test_verdicts_judge_what_is_printed(value: float, limits: tuple[float, float], verdict: str) -> None:
    assert module._grade(value, limits) == verdict


@pytest.mark.parametrize(
    ("small", "n", "verdict"), [(20, 1000, "fair"), (19, 1000, "poor"), (30, 1000, "good"), (29, 1000, "fair")]
)
def test_segments_must_be_large_enough(small: int, n: int, verdict: str) -> None:
    assert module._substantial(pd.Series([n - small, small]), n)[2] == verdict


def test_a_stability_that_is_known_is_taken() -> None:
    labels, measures = planted()
    row = score_segmentation(labels, measures, stability=0.6).rows.set_index("criterion").loc["stable"]
    assert row.tolist() == [0.6, "fair", "resampled"]


def test_variance_explained_is_epsilon_squared() -> None:
    y = pd.Series(np.expm1([0.0, 1, 3, 4]))
    assert explained_variance(pd.Series(list("aabb")), y) == pytest.approx(0.85)
    assert explained_variance(pd.Series(list("abab")), y) == 0
    assert np.isnan(explained_variance(pd.Series(list("aaaa")), y))
    assert np.isnan(explained_variance(pd.Series(list("aabb")), y * 0))


def test_segments_of_before_are_read_off_their_limits_of_today() -> None:
    rng = np.random.default_rng(0)
    index = pd.Index([str(i) for i in range(400)], name="customer_id")
    today = pd.DataFrame({"orders": rng.integers(0, 20, 400), "word": "x"}, index=index)
    labels = pd.Series(np.where(today["orders"] >= 10, "high", "low"), index=index)
    then = pd.DataFrame({"orders": [9, 10, 3]}, index=["1", "2", "new"])
    found = label_earlier(labels, today, then)
    assert found is not None
    assert found.to_dict() == {"1": "low", "2": "high", "new": "low"}
    assert label_earlier(pd.Series(rng.choice(["a", "b"], 400), index=index), today, then) is None
    assert label_earlier(labels, today, then.rename(columns={"orders": "visits"})) is None
    told = with_earlier_segments(then.rename_axis("customer_id").reset_index(), labels, today.reset_index())
    assert told["segment"].tolist() == ["low", "high", "low"]
    assert "segment" not in with_earlier_segments(then, None, today)


def test_segmentations_that_are_not_there_have_no_card() -> None:
    labels, measures = planted()
    rng = np.random.default_rng(1)
    then = measures.assign(spend_after=labels.map({"a": 0.0, "b": 10, "c": 99}) * rng.uniform(0.9, 1.1, N))
    cards = score_segmentations(
        {"Groups": labels, "None": None},
        measures.reset_index(),
        then.reset_index(),
        pd.DataFrame({"customer_id": labels.index}),
        {"Groups": 0.9},
    )
    table = tabulate(cards)
    assert table["segmentation"].unique().tolist() == ["Groups"]
    row = table.set_index("criterion").loc["predictive"]
    assert (row["verdict"], row["why"]) == ("good", "spend")
    assert row["value"] > 0.9
    assert tabulate({}).columns.tolist() == ["segmentation", "criterion", "value", "verdict", "why"]
    assert segments_of(pd.DataFrame(), "x") is None
    assert segments_of(pd.DataFrame({"customer_id": ["1", "2"], "x": ["a", None]}), "x").to_dict() == {"1": "a"}  # type: ignore[union-attr]
