"""A Postgres server for tests: one that is named, one that runs here, or one started for them."""

from __future__ import annotations

import asyncio
import atexit
import os
import pwd
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import asyncpg

VARIABLE = "CASEWORK_TEST_POSTGRES"
REQUIRED = "CASEWORK_TEST_REQUIRES_POSTGRES"
"""Set where a missing server is a failure, not a reason to leave tests out."""
NONE = (
    "NO POSTGRES: half of the store's tests are left out. Install postgresql, or name a server:"
    f" {VARIABLE}=postgresql://user@host/database"
)
_HERE = "postgresql://postgres@127.0.0.1:5432/test"
_UNPRIVILEGED = "nobody"


@cache
def postgres_url() -> str:
    """The address of a database for tests without a schema; '' when there is no server."""
    named = os.environ.get(VARIABLE, "")
    if named:
        return named
    if _answers(_HERE):
        return _HERE
    return _start()


def _answers(url: str) -> bool:
    async def ask() -> bool:
        try:
            connection = await asyncpg.connect(url, timeout=3)
        except (OSError, TimeoutError, asyncpg.PostgresError):
            return False
        await connection.close()
        return True

    with asyncio.Runner() as runner:
        return runner.run(ask())


def programs() -> Path | None:
    """The folder with the newest server that is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=_version)
    if found:
        return found[-1].parent
    there = shutil.which("pg_ctl")
    return Path(there).parent if there else None


def _version(program: Path) -> int:
    name = program.parents[1].name
    return int(name) if name.isdigit() else 0


def _start() -> str:
    """A server of our own on a socket in a temporary folder, ended with this process."""
    found = programs()
    if found is None:
        return ""
    server = start_server(found)
    atexit.register(server.stop)
    return server.url


class Server:
    """A server that was started for tests, as a user that is not root."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self.folder = Path(tempfile.mkdtemp(prefix="casework-postgres-"))
        self._user = _UNPRIVILEGED if os.geteuid() == 0 else ""
        if self._user:
            account = pwd.getpwnam(self._user)
            os.chown(self.folder, account.pw_uid, account.pw_gid)
        self.url = f"postgresql://tester@{str(self.folder).replace('/', '%2F')}/postgres"

    def make(self) -> None:
        """Make its data folder."""
        self._run("initdb", "-D", "data", "-U", "tester", "-A", "trust", "-E", "UTF8",
                  "--locale", "C", "--no-sync")  # fmt: skip

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = f"-c listen_addresses= -c unix_socket_directories={self.folder} -c fsync=off"
        self._run("pg_ctl", "-D", "data", "-w", "-l", "log", "-o", options, "start")

    def halt(self) -> None:
        """End it at once, as a crash would."""
        self._run("pg_ctl", "-D", "data", "-m", "immediate", "stop")

    def stop(self) -> None:
        """End it and remove what it kept."""
        self._run("pg_ctl", "-D", "data", "-m", "immediate", "stop", check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str, check: bool = True) -> None:
        subprocess.run(
            [str(self._programs / program), *arguments],
            cwd=self.folder,
            user=self._user or None,
            check=check,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


def start_server(programs: Path) -> Server:
    """Make and start a server."""
    server = Server(programs)
    server.make()
    server.start()
    return server
