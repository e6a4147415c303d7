"""A YAML file as plain values that remember where they were written, with every problem collected.

YAML 1.2 by ruamel.yaml. Beside each value stands a `Mark`: its line, its text as written, and how a message
may show it. A value that came from the environment is only ever shown as `${NAME}`. Keys are always text.
"""

import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from helpers.errors import ParamsError

KeyPath = tuple[str | int, ...]
Values = dict[str, Any]

_REFERENCE = re.compile(r"\$\$\{|\$\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?P<default>[^}]*))?\}|(?P<open>\$\{)")
_TAG = "tag:yaml.org,2002:"
_STRAY = re.compile(r"'(.)' that cannot start any token")


@dataclass(frozen=True)
class Mark:
    """Where a value was written: `where` for messages, `line` to sort them by (0 without a line)."""

    where: str
    line: int
    text: str = ""  # a scalar as written, environment filled in
    shown: str = ""  # the same for messages: quoted when text, `${NAME}` left as it is


@dataclass
class Tree:
    """The values of a file, where each was written, and the first problem found with each."""

    file: str
    values: Values = field(default_factory=dict)
    marks: dict[KeyPath, Mark] = field(default_factory=dict)
    problems: dict[KeyPath, tuple[int, ParamsError]] = field(default_factory=dict)
    hidden: dict[str, str] = field(default_factory=dict)  # text filled from the environment -> text as written

    def refuse(self, path: KeyPath, what: str, allowed: str = "", mend: str = "") -> None:
        """Note a problem with the value at `path`; `{value}` in `what` becomes the value as shown."""
        mark = self.mark(path)
        own = self.marks.get(path)
        what = what.replace("{value}", own.shown if own and own.shown else "this")
        # A name that is no key of the file is a value of it: an attribute in a list.
        known = [path[: i + 1] in self.marks for i in range(len(path))]
        name = dotted(tuple(k if sure else self.hidden.get(str(k), k) for k, sure in zip(path, known, strict=True)))
        error = ParamsError(f"{name} {what}".strip(), where=mark.where, allowed=allowed, mend=mend)
        self.problems.setdefault(path, (mark.line, error))

    def mark(self, path: KeyPath) -> Mark:
        """The mark of a value, or of the nearest thing around it when the value itself is missing."""
        while path and path not in self.marks:
            path = path[:-1]
        return self.marks.get(path, Mark(self.file, 0))

    def as_text(self, path: KeyPath, *, null_is_text: bool = False) -> Any:
        """The values at `path` with every scalar as written ("007", "1.50"); None where nothing is."""
        value: Any = self.values
        for key in path:
            value = value[key]
        if isinstance(value, dict):
            return {k: self.as_text((*path, k), null_is_text=null_is_text) for k in value}
        if isinstance(value, list):
            return [self.as_text((*path, i), null_is_text=null_is_text) for i in range(len(value))]
        text = self.marks[path].text
        return text if value is not None or (null_is_text and text not in ("", "~")) else None

    def raise_problems(self) -> None:
        """Raise everything found wrong as one ParamsError, a line each, in the file's order."""
        found = [error for _, error in sorted(self.problems.values(), key=lambda p: p[0])]
        if len(found) == 1:
            raise found[0]
        if found:  # a line that several parts share through `<<` is named once
            raise ParamsError("\n".join(dict.fromkeys(str(error) for error in found)))


def read_tree(file: str, text: str) -> Tree:
    """Parse a file's text. Raises ParamsError where it is not YAML; other problems are kept in the tree."""
    tree = Tree(file)
    if "\0" in text:
        raise ParamsError("This is not a text file", where=file, mend="Save it as plain text (UTF-8).")
    try:
        node = _yaml().compose(text)
    except YAMLError as error:
        raise _explain(error, file, text) from None
    if node is None:
        return tree
    if not isinstance(node, MappingNode):
        raise ParamsError("The file must hold lines of `key: value`", where=f"{file}, line 1")
    tree.values = _convert(tree, node, (), "", ())
    return tree


