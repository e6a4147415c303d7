"""Database URLs: their parts, a name that may be shown, and keeping their secrets out of every text.

A URL holds a password, and drivers repeat it in their errors. Whatever names a database to a reader, a log or
a file is `database_label`; whatever text comes from elsewhere passes through `redact` first.
"""

import re
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from urllib.parse import parse_qsl, quote, quote_plus, unquote

import fsspec

from helpers.errors import InputError, nearest

SCHEMES = {  # as written -> the engine
    "sqlite": "sqlite",
    "duckdb": "duckdb",
    "postgresql": "postgresql",
    "postgres": "postgresql",
    "mysql": "mysql",
    "mariadb": "mysql",
    "spark": "spark",
    "sc": "spark",
    "snowflake": "snowflake",
    "bigquery": "bigquery",
}
FILES = ("sqlite", "duckdb")  # engines whose database is a file
WAREHOUSES = {  # engines that work on their rows themselves -> how their URL is written
    "spark": "spark://, or sc://host:port for Spark Connect",
    "snowflake": "snowflake://user:password@account/database/schema?warehouse=W&role=R",
    "bigquery": "bigquery://project/dataset",
}
EXAMPLES = (
    "sqlite://shop.db, duckdb://shop.duckdb, postgresql://user:password@host:5432/shop, mysql://…, mariadb://…, "
    "spark://, sc://…, snowflake://…, bigquery://…"
)
HIDDEN = "***"
# Options whose value may be seen. Any other may be a secret: a list of secrets' names would never be complete.
OPEN_OPTIONS = {
    *("application_name", "charset", "connect_timeout", "host", "sslmode", "sslrootcert", "target_session_attrs"),
    *("warehouse", "role", "location", "use_ssl"),
}
_AS_THEY_ARE = "".join(chr(c) for c in range(32, 127) if chr(c) not in "%?#")  # in a file's path
_PLACEHOLDER = re.compile(r"\$\{(\w+)(?::-[^}]*)?\}")
_URL = re.compile(r"^([A-Za-z][A-Za-z0-9.-]*)(?:\+[A-Za-z0-9_]+)?://(.*)$", re.S)


@dataclass(frozen=True)
class DatabaseUrl:
    """A database URL in its parts. Its `repr` holds no secret."""

    scheme: str  # as written: "postgres", "mariadb"
    engine: str  # a value of SCHEMES
    database: str  # its name; for a file its path
    host: str = ""
    port: int | None = None
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    options: dict[str, str] = field(default_factory=dict, repr=False)


def is_database(source: str) -> bool:
    """Whether a source is a URL of a database, of a kind that can be read or not; files and folders are not, be
    they here or in object storage."""
    found = _URL.match(source.strip())
    return found is not None and found[1].lower() not in {"file", *fsspec.available_protocols()}


def is_remote(source: str) -> bool:
    """Whether a source is a file or folder in object storage."""
    found = _URL.match(source.strip())
    return found is not None and found[1].lower() != "file" and not is_database(source)


def without_secrets(source: str) -> str:
    """An address without user, password and query, which may carry a key; a path as it is."""
    return re.sub(r"//[^/@]*@", "//", source).split("?")[0] if "://" in source else source


def parse_url(source: str) -> DatabaseUrl:
    """The parts of a database URL; raises InputError for one of an unknown kind, or that lacks a part."""
    found = _URL.match(source.strip())
    scheme, rest = (found[1].lower(), found[2]) if found else ("", "")
    if scheme not in SCHEMES:
        hint = nearest(scheme, SCHEMES)
        raise InputError(
            f"Databases of the kind “{scheme}://” cannot be read",
            where="source",
            allowed=f"{', '.join(f'{s}://' for s in SCHEMES)}; or a file, a glob or a folder",
            mend=f'Did you mean "{hint}://"?' if hint else "",
        )
    if SCHEMES[scheme] in FILES:
        return DatabaseUrl(scheme, SCHEMES[scheme], _file_path(rest, scheme))
    return _warehouse_url(scheme, rest) if SCHEMES[scheme] in WAREHOUSES else _server_url(scheme, rest)


def is_warehouse(source: str) -> bool:
    """Whether a source is a URL of a warehouse, whose rows never leave it."""
    found = _URL.match(source.strip())
    return found is not None and SCHEMES.get(found[1].lower()) in WAREHOUSES


