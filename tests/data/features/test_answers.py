"""Answers by group: every one counted once, from one query, by groups that a reader can take in."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import ibis
import numpy as np
import pandas as pd
import pytest

from helpers.data.client_data import ClientData, open_data
from helpers.data.features import answers
from helpers.data.schema import UNKNOWN, WITHHELD
from helpers.data.spec import PartSpec, TableSpec
from helpers.errors import InputError
from tests.data.features.test_features import AS_OF

Open = Callable[..., ClientData]


@pytest.fixture
def opened(tmp_path: Path) -> Open:
    def read(surveys: dict, customers: dict | None = None, **attributes: tuple[str, str]) -> ClientData:
        """attributes: of customers where there are any, else of the answers: name=(kind, column)."""
        specs = {}
        for name, columns in (("surveys", surveys), ("customers", customers)):
            if columns is not None:
                path = tmp_path / f"{name}.csv"
                pd.DataFrame(columns).to_csv(path, index=False)
                own = attributes if (name == "customers") == (customers is not None) else {}
                names = {c: c for c in columns if c not in {column for _, column in attributes.values()}}
                specs[name] = TableSpec(name, (PartSpec(source=str(path), columns=names, attributes=own),))
        return open_data(specs, AS_OF, tmp_path / "kept")

    return read


def test_the_kinds_are_cut_at_seven_and_nine() -> None:
    table = ibis.memtable({"score": [float(s) for s in range(11)]})
    kinds = table.mutate(kind=answers.group_of(table)).order_by("score").execute()["kind"]
    assert kinds.tolist() == ["detractors"] * 7 + ["passives"] * 2 + ["promoters"] * 2


def test_scores_are_told_from_none_to_ten_also_those_that_nobody_gave() -> None:
    table = ibis.memtable({"score": [10.0, 10, 3], "wave": ["a", "b", "b"]})
    found = answers.score_counts(table)
    assert found["score"].tolist() == list(range(11))
    assert found["answers"].tolist() == [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 2]
    assert found["group"].tolist() == ["detractors"] * 7 + ["passives"] * 2 + ["promoters"] * 2
    assert answers.score_counts(table, "b")["answers"].sum() == 2
    wide = answers.score_counts(table.mutate(scale=ibis.literal("0-100")))
    assert wide["score"].tolist() == [3, 10]
    five = answers.score_counts(ibis.memtable({"score": [5.0], "scale": ["1-5"]}))
    assert five["score"].tolist() == [1, 2, 3, 4, 5]


def test_counts_agree_with_pandas_for_every_grouping_at_once() -> None:
    rng = np.random.default_rng(2)
    frame = pd.DataFrame({"score": rng.integers(0, 11, 500).astype(float), "weight": rng.random(500)})
    for name in ("wave", "region", "role"):
        frame[name] = rng.choice(["a", "b", None], 500)
    frame["kind"] = pd.cut(frame["score"], [-1, 6, 8, 10], labels=["detractors", "passives", "promoters"])
    table = ibis.memtable(frame.drop(columns="kind"))
    counts = answers.nps_counts(table, ["wave", "region", "role"]).set_index(["grouping", "group"])
    assert counts.index.tolist() == [
        ("all", "all"),
        *[(g, x) for g in ("wave", "region", "role") for x in (UNKNOWN, "a", "b")],
    ]
    for name in ("wave", "region", "role"):
        for group, members in frame.fillna({name: UNKNOWN}).groupby(name):
            row = counts.loc[(name, group)]
            for kind, n in members["kind"].value_counts().items():
                assert row[kind] == n
                assert row[f"weight_{kind}"] == pytest.approx(members.loc[members["kind"] == kind, "weight"].sum())
            assert row["weight_squares"] == pytest.approx((members["weight"] ** 2).sum())
    by_wave = answers.counts_by_wave(table, ["wave", "region"], ["a"])
    assert set(by_wave["grouping"]) == {"region"} and set(by_wave["wave"]) == {"a"}
    assert by_wave[list(answers.KINDS)].to_numpy().sum() == (frame["wave"] == "a").sum()
    pairs = answers.counts_by_two(table, "region", "role")
    assert len(pairs) == 9 and pairs[list(answers.KINDS)].to_numpy().sum() == 500
    for nothing in (answers.counts_by_wave(table, ["wave"], ["a"]), answers.counts_by_wave(table, ["role"], [])):
        assert nothing.empty
    assert answers.counts_by_two(table, "", "role").empty


def test_pairs_named_by_what_is_a_persons_have_no_name() -> None:
    frame = pd.DataFrame(
        {"score": [9.0, 1.0, 8.0], "desk": ["ann@quackenbush.example", "x", "bob@quackenbush.example"]}
    )
    found = answers.counts_by_two(ibis.memtable(frame.assign(region="n")), "region", "desk")
    assert sorted(found["column"]) == [WITHHELD, "x"]
    assert found.set_index("column").loc[WITHHELD, "promoters"] == 1


def test_ages_come_in_bands_and_identifiers_not_at_all(opened: Open) -> None:
    ids = [f"c{i}" for i in range(120)]
    listed = {"customer_id": ids, "role": ["Buyer", "User"] * 60, "Age": [18 + i % 60 for i in range(120)]}
    listed |= {"Passport": [f"P{i}X" for i in range(120)], "Region": ["n", "s", "w"] * 40}
    listed["acquired_on"] = ["2025-09-30", "2024-01-01", "2019-01-01", "2026-06-01"] * 30
    data = opened(
        {"customer_id": ids, "score": [9] * 120, "answered_at": ["2026-01-01"] * 120},
        listed,
        age=("demographic", "Age"),
        passport=("demographic", "Passport"),
        region=("geographic", "Region"),
    )
    table = answers.with_segments(data, pd.DataFrame())
    found = answers.groupings(data, table, [])
    assert found == ["age", "region", "role", "tenure"]
    counts = answers.nps_counts(table, found).set_index(["grouping", "group"])["promoters"]
    assert counts["age"].to_dict() == {"18–32": 30, "33–47": 30, "48–61": 28, "62+": 32}
    assert counts["tenure"].to_dict() == {"0–1 years": 30, "2–5 years": 30, "5–10 years": 30, UNKNOWN: 30}
    assert answers.groupings(data, table, ["passport"]) == ["passport"]
    assert answers.heat_groupings(data, found) == ("", "")
    assert answers.heat_groupings(data, found, "role", "region") == ("role", "region")
    assert answers.heat_groupings(data, found, "role") == ("role", "age")
    with pytest.raises(InputError, match='asks for "rôle"'):
        answers.heat_groupings(data, found, "rôle")
    with pytest.raises(InputError, match=r'names "regin".*Did you mean "region"'):
        answers.groupings(data, table, ["regin"])


def test_tenure_may_be_told_in_months_and_numbers_of_answers_are_banded_too(opened: Open) -> None:
    ids = [f"c{i}" for i in range(40)]
    data = opened(
        {"customer_id": ids, "score": [0, 10] * 20}, {"customer_id": ids, "tenure_months": [5, 12, 70, 240] * 10}
    )
    table = answers.with_segments(data, pd.DataFrame())
    counts = answers.nps_counts(table, ["tenure"]).query("grouping == 'tenure'").set_index("group")
    counts = counts[list(answers.KINDS)].sum(axis=1)
    assert counts.to_dict() == {"0–1 years": 10, "1–2 years": 10, "5–10 years": 10, "10+ years": 10}
    assert "tenure_months" not in table.columns
    none = opened({"score": [0, 10] * 20, "Basket": [x / 4 for x in range(40)]}, basket=("behavioural", "Basket"))
    table = answers.with_segments(none, pd.DataFrame())
    assert answers.groupings(none, table, []) == ["basket"]
    counts = answers.nps_counts(table, ["basket"]).query("grouping == 'basket'")
    assert counts["group"].tolist() == ["0–2.4", "2.4–4.9", "4.9–7.3", "7.3+"]
    assert counts[list(answers.KINDS)].to_numpy().sum() == 40


def test_a_number_that_most_share_gives_fewer_bands(opened: Open) -> None:
    values = [0] * 80 + list(range(1, 21))
    data = opened({"score": [0, 10] * 50, "Calls": values}, calls=("behavioural", "Calls"))
    counts = answers.nps_counts(answers.with_segments(data, pd.DataFrame()), ["calls"]).query("grouping == 'calls'")
    assert counts[list(answers.KINDS)].to_numpy().sum() == 100
    assert len(counts) <= 21


def test_what_has_very_many_values_is_refused_where_it_is_asked_for() -> None:
    data: Any = SimpleNamespace(attributes=lambda _: [])
    table = ibis.memtable({"score": [1.0] * 1001, "touchpoint": [f"t{i}" for i in range(1001)]})
    with pytest.raises(InputError, match="1,001 different values"):
        answers.groupings(data, table, ["touchpoint"])
    assert answers.groupings(data, table, []) == []
    assert answers.groupings(data, table.limit(1000), ["touchpoint"]) == ["touchpoint"]
