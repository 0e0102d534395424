"""Offered versions tried beside what is in force, where nothing else is being tried. Only the steps
that learned are tried: what depends on them may cost money, and waits for a person who asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.base.errors import CaseworkError
from casework.sdk.changes import Changes
from casework.sdk.following import Following
from casework.sdk.learned.outgrown import outgrown
from casework.sdk.learned.trials import (
    tries_versions_alone,
    try_beside,
    was_dropped,
    was_tried,
)
from casework.sdk.wire import House
from casework.types.change import Trial
from casework.types.learned import Version

if TYPE_CHECKING:
    from casework.store.records import WorksheetRecord

_ALL_OF = 500
"""Up to so many cases all are tried, of more a sample."""
_SAMPLE = 200


async def offer(house: House, record: WorksheetRecord, following: Following) -> tuple[str, ...]:
    """Try what is offered, but for what was tried before and dropped; the ids of the versions. It
    is left for later while another change is open, the procedure is being edited, or a run has the
    worksheet."""
    if not house.settings.value("learn.offer"):
        return ()
    offered = [one for one in await house.store.learned.of_worksheet(record.id) if _waits(one)]
    if not offered:
        return ()
    changes = Changes(house, record, following)
    now = await changes.open()
    try:
        followed = await following.now()
        if followed.pending or (now is not None and not tries_versions_alone(now, followed.sha256)):
            return ()
        dropped = {id for one in await changes.all() if was_dropped(one) for id in one.versions}
        left_out = dropped | await outgrown(house, record.id, followed.procedure, offered)
        chosen = [one for one in offered if one.id not in left_out]
        ids = tuple(one.id for one in chosen)
        same = now is not None and set(ids) == set(now.versions)
        if not ids or (now is not None and same and await was_tried(house, now)):
            return ()
        cases, _ = await house.store.finding.counts(record.id)
        trial = changes.run(
            Trial(versions=ids),
            steps=list(dict.fromkeys(one.path for one in chosen)),
            sample=0 if cases <= _ALL_OF else _SAMPLE,
        )
        await try_beside(house, record.id, trial)
    except CaseworkError:  # a run has the worksheet, or nothing is in force yet: offered it stays
        return ()
    return ids


def _waits(version: Version) -> bool:
    return version.state == "offered"
