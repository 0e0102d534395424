"""Which learned versions were at work when a recorded outcome was found, told by what its step
meant then. One that is gone meanwhile is missing, and the outcome cannot be done again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from casework.base.hashing import canonical_json
from casework.sdk.learned.at_work import VersionsAtWork
from casework.sdk.learned.loaded import LoadedVersions
from casework.steps.learned import AtWork
from casework.types.learned import Version, without_learned
from casework.types.procedure import Procedure, Step
from casework.types.values import Json

if TYPE_CHECKING:
    from casework.sdk.wire import House

_marks: ContextVar[tuple[str, ...]] = ContextVar("marks", default=())


class LearnedThen:
    """A `LearnedAtWork` for outcomes of the past, whatever is live today."""

    def __init__(
        self, procedure: Procedure, versions: Sequence[Version], loaded: LoadedVersions
    ) -> None:
        self._procedure = procedure
        self._versions = versions
        self._loaded = loaded
        self._known: dict[tuple[str, tuple[str, ...]], VersionsAtWork] = {}

    @classmethod
    async def of_worksheet(
        cls, house: House, worksheet_id: str, procedure: Procedure
    ) -> LearnedThen:
        """Over all versions that a worksheet still has."""
        versions = await house.store.learned.of_worksheet(worksheet_id)
        return cls(procedure, versions, house.loaded)

    @contextmanager
    def as_meant(self, meaning: Mapping[str, Json]) -> Iterator[None]:
        """Within it the versions that this meaning names are at work."""
        _, marks = without_learned(canonical_json(dict(meaning)))
        token = _marks.set(marks)
        try:
            yield
        finally:
            _marks.reset(token)

    def mark(self, step: Step) -> str:
        return self._then(step).mark(step)

    async def of(self, step: Step, readers: frozenset[str] | None) -> AtWork | None:
        return await self._then(step).of(step, readers)

    def _then(self, step: Step) -> VersionsAtWork:
        key = (step.id, _marks.get())
        if key not in self._known:
            found = [one for one in self._versions if one.path == step.id and one.mark in key[1]]
            self._known[key] = VersionsAtWork(self._procedure, found, self._loaded)
        return self._known[key]
