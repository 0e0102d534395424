"""What passes without a person under the procedure in force, for whoever has no program at hand."""

from __future__ import annotations

from casework.base.errors import CaseworkError
from casework.review.acceptance import NOTHING_PROMISED, Acceptances
from casework.sdk.following import Following
from casework.sdk.promised.acceptances import acceptances_of
from casework.sdk.ready import make_ready
from casework.sdk.wire import House


async def acceptances_now(house: House, following: Following) -> Acceptances:
    """What passes on each promised step, by its path; nothing where it cannot be told. One look at
    the database where nothing is promised."""
    if not await house.store.promises.of_worksheet(following.worksheet_id):
        return NOTHING_PROMISED
    try:
        _, program = await make_ready(house, await following.in_force())
    except CaseworkError:
        return NOTHING_PROMISED
    return await acceptances_of(house, following.worksheet_id, program)
