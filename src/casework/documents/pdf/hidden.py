"""Text of a PDF page that nobody sees: drawn invisibly, in the colour of the paper, or covered.

Cheap signs point at suspects (how text is drawn, its colour, what is drawn after it at the same
place). Whether a suspect is seen is then found out by drawing the page with and without it: text
that changes nothing is not seen. An invisible layer over the picture of a scanned page is the work
of a recognition program and stays; whether it says what the picture shows is another question.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from itertools import repeat
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from casework.documents.compose import PlacedWord
from casework.documents.pdf.calls import Buffers, Colour, Ready, calls, ready
from casework.documents.pdf.drawn import Drawn, Shape
from casework.documents.pdf.pdfium import Frame
from casework.documents.pdf.words import FoundWords
from casework.types.document import Remark, RemarkKind

if TYPE_CHECKING:
    import pypdfium2
    from PIL.Image import Image

_INVISIBLE_MODES: Final = (3, 7)  # neither filled nor outlined; ISO 32000-1, table 106
_OUTLINE_MODE: Final = 1
_PALE: Final = 225  # of 255: the least of red, green and blue in what counts as pale
_FAINT: Final = 26  # of 255: alpha of what counts as transparent
_SCAN_SHARE: Final = 0.5  # of the page, from which a picture is a scan of it
_DARK: Final = 140  # of 255: a shape under pale text is dark when its least colour is below
_SEEN: Final = 12
"""Of 255: a difference in brightness below this is not seen on paper or screen."""
_ALIKE: Final = 24  # of 255, in each of red, green and blue
_INK: Final = 40  # of 255: contrast in a picture that may be letters
_SCALE: Final = 1.0  # pixels a point
_MOST_PIXELS: Final = 6_000_000
_MOST_OBJECTS: Final = 20_000
_TOLD: Final = 4_000  # letters of hidden text that a remark repeats


class Suspect(NamedTuple):
    """A word that may not be seen: its index, the reason for the suspicion, and whether it is drawn
    invisibly over a picture."""

    word: int
    kind: RemarkKind
    on_picture: bool = False


def hidden_words(
    page: pypdfium2.PdfPage, text_page: int, frame: Frame, found: FoundWords, drawn: Drawn
) -> tuple[frozenset[int], list[Remark]]:
    """The indexes of the words that nobody sees, and what to tell people about them."""
    objects = text_objects(text_page, found)
    hidden: dict[int, RemarkKind] = {}
    suspects = suspects_among(objects, found, drawn)
    if suspects:
        for suspect in unseen(page, frame, suspects, objects, found.words):
            hidden[suspect.word] = suspect.kind
    for word in found.tiny:
        under = drawn.at(*found.middle(word))
        if not any(shape.colour is None and _is_scan(shape, drawn) for shape in under):
            hidden.setdefault(word, "tiny")
    texts: dict[RemarkKind, list[str]] = {"off_page": found.off_page} if found.off_page else {}
    for word in sorted(hidden):
        texts.setdefault(hidden[word], []).append(found.words[word][4])
    remarks = [Remark(kind, detail=" ".join(words)[:_TOLD]) for kind, words in texts.items()]
    return frozenset(hidden), remarks


def text_objects(text_page: int, found: FoundWords) -> list[int]:
    """The text objects that the words begin in; 0 for letters that pdfium put in."""
    at = found.at
    characters = [at[span[0]] for span in found.spans]
    return list(map(calls().text_object, repeat(ready(text_page)), characters))


def suspects_among(objects: Sequence[int], found: FoundWords, drawn: Drawn) -> list[Suspect]:
    """The words that look as if they might not be seen; `objects` are their text objects."""
    covered: list[int] = []
    if any(shape.order > drawn.first_text for shape in drawn.shapes):
        covered = _covered(objects, found, drawn)
    known = set(covered)
    suspects = [Suspect(word, "covered") for word in covered]
    suspects += [each for each in _by_look(objects, found, drawn) if each.word not in known]
    return suspects


def _by_look(objects: Sequence[int], found: FoundWords, drawn: Drawn) -> list[Suspect]:
    """Words that are drawn invisibly, faintly, or in the colour of what lies under them."""
    looks = _looks(objects, {shape.colour for shape in drawn.shapes if shape.colour})
    if not looks:
        return []
    suspects: list[Suspect] = []
    for word, each in enumerate(objects):
        look = looks.get(each)
        if look is None:
            continue
        under = drawn.at(*found.middle(word))
        if look.how == "mode":
            pictures = [shape for shape in under if shape.colour is None]
            if not any(_is_scan(picture, drawn) for picture in pictures):
                suspects.append(Suspect(word, "invisible", bool(pictures)))
        elif look.how == "faint" or not _stands_out(look, under):
            suspects.append(Suspect(word, "invisible"))
    return suspects


def _looks(objects: Sequence[int], grounds: Collection[tuple[int, int, int]]) -> dict[int, _Look]:
    """The text objects that may not be seen, with the reason.

    Runs for every text object of every page: a colour that was judged once is not judged again.
    """
    call, buffers = calls(), Buffers()
    mode_of, fill_of = call.render_mode, call.fill_colour
    (red, green, blue, alpha), written = buffers.integer_at, buffers.integers
    looks: dict[int, _Look] = {}
    known: dict[bytes, _Look | None] = {}
    for each in set(objects):
        if not each:
            continue
        handle = ready(each)
        mode = mode_of(handle)
        if mode or not fill_of(handle, red, green, blue, alpha):
            look = _unusual(handle, mode, buffers, grounds)
        else:
            packed = bytes(written)
            if packed not in known:
                known[packed] = _of_colour(buffers.colour(), grounds)
            look = known[packed]
        if look:
            looks[each] = look
    return looks


class _Look(NamedTuple):
    """Why text may not be seen: its mode, its faintness, or a colour that is pale or like that of
    a shape of the page."""

    how: Literal["mode", "faint", "pale", "like"]
    colour: tuple[int, int, int] = (0, 0, 0)


def _unusual(
    text_object: Ready, mode: int, buffers: Buffers, grounds: Collection[tuple[int, int, int]]
) -> _Look | None:
    """Why text that is not simply filled may not be seen; None when there is no sign of it."""
    if mode in _INVISIBLE_MODES:
        return _Look("mode")
    ask = buffers.stroke if mode == _OUTLINE_MODE else buffers.fill
    colour = ask(text_object)
    return _of_colour(colour, grounds) if colour else None


def _of_colour(colour: Colour, grounds: Collection[tuple[int, int, int]]) -> _Look | None:
    """Why text of this colour may not be seen; None when there is no sign of it."""
    plain = colour[:3]
    if colour[3] < _FAINT:
        return _Look("faint")
    if min(plain) >= _PALE:
        return _Look("pale", plain)
    return _Look("like", plain) if any(_alike(plain, each) for each in grounds) else None


def _alike(one: tuple[int, int, int], other: tuple[int, int, int]) -> bool:
    return all(abs(a - b) < _ALIKE for a, b in zip(one, other, strict=True))


def _stands_out(look: _Look, under: Sequence[Shape]) -> bool:
    """Whether text of this colour is plainly seen on the last shape under it: pale letters on a
    dark bar. Pale letters on paper or over a picture must be looked at."""
    last = under[-1].colour if under else None
    if look.how == "like":
        return last is None or not _alike(look.colour, last)
    return last is not None and min(last) < _DARK


def _is_scan(picture: Shape, drawn: Drawn) -> bool:
    """Whether a picture is as large as a scan of the page."""
    left, bottom, right, top = picture.bounds
    return (right - left) * (top - bottom) >= _SCAN_SHARE * drawn.page_area


def _covered(objects: Sequence[int], found: FoundWords, drawn: Drawn) -> list[int]:
    """Words with something opaque drawn after them at their place. A picture as large as a scan is
    left out: text beneath it is what recognition programs write."""
    covers = {
        shape.order
        for shape in drawn.shapes
        if shape.order > drawn.first_text
        and (shape.colour is not None or not _is_scan(shape, drawn))
    }
    if not covers:
        return []
    order = {each: at for at, each in enumerate(drawn.objects)}
    last = max(covers)
    words: list[int] = []
    for word, each in enumerate(objects):
        at = order.get(each, drawn.gap)
        if 0 <= at < last and any(
            shape.order > at and shape.order in covers for shape in drawn.at(*found.middle(word))
        ):
            words.append(word)
    return words


def unseen(
    page: pypdfium2.PdfPage,
    frame: Frame,
    suspects: Sequence[Suspect],
    objects: Sequence[int],
    words: Sequence[PlacedWord],
) -> list[Suspect]:
    """Those suspects that make no difference to the picture of the page. `objects` and `words` are
    all those of the page. What is drawn invisibly over a small picture stays where the
    picture has something that it may stand for."""
    from PIL import ImageChops

    touched = list({objects[suspect.word] for suspect in suspects})[:_MOST_OBJECTS]
    width, height = frame.size
    scale = min(_SCALE, (_MOST_PIXELS / max(width * height, 1.0)) ** 0.5)
    set_active = calls().set_active
    whole = _picture(page, frame, scale)
    try:
        for each in touched:
            set_active(ready(each), 0)
        without = _picture(page, frame, scale)
    finally:
        for each in touched:
            set_active(ready(each), 1)
    changes = ImageChops.difference(whole, without)
    found: list[Suspect] = []
    for suspect in suspects:
        place = _pixels(words[suspect.word], scale, changes)
        if _range(changes, place)[1] >= _SEEN:
            continue
        low, high = _range(without, place)
        if not (suspect.on_picture and high - low >= _INK):
            found.append(suspect)
    return found


def _picture(page: pypdfium2.PdfPage, frame: Frame, scale: float) -> Image:
    """The page in grey, upright as its words are."""
    bitmap = page.render(
        scale=scale, rotation=90 * frame.spin, grayscale=True, may_draw_forms=False
    )
    picture: Image = bitmap.to_pil()
    return picture.convert("L")


def _pixels(box: PlacedWord, scale: float, picture: Image) -> tuple[int, int, int, int]:
    """The pixels of a place, at least one of them and within the picture."""
    left = min(max(int(box[0] * scale), 0), picture.width - 1)
    top = min(max(int(box[1] * scale), 0), picture.height - 1)
    right = min(max(math.ceil(box[2] * scale), left + 1), picture.width)
    bottom = min(max(math.ceil(box[3] * scale), top + 1), picture.height)
    return left, top, right, bottom


def _range(picture: Image, place: tuple[int, int, int, int]) -> tuple[float, float]:
    """The darkest and the lightest grey of a place."""
    low, high = picture.crop(place).getextrema()
    assert isinstance(low, (int, float))
    assert isinstance(high, (int, float))
    return low, high
