"""Small pictures of pages beside each other, so that a whole document is seen at a glance."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from casework.documents.drawing.fonts import font, runs

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

_GAP_PX = 16
_CAPTION_PX = 22
_LETTERS_PX = 13
_GROUND = (232, 233, 229)
_RIM = (196, 199, 195)
_CAPTION = (76, 82, 90)


def contact_sheet(pictures: Sequence[bytes], captions: Sequence[str], columns: int) -> bytes:
    """One PNG of all these; pictures of a row stand on its upper edge."""
    from PIL import Image, ImageDraw

    from casework.documents.drawing.render import png

    opened = [Image.open(io.BytesIO(data), formats=["PNG"]).convert("RGB") for data in pictures]
    columns = max(1, min(columns, len(opened)))
    wide = max((each.width for each in opened), default=1)
    rows = [opened[start : start + columns] for start in range(0, len(opened), columns)]
    heights = [max(each.height for each in row) for row in rows]
    size = (
        columns * (wide + _GAP_PX) + _GAP_PX,
        sum(heights) + len(rows) * (_GAP_PX + _CAPTION_PX) + _GAP_PX,
    )
    sheet = Image.new("RGB", size, _GROUND)
    draw = ImageDraw.Draw(sheet)
    top, index = _GAP_PX, 0
    for row, height in zip(rows, heights, strict=True):
        for column, picture in enumerate(row):
            left = _GAP_PX + column * (wide + _GAP_PX)
            sheet.paste(picture, (left, top))
            edges = (left - 1, top - 1, left + picture.width, top + picture.height)
            draw.rectangle(edges, outline=_RIM)
            _caption(draw, captions[index], left, top + height)
            index += 1
        top += height + _CAPTION_PX + _GAP_PX
    return png(sheet)


def _caption(draw: ImageDraw, text: str, left: int, top: int) -> None:
    x = float(left)
    for part in runs(text, "plain"):
        if part.file:
            letters = font(part.file, _LETTERS_PX)
            draw.text((x, top + _CAPTION_PX - 6), part.text, _CAPTION, letters, anchor="ls")
            x += letters.getlength(part.text)
