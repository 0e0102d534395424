"""Brings the pictures of a request, just before it leaves."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from casework.base.errors import InputError
from casework.base.hashing import sha256_bytes
from casework.types.message import Image, ModelRequest

_NONE: Mapping[str, bytes] = {}


async def pictures_of(request: ModelRequest) -> Mapping[str, bytes]:
    """The bytes of a request's pictures by their hash, read in a thread."""
    images = [
        part for message in request.messages for part in message.parts if isinstance(part, Image)
    ]
    if not images:
        return _NONE
    return await asyncio.to_thread(_read, images)


def _read(images: list[Image]) -> Mapping[str, bytes]:
    found: dict[str, bytes] = {}
    for image in images:
        if image.sha256 in found:
            continue
        data = image.load()
        if sha256_bytes(data) != image.sha256:
            raise InputError(
                f"The picture {image.sha256[:12]} is not what it was: its bytes have changed.",
                fix="Run the step again, so that the picture is made anew.",
                code="picture.changed",
            )
        found[image.sha256] = data
    return found
