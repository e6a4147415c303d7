"""One file as a part of a canonical table: mapping, ratings, traits, codes, dates, and what is left out on purpose."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import pandas as pd

from helpers.data.guess.amounts import with_right_amount, without_order_totals
from helpers.data.guess.fits import churn_map, control_arm, date_formats
from helpers.data.guess.matches import SURE, Match
from helpers.data.guess.names import attribute_kind, is_personal, read_header, short_name
from helpers.data.guess.scales import codes_beyond, find_batteries, flag_map, label_steps, seen_scale
from helpers.data.guess.tables import TableFit
from helpers.data.guess.traits import Trait, find_traits, is_of_a_person
from helpers.data.guess.values import KNOWN_FLAGS, Column, FileLook
from helpers.data.scales import scale_of
from helpers.data.schema import TABLES
from helpers.data.spec import EVERYONE_ELSE, NOBODY, ROW_NUMBER

_WITH_TRAITS = ("customers", "surveys", "exposures", "subscriptions")
_STILL_RUNNING_YEAR = 2099
_NO_CUSTOMER = (
    f"nothing identifies a customer, so each row counts as one; `customer_id: {ROW_NUMBER}` would number them"
)


@dataclass(frozen=True)
class Part:
    """What one file is taken for, ready to be written down."""

    table: str
    columns: tuple[Match, ...]
    ratings: tuple[Match, ...] = ()
    ratings_doubt: str = ""
    other_ratings: tuple[str, ...] = ()  # columns that look like ratings too
    traits: tuple[Trait, ...] = ()
    proposals: tuple[Match, ...] = ()  # too weak to be used
    constants: dict[str, str] = field(default_factory=dict)
    missing: dict[str, tuple[str, ...]] = field(default_factory=dict)
    missing_doubts: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    dates: dict[str, tuple[str, ...]] = field(default_factory=dict)  # canonical column -> formats, "" is ISO
    dates_doubt: str = ""
    decimal: str = "."
    decimal_doubt: str = ""
    scale: str = ""  # of the score, where it is seen to be another than 0-10
    control: str = ""
    control_doubt: str = ""
    outcomes: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def source_of(self, column: str) -> str:
        return next((m.source for m in self.columns if m.column == column), "")

    @property
    def sources(self) -> set[str]:
        """The source columns that are used."""
        used = {m.source for m in (*self.columns, *self.ratings)} | {t.source for t in self.traits}
        return (used | set(self.outcomes)) - {ROW_NUMBER}


def guess_part(frame: pd.DataFrame, look: FileLook, fit: TableFit) -> Part:
    """Everything that a parameter file would say of this file, taken as `fit.table`."""
    columns = list(fit.matches)
    notes: list[str] = []
    if fit.table == "orders":
        columns = with_right_amount(frame, look, fit, columns)
        columns, notes = without_order_totals(frame, columns)
    columns = [m for m in columns if not is_personal(read_header(m.source)) or m.column in ("email", "name")]
    columns = [m for m in columns if not _is_one_of_many(m)]
    proposals = [m for m in fit.proposals if not is_personal(read_header(m.source)) and not _is_one_of_many(m)]
    part = Part(
        fit.table, tuple(columns), proposals=tuple(proposals), constants=dict(fit.constants), notes=tuple(notes)
    )
    if fit.table == "surveys":
        part = _with_ratings(part, look)
    if fit.table == "exposures":
        part = _with_campaign(part, look) if part.source_of("arm") else replace(part, control=EVERYONE_ELSE)
    if fit.table in _WITH_TRAITS:
        names = [*(m.column for m in part.ratings), *part.outcomes]
        claimed = {*part.sources, *part.other_ratings}
        part = replace(part, traits=find_traits(part.table, look, claimed, names))
    own = [m for m in part.columns if m.source != ROW_NUMBER]
    part = _with_codes(part, look, own)
    part = _with_dates(part, look, own)
    numeric = any(_kind(part.table, m.column) == "number" for m in part.columns) or part.ratings or part.outcomes
    if numeric and (look.decimal == "," or look.decimal_doubt):
        part = replace(part, decimal=look.decimal, decimal_doubt=look.decimal_doubt)
    left = [c.name for c in look.columns if c.name not in part.sources]
    personal = [name for name in left if is_of_a_person(look.column(name))]
    own_names = {name for name in left if name.strip().casefold() in TABLES[part.table].column_names}
    notes = [
        f'"{name}" has a name of the kit\'s own, so it is read as that, though it looks otherwise' for name in own_names
    ]
    free = tuple(m for m in part.proposals if m.source in left and m.source not in own_names)
    part = replace(part, notes=(*part.notes, *sorted(notes)), proposals=free)
    unused = tuple(name for name in left if name not in {*personal, *own_names})
    return replace(part, personal=tuple(personal), unused=unused)


def same_names(parts: list[Part]) -> list[Part]:
    """Give ratings and traits that parts spell a little differently ("walkway", "walkways") one name."""
    known: list[str] = []
    made = []
    for part in parts:
        own = [m.column for m in part.ratings]
        ratings = []
        for match in part.ratings:
            near = _respelt(match.column, [k for k in known if k not in own])
            doubt = f'named as in the file before, where it is "{near}"' if near else match.doubt
            ratings.append(
                replace(match, column=near or match.column, doubt=match.doubt or doubt if near else match.doubt)
            )
        part = replace(part, ratings=tuple(ratings))
        made.append(part)
        known += [m.column for m in part.ratings if m.column not in known]
    return made


def _respelt(name: str, known: Iterable[str]) -> str:
    return next(
        (k for k in known if k != name and k.rstrip("s").replace("_", "") == name.rstrip("s").replace("_", "")), ""
    )


def _asks_about_all(match: Match) -> bool:
    return match.column == "score" or (match.column in ("csat", "ces") and _named_whole(match))


def _named_whole(match: Match) -> bool:
    header = read_header(match.source)
    return header.means("OVERALL") or match.column in header.words


def _is_one_of_many(match: Match) -> bool:
    """Whether a question about satisfaction is about one thing rather than all: then it is a rating."""
    return match.column in ("csat", "ces") and match.fit < SURE and not _named_whole(match)


def _kind(table: str, column: str) -> str:
    return next((c.kind for c in TABLES[table].columns if c.name == column), "")


def _with_ratings(part: Part, look: FileLook) -> Part:
    taken = {m.source for m in (*part.columns, *(m for m in part.proposals if _asks_about_all(m)))}
    free = [c for c in look.columns if c.name not in taken and not is_personal(read_header(c.name))]
    found = find_batteries(free, never_alone={c.name for c in free if _is_something_else(c)})
    if not found:
        return part
    main, others = found[0], [name for battery in found[1:] for name in battery.columns]
    names: list[str] = [*TABLES["surveys"].column_names, "ratings", "all"]
    ratings = []
    for source in main.columns:
        names.append(short_name(source, names))
        ratings.append(Match(names[-1], source))
    doubt = "" if len(main.columns) >= 3 else "few columns share a scale; they may be something else"
    missing = dict(part.missing)
    doubts = dict(part.missing_doubts)
    seen = [code for code in main.codes if any(code in look.column(s).common for s in main.columns)]
    if seen:
        missing["ratings"] = tuple(seen)
    if main.doubt:
        doubts["ratings"] = main.doubt
    values = {
        m.column: _numbered(label_steps(look.column(m.source))) for m in ratings if label_steps(look.column(m.source))
    }
    return replace(
        part, ratings=tuple(ratings), ratings_doubt=doubt, other_ratings=tuple(others), missing=missing,
        missing_doubts=doubts, values={**part.values, **values},
    )  # fmt: skip


def _numbered(steps: dict[str, int]) -> dict[str, str]:
    return {label: str(step) for label, step in steps.items()}


def _is_something_else(column: Column) -> bool:
    """Whether the header says that a column of small numbers is no rating: age, region, day, identifier."""
    header = read_header(column.name)
    if attribute_kind(header):
        return True
    others = ("DATE", "ID", "QUANTITY", "WAVE", "CHANNEL", "ACCOUNT", "WEIGHT", "SCORE", "JOURNEY")
    return any(header.means(concept) for concept in others) and not label_steps(column) and not header.means("CSAT")


def _with_campaign(part: Part, look: FileLook) -> Part:
    taken = {m.source for m in part.columns}
    outcomes = []
    for column in look.columns:
        header = read_header(column.name)
        if (
            column.name in taken
            or column.number_share < 0.98
            or not column.numbers
            or attribute_kind(header) == "demographic"
        ):
            continue
        if header.means("OUTCOME") or (header.means("AMOUNT") and not header.means("ID") and not header.means("LAST")):
            outcomes.append(column.name)
    outcomes = [name for name in outcomes if name.strip() not in TABLES["exposures"].column_names]
    arm = part.source_of("arm")
    column = look.column(arm)
    control = control_arm(column, surely=True)
    doubt = ""
    if not control:
        control = control_arm(column)
        other = next((v for v in column.common if v != control), "")
        doubt = f"no arm is called control; runner-up: {other}"
    if not control:  # a guess would be read as a test that nobody made
        control, doubt = NOBODY, "no arm looks like the one that got nothing; if one did, name it here"
    notes = () if part.source_of("customer_id") else (_NO_CUSTOMER,)
    return replace(part, control=control, control_doubt=doubt, outcomes=tuple(outcomes), notes=notes)


def _with_codes(part: Part, look: FileLook, own: list[Match]) -> Part:
    """Codes that mean "no answer", and maps of values that reading does not know."""
    missing, doubts, values = dict(part.missing), dict(part.missing_doubts), dict(part.values)
    for match in own:
        column, kind = look.column(match.source), _kind(part.table, match.column)
        codes: list[str] = []
        held = scale_of(part.scale)
        steps = label_steps(column) if match.column in ("csat", "ces") else {}
        if steps:
            values[match.column] = _numbered(steps)
        if match.column == "score":
            part = replace(part, scale=seen_scale(column))
            held = scale_of(part.scale)
            codes = codes_beyond(column, held.low, held.high)
        elif match.column in ("csat", "ces"):
            codes = codes_beyond(column, *_scale_of(column))
        elif match.column == "cancelled_on" and column.dates:
            codes = [text for text in column.common if text in column.no_answers or _is_endless(text)]
        elif kind in ("number", "date", "flag", "id"):
            codes = [text for text in column.no_answers if kind != "id" or len(text) > 1]
        if kind == "flag" and not {text.strip().lower() for text in column.common} <= KNOWN_FLAGS:
            values[match.column] = churn_map(column) if match.column == "churned" else flag_map(column)
            codes = [code for code in codes if code not in values[match.column]]
        if codes:
            missing[match.column] = tuple(codes)
        if match.column == "score" and any(_may_be_typo(code) for code in codes):
            ends = f"{held.low} to {held.high}"
            doubts["score"] = f"{', '.join(codes)} taken as no answer, being outside {ends}"
    return replace(part, missing=missing, missing_doubts=doubts, values={k: v for k, v in values.items() if v})


def _scale_of(column: Column) -> tuple[int, int]:
    found = find_batteries([column])
    return (found[0].low, found[0].high) if found else (1, max((v for v in column.whole if v <= 10), default=10))


def _is_endless(text: str) -> bool:
    years = [
        int(piece) for piece in text.replace("/", "-").replace(".", "-").replace(" ", "-").split("-") if piece.isdigit()
    ]
    return any(_STILL_RUNNING_YEAR <= year <= 9999 for year in years)


def _may_be_typo(code: str) -> bool:
    return code.lstrip("-").isdigit() and code not in ("99", "-1", "999", "-99", "98", "97", "88", "77")


def _with_dates(part: Part, look: FileLook, own: list[Match]) -> Part:
    dates, doubt = {}, ""
    for match in own:
        if _kind(part.table, match.column) != "date":
            continue
        found = date_formats(look.column(match.source))
        if found is None:
            continue
        dates[match.column] = found.formats
        if found.runner_up:
            doubt = f'no day is above 12, so day and month may be swapped; runner-up: "{found.runner_up}"'
    return replace(part, dates=dates, dates_doubt=doubt)
