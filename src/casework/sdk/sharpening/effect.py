"""What another instruction does to the cells of its step that people verified: it is tried over
them alone as a pending change, which is dropped again."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from casework.base.errors import ConflictError
from casework.engine.engine import Scope
from casework.sdk.following import Following
from casework.sdk.ready import make_ready
from casework.sdk.sharpening.cells import Spoken, SpokenCells
from casework.sdk.wire import House
from casework.types.change import ChangeRecord
from casework.types.instruction import Effect
from casework.types.procedure import Step


async def effect_of(
    house: House, following: Following, text: str, step: Step, spoken: SpokenCells
) -> tuple[Effect, Effect]:
    """The effect on the shown groups, and on those that are held out."""
    followed = await following.of(text)
    sheet, who = followed.worksheet_id, house.who()
    cases = {cell.case.id: cell for cell in spoken.cells}
    if not cases:
        return Effect(), Effect()
    change = await house.store.changes.put(sheet, text, settings={}, corrections=(), who=who)
    try:
        engine, program = await make_ready(house, followed, change)
        await engine.run(sheet, program, Scope(tuple(cases), (step.id,)))
        await _check_ran(house, change, step, cases)
        verified = await house.store.choices.verified(change.id, [sheet])
    finally:
        await house.store.changes.close(change.id, "dropped", who)
    marks = [
        (cases[one.case_id], one.before, one.after)
        for one in verified
        if one.step_id == step.id and one.case_id in cases
    ]
    shown = [mark for mark in marks if mark[0].group in spoken.shown]
    return _effect(shown), _effect([mark for mark in marks if mark[0].group not in spoken.shown])


async def _check_ran(
    house: House, change: ChangeRecord, step: Step, cases: Collection[str]
) -> None:
    """Raise `ConflictError` when a cell waits: what it would say is not known."""
    beside = house.store.proposals(change)
    for case_id in cases:
        cell = (await beside.of_case(case_id)).get(step.id)
        if cell is not None and cell.state == "waiting":
            raise ConflictError(
                f"What the instruction does could not be measured: a cell waits. {cell.reason}",
                fix="Try again when that is mended.",
                code="instruction.not_measured",
            )


def _effect(marks: Sequence[tuple[Spoken, bool, bool]]) -> Effect:
    """Counts of cells with whether they were right before and after."""
    return Effect(
        len(marks),
        sum(before for _, before, _ in marks),
        sum(after for _, _, after in marks),
        tuple(cell.case.name for cell, before, after in marks if before and not after),
        tuple(cell.case.name for cell, before, after in marks if after and not before),
    )
