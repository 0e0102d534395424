"""Who asks: a person, or a program with a key of its own. Holds no password."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Role = Literal["owner", "editor", "reviewer", "reader"]
ROLES: tuple[Role, ...] = get_args(Role)
"""From the one who may do most to the one who may only look."""
Permission = Literal["read", "decide", "edit", "manage"]
"""`read`: look at what one's groups may read; `decide`: give verdicts; `edit`: add documents, run,
change the procedure; `manage`: people, keys, models, settings, retention, forgetting."""
PERMISSIONS: tuple[Permission, ...] = get_args(Permission)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may come in. `groups` are those whose documents they may read (None: all);
    `key` is the id of the API key that a program came with, '' for a person at a page."""

    id: str
    name: str
    role: Role = "reader"
    groups: frozenset[str] | None = None
    login: str = ""
    key: str = ""
    within: frozenset[Permission] = frozenset(PERMISSIONS)
    """What of its role's permissions it has: a key may have fewer."""
    worksheets: frozenset[str] | None = None
    """The slugs of the worksheets that a key is for; None for all."""

    @property
    def initials(self) -> str:
        """One or two letters to be known by."""
        words = [word for word in self.name.replace(".", " ").split() if word]
        letters = [word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)]
        return "".join(letters).upper() or "?"


LOCAL = ""
"""The id of whoever sits at the machine: no account, and every permission."""
