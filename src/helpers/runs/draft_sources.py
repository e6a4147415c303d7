"""What `kit new` is given on the command line: files, folders, globs, and URLs of object storage and of databases.

Of a URL the parameter file gets no password: it gets `${ACME_PASSWORD}`, which reading fills from the environment.
"""

import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import ibis

from helpers.data.engines import Engine, open_engine
from helpers.data.guess.sampling import Sample, take_samples
from helpers.data.guess.sampling_databases import sample_database
from helpers.data.reading import list_files, sha256_of
from helpers.data.reading.remote import RemoteFile
from helpers.data.spec import PartSpec
from helpers.data.urls import (
    FILES,
    database_file,
    database_label,
    file_url,
    hide_secrets,
    is_database,
    is_remote,
    parse_url,
)
from helpers.errors import InputError
from helpers.runs.yaml_tree import fill_in


@dataclass
class Sources:
    """Samples of what was named, each source once, and how the parameter file writes it."""

    slug: str
    params_dir: Path
    samples: list[Sample] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)  # each with why
    secrets: dict[str, str] = field(default_factory=dict, repr=False)  # names in the environment -> what they must be
    _written: dict[str, str] = field(default_factory=dict, repr=False)  # source -> as the user wrote it

    def written(self, source: str) -> str:
        """A source as the parameter file's text, in which `${` begins a name in the environment."""
        if is_database(source) and parse_url(source).engine in FILES:
            path = Path(_relative(database_file(source) or Path(), self.params_dir))
            return file_url(parse_url(source).scheme, path).replace("${", "$${")
        if is_database(source) or is_remote(source):
            return self._hidden(self._written.get(source) or source.replace("${", "$${"))
        return _relative(Path(source), self.params_dir).replace("${", "$${")

    def remember(self, source: str, as_given: str) -> None:
        """How the user wrote a URL: names in the environment are kept."""
        self._written[source] = as_given

    def _hidden(self, url: str) -> str:
        prefix = re.sub(r"^(?=\d)", "_", re.sub(r"[^A-Za-z0-9]", "_", self.slug).upper())
        number = 1
        while True:
            text, secrets = hide_secrets(url, prefix if number == 1 else f"{prefix}_{number}")
            if all(self.secrets.get(name, value) == value for name, value in secrets.items()):
                self.secrets |= secrets
                return text
            number += 1  # another database has that name for its own password


@contextmanager
def open_sources(slug: str, arguments: Sequence[str], params_dir: Path) -> Iterator[Sources]:
    """Samples of all that was named, which can be asked for more while they are open.

    Raises InputError, without secrets, for what is not there, cannot be read or holds no rows.
    """
    found = Sources(slug, params_dir)
    with ExitStack() as stack:
        con = ibis.duckdb.connect()
        stack.callback(con.disconnect)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kit_new_")))
        engines: dict[str, Engine] = {}

        def start(url: str) -> Engine:
            if url not in engines:
                engines[url] = open_engine(url, folder)
                stack.callback(engines[url].close)
            return engines[url]

        seen, names = _Seen(found.left_out), (f"new_{i}" for i in count())
        for argument in arguments:
            given, source, table = _read_argument(argument)
            if not is_database(source):
                for file in list_files(PartSpec(source)):
                    if not seen.file(file):
                        _take_file(con, file, next(names), found)
                if is_remote(source):
                    found.remember(source, given)
            elif not seen.before(f"{source}#{table}", PartSpec(source, table=table or None).place):
                found.remember(source, given)
                taken, left_out = sample_database(con, start, source, table, next(names))
                found.samples += taken
                found.left_out += left_out
        yield found


def _take_file(con: Any, file: Path | RemoteFile, name: str, found: Sources) -> None:
    source = file.url if isinstance(file, RemoteFile) else str(file.resolve())
    taken, empty = take_samples(con, source, name)
    found.samples += taken
    found.left_out += [f"{file.name}, sheet {sheet}: has no rows" for sheet in empty]


class _Seen:
    """Each source is read once; a second name or copy of one is told."""

    def __init__(self, told: list[str]) -> None:
        self.told, self.named, self.hashes = told, set[str](), dict[str, str]()

    def before(self, what: str, shown: str) -> bool:
        if what in self.named:
            self.told.append(f"{shown}: named twice, read once")
            return True
        self.named.add(what)
        return False

    def file(self, file: Path | RemoteFile) -> bool:
        if isinstance(file, RemoteFile):
            return self.before(file.url, file.name)
        real = file.resolve()
        if self.before(str(real), file.name):
            return True
        digest = sha256_of(real)
        if digest in self.hashes:
            self.told.append(f"{file.name}: the same bytes as {self.hashes[digest]}")
            return True
        self.hashes[digest] = file.name
        return False


def _read_argument(argument: str) -> tuple[str, str, str]:
    """A source as it is written, filled in from the environment and, of a file, absolute; and a database's table."""
    filled = argument
    if "://" in argument or (argument.startswith("${") and not Path(argument).exists()):
        filled = fill_in(argument, _refuse)
    if not is_database(filled):
        return argument, filled, ""
    given, mark, table = argument.rpartition("#")
    if not mark or "@" in table or "}" in table:  # a password's own sign
        return argument, _absolute(filled), ""
    return given, _absolute(fill_in(given, _refuse)), unquote(table)


def _refuse(what: str, mend: str = "") -> None:
    raise InputError(f"The URL {what}", where="kit new", mend=mend)


def _absolute(url: str) -> str:
    path = database_file(url)
    if path is None:
        return url
    scheme, beneath = parse_url(url).scheme, path.relative_to(path.anchor)
    if path.is_absolute() and beneath.is_file() and not path.exists():
        raise InputError(
            f"There is no such file: {path}",
            where=database_label(url),
            mend=f'Did you mean "{file_url(scheme, beneath)}"? Two slashes begin a path from here, three one from the '
            "root.",
        )
    return file_url(scheme, path.resolve())


def _relative(path: Path, folder: Path) -> str:
    try:
        return Path(os.path.relpath(path, folder.resolve())).as_posix()
    except ValueError:  # another drive
        return path.as_posix()
