"""Documents: handed in as files, listed, looked into page by page."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from fastapi import Query, Response
from pydantic import ConfigDict, Field
from starlette.responses import FileResponse

from casework.base.errors import RequestError
from casework.base.hashing import sha256_bytes
from casework.sdk.casefile.paper import Leaf, PageWords
from casework.sdk.documents import Difference, DocumentView
from casework.sdk.found_places import Finds
from casework.sdk.rereading import ReadAgain, Unread
from casework.sdk.splitting import Cuts, SplitView
from casework.sdk.views import Added
from casework.sdk.where_used import Uses
from casework.serve.context import Here
from casework.serve.rest.asking import SHEET, Sha, Slug, Word, Words, router_of
from casework.serve.rest.paging import Cursor, Limit, Page, paged
from casework.serve.rest.route import once
from casework.serve.rest.shapes import Asked, Text, shape
from casework.serve.rest.uploading import digest_of, field, files, form, received
from casework.types.split import Made, SplitRecord

router = router_of("documents")
DocumentShown = shape(DocumentView)
_DOCUMENT = SHEET + "/documents/{document}"
_FIELDS = frozenset({"case", "cases", "password", "readers", "again"})
_FILES = form(
    "files",
    files=files("A name may have folders in it: `inbox/a.pdf`."),
    case=field("Put them all into this case."),
    cases=field("What makes a case: file, folder, thread, key:PATTERN."),
    password=field(),
    readers=field("Groups that may read them, with commas between."),
    again=field("yes: take back what was forgotten."),
)
_PNG: dict[int | str, dict[str, object]] = {
    200: {"content": {"image/png": {"schema": {"type": "string", "format": "binary"}}}}
}
_BYTES: dict[int | str, dict[str, object]] = {
    200: {
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    }
}
PageNumber = Annotated[int, Query(ge=1, le=1_000_000)]


class ReadersAsked(Asked):
    """Who may read a document from now on."""

    readers: Annotated[list[Text], Field(description="Groups, or `everybody`.")]


class CutsAsked(Asked):
    """How a file is cut; nothing of it: as it is proposed."""

    model_config = ConfigDict(json_schema_extra={"example": {"at": [3, 7], "made": "cases"}})
    at: Annotated[list[Annotated[int, Field(ge=1, le=100_000)]], Field(max_length=1_000)] = Field(
        default_factory=list
    )
    also: Annotated[list[Annotated[int, Field(ge=1, le=100_000)]], Field(max_length=1_000)] = Field(
        default_factory=list
    )
    join: Annotated[Text, Field(max_length=100, description="Parts made one: `2-3`.")] = ""
    each_page: bool = False
    whole: bool = False
    made: Annotated[Made | None, Field(description="What the parts are.")] = None


class ReadAsked(Asked):
    """Which documents are read again."""

    documents: Annotated[list[Text], Field(max_length=1_000)] = Field(default_factory=list)
    worksheet: Text = ""
    password: Text = ""


@router.get(SHEET + "/documents", response_model=Page[DocumentShown])  # type: ignore[valid-type]
async def list_documents(
    here: Here,
    worksheet: Slug,
    case: Words = [],  # noqa: B006 - FastAPI copies it
    flagged: bool = False,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> dict[str, object]:
    """The documents of some cases or of all, in the order of the cases; `flagged` only those with a
    serious flag."""
    documents = (await here.worksheet(worksheet)).documents

    async def fetch(skip: int, count: int) -> Sequence[DocumentView]:
        return await documents.page(cases=case, limit=count, skip=skip, flagged=flagged)

    found, following = await paged(
        cursor, limit, fetch, lambda one: f"{one.case_id} {one.sha256} {one.first_page}"
    )
    return {"items": found, "next": following}


@router.post(
    SHEET + "/documents", status_code=201, response_model=shape(Added), openapi_extra=_FILES
)
async def upload(here: Here, worksheet: Slug) -> Response:
    """Hand in files. They are read, put into cases and kept; what could not be used is told with
    the reason."""
    sheet = await here.worksheet(worksheet)
    with tempfile.TemporaryDirectory(prefix="casework-") as made:
        folder = Path(made)
        brought = await received(here, folder)
        fields = brought.fields
        if not brought.files:
            raise RequestError("The upload brings no files.", fix="Send parts with a filename.")
        if unknown := set(fields) - _FIELDS:
            raise RequestError(
                f"The upload has a field {min(unknown)[:80]!r} that nobody knows.",
                fix=f"It may have {', '.join(sorted(_FIELDS))}.",
            )

        async def answer() -> Response:
            names = fields.get("readers", "").split(",")
            added = await sheet.add(
                *sorted(folder.iterdir()),
                cases=fields.get("cases", ""),
                case=fields.get("case", ""),
                password=fields.get("password", ""),
                readers=[name.strip() for name in names if name.strip()],
                again=fields.get("again", "") in ("yes", "true", "1"),
            )
            told = shape(Added).model_validate(added).model_dump_json()
            return Response(told, 201, media_type="application/json")

        return await once(here.request, digest_of(here, folder, brought), answer)


@router.get(_DOCUMENT, response_model=DocumentShown)
async def get(here: Here, worksheet: Slug, document: Sha, case: Word = "") -> DocumentView:
    """A document with its report: what to know before values from it are relied on."""
    return await (await here.worksheet(worksheet)).documents.of(document, case=case)


@router.get(_DOCUMENT + "/file", response_class=FileResponse, responses=_BYTES)
async def file(here: Here, worksheet: Slug, document: Sha, case: Word = "") -> Response:
    """The file as it came. It is served so that no browser opens it."""
    path, name = await (await here.worksheet(worksheet)).paper.original(document, case=case)
    return FileResponse(
        path,
        media_type="application/octet-stream",
        filename=name,
        headers={"Content-Security-Policy": "sandbox; default-src 'none'"},
    )


@router.get(_DOCUMENT + "/pages", response_model=list[shape(Leaf)])  # type: ignore[misc]
async def pages(here: Here, worksheet: Slug, document: Sha) -> tuple[Leaf, ...]:
    """Its pages: sizes in points, and how each is called."""
    return await (await here.worksheet(worksheet)).paper.leaves(document)


@router.get(_DOCUMENT + "/pages/{page}/words", response_model=shape(PageWords))
async def words(here: Here, worksheet: Slug, document: Sha, page: int) -> PageWords:
    """The text of a page, with the box of each word (points, from the top left)."""
    return await (await here.worksheet(worksheet)).paper.words(document, page)


@router.get(_DOCUMENT + "/pages/{page}/picture", response_class=Response, responses=_PNG)
async def picture(
    here: Here,
    worksheet: Slug,
    document: Sha,
    page: int,
    case: Word = "",
    scale: Annotated[float, Query(gt=0.1, le=4)] = 2.0,
    quote: Words = [],  # noqa: B006 - FastAPI copies it
) -> Response:
    """A page as PNG, `scale` pixels to a point, with these quotes marked."""
    drawn = await (await here.worksheet(worksheet)).documents.picture(
        document, page, case=case, scale=scale, quotes=quote
    )
    return Response(drawn, media_type="image/png", headers={"ETag": f'"{sha256_bytes(drawn)}"'})


@router.get(_DOCUMENT + "/uses", response_model=shape(Uses))
async def uses(
    here: Here,
    worksheet: Slug,
    document: Sha,
    case: Word = "",
    page: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    quote: Word = "",
) -> Uses:
    """The cells that rest on a document, on a page of it, or on a quote."""
    return await (await here.worksheet(worksheet)).documents.where_used(
        document, case=case, page=page, quote=quote, everywhere=False
    )


@router.get(
    _DOCUMENT + "/difference/{other}", response_model=shape(Difference, name="TextDifference")
)
async def difference(here: Here, worksheet: Slug, document: Sha, other: Sha) -> Difference:
    """What two documents do not have in common."""
    return await (await here.worksheet(worksheet)).documents.difference(document, other)


@router.put(_DOCUMENT + "/readers", response_model=DocumentShown)
async def set_readers(
    here: Here, worksheet: Slug, document: Sha, asked: ReadersAsked, case: Word = ""
) -> DocumentView:
    """Let these groups read it and what came from it, and nobody else."""
    documents = (await here.worksheet(worksheet)).documents
    return await documents.set_readers(document, asked.readers, case=case)


@router.get(SHEET + "/find", response_model=shape(Finds))
async def find(
    here: Here,
    worksheet: Slug,
    text: Annotated[str, Query(min_length=1, max_length=1_000)],
    document: Word = "",
    case: Word = "",
    page: PageNumber | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> Finds:
    """Where words stand in its documents, best first."""
    return await (await here.worksheet(worksheet)).documents.find(
        text, document=document, case=case, page=page, limit=limit
    )


@router.get(_DOCUMENT + "/split", response_model=shape(SplitView))
async def look_at_split(here: Here, worksheet: Slug, document: Sha, case: Word = "") -> SplitView:
    """How a file of several documents is split, or how it would be and why."""
    return await (await here.worksheet(worksheet)).splitting.look(document, case=case)


@router.post(_DOCUMENT + "/split", response_model=shape(SplitView))
async def split(
    here: Here, worksheet: Slug, document: Sha, asked: CutsAsked, case: Word = ""
) -> SplitView:
    """Cut a file, or put it together again (`whole`)."""
    cuts = Cuts(tuple(asked.at), tuple(asked.also), asked.join, asked.each_page, asked.whole)
    named = any((asked.at, asked.also, asked.join, asked.each_page, asked.whole))
    return await (await here.worksheet(worksheet)).splitting.split(
        document, cuts if named else None, case=case, made=asked.made or ""
    )


@router.get(_DOCUMENT + "/splits", response_model=list[shape(SplitRecord)])  # type: ignore[misc]
async def splits(
    here: Here, worksheet: Slug, document: Sha, case: Word = ""
) -> tuple[SplitRecord, ...]:
    """How it was split, by whom and when."""
    return await (await here.worksheet(worksheet)).splitting.history(document, case=case)


@router.get("/rereading", response_model=list[shape(Unread)])  # type: ignore[misc]
async def waiting_to_be_read(here: Here, worksheet: Word = "") -> list[Unread]:
    """The documents that reading again might change: unread ones, and those of older readers."""
    return await here.workspace.rereading.waiting(worksheet=worksheet)


@router.post("/rereading", response_model=list[shape(ReadAgain)])  # type: ignore[misc]
async def read_again(here: Here, asked: ReadAsked) -> list[ReadAgain]:
    """Read documents again, now; with none named those that it might change."""
    return await here.workspace.rereading.again(
        *asked.documents, worksheet=asked.worksheet, password=asked.password
    )
