"""The accounts of a workspace. A row is never deleted, so that what somebody did keeps a name."""

from __future__ import annotations

import json
from dataclasses import replace

from casework.base.errors import ConflictError
from casework.store.codec import Row, json_text, plain
from casework.store.database import Database, Transaction, missing
from casework.types.account import Account

_COLUMNS = (
    "id, login, name, role, reader_groups, password, provider, subject, created_at, seen_at,"
    " removed_at"
)
_INSERT = f"INSERT INTO people ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_UPDATE = (
    "UPDATE people SET login = ?2, name = ?3, role = ?4, reader_groups = ?5, password = ?6,"
    " provider = ?7, subject = ?8, created_at = ?9, seen_at = ?10, removed_at = ?11 WHERE id = ?1"
)
_OWNERS = "SELECT COUNT(*) FROM people WHERE role = 'owner' AND removed_at = '' AND id <> ?"


class People:
    """The accounts of a workspace, by id and by login."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self, *, removed: bool = False) -> list[Account]:
        """Everybody, in the order in which they came; those who left only when asked for."""
        which = "" if removed else " WHERE removed_at = ''"
        rows = await self._database.rows(f"SELECT {_COLUMNS} FROM people{which} ORDER BY n")
        return [_account(row) for row in rows]

    async def get(self, id: str) -> Account | None:
        """The account of this id, whether it may still come in or not."""
        row = await self._database.row(f"SELECT {_COLUMNS} FROM people WHERE id = ?", (id,))
        return _account(row) if row else None

    async def by_login(self, login: str) -> Account | None:
        """The account with this login."""
        row = await self._database.row(f"SELECT {_COLUMNS} FROM people WHERE login = ?", (login,))
        return _account(row) if row else None

    async def by_subject(self, provider: str, subject: str) -> Account | None:
        """The account of somebody at an OpenID provider."""
        row = await self._database.row(
            f"SELECT {_COLUMNS} FROM people WHERE provider = ? AND subject = ?",
            (provider, subject),
        )
        return _account(row) if row else None

    async def add(self, account: Account) -> None:
        """Add an account; raises `ConflictError` when the login is taken."""

        async def work(tx: Transaction) -> None:
            taken = await tx.row("SELECT 1 FROM people WHERE login = ?", (account.login,))
            if taken is not None:
                raise ConflictError(
                    f"There is an account {account.login!r} already.", fix="Choose another login."
                )
            await tx.execute(_INSERT, _row(account))

        await self._database.write(work)

    async def change(self, account: Account, *, keep_an_owner: bool = True) -> None:
        """Keep what is said of an account now. Raises `ConflictError` when nobody would be left
        who may manage."""

        async def work(tx: Transaction) -> None:
            before = await tx.row("SELECT role, removed_at FROM people WHERE id = ?", (account.id,))
            if before is None:
                raise missing("account", account.login)
            was_owner = before == ("owner", "")
            stays = account.role == "owner" and not account.removed_at
            if keep_an_owner and was_owner and not stays:
                others = await tx.row(_OWNERS, (account.id,))
                if not others or not others[0]:
                    raise ConflictError(
                        f"{account.login} is the only owner.", fix="Make somebody else owner first."
                    )
            await tx.execute(_UPDATE, _row(account))

        await self._database.write(work)

    async def seen(self, id: str, at: str) -> None:
        """Note when somebody was here last."""

        async def work(tx: Transaction) -> None:
            await tx.execute("UPDATE people SET seen_at = ? WHERE id = ?", (at, id))

        await self._database.write(work)


def groups_text(groups: frozenset[str] | None) -> str:
    """Groups as they are kept: a JSON list, '' for None (all)."""
    return "" if groups is None else json_text(sorted(groups))


def groups_from(text: str) -> frozenset[str] | None:
    """The inverse of `groups_text`."""
    return frozenset(json.loads(text)) if text else None


def _row(account: Account) -> tuple[str, ...]:
    return (
        account.id,
        plain(account.login),
        plain(account.name),
        account.role,
        groups_text(account.groups),
        account.password,
        account.provider,
        plain(account.subject),
        account.created_at,
        account.seen_at,
        account.removed_at,
    )


def _account(row: Row) -> Account:
    id, login, name, role, groups, *told = row
    return replace(Account(id, login, name, role, None, *told), groups=groups_from(groups))
