"""How a page is cut into tiles for a viewer: levels of half the size each, the smallest one tile.
Draws nothing.

Level 0 is the smallest; x and y of a tile count from the upper left corner. A viewer of deep zoom
pictures reads the same numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from casework.base.errors import NotFoundError
from casework.types.document import Page

TILE_PX = 512
_FINEST = 4.0
"""Pixels to a point at the last level: 288 dpi."""
_MOST_PIXELS = 40_000_000
_MOST_LEVELS = 16


@dataclass(frozen=True, slots=True)
class Level:
    """One size of a page: pixels to a point, pixels, and how many tiles."""

    level: int
    scale: float
    width_px: int
    height_px: int
    columns: int
    rows: int


@dataclass(frozen=True, slots=True)
class PageManifest:
    """What a viewer must know of a page before it asks for tiles."""

    document: str
    page: int
    label: str
    width_pt: float
    height_pt: float
    tile_px: int
    levels: tuple[Level, ...]

    def level(self, number: int) -> Level:
        """A level by its number; raises `NotFoundError`."""
        if 0 <= number < len(self.levels):
            return self.levels[number]
        raise NotFoundError(
            f"Page {self.page} has no level {number}.", fix=f"It has 0 to {len(self.levels) - 1}."
        )


def manifest_of(sha256: str, page: Page, tile_px: int = TILE_PX) -> PageManifest:
    """The levels of a page; very large ones have a coarser last level."""
    width, height = max(page.width_pt, 1.0), max(page.height_pt, 1.0)
    finest = min(_FINEST, (_MOST_PIXELS / (width * height)) ** 0.5)
    scales = [finest]
    while max(width, height) * scales[-1] > tile_px and len(scales) < _MOST_LEVELS:
        scales.append(scales[-1] / 2)
    levels = tuple(
        _level(number, scale, width, height, tile_px)
        for number, scale in enumerate(reversed(scales))
    )
    return PageManifest(
        sha256, page.number, page.label, page.width_pt, page.height_pt, tile_px, levels
    )


def _level(number: int, scale: float, width: float, height: float, tile_px: int) -> Level:
    across, down = max(1, round(width * scale)), max(1, round(height * scale))
    return Level(number, scale, across, down, ceil(across / tile_px), ceil(down / tile_px))
