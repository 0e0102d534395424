"""Learned versions by the names that people give them, and in the words that people read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from casework.base.errors import ConflictError, NotFoundError, UsageError
from casework.sdk.pick import pick_path

if TYPE_CHECKING:
    from casework.sdk.wire import House
    from casework.types.learned import Version
    from casework.types.procedure import Procedure

_NUMBERED = re.compile(r"(?P<step>.+?)[\s:=]+(?:version\s+)?(?P<number>\d+)", re.I)
_NAMED = 5


async def pick_version(house: House, worksheet_id: str, procedure: Procedure, name: str) -> Version:
    """The version of this id (or the beginning of it), or of this step and number (`Total 3`); of a
    step alone the newest that is offered. Raises `NotFoundError` that tells which there are."""
    word = name.strip()
    versions = await house.store.learned.of_worksheet(worksheet_id)
    found = [one for one in versions if word and one.id.startswith(word)]
    numbered = _NUMBERED.fullmatch(word)
    if not found and numbered:
        path, number = _path(procedure, numbered["step"]), int(numbered["number"])
        found = [one for one in versions if (one.path, one.number) == (path, number)]
    if not found:
        path = _path(procedure, word)
        found = [one for one in versions if one.path == path and one.state == "offered"][-1:]
    if len(found) == 1:
        return found[0]
    if found:
        listed = ", ".join(f"{one.id} ({version_name(one, procedure)})" for one in found[:_NAMED])
        raise UsageError(f"{name!r} may be one of {listed}.", fix="Name it by its id.")
    every = ", ".join(f"{version_name(one, procedure)}, {one.state}" for one in versions[-_NAMED:])
    raise NotFoundError(
        f"There is no learned version {name!r}.", fix=f"There are: {every or 'none yet'}."
    )


async def pick_versions(
    house: House, worksheet_id: str, procedure: Procedure, names: Sequence[str]
) -> tuple[str, ...]:
    """The ids of versions to try; raises `ConflictError` for one that was refused."""
    picked = [await pick_version(house, worksheet_id, procedure, name) for name in names]
    for one in picked:
        if one.state == "refused":
            raise ConflictError(
                f"{_capital(version_name(one, procedure))} was refused: {one.reason}",
                fix="Verify more cells and learn again: casework learn",
                code="learned.refused",
            )
    return tuple(dict.fromkeys(one.id for one in picked))


async def versions_told(
    house: House, worksheet_id: str, procedure: Procedure, ids: Sequence[str]
) -> tuple[str, ...]:
    """What a change puts to work, in words."""
    if not ids:
        return ()
    versions = {one.id: one for one in await house.store.learned.of_worksheet(worksheet_id)}
    return tuple(
        f"{_capital(version_name(versions[id], procedure))} is tried."
        if id in versions
        else "A learned version that was tried is gone: it was deleted."
        for id in ids
    )


def version_name(version: Version, procedure: Procedure) -> str:
    """`version 3 of Total`, with its readers where these are not everybody."""
    step = procedure.by_id.get(version.path)
    readers = f" for {version.audience.replace('|', ' and ')}" if version.audience else ""
    return f"version {version.number} of {step.name if step else version.path}{readers}"


def _path(procedure: Procedure, name: str) -> str:
    """The path of a step of this name; '' for none."""
    try:
        return pick_path(procedure, name)
    except (NotFoundError, UsageError):
        return ""


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
