"""Whether a picture in a mail decorates it (logo, line, tracking pixel) or carries something.

Told by its size in pixels alone, without decoding it; a scanned page is large, a logo is not.
"""

from __future__ import annotations

import io
from typing import Final

_SMALLEST_BYTES: Final = 1_500
_SMALLEST_EDGE: Final = 32
_PAGE_EDGE: Final = 300
_PAGE_PIXELS: Final = 250_000


def decorates(data: bytes, *, between_words: bool) -> bool:
    """Whether a picture only decorates. One that the text shows between its words has to be as
    large as a readable page, another only larger than an icon."""
    if len(data) < _SMALLEST_BYTES:
        return True
    width, height = _size(data)
    if not width or not height:
        return False
    if min(width, height) < _SMALLEST_EDGE:
        return True
    if not between_words:
        return False
    return min(width, height) < _PAGE_EDGE or width * height < _PAGE_PIXELS


def _size(data: bytes) -> tuple[int, int]:
    """Width and height in pixels; 0 where they cannot be told."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data)) as picture:
            return picture.size
    except Exception:  # noqa: BLE001 - a damaged picture can raise anything
        return 0, 0
