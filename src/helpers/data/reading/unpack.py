"""What a file really is, by its content and not its name, and the files inside an archive."""

import bz2
import gzip
import json
import lzma
import re
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from helpers.data.reading.columns import Repairs
from helpers.data.reading.files import EXCEL_ENDINGS, JSON_ENDINGS, PARQUET_ENDINGS, is_readable

TEXT, JSON, WORKBOOK, PARQUET = "text", "JSON", "an Excel workbook", "a Parquet file"
PACKED: dict[bytes, Any] = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ\x00": lzma.open}
OTHERS = {
    b"\x89PNG": "it is a picture (PNG)",
    b"\xff\xd8\xff": "it is a picture (JPEG)",
    b"GIF8": "it is a picture (GIF)",
    b"%PDF": "it is a PDF document",
    b"7z\xbc\xaf\x27\x1c": "it is a 7-Zip archive",
    b"Rar!": "it is a RAR archive",
    b"\x28\xb5\x2f\xfd": "it is packed with Zstandard",
    b"SQLite format 3": "it is an SQLite database",
    b"ORC": "it is an ORC file",
    b"Obj\x01": "it is an Avro file",
    b"$FL2": "it is an SPSS file",
    b"{\\rtf": "it is a text document (RTF)",
}
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
CUT = "it ends before its end: it was cut off on its way"
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x19\x7f]")


@dataclass(frozen=True)
class Received:
    """One table to read: a file as received, or one out of an archive."""

    label: str
    path: Path
    kind: str
    repairs: Repairs
    temporary: bool = False  # gone when reading is over


def receive(path: Path, label: str, work: Path, depth: int = 0) -> Iterator[Received]:
    """The tables in a file: itself, or what it holds if it is an archive, unpacked into the folder `work`.

    Raises ValueError saying what is wrong with a file that holds none.
    """
    with path.open("rb") as stream:
        head = stream.read(1 << 16)
    if not head:
        raise ValueError("it is empty (0 bytes)")
    unpack = next((opener for magic, opener in PACKED.items() if head.startswith(magic)), None)
    if unpack and depth < 3:
        inner = Path(label).stem if label.lower().endswith((".gz", ".bz2", ".xz", ".tgz")) else label
        with unpack(path, "rb") as packed:
            copy = _copy(packed, work / f"unpacked_{depth}_{abs(hash(label))}")
        if not copy.stat().st_size:
            raise ValueError("it is an archive of an empty file")
        for received in receive(copy, inner, work, depth + 1):
            yield replace(received, label=label, temporary=True)
        copy.unlink(missing_ok=True)
        return
    if head.startswith(b"PK") and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if not (names & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}):
                yield from _members(archive, label, work, depth)
                return
    kind = _kind(head, label, path)
    yield Received(label, path, kind, _note(kind, label))


def _members(archive: zipfile.ZipFile, label: str, work: Path, depth: int) -> Iterator[Received]:
    members = [m for m in archive.infolist() if not m.is_dir() and not re.search(r"(^|/)(__MACOSX/|\.)", m.filename)]
    members = [m for m in members if is_readable(m.filename.rsplit("/", 1)[-1])] or members
    if not members or depth > 2:
        raise ValueError("the archive holds no file that can be read")
    if any(m.flag_bits & 1 for m in members):
        raise ValueError("the archive is protected by a password")
    for i, member in enumerate(sorted(members, key=lambda m: m.filename)):
        with archive.open(member) as packed:
            copy = _copy(packed, work / f"member_{depth}_{i}")
        for received in receive(copy, member.filename.rsplit("/", 1)[-1], work, depth + 1):
            yield replace(received, label=f"{label}/{member.filename}", temporary=True)
        copy.unlink(missing_ok=True)


def _copy(packed: IO[bytes], copy: Path) -> Path:
    try:
        with copy.open("wb") as out:
            shutil.copyfileobj(packed, out, 4 << 20)
    except EOFError as error:
        raise ValueError(CUT) from error
    except (zlib.error, gzip.BadGzipFile, lzma.LZMAError, zipfile.BadZipFile) as error:
        raise ValueError(f"its packing is damaged ({error})") from error
    return copy


def _kind(head: bytes, label: str, path: Path) -> str:
    """What an unpacked file is; raises ValueError for what holds no table."""
    if head.startswith(b"PAR1"):
        return PARQUET
    if head.startswith(OLE) or head.startswith(b"PK"):
        if head.startswith(b"PK") and not zipfile.is_zipfile(path):
            raise ValueError(CUT)
        return WORKBOOK
    for magic, said in OTHERS.items():
        if head.startswith(magic):
            raise ValueError(said)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if re.match(rb"<(!doctype|html|head|table|meta|style|body)", start):
        raise ValueError("it is a web page, whatever its name says; open it in a spreadsheet program and save as .xlsx")
    if start.startswith(b"<?xml"):
        raise ValueError("it is an XML file; open it in a spreadsheet program and save it as .xlsx")
    nuls = max(head[::2].count(0), head[1::2].count(0))
    is_wide = head.startswith((b"\xff\xfe", b"\xfe\xff")) or nuls > 0.2 * len(head)
    if not is_wide and len(_CONTROL.findall(head)) > max(16, 0.05 * len(head)):
        raise ValueError("it is no text and no file of a known kind")
    ending = label.lower()
    if ending.endswith(JSON_ENDINGS) or (start[:1] in (b"{", b"[") and _is_json(start)):
        return JSON
    if not start:
        raise ValueError("it holds nothing but blanks")
    return TEXT


def _is_json(start: bytes) -> bool:
    """Whether a text that begins like JSON goes on like it: its first line, or an array's first bracket."""
    first = start.split(b"\n", 1)[0].strip()
    try:
        return isinstance(json.loads(first), dict)
    except ValueError:
        return bool(re.match(rb'\[\s*\{\s*"', start))


def _note(kind: str, label: str) -> Repairs:
    ending = Path(label).suffix.lower()
    expected = {
        **dict.fromkeys(EXCEL_ENDINGS, WORKBOOK),
        **dict.fromkeys(PARQUET_ENDINGS, PARQUET),
        **dict.fromkeys(JSON_ENDINGS, JSON),
    }.get(ending, TEXT)
    if kind == expected or (not is_readable(label) and kind == TEXT):
        return []
    said = {TEXT: "text in columns"}.get(kind, kind)
    return [(f"read as {said}, though the name ends in {ending or 'nothing'}", 1)]
