"""Marks on the picture of a page: where a value stands, in four voices told by shape and colour.

Words under a mark stay readable, and a mark stays visible on a dark picture: it has a light rim.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count, takewhile
from typing import TYPE_CHECKING, Literal, NamedTuple

from casework.types.document import Box

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

Voice = Literal["value", "context", "conflict", "person"]
VOICES: tuple[Voice, ...] = ("context", "value", "conflict", "person")
"""In the order in which they are laid over each other."""


class Mark(NamedTuple):
    """A place to be marked; the voice says what for and gives shape and colour."""

    box: Box
    voice: Voice = "value"


class _Look(NamedTuple):
    """How a voice looks: its colour, how strong the ground is, and its edge."""

    colour: tuple[int, int, int]
    ground: float
    edge: Literal["line", "dashes", "thick", "under"]


_LOOKS: dict[Voice, _Look] = {
    "value": _Look((10, 110, 94), 0.16, "line"),
    "context": _Look((43, 87, 209), 0.10, "under"),
    "conflict": _Look((176, 38, 29), 0.14, "dashes"),
    "person": _Look((34, 38, 44), 0.10, "thick"),
}
_RIM = (255, 255, 255)
_PADDING_PT = 1.5
_EDGE_PT = 0.75
_THICK_PT = 1.5
_DASH_PT, _GAP_PT = 4.0, 2.0
_LEAST_PX = 3.0
_MOST_PX = 100_000.0
_Edges = tuple[float, float, float, float]


def marked(
    picture: Image, marks: Sequence[Mark], scale: float, origin: tuple[int, int] = (0, 0)
) -> Image:
    """The picture with the marks laid over it; `origin` is the pixel of the page that its upper
    left corner shows."""
    from PIL import Image, ImageDraw

    found = picture.convert("RGB") if picture.mode != "RGB" else picture.copy()
    for voice in VOICES:
        edges = [_pixels(mark.box, scale, origin) for mark in marks if mark.voice == voice]
        edges = [each for each in edges if _meets(each, picture.size)]
        if not edges:
            continue
        look = _LOOKS[voice]
        ground = Image.new("L", picture.size)
        draw = ImageDraw.Draw(ground)
        for each in edges:
            draw.rectangle(each, fill=round(255 * look.ground))
        found.paste(look.colour, (0, 0), ground)
        pen = ImageDraw.Draw(found)
        for each in edges:
            _draw_edge(pen, each, look, scale)
    return found


def crop_of(
    size: tuple[int, int], marks: Sequence[Mark], scale: float, margin_pt: float
) -> tuple[int, int, int, int]:
    """The part of a picture of this size around all marks, with a margin; never empty."""
    width, height = size
    left = int(max(0, (min(mark.box.x0 for mark in marks) - margin_pt) * scale))
    top = int(max(0, (min(mark.box.y0 for mark in marks) - margin_pt) * scale))
    right = int(min(width, (max(mark.box.x1 for mark in marks) + margin_pt) * scale))
    bottom = int(min(height, (max(mark.box.y1 for mark in marks) + margin_pt) * scale))
    left, top = min(left, width - 1), min(top, height - 1)
    return left, top, max(right, left + 1), max(bottom, top + 1)


def _pixels(box: Box, scale: float, origin: tuple[int, int]) -> _Edges:
    pad = _PADDING_PT
    left, top = (box.x0 - pad) * scale - origin[0], (box.y0 - pad) * scale - origin[1]
    right = max(left + _LEAST_PX, (box.x1 + pad) * scale - origin[0])
    bottom = max(top + _LEAST_PX, (box.y1 + pad) * scale - origin[1])
    return left, top, right, bottom


def _meets(edges: _Edges, size: tuple[int, int]) -> bool:
    left, top, right, bottom = edges
    sane = all(-_MOST_PX < edge < _MOST_PX for edge in edges)
    return sane and left < size[0] and top < size[1] and right >= 0 and bottom >= 0


def _draw_edge(pen: ImageDraw, edges: _Edges, look: _Look, scale: float) -> None:
    left, top, right, bottom = edges
    width = max(1, round(scale * (_THICK_PT if look.edge == "thick" else _EDGE_PT)))
    if look.edge == "under":
        pen.rectangle((left, bottom - width, right, bottom), fill=look.colour)
        return
    rim = max(1, round(scale * _EDGE_PT))
    pen.rectangle((left - rim, top - rim, right + rim, bottom + rim), outline=_RIM, width=rim)
    if look.edge != "dashes":
        pen.rectangle(edges, outline=look.colour, width=width)
        return
    pen.rectangle(edges, outline=_RIM, width=width)
    for start, end in _dashes(left, right, scale):
        pen.rectangle((start, top, end, top + width - 1), fill=look.colour)
        pen.rectangle((start, bottom - width + 1, end, bottom), fill=look.colour)
    for start, end in _dashes(top, bottom, scale):
        pen.rectangle((left, start, left + width - 1, end), fill=look.colour)
        pen.rectangle((right - width + 1, start, right, end), fill=look.colour)


def _dashes(start: float, end: float, scale: float) -> list[tuple[float, float]]:
    """Where the dashes of a line stand; the last one ends where the line does."""
    step = (_DASH_PT + _GAP_PT) * scale
    begun = takewhile(lambda at: at < end, (start + index * step for index in count()))
    return [(at, min(at + _DASH_PT * scale, end)) for at in begun]
