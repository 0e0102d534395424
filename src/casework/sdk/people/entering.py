"""Coming in: by a link that works once, by a password, or as an OpenID provider says. Gives out
tokens and tells whom they stand for. Knows no cookie and no page."""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import dataclass, replace

from casework.base.clock import moment, stamp
from casework.base.errors import SignInError, TooManyTriesError
from casework.base.ids import uuid7
from casework.base.keys import find_key
from casework.governance.passwords import (
    check_password,
    hash_password,
    is_outdated,
    is_password,
)
from casework.governance.tokens import csrf_of, new_token, token_digest
from casework.governance.tries import Tries
from casework.sdk.action import action
from casework.sdk.home import OIDC_KEY
from casework.sdk.people.mapping import groups_of, role_of
from casework.sdk.people.people import checked_name
from casework.sdk.people.views import Link, SignedIn, Visit
from casework.sdk.wire import House
from casework.types.account import Account, SessionRecord
from casework.types.deed import Deed
from casework.types.person import LOCAL

_NOTED_EVERY = dt.timedelta(minutes=1)
"""How often it is written down that a sign-in was used."""
_OIDC_VARIABLE = "CASEWORK_OIDC_SECRET"
_WRONG = "Login and password do not fit."


@dataclass(frozen=True, slots=True)
class Claimed:
    """What an OpenID provider says of somebody, checked: who says it, their id there, what they are
    called, and their groups."""

    provider: str
    subject: str
    login: str
    name: str
    groups: tuple[str, ...] = ()


