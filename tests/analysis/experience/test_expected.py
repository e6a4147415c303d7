"""What silent customers would score: only where held-out answers say that behaviour tells it."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import Ridge

from helpers.analysis.experience import expected, models
from helpers.analysis.experience.expected import Expected, check_models, expect_scores
from helpers.errors import InputError
from tests.analysis.experience.samples import groups_of, make_answers

NAMES = ["orders", "ticket_events", "visit_events", "returns"]


@pytest.fixture(scope="module", autouse=True)
def fewer_replicates() -> Iterator[None]:
    """What is tested holds of few as of many, and takes a tenth of the time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(expected, "_REPLICATES", 60)
        patch.setattr(expected, "_REPLICATES_OF_TREES", 8)
        patch.setattr(expected, "_CHECKS", 300)
        patch.setitem(models._TREES, "max_iter", 30)
        yield


@pytest.fixture(scope="module")
def told() -> Expected:
    everyone = make_answers(1_200, seed=4)
    silent = everyone.iloc[800:].drop(columns=["score", "group", "answered_on"])
    groups = pd.DataFrame(
        {"customer_id": everyone["customer_id"], "region": np.where(everyone.index % 2, "east", "west")}
    )
    return expect_scores(everyone.iloc[:800], silent, NAMES, groups)


def test_the_silent_are_expected_where_they_are(told: Expected) -> None:
    everyone = make_answers(1_200, seed=4)
    truth = 100 * (
        (everyone["group"] == "promoters").iloc[800:].mean() - (everyone["group"] == "detractors").iloc[800:].mean()
    )
    row = told.groups.iloc[0]
    assert told.check.beats_mean
    assert row["low"] <= truth <= row["high"]
    assert (row["group"], row["silent_customers"]) == ("all", 400)
    assert told.groups["group"].tolist() == ["all", "east", "west"]
    assert told.groups["silent_customers"].tolist() == [400, 200, 200]
    assert (told.groups["high"] - told.groups["low"]).is_monotonic_increasing
    assert row["gap"] == pytest.approx(row["expected_nps"] - row["answered_nps"])
    assert row["gap_high"] - row["gap_low"] > row["high"] - row["low"]


def test_four_in_five_silent_customers_keep_within_their_interval(told: Expected) -> None:
    actual = make_answers(1_200, seed=4).set_index("customer_id")["score"]
    rows = told.customers.set_index("customer_id")
    inside = (actual.reindex(rows.index) >= rows["low"]) & (actual.reindex(rows.index) <= rows["high"])
    assert 0.74 <= inside.mean() <= 0.9
    assert rows["expected_score"].between(0, 10).all()
    assert len(rows) == told.silent == 400
    assert np.corrcoef(rows["expected_score"], actual.reindex(rows.index))[0, 1] > 0.3


def test_noise_tells_nothing_and_nothing_is_expected() -> None:
    rng = np.random.default_rng(2)
    answers = make_answers(600)
    answers["score"] = rng.integers(0, 11, len(answers)).astype(float)
    answers["group"] = groups_of(answers["score"].to_numpy())
    silent = make_answers(100, seed=9).assign(customer_id=[f"s{i}" for i in range(100)])
    result = expect_scores(answers, silent, NAMES)
    assert not result.check.beats_mean
    assert result.groups.empty and result.customers.empty
    assert result.silent == 100
    assert result.check.skill < 0.05


def test_held_out_means_held_out() -> None:
    """A column that tells every customer apart, and nothing else, would look perfect if it had been seen."""
    rng = np.random.default_rng(5)
    answers = make_answers(600, twice=True)
    answers["orders"] = pd.factorize(answers["customer_id"])[0].astype(float)
    answers["score"] = rng.integers(0, 11, 300).astype(float)[answers["orders"].astype(int)]
    answers["group"] = groups_of(answers["score"].to_numpy())
    check, _ = check_models(answers, ["orders"])
    assert check.customers == 300
    assert not check.beats_mean


def test_skill_is_the_error_saved() -> None:
    answers = make_answers(700)
    check, held = check_models(answers, NAMES)
    error = float(np.sqrt(((answers["score"] - held[:, 0]) ** 2).mean()))
    assert check.error == pytest.approx(error)
    assert check.skill == pytest.approx(1 - (check.error / check.error_of_mean) ** 2)
    assert check.low < check.skill < check.high
    assert check.error_of_mean == pytest.approx(answers["score"].std(), rel=0.02)
    assert check.fifths["answers"].sum() == 700
    assert check.fifths["expected"].is_monotonic_increasing
    assert set(check.by_model["model"]) == set(models.MODELS)
    assert check.model == check.by_model.sort_values("skill")["model"].iloc[-1]


def test_what_held_last_year_only_is_not_trusted() -> None:
    answers = make_answers(1_000)
    late = answers["answered_on"] > answers["answered_on"].max() - pd.Timedelta(days=expected.RECENT_DAYS)
    turned = answers.assign(score=answers["score"].where(~late, 10 - answers["score"]))
    turned["group"] = groups_of(turned["score"].to_numpy())
    check, _ = check_models(turned, NAMES)
    assert check.later_skill < 0
    assert not check.beats_mean
    assert check_models(answers, NAMES)[0].later_skill > 0
    assert np.isnan(check_models(answers[late], NAMES)[0].later_skill)


