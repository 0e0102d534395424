"""Which learned versions are at work on the steps of a worksheet: those that are live, and over
them those that a pending change tries.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from casework.base.errors import NotFoundError
from casework.sdk.learned.loaded import LoadedVersions
from casework.steps.learned import AtWork, LearnedAtWork, NothingLearned, learns
from casework.types.label import audience_of, open_to
from casework.types.learned import Version
from casework.types.procedure import Procedure, Step

if TYPE_CHECKING:
    from casework.sdk.wire import House


async def learned_at_work(
    house: House, worksheet_id: str, procedure: Procedure, tried: Sequence[str] = ()
) -> LearnedAtWork:
    """What is at work on a procedure; `tried` are ids of versions that stand over those that are
    live. One that is gone meanwhile is left out."""
    if not worksheet_id:
        return NothingLearned()
    versions = await house.store.learned.live(worksheet_id)
    versions += await known(house, worksheet_id, tried)
    if not versions:
        return NothingLearned()
    return VersionsAtWork(procedure, versions, house.loaded)


async def known(house: House, worksheet_id: str, ids: Iterable[str]) -> list[Version]:
    """The versions of these ids that the worksheet has."""
    found = []
    for id in ids:
        try:
            version = await house.store.learned.get(id)
        except NotFoundError:
            continue
        if version.worksheet_id == worksheet_id:
            found.append(version)
    return found


class VersionsAtWork:
    """A `LearnedAtWork` over these versions; of two for the same path and audience the later one
    counts. Only steps of the cases themselves learn, not those of the rows of tables."""

    def __init__(
        self, procedure: Procedure, versions: Iterable[Version], loaded: LoadedVersions
    ) -> None:
        self._procedure = procedure
        self._loaded = loaded
        self._by_path: dict[str, dict[str, Version]] = {}
        for version in versions:
            self._by_path.setdefault(version.path, {})[version.audience] = version
        self._marks = {path: _mark(found) for path, found in self._by_path.items()}

    def mark(self, step: Step) -> str:
        """The numbers and digests of the versions that have a model, for all audiences."""
        return self._marks[step.id] if self._has(step) else ""

    async def of(self, step: Step, readers: frozenset[str] | None) -> AtWork | None:
        """The version of just this audience, else that of everybody."""
        if not self._has(step):
            return None
        versions = self._by_path[step.id]
        for audience in dict.fromkeys((audience_of(readers), "")):
            version = versions.get(audience)
            if version is not None and open_to(version.label.readers, readers):
                return await self._loaded.of(version, step)
        return None

    def _has(self, step: Step) -> bool:
        if step.id not in self._by_path or not learns(step):
            return False
        own = self._procedure.by_id.get(step.id)
        return own is not None and _place(own) == _place(step)


def _mark(versions: Mapping[str, Version]) -> str:
    told = [version.mark for _, version in sorted(versions.items()) if version.has_model]
    return ",".join(told)


def _place(step: Step) -> tuple[str, int, str, str]:
    """What tells a step of the cases from one of the same id within a table, and stays while it is
    carried out by other readers."""
    return step.id, step.line, step.name, step.instruction
