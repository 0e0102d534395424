"""What else is drawn on a PDF page besides its text: pictures, and shapes that may cover text.

Looks at the objects of the page itself, in the order in which they are drawn, not into the forms
among them. Knows nothing of words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import Final, NamedTuple

from casework.documents.compose import PlacedWord
from casework.documents.pdf.calls import IMAGE, PATH, TEXT, Bounds, Buffers, calls, ready
from casework.documents.pdf.pdfium import Frame
from casework.types.document import Box

_AT_EACH_END: Final = 600
"""Objects at the beginning of a page, where its pictures and grounds are drawn, and at its end,
where covers are: of a page with more, the middle is letters one by one, or a drawing."""
_OPAQUE: Final = 200  # of 255
_COVER_WIDTH_PT: Final = 10.0
_COVER_HEIGHT_PT: Final = 4.0
_MOST_COVERS: Final = 3000
_BAND_PT: Final = 24.0
_MOST_BANDS: Final = 1000


class Shape(NamedTuple):
    """A picture or filled shape: when it is drawn, and its bounds in PDF space."""

    order: int
    bounds: Bounds
    colour: tuple[int, int, int] | None
    """None for a picture."""


@dataclass(slots=True)
class Drawn:
    """What is drawn on a page. `objects` are all of them in order, of very many the first and the
    last (`gap` is where the others would be, else -1); `shapes` are those large enough to cover a
    word, and their order is that of `objects`."""

    page_area: float
    objects: list[int] = field(default_factory=list)
    first_text: int = 0
    shapes: list[Shape] = field(default_factory=list)
    gap: float = -1
    _bands: dict[int, list[Shape]] = field(default_factory=dict)

    @property
    def pictures(self) -> list[Shape]:
        """Those shapes that are pictures."""
        return [shape for shape in self.shapes if shape.colour is None]

    def at(self, x: float, y: float) -> list[Shape]:
        """The shapes that hold a point of PDF space, in the order in which they are drawn."""
        if not self._bands:
            for shape in self.shapes:
                low, high = shape.bounds[1] // _BAND_PT, shape.bounds[3] // _BAND_PT
                for band in range(int(low), int(min(high, low + _MOST_BANDS)) + 1):
                    self._bands.setdefault(band, []).append(shape)
        near = self._bands.get(int(y // _BAND_PT), ())
        return [
            shape
            for shape in near
            if shape.bounds[0] < x < shape.bounds[2] and shape.bounds[1] < y < shape.bounds[3]
        ]


def drawn_on(page: int, count: int, page_area: float) -> Drawn:
    """What is drawn on a page, by its handle and the number of its objects."""
    call = calls()
    get, type_of = call.page_object, call.object_type
    walked: Iterable[int] = range(count)
    gap = -1.0
    if count > 2 * _AT_EACH_END:
        walked = chain(range(_AT_EACH_END), range(count - _AT_EACH_END, count))
        gap = _AT_EACH_END - 0.5
    objects = [each for each in map(get, repeat(ready(page)), walked) if each]
    types = list(map(type_of, map(ready, objects)))
    drawn = Drawn(page_area, objects, types.index(TEXT) if TEXT in types else len(types))
    if PATH not in types and IMAGE not in types:
        return drawn
    drawn.gap = gap
    buffers = Buffers()
    bounds_of, bounds, at = call.bounds, buffers.floats, buffers.float_at
    for order, kind in enumerate(types):
        if kind != PATH and kind != IMAGE:
            continue
        handle = ready(objects[order])
        if not bounds_of(handle, *at):
            continue
        left, bottom, right, top = bounds
        if right - left < _COVER_WIDTH_PT or top - bottom < _COVER_HEIGHT_PT:
            continue
        colour = None
        if kind == PATH:
            if not buffers.is_filled(handle):
                continue
            filled = buffers.fill(handle)
            if filled is None or filled[3] < _OPAQUE:
                continue
            colour = filled[:3]
        drawn.shapes.append(Shape(order, (left, bottom, right, top), colour))
        if len(drawn.shapes) >= _MOST_COVERS and kind == PATH:
            break
    return drawn


_REGION_SHARE: Final = 0.05  # of the page, from which a picture may hold text worth reading
_REGION_WIDTH_PT: Final = 90.0
_REGION_HEIGHT_PT: Final = 30.0
_TOUCHING_PT: Final = 2.0
_MOST_PICTURES: Final = 300
_FULL_OF_WORDS: Final = 60.0
"""Words on a picture, were it as large as the page, from which it counts as read: a stamp or a page
number on a scan is no text layer."""
_FEW_WORDS: Final = 2


def pictures_to_read(drawn: Drawn, frame: Frame, words: Sequence[PlacedWord]) -> list[Box]:
    """The large pictures of a page that have no text of their own above them, as shown."""
    found = drawn.pictures
    if not found or len(found) > _MOST_PICTURES:
        return []
    width, height = frame.size
    boxes = [_clipped(Box(*frame.place(*shape.bounds)), width, height) for shape in found]
    page = max(width * height, 1.0)
    if sum((box.x1 - box.x0) * (box.y1 - box.y0) for box in boxes) < _REGION_SHARE * page:
        return []
    regions: list[Box] = []
    for box in _merged(boxes):
        wide, high = box.x1 - box.x0, box.y1 - box.y0
        share = wide * high / page
        if share < _REGION_SHARE or wide < _REGION_WIDTH_PT or high < _REGION_HEIGHT_PT:
            continue
        within = sum(
            box.x0 < (word[0] + word[2]) / 2 < box.x1 and box.y0 < (word[1] + word[3]) / 2 < box.y1
            for word in words
        )
        if within <= max(_FEW_WORDS, _FULL_OF_WORDS * share):
            regions.append(box)
    return regions


def _clipped(box: Box, width: float, height: float) -> Box:
    x0, y0 = min(max(box.x0, 0.0), width), min(max(box.y0, 0.0), height)
    return Box(x0, y0, max(min(box.x1, width), x0), max(min(box.y1, height), y0))


def _merged(boxes: Sequence[Box]) -> list[Box]:
    """Boxes with those put together that touch: scans are often cut into strips."""
    found: list[Box] = []
    for box in sorted(boxes, key=lambda box: (box.y0, box.x0)):
        apart = []
        for other in found:
            if (
                box.x0 <= other.x1 + _TOUCHING_PT
                and other.x0 <= box.x1 + _TOUCHING_PT
                and box.y0 <= other.y1 + _TOUCHING_PT
                and other.y0 <= box.y1 + _TOUCHING_PT
            ):
                box = Box(
                    min(box.x0, other.x0),
                    min(box.y0, other.y0),
                    max(box.x1, other.x1),
                    max(box.y1, other.y1),
                )
            else:
                apart.append(other)
        found = [*apart, box]
    return found
