"""Files as shops, suites, agencies and public collections write them: what each is taken for, against an analyst.

`cases/*.yaml` lists their columns, the shape of the values and what a careful analyst would map. held_back.yaml was
written when the rules stood: at first sight 30 of its 32 files were right, 43 of 48 mappings, 48 of 53 traits, and 4
mappings wrong; only what was wrong was looked at afterwards.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from helpers.data.guess.keys import customer_columns
from helpers.data.guess.parts import Part, guess_part
from helpers.data.guess.tables import fit_tables
from helpers.data.guess.values import look_at
from tests.data.guess.case_values import make_frame

CASES = Path(__file__).with_name("cases")


@dataclass
class Count:
    """What was found of what an analyst would have: a wrong mapping costs three times what a missing one does."""

    files: int = 0
    tables: int = 0  # files that are one of the tables they may be
    asked: int = 0
    mapped: int = 0
    traits_asked: int = 0
    traits: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def score(self) -> float:
        return (self.mapped + self.traits - 3 * len(self.wrong)) / max(1, self.asked + self.traits_asked)


def understand(case: dict[str, Any], seed: int) -> Iterator[Part]:
    """The parts that a draft of the case's files would use."""
    files = {name: make_frame(file["columns"], file["rows"], seed) for name, file in case["files"].items()}
    frames = [frame.where(frame != "", None) for frame in files.values()]
    looks = [look_at(frame) for frame in frames]
    names = [name.split(".")[0] for name in files]
    customers = customer_columns(list(zip(frames, looks, names, strict=True)))
    for frame, look, name, customer in zip(frames, looks, names, customers, strict=True):
        fit = fit_tables(look, name, customer, shared=any(customers))[0]
        if fit.usable:
            yield guess_part(frame, look, fit)


def judge(case: dict[str, Any], parts: list[Part], name: str, count: Count) -> None:
    mapped = {(m.column, m.source) for part in parts for m in part.columns}
    mapped |= {("rating", m.source) for part in parts for m in part.ratings}
    traits = {t.source for part in parts for t in part.traits}
    must, may = case.get("must") or {}, case.get("may") or {}
    asked = [*must.items(), *(("rating", r) for r in case.get("ratings") or [])]
    allowed = {(k, option) for side in (must, may) for k, v in side.items() for option in str(v).split("|")}
    allowed |= {("rating", r) for r in case.get("ratings") or []}
    count.files += 1
    count.tables += ({part.table for part in parts} or {"none"}) <= set(case["tables"])
    count.asked += len(asked)
    count.mapped += sum((k, str(v)) in mapped for k, v in asked)
    count.traits_asked += len(case.get("traits") or [])
    count.traits += len(traits & set(case.get("traits") or []))
    count.wrong += [f"{name}: {k}: {v}" for k, v in sorted(mapped - allowed)]
    count.wrong += [f"{name}: {t}" for t in sorted(traits & set(case.get("never") or []))]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cases", "tables", "mapped", "traits", "wrong"),
    [("suites", 0.98, 0.88, 0.98, 1), ("suites_more", 0.96, 0.82, 0.85, 0), ("trades", 0.95, 0.86, 0.94, 1),
     ("public", 0.97, 0.8, 0.93, 2), ("public_more", 0.87, 0.75, 0.8, 0), ("held_back", 0.96, 0.89, 0.9, 0)],
)  # fmt: skip
def test_what_files_are_taken_for(cases: str, tables: float, mapped: float, traits: float, wrong: int) -> None:
    count = Count()
    for seed, (name, case) in enumerate(YAML(typ="safe").load((CASES / f"{cases}.yaml").read_text("utf-8")).items()):
        judge(case, list(understand(case, seed)), name, count)
    assert len(count.wrong) <= wrong, count.wrong
    assert count.tables >= tables * count.files, count
    assert count.mapped >= mapped * count.asked, count
    assert count.traits >= traits * count.traits_asked, count
