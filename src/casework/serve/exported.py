"""A table handed out as a file: written to a folder of its own, which goes when it was sent, and
when whoever asked for it has gone.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import FileResponse, Response

TYPES: Mapping[str, str] = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
    "zip": "application/zip",
}
"""What a file is, by its ending."""
_LOOKED_S = 0.5
"""So often it is looked whether whoever asked is still there."""
_GONE = 499
"""What a log tells of an answer that nobody waited for (as nginx does)."""


async def exported(
    request: Request, name: str, write: Callable[[Path], Awaitable[object]]
) -> Response:
    """The file `name` that `write` writes at the path that it is handed; with what it writes beside
    it (tables of rows, written documents) as a zip archive. It is sent in pieces. `write` is
    cancelled once nobody waits for it any more."""
    folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="casework-export-"))
    try:
        path = folder / Path(name).stem / name
        if not await _while_there(request, write(path)):
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
            return Response(status_code=_GONE)
        if sum(1 for _ in path.parent.rglob("*")) > 1:
            packed = str(folder / path.stem)
            path = Path(await asyncio.to_thread(shutil.make_archive, packed, "zip", path.parent))
    except BaseException:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
        raise
    return FileResponse(
        path,
        media_type=TYPES.get(path.suffix[1:]),
        filename=path.name,
        background=BackgroundTask(shutil.rmtree, folder, ignore_errors=True),
    )


async def _while_there(request: Request, work: Awaitable[object]) -> bool:
    """Wait for some work, or stop it where whoever asked for it goes away; whether it was done."""
    task = asyncio.ensure_future(work)
    try:
        while not (await asyncio.wait({task}, timeout=_LOOKED_S))[0]:
            if await request.is_disconnected():
                return False
        task.result()
        return True
    finally:
        if not task.done():
            task.cancel()
            await asyncio.wait({task})
