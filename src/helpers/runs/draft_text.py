"""A drafted parameter file as text: in the style of params/demo.yaml, with every doubt marked where it belongs."""

import json
import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from helpers.data.guess.parts import Part
from helpers.data.scales import say_doubt
from helpers.data.schema import TABLES
from helpers.data.spec import EVERYONE_ELSE, NOBODY

WIDTH = 118
_ARM = "the arm that got nothing"
_MEANING = {EVERYONE_ELSE: "the customers who are not in the list", NOBODY: "no arm got nothing"}
_SHOWN_COLUMNS = 40  # of a file that is none of the tables
_LONGEST_LINE = 140  # with its comment, which stands above where it is longer
_PLAIN = re.compile(r"[^\W\d_][\w .()/&+%\-]*|\d+(-\d+)*|\(row number\)|[./]*\w[\w./\-]*")
_NOT_TEXT = re.compile(
    r"(?i:null|true|false|yes|no|on|off|y|n)|[-+]?[\d_]*\.?\d*([eE][-+]?\d+)?|0[xob]\w+|~|[-+]?\.(?i:inf|nan)"
)


@dataclass(frozen=True)
class Line:
    """The value of a key of the head, and the comment behind it."""

    key: str
    value: str
    comment: str
    unsure: bool


@dataclass(frozen=True)
class WrittenPart:
    """A part with where it comes from."""

    part: Part
    source: str  # as the file names it, from the parameter file's folder; `${` begins a name in the environment
    sheet: str
    rows: int
    doubt: str = ""  # whether it is this table at all
    constants: dict[str, str] = field(default_factory=dict)
    database_table: str = ""
    said: tuple[str, ...] = ()  # columns that the user chose


@dataclass(frozen=True)
class NotPlaced:
    """A file that is none of the tables, and what is known of it."""

    shown: str
    why: str  # what it is nearest to, and what it lacks to be it
    lacking: tuple[str, ...]  # of the nearest table
    known: tuple[tuple[str, str], ...]  # each of its columns, and what its values are
    relation: str  # what it has to do with a file that is a table; may be empty
    written: WrittenPart  # as a part of the nearest table

    @property
    def nearest(self) -> str:
        return self.written.part.table


@dataclass(frozen=True)
class Proposed:
    """A column that is too doubtful to be used."""

    where: str
    source: str
    doubt: str
    runner_up: str


@dataclass
class _Writer:
    """Lines of a file, and the doubts that they carry."""

    lines: list[str] = field(default_factory=list)
    doubts: list[tuple[str, str]] = field(default_factory=list)
    proposed: list[Proposed] = field(default_factory=list)

    def add(self, indent: int, text: str, comment: str = "") -> None:
        line = " " * indent + text
        if len(line) + len(comment) > _LONGEST_LINE and comment:
            self.remark(indent, comment)
            comment = ""
        self.lines.append(f"{line} # {clean(comment)}" if comment else line)

    def add_doubted(self, indent: int, text: str, where: str, doubt: str, comment: str = "") -> None:
        """A line whose doubt, where there is one, stands behind it and is remembered under `where`."""
        if doubt:
            self.doubts.append((where, clean(doubt)))
        self.add(indent, text, f"unsure: {doubt}" if doubt else comment)

    def remark(self, indent: int, text: str) -> None:
        room = WIDTH - indent - 2
        self.lines += [" " * indent + "# " + line for line in textwrap.wrap(clean(text), room, break_on_hyphens=False)]


@dataclass(frozen=True)
class Written:
    """A drafted file's text, and what in it is doubtful."""

    text: str
    doubts: list[tuple[str, str]]  # (where, what)
    proposed: list[Proposed]


