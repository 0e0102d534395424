"""What decides how the cells of a worksheet look besides the cells themselves: its steps, the
procedure in force, promises, what was learned. Kept between requests while nothing of it changes.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from casework.base.hashing import digest
from casework.sdk.following import Following
from casework.sdk.sheet.looks import types_of
from casework.sdk.sheet.marks import MARKS, TONES
from casework.sdk.sheet.waits import WaitsIn
from casework.sdk.standing import Standing, standing_of
from casework.sdk.wire import House
from casework.types.procedure import Procedure, Step
from casework.types.values import ValueType

_VERSION = 2
"""Another number once looks are made in another way: every index is then made anew."""
_KEPT_S = 5.0
"""How long a ground is believed though its marks stay the same: they do not tell of keys, trust and
settings."""


@dataclass(frozen=True, slots=True)
class Ground:
    """The steps that are shown, what tells which values are out of date, the digest of all that
    decides about looks, and what tells which cells wait."""

    procedure: Procedure
    standing: Standing
    basis: str
    types: dict[str, ValueType]
    waits: WaitsIn


class GroundKeeper:
    """Keeps the ground of one worksheet."""

    def __init__(self, worksheet_id: str) -> None:
        self._worksheet_id = worksheet_id
        self._kept: Ground | None = None
        self._marks: object = None
        self._at = 0.0

    async def now(self, house: House, following: Following) -> Ground:
        """The ground as it is now. Raises `ProcedureError` while there is no procedure to show."""
        marks = await self._marks_now(house, following)
        fresh = time.monotonic() - self._at < _KEPT_S
        if self._kept is None or marks != self._marks or not fresh:
            self._kept = await _ground(house, following)
            self._marks, self._at = marks, time.monotonic()
        return self._kept

    async def _marks_now(self, house: House, following: Following) -> object:
        """What changes when the ground may have changed."""
        store = house.store
        return (
            following.mark(),
            house.today(),
            id(house.settings),
            await store.looks.decides(self._worksheet_id),
        )


async def _ground(house: House, following: Following) -> Ground:
    procedure = (await following.shown()).procedure
    standing = await standing_of(house, following)
    return Ground(
        procedure,
        standing,
        _basis(procedure, standing),
        types_of(procedure.steps),
        WaitsIn(procedure, standing.acceptances),
    )


def _basis(procedure: Procedure, standing: Standing) -> str:
    program = standing.program
    columns = program.every if program else []
    today = program.today if program and any(column.today for column in columns) else ""
    return digest(
        {
            "version": [_VERSION, list(MARKS), list(TONES)],
            "steps": [_step(step) for step in procedure.steps],
            "columns": [
                [one.path, one.mark, sorted(one.alike), one.blocked.reason if one.blocked else ""]
                for one in columns
            ],
            "today": today,
            "promised": [
                [path, told.threshold, sorted(told.marks), told.suspended, sorted(told.versions)]
                for path, told in sorted(standing.acceptances.items())
            ],
            "learned": [
                [path, [[one.id, one.state] for one in versions]]
                for path, versions in sorted(standing.learned.items())
            ],
        }
    )


def _step(step: Step) -> list[object]:
    """What of a step decides how its cells look; its words do not."""
    return [
        step.id, step.name, repr(step.type), step.by, step.review, list(step.references),
        step.reads_documents, list(step.sources), [_step(one) for one in step.nested],
    ]  # fmt: skip
