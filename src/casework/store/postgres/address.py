"""Where a workspace's rows are: server, database and schema, read from one URL. Holds no password
that was not given apart from it.
"""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from casework.base.errors import SettingsError

SCHEMES = ("postgresql", "postgres")
SCHEMA = "casework"
_PORT = 5432
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_TLS = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
_EXAMPLE = "Write it as postgresql://USER@HOST:5432/DATABASE?schema=NAME."
PASSWORD = (
    "Put the password into CASEWORK_STORE_PASSWORD (or PGPASSWORD), or keep it for yourself:"
    " casework settings key postgresql"
)


@dataclass(frozen=True, slots=True)
class Address:
    """A schema of a database on a server. `host` may be a folder with a socket. `tls` is a word
    of Postgres (`sslmode`); '' leaves it to the driver (`prefer`)."""

    host: str
    port: int
    user: str
    database: str
    schema: str = SCHEMA
    tls: str = ""
    tls_ca: str = ""
    password: str = field(default="", repr=False)

    @property
    def server(self) -> str:
        """Host and port as people write them."""
        return f"{self.host}:{self.port}"

    def tls_context(self) -> ssl.SSLContext | str:
        """What the driver takes: a word, or a context when a file of authorities is named."""
        word = self.tls or "prefer"
        if not self.tls_ca:
            return word
        try:
            context = ssl.create_default_context(cafile=self.tls_ca)
        except (OSError, ssl.SSLError) as error:
            raise SettingsError(
                f"The certificates in {self.tls_ca} (sslrootcert) cannot be read: {error}.",
                fix="Name a PEM file.",
            ) from error
        context.check_hostname = word == "verify-full"
        return context

    def __str__(self) -> str:
        host = quote(self.host, safe="") if self.host.startswith("/") else self.host
        host = f"[{host}]" if ":" in host else host
        user = f"{quote(self.user, safe='')}@" if self.user else ""
        asked = "&".join(
            f"{name}={quote(value, safe='/')}"
            for name, value in (
                ("schema", self.schema), ("sslmode", self.tls), ("sslrootcert", self.tls_ca)
            )
            if value
        )  # fmt: skip
        return f"postgresql://{user}{host}:{self.port}/{quote(self.database, safe='')}?{asked}"


def read_address(url: str, password: str = "") -> Address:
    """The address that a URL names; raises `SettingsError` when it names none."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORT
    except ValueError as error:
        raise SettingsError(f"{url!r} is no address of a database: {error}.", fix=_EXAMPLE) from (
            error
        )
    if parts.password is not None:
        raise SettingsError(
            "The address of the database has a password in it.",
            fix=PASSWORD,
        )
    database = unquote(parts.path.removeprefix("/"))
    if parts.scheme not in SCHEMES or not parts.hostname or not database or "/" in database:
        raise SettingsError(f"{url!r} is no address of a Postgres database.", fix=_EXAMPLE)
    asked = dict(parse_qsl(parts.query, keep_blank_values=True))
    schema = asked.pop("schema", SCHEMA)
    tls, tls_ca = asked.pop("sslmode", ""), asked.pop("sslrootcert", "")
    if asked:
        raise SettingsError(
            f"{url!r} asks for {', '.join(sorted(asked))}, which casework does not know.",
            fix="It knows schema, sslmode and sslrootcert.",
        )
    if not _NAME.fullmatch(schema) or schema.startswith("pg_") or schema == "public":
        raise SettingsError(
            f"{schema!r} cannot be the schema of a workspace.",
            fix="Use up to 63 small letters, digits and _, and a schema of its own.",
        )
    if tls and tls not in _TLS:
        raise SettingsError(f"sslmode is {tls!r}.", fix=f"Use one of {', '.join(_TLS)}.")
    user = unquote(parts.username or "")
    return Address(unquote(parts.hostname), port, user, database, schema, tls, tls_ca, password)
