"""What the tests of `kit new` share: files to draft from, and what a draft says."""

import re
from pathlib import Path

from helpers.data.client_data import ClientData, open_data
from helpers.data.spec import PartSpec
from helpers.runs.draft import Draft
from helpers.runs.params import Params


def write(folder: Path, name: str, *lines: str) -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def mapping(part: PartSpec) -> dict[str, str]:
    return {column: source.strip() for column, source in part.columns.items()}


def unsure(draft: Draft) -> set[str]:
    return {where for where, _ in draft.doubts}


def order_file(folder: Path, name: str, year: int) -> Path:
    lines = [f"{year}{i},{i % 7},{year}-0{1 + i % 9}-11,{i}.5" for i in range(30)]
    return write(folder, name, "order_id,customer_id,ordered_at,amount", *lines)


def days(n: int, pattern: str = "{day:02d}.{month:02d}.2024") -> list[str]:
    return [pattern.format(day=1 + i % 28, month=1 + (i // 28) % 12) for i in range(n)]


def read_whole(params: Params, folder: Path, aside: int = 0) -> ClientData:
    """Read the data as a run would; no more rows than `aside` may be set aside."""
    data = open_data(params.data, params.as_of, folder / "read")
    assert data.received["rows_set_aside"].sum() == aside, data.quality.to_string()
    return data


def uncommented(text: str) -> str:
    """A draft whose files that were not placed are in use: the first sign of each of their lines is deleted."""
    lines, within = [], False
    for line in text.splitlines():
        within = bool(re.match(r" +# (\w+:$| *- source: )", line)) or (within and bool(re.match(r" +# {3}", line)))
        lines.append(re.sub("# ", "", line, count=1) if within else line)
    return "\n".join(lines) + "\n"
