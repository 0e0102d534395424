"""What each role may do. Knows no account and no worksheet."""

from __future__ import annotations

from collections.abc import Mapping

from casework.types.person import ROLES, Permission, Role

_READER: frozenset[Permission] = frozenset({"read"})
_REVIEWER: frozenset[Permission] = _READER | {"decide"}
_EDITOR: frozenset[Permission] = _REVIEWER | {"edit"}
PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    "reader": _READER,
    "reviewer": _REVIEWER,
    "editor": _EDITOR,
    "owner": _EDITOR | {"manage"},
}


def may(role: Role, permission: Permission) -> bool:
    """Whether somebody of this role may do such things."""
    return permission in PERMISSIONS[role]


def least_role(permission: Permission) -> Role:
    """The role that may do least of those that may do such things."""
    return next(role for role in reversed(ROLES) if may(role, permission))
