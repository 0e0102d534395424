"""Turns what asyncpg and the network say into errors of ours. Knows no table."""

from __future__ import annotations

import errno
import socket
import ssl
from functools import cache
from typing import TYPE_CHECKING

from casework.base.errors import CaseworkError, DiskError, StoreAwayError, StoreError
from casework.store.postgres.address import PASSWORD, Address

if TYPE_CHECKING:
    from types import ModuleType

_KEPT = "everything that was reported as saved is kept."


@cache
def driver() -> ModuleType:
    """asyncpg; raises an error that says how to install it."""
    try:
        import asyncpg
    except ImportError as error:
        raise StoreError(
            "This workspace keeps its rows in Postgres, and asyncpg is not installed.",
            fix="Install it: pip install 'casework[postgres]'",
            code="store.no_driver",
        ) from error
    return asyncpg


def is_lost(error: BaseException) -> bool:
    """Whether the connection, not the statement, went wrong, so that another one may do."""
    pg = driver()
    if isinstance(error, pg.InternalClientError):  # it broke in the middle of being set up
        return True
    if isinstance(error, pg.InterfaceError):
        return any(word in str(error) for word in ("closed", "released", "in progress"))
    lost = (
        pg.PostgresConnectionError, pg.AdminShutdownError, pg.CrashShutdownError,
        pg.CannotConnectNowError, pg.IdleInTransactionSessionTimeoutError, OSError, TimeoutError,
    )  # fmt: skip
    return isinstance(error, lost) and not isinstance(error, ssl.SSLCertVerificationError)


def from_postgres(error: BaseException, where: Address) -> CaseworkError:
    """What went wrong with the database, and what to do about it."""
    if isinstance(error, CaseworkError):
        return error
    told = str(error).strip().partition("\n")[0].rstrip(".") or type(error).__name__
    return (
        _refused(error, told, where)
        or _server(error, told, where)
        or StoreError(f"{where}: {told}.", fix="Run `casework doctor`.")
    )


def _refused(error: BaseException, told: str, where: Address) -> StoreError | None:
    """Who we are is not enough for what we want."""
    pg, server = driver(), where.server
    if isinstance(error, pg.InvalidPasswordError):
        said = f"{server} refuses the password of the user {where.user!r}."
        return StoreError(said, fix=PASSWORD, code="store.unauthorised")
    if isinstance(error, pg.InvalidAuthorizationSpecificationError):
        said = f"{server} does not let the user {where.user!r} in: {told}."
        fix = f"Check user and password, or ask who runs the server. {PASSWORD}"
        return StoreError(said, fix=fix, code="store.unauthorised")
    if isinstance(error, pg.InvalidCatalogNameError):
        said = f"There is no database {where.database!r} on {server}."
        fix = f"Make it (createdb {where.database}), or name another in store.url."
        return StoreError(said, fix=fix, code="store.no_database")
    if isinstance(error, pg.InsufficientPrivilegeError):
        said = f"The user {where.user!r} may not do this in {where.database!r} on {server}: {told}."
        own = f"CREATE SCHEMA {where.schema} AUTHORIZATION {where.user or 'USER'}"
        fix = f"Let the owner of the database run: {own}"
        return StoreError(said, fix=fix, code="store.forbidden")
    return None


def _server(error: BaseException, told: str, where: Address) -> StoreError | None:
    """The server cannot do it now, or cannot be reached."""
    pg, server = driver(), where.server
    if isinstance(error, pg.ReadOnlySQLTransactionError):
        said = f"{server} is read-only (a standby, or set so)."
        return DiskError(said, fix="Name the primary server in store.url.")
    if isinstance(error, pg.DiskFullError):
        said = f"The disk of {server} is full."
        return DiskError(said, fix=f"Free some space there and try again; {_KEPT}")
    if isinstance(error, pg.LockNotAvailableError):
        said = f"{where} is being written by another process that does not let go."
        fix = "Wait for it to end, or stop it, and try again."
        return StoreError(said, fix=fix, code="store.busy")
    if isinstance(error, pg.TooManyConnectionsError):
        said = f"{server} takes no more connections."
        fix = "Close other programs that use it, or raise max_connections there."
        return StoreError(said, fix=fix, code="store.busy")
    if isinstance(error, pg.DataCorruptedError | pg.IndexCorruptedError):
        said = f"{where} is damaged: {told}."
        return StoreError(said, fix="Restore it from a backup.", code="store.corrupt")
    if isinstance(error, ssl.SSLError):
        said = f"No safe connection to {server}: {told}."
        fix = "Check sslmode and sslrootcert in store.url."
        return StoreError(said, fix=fix, code="store.unsafe")
    if is_lost(error):
        return _away(error, told, where)
    return None


def _away(error: BaseException, told: str, where: Address) -> StoreAwayError:
    why = told
    if isinstance(error, socket.gaierror):
        why = f"there is no host {where.host!r}"
    elif isinstance(error, TimeoutError):
        why = "no answer in time"
    elif isinstance(error, OSError) and error.errno == errno.ECONNREFUSED:
        why = "nothing listens there"
    return StoreAwayError(
        f"The database server {where.server} cannot be reached: {why}.",
        fix=f"Check that it runs and that the network lets you through, then try again; {_KEPT}",
    )