def write_draft(
    title: str,
    head: Iterable[Line],
    tables: Mapping[str, list[WrittenPart]],
    knobs: Mapping[str, Mapping[str, str]],
    not_placed: Sequence[NotPlaced] = (),
    warning: str = "",
) -> Written:
    """The file's text: tables, and as comments the files that are none, each where it would stand."""
    out = _Writer()
    out.add(0, "# yaml-language-server: $schema=./schema.json")
    out.remark(0, title)
    out.add(0, "")
    for line in head:
        doubt, comment = (line.comment, "") if line.unsure else ("", line.comment)
        out.add_doubted(0, f"{line.key}: {scalar(line.value)}", line.key, doubt, comment)
    out.add(0, "")
    out.add(
        0, "# Paths count from this file's folder; in every mapping the kit's name is left, the source's column right."
    )
    if not_placed:
        out.remark(0, 'What was not placed is a comment: without the first "# " of its lines it is in use.')
    if warning:
        out.remark(0, f"Note: {warning}.")
    out.add(0, "data:")
    placed_last = [one.nearest for one in not_placed if one.nearest not in tables]
    for i, table in enumerate(dict.fromkeys([*tables, *placed_last])):
        if i:
            out.add(0, "")
        _write_table(out, table, tables.get(table, []), [one for one in not_placed if one.nearest == table])
    for section, values in knobs.items():
        out.add(0, "")
        out.add(0, f"{section}: {{{', '.join(f'{k}: {scalar(v)}' for k, v in values.items())}}}")
    return Written("\n".join(out.lines) + "\n", out.doubts, out.proposed)


def scalar(text: str) -> str:
    """A text as YAML, in quotes where it needs them; `${` is kept from being read as the environment."""
    return as_yaml(text.replace("${", "$${"))


def as_yaml(text: str) -> str:
    """A text as YAML, in quotes where it needs them."""
    plain = _PLAIN.fullmatch(text) and text == text.strip() and not text.endswith(("-", "."))
    if (
        plain
        and not re.search(r"\s#|:\s", text)
        and ((text.isascii() and text.isdigit()) or not _NOT_TEXT.fullmatch(text))
    ):
        return text
    return '"' + "".join(_escape(c) for c in text) + '"'


def _text(name: str) -> str:
    """A name, which must not be read as a number."""
    return f'"{name}"' if name.isdigit() else scalar(name)


def clean(text: str) -> str:
    """A text that is safe in a comment: one line, nothing that cannot be printed."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _escape(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character.isprintable() and character != "\ufeff":
        return character
    return json.dumps(character)[1:-1] if ord(character) < 0x10000 else f"\\U{ord(character):08x}"


def _write_table(out: _Writer, table: str, parts: list[WrittenPart], others: Sequence[NotPlaced]) -> None:
    """A table with its parts, and behind them as comments the files that are nearest to it."""
    listed = len(parts) + len(others) > 1
    if parts:
        rows = sum(p.rows for p in parts)
        out.add(2, f"{table}:", f"one row {TABLES[table].grain}; {rows:,} rows")
    for number, written in enumerate(parts, start=1):
        where = table if len(parts) == 1 else f"{table} {number}"
        out.lines += [" " * 4 + line for line in part_lines(where, written, listed, out.doubts, out.proposed)]
    for i, one in enumerate(others):
        indent = 4 if parts else 2
        lines = not_placed_lines(one, listed, headed=not parts and not i, deeper=2 if not parts else 0)
        out.lines += [" " * indent + line for line in lines]


def not_placed_lines(one: NotPlaced, listed: bool, headed: bool, deeper: int = 0) -> list[str]:
    """What is known of a file, and its part with a sign before each line; `headed` by its table's name."""
    inner = part_lines(one.nearest, one.written, listed)
    inner = [" " * deeper + line for line in _with_lacking(inner, one.lacking, listed)]
    told = _Writer()
    told.remark(0, f"{one.shown}, {one.written.rows:,} rows, was not placed: {one.why}")
    if one.relation:
        told.remark(0, f"{one.relation}; the kit joins no files, so join them first, or read them by a `query`")
    told.remark(0, f"its columns: {_known(one)}")
    head = [f"{one.nearest}:"] if headed else []
    return told.lines + [f"# {line}" for line in (*head, *inner)]


def part_lines(
    where: str,
    written: WrittenPart,
    listed: bool,
    doubts: list[tuple[str, str]] | None = None,
    proposed: list[Proposed] | None = None,
) -> list[str]:
    """A part's lines without indent, as an item of a list where it is `listed`; doubts are added to those given."""
    inner = _Writer(doubts=[] if doubts is None else doubts, proposed=[] if proposed is None else proposed)
    _write_part(inner, where, written)
    if not listed:
        return inner.lines
    first, *rest = inner.lines
    marked = ["- " + first] if not first.startswith("#") else [first]
    if first.startswith("#"):  # a doubt too long to stand behind the source stands above it
        at = next(i for i, line in enumerate(rest) if not line.startswith("#"))
        return [*marked, *rest[:at], "- " + rest[at], *("  " + line for line in rest[at + 1 :])]
    return [*marked, *("  " + line for line in rest)]


