"""Questions asked as one query give what each gives alone."""

import ibis
import numpy as np
import pandas as pd
import pytest

from helpers.data.engines.questions import ask_together


def test_answers_are_those_of_the_questions_asked_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = pd.DataFrame({"name": ["a", "b", None, "b"], "amount": [1, 2, 3, 4], "on": pd.Timestamp("2026-01-05")})
    con = ibis.duckdb.connect()
    rows = con.create_table("rows", frame)
    executed = []
    run = con.to_pyarrow
    monkeypatch.setattr(con, "to_pyarrow", lambda *a, **k: executed.append(a) or run(*a, **k))
    by_name, none, days, totals = ask_together(
        [
            rows.group_by("name").aggregate(n=rows.count(), share=rows.amount.mean()),
            rows.filter(rows.amount > 9).select("name", "amount"),
            rows.select(day=rows.on.date()).distinct(),
            rows.aggregate(quartiles=rows.amount.quantile([0.25, 0.75]), large=(rows.amount > 2).any()),
        ]
    )
    assert len(executed) == 1
    found = {name: (n, share) for name, n, share in zip(*by_name.values(), strict=True)}
    assert found == {"a": (1, 1.0), "b": (2, 3.0), None: (1, 3.0)}
    assert {column: len(values) for column, values in none.items()} == {"name": 0, "amount": 0}
    assert days["day"].tolist() == [pd.Timestamp("2026-01-05").to_pydatetime()]
    assert totals["quartiles"].tolist() == [[1.75, 3.25]]
    assert totals["large"].tolist() == [1.0]


def test_blanks_of_every_kind() -> None:
    rows = ibis.memtable(pd.DataFrame({"a": [1.5]}))
    blank = rows.select(text=ibis.null("string"), number=ibis.null("int64"), on=ibis.null("timestamp"), a=rows.a)
    first, second = ask_together([blank, rows])
    assert first["text"].tolist() == [None]
    assert np.isnan(first["number"]).tolist() == [True]
    assert np.isnat(first["on"]).tolist() == [True]
    assert (first["a"].tolist(), second["a"].tolist()) == ([1.5], [1.5])


def test_nothing_is_asked_of_no_engine() -> None:
    assert ask_together([]) == []
