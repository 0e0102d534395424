"""Each role may do what the one below it may, and more."""

from __future__ import annotations

import pytest

from casework.governance.roles import least_role, may
from casework.types.person import PERMISSIONS, ROLES, Permission, Role

TABLE: dict[Role, set[Permission]] = {
    "owner": {"read", "decide", "edit", "manage"},
    "editor": {"read", "decide", "edit"},
    "reviewer": {"read", "decide"},
    "reader": {"read"},
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("permission", PERMISSIONS)
def test_what_each_role_may_do(role: Role, permission: Permission) -> None:
    assert may(role, permission) == (permission in TABLE[role])


def test_the_least_role_for_each_permission() -> None:
    assert [least_role(one) for one in PERMISSIONS] == ["reader", "reviewer", "editor", "owner"]