def _with_lacking(lines: list[str], lacking: Sequence[str], listed: bool) -> list[str]:
    """Lines of a part with one more, itself a comment, for each column that the table cannot do without."""
    names = [name for name in lacking if re.fullmatch(r"[a-z_]+", name)]
    indent = " " * (4 if listed else 2)
    own = [f"{indent}# {name}: COLUMN # lacking" for name in names]
    at = next((i for i, line in enumerate(lines) if line.strip() == "columns:"), -1)
    if at < 0 and own:
        return [*lines, f"{indent[2:]}# columns:", *own]
    return [*lines[: at + 1], *own, *lines[at + 1 :]]


def _known(one: NotPlaced) -> str:
    known = ", ".join(f"{name} ({says})" for name, says in one.known[:_SHOWN_COLUMNS])
    return known + (f" and {len(one.known) - _SHOWN_COLUMNS} more" if len(one.known) > _SHOWN_COLUMNS else "")


def _write_part(out: _Writer, where: str, written: WrittenPart) -> None:
    part = written.part
    out.add_doubted(0, f"source: {as_yaml(written.source)}", where, written.doubt)
    if written.database_table:
        out.add(0, f"table: {_text(written.database_table)}")
    if written.sheet:
        out.add(0, f"sheet: {_text(written.sheet)}")
    if part.columns or part.proposals:
        out.add(0, "columns:")
    for match in part.columns:
        doubt = f"{match.doubt}; runner-up: {match.runner_up}" if match.runner_up else match.doubt
        said = "as you said" if match.column in written.said else ""
        out.add_doubted(2, f"{match.column}: {scalar(match.source)}", f"{where}.{match.column}", doubt, said)
    _write_proposals(out, where, part)
    _write_ratings(out, where, part)
    _write_traits(out, where, part)
    if part.scale:
        out.add(0, f"scale: {part.scale}", say_doubt(part.scale)[0])
    for key, mapping in (("missing", part.missing), ("set", written.constants)):
        _write_lists(out, where, key, mapping, part.missing_doubts if key == "missing" else {})
    _write_values(out, part)
    _write_forms(out, where, part)
    if part.source_of("ordered_at") and not _tells_lines_apart(part):
        out.add(0, "rules: {identical_lines: note}", "a product bought twice on a day is no duplicate")
    if part.control:
        meaning = _MEANING.get(part.control, _ARM)
        out.add_doubted(0, f"control: {scalar(part.control)}", f"{where}.control", part.control_doubt, meaning)
    if part.outcomes:
        out.add(0, f"outcomes: [{', '.join(_flow(name) for name in part.outcomes)}]", "measured per customer")
    for note in part.notes:
        out.remark(0, note)
    if part.other_ratings:
        out.remark(
            0, f"rated on a scale too; add to `ratings` what may drive the score: {', '.join(part.other_ratings)}"
        )
    if part.personal:
        out.remark(0, f"left out on purpose, being personal: {', '.join(part.personal)}")
    unused = [name for name in part.unused if name not in part.other_ratings]
    if unused:
        out.remark(0, f"not used: {', '.join(unused)}")


def _tells_lines_apart(part: Part) -> bool:
    """Whether equal rows are duplicates; of orders without number, value and count, they are two purchases."""
    return part.table != "orders" or any(
        part.source_of(column) for column in ("order_id", "amount", "quantity", "unit_price")
    )


def _write_proposals(out: _Writer, where: str, part: Part) -> None:
    """What is too doubtful to be used, as comments: without its first sign, a line is in use."""
    for match in part.proposals:
        doubt = f"{match.doubt}; runner-up: {match.runner_up}" if match.runner_up else match.doubt
        line = f"{match.column}: {scalar(match.source)}"
        out.add(2, f"# {clean(line)}", f"proposed, not used: {doubt}")
        out.proposed.append(Proposed(f"{where}.{match.column}", match.source, match.doubt, match.runner_up))


def _write_ratings(out: _Writer, where: str, part: Part) -> None:
    if not part.ratings:
        return
    out.add_doubted(0, "ratings:", f"{where}.ratings", part.ratings_doubt, "what may drive the score")
    for match in part.ratings:
        out.add_doubted(2, f"{key(match.column)}: {scalar(match.source)}", f"{where}.{match.column}", match.doubt)


