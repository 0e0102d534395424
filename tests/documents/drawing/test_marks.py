"""Marks are told apart by shape as well as by colour, and seen on light and on dark."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageChops

from casework.documents.drawing.marks import VOICES, Mark, Voice, crop_of, marked
from casework.documents.drawing.render import mark_picture
from casework.types.document import Box

_BOX = Box(40, 20, 120, 32)
_WHITE, _DARK = (255, 255, 255), (20, 20, 24)


def _changed(ground: tuple[int, int, int], *marks: Mark, scale: float = 2.0) -> Image.Image:
    """Where the picture of a page of 200 by 100 points changed."""
    plain = Image.new("RGB", (int(200 * scale), int(100 * scale)), ground)
    return ImageChops.difference(plain, marked(plain, marks, scale)).convert("L")


def _shape(voice: Voice) -> list[bool]:
    """Which pixels of the edge and the middle are strongly coloured, whatever the colour."""
    strong = _changed(_WHITE, Mark(_BOX, voice)).point(lambda level: 255 if level > 100 else 0)
    return [bool(value) for value in strong.tobytes()]


def test_each_voice_has_a_shape_of_its_own() -> None:
    shapes = [_shape(voice) for voice in VOICES]
    assert all(one != other for one in shapes for other in shapes if one is not other)


@pytest.mark.parametrize("voice", VOICES)
@pytest.mark.parametrize("ground", [_WHITE, _DARK])
def test_a_mark_is_seen_on_light_and_on_dark(voice: Voice, ground: tuple[int, int, int]) -> None:
    assert max(_changed(ground, Mark(_BOX, voice)).tobytes()) > 60


def test_words_under_a_mark_stay_readable() -> None:
    plain = Image.new("RGB", (400, 200), _WHITE)
    plain.paste((34, 38, 44), (150, 50, 160, 60))
    for voice in VOICES:
        found = marked(plain, [Mark(_BOX, voice)], 2.0).convert("L")
        word, paper = (found.crop((x, 55, x + 1, 56)).tobytes()[0] for x in (155, 130))
        assert paper - word > 130


def test_many_marks_over_each_other_are_no_darker_than_one() -> None:
    once, often = (_changed(_WHITE, *[Mark(_BOX)] * times) for times in (1, 9))
    assert once.tobytes() == often.tobytes()


@pytest.mark.parametrize(
    "box",
    [Box(-500, -500, -400, -400), Box(0, 0, 0, 0), Box(1e9, 0, 2e9, 5), Box(190, 90, 300, 300)],
)
def test_odd_boxes_do_no_harm(box: Box) -> None:
    for voice in VOICES:
        _changed(_WHITE, Mark(box, voice))


def test_a_tile_shows_its_part_of_a_mark() -> None:
    target = io.BytesIO()
    Image.new("RGB", (400, 200), _WHITE).save(target, "PNG")
    whole = Image.open(io.BytesIO(mark_picture(target.getvalue(), [Mark(_BOX)], 2.0)))
    tile = io.BytesIO()
    Image.new("RGB", (200, 200), _WHITE).save(tile, "PNG")
    part = mark_picture(tile.getvalue(), [Mark(_BOX)], 2.0, origin=(200, 0))
    shown = Image.open(io.BytesIO(part)).convert("RGB")
    assert shown.tobytes() == whole.convert("RGB").crop((200, 0, 400, 200)).tobytes()


def test_what_is_no_png_is_not_decoded() -> None:
    target = io.BytesIO()
    Image.new("RGB", (10, 10)).save(target, "GIF")
    with pytest.raises(OSError, match="identify"):
        mark_picture(target.getvalue(), [Mark(_BOX)], 1.0)


def test_a_crop_is_never_empty() -> None:
    left, top, right, bottom = crop_of((100, 50), [Mark(Box(900, 900, 901, 901))], 2.0, 10)
    assert right > left
    assert bottom > top
