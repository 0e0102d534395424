"""A worksheet made from dropped files, a folder, a procedure, a sample or an empty page. Files that
were dropped are a draft until it is made or thrown away: no reload and no restart loses one."""

from __future__ import annotations

import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from fastapi import APIRouter, Request, Response
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse

from casework.base.errors import CaseworkError, NotFoundError, UsageError
from casework.sdk.demo import SAMPLES, add_sample
from casework.sdk.worksheet import Worksheet
from casework.serve.context import Asked, Here
from casework.serve.jobs import Job, Report, run_key
from casework.serve.pages import render
from casework.serve.studio.draft_part import draft_part, key_of
from casework.serve.uploads import most_mb, receive, safe_path
from casework.types.run import Progress

router = APIRouter()

_SEE_OTHER = 303
_CODE = 2
_MOST_PROCEDURE = 2 << 20


@router.post("/new")
async def begin(here: Here) -> Response:
    """A new, empty draft."""
    draft = await here.workspace.drafts.begin()
    if "json" in here.request.headers.get("accept", ""):
        return JSONResponse({"id": draft.id})
    return _go(here, f"/new/{draft.id}")


@router.get("/new/{id}")
async def show(here: Here, id: str) -> Response:
    """A draft on a page of its own."""
    return render(here.request, "new/page.html", sheet=None, part=await draft_part(here, id))


@router.get("/new/{id}/part")
async def part(here: Here, id: str, job: str = "") -> Response:
    """The draft as it stands; goes on to the worksheet once that is made."""
    known = here.house.jobs.get(job, key_of(id))
    if known is not None and known.state == "finished" and isinstance(known.result, str):
        return Response(headers={"HX-Redirect": f"/w/{known.result}"})
    try:
        return await _part(here, id, job=known)
    except NotFoundError:
        return Response(headers={"HX-Redirect": "/"})


@router.post("/new/{id}/files")
async def files(here: Here, id: str) -> dict[str, object]:
    """Files of a draft, one request each or many in one."""
    draft = await here.workspace.drafts.get(id)
    found = await receive(
        here.request, draft.folder, most_mb=most_mb(here.house), kept_by=here.house
    )
    return {"files": [{"path": one.path, "bytes": one.bytes} for one in found.files]}


@router.post("/new/{id}/folder")
async def folder(here: Here, id: str) -> Response:
    """Files of a folder of the server."""
    told = await here.request.form()
    await here.workspace.drafts.take(id, str(told.get("folder", "")))
    return await _look(here, id)


@router.post("/new/{id}/look")
async def look(here: Here, id: str) -> Response:
    """Read the files and propose steps; `cases` says what makes a case."""
    told = await here.request.form()
    return await _look(here, id, str(told.get("cases", "")))


@router.post("/new/{id}/describe")
async def describe(here: Here, id: str) -> Response:
    """Say that a file describes the work and is no case, or that it does not."""
    told = await here.request.form()
    path, describes = str(told.get("path", "")), told.get("describes", "yes") == "yes"
    drafts = here.workspace.drafts

    async def work(report: Report) -> object:
        await drafts.describe(
            id,
            path,
            describes=describes,
            on_read=lambda done, of, name: report(_progress(done, of, name)),
        )
        return None

    return await _working(here, id, "Reading the files", work)


@router.post("/new/{id}/word")
async def word(here: Here, id: str) -> Response:
    """Let a model make steps of a goal or of a written procedure among the files."""
    told = await here.request.form()
    goal, sop = str(told.get("goal", "")).strip(), str(told.get("sop", ""))
    drafts = here.workspace.drafts

    async def work(report: Report) -> object:
        report(_progress(0, 0, "a model reads what is to be done"))
        await drafts.word(id, goal=goal, sop=sop)
        return None

    return await _working(here, id, "Making steps of it", work)


@router.post("/new/{id}/stop")
async def stop(here: Here, id: str) -> Response:
    """Stop what goes on with a draft; its files stay."""
    await here.workspace.drafts.get(id)
    await here.stop(key_of(id))
    return await _part(here, id)


@router.post("/new/{id}/steps")
async def add(here: Here, id: str) -> Response:
    """Add a step in plain English, or a rule."""
    told = {name: str(value) for name, value in (await here.request.form()).items()}
    about = told.get("instruction", "").strip()
    rule = about[1:-1] if about.startswith("`") and about.endswith("`") and len(about) > 2 else ""
    return await _changed(
        here,
        id,
        here.workspace.drafts.add(
            id,
            told.get("name", ""),
            type=told.get("type", ""),
            instruction="" if rule else about,
            rule=rule,
        ),
    )


@router.post("/new/{id}/steps/{step}")
async def change(here: Here, id: str, step: str) -> Response:
    """Change one proposed step."""
    told = {name: str(value) for name, value in (await here.request.form()).items()}
    to = told.get("to", "")
    return await _changed(
        here,
        id,
        here.workspace.drafts.change(
            id,
            step,
            name=told.get("name"),
            type=told.get("type"),
            instruction=told.get("instruction"),
            keep=None if "keep" not in told else told["keep"] == "yes",
            to=int(to) if to.isdecimal() else None,
        ),
    )


