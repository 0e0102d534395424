"""What happens on a worksheet, as it happens: server-sent events of ids and counts, no values."""

from __future__ import annotations

from typing import Annotated

from fastapi import Header
from starlette.responses import StreamingResponse

from casework.serve.context import Here
from casework.serve.rest.asking import SHEET, Slug, router_of

router = router_of("events")
_STREAM: dict[int | str, dict[str, object]] = {
    200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}
}


@router.get(SHEET + "/events", response_class=StreamingResponse, responses=_STREAM)
async def events(
    here: Here, worksheet: Slug, last_event_id: Annotated[str, Header(max_length=40)] = ""
) -> StreamingResponse:
    """Events `change` (cases whose cells changed), `progress`, `waits`, `procedure`; with
    `Last-Event-ID` also what was missed."""
    sheet = await here.worksheet(worksheet)
    slug = (await sheet.view()).slug
    since = int(last_event_id) if last_event_id.isdecimal() else None
    return StreamingResponse(
        here.house.live.stream(slug, since, person=here.person),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )
