"""What is shown of people, sign-ins and keys. Holds no secret, but where one was just made."""

from __future__ import annotations

from dataclasses import dataclass, field

from casework.types.account import Account, ApiKey
from casework.types.person import Person, Role


@dataclass(frozen=True, slots=True)
class PersonView:
    """An account as people see it. `sign_in` tells how they come in: `password`, the name of the
    OpenID provider, or '' while they cannot yet. Times are UTC stamps, '' for never."""

    id: str
    login: str
    name: str
    role: Role
    groups: frozenset[str] | None
    sign_in: str
    created_at: str
    seen_at: str
    removed_at: str = ""


def person_view(account: Account) -> PersonView:
    """An account without its hash."""
    how = account.provider or ("password" if account.password else "")
    told = (account.id, account.login, account.name, account.role, account.groups, how)
    return PersonView(*told, account.created_at, account.seen_at, account.removed_at)


@dataclass(frozen=True, slots=True)
class Link:
    """A link that lets somebody in once: its token, which is told this one time, and until when."""

    token: str = field(repr=False)
    until: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A sign-in that just began: its token, which is told this one time, and until when it lasts
    at most. `person` is None for whoever sits at the machine."""

    token: str = field(repr=False)
    until: str
    person: Person | None


@dataclass(frozen=True, slots=True)
class Visit:
    """Who a token stands for: the person (None: whoever sits at the machine), the word that goes
    along with changes, and the digest of the token."""

    person: Person | None
    csrf: str = field(repr=False)
    digest: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class MadeKey:
    """A key that was just made, with its secret, which is told this one time."""

    key: ApiKey
    secret: str = field(repr=False)
