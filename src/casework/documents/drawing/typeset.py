"""A typeset page drawn from its words, at the very boxes that they have: headings in bold, code in
letters of one width, tables with ruled lines, the head of a mail on a ground of its own.

The picture follows the words: nothing here moves one. Letters that no font has are drawn as boxes.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.documents.drawing.fonts import Face, Run, font, runs, wants_shaping
from casework.documents.drawing.grid import Rules, rules_of
from casework.types.document import Block, Box, Document, Page, Word

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

Colour = tuple[int, int, int]
PAPER: Colour = (255, 255, 255)
_INK: Colour = (34, 38, 44)
_LABEL: Colour = (88, 94, 102)
_LINE: Colour = (214, 216, 212)
_STRONG_LINE: Colour = (176, 180, 178)
_HEAD_GROUND: Colour = (240, 241, 237)
_CODE_GROUND: Colour = (246, 247, 244)

_ASCENT = 0.78  # of the height of a typeset box, from its top to the base line
_BOX_HEIGHT = 1.15  # of the size of the letters
_MONO_WIDTH = 0.6  # of the size, for every letter of Cousine
_MONO_SLACK = 0.02
_SHARP_PX = 26.0
"""Letters are drawn at least this large and made smaller afterwards: fonts round widths when they
are small."""
_MOST_ENLARGED = 4
_MOST_PIXELS = 40_000_000
_ORDINARY_PT = 10.0
_SQUEEZED_FROM = 1.01
_UNKNOWN_WIDTH = 0.6
_GROUND_PAD_PT = 5.0
_BAR_PT = 2.0
_MAILS = frozenset({"mail", "outlook"})


@dataclass(frozen=True, slots=True)
class _Style:
    """How the words of a line are drawn."""

    face: Face = "plain"
    colour: Colour = _INK


def typeset_picture(document: Document, page: Page, scale: float) -> Image:
    """The page at `scale` pixels to a point."""
    from PIL import Image, ImageDraw

    enlarged = _enlarged(page, scale)
    size = (max(1, round(page.width_pt * scale)), max(1, round(page.height_pt * scale)))
    picture = Image.new("RGB", (size[0] * enlarged, size[1] * enlarged), PAPER)
    pen = _Pen(picture, ImageDraw.Draw(picture), scale * enlarged)
    rules = rules_of(document.tables, page)
    _draw_grounds(pen, document, page)
    for table in rules:
        _draw_rules(pen, table)
    heads = frozenset().union(*(table.head_words for table in rules))
    styles = _styles(document, page)
    for index, word in enumerate(page.words):
        text = page.text[word.start : word.end]
        pen.word(text, word.box, _style(styles[word.line], document, page, word, index in heads))
    return picture.reduce(enlarged) if enlarged > 1 else picture


def _enlarged(page: Page, scale: float) -> int:
    """How many times larger the page is drawn than it is wanted."""
    pixels = max(page.width_pt * page.height_pt, 1.0) * scale * scale
    for times in range(1, _MOST_ENLARGED + 1):
        enough = _ORDINARY_PT * scale * times >= _SHARP_PX
        if enough or pixels * (times + 1) ** 2 > _MOST_PIXELS:
            return times
    return _MOST_ENLARGED


@dataclass(frozen=True, slots=True)
class _Pen:
    """Draws on a picture in points."""

    picture: Image
    draw: ImageDraw
    scale: float

    def ground(self, box: Box, colour: Colour) -> None:
        self.draw.rectangle([edge * self.scale for edge in box], fill=colour)

    def line(self, x0: float, y0: float, x1: float, y1: float, colour: Colour) -> None:
        """A hairline, as a rectangle so that it is equally wide everywhere."""
        half = max(0.25 * self.scale, 0.5)
        across, down = (0.0, half) if y0 == y1 else (half, 0.0)
        self.draw.rectangle(
            [
                x0 * self.scale - across,
                y0 * self.scale - down,
                x1 * self.scale + across,
                y1 * self.scale + down,
            ],
            fill=colour,
        )

    def word(self, text: str, box: Box, style: _Style) -> None:
        """A word in its box, squeezed where it is too wide."""
        size = max((box.y1 - box.y0) / _BOX_HEIGHT, 0.5) * self.scale
        base = (box.y0 + _ASCENT * (box.y1 - box.y0)) * self.scale
        parts = runs(text, _face(text, box, style))
        widths = [_width(part, size) for part in parts]
        natural, room = sum(widths), (box.x1 - box.x0) * self.scale
        stretch = min(room / natural, 1.0) if natural > room * _SQUEEZED_FROM else 1.0
        at = box.x0 * self.scale
        for part, width in zip(parts, widths, strict=True):
            if not part.file:
                self._unknown(part.text, at, base, size, stretch, style.colour)
            elif stretch < 1.0:
                self._squeezed(part, at, base, size, stretch, style.colour)
            else:
                self.draw.text((at, base), part.text, style.colour, _font(part, size), anchor="ls")
            at += width * stretch

    def _squeezed(
        self, part: Run, x: float, base: float, size: float, stretch: float, colour: Colour
    ) -> None:
        from PIL import Image, ImageDraw

        used = _font(part, size)
        left, top, right, bottom = used.getbbox(part.text, anchor="ls")
        width, height = max(1, int(right - left) + 2), max(1, int(bottom - top) + 2)
        mask = Image.new("L", (width, height))
        ImageDraw.Draw(mask).text((1 - left, 1 - top), part.text, 255, used, anchor="ls")
        mask = mask.resize((max(1, round(width * stretch)), height), Image.Resampling.LANCZOS)
        place = (round(x + (left - 1) * stretch), round(base + top - 1))
        self.picture.paste(colour, place, mask)

    def _unknown(
        self, text: str, x: float, base: float, size: float, stretch: float, colour: Colour
    ) -> None:
        """A box for each letter that no font has."""
        for letter in text:
            width = _unknown_width(letter) * size * stretch
            self.draw.rectangle(
                [x + 0.15 * width, base - 0.7 * size, x + 0.85 * width, base],
                outline=colour,
                width=max(1, round(size / 14)),
            )
            x += width


def _font(part: Run, size: float) -> FreeTypeFont:
    return font(part.file, size, shaped=wants_shaping(part.text))


def _width(part: Run, size: float) -> float:
    if not part.file:
        return sum(map(_unknown_width, part.text)) * size
    return float(_font(part, size).getlength(part.text))


def _unknown_width(letter: str) -> float:
    """How wide a letter without a glyph is, of its size."""
    return 1.0 if unicodedata.east_asian_width(letter) in "WF" else _UNKNOWN_WIDTH


def _face(text: str, box: Box, style: _Style) -> Face:
    """Letters of one width where the word was given the room for just that."""
    size = (box.y1 - box.y0) / _BOX_HEIGHT
    fixed = _MONO_WIDTH * size * len(text)
    if style.face == "plain" and abs(box.x1 - box.x0 - fixed) <= _MONO_SLACK:
        return "mono" if len(text) > 1 else "plain"
    return style.face


def _styles(document: Document, page: Page) -> list[_Style]:
    """The style of each line by the block that it is in."""
    styles = [_Style()] * len(page.lines)
    for block in page.blocks:
        style = _Style()
        if block.kind == "heading":
            style = _Style("bold")
        elif block.kind == "quote" or (
            block.kind in ("header", "footer") and document.reader not in _MAILS
        ):
            style = _Style(colour=_LABEL)
        styles[block.first_line : block.end_line] = [style] * (block.end_line - block.first_line)
    return styles


def _style(style: _Style, document: Document, page: Page, word: Word, in_head: bool) -> _Style:
    if in_head:
        return _Style("bold", style.colour)
    if document.reader in _MAILS and _is_label(page, word):
        return _Style(colour=_LABEL)
    return style


def _is_label(page: Page, word: Word) -> bool:
    """Whether it is the `Subject:` at the beginning of a line that has this place."""
    line = page.lines[word.line]
    text = page.text[word.start : word.end]
    return word.start == line.start and text.endswith(":") and text[:-1] == line.place


def _draw_grounds(pen: _Pen, document: Document, page: Page) -> None:
    """Grounds behind code, and behind the head of a mail."""
    head = document.reader in _MAILS and page.number == 1
    for block in page.blocks:
        if block.kind == "code":
            pen.ground(_block_box(page, block), _CODE_GROUND)
        elif block.kind == "quote":
            box = _block_box(page, block)
            pen.ground(Box(box.x0, box.y0, box.x0 + _BAR_PT, box.y1), _LINE)
        elif block.kind == "header" and head:
            box = _block_box(page, block)
            pen.ground(box, _HEAD_GROUND)
            pen.line(box.x0, box.y1, box.x1, box.y1, _STRONG_LINE)
            head = False


def _block_box(page: Page, block: Block) -> Box:
    """The place of a block over the whole width between the margins."""
    lines = page.lines[block.first_line : block.end_line]
    left = min(line.box.x0 for line in lines)
    right = max(page.width_pt - left, max(line.box.x1 for line in lines))
    pad = _GROUND_PAD_PT
    return Box(
        left - pad,
        min(line.box.y0 for line in lines) - pad + 2,
        right + pad,
        max(line.box.y1 for line in lines) + pad - 2,
    )


def _draw_rules(pen: _Pen, rules: Rules) -> None:
    for box in rules.head:
        pen.ground(box, _HEAD_GROUND)
    for x0, y0, x1, y1 in rules.lines:
        pen.line(x0, y0, x1, y1, _LINE)
    for x0, y0, x1, y1 in rules.strong:
        pen.line(x0, y0, x1, y1, _STRONG_LINE)
