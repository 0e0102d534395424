"""The numbered SQL files that lead from schema to schema, and what a new workspace begins with.

Of the tables it knows `meta` only; each back end applies the files in its own way.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version as installed
from importlib.resources import files

from casework.base.clock import Clock, stamp
from casework.base.errors import NewerStoreError
from casework.base.ids import uuid7

INTRODUCE = "INSERT INTO meta (key, value) VALUES (?, ?)"
"""Writes a row of `introduction`."""

_FILE = re.compile(r"(\d{4})_\w+\.sql")


@dataclass(frozen=True, slots=True)
class Migration:
    """The SQL that leads from version `number - 1` to `number`."""

    number: int
    sql: str

    def statements(self) -> Iterator[str]:
        """Its statements, one after the other."""
        gathered = ""
        for line in self.sql.splitlines(keepends=True):
            gathered += line
            if sqlite3.complete_statement(gathered):
                yield gathered
                gathered = ""
        if gathered.strip():
            yield gathered


def shipped() -> list[Migration]:
    """The migrations that come with this version, in order."""
    found = []
    for file in files("casework.store").joinpath("migrations").iterdir():
        match = _FILE.fullmatch(file.name)
        if match:
            found.append(Migration(int(match[1]), file.read_text(encoding="utf-8")))
    return sorted(found, key=lambda migration: migration.number)


def introduction(clock: Clock) -> list[tuple[str, str]]:
    """The rows of `meta` that a new workspace begins with."""
    return [
        ("workspace_id", uuid7()),
        ("created_at", stamp(clock.now())),
        ("casework_version", installed("casework")),
    ]


def check_version(where: object, version: int, newest: int) -> None:
    """Raise `NewerStoreError` for a database of a later version than this casework knows."""
    if version > newest:
        raise NewerStoreError(
            f"{where} was written by a newer casework (schema {version}, this one knows {newest}).",
            fix="Update casework, then open the workspace again.",
        )
