"""Sync faces of async classes: the same actions, each run to its end.

Made from the async classes by tools/sync_face.py; change those, then make this anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.sdk.configuration import Configuration
from casework.sdk.face import Face
from casework.sdk.people.entering import Entering
from casework.sdk.people.keys import ApiKeys
from casework.sdk.people.locks import Locks
from casework.sdk.people.people import People

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from casework.base.settings import Found
    from casework.sdk.configuration import Changed
    from casework.sdk.model_views import ModelTest, ModelTiming, ModelView
    from casework.sdk.outdating import Outdated
    from casework.sdk.people.entering import Claimed
    from casework.sdk.people.views import Link, MadeKey, PersonView, SignedIn, Visit
    from casework.types.account import ApiKey, Guarded, SessionRecord, StepLock
    from casework.types.person import Permission, Person, Role


class SyncPeople(Face[People]):
    """The accounts of a workspace. People are named by their login, or by their id."""

    def names(self) -> list[str]:
        """What everybody who may sign in is called, in order: whom one can name in a note or ask.
        Logins, roles and when somebody was last here are for `all`.
        """
        return self._line.call(self._real.names())

    def all(self, *, removed: bool = False) -> list[PersonView]:
        """Everybody who may sign in; those who were removed only when asked for."""
        return self._line.call(self._real.all(removed=removed))

    def add(
        self,
        login: str,
        *,
        name: str = "",
        role: Role = "reader",
        groups: Sequence[str] | None = None,
        password: str = "",
    ) -> PersonView:
        """Add somebody. `groups` are those whose documents they may read (None: every document);
        without a password they come in by a link (`invite`) or the OpenID provider.
        """
        return self._line.call(
            self._real.add(login, name=name, role=role, groups=groups, password=password)
        )

    def change(
        self,
        login: str,
        *,
        name: str | None = None,
        role: Role | None = None,
        groups: Sequence[str] | None = None,
        every_document: bool = False,
    ) -> PersonView:
        """Say anew what somebody is called, their role, or the groups whose documents they may
        read; `every_document` lets them read all. What is None stays.
        """
        return self._line.call(
            self._real.change(
                login, name=name, role=role, groups=groups, every_document=every_document
            )
        )

    def set_password(self, login: str, password: str) -> PersonView:
        """Give somebody another password; their sign-ins end."""
        return self._line.call(self._real.set_password(login, password))

    def invite(self, login: str) -> Link:
        """A link by which somebody comes in once, to choose a password. It holds for a day."""
        return self._line.call(self._real.invite(login))

    def remove(self, login: str) -> PersonView:
        """Let somebody in no more: their sign-ins end, keys in their name hold no more. What they
        did keeps their name.
        """
        return self._line.call(self._real.remove(login))

    def sign_out(self, login: str = "") -> int:
        """End every sign-in of somebody ('' for whoever sits at the machine); returns how many."""
        return self._line.call(self._real.sign_out(login))


class SyncEntering(Face[Entering]):
    """The door of a workspace. `tries` outlives it, so that nobody gets more of them by asking for
    another door.
    """

    def link(self) -> Link:
        """A link that lets whoever sits at this machine in, once."""
        return self._line.call(self._real.link())

    def for_whom(self, token: str) -> str | None:
        """Whom a link would let in: a login, '' for whoever sits at the machine; None when it does
        not work any more.
        """
        return self._line.call(self._real.for_whom(token))

    def by_link(self, token: str, *, password: str = "", machine: bool = True) -> SignedIn:
        """Come in by a link, which is used up by that. Who has an account chooses a password.
        `machine` says whether a link for whoever sits at the machine counts here.

        Raises `SignInError` when it does not work, `UsageError` for a password that is too weak.
        """
        return self._line.call(self._real.by_link(token, password=password, machine=machine))

    def by_password(self, login: str, password: str, *, address: str = "") -> SignedIn:
        """Come in with a password. Takes as long where there is no such account, and says the same.

        Raises `SignInError`, or `TooManyTriesError` after too many that went wrong.
        """
        return self._line.call(self._real.by_password(login, password, address=address))

    def by_provider(self, claimed: Claimed) -> SignedIn:
        """Come in as an OpenID provider says: the account is made, or its role and groups are
        renewed by what the settings say of the provider's groups.

        Raises `SignInError` for whom they give no role.
        """
        return self._line.call(self._real.by_provider(claimed))

    def provider_secret(self) -> str:
        """What the OpenID provider knows casework by, from the environment or the key file; ''
        where it is a public client.
        """
        return self._real.provider_secret()

    def ready(self) -> bool:
        """Whether somebody could sign in who may manage: an owner with a password or a link, or a
        provider that gives the role.
        """
        return self._line.call(self._real.ready())

    def visit(self, token: str, *, machine: bool = True) -> Visit | None:
        """Whom a sign-in stands for; None when it is over. `machine` as of `by_link`."""
        return self._line.call(self._real.visit(token, machine=machine))

    def leave(self, token: str, *, everywhere: bool = False) -> None:
        """Sign out, here or everywhere."""
        self._line.call(self._real.leave(token, everywhere=everywhere))

    def sessions(self, token: str) -> list[SessionRecord]:
        """All sign-ins of whom this one stands for, the one used last first."""
        return self._line.call(self._real.sessions(token))

    def change_password(self, old: str, new: str, *, token: str, address: str = "") -> None:
        """Choose another password for one's own account; all sign-ins but the one of this token
        end. Raises `SignInError` when the old one is wrong.
        """
        self._line.call(self._real.change_password(old, new, token=token, address=address))


class SyncApiKeys(Face[ApiKeys]):
    """The keys of a workspace."""

    def all(self, *, revoked: bool = False) -> list[ApiKey]:
        """The keys that hold, the newest first; those that were revoked only when asked for."""
        return self._line.call(self._real.all(revoked=revoked))

    def make(
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
        `days` how long it holds (0: until it is revoked). Its secret is told this one time.
        """
        return self._line.call(
            self._real.make(name, may=may, worksheets=worksheets, groups=groups, days=days)
        )

    def revoke(self, id: str) -> None:
        """Let a key hold no more."""
        self._line.call(self._real.revoke(id))

    def person_of(self, secret: str) -> Person | None:
        """Who comes with this key; None for one that does not hold."""
        return self._line.call(self._real.person_of(secret))


