"""Pictures: no text here, but a page of their size, so that they can be shown and sent to OCR."""

from __future__ import annotations

import io

from casework.base.errors import DocumentError
from casework.documents.reading import Reading, Source
from casework.types.document import Page

READER = "image"
VERSION = "1"

_USUAL_DPI = 150.0
_LARGEST_PT = 1440.0
_REASON = (
    "The file is a picture without text. Run OCR over it (a scanner program or ocrmypdf can) and "
    "add the result as PDF."
)


def read(source: Source) -> Reading:
    """One page for each frame, in state `needs_ocr`. Only the header of the picture is read."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(source.data)) as picture:
            frames = min(getattr(picture, "n_frames", 1), source.limits.pages)
            width, height = page_size(*picture.size)
            media_type = Image.MIME.get(picture.format or "", "image/unknown")
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise DocumentError(
            "The picture is damaged or too large.", fix="Save it anew as PNG or JPEG."
        ) from error
    frames = 1 if media_type == "image/gif" else frames
    pages = tuple(
        Page(number, width, height, "", (), (), state="needs_ocr")
        for number in range(1, frames + 1)
    )
    return Reading(media_type, READER, VERSION, pages, state="needs_ocr", reason=_REASON)


def page_size(width_px: int, height_px: int) -> tuple[float, float]:
    """The size in points of the page that shows a picture of this many pixels."""
    scale = min(72.0 / _USUAL_DPI, _LARGEST_PT / max(width_px, height_px, 1))
    return round(width_px * scale, 2), round(height_px * scale, 2)
