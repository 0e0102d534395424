"""Draws cases into the audit stream once they have their values: after a run, a promise, a change
that was adopted."""

from __future__ import annotations

from casework.base.clock import stamp
from casework.engine.program import Program
from casework.review.audit import draw, wanted
from casework.sdk.following import Following
from casework.sdk.promised.certificates import paths_of, standings
from casework.sdk.ready import make_ready
from casework.sdk.wire import House


async def draw_now(house: House, following: Following) -> int:
    """Draw among the cases of a worksheet as it stands; how many were drawn."""
    if not await house.store.promises.of_worksheet(following.worksheet_id):
        return 0
    _, program = await make_ready(house, await following.in_force_or(await following.now()))
    return await draw_audits(house, following.worksheet_id, program)


async def draw_audits(house: House, worksheet_id: str, program: Program) -> int:
    """Draw among the cases that nobody has judged yet; how many were drawn. The rarest promise
    decides how many are wanted: a case of the stream is read for all of them."""
    store = house.store
    promises = await store.promises.of_worksheet(worksheet_id)
    covered = [column for some in paths_of(program, promises).values() for column in some]
    if not covered:
        return 0
    meanings = {mark for column in covered for mark in (column.mark, *column.alike)}
    steps = {column.path for column in covered}
    cases = await store.audits.drawable(worksheet_id, steps, meanings)
    if not cases:
        return 0
    missing = 0
    for standing in (await standings(house, worksheet_id, program, promises)).values():
        if standing.thresholds and standing.held.threshold is None:
            stream = standing.stream
            to_come = stream.open + stream.behind + stream.second
            missing = max(missing, wanted(standing.bound) - len(standing.held.documents) - to_come)
    drawn = draw(
        worksheet_id,
        cases,
        missing=missing,
        share=house.settings.number("trust.drawn"),
        twice_share=house.settings.number("trust.twice"),
    )
    at = stamp(house.clock.now())
    await store.audits.draw(drawn.case_ids, drawn.probability, drawn.twice, at)
    return len(drawn.case_ids)
