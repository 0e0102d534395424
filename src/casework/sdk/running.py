"""A run of the cells in force, and a run of a pending change beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from casework.review.queue import wants_person
from casework.sdk.following import Following
from casework.sdk.learned.trials import LEARNING, give_way, tries_versions_alone
from casework.sdk.promised.acceptances import acceptances_of
from casework.sdk.promised.drawing import draw_audits
from casework.sdk.ready import Which, make_ready, scope_of
from casework.sdk.wire import House
from casework.types.change import ChangeRecord
from casework.types.event import Event
from casework.types.run import Progress, RunRecord

if TYPE_CHECKING:
    from casework.store.records import WorksheetRecord

OnProgress = Callable[[Progress], None]


async def run_in_force(
    house: House,
    record: WorksheetRecord,
    following: Following,
    which: Which,
    *,
    as_new: bool = False,
    on_progress: OnProgress | None = None,
) -> RunRecord:
    """Run what is to be run; an edited procedure is taken up first. While a change is being tried
    the run follows the version in force: what is tried stays beside it until somebody adopts it.
    Learned versions that are tried by themselves give way to an edit."""
    await give_way(house, record.id)
    followed = await following.now()
    change = await _in_the_way(house, record.id, edited=followed.pending)
    if change is None:
        await following.take_up(followed, house.who(), as_new=as_new)
    elif followed.pending:
        followed = await following.in_force()
    engine, program = await make_ready(house, followed)
    scope = await scope_of(house, record.id, followed.procedure, which)
    acceptances = await acceptances_of(house, record.id, program)
    engine.ask(partial(wants_person, acceptances=acceptances))
    with heard(house, record.id, on_progress):
        ended = await engine.run(record.id, program, scope)
    await draw_audits(house, record.id, program)
    if change is not None and which == Which() and change.sha256 == followed.sha256:
        await _end_adopted(house, change)
    return ended


async def _in_the_way(house: House, worksheet_id: str, *, edited: bool) -> ChangeRecord | None:
    """The change that is being tried. One that nobody began, since it only tries what was learned,
    ends when the procedure was edited: its versions are offered again."""
    change = await house.store.changes.open(worksheet_id)
    latest = await house.store.procedures.latest(worksheet_id)
    if change is None or latest is None or not edited:
        return change
    if not tries_versions_alone(change, latest.sha256):
        return change
    await house.store.changes.close(change.id, "dropped", LEARNING)
    return None


async def _end_adopted(house: House, change: ChangeRecord) -> None:
    """A change of which a part was adopted is over once a run has brought the rest in force."""
    decided = await house.store.choices.places(change.id)
    if "adopted" in decided.values():
        await house.store.changes.close(change.id, "adopted", house.who())


@contextmanager
def heard(house: House, worksheet_id: str, on_progress: OnProgress | None) -> Iterator[None]:
    """Tell a function of the progress of a run of this worksheet meanwhile; others may go on in
    the same workspace."""

    def progress(event: Event) -> None:
        if on_progress is None or not isinstance(event, Progress):
            return
        if event.worksheet_id == worksheet_id:
            on_progress(event)

    stop = house.bus.listen(progress, Progress)
    try:
        yield
    finally:
        stop()