def database_label(source: str, table: str | None = None) -> str:
    """What may be shown of a database: "postgresql: shop", or "postgresql: shop.orders" with a table."""
    try:
        url = parse_url(source)
    except InputError:
        found = _URL.match(source.strip())
        return f"{found[1].lower()}: database" if found else "database"
    name = Path(url.database).stem if url.engine in FILES else url.database
    shown = ".".join(part for part in (name.replace("/", "."), table) if part) or url.host or "a query"
    return f"{url.scheme}: {shown}"


def database_file(source: str) -> Path | None:
    """The file that a SQLite or DuckDB URL names; None for a server."""
    url = parse_url(source)
    return Path(url.database) if url.engine in FILES else None


def anchor_url(source: str, folder: Path) -> str:
    """The URL with its file, if it is of a file, counted from `folder`; URLs of servers stay as they are."""
    path = database_file(source)
    return source if path is None else file_url(parse_url(source).scheme, folder / path)


def file_url(scheme: str, path: Path) -> str:
    """The URL of a SQLite or DuckDB file; a relative path stays one."""
    return f"{scheme}://{quote(str(path), safe=_AS_THEY_ARE)}"


def redact(text: str, source: str) -> str:
    """`text` without the secrets of `source`: its user and password and any option that may be a token."""
    for secret in sorted(_secrets(source), key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return text


def hide_secrets(source: str, prefix: str) -> tuple[str, dict[str, str]]:
    """A URL for a file that others read: its password and the options that may be secret are `${PREFIX_PASSWORD}`,
    `${PREFIX_TOKEN}` …; and what those stand for. A `${NAME}` that is there already stays, without its default."""
    kept = [found[0] for found in _PLACEHOLDER.finditer(source)]
    places = count()
    masked = _PLACEHOLDER.sub(lambda _: f"\0{next(places)}\0", source.strip())  # a default may hold any sign
    hidden: dict[str, str] = {}

    def shown(text: str) -> str:
        return re.sub(r"\0(\d+)\0", lambda found: kept[int(found[1])], text)

    def named(secret: str, name: str) -> str:
        if not secret or re.fullmatch(r"\0\d+\0", secret):
            return _PLACEHOLDER.sub(r"${\1}", shown(secret))
        name = f"{prefix}_{re.sub(r'[^A-Za-z0-9]+', '_', unquote(name)).upper()}"
        hidden[name] = shown(secret)
        return f"${{{name}}}"

    found = _URL.match(masked)
    if not found:
        return _PLACEHOLDER.sub(r"${\1}", shown(masked)), hidden
    scheme, rest = found[1].lower(), found[2]
    if scheme in FILES:
        return source.strip(), hidden
    # In object storage a path may hold an @; in a database's URL the last one ends the login.
    login, at, place = rest.rpartition("@") if scheme in SCHEMES else _split_login(rest)
    user, colon, password = login.partition(":")
    if colon:
        login = f"{user}:{named(password, 'password')}"
    elif scheme in ("http", "https"):
        login = named(login, "password")
    path, mark, options = _split_options(place)
    asked = re.split(r"([&;])", options)
    for i, option in enumerate(asked):
        key, equals, value = option.partition("=")
        if equals and key.lower() not in OPEN_OPTIONS:
            asked[i] = f"{key}={named(value, key)}"
    return shown(f"{found[0][: found.start(2)]}{login}{at}{path}{mark}{''.join(asked)}"), hidden


def _split_login(rest: str) -> tuple[str, str, str]:
    login, at, place = rest.partition("@")
    return ("", "", rest) if "/" in login or not at else (login, at, place)


def _split_options(place: str) -> tuple[str, str, str]:
    path, mark, options = place.partition("?")
    return (path, mark, options) if mark else place.partition("/;")


def _file_path(rest: str, scheme: str) -> str:
    """A path after sqlite:// or duckdb://: three slashes begin an absolute one, two a relative one."""
    path = unquote(rest.partition("?")[0])
    path = re.sub(r"^/+", "/", path)
    path = re.sub(r"^/(?=[A-Za-z]:[/\\])", "", path)  # sqlite:///C:/shop.db
    if path in ("", "/", ":memory:"):
        raise InputError("The URL names no database file", where=f"{scheme}://", allowed=EXAMPLES)
    return path


def _warehouse_url(scheme: str, rest: str) -> DatabaseUrl:
    """Checked to the point that its parts are there; the rest is the warehouse's to judge."""
    engine = SCHEMES[scheme]
    place, _, settings = rest.partition("/;")  # sc://host:port/;token=…;use_ssl=true
    login, host, port, database, options = _split(place)
    user, _, password = login.partition(":")
    levels = database.strip("/").split("/") if database.strip("/") else []
    needed = {"spark": 0, "sc": 0, "snowflake": 2, "bigquery": 1}[scheme]
    what = ""
    if scheme == "spark" and rest.strip("/"):
        what = "Nothing goes after spark://, which is the Spark that this machine is set up for"
    elif scheme != "spark" and (not host or len(levels) != needed):
        parts = {
            "sc": "a host",
            "snowflake": "an account, a database and a schema",
            "bigquery": "a project and a dataset",
        }
        what = f"The URL does not name {parts[scheme]}"
    elif port and not port.isdecimal():
        what = "The port in the URL is not a number"
    if what:
        raise InputError(what, where=f"{scheme}://", allowed=WAREHOUSES[engine])
    asked = dict(parse_qsl(options or settings.replace(";", "&"), keep_blank_values=True))
    names = "/".join(map(unquote, levels))
    number = int(port) if port else None
    return DatabaseUrl(scheme, engine, names, unquote(host), number, unquote(user), unquote(password), asked)


def _server_url(scheme: str, rest: str) -> DatabaseUrl:
    login, host, port, database, options = _split(rest)
    user, _, password = login.partition(":")
    if (not host and SCHEMES[scheme] == "mysql") or not database:
        raise InputError(
            "The URL names no database" if host else "The URL names no host",
            where=f"{scheme}://",
            allowed=f"{scheme}://user:password@host:port/database",
            mend="A character such as @ : / ? # or % in a password is written as %40 %3A %2F %3F %23 %25.",
        )
    if port and not (port.isdecimal() and 0 < int(port) < 65536):
        raise InputError(
            "The port in the URL is not a number from 1 to 65535",
            where=f"{scheme}://{HIDDEN}",
            allowed=f"{scheme}://user:password@host:port/database",
            mend="A character such as @ : / ? # or % in a password is written as %40 %3A %2F %3F %23 %25.",
        )
    return DatabaseUrl(
        scheme,
        SCHEMES[scheme],
        unquote(database),
        unquote(host),
        int(port) if port else None,
        unquote(user),
        unquote(password),
        dict(parse_qsl(options, keep_blank_values=True)),
    )


def _split(rest: str) -> tuple[str, str, str, str, str]:
    """login, host, port, database and options. The last @ ends the login: passwords often hold one unescaped."""
    login, _, place = rest.rpartition("@")
    place, _, options = place.partition("?")
    address, _, database = place.partition("/")
    bracketed = re.match(r"^\[([^\]]*)\](?::(.*))?$", address)
    if bracketed:
        return login, bracketed[1], bracketed[2] or "", database, options
    host, _, port = address.partition(":")
    return login, host, port, database, options


def _secrets(source: str) -> set[str]:
    """Every spelling of what must not be shown: as written, decoded, and encoded again."""
    found = _URL.match(source.strip())
    if not found or found[1].lower() in FILES:
        return set()
    rest = found[2]
    login, _, _ = rest.rpartition("@")
    user, _, password = login.partition(":")
    values = {login, password, *([user] if not password else [])}
    options = rest.partition("/;")[2].replace(";", "&") or rest.partition("?")[2]
    for key, value in parse_qsl(options, keep_blank_values=False):
        if key.lower() not in OPEN_OPTIONS:
            values.add(value)
    spelled = {s for value in values for s in (value, unquote(value), quote(unquote(value), safe=""))}
    spelled |= {quote_plus(unquote(value)) for value in values} | {repr(unquote(v))[1:-1] for v in values}
    spelled |= {unquote(v).replace("\\", "\\\\").replace("'", "\\'") for v in values}  # as libpq quotes it
    return {s for s in spelled if s} | ({source.strip()} if login else set())
