"""A table handed out as a file: written to a folder of its own, which goes when it was sent."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from starlette.background import BackgroundTask
from starlette.responses import FileResponse

TYPES: Mapping[str, str] = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
    "zip": "application/zip",
}
"""What a file is, by its ending."""


async def exported(name: str, write: Callable[[Path], Awaitable[object]]) -> FileResponse:
    """The file `name` that `write` writes at the path that it is handed; with what it writes beside
    it (tables of rows, written documents) as a zip archive."""
    folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="casework-export-"))
    try:
        path = folder / Path(name).stem / name
        await write(path)
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
