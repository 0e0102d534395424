"""Which learned versions serve their step no more, since it asks for another type of value now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from casework.sdk.learned.loaded import TYPE
from casework.types.learned import Version
from casework.types.procedure import Procedure

if TYPE_CHECKING:
    from casework.sdk.wire import House

_WAITS = ("live", "offered")


async def outgrown(
    house: House, worksheet_id: str, procedure: Procedure, versions: Sequence[Version]
) -> frozenset[str]:
    """The ids of those among these versions that were learned for another type of value than their
    step has now. Looks only at what is live, offered or the newest, and was made before the
    procedure was edited last."""
    edited = await house.store.procedures.latest(worksheet_id)
    newest = {(one.path, one.audience): one.id for one in versions}
    asked = [
        one
        for one in versions
        if one.path in procedure.by_id
        and (one.state in _WAITS or one.id in newest.values())
        and edited is not None
        and one.made_at < edited.at
    ]
    found = set()
    for one in asked:
        learned_for = (await house.store.learned.facts(one.id)).get(TYPE)
        if learned_for is not None and learned_for != procedure.step(one.path).type.as_json():
            found.add(one.id)
    return frozenset(found)
