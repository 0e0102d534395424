"""Whether a database answers, and which schema it is on."""

from __future__ import annotations

from casework.store.database import Database
from casework.store.migrate import shipped

_SERVER = "SELECT version FROM schema_version"
_FILE = "PRAGMA user_version"


async def schema_version(database: Database) -> int:
    """The version of its schema; raises when the database cannot be read."""
    row = await database.row(_SERVER if database.away else _FILE)
    return int(row[0]) if row else 0


def newest_version() -> int:
    """The version that this casework works on."""
    return shipped()[-1].number