@pytest.mark.parametrize(("n", "model"), [(199, False), (200, True)])
def test_a_model_needs_answers(n: int, model: bool) -> None:
    check, _ = check_models(make_answers(n), NAMES)
    assert bool(check.model) == model
    assert check.answers == n


def test_all_of_one_score_and_no_measures() -> None:
    same = make_answers(300).assign(score=9.0, group="promoters")
    assert check_models(same, NAMES)[0].model == ""
    assert check_models(make_answers(300), [])[0].model == ""


def test_recent_answers_set_the_level() -> None:
    """Everyone has become less happy by the same; the silent are expected at today's level."""
    answers = make_answers(1_600, seed=6)
    late = answers["answered_on"] > answers["answered_on"].max() - pd.Timedelta(days=expected.RECENT_DAYS)
    answers["score"] = (answers["score"] - 2.0 * late).clip(0, 10)
    answers["group"] = groups_of(answers["score"].to_numpy())
    silent = answers[late].assign(customer_id=lambda f: "s" + f["customer_id"])
    row = expect_scores(answers, silent, NAMES).groups.iloc[0]
    assert row["expected_nps"] == pytest.approx(row["answered_nps"], abs=1)


def test_groups_of_few_are_not_told_and_the_rest_has_a_name() -> None:
    answers = make_answers(900, seed=8)
    silent = answers.tail(120).assign(customer_id=[f"s{i}" for i in range(120)])
    ids = [*answers["customer_id"], *silent["customer_id"]]
    groups = pd.DataFrame({"customer_id": ids, "size": "big"}).iloc[: 900 + 71]
    result = expect_scores(answers, silent, NAMES, groups, rest="small")
    assert result.groups["group"].tolist() == ["all", "big"]  # 49 are of no group
    wide = expect_scores(answers, silent, NAMES, groups.iloc[300:970], rest="small").groups
    assert wide["group"].tolist() == ["all", "big", "small"]


def test_customers_twice_or_not_silent_are_refused() -> None:
    answers = make_answers(250)
    silent = make_answers(20).assign(customer_id=[f"s{i}" for i in range(20)])
    with pytest.raises(InputError, match="repeat a customer"):
        expect_scores(answers, pd.concat([silent, silent]), NAMES)
    with pytest.raises(InputError, match="have answered"):
        expect_scores(answers, answers.head(3), NAMES)
    with pytest.raises(InputError, match="groups"):
        expect_scores(answers, silent, NAMES, pd.DataFrame({"customer_id": ["a", "a"], "g": ["x", "y"]}))


def test_ridge_is_scikit_learns() -> None:
    answers = make_answers(400)
    columns = models.learn_columns(answers, NAMES)
    x, new = columns.of(answers, models.LINEAR), columns.of(answers.head(30), models.LINEAR)
    weight = np.random.default_rng(1).integers(1, 4, 400).astype(float)
    y = answers["score"].to_numpy()
    share = weight / weight.sum()
    spread = np.sqrt(share @ (x - share @ x) ** 2)
    used = spread > 1e-9
    theirs = Ridge(alpha=10.0).fit(x[:, used] / spread[used], y, weight).predict(new[:, used] / spread[used])
    np.testing.assert_allclose(models.fit_predict(models.LINEAR, x, y, weight, new), theirs, rtol=1e-8)


def test_values_beyond_the_answers_are_taken_as_the_nearest() -> None:
    answers = make_answers(400)
    columns = models.learn_columns(answers, NAMES)
    far = answers.head(1).assign(orders=10_000.0, returns=np.nan)
    most = answers.head(1).assign(orders=answers["orders"].max(), returns=np.nan)
    for model in models.MODELS:
        np.testing.assert_array_equal(columns.of(far, model), columns.of(most, model))
        if model != models.TREES:
            assert np.isfinite(columns.of(far, model)).all()


@pytest.mark.parametrize("model", models.MODELS)
def test_every_model_takes_two_targets_and_learns(model: str) -> None:
    answers = make_answers(600)
    columns = models.learn_columns(answers, NAMES)
    x = columns.of(answers, model)
    y = answers[["score", "orders"]].to_numpy(float)
    told = models.fit_predict(model, x, y, np.ones(600), x)
    assert told.shape == y.shape
    assert np.corrcoef(told[:, 1], y[:, 1])[0, 1] > 0.85
    np.testing.assert_allclose(told[:, 0], models.fit_predict(model, x, y[:, 0], np.ones(600), x))


@pytest.mark.parametrize(("low", "beats"), [(0.004, False), (0.006, True), (-0.2, False)])
def test_the_mean_is_beaten_by_no_less_than_is_printed(
    low: float, beats: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expected, "_skill_interval", lambda *_: (low, 0.5))
    assert check_models(make_answers(300), NAMES)[0].beats_mean == beats


def test_trees_learn_from_a_bounded_share(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = make_answers(401)
    x = models.learn_columns(answers, NAMES).of(answers, models.TREES)
    y, one = answers["score"].to_numpy(), np.ones(401)
    monkeypatch.setattr(models, "MOST_OF_TREES", 200)
    of_third = models.fit_predict(models.TREES, x, y, one, x)
    np.testing.assert_array_equal(of_third, models.fit_predict(models.TREES, x[::3], y[::3], one[::3], x))
