"""Words that an engine found → a page: places in points, reading order, how sure each word is.

Knows no engine and no file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from casework.documents.compose import PlacedWord, Row, RowBlock, compose
from casework.documents.layout import lay_out
from casework.documents.ocr.shots import Shot, placed_words
from casework.types.document import Box, Line, Page, Word
from casework.types.ocr import OcrResult, Turn

_STRAIGHT: Final = 0.002  # a slope below this moves no word into another line
_SMALLEST_PT: Final = 0.5
_KNOWN: Final = 0.3  # of a word found in a picture that is covered by a word of the page


class _Seen(NamedTuple):
    """A word, the place where its line is level, and how sure the engine is of it."""

    word: PlacedWord
    level: PlacedWord
    confidence: float


def recognised_page(page: Page, shot: Shot, result: OcrResult) -> Page:
    """The page with the words of its picture, turned as the engine turned it."""
    width, height = page.width_pt, page.height_pt
    if result.turned in (90, 270):
        width, height = height, width
    seen = _seen(shot, result, width, height)
    made = _laid_out(seen, page.number, width, height)
    return replace(
        made,
        label=page.label,
        state="read" if made.words else "empty",
        read_by="ocr",
        remarks=page.remarks,
        turned=_added(page.turned, result.turned),
    )


def page_with_pictures(page: Page, found: Sequence[tuple[Shot, OcrResult]]) -> Page:
    """The page with the words of pictures on it, as blocks where the pictures stand."""
    mine = placed_words(page)
    blocks = _blocks_of(page, mine)
    sure = dict.fromkeys(mine, 1.0)
    added = False
    for shot, result in found:
        seen = [
            each
            for each in _seen(shot, result, page.width_pt, page.height_pt)
            if not _is_known(each.word, mine)
        ]
        if not seen:
            continue
        added = True
        part = _laid_out(seen, page.number, page.width_pt, page.height_pt)
        sure.update((each.word, each.confidence) for each in seen)
        at = next((i for i, (top, _) in enumerate(blocks) if top >= shot.top), len(blocks))
        blocks[at:at] = _blocks_of(part, placed_words(part))
    if not added:
        return page
    made = compose(
        page.number,
        page.width_pt,
        page.height_pt,
        [block for _, block in blocks],
        label=page.label,
        state="read",
    )
    confidences = tuple(sure[word] for word in placed_words(made))
    return replace(made, read_by="mixed", confidences=confidences, remarks=page.remarks)


def _seen(shot: Shot, result: OcrResult, width: float, height: float) -> list[_Seen]:
    """The words in points within the page. What an engine gives with blanks is several words of
    like letters."""
    across, down = shot.across, shot.down
    if result.turned in (90, 270):
        across, down = down, across
    slope = result.slope * across / down if abs(result.slope) >= _STRAIGHT else 0.0
    seen: list[_Seen] = []
    for left, top, right, bottom, text, confidence in result.words:
        letters = max(len(text), 1)
        at = 0
        for part in text.split():
            at = text.index(part, at)
            x0 = left + (right - left) * at / letters
            x1 = left + (right - left) * (at + len(part)) / letters
            at += len(part)
            box = _on_page(
                Box(
                    shot.left + x0 / across,
                    shot.top + top / down,
                    shot.left + x1 / across,
                    shot.top + bottom / down,
                ),
                width,
                height,
            )
            rise = round(slope * ((box.x0 + box.x1) / 2 - shot.left), 2)
            level = (box.x0, round(box.y0 - rise, 2), box.x1, round(box.y1 - rise, 2), part)
            seen.append(_Seen((*box, part), level, round(min(max(confidence, 0.0), 1.0), 4)))
    return seen


def _on_page(box: Box, width: float, height: float) -> Box:
    x0 = round(min(max(box.x0, 0.0), max(width - _SMALLEST_PT, 0.0)), 2)
    y0 = round(min(max(box.y0, 0.0), max(height - _SMALLEST_PT, 0.0)), 2)
    x1 = round(max(min(box.x1, width), x0 + _SMALLEST_PT), 2)
    y1 = round(max(min(box.y1, height), y0 + _SMALLEST_PT), 2)
    return Box(x0, y0, x1, y1)


def _laid_out(seen: Sequence[_Seen], number: int, width: float, height: float) -> Page:
    """The words in reading order. Lines are found where they are level, so that those of a page
    that was put askew on the glass do not mix; boxes are where the words stand."""
    waiting: dict[PlacedWord, list[_Seen]] = {}
    for each in seen:
        waiting.setdefault(each.level, []).append(each)
    page = lay_out([each.level for each in seen], number=number, width_pt=width, height_pt=height)
    words: list[Word] = []
    confidences: list[float] = []
    for word, placed in zip(page.words, placed_words(page), strict=True):
        each = waiting[placed].pop(0)
        words.append(word._replace(box=Box(*each.word[:4])))
        confidences.append(each.confidence)
    lines = tuple(
        line._replace(box=_around([word.box for word in of_line]))
        for line, of_line in zip(page.lines, _by_line(words, len(page.lines)), strict=True)
    )
    return replace(page, words=tuple(words), lines=lines, confidences=tuple(confidences))


def _by_line(words: Sequence[Word], count: int) -> list[list[Word]]:
    found: list[list[Word]] = [[] for _ in range(count)]
    for word in words:
        found[word.line].append(word)
    return found


def _around(boxes: Sequence[Box]) -> Box:
    return Box(
        min(box.x0 for box in boxes),
        min(box.y0 for box in boxes),
        max(box.x1 for box in boxes),
        max(box.y1 for box in boxes),
    )


def _blocks_of(page: Page, words: Sequence[PlacedWord]) -> list[tuple[float, RowBlock]]:
    """The blocks of a page as they were before it was composed, each with its top."""
    by_line: list[list[PlacedWord]] = [[] for _ in page.lines]
    for word, placed in zip(page.words, words, strict=True):
        by_line[word.line].append(placed)
    found: list[tuple[float, RowBlock]] = []
    for kind, first, end, level in page.blocks:
        rows = [
            Row(by_line[at], line.place, _is_same_row(page, line, at > first))
            for at, line in enumerate(page.lines[first:end], first)
        ]
        top = min(line.box.y0 for line in page.lines[first:end])
        found.append((top, RowBlock(kind, rows, level)))
    return found


def _is_same_row(page: Page, line: Line, follows: bool) -> bool:
    return follows and page.text[line.start - 1 : line.start] == "\t"


def _is_known(word: PlacedWord, words: Sequence[PlacedWord]) -> bool:
    """Whether a word of the page stands where this one was found."""
    x0, y0, x1, y1, _ = word
    area = max((x1 - x0) * (y1 - y0), 0.01)
    return any(
        max(0.0, min(x1, other[2]) - max(x0, other[0]))
        * max(0.0, min(y1, other[3]) - max(y0, other[1]))
        > _KNOWN * area
        for other in words
    )


def _added(one: Turn, other: Turn) -> Turn:
    turns: tuple[Turn, ...] = (0, 90, 180, 270)
    return turns[(one + other) // 90 % 4]