class SyncLocks(Face[Locks]):
    """The locks of one worksheet's steps."""

    def all(self) -> list[StepLock]:
        """The locks that hold; `whom` are roles and ids of accounts."""
        return self._line.call(self._real.all())

    def put(self, step: str, what: Guarded, whom: Sequence[str] = ()) -> StepLock | None:
        """Let only these edit a step, or decide on its cells: roles (and those above), and logins.
        Nobody named: whoever's role allows it. Owners always may.
        """
        return self._line.call(self._real.put(step, what, whom))

    def may(self, step: str, what: Guarded) -> bool:
        """Whether whoever asks may edit this step, or decide on its cells, as far as locks tell."""
        return self._line.call(self._real.may(step, what))


class SyncConfiguration(Face[Configuration]):
    """The settings of an open workspace."""

    def all(self) -> list[Found]:
        """Every setting with its value and where it came from."""
        return self._line.call(self._real.all())

    def untrusted(self) -> list[Found]:
        """What the workspace's file says that does not count, since nobody trusted it here."""
        return self._line.call(self._real.untrusted())

    def put(self, name: str, value: str, *, user: bool = False) -> Changed:
        """Set a setting for the workspace, or for the user of this machine; '' takes it out. It is
        in force at once where that is possible.
        """
        return self._line.call(self._real.put(name, value, user=user))

    def trust(self) -> list[Found]:
        """Trust what the workspace's file says of models, providers, stores and doors."""
        return self._line.call(self._real.trust())

    def keep_key(self, provider: str, key: str) -> str:
        """Keep the key of a provider in the key file of the machine's user (mode 0600), never in
        the workspace; '' removes it. Returns the file.
        """
        return self._line.call(self._real.keep_key(provider, key))

    def providers(self) -> list[ModelView]:
        """Every provider of models, and whether it is ready."""
        return self._line.call(self._real.providers())

    def models(self, provider: str) -> tuple[str, ...]:
        """The models that a provider says it has, as `provider:model`."""
        return self._line.call(self._real.models(provider))

    def roles(self) -> dict[str, str]:
        """The model of each role, '' for none of its own."""
        return self._line.call(self._real.roles())

    def check(self, model: str) -> ModelTest:
        """Ask a model for one word and time it; what goes wrong is told, not raised."""
        return self._line.call(self._real.check(model))

    def time(self, model: str, *, calls: int = 5, at_once: int = 1) -> ModelTiming:
        """Ask a model several times for a short text and measure it."""
        return self._line.call(self._real.time(model, calls=calls, at_once=at_once))

    def outdated(self, settings: Mapping[str, str]) -> Outdated:
        """How many cells of all worksheets these settings (such as `model.default`) would put out
        of date until a run. Changes nothing.
        """
        return self._line.call(self._real.outdated(settings))
