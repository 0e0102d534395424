"""A page in tiles: levels that halve, tiles that make up the page, huge pages within bounds."""

from __future__ import annotations

import io
from dataclasses import replace
from itertools import pairwise

import pytest
from PIL import Image

from casework.base.errors import NotFoundError
from casework.documents.drawing.render import page_picture, page_tiles
from casework.documents.drawing.tiles import manifest_of
from casework.types.document import Document, Page
from tests.documents.samples import document, pdf

_A4 = Page(1, 595, 842, "", (), ())


def _open(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def test_the_smallest_level_is_one_tile_and_each_next_one_is_twice_as_large() -> None:
    levels = manifest_of("ab", _A4).levels
    assert (levels[0].columns, levels[0].rows) == (1, 1)
    assert [level.level for level in levels] == list(range(len(levels)))
    assert all(one.scale * 2 == other.scale for one, other in pairwise(levels))
    assert levels[-1].scale == 4.0


@pytest.mark.parametrize("size", [(14_400, 14_400), (0.5, 14_400), (0, 0), (3, 3)])
def test_a_page_of_any_size_has_levels_of_bounded_size(size: tuple[float, float]) -> None:
    levels = manifest_of("ab", replace(_A4, width_pt=size[0], height_pt=size[1])).levels
    assert all(level.width_px * level.height_px <= 41_000_000 for level in levels)
    assert all(level.width_px > 0 and level.height_px > 0 for level in levels)
    assert levels[0].columns * levels[0].rows == 1


def _check_tiles(data: bytes, found: Document, level: int) -> None:
    manifest = manifest_of(found.sha256, found.pages[0], 256)
    wanted = manifest.levels[level]
    tiles = page_tiles(data, found, 1, wanted.scale, 256)
    assert len(tiles) == wanted.columns * wanted.rows
    whole = _open(page_picture(data, found, 1, [], wanted.scale))
    assert whole.size == (wanted.width_px, wanted.height_px)
    together = Image.new("RGB", whole.size)
    for index, tile in enumerate(tiles):
        place = (index % wanted.columns * 256, index // wanted.columns * 256)
        together.paste(_open(tile), place)
    assert together.tobytes() == whole.tobytes()


@pytest.mark.parametrize("level", [0, 1, 2])
@pytest.mark.parametrize("size", [(595.3, 841.9), (401.7, 300.2)])
def test_the_tiles_of_a_level_make_up_the_page(level: int, size: tuple[float, float]) -> None:
    data = pdf([[(72, 100, "Invoice number 4711")]], size=size)
    _check_tiles(data, document(data, "a.pdf"), level)


def test_text_has_tiles_too() -> None:
    data = "Total: 12 €\n".encode() * 40
    _check_tiles(data, document(data, "a.txt"), 1)


def test_a_turned_page_has_tiles_of_its_turned_size() -> None:
    data = pdf([[(72, 100, "Invoice number 4711")]], size=(600, 400), rotate=90)
    _check_tiles(data, document(data, "a.pdf"), 1)


def test_a_level_that_does_not_exist_is_not_found() -> None:
    with pytest.raises(NotFoundError, match="0 to"):
        manifest_of("ab", _A4).level(40)
