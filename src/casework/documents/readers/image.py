"""Pictures: no text here, but pages of their size, so that they can be shown and sent to OCR."""

from __future__ import annotations

from casework.base.errors import DocumentError
from casework.documents.drawing.pictures import frames_of, is_heic, opened_picture
from casework.documents.reading import Reading, Source
from casework.types.document import Page

READER = "image"
VERSION = "2"

_REASON = "The file is a picture; its text has not been recognised."
_NO_HEIC = "The file is a photo in the format HEIC, which cannot be read here."
_NO_HEIC_FIX = (
    "Save it as JPEG and add that: on an iPhone share it by “Options › Most Compatible”, on a "
    "computer open it and export it."
)


def read(source: Source) -> Reading:
    """One page for each page of the picture, in state `needs_ocr`. Only headers are read."""
    from PIL import Image

    if is_heic(source.data):
        raise DocumentError(_NO_HEIC, state="unsupported", fix=_NO_HEIC_FIX)
    with opened_picture(source.data) as picture:
        media_type = Image.MIME.get(picture.format or "", "image/unknown")
        frames = frames_of(picture, source.limits.pages)
    pages = tuple(
        Page(number, frame.width_pt, frame.height_pt, "", (), (), state="needs_ocr")
        for number, frame in enumerate(frames, 1)
    )
    if media_type == "image/mpo":
        media_type = "image/jpeg"
    return Reading(media_type, READER, VERSION, pages, state="needs_ocr", reason=_REASON)
