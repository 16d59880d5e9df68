"""Where a base is: a file's path, or the URL of a PostgreSQL schema."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urlsplit

from crmcli.errors import Wrong

DEFAULT_SCHEMA = "crmcli"
_SCHEMES = ("postgresql", "postgres", "postgresql+psycopg")


@dataclass(frozen=True, slots=True)
class SqliteLocation:
    """A base in one file."""

    path: Path

    def __str__(self) -> str:
        return str(self.path)


@dataclass(frozen=True, slots=True)
class PostgresLocation:
    """A base in one schema of a PostgreSQL database; `url` is libpq's own form."""

    url: str
    schema: str

    def __str__(self) -> str:
        parts = urlsplit(self.url)
        host = parts.netloc.rpartition("@")[2]
        return f"postgresql://{host}{parts.path}, schema {self.schema}"


Location = SqliteLocation | PostgresLocation


def read_location(text: str, named: str = "--base") -> Location:
    """The location that a path or URL means; errors say by which option or argument it was `named`.

    postgresql://user@host/database?schema=shop: the schema is crmcli unless named. Raises Wrong for other URLs.
    """
    scheme, found, _ = text.partition("://")
    if not found:
        return SqliteLocation(_path(text, named))
    if scheme not in _SCHEMES:
        raise Wrong(f"{named} takes a file's path or a postgresql:// URL, not {scheme}://")
    return _postgres(text, named)


def _path(text: str, named: str) -> Path:
    try:
        return Path(text).expanduser().absolute()
    except RuntimeError:
        raise Wrong(f"{named} {text}: there is no such user's folder; write ./{text} for a file of that name") from None


def _postgres(text: str, named: str) -> PostgresLocation:
    parts = _split(text, named)
    # To libpq a + is a plus, not a space.
    query = parse_qsl(parts.query.replace("+", "%2B"), keep_blank_values=True)
    schema = next((value for name, value in query if name == "schema"), DEFAULT_SCHEMA)
    if not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", schema):
        raise Wrong(f"schema={schema} in {named}: a schema's name has small letters, digits and _, 63 at most")
    rest = urlencode([(name, value) for name, value in query if name != "schema"], quote_via=quote)
    return PostgresLocation(f"postgresql://{parts.netloc}{parts.path}{'?' if rest else ''}{rest}", schema)


def _split(text: str, named: str) -> SplitResult:
    """The URL's parts. Raises Wrong, without repeating it, where a password seems to break it in the wrong place."""
    try:
        parts = urlsplit(text)
        readable = (
            parts.port != 0
            and not parts.fragment
            and "@" not in f"{parts.path}{parts.query}"
            and parts.netloc.count("@") < 2
        )
    except ValueError:  # the port is no number
        readable = False
    if readable:
        return parts
    raise Wrong(
        f"the URL in {named} cannot be read: in a password, @ is written %40, : %3A, / %2F, ? %3F, # %23, % %25"
    )
