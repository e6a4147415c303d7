"""Times as people say them: when something happened, how long ago, how long it takes."""

from datetime import UTC, datetime


def now() -> datetime:
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """As run.json writes it: in UTC, to the second."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def read_time(text: object) -> datetime | None:
    """A time as run.json writes it; None where it is none. One without a time zone is UTC."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def say_time(moment: datetime, today: datetime | None = None) -> str:
    """By this machine's clock: "25 November 2026, 02:14"; "02:14" where that is on the day of `today`."""
    here = moment.astimezone()
    if today and here.date() == today.astimezone().date():
        return f"{here:%H:%M}"
    return f"{here.day} {here:%B %Y}, {here:%H:%M}"


def say_since(since: object, today: datetime | None = None) -> str:
    """A time as run.json writes it in words, as `say_time` has them; any other text as it is."""
    moment = read_time(since)
    return str(since) if moment is None else say_time(moment, today)


def say_age(seconds: float) -> str:
    """How long ago, in the largest unit there is two of: "3 days", "30 hours", "12 minutes"."""
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= 2 * length:
            return f"{int(seconds // length):,} {unit}s"
    return "just now" if seconds < 60 else "1 minute"


def say_duration(seconds: float) -> str:
    """How long something takes: "40 s", "40 min", "2.5 h"."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 90 * 60 else f"{seconds / 3600:.1f} h"
