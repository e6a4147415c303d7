"""What the demo client's customers say: planted drivers, scores and comments are recovered from its survey."""

import html
from collections.abc import Iterator
from itertools import combinations
from math import comb

import numpy as np
import pandas as pd
import pytest

from helpers.data.demo import Planted
from helpers.data.demo.words import COMMENTS, GENERAL
from tests.data.demo_files import read


@pytest.fixture(scope="module")
def planted(planted_demo: Planted) -> Planted:
    return planted_demo


@pytest.fixture(scope="module")
def answers(planted: Planted) -> pd.DataFrame:
    """Answers with a score: score, the ratings by driver (NaN where not rated), wave, comment, segment."""
    raw = read(planted, "surveys.csv")
    questions = planted.drivers.set_index("driver")["question"]
    frame = pd.DataFrame({driver: raw[question].astype(float) for driver, question in questions.items()})
    frame = frame.replace(0, np.nan).assign(score=raw["Q1_Recommend"].astype(int), wave=raw["Wave"])
    frame = frame.assign(comment=raw["Comment"], customer_id=raw["CustomerCode"])
    return frame[frame["score"] != 99].merge(planted.customers, on="customer_id", validate="many_to_one")


def r_squared(frame: pd.DataFrame, drivers: tuple[str, ...]) -> float:
    if not drivers:
        return 0.0
    correlations = frame[["score", *drivers]].corr().to_numpy()
    return float(correlations[0, 1:] @ np.linalg.solve(correlations[1:, 1:], correlations[0, 1:]))


def subsets(drivers: list[str]) -> Iterator[tuple[str, ...]]:
    for size in range(len(drivers) + 1):
        yield from combinations(drivers, size)


def test_drivers_come_out_in_the_planted_order(answers: pd.DataFrame, planted: Planted) -> None:
    """LMG by its definition (Lindeman, Merenda and Gold 1980): the rise of R-squared, averaged over orders."""
    expected = planted.drivers["driver"].tolist()
    complete = answers.dropna(subset=expected)
    explained = {frozenset(subset): r_squared(complete, subset) for subset in subsets(expected)}
    lmg = {
        driver: sum(
            (explained[frozenset({*subset, driver})] - explained[frozenset(subset)])
            / (len(expected) * comb(len(expected) - 1, len(subset)))
            for subset in subsets([one for one in expected if one != driver])
        )
        for driver in expected
    }
    assert sorted(lmg, key=lmg.__getitem__, reverse=True) == expected
    assert 0.5 < sum(lmg.values()) < 0.7
    shares = np.array([lmg[driver] for driver in expected])
    assert (shares[:-1] / shares[1:] > 1.2).all()  # no two so close that chance decides


def test_coefficients_are_the_planted_weights(answers: pd.DataFrame, planted: Planted) -> None:
    """A little smaller, as scores end at 10."""
    drivers = planted.drivers.set_index("driver")["weight"]
    complete = answers.dropna(subset=list(drivers.index))
    design = np.column_stack([np.ones(len(complete)), complete[list(drivers.index)]])
    found = np.linalg.lstsq(design, complete["score"], rcond=None)[0][1:]
    assert (np.abs(found - drivers.to_numpy()) < 0.25).all()


def nps(scores: pd.Series) -> float:
    return 100 * ((scores >= 9).mean() - (scores <= 6).mean())


def test_nps_is_believable(answers: pd.DataFrame) -> None:
    assert 20 < nps(answers["score"]) < 35
    by_wave = answers.groupby("wave")["score"].apply(nps)
    assert by_wave.index.tolist() == ["2024", "2025", "2026"]
    assert by_wave["2025"] < by_wave[["2024", "2026"]].min() - 8  # the year of late deliveries
    by_segment = answers.groupby("segment")["score"].apply(nps)
    assert by_segment["Key account buyers"] > by_segment["Seasonal buyers"] > 0 > by_segment["Trial buyers"]
    assert answers.groupby("wave")["customer_id"].apply(lambda who: who.is_unique).all()


def test_comments_fit_the_score(answers: pd.DataFrame) -> None:
    written = answers[(answers["comment"] != "") & ~answers["comment"].str.contains("<")]
    assert written["comment"].nunique() >= 60
    assert 0.4 < len(written) / len(answers) < 0.65
    for driver, (pleased, annoyed, mixed) in COMMENTS.items():
        assert (written.loc[written["comment"].isin(pleased), "score"] >= 9).all()
        assert (written.loc[written["comment"].isin(annoyed), "score"] <= 6).all()
        assert written.loc[written["comment"].isin(mixed), "score"].isin([7, 8]).all()
        assert (written.loc[written["comment"].isin(pleased), driver].dropna() >= 4).all()
        assert (written.loc[written["comment"].isin(annoyed), driver].dropna() <= 3).all()
    texts = [text for tones in [*COMMENTS.values(), GENERAL] for tone in tones for text in tone]
    assert len(set(texts)) == len(texts)
    assert all(html.escape(text, quote=False) == text for text in texts)
