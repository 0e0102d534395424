"""A run of the cells in force, and a run of a pending change beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from casework.sdk.following import Following
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
    the run follows the version in force: what is tried stays beside it until somebody adopts it."""
    change = await house.store.changes.open(record.id)
    followed = await following.now()
    if change is None:
        await following.take_up(followed, house.who(), as_new=as_new)
    elif followed.pending:
        followed = await following.in_force()
    engine, program = await make_ready(house, followed)
    scope = await scope_of(house, record.id, followed.procedure, which)
    with heard(house, on_progress):
        ended = await engine.run(record.id, program, scope)
    if change is not None and which == Which() and change.sha256 == followed.sha256:
        await _end_adopted(house, change)
    return ended


async def _end_adopted(house: House, change: ChangeRecord) -> None:
    """A change of which a part was adopted is over once a run has brought the rest in force."""
    decided = await house.store.choices.places(change.id)
    if "adopted" in decided.values():
        await house.store.changes.close(change.id, "adopted", house.who())


@contextmanager
def heard(house: House, on_progress: OnProgress | None) -> Iterator[None]:
    """Tell a function of the progress of a run meanwhile."""

    def progress(event: Event) -> None:
        if on_progress is not None and isinstance(event, Progress):
            on_progress(event)

    stop = house.bus.listen(progress, Progress)
    try:
        yield
    finally:
        stop()
