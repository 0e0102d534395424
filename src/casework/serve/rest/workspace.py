"""The workspace as a whole: what it costs, what left, what was done and forgotten."""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated

from fastapi import Query
from pydantic import Field

from casework.base.errors import RequestError
from casework.sdk.forgetting import ForgetView
from casework.sdk.overview import SheetFigures
from casework.sdk.retention import DueView
from casework.sdk.today import Today
from casework.sdk.watching import WatchView
from casework.sdk.workspace import OutgoingCall
from casework.serve.context import Here
from casework.serve.rest.asking import SHEET, Slug, Word, router_of
from casework.serve.rest.shapes import Answer, Asked, Text, shape
from casework.types.deed import Deed
from casework.types.forgotten import Forgotten

router = router_of("workspace")
_MOST = 1_000


class WorkspaceShown(Answer):
    """A workspace."""

    name: str
    version: Annotated[str, Field(description="Of casework.")]
    worksheets: int
    today: shape(Today)  # type: ignore[valid-type]


class ForgetAsked(Asked):
    """What is forgotten, with everything that came of it."""

    documents: Annotated[
        list[Annotated[Text, Field(min_length=6, max_length=400)]],
        Field(min_length=1, max_length=_MOST, description="Names, or sha256."),
    ]
    worksheet: Text = ""
    note: Annotated[Text, Field(max_length=10_000)] = ""
    dry: Annotated[bool, Field(description="Only tell what holds something of them.")] = True


class WatchAsked(Asked):
    """A folder of this machine that feeds a worksheet."""

    folder: Annotated[Text, Field(min_length=1, max_length=4_000)]
    worksheet: Text = ""
    cases: Text = ""
    run: bool = True
    readers: list[Text] = Field(default_factory=list)


class WatchStop(Asked):
    """A watched folder."""

    folder: Annotated[Text, Field(min_length=1, max_length=4_000)]
    worksheet: Text = ""


@router.get("/workspace", response_model=WorkspaceShown)
async def get(here: Here) -> dict[str, object]:
    """The workspace at a glance."""
    return {
        "name": here.workspace.folder.name,
        "version": version("casework"),
        "worksheets": len(await here.workspace.worksheets()),
        "today": await here.workspace.today(),
    }


@router.get("/outgoing", response_model=list[shape(OutgoingCall)])  # type: ignore[misc]
async def outgoing(
    here: Here, limit: Annotated[int, Query(ge=1, le=_MOST)] = 100
) -> list[OutgoingCall]:
    """What left this machine, newest first: when, to which host, how many bytes."""
    return await here.workspace.outgoing(limit)


@router.get("/deeds", response_model=list[shape(Deed)])  # type: ignore[misc]
async def deeds(
    here: Here,
    limit: Annotated[int, Query(ge=1, le=_MOST)] = 100,
    before: Annotated[int, Query(ge=0, le=1 << 60, description="The `n` of the last one.")] = 0,
    what: Word = "",
) -> list[Deed]:
    """The audit log, newest first: who did what, when, on what."""
    return await here.workspace.deeds(limit, before=before, what=what)


@router.get("/forgotten", response_model=list[shape(Forgotten)])  # type: ignore[misc]
async def forgotten(here: Here) -> list[Forgotten]:
    """What was forgotten, by whom and why."""
    return await here.workspace.forgotten()


@router.post("/forget", response_model=shape(ForgetView))
async def forget(here: Here, asked: ForgetAsked) -> ForgetView:
    """Forget documents and everything that came of them; without `dry: false` it only tells."""
    if any("/" in one or "\\" in one for one in asked.documents):
        raise RequestError(
            "A document is named by its name in its case or by its sha256, not by a path.",
            fix="Look for its sha256 in the documents of its worksheet.",
        )
    return await here.workspace.forget(
        *asked.documents, worksheet=asked.worksheet, note=asked.note, dry=asked.dry
    )


@router.get("/due", response_model=shape(DueView))
async def due(here: Here, limit: Annotated[int, Query(ge=1, le=_MOST)] = 200) -> DueView:
    """Documents whose time of keeping is over (setting `retention.days`)."""
    return await here.workspace.retention.due(limit)


@router.get(SHEET + "/figures", response_model=shape(SheetFigures))
async def figures(here: Here, worksheet: Slug) -> SheetFigures:
    """A worksheet as the home page shows it: progress, turnaround, what waits, cost."""
    slug = (await (await here.worksheet(worksheet)).view()).slug
    return await here.workspace.overview.figures(slug)


@router.get("/watches", response_model=list[shape(WatchView)])  # type: ignore[misc]
async def watches(here: Here) -> list[WatchView]:
    """The folders that feed worksheets."""
    return await here.workspace.watching.all()


@router.post("/watches", status_code=201, response_model=shape(WatchView))
async def watch(here: Here, asked: WatchAsked) -> WatchView:
    """Let a folder feed a worksheet; `casework watch` does the looking."""
    return await here.workspace.watching.add(
        asked.folder,
        worksheet=asked.worksheet,
        cases=asked.cases,
        run=asked.run,
        readers=asked.readers,
    )


@router.post("/watches/stop", response_model=list[shape(WatchView)])  # type: ignore[misc]
async def stop_watching(here: Here, asked: WatchStop) -> list[WatchView]:
    """Stop watching a folder; what arrived stays."""
    return await here.workspace.watching.stop(asked.folder, worksheet=asked.worksheet)
