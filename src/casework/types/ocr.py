"""What an engine for optical character recognition is given and gives: pixels in, words out.

Places are pixels of the picture it was given, origin top left. Knows no library.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

Turn = Literal[0, 90, 180, 270]
"""Degrees by which something is turned clockwise to stand upright."""


@dataclass(frozen=True, slots=True)
class OcrPicture:
    """A picture to be read: rows of red, green and blue bytes, one after the other.

    `dots_per_inch` is how fine it is; `may_turn` says that the page may lie on its side or stand
    on its head, so that the engine finds out (False for a part of a page that is known to stand).
    """

    width_px: int
    height_px: int
    rgb: bytes
    dots_per_inch: float
    may_turn: bool = True


class OcrWord(NamedTuple):
    """A word that was found: left, top, right, bottom in pixels of the picture as it was turned,
    and how sure the engine is (0 to 1). Blanks in the text part it into words later."""

    x0: float
    y0: float
    x1: float
    y1: float
    text: str
    confidence: float


@dataclass(frozen=True, slots=True)
class OcrResult:
    """The words of a picture, line by line as the engine found them.

    `turned` says how far the picture was turned clockwise before these places were measured;
    `slope` is the height that a line of text gains over its width (0.02 is about one degree: lines
    fall to the right).
    """

    words: tuple[OcrWord, ...]
    turned: Turn = 0
    slope: float = 0.0


class OcrEngine(Protocol):
    """Finds the words in pictures. Made once for a process, used for one page after another."""

    def read(self, picture: OcrPicture) -> OcrResult:
        """The words in this picture; whatever it raises costs this page alone."""
        ...
