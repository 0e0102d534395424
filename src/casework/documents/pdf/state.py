"""Whether the pages of a PDF count as read, and what to tell people when they do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from casework.documents.reading import Reading
from casework.types.document import Page

MEDIA_TYPE = "application/pdf"

PICTURES_NOTE = "Without text, only a picture: "
"""How the note begins that names the pages of a readable file that were not read."""
_PICTURES = "The pages hold no text that can be read, only pictures of it."
_NOTHING = "The file has no text and no pictures. Check that it is the right file."


def judged(
    pages: Sequence[Page],
    *,
    reader: str,
    version: str,
    facts: dict[str, str],
    notes: tuple[str, ...] = (),
) -> Reading:
    """The reading of these pages: read when any has text, with a note on those without."""
    pictures = [page.number for page in pages if page.state == "needs_ocr"]
    reading = Reading(MEDIA_TYPE, reader, version, tuple(pages), facts=facts, notes=notes)
    if any(page.words for page in pages):
        if pictures:
            note = f"{PICTURES_NOTE}{pages_named(pictures)}."
            reading = replace(reading, notes=(*notes, note))
        return reading
    if pictures:
        return replace(reading, state="needs_ocr", reason=_PICTURES)
    return replace(reading, state="empty", reason=_NOTHING)


def pages_named(numbers: Sequence[int], most: int = 12) -> str:
    """`page 3` or `pages 3, 4, 7 and 12 more`."""
    shown = ", ".join(str(number) for number in numbers[:most])
    more = f" and {len(numbers) - most} more" if len(numbers) > most else ""
    return f"page{'s' if len(numbers) > 1 else ''} {shown}{more}"
