"""What routes that take files have in common: how such a body stands in the OpenAPI, and its files,
brought into a folder. Knows no noun."""

from __future__ import annotations

import json
from pathlib import Path

from casework.base.errors import RequestError, UsageError
from casework.base.hashing import sha256_bytes, sha256_file
from casework.serve.context import Here
from casework.serve.rest.route import UPLOAD
from casework.serve.uploads import Upload, most_mb, receive

Part = dict[str, object]
FILE: Part = {"type": "string", "format": "binary"}
"""One file of a form."""
_REFUSED = {"upload.too_large": 413, "upload.not_multipart": 400}
"""The status of each error of an upload; any other is 400."""


def form(required: str, **parts: Part) -> dict[str, object]:
    """The `openapi_extra` of a route whose body is a form of these parts; one of them must be
    there. It also tells the route to leave the body to whoever reads the files."""
    shown = {"type": "object", "required": [required], "properties": parts}
    return {"requestBody": {"required": True, "content": {UPLOAD: {"schema": shown}}}}


def files(description: str = "") -> Part:
    """A part that comes once for each file, at least once."""
    told: Part = {"description": description} if description else {}
    return {"type": "array", "minItems": 1, "items": FILE, **told}


def field(description: str = "") -> Part:
    """A plain field beside the files."""
    return {"type": "string", **({"description": description} if description else {})}


async def received(here: Here, folder: Path) -> Upload:
    """The files of an upload, in a folder that is there for them."""
    here.need("edit")
    try:
        return await receive(here.request, folder, most_mb=most_mb(here.house))
    except UsageError as error:
        status = _REFUSED.get(error.code, 400)
        raise RequestError(error.message, status=status, fix=error.fix, code=error.code) from error


def digest_of(here: Here, folder: Path, brought: Upload) -> str:
    """Of what came, whatever the boundary between its parts was."""
    told = {
        "path": here.request.url.path,
        "files": {one.path: sha256_file(folder / one.path) for one in brought.files},
        "fields": dict(brought.fields),
    }
    return sha256_bytes(json.dumps(told, sort_keys=True).encode())
