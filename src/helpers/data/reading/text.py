"""What a text file is written in, found out from all of it, and the file as UTF-8.

One pass over the bytes counts lines and says whether they are UTF-8; only a file that is something else is copied.
A file with a few bytes that are not UTF-8 among many characters that are is a broken UTF-8 file, and the lines
concerned are faulty. One whose accented characters mostly are not UTF-8 is read as Windows-1252, which holds
Latin-1: bytes that Windows-1252 leaves open become the control characters that Latin-1 has there.
"""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from helpers.data.reading.columns import Repairs
from helpers.errors import InputError, nearest

CHUNK = 4 << 20
BOMS = (  # the longer first: UTF-32's begins as UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
COMMON = ("utf-8", "windows-1252", "latin-1", "utf-16", "windows-1250", "windows-1251", "cp850", "mac-roman")
NAMES = {"utf-16": "UTF-16", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "utf-32": "UTF-32", "cp1252": "Windows-1252"}


@dataclass(frozen=True)
class PlainText:
    """A text file as UTF-8 on the local disk."""

    path: Path
    encoding: str  # of the file as received
    repairs: Repairs
    lines: int  # physical lines, those at the end that hold nothing not counted
    uniform: bool  # all lines end in the same way, "\n" or "\r\n"
    only_cr: bool  # lines end in "\r"
    broken: bool  # some bytes are not UTF-8


@dataclass
class _Count:
    newlines: int = 0
    returns: int = 0
    pairs: int = 0
    nuls: int = 0
    wide: int = 0  # bytes that begin a character of several bytes
    wrong: int = 0  # bytes that are not UTF-8


def as_utf8(path: Path, work: Path, encoding: str | None = None) -> PlainText:
    """The text of `path` as UTF-8; a copy in the folder `work` where it is not.

    Raises InputError for an encoding that is not known or does not fit the file.
    """
    if encoding:
        found = _known(encoding, path)
    else:
        with path.open("rb") as stream:
            found = _by_marks(stream.read(1 << 16))
    if found == "utf-8":
        count = _survey(path)
        if count.wrong and count.wrong > count.wide and not encoding:
            found = "cp1252"
        elif not count.nuls:
            return _plain(path, found, [], count)
    copy = work / "as_utf8.txt"
    nuls = _transcode(path, copy, found)
    repairs = [] if found == "utf-8" else [(f"read as {NAMES.get(found, found)}", 1)]
    if nuls:
        repairs.append(("NUL bytes left out", nuls))
    return _plain(copy, found, repairs, _survey(copy))


def _plain(path: Path, encoding: str, repairs: Repairs, count: _Count) -> PlainText:
    only_cr = count.returns - count.pairs > count.newlines and _begins_with_cr(path)
    uniform = count.returns == 0 or count.returns == count.pairs == count.newlines
    return PlainText(path, encoding, repairs, _lines(path, count.newlines), uniform, only_cr, count.wrong > 0)


def _begins_with_cr(path: Path) -> bool:
    """Whether the first line ends in a "\\r" alone; those inside fields of a short file may outnumber its lines."""
    with path.open("rb") as stream:
        first = stream.readline(CHUNK)
    return b"\r" in first.rstrip(b"\r\n") or first.endswith(b"\r")


def _known(encoding: str, path: Path) -> str:
    try:
        name = codecs.lookup(encoding).name
        b"".decode(name)
    except (LookupError, UnicodeError):
        hint = nearest(encoding, COMMON)
        raise InputError(
            f'The encoding "{encoding}" is not known',
            where=str(path),
            allowed=", ".join(COMMON),
            mend=f'Did you mean "{hint}"?' if hint else "Leave `encoding` out to have it found by looking.",
        ) from None
    return {"utf-8-sig": "utf-8", "ascii": "utf-8", "iso8859-1": "cp1252"}.get(name, name)


def _by_marks(head: bytes) -> str:
    """The encoding by the file's first bytes: a byte-order mark, or the NULs that UTF-16 puts between letters."""
    for mark, name in BOMS:
        if head.startswith(mark):
            return name
    pairs = len(head) // 2
    if pairs >= 2:
        even, odd = head[0 : 2 * pairs : 2].count(0), head[1 : 2 * pairs : 2].count(0)
        if odd > 0.4 * pairs and even < 0.05 * pairs:
            return "utf-16-le"
        if even > 0.4 * pairs and odd < 0.05 * pairs:
            return "utf-16-be"
    return "utf-8"


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            yield chunk


def _survey(path: Path) -> _Count:
    count, rest, last = _Count(), b"", b""
    for chunk in _chunks(path):
        count.newlines += int(np.count_nonzero(np.frombuffer(chunk, "uint8") == 10))  # faster than bytes.count
        returns = chunk.count(b"\r")
        if returns:
            count.returns += returns
            count.pairs += chunk.count(b"\r\n")
        count.pairs += last == b"\r" and chunk.startswith(b"\n")
        last = chunk[-1:]
        count.nuls += chunk.count(b"\0")
        if rest or not chunk.isascii():
            rest = _check_utf8(rest + chunk, count)
    count.wrong += len(rest)
    return count


def _check_utf8(data: bytes, count: _Count) -> bytes:
    """Count what is and is not UTF-8; returns the beginning of a character that the next chunk ends."""
    count.wide += int(np.count_nonzero(np.frombuffer(data, "uint8") >= 0xC2))
    at = 0
    view = memoryview(data)
    while True:
        try:
            _, used = codecs.utf_8_decode(view[at:], "strict", False)
        except UnicodeDecodeError as error:
            count.wrong += 1
            count.wide -= data[at + error.start] >= 0xC2
            at += error.end
            if count.wrong > 1_000:  # the rest of this chunk as one sum: a file of another encoding has millions
                text = codecs.utf_8_decode(view[at:], "replace", False)[0]
                wrong = text.count("\ufffd") - data.count(b"\xef\xbf\xbd", at)
                count.wrong, count.wide = count.wrong + wrong, count.wide - wrong
                return b""
        else:
            return data[at + used :]


def _lines(path: Path, newlines: int) -> int:
    """Physical lines, less those at the end of the file that hold nothing."""
    with path.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(0, size - CHUNK))
        tail = stream.read()
    kept = tail.rstrip(b"\r\n")
    return newlines - tail[len(kept) :].count(b"\n") + (len(kept) > 0)


def _transcode(path: Path, copy: Path, encoding: str) -> int:
    """Write the file as UTF-8 without NULs, chunk by chunk; returns how many NULs were left out."""
    errors = "surrogateescape" if encoding == "utf-8" else "kit_latin1" if encoding == "cp1252" else "strict"
    decoder, nuls = codecs.getincrementaldecoder(encoding)(errors), 0
    with copy.open("wb") as out:
        try:
            for chunk in _chunks(path):
                nuls += _write(out, decoder.decode(chunk), errors)
            nuls += _write(out, decoder.decode(b"", final=True), errors)
        except UnicodeError as error:
            raise InputError(
                f"The file is not {NAMES.get(encoding, encoding)}: {error}",
                where=str(path),
                mend="Give the right `encoding`, or leave it out to have it found by looking.",
            ) from error
    return nuls


def _write(out: object, text: str, errors: str) -> int:
    nuls = text.count("\0")
    if nuls:
        text = text.replace("\0", "")
    out.write(text.encode("utf-8", "surrogateescape" if errors == "surrogateescape" else "replace"))  # type: ignore[attr-defined]
    return nuls


def _as_latin1(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error("kit_latin1", _as_latin1)