def set_value(tree: Tree, override: str) -> None:
    """Put an override such as `rfm.bins=4` into the tree; problems with it name `--set rfm.bins=4`."""
    where = f"--set {override}"
    name, equals, text = override.partition("=")
    path: KeyPath = tuple(part.strip() for part in name.split("."))
    if not equals or not all(path):
        tree.problems[(where,)] = (
            0,
            ParamsError("This sets nothing", where=where, mend="Write it as section.knob=value."),
        )
        return
    try:
        # A shell has already taken the quotes off a color such as "#0b5c8a".
        node = _yaml().compose(json.dumps(text) if text.startswith("#") else text)
    except YAMLError:
        error = ParamsError("The value cannot be read as YAML", where=where, mend="Put it in quotes.")
        tree.problems[path] = (0, error)
        return
    into: Any = tree.values
    for depth, key in enumerate(path[:-1], start=1):
        if into.get(key) is None:
            into[key] = {}
            tree.marks[path[:depth]] = Mark(where, 0)
        into = into[key]
        if not isinstance(into, dict):
            error = ParamsError(f"{dotted(path[:depth])} holds no keys that could be set", where=where)
            tree.problems[path] = (0, error)
            return
    # The override replaces the value, and with it whatever was wrong with the old one.
    for old in [p for p in tree.marks if p[: len(path)] == path]:
        del tree.marks[old]
    for old in [p for p in tree.problems if p[: len(path)] == path]:
        del tree.problems[old]
    tree.marks[path] = Mark(where, 0)
    into[path[-1]] = None if node is None else _convert(tree, node, path, where, ())


def dotted(path: KeyPath) -> str:
    """A path as messages show it: `data.orders.columns`. Places in a list are left to the line number."""
    return ".".join(str(key) for key in path if isinstance(key, str))


def _yaml() -> YAML:
    return YAML(typ="safe", pure=True)


def _convert(tree: Tree, node: Node, path: KeyPath, where: str, around: tuple[int, ...]) -> Any:
    """A node as plain values, leaving marks behind. `where` names an override; empty for the file's lines."""
    line = 0 if where else node.start_mark.line + 1
    if path:
        tree.marks.setdefault(path, Mark(where or f"{tree.file}, line {line}", line))
    if id(node) in around:
        tree.refuse(path, "repeats itself without end through its `*` reference")
        return None
    around = (*around, id(node))
    if isinstance(node, MappingNode):
        return _convert_mapping(tree, node, path, where, around)
    if isinstance(node, SequenceNode):
        return [_convert(tree, child, (*path, i), where, around) for i, child in enumerate(node.value)]
    assert isinstance(node, ScalarNode)
    return _convert_scalar(tree, node, path)


def _convert_mapping(tree: Tree, node: MappingNode, path: KeyPath, where: str, around: tuple[int, ...]) -> Values:
    values: Values = {}
    merged: Values = {}
    merges = [child for key, child in node.value if key.tag == f"{_TAG}merge"]
    for child in merges:  # first, so that the mapping's own keys override them wherever they stand
        merged |= _merge(tree, child, path, where, around)
    for key_node, child in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, ScalarNode):
            error = ParamsError(
                f"{dotted(path) or 'The file'} has a bracket where a key belongs",
                where=where or f"{tree.file}, line {line}",
                mend="Put text that begins with { or [ in quotes.",
            )
            tree.problems[(*path, "<key>", line)] = (line, error)
            continue
        if key_node.tag == f"{_TAG}merge":
            continue
        key, inner = key_node.value, (*path, key_node.value)
        if key in values:
            first = tree.marks[inner].line
            tree.problems[(*inner, "<twice>")] = (
                line,
                ParamsError(
                    f"{dotted(inner)} is given twice" + (f", first on line {first}" if first else ""),
                    where=where or f"{tree.file}, line {line}",
                    mend="Keep one of them.",
                ),
            )
            continue
        for old in [p for p in tree.marks if p[: len(inner)] == inner]:  # left by a merge that this overrides
            del tree.marks[old]
        tree.marks[inner] = Mark(where or f"{tree.file}, line {line}", 0 if where else line)
        values[key] = _convert(tree, child, inner, where, around)
    return merged | values


def _merge(tree: Tree, node: Node, path: KeyPath, where: str, around: tuple[int, ...]) -> Values:
    """The keys that `<<: *name` (or a list of names, first one wins) brings in."""
    if isinstance(node, MappingNode):
        return _convert_mapping(tree, node, path, where, around)
    if isinstance(node, SequenceNode) and all(isinstance(child, MappingNode) for child in node.value):
        merged: Values = {}
        for child in reversed(node.value):
            merged |= _convert_mapping(tree, child, path, where, around)
        return merged
    tree.refuse(path, "has a `<<` that names no mapping", mend="Write `<<: *name` after `&name`.")
    return {}


