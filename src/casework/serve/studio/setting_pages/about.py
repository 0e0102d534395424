"""About: which version this is, where it keeps what, and whose work stands in it."""

from __future__ import annotations

import platform
from importlib.metadata import version

from fastapi import APIRouter, Response

from casework.serve.context import Here
from casework.serve.static import FOLDER
from casework.serve.studio.setting_pages.section import section

router = APIRouter(prefix="/settings/about")


@router.get("")
async def show(here: Here) -> Response:
    """The section."""
    licences = {
        file.parent.name: file.read_text("utf-8", "replace")
        for file in sorted((FOLDER / "vendor").glob("*/LICENSE*"))
    }
    return section(
        here,
        "about",
        version=version("casework"),
        python=platform.python_version(),
        folder=str(here.workspace.folder) if here.may("manage") else "",
        licences=licences,
    )
