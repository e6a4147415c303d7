"""What the documents say of knobs and result tables is what the code says."""

from pathlib import Path

import nbformat
import pytest

from tests.make_docs import DOCUMENTS, ROOT, knobs, made, tables


@pytest.mark.parametrize("document", DOCUMENTS)
def test_documents_are_as_made_from_the_code(document: str) -> None:
    name, part = DOCUMENTS[document]
    text = (ROOT / "docs" / document).read_text("utf-8")
    assert made(text, name, part()) == text, "make docs writes it again"


def test_knobs_are_those_a_client_may_set(tmp_path: Path) -> None:
    own = 'params_file: str = "x"  # the client\nrun_dir: str = "y"  # the run\n'
    for stem, more in (("00_summary", ""), ("02_rfm", 'method: str = "auto"  # how it is chosen [auto | fixed]')):
        cell = nbformat.v4.new_code_cell(own + more, metadata={"tags": ["parameters"]})
        nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / f"{stem}.ipynb")
    assert knobs(tmp_path) == (
        "### summary\n\nNo knobs.\n\n"
        "### rfm\n\n"
        "| knob | type | default | allowed | meaning |\n"
        "| --- | --- | --- | --- | --- |\n"
        '| `method` | str | `"auto"` | auto \\| fixed | how it is chosen |'
    )


def test_tables_are_told_with_kind_key_and_meaning() -> None:
    said = tables()
    assert "### customers_rfm\n\nOne row a buyer. Told apart by `customer_id`." in said
    assert "| `recency_days` | days | since the last order |" in said
    assert "| `customer_id` | text | |" in said
    assert "Further columns: `spend`" in said


def test_a_document_without_its_marks_is_not_passed_over() -> None:
    with pytest.raises(ValueError, match="marks of knobs"):
        made("no marks here", "knobs", "x")
