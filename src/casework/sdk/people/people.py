"""The accounts of a workspace: who may sign in, and as what."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace

from casework.base.clock import stamp
from casework.base.errors import ConflictError, NotFoundError, UsageError
from casework.base.ids import uuid7
from casework.governance.passwords import check_password, hash_password
from casework.governance.tokens import new_token, token_digest
from casework.sdk.action import action
from casework.sdk.people.views import Link, PersonView, person_view
from casework.sdk.wire import House
from casework.store.readers import reader_groups
from casework.types.account import Account
from casework.types.person import LOCAL, ROLES, Role

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,99}\Z")
_MOST_NAME = 100


class People:
    """The accounts of a workspace. People are named by their login, or by their id."""

    def __init__(self, house: House) -> None:
        self._house = house

    @action("read")
    async def names(self) -> list[str]:
        """What everybody who may sign in is called, in order: whom one can name in a note or ask.
        Logins, roles and when somebody was last here are for `all`."""
        found = await self._house.store.people.all()
        return sorted((one.name for one in found), key=str.casefold)

    @action("manage", noted=False)
    async def all(self, *, removed: bool = False) -> list[PersonView]:
        """Everybody who may sign in; those who were removed only when asked for."""
        return [person_view(one) for one in await self._house.store.people.all(removed=removed)]

    @action("manage", on="login")
    async def add(
        self,
        login: str,
        *,
        name: str = "",
        role: Role = "reader",
        groups: Sequence[str] | None = None,
        password: str = "",
    ) -> PersonView:
        """Add somebody. `groups` are those whose documents they may read (None: every document);
        without a password they come in by a link (`invite`) or the OpenID provider."""
        login = checked_login(login)
        if password:
            check_password(password, login=login)
        await self._check_name(name or login, "")
        account = Account(
            uuid7(),
            login,
            checked_name(name or login),
            checked_role(role),
            None if groups is None else reader_groups(groups) or frozenset(),
            await asyncio.to_thread(hash_password, password) if password else "",
            created_at=stamp(self._house.clock.now()),
        )
        await self._house.store.people.add(account)
        return person_view(account)

    @action("manage", on="login")
    async def change(
        self,
        login: str,
        *,
        name: str | None = None,
        role: Role | None = None,
        groups: Sequence[str] | None = None,
        every_document: bool = False,
    ) -> PersonView:
        """Say anew what somebody is called, their role, or the groups whose documents they may
        read; `every_document` lets them read all. What is None stays."""
        account = await self._find(login)
        if name is not None:
            await self._check_name(name, account.id)
            account = replace(account, name=checked_name(name))
        if role is not None:
            account = replace(account, role=checked_role(role))
        if every_document:
            account = replace(account, groups=None)
        elif groups is not None:
            account = replace(account, groups=reader_groups(groups) or frozenset())
        await self._house.store.people.change(account)
        return person_view(account)

    @action("manage", on="login")
    async def set_password(self, login: str, password: str) -> PersonView:
        """Give somebody another password; their sign-ins end."""
        account = await self._find(login)
        check_password(password, login=account.login)
        hashed = await asyncio.to_thread(hash_password, password)
        account = replace(account, password=hashed)
        await self._house.store.people.change(account)
        await self._house.store.sessions.end_all(account.id)
        return person_view(account)

    @action("manage", on="login")
    async def invite(self, login: str) -> Link:
        """A link by which somebody comes in once, to choose a password. It holds for a day."""
        account = await self._find(login)
        token, now = new_token(), self._house.clock.now()
        until = stamp(now + dt.timedelta(days=1))
        await self._house.store.sessions.make_entry(
            token_digest(token), account.id, now=stamp(now), until=until
        )
        return Link(token, until)

    @action("manage", on="login")
    async def remove(self, login: str) -> PersonView:
        """Let somebody in no more: their sign-ins end, keys in their name hold no more. What they
        did keeps their name."""
        account = await self._find(login)
        gone = replace(account, removed_at=stamp(self._house.clock.now()), password="")
        await self._house.store.people.change(gone)
        await self._house.store.sessions.end_all(account.id)
        return person_view(gone)

    @action("manage", on="login")
    async def sign_out(self, login: str = "") -> int:
        """End every sign-in of somebody ('' for whoever sits at the machine); returns how many."""
        id = (await self._find(login)).id if login else LOCAL
        return await self._house.store.sessions.end_all(id)

    async def _find(self, login: str) -> Account:
        people = self._house.store.people
        found = await people.by_login(login.strip().casefold()) or await people.get(login)
        if found is None or found.removed_at:
            known = ", ".join(one.login for one in await people.all()) or "nobody"
            raise NotFoundError(f"There is no account {login!r}.", fix=f"There is {known}.")
        return found

    async def _check_name(self, name: str, id: str) -> None:
        """Raise `ConflictError` where somebody else is called so: decisions bear names."""
        wanted = name.strip().casefold()
        for one in await self._house.store.people.all(removed=True):
            if one.id != id and one.name.casefold() == wanted:
                raise ConflictError(
                    f"Somebody else here is called {one.name}.",
                    fix="Add something that tells the two apart: decisions bear names.",
                )


def checked_login(login: str) -> str:
    """A login in small letters; raises `UsageError` for what is none."""
    told = login.strip().casefold()
    if not _LOGIN.match(told):
        raise UsageError(
            f"{login!r} is no login.",
            fix="Use letters, digits and . _ - + @, such as ada or ada@example.com.",
        )
    return told


def checked_name(name: str) -> str:
    """A name as it is shown; raises `UsageError` for what nobody can read."""
    told = " ".join(name.split())
    if not told or len(told) > _MOST_NAME or not told.isprintable():
        raise UsageError("A name has 1 to 100 letters.", fix="Write how people call them.")
    return told


def checked_role(role: str) -> Role:
    """A role; raises `UsageError` for what is none."""
    found = next((one for one in ROLES if one == role), None)
    if found is None:
        raise UsageError(f"There is no role {role!r}.", fix=f"Use one of {', '.join(ROLES)}.")
    return found
