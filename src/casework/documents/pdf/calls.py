"""The functions of pdfium that are called for every word, by the shortest way.

The library's own prototypes make a pointer object for each handle that they give or take, which
takes longer than most of these calls. Here a handle is a number (`address`), and results come back
in buffers that are used again. Valid as long as what the handle belongs to is open.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import lru_cache
from typing import Final, NamedTuple

_HANDLE = ctypes.c_void_p
_INT = ctypes.c_int
_TEXT: Final = 1
_PATH: Final = 2
_IMAGE: Final = 3
TEXT, PATH, IMAGE = _TEXT, _PATH, _IMAGE
"""Types of page objects."""

Colour = tuple[int, int, int, int]
Bounds = tuple[float, float, float, float]


class Calls(NamedTuple):
    """Bound functions. A word's text object is 0 where pdfium put the letter in itself."""

    loose_box: Callable[[int, int, int], int]
    angle: Callable[[int, int], float]
    unicode: Callable[[int, int], int]
    text_object: Callable[[int, int], int | None]
    page_object: Callable[[int, int], int | None]
    object_type: Callable[[int], int]
    render_mode: Callable[[int], int]
    bounds: Callable[[int, int, int, int, int], int]
    fill_colour: Callable[[int, int, int, int, int], int]
    stroke_colour: Callable[[int, int, int, int, int], int]
    draw_mode: Callable[[int, int, int], int]
    set_active: Callable[[int, int], int]


@lru_cache(maxsize=1)
def calls() -> Calls:
    """The functions; loads pdfium."""
    import pypdfium2.raw as raw

    four = (_HANDLE,) * 4
    return Calls(
        _bound(raw.FPDFText_GetLooseCharBox, _INT, _HANDLE, _INT, _HANDLE),
        _bound(raw.FPDFText_GetCharAngle, ctypes.c_float, _HANDLE, _INT),
        _bound(raw.FPDFText_GetUnicode, ctypes.c_uint, _HANDLE, _INT),
        _bound(raw.FPDFText_GetTextObject, _HANDLE, _HANDLE, _INT),
        _bound(raw.FPDFPage_GetObject, _HANDLE, _HANDLE, _INT),
        _bound(raw.FPDFPageObj_GetType, _INT, _HANDLE),
        _bound(raw.FPDFTextObj_GetTextRenderMode, _INT, _HANDLE),
        _bound(raw.FPDFPageObj_GetBounds, _INT, _HANDLE, *four),
        _bound(raw.FPDFPageObj_GetFillColor, _INT, _HANDLE, *four),
        _bound(raw.FPDFPageObj_GetStrokeColor, _INT, _HANDLE, *four),
        _bound(raw.FPDFPath_GetDrawMode, _INT, _HANDLE, _HANDLE, _HANDLE),
        _bound(raw.FPDFPageObj_SetIsActive, _INT, _HANDLE, _INT),
    )


def _bound(function: object, gives: type, *takes: type) -> Callable[..., int]:
    """The same function of the library with numbers for handles."""
    return ctypes.PYFUNCTYPE(gives, *takes)(address(function))


def address(handle: object) -> int:
    """The number of a handle that the library gave."""
    return ctypes.cast(handle, _HANDLE).value or 0  # type: ignore[arg-type]


class Buffers:
    """Where results are written: four floats or four integers, read before the next call."""

    def __init__(self) -> None:
        self.floats = (ctypes.c_float * 4)()
        self.integers = (ctypes.c_uint * 4)()
        at, step = ctypes.addressof(self.floats), ctypes.sizeof(ctypes.c_float)
        self.float_at = (at, at + step, at + 2 * step, at + 3 * step)
        at, step = ctypes.addressof(self.integers), ctypes.sizeof(ctypes.c_uint)
        self.integer_at = (at, at + step, at + 2 * step, at + 3 * step)

    def bounds(self, page_object: int) -> Bounds | None:
        """Left, bottom, right, top of a page object in PDF space."""
        if not calls().bounds(page_object, *self.float_at):
            return None
        left, bottom, right, top = self.floats
        return left, bottom, right, top

    def fill(self, page_object: int) -> Colour | None:
        """Red, green, blue and alpha of what fills it; None for a pattern."""
        return self._colour(calls().fill_colour, page_object)

    def stroke(self, page_object: int) -> Colour | None:
        """As `fill`, of its outline."""
        return self._colour(calls().stroke_colour, page_object)

    def colour(self) -> Colour:
        """The colour that was written last."""
        red, green, blue, alpha = self.integers
        return red, green, blue, alpha

    def is_filled(self, path: int) -> bool:
        """Whether a path is filled."""
        if not calls().draw_mode(path, self.integer_at[0], self.integer_at[1]):
            return False
        return self.integers[0] != 0

    def _colour(
        self, call: Callable[[int, int, int, int, int], int], page_object: int
    ) -> Colour | None:
        return self.colour() if call(page_object, *self.integer_at) else None
