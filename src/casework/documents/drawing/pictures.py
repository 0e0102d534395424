"""Pictures as pages: how many a file holds, how large each is, and its pixels, upright.

Only TIFF holds pages; of an animation the first frame counts. The size of a page is what the file
says of its dots per inch, where that is a statement and no default of a camera or a screen.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NamedTuple

from casework.base.errors import DocumentError
from casework.documents.reading import too_large

if TYPE_CHECKING:
    from PIL.Image import Image

_USUAL_DPI: Final = 150.0
_DPI_STATED: Final = (100.0, 4800.0)
"""Lower ones (72, 96) are what programs write who know of none."""
_LARGEST_PT: Final = 1440.0
_MOST_PIXELS: Final = 150_000_000  # paper of A0 at 300 dots per inch has 140 million
_DEEP: Final = frozenset({"I", "F", "I;16", "I;16B", "I;16L", "I;16N"})
_ORIENTATION: Final = 0x0112
_LYING: Final = frozenset({5, 6, 7, 8})  # values of that tag by which width and height change
_FIX: Final = "Open it in another program and save it anew as PNG, JPEG or PDF."


_MAGIC: Final = (
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"GIF87a",
    b"GIF89a",
    b"II*\x00",
    b"MM\x00*",
    b"II+\x00",
    b"MM\x00+",
    b"\x00\x00\x00\x0cjP  ",
)
_HEIC: Final = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"hevm", b"mif1", b"msf1"})
_AVIF: Final = frozenset({b"avif", b"avis"})


def is_picture(data: bytes) -> bool:
    """Whether these bytes begin as a picture does, also one that cannot be read (HEIC)."""
    if data.startswith(_MAGIC) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP"):
        return True
    if data.startswith(b"BM") and data[6:10] == b"\0\0\0\0":
        return True
    return bool(_brands(data) & (_HEIC | _AVIF))


def is_heic(data: bytes) -> bool:
    """Whether it is a photo in the format HEIC."""
    return bool(_brands(data) & _HEIC) and not _brands(data) & _AVIF


def _brands(data: bytes) -> frozenset[bytes]:
    """What a file of the ISO base media format says that it is (ISO 14496-12, 4.3)."""
    if data[4:8] != b"ftyp":
        return frozenset()
    end = min(int.from_bytes(data[:4], "big"), 256)
    return frozenset([data[8:12], *(data[at : at + 4] for at in range(16, end, 4))])


class PictureFrame(NamedTuple):
    """A frame of a picture file: its size as a page, and in pixels."""

    width_pt: float
    height_pt: float
    width_px: int
    height_px: int


_DAMAGED: Final = (OSError, EOFError, SyntaxError, ValueError, TypeError)


@contextmanager
def opened_picture(data: bytes) -> Iterator[Image]:
    """The picture while the context lasts. Raises `DocumentError` when it is none, or too large."""
    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of large pictures and odd tags
        try:
            with Image.open(io.BytesIO(data)) as picture:
                _check(picture)
                yield picture
        except Image.DecompressionBombError as error:
            raise _too_many_pixels() from error
        except _DAMAGED as error:  # what Pillow raises on heads that are cut or false
            raise DocumentError("The picture is damaged or incomplete.", fix=_FIX) from error


def frames_of(picture: Image, most: int) -> list[PictureFrame]:
    """The frames of an open picture that are pages. Raises `DocumentError` for more than `most`."""
    if picture.format != "TIFF":
        return [_frame(picture)]
    count = getattr(picture, "n_frames", 1)
    if count > most:
        raise too_large(f"The file has {count:,} pages; {most:,} are allowed.")
    frames: list[PictureFrame] = []
    for number in range(count):
        picture.seek(number)
        _check(picture)
        frames.append(_frame(picture))
    return frames


def frame_of_picture(data: bytes, number: int, *, longest_px: int = 0) -> Image:
    """The pixels of a page of a picture file (from 1), upright, in colour, on white paper.

    With `longest_px` it comes smaller where that saves work, but never smaller than that. Raises
    `DocumentError` when it cannot be decoded.
    """
    from PIL import ImageOps

    with opened_picture(data) as picture:
        if number > 1:
            picture.seek(number - 1)
            _check(picture)
        if longest_px and max(picture.size) > longest_px:
            share = longest_px / max(picture.size)
            picture.draft(None, (round(picture.width * share), round(picture.height * share)))
        picture.load()
        return _coloured(ImageOps.exif_transpose(picture))


def page_size(width_px: int, height_px: int) -> tuple[float, float]:
    """The size in points of a page for a picture of so many pixels that states none."""
    scale = min(72.0 / _USUAL_DPI, _LARGEST_PT / max(width_px, height_px, 1))
    return round(width_px * scale, 2), round(height_px * scale, 2)


def _check(picture: Image) -> None:
    if picture.width * picture.height > _MOST_PIXELS:
        raise _too_many_pixels()


def _too_many_pixels() -> DocumentError:
    refusal = too_large(f"The picture has more than {_MOST_PIXELS // 1_000_000} million pixels.")
    return DocumentError(refusal.message, state="too_large", fix="Save a smaller copy and add it.")


def _frame(picture: Image) -> PictureFrame:
    width, height = picture.size
    across, down = _dots(picture)
    lying = picture.format != "TIFF" and picture.getexif().get(_ORIENTATION) in _LYING
    if lying:  # TIFF gives its size upright already
        width, height, across, down = height, width, down, across
    if across and down:
        wide, high = width * 72 / across, height * 72 / down
        share = min(1.0, _LARGEST_PT / max(wide, high))
        return PictureFrame(round(wide * share, 2), round(high * share, 2), width, height)
    return PictureFrame(*page_size(width, height), width, height)


def _dots(picture: Image) -> tuple[float, float]:
    """Dots per inch across and down, zeros where the file does not say."""
    try:
        across, down = map(float, picture.info.get("dpi") or (0, 0))
    except (TypeError, ValueError, ZeroDivisionError):
        return 0.0, 0.0
    low, high = _DPI_STATED
    if low <= max(across, down) <= high and min(across, down) * 4 >= max(across, down):
        return across, down
    return 0.0, 0.0


def _coloured(picture: Image) -> Image:
    """The picture in plain RGB: deep greys brought into range, transparent parts made white."""
    from PIL import Image

    if picture.mode in _DEEP:
        low, high = picture.getextrema()
        top = float(high) if isinstance(high, (int, float)) else 255.0
        bottom = min(0.0, float(low)) if isinstance(low, (int, float)) else 0.0
        share = 255.0 / max(top - bottom, 1.0)
        return (
            picture.point(lambda value: value * share - bottom * share).convert("L").convert("RGB")
        )
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        paper = Image.new("RGB", picture.size, "white")
        paper.paste(picture, mask=picture.getchannel("A"))
        return paper
    return picture.convert("RGB")
