"""The functions of pdfium that are called for every word, by the shortest way.

The library's own prototypes make a pointer object for each handle that they give or take, which
takes longer than most of these calls. Here a handle is a number (`address`) that is made `ready`
once for all calls that take it, and results come back in buffers that are used again. Valid as
long as what the handle belongs to is open.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import lru_cache
from typing import Final, NamedTuple, NewType

_HANDLE = ctypes.c_void_p
_INT = ctypes.c_int
_NUMBER = ctypes.c_size_t  # a handle that is given, 0 for none
_TEXT: Final = 1
_PATH: Final = 2
_IMAGE: Final = 3
TEXT, PATH, IMAGE = _TEXT, _PATH, _IMAGE
"""Types of page objects."""

Ready = NewType("Ready", object)
"""A handle or the address of a buffer as a call takes it. A plain number would be cut to 32 bits,
as nothing is converted on the way."""
Colour = tuple[int, int, int, int]
Bounds = tuple[float, float, float, float]


class Calls(NamedTuple):
    """Bound functions. A word's text object is 0 where pdfium put the letter in itself."""

    loose_box: Callable[[Ready, int, Ready], int]
    angle: Callable[[Ready, int], float]
    unicode: Callable[[Ready, int], int]
    text_object: Callable[[Ready, int], int]
    page_object: Callable[[Ready, int], int]
    object_type: Callable[[Ready], int]
    render_mode: Callable[[Ready], int]
    bounds: Callable[[Ready, Ready, Ready, Ready, Ready], int]
    fill_colour: Callable[[Ready, Ready, Ready, Ready, Ready], int]
    stroke_colour: Callable[[Ready, Ready, Ready, Ready, Ready], int]
    draw_mode: Callable[[Ready, Ready, Ready], int]
    set_active: Callable[[Ready, int], int]


@lru_cache(maxsize=1)
def calls() -> Calls:
    """The functions; loads pdfium."""
    import pypdfium2.raw as raw

    return Calls(
        _bound(raw.FPDFText_GetLooseCharBox, _INT),
        _bound(raw.FPDFText_GetCharAngle, ctypes.c_float),
        _bound(raw.FPDFText_GetUnicode, ctypes.c_uint),
        _bound(raw.FPDFText_GetTextObject, _NUMBER),
        _bound(raw.FPDFPage_GetObject, _NUMBER),
        _bound(raw.FPDFPageObj_GetType, _INT),
        _bound(raw.FPDFTextObj_GetTextRenderMode, _INT),
        _bound(raw.FPDFPageObj_GetBounds, _INT),
        _bound(raw.FPDFPageObj_GetFillColor, _INT),
        _bound(raw.FPDFPageObj_GetStrokeColor, _INT),
        _bound(raw.FPDFPath_GetDrawMode, _INT),
        _bound(raw.FPDFPageObj_SetIsActive, _INT),
    )


def _bound(function: object, gives: type) -> Callable[..., int]:
    """The same function of the library without conversions: it takes what is `ready`, and small
    numbers."""
    return ctypes.PYFUNCTYPE(gives)(address(function))


def address(handle: object) -> int:
    """The number of a handle that the library gave."""
    return ctypes.cast(handle, _HANDLE).value or 0  # type: ignore[arg-type]


ready: Callable[[int], Ready] = _HANDLE.from_param  # type: ignore[assignment]
"""The number of a handle, or an address, made ready for calls."""


class Buffers:
    """Where results are written: four floats or four integers, read before the next call."""

    def __init__(self) -> None:
        self.floats = (ctypes.c_float * 4)()
        self.integers = (ctypes.c_uint * 4)()
        at, step = ctypes.addressof(self.floats), ctypes.sizeof(ctypes.c_float)
        self.float_at = _four(at, step)
        at, step = ctypes.addressof(self.integers), ctypes.sizeof(ctypes.c_uint)
        self.integer_at = _four(at, step)

    def fill(self, page_object: Ready) -> Colour | None:
        """Red, green, blue and alpha of what fills it; None for a pattern."""
        return self._colour(calls().fill_colour, page_object)

    def stroke(self, page_object: Ready) -> Colour | None:
        """As `fill`, of its outline."""
        return self._colour(calls().stroke_colour, page_object)

    def colour(self) -> Colour:
        """The colour that was written last."""
        red, green, blue, alpha = self.integers
        return red, green, blue, alpha

    def is_filled(self, path: Ready) -> bool:
        """Whether a path is filled."""
        if not calls().draw_mode(path, self.integer_at[0], self.integer_at[1]):
            return False
        return self.integers[0] != 0

    def _colour(
        self, call: Callable[[Ready, Ready, Ready, Ready, Ready], int], page_object: Ready
    ) -> Colour | None:
        return self.colour() if call(page_object, *self.integer_at) else None


def _four(at: int, step: int) -> tuple[Ready, Ready, Ready, Ready]:
    return ready(at), ready(at + step), ready(at + 2 * step), ready(at + 3 * step)
