"""What `kit new` writes and shows: a file that is read back as it was meant, whatever the columns are called."""

import io
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.console import Console
from ruamel.yaml import YAML

from helpers.data.guess.parts import guess_part
from helpers.data.guess.tables import fit_tables
from helpers.data.guess.values import look_at
from helpers.data.schema import TABLES
from helpers.runs.draft import draft_client
from helpers.runs.draft_head import Wishes
from helpers.runs.draft_show import show_draft
from helpers.runs.draft_text import Line, WrittenPart, clean, scalar, write_draft
from helpers.runs.params import read_params
from helpers.runs.project import Project
from tests.runs.conftest import Kit
from tests.runs.drafts import days, order_file, write


class TestCommand:
    def test_new_then_check(self, kit: Kit) -> None:
        (kit.root / "export").mkdir()
        order_file(kit.root / "export", "orders.csv", 2024)
        done = kit("new", "beta-shop", "export/orders.csv")
        assert (done.code, done.err) == (0, "")
        lines = done.out.splitlines()
        assert lines[-2:] == ["Written to params/beta-shop.yaml", "Next: kit check beta-shop, then kit run beta-shop"]
        assert "customer_id" in done.out
        text = (kit.root / "params/beta-shop.yaml").read_text("utf-8")
        assert text.startswith("# yaml-language-server: $schema=./schema.json\n")
        assert "    source: ../export/orders.csv\n" in text
        assert (kit.root / "params/schema.json").is_file()
        assert kit("check", "beta-shop").code == 0
        again = kit("new", "beta-shop", "export/orders.csv")
        assert (again.code, again.out) == (2, "")
        assert "params/beta-shop.yaml" in again.err.replace("\n", "")
        assert kit("new", "beta-shop", "export/orders.csv", "--force", "--name", "Beta [b]").code == 0
        assert 'client: "Beta [b]"' in (kit.root / "params/beta-shop.yaml").read_text("utf-8")

    @pytest.mark.parametrize(
        ("args", "message"),
        [
            (["new", "x"], "SOURCE"),
            (["new", "x", "order.csv"], 'Did you mean "orders.csv"?'),
            (["new", "x y", "orders.csv"], 'Use "x-y"'),
            (["new", "acme", "orders.csv"], "--force"),
            (["new", "x", "orders.csv", "--as-of", "31/12/2024"], "is not a day like 2026-09-30"),
            (["new", "x", "orders.csv", "--currency", "pounds"], "is not an ISO code"),
        ],
    )
    def test_refused(self, kit: Kit, args: list[str], message: str) -> None:
        before = {p.name for p in (kit.root / "params").iterdir()}
        done = kit(*args)
        assert (done.code, done.out) == (2, "")
        assert message in " ".join(done.err.replace("│", " ").split())
        assert {p.name for p in (kit.root / "params").iterdir()} == before

    def test_eighty_columns_are_enough(self, tmp_path: Path) -> None:
        marks = [",".join(str(1 + (i + k) % 5) for k in range(8)) + f",{[9, 10, 7, 3, 0][i % 5]}" for i in range(60)]
        questions = ",".join(f"How satisfied are you with number {k} of our services?" for k in range(8))
        path = write(tmp_path, "a file with quite a long name for a survey of 2024.csv", questions + ",nps", *marks)
        draft = draft_client("x", [path], tmp_path, Wishes())
        shown = io.StringIO()
        show_draft(draft, Console(width=80, file=shown), "params/x.yaml", "kit check x, then kit run x")
        lines = shown.getvalue().splitlines()
        assert max(map(len, lines)) <= 80
        assert "Next: kit check x, then kit run x" in lines
        assert [line for line in lines if line.startswith("  8 ratings")]
        assert len(lines) < 40


AWKWARD = st.sampled_from(
    ["${HOME}", "a: b", "# x", "- x", "null", "~", "true", "<<", "*a", "&a", "{x}", "[x]", "'", '"', "a\\b", "%", "@x",
     "x\u2028y", "é", "😀", "  x ", "=", "!tag", "|", ">", "0x1f", "1e3", ".inf", "?", "yes", "a,b", "Q7 #1", "\ufeffx"]
) | st.text(max_size=12)  # fmt: skip


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    table=st.sampled_from(list(TABLES)),
    extra=st.lists(AWKWARD.filter(str.strip), max_size=6, unique=True),  # reading names every column
    texts=st.lists(AWKWARD, min_size=3, max_size=6),
)
def test_whatever_the_columns_are_called_the_draft_is_read_as_it_was_meant(
    table: str, extra: list[str], texts: list[str], tmp_path: Path, project: Project
) -> None:
    """Awkward headers and values survive: what is read from the file is what was guessed."""
    texts = [t for t in texts if t.strip()] or ["x"]
    made: dict[str, list[str]] = {}
    for column in TABLES[table].columns:
        values = {"date": days(24, "2024-{month:02d}-{day:02d}"), "number": [str(i % 11) for i in range(24)]}
        made[column.name] = values.get(column.kind, [f"{i % 9}{texts[i % len(texts)]}" for i in range(24)])
    made |= {
        name: [str(1 + i % 5) if j % 2 else texts[i % len(texts)] for i in range(24)] for j, name in enumerate(extra)
    }
    if table == "exposures":
        made["arm"] = [texts[i % len(texts)] if i % 2 else "control" for i in range(24)]
    frame = pd.DataFrame(made)
    look = look_at(frame)
    fit = fit_tables(look, table)[0]
    part = guess_part(frame, look, fit)
    if not fit.usable:
        return
    head = [Line("client", texts[0], "x", False), Line("as_of", "2024-12-31", "\n# y", True),
            Line("currency", "EUR", "", False), Line("business_model", "b2c", "", False)]  # fmt: skip
    text = write_draft("title", head, {part.table: [WrittenPart(part, "x.csv", "", 24)]}, {}).text
    path = tmp_path / "x.yaml"
    path.write_bytes(text.encode())
    read = read_params(path, project.notebooks)
    spec = read.data[part.table].parts[0]
    assert spec.columns == {m.column: m.source for m in part.columns}
    assert spec.ratings == {m.column: m.source for m in part.ratings}
    assert spec.attributes == {t.name: (t.kind, t.source) for t in part.traits}
    assert spec.values == part.values
    assert spec.missing == {column: list(codes) for column, codes in part.missing.items()}
    assert (spec.control or "", spec.outcomes) == (part.control, part.outcomes)
    assert read.client == texts[0].strip()


@given(st.text(max_size=20))
def test_any_text_is_quoted_so_that_it_is_read_back(text: str) -> None:
    def load(yaml: str) -> Any:
        return YAML(typ="safe", pure=True).load(yaml)

    kept = text.replace("${", "$${")
    assert str(load(f"a: {scalar(text)} # comment\n")["a"]) == kept or scalar(text).isdigit()
    assert str(load(f"[{scalar(text)}, x]\n")[0]) == kept or scalar(text).isdigit()
    assert len(clean(text).splitlines()) <= 1
