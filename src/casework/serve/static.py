"""The assets: one stylesheet made of parts, small modules, what others wrote. Served under a name
that holds their digest, so a browser keeps them for good and never shows an old one."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException

from casework.base.hashing import sha256_text

FOLDER = Path(__file__).with_name("static")
STYLES = (
    "tokens", "ground", "controls", "shell", "sheet", "panel", "case", "review", "home",
    "procedure", "runs", "settings", "reference", "small",
)  # fmt: skip
"""The parts of the stylesheet, in the order in which they are joined; later ones win."""
_DIGEST = 12
_FOREVER = "public, max-age=31536000, immutable"
_TYPES = {".js": "text/javascript", ".svg": "image/svg+xml", ".css": "text/css"}


class Assets:
    """The assets as they were when the server started."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._files = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.suffix in (".js", ".svg", ".png", ".ico", ".webmanifest")
        }
        parts = (folder / "css" / f"{name}.css" for name in STYLES)
        self._files["studio.css"] = b"\n".join(p.read_bytes() for p in parts if p.is_file())
        told = b"".join(name.encode() + held for name, held in self._files.items())
        self.digest = sha256_text(told.decode("utf-8", "replace"))[:_DIGEST]

    def url(self, name: str) -> str:
        """Where a browser finds an asset."""
        if name not in self._files:
            raise KeyError(f"there is no asset {name}")
        return f"/static/{self.digest}/{name}"

    def get(self, name: str) -> bytes | None:
        """The bytes of an asset."""
        return self._files.get(name)


def register_static(app: FastAPI, assets: Assets) -> None:
    """Serve the assets. Modules import each other by paths beside their own."""

    @app.get("/static/{digest}/{name:path}", include_in_schema=False)
    async def asset(request: Request, digest: str, name: str) -> Response:
        held = assets.get(name)
        if held is None:
            raise HTTPException(404)
        suffix = Path(name).suffix
        kind = _TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
        caching = _FOREVER if digest == assets.digest else "no-cache"
        return Response(held, media_type=kind, headers={"Cache-Control": caching})
