"""The shape of a parameter file's head: who the client is, how the report looks and in which forms it is made."""

import calendar
import re
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator

from helpers.data.local_files import plain_path
from helpers.runs.formats import Format
from helpers.runs.params_shape import WHY_REQUIRED, Text, as_list, context_of, refusal
from helpers.story import fmt

Day = date  # the type, where a field has its name
DEFAULT_COLOR = "#0b4f7d"
SHORTEST_SALT = 16
_LOCALES = "Write it like de-DE, fr-CH or en-IN; without it numbers are written as in English."
_SALTED = "Write `salt: ${KIT_SALT}` under `privacy:`, and keep a long random text of that name in the environment."
WHY_OF_BENCHMARK = {
    "name": "it is whose score it is",
    "nps": "it is the published score, -100 to 100",
    "source": "it is who published the score, and where: a score without a source is hearsay",
    "date": "it is when the score was published: a day, a month or a year",
}


def _check_day(value: Any) -> date:
    if not isinstance(value, str):
        raise refusal(f"is empty: {WHY_REQUIRED['as_of']}" if value is None else "must be one day")
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value.strip()):
        raise refusal("is {value}, which is not a day in ISO form", "year-month-day, like 2026-09-30")
    try:
        return date.fromisoformat(value.strip())
    except ValueError:
        raise refusal("is {value}, a day that is not in the calendar") from None


def _check_currency(code: str) -> str:
    if not re.fullmatch("[A-Z]{3}", code):
        upper = code.strip().upper()
        mend = f'Did you mean "{upper}"?' if re.fullmatch("[A-Z]{3}", upper) else ""
        raise refusal("is {value}, which is not an ISO code", "three capitals, like GBP, EUR or USD", mend)
    return code


def _check_color(value: Any) -> Any:
    if value is None:
        raise refusal('is empty: without quotes, "#" begins a comment', mend='Write it as "#0b5c8a", in quotes.')
    if isinstance(value, str) and not re.fullmatch("#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})", value):
        raise refusal("is {value}, which is not a color in hex", 'like "#0b5c8a", in quotes')
    return value


def _check_score(value: Any) -> float:
    try:
        score = float(value)
    except (TypeError, ValueError):
        raise refusal("is empty" if value is None else "is {value}, which is not a number", "-100 to 100") from None
    if not -100 <= score <= 100:
        raise refusal("is {value}, which is no Net Promoter Score", "-100 to 100")
    return score


def _check_published(value: Any) -> str:
    """A day, a month or a year of the calendar, as written."""
    text = value.strip() if isinstance(value, str) else ""
    form = next((f for f, pattern in _DATES.items() if re.fullmatch(pattern, text)), "")
    if not form:
        what = f"is empty: {WHY_OF_BENCHMARK['date']}" if value is None else "is {value}, which is not a date"
        raise refusal(what, "like 2026, 2026-05 or 2026-05-31")
    try:
        datetime.strptime(text, form)
    except ValueError:
        raise refusal("is {value}, a date that is not in the calendar") from None
    return text


def _check_answers(value: Any) -> int | None:
    if value is None:
        return None
    if not isinstance(value, str) or not re.fullmatch(r"[1-9]\d*", value.strip()):
        raise refusal("is {value}, which is not a number of answers", "a whole number from 1 on, without marks")
    return int(value)


def _check_once(given: "list[Benchmark]") -> "list[Benchmark]":
    keys = [(b.name, b.source, b.date) for b in given]
    twice = next((name for i, (name, *rest) in enumerate(keys) if (name, *rest) in keys[:i]), None)
    if twice is not None:
        raise refusal(f'has the same score of "{twice}" twice', mend="Keep one of them.")
    return given


_DATES = {"%Y": r"\d{4}", "%Y-%m": r"\d{4}-\d{2}", "%Y-%m-%d": r"\d{4}-\d{2}-\d{2}"}


def _check_locale(name: str | None) -> str | None:
    if name is not None:
        try:
            fmt.marks_of(name)
        except ValueError as error:
            raise refusal("is {value}, a locale that nobody knows", "a language with its country", _LOCALES) from error
    return name


def _find_file(value: Any, info: ValidationInfo) -> Path | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise refusal("must be a file", mend="Write its path from the parameter file's folder.")
    file = Path(context_of(info)["folder"], value)
    if not file.is_file():
        raise refusal("is {value}, a file that is not there", mend="Its path counts from the parameter file's folder.")
    return plain_path(file)


def _check_salt(salt: str | None, info: ValidationInfo) -> str | None:
    """A secret stands in the environment, never in a file that is passed on."""
    if salt is None:
        return None
    if salt not in context_of(info).get("hidden", {}):
        raise refusal("is a secret that stands in the file", "", _SALTED)
    if len(salt) < SHORTEST_SALT:
        raise refusal("is too short to keep a secret", f"{SHORTEST_SALT} characters or more", _SALTED)
    return salt


class Brand(BaseModel):
    """How the client's report looks."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    color: Annotated[str, BeforeValidator(_check_color)] = DEFAULT_COLOR
    logo: Annotated[Path | None, BeforeValidator(_find_file)] = None
    deck: Annotated[Path | None, BeforeValidator(_find_file)] = None


class Slides(BaseModel):
    """Which findings and chapters the deck has, each by its page ("rfm") or with its key ("rfm.segments")."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    findings: Annotated[list[Text], BeforeValidator(as_list)] = []
    skip: Annotated[list[Text], BeforeValidator(as_list)] = []


ALL_SLIDES = Slides()


class Privacy(BaseModel):
    """What of persons a report may hold."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    quotes: bool = True
    identifiers: Literal["as_given", "pseudonyms"] = "as_given"
    salt: Annotated[str | None, AfterValidator(_check_salt), Field(repr=False)] = None
    min_group: Annotated[int, Field(ge=0)] = 5


class Benchmark(BaseModel):
    """A competitor's published score, with what is known of how it was made."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Text
    nps: Annotated[float, BeforeValidator(_check_score)]
    source: Text
    date: Annotated[str, BeforeValidator(_check_published)]
    answers: Annotated[int | None, BeforeValidator(_check_answers)] = None
    scale: Text | None = None
    method: Text | None = None

    @property
    def day(self) -> Day:
        """The last day that the date may mean: a score of 2025 is not called older than it is."""
        year, month, day = [*(int(part) for part in self.date.split("-")), 0, 0][:3]
        last = calendar.monthrange(year, month or 12)[1]
        return Day(year, month or 12, day or last)


class Head(BaseModel):
    """Who the client is."""

    model_config = ConfigDict(extra="forbid")

    client: Text
    as_of: Annotated[date, BeforeValidator(_check_day)]
    currency: Annotated[str, AfterValidator(_check_currency)]
    business_model: Literal["b2c", "b2b", "b2b2c"]
    unit: Literal["customer", "account"] = "customer"
    engine: Literal["duckdb", "spark"] | None = None
    brand: Brand = Brand()
    privacy: Privacy = Privacy()
    benchmarks: Annotated[list[Benchmark], AfterValidator(_check_once)] = []
    deck: Slides = ALL_SLIDES
    formats: Annotated[list[Format], BeforeValidator(as_list)] = ["html"]
    locale: Annotated[str | None, AfterValidator(_check_locale)] = None
    audience: Literal["client", "team"] = "client"

    @field_validator("privacy")
    @classmethod
    def _has_salt(cls, privacy: Privacy) -> Privacy:
        if privacy.identifiers == "pseudonyms" and privacy.salt is None:
            raise refusal("has pseudonyms without a salt, so anyone could work out who is who", "", _SALTED)
        return privacy
