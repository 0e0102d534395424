"""Cases: in order, in windows of a query, one by one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import Query

from casework.sdk.sheet.views import Neighbours, SheetChanges, SheetWindow
from casework.sdk.views import RowView
from casework.serve.context import Here
from casework.serve.rest.asking import SHEET, Case, Slug, router_of
from casework.serve.rest.paging import Cursor, Limit, Page, paged
from casework.serve.rest.shapes import Answer, Asked, Text, shape
from casework.serve.studio.sheet_query import query_of
from casework.types.case import CaseRecord

router = router_of("cases")
RowShown = shape(RowView)
CaseShown = shape(CaseRecord)
_WIDEST = 200
Condition = Annotated[
    list[str],
    Query(
        alias="if",
        max_length=20,
        description="STEP:FIELD:RELATION:VALUE, all of which must hold; STEP is `*` for any; FIELD "
        "state, value, reason, reviewer or confidence; RELATION is, is not, contains, at least or "
        "at most.",
        examples=[["total-due:value:at least:100"]],
    ),
]
Search = Annotated[str, Query(alias="q", max_length=400, description="Found in name, key, values.")]
Sort = Annotated[str, Query(max_length=400, description="A step's id, `arrived` or `name`.")]
Descending = Annotated[str, Query(alias="desc", pattern="^[01]$", description="1: falling.")]


class CaseFound(Answer):
    """Where a case is asked for."""

    case: CaseShown  # type: ignore[valid-type]


class MoveAsked(Asked):
    """To which case a document goes: one that is there, or a new one of this name."""

    document: Text
    to: Text


class Ids(Answer):
    """The ids of cases, in order."""

    ids: list[str]


@router.get(SHEET + "/cases", response_model=Page[CaseShown])  # type: ignore[valid-type]
async def list_cases(
    here: Here, worksheet: Slug, cursor: Cursor = "", limit: Limit = 50
) -> dict[str, object]:
    """The cases in the order in which they came, without their cells."""
    rows, following = await _rows(here, worksheet, cursor, limit)
    return {"items": [row.case for row in rows], "next": following}


@router.get(SHEET + "/rows", response_model=Page[RowShown])  # type: ignore[valid-type]
async def list_rows(
    here: Here, worksheet: Slug, cursor: Cursor = "", limit: Limit = 50
) -> dict[str, object]:
    """The same with their cells, and the rows of their tables."""
    rows, following = await _rows(here, worksheet, cursor, limit)
    return {"items": rows, "next": following}


@router.get(SHEET + "/window", response_model=shape(SheetWindow))
async def window(
    here: Here,
    worksheet: Slug,
    conditions: Condition = [],  # noqa: B006 - FastAPI copies it
    search: Search = "",
    sort: Sort = "",
    descending: Descending = "0",
    first: Annotated[int, Query(ge=0, le=1 << 40)] = 0,
    count: Annotated[int, Query(ge=1, le=_WIDEST)] = 50,
) -> SheetWindow:
    """So many rows of those that fit a query, from `first` (0-based) on: what the sheet shows."""
    sheet = await here.worksheet(worksheet)
    asked = query_of(here.request.query_params)
    return await sheet.sheet.window(asked, first=first, count=count)


@router.get(SHEET + "/ids", response_model=Ids)
async def ids(
    here: Here,
    worksheet: Slug,
    conditions: Condition = [],  # noqa: B006 - FastAPI copies it
    search: Search = "",
    sort: Sort = "",
    descending: Descending = "0",
) -> dict[str, object]:
    """The ids of all cases that fit a query, in its order."""
    sheet = await here.worksheet(worksheet)
    return {"ids": await sheet.sheet.ids(query_of(here.request.query_params))}


@router.get(SHEET + "/changes-since/{seq}", response_model=shape(SheetChanges))
async def changes(here: Here, worksheet: Slug, seq: int) -> SheetChanges:
    """Which cases changed after a moment: the `seq` of a window, or of an earlier answer."""
    return await (await here.worksheet(worksheet)).sheet.changes(max(0, min(seq, 1 << 60)))


@router.get(SHEET + "/cases/{case}", response_model=RowShown)
async def get(here: Here, worksheet: Slug, case: Case) -> RowView:
    """A case with its documents and cells, and the rows of its tables."""
    return (await (await here.worksheet(worksheet)).row_tables.row(case)).rows[0]


@router.get(SHEET + "/cases/{case}/rows/{table}", response_model=list[RowShown])  # type: ignore[valid-type]
async def rows_of(here: Here, worksheet: Slug, case: Case, table: Case) -> tuple[RowView, ...]:
    """The rows of a table of a case."""
    return (await (await here.worksheet(worksheet)).row_tables.rows(case, table)).rows


@router.get(SHEET + "/cases/{case}/neighbours", response_model=shape(Neighbours))
async def neighbours(
    here: Here,
    worksheet: Slug,
    case: Case,
    conditions: Condition = [],  # noqa: B006 - FastAPI copies it
    search: Search = "",
    sort: Sort = "",
    descending: Descending = "0",
) -> Neighbours:
    """Where a case (by id) stands among those of a query, and which are beside it."""
    sheet = await here.worksheet(worksheet)
    return await sheet.sheet.neighbours(case, query_of(here.request.query_params))


@router.post(SHEET + "/cases/{case}/move", response_model=CaseFound)
async def move(here: Here, worksheet: Slug, case: Case, asked: MoveAsked) -> dict[str, object]:
    """Move a document to another case."""
    sheet = await here.worksheet(worksheet)
    return {"case": await sheet.move(asked.document, case=case, to=asked.to)}


async def _rows(here: Here, worksheet: str, cursor: str, limit: int) -> tuple[list[RowView], str]:
    """A page of rows in the order in which their cases came, and the cursor of the next."""
    sheet = await here.worksheet(worksheet)

    async def fetch(skip: int, count: int) -> Sequence[RowView]:
        return (await sheet.table(limit=count, skip=skip)).rows

    return await paged(cursor, limit, fetch, lambda row: row.case.id)
