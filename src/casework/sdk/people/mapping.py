"""What the groups of an OpenID provider mean here, as the settings say."""

from __future__ import annotations

from collections.abc import Sequence

from casework.base.errors import SettingsError
from casework.base.settings import Settings
from casework.types.person import ROLES, Role


def role_of(settings: Settings, groups: Sequence[str]) -> Role | None:
    """The role of somebody in these groups: the highest that one of them gives, else that of the
    setting `oidc.role`; None for nobody."""
    given = {role for role, group in role_pairs(settings) if group in groups}
    found = next((role for role in ROLES if role in given), None)
    default = settings.text("oidc.role")
    return found or next((role for role in ROLES if role == default), None)


def groups_of(settings: Settings, groups: Sequence[str]) -> frozenset[str] | None:
    """The groups of readers that somebody is in; None for who may read every document."""
    named = [one.strip() for one in settings.text("oidc.reader_groups").split(",") if one.strip()]
    if not named:
        return None
    told = {one.casefold() for one in groups}
    return frozenset(told if "*" in named else told & {one.casefold() for one in named})


def role_pairs(settings: Settings) -> list[tuple[Role, str]]:
    """`oidc.roles` as pairs of role and group; raises `SettingsError` for what is none."""
    pairs: list[tuple[Role, str]] = []
    for told in filter(None, (one.strip() for one in settings.text("oidc.roles").split(","))):
        word, _, group = told.partition("=")
        role = next((one for one in ROLES if one == word.strip()), None)
        if role is None or not group.strip():
            raise SettingsError(
                f"oidc.roles has {told!r}, which gives no role to a group.",
                fix="Write it as editor=clerks, owner=admins.",
            )
        pairs.append((role, group.strip()))
    return pairs
