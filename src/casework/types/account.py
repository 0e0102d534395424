"""Accounts, keys of programs, locks of steps: what is known of who may come in. Holds no secret
but a digest of one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

from casework.types.person import Permission, Person, Role

Guarded = Literal["edit", "decide"]
"""What of a step may be locked: its words, or deciding on its cells."""
GUARDED: tuple[Guarded, ...] = get_args(Guarded)


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in. `groups` as of a `Person`; `password` is a hash ('' for none);
    `provider` and `subject` are who they are at an OpenID provider ('' where they are not);
    `removed_at` since when they may not come in any more ('' while they may)."""

    id: str
    login: str
    name: str
    role: Role
    groups: frozenset[str] | None = None
    password: str = field(default="", repr=False)
    provider: str = ""
    subject: str = ""
    created_at: str = ""
    seen_at: str = ""
    removed_at: str = ""

    def person(self) -> Person:
        """Them, as they act."""
        return Person(self.id, self.name, self.role, self.groups, self.login)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key of a program. `may` is what it is for, `worksheets` the slugs of the worksheets that it
    is for (None: all), `groups` as of a `Person`; `person` is the id of the account in whose name
    it acts ('' for the workspace's own). Times are UTC stamps, '' for never."""

    id: str
    name: str
    prefix: str
    may: frozenset[Permission]
    worksheets: frozenset[str] | None = None
    groups: frozenset[str] | None = None
    person: str = ""
    created_by: str = ""
    created_at: str = ""
    until: str = ""
    used_at: str = ""
    revoked_at: str = ""


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """A sign-in: whose (the id of an account, '' for whoever sits at the machine), since when, when
    it was used last, and until when it lasts at most."""

    digest: str = field(repr=False)
    person: str
    created_at: str
    seen_at: str
    until: str


@dataclass(frozen=True, slots=True)
class StepLock:
    """Who alone may edit a step, or decide on its cells: roles, and ids of accounts."""

    step_id: str
    what: Guarded
    whom: tuple[str, ...]
    who: str = ""
    at: str = ""
