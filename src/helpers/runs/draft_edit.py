"""Changes to the text of a parameter file that leave everything else as it was written, byte for byte."""

import io
import re
from dataclasses import dataclass, replace
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from helpers.runs.yaml_tree import KeyPath

_BLOCK_SCALARS = ("|", ">")


@dataclass(frozen=True)
class _Change:
    """Characters from `start` to `end` that become `text`."""

    start: int
    end: int
    text: str


class EditedFile:
    """A YAML text with changes to be made to it. Places are those of the text as it is."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = text.splitlines(keepends=True)
        self.newline = "\r\n" if "\r\n" in text else "\n"
        self._starts = [0]
        for line in self.lines:
            self._starts.append(self._starts[-1] + len(line))
        self._root: Node | None = YAML(typ="safe", pure=True).compose(text)
        self._changes: list[_Change] = []

    def node(self, path: KeyPath) -> Node | None:
        """The node at a path; None where it is not written there, as behind a `<<`."""
        node = self._root
        for key in path:
            if isinstance(node, MappingNode):
                node = next((v for k, v in node.value if isinstance(k, ScalarNode) and k.value == key), None)
            elif isinstance(node, SequenceNode) and isinstance(key, int) and key < len(node.value):
                node = node.value[key]
            else:
                return None
        return node

    def scalar(self, path: KeyPath) -> str | None:
        """A scalar as it is written, with its quotes; None where there is none of its own."""
        node = self.node(path)
        if not isinstance(node, ScalarNode) or node.style in _BLOCK_SCALARS or node.anchor:
            return None
        return self.text[node.start_mark.index : node.end_mark.index]

    def replace_scalar(self, path: KeyPath, text: str) -> None:
        node = self.node(path)
        assert isinstance(node, ScalarNode), "asked for by `scalar` before"
        self._changes.append(_Change(node.start_mark.index, node.end_mark.index, text))

    def replace_comment(self, path: KeyPath, text: str) -> None:
        """The comment behind a scalar on its line."""
        node = self.node(path)
        assert isinstance(node, ScalarNode), "asked for by `scalar` before"
        start, end = node.end_mark.index, self._line_end(node.end_mark.line)
        self._changes.append(_Change(start, end, f" # {text}" if text else ""))

    def comment(self, path: KeyPath) -> str:
        node = self.node(path)
        if not isinstance(node, ScalarNode):
            return ""
        rest = self.text[node.end_mark.index : self._line_end(node.end_mark.line)]
        return rest.strip().removeprefix("#").strip()

    def insert_after(self, line: int, added: list[str]) -> None:
        """Lines to stand behind a line."""
        at = self._starts[line + 1] if line + 1 < len(self._starts) else len(self.text)
        before = "" if not at or self.text[at - 1] == "\n" else self.newline
        self._changes.append(_Change(at, at, before + "".join(text + self.newline for text in added)))

    def make_list(self, path: KeyPath) -> int:
        """Make a mapping of lines the first item of a list; the indent of its items."""
        node = self.node(path)
        assert isinstance(node, MappingNode), "asked for by `is_lines` before"
        indent = node.start_mark.column
        first, end = self._starts[node.start_mark.line], self._starts[self.end_of(node) + 1]
        for i, change in enumerate(self._changes):
            if change.start == change.end and first < change.start <= end:  # lines added before go along
                self._changes[i] = replace(change, text=re.sub(r"(?m)^(?=.)", "  ", change.text))
        for number in range(node.start_mark.line, self.end_of(node) + 1):
            start = self._starts[number]
            sign = "- " if number == node.start_mark.line else "  "
            if self.lines[number].strip():
                self._changes.append(_Change(start + indent, start + indent, sign))
        return indent

    def block_of(self, path: KeyPath) -> str:
        """The lines of a node with the comments that belong to it."""
        node = self.node(path)
        return "" if node is None else "".join(self.lines[node.start_mark.line : self.end_of(node) + 1])

    def end_of(self, node: Node) -> int:
        """The last line of a node, or of the comments beneath it that are indented as what it holds."""
        last, least = last_line(node), self.column_in(node)
        while last + 1 < len(self.lines) and self.lines[last + 1].lstrip().startswith("#"):
            line = self.lines[last + 1]
            if len(line) - len(line.lstrip()) < least:
                break
            last += 1
        return last

    def column_in(self, node: Node) -> int:
        """Where lines of a node begin, or would, were it not in brackets."""
        if is_lines(node):
            return int(node.start_mark.column)
        line = self.lines[node.start_mark.line]
        return len(line) - len(line.lstrip()) + 2

    def made(self) -> str:
        """The text with all changes."""
        out, at = io.StringIO(), 0
        for change in sorted(self._changes, key=lambda c: c.start):
            out.write(self.text[at : change.start])
            out.write(change.text)
            at = change.end
        out.write(self.text[at:])
        return out.getvalue()

    def _line_end(self, line: int) -> int:
        return self._starts[line] + len(self.lines[line].rstrip("\r\n"))


def is_lines(node: Any) -> bool:
    """Whether a mapping or list is written in lines of its own rather than in brackets."""
    return isinstance(node, MappingNode | SequenceNode) and not node.flow_style and not node.anchor


def last_line(node: Node) -> int:
    """The line on which what a node says ends."""
    if isinstance(node, ScalarNode):
        return int(node.end_mark.line) - (node.style in _BLOCK_SCALARS)
    assert isinstance(node, MappingNode | SequenceNode), "the only other kinds there are"
    if node.flow_style or not node.value:
        return int(node.end_mark.line)
    last = node.value[-1]
    return last_line(last[1] if isinstance(last, tuple) else last)
