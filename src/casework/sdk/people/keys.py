"""Keys of programs: what they are for, made, shown once, revoked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from casework.base.clock import moment, stamp
from casework.base.errors import UsageError
from casework.base.ids import slug, uuid7
from casework.governance.roles import least_role, may
from casework.governance.tokens import KEY_PREFIX, new_key, shown, token_digest
from casework.sdk.action import action
from casework.sdk.people.people import checked_name
from casework.sdk.people.views import MadeKey
from casework.sdk.wire import House
from casework.store.readers import reader_groups
from casework.types.account import ApiKey
from casework.types.person import LOCAL, PERMISSIONS, Permission, Person

_NOTED_EVERY = dt.timedelta(minutes=1)


class ApiKeys:
    """The keys of a workspace."""

    def __init__(self, house: House) -> None:
        self._house = house

    @action("manage", noted=False)
    async def all(self, *, revoked: bool = False) -> list[ApiKey]:
        """The keys that hold, the newest first; those that were revoked only when asked for."""
        keys = await self._house.store.api_keys.all()
        return [key for key in keys if revoked or not key.revoked_at]

    @action("manage", on="name")
    async def make(
        self,
        name: str,
        *,
        may: Sequence[Permission] = ("read",),
        worksheets: Sequence[str] | None = None,
        groups: Sequence[str] | None = None,
        days: int = 90,
    ) -> MadeKey:
        """Make a key. `may` is what it is for; `worksheets` names those that it is for (None: all),
        `groups` those whose documents it may read (None: every document that its maker may);
        `days` how long it holds (0: until it is revoked). Its secret is told this one time."""
        house, now = self._house, self._house.clock.now()
        strange = [one for one in may if one not in PERMISSIONS]
        if strange or not may:
            raise UsageError(
                f"A key is not made for {', '.join(strange) or 'nothing'}.",
                fix=f"Use some of {', '.join(PERMISSIONS)}.",
            )
        if days < 0:
            raise UsageError("A key holds for some days, or 0 for always.")
        named = None if worksheets is None else frozenset(await self._slugs(worksheets))
        secret, person = new_key(), house.person
        key = ApiKey(
            uuid7(),
            checked_name(name),
            shown(secret),
            frozenset(may) | {"read"},
            named,
            None if groups is None else reader_groups(groups) or frozenset(),
            person.id if person else LOCAL,
            house.who(),
            stamp(now),
            stamp(now + dt.timedelta(days=days)) if days else "",
        )
        await house.store.api_keys.add(key, token_digest(secret))
        return MadeKey(key, secret)

    @action("manage", on="id")
    async def revoke(self, id: str) -> None:
        """Let a key hold no more."""
        await self._house.store.api_keys.revoke(id, stamp(self._house.clock.now()))

    @action("read")
    async def person_of(self, secret: str) -> Person | None:
        """Who comes with this key; None for one that does not hold."""
        if not secret.startswith(KEY_PREFIX):
            return None
        store, now = self._house.store, self._house.clock.now()
        key = await store.api_keys.by_digest(token_digest(secret))
        if key is None or key.revoked_at or (key.until and stamp(now) >= key.until):
            return None
        person = await self._owner(key)
        if person is None:
            return None
        if not key.used_at or now - moment(key.used_at) >= _NOTED_EVERY:
            await store.api_keys.used(key.id, stamp(now))
        return person

    async def _owner(self, key: ApiKey) -> Person | None:
        """The person of a key: never more than whoever made it may do now."""
        groups, within = key.groups, key.may
        if not key.person:
            most = next(one for one in reversed(PERMISSIONS) if one in within)
            whole = Person(f"key:{key.id}", f"{key.name} (key)", least_role(most), groups)
            return replace(whole, key=key.id, within=within, worksheets=key.worksheets)
        account = await self._house.store.people.get(key.person)
        if account is None or account.removed_at:
            return None
        if account.groups is not None:
            groups = account.groups if groups is None else groups & account.groups
        person = replace(account.person(), groups=groups, key=key.id, worksheets=key.worksheets)
        held = frozenset(one for one in within if may(account.role, one))
        return replace(person, name=f"{key.name} (key of {account.name})", within=held)

    async def _slugs(self, names: Sequence[str]) -> list[str]:
        known = {record.slug for record in await self._house.store.worksheets.all()}
        told = [slug(name) for name in names]
        if strange := [name for name in told if name not in known]:
            listed = ", ".join(sorted(known)) or "none yet"
            raise UsageError(f"There is no worksheet {strange[0]!r}.", fix=f"There is {listed}.")
        return told