def _write_traits(out: _Writer, where: str, part: Part) -> None:
    if part.traits:
        out.add(0, "attributes:")
    for kind in dict.fromkeys(t.kind for t in part.traits):
        own = [t for t in part.traits if t.kind == kind]
        pairs = ", ".join(f"{key(t.name)}: {_flow(t.source)}" for t in own)
        if not any(t.doubt for t in own) and len(pairs) < WIDTH - 30:
            out.add(2, f"{kind}: {{{pairs}}}")
            continue
        out.add(2, f"{kind}:")
        for trait in own:
            out.add_doubted(4, f"{key(trait.name)}: {scalar(trait.source)}", f"{where}.{trait.name}", trait.doubt)


def _write_lists(
    out: _Writer, where: str, name: str, mapping: Mapping[str, tuple[str, ...] | str], doubts: Mapping[str, str]
) -> None:
    """`missing` and `set`: on one line where nothing is doubted and there is room."""
    if not mapping:
        return
    shown = {
        k: _flow(v, quoted=name == "set") if isinstance(v, str) else f"[{', '.join(_flow(c) for c in v)}]"
        for k, v in mapping.items()
    }
    line = f"{name}: {{{', '.join(f'{key(k)}: {v}' for k, v in shown.items())}}}"
    comment = 'codes that mean "no answer"' if name == "missing" else ""
    if not doubts and len(line) < WIDTH - 40:
        out.add(0, line, comment)
        return
    out.add(0, f"{name}:", comment)
    for k, v in shown.items():
        out.add_doubted(2, f"{key(k)}: {v}", f"{where}.{k}", doubts.get(k, ""))


def _write_values(out: _Writer, part: Part) -> None:
    """Maps of values; one that several columns share is written once and named."""
    if not part.values:
        return
    out.add(0, "values:", "what the data say in words: the value it stands for")
    written: dict[str, str] = {}
    shared = [f"{{{', '.join(f'{_flow(k)}: {v}' for k, v in m.items())}}}" for m in part.values.values()]
    for name, text in zip(part.values, shared, strict=True):
        if text in written:
            out.add(2, f"{key(name)}: *{written[text]}")
        elif shared.count(text) > 1:
            written[text] = f"scale_{len(written) + 1}"
            _write_map(out, f"{key(name)}: &{written[text]}", text, part.values[name])
        else:
            _write_map(out, f"{key(name)}:", text, part.values[name])


def _write_map(out: _Writer, start: str, text: str, mapping: Mapping[str, str]) -> None:
    if len(start) + len(text) < WIDTH - 12:
        out.add(2, f"{start} {text}")
        return
    out.add(2, start)
    for value, meaning in mapping.items():
        out.add(4, f"{scalar(value)}: {meaning}")


def _write_forms(out: _Writer, where: str, part: Part) -> None:
    """How dates and decimals are written, where not as ISO and with a point."""
    forms = {column: formats for column, formats in part.dates.items() if formats != ("",)}
    if forms:
        several = len(set(part.dates.values())) > 1
        shown = {c: _form(f) for c, f in forms.items()}
        value = f"{{{', '.join(f'{c}: {f}' for c, f in shown.items())}}}" if several else next(iter(shown.values()))
        out.add_doubted(0, f"date_format: {value}", f"{where}.date_format", part.dates_doubt)
    if part.decimal == "," or part.decimal_doubt:
        out.add_doubted(0, f'decimal: "{part.decimal}"', f"{where}.decimal", part.decimal_doubt)


def _form(formats: tuple[str, ...]) -> str:
    named = [form or "%Y-%m-%d" for form in formats]
    quoted = [f'"{form}"' if "%" in form else form for form in named]
    return quoted[0] if len(quoted) == 1 else f"[{', '.join(quoted)}]"


def key(name: str) -> str:
    return name if re.fullmatch(r"[^\W\d]\w*", name) and not _NOT_TEXT.fullmatch(name) else scalar(name)


def _flow(text: str, quoted: bool = False) -> str:
    """A scalar inside brackets, where signs that part or close must be in quotes."""
    shown = scalar(text)
    return f'"{text}"' if quoted and shown == text else shown