def _convert_scalar(tree: Tree, node: ScalarNode, path: KeyPath) -> Any:
    text = str(node.value)
    filled, tag = text, node.tag
    if "${" in text and tag == f"{_TAG}str":
        filled = fill_in(text, partial(tree.refuse, path))
        if node.style is None:  # unquoted, so BINS=4 in the environment gives the number 4
            tag = _yaml().resolver.resolve(ScalarNode, filled, (True, False))
    if filled != text:
        tree.hidden[filled] = text
    is_text = tag in (f"{_TAG}str", f"{_TAG}timestamp") and text == filled
    mark = tree.marks[path]
    tree.marks[path] = Mark(mark.where, mark.line, filled, f'"{text}"' if is_text else text)
    if tag in (
        f"{_TAG}str",
        f"{_TAG}timestamp",
    ):  # a day stays text: only as_of is one, and it is checked there
        return filled
    try:
        return _yaml().constructor.construct_object(ScalarNode(tag, filled))
    except (YAMLError, ValueError):
        tree.refuse(path, "has a YAML tag or sign that means nothing here", mend="Put the value in quotes.")
        return None


def fill_in(text: str, refuse: Callable[..., None]) -> str:
    """Text with `${NAME}` and `${NAME:-default}` replaced from the environment; `$${` is a plain `${`.

    `refuse` is told what is wrong with a reference, and how to mend it.
    """

    def replace(match: re.Match[str]) -> str:
        name, default = match["name"], match["default"]
        if match["open"]:
            refuse('has a "${" that is not a reference', mend="Write ${NAME} or ${NAME:-default}.")
        elif name:
            found = os.environ.get(name)
            if default is not None:  # as in a shell, a variable that is set but empty takes the default too
                return found or default
            if found is not None:
                return found
            refuse(
                f"needs the environment variable {name}, which is not set",
                mend=f"Set it, or give a default: ${{{name}:-value}}.",
            )
        return match[0].removeprefix("$") if match[0] == "$${" else match[0]

    return _REFERENCE.sub(replace, text)


def _explain(error: YAMLError, file: str, text: str) -> ParamsError:
    """What to do about text that is not YAML. Shows no text of the file, which may hold secrets."""
    if isinstance(error, ReaderError):
        line = text.count("\n", 0, error.position) + 1
        return ParamsError(
            "There is a character that YAML does not allow", where=f"{file}, line {line}", mend="Delete it."
        )
    if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
        return ParamsError("This cannot be read as YAML", where=file)
    problem, context = error.problem or "", error.context or ""
    line = error.problem_mark.line + 1
    began = error.context_mark.line + 1 if error.context_mark else line
    lines = [*text.splitlines(), ""]
    here = lines[min(line, len(lines)) - 1]
    stray = _STRAY.search(problem)
    what, mend = "This cannot be read as YAML", "Look at this line and the one before it."
    if "\t" in here[: len(here) - len(here.lstrip())] or "'\\t'" in problem:
        what, mend = "A tab is used to indent", "Use spaces: YAML does not take tabs."
    elif "quoted scalar" in context and "end of stream" in problem:
        line, what, mend = began, "A quote is opened here and never closed", "Close it."
    elif "unknown escape" in problem:
        what, mend = "A backslash in double quotes means something else in YAML", "Use single quotes."
    elif "flow" in context:
        line, what = began, "A bracket is opened here and not closed, or text inside it needs quotes"
        mend = 'Close it; inside { } and [ ] put text with : , # { } in quotes, as in "${NAME}" or "#0b5c8a".'
    elif stray or "node content" in problem:
        what, mend = (
            "A value begins with a sign that means something else in YAML",
            "Put the value in quotes.",
        )
    elif "mapping values" in problem:
        what = "There is a second colon, or the line is indented differently from the one it belongs with"
        mend = 'Put text that holds ": " in quotes, and indent keys of one level equally.'
    elif "<block end>" in problem or "expected ':'" in problem:
        what = "The line does not fit the lines above it"
        mend = "Indent keys of one level equally, and write each as `key: value`."
    elif "undefined alias" in problem or "alias" in context:
        what, mend = "A value begins with * and names nothing", "Put text that begins with * in quotes."
    elif "another document" in problem:
        what, mend = "A second document begins here", "Keep one client in one file, without `---`."
    return ParamsError(what, where=f"{file}, line {line}", mend=mend)