class Entering:
    """The door of a workspace. `tries` outlives it, so that nobody gets more of them by asking for
    another door."""

    def __init__(self, house: House, tries: Tries) -> None:
        self._house = house
        self._tries = tries

    @action("manage")
    async def link(self) -> Link:
        """A link that lets whoever sits at this machine in, once."""
        token, now = new_token(), self._house.clock.now()
        minutes = self._house.settings.number("studio.link_minutes")
        until = stamp(now + dt.timedelta(minutes=minutes))
        await self._house.store.sessions.make_entry(
            token_digest(token), LOCAL, now=stamp(now), until=until
        )
        return Link(token, until)

    @action("read")
    async def for_whom(self, token: str) -> str | None:
        """Whom a link would let in: a login, '' for whoever sits at the machine; None when it does
        not work any more."""
        now = stamp(self._house.clock.now())
        person = await self._house.store.sessions.entry(token_digest(token), now=now)
        if not person:
            return person
        account = await self._account(person)
        return account.login if account else None

    @action("read")
    async def by_link(self, token: str, *, password: str = "", machine: bool = True) -> SignedIn:
        """Come in by a link, which is used up by that. Who has an account chooses a password.
        `machine` says whether a link for whoever sits at the machine counts here.

        Raises `SignInError` when it does not work, `UsageError` for a password that is too weak."""
        store, now = self._house.store, stamp(self._house.clock.now())
        whom = await self.for_whom(token)
        if whom:
            check_password(password, login=whom)
        person = (
            None if whom is None else await store.sessions.take_entry(token_digest(token), now=now)
        )
        if person is None or (person == LOCAL and not machine):
            raise SignInError(
                "This link was used already, or its time is over.",
                fix="At the machine another is made with: casework studio --link. Whoever has an"
                " account asks an owner for one."
                if machine
                else "Ask an owner for another.",
            )
        account = await self._account(person) if person else None
        if account is not None:
            hashed = await asyncio.to_thread(hash_password, password)
            await store.people.change(replace(account, password=hashed))
            await store.sessions.end_all(account.id)
        return await self._begin(account, "by link")

    @action("read")
    async def by_password(self, login: str, password: str, *, address: str = "") -> SignedIn:
        """Come in with a password. Takes as long where there is no such account, and says the same.

        Raises `SignInError`, or `TooManyTriesError` after too many that went wrong."""
        told, now = login.strip().casefold(), self._house.clock.now()
        keys = (f"both:{told[:100]}|{address}", f"address:{address}", f"account:{told[:100]}")
        wait_s = self._tries.wait_s(keys, now)
        if wait_s > 0:
            raise _too_many(wait_s)
        account = await self._house.store.people.by_login(told)
        hashed = account.password if account and not account.removed_at else ""
        # Noted before the hash, so that many tries at once do not all pass the look above.
        self._tries.wrong(keys, now)
        if not await asyncio.to_thread(is_password, password, hashed) or account is None:
            self._note(account, "Entering.by_password", "refused")
            raise SignInError(_WRONG, fix="Try again, or ask an owner for a link.")
        self._tries.right((keys[0], keys[2]))
        if is_outdated(hashed):
            renewed = await asyncio.to_thread(hash_password, password)
            await self._house.store.people.change(replace(account, password=renewed))
        return await self._begin(account, "by password")

    @action("read")
    async def by_provider(self, claimed: Claimed) -> SignedIn:
        """Come in as an OpenID provider says: the account is made, or its role and groups are
        renewed by what the settings say of the provider's groups.

        Raises `SignInError` for whom they give no role."""
        settings, people = self._house.settings, self._house.store.people
        role = role_of(settings, claimed.groups)
        account = await people.by_subject(claimed.provider, claimed.subject)
        if role is None or (account is not None and account.removed_at):
            self._note(account, "Entering.by_provider", "refused")
            raise SignInError(
                f"{claimed.login} may not come in here.",
                fix="An owner gives roles to groups of your provider in the setting oidc.roles.",
            )
        now, groups = stamp(self._house.clock.now()), groups_of(settings, claimed.groups)
        if account is None:
            account = await self._made(
                claimed,
                Account(uuid7(), "", "", role, groups, "", claimed.provider, claimed.subject, now),
            )
        elif (account.role, account.groups) != (role, groups):
            account = replace(account, role=role, groups=groups)
            await people.change(account, keep_an_owner=False)
        return await self._begin(account, "by provider")

    @action("manage")
    def provider_secret(self) -> str:
        """What the OpenID provider knows casework by, from the environment or the key file; ''
        where it is a public client."""
        return find_key(OIDC_KEY, _OIDC_VARIABLE) or ""

    @action("manage", noted=False)
    async def ready(self) -> bool:
        """Whether somebody could sign in who may manage: an owner with a password or a link, or a
        provider that gives the role."""
        settings = self._house.settings
        if settings.text("oidc.issuer") and settings.text("oidc.client_id"):
            return True
        people = await self._house.store.people.all()
        return any(one.role == "owner" and (one.password or one.provider) for one in people)

    @action("read")
    async def visit(self, token: str, *, machine: bool = True) -> Visit | None:
        """Whom a sign-in stands for; None when it is over. `machine` as of `by_link`."""
        store, now = self._house.store, self._house.clock.now()
        digest = token_digest(token)
        session = await store.sessions.get(digest)
        if session is None:
            return None
        account = await self._account(session.person) if session.person else None
        idle = dt.timedelta(hours=self._house.settings.number("studio.session_idle"))
        over = stamp(now) >= session.until or now - moment(session.seen_at) > idle
        if over or (account is None and (session.person != LOCAL or not machine)):
            await store.sessions.end(digest)
            return None
        if now - moment(session.seen_at) >= _NOTED_EVERY:
            await store.sessions.used(digest, stamp(now))
        return Visit(account.person() if account else None, csrf_of(token), digest)

    @action("read")
    async def leave(self, token: str, *, everywhere: bool = False) -> None:
        """Sign out, here or everywhere."""
        store, digest = self._house.store, token_digest(token)
        session = await store.sessions.get(digest)
        if session is not None and everywhere:
            await store.sessions.end_all(session.person)
        await store.sessions.end(digest)

    @action("read")
    async def sessions(self, token: str) -> list[SessionRecord]:
        """All sign-ins of whom this one stands for, the one used last first."""
        session = await self._house.store.sessions.get(token_digest(token))
        return [] if session is None else await self._house.store.sessions.of(session.person)

    @action("read")
    async def change_password(self, old: str, new: str, *, token: str, address: str = "") -> None:
        """Choose another password for one's own account; all sign-ins but the one of this token
        end. Raises `SignInError` when the old one is wrong."""
        person = self._house.person
        account = await self._account(person.id) if person and not person.key else None
        if account is None or not account.password:
            raise SignInError(
                "There is no password here to change.",
                fix="Whoever sits at the machine has none, nor who comes from a provider.",
            )
        keys, now = (f"both:{account.login}|{address}",), self._house.clock.now()
        if (wait_s := self._tries.wait_s(keys, now)) > 0:
            raise _too_many(wait_s)
        self._tries.wrong(keys, now)
        if not await asyncio.to_thread(is_password, old, account.password):
            raise SignInError("The old password is wrong.", fix="Type it once more.")
        self._tries.right(keys)
        check_password(new, login=account.login)
        hashed = await asyncio.to_thread(hash_password, new)
        await self._house.store.people.change(replace(account, password=hashed))
        await self._house.store.sessions.end_all(account.id, but=token_digest(token))
        self._note(account, "Entering.change_password", "done")

    async def _begin(self, account: Account | None, how: str) -> SignedIn:
        token, now = new_token(), self._house.clock.now()
        most = dt.timedelta(hours=self._house.settings.number("studio.session_most"))
        until, at = stamp(now + most), stamp(now)
        person = account.id if account else LOCAL
        await self._house.store.sessions.begin(
            SessionRecord(token_digest(token), person, at, at, until)
        )
        if account is not None:
            await self._house.store.people.seen(account.id, at)
        self._note(account, f"Entering.{how.replace(' ', '_')}", "done")
        return SignedIn(token, until, account.person() if account else None)

    async def _made(self, claimed: Claimed, account: Account) -> Account:
        """A new account for somebody of the provider, with a login and a name of its own."""
        people = self._house.store.people
        everybody = await people.all(removed=True)
        names = {one.name.casefold() for one in everybody}
        name = checked_name(claimed.name or claimed.login)
        if name.casefold() in names:
            name = f"{name} ({claimed.login})"
        login = claimed.login.casefold()
        if await people.by_login(login) is not None:
            login = f"{login}#{account.id[-6:]}"
        made = replace(account, login=login, name=name)
        await people.add(made)
        return made

    async def _account(self, id: str) -> Account | None:
        found = await self._house.store.people.get(id)
        return None if found is None or found.removed_at else found

    def _note(self, account: Account | None, what: str, ended: str) -> None:
        """Write down who came in or did not. A login that nobody has is not kept: people type
        passwords into the wrong field."""
        local = account is None and ended == "done"
        who = account.name if account else self._house.who() if local else "unknown login"
        self._house.store.deeds.note(
            Deed(self._house.clock.now(), account.id if account else "", who, "", what, ended=ended)
        )


def _too_many(wait_s: float) -> TooManyTriesError:
    return TooManyTriesError(
        "There were too many tries that went wrong.",
        fix=f"Try again in {_words(wait_s)}.",
        retry_after_s=wait_s,
    )


def _words(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds > 90 else f"{max(1, round(seconds))} seconds"