@router.post("/new/{id}/name")
async def name(here: Here, id: str) -> Response:
    """Give the worksheet its name."""
    told = await here.request.form()
    return await _changed(here, id, here.workspace.drafts.name(id, str(told.get("title", ""))))


@router.get("/new/{id}/procedure.md")
async def procedure(here: Here, id: str) -> Response:
    """The kept steps as Markdown."""
    text = await here.workspace.drafts.procedure(id)
    return PlainTextResponse(
        text, headers={"Content-Disposition": 'attachment; filename="procedure.md"'}
    )


@router.post("/new/{id}/make")
async def make(here: Here, id: str) -> Response:
    """Make the worksheet of it, begin its first run, and go there."""
    told = await here.request.form()
    title = str(told.get("title", ""))
    draft = await here.workspace.drafts.get(id)

    async def work(report: Report) -> object:
        def on_file(done: int, total: int, name: str) -> None:
            report(_progress(done, total, name))

        sheet = await here.workspace.drafts.make(id, title, on_file=on_file)
        here.house.room.forget_count()
        if draft.files:
            _run(here, sheet)
        return (await sheet.view()).slug

    return await _working(here, id, "Making the worksheet", work)


@router.post("/new/{id}/drop")
async def drop(here: Here, id: str) -> Response:
    """Throw a draft away."""
    await here.workspace.drafts.get(id)
    await here.stop(key_of(id))
    await here.workspace.drafts.drop(id)
    here.house.room.forget_count()
    return _go(here, "/")


@router.post("/new/from/procedure")
async def from_procedure(here: Here) -> Response:
    """A worksheet without cases under a procedure that was pasted or uploaded."""
    told = await here.request.form()
    given, title = str(told.get("text", "")), str(told.get("title", "")).strip()
    file = told.get("file")
    if file is not None and not isinstance(file, str) and file.filename:
        data = await file.read(_MOST_PROCEDURE)
        given = data.decode("utf-8", "replace")
        title = title or Path(safe_path(file.filename)).stem
    if not given.strip():
        raise UsageError("There is no procedure.", fix="Paste one, or choose a .md file.")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "procedure.md"
        path.write_text(given, "utf-8")
        first = next((one for one in given.splitlines() if one.startswith("# ")), "")
        title = title or first.removeprefix("# ").strip() or "Worksheet"
        sheet = await here.workspace.new_worksheet(title, path)
    return _go(here, f"/w/{(await sheet.view()).slug}")


@router.post("/new/from/sample")
async def from_sample(here: Here) -> Response:
    """A worksheet of the shipped samples, run."""
    told = await here.request.form()
    sample = next((one for one in SAMPLES if one.name == str(told.get("sample", ""))), None)
    if sample is None:
        raise UsageError("There is no such sample.", fix="Choose one of the list.")
    await add_sample(here.workspace, sample, None)
    sheet = await here.workspace.worksheet(sample.name)
    _run(here, sheet)
    return _go(here, f"/w/{(await sheet.view()).slug}")


async def _look(here: Asked, id: str, cases: str = "") -> Response:
    drafts = here.workspace.drafts

    async def work(report: Report) -> object:
        await drafts.look(
            id,
            cases=cases,
            language=language_of(here.request),
            on_read=lambda done, of, name: report(_progress(done, of, name)),
            on_try=lambda done, of: report(_progress(done, of, "", "trying")),
        )
        return None

    return await _working(here, id, "Reading the files", work)


async def _working(
    here: Asked, id: str, what: str, work: Callable[[Report], Awaitable[object]]
) -> Response:
    await here.workspace.drafts.get(id)
    job = here.begin(key_of(id), what, work)
    return await _part(here, id, job=job)


async def _changed(here: Asked, id: str, change: Awaitable[object]) -> Response:
    """The draft after a change; one that cannot be is told of in the part itself."""
    try:
        await change
    except (UsageError, NotFoundError) as error:
        return await _part(here, id, problem=str(error))
    except CaseworkError as error:
        if error.http_status >= 500:
            raise
        return await _part(here, id, problem=str(error))
    return await _part(here, id)


async def _part(here: Asked, id: str, *, job: Job | None = None, problem: str = "") -> Response:
    shown = await draft_part(here, id, job=job, problem=problem)
    return render(here.request, "new/draft.html", part=shown)


def language_of(request: Request) -> str:
    """The language (ISO 639-1) that the browser asks for first, '' where it asks for none."""
    first = request.headers.get("accept-language", "").split(",")[0].split(";")[0].strip()
    code = first.split("-")[0].lower()
    return code if len(code) == _CODE and code.isascii() and code.isalpha() else ""


def _run(here: Asked, sheet: Worksheet) -> None:
    """Begin the first run; it goes on when the page is left."""

    async def work(report: Report) -> object:
        return await sheet.run(on_progress=report)

    here.begin(run_key(sheet.id), f"A run of {sheet.name}", work)


def _progress(done: int, total: int, name: str, state: str = "reading") -> Progress:
    return Progress("", done, total, name, "", state)


def _go(here: Asked, path: str) -> Response:
    """On to a page, for a form and for a part of a page alike."""
    if here.request.headers.get("HX-Request"):
        return Response(headers={"HX-Redirect": path})
    return RedirectResponse(path, _SEE_OTHER)
