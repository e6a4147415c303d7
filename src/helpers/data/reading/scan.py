"""A close look at a text file whose lines are not all alike: which rows are whole, and what is wrong with the others.

The engine reads a file of whole rows at full speed and stops at the first that is not. Then this module goes over
the bytes, in blocks: lines that are plainly a row of the right width are recognised in bulk (numpy) and copied to a
clean file that the engine cannot stumble over; only the others are looked at one by one. Memory is bounded by the
block, or by the longest record.

A quote counts only where a field begins, and ends it only before a delimiter or the end of the line. A quote inside
a quoted field that was not doubled is part of the text, if the field closes on the same line. A field may hold line
breaks if it closes properly and its row then has the right width; otherwise its quote was never closed, and only
the line on which it stands is faulty, not what follows.
"""

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import numpy as np

from helpers.data.reading.sniff import Dialect

BLOCK = 4 << 20
LONGEST_RECORD = 16 << 20  # bytes; a quote that is not closed within them never is
UNCLOSED = "a quote is opened and never closed"
NOT_UTF8 = "bytes that are not UTF-8"


@dataclass
class Odd:
    """A row that could not be copied as it was."""

    row: int  # as a spreadsheet counts
    cells: list[str]  # empty where the line cannot be split
    fault: str | None
    line: str | None  # as received, where the cells do not carry the content


@dataclass
class Scan:
    """What was found. `breaks` pairs the place of a row in the clean file with its number in the source."""

    whole: int = 0
    odd: int = 0
    blank: int = 0
    stray_quotes: int = 0
    too_long: int = 0  # only by empty fields at the end
    next_row: int = 1
    breaks: list[tuple[int, int]] = field(default_factory=list)


