"""What the tests of `kit new` share: files to draft from, and what a draft says."""

from pathlib import Path

from helpers.data.spec import PartSpec
from helpers.runs.draft import Draft


def write(folder: Path, name: str, *lines: str) -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def mapping(part: PartSpec) -> dict[str, str]:
    return {column: source.strip() for column, source in part.columns.items()}


def unsure(draft: Draft) -> set[str]:
    return {where for where, _ in draft.doubts}
