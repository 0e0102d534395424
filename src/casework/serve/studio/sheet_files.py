"""Files dropped on a sheet: taken into it, with what became of each."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Response

from casework.base.errors import NotFoundError
from casework.sdk.found_files import innermost
from casework.sdk.views import Added
from casework.sdk.worksheet import Worksheet
from casework.serve.context import Asked, Here
from casework.serve.jobs import Report
from casework.serve.json_body import json_body
from casework.serve.pages import render
from casework.serve.uploads import batch_folder, forget_batch

router = APIRouter()


@router.post("/w/{name}/files")
async def add(here: Here, name: str) -> dict[str, str]:
    """Take the files of an upload into the sheet; goes on when the page is left."""
    here.need("edit")
    sheet = await here.worksheet(name)
    batch = str((await json_body(here.request)).get("batch") or "")
    folder = batch_folder(here.house, here.person, batch)
    if not folder.is_dir():
        raise NotFoundError("No file of this upload is here.", fix="Choose the files again.")

    def on_file(done: int, total: int, last: str) -> None:
        job.words = f"{done:,} of {total:,} read: {Path(last).name}"

    async def work(report: Report) -> object:
        added = await sheet.add(innermost(folder), on_file=on_file)
        await forget_batch(here.house, here.person, batch)
        here.house.live.wake(sheet.id)
        return added

    what = f"Adding files to {sheet.name}"
    job = here.begin(_key(here, sheet, batch), what, work)
    return {"job": job.id}


@router.get("/w/{name}/files/{batch}/{job_id}")
async def added(here: Here, name: str, batch: str, job_id: str) -> Response:
    """How far the adding is; at its end what became of each file."""
    sheet = await here.worksheet(name)
    job = here.house.jobs.get(job_id, _key(here, sheet, batch))
    if job is None:
        raise NotFoundError(
            "Nobody remembers that upload: the server was started anew.",
            fix="Look whether the cases are there; add the files again where not. "
            "What is here already is not added twice.",
        )
    found = job.result if isinstance(job.result, Added) else None
    return render(
        here.request,
        "sheet/added.html",
        sheet=await sheet.view(),
        job=job,
        added=found,
        unread=[file for file in found.files if file.state != "read"] if found else [],
        same=[file for file in found.new_files if file.same_as] if found else [],
        left_out=found.left_out if found else (),
    )


def _key(here: Asked, sheet: Worksheet, batch: str) -> str:
    """The key of the adding of one upload; each person has uploads of their own."""
    return f"add:{sheet.id}:{here.person.id}:{batch}"