class Scanner:
    """Goes over a UTF-8 file and parts its records into whole ones, written to a clean file, and odd ones."""

    def __init__(self, dialect: Dialect, width: int, *, only_cr: bool, broken: bool) -> None:
        self.width, self.broken, self.only_cr = width, broken, only_cr
        self.end = b"\r" if only_cr else b"\n"
        self.delimiter, self.quote = dialect.delimiter.encode(), dialect.quote.encode()
        self.doubled = dialect.escape == dialect.quote
        self.simple = len(self.delimiter) == 1 and len(self.quote) <= 1
        d, q = re.escape(self.delimiter), re.escape(self.quote or b"\0")  # no quote: a byte that is never looked for
        tail = rb"(?=%s|%s|\Z)" % (d, rb"\r" if only_cr else rb"\r?\n")
        inside = rb"(?:[^%s]++|%s%s)*+" % (q, q, q) if self.doubled else rb"(?:[^%s\\]++|\\.)*+" % q
        lead = b"" if self.delimiter in (b"\t", b" ") else rb"[ \t]*+"
        self.quoted = re.compile(rb"%s%s(%s)%s%s" % (lead, q, inside, q, lead) + tail, re.S)
        self.loose = re.compile(rb"%s%s([^\r\n]*?)%s%s" % (lead, q, q, lead) + tail)
        self.opens = re.compile(lead + q)
        self.started = re.compile(lead + q + inside, re.S)
        self.bare = re.compile(rb"(?:(?!%s)[^%s])*+" % (d, rb"\r" if only_cr else rb"\n"), re.S)

    def run(self, source: Path, clean: Path, lines_above: int, first_row: int, keep: Callable[[Odd], None]) -> Scan:
        """Scan `source` below `lines_above` physical lines; odd rows are handed to `keep` in order."""
        scan = Scan(next_row=first_row)
        with source.open("rb") as stream, clean.open("wb") as out:
            if stream.read(3) != codecs.BOM_UTF8:
                stream.seek(0)
            self.scan, self.out, self.keep = scan, out, keep
            rest, above, last = b"", lines_above, False
            while not last:
                chunk = stream.read(BLOCK)
                last = not chunk
                block = rest + chunk
                while above and self.end in block:
                    block, above = block[block.index(self.end) + 1 :], above - 1
                if above and not last:
                    rest = b""
                    continue
                if above:  # the header was the last line, without an end
                    break
                rest = self._block(block, last)
        return scan

    def _block(self, block: bytes, last: bool) -> bytes:
        """Part the whole lines of a block; returns what belongs to the next block."""
        if last and block and not block.endswith(self.end):
            block += self.end
        stop = block.rfind(self.end) + 1
        if not stop:
            return block
        text = np.frombuffer(block, "uint8", count=stop)
        ends = np.flatnonzero(text == self.end[0])
        starts = np.concatenate(([0], ends[:-1] + 1))
        odd = self._odd_lines(block, text, starts, ends)
        done = 0  # lines before this one are dealt with
        for i in odd:
            if i < done:
                continue
            self._copy(block, int(starts[done]), int(starts[i]), int(i) - done)
            position = self._look(block, int(starts[i]), int(ends[i]), last)
            if position < 0:
                return block[int(starts[i]) :]
            done = int(np.searchsorted(starts, position))
        if done < len(starts):
            self._copy(block, int(starts[done]), stop, len(starts) - done)
        return block[stop:]

    def _odd_lines(self, block: bytes, text: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
        """The lines that are not plainly a row of the right width."""
        if not self.simple:
            return np.arange(len(starts))
        stops = ends
        if not self.only_cr:  # "\r\n" ends a line too; any other "\r" makes a line odd
            returns = np.flatnonzero(text == 13)
            before_end = np.zeros(len(ends), bool)
            before_end[ends > 0] = text[ends[ends > 0] - 1] == 13
            before_end &= ends > starts
            stops = ends - before_end
        is_mark = text == self.delimiter[0]
        odd = np.zeros(len(starts), bool)
        if self.quote and self.quote in block:
            quotes = np.flatnonzero(text == self.quote[0])
            line = np.searchsorted(ends, quotes)
            first = np.searchsorted(quotes, starts)
            closing = (np.arange(len(quotes)) - first[line]) % 2 == 1
            before = text[np.maximum(quotes - 1, 0)]
            after = text[np.minimum(quotes + 1, len(text) - 1)]
            q, d = self.quote[0], self.delimiter[0]
            opens_well = (quotes == starts[line]) | (before == d) | (before == q)
            closes_well = (quotes + 1 == stops[line]) | (after == d) | (after == q)
            odd[line[np.where(closing, ~closes_well, ~opens_well)]] = True
            if not self.doubled:
                odd[line[before == ord("\\")]] = True
            odd |= (np.searchsorted(quotes, ends) - first) % 2 == 1
            marks = np.flatnonzero(is_mark)
            inside = (np.searchsorted(quotes, marks) - first[np.searchsorted(ends, marks)]) % 2 == 1
            is_mark[marks[inside]] = False
        odd |= np.add.reduceat(is_mark, starts, dtype=np.int64) != self.width - 1
        odd |= stops == starts
        if not self.only_cr and len(returns) != int(before_end.sum()):
            lines = np.bincount(np.minimum(np.searchsorted(ends, returns), len(ends) - 1), minlength=len(ends))
            odd |= lines != before_end
        if self.broken:
            odd[self._broken_lines(block, ends)] = True
        return np.flatnonzero(odd)

    def _broken_lines(self, block: bytes, ends: np.ndarray) -> list[int]:
        """Lines with bytes that are not UTF-8: decode up to the first, go on below its line."""
        found, at, stop = [], 0, int(ends[-1]) + 1
        view = memoryview(block)
        while at < stop:
            try:
                codecs.utf_8_decode(view[at:stop], "strict", True)
                break
            except UnicodeDecodeError as error:
                found.append(int(np.searchsorted(ends, at + error.start)))
                at = int(ends[found[-1]]) + 1
        return found

    def _copy(self, block: bytes, start: int, stop: int, lines: int) -> None:
        if not lines:
            return
        span = block[start:stop]
        if self.only_cr:
            span = span.replace(b"\r", b"\n")
        elif b"\r" in span:
            span = span.replace(b"\r\n", b"\n")
        self.out.write(span)
        scan = self.scan
        if not scan.breaks or scan.breaks[-1][1] - scan.breaks[-1][0] != scan.next_row - scan.whole:
            scan.breaks.append((scan.whole, scan.next_row))
        scan.whole += lines
        scan.next_row += lines

    def _look(self, block: bytes, start: int, end: int, last: bool) -> int:
        """Deal with the record that begins at `start`; returns where the next begins, or -1 to see more first."""
        line = block[start:end] if self.only_cr else block[start:end].removesuffix(b"\r")
        if not line.strip():
            self.scan.blank += 1
            self.scan.next_row += 1
            return end + 1
        if not self.only_cr and b"\r" in line and self._split_at_returns(line):
            return end + 1
        cells, position = self._split(block, start, end)
        if position > len(block) and not last and len(block) - start < LONGEST_RECORD:
            return -1
        if cells is None:
            self._keep([], UNCLOSED, line)
            return end + 1
        raw = block[start : position - 1]
        self._keep(cells, self._fault_of(raw), raw if self.only_cr else raw.removesuffix(b"\r"))
        return position

    def _fault_of(self, raw: bytes) -> str | None:
        return NOT_UTF8 if self.broken and not _is_utf8(raw) else None

    def _split_at_returns(self, line: bytes) -> bool:
        """A lone "\\r" ends a row where each piece then is a row of the right width; elsewhere it is text."""
        pieces = [p for p in line.split(b"\r") if p]
        rows = [self._split(p + self.end, 0, len(p))[0] for p in pieces]
        if len(rows) < 2 or any(row is None or len(row) != self.width for row in rows):
            return False
        for row, piece in zip(rows, pieces, strict=True):
            self._keep(row or [], self._fault_of(piece), piece)
        return True

    def _split(self, block: bytes, start: int, end: int) -> tuple[list[bytes] | None, int]:
        """The cells of the record at `start`, and where the next one begins.

        None where a quote never closes; a place beyond the block if more of the file may change what is said.
        """
        cells: list[bytes] = []
        at, stray = start, 0
        while True:
            if self.quote and self.opens.match(block, at):
                found = self.quoted.match(block, at)
                if not found and (started := self.started.match(block, at)) and started.end() >= len(block) - 1:
                    return None, len(block) + 1
                if not found:
                    found = self.loose.match(block, at, end + 1)
                    stray += 1
                if not found:
                    return None, end + 1
                cells.append(self._unquote(found[1]))
                at = found.end()
                if at > end:
                    line_end = block.find(self.end, at)
                    end = line_end if line_end >= 0 else len(block)
            else:
                bare = self.bare.match(block, at)
                at = bare.end() if bare else at
                text = bare[0] if bare else b""
                if not self.only_cr and not block.startswith(self.delimiter, at):
                    text = text.removesuffix(b"\r")
                cells.append(text)
            if not block.startswith(self.delimiter, at):
                break
            at += len(self.delimiter)
        if block.startswith(b"\r\n", at) and not self.only_cr:
            at += 1
        if len(cells) != self.width and block.find(self.end, start, at) >= 0:
            return None, len(block) + 1 if at >= len(block) else end + 1
        self.scan.stray_quotes += stray
        return cells, at + 1

    def _unquote(self, text: bytes) -> bytes:
        if self.doubled:
            return text.replace(self.quote * 2, self.quote)
        return re.sub(rb"\\([\\%s])" % self.quote, rb"\1", text)  # other backslashes are text

    def _keep(self, cells: list[bytes], fault: str | None, line: bytes) -> None:
        over = cells[self.width :]
        if over and not any(c.strip() for c in over):
            self.scan.too_long += 1
            cells, over = cells[: self.width], []
        if over:
            fault = fault or f"has {len(cells)} fields where the header has {self.width}"
            cells = []
        text = [c.decode("utf-8", "backslashreplace") for c in cells]
        as_received = line.decode("utf-8", "backslashreplace") if fault and not cells else None
        self.keep(Odd(self.scan.next_row, text, fault, as_received))
        self.scan.odd += 1
        self.scan.next_row += 1

    scan: Scan
    out: IO[bytes]
    keep: Callable[[Odd], None]


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True
